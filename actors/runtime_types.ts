/** What the runtime can be asked, and told at its making. */
import type { EventObject } from "xstate";
import type { Database } from "../db/connection.ts";
import type { Clock } from "./clock.ts";
import type { ActorDefinition } from "./define_actor.ts";
import type { Log } from "./log.ts";
import type { Receipt } from "./message.ts";
import type { View } from "./view.ts";

export interface RuntimeOptions {
  readonly database: Database;
  readonly actors: readonly ActorDefinition[];
  /** @default {systemClock} */
  readonly clock?: Clock;
  /** Names this process among those that share the database. @default a random one */
  readonly nodeId?: string;
  readonly log?: Log;
  /**
   * Most messages that wait for one actor, in memory and again in its inbox, before senders are told
   * "busy". @default {10_000}
   */
  readonly maxPendingPerActor?: number;
  /**
   * How long the event log is kept, milliseconds, and the keys with it: 30 days at least.
   * @default {7_776_000_000} 90 days
   */
  readonly keepEventsMs?: number;
  /** Most messages of one batch; 1 gives every event its own transaction. @default {256} */
  readonly maxBatchSize?: number;
}

export interface SendOptions {
  /** Makes the event count once, however often it is sent. */
  key?: string | undefined;
  /** Input to create the actor from when there is none. */
  create?: unknown;
}

export interface Runtime {
  /** Begins to work: timers, effects and inboxes that waited go on. */
  start(options?: StartOptions): Promise<void>;
  /**
   * Creates an actor; a second call changes nothing and answers `duplicate`.
   * @throws {TypeError} When address, kind or input cannot be.
   * @throws {UnavailableError} When the database cannot be reached.
   */
  create(address: string, input?: unknown, options?: { key?: string }): Promise<Receipt>;
  /**
   * Delivers an event and resolves after the commit.
   * @throws {TypeError} When address or event cannot be, or the event is `xstate.*`.
   * @throws {UnavailableError} When the database cannot be reached.
   */
  send(address: string, event: EventObject, options?: SendOptions): Promise<Receipt>;
  /** What is committed now; undefined when there is no such actor. Never waits for writes. */
  read(address: string): Promise<View | undefined>;
  /**
   * Waits until the actor is as wanted.
   * @throws {Error} After `timeoutMs` (default 10 s).
   */
  waitFor(
    address: string,
    isWanted: (view: View) => boolean,
    options?: { timeoutMs?: number },
  ): Promise<View>;
  /** Calls `listener` with each step that this node has committed. @returns Ends it. */
  onStep(listener: (step: StepRecord) => void): () => void;
  /** Calls `listener` with what machines emit on this node. @returns Ends it. */
  onEmit(listener: (address: string, event: EventObject) => void): () => void;
  /** Waits until nothing is on its way on this node; for tests. */
  settled(): Promise<void>;
  /** Ends: takes no more, finishes what was taken, leaves the rest to other nodes. */
  stop(): Promise<void>;
  readonly nodeId: string;
}

/** One step of one actor. */
export interface StepRecord {
  /** Of the actor that stepped: a root or a child machine. */
  readonly address: string;
  readonly root: string;
  /** The machine's id. */
  readonly machine: string;
  /** Made by this step; 1 is the creation. */
  readonly revision: number;
  /** `xstate.init` with the input for a creation. */
  readonly event: EventObject;
  /** Who sent it: an address, `timer`, `effect`; undefined for the outside. */
  readonly source: string | undefined;
  /** The sender's step; of an effect's answer, the step that asked for it. */
  readonly sourceRevision: number | undefined;
  readonly key: string | undefined;
  /** Epoch milliseconds of the runtime's clock. */
  readonly atMs: number;
  /** The actor after the step. */
  readonly view: View;
}

export interface StartOptions {
  /** Overdue timers wait for it: after an outage, what people sent meanwhile comes first. */
  timersAfter?: Promise<unknown>;
}
