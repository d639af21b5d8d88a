/** Pages of people who are told something, who looks on, and how each broadcast stands. */
import type { Connection } from "./connection.ts";

/** People on one page: the most that one commit writes or one effect tells. */
export const BROADCAST_PAGE = 100;

/** Who is told first; `NOBODY_LEFT` takes no page. */
export const BROADCAST_RANKS = ["winners", "participants", "observers", "followers"] as const;
/** Behind the last group. */
export const NOBODY_LEFT = BROADCAST_RANKS.length;

export interface PageTurn {
  raffleId: string;
  /** Of the broadcast. */
  number: number;
  /** Group and id of the last one of the page before. */
  rank: number;
  playerId: string;
  winners: readonly string[];
  /** Told otherwise. */
  told: readonly string[];
  withObservers: boolean;
  /** Those who follow its series, and nobody else. */
  isForFollowers: boolean;
}

export interface TurnedPage {
  taken: number;
  /** Of the last one taken; null when nobody was. */
  rank: number | null;
  player_id: string | null;
  sent: number;
  blocked: number;
  uncertain: number;
  failed: number;
}

/** Of the parameters below: the last one's id if he is of this group, else the empty one. */
const after = (rank: number): string => `case when $3::int = ${rank} then $4 else '' end`;

/**
 * The next participants; `$6` has the winners too, who are told in their own group, or were told.
 * Rows are compared and cut before they are filtered by raffle, because then also a planner without
 * statistics (the embedded database never has any) walks the index instead of sorting all tickets:
 * 0.3 ms a page instead of 14 ms at 20,000 tickets.
 */
const PARTICIPANTS = `select 1 as rank, p.player_id from (
       select distinct t.raffle_id, t.player_id from tickets t
       where $3::int <= 1 and (t.raffle_id, t.player_id) > ($1, ${after(1)})
         and t.player_id <> all($6::text[])
       order by t.raffle_id, t.player_id limit ${BROADCAST_PAGE}
     ) p where p.raffle_id = $1`;
const HAS_NO_TICKET = `not exists (
         select 1 from tickets t where t.raffle_id = $1 and t.player_id = o.player_id
       )`;
const OBSERVERS = `select 2 as rank, p.player_id from (
       select o.raffle_id, o.player_id from observers o
       where $3::int <= 2 and $7::boolean and (o.raffle_id, o.player_id) > ($1, ${after(2)})
         and not o.is_stopped and o.player_id <> all($6::text[]) and ${HAS_NO_TICKET}
       order by o.raffle_id, o.player_id limit ${BROADCAST_PAGE}
     ) p where p.raffle_id = $1`;
const FOLLOWERS = `select 3 as rank, o.player_id from series_raffles s
     join series_followers o on o.series_id = s.series_id
     where s.raffle_id = $1 and $3::int <= 3 and o.player_id > ${after(3)}
       and o.player_id <> all($6::text[]) and ${HAS_NO_TICKET}
     order by o.player_id limit ${BROADCAST_PAGE}`;

/**
 * Counts the page under way and removes it, and writes the next one. Each group is cut to a page
 * before they are joined, so that the cost is that of a page however many there are. Who is not known
 * any more, or has blocked the bot, is counted as not reachable without a call.
 */
export async function turnPage(tx: Connection, turn: PageTurn): Promise<TurnedPage> {
  const { isForFollowers } = turn;
  const { rows: [row] } = await tx.query<TurnedPage>(
    isForFollowers ? TURN_FOLLOWERS : TURN_EVERYBODY,
    [
      turn.raffleId,
      turn.number,
      turn.rank,
      turn.playerId,
      winnersOf(turn),
      excludedOf(turn),
      ...isForFollowers ? [] : [turn.withObservers],
    ],
  );
  if (row === undefined) throw new Error("A count without an answer");
  return row;
}

