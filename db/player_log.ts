/**
 * The log of everything that a player did and that was done for him: entries, payments, refunds,
 * questions, refusals. Lines are added in the commit of what they tell of, and never changed. They
 * hold ids and no words of his, so they stay when his data is deleted.
 */
import type { Connection } from "./connection.ts";

/** A line to add. */
export interface PlayerLogRow {
  playerId: string;
  atMs: number;
  /** `payment`, `refund`, `entryRefused`, … */
  what: string;
  /** Its status or reason; may be empty. */
  detail: string;
  raffleId?: string | null | undefined;
  paymentId?: string | null | undefined;
  chargeId?: string | null | undefined;
  minor?: string | null | undefined;
  currency?: string | null | undefined;
}

/** Adds lines, in their order. */
export async function insertPlayerLog(
  tx: Connection,
  rows: readonly PlayerLogRow[],
): Promise<void> {
  await tx.query(
    `insert into player_log (player_id, at_ms, what, detail, raffle_id, payment_id, charge_id,
       minor, currency)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::text[], $8::bigint[], $9::text[])`,
    [
      rows.map((row) => row.playerId),
      rows.map((row) => row.atMs),
      rows.map((row) => row.what),
      rows.map((row) => row.detail),
      rows.map((row) => row.raffleId ?? null),
      rows.map((row) => row.paymentId ?? null),
      rows.map((row) => row.chargeId ?? null),
      rows.map((row) => row.minor ?? null),
      rows.map((row) => row.currency ?? null),
    ],
  );
}

/** A line as it was added. */
export interface PlayerLogLine {
  id: bigint;
  atMs: bigint;
  what: string;
  detail: string;
  raffleId: string | null;
  paymentId: string | null;
  chargeId: string | null;
  minor: bigint | null;
  currency: string | null;
}

/** A page of a player's lines, the newest first, before the one with that id. */
export async function listPlayerLog(
  connection: Connection,
  { playerId, before, limit }: { playerId: string; before: bigint; limit: number },
): Promise<PlayerLogLine[]> {
  const { rows } = await connection.query<PlayerLogLine>(
    `select l.id, l.at_ms as "atMs", l.what, l.detail, l.raffle_id as "raffleId",
       l.payment_id as "paymentId", l.charge_id as "chargeId", l.minor, l.currency
     from player_log l where l.player_id = $1 and l.id < $2 order by l.id desc limit $3`,
    [playerId, before, limit],
  );
  return rows;
}
