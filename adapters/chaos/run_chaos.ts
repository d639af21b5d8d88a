/**
 * One run: the outside world, a database and nodes of its own; raffles are played while the plan's
 * blows fall; then everything has to come to its end, and both sides' books are compared.
 */
import { openDatabase } from "../../db/open_database.ts";
import type { ChaosOptions } from "./chaos_options.ts";
import { startClaiming } from "./claim_prizes.ts";
import { startDeciding } from "./decide_withdrawals.ts";
import { type ExerciseSources, findUntested, readExercise } from "./exercise.ts";
import { createDice } from "./dice.ts";
import type { Finding, OwnBooks } from "./evidence.ts";
import { judge } from "./judge.ts";
import { judgeWeeks } from "./judge_weeks.ts";
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
import { settle } from "./settle.ts";
import { gatherPlayers, type Stage } from "./stage.ts";
import { startStriking } from "./strike.ts";
import { startTaking } from "./take_prizes.ts";
import {
  ADMINS,
  API_KEY,
  environmentOf,
  gatherAdmins,
  makeChannel,
  putCapitalIn,
} from "./theatre.ts";
import type { Unsettled } from "./unsettled.ts";
import { pause, until } from "./wait.ts";

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
const READY_MS = 60_000;
/** Premium and rubles were asked for, or this time is over, before anything is broken. */
const WARM_UP_MS = 30_000;
/** See {@link untilTested}. */
const EXTRA_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
const SETTLE_MS = 150_000;
/** All Stars are available then. */
/** A link to YooKassa's page is good for an hour. */
const LINKS_MS = 2 * 3_600_000;
const WEEKS_MS = 22 * 86_400_000;

