/** The worker of `embedded.ts`: one PGlite, one socket, one client. */
import { mkdirSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

interface StartMessage {
  dataDir: string | undefined;
  socketPath: string;
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<StartMessage | "stop">) => void;
  postMessage: (answer: { error?: string }) => void;
};

let stop = async (): Promise<void> => {};

scope.onmessage = async ({ data }) => {
  try {
    await (data === "stop" ? stop() : start(data));
    scope.postMessage({});
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};

async function start({ dataDir, socketPath }: StartMessage): Promise<void> {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const postgres = await (dataDir === undefined ? PGlite.create() : PGlite.create(dataDir));
  const server = new PGLiteSocketServer({ db: postgres, path: socketPath, maxConnections: 1 });
  await server.start();
  stop = async () => {
    await server.stop();
    await postgres.close();
  };
}
