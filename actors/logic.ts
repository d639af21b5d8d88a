/** Tells the kinds of actor logic apart, and finds the logic that a machine names. */
import { type AnyActorLogic, type AnyStateMachine, createActor } from "xstate";
import { asMachine, isTransition } from "./transition_logic.ts";

/** By its mark, not by its class: a second copy of xstate may be loaded. */
export function isMachine(logic: unknown): logic is AnyStateMachine {
  return typeof logic === "object" && logic !== null && "__xstatenode" in logic;
}

/** What XState puts before the name of logic written inline in an `invoke`. */
const INLINE_SOURCE = /^xstate\.invoke\.(\d+)\.(.*)$/s;

/** The logic that `source` names in `machine`, or undefined. */
export function resolveLogic(machine: AnyStateMachine, source: string): AnyActorLogic | undefined {
  const inline = INLINE_SOURCE.exec(source);
  const logic = inline === null
    ? namedLogic(machine, source)
    : invokedLogic(machine, inline[2] ?? "", Number(inline[1]));
  return isTransition(logic) ? asMachine(logic, source) : logic;
}

function namedLogic(machine: AnyStateMachine, name: string): AnyActorLogic | undefined {
  const { actors } = machine.implementations;
  return Object.hasOwn(actors, name)
    ? actors[name] as AnyActorLogic
    : inlineSpawns(machine).get(name);
}

function invokedLogic(
  machine: AnyStateMachine,
  nodeId: string,
  index: number,
): AnyActorLogic | undefined {
  const invokes = [machine.getStateNodeById(nodeId).config.invoke ?? []].flat();
  return (invokes[index] as { src?: AnyActorLogic } | undefined)?.src;
}

/** The name by which `machine` finds this very logic again, or undefined. */
export function nameOfLogic(machine: AnyStateMachine, logic: unknown): string | undefined {
  const isIt = (name: string, each: unknown): boolean =>
    each === logic || namedLogic(machine, name) === logic;
  for (const [name, each] of namedLogics(machine)) if (isIt(name, each)) return name;
  return undefined;
}

/** All logic a machine can name: its `setup` actors and what its states invoke or spawn. */
export function namedLogics(machine: AnyStateMachine): Map<string, AnyActorLogic> {
  const names = [
    ...Object.keys(machine.implementations.actors),
    ...invokedSources(machine),
    ...inlineSpawns(machine).keys(),
  ];
  const logics = new Map<string, AnyActorLogic>();
  for (const name of names) {
    const logic = resolveLogic(machine, name);
    if (logic !== undefined) logics.set(name, logic);
  }
  return logics;
}

/** Names that states invoke and nothing implements. */
export function missingLogics(machine: AnyStateMachine): string[] {
  return invokedSources(machine).filter((source) => resolveLogic(machine, source) === undefined);
}

function invokedSources(machine: AnyStateMachine): string[] {
  return nodesOf(machine.root).flatMap(({ invoke }) => invoke.map(({ src }) => src as string));
}

type Node = AnyStateMachine["root"];

/** A state and all states in it. */
export function nodesOf(node: Node): Node[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

const foundSpawns = new WeakMap<AnyStateMachine, ReadonlyMap<string, AnyActorLogic>>();

/**
 * Logic written inline in a `spawnChild` action. XState gives it no name, so it is named by its place:
 * like the name of an inline invoke it changes when the machine's id or a state's key does.
 */
function inlineSpawns(machine: AnyStateMachine): ReadonlyMap<string, AnyActorLogic> {
  const known = foundSpawns.get(machine);
  if (known !== undefined) return known;
  const found = new Map<string, AnyActorLogic>();
  for (const node of nodesOf(machine.root)) {
    for (const [index, logic] of actionsOf(node).flatMap(spawnedBy).entries()) {
      found.set(`spawn.${index}.${node.id}`, logic);
    }
  }
  for (const [name, action] of Object.entries(machine.implementations.actions)) {
    for (const logic of spawnedBy(action)) found.set(`spawn.${name}`, logic);
  }
  foundSpawns.set(machine, found);
  return found;
}

function actionsOf({ entry, exit, transitions, always, initial }: Node): unknown[] {
  const taken = [...transitions.values(), always ?? []].flat();
  return [
    ...entry,
    ...exit,
    ...[...taken, initial ?? { actions: [] }].flatMap((each) => each.actions),
  ];
}

function spawnedBy(action: unknown): AnyActorLogic[] {
  const { type, src } = (action ?? {}) as { type?: unknown; src?: unknown };
  return type === "xstate.spawnChild" && typeof src === "object" ? [src as AnyActorLogic] : [];
}

/**
 * Why `logic` cannot be a durable actor, as the rest of a sentence; undefined when it can.
 *
 * Promise and callback logic have the same shape; only what they make of a resolved promise tells
 * them apart.
 */
export function unsupportedReason(logic: AnyActorLogic): string | undefined {
  if (isMachine(logic) || isPromise(logic)) return undefined;
  return "is callback or observable logic, which cannot be kept in a database: use fromPromise for " +
    "work with one answer, after or a delayed raise for what ticks, a machine for work with many " +
    "answers, and send() for events from outside";
}

export function isPromise(logic: AnyActorLogic): boolean {
  if (isMachine(logic) || typeof logic.transition !== "function" || !("start" in logic)) {
    return false;
  }
  try {
    const next = logic.transition(
      { status: "active", output: undefined, error: undefined, input: undefined } as never,
      { type: "xstate.promise.resolve", data: "probe" } as never,
      { self: {} } as never,
    );
    return (next as { status?: string; output?: unknown })?.output === "probe";
  } catch {
    // Callback logic looks for its receivers, which a probe has not.
    return false;
  }
}

/**
 * Runs promise logic as it stands.
 * @param signal Aborts the promise's own signal.
 */
export function runPromise(
  logic: AnyActorLogic,
  { input, signal }: { input: unknown; signal: AbortSignal },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const actor = createActor(logic, { input });
    signal.addEventListener("abort", () => {
      // First: a stopped actor counts as complete.
      reject(signal.reason);
      actor.stop();
    }, { once: true });
    actor.subscribe({
      complete: () => resolve(actor.getSnapshot().output),
      error: reject,
    });
    actor.start();
  });
}
