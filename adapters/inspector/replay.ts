/**
 * The past of one actor: its logged events fed to the pure machine again, from its creation on. The
 * log keeps the state after each step; when the replay comes to another one, the machine's code is
 * not what it was, and nothing beyond that step is believed.
 */
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import { childAddress } from "../../actors/address.ts";
import type { ActorDefinition } from "../../actors/define_actor.ts";
import { fromJson } from "../../actors/json.ts";
import { type ActorReference, createReferences } from "../../actors/reference.ts";
import { type Command, takeFirstStep, takeStep } from "../../actors/step.ts";
import type { LoggedStep } from "../../db/inspection.ts";
import { transitionsOf } from "./machine_chart.ts";

/** What a step asked for, in order. */
export type Asked =
  | { what: "send"; to: string; event: EventObject; delayMs?: number }
  | { what: "invoke"; name: string; id: string; input: unknown }
  | { what: "timer"; id: string | undefined; event: EventObject; delayMs: number }
  | { what: "effect" | "write" | "action"; name: string; params: unknown }
  | { what: "emit"; event: EventObject }
  | { what: "stop" | "cancel"; id: string };

/** An actor after a step. */
export interface ReplayedState {
  readonly value: unknown;
  readonly context: unknown;
  readonly status: string;
  readonly output: unknown;
  readonly tags: readonly string[];
}

export interface ReplayedStep {
  /** Undefined for the creation. */
  readonly before: ReplayedState | undefined;
  readonly after: ReplayedState;
  /** Ids of the chart's transitions that the event took. */
  readonly transitions: readonly string[];
  readonly asked: readonly Asked[];
}

export interface Replay {
  /** By revision; only those that were wanted and could be had. */
  readonly steps: ReadonlyMap<number, ReplayedStep>;
  /** Why it could not be had for the rest, in words. */
  readonly problem: string | undefined;
}

/** The event of a creation. */
export const BIRTH = "xstate.init";
/** Steps replayed without giving way to others. */
const TURN = 200;

/**
 * @param log The actor's steps, oldest first, up to the last one that is wanted.
 * @param wanted Revisions.
 */
export async function replay(
  log: readonly LoggedStep[],
  { machine, definition, address, wanted }: {
    machine: AnyStateMachine;
    definition: ActorDefinition;
    address: string;
    wanted: ReadonlySet<number>;
  },
): Promise<Replay> {
  const steps = new Map<number, ReplayedStep>();
  const birth = log.findLastIndex((line) => eventOf(line).type === BIRTH);
  if (birth === -1) {
    return { steps, problem: "The log does not reach back to the actor's creation any more" };
  }
  const player = createPlayer({ machine, address });
  let before: AnyMachineSnapshot | undefined;
  for (const [index, line] of log.slice(birth).entries()) {
    if (index % TURN === TURN - 1) await new Promise((resolve) => setTimeout(resolve, 0));
    const revision = Number(line.revision);
    try {
      const step = player.take(before, { line, revision });
      if (!isSame(line.state, step.snapshot.value)) {
        return { steps, problem: differs(revision, { line, value: step.snapshot.value }) };
      }
      if (wanted.has(revision)) {
        steps.set(revision, {
          before: before === undefined ? undefined : stateOf(before),
          after: stateOf(step.snapshot),
          transitions: step.transitions,
          asked: step.commands.map((command) => askedOf(command, definition)),
        });
      }
      before = step.snapshot;
    } catch (error) {
      return { steps, problem: `Step ${revision} cannot be replayed: ${(error as Error).message}` };
    }
  }
  return { steps, problem: undefined };
}

type Taken = ReturnType<AnyStateMachine["getTransitionData"]>[number];

interface Player {
  take(
    before: AnyMachineSnapshot | undefined,
    step: { line: LoggedStep; revision: number },
  ): { snapshot: AnyMachineSnapshot; commands: readonly Command[]; transitions: string[] };
}

