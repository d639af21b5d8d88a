/**
 * The model of what the runtime does: XState's own transition in memory, fed with the events that
 * the log holds.
 */
import { type AnyMachineSnapshot, type AnyStateMachine, createActor, createMachine } from "xstate";
import { rootOf } from "../address.ts";
import type { ActorDefinition } from "../define_actor.ts";
import { fromJson } from "../json.ts";
import { detachedReference } from "../reference.ts";

/** A line of the log. */
export interface LoggedStep {
  address: string;
  event: string;
  /** JSON of the state value, where the log has it. */
  state: string | null;
}

/** What the machine asked for: an effect's name and its parameters as JSON. */
export interface Asked {
  readonly address: string;
  readonly name: string;
  readonly params: string;
  /** Whether an invoke asked; one that is left early may never have been called. */
  readonly isAwaited: boolean;
}

/** What the model makes of the logged steps of one actor. */
export function replay(
  address: string,
  { logged, machine, definition }: {
    logged: readonly LoggedStep[];
    machine: AnyStateMachine;
    definition: ActorDefinition;
  },
): { snapshot: AnyMachineSnapshot | undefined; asked: Asked[]; deviations: string[] } {
  const asked: Asked[] = [];
  const deviations: string[] = [];
  let snapshot: AnyMachineSnapshot | undefined;
  for (const [index, step] of logged.entries()) {
    const event = fromJson(step.event, (to) => detachedReference(to, () => {})) as {
      type: string;
      input?: unknown;
    };
    const { scope, actions } = inertScope(address, snapshot);
    if (event.type === "xstate.init") {
      snapshot = machine.getInitialSnapshot(scope, event.input);
    } else if (snapshot === undefined) {
      deviations.push(`${address} was sent "${event.type}" before it was created`);
      continue;
    } else {
      snapshot = attempt(machine, snapshot, { event, scope });
    }
    asked.push(...actions.flatMap((action) => askedBy(action, { address, definition, machine })));
    const value = canonical(snapshot.value);
    if (step.state !== null && canonical(JSON.parse(step.state)) !== value) {
      deviations.push(
        `${address} was in ${step.state} after step ${index + 1} ("${event.type}"), ` +
          `the model says ${value}`,
      );
    }
  }
  return { snapshot, asked, deviations };
}

/** A child machine that throws is its parent's to handle; it ends with its step undone. */
function attempt(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  { event, scope }: { event: { type: string }; scope: Scope },
): AnyMachineSnapshot {
  try {
    return machine.transition(snapshot, event as never, scope) as AnyMachineSnapshot;
  } catch {
    return { ...snapshot, status: "error" } as AnyMachineSnapshot;
  }
}

type Scope = Parameters<AnyStateMachine["transition"]>[2];

interface ExecutableAction {
  readonly type: string;
  // deno-lint-ignore no-explicit-any
  readonly params: any;
}

const NOBODY = createMachine({});

/** What XState's `transition()` makes for itself, with the actor's own name in it. */
function inertScope(
  address: string,
  snapshot: AnyMachineSnapshot | undefined,
): { scope: Scope; actions: ExecutableAction[] } {
  const actions: ExecutableAction[] = [];
  const id = decodeURIComponent(
    address === rootOf(address)
      ? encodeURIComponent(address.slice(address.indexOf("/") + 1))
      : address.slice(address.lastIndexOf("/") + 1),
  );
  const self = createActor(NOBODY, { id });
  Object.assign(self, { address }, snapshot === undefined ? {} : { _snapshot: snapshot });
  const nothing = (): void => {};
  const scope = {
    self,
    id,
    sessionId: address,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    system: self.system,
    actionExecutor: (action: ExecutableAction) => actions.push(action),
  };
  return { scope: scope as unknown as Scope, actions };
}

/** What an action means outside, if it means an effect that the definition lists. */
function askedBy(
  { type, params }: ExecutableAction,
  { address, definition }: {
    address: string;
    definition: ActorDefinition;
    machine: AnyStateMachine;
  },
): Asked[] {
  const isAwaited = type === "xstate.spawnChild";
  const name: unknown = isAwaited ? params.actorRef?.src : type;
  if (typeof name !== "string" || !definition.effects.has(name)) return [];
  const input = isAwaited ? params.actorRef.options.input : params;
  return [{ address, name, params: canonical(input), isAwaited }];
}

/** What of a snapshot, or of its stored form, is compared. */
export function comparable(
  snapshot: { value: unknown; context: unknown; status: string; output?: unknown } | undefined,
): unknown {
  if (snapshot === undefined) return undefined;
  const { value, context, status, output } = snapshot;
  return { value, context, status, output };
}

/** JSON with sorted keys; references to actors by their ids, for the model knows no addresses. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    if (each.xstate$$type === 1) return `the actor ${each.id}`;
    const error = each instanceof Error ? { name: each.name, message: each.message } : each;
    const plain = error.zhreb$$error ?? error;
    return Object.fromEntries(
      Object.keys(plain).sort().filter((key) => plain[key] !== undefined)
        .map((key) => [key, plain[key]]),
    );
  }) ?? "undefined";
}
