/**
 * One step of one machine, purely: snapshot and event in, snapshot and commands out.
 *
 * This file and `reference.ts` are the contact with XState's inner names (`_bookId`,
 * `_sendInspectionEvent`, `_transitions`, …); the xstate version is therefore pinned exactly and
 * `step_pure_test.ts` holds each of them. The machine's own methods are used instead of the public
 * `transition()`, because only they let a step see its parent, its system and its spawned actors.
 */
import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import { childAddress } from "./address.ts";
import { nameOfLogic } from "./logic.ts";
import {
  type ActorReference,
  addressOf,
  type AnyActorSystem,
  type ToReference,
  turnIntoReference,
} from "./reference.ts";

/** What a step asks for, in the order in which XState says it. */
export type Command =
  | {
    type: "spawn";
    childId: string;
    source: string;
    input: unknown;
    systemId?: string;
    /** Its snapshots are wanted as events. */
    isSynced: boolean;
  }
  | { type: "stop"; childId: string }
  | {
    type: "send";
    to: string;
    event: EventObject;
    delayMs?: number;
    sendId?: string;
    /** The receiver is a child that the same step spawns later, or one that never begins. */
    receiver?: "unborn" | "nobody";
  }
  /** An event for the actor itself, later. Without `sendId` nothing can cancel it by name. */
  | { type: "timer"; event: EventObject; delayMs: number; sendId?: string }
  | { type: "cancel"; sendId: string }
  | { type: "emit"; event: EventObject }
  | { type: "action"; name: string; params: unknown; run: (() => unknown) | undefined };

export interface Step {
  readonly snapshot: AnyMachineSnapshot;
  readonly commands: Command[];
  /**
   * Whether the event took a transition, or an eventless one was taken because of it; a snapshot that
   * stayed the same says nothing.
   */
  readonly isAccepted: boolean;
  /** The machine's own definitions of the transitions taken, of all microsteps in order. */
  readonly transitions: readonly unknown[];
}

/** The actor that makes the step. */
export interface Stepping {
  readonly machine: AnyStateMachine;
  readonly self: ActorReference;
  /** Makes ids of anonymous children stable: they hold it. */
  readonly revision: number;
  readonly referenceTo: ToReference;
  /** The living actors of the tree that have a system id, by it. */
  systemIds(): ReadonlyMap<string, ActorReference>;
}

/** @throws What a guard, an assign or an input of the machine throws. */
export function takeStep(
  stepping: Stepping,
  snapshot: AnyMachineSnapshot,
  event: EventObject,
): Step {
  const recorder = createRecorder(stepping);
  const next = stepping.machine.transition(snapshot, event, recorder.scope);
  const { transitions } = recorder;
  const isAccepted = transitions.length > 0;
  return { snapshot: next, commands: recorder.commands(), isAccepted, transitions };
}

/** @throws What creation throws; XState itself would hide it in a snapshot. */
export function takeFirstStep(stepping: Stepping, input: unknown): Step {
  const recorder = createRecorder(stepping);
  const next = stepping.machine.getInitialSnapshot(recorder.scope, input);
  if (next.status === "error") throw next.error;
  const { transitions } = recorder;
  return { snapshot: next, commands: recorder.commands(), isAccepted: true, transitions };
}

interface ExecutableAction {
  type: string;
  // deno-lint-ignore no-explicit-any
  params: any;
  info: unknown;
  exec: ((info: unknown, params: unknown) => unknown) | undefined;
}

interface SpawnedActor extends AnyActorRef {
  _parent?: AnyActorRef;
  _syncSnapshot?: boolean;
  systemId?: string;
  options: { input?: unknown };
}

const nothing = (): void => {};

/** What a system does besides looking up actors and naming them: nothing, while a step is made. */
const IDLE_SYSTEM = {
  inspect: () => ({ unsubscribe: nothing }),
  scheduler: { schedule: nothing, cancel: nothing, cancelAll: nothing },
  getSnapshot: () => ({ _scheduledEvents: {} }),
  start: nothing,
  _clock: { setTimeout: () => 0, clearTimeout: nothing },
  _logger: nothing,
  _register: () => "",
  _unregister: nothing,
  _relay: nothing,
};

function createRecorder({ machine, self, revision, referenceTo, systemIds }: Stepping) {
  const actions: ExecutableAction[] = [];
  const spawned = new Map<SpawnedActor, { before: number }>();
  const named = new Map<string, SpawnedActor>();
  const transitions: unknown[] = [];
  let booked = 0;

  const isStopped = ({ address }: ActorReference): boolean =>
    actions.some(({ type, params }) => {
      const stopped = type === "xstate.stopChild" ? params?.address : undefined;
      return stopped !== undefined && `${address}/`.startsWith(`${stopped}/`);
    });
  const system = {
    ...IDLE_SYSTEM,
    get: (key: string) =>
      named.get(key) ?? systemIds().get(key) ??
        (key.includes("/") ? referenceTo(key) : undefined),
    getAll: () => Object.fromEntries([...systemIds(), ...named]),
    _set: (systemId: string, actor: SpawnedActor) => {
      const holder = systemIds().get(systemId);
      const other = named.get(systemId);
      if ((other ?? actor) !== actor || (holder !== undefined && !isStopped(holder))) {
        throw new Error(`Actor with system ID '${systemId}' already exists.`);
      }
      named.set(systemId, actor);
    },
    _bookId: () => `anonymous-${revision}-${booked++}`,
    _sendInspectionEvent: (
      inspected: { type: string; actorRef: unknown; _transitions?: unknown[] },
    ) => {
      if (inspected.type === "@xstate.microstep" && inspected.actorRef === self) {
        transitions.push(...inspected._transitions ?? []);
      }
      if (inspected.type === "@xstate.actor") {
        const actor = inspected.actorRef as SpawnedActor;
        if (actor._parent !== self) return;
        turnIntoReference(actor, referenceTo(childAddress(self.address, actor.id)));
        spawned.set(actor, { before: actions.length });
      }
    },
  } as unknown as AnyActorSystem;
  Object.assign(self, { system });

  const scope = {
    self,
    id: self.id,
    sessionId: self.sessionId,
    logger: nothing,
    defer: nothing,
    // Called by transition logic; machines emit by an action.
    emit: (event: EventObject) =>
      actions.push({ type: "xstate.emit", params: { event }, info: undefined, exec: undefined }),
    stopChild: nothing,
    system,
    actionExecutor: (action: ExecutableAction) => actions.push(action),
  } as unknown as Parameters<AnyStateMachine["transition"]>[2];

  return {
    scope,
    transitions,
    commands: () => listCommands(machine, actions, spawned),
  };
}

