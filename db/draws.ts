/** The stored draw of a raffle: each part is written once; only an answer can be replaced, see there. */
import type { Connection } from "./connection.ts";

export interface DrawRow {
  /** DrawTicket as JSON. */
  drawTicket: string;
  sealedAtMs: number | null;
  seal: string | null;
  /** NamedRound as JSON; null when the seal names none. */
  namedRound: string | null;
  randomText: string | null;
  signature: string | null;
  /** Of the named round, as it went into the request that was answered. */
  beaconSignature: string | null;
  proof: string | null;
  winners: string | null;
  /** The draw that this one replaces. */
  replaces: { seal: string; reason: string } | null;
}

export async function readDraw(
  connection: Connection,
  raffleId: string,
): Promise<DrawRow | undefined> {
  const { rows } = await connection.query<
    {
      draw_ticket: string;
      sealed_at_ms: bigint | null;
      seal: string | null;
      named_round: string | null;
      random_text: string | null;
      signature: string | null;
      beacon_signature: string | null;
      proof: string | null;
      winners: string | null;
      replaced_seal: string | null;
      replaced_reason: string | null;
    }
  >(
    `select d.draw_ticket, d.sealed_at_ms, d.seal, d.named_round, d.random_text, d.signature,
       d.beacon_signature, d.proof, d.winners, f.seal as replaced_seal, f.reason as replaced_reason
     from draws d
     left join lateral (
       select f.seal, f.reason from former_draws f where f.raffle_id = d.raffle_id
       order by f.draw desc limit 1
     ) f on true
     where d.raffle_id = $1`,
    [raffleId],
  );
  const row = rows[0];
  return row === undefined ? undefined : {
    drawTicket: row.draw_ticket,
    sealedAtMs: row.sealed_at_ms === null ? null : Number(row.sealed_at_ms),
    seal: row.seal,
    namedRound: row.named_round,
    randomText: row.random_text,
    signature: row.signature,
    beaconSignature: row.beacon_signature,
    proof: row.proof,
    winners: row.winners,
    replaces: row.replaced_seal === null || row.replaced_reason === null
      ? null
      : { seal: row.replaced_seal, reason: row.replaced_reason },
  };
}

/** A draw that another one replaced. */
export interface FormerDrawRow {
  draw: number;
  drawTicket: string;
  sealedAtMs: number;
  seal: string;
  namedRound: string | null;
  randomText: string | null;
  signature: string | null;
  hasProof: boolean;
  /** Public. */
  reason: string;
  replacedAtMs: number;
}

/** The replaced draws of a raffle, the first first. */
export async function listFormerDraws(
  connection: Connection,
  raffleId: string,
): Promise<FormerDrawRow[]> {
  const { rows } = await connection.query<{
    draw: number;
    draw_ticket: string;
    sealed_at_ms: bigint;
    seal: string;
    named_round: string | null;
    random_text: string | null;
    signature: string | null;
    has_proof: boolean;
    reason: string;
    replaced_at_ms: bigint;
  }>(
    `select f.draw, f.draw_ticket, f.sealed_at_ms, f.seal, f.named_round, f.random_text,
       f.signature, f.proof is not null as has_proof, f.reason, f.replaced_at_ms
     from former_draws f where f.raffle_id = $1 order by f.draw`,
    [raffleId],
  );
  return rows.map((row) => ({
    draw: row.draw,
    drawTicket: row.draw_ticket,
    sealedAtMs: Number(row.sealed_at_ms),
    seal: row.seal,
    namedRound: row.named_round,
    randomText: row.random_text,
    signature: row.signature,
    hasProof: row.has_proof,
    reason: row.reason,
    replacedAtMs: Number(row.replaced_at_ms),
  }));
}

/** The proof of a raffle's draw; as long as there is none of the present one, of the last that has one. */
export async function readProof(
  connection: Connection,
  raffleId: string,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ proof: string }>(
    `select p.proof from (
       select d.proof, 0 as age from draws d where d.raffle_id = $1
       union all
       select f.proof, 100 - f.draw from former_draws f where f.raffle_id = $1
     ) p
     where p.proof is not null order by p.age limit 1`,
    [raffleId],
  );
  return rows[0]?.proof;
}

/**
 * Puts a draw beside, so that the raffle has none.
 * @throws When there is no sealed draw, or it is another one: the step that asked is undone.
 */
