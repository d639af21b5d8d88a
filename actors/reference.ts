/**
 * References to durable actors: what a machine sees as `self`, as its children, as a parent, or
 * receives in an event. They carry an address and nothing that lives.
 */
import type { ActorSystem, AnyActorRef, EventObject } from "xstate";
import { idOf, parentOf } from "./address.ts";

// deno-lint-ignore no-explicit-any
export type AnyActorSystem = ActorSystem<any>;

/** A reference that XState accepts wherever it wants an actor. */
export type ActorReference = AnyActorRef & { readonly address: string };

/** What a reference can reach: the step that made it. */
export interface ReferenceHost {
  readonly system: AnyActorSystem;
  /** Delivers what a plain action sends, after the commit. */
  send(address: string, event: EventObject): void;
  /** What the step knows of the actor now. */
  snapshotOf(address: string): unknown;
}

export type ToReference = (address: string) => ActorReference;

const ADDRESS = Symbol("address of a durable actor");

export function createReference(
  host: ReferenceHost,
  { address, id, parent }: { address: string; id: string; parent?: ActorReference | undefined },
): ActorReference {
  const reference = {
    [ADDRESS]: address,
    address,
    id,
    sessionId: address,
    system: host.system,
    src: address,
    _parent: parent,
    _processingStatus: 1,
    send: (event: EventObject) => host.send(address, event),
    getSnapshot: () => host.snapshotOf(address),
    getPersistedSnapshot: () => host.snapshotOf(address),
    start: () => reference,
    stop: () => reference,
    on: () => ({ unsubscribe: () => {} }),
    subscribe: () => ({ unsubscribe: () => {} }),
    toJSON: () => ({ "xstate$$type": 1, id, address }),
    get ref() {
      return reference;
    },
  };
  return reference as unknown as ActorReference;
}

/** Makes references of which there is one for each address, whoever asks for it first. */
export function createReferences(host: ReferenceHost): ToReference {
  const references = new Map<string, ActorReference>();
  const toReference: ToReference = (address) => {
    let reference = references.get(address);
    if (reference === undefined) {
      const above = parentOf(address);
      const parent = above === undefined ? undefined : toReference(above);
      reference = createReference(host, { address, id: idOf(address), parent });
      references.set(address, reference);
    }
    return reference;
  };
  return toReference;
}

/** A reference outside any step: in events at the door, in inputs and outputs of effects. */
export function detachedReference(
  address: string,
  send: (address: string, event: EventObject) => void,
): ActorReference {
  const host = { system: {} as never, send, snapshotOf: () => ({ status: "active" }) };
  return createReference(host, { address, id: idOf(address) });
}

/** The address of a reference, or undefined for anything else. */
export function addressOf(value: object): string | undefined {
  return (value as { [ADDRESS]?: string })[ADDRESS];
}

/** Makes an actor that XState built during a step, and that will never run, a reference like others. */
export function turnIntoReference(actor: object, reference: ActorReference): void {
  const { address, send, getSnapshot, getPersistedSnapshot, toJSON } = reference as
    & ActorReference
    & { toJSON(): unknown };
  Object.assign(actor, {
    [ADDRESS]: address,
    address,
    send,
    getSnapshot,
    getPersistedSnapshot,
    toJSON,
  });
}
