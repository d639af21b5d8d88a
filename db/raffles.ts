/** Writes what the machines record of players, entries and raffles; each call takes many rows. */
import type { Connection } from "./connection.ts";

export interface PlayerRow {
  playerId: string;
  chatId: number;
  name: string;
  language: string;
  isBlocked: boolean;
  /** Where his receipts go. */
  email?: string;
  /** When it was recorded; the first time counts. */
  atMs: number;
}

export async function recordPlayers(tx: Connection, players: readonly PlayerRow[]): Promise<void> {
  const rows = lastOfEach(players, (player) => player.playerId);
  await tx.query(
    `insert into players
       (player_id, chat_id, name, language, is_blocked, email, first_seen_at_ms)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::boolean[],
       $6::text[], $7::bigint[])
     on conflict (player_id) do update set chat_id = excluded.chat_id, name = excluded.name,
       language = excluded.language, is_blocked = excluded.is_blocked, email = excluded.email`,
    [
      rows.map((player) => player.playerId),
      rows.map((player) => player.chatId),
      rows.map((player) => withoutNul(player.name)),
      rows.map((player) => player.language),
      rows.map((player) => player.isBlocked),
      rows.map((player) => player.email ?? null),
      rows.map((player) => player.atMs),
    ],
  );
}

export interface RaffleRow {
  raffleId: string;
  status: string;
  /** JSON text. */
  terms: string;
  tickets: number;
  players: number;
  openedAtMs: number;
  closesAtMs: number;
  publicReason: string;
}

export async function recordRaffles(tx: Connection, raffles: readonly RaffleRow[]): Promise<void> {
  const rows = lastOfEach(raffles, (raffle) => raffle.raffleId);
  await tx.query(
    `insert into raffles
       (raffle_id, status, terms, tickets, players, opened_at_ms, closes_at_ms, public_reason)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::bigint[],
       $7::bigint[], $8::text[])
     on conflict (raffle_id) do update set status = excluded.status, terms = excluded.terms,
       tickets = excluded.tickets, players = excluded.players,
       opened_at_ms = excluded.opened_at_ms, closes_at_ms = excluded.closes_at_ms,
       public_reason = excluded.public_reason`,
    [
      rows.map((raffle) => raffle.raffleId),
      rows.map((raffle) => raffle.status),
      rows.map((raffle) => raffle.terms),
      rows.map((raffle) => raffle.tickets),
      rows.map((raffle) => raffle.players),
      rows.map((raffle) => raffle.openedAtMs),
      rows.map((raffle) => raffle.closesAtMs),
      rows.map((raffle) => withoutNul(raffle.publicReason)),
    ],
  );
}

export interface PaymentRow {
  paymentId: string;
  raffleId: string;
  playerId: string;
  status: string;
  minor: string | null;
  currency: string | null;
  chargeId: string | null;
  /** When it was recorded; the first time counts. */
  atMs: number;
}

export async function recordPayments(
  tx: Connection,
  payments: readonly PaymentRow[],
): Promise<void> {
  const rows = lastOfEach(payments, (payment) => payment.paymentId);
  await tx.query(
    `insert into payments
       (payment_id, raffle_id, player_id, status, minor, currency, charge_id, at_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[],
       $7::text[], $8::bigint[])
     on conflict (payment_id) do update set status = excluded.status,
       minor = coalesce(excluded.minor, payments.minor),
       currency = coalesce(excluded.currency, payments.currency),
       charge_id = coalesce(excluded.charge_id, payments.charge_id)`,
    [
      rows.map((payment) => payment.paymentId),
      rows.map((payment) => payment.raffleId),
      rows.map((payment) => payment.playerId),
      rows.map((payment) => payment.status),
      rows.map((payment) => payment.minor),
      rows.map((payment) => payment.currency),
      rows.map((payment) => payment.chargeId),
      rows.map((payment) => payment.atMs),
    ],
  );
}

export interface TicketRow {
  raffleId: string;
  number: number;
  playerId: string;
  paymentId: string;
  salt: string;
  atMs: number;
}

/** @throws When a number or a payment has a ticket already: the step that asked is undone. */
export async function recordTickets(tx: Connection, tickets: readonly TicketRow[]): Promise<void> {
  await tx.query(
    `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
     select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[])`,
    [
      tickets.map((ticket) => ticket.raffleId),
      tickets.map((ticket) => ticket.number),
      tickets.map((ticket) => ticket.playerId),
      tickets.map((ticket) => ticket.paymentId),
      tickets.map((ticket) => ticket.salt),
      tickets.map((ticket) => ticket.atMs),
    ],
  );
}

/**
 * Takes a ticket off the list; those behind it move up, so that the numbers stay 1…N.
 * @throws When the payment has no ticket: the step that asked is undone.
 */
export async function voidTicket(
  tx: Connection,
  { raffleId, paymentId }: { raffleId: string; paymentId: string },
): Promise<void> {
  const { rows } = await tx.query<{ number: number }>(
    `delete from tickets t where t.raffle_id = $1 and t.payment_id = $2 returning t.number`,
    [raffleId, paymentId],
  );
  const number = rows[0]?.number;
  if (number === undefined) throw new Error(`Payment "${paymentId}" has no ticket to void`);
  // By way of negative numbers, because the key is checked row by row.
  await tx.query(
    "update tickets t set number = -t.number where t.raffle_id = $1 and t.number > $2",
    [raffleId, number],
  );
  await tx.query(
    "update tickets t set number = -t.number - 1 where t.raffle_id = $1 and t.number < 0",
    [raffleId],
  );
}

/** Tickets and different players of each raffle, in the order asked. */
export async function countTickets(
  tx: Connection,
  raffleIds: readonly string[],
): Promise<{ tickets: number; players: number }[]> {
  const { rows } = await tx.query<{ tickets: number; players: number }>(
    `select count(t.number)::int as tickets, count(distinct t.player_id)::int as players
     from unnest($1::text[]) with ordinality as r(raffle_id, place)
     left join tickets t on t.raffle_id = r.raffle_id
     group by r.place order by r.place`,
    [raffleIds],
  );
  return rows;
}

/** A page of tickets in the order of their numbers. */
export async function pageTickets(
  connection: Connection,
  { raffleId, afterNumber, limit }: { raffleId: string; afterNumber: number; limit: number },
): Promise<TicketRow[]> {
  const { rows } = await connection.query<
    { number: number; player_id: string; payment_id: string; salt: string; at_ms: bigint }
  >(
    `select t.number, t.player_id, t.payment_id, t.salt, t.at_ms from tickets t
     where t.raffle_id = $1 and t.number > $2 order by t.number limit $3`,
    [raffleId, afterNumber, limit],
  );
  return rows.map((row) => ({
    raffleId,
    number: row.number,
    playerId: row.player_id,
    paymentId: row.payment_id,
    salt: row.salt,
    atMs: Number(row.at_ms),
  }));
}

/** Free text from outside may hold the one character that Postgres refuses. */
function withoutNul(text: string): string {
  return text.replaceAll("\0", "");
}

/** A multi-row upsert may touch a row once: of several records of one thing the last counts. */
function lastOfEach<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}
