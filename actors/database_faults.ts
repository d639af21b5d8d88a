/** What errors of the database mean for a batch: come again, ask what happened, or a real fault. */
import { FENCED, hasReached } from "../db/actor_rows.ts";
import { type Database, sqlState } from "../db/connection.ts";
import { readTransactionStatus } from "../db/nodes.ts";

/** Somebody was faster, or two waited for each other: the same batch again may succeed. */
const TRANSIENT = new Set([
  FENCED,
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "23505", // unique_violation: a key or a row that another node has just written
]);

/** The session ended, so nothing is known of a commit that was sent on it. */
const SESSION_ENDED = new Set([
  "25P03", // idle_in_transaction_session_timeout
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "57P05", // idle_session_timeout
]);

export function isTransient(error: unknown): boolean {
  return TRANSIENT.has(sqlState(error) ?? "");
}

/** Somebody holds a lock for longer than a transaction of the runtime waits. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === "55P03";
}

/** Whether the session is gone or could not be had. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  // Class 08 is the connection, class 53 a server out of connections, memory or disk.
  if (state !== undefined) return SESSION_ENDED.has(state) || /^(08|53)/.test(state);
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string" && /^E[A-Z_]+$/.test(code)) return true;
  return error instanceof Error &&
    /connection (terminated|error)|timeout exceeded when trying to connect|not queryable/i
      .test(error.message);
}

const ASK_AGAIN_MS = 100;

/** A commit that was sent and not answered. */
export interface SentCommit {
  /** Undefined when it had nothing to write. */
  readonly transactionId: string | undefined;
  /** A row that it wrote and that is never deleted, with the revision that it got. */
  readonly written: { readonly actorId: bigint; readonly revision: number } | undefined;
}

/**
 * Finds out whether a transaction whose COMMIT was not answered was committed. Waits until the
 * database can be asked and the transaction is over.
 * @returns Undefined when it could not be found out before `isGivenUp`.
 */
export async function resolveOutcome(
  database: Database,
  commit: SentCommit,
  isGivenUp: () => boolean,
): Promise<boolean | undefined> {
  while (!isGivenUp()) {
    const isCommitted = await readOutcome(database, commit).catch(() => undefined);
    if (isCommitted !== undefined) return isCommitted;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  return undefined;
}

async function readOutcome(
  database: Database,
  { transactionId, written }: SentCommit,
): Promise<boolean | undefined> {
  if (transactionId === undefined) return false;
  const status = await readTransactionStatus(database, transactionId);
  if (status === "in progress") return undefined;
  if (status !== "committed") return false;
  // A server that crashed before it wrote the transaction down gives its number to another one.
  return written === undefined || await hasReached(database, written);
}
