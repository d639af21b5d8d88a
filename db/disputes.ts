/** Questions about payments: each is a row that stays open until an admin has answered. */
import type { Connection } from "./connection.ts";

/** A question to store. */
export interface DisputeInsert {
  disputeId: string;
  playerId: string;
  paymentId: string | null;
  suspicionId: string | null;
  words: string;
  atMs: number;
}

/** Stores questions; of a payment, or a suspicion, only one of his own is kept. */
export async function insertDisputes(
  tx: Connection,
  disputes: readonly DisputeInsert[],
): Promise<void> {
  await tx.query(
    `insert into disputes
       (dispute_id, player_id, payment_id, charge_id, suspicion_id, words, status, at_ms)
     select u.dispute_id, u.player_id, p.payment_id, p.charge_id, s.suspicion_id, u.words, 'open',
       u.at_ms
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
       as u(dispute_id, player_id, payment_id, words, at_ms, suspicion_id)
     left join payments p on p.payment_id = u.payment_id and p.player_id = u.player_id
     left join suspicions s on s.suspicion_id = u.suspicion_id and s.player_id = u.player_id`,
    [
      disputes.map((dispute) => dispute.disputeId),
      disputes.map((dispute) => dispute.playerId),
      disputes.map((dispute) => dispute.paymentId),
      disputes.map((dispute) => dispute.words.replaceAll("\0", "")),
      disputes.map((dispute) => dispute.atMs),
      disputes.map((dispute) => dispute.suspicionId),
    ],
  );
}

/** Stores answers; an answered question is open no more. */
export async function answerDisputes(
  tx: Connection,
  answers: readonly { disputeId: string; words: string; by: string; atMs: number }[],
): Promise<void> {
  await tx.query(
    `update disputes d set status = 'answered', answer = u.words, answered_by = u.by,
       answered_at_ms = u.at_ms
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
       as u(dispute_id, words, by, at_ms)
     where d.dispute_id = u.dispute_id`,
    [
      answers.map((answer) => answer.disputeId),
      answers.map((answer) => answer.words.replaceAll("\0", "")),
      answers.map((answer) => answer.by),
      answers.map((answer) => answer.atMs),
    ],
  );
}

/** A question as admins are shown it. */
export interface DisputeRow {
  disputeId: string;
  seq: bigint;
  playerId: string;
  /** Empty when his data was deleted. */
  name: string;
  words: string;
  status: string;
  atMs: bigint;
  paymentId: string | null;
  chargeId: string | null;
  paymentStatus: string | null;
  suspicionId: string | null;
  signal: string | null;
  suspicionStatus: string | null;
  raffleId: string | null;
  minor: bigint | null;
  currency: string | null;
}

const DISPUTE = `d.dispute_id as "disputeId", d.seq, d.player_id as "playerId",
  coalesce(w.name, '') as name, d.words, d.status, d.at_ms as "atMs", d.payment_id as "paymentId",
  d.charge_id as "chargeId", p.status as "paymentStatus", p.raffle_id as "raffleId", p.minor,
  p.currency, d.suspicion_id as "suspicionId", s.signal, s.status as "suspicionStatus"`;
const SURROUNDINGS = `left join players w on w.player_id = d.player_id
  left join payments p on p.payment_id = d.payment_id
  left join suspicions s on s.suspicion_id = d.suspicion_id`;

/** One question, or undefined when there is none (any more). */
export async function readDispute(
  connection: Connection,
  disputeId: string,
): Promise<DisputeRow | undefined> {
  const { rows } = await connection.query<DisputeRow>(
    `select ${DISPUTE} from disputes d ${SURROUNDINGS} where d.dispute_id = $1`,
    [disputeId],
  );
  return rows[0];
}

/** A page of the open questions, the oldest first, after the one with that number. */
export async function listOpenDisputes(
  connection: Connection,
  { after, limit }: { after: bigint; limit: number },
): Promise<DisputeRow[]> {
  const { rows } = await connection.query<DisputeRow>(
    `select ${DISPUTE} from disputes d ${SURROUNDINGS}
     where d.status = 'open' and d.seq > $1 order by d.seq limit $2`,
    [after, limit],
  );
  return rows;
}
