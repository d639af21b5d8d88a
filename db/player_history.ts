/** Charges of a player and those on their way back to him, for his history; pages go by a number. */
import type { Connection } from "./connection.ts";

/** A charge on its way back. */
export interface RefundRow {
  refundId: string;
  playerId: string;
  paymentId: string;
  raffleId: string;
  chargeId: string;
  minor: string;
  currency: string;
  reason: string;
  status: string;
  atMs: number;
}

/** Writes what has become of refunds; of several records of one the last counts. */
export async function recordRefunds(
  tx: Connection,
  refunds: readonly RefundRow[],
): Promise<void> {
  const rows = [...new Map(refunds.map((row) => [row.refundId, row])).values()];
  await tx.query(
    `insert into refunds (refund_id, player_id, payment_id, raffle_id, charge_id, minor, currency,
       reason, status, at_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
       $7::text[], $8::text[], $9::text[], $10::bigint[])
     on conflict (refund_id) do update set status = excluded.status`,
    [
      rows.map((row) => row.refundId),
      rows.map((row) => row.playerId),
      rows.map((row) => row.paymentId),
      rows.map((row) => row.raffleId),
      rows.map((row) => row.chargeId),
      rows.map((row) => row.minor),
      rows.map((row) => row.currency),
      rows.map((row) => row.reason),
      rows.map((row) => row.status),
      rows.map((row) => row.atMs),
    ],
  );
}

/** A charge, or one that goes back. */
export interface ChargeLine {
  seq: bigint;
  paymentId: string;
  raffleId: string;
  chargeId: string;
  status: string;
  minor: bigint;
  currency: string;
  /** 0 for what was recorded before times were. */
  atMs: bigint;
}

/** Which page: before that number, the newest first. */
export interface ChargePage {
  playerId: string;
  before: bigint;
  limit: number;
}

/** His entries that were paid by a charge. */
export async function listCharges(
  connection: Connection,
  { playerId, before, limit }: ChargePage,
): Promise<ChargeLine[]> {
  const { rows } = await connection.query<ChargeLine>(
    `select p.seq, p.payment_id as "paymentId", p.raffle_id as "raffleId",
       p.charge_id as "chargeId", p.status, p.minor, p.currency, p.at_ms as "atMs"
     from payments p
     where p.player_id = $1 and p.seq < $2 and p.charge_id is not null
     order by p.seq desc limit $3`,
    [playerId, before, limit],
  );
  return rows;
}

/** Charges that go back to him, those of others' invoices that he paid among them. */
export async function listRefunds(
  connection: Connection,
  { playerId, before, limit }: ChargePage,
): Promise<ChargeLine[]> {
  const { rows } = await connection.query<ChargeLine>(
    `select r.seq, r.payment_id as "paymentId", r.raffle_id as "raffleId",
       r.charge_id as "chargeId", r.status, r.minor, r.currency, r.at_ms as "atMs"
     from refunds r where r.player_id = $1 and r.seq < $2 order by r.seq desc limit $3`,
    [playerId, before, limit],
  );
  return rows;
}

/** A charge that does not go back. */
export interface FailingRefundRow extends Pick<ChargeLine, "chargeId" | "minor" | "currency"> {
  refundId: string;
  playerId: string;
}

/** Charges that do not go back, however often it is tried, the oldest first. Reads all: admins ask seldom. */
export async function listFailingRefunds(
  connection: Connection,
  limit: number,
): Promise<FailingRefundRow[]> {
  const { rows } = await connection.query<FailingRefundRow>(
    `select r.refund_id as "refundId", r.player_id as "playerId", r.charge_id as "chargeId",
       r.minor, r.currency
     from refunds r where r.status = 'failing' order by r.seq limit $1`,
    [limit],
  );
  return rows;
}
