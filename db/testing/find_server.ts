/**
 * Finds a Postgres server for the tests: the one that `DATABASE_URL` names, one at 127.0.0.1:5432,
 * or one of our own, started from installed binaries.
 */
import pg from "pg";
import { startTemporaryServer } from "../temporary_server.ts";

/** A server on which the tests may create databases. */
export interface TestServer {
  readonly url: string;
  /** Where it comes from, for people. */
  readonly origin: string;
  /** Stops and removes a server that was started for the tests; any other is left as it is. */
  stop(): Promise<void>;
}

/** No server could be had; the message says where it was looked for. */
export class NoServerError extends Error {
  override readonly name = "NoServerError";
}

/**
 * @throws {Error} When `DATABASE_URL` is set but cannot be used: it is never replaced in silence.
 * @throws {NoServerError} When there is no server and none can be started.
 */
export async function findServer(environment: Record<string, string>): Promise<TestServer> {
  const { DATABASE_URL: given } = environment;
  if (given !== undefined && given !== "") {
    const reason = await whyUnusable(given);
    if (reason === undefined) return { url: given, origin: "DATABASE_URL", stop: async () => {} };
    throw new Error(`Cannot test on the server at DATABASE_URL: ${reason}`);
  }
  const local = await findLocal(environment);
  if ("url" in local) return { ...local, origin: "127.0.0.1:5432", stop: async () => {} };
  const started = await startTemporaryServer();
  if ("url" in started) return { ...started, origin: `started from ${started.binaries}` };
  throw new NoServerError(
    `DATABASE_URL is not set; 127.0.0.1:5432: ${local.reason}; ${started.reason}`,
  );
}

async function findLocal(
  environment: Record<string, string>,
): Promise<{ url: string } | { reason: string }> {
  const users = new Set(["postgres", environment.USER ?? "", environment.LOGNAME ?? ""]);
  const reasons = new Set<string>();
  for (const user of users) {
    if (user === "") continue;
    const url = `postgres://${encodeURIComponent(user)}@127.0.0.1:5432/postgres`;
    const reason = await whyUnusable(url);
    if (reason === undefined) return { url };
    reasons.add(reason);
  }
  return { reason: [...reasons].join(", ") };
}

async function whyUnusable(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      "select rolsuper or rolcreatedb as allowed from pg_roles where rolname = current_user",
    );
    return rows[0]?.allowed === true ? undefined : "its user may not create databases";
  } catch (error) {
    // The text may hold the URL; the code never does.
    const { code } = error as { code?: unknown };
    return typeof code === "string" ? code : "no connection";
  } finally {
    await client.end().catch(() => {});
  }
}
