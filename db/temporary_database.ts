/** A database of its own on a server that is not ours to restart. */
import { randomBytes } from "node:crypto";
import pg from "pg";

export interface TemporaryDatabase {
  readonly url: string;
  /** Ends all its sessions, as a restart of the server would. */
  cut(): Promise<void>;
  /** Removes it, with whoever still uses it. */
  drop(): Promise<void>;
}

/**
 * @param serverUrl A user who may create databases, and any database of the server.
 * @throws {Error} When the server cannot be reached, or refuses.
 */
export async function createTemporaryDatabase(serverUrl: string): Promise<TemporaryDatabase> {
  const name = `zhreb_chaos_${randomBytes(6).toString("hex")}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    cut: () =>
      onServer(
        serverUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      ),
    drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
