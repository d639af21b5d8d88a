/** What a run has found, as one line for machines and as a table for people. */
import { type Exercise, findUntested } from "./exercise.ts";
import type { Finding, FindingKind, OutsideBooks, OwnBooks } from "./evidence.ts";

/** The last line of a run with `--json`. */
export interface ChaosResult extends Exercise {
  readonly seed: number;
  readonly seconds: number;
  readonly nodes: number;
  /** Nodes killed with -9. */
  readonly kills: number;
  /** Nodes that stood still for longer than their lease. */
  readonly freezes: number;
  /** Restarts and crashes of the server. */
  readonly postgresRestarts: number;
  /** Where the server is not ours: how often all connections were ended. */
  readonly connectionCuts: number;
  /** Faults ordered from the outside world. */
  readonly faults: number;
  readonly raffles: number;
  /** Charges that Telegram took. */
  readonly entries: number;
  /** Draws that RANDOM.ORG signed. */
  readonly draws: number;
  /** Charges that went back. */
  readonly refunds: number;
  /** Prizes that were to leave, whatever became of them. */
  readonly withdrawals: number;
  /** How often a person was told that nobody knows whether his prize was sent. */
  readonly doubts: number;
  /** Accepted by actors. */
  readonly events: number;
  readonly lost: number;
  readonly doubled: number;
  readonly stuck: number;
  readonly deadLetters: number;
  readonly ledgerBalanced: boolean;
  readonly doublePaid: number;
  readonly unpaid: number;
  /** Nodes that ended by themselves while their database was there. */
  readonly crashes: number;
  /** From the last blow until nothing was on its way. */
  readonly settledMs: number;
  /** From the start of nodes that are 22 days ahead until nothing was on its way. */
  readonly weeksMs: number;
  /** Figures that are 0 and must not be: what they count was not put to the test. */
  readonly untested: readonly string[];
}

/** What was counted while it ran. */
export type RunFigures = Pick<
  ChaosResult,
  | "seed"
  | "seconds"
  | "nodes"
  | "kills"
  | "freezes"
  | "postgresRestarts"
  | "connectionCuts"
  | "faults"
  | "crashes"
  | "settledMs"
  | "weeksMs"
>;

export function resultOf(
  figures: RunFigures,
  { outside, own, exercise, findings }: {
    outside: OutsideBooks;
    own: OwnBooks;
    exercise: Exercise;
    findings: readonly Finding[];
  },
): ChaosResult {
  const { seed, seconds, nodes, kills, freezes, postgresRestarts, connectionCuts } = figures;
  const count = (kind: FindingKind): number => findings.filter((one) => one.kind === kind).length;
  return {
    seed,
    seconds,
    nodes,
    kills,
    freezes,
    postgresRestarts,
    connectionCuts,
    faults: figures.faults,
    raffles: own.raffles.length,
    entries: outside.charges.length,
    draws: outside.draws.length,
    refunds: outside.charges.filter(({ refundedAtMs }) => refundedAtMs !== null).length,
    ...exercise,
    withdrawals: own.withdrawals.length,
    doubts: outside.chats.flatMap(({ texts }) => texts.filter(isDoubt)).length,
    events: own.events,
    lost: count("lost"),
    doubled: count("doubled"),
    stuck: count("stuck"),
    deadLetters: own.deadLetters.length,
    ledgerBalanced: count("ledger") === 0,
    doublePaid: count("doublePaid"),
    unpaid: count("unpaid"),
    crashes: figures.crashes,
    settledMs: figures.settledMs,
    weeksMs: figures.weeksMs,
    untested: findUntested(exercise),
  };
}

function isDoubt(text: string): boolean {
  return /^⏳ (Telegram did not say|It is not known yet) whether/.test(text);
}

/** Whether everything that must hold does. Dead letters are for people to read; money in them shows. */
export function isGood(result: ChaosResult): boolean {
  const { lost, doubled, stuck, doublePaid, unpaid, crashes, ledgerBalanced } = result;
  return ledgerBalanced && lost + doubled + stuck + doublePaid + unpaid + crashes === 0;
}

/** Whether everything was put to the test that a run is there for. */
export function isEnough({ untested }: ChaosResult): boolean {
  return untested.length === 0;
}

/** The result as a table, a line for each figure. */
export function tableOf(result: ChaosResult): string {
  const width = Math.max(...Object.keys(result).map((name) => name.length));
  return Object.entries(result)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
    .join("\n");
}
