/**
 * The sums of both books, ours and Telegram's. Guards against a difference that is none: money moves
 * while the books are compared, and what one statement sees of it the next may see otherwise.
 */
import type { Connection } from "./connection.ts";

/** What lies at Telegram, by either book, less what is known to be in one of them only. */
export interface StarSums {
  /** Of our accounts, without what was not met in the rows that were read; whole Stars. */
  readonly ours: bigint;
  /** Of the rows that were read, without those that are nothing of ours; billionths of a Star. */
  readonly theirsNanos: bigint;
}

/**
 * Reads both sums at one moment: in one statement, so with one snapshot of the database. An account and
 * the row that says why it has moved are written in one commit, and a row of Telegram's becomes ours in
 * one commit with the mark at its counterpart; so what comes meanwhile is in both sums or in none.
 */
export async function sumStarBooks(connection: Connection): Promise<StarSums> {
  const { rows } = await connection.query<{ ours: bigint; theirs: bigint }>(
    `select (
       (select coalesce(-sum(a.balance_minor), 0) from ledger_accounts a
        where a.name in ('provider/telegram/available', 'provider/telegram/settling')
          and a.currency = 'XTR')
       - (select coalesce(sum(c.minor), 0) from charges c
          where not c.is_receipt_seen and c.currency = 'XTR')
       + (select coalesce(sum(c.minor), 0) from charges c
          where c.lies = 'gone' and not c.is_return_seen and c.currency = 'XTR')
       + (select coalesce(sum(w.minor), 0) from withdrawals w
          where w.status = 'done' and w.attempted_at_ms is not null and not w.is_purchase_seen)
     )::bigint as ours, (
       coalesce(max(r.nanos), 0)
       - (select coalesce(sum(case b.direction when 'in' then b.nanos else -b.nanos end), 0)
          from star_books b
          where b.ours is null and b.run = (select n.run from star_books_reading n where n.is_one))
     )::bigint as theirs
     from star_books_reading r where r.is_one`,
  );
  const [sums] = rows;
  if (sums === undefined) throw new Error("A sum without an answer");
  return { ours: sums.ours, theirsNanos: sums.theirs };
}
