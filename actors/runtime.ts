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
import { type Connection, type Database, sqlState } from "../db/connection.ts";
import { takeOverEffects } from "../db/effects.ts";
import { findOldestWaiting, findWaitingRoots } from "../db/inbox.ts";
import { heartbeat, removeAllNodes, removeNode } from "../db/nodes.ts";
import { assertAddress, kindOf, rootOf } from "./address.ts";
import { Batch, type BatchHost, type BatchOptions, type BatchOutcome, StepError } from "./batch.ts";
import { type Clock, systemClock } from "./clock.ts";
import { isConnectionLoss, isTransient, resolveOutcome } from "./database_faults.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { EffectRunner } from "./effect_runner.ts";
import { UnavailableError } from "./errors.ts";
import { toJson } from "./json.ts";
import { type Log, logToStderr } from "./log.ts";
import type { Caller, Message, Receipt } from "./message.ts";
import { setAside } from "./set_aside.ts";
import { SnapshotError } from "./snapshot.ts";
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
/** Callers wait this long for a lost database; they come again. */
const UNAVAILABLE_MS = 5_000;
const DATABASE_RETRY_MS = 100;
/** Tries of one batch that loses against others; then it is taken for a fault of its own. */
const MAX_TRIES = 20;
/** What a snapshot of newer code keeps waiting is looked at again after this. */
const UNREADABLE_RETRY_MS = 30_000;
const WAIT_POLL_MS = 250;
const DUE_LIMIT = 1_000;
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
  readonly #blocked = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #waiters = new Map<string, Set<(view: View) => void>>();
  readonly #listeners = new Set<(address: string, event: EventObject) => void>();
  readonly #quietListeners = new Set<() => void>();
  #mode: Mode = "new";
  #batches = 0;
  #isStalled = false;
  #isPumpPlanned = false;
  #maintenance: ReturnType<typeof setInterval> | undefined;
  #maintaining: Promise<void> = Promise.resolve();
  #cancelWake = (): void => {};
  #wakeAtMs = Infinity;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #holdsTimers = false;

  constructor(options: RuntimeOptions) {
    this.#database = options.database;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? logToStderr;
    this.nodeId = options.nodeId ?? `nod_${randomUUID()}`;
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
      answer: (message) => this.#enqueue(message),
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

  // ── the doors ─────────────────────────────────────────────────────────────────────────────────

  async start({ timersAfter }: StartOptions = {}): Promise<void> {
    if (this.#mode !== "new") throw new Error("Cannot start the runtime: it was started before");
    if (this.#database.kind === "embedded") await removeAllNodes(this.#database);
    await heartbeat(this.#database, this.nodeId);
    this.#mode = "working";
    if (timersAfter !== undefined) {
      this.#holdsTimers = true;
      timersAfter.catch(() => {}).finally(() => {
        this.#holdsTimers = false;
        this.#lookForDue();
      });
    }
    await this.#takeOver();
    this.#lookForDue();
    this.#effects.claim();
    this.#maintenance = setInterval(() => {
      this.#maintaining = this.#maintaining.then(() => this.#maintain());
    }, MAINTENANCE_MS);
    this.#pump();
  }

  create(address: string, input?: unknown, options: { key?: string } = {}): Promise<Receipt> {
    return this.#submit(address, options.key, (caller) => ({
      type: "create",
      address: this.#assertRoot(address),
      input: jsonCopy(input, `the input of "${address}"`),
      key: options.key,
      caller,
    }));
  }

  send(address: string, event: EventObject, options: SendOptions = {}): Promise<Receipt> {
    return this.#submit(address, options.key, (caller) => ({
      type: "event",
      address,
      event: assertEvent(event),
      key: options.key,
      create: options.create === undefined
        ? undefined
        : { input: jsonCopy(options.create, `the input of "${address}"`) },
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
    const read = (): void => void this.read(address).then(look, found.reject);
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

  async stop(): Promise<void> {
    if (this.#mode === "stopping" || this.#mode === "stopped") return;
    const wasWorking = this.#mode === "working";
    this.#mode = "stopping";
    clearInterval(this.#maintenance);
    this.#cancelWake();
    if (wasWorking) {
      await this.#maintaining;
      await this.#drained();
      await this.#effects.stop(EFFECT_GRACE_MS);
      await this.#drained();
      await removeNode(this.#database, this.nodeId).catch((error) => {
        this.#log({ level: "warn", message: "Cannot sign off; the lease will expire", error });
      });
    }
    this.#mode = "stopped";
    for (const timer of this.#blocked.values()) clearTimeout(timer);
    for (const message of [...this.#queues.values()].flat()) {
      rejectCaller(message, new UnavailableError("The runtime has stopped"));
    }
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
    const limit = this.#database.kind === "embedded" || !this.#isStalled ? 1 : MAX_BATCHES;
    while (this.#ready.size > 0 && this.#batches < limit) void this.#runNext();
    this.#noticeQuiet();
  }

  async #runNext(): Promise<void> {
    const messages: Message[] = [];
    const roots: string[] = [];
    for (const root of this.#ready) {
      if (messages.length >= this.#maxBatchSize) break;
      const queue = this.#queues.get(root) as Message[];
      const room = Math.min(MAX_PER_ACTOR, this.#maxBatchSize - messages.length);
      for (const message of queue.splice(0, room)) messages.push(message);
      if (queue.length === 0) this.#queues.delete(root);
      this.#ready.delete(root);
      this.#inFlight.add(root);
      roots.push(root);
    }
    this.#batches++;
    this.#isStalled = false;
    const stall = setTimeout(() => {
      this.#isStalled = true;
      this.#pump();
    }, STALL_MS);
    try {
      await this.#run(messages, { waits: true, isAlone: false, queueTo: new Set() });
    } catch (error) {
      this.#log({ level: "error", message: "A batch failed", error });
      for (const message of messages) rejectCaller(message, error);
    } finally {
      clearTimeout(stall);
      this.#batches--;
      for (const root of roots) {
        this.#inFlight.delete(root);
        this.#makeReady(root);
      }
      this.#pump();
    }
  }

  /** Runs a batch until its messages are committed, refused, postponed or set aside. */
  async #run(messages: readonly Message[], options: BatchOptions, tries = 1): Promise<void> {
    if (messages.length === 0) return;
    const batch = new Batch(this, messages, options);
    let failure: unknown;
    try {
      const result = await this.#database.withConnection((connection) => runOn(batch, connection));
      if (result.outcome !== undefined) return this.#apply(result.outcome);
      failure = result.error;
    } catch (error) {
      const { sentOutcome, transactionId } = batch;
      if (sentOutcome !== undefined && transactionId !== undefined) {
        const isCommitted = await resolveOutcome(this.#database, transactionId, {
          giveUpAfterMs: this.#mode === "stopping" ? UNAVAILABLE_MS : Infinity,
        });
        if (isCommitted) return this.#apply(sentOutcome);
      }
      failure = error;
    }
    await this.#recover(messages, options, failure, tries);
  }

  async #recover(
    messages: readonly Message[],
    options: BatchOptions,
    error: unknown,
    tries: number,
  ): Promise<void> {
    if (isConnectionLoss(error)) return await this.#awaitDatabase(messages, options, error);
    if (sqlState(error) === "55P03") return await this.#run(messages, { ...options, waits: false });
    if (isTransient(error) && tries < MAX_TRIES) {
      await pause(Math.random() * POSTPONE_MS);
      return await this.#run(messages, options, tries + 1);
    }
    const failedRoot = error instanceof StepError ? error.root : undefined;
    const [failed, others] = failedRoot === undefined
      ? [messages, []]
      : partition(messages, (message) => rootOf(message.address) === failedRoot);
    const isAlone = options.isAlone && messages.length === 1;
    if (failedRoot !== undefined && failed.length === 0) {
      // A message of this commit made another actor fail: that actor takes it by itself.
      const queueTo = new Set([...options.queueTo, failedRoot]);
      return await this.#run(messages, { ...options, queueTo });
    }
    if (isAlone) return await this.#giveUp(failed[0] as Message, error);
    await this.#run(others, options);
    await this.#runOneByOne(failed, options);
  }

  /** What waits in the inbox came first; then the messages, each in a transaction of its own. */
  async #runOneByOne(messages: readonly Message[], options: BatchOptions): Promise<void> {
    const alone = { ...options, isAlone: true };
    for (const message of messages) {
      const root = rootOf(message.address);
      for (let before: bigint | undefined;;) {
        const oldest = await findOldestWaiting(this.#database, root);
        // One that stays is kept for newer code.
        if (oldest === undefined || oldest === before) break;
        before = oldest;
        await this.#run([{ type: "drain", address: root }], alone);
      }
      await this.#run([message], alone);
    }
  }

  async #giveUp(message: Message, error: unknown): Promise<void> {
    const cause = error instanceof StepError ? error.cause : error;
    if (cause instanceof SnapshotError) return this.#leaveUnreadable(message, cause);
    const failure = error instanceof Error ? error : new Error(String(error));
    this.#log({ level: "error", message: `Set aside for ${message.address}`, error: failure });
    const definition = this.definitions.get(kindOf(message.address));
    const nowMs = this.nowMs();
    const reason = await setAside(this.#database, { message, error: failure, nowMs, definition });
    if ("caller" in message) {
      message.caller.resolve({
        status: "refused",
        reason,
        view: await this.read(message.address).catch(() => undefined),
      });
    }
    if (message.type === "wake") this.#lookForDue();
  }

  /** Nothing is written: newer or mended code will find it as it was. */
  #leaveUnreadable(message: Message, error: SnapshotError): void {
    if ("caller" in message) {
      message.caller.resolve({ status: "refused", reason: error.message, view: undefined });
      return;
    }
    this.#log({ level: "error", message: `${message.address} waits`, error });
    if (message.type === "answer") setTimeout(() => this.#enqueue(message), UNREADABLE_RETRY_MS);
  }

  async #awaitDatabase(
    messages: readonly Message[],
    options: BatchOptions,
    error: unknown,
  ): Promise<void> {
    const giveUpMs = Date.now() + UNAVAILABLE_MS;
    for (;;) {
      await pause(DATABASE_RETRY_MS);
      const isBack = await this.#database.query("select 1").then(() => true, () => false);
      if (isBack) return await this.#run(messages, options);
      if (Date.now() < giveUpMs) continue;
      this.#log({ level: "error", message: "The database cannot be reached", error });
      for (const message of messages) {
        // An answer exists nowhere else; all others come again by themselves.
        if (message.type === "answer") this.#enqueue(message);
        else rejectCaller(message, new UnavailableError("The database cannot be reached"));
      }
      return;
    }
  }

  #apply(outcome: BatchOutcome): void {
    this.#effects.drop(outcome.droppedEffects);
    this.#effects.run(outcome.effects.filter((effect) => effect.lane === null));
    if (outcome.hasLaneEffects) this.#effects.claim();
    if (outcome.earliestWakeMs !== undefined) this.#planWake(outcome.earliestWakeMs);
    for (const { name, run } of outcome.plainActions) {
      try {
        run();
      } catch (error) {
        this.#log({ level: "error", message: `Action "${name}" failed`, error });
      }
    }
    for (const { address, event } of outcome.emitted) {
      for (const listener of this.#listeners) listener(address, event);
    }
    for (const view of outcome.views) {
      for (const look of this.#waiters.get(view.address) ?? []) look(view);
    }
    for (const [message, receipt] of outcome.receipts) {
      if ("caller" in message) message.caller.resolve(receipt);
    }
    for (const root of outcome.waitingRoots) this.#enqueue({ type: "drain", address: root });
    for (const message of outcome.postponed.toReversed()) this.#postpone(message);
  }

  /** Back to the head of its queue, to be tried again soon. */
  #postpone(message: Message): void {
    const root = rootOf(message.address);
    this.#queues.set(root, [message, ...(this.#queues.get(root) ?? [])]);
    if (this.#blocked.has(root)) return;
    this.#ready.delete(root);
    this.#blocked.set(
      root,
      setTimeout(() => {
        this.#blocked.delete(root);
        this.#makeReady(root);
      }, POSTPONE_MS),
    );
  }

  // ── time, and what others left behind ─────────────────────────────────────────────────────────

  #planWake(atMs: number): void {
    if (atMs >= this.#wakeAtMs || this.#mode !== "working") return;
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
    });
    for (const address of due) {
      if (!this.definitions.has(kindOf(address))) continue;
      const isWaiting = this.#queues.get(address)?.some(({ type }) => type === "wake");
      if (!isWaiting && !this.#inFlight.has(address)) this.#enqueue({ type: "wake", address });
    }
    if (nextMs !== undefined) this.#planWake(nextMs);
  }

  async #maintain(): Promise<void> {
    if (this.#mode !== "working") return;
    try {
      await heartbeat(this.#database, this.nodeId);
      await this.#takeOver();
      this.#lookForDue();
      this.#effects.claim();
    } catch (error) {
      this.#log({ level: "warn", message: "Maintenance failed; it is tried again", error });
    }
  }

  async #takeOver(): Promise<void> {
    this.#effects.run(await takeOverEffects(this.#database, this.nodeId));
    for (const root of await findWaitingRoots(this.#database, DUE_LIMIT)) {
      if (!this.definitions.has(kindOf(root)) || this.#queues.has(root)) continue;
      if (!this.#inFlight.has(root)) this.#enqueue({ type: "drain", address: root });
    }
  }

  // ── quiet ─────────────────────────────────────────────────────────────────────────────────────

  #isIdle(): boolean {
    return this.#batches === 0 && this.#queues.size === 0 && this.#looking === undefined;
  }

  #isQuiet(): boolean {
    return this.#isIdle() && this.#effects.isQuiet && !this.#isPumpPlanned;
  }

  #noticeQuiet(): void {
    for (const look of this.#quietListeners) look();
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#isIdle()) return;
        this.#quietListeners.delete(look);
        resolve();
      };
      this.#quietListeners.add(look);
      look();
    });
  }
}

