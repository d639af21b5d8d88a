/**
 * What the rest of the code may do with the database: run a statement on a connection.
 *
 * Statement texts are constants and are prepared once per connection; what varies goes into
 * parameters (arrays for many rows). Queries may be issued without awaiting the previous one: the
 * driver pipelines them in order.
 *
 * A session keeps the plan it made first, and a queue is empty most of the time: statements have a
 * shape that leaves one good plan, whatever the statistics say. `= any(array[x])` instead of `= x`
 * keeps a table from being the outer side of a join, `order by id + 0` from being read by the index
 * of `id`, and a `limit 1` in a lateral subquery from being joined otherwise.
 */

import type { Listener } from "./listen.ts";

/** The rows of one statement. `bigint` columns arrive as `bigint`, `text` as `string`. */
export interface Rows<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
  /** The command tag's first word: `SELECT`, `INSERT`, `COMMIT`, `ROLLBACK`, … */
  readonly command: string;
}

/** One session, or one open transaction, of the database. */
export interface Connection {
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Rows<Row>>;
}

/** An open database: a server, or the embedded Postgres of this process. */
export interface Database extends Connection {
  /** `embedded` has exactly one session: never query the database inside its own transaction. */
  readonly kind: "embedded" | "server";
  /**
   * Runs `work` in one transaction and commits it.
   * @param isPatient Whether a statement may take as long as it takes, as a migration may.
   * @throws {CommitError} When the server answered the commit with a rollback.
   */
  transaction<T>(
    work: (tx: Connection) => Promise<T>,
    options?: { isPatient?: boolean },
  ): Promise<T>;
  /**
   * Lends one session; a session on which `work` threw is closed, not reused.
   */
  withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /**
   * Hears notifications until it is ended; the embedded database has one process, which needs none.
   * @returns Ends it.
   */
  listen(channels: readonly string[], listener: Listener): () => Promise<void>;
  /** Ends all sessions and, when embedded, frees the folder. */
  close(): Promise<void>;
}

/** The commit was answered, but with a rollback: an earlier statement of the pipeline failed. */
export class CommitError extends Error {
  override readonly name = "CommitError";
}

/**
 * The SQLSTATE of a database error, or undefined for an error that is none. Every SQLSTATE has a
 * digit; without that `EPIPE` of a lost socket would pass for one.
 */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Longest text of an error or a refusal that is kept. */
const MAX_TEXT_CHARACTERS = 4_000;

/** Text from anywhere in a form that Postgres keeps: without NUL, and of bounded length. */
export function storableText(text: string): string {
  return text.slice(0, MAX_TEXT_CHARACTERS).replaceAll("\0", "\uFFFD");
}
