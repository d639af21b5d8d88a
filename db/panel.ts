/** What the admin panel shows of raffles and of those who take part. */
import type { Connection } from "./connection.ts";
import type { RaffleListRow } from "./raffle_reads.ts";

/** Raffles in these statuses, the newest first. */
export async function listRafflesIn(
  connection: Connection,
  { statuses, limit, offset }: { statuses: readonly string[]; limit: number; offset: number },
): Promise<RaffleListRow[]> {
  const { rows } = await connection.query<RaffleListRow>(
    `select r.raffle_id, r.status, r.terms, r.tickets, r.players, r.opened_at_ms, r.closes_at_ms,
       r.public_reason
     from raffles r where r.status = any($1::text[]) order by r.seq desc limit $2 offset $3`,
    [statuses, limit, offset],
  );
  return rows;
}

export interface ParticipantRow {
  number: number;
  playerId: string;
  /** Empty when he is not known any more. */
  name: string;
  atMs: number;
  paymentId: string;
  /** State of the payment as its machine recorded it; empty when it is not known. */
  payment: string;
  chargeId: string | null;
}

/** Tickets behind a number, in order, with their players and payments. */
export async function listParticipants(
  connection: Connection,
  { raffleId, after, limit }: { raffleId: string; after: number; limit: number },
): Promise<ParticipantRow[]> {
  const { rows } = await connection.query<Omit<ParticipantRow, "atMs"> & { atMs: bigint }>(
    `select t.number, t.player_id as "playerId", coalesce(p.name, '') as name, t.at_ms as "atMs",
       t.payment_id as "paymentId", coalesce(y.status, '') as payment, y.charge_id as "chargeId"
     from tickets t
     left join players p on p.player_id = t.player_id
     left join payments y on y.payment_id = t.payment_id
     where t.raffle_id = $1 and t.number > $2 order by t.number limit $3`,
    [raffleId, after, limit],
  );
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}
