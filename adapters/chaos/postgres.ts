/** The database under the nodes: a server of our own that is restarted, or one that is only cut off. */
import { createTemporaryDatabase } from "../../db/temporary_database.ts";
import { startTemporaryServer } from "../../db/temporary_server.ts";

export interface Postgres {
  /** Of the run's own database. */
  readonly url: string;
  readonly restarts: number;
  /** How often all its connections were ended, where the server itself is not ours. */
  readonly cuts: number;
  /** Whether it is away now, or was within the last seconds. */
  readonly isAway: boolean;
  /**
   * Restarts or crashes the server, which stays away for `downMs`; of one that is not ours all
   * connections of the database are ended.
   */
  strike(how: "fast" | "immediate", downMs: number): Promise<void>;
  /** What such a blow is, in words. */
  describe(how: "fast" | "immediate", downMs: number): string;
  /** Ends it, and removes what it kept. */
  stop(): Promise<void>;
}

/** A node that was starting meanwhile may say so a little later. */
const AFTERMATH_MS = 6_000;

/** @throws {Error} When none can be started or reached; the text says why. */
export async function openPostgres(url: string | undefined): Promise<Postgres> {
  return url === undefined ? await openOwn() : await openGiven(url);
}

async function openOwn(): Promise<Postgres> {
  const server = await startTemporaryServer({ isDurable: true });
  if ("reason" in server) throw new Error(`Cannot start a Postgres of our own: ${server.reason}`);
  let restarts = 0;
  let turn: Promise<void> = Promise.resolve();
  let awayUntilMs = 0;
  return {
    url: server.url,
    get restarts() {
      return restarts;
    },
    cuts: 0,
    get isAway() {
      return performance.now() < awayUntilMs;
    },
    strike(how, downMs) {
      // A second blow waits until the server is up again.
      turn = turn.then(async () => {
        awayUntilMs = Infinity;
        await server.restart(how, downMs);
        awayUntilMs = performance.now() + AFTERMATH_MS;
        restarts++;
      });
      return turn;
    },
    describe: (how, downMs) =>
      `Postgres ${how === "fast" ? "is restarted" : "crashes"}, away for ${downMs} ms`,
    stop: () => server.stop(),
  };
}

async function openGiven(serverUrl: string): Promise<Postgres> {
  const database = await createTemporaryDatabase(serverUrl);
  let cuts = 0;
  let awayUntilMs = 0;
  return {
    url: database.url,
    restarts: 0,
    get cuts() {
      return cuts;
    },
    get isAway() {
      return performance.now() < awayUntilMs;
    },
    async strike() {
      awayUntilMs = performance.now() + AFTERMATH_MS;
      await database.cut();
      cuts++;
    },
    describe: () => "all connections to the database are ended",
    stop: () => database.drop(),
  };
}
