/**
 * The durable runtime: ordinary XState machines as actors on Postgres.
 *
 * Messages for an actor wait in memory in the order in which they came (`dispatcher.ts`); whenever a
 * transaction is free, what has come meanwhile for all actors becomes one batch (`batch.ts`). Any
 * node may step any actor: the row locks of Postgres decide who.
 */
import { randomUUID } from "node:crypto";
import type { EventObject } from "xstate";
import { readTree } from "../db/actor_rows.ts";
import type { Database } from "../db/connection.ts";
import { takeOverEffects } from "../db/effects.ts";
import { findWaitingRoots } from "../db/inbox.ts";
import { assertAddress, kindOf, rootOf } from "./address.ts";
import type { BatchHost } from "./batch.ts";
import type { BatchOutcome } from "./batch_outcome.ts";
import { BatchRunner, unavailable } from "./batch_runner.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { Dispatcher, type Holder } from "./dispatcher.ts";
import { assertKey, takeEvent, takeValue } from "./doors.ts";
import { EffectRunner } from "./effect_runner.ts";
import { UnavailableError } from "./errors.ts";
import { Handover } from "./handover.ts";
import { HotActors } from "./hot_actors.ts";
import { type Log, logToStderr } from "./log.ts";
import { Maintenance } from "./maintenance.ts";
import type { Caller, Message, Receipt } from "./message.ts";
import { type ActorReference, detachedReference } from "./reference.ts";
import type {
  Runtime,
  RuntimeOptions,
  SendOptions,
  StartOptions,
  StepRecord,
} from "./runtime_types.ts";
import { Tree } from "./tree.ts";
import { type View, viewOf } from "./view.ts";
import { Waiters } from "./waiters.ts";
import { WakeUps } from "./wake_ups.ts";

export type { Receipt } from "./message.ts";
export type {
  Runtime,
  RuntimeOptions,
  SendOptions,
  StartOptions,
  StepRecord,
} from "./runtime_types.ts";
export type { View } from "./view.ts";

/** Batches under way at once on a server; the embedded database has one session. */
const MAX_BATCHES = 4;
/** Messages that wait for all actors together before senders are told "busy". */
const MAX_PENDING = 100_000;
/** What cannot be done now (newer code's snapshot, a held actor) is tried again after this. */
const RETRY_LATER_MS = 30_000;
/** An ending runtime leaves to others what is not done after this. */
const STOP_MS = 5_000;
/** Inboxes drained after one search. */
const WAITING_LIMIT = 1_000;
/** Effects of dead nodes taken over at once. */
const TAKE_OVER_LIMIT = 1_000;
const EFFECT_GRACE_MS = 5_000;
const DAY_MS = 86_400_000;
const MIN_KEEP_EVENTS_MS = 30 * DAY_MS;

/**
 * Makes the runtime over an open database. Nothing happens before `start()`.
 * @throws {TypeError} When two definitions have one kind, or the log would be kept too short.
 */
// deno-lint-ignore require-await
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  return new NodeRuntime(options);
}

type Mode = "new" | "starting" | "working" | "stopping" | "stopped";

class NodeRuntime implements Runtime, BatchHost {
  readonly nodeId: string;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly maxPendingPerActor: number;
  readonly #maintenance: Maintenance;
  readonly #effects: EffectRunner;
  readonly #dispatcher: Dispatcher;
  readonly #wakeUps: WakeUps;
  readonly #waiters = new Waiters((address) => this.read(address));
  readonly #handover: Handover;
  /** Undefined on the embedded database, which has one node. */
  readonly #hotActors: HotActors | undefined;
  readonly #listeners = new Set<(address: string, event: EventObject) => void>();
  readonly #stepListeners = new Set<(step: StepRecord) => void>();
  readonly #quietListeners = new Set<() => void>();
  /** Trees that this code cannot read, or write, and until when (`performance.now()`) they rest. */
  readonly #unreadable = new Map<string, { untilMs: number; isNewer: boolean }>();
  readonly #later = new Set<ReturnType<typeof setTimeout>>();
  #mode: Mode = "new";
  /** Resolves when a start has come to its end, however it ended. */
  #started: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #endAtMs = Infinity;

