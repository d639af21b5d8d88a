/** The product as people start it: `task start`, its own sandbox beside it, on free ports. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A running product. */
export interface Product {
  /** Where the sandbox's page is. */
  readonly pageUrl: string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** The announcement channel's name; it is made in the story. */
export const CHANNEL = "zhreb_news";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SANDBOX_LINE = /^Sandbox for .*: (http:\S+)$/m;
/** A start takes two seconds, and many times that on a busy machine. */
const START_MS = 120_000;
const READY_LINE = /^Zhreb: http/m;

/**
 * Starts the product on a fresh data folder.
 *
 * @throws {Error} When it ends instead of listening; with what it said.
 */
export async function startProduct(): Promise<Product> {
  const dataDir = await Deno.makeTempDir({ prefix: "zhreb-e2e-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "main.ts"), "start"],
    cwd: ROOT,
    // Nothing of the caller's settings: no token, no database of somebody's.
    clearEnv: true,
    env: {
      ...kept(["PATH", "HOME", "DENO_DIR", "TMPDIR"]),
      PORT: "0",
      DATA_DIR: dataDir,
      ANNOUNCE_CHAT: `@${CHANNEL}`,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = { text: "" };
  const ready = Promise.withResolvers<void>();
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      said.text += part;
      if (READY_LINE.test(said.text)) ready.resolve();
    }
  });
  const stop = async (): Promise<void> => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself: there is nothing to end.
    }
    const kill = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await child.status;
    clearTimeout(kill);
    await Promise.all(reading);
    await Deno.remove(dataDir, { recursive: true });
  };
  const ended = child.status.then(({ code }) => {
    throw new Error(`The product ended with code ${code} instead of starting:\n${said.text}`);
  });
  // Once it has started, its end is the caller's own doing.
  ended.catch(() => {});
  const patience = setTimeout(
    () => ready.reject(new Error(`The product did not start in time:\n${said.text}`)),
    START_MS,
  );
  try {
    await Promise.race([ready.promise, ended]);
    clearTimeout(patience);
  } catch (error: unknown) {
    clearTimeout(patience);
    await stop();
    throw error;
  }
  return { pageUrl: SANDBOX_LINE.exec(said.text)?.[1] ?? "", stop };
}

function kept(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, Deno.env.get(name) ?? ""]).filter(([, value]) => value !== ""),
  );
}
