/** A database with the actors that measurements share, and ways to a runtime over it. */
import type { ActorDefinition } from "../actors/define_actor.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../actors/runtime.ts";
import type { Database } from "../db/connection.ts";
import { openDatabase } from "../db/open_database.ts";
import { createBenchDatabase } from "./bench_database.ts";
import { definitions } from "./machines.ts";

export interface Bed {
  readonly database: Database;
  /** Absent on the embedded database, which other processes cannot reach. */
  readonly url: string | undefined;
  /** Actors of each kind that was asked for, numbered from 0. */
  readonly actors: number;
  /** Runs a statement beside the measurement. */
  run(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Clears away what earlier measurements left, as pgbench does before each of its runs. */
  tidy(): Promise<void>;
  remove(): Promise<void>;
}

/** Sessions for eight runtimes, each of which may need two. */
const MAX_CONNECTIONS = 16;

/** @param server The server's URL; without it the database is an embedded one in a folder. */
export async function makeBed(
  server: string | undefined,
  { kinds, actors }: { kinds: readonly string[]; actors: number },
): Promise<Bed> {
  const bed = server === undefined
    ? await openEmbeddedBed(actors)
    : await openServerBed(server, actors);
  for (const kind of kinds) await makeActors(bed, kind);
  await bed.tidy();
  return bed;
}

async function openServerBed(server: string, actors: number): Promise<Bed> {
  const own = await createBenchDatabase(server);
  const database = await openDatabase({ url: own.url, maxConnections: MAX_CONNECTIONS });
  return {
    database,
    url: own.url,
    actors,
    run: own.run,
    tidy: async () => void await own.run("vacuum (analyze)"),
    remove: async () => {
      await database.close();
      await own.remove();
    },
  };
}

async function openEmbeddedBed(actors: number): Promise<Bed> {
  const dataDir = await Deno.makeTempDir({ prefix: "zhreb-bench-" });
  const database = await openDatabase({ dataDir });
  return {
    database,
    url: undefined,
    actors,
    run: async (statement, values) => (await database.query(statement, values)).rows,
    tidy: async () => void await database.query("vacuum (analyze)"),
    remove: async () => {
      await database.close();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** Makes one actor by the runtime, and all others as copies of its row. */
async function makeActors({ database, run, actors }: Bed, kind: string): Promise<void> {
  await withRuntime(database, (runtime) => runtime.create(`${kind}/0`));
  await run(
    `insert into actors (address, revision, snapshot, wake_at)
     select $1 || n, a.revision, a.snapshot, a.wake_at
     from actors a, generate_series(1, $2::int) n where a.address = $1 || '0'`,
    [`${kind}/`, actors - 1],
  );
}

export async function startRuntime(
  database: Database,
  options: Partial<RuntimeOptions> = {},
): Promise<Runtime> {
  const runtime = await createRuntime({ database, actors: definitions, ...options });
  await runtime.start();
  return runtime;
}

/** Runs `work` with a runtime that ends with it. */
export async function withRuntime<T>(
  database: Database,
  work: (runtime: Runtime) => Promise<T>,
  actors: readonly ActorDefinition[] = definitions,
): Promise<T> {
  const runtime = await startRuntime(database, { actors });
  try {
    return await work(runtime);
  } finally {
    await runtime.settled();
    await runtime.stop();
  }
}

let keys = 0;
const keyPrefix = crypto.randomUUID().slice(0, 8);

/** A key that nobody used before, about as long as Telegram's number of an update. */
export function freshKey(): string {
  return `${keyPrefix}-${keys++}`;
}

/** @throws {Error} When it was not accepted: what is measured then is something else. */
export async function expectAccepted(receipt: ReturnType<Runtime["send"]>): Promise<void> {
  const { status, reason } = await receipt;
  if (status !== "accepted") throw new Error(`An event was ${status}: ${reason}`);
}
