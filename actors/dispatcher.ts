/**
 * Messages in the memory of a node, and which of them make a batch.
 *
 * A tree of actors is in one of these modes: *empty*, *ready* (messages wait, nobody has them in
 * hand), *in flight* (a batch has some of them, the later ones wait), *blocked* (locked by somebody
 * else a moment ago, tried again soon). Messages for another node are taken like a batch of their
 * own. Within a tree messages keep their order, whatever happens to the batch that took them.
 */
import { rootOf } from "./address.ts";
import { type BatchRunner, reject } from "./batch_runner.ts";
import { UnavailableError } from "./errors.ts";
import type { Handable } from "./handover.ts";
import type { Log } from "./log.ts";
import type { Message } from "./message.ts";

export interface DispatcherOptions {
  /** Batches under way at once, when those before them wait for a lock. */
  readonly maxBatches: number;
  /** Messages of one batch. */
  readonly maxBatchSize: number;
  readonly log: Log;
  /** The other node that an actor's messages are for; undefined when they are for this one. */
  readonly holderOf: (root: string) => Holder | undefined;
  /** Gives messages of one actor to another node. @returns Those to be run again later. */
  readonly handOver: (messages: readonly Handable[], holder: Holder) => Promise<Handable[]>;
  /** Called after each change that may have made the node quiet. */
  readonly onQuiet: () => void;
  /** Called after a batch, or messages run one by one, with a wake-up among them. */
  readonly onWoken: (how: "batch" | "oneByOne") => void;
  /** Called with an actor whose message fails and cannot even be set aside. */
  readonly onStuck: (root: string) => void;
}

/** Who shall take an actor's messages: a node, or any that can. */
export type Holder = { readonly nodeId: string | undefined };

type Mode = "waiting" | "working" | "stopped";

interface Taken {
  readonly messages: Message[];
  /** Whether to wait for actors that are locked. */
  readonly waits: boolean;
}

