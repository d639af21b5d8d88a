/** Gifts and Premium in Telegram's books, and the withdrawals for which they were bought. */
import type { Connection } from "./connection.ts";

/** A purchase as Telegram's books have it. */
export interface StarPurchase {
  readonly transactionId: string;
  readonly playerId: string;
  readonly kind: "gift" | "premium";
  /** Id of the gift, or months of Premium; null where Telegram does not name it. */
  readonly item: string | null;
  readonly stars: bigint;
  readonly atMs: number;
}

/**
 * Finds the withdrawal of a purchase and ties them together, once: the one that has claimed it, else
 * the oldest of that thing for that player at that price that was sent around that time and has none.
 * @param skewMs How far Telegram's clock and ours may be apart.
 * @returns `undecided`: one such withdrawal does not know yet whether it was sent.
 */
export async function matchPurchase(
  tx: Connection,
  { purchase, skewMs }: { purchase: StarPurchase; skewMs: number },
): Promise<"matched" | "undecided" | "unknown"> {
  const { transactionId, playerId, kind, item, stars, atMs } = purchase;
  const { rows: claimed } = await tx.query(
    "select from withdrawals w where w.transaction_id = $1",
    [transactionId],
  );
  if (claimed.length > 0) return "matched";
  const { rows } = await tx.query<{ withdrawal_id: string; is_open: boolean }>(
    `select w.withdrawal_id, w.is_open from withdrawals w
     where w.player_id = $1 and w.minor = $2 and w.transaction_id is null
       and w.choice::json ->> 'kind' = $3
       and ($6::text is null
         or coalesce(w.choice::json ->> 'giftId', w.choice::json ->> 'months') = $6)
       and w.attempted_at_ms <= $4::bigint + $5::bigint
       and (w.is_open or w.status = 'done' and w.closed_at_ms >= $4::bigint - $5::bigint)
     order by w.is_open, w.attempted_at_ms limit 1 for update`,
    [playerId, stars, kind, atMs, skewMs, item],
  );
  const [found] = rows;
  if (found === undefined) return "unknown";
  if (found.is_open) return "undecided";
  await tx.query("update withdrawals w set transaction_id = $2 where w.withdrawal_id = $1", [
    found.withdrawal_id,
    transactionId,
  ]);
  return "matched";
}

/** Marks the prizes that were sent and whose rows are known as ours as met. */
export async function markPurchasesSeen(tx: Connection): Promise<void> {
  await tx.query(
    `update withdrawals w set is_purchase_seen = true from star_books b
     where w.status = 'done' and w.attempted_at_ms is not null and not w.is_purchase_seen
       and b.transaction_id = any(array[w.transaction_id]) and b.direction = 'out'
       and b.ours is not null`,
  );
}

/** A prize that was sent, by our books, and is in no row of Telegram's. */
export interface UnfoundPurchase {
  readonly withdrawalId: string;
  readonly minor: bigint;
  readonly atMs: number;
}

/** Gifts and Premium that were sent before that time and not met, at most 100, oldest first. */
export async function listUnfoundPurchases(
  connection: Connection,
  beforeMs: number,
): Promise<UnfoundPurchase[]> {
  const { rows } = await connection.query<
    { withdrawal_id: string; minor: bigint; closed_at_ms: bigint }
  >(
    `select w.withdrawal_id, w.minor, w.closed_at_ms from withdrawals w
     where w.status = 'done' and w.attempted_at_ms is not null and not w.is_purchase_seen
       and w.closed_at_ms < $1
       and not exists (select from reconciliation_findings f
         where f.key = 'missing/purchase/' || w.withdrawal_id)
     order by w.closed_at_ms limit 100`,
    [beforeMs],
  );
  return rows.map((row) => ({
    withdrawalId: row.withdrawal_id,
    minor: row.minor,
    atMs: Number(row.closed_at_ms),
  }));
}