  constructor(options: RuntimeOptions) {
    const { database, clock = systemClock, log = logToStderr } = options;
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
    // With a name of its own each time: what an earlier process of that name owned is not ours.
    this.nodeId = `${options.nodeId ?? "nod"}_${randomUUID()}`;
    this.maxPendingPerActor = options.maxPendingPerActor ?? 10_000;
    const keepEventsMs = options.keepEventsMs ?? 90 * DAY_MS;
    if (!(keepEventsMs >= MIN_KEEP_EVENTS_MS)) {
      throw new TypeError(
        `Cannot keep the event log for ${keepEventsMs} ms: keys must be known for 30 days, ` +
          `${MIN_KEEP_EVENTS_MS} ms, at least`,
      );
    }
    this.definitions = byKind(options.actors);
    this.#maintenance = new Maintenance({
      database,
      clock,
      nodeId: this.nodeId,
      log,
      keepEventsMs,
      lookAround: () => this.#lookAround(),
    });
    const onQuiet = (): void => this.#noticeQuiet();
    this.#effects = new EffectRunner({
      database,
      clock,
      nodeId: this.nodeId,
      definitions: this.definitions,
      log,
      referenceTo: this.#referenceTo,
      answer: (message) => this.#dispatcher.enqueue(message),
    });
    this.#effects.onQuiet = onQuiet;
    const runner = new BatchRunner({
      database,
      host: this,
      log,
      apply: (outcome) => this.#apply(outcome),
      retryLater: (message) => this.#retryLater(message),
      onUnavailable: () => this.#dispatcher.rejectWaiting(unavailable()),
      read: (address) => this.read(address),
      reply: (reply) => this.#handover.receive([reply]),
      isEnding: () => performance.now() >= this.#endAtMs,
    });
    this.#handover = new Handover({
      database,
      nodeId: this.nodeId,
      maxPendingPerActor: this.maxPendingPerActor,
      nowMs: () => this.nowMs(),
      log,
      referenceTo: this.#referenceTo,
      read: (address) => this.read(address),
      drain: (root) => this.#drain(root),
      onView: (view) => this.#waiters.show(view),
      onQuiet,
    });
    this.#hotActors = database.kind === "embedded"
      ? undefined
      : new HotActors({ database, nodeId: this.nodeId, log });
    this.#dispatcher = new Dispatcher(runner, {
      maxBatches: database.kind === "embedded" ? 1 : MAX_BATCHES,
      maxBatchSize: options.maxBatchSize ?? 256,
      log,
      holderOf: (root) => this.#holderOf(root),
      handOver: (messages, { nodeId }) => this.#handover.send(messages, nodeId),
      onQuiet,
      onStuck: (root) => this.#leaveAlone(root, { isNewer: false }),
      onWoken: (how) => how === "oneByOne" ? this.#wakeUps.look() : this.#wakeUps.lookForMore(),
    });
    this.#wakeUps = new WakeUps({
      database,
      clock,
      log,
      kinds: [...this.definitions.keys()],
      except: () => this.#unreadableRoots(),
      wake: (root) => this.#wake(root),
      onQuiet,
    });
  }

  get hasOtherNodes(): boolean {
    return this.#maintenance.hasOtherNodes;
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
    this.#mode = "starting";
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#started = promise;
    try {
      await this.#maintenance.signOn();
      // It may have been asked to end meanwhile.
      if (this.#isIn("starting")) await this.#begin(timersAfter);
    } finally {
      resolve();
    }
  }

  async #begin(timersAfter: Promise<unknown> | undefined): Promise<void> {
    this.#mode = "working";
    this.#handover.start();
    this.#wakeUps.start(timersAfter);
    this.#maintenance.start();
    await this.#maintenance.look();
    this.#dispatcher.start();
  }

  #isIn(mode: Mode): boolean {
    return this.#mode === mode;
  }

  create(address: string, input?: unknown, options: { key?: string } = {}): Promise<Receipt> {
    return this.#submit(address, options.key, (caller) => {
      if (rootOf(address) !== address) {
        throw new TypeError(`Cannot create "${address}": its parent creates it`);
      }
      return {
        type: "create",
        address,
        input: takeValue(input, `the input of "${address}"`, this.#referenceTo),
        key: options.key,
        caller,
      };
    });
  }

  send(address: string, event: EventObject, options: SendOptions = {}): Promise<Receipt> {
    const { key, create } = options;
    return this.#submit(address, key, (caller) => ({
      type: "event",
      address,
      event: takeEvent(event, this.#referenceTo),
      key,
      create: create === undefined
        ? undefined
        : { input: takeValue(create, `the input of "${address}"`, this.#referenceTo) },
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
    tree.load(rows);
    return tree.view(address);
  }

  async waitFor(
    address: string,
    isWanted: (view: View) => boolean,
    { timeoutMs = 10_000 }: { timeoutMs?: number } = {},
  ): Promise<View> {
    assertAddress(address);
    return await this.#waiters.waitFor(address, isWanted, timeoutMs);
  }

  onStep(listener: (step: StepRecord) => void): () => void {
    this.#stepListeners.add(listener);
    return () => this.#stepListeners.delete(listener);
  }

  onEmit(listener: (address: string, event: EventObject) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  settled(): Promise<void> {
    return this.#until(() => this.#isIdle() && this.#effects.isQuiet, Infinity);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const wasStarted = this.#mode !== "new";
    this.#mode = "stopping";
    this.#endAtMs = performance.now() + STOP_MS;
    this.#wakeUps.stop();
    if (wasStarted) {
      const maintained = this.#maintenance.stop();
      await this.#atMost(Promise.all([this.#started, maintained]));
      await this.#until(() => this.#isIdle(), this.#endAtMs);
      await this.#effects.stop(EFFECT_GRACE_MS);
      await this.#until(() => this.#isIdle(), this.#endAtMs);
      // First, or it would hand over what nobody waits for any more.
      this.#dispatcher.stop();
      await this.#handover.stop();
      await this.#maintenance.signOff().catch((error) => {
        this.#log({ level: "warn", message: "Cannot sign off; the lease will expire", error });
      });
    }
    this.#mode = "stopped";
    for (const timer of this.#later) clearTimeout(timer);
    if (!wasStarted) this.#dispatcher.stop();
  }

  #submit(
    address: string,
    key: string | undefined,
    toMessage: (caller: Caller) => Message,
  ): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      assertAddress(address);
      this.#definitionOf(address);
      assertKey(key);
      if (this.#mode === "stopping" || this.#mode === "stopped") {
        throw new UnavailableError("Cannot send: the runtime has stopped");
      }
      const message = toMessage({ resolve, reject });
      const root = rootOf(address);
      const pending = this.#dispatcher.waiting(root).length + this.#handover.pending(root);
      const pendingOfAll = this.#dispatcher.size + this.#handover.size;
      if (pending >= this.maxPendingPerActor || pendingOfAll >= MAX_PENDING) {
        resolve({ status: "refused", reason: "busy", view: undefined });
        return;
      }
      this.#dispatcher.enqueue(message);
    });
  }

  #definitionOf(address: string): ActorDefinition {
    const definition = this.definitions.get(kindOf(address));
    if (definition !== undefined) return definition;
    throw new TypeError(
      `Cannot reach "${address}": kind "${kindOf(address)}" is not defined, ` +
        `known are ${[...this.definitions.keys()].map((kind) => `"${kind}"`).join(", ")}`,
    );
  }

  // ── what follows from a commit ────────────────────────────────────────────────────────────────

  #apply(outcome: BatchOutcome): void {
    this.#effects.drop(outcome.droppedEffects);
    this.#effects.run(outcome.effects.filter((effect) => effect.lane === null));
    if (outcome.hasLaneEffects) this.#effects.claim();
    if (outcome.earliestWakeMs !== undefined) this.#wakeUps.plan(outcome.earliestWakeMs);
    for (const { name, run } of outcome.plainActions) {
      this.#attend(`Action "${name}" failed`, run);
    }
    for (const { address, event } of outcome.emitted) {
      for (const listener of this.#listeners) {
        this.#attend(`A listener of ${address} failed`, () => listener(address, event));
      }
    }
    if (this.#stepListeners.size > 0) this.#tellSteps(outcome);
    for (const view of outcome.views) this.#waiters.show(view);
    for (const [message, receipt] of outcome.receipts) {
      if ("caller" in message) message.caller.resolve(receipt);
    }
    this.#handover.receive(outcome.replies);
    this.#noticeCollisions(outcome);
    for (const root of outcome.waitingRoots) {
      this.#dispatcher.enqueue({ type: "drain", address: root });
    }
    for (const message of outcome.unanswered) this.#retryLater(message);
    for (const [root, error] of outcome.unreadable) {
      this.#leaveAlone(root, error);
      this.#log({ level: "error", message: `${root} cannot be read and waits`, error });
    }
  }

  #tellSteps({ steps, nowMs: atMs }: BatchOutcome): void {
    for (const { address, machine, revision, event, source, key, snapshot } of steps) {
      const step: StepRecord = {
        address,
        root: rootOf(address),
        machine,
        revision,
        event,
        source: source?.from,
        sourceRevision: source?.revision,
        key,
        atMs,
        view: viewOf({ address, revision, snapshot }),
      };
      for (const listener of this.#stepListeners) {
        this.#attend(`A listener of steps failed at ${address}`, () => listener(step));
      }
    }
  }

  #noticeCollisions({ stepped, receipts }: BatchOutcome): void {
    if (this.#hotActors === undefined) return;
    const own = new Set([...receipts.keys()].map(({ address }) => rootOf(address)));
    for (const step of stepped) {
      this.#hotActors.noticeStep({ ...step, isOwnLoad: own.has(step.root) });
    }
  }

  /** The other node that shall step an actor, if it is not for this one. */
  #holderOf(root: string): Holder | undefined {
    if (!this.hasOtherNodes) return undefined;
    if (this.#isUnreadable(root)?.isNewer) return { nodeId: undefined };
    const nodeId = this.#hotActors?.holderOf(root);
    return nodeId === undefined ? undefined : { nodeId };
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

  #retryLater(message: Message): void {
    if (this.#mode !== "working") return;
    const timer = setTimeout(() => {
      this.#later.delete(timer);
      this.#dispatcher.enqueue(message);
    }, RETRY_LATER_MS);
    this.#later.add(timer);
  }

  // ── time, and what others left behind ─────────────────────────────────────────────────────────

  #wake(root: string): void {
    // One that is in flight may have been stepped before its timer fell due.
    const isWaiting = this.#dispatcher.waiting(root).some(({ type }) => type === "wake");
    if (!isWaiting) this.#dispatcher.enqueue({ type: "wake", address: root });
  }

  #drain(root: string): void {
    if (this.#mode !== "working" || !this.definitions.has(kindOf(root))) return;
    const isWaiting = this.#dispatcher.waiting(root).some(({ type }) => type === "drain");
    if (!isWaiting && this.#isUnreadable(root) === undefined) {
      this.#dispatcher.enqueue({ type: "drain", address: root });
    }
  }

  #leaveAlone(root: string, { isNewer }: { isNewer: boolean }): void {
    this.#unreadable.set(root, { untilMs: performance.now() + RETRY_LATER_MS, isNewer });
  }

  #isUnreadable(root: string): { isNewer: boolean } | undefined {
    const unreadable = this.#unreadable.get(root);
    if (unreadable === undefined || unreadable.untilMs > performance.now()) return unreadable;
    this.#unreadable.delete(root);
    return undefined;
  }

  #unreadableRoots(): string[] {
    return [...this.#unreadable.keys()].filter((root) => this.#isUnreadable(root) !== undefined);
  }

  /** Looks for what nobody told this node of: what others left behind, and what was missed. */
  async #lookAround(): Promise<void> {
    if (this.#mode !== "working") return;
    const kinds = [...this.definitions.keys()];
    this.#wakeUps.look();
    this.#effects.claim();
    this.#effects.run(
      await takeOverEffects(this.#database, {
        owner: this.nodeId,
        kinds,
        nowMs: this.nowMs(),
        limit: TAKE_OVER_LIMIT,
      }),
    );
    const waiting = { kinds, except: this.#unreadableRoots(), limit: WAITING_LIMIT };
    for (const root of await findWaitingRoots(this.#database, waiting)) {
      if (!this.#dispatcher.has(root)) this.#drain(root);
    }
  }

  // ── quiet ─────────────────────────────────────────────────────────────────────────────────────

  #isIdle(): boolean {
    return this.#dispatcher.isIdle && this.#handover.isQuiet && !this.#wakeUps.isLooking;
  }

  #noticeQuiet(): void {
    for (const look of this.#quietListeners) look();
  }

  /** Waits for something of an ending runtime, but no longer than it has. */
  async #atMost(work: Promise<unknown>): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, Math.max(0, this.#endAtMs - performance.now()));
    await Promise.race([work, over.promise]);
    clearTimeout(timer);
  }

  /** Waits until `isSo`, asked whenever something has ended, at most until `endAtMs`. */
  #until(isSo: () => boolean, endAtMs: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (isSo()) end();
      };
      const end = (): void => {
        clearTimeout(timer);
        this.#quietListeners.delete(look);
        resolve();
      };
      const timer = endAtMs === Infinity
        ? undefined
        : setTimeout(end, Math.max(0, endAtMs - performance.now()));
      this.#quietListeners.add(look);
      look();
    });
  }
}

/** @throws {TypeError} When two definitions have one kind. */
function byKind(definitions: readonly ActorDefinition[]): Map<string, ActorDefinition> {
  const byKind = new Map<string, ActorDefinition>();
  for (const definition of definitions) {
    if (byKind.has(definition.kind)) {
      throw new TypeError(`Cannot run two definitions of kind "${definition.kind}"`);
    }
    byKind.set(definition.kind, definition);
  }
  return byKind;
}
