/**
 * The durable runtime: ordinary XState machines as actors on Postgres.
 *
 * Messages for an actor wait in memory in the order in which they came; whenever a transaction is
 * free, what has come meanwhile for all actors becomes one batch. Any node may step any actor:
 * the row locks of Postgres decide who.
 */
import { randomUUID } from "node:crypto";
import type { EventObject } from "xstate";
import { findDue, readTree } from "../db/actor_rows.ts";
import type { Database } from "../db/connection.ts";
import { takeOverEffects } from "../db/effects.ts";
import { findWaitingRoots } from "../db/inbox.ts";
import { heartbeat, removeAllNodes, removeNode, removeOldNodes } from "../db/nodes.ts";
import { assertAddress, kindOf, rootOf } from "./address.ts";
import type { BatchHost, BatchOutcome } from "./batch.ts";
import { BatchRunner, reject, unavailable } from "./batch_runner.ts";
import { type Clock, systemClock } from "./clock.ts";
import { isConnectionLoss } from "./database_faults.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { EffectRunner } from "./effect_runner.ts";
import { UnavailableError } from "./errors.ts";
import { fromJson, toJson } from "./json.ts";
import { type Log, logToStderr } from "./log.ts";
import type { Caller, Message, Receipt } from "./message.ts";
import { type ActorReference, detachedReference } from "./reference.ts";
import { Tree, type View } from "./tree.ts";

export type { Receipt } from "./message.ts";
export type { View } from "./tree.ts";

export interface RuntimeOptions {
  readonly database: Database;
  readonly actors: readonly ActorDefinition[];
  /** @default {systemClock} */
  readonly clock?: Clock;
  /** Names this process among those that share the database. @default a random one */
  readonly nodeId?: string;
  readonly log?: Log;
  /** Most messages that wait for one actor before senders are told "busy". @default {10_000} */
  readonly maxPendingPerActor?: number;
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
  /** Calls `listener` with what machines emit on this node. @returns Ends it. */
  onEmit(listener: (address: string, event: EventObject) => void): () => void;
  /** Waits until nothing is on its way on this node; for tests. */
  settled(): Promise<void>;
  /** Ends: takes no more, finishes what was taken, leaves the rest to other nodes. */
  stop(): Promise<void>;
  readonly nodeId: string;
}

export interface StartOptions {
  /** Overdue timers wait for it: after an outage, what people sent meanwhile comes first. */
  timersAfter?: Promise<unknown>;
}

/** A batch that is longer under way than this waits for something; the next one need not. */
const STALL_MS = 20;
/** Batches under way at once on a server. */
const MAX_BATCHES = 4;
/** Messages of one actor in one batch. */
const MAX_PER_ACTOR = 128;
/** Heartbeat, search for what other nodes left behind, backstop for timers. */
const MAINTENANCE_MS = 1_000;
/** A message whose actor is locked elsewhere is tried again after this. */
const POSTPONE_MS = 25;
/** What cannot be done now (newer code's snapshot, a held actor) is tried again after this. */
const RETRY_LATER_MS = 30_000;
/** An ending runtime leaves to others what is not done after this. */
const STOP_MS = 5_000;
const WAIT_POLL_MS = 250;
const DUE_LIMIT = 1_000;
/** Effects of dead nodes taken over at once. */
const TAKE_OVER_LIMIT = 1_000;
const EFFECT_GRACE_MS = 5_000;
const MAX_EVENT_CHARACTERS = 256_000;
const MAX_KEY_CHARACTERS = 500;

/**
 * Makes the runtime over an open database. Nothing happens before `start()`.
 * @throws {TypeError} When two definitions have one kind.
 */
// deno-lint-ignore require-await
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  return new NodeRuntime(options);
}

type Mode = "new" | "working" | "stopping" | "stopped";

