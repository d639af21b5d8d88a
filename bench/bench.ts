/**
 * `deno task bench`: how fast the durable runtime is, in rounds that alternate with pgbench on the same
 * server, because the ratio of neighbours says more than a figure of a busy machine.
 */
import { openDatabase } from "../db/open_database.ts";
import type { Database } from "../db/connection.ts";
import { createBenchDatabase } from "./bench_database.ts";
import { type BenchOptions, readBenchOptions, usage } from "./bench_options.ts";
import { measureDraw } from "./draw.ts";
import { type Pgbench, preparePgbench } from "./pgbench.ts";
import { table } from "./table.ts";
import {
  ACTORS,
  createActors,
  measureGroups,
  measureHotActor,
  measureInvoke,
  measureLatency,
  measureSingles,
  SENDERS,
} from "./workloads.ts";

type Measure = (seconds: number) => Promise<number>;

/** Connections of the parallel line of single transactions. */
const NODES = 8;

const options = readOptions();
if (options.isDraw) {
  const figures = await measureDraw(options.rounds);
  if (options.isJson) print(JSON.stringify(figures));
  else for (const [name, figure] of Object.entries(figures)) print(`${name}  ${figure}`);
} else {
  await measureAll(options);
}
Deno.exit(0);

async function measureAll({ url, seconds, rounds, isEmbedded, isJson }: BenchOptions) {
  const ends: (() => Promise<void>)[] = [];
  const end = async (): Promise<void> => {
    for (const each of ends.splice(0).toReversed()) await each().catch((error) => warn(`${error}`));
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void end().then(() => Deno.exit(130)));
  }
  try {
    const measures: [string, Measure][] = [];
    const say = isJson ? warn : print;
    if (url !== undefined) {
      const own = await createBenchDatabase(url);
      ends.push(own.remove);
      say(own.server);
      const pgbench = await preparePgbench(own.url);
      if (pgbench === undefined) warn("pgbench is not installed: no ratios to it are given");
      const database = await openDatabase({ url: own.url, maxConnections: 2 * NODES });
      ends.push(() => database.close());
      await createActors(database);
      measures.push(...serverMeasures(database, pgbench));
    }
    if (isEmbedded) {
      const dataDir = await Deno.makeTempDir({ prefix: "zhreb-bench-" });
      ends.push(() => Deno.remove(dataDir, { recursive: true }));
      const database = await openDatabase({ dataDir });
      ends.push(() => database.close());
      await createActors(database);
      measures.push(...embeddedMeasures(database));
    }
    say(`${rounds} rounds of ${seconds} s each, ${SENDERS} senders, ${ACTORS} actors`);
    const samples = await takeRounds(measures, { seconds, rounds });
    if (isJson) {
      print(JSON.stringify({ seconds, rounds, senders: SENDERS, actors: ACTORS, samples }));
    } else for (const line of table(samples)) print(line);
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
    await end();
    Deno.exit(1);
  }
  await end();
}

function serverMeasures(database: Database, pgbench: Pgbench | undefined): [string, Measure][] {
  return [
    ...(pgbench === undefined ? [] : [
      ["pgbench", (seconds) => pgbench.throughput(seconds)] satisfies [string, Measure],
    ]),
    ["groups", (seconds) => measureGroups(database, seconds)],
    ["single", (seconds) => measureSingles(database, { seconds, nodes: 1 })],
    ["singleParallel", (seconds) => measureSingles(database, { seconds, nodes: NODES })],
    ["hotActor", (seconds) => measureHotActor(database, seconds)],
    ["invoke", (seconds) => measureInvoke(database, seconds)],
    ...(pgbench === undefined ? [] : [
      ["pgbenchLatencyMs", (seconds) => pgbench.latencyMs(seconds)] satisfies [string, Measure],
    ]),
    ["askLatencyMs", (seconds) => measureLatency(database, seconds)],
  ];
}

function embeddedMeasures(database: Database): [string, Measure][] {
  return [
    ["embeddedGroups", (seconds) => measureGroups(database, seconds)],
    ["embeddedSingle", (seconds) => measureSingles(database, { seconds, nodes: 1 })],
    ["embeddedHotActor", (seconds) => measureHotActor(database, seconds)],
    ["embeddedInvoke", (seconds) => measureInvoke(database, seconds)],
    ["embeddedAskLatencyMs", (seconds) => measureLatency(database, seconds)],
  ];
}

/** One measurement of each kind after another, and again: noise meets all alike. */
async function takeRounds(
  measures: readonly [string, Measure][],
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of measures) {
      const figure = await measure(seconds);
      (samples[name] ??= []).push(figure);
    }
    const line = measures.map(([name]) => `${name} ${round2(samples[name]?.at(-1) ?? NaN)}`);
    warn(`round ${round + 1}: ${line.join(", ")}`);
  }
  return samples;
}

function readOptions(): BenchOptions {
  try {
    const { DATABASE_URL } = Deno.env.toObject();
    return readBenchOptions(Deno.args, DATABASE_URL === undefined ? {} : { DATABASE_URL });
  } catch (error) {
    warn(`${(error as Error).message}\n\n${usage}`);
    Deno.exit(2);
  }
}

function round2(figure: number): number {
  return figure >= 100 ? Math.round(figure) : Math.round(figure * 100) / 100;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function warn(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}
