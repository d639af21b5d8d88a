/** One step from all sides: the event, the actor before and after, what it asked for and caused. */
import type { AnyStateMachine, EventObject } from "xstate";
import { childAddress, kindOf, rootOf } from "../../actors/address.ts";
import type { ActorDefinition } from "../../actors/define_actor.ts";
import { isMachine, resolveLogic } from "../../actors/logic.ts";
import {
  findCaused,
  findStep,
  findTransfersOf,
  type LoggedStep,
  readStepsUpTo,
} from "../../db/inspection.ts";
import { type InspectionHost, lineOf, shownTransfer } from "./inspection.ts";
import { type Asked, BIRTH, type Replay, replay, type ReplayedState } from "./replay.ts";
import type { Sanitize } from "./sanitize.ts";
import type { ShownStep } from "./shown.ts";

/** A longer past is not replayed: it would take longer than anybody waits. */
const MAX_REPLAYED = 10_000;
/** What a step causes comes soon after it; of what comes later the page says nothing. */
const CAUSED_WITHIN_MS = 60_000;
/** Clocks of nodes differ. */
const CLOCKS_DIFFER_MS = 5_000;
const MAX_CAUSED = 100;

export interface StepQuery {
  readonly address: string;
  readonly revision: number;
}

/** Undefined when the log has no such step (any more). */
export async function inspectStep(
  host: InspectionHost,
  query: StepQuery,
): Promise<ShownStep | undefined> {
  const { address, revision } = query;
  const { database } = host;
  const root = rootOf(address);
  const line = await findStep(database, { root, address, revision });
  if (line === undefined) return undefined;
  const [{ steps, problem, machine }, transfers, caused] = [
    await replayUpTo(host, { address, revisions: [revision] }),
    await findTransfersOf(database, [query]),
    await findCaused(database, [{ ...query, root }], causedBetween([line], MAX_CAUSED)),
  ];
  const step = steps.get(revision);
  const sanitize = host.sanitize(kindOf(address));
  return {
    ...lineOf(line, sanitize),
    machine: machine?.id ?? null,
    problem: problem ?? null,
    before: step?.before === undefined ? null : shownState(step.before, sanitize),
    after: step === undefined ? null : shownState(step.after, sanitize),
    transitions: step?.transitions ?? [],
    asked: step?.asked.map((asked) => shownAsked(asked, sanitize)) ?? [],
    postings: transfers.map(shownTransfer),
    caused: caused.map((each) => lineOf(each, host.sanitize(kindOf(each.address)))),
    causedWithinMs: CAUSED_WITHIN_MS,
  };
}

/** When what some steps caused may have come. */
export function causedBetween(
  steps: readonly LoggedStep[],
  limit: number,
): { fromMs: number; toMs: number; limit: number } {
  const times = steps.map(({ atMs }) => Number(atMs));
  return {
    fromMs: Math.min(...times) - CLOCKS_DIFFER_MS,
    toMs: Math.max(...times) + CAUSED_WITHIN_MS,
    limit,
  };
}

/** Replays one actor as far as the last of some revisions. */
export async function replayUpTo(
  host: InspectionHost,
  { address, revisions }: { address: string; revisions: readonly number[] },
): Promise<Replay & { machine: AnyStateMachine | undefined }> {
  const root = rootOf(address);
  const log = await readStepsUpTo(host.database, {
    root,
    address,
    revision: Math.max(...revisions),
    limit: MAX_REPLAYED + 1,
  });
  const definition = host.actors.get(kindOf(root));
  const machine = definition && await machineOf(host, { address, definition, log });
  const nothing = { steps: new Map(), machine };
  if (definition === undefined || machine === undefined) {
    return { ...nothing, problem: `The machine of ${address} is not known any more` };
  }
  if (log.length > MAX_REPLAYED) {
    const problem = `It made more than ${MAX_REPLAYED} steps before: too many to replay`;
    return { ...nothing, problem };
  }
  const replayed = await replay(log, { machine, definition, address, wanted: new Set(revisions) });
  return { ...replayed, machine };
}

/**
 * The root's is the definition's. Which one a child runs its row says while it is there; of one that
 * has gone its parent's step, which asked for it.
 */
async function machineOf(
  host: InspectionHost,
  { address, definition, log }: {
    address: string;
    definition: ActorDefinition;
    log: readonly LoggedStep[];
  },
): Promise<AnyStateMachine | undefined> {
  if (address === rootOf(address)) return definition.machine;
  const tree = await host.operator.show(rootOf(address));
  const id = tree?.members.find((member) => member.address === address)?.machine;
  if (id !== undefined) return definition.machines.get(id);
  const birth = log.findLast(({ event }) => (JSON.parse(event) as EventObject).type === BIRTH);
  if (!birth?.source?.includes("/") || birth.sourceRevision === null) return undefined;
  const revision = Number(birth.sourceRevision);
  const parent = await replayUpTo(host, { address: birth.source, revisions: [revision] });
  const asked = parent.steps.get(revision)?.asked.find((one) =>
    one.what === "invoke" && childAddress(birth.source as string, one.id) === address
  );
  if (parent.machine === undefined || asked?.what !== "invoke") return undefined;
  const logic = resolveLogic(parent.machine, asked.name);
  return isMachine(logic) ? logic : undefined;
}

function shownState(state: ReplayedState, sanitize: Sanitize): ReplayedState {
  return { ...state, context: sanitize(state.context), output: sanitize(state.output) };
}

/** What was asked for with its data sanitised. */
export function shownAsked(asked: Asked, sanitize: Sanitize): Record<string, unknown> {
  const data = Object.fromEntries(
    ["event", "input", "params"].filter((key) => key in asked)
      .map((key) => [key, sanitize((asked as unknown as Record<string, unknown>)[key])]),
  );
  return { ...asked, ...data };
}
