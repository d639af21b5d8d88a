/**
 * The end of a run: nothing is broken any more, and everything that was begun must come to its end by
 * itself within a bounded time.
 */
import type { Database } from "../../db/connection.ts";
import type { People } from "../sandbox/people.ts";
import { pause } from "./wait.ts";

export interface Unsettled {
  readonly what: string;
  readonly count: number;
}

/** A timer that is due later than this belongs to an invoice that nobody paid, which is no work. */
const SOON_MS = 60_000;
const LOOK_EVERY_MS = 300;
const TELL_EVERY_MS = 3_000;
/** So often in a row nothing may be found: between two steps there is a moment without a row. */
const QUIET_LOOKS = 3;

/**
 * Waits until nothing is on its way.
 * @param isPlaying Whether the load still plays.
 * @returns What was still on its way when the time was up.
 */
export async function settle(
  { database, people }: { database: Database; people: People },
  { timeoutMs, isPlaying, tell, signal }: {
    timeoutMs: number;
    isPlaying: () => number;
    tell: (line: string) => void;
    signal: AbortSignal;
  },
): Promise<Unsettled[]> {
  const endsAtMs = performance.now() + timeoutMs;
  let quiet = 0;
  let toldAtMs = -Infinity;
  for (;;) {
    const left = await findUnsettled(database, people).catch((error: Error) => [
      { what: `the database (${error.message})`, count: 1 },
    ]);
    if (isPlaying() > 0) left.push({ what: "raffles being played", count: isPlaying() });
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (quiet >= QUIET_LOOKS || performance.now() > endsAtMs || signal.aborted) return left;
    if (left.length > 0 && performance.now() - toldAtMs > TELL_EVERY_MS) {
      tell(`on its way: ${left.map(({ what, count }) => `${count} ${what}`).join(", ")}`);
      toldAtMs = performance.now();
    }
    await pause(LOOK_EVERY_MS, signal);
  }
}

async function findUnsettled(database: Database, people: People): Promise<Unsettled[]> {
  const updates = await people.updates();
  const pending = updates.filter(({ state }) => state === "pending").length;
  const { rows } = await database.query<Unsettled>(UNSETTLED, [Date.now() + SOON_MS]);
  return [...rows, { what: "updates not taken", count: pending }].filter(({ count }) => count > 0);
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
  where wake_at < $1 and exists (
    select from json_array_elements(snapshot::json -> 'timers') timer
    where (timer ->> 'dueMs')::float8 < $1
  )
  union all
  select 'refunds and payouts', count(*)::int from actors
  where (address like 'refund/%' or address like 'payout/%')
    and revision > 0 and snapshot::json ->> 'status' = 'active'`;
