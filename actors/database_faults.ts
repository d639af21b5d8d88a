/** What errors of the database mean for a batch: come again, ask what happened, or a real fault. */
import { FENCED } from "../db/actor_rows.ts";
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

/** Whether the session is gone or could not be had. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return SESSION_ENDED.has(state) || state.startsWith("08");
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return true;
  return error instanceof Error &&
    /connection (terminated|error)|timeout exceeded when trying to connect|not queryable/i
      .test(error.message);
}

const ASK_AGAIN_MS = 100;

/**
 * Finds out whether a transaction whose COMMIT was not answered was committed. Waits until the
 * database can be asked and the transaction is over.
 */
export async function resolveOutcome(
  database: Database,
  transactionId: string,
  { giveUpAfterMs }: { giveUpAfterMs: number },
): Promise<boolean> {
  const giveUpMs = Date.now() + giveUpAfterMs;
  while (Date.now() < giveUpMs) {
    const status = await readTransactionStatus(database, transactionId).catch(() => "unknown");
    if (status === "committed") return true;
    if (status === "aborted" || status === null) return false;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  throw new Error(`The outcome of transaction ${transactionId} could not be found out`);
}
