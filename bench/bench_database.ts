/** The databases in which the bench works: made for it, and removed. */
import { randomBytes } from "node:crypto";
import pg from "pg";

export interface BenchDatabase {
  readonly url: string;
  /** For statements outside the measurement, with the server's own settings. */
  run(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  remove(): Promise<void>;
}

/** @throws {Error} When the server cannot be reached; the text does not repeat the URL. */
export async function createBenchDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `zhreb_bench_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, (client) => client.query(`create database ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: (statement, values) =>
      onServer(url.href, async (client) => (await client.query(statement, values)).rows),
    remove: () =>
      onServer(serverUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/**
 * Version and settings of the server that bear on the figures.
 * @throws {Error} When it does not keep what it says it has committed: no figure would count.
 */
export async function describeServer(serverUrl: string): Promise<string> {
  const names = ["server_version", "fsync", "synchronous_commit", "shared_buffers", "autovacuum"];
  const settings = await onServer(serverUrl, async (client) => {
    const { rows } = await client.query(
      "select name, current_setting(name) as value from unnest($1::text[]) as name",
      [names],
    );
    return new Map<string, string>(rows.map(({ name, value }) => [name, value]));
  });
  for (const name of ["fsync", "synchronous_commit"]) {
    if (settings.get(name) !== "on") {
      throw new Error(`Cannot measure: ${name} is ${settings.get(name)} on this server, not on`);
    }
  }
  return `Postgres ${[...settings].map(([name, value]) => `${name} ${value}`).join(", ")}`;
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    const { code } = error as { code?: string };
    throw new Error(`Cannot reach the server at --url: ${code ?? "no connection"}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