/** @param groups Selects of the next page of each group besides the winners. */
function turnOf(groups: readonly string[]): string {
  return `with closed as (
       delete from deliveries d where d.raffle_id = $1 and d.number = $2 returning d.state
     ), page as materialized (
       select u.rank, u.player_id from (
         (select 0 as rank, w.player_id from unnest($5::text[]) w(player_id)
           where $3::int = 0 and w.player_id > $4 order by w.player_id limit ${BROADCAST_PAGE})
         ${groups.map((group) => `union all (${group})`).join("\n")}
       ) u order by u.rank, u.player_id limit ${BROADCAST_PAGE}
     ), written as (
       insert into deliveries (raffle_id, number, player_id, rank, state)
       select $1, $2, p.player_id, p.rank,
         case when k.is_blocked is false then 'queued' else 'blocked' end
       from page p left join players k on k.player_id = p.player_id
     ), last as (
       select p.rank, p.player_id from page p order by p.rank desc, p.player_id desc limit 1
     )
     select (select count(*) from page)::int as taken,
       (select l.rank from last l) as rank, (select l.player_id from last l) as player_id,
       (count(*) filter (where c.state = 'sent'))::int as sent,
       (count(*) filter (where c.state = 'blocked'))::int as blocked,
       (count(*) filter (where c.state in ('uncertain', 'sending')))::int as uncertain,
       (count(*) filter (where c.state = 'failed'))::int as failed
     from closed c`;
}
const TURN_EVERYBODY = turnOf([PARTICIPANTS, OBSERVERS]);
const TURN_FOLLOWERS = turnOf([FOLLOWERS]);

/** How many a broadcast will reach; reads them all, so it is asked once, at its beginning. */
export async function countRecipients(tx: Connection, turn: PageTurn): Promise<number> {
  if (turn.isForFollowers) {
    const { rows: [row] } = await tx.query<{ recipients: number }>(
      `select count(*)::int as recipients from series_raffles s
       join series_followers o on o.series_id = s.series_id
       where s.raffle_id = $1 and o.player_id <> all($2::text[]) and ${HAS_NO_TICKET}`,
      [turn.raffleId, excludedOf(turn)],
    );
    return row?.recipients ?? 0;
  }
  const { rows: [row] } = await tx.query<{ recipients: number }>(
    `select (
       (select count(distinct t.player_id) from tickets t
        where t.raffle_id = $1 and t.player_id <> all($2::text[]))
       + (select count(*) from observers o
        where $3::boolean and o.raffle_id = $1 and not o.is_stopped
          and o.player_id <> all($2::text[]) and ${HAS_NO_TICKET})
     )::int as recipients`,
    [turn.raffleId, excludedOf(turn), turn.withObservers],
  );
  return winnersOf(turn).length + (row?.recipients ?? 0);
}

function winnersOf({ winners, told }: PageTurn): string[] {
  return winners.filter((playerId) => !told.includes(playerId));
}

function excludedOf({ winners, told }: PageTurn): string[] {
  return [...winners, ...told];
}

/** A page's broadcast. */
export interface PageKey {
  raffleId: string;
  number: number;
}

export interface RecipientRow {
  player_id: string;
  chat_id: bigint;
  language: string;
  rank: number;
}

/**
 * Those of the page who were not tried yet, in their order. An attempt without an outcome belongs to
 * another run: it may have arrived, so it is not repeated. Who is not known any more is not reachable.
 * With nobody left, what becomes of each stays one of `sent`, `blocked`, `uncertain`, `failed`.
 */
export async function beginPage(
  connection: Connection,
  { raffleId, number }: PageKey,
): Promise<RecipientRow[]> {
  await connection.query(
    `update deliveries d set state = case d.state when 'sending' then 'uncertain' else 'blocked' end
     where d.raffle_id = $1 and d.number = $2 and (d.state = 'sending' or d.state = 'queued'
       and not exists (select from players p where p.player_id = d.player_id))`,
    [raffleId, number],
  );
  const { rows } = await connection.query<RecipientRow>(
    `select d.player_id, p.chat_id, p.language, d.rank from deliveries d
     join players p on p.player_id = d.player_id
     where d.raffle_id = $1 and d.number = $2 and d.state = 'queued'
     order by d.rank, d.player_id`,
    [raffleId, number],
  );
  return rows;
}

