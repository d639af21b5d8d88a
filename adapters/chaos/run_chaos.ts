/**
 * One run: the outside world, a database and nodes of its own; raffles are played while the plan's
 * blows fall; then everything has to come to its end, and both sides' books are compared.
 */
import { openDatabase } from "../../db/open_database.ts";
import type { ChaosOptions } from "./chaos_options.ts";
import { createDice } from "./dice.ts";
import type { Finding, OwnBooks } from "./evidence.ts";
import { judge } from "./judge.ts";
import { startLoad } from "./load.ts";
import { openNodeLogs } from "./node_logs.ts";
import { type Nodes, startNodes } from "./nodes.ts";
import { openOutside, type Outside } from "./outside.ts";
import { planStrikes } from "./plan_strikes.ts";
import { openPostgres, type Postgres } from "./postgres.ts";
import { watchRaffles } from "./raffle_watch.ts";
import { readOutside } from "./read_outside.ts";
import { readOwn } from "./read_own.ts";
import { type ChaosResult, resultOf } from "./report.ts";
import { settle, type Unsettled } from "./settle.ts";
import { gatherPlayers } from "./stage.ts";
import { strikeAll } from "./strike.ts";
import { pause } from "./wait.ts";

export interface ChaosRun {
  readonly result: ChaosResult;
  readonly findings: readonly Finding[];
  /** What was set aside, by kind of actor and error, and how often. */
  readonly letters: ReadonlyMap<string, number>;
}

export interface ChaosSurroundings {
  /** Tells what happens, a line at a time. */
  readonly tell: (line: string) => void;
  /** Ends the run early; nothing is judged then. */
  readonly signal: AbortSignal;
}

const PLAYERS = 48;
const ADMINS = [900_001, 900_002, 900_003, 900_004];
/** Any UUID is a customer's key there; a key of its own has draws of its own. */
const API_KEY = "c4a05000-0000-4000-8000-000000000000";
const READY_MS = 60_000;
const SETTLE_MS = 150_000;

/** @returns Undefined when it was interrupted. */
export async function runChaos(
  options: ChaosOptions,
  { tell, signal }: ChaosSurroundings,
): Promise<ChaosRun | undefined> {
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const { outside, stop } = await openOutside(`chaos ${options.seed}`);
    ends.push(stop);
    const postgres = await openPostgres(options.databaseUrl);
    ends.push(() => postgres.stop());
    const logs = await openNodeLogs(options.logFolder);
    ends.push(() => logs.close());
    const nodes = startNodes({
      count: options.nodes,
      environment: environmentOf({ postgres, outside }),
      isDatabaseAway: () => postgres.isAway,
      tell,
      onLog: logs.write,
    });
    ends.push(() => nodes.stop());
    return await play(options, { postgres, outside, nodes, tell, signal });
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

function environmentOf(
  { postgres, outside }: { postgres: Postgres; outside: Outside },
): Record<string, string> {
  return {
    PORT: "0",
    DATABASE_URL: postgres.url,
    SANDBOX_URL: outside.url,
    ADMIN_IDS: ADMINS.join(","),
    RANDOM_ORG_API_KEY: API_KEY,
    // The players of a run are few and busy.
    ENTRIES_PER_DAY: "10000",
  };
}

async function play(
  options: ChaosOptions,
  { postgres, outside, nodes, tell, signal }: ChaosSurroundings & {
    postgres: Postgres;
    outside: Outside;
    nodes: Nodes;
  },
): Promise<ChaosRun | undefined> {
  const { people } = outside;
  const { seed, seconds } = options;
  const dice = createDice(`chaos ${seed}`);
  const beganAtMs = performance.now();
  const at = (line: string): void =>
    tell(`${((performance.now() - beganAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const database = await openDatabase({ url: postgres.url, maxConnections: 3 });
  const watch = watchRaffles(database);
  try {
    for (const id of ADMINS) await people.person({ id, first_name: "Olga", language_code: "en" });
    if (!await nodes.areReady(READY_MS)) {
      if (signal.aborted) return undefined;
      throw new Error("The nodes did not become ready");
    }
    const players = await gatherPlayers(people, PLAYERS);
    at(`${nodes.count} nodes are ready, ${PLAYERS} players are greeted`);

    const load = startLoad({ people, watch, admins: ADMINS, players, signal }, { dice, seconds });
    const striking = strikeAll(
      { nodes, postgres, people, watch, signal, tell: at },
      planStrikes(dice, { seconds, nodes: nodes.count }),
    );
    await Promise.race([pause(seconds * 1_000, signal), load.over]);
    load.beginNoMore();
    const faults = await striking;
    await people.clearFaults();
    if (signal.aborted) return undefined;
    at(`nothing is broken any more; ${load.begun} raffles were begun, ${load.playing} still run`);
    const lastBlowAtMs = performance.now();
    const left = await settle({ database, people }, {
      timeoutMs: SETTLE_MS,
      isPlaying: () => load.playing,
      tell: at,
      signal,
    });
    if (signal.aborted) return undefined;
    const settledMs = Math.round(performance.now() - lastBlowAtMs);
    at(left.length === 0 ? "everything has come to its end" : "the time is up");
    await Promise.race([load.over, pause(0)]);

    const [theirs, ours] = [
      await readOutside(outside, API_KEY),
      await readOwn(database, await outside.publicKey()),
    ];
    const findings = [...judge(theirs, ours), ...left.map(asFinding)];
    const figures = {
      seed,
      seconds,
      nodes: nodes.count,
      kills: nodes.kills,
      freezes: nodes.freezes,
      postgresRestarts: postgres.restarts,
      connectionCuts: postgres.cuts,
      faults,
      crashes: nodes.crashes.length,
      settledMs,
    };
    return {
      result: resultOf(figures, { outside: theirs, own: ours, findings }),
      findings,
      letters: countLetters(ours.deadLetters),
    };
  } finally {
    await watch.stop();
    await database.close();
  }
}

function countLetters(letters: OwnBooks["deadLetters"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { address, error } of letters) {
    const text = `${address.split("/")[0]}: ${error}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function asFinding({ what, count }: Unsettled): Finding {
  return { kind: "stuck", text: `Still on their way: ${count} ${what}` };
}
