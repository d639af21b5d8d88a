/**
 * From one step up to what began it, and from there down to everything that followed: the messages
 * between actors in the order of the log, and the work outside that they asked for.
 */
import { kindOf, rootOf } from "../../actors/address.ts";
import { findCaused, findStep, type LoggedStep, type StepKey } from "../../db/inspection.ts";
import { causedBetween, replayUpTo, shownAsked, type StepQuery } from "./inspect_step.ts";
import { type InspectionHost, lineOf } from "./inspection.ts";
import type { ShownChain } from "./shown.ts";

/** Steps from the one that was asked about to the beginning. */
const MAX_UP = 50;
/** Rounds from the beginning down, and lines in all. */
const MAX_DOWN = 30;
const MAX_LINES = 200;
/** Actors that are replayed for what they asked for outside. */
const MAX_REPLAYED_ACTORS = 12;

/** Undefined when the log has no such step (any more). */
export async function readChain(
  host: InspectionHost,
  query: StepQuery,
): Promise<ShownChain | undefined> {
  const begin = await findBeginning(host, query);
  if (begin === undefined) return undefined;
  const { lines, isWhole } = await findFollowing(host, begin);
  const asked = await findAsked(host, lines);
  return {
    isWhole,
    lines: lines.map((line) => ({
      ...lineOf(line, host.sanitize(kindOf(line.address))),
      asked: asked.get(keyOf(line)) ?? [],
    })),
  };
}

async function findBeginning(
  { database }: InspectionHost,
  query: StepQuery,
): Promise<LoggedStep | undefined> {
  let step = await findStep(database, { root: rootOf(query.address), ...query });
  const seen = new Set<bigint>();
  for (let up = 0; up < MAX_UP && step !== undefined; up++) {
    seen.add(step.id);
    const cause = causeOf(step);
    if (cause === undefined) return step;
    const root = rootOf(cause.address);
    const before: LoggedStep | undefined = await findStep(database, { root, ...cause });
    // A later child of the same address has steps of the same numbers.
    if (before === undefined || seen.has(before.id)) return step;
    step = before;
  }
  return step;
}

/** The step that an event came from; the answer of an effect comes from the step that asked. */
function causeOf({ source, sourceRevision, address }: LoggedStep): StepKey | undefined {
  if (sourceRevision === null || source === null) return undefined;
  if (source.includes("/")) return { address: source, revision: Number(sourceRevision) };
  return source === "effect" ? { address, revision: Number(sourceRevision) } : undefined;
}

async function findFollowing(
  { database }: InspectionHost,
  begin: LoggedStep,
): Promise<{ lines: LoggedStep[]; isWhole: boolean }> {
  const found = new Map<bigint, LoggedStep>([[begin.id, begin]]);
  let last = [begin];
  for (let down = 0; down < MAX_DOWN && last.length > 0; down++) {
    const steps = last.flatMap(({ address, revision }) =>
      revision === null ? [] : [{ root: rootOf(address), address, revision: Number(revision) }]
    );
    const caused = steps.length === 0
      ? []
      : await findCaused(database, steps, causedBetween(last, MAX_LINES));
    last = caused.filter(({ id }) => !found.has(id));
    for (const line of last) found.set(line.id, line);
    if (found.size > MAX_LINES) break;
  }
  return { lines: inOrder([...found.values()]).slice(0, MAX_LINES), isWhole: last.length === 0 };
}

/**
 * Causes before what they caused, and each actor's steps as it made them. The log's own order is not
 * enough: one commit writes the lines of its actors one actor after another.
 */
export function inOrder(lines: readonly LoggedStep[]): LoggedStep[] {
  const waiting = lines.toSorted((a, b) =>
    a.atMs === b.atMs ? (a.id < b.id ? -1 : 1) : a.atMs < b.atMs ? -1 : 1
  );
  const placed: LoggedStep[] = [];
  while (waiting.length > 0) {
    const missing = new Set(waiting.map(keyOf));
    const isFree = (line: LoggedStep): boolean => {
      const cause = causeOf(line);
      return (cause === undefined || !missing.has(`${cause.address}@${cause.revision}`)) &&
        !waiting.some((other) => isEarlierOfSame(other, line));
    };
    // Two nodes' clocks can contradict each other; then the log's order has to do.
    const next = Math.max(0, waiting.findIndex(isFree));
    placed.push(...waiting.splice(next, 1));
  }
  return placed;
}

function isEarlierOfSame(other: LoggedStep, line: LoggedStep): boolean {
  return other.address === line.address && other.revision !== null && line.revision !== null &&
    other.revision < line.revision;
}

/** Effects, invokes and timers that the steps asked for, by `address@revision`. */
async function findAsked(host: InspectionHost, lines: readonly LoggedStep[]) {
  const byAddress = Map.groupBy(
    lines.filter(({ revision }) => revision !== null),
    ({ address }) => address,
  );
  const asked = new Map<string, Record<string, unknown>[]>();
  for (const [address, own] of [...byAddress].slice(0, MAX_REPLAYED_ACTORS)) {
    const revisions = own.map(({ revision }) => Number(revision));
    const { steps } = await replayUpTo(host, { address, revisions });
    const sanitize = host.sanitize(kindOf(address));
    for (const [revision, step] of steps) {
      const outside = step.asked.filter(({ what }) => what === "effect" || what === "invoke");
      asked.set(`${address}@${revision}`, outside.map((each) => shownAsked(each, sanitize)));
    }
  }
  return asked;
}

function keyOf({ address, revision }: LoggedStep): string {
  return `${address}@${revision}`;
}