/** Puts attempts on record. @returns Those who may be called: nobody else has tried them. */
export async function claimDeliveries(
  connection: Connection,
  { raffleId, number, playerIds }: PageKey & { playerIds: readonly string[] },
): Promise<string[]> {
  const { rows } = await connection.query<{ player_id: string }>(
    `update deliveries d set state = 'sending'
     where d.raffle_id = $1 and d.number = $2 and d.player_id = any($3::text[])
       and d.state = 'queued'
     returning d.player_id`,
    [raffleId, number, playerIds],
  );
  return rows.map((row) => row.player_id);
}

/** What came of attempts; one that a later run has given up as uncertain is certain after all. */
export async function recordDeliveries(
  connection: Connection,
  { raffleId, number, playerIds, state }: PageKey & {
    playerIds: readonly string[];
    state: string;
  },
): Promise<void> {
  await connection.query(
    `update deliveries d set state = $4
     where d.raffle_id = $1 and d.number = $2 and d.player_id = any($3::text[])
       and (d.state = 'sending' or (d.state = 'uncertain' and $4 <> 'queued'))`,
    [raffleId, number, playerIds, state],
  );
}

/** Leaves out those of the page under way who have not been tried. */
export async function skipDeliveries(
  tx: Connection,
  { raffleId, number, playerIds }: PageKey & { playerIds: readonly string[] },
): Promise<void> {
  await tx.query(
    `update deliveries d set state = 'skipped'
     where d.raffle_id = $1 and d.number = $2 and d.player_id = any($3::text[])
       and d.state = 'queued'`,
    [raffleId, number, playerIds],
  );
}

export interface ObserverRow {
  raffleId: string;
  playerId: string;
  isStopped: boolean;
  atMs: number;
}

/** Notes who looks at raffles that are there to be looked at; to stop is for good. */
export async function recordObservers(
  tx: Connection,
  observers: readonly ObserverRow[],
): Promise<void> {
  const rows = [...Map.groupBy(observers, (each) => `${each.raffleId} ${each.playerId}`).values()]
    .flatMap((of) => of.find(({ isStopped }) => isStopped) ?? of[0] ?? []);
  await tx.query(
    `insert into observers (raffle_id, player_id, at_ms, is_stopped)
     select w.raffle_id, w.player_id, w.at_ms, w.is_stopped
     from unnest($1::text[], $2::text[], $3::bigint[], $4::boolean[])
       as w(raffle_id, player_id, at_ms, is_stopped)
     join raffles r on r.raffle_id = w.raffle_id
       and r.status not in ('draft', 'settled', 'refunding', 'refunded')
     on conflict (raffle_id, player_id) do update set is_stopped = true
     where excluded.is_stopped and not observers.is_stopped`,
    [
      rows.map((row) => row.raffleId),
      rows.map((row) => row.playerId),
      rows.map((row) => row.atMs),
      rows.map((row) => row.isStopped),
    ],
  );
}

export interface BroadcastRow {
  raffleId: string;
  number: number;
  notice: string;
  status: string;
  recipients: number;
  sent: number;
  blocked: number;
  uncertain: number;
  failed: number;
  startedAtMs: number;
  atMs: number;
}

/** Writes how broadcasts stand; of several records of one the last counts. */
export async function recordBroadcasts(
  tx: Connection,
  broadcasts: readonly BroadcastRow[],
): Promise<void> {
  const rows = [
    ...new Map(broadcasts.map((row) => [`${row.raffleId} ${row.number}`, row])).values(),
  ];
  await tx.query(
    `insert into broadcasts
       (raffle_id, number, notice, status, recipients, sent, blocked, uncertain, failed,
        started_at_ms, at_ms)
     select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::int[], $6::int[],
       $7::int[], $8::int[], $9::int[], $10::bigint[], $11::bigint[])
     on conflict (raffle_id, number) do update set status = excluded.status,
       recipients = excluded.recipients, sent = excluded.sent, blocked = excluded.blocked,
       uncertain = excluded.uncertain, failed = excluded.failed, at_ms = excluded.at_ms`,
    [
      rows.map((row) => row.raffleId),
      rows.map((row) => row.number),
      rows.map((row) => row.notice),
      rows.map((row) => row.status),
      rows.map((row) => row.recipients),
      rows.map((row) => row.sent),
      rows.map((row) => row.blocked),
      rows.map((row) => row.uncertain),
      rows.map((row) => row.failed),
      rows.map((row) => row.startedAtMs),
      rows.map((row) => row.atMs),
    ],
  );
}

