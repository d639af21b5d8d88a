/** A TCP proxy before the test server that loses connections when a test wants it. */
import { onTestFinished } from "vitest";

type Mode = "open" | "refuse" | "cutBeforeCommit" | "cutAfterCommit";

const COMMIT = /commit/;
/** A frozen connection is read no further: it must not hear that the other end has left. */
const FOREVER = new Promise<void>(() => {});

export class CuttingProxy {
  /** `cut…Commit` cuts the next connection that commits, before or after the server hears of it. */
  mode: Mode = "open";
  /** Commits at which a connection was cut. */
  cuts = 0;
  readonly url: string;
  readonly #target: { hostname: string; port: number };
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.TcpConn>();
  #frozen = new Set<Deno.TcpConn>();

  constructor(url: string) {
    const target = new URL(url);
    this.#target = { hostname: target.hostname, port: Number(target.port || "5432") };
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    target.hostname = "127.0.0.1";
    target.port = String(this.#listener.addr.port);
    this.url = target.href;
    void this.#accept();
    onTestFinished(() => {
      this.#listener.close();
      this.cutAll();
    });
  }

  /** Keeps all connections open and lets nothing through, as a network does that has gone. */
  freezeAll(): void {
    this.#frozen = new Set(this.#connections);
  }

  /** Loses all connections at once. */
  cutAll(): void {
    for (const connection of [...this.#connections]) this.#close(connection);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      if (this.mode === "refuse") {
        client.close();
        continue;
      }
      void this.#connect(client);
    }
  }

  async #connect(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect(this.#target);
    this.#connections.add(client).add(server);
    const end = (): void => {
      this.#close(client);
      this.#close(server);
    };
    let isSilenced = false;
    const toServer = async (): Promise<void> => {
      for await (const chunk of client.readable.values({ preventCancel: true })) {
        if (this.#frozen.has(client)) return await FOREVER;
        const isCut = this.mode.startsWith("cut") && COMMIT.test(new TextDecoder().decode(chunk));
        if (isCut) {
          this.cuts++;
          const isHeard = this.mode === "cutAfterCommit";
          this.mode = "open";
          if (!isHeard) return;
          isSilenced = true;
        }
        await write(server, chunk);
        // The server has it all and answers to nobody.
        if (isCut) return void await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const toClient = async (): Promise<void> => {
      for await (const chunk of server.readable.values({ preventCancel: true })) {
        if (this.#frozen.has(client)) return await FOREVER;
        if (!isSilenced) await write(client, chunk);
      }
    };
    await Promise.race([toServer(), toClient()].map((copy) => copy.catch(() => {})));
    end();
  }

  #close(connection: Deno.TcpConn): void {
    if (!this.#connections.delete(connection)) return;
    try {
      connection.close();
    } catch {
      // The other end was faster.
    }
  }
}

async function write(connection: Deno.TcpConn, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += await connection.write(chunk.subarray(written));
  }
}
