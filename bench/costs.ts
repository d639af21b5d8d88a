/** What a step costs, counted: at the driver's door, on the wire, and by the server's own counters. */
import { openDatabase } from "../db/open_database.ts";
import type { Bed } from "./bed.ts";
import { countingDatabase } from "./counting_database.ts";
import type { Measurement } from "./line.ts";
import { rounded } from "./run_lines.ts";
import type { OwnedSite } from "./site.ts";
import { measureAsk, measureCounter } from "./workloads/counter.ts";
import { measureHotRaffle } from "./workloads/hot_raffle.ts";
import { measureInvoke } from "./workloads/invoke.ts";
import { openRelay } from "./relay.ts";

const MEASURED: Readonly<Record<string, (bed: Bed) => Measurement | Promise<Measurement>>> = {
  counter: (bed) => measureCounter(bed, "counter"),
  counterTimer: (bed) => measureCounter(bed, "counterTimer"),
  invoke: measureInvoke,
  hotRaffle: measureHotRaffle,
  askLatency: measureAsk,
};

/** Counted by the server for the database, and for all of it the write-ahead log. */
const SERVER_COUNTERS = `
  select sum(t.n_tup_ins)::float8 as inserted, sum(t.n_tup_upd)::float8 as updated,
    sum(t.n_tup_hot_upd)::float8 as hot, sum(t.n_tup_del)::float8 as deleted,
    (select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8) as wal,
    (select wal_fpi::float8 from pg_stat_wal) as images
  from pg_stat_user_tables t`;
/** Until a session that has ended is gone, and its counters are the server's. */
const COUNTERS_MS = 500;

/** A line for each workload: figures for one event. */
export async function measureCosts(
  site: OwnedSite,
  { seconds, only }: { seconds: number; only: readonly string[] | undefined },
): Promise<string[]> {
  const small = await site.small();
  const rows: string[] = [];
  for (const [name, open] of Object.entries(MEASURED)) {
    if (only !== undefined && !only.includes(name)) continue;
    const costs = await costsOf(small, { open, seconds });
    rows.push(JSON.stringify({ name, ...costs }));
  }
  return rows;
}

async function costsOf(
  bed: Bed,
  { open, seconds }: {
    open: (bed: Bed) => Measurement | Promise<Measurement>;
    seconds: number;
  },
): Promise<Record<string, number>> {
  // The first round touches pages for the first time since the last checkpoint.
  await countRound(bed, { open, seconds });
  const { before, after, events } = await countRound(bed, { open, seconds });
  const perEvent = Object.entries(after).map(([key, count]) => [
    key,
    rounded((count - (before[key] ?? 0)) / events),
  ]);
  return { events, ...Object.fromEntries(perEvent) };
}

/** Sessions of its own: at their end they have told the server all they counted. */
async function countRound(
  bed: Bed,
  { open, seconds }: {
    open: (bed: Bed) => Measurement | Promise<Measurement>;
    seconds: number;
  },
): Promise<{ before: Record<string, number>; after: Record<string, number>; events: number }> {
  const relay = openRelay(bed.url as string);
  const database = await openDatabase({ url: relay.url, maxConnections: 16 });
  const counting = countingDatabase(database);
  const measurement = await open({ ...bed, database: counting.database });
  await measurement.prepare?.(seconds);
  await pause();
  const count = async () => ({
    ...await serverCounters(bed),
    ...counting.counts(),
    ...relay.counts(),
  });
  const [before, eventsBefore] = [await count(), await countSteps(bed)];
  await measurement.measure(seconds);
  await measurement.close?.();
  await database.close();
  await pause();
  const [after, eventsAfter] = [await count(), await countSteps(bed)];
  relay.close();
  return { before, after, events: eventsAfter - eventsBefore };
}

/** Steps that were made: lines of the log. */
async function countSteps({ run }: Bed): Promise<number> {
  const [row] = await run("select count(*)::float8 as count from events");
  return row?.["count"] as number;
}

async function serverCounters({ run }: Bed): Promise<Record<string, number>> {
  const [row] = await run(SERVER_COUNTERS);
  return row as Record<string, number>;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, COUNTERS_MS));
}
