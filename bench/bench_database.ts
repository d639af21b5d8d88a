/** The database in which the bench works: made for it, and removed. */
import { randomBytes } from "node:crypto";
import pg from "pg";

export interface BenchDatabase {
  readonly url: string;
  /** Version and settings of the server that bear on the figures. */
  readonly server: string;
  remove(): Promise<void>;
}

/** @throws {Error} When the server cannot be reached; the text does not repeat the URL. */
export async function createBenchDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `zhreb_bench_${randomBytes(6).toString("hex")}`;
  const server = await onServer(serverUrl, async (client) => {
    await client.query(`create database ${name}`);
    const { rows } = await client.query(
      `select 'Postgres ' || current_setting('server_version') || ', synchronous_commit '
         || current_setting('synchronous_commit') || ', fsync ' || current_setting('fsync') as text`,
    );
    return rows[0].text as string;
  });
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    server,
    remove: () =>
      onServer(serverUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
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