/** @param spawned The actors that XState built, each with the number of the actions before it. */
function listCommands(
  machine: AnyStateMachine,
  actions: readonly ExecutableAction[],
  spawned: ReadonlyMap<SpawnedActor, { before: number }>,
): Command[] {
  if (spawned.size === 0) return actions.flatMap(commandsOf);
  // `spawn()` inside an assign leaves no action.
  const listed = new Set(actions.map(spawnedBy));
  const unlisted = [...spawned].filter(([actor]) => !listed.has(actor));
  const born = new Set<unknown>();
  const commands: Command[] = [];
  const spawn = (actor: SpawnedActor): void => {
    born.add(actor);
    commands.push(spawnCommand(machine, actor));
    // Entry actions write to an invoked child before it is spawned.
    for (const action of actions.slice(0, spawned.get(actor)?.before)) {
      const isForIt = receiverOf(action) === actor && typeof action.params.delay !== "number";
      if (isForIt) commands.push(...commandsOf(action));
    }
  };
  for (const [index, action] of actions.entries()) {
    for (const [actor, { before }] of unlisted) if (before === index) spawn(actor);
    const actor = spawnedBy(action);
    const receiver = receiverOf(action);
    if (actor !== undefined) spawn(actor);
    else if (!spawned.has(receiver as SpawnedActor) || born.has(receiver)) {
      commands.push(...commandsOf(action));
    } else if (typeof action.params.delay === "number") {
      commands.push({ ...sendCommand(action.params), receiver: "unborn" });
    }
  }
  for (const [actor, { before }] of unlisted) if (before === actions.length) spawn(actor);
  return commands;
}

function spawnedBy({ type, params }: ExecutableAction): SpawnedActor | undefined {
  return type === "xstate.spawnChild" ? params.actorRef : undefined;
}

function receiverOf({ type, params }: ExecutableAction): unknown {
  return type === "xstate.sendTo" ? params.to : undefined;
}

/** What an action asks for, unless it spawns. */
function commandsOf({ type, params, info, exec }: ExecutableAction): Command[] {
  switch (type) {
    case "xstate.spawnChild":
      return [];
    case "xstate.stopChild":
      return params === undefined ? [] : [{ type: "stop", childId: params.id }];
    case "xstate.cancel":
      return [{ type: "cancel", sendId: String(params.sendId) }];
    case "xstate.raise":
      // An immediate raise was handled inside the step already.
      return typeof params.delay === "number"
        ? [{ type: "timer", event: params.event, delayMs: params.delay, ...sendIdOf(params) }]
        : [];
    case "xstate.sendTo":
      return [sendCommand(params)];
    case "xstate.emit":
      return [{ type: "emit", event: params.event }];
    case "xstate.log":
      return [{ type: "action", name: type, params, run: () => logLikeXState(params) }];
    default: {
      const run = exec === undefined ? undefined : () => exec(info, params);
      return [{ type: "action", name: type, params, run }];
    }
  }
}

/** XState's own logger. */
function logLikeXState({ label, value }: { label?: string; value: unknown }): void {
  // deno-lint-ignore no-console
  console.log(...(label ? [label, value] : [value]));
}

function spawnCommand(machine: AnyStateMachine, actor: SpawnedActor): Command {
  const logic: unknown = actor.src;
  const source = typeof logic === "string" ? logic : nameOfLogic(machine, logic);
  if (source === undefined) {
    throw new TypeError(
      `Cannot spawn "${actor.id}" of machine "${machine.id}": its logic has no name to find it again ` +
        `by. Name it under setup({ actors }), or under actors of defineActor()`,
    );
  }
  return {
    type: "spawn",
    childId: actor.id,
    source,
    input: actor.options.input,
    ...(actor.systemId === undefined ? {} : { systemId: actor.systemId }),
    isSynced: actor._syncSnapshot === true,
  };
}

// deno-lint-ignore no-explicit-any
function sendCommand(params: any): Extract<Command, { type: "send" }> {
  const to = addressOf(params.to);
  if (to === undefined) {
    throw new TypeError(
      `Cannot send "${params.event?.type}": the target is not a durable actor. Send to a child, to ` +
        `the parent, or to system.get("kind/id")`,
    );
  }
  return {
    type: "send",
    to,
    event: params.event,
    ...(typeof params.delay === "number" ? { delayMs: params.delay, ...sendIdOf(params) } : {}),
  };
}

function sendIdOf({ id }: { id?: string }): { sendId?: string } {
  return id === undefined ? {} : { sendId: id };
}