/** @returns Undefined when it was interrupted. */
export async function runChaos(
  options: ChaosOptions,
  { tell, signal }: ChaosSurroundings,
): Promise<ChaosRun | undefined> {
  const ends: (() => Promise<unknown>)[] = [];
  try {
    let standing: Nodes | undefined;
    const productUrl = (): string | undefined => standing?.nextUrl();
    const { outside, skip, stop } = await openOutside(`chaos ${options.seed}`, productUrl);
    ends.push(stop);
    const postgres = await openPostgres(options.databaseUrl);
    ends.push(() => postgres.stop());
    const logs = await openNodeLogs(options.logFolder);
    ends.push(() => logs.close());
    const channelId = await makeChannel(outside.people);
    const start = (aheadMs: number): Nodes => {
      const nodes = startNodes({
        count: options.nodes,
        environment: environmentOf({
          databaseUrl: postgres.url,
          sandboxUrl: outside.url,
          channelId,
          aheadMs,
        }),
        isDatabaseAway: () => postgres.isAway,
        tell,
        onLog: logs.write,
      });
      ends.push(() => nodes.stop());
      standing = nodes;
      return nodes;
    };
    const theatre = { postgres, outside, skip, productUrl, channelId, start, tell, signal };
    return await play(options, theatre);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

interface Theatre extends ChaosSurroundings {
  readonly postgres: Postgres;
  readonly outside: Outside;
  /** Lets so much time pass outside, at once. */
  readonly skip: (ms: number) => void;
  readonly productUrl: () => string | undefined;
  /** Of the announcement channel. */
  readonly channelId: number;
  /** Starts the nodes, with clocks that are so far ahead. */
  readonly start: (aheadMs: number) => Nodes;
}

async function play(
  options: ChaosOptions,
  { postgres, outside, skip, productUrl, channelId, start, tell, signal }: Theatre,
): Promise<ChaosRun | undefined> {
  const { people, payers } = outside;
  const { seed, seconds } = options;
  const dice = createDice(`chaos ${seed}`);
  const beganAtMs = performance.now();
  const at = (line: string): void =>
    tell(`${((performance.now() - beganAtMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  const database = await openDatabase({ url: postgres.url, maxConnections: 3 });
  const watch = watchRaffles(database);
  const ends: (() => Promise<unknown>)[] = [() => database.close(), () => watch.stop()];
  try {
    await gatherAdmins(people);
    const nodes = start(0);
    if (!await areReady(nodes, signal)) return undefined;
    await putCapitalIn(people);
    const players = await gatherPlayers(people, PLAYERS);
    at(`${nodes.count} nodes are ready, ${PLAYERS} players are greeted`);

    const stage: Stage = { people, payers, productUrl, watch, admins: ADMINS, players, signal };
    const load = startLoad(stage, { dice, seconds });
    const taking = startTaking(stage, { database, dice });
    const deciding = startDeciding(stage, { database, dice });
    const claiming = startClaiming(stage, database);
    ends.push(() => deciding.stop(), () => claiming.stop());
    // Else a short run on a slow machine would be over before anybody has won anything.
    const hasBegun = (): boolean => taking.askedPremium > 0 && taking.askedRubles > 0;
    await until(hasBegun, (isYes) => isYes, { timeoutMs: WARM_UP_MS, signal });
    const { asked, askedRubles } = taking;
    at(`${asked} prizes, ${askedRubles} in rubles, were asked for; from now on things are broken`);
    const striking = startStriking(
      { nodes, postgres, people, watch, signal, tell: at },
      planStrikes(dice, { seconds, nodes: nodes.count }),
    );
    const exercised = { database, people, payers, channelId, striking, deciding };
    const isOver = Promise.race([load.over, taking.over]);
    await Promise.race([pause(seconds * 1_000, signal), isOver]);
    await Promise.race([untilTested(exercised, { tell: at, signal }), isOver]);
    load.beginNoMore();
    taking.beginNoMore();
    striking.beginNoMore();
    await striking.over;
    const { faults } = striking;
    await people.clearFaults();
    if (signal.aborted) return undefined;
    at(`nothing is broken any more; ${load.begun} raffles were begun, ${load.playing} still run`);
    const isPlaying = (): number => load.playing + taking.busy;
    const common = { timeoutMs: SETTLE_MS, isPlaying, tell: at, signal };
    const lastBlowAtMs = performance.now();
    const sides = { database, people, payers };
    const left = await settle(sides, { ...common, aheadMs: 0 });
    if (signal.aborted) return undefined;
    const settledMs = Math.round(performance.now() - lastBlowAtMs);
    at(left.length === 0 ? "everything has come to its end" : "the time is up");
    skip(LINKS_MS);
    left.push(...await settle(sides, { ...common, aheadMs: 0, areLinksOver: true }));
    if (signal.aborted) return undefined;
    at(left.length === 0 ? "the links that nobody has paid have ended, too" : "the time is up");
    await Promise.race([load.over, pause(0)]);
    await Promise.race([taking.over, pause(0)]);

    await nodes.stop();
    skip(WEEKS_MS);
    const weeksAtMs = performance.now();
    const later = start(WEEKS_MS);
    if (!await areReady(later, signal)) return undefined;
    at("the nodes are started anew, 22 days later");
    left.push(...await settle(sides, { ...common, aheadMs: WEEKS_MS }));
    if (signal.aborted) return undefined;
    const weeksMs = Math.round(performance.now() - weeksAtMs);
    at(left.length === 0 ? "everything has come to its end" : "the time is up");
    await deciding.stop();
    await claiming.stop();

    const [theirs, ours] = [
      await readOutside(outside, { apiKey: API_KEY, channelId }),
      await readOwn(database, { publicKey: await outside.publicKey(), aheadMs: WEEKS_MS }),
    ];
    at(`prizes: ${describePrizes(ours)}`);
    const exercise = await readExercise(exercised);
    if (exercise === undefined) throw new Error("The database is away at the end");
    const findings = [
      ...judge(theirs, ours),
      ...judgeWeeks(theirs, ours),
      ...left.map(asFinding),
    ];
    const figures = {
      seed,
      seconds,
      nodes: nodes.count,
      kills: nodes.kills,
      freezes: nodes.freezes,
      postgresRestarts: postgres.restarts,
      connectionCuts: postgres.cuts,
      faults,
      crashes: nodes.crashes.length + later.crashes.length,
      settledMs,
      weeksMs,
    };
    return {
      result: resultOf(figures, { outside: theirs, own: ours, exercise, findings }),
      findings,
      letters: countLetters(ours.deadLetters),
    };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** @returns False when it was interrupted. @throws {Error} When they do not become ready. */
async function areReady(nodes: Nodes, signal: AbortSignal): Promise<boolean> {
  if (await nodes.areReady(READY_MS)) return true;
  if (signal.aborted) return false;
  throw new Error("The nodes did not become ready");
}

/** On a slow machine a run goes on until everything was put to the test, but not for ever. */
async function untilTested(
  exercised: ExerciseSources,
  { tell, signal }: ChaosSurroundings,
): Promise<void> {
  const untested = async (): Promise<string[]> => findUntested(await readExercise(exercised));
  const names = await untested();
  if (names.length > 0) {
    tell(`the time is over, and it goes on until it has seen ${names.join(", ")}`);
  }
  await until(untested, ({ length }) => length === 0, {
    timeoutMs: EXTRA_MS,
    everyMs: LOOK_EVERY_MS,
    signal,
  });
}

/** What was to leave and what became of it: "3 × gift done, 1 × premium returned". */
function describePrizes({ withdrawals }: OwnBooks): string {
  const groups = Map.groupBy(withdrawals, ({ choice, status }) => `${choice.kind} ${status}`);
  return [...groups].map(([what, { length }]) => `${length} × ${what}`).join(", ");
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
