/**
 * Checks the whole books against themselves: sums, chains, holds, limits and references. The checks
 * are the SQL function `ledger_problems`; they see one moment, also while others post.
 */
import type { Connection } from "./connection.ts";

export interface BookCheck {
  readonly balanced: boolean;
  /** What is wrong, in words with names and amounts; at most 100. */
  readonly problems: string[];
}

const MAX_PROBLEMS = 100;

/**
 * Verifies that every currency sums to zero, that each stored balance, version and held amount is
 * that of its entries and open holds without a gap, that none is below zero which may not be, and
 * that every transfer has its two sides. Reads the whole ledger.
 */
export async function checkBooks(connection: Connection): Promise<BookCheck> {
  const { rows } = await connection.query<{ problem: string }>(
    "select p as problem from ledger_problems($1) p",
    [MAX_PROBLEMS],
  );
  const problems = rows.map((row) => row.problem);
  return { balanced: problems.length === 0, problems };
}
