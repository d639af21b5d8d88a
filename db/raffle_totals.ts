/** Figures for everybody: what has come of all raffles, and of one player's entries. */
import type { Connection } from "./connection.ts";

/**
 * Counts raffles that have ended, each once: in the commit in which it ends.
 * @param ended Raffles whose rows are written already.
 */
export async function countEndedRaffles(
  tx: Connection,
  ended: readonly { raffleId: string; isDrawn: boolean }[],
): Promise<void> {
  await tx.query(
    `with fresh as (
       update raffles r set is_counted = true
       from unnest($1::text[], $2::boolean[]) as e(raffle_id, is_drawn)
       where r.raffle_id = e.raffle_id and not r.is_counted
       returning e.is_drawn, r.tickets, r.terms::json as terms
     ), pots as (
       select f.is_drawn, f.tickets, f.terms -> 'price' ->> 'currency' as currency,
         (f.terms -> 'price' ->> 'minor')::bigint * f.tickets as pot,
         (f.terms ->> 'commissionBps')::bigint as bps,
         coalesce((f.terms -> 'guaranteedPrize' ->> 'minor')::bigint, 0) as guaranteed
       from fresh f
     ), prizes as (
       select p.is_drawn, p.tickets, p.currency,
         greatest(p.pot - p.pot * p.bps / 10000, p.guaranteed) as prize
       from pots p
     ), sums as (
       select p.currency, count(*) filter (where p.is_drawn) as drawn,
         count(*) filter (where not p.is_drawn) as refunded,
         coalesce(sum(p.tickets) filter (where p.is_drawn), 0)::bigint as tickets,
         coalesce(sum(p.prize) filter (where p.is_drawn), 0)::bigint as prizes,
         coalesce(max(p.prize) filter (where p.is_drawn), 0) as largest
       from prizes p group by p.currency
     )
     insert into raffle_totals as t
       (currency, drawn, refunded, tickets, prizes_minor, largest_minor)
     select s.currency, s.drawn, s.refunded, s.tickets, s.prizes, s.largest from sums s
     on conflict (currency) do update set drawn = t.drawn + excluded.drawn,
       refunded = t.refunded + excluded.refunded, tickets = t.tickets + excluded.tickets,
       prizes_minor = t.prizes_minor + excluded.prizes_minor,
       largest_minor = greatest(t.largest_minor, excluded.largest_minor)`,
    [ended.map(({ raffleId }) => raffleId), ended.map(({ isDrawn }) => isDrawn)],
  );
}

/** What has come of all ended raffles of one currency; amounts in minor units. */
export interface RaffleTotals {
  currency: string;
  drawn: bigint;
  refunded: bigint;
  tickets: bigint;
  prizesMinor: bigint;
  largestMinor: bigint;
}

/** The figures of every currency in which a raffle has ended, Stars first. */
export async function readRaffleTotals(connection: Connection): Promise<RaffleTotals[]> {
  const { rows } = await connection.query<RaffleTotals>(
    `select t.currency, t.drawn, t.refunded, t.tickets, t.prizes_minor as "prizesMinor",
       t.largest_minor as "largestMinor"
     from raffle_totals t order by t.currency desc`,
  );
  return rows;
}

/** What one player has had. */
export interface PlayerTotals {
  raffles: number;
  tickets: number;
  wins: number;
  /** Of the currencies in which he has won, in minor units. */
  won: { currency: string; minor: bigint }[];
}

/**
 * One player's figures: reads his own tickets and the entries of his own accounts.
 * @param player `account` is the one that prizes are credited to, in any currency.
 */
export async function readPlayerTotals(
  connection: Connection,
  { playerId, account }: { playerId: string; account: string },
): Promise<PlayerTotals> {
  const { rows: [entries] } = await connection.query<Pick<PlayerTotals, "raffles" | "tickets">>(
    `select count(distinct t.raffle_id)::int as raffles, count(*)::int as tickets
     from tickets t where t.player_id = $1`,
    [playerId],
  );
  const { rows: won } = await connection.query<{ currency: string; wins: number; minor: bigint }>(
    `select a.currency, count(*)::int as wins, sum(p.minor)::bigint as minor
     from ledger_accounts a
     join ledger_entries e on e.account_id = a.id
     join ledger_transfers p on p.id = e.transfer_id and p.type = 'prize' and p.to_account = a.id
     where a.name = $1 group by a.currency order by a.currency desc`,
    [account],
  );
  return {
    raffles: entries?.raffles ?? 0,
    tickets: entries?.tickets ?? 0,
    wins: won.reduce((sum, { wins }) => sum + wins, 0),
    won: won.map(({ currency, minor }) => ({ currency, minor })),
  };
}