/** A batch that is longer under way than this waits for something; the next one need not. */
const STALL_MS = 20;
/** Messages of one actor in one batch. */
const MAX_PER_ACTOR = 128;
/** A message whose actor is locked elsewhere is tried again after this. */
const POSTPONE_MS = 25;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #runner: BatchRunner;
  /** Messages of each tree, in order. */
  readonly #queues = new Map<string, Message[]>();
  /** Trees with messages that no batch of this node has in hand. */
  readonly #ready = new Set<string>();
  readonly #inFlight = new Set<string>();
  /** Trees that somebody else had locked; until they are free, no others wait together with them. */
  readonly #lockedElsewhere = new Set<string>();
  readonly #blocked = new Map<string, ReturnType<typeof setTimeout>>();
  #mode: Mode = "waiting";
  #batches = 0;
  #waiting = 0;
  #stalledBatches = 0;
  #isolation: Promise<void> = Promise.resolve();
  #isPumpPlanned = false;

  constructor(runner: BatchRunner, options: DispatcherOptions) {
    this.#runner = runner;
    this.#options = options;
  }

  /** Whether no message waits or is in hand. */
  get isIdle(): boolean {
    return this.#batches === 0 && this.#inFlight.size === 0 && this.#queues.size === 0 &&
      !this.#isPumpPlanned;
  }

  /** How many messages wait for all trees together. */
  get size(): number {
    return this.#waiting;
  }

  /** Messages that wait for a tree and that no batch has in hand. */
  waiting(root: string): readonly Message[] {
    return this.#queues.get(root) ?? [];
  }

  /** Whether the tree has messages, waiting or in hand. */
  has(root: string): boolean {
    return this.#queues.has(root) || this.#inFlight.has(root);
  }

  start(): void {
    this.#mode = "working";
    this.#pump();
  }

  /** Takes no more batches and tells those who still wait. */
  stop(): void {
    this.#mode = "stopped";
    for (const timer of this.#blocked.values()) clearTimeout(timer);
    this.rejectWaiting(new UnavailableError("The runtime has stopped"));
    this.#queues.clear();
    this.#waiting = 0;
  }

  enqueue(message: Message): void {
    const root = rootOf(message.address);
    const queue = this.#queues.get(root);
    if (queue === undefined) this.#queues.set(root, [message]);
    else queue.push(message);
    this.#waiting++;
    this.#makeReady(root);
  }

  /** Ends the waiting of all callers; what has no caller goes on waiting. */
  rejectWaiting(error: Error): void {
    for (const [root, queue] of this.#queues) {
      for (const message of queue) reject(message, error);
      const others = queue.filter((message) => !("caller" in message));
      this.#waiting -= queue.length - others.length;
      if (others.length > 0) this.#queues.set(root, others);
      else {
        this.#queues.delete(root);
        this.#ready.delete(root);
      }
    }
  }

  /**
   * Runs messages of one actor, which are in flight, one by one; one such actor at a time, so that
   * many that fail take one session from the others at most.
   */
  #isolate(messages: readonly Message[]): void {
    const root = rootOf((messages[0] as Message).address);
    this.#isolation = this.#isolation.then(async () => {
      let left: readonly Message[] = [];
      try {
        left = await this.#runner.runOneByOne(messages);
      } catch (error) {
        // What is found again by itself, a due timer, would be found at once.
        this.#options.onStuck(root);
        this.#fail(messages, error);
      }
      this.#release([root], left);
      // One that failed was taken out of the way of the next.
      if (hasWake(messages)) this.#options.onWoken("oneByOne");
    });
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
    if (this.#mode !== "working") return;
    // One after another, unless some wait for a lock: more at once make the batches smaller only.
    const limit = Math.min(this.#options.maxBatches, this.#stalledBatches + 1);
    while (this.#ready.size > 0 && this.#batches < limit) {
      const taken = this.#takeBatch();
      if (taken.messages.length > 0) void this.#run(taken);
    }
    this.#options.onQuiet();
  }

  async #run({ messages, waits }: Taken): Promise<void> {
    this.#batches++;
    /** Those are released by whoever runs them one by one. */
    const isolated = new Set<string>();
    let isStalled = false;
    const stall = setTimeout(() => {
      isStalled = true;
      this.#stalledBatches++;
      this.#pump();
    }, STALL_MS);
    let left: readonly Message[] = [];
    try {
      left = await this.#runner.run(messages, {
        waits,
        isolate: (group) => {
          isolated.add(rootOf((group[0] as Message).address));
          this.#isolate(group);
        },
      });
    } catch (error) {
      this.#fail(messages, error);
    }
    clearTimeout(stall);
    if (isStalled) this.#stalledBatches--;
    this.#batches--;
    const roots = new Set(messages.map((message) => rootOf(message.address)));
    this.#release([...roots].filter((root) => !isolated.has(root)), left);
    if (hasWake(messages)) this.#options.onWoken("batch");
  }

  /**
   * The next messages of ready trees: either of those locked a moment ago, or of all others. What is
   * for other nodes goes there on the way.
   */
  #takeBatch(): Taken {
    const { maxBatchSize, holderOf } = this.#options;
    const messages: Message[] = [];
    let waits: boolean | undefined;
    for (const root of this.#ready) {
      if (messages.length >= maxBatchSize) break;
      const queue = this.#queues.get(root) as Message[];
      const holder = holderOf(root);
      if (holder !== undefined && isHandable(queue[0] as Message)) {
        void this.#handOver(root, holder);
        continue;
      }
      waits ??= !this.#lockedElsewhere.has(root);
      if (waits === this.#lockedElsewhere.has(root)) continue;
      const room = Math.min(MAX_PER_ACTOR, maxBatchSize - messages.length);
      for (const message of this.#take(root, room, () => true)) messages.push(message);
    }
    return { messages, waits: waits ?? true };
  }

  /** Takes the first messages of a tree that are of one sort; the tree is in flight from then on. */
  #take<Sort extends Message>(
    root: string,
    limit: number,
    isOfSort: (message: Message) => message is Sort,
  ): Sort[];
  #take(root: string, limit: number, isOfSort: (message: Message) => boolean): Message[];
  #take(root: string, limit: number, isOfSort: (message: Message) => boolean): Message[] {
    const queue = this.#queues.get(root) as Message[];
    const end = queue.findIndex((message) => !isOfSort(message));
    const taken = queue.splice(0, Math.min(limit, end === -1 ? queue.length : end));
    this.#waiting -= taken.length;
    if (queue.length === 0) this.#queues.delete(root);
    this.#ready.delete(root);
    this.#inFlight.add(root);
    return taken;
  }

  async #handOver(root: string, holder: Holder): Promise<void> {
    const messages = this.#take(root, this.#options.maxBatchSize, isHandable);
    let left: readonly Message[] = [];
    try {
      left = await this.#options.handOver(messages, holder);
    } catch (error) {
      this.#fail(messages, error);
    }
    this.#release([root], left);
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
    this.#waiting += left.length;
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

  #fail(messages: readonly Message[], error: unknown): void {
    this.#options.log({ level: "error", message: "A batch failed", error });
    for (const message of messages) this.#runner.fail(message, error);
  }
}

function isHandable(message: Message): message is Handable {
  return message.type === "event" || message.type === "create" || message.type === "answer";
}

function hasWake(messages: readonly Message[]): boolean {
  return messages.some((message) => message.type === "wake");
}
