/** Signs of people who take part as several: what they are seen by, their rows, and what they exclude. */
import type { Connection } from "./connection.ts";

// ── what they are seen by ────────────────────────────────────────────────────────────────────────

/** A new ticket, and what is counted around it. */
export interface EntryFactsRow {
  raffleId: string;
  playerId: string;
  paymentId: string;
  atMs: number;
  /** Tickets of this player within the minute, and the hour, that end with this one. */
  perMinute: number;
  perHour: number;
  /** 0: long ago. */
  firstSeenAtMs: number;
}

/**
 * A page of tickets behind that place, in the order of their times. By the coarse index over times, so
 * that an entry pays nothing for it.
 */
export async function pageEntryFacts(
  connection: Connection,
  { after, limit }: { after: { atMs: number; paymentId: string }; limit: number },
): Promise<EntryFactsRow[]> {
  const { rows } = await connection.query<
    Omit<EntryFactsRow, "atMs" | "firstSeenAtMs"> & { atMs: bigint; firstSeenAtMs: bigint }
  >(
    `select t.raffle_id as "raffleId", t.player_id as "playerId", t.payment_id as "paymentId",
       t.at_ms as "atMs", coalesce(p.first_seen_at_ms, 0) as "firstSeenAtMs",
       n.minute as "perMinute", n.hour as "perHour"
     from (
       select t.raffle_id, t.player_id, t.payment_id, t.at_ms from tickets t
       where t.at_ms >= $1 and (t.at_ms, t.payment_id) > ($1, $2)
       order by t.at_ms, t.payment_id limit $3
     ) t
     left join players p on p.player_id = t.player_id
     cross join lateral (
       select count(*)::int as hour,
         (count(*) filter (where o.at_ms > t.at_ms - 60000))::int as minute
       from tickets o
       where o.player_id = t.player_id and o.at_ms > t.at_ms - 3600000 and o.at_ms <= t.at_ms
     ) n
     order by t.at_ms, t.payment_id`,
    [after.atMs, after.paymentId, limit],
  );
  return rows.map((row) => ({
    ...row,
    atMs: Number(row.atMs),
    firstSeenAtMs: Number(row.firstSeenAtMs),
  }));
}

