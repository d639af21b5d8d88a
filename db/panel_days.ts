/**
 * Figures of all raffles by day (UTC). A day that is over is counted once and kept, so that the page
 * reads what is new since then, however long the history is.
 */
import type { Connection } from "./connection.ts";

/** What came of entries in one currency; minor units. */
export interface MoneyFigures {
  currency: string;
  /** Entries that went into pots. */
  potsMinor: bigint;
  commissionMinor: bigint;
  /** Prizes credited to winners. */
  prizesMinor: bigint;
  /** What went back to players. */
  refundsMinor: bigint;
}

interface PeopleFigures {
  tickets: bigint;
  /** Different players who got a ticket. */
  players: bigint;
  /** Those of them who had none before. */
  newPlayers: bigint;
}

/** What one day brought, or all days. */
export interface DayFigures extends PeopleFigures {
  /** Of the currencies in which something moved. */
  money: MoneyFigures[];
}

type OfDay<T> = T & { day: number };

const DAY_MS = 86_400_000;
/** A transaction of the last minutes before midnight may commit after it. */
const SETTLE_MS = 3_600_000;
/** Days that are counted in one statement. */
const DAYS_AT_ONCE = 31;

/** $1 first day, $2 last day, days since 1970. */
const COUNTED_PEOPLE = `
  select d.day, t.tickets, t.players, t.new_players
  from generate_series($1::int, $2::int) as d(day)
  cross join lateral (
    select count(*) as tickets, count(distinct t.player_id) as players,
      count(distinct t.player_id) filter (where not exists (
        select from tickets e
        where e.player_id = t.player_id and e.at_ms < d.day * 86400000::bigint
      )) as new_players
    from tickets t
    where t.at_ms >= d.day * 86400000::bigint and t.at_ms < (d.day + 1) * 86400000::bigint
  ) t`;

/** As {@link COUNTED_PEOPLE}. */
const COUNTED_MONEY = `
  select d.day, m.currency, m.pots_minor, m.commission_minor, m.prizes_minor, m.refunds_minor
  from generate_series($1::int, $2::int) as d(day)
  cross join lateral (
    select f.currency,
      coalesce(sum(l.minor) filter (
        where l.type = 'entry' and o.name like 'raffle/%/pot'), 0)::bigint as pots_minor,
      coalesce(sum(l.minor) filter (where l.type = 'commission'), 0)::bigint as commission_minor,
      coalesce(sum(l.minor) filter (
        where l.type = 'prize' and f.name like 'payout/%'), 0)::bigint as prizes_minor,
      coalesce(sum(l.minor) filter (
        where l.type = 'refund' and (o.name like 'provider/%' or o.name like 'user/%')
      ), 0)::bigint as refunds_minor
    from ledger_transfers l
    join ledger_accounts f on f.id = l.from_account
    join ledger_accounts o on o.id = l.to_account
    where l.kind in ('transfer', 'post') and l.type in ('entry', 'commission', 'prize', 'refund')
      and l.created_at >= to_timestamp(d.day * 86400::float8)
      and l.created_at < to_timestamp((d.day + 1) * 86400::float8)
    group by f.currency
  ) m`;

const PEOPLE = `tickets, players, new_players as "newPlayers"`;
const MONEY = `currency, pots_minor as "potsMinor", commission_minor as "commissionMinor",
  prizes_minor as "prizesMinor", refunds_minor as "refundsMinor"`;

/**
 * Figures of all days together, and of the last ones, the newest first.
 * @param days How many days, 1 or more; days on which nothing was are in it.
 */
