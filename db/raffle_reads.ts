/** What people are shown of raffles, tickets and themselves. */
import type { Connection } from "./connection.ts";

export interface RaffleListRow {
  raffle_id: string;
  status: string;
  terms: string;
  tickets: number;
  players: number;
  opened_at_ms: bigint;
  closes_at_ms: bigint;
  public_reason: string;
}

const RAFFLE =
  "r.raffle_id, r.status, r.terms, r.tickets, r.players, r.opened_at_ms, r.closes_at_ms, r.public_reason";

/** Raffles in one status; the one that ends first comes first. */
export async function listRafflesByStatus(
  connection: Connection,
  { status, limit }: { status: string; limit: number },
): Promise<RaffleListRow[]> {
  const { rows } = await connection.query<RaffleListRow>(
    `select ${RAFFLE} from raffles r where r.status = $1 order by r.closes_at_ms, r.seq limit $2`,
    [status, limit],
  );
  return rows;
}

/** How many raffles are in the status, at most 1,000. */
export async function countRafflesByStatus(
  connection: Connection,
  status: string,
): Promise<number> {
  const { rows } = await connection.query<{ count: number }>(
    `select count(*)::int as count
     from (select from raffles r where r.status = $1 limit 1000) counted`,
    [status],
  );
  return rows[0]?.count ?? 0;
}

/** All raffles, the newest first. */
export async function listRaffles(connection: Connection, limit: number): Promise<RaffleListRow[]> {
  const { rows } = await connection.query<RaffleListRow>(
    `select ${RAFFLE} from raffles r order by r.seq desc limit $1`,
    [limit],
  );
  return rows;
}

export async function readRaffle(
  connection: Connection,
  raffleId: string,
): Promise<RaffleListRow | undefined> {
  const { rows } = await connection.query<RaffleListRow>(
    `select ${RAFFLE} from raffles r where r.raffle_id = $1`,
    [raffleId],
  );
  return rows[0];
}

export async function listTicketNumbers(
  connection: Connection,
  { raffleId, playerId }: { raffleId: string; playerId: string },
): Promise<number[]> {
  const { rows } = await connection.query<{ number: number }>(
    `select t.number from tickets t where t.raffle_id = $1 and t.player_id = $2
     order by t.number limit 1000`,
    [raffleId, playerId],
  );
  return rows.map((row) => row.number);
}

/** How many tickets a player has in a raffle. */
export async function countTicketsOf(
  connection: Connection,
  { raffleId, playerId }: { raffleId: string; playerId: string },
): Promise<number> {
  const { rows } = await connection.query<{ count: number }>(
    `select count(*)::int as count from tickets t
     where t.raffle_id = $1 and t.player_id = $2`,
    [raffleId, playerId],
  );
  return rows[0]?.count ?? 0;
}

/** The salt of his first ticket, which all of his lines carry. */
export async function readFirstSalt(
  connection: Connection,
  { raffleId, playerId }: { raffleId: string; playerId: string },
): Promise<string | undefined> {
  const { rows } = await connection.query<{ salt: string }>(
    `select t.salt from tickets t where t.raffle_id = $1 and t.player_id = $2
     order by t.number limit 1`,
    [raffleId, playerId],
  );
  return rows[0]?.salt;
}

export interface TicketListRow {
  raffle_id: string;
  terms: string;
  status: string;
  number: number;
  payment_id: string;
  at_ms: bigint;
  winners: string | null;
  has_proof: boolean;
  /** Null: its raffle belongs to none. */
  series_name: string | null;
  series_number: number | null;
  is_sealed: boolean;
  /** Where prizes must be taken: the place of this ticket, and what came of it. */
  claim_place: number | null;
  claim_state: string | null;
}

/** The first page begins before this. */
export const FROM_THE_NEWEST = { atMs: Number.MAX_SAFE_INTEGER, number: 2 ** 31 - 1 };

/** A player's tickets, the newest first. */
export async function listTicketsOf(
  connection: Connection,
  { playerId, limit, before = FROM_THE_NEWEST }: {
    playerId: string;
    limit: number;
    /** The last ticket of the page before. */
    before?: { atMs: number; number: number } | undefined;
  },
): Promise<TicketListRow[]> {
  const { rows } = await connection.query<TicketListRow>(
    `select t.raffle_id, r.terms, r.status, t.number, t.payment_id, t.at_ms, d.winners,
       d.proof is not null or exists (
         select from former_draws f where f.raffle_id = t.raffle_id and f.proof is not null
       ) as has_proof, d.seal is not null as is_sealed,
       s.name as series_name, o.number as series_number,
       c.place as claim_place, c.state as claim_state
     from tickets t
     join raffles r on r.raffle_id = t.raffle_id
     left join draws d on d.raffle_id = t.raffle_id
     left join series_raffles o on o.raffle_id = t.raffle_id
     left join raffle_series s on s.series_id = o.series_id
     left join prize_claims c on c.raffle_id = t.raffle_id and c.number = t.number
       and c.draw = 1 + (select count(*) from former_draws f where f.raffle_id = t.raffle_id)
     where t.player_id = $1 and (t.at_ms, t.number) < ($3, $4)
     order by t.at_ms desc, t.number desc limit $2`,
    [playerId, limit, before.atMs, before.number],
  );
  return rows;
}

export interface PlayerContactRow {
  player_id: string;
  chat_id: bigint;
  name: string;
  language: string;
  is_blocked: boolean;
}

/** Those of the players who are known, in any order. */
export async function readPlayers(
  connection: Connection,
  playerIds: readonly string[],
): Promise<PlayerContactRow[]> {
  const { rows } = await connection.query<PlayerContactRow>(
    `select p.player_id, p.chat_id, p.name, p.language, p.is_blocked from players p
     where p.player_id = any($1::text[])`,
    [playerIds],
  );
  return rows;
}

/** Where a player's receipts go; undefined until he has said it. */
export async function readEmail(
  connection: Connection,
  playerId: string,
): Promise<string | undefined> {
  const { rows } = await connection.query<{ email: string | null }>(
    "select p.email from players p where p.player_id = $1",
    [playerId],
  );
  return rows[0]?.email ?? undefined;
}

/** Stores what no actor took, once per key. @returns Whether it is new. */
export async function storeUnroutable(
  connection: Connection,
  unroutable: {
    key: string;
    rowName: string;
    reason: string;
    incoming: string;
    isMoney: boolean;
    atMs: number;
    /** Whose it is, when it says so. */
    playerId: string | null;
  },
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `insert into unroutable (key, row_name, reason, incoming, is_money, at_ms, player_id)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (key) do nothing`,
    [
      unroutable.key,
      unroutable.rowName,
      unroutable.reason,
      unroutable.incoming,
      unroutable.isMoney,
      unroutable.atMs,
      unroutable.playerId,
    ],
  );
  return rowCount === 1;
}