export interface BroadcastListRow {
  raffle_id: string;
  terms: string | null;
  notice: string;
  status: string;
  recipients: number;
  sent: number;
  blocked: number;
  uncertain: number;
  failed: number;
  started_at_ms: bigint;
  at_ms: bigint;
}

/** Broadcasts, the newest first; what the page under way has reached by now is counted in. */
export async function listBroadcasts(
  connection: Connection,
  limit: number,
): Promise<BroadcastListRow[]> {
  const { rows } = await connection.query<BroadcastListRow>(
    `select b.raffle_id, r.terms, b.notice, b.status, b.recipients,
       (b.sent + d.sent)::int as sent, (b.blocked + d.blocked)::int as blocked,
       (b.uncertain + d.uncertain)::int as uncertain, (b.failed + d.failed)::int as failed,
       b.started_at_ms, b.at_ms
     from (select * from broadcasts order by started_at_ms desc limit $1) b
     left join raffles r on r.raffle_id = b.raffle_id
     cross join lateral (
       select count(*) filter (where state = 'sent') as sent,
         count(*) filter (where state = 'blocked') as blocked,
         count(*) filter (where state = 'uncertain') as uncertain,
         count(*) filter (where state = 'failed') as failed
       from deliveries where raffle_id = b.raffle_id and number = b.number
     ) d
     order by b.started_at_ms desc, b.raffle_id, b.number desc`,
    [limit],
  );
  return rows;
}

/** A post in the channel. */
export interface AnnouncementKey {
  raffleId: string;
  occasion: string;
}

/**
 * Puts a post in the channel on record before it is made.
 * @returns How it stood: `new` before the first try, or `sending`, `posted`, `failed`.
 */
export async function beginAnnouncement(
  connection: Connection,
  { raffleId, occasion }: AnnouncementKey,
): Promise<string> {
  const { rows: [row] } = await connection.query<{ state: string }>(
    `with begun as (
       insert into announcements (raffle_id, occasion, state) values ($1, $2, 'sending')
       on conflict (raffle_id, occasion) do nothing returning 'new' as state
     )
     select state from begun
     union all
     select a.state from announcements a where a.raffle_id = $1 and a.occasion = $2`,
    [raffleId, occasion],
  );
  // Another run has begun it in the very same moment.
  return row?.state ?? "sending";
}

/** Telegram did nothing: the post is as if it had never been begun. */
export async function giveBackAnnouncement(
  connection: Connection,
  { raffleId, occasion }: AnnouncementKey,
): Promise<void> {
  await connection.query(
    `delete from announcements a
     where a.raffle_id = $1 and a.occasion = $2 and a.state = 'sending'`,
    [raffleId, occasion],
  );
}

/** What came of a post. */
export async function endAnnouncement(
  connection: Connection,
  { raffleId, occasion, state }: AnnouncementKey & { state: "posted" | "failed" },
): Promise<void> {
  await connection.query(
    `update announcements a set state = $3 where a.raffle_id = $1 and a.occasion = $2`,
    [raffleId, occasion, state],
  );
}

/** Whether the post before this one failed; those of which nobody knows are passed over. */
export async function hasFailedBefore(
  connection: Connection,
  { raffleId, occasion }: AnnouncementKey,
): Promise<boolean> {
  const { rows: [before] } = await connection.query<{ state: string }>(
    `select b.state from announcements a
     join announcements b on b.seq < a.seq and b.state <> 'sending'
     where a.raffle_id = $1 and a.occasion = $2 order by b.seq desc limit 1`,
    [raffleId, occasion],
  );
  return before?.state === "failed";
}