/** Receivers of rubles that were named since then, with all players who had some sent there. */
export async function listSharedDestinations(
  connection: Connection,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<{ destinationHash: string; playerIds: string[] }[]> {
  const { rows } = await connection.query<{ destinationHash: string; playerIds: string[] }>(
    `select o.destination_hash as "destinationHash",
       array_agg(distinct o.player_id order by o.player_id) as "playerIds"
     from withdrawals o
     where o.destination_hash in (
       select w.destination_hash from withdrawals w
       where w.destination_hash is not null and w.asked_at_ms > $1
     )
     group by o.destination_hash having count(distinct o.player_id) > 1
     order by o.destination_hash limit $2`,
    [sinceMs, limit],
  );
  return rows;
}

/** Who has wanted to pay for others since then, with all that he wanted since `countedFromMs`. */
export async function listForeignPayers(
  connection: Connection,
  { sinceMs, countedFromMs, limit }: { sinceMs: number; countedFromMs: number; limit: number },
): Promise<{ payerId: string; players: number; invoices: number; atMs: number }[]> {
  const { rows } = await connection.query<
    { payerId: string; players: number; invoices: number; atMs: bigint }
  >(
    `select f.payer_id as "payerId", count(distinct f.player_id)::int as players,
       count(*)::int as invoices, max(f.at_ms) as "atMs"
     from foreign_payers f
     where f.at_ms > $2 and f.payer_id in (
       select n.payer_id from foreign_payers n where n.at_ms > $1
     )
     group by f.payer_id order by f.payer_id limit $3`,
    [sinceMs, countedFromMs, limit],
  );
  return rows.map((row) => ({ ...row, atMs: Number(row.atMs) }));
}

/** Of these ids those that have a row. */
export async function knownSuspicions(
  connection: Connection,
  suspicionIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await connection.query<{ suspicion_id: string }>(
    "select s.suspicion_id from suspicions s where s.suspicion_id = any($1::text[])",
    [suspicionIds],
  );
  return new Set(rows.map((row) => row.suspicion_id));
}

/** Notes who wanted to pay what another was asked to pay; once for each payment. */
export async function recordForeignPayers(
  tx: Connection,
  payers: readonly {
    payerId: string;
    paymentId: string;
    playerId: string;
    raffleId: string;
    atMs: number;
  }[],
): Promise<void> {
  await tx.query(
    `insert into foreign_payers (payer_id, payment_id, player_id, raffle_id, at_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
     on conflict (payer_id, payment_id) do nothing`,
    [
      payers.map((one) => one.payerId),
      payers.map((one) => one.paymentId),
      payers.map((one) => one.playerId),
      payers.map((one) => one.raffleId),
      payers.map((one) => one.atMs),
    ],
  );
}

// ── their rows ───────────────────────────────────────────────────────────────────────────────────

/** A suspicion as its machine records it; the evidence comes with the first record. */
export interface SuspicionRecord {
  suspicionId: string;
  playerId: string;
  raffleId: string | null;
  signal: string;
  status: string;
  /** JSON text. */
  evidence?: string;
  by: string | null;
  barredUntilMs: number;
  atMs: number;
}

/** Writes them in their order. What was deleted with its player's data is not made anew. */
export async function recordSuspicions(
  tx: Connection,
  records: readonly SuspicionRecord[],
): Promise<void> {
  for (const { evidence, ...record } of records) {
    const { suspicionId, playerId, raffleId, signal, status, by, barredUntilMs, atMs } = record;
    if (evidence === undefined) {
      await tx.query(
        `update suspicions set status = $2, decided_by = $3, decided_at_ms = $4,
           barred_until_ms = $5
         where suspicion_id = $1`,
        [suspicionId, status, by, atMs, barredUntilMs],
      );
      continue;
    }
    await tx.query(
      `insert into suspicions (suspicion_id, player_id, raffle_id, signal, evidence, status,
         raised_at_ms, barred_until_ms)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (suspicion_id) do nothing`,
      [suspicionId, playerId, raffleId, signal, evidence, status, atMs, barredUntilMs],
    );
  }
}

export interface SuspicionRow {
  suspicionId: string;
  playerId: string;
  /** Empty when he is not known any more. */
  name: string;
  raffleId: string | null;
  /** RaffleTerms as JSON. */
  terms: string | null;
  raffleStatus: string | null;
  signal: string;
  evidence: string;
  status: string;
  raisedAtMs: bigint;
  decidedBy: string | null;
  decidedAtMs: bigint | null;
  barredUntilMs: bigint;
  /** His tickets in that raffle; of one about no raffle, in all that are not over. */
  tickets: number;
  /** Tickets that it took off a list. */
  excluded: number;
}

const SUSPICION = `s.suspicion_id as "suspicionId", s.player_id as "playerId",
  coalesce(p.name, '') as name, s.raffle_id as "raffleId", r.terms, r.status as "raffleStatus",
  s.signal, s.evidence, s.status, s.raised_at_ms as "raisedAtMs", s.decided_by as "decidedBy",
  s.decided_at_ms as "decidedAtMs", s.barred_until_ms as "barredUntilMs",
  (select count(*)::int from tickets t join raffles o on o.raffle_id = t.raffle_id
   where t.player_id = s.player_id
     and case when s.raffle_id is null then o.status not in ('settled', 'refunded')
         else t.raffle_id = s.raffle_id end) as tickets,
  (select count(*)::int from excluded_tickets x where x.suspicion_id = s.suspicion_id) as excluded`;
const SURROUNDINGS = `left join players p on p.player_id = s.player_id
  left join raffles r on r.raffle_id = s.raffle_id`;

/** A page: those that wait first, and of each the newest first. */
export async function listSuspicions(
  connection: Connection,
  { limit, offset }: { limit: number; offset: number },
): Promise<SuspicionRow[]> {
  const { rows } = await connection.query<SuspicionRow>(
    `select ${SUSPICION} from suspicions s ${SURROUNDINGS}
     order by (s.status = 'open') desc, s.seq desc limit $1 offset $2`,
    [limit, offset],
  );
  return rows;
}

/** One of them, or undefined. */
export async function readSuspicion(
  connection: Connection,
  suspicionId: string,
): Promise<SuspicionRow | undefined> {
  const { rows } = await connection.query<SuspicionRow>(
    `select ${SUSPICION} from suspicions s ${SURROUNDINGS} where s.suspicion_id = $1`,
    [suspicionId],
  );
  return rows[0];
}

/** How many wait for an admin. */
export async function countOpenSuspicions(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ count: number }>(
    "select count(*)::int as count from suspicions s where s.status = 'open'",
  );
  return rows[0]?.count ?? 0;
}