class NodeRuntime implements Runtime, BatchHost {
  readonly nodeId: string;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #effects: EffectRunner;
  readonly #maxPendingPerActor: number;
  readonly #maxBatchSize: number;
  /** Messages of each tree, in order. */
  readonly #queues = new Map<string, Message[]>();
  /** Trees with messages that no batch of this node has in hand. */
  readonly #ready = new Set<string>();
  readonly #inFlight = new Set<string>();
  /** Trees in flight whose messages are run one by one, beside the batches. */
  readonly #isolated = new Set<string>();
  /** Trees that somebody else had locked; until they are free, no others wait together with them. */
  readonly #lockedElsewhere = new Set<string>();
  readonly #blocked = new Map<string, ReturnType<typeof setTimeout>>();
  /** Until when trees that this code cannot read are left alone, epoch milliseconds. */
  readonly #unreadable = new Map<string, number>();
  readonly #later = new Set<ReturnType<typeof setTimeout>>();
  readonly #waiters = new Map<string, Set<(view: View) => void>>();
  readonly #listeners = new Set<(address: string, event: EventObject) => void>();
  readonly #quietListeners = new Set<() => void>();
  readonly #runner: BatchRunner;
  #mode: Mode = "new";
  #batches = 0;
  #stalledBatches = 0;
  #isolation: Promise<void> = Promise.resolve();
  #isPumpPlanned = false;
  #cancelMaintenance = (): Promise<unknown> => Promise.resolve();
  #stopping: Promise<void> | undefined;
  #endAtMs = Infinity;
  #cancelWake = (): void => {};
  #wakeAtMs = Infinity;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  /** More timers are due than one look brings. */
  #isMoreDue = false;
  #holdsTimers = false;