function createPlayer(
  { machine, address }: { machine: AnyStateMachine; address: string },
): Player {
  const referenceTo = createReferences({
    system: {} as never,
    send: () => {},
    snapshotOf: () => ({ status: "active" }),
  });
  const self = referenceTo(address);
  const chartIds = new Map<unknown, string>();
  /** Of its own children; names that other actors of the tree gave are not known here. */
  const systemIds = new Map<string, ActorReference>();

  return {
    take(before, { line, revision }) {
      const event = fromJson(line.event, referenceTo) as EventObject;
      // A child whose step failed told its parent and stayed as it was.
      if (line.status === "error" && before !== undefined && isSame(line.state, before.value)) {
        const failed = { ...before, status: "error" } as AnyMachineSnapshot;
        return { snapshot: failed, commands: [], transitions: [] };
      }
      const stepping = { machine, self, revision, referenceTo, systemIds: () => systemIds };
      const step = before === undefined
        ? takeFirstStep(stepping, (event as { input?: unknown }).input)
        : takeStep(stepping, before, event);
      for (const id of Object.keys(step.snapshot.children)) {
        step.snapshot.children[id] = referenceTo(childAddress(address, id));
      }
      keepNames(step.commands);
      const transitions = step.transitions.flatMap((taken) => chartId(taken as Taken) ?? []);
      return { snapshot: step.snapshot, commands: step.commands, transitions };
    },
  };

  function keepNames(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.type === "stop") {
        const stopped = childAddress(address, command.childId);
        for (const [name, child] of systemIds) {
          if (child.address === stopped) systemIds.delete(name);
        }
      }
      if (command.type === "spawn" && command.systemId !== undefined) {
        systemIds.set(command.systemId, referenceTo(childAddress(address, command.childId)));
      }
    }
  }

  /** The first step enters the initial states by transitions that no picture shows. */
  function chartId(transition: Taken): string | undefined {
    if (!chartIds.has(transition)) {
      for (const { id, transition: each } of transitionsOf(transition.source)) {
        chartIds.set(each, id);
      }
    }
    return chartIds.get(transition);
  }
}

function eventOf(line: LoggedStep): EventObject {
  return JSON.parse(line.event) as EventObject;
}

function stateOf(snapshot: AnyMachineSnapshot): ReplayedState {
  const { value, context, status, output, tags } = snapshot;
  return { value, context, status, output, tags: [...tags] as string[] };
}

/** Lines from before states were kept have none, and are believed. */
function isSame(state: string | null, value: unknown): boolean {
  if (state === null) return true;
  return state === JSON.stringify(value) || canonical(JSON.parse(state)) === canonical(value);
}

/** The regions of a parallel state may stand in any order. */
function canonical(value: unknown): string {
  return typeof value === "object" && value !== null
    ? `{${
      Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)
        .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    }}`
    : JSON.stringify(value);
}

function differs(revision: number, { line, value }: { line: LoggedStep; value: unknown }): string {
  return `The code comes to ${JSON.stringify(value)} at step ${revision}, the log says ` +
    `${line.state}: the machine is not what it was`;
}

function askedOf(command: Command, { effects, transactional }: ActorDefinition): Asked {
  switch (command.type) {
    case "spawn":
      return {
        what: "invoke",
        name: command.source,
        id: command.childId,
        input: command.input,
      };
    case "send": {
      const { to, event, delayMs } = command;
      return { what: "send", to, event, ...(delayMs === undefined ? {} : { delayMs }) };
    }
    case "timer":
      return { what: "timer", id: command.sendId, event: command.event, delayMs: command.delayMs };
    case "emit":
      return { what: "emit", event: command.event };
    case "stop":
      return { what: "stop", id: command.childId };
    case "cancel":
      return { what: "cancel", id: command.sendId };
    case "action": {
      const { name, params } = command;
      if (name === "tell" && !effects.has(name) && !transactional.has(name)) {
        const { to, event } = params as { to: string; event: EventObject };
        return { what: "send", to, event };
      }
      const what = effects.has(name) ? "effect" : transactional.has(name) ? "write" : "action";
      return { what, name, params };
    }
  }
}
