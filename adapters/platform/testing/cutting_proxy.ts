/** A TCP proxy before the database that can be cut and mended, for tests of its absence. */
import { onTestFinished } from "vitest";

export interface CuttingProxy {
  /** The database's connection string through the proxy. */
  readonly url: string;
  /** Breaks every connection and refuses new ones. */
  cut(): void;
  mend(): void;
  /** Cuts right after the client has sent a text that holds these words. @returns When it has. */
  cutAfter(words: string): Promise<void>;
}

/** @param databaseUrl Of the server itself. */
export function openCuttingProxy(databaseUrl: string): CuttingProxy {
  const target = new URL(databaseUrl);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let isCut = false;
  let trap: { words: string; sprung: () => void } | undefined;

  function close(connection: Deno.Conn): void {
    if (!open.delete(connection)) return;
    connection.close();
  }

  function cut(): void {
    isCut = true;
    for (const connection of [...open]) close(connection);
  }

  async function pour(from: Deno.Conn, to: Deno.Conn, isFromClient: boolean): Promise<void> {
    const decoder = new TextDecoder("latin1");
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const length = await from.read(buffer);
        if (length === null) return;
        const bytes = buffer.subarray(0, length);
        const isTrapped = isFromClient && trap !== undefined &&
          decoder.decode(bytes).includes(trap.words);
        let written = 0;
        while (written < bytes.length) written += await to.write(bytes.subarray(written));
        if (isTrapped) {
          trap?.sprung();
          trap = undefined;
          cut();
        }
      }
    } catch {
      // Cut, or closed by either side: both ends go.
    } finally {
      close(from);
      close(to);
    }
  }

  void (async () => {
    for await (const client of listener) {
      if (isCut) {
        client.close();
        continue;
      }
      const server = await Deno.connect({
        hostname: target.hostname,
        port: Number(target.port === "" ? 5432 : target.port),
      });
      open.add(client).add(server);
      void pour(client, server, true);
      void pour(server, client, false);
    }
  })().catch(() => {
    // The listener is closed with the test.
  });
  onTestFinished(() => {
    cut();
    listener.close();
  });

  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(listener.addr.port);
  return {
    url: url.href,
    cut,
    mend: () => void (isCut = false),
    cutAfter: (words) =>
      new Promise((resolve) => {
        trap = { words, sprung: resolve };
      }),
  };
}
