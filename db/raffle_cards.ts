/**
 * The messages in which players have the card of a raffle open, one for each raffle and player, and
 * the wish that they follow their raffle. A page is one index range, however many have opened it.
 */
import type { Connection } from "./connection.ts";

/** A message that shows a raffle. */
export interface RaffleCardRow {
  raffleId: string;
  playerId: string;
  chatId: number;
  messageId: number;
  /** When it was opened last, epoch milliseconds. */
  touchedAtMs: number;
}

/** Remembers the message; it takes the place of the one that he opened before. */
export async function rememberCard(connection: Connection, card: RaffleCardRow): Promise<void> {
  await connection.query(
    `insert into raffle_cards (raffle_id, player_id, chat_id, message_id, touched_at_ms)
     values ($1, $2, $3, $4, $5)
     on conflict (raffle_id, player_id) do update set chat_id = excluded.chat_id,
       message_id = excluded.message_id, touched_at_ms = excluded.touched_at_ms`,
    [card.raffleId, card.playerId, card.chatId, card.messageId, card.touchedAtMs],
  );
}

/** A raffle's status and tickets as they are now, when no step that changes them is under way. */
export async function readSettledRaffle(
  connection: Connection,
  raffleId: string,
): Promise<{ status: string; tickets: number } | undefined> {
  const { rows } = await connection.query<{ status: string; tickets: number }>(
    "select r.status, r.tickets from raffles r where r.raffle_id = $1 for share",
    [raffleId],
  );
  return rows[0];
}

/** Forgets the message, unless he has opened a newer one since. */
export async function forgetCard(
  connection: Connection,
  card: Pick<RaffleCardRow, "raffleId" | "playerId" | "messageId">,
): Promise<void> {
  await connection.query(
    "delete from raffle_cards where raffle_id = $1 and player_id = $2 and message_id = $3",
    [card.raffleId, card.playerId, card.messageId],
  );
}

/** Forgets all messages of a raffle that will not change any more. */
export async function forgetCardsOf(connection: Connection, raffleId: string): Promise<void> {
  await connection.query("delete from raffle_cards where raffle_id = $1", [raffleId]);
}

/** A card with what its words depend on. */
export interface CardToEdit extends RaffleCardRow {
  language: string;
  /** His tickets in the raffle, ascending, at most 100. */
  numbers: number[];
  /** He follows the raffle's series. */
  isFollower: boolean;
}

/**
 * A page of a raffle's cards, the last opened first; those of players who have blocked the bot are
 * left out.
 * @param page `before` is the last card of the page before.
 */
export async function pageCards(
  connection: Connection,
  { raffleId, sinceMs, before, limit }: {
    raffleId: string;
    sinceMs: number;
    before: Pick<RaffleCardRow, "touchedAtMs" | "playerId"> | undefined;
    limit: number;
  },
): Promise<CardToEdit[]> {
  const { rows } = await connection.query<{
    player_id: string;
    chat_id: bigint;
    message_id: bigint;
    touched_at_ms: bigint;
    language: string;
    numbers: number[];
    is_follower: boolean;
  }>(
    `select c.player_id, c.chat_id, c.message_id, c.touched_at_ms, p.language,
       array(
         select t.number from tickets t where t.raffle_id = $1 and t.player_id = c.player_id
         order by t.number limit 100
       ) as numbers,
       exists (
         select from series_raffles o
         join series_followers f on f.series_id = o.series_id and f.player_id = c.player_id
         where o.raffle_id = $1
       ) as is_follower
     from raffle_cards c
     join players p on p.player_id = c.player_id and not p.is_blocked
     where c.raffle_id = $1 and c.touched_at_ms >= $2
       and (c.touched_at_ms, c.player_id) < ($3, $4)
     order by c.touched_at_ms desc, c.player_id desc limit $5`,
    [
      raffleId,
      sinceMs,
      before?.touchedAtMs ?? Number.MAX_SAFE_INTEGER,
      before?.playerId ?? "",
      limit,
    ],
  );
  return rows.map((row) => ({
    raffleId,
    playerId: row.player_id,
    chatId: Number(row.chat_id),
    messageId: Number(row.message_id),
    touchedAtMs: Number(row.touched_at_ms),
    language: row.language,
    numbers: row.numbers,
    isFollower: row.is_follower,
  }));
}

/** A raffle that has changed. */
export interface ChangedRaffle {
  /** Makes the effect's key: the same in every repeat of the step that asks. */
  key: string;
  /** The raffle's actor. */
  address: string;
  raffleId: string;
  atMs: number;
}

/**
 * Queues the effect that brings a raffle's cards up to date, one for all its cards; of those that
 * have not begun only one is kept. Nothing is queued for a raffle without cards.
 */
export async function queueCardEdits(
  tx: Connection,
  { effect, raffles }: { effect: string; raffles: readonly ChangedRaffle[] },
): Promise<void> {
  await tx.query(
    `insert into effects (key, address, name, input, lane, coalesce_key, fence, attempt, run_at)
     select r.key, r.address, $1, json_build_object('raffleId', r.raffle_id)::text,
       $1 || '/' || r.raffle_id, $1 || ' ' || r.raffle_id, 0, 0, r.at_ms
     from unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
       as r(key, address, raffle_id, at_ms)
     where exists (select from raffle_cards c where c.raffle_id = r.raffle_id)
     -- Locked, so that nobody runs the one that waits and reads the raffle as it was before.
     on conflict (coalesce_key) where coalesce_key is not null and attempt = 0
     do update set run_at = effects.run_at`,
    [
      effect,
      raffles.map((raffle) => raffle.key),
      raffles.map((raffle) => raffle.address),
      raffles.map((raffle) => raffle.raffleId),
      raffles.map((raffle) => raffle.atMs),
    ],
  );
}
