/** Who may take a prize that must be taken, and what came of it; a row for each ticket and place. */
import type { Connection } from "./connection.ts";

export interface PrizeClaimRow {
  raffleId: string;
  draw: number;
  place: number;
  number: number;
  round: number;
  playerId: string;
  state: string;
  /** Epoch milliseconds. */
  untilMs: number;
}

/** Writes down those whose time begins. */
export async function insertClaims(
  tx: Connection,
  claims: readonly PrizeClaimRow[],
): Promise<void> {
  await tx.query(
    `insert into prize_claims
       (raffle_id, draw, place, number, round, player_id, state, until_ms)
     select * from unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], $6::text[],
       $7::text[], $8::bigint[])`,
    [
      claims.map((claim) => claim.raffleId),
      claims.map((claim) => claim.draw),
      claims.map((claim) => claim.place),
      claims.map((claim) => claim.number),
      claims.map((claim) => claim.round),
      claims.map((claim) => claim.playerId),
      claims.map((claim) => claim.state),
      claims.map((claim) => claim.untilMs),
    ],
  );
}

/** What came of a claim. */
export interface EndedClaim extends Pick<PrizeClaimRow, "raffleId" | "draw" | "place" | "number"> {
  state: string;
  endedAtMs: number;
}

/** @throws When one of them does not wait: the step that asked is undone. */
export async function endClaims(tx: Connection, claims: readonly EndedClaim[]): Promise<void> {
  const { rowCount } = await tx.query(
    `update prize_claims c set state = e.state, ended_at_ms = e.ended_at_ms
     from unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::text[], $6::bigint[])
       as e(raffle_id, draw, place, number, state, ended_at_ms)
     where c.raffle_id = e.raffle_id and c.draw = e.draw and c.place = e.place
       and c.number = e.number and c.state = 'waiting'`,
    [
      claims.map((claim) => claim.raffleId),
      claims.map((claim) => claim.draw),
      claims.map((claim) => claim.place),
      claims.map((claim) => claim.number),
      claims.map((claim) => claim.state),
      claims.map((claim) => claim.endedAtMs),
    ],
  );
  if (rowCount !== claims.length) {
    throw new Error(`Cannot end ${claims.length} claims: ${rowCount} of them wait`);
  }
}

/** The claims of a raffle's last draw, by place, those who came first first. */
export async function listClaims(
  connection: Connection,
  raffleId: string,
): Promise<PrizeClaimRow[]> {
  const { rows } = await connection.query<{
    draw: number;
    place: number;
    number: number;
    round: number;
    player_id: string;
    state: string;
    until_ms: bigint;
  }>(
    `select c.draw, c.place, c.number, c.round, c.player_id, c.state, c.until_ms
     from prize_claims c
     where c.raffle_id = $1
       and c.draw = 1 + (select count(*) from former_draws f where f.raffle_id = $1)
     order by c.place, c.round`,
    [raffleId],
  );
  return rows.map((row) => ({
    raffleId,
    draw: row.draw,
    place: row.place,
    number: row.number,
    round: row.round,
    playerId: row.player_id,
    state: row.state,
    untilMs: Number(row.until_ms),
  }));
}