  constructor(options: RuntimeOptions) {
    this.#database = options.database;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? logToStderr;
    // With a name of its own each time: what an earlier process of that name owned is not ours.
    this.nodeId = `${options.nodeId ?? "nod"}_${randomUUID()}`;
    this.#maxPendingPerActor = options.maxPendingPerActor ?? 10_000;
    this.#maxBatchSize = options.maxBatchSize ?? 256;
    const definitions = new Map<string, ActorDefinition>();
    for (const definition of options.actors) {
      if (definitions.has(definition.kind)) {
        throw new TypeError(`Cannot run two definitions of kind "${definition.kind}"`);
      }
      definitions.set(definition.kind, definition);
    }
    this.definitions = definitions;
    this.#effects = new EffectRunner({
      database: this.#database,
      clock: this.#clock,
      nodeId: this.nodeId,
      definitions,
      log: this.#log,
      referenceTo: this.#referenceTo,
      answer: (message) => this.#enqueue(message),
    });
    this.#runner = new BatchRunner({
      database: this.#database,
      host: this,
      log: this.#log,
      apply: (outcome) => this.#apply(outcome),
      isolate: (messages) => this.#isolate(messages),
      retryLater: (message) => this.#retryLater(message),
      onUnavailable: () => this.#rejectQueued(unavailable()),
      read: (address) => this.read(address),
      isEnding: () => Date.now() >= this.#endAtMs,
    });
    this.#effects.onQuiet = () => this.#noticeQuiet();
  }

  nowMs(): number {
    return Math.round(this.#clock.nowMs());
  }

  sendLater = (address: string, event: EventObject): void => {
    this.send(address, event).catch((error) => {
      this.#log({ level: "error", message: `Cannot send "${event.type}" to ${address}`, error });
    });
  };

  readonly #referenceTo = (address: string): ActorReference =>
    detachedReference(address, this.sendLater);

  // ── the doors ─────────────────────────────────────────────────────────────────────────────────

  async start({ timersAfter }: StartOptions = {}): Promise<void> {
    if (this.#mode !== "new") throw new Error("Cannot start the runtime: it was started before");
    if (this.#database.kind === "embedded") await removeAllNodes(this.#database);
    await removeOldNodes(this.#database);
    await heartbeat(this.#database, this.nodeId);
    this.#mode = "working";
    if (timersAfter !== undefined) {
      this.#holdsTimers = true;
      timersAfter.catch(() => {}).finally(() => {
        this.#holdsTimers = false;
        this.#lookForDue();
      });
    }
    // The heartbeat goes on while the rest of the maintenance takes long.
    const beats = [
      every(MAINTENANCE_MS, () => this.#maintain(() => heartbeat(this.#database, this.nodeId))),
      every(MAINTENANCE_MS, () => this.#maintain(() => this.#lookAround())),
    ];
    this.#cancelMaintenance = () => Promise.all(beats.map((cancel) => cancel()));
    await this.#lookAround();
    this.#pump();
  }

  create(address: string, input?: unknown, options: { key?: string } = {}): Promise<Receipt> {
    return this.#submit(address, options.key, (caller) => ({
      type: "create",
      address: this.#assertRoot(address),
      input: this.#copy(input, `the input of "${address}"`),
      key: options.key,
      caller,
    }));
  }

  send(address: string, event: EventObject, options: SendOptions = {}): Promise<Receipt> {
    return this.#submit(address, options.key, (caller) => ({
      type: "event",
      address,
      event: this.#checkEvent(event),
      key: options.key,
      create: options.create === undefined
        ? undefined
        : { input: this.#copy(options.create, `the input of "${address}"`) },
      caller,
    }));
  }

  async read(address: string): Promise<View | undefined> {
    assertAddress(address);
    const root = rootOf(address);
    const definition = this.#definitionOf(root);
    const rows = await readTree(this.#database, root);
    if (rows.length === 0) return undefined;
    const tree = new Tree({ root, definition, nowMs: this.nowMs(), sendLater: this.sendLater });
    tree.load(rows.map((row) => ({ ...row, revision: Number(row.revision) })));
    return tree.view(address);
  }

  async waitFor(
    address: string,
    isWanted: (view: View) => boolean,
    { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
  ): Promise<View> {
    assertAddress(address);
    const found = Promise.withResolvers<View>();
    const look = (view: View | undefined): void => {
      try {
        if (view !== undefined && isWanted(view)) found.resolve(view);
      } catch (error) {
        found.reject(error);
      }
    };
    const waiters = this.#waiters.get(address) ?? new Set();
    this.#waiters.set(address, waiters.add(look));
    const read = (): void =>
      void this.read(address).then(look, (error) => {
        // A database that is away for a moment is asked again.
        if (!isConnectionLoss(error)) found.reject(error);
      });
    const timer = setTimeout(() => {
      found.reject(new Error(`"${address}" was not as wanted within ${timeoutMs} ms`));
    }, timeoutMs);
    // Another node may change it; this one's own commits are told at once.
    const poll = setInterval(read, WAIT_POLL_MS);
    read();
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      clearInterval(poll);
      waiters.delete(look);
      if (waiters.size === 0) this.#waiters.delete(address);
    }
  }

  onEmit(listener: (address: string, event: EventObject) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#isQuiet()) return;
        this.#quietListeners.delete(look);
        resolve();
      };
      this.#quietListeners.add(look);
      look();
    });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const wasWorking = this.#mode === "working";
    this.#mode = "stopping";
    this.#endAtMs = Date.now() + STOP_MS;
    this.#cancelWake();
    if (wasWorking) {
      await this.#cancelMaintenance();
      await this.#drained();
      await this.#effects.stop(EFFECT_GRACE_MS);
      await this.#drained();
      await removeNode(this.#database, this.nodeId).catch((error) => {
        this.#log({ level: "warn", message: "Cannot sign off; the lease will expire", error });
      });
    }
    this.#mode = "stopped";
    for (const timer of [...this.#blocked.values(), ...this.#later]) clearTimeout(timer);
    this.#rejectQueued(new UnavailableError("The runtime has stopped"));
    this.#queues.clear();
  }

  // ── queues and batches ────────────────────────────────────────────────────────────────────────

  #submit(
    address: string,
    key: string | undefined,
    toMessage: (caller: Caller) => Message,
  ): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      assertAddress(address);
      this.#definitionOf(address);
      assertKey(key);
      if (this.#mode !== "working" && this.#mode !== "new") {
        throw new UnavailableError("Cannot send: the runtime has stopped");
      }
      const message = toMessage({ resolve, reject });
      if ((this.#queues.get(rootOf(address))?.length ?? 0) >= this.#maxPendingPerActor) {
        resolve({ status: "refused", reason: "busy", view: undefined });
        return;
      }
      this.#enqueue(message);
    });
  }

  #assertRoot(address: string): string {
    if (rootOf(address) === address) return address;
    throw new TypeError(`Cannot create "${address}": its parent creates it`);
  }

  #definitionOf(address: string): ActorDefinition {
    const definition = this.definitions.get(kindOf(address));
    if (definition !== undefined) return definition;
    throw new TypeError(
      `Cannot reach "${address}": kind "${kindOf(address)}" is not defined, ` +
        `known are ${[...this.definitions.keys()].map((kind) => `"${kind}"`).join(", ")}`,
    );
  }

  #enqueue(message: Message): void {
    const root = rootOf(message.address);
    const queue = this.#queues.get(root);
    if (queue === undefined) this.#queues.set(root, [message]);
    else queue.push(message);
    this.#makeReady(root);
  }

  #makeReady(root: string): void {
    if (!this.#queues.has(root) || this.#inFlight.has(root) || this.#blocked.has(root)) return;
    this.#ready.add(root);
    if (this.#isPumpPlanned) return;
    // What is sent in the same turn of the event loop goes into the same batch.
    this.#isPumpPlanned = true;
    queueMicrotask(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#mode === "new" || this.#mode === "stopped") return;
    // One after another, unless some wait for a lock: more at once make the batches smaller only.
    const limit = this.#database.kind === "embedded"
      ? 1
      : Math.min(MAX_BATCHES, this.#stalledBatches + 1);
    while (this.#ready.size > 0 && this.#batches < limit) void this.#runNext();
    this.#noticeQuiet();
  }

  async #runNext(): Promise<void> {
    const messages: Message[] = [];
    let waits: boolean | undefined;
    for (const root of this.#ready) {
      if (messages.length >= this.#maxBatchSize) break;
      waits ??= !this.#lockedElsewhere.has(root);
      if (waits === this.#lockedElsewhere.has(root)) continue;
      const queue = this.#queues.get(root) as Message[];
      const room = Math.min(MAX_PER_ACTOR, this.#maxBatchSize - messages.length);
      for (const message of queue.splice(0, room)) messages.push(message);
      if (queue.length === 0) this.#queues.delete(root);
      this.#ready.delete(root);
      this.#inFlight.add(root);
    }
    this.#batches++;
    let isStalled = false;
    const stall = setTimeout(() => {
      isStalled = true;
      this.#stalledBatches++;
      this.#pump();
    }, STALL_MS);
    let left: readonly Message[] = [];
    try {
      left = await this.#runner.run(messages, { waits: waits ?? true });
    } catch (error) {
      this.#fail(messages, error);
    }
    clearTimeout(stall);
    if (isStalled) this.#stalledBatches--;
    this.#batches--;
    const roots = new Set(messages.map((message) => rootOf(message.address)));
    this.#release([...roots].filter((root) => !this.#isolated.has(root)), left);
    if (this.#isMoreDue && messages.some((message) => message.type === "wake")) this.#lookForDue();
  }

  /** Gives trees free for the next batch; what is left of this one comes first in it. */
  #release(roots: readonly string[], left: readonly Message[]): void {
    for (const root of roots) {
      this.#inFlight.delete(root);
      this.#lockedElsewhere.delete(root);
    }
    if (this.#mode === "stopped") {
      // It was under way when the time to stop was over.
      for (const message of left) reject(message, new UnavailableError("The runtime has stopped"));
      return;
    }
    for (const [root, messages] of Map.groupBy(left, ({ address }) => rootOf(address))) {
      this.#queues.set(root, [...messages, ...(this.#queues.get(root) ?? [])]);
      this.#lockedElsewhere.add(root);
      this.#block(root);
    }
    for (const root of roots) this.#makeReady(root);
    this.#pump();
  }

  #block(root: string): void {
    const timer = setTimeout(() => {
      this.#blocked.delete(root);
      this.#makeReady(root);
    }, POSTPONE_MS);
    this.#blocked.set(root, timer);
  }

  /** One actor at a time, so that many that fail take one session from the others at most. */
  #isolate(messages: readonly Message[]): void {
    const root = rootOf((messages[0] as Message).address);
    this.#isolated.add(root);
    this.#isolation = this.#isolation.then(async () => {
      let left: readonly Message[] = [];
      try {
        left = await this.#runner.runOneByOne(messages);
      } catch (error) {
        this.#fail(messages, error);
      }
      this.#isolated.delete(root);
      this.#release([root], left);
      // One that failed was taken out of the way of the next.
      if (messages.some((message) => message.type === "wake")) this.#lookForDue();
    });
  }

  #fail(messages: readonly Message[], error: unknown): void {
    this.#log({ level: "error", message: "A batch failed", error });
    for (const message of messages) this.#runner.fail(message, error);
  }

  #retryLater(message: Message): void {
    if (this.#mode !== "working") return;
    const timer = setTimeout(() => {
      this.#later.delete(timer);
      this.#enqueue(message);
    }, RETRY_LATER_MS);
    this.#later.add(timer);
  }

  #rejectQueued(error: Error): void {
    for (const [root, queue] of this.#queues) {
      for (const message of queue) reject(message, error);
      const others = queue.filter((message) => !("caller" in message));
      if (others.length > 0) this.#queues.set(root, others);
      else {
        this.#queues.delete(root);
        this.#ready.delete(root);
      }
    }
  }

  #apply(outcome: BatchOutcome): void {
    this.#effects.drop(outcome.droppedEffects);
    this.#effects.run(outcome.effects.filter((effect) => effect.lane === null));
    if (outcome.hasLaneEffects) this.#effects.claim();
    if (outcome.earliestWakeMs !== undefined) this.#planWake(outcome.earliestWakeMs);
    for (const { name, run } of outcome.plainActions) {
      this.#attend(`Action "${name}" failed`, run);
    }
    for (const { address, event } of outcome.emitted) {
      for (const listener of this.#listeners) {
        this.#attend(`A listener of ${address} failed`, () => listener(address, event));
      }
    }
    for (const view of outcome.views) {
      for (const look of this.#waiters.get(view.address) ?? []) look(view);
    }
    for (const [message, receipt] of outcome.receipts) {
      if ("caller" in message) message.caller.resolve(receipt);
    }
    for (const root of outcome.waitingRoots) this.#enqueue({ type: "drain", address: root });
    for (const message of outcome.unanswered) this.#retryLater(message);
    for (const [root, error] of outcome.unreadable) {
      this.#unreadable.set(root, Date.now() + RETRY_LATER_MS);
      this.#log({ level: "error", message: `${root} cannot be read and waits`, error });
    }
  }

  /** Calls what is not ours: a throw, now or later, must not reach the commit it follows. */
  #attend(message: string, work: () => unknown): void {
    const onError = (error: unknown): void => this.#log({ level: "error", message, error });
    try {
      const result = work();
      if (result instanceof Promise) result.catch(onError);
    } catch (error) {
      onError(error);
    }
  }

  // ── time, and what others left behind ─────────────────────────────────────────────────────────

  #planWake(atMs: number): void {
    if (atMs >= this.#wakeAtMs || this.#mode !== "working") return;
    if (atMs <= this.#clock.nowMs()) return this.#lookForDue();
    this.#cancelWake();
    this.#wakeAtMs = atMs;
    this.#cancelWake = this.#clock.schedule(() => {
      this.#wakeAtMs = Infinity;
      this.#lookForDue();
    }, Math.max(0, atMs - this.#clock.nowMs()));
  }

  #lookForDue(): void {
    if (this.#mode !== "working" || this.#holdsTimers) return;
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = this.#wakeDue().catch((error) => {
      this.#log({ level: "warn", message: "Cannot look for due timers", error });
    }).finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain) {
        this.#lookAgain = false;
        this.#lookForDue();
      }
      this.#noticeQuiet();
    });
  }

  async #wakeDue(): Promise<void> {
    const { due, nextMs } = await findDue(this.#database, {
      nowMs: this.nowMs(),
      limit: DUE_LIMIT,
      kinds: [...this.definitions.keys()],
      except: this.#unreadableRoots(),
    });
    for (const address of due) {
      // One that is in flight may have been stepped before its timer fell due.
      const isWaiting = this.#queues.get(address)?.some(({ type }) => type === "wake");
      if (!isWaiting) this.#enqueue({ type: "wake", address });
    }
    this.#isMoreDue = due.length === DUE_LIMIT;
    if (!this.#isMoreDue && nextMs !== undefined) this.#planWake(nextMs);
  }

  #unreadableRoots(): string[] {
    for (const [root, untilMs] of this.#unreadable) {
      if (untilMs <= Date.now()) this.#unreadable.delete(root);
    }
    return [...this.#unreadable.keys()];
  }

  async #maintain(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#log({ level: "warn", message: "Maintenance failed; it is tried again", error });
    }
  }

  /** Looks for what nobody told this node of: what others left behind, and what was missed. */
  async #lookAround(): Promise<void> {
    if (this.#mode !== "working") return;
    const kinds = [...this.definitions.keys()];
    this.#lookForDue();
    this.#effects.claim();
    this.#effects.run(
      await takeOverEffects(this.#database, {
        owner: this.nodeId,
        kinds,
        nowMs: this.nowMs(),
        limit: TAKE_OVER_LIMIT,
      }),
    );
    for (const root of await findWaitingRoots(this.#database, { kinds, limit: DUE_LIMIT })) {
      if (this.#queues.has(root) || this.#inFlight.has(root) || this.#unreadable.has(root)) {
        continue;
      }
      this.#enqueue({ type: "drain", address: root });
    }
  }

  // ── quiet ─────────────────────────────────────────────────────────────────────────────────────

  #isIdle(): boolean {
    return this.#batches === 0 && this.#isolated.size === 0 && this.#queues.size === 0 &&
      this.#looking === undefined;
  }

  #isQuiet(): boolean {
    return this.#isIdle() && this.#effects.isQuiet && !this.#isPumpPlanned;
  }

  #noticeQuiet(): void {
    for (const look of this.#quietListeners) look();
  }

  /** Waits until nothing is on its way, at most until the end of an ending runtime. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#isIdle()) end();
      };
      const end = (): void => {
        clearTimeout(timer);
        this.#quietListeners.delete(look);
        resolve();
      };
      const timer = setTimeout(end, Math.max(0, this.#endAtMs - Date.now()));
      this.#quietListeners.add(look);
      look();
    });
  }

  // ── checks at the doors ───────────────────────────────────────────────────────────────────────

  #checkEvent(event: EventObject): EventObject {
    assertEvent(event);
    return this.#copy(event, `event "${event.type}"`) as EventObject;
  }

  /** What would come back from the database; so it is the same whether or not it was there. */
  #copy(value: unknown, what: string): unknown {
    if (value === undefined) return undefined;
    const text = toJson(value, what);
    if (text.length <= MAX_EVENT_CHARACTERS) return fromJson(text, this.#referenceTo);
    throw new TypeError(
      `Cannot take ${what}: ${text.length} characters, ${MAX_EVENT_CHARACTERS} are allowed`,
    );
  }
}

/**
 * Calls `work` at intervals, never twice at once.
 * @returns Ends it, after what is under way.
 */
function every(intervalMs: number, work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work().finally(() => (running = undefined));
  }, intervalMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

function assertEvent(event: EventObject): void {
  if (typeof event !== "object" || event === null || typeof event.type !== "string") {
    throw new TypeError(`Cannot send ${JSON.stringify(event)}: an event is an object with a type`);
  }
  if (event.type === "" || event.type.length > 200) {
    throw new TypeError("Cannot send an event whose type is empty or over 200 characters");
  }
  if (event.type.startsWith("xstate.")) {
    throw new TypeError(`Cannot send "${event.type}": only the runtime may say "xstate.*"`);
  }
}

function assertKey(key: string | undefined): void {
  if (key === undefined) return;
  if (
    typeof key === "string" && key !== "" && key.length <= MAX_KEY_CHARACTERS &&
    !key.includes("\0") && key.isWellFormed()
  ) {
    return;
  }
  throw new TypeError(`Cannot use this key: expected 1 to ${MAX_KEY_CHARACTERS} characters`);
}
