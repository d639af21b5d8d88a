/** Tells the kinds of actor logic apart, and finds the logic that a machine names. */
import { type AnyActorLogic, type AnyStateMachine, createActor } from "xstate";

/** By its mark, not by its class: a second copy of xstate may be loaded. */
export function isMachine(logic: unknown): logic is AnyStateMachine {
  return typeof logic === "object" && logic !== null && "__xstatenode" in logic;
}

/** What XState puts before the name of logic written inline in an `invoke`. */
const INLINE_SOURCE = /^xstate\.invoke\.(\d+)\.(.*)$/s;

/** The logic that `source` names in `machine`, or undefined. */
export function resolveLogic(machine: AnyStateMachine, source: string): AnyActorLogic | undefined {
  const inline = INLINE_SOURCE.exec(source);
  if (inline === null) {
    const implemented = machine.implementations.actors[source];
    return implemented as AnyActorLogic | undefined;
  }
  const node = machine.getStateNodeById(inline[2] ?? "");
  const invokes = [node.config.invoke ?? []].flat();
  return (invokes[Number(inline[1])] as { src?: AnyActorLogic } | undefined)?.src;
}

/** All logic a machine can name: its `setup` actors and what its states invoke. */
export function namedLogics(machine: AnyStateMachine): Map<string, AnyActorLogic> {
  const logics = new Map<string, AnyActorLogic>();
  for (const [name, logic] of Object.entries(machine.implementations.actors)) {
    if (logic) logics.set(name, logic as AnyActorLogic);
  }
  for (const source of invokedSources(machine)) {
    const logic = resolveLogic(machine, source);
    if (logic !== undefined) logics.set(source, logic);
  }
  return logics;
}

/** Names that states invoke and nothing implements. */
export function missingLogics(machine: AnyStateMachine): string[] {
  return invokedSources(machine).filter((source) => resolveLogic(machine, source) === undefined);
}

function invokedSources(machine: AnyStateMachine): string[] {
  const sourcesOf = (node: AnyStateMachine["root"]): string[] => [
    ...node.invoke.map(({ src }) => src as string),
    ...Object.values(node.states).flatMap(sourcesOf),
  ];
  return sourcesOf(machine.root);
}

/**
 * Why `logic` cannot be a durable actor, as the rest of a sentence; undefined when it can.
 *
 * Promise and callback logic have the same shape; only what they make of a resolved promise tells
 * them apart.
 */
export function unsupportedReason(logic: AnyActorLogic): string | undefined {
  if (isMachine(logic) || isPromise(logic)) return undefined;
  return "is callback, observable or transition logic, which cannot be kept in a database: use " +
    "fromPromise for work with one answer, a machine for work with many, and send() for outside events";
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