/** Errors of the work come back as data, so that only a broken session is thrown away. */
async function runOn(
  batch: Batch,
  connection: Connection,
): Promise<{ outcome?: BatchOutcome; error?: unknown }> {
  try {
    return { outcome: await batch.run(connection) };
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    return { error };
  }
}

function rejectCaller(message: Message, error: unknown): void {
  if ("caller" in message) message.caller.reject(error);
}

function assertEvent(event: EventObject): EventObject {
  if (typeof event !== "object" || event === null || typeof event.type !== "string") {
    throw new TypeError(`Cannot send ${JSON.stringify(event)}: an event is an object with a type`);
  }
  if (event.type === "" || event.type.length > 200) {
    throw new TypeError("Cannot send an event whose type is empty or over 200 characters");
  }
  if (event.type.startsWith("xstate.")) {
    throw new TypeError(`Cannot send "${event.type}": only the runtime may say "xstate.*"`);
  }
  return jsonCopy(event, `event "${event.type}"`) as EventObject;
}

function assertKey(key: string | undefined): void {
  if (key === undefined) return;
  if (
    typeof key === "string" && key !== "" && key.length <= MAX_KEY_CHARACTERS && !key.includes("\0")
  ) {
    return;
  }
  throw new TypeError(`Cannot use this key: expected 1 to ${MAX_KEY_CHARACTERS} characters`);
}

function jsonCopy(value: unknown, what: string): unknown {
  if (value === undefined) return undefined;
  const text = toJson(value, what);
  if (text.length <= MAX_EVENT_CHARACTERS) return JSON.parse(text);
  throw new TypeError(
    `Cannot take ${what}: ${text.length} characters, ${MAX_EVENT_CHARACTERS} are allowed`,
  );
}

function partition<T>(items: readonly T[], belongs: (item: T) => boolean): [T[], T[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
