/**
 * The words of the Stately inspector: what `@statelyai/inspect` sends for an actor, an event and a
 * snapshot. A stored actor's session is its address, which outlives every process.
 *
 * Source: npm @statelyai/inspect 0.7.2, `createInspector`, `createWebSocketReceiver`.
 */
import type { AnyStateMachine } from "xstate";
import type { StepRecord } from "../../actors/runtime.ts";
import type { Sanitize } from "./sanitize.ts";

/** The version of the package whose words these are. */
export const PROTOCOL_VERSION = "0.7.2";

interface BaseEvent {
  readonly sessionId: string;
  readonly rootId: string;
  /** Epoch milliseconds as digits. */
  readonly createdAt: string;
  readonly id: string;
  readonly _version: string;
}

export interface ShownSnapshot {
  readonly status: string;
  readonly value?: unknown;
  readonly context?: unknown;
  readonly output?: unknown;
  readonly tags?: readonly string[];
}

export interface ActorEvent extends BaseEvent {
  readonly type: "@xstate.actor";
  readonly name: string;
  /** The machine's config as JSON text. */
  readonly definition: string;
  readonly parentId: string | undefined;
  readonly snapshot: ShownSnapshot;
}

export interface EventEvent extends BaseEvent {
  readonly type: "@xstate.event";
  readonly event: unknown;
  /** The sender's session; undefined when it came from outside. */
  readonly sourceId: string | undefined;
}

export interface SnapshotEvent extends BaseEvent {
  readonly type: "@xstate.snapshot";
  readonly event: unknown;
  readonly snapshot: ShownSnapshot;
}

export type InspectionEvent = ActorEvent | EventEvent | SnapshotEvent;

/** An actor as it is first seen. */
export function actorEvent(
  { address, root, atMs, snapshot, definition }: {
    address: string;
    root: string;
    atMs: number;
    snapshot: ShownSnapshot;
    definition: string;
  },
): ActorEvent {
  return {
    type: "@xstate.actor",
    name: address,
    definition,
    parentId: address === root ? undefined : address.slice(0, address.lastIndexOf("/")),
    snapshot,
    ...base({ address, root, atMs, id: address }),
  };
}

/** A step as the two events that the protocol makes of it: what came, and what it led to. */
export function stepEvents(step: StepRecord, sanitize: Sanitize): [EventEvent, SnapshotEvent] {
  const { address, root, revision, atMs } = step;
  const event = sanitize(step.event);
  const common = base({ address, root, atMs, id: `${address}@${revision}` });
  return [
    { type: "@xstate.event", event, sourceId: sourceOf(step), ...common },
    { type: "@xstate.snapshot", event, snapshot: shownSnapshot(step, sanitize), ...common },
  ];
}

export function shownSnapshot({ view }: StepRecord, sanitize: Sanitize): ShownSnapshot {
  const { status, value, context, output, tags } = view;
  return { status, value, context: sanitize(context), output: sanitize(output), tags };
}

/** The sender's address: a timer is the actor's own, as in XState. */
export function sourceOf({ source, address }: StepRecord): string | undefined {
  if (source === "timer") return address;
  return source?.includes("/") ? source : undefined;
}

/** The machine's config as the inspector reads it: functions are named, what is made is left out. */
export function definitionOf(machine: AnyStateMachine): string {
  return JSON.stringify(machine.config, (key, value: unknown) => {
    if (key === "params" || key === "input" || key === "context" || key === "output") {
      return undefined;
    }
    if (typeof value !== "function") return value;
    const { type, name } = value as { type?: string; name?: string };
    return { type: type ?? (name || "(inline)") };
  });
}

function base(
  { address, root, atMs, id }: { address: string; root: string; atMs: number; id: string },
): BaseEvent {
  return {
    sessionId: address,
    rootId: root,
    createdAt: String(atMs),
    id,
    _version: PROTOCOL_VERSION,
  };
}