/** Of each raffle how many players with tickets have one that waits, about it or about none; in order. */
export async function countSuspects(
  tx: Connection,
  raffleIds: readonly string[],
): Promise<number[]> {
  const { rows } = await tx.query<{ suspects: number }>(
    `select (
       select count(distinct s.player_id)::int from suspicions s
       where s.status = 'open' and coalesce(s.raffle_id, r.raffle_id) = r.raffle_id
         and exists (
           select from tickets t where t.raffle_id = r.raffle_id and t.player_id = s.player_id
         )
     ) as suspects
     from unnest($1::text[]) with ordinality as r(raffle_id, place) order by r.place`,
    [raffleIds],
  );
  return rows.map(({ suspects }) => suspects);
}

/** Upheld suspicions that keep a player from entering, the newest first. */
export async function listBars(
  connection: Connection,
  { playerId, atMs }: { playerId: string; atMs: number },
): Promise<{ suspicionId: string; signal: string; barredUntilMs: bigint }[]> {
  const { rows } = await connection.query<
    { suspicionId: string; signal: string; barredUntilMs: bigint }
  >(
    `select s.suspicion_id as "suspicionId", s.signal, s.barred_until_ms as "barredUntilMs"
     from suspicions s
     where s.player_id = $1 and s.status = 'upheld' and s.barred_until_ms > $2
     order by s.seq desc limit 5`,
    [playerId, atMs],
  );
  return rows;
}

/** What of them goes with a player's data: what waits or is cleared, and what was counted. */
export async function forgetSuspicions(
  tx: Connection,
  playerIds: readonly string[],
): Promise<void> {
  await Promise.all([
    tx.query(
      "delete from suspicions where player_id = any($1::text[]) and status <> 'upheld'",
      [playerIds],
    ),
    tx.query(
      `update suspicions set evidence = '{}'
       where player_id = any($1::text[]) and status = 'upheld'`,
      [playerIds],
    ),
    tx.query("delete from foreign_payers where payer_id = any($1::text[])", [playerIds]),
  ]);
}

// ── what they exclude ────────────────────────────────────────────────────────────────────────────

/** A page of a player's tickets in a raffle, by their payments. @param untilMs None of later times. */
export async function listTicketsOfPlayer(
  connection: Connection,
  { raffleId, playerId, after, limit, untilMs }: {
    raffleId: string;
    playerId: string;
    after: string;
    limit: number;
    untilMs?: number;
  },
): Promise<string[]> {
  const { rows } = await connection.query<{ payment_id: string }>(
    `select t.payment_id from tickets t
     where t.raffle_id = $1 and t.player_id = $2 and t.payment_id > $3
       and ($5::bigint is null or t.at_ms <= $5)
     order by t.payment_id limit $4`,
    [raffleId, playerId, after, limit, untilMs ?? null],
  );
  return rows.map((row) => row.payment_id);
}

/**
 * Takes tickets off a list; those behind them move up, so that the numbers stay 1…N.
 * @throws When a payment has no ticket there: the step that asked is undone.
 */
export async function excludeTickets(
  tx: Connection,
  { raffleId, paymentIds, suspicionId, atMs }: {
    raffleId: string;
    paymentIds: readonly string[];
    suspicionId: string;
    atMs: number;
  },
): Promise<void> {
  const { rowCount } = await tx.query(
    `with gone as (
       delete from tickets t where t.raffle_id = $1 and t.payment_id = any($2::text[])
       returning t.payment_id
     )
     insert into excluded_tickets (payment_id, raffle_id, suspicion_id, signal, at_ms)
     select g.payment_id, $1, $3, coalesce(s.signal, ''), $4 from gone g
     left join suspicions s on s.suspicion_id = $3`,
    [raffleId, paymentIds, suspicionId, atMs],
  );
  if (rowCount !== paymentIds.length) {
    throw new Error(`Of ${paymentIds.length} tickets to exclude ${rowCount} are in "${raffleId}"`);
  }
  // By way of negative numbers, because the key is checked row by row.
  await tx.query(
    `update tickets t set number = -n.place
     from (
       select o.payment_id, row_number() over (order by o.number) as place
       from tickets o where o.raffle_id = $1
     ) n
     where t.payment_id = n.payment_id and t.number <> n.place`,
    [raffleId],
  );
  await tx.query(
    "update tickets t set number = -t.number where t.raffle_id = $1 and t.number < 0",
    [raffleId],
  );
}

/** How many tickets were taken off a raffle's list, by the reason. */
export async function countExcluded(
  connection: Connection,
  raffleId: string,
): Promise<{ signal: string; tickets: number }[]> {
  const { rows } = await connection.query<{ signal: string; tickets: number }>(
    `select x.signal, count(*)::int as tickets from excluded_tickets x
     where x.raffle_id = $1 and x.signal <> '' group by x.signal order by x.signal`,
    [raffleId],
  );
  return rows;
}