export async function readFigures(
  connection: Connection,
  { nowMs, days }: { nowMs: number; days: number },
): Promise<{ all: DayFigures; days: OfDay<DayFigures>[] }> {
  const today = Math.floor(nowMs / DAY_MS);
  const firstOpen = await keepDaysOver(connection, Math.floor((nowMs - SETTLE_MS) / DAY_MS));
  const open = [firstOpen, today];
  const shown = [today - days + 1];
  const openPeople = await connection.query<OfDay<PeopleFigures>>(
    `select c.day, ${PEOPLE} from (${COUNTED_PEOPLE}) c order by c.day`,
    open,
  );
  const openMoney = await connection.query<OfDay<MoneyFigures>>(
    `select c.day, ${MONEY} from (${COUNTED_MONEY}) c`,
    open,
  );
  const keptPeople = await connection.query<OfDay<PeopleFigures>>(
    `select d.day, ${PEOPLE} from panel_days d where d.day >= $1 order by d.day`,
    shown,
  );
  const keptMoney = await connection.query<OfDay<MoneyFigures>>(
    `select d.day, ${MONEY} from panel_day_money d where d.day >= $1`,
    shown,
  );
  const { rows: [people] } = await connection.query<Omit<PeopleFigures, "players">>(
    `select coalesce(sum(d.tickets), 0)::bigint as tickets,
       coalesce(sum(d.new_players), 0)::bigint as "newPlayers" from panel_days d`,
  );
  const { rows: money } = await connection.query<MoneyFigures>(
    `select d.currency, sum(d.pots_minor)::bigint as "potsMinor",
       sum(d.commission_minor)::bigint as "commissionMinor",
       sum(d.prizes_minor)::bigint as "prizesMinor", sum(d.refunds_minor)::bigint as "refundsMinor"
     from panel_day_money d group by d.currency`,
  );
  const newPlayers = sum([people, ...openPeople.rows], "newPlayers");
  return {
    all: {
      tickets: sum([people, ...openPeople.rows], "tickets"),
      // Everybody has a first ticket once.
      players: newPlayers,
      newPlayers,
      money: addUp([...money, ...openMoney.rows]),
    },
    days: [...keptPeople.rows, ...openPeople.rows]
      .filter(({ day }) => day > today - days)
      .map((row) => ({
        ...row,
        money: addUp([...keptMoney.rows, ...openMoney.rows].filter(({ day }) => day === row.day)),
      }))
      .reverse(),
  };
}

/** One entry for each currency, in the order of their names from behind: Stars before rubles. */
function addUp(rows: readonly MoneyFigures[]): MoneyFigures[] {
  return [...Map.groupBy(rows, ({ currency }) => currency)]
    .map(([currency, of]) => ({
      currency,
      potsMinor: sum(of, "potsMinor"),
      commissionMinor: sum(of, "commissionMinor"),
      prizesMinor: sum(of, "prizesMinor"),
      refundsMinor: sum(of, "refundsMinor"),
    }))
    .sort((one, other) => one.currency < other.currency ? 1 : -1);
}

/** Of a column that is whole numbers. */
function sum<Name extends string>(
  rows: readonly (Record<Name, bigint> | undefined)[],
  name: Name,
): bigint {
  return rows.reduce((total, row) => total + BigInt(row?.[name] ?? 0n), 0n);
}

/** Counts and keeps the days before `until`. @returns The first day that is not kept. */
async function keepDaysOver(connection: Connection, until: number): Promise<number> {
  const { rows: [state] } = await connection.query<{ first: number | null }>(
    `select coalesce(
       (select max(d.day) + 1 from panel_days d),
       (select floor(extract(epoch from l.created_at) / 86400)::int from ledger_transfers l
        order by l.id limit 1)
     ) as first`,
  );
  let next = state?.first ?? until;
  while (next < until) {
    const last = Math.min(until - 1, next + DAYS_AT_ONCE - 1);
    const these = [next, last];
    // The money first: a day that has its row is not counted again.
    await connection.query(
      `insert into panel_day_money ${COUNTED_MONEY} on conflict (day, currency) do nothing`,
      these,
    );
    await connection.query(
      `insert into panel_days ${COUNTED_PEOPLE} on conflict (day) do nothing`,
      these,
    );
    next = last + 1;
  }
  return next;
}
