/**
 * The live steps of this node, for as many clients as there are. With no client it does not listen
 * at all. The runtime only puts a step into a queue of bounded length: the rest is done in turns of
 * their own, and who cannot follow is dropped.
 */
import { kindOf, rootOf } from "../../actors/address.ts";
import type { ActorDefinition } from "../../actors/define_actor.ts";
import type { StepRecord } from "../../actors/runtime.ts";
import type { Sanitize } from "./sanitize.ts";
import {
  actorEvent,
  definitionOf,
  type InspectionEvent,
  shownSnapshot,
  sourceOf,
  stepEvents,
} from "./stately_protocol.ts";

/** Where a client's events go, e.g. a WebSocket. */
export interface StreamClient {
  /** One event of the protocol as JSON text. */
  send(text: string): void;
  /** Bytes that are sent and not yet taken by the other side. */
  waitingBytes(): number;
  /** The client is dropped; nothing is sent to it any more. */
  close(reason: string): void;
}

export interface StepStreamOptions {
  /** Begins to listen; the result ends it. */
  readonly onStep: (listener: (step: StepRecord) => void) => () => void;
  /** By their kinds. */
  readonly actors: ReadonlyMap<string, ActorDefinition>;
  readonly sanitize: (kind: string) => Sanitize;
}

/** Steps that wait to be sent; more are more than anybody can look at. */
const MAX_QUEUE = 5_000;
/** Steps made ready in one turn. */
const TURN = 100;
const MAX_WAITING_BYTES = 8_000_000;
/** Actors that a client is remembered to know; of older ones it is told again. */
const MAX_KNOWN = 5_000;

export class StepStream {
  readonly #options: StepStreamOptions;
  /** With the actors that each has heard of. */
  readonly #clients = new Map<StreamClient, Set<string>>();
  /** By kind and machine. */
  readonly #definitions = new Map<string, string>();
  #queue: StepRecord[] = [];
  #turn: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => void) | undefined;

  constructor(options: StepStreamOptions) {
    this.#options = options;
  }

  /** Adds a client. @returns Takes it away again. */
  add(client: StreamClient): () => void {
    this.#clients.set(client, new Set());
    this.#unlisten ??= this.#options.onStep((step) => this.#take(step));
    return () => this.#remove(client);
  }

  /** Drops all clients. */
  close(): void {
    this.#dropAll("The inspector ends");
  }

  #remove(client: StreamClient): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    this.#unlisten?.();
    this.#unlisten = undefined;
    clearTimeout(this.#turn);
    this.#turn = undefined;
    this.#queue = [];
  }

  #drop(client: StreamClient, reason: string): void {
    this.#remove(client);
    client.close(reason);
  }

  #dropAll(reason: string): void {
    for (const client of [...this.#clients.keys()]) this.#drop(client, reason);
  }

  #take(step: StepRecord): void {
    this.#queue.push(step);
    if (this.#queue.length > MAX_QUEUE) this.#dropAll("There are too many steps to follow");
    else this.#turn ??= setTimeout(() => this.#takeTurn(), 0);
  }

  #takeTurn(): void {
    this.#turn = undefined;
    for (const step of this.#queue.splice(0, TURN)) {
      const events = stepEvents(step, this.#options.sanitize(kindOf(step.address)));
      const texts = events.map((event) => JSON.stringify(event));
      for (const client of [...this.#clients.keys()]) this.#send(client, { step, texts });
    }
    if (this.#queue.length > 0) this.#turn = setTimeout(() => this.#takeTurn(), 0);
  }

  #send(
    client: StreamClient,
    { step, texts }: { step: StepRecord; texts: readonly string[] },
  ): void {
    if (client.waitingBytes() > MAX_WAITING_BYTES) return this.#drop(client, "Too slow to follow");
    const known = this.#clients.get(client) as Set<string>;
    for (const event of this.#introductions(step, known)) client.send(JSON.stringify(event));
    for (const text of texts) client.send(text);
  }

  /** The actors of a step that the client has not heard of: the sender, parents, the actor itself. */
  *#introductions(step: StepRecord, known: Set<string>): Generator<InspectionEvent> {
    const source = sourceOf(step);
    const family = ancestors(step.address);
    for (const address of [...(source === undefined ? [] : ancestors(source)), ...family]) {
      if (known.has(address)) continue;
      const isItself = address === step.address;
      // The machine of a child is known when it makes a step.
      if (isItself || address === rootOf(address)) known.add(address);
      if (known.size > MAX_KNOWN) known.delete(known.values().next().value as string);
      yield actorEvent({
        address,
        root: rootOf(address),
        atMs: step.atMs,
        definition: this.#definitionOf(address, isItself ? step.machine : undefined),
        snapshot: isItself
          ? shownSnapshot(step, this.#options.sanitize(kindOf(address)))
          : { status: "active" },
      });
    }
  }

  #definitionOf(address: string, machineId: string | undefined): string {
    const kind = kindOf(address);
    const actor = this.#options.actors.get(kind);
    const machine = address === rootOf(address)
      ? actor?.machine
      : actor?.machines.get(machineId ?? "");
    if (machine === undefined) return JSON.stringify({ id: address });
    const key = `${kind}/${machine.id}`;
    const definition = this.#definitions.get(key) ?? definitionOf(machine);
    this.#definitions.set(key, definition);
    return definition;
  }
}

/** An address and those of its parents, the root first. */
function ancestors(address: string): string[] {
  const root = rootOf(address);
  const found = [root];
  for (let end = root.length; end !== -1 && end < address.length;) {
    end = address.indexOf("/", end + 1);
    found.push(end === -1 ? address : address.slice(0, end));
  }
  return found;
}