export async function archiveDraw(
  tx: Connection,
  { raffleId, draw, reason, atMs }: {
    raffleId: string;
    draw: number;
    reason: string;
    atMs: number;
  },
): Promise<void> {
  const { rowCount } = await tx.query(
    `with gone as (delete from draws d where d.raffle_id = $1 returning d.*)
     insert into former_draws (raffle_id, draw, draw_ticket, sealed_at_ms, seal, named_round,
       random_text, signature, beacon_signature, proof, winners, reason, replaced_at_ms)
     select g.raffle_id, $2::int, g.draw_ticket, g.sealed_at_ms, g.seal, g.named_round, g.random_text,
       g.signature, g.beacon_signature, g.proof, g.winners, $3, $4
     from gone g
     where $2::int = 1 + (select count(*) from former_draws f where f.raffle_id = $1)`,
    [raffleId, draw, reason, atMs],
  );
  if (rowCount !== 1) throw new Error(`Raffle "${raffleId}" has no draw ${draw} to replace`);
}

/** Keeps the first ticket that was taken for a raffle. @returns The one that is kept. */
export async function storeDrawTicket(
  connection: Connection,
  { raffleId, drawTicket }: { raffleId: string; drawTicket: string },
): Promise<string> {
  const { rows } = await connection.query<{ draw_ticket: string }>(
    `insert into draws as d (raffle_id, draw_ticket) values ($1, $2)
     on conflict (raffle_id) do update set draw_ticket = d.draw_ticket
     returning d.draw_ticket`,
    [raffleId, drawTicket],
  );
  return (rows[0] as { draw_ticket: string }).draw_ticket;
}

export interface StoredSeal {
  sealedAtMs: number;
  seal: string;
  /** NamedRound as JSON; null when the seal names none. */
  namedRound: string | null;
}

/**
 * Keeps the first seal; that of a draw which was replaced meanwhile is none.
 * @returns The one that is kept.
 */
export async function storeSeal(
  connection: Connection,
  { raffleId, drawTicket, sealedAtMs, seal, namedRound }:
    & { raffleId: string; drawTicket: string }
    & StoredSeal,
): Promise<StoredSeal> {
  const { rows } = await connection.query<
    { sealed_at_ms: bigint; seal: string; named_round: string | null }
  >(
    `update draws d set sealed_at_ms = coalesce(d.sealed_at_ms, $2), seal = coalesce(d.seal, $3),
       named_round = case when d.seal is null then $4 else d.named_round end
     where d.raffle_id = $1 and d.draw_ticket = $5
     returning d.sealed_at_ms, d.seal, d.named_round`,
    [raffleId, sealedAtMs, seal, namedRound, drawTicket],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`Raffle "${raffleId}" has no RANDOM.ORG ticket to seal`);
  return { sealedAtMs: Number(row.sealed_at_ms), seal: row.seal, namedRound: row.named_round };
}

/** Keeps the first signed answer, exactly as it came, and what it was asked with. */
export async function storeAnswer(
  connection: Connection,
  { raffleId, seal, randomText, signature, beaconSignature }: {
    raffleId: string;
    /** Of the draw that it answers; one that was replaced meanwhile gets none. */
    seal: string;
    randomText: string;
    signature: string;
    beaconSignature: string | null;
  },
): Promise<void> {
  await connection.query(
    `update draws d set random_text = $2, signature = $3, beacon_signature = $4
     where d.raffle_id = $1 and d.seal = $5 and d.random_text is null`,
    [raffleId, randomText, signature, beaconSignature, seal],
  );
}

/**
 * Puts an answer that verifies in the place of one that does not. Until there is a proof, and only if
 * nobody was faster.
 *
 * @param replaced the `random` that was found wrong
 */
export async function replaceAnswer(
  connection: Connection,
  { raffleId, randomText, signature, replaced }: {
    raffleId: string;
    randomText: string;
    signature: string;
    replaced: string;
  },
): Promise<void> {
  await connection.query(
    `update draws d set random_text = $2, signature = $3
     where d.raffle_id = $1 and d.random_text = $4 and d.proof is null`,
    [raffleId, randomText, signature, replaced],
  );
}

export async function storeProof(
  connection: Connection,
  { raffleId, seal, proof, winners }: {
    raffleId: string;
    seal: string;
    proof: string;
    winners: string;
  },
): Promise<void> {
  await connection.query(
    `update draws d set proof = $2, winners = $3
     where d.raffle_id = $1 and d.seal = $4 and d.proof is null`,
    [raffleId, proof, winners, seal],
  );
}
