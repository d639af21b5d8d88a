/**
 * Figures of all raffles by day (UTC). A day that is over is counted once and kept, so that the page
 * reads what is new since then, however long the history is.
 */
import type { Connection } from "./connection.ts";

/** What one day brought, or all days; amounts in Stars. */
export interface DayFigures {
  tickets: bigint;
  /** Different players who got a ticket. */
  players: bigint;
  /** Those of them who had none before. */
  newPlayers: bigint;
  /** Entries that went into pots. */
  potsMinor: bigint;
  commissionMinor: bigint;
  /** Prizes credited to winners. */
  prizesMinor: bigint;
  /** What went back to players. */
  refundsMinor: bigint;
}

const DAY_MS = 86_400_000;
/** A transaction of the last minutes before midnight may commit after it. */
const SETTLE_MS = 3_600_000;
/** Days that are counted in one statement. */
const DAYS_AT_ONCE = 31;

/** $1 first day, $2 last day, days since 1970. */
const COUNTED = `
  select d.day, t.tickets, t.players, t.new_players, m.pots_minor, m.commission_minor,
    m.prizes_minor, m.refunds_minor
  from generate_series($1::int, $2::int) as d(day)
  cross join lateral (
    select count(*) as tickets, count(distinct t.player_id) as players,
      count(distinct t.player_id) filter (where not exists (
        select from tickets e
        where e.player_id = t.player_id and e.at_ms < d.day * 86400000::bigint
      )) as new_players
    from tickets t
    where t.at_ms >= d.day * 86400000::bigint and t.at_ms < (d.day + 1) * 86400000::bigint
  ) t
  cross join lateral (
    select
      coalesce(sum(l.minor) filter (
        where l.type = 'entry' and o.name like 'raffle/%/pot'), 0)::bigint as pots_minor,
      coalesce(sum(l.minor) filter (where l.type = 'commission'), 0)::bigint as commission_minor,
      coalesce(sum(l.minor) filter (
        where l.type = 'prize' and f.name like 'payout/%'), 0)::bigint as prizes_minor,
      coalesce(sum(l.minor) filter (
        where l.type = 'refund' and (o.name like 'provider/%' or o.name like 'user/%')
      ), 0)::bigint as refunds_minor
    from ledger_transfers l
    join ledger_accounts f on f.id = l.from_account and f.currency = 'XTR'
    join ledger_accounts o on o.id = l.to_account
    where l.kind in ('transfer', 'post')
      and l.created_at >= to_timestamp(d.day * 86400::float8)
      and l.created_at < to_timestamp((d.day + 1) * 86400::float8)
  ) m`;

const FIGURES = `tickets, players, new_players as "newPlayers", pots_minor as "potsMinor",
  commission_minor as "commissionMinor", prizes_minor as "prizesMinor",
  refunds_minor as "refundsMinor"`;

/**
 * Figures of all days together, and of the last ones, the newest first.
 * @param days How many days, 1 or more; days on which nothing was are in it.
 */
export async function readFigures(
  connection: Connection,
  { nowMs, days }: { nowMs: number; days: number },
): Promise<{ all: DayFigures; days: (DayFigures & { day: number })[] }> {
  const today = Math.floor(nowMs / DAY_MS);
  const firstOpen = await keepDaysOver(connection, Math.floor((nowMs - SETTLE_MS) / DAY_MS));
  const open = await connection.query<DayFigures & { day: number }>(
    `select c.day, ${FIGURES} from (${COUNTED}) c order by c.day`,
    [firstOpen, today],
  );
  const kept = await connection.query<DayFigures & { day: number }>(
    `select d.day, ${FIGURES} from panel_days d where d.day > $1 order by d.day`,
    [today - days],
  );
  const { rows: [sum] } = await connection.query<DayFigures>(
    `select coalesce(sum(d.tickets), 0)::bigint as tickets, 0::bigint as players,
       coalesce(sum(d.new_players), 0)::bigint as "newPlayers",
       coalesce(sum(d.pots_minor), 0)::bigint as "potsMinor",
       coalesce(sum(d.commission_minor), 0)::bigint as "commissionMinor",
       coalesce(sum(d.prizes_minor), 0)::bigint as "prizesMinor",
       coalesce(sum(d.refunds_minor), 0)::bigint as "refundsMinor"
     from panel_days d`,
  );
  const all = open.rows.reduce((total, row) => {
    const next = { ...total };
    for (const name of Object.keys(total) as (keyof DayFigures)[]) {
      next[name] = BigInt(total[name]) + BigInt(row[name]);
    }
    return next;
  }, sum as DayFigures);
  const shown = [...kept.rows, ...open.rows].filter(({ day }) => day > today - days);
  // Everybody has a first ticket once.
  return { all: { ...all, players: all.newPlayers }, days: shown.reverse() };
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
    await connection.query(`insert into panel_days ${COUNTED} on conflict (day) do nothing`, [
      next,
      last,
    ]);
    next = last + 1;
  }
  return next;
}
