/**
 * The end of a run: nothing is broken any more, and everything that was begun must come to its end by
 * itself within a bounded time.
 */
import type { Database } from "../../db/connection.ts";
import type { Payers } from "../sandbox/payers.ts";
import type { People } from "../sandbox/people.ts";
import { isByBank } from "./judge_bank_payouts.ts";
import { wasGiven } from "./match_gifts.ts";
import { asOutsideGift } from "./read_outside.ts";
import { readWithdrawals } from "./read_own.ts";
import { findUnsettledBank } from "./settle_bank.ts";
import type { Unsettled } from "./unsettled.ts";
import { pause } from "./wait.ts";

/** Both sides, as far as they are asked. */
export interface Sides {
  readonly database: Database;
  readonly people: People;
  readonly payers: Payers;
}

export interface SettleOptions {
  readonly timeoutMs: number;
  /** By how much the nodes' clocks are ahead of the machine's. */
  readonly aheadMs: number;
  /** Links that nobody has paid are good no more. @default false */
  readonly areLinksOver?: boolean;
  /** How many still play. */
  readonly isPlaying: () => number;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A timer that is due later than this belongs to an invoice that nobody paid, which is no work. */
const SOON_MS = 60_000;
const LOOK_EVERY_MS = 300;
const TELL_EVERY_MS = 3_000;
/** So often in a row nothing may be found: between two steps there is a moment without a row. */
const QUIET_LOOKS = 3;

/**
 * Waits until nothing is on its way.
 * @returns What was still on its way when the time was up.
 */
export async function settle(
  sides: Sides,
  { timeoutMs, aheadMs, areLinksOver = false, isPlaying, tell, signal }: SettleOptions,
): Promise<Unsettled[]> {
  const endsAtMs = performance.now() + timeoutMs;
  const weeks = aheadMs === 0 ? undefined : { aheadMs, day: dayOf(Date.now() + aheadMs) };
  const waits = { links: weeks === undefined && !areLinksOver, doubts: weeks === undefined };
  let quiet = 0;
  let toldAtMs = -Infinity;
  for (;;) {
    const left = await Promise.all([
      findUnsettled(sides, weeks),
      findUnsettledBank(sides, waits),
    ]).then((found) => found.flat(), (error: Error) => [
      { what: `the database (${error.message})`, count: 1 },
    ]);
    if (isPlaying() > 0) left.push({ what: "raffles and prizes played", count: isPlaying() });
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS || performance.now() > endsAtMs || signal.aborted) return left;
    if (left.length > 0 && performance.now() - toldAtMs > TELL_EVERY_MS) {
      tell(`on its way: ${left.map(({ what, count }) => `${count} ${what}`).join(", ")}`);
      toldAtMs = performance.now();
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

/** UTC. */
function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

interface Weeks {
  readonly aheadMs: number;
  /** On which the nodes began to be ahead. */
  readonly day: string;
}

async function findUnsettled(
  { database, people }: Sides,
  weeks: Weeks | undefined,
): Promise<Unsettled[]> {
  const updates = await people.updates();
  const pending = updates.filter(({ state }) => state === "pending").length;
  const nowMs = Date.now() + (weeks?.aheadMs ?? 0);
  const { rows } = await database.query<Unsettled>(UNSETTLED, [nowMs + SOON_MS]);
  // Before that there is nothing to settle, and no round within the hour.
  const treasury = weeks === undefined
    ? []
    : (await database.query<Unsettled>(TREASURY, [weeks.day])).rows;
  return [
    ...rows,
    ...treasury,
    { what: "updates not taken", count: pending },
    { what: "withdrawals", count: await countWithdrawals({ database, people }, weeks) },
  ].filter(({ count }) => count > 0);
}

/**
 * Those of Stars that come to their end now. One that was not sent stays in doubt for a day, for that it is not
 * in Telegram's books proves nothing; one that was sent is found there before.
 */
async function countWithdrawals(
  { database, people }: Omit<Sides, "payers">,
  weeks: Weeks | undefined,
): Promise<number> {
  const withdrawals = (await readWithdrawals(database)).filter((one) => !isByBank(one));
  const gifts = ((await people.books()).bots[0]?.gifts ?? []).map(asOutsideGift);
  return withdrawals.filter((one) =>
    ["open", "waiting", "sending", "undecided"].includes(one.status) ||
    one.status === "uncertain" &&
      (weeks !== undefined || wasGiven(one, { gifts, withdrawals }))
  ).length;
}

const UNSETTLED = `
  select 'raffles' as what, count(*)::int as count from raffles
  where status not in ('draft', 'settled', 'refunded')
  union all
  select 'effects', count(*)::int from effects
  union all
  select 'messages between actors', count(*)::int from inbox
  union all
  select 'timers due soon', count(*)::int from actors
  where wake_at < $1 and address not like 'withdrawal/%'
    -- What is looked at as long as somebody may pay it is counted elsewhere.
    and address not like 'bankPayment/%' and address not like 'bankPayout/%'
    -- It looks once a minute for ever.
    and address <> 'checks/platform' and exists (
    select from json_array_elements(snapshot::json -> 'timers') timer
    where (timer ->> 'dueMs')::float8 < $1
  )
  union all
  select 'refunds and payouts', count(*)::int from actors
  where (address like 'refund/%' or address like 'payout/%')
    and revision > 0 and snapshot::json ->> 'status' = 'active'`;

/** A round was made to its end since then. */
const TREASURY = `
  select 'rounds of the treasury' as what, count(*)::int as count from actors
  where address = 'treasury/stars' and (
    (snapshot::json -> 'value' ->> 'waiting') is distinct from 'quiet'
    or snapshot::json -> 'context' ->> 'reconciledDay' < $1)`;
