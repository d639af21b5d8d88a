/**
 * Messages that this node leaves to another one, by way of the actor's inbox: of a hot actor to the
 * node that keeps it, and of an actor whose snapshot only newer code can read.
 *
 * A message that is handed over is *waited for* under a number until its receipt is here. The receipt
 * comes with the commit of the node that took the message (`node_messages.ts`); when it is late, the
 * inbox is drained here, and when it is lost, its key tells what became of it.
 */
import { randomInt } from "node:crypto";
import type { Database } from "../db/connection.ts";
import { findUsedKeys } from "../db/event_log.ts";
import { findAwaited, insertInboxAndNotify } from "../db/inbox.ts";
import type { Notification } from "../db/notifications.ts";
import { rootOf } from "./address.ts";
import type { Decision, Reply } from "./batch_outcome.ts";
import { UnavailableError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Message, Receipt } from "./message.ts";
import { inboxOfAnswer, inboxOfRequest } from "./message_rows.ts";
import {
  channelOf,
  COMMON_CHANNEL,
  drainNotification,
  type HeardReceipt,
  readNodeMessage,
  readReplyTo,
  replyTo,
} from "./node_messages.ts";
import type { ActorReference } from "./reference.ts";
import type { View } from "./view.ts";

/** What can be left to another node; timers and inboxes are found there anyway. */
export type Handable = Extract<Message, { type: "event" | "create" | "answer" }>;

export interface HandoverOptions {
  readonly database: Database;
  readonly nodeId: string;
  /** Most messages that wait in the inbox of one root before callers are told "busy". */
  readonly maxPendingPerActor: number;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly referenceTo: (address: string) => ActorReference;
  readonly read: (address: string) => Promise<View | undefined>;
  /** Looks into the inbox of a root on this node. */
  readonly drain: (root: string) => void;
  /** Called with what a receipt says of an actor. */
  readonly onView: (view: View) => void;
  readonly onQuiet: () => void;
}

interface Waited {
  readonly message: Extract<Message, { type: "event" | "create" }>;
  /** By `performance.now()`, as all times here. */
  readonly giveUpAtMs: number;
  /** Since when it is in the inbox, if it is; Infinity until that is over. */
  sinceMs: number;
}

/** A receipt that is not here by then is looked for by taking the inbox in hand. */
const LATE_MS = 100;
/** One that is not here by then may be lost. */
const LOST_MS = 5_000;
/** Callers wait so long for a node that can take their message. */
const GIVE_UP_MS = 30_000;
/** Leaves room to count on. */
const MAX_FIRST_NUMBER = 2 ** 47;

export class Handover {
  readonly #options: HandoverOptions;
  readonly #waited = new Map<number, Waited>();
  /** How many are waited for, by root. */
  readonly #pending = new Map<string, number>();
  /** Begins anywhere: anybody may speak to this node, but who knows a number has read the inbox. */
  #lastNumber = randomInt(MAX_FIRST_NUMBER);
  #looking: Promise<void> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #endListening = (): Promise<void> => Promise.resolve();

  constructor(options: HandoverOptions) {
    this.#options = options;
  }

  get isQuiet(): boolean {
    return this.#waited.size === 0;
  }

  /** Messages whose receipts are waited for. */
  get size(): number {
    return this.#waited.size;
  }

  /** Those of one root. */
  pending(root: string): number {
    return this.#pending.get(root) ?? 0;
  }

  start(): void {
    const { database, nodeId } = this.#options;
    this.#endListening = database.listen([COMMON_CHANNEL, channelOf(nodeId)], {
      onMessage: (notification) => {
        try {
          this.#hear(notification);
        } catch (error) {
          this.#options.log({ level: "error", message: "Cannot do what a node says", error });
        }
      },
      // What was said while nobody listened is asked for.
      onListening: () => this.#lookAfter(0),
    });
  }

  /** Ends; who still waits is told that nobody knows. */
  async stop(): Promise<void> {
    for (const number of [...this.#waited.keys()]) this.#giveUp(number);
    clearInterval(this.#timer);
    await this.#endListening();
    await this.#looking;
  }

  /**
   * Puts messages of one actor into its inbox. Resolves when they are there, or when it is known that
   * nobody can say.
   * @param holder The node that is asked to take them; undefined for any.
   * @returns Messages that are certainly not there, to be run again later.
   */
  async send(messages: readonly Handable[], holder: string | undefined): Promise<Handable[]> {
    const { database, nodeId, maxPendingPerActor: limit, nowMs, log } = this.#options;
    const root = rootOf((messages[0] as Handable).address);
    const numbers = new Map<Handable, number>();
    const rows = messages.map((message) => {
      if (message.type === "answer") return inboxOfAnswer(message, nowMs());
      const number = this.#await(message);
      numbers.set(message, number);
      return inboxOfRequest(message, { replyTo: replyTo(nodeId, number), nowMs: nowMs() });
    });
    let left = messages;
    try {
      const notification = drainNotification(root, holder);
      left = messages.slice(await insertInboxAndNotify(database, rows, { limit, notification }));
      for (const message of left) this.#refuseBusy(numbers.get(message));
    } catch (error) {
      // Those with a caller may be there all the same and are asked for; an answer may come twice.
      log({ level: "warn", message: `Cannot hand over messages for ${root}`, error });
    }
    for (const number of numbers.values()) this.#noteSent(number);
    return left.filter(({ type }) => type === "answer");
  }

  /** Takes the receipts of a commit of this node; those for other nodes went with the commit. */
  receive(replies: readonly Reply[]): void {
    for (const { to, decision, view } of replies) {
      const { nodeId, number } = readReplyTo(to);
      if (nodeId === this.#options.nodeId) this.#resolve(number, { ...decision, view });
    }
  }

  #await(message: Waited["message"]): number {
    const number = ++this.#lastNumber;
    const root = rootOf(message.address);
    const giveUpAtMs = performance.now() + GIVE_UP_MS;
    this.#waited.set(number, { message, giveUpAtMs, sinceMs: Infinity });
    this.#pending.set(root, this.pending(root) + 1);
    this.#timer ??= setInterval(() => this.#lookAfter(LATE_MS), LATE_MS);
    return number;
  }

  #noteSent(number: number): void {
    const waited = this.#waited.get(number);
    if (waited !== undefined) waited.sinceMs = performance.now();
  }

  #forget(number: number): Waited | undefined {
    const waited = this.#waited.get(number);
    if (waited === undefined) return undefined;
    this.#waited.delete(number);
    const root = rootOf(waited.message.address);
    const left = this.pending(root) - 1;
    if (left > 0) this.#pending.set(root, left);
    else this.#pending.delete(root);
    if (this.#waited.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return waited;
  }

  #resolve(number: number, receipt: Receipt): void {
    this.#forget(number)?.message.caller.resolve(receipt);
    if (this.isQuiet) this.#options.onQuiet();
  }

  #refuseBusy(number: number | undefined): void {
    if (number === undefined) return;
    this.#resolve(number, { status: "refused", reason: "busy", view: undefined });
  }

  #giveUp(number: number): void {
    const error = new UnavailableError(
      "The event waits for another node and nobody knows its outcome; send it again with the same key",
    );
    this.#forget(number)?.message.caller.reject(error);
    if (this.isQuiet) this.#options.onQuiet();
  }

  #hear({ channel, payload }: Notification): void {
    const { nodeId, referenceTo, drain } = this.#options;
    const message = readNodeMessage(payload, referenceTo);
    if (message?.type === "drain") drain(message.root);
    if (message?.type !== "receipts" || channel !== channelOf(nodeId)) return;
    const unseen: HeardReceipt[] = [];
    for (const receipt of message.receipts) {
      const { number, address, decision, view } = receipt;
      if (this.#waited.get(number)?.message.address !== address) continue;
      if (view === undefined) unseen.push(receipt);
      else {
        this.#options.onView(view);
        this.#resolve(number, { ...decision, view });
      }
    }
    void this.#readAndResolve(unseen);
  }

  /**
   * For views too large to travel, and actors of which there is none. A decision counts although the
   * view cannot be read, as that of newer code.
   */
  async #readAndResolve(receipts: readonly Omit<HeardReceipt, "view">[]): Promise<void> {
    const { read, log } = this.#options;
    const byAddress = Map.groupBy(receipts, ({ address }) => address);
    await Promise.all([...byAddress].map(async ([address, ofActor]) => {
      const view = await read(address).catch((error) => {
        log({ level: "warn", message: `Cannot read ${address} for its receipts`, error });
        return undefined;
      });
      for (const { number, decision } of ofActor) this.#resolve(number, { ...decision, view });
    }));
  }

  // ── late and lost receipts ────────────────────────────────────────────────────────────────────

  /** Looks after what is waited for longer than `ms`. */
  #lookAfter(ms: number): void {
    const now = performance.now();
    const late: [number, Waited][] = [];
    for (const [number, waited] of this.#waited) {
      if (now >= waited.giveUpAtMs) this.#giveUp(number);
      else if (now - waited.sinceMs >= ms) late.push([number, waited]);
    }
    for (const root of new Set(late.map(([, { message }]) => rootOf(message.address)))) {
      this.#options.drain(root);
    }
    const lost = late.filter(([, { sinceMs }]) => ms === 0 || now - sinceMs >= LOST_MS);
    if (lost.length === 0 || this.#looking !== undefined) return;
    this.#looking = this.#lookFor(lost).finally(() => (this.#looking = undefined));
  }

  async #lookFor(lost: readonly [number, Waited][]): Promise<void> {
    for (const [root, ofRoot] of Map.groupBy(lost, ([, { message }]) => rootOf(message.address))) {
      try {
        await this.#lookForAt(root, ofRoot);
      } catch (error) {
        this.#options.log({ level: "warn", message: `Cannot look for receipts of ${root}`, error });
      }
    }
  }

  /** Those of one root: what is no more in the inbox is known by its key, or not at all. */
  async #lookForAt(root: string, lost: readonly [number, Waited][]): Promise<void> {
    const { database, nodeId } = this.#options;
    const names = lost.map(([number]) => replyTo(nodeId, number));
    const awaited = await findAwaited(database, { root, replyTo: names });
    const gone = lost.filter(([number]) => !awaited.has(replyTo(nodeId, number)));
    if (gone.length === 0) return;
    const keys = gone.flatMap(([, { message: { key } }]) => key === undefined ? [] : { root, key });
    const used = await findUsedKeys(database, keys);
    const refusals = new Map(used.map(({ key, refusal }) => [key, refusal]));
    const known: Omit<HeardReceipt, "view">[] = [];
    for (const [number, { message: { address, key } }] of gone) {
      const refusal = key === undefined ? undefined : refusals.get(key);
      if (refusal === undefined) this.#giveUp(number);
      else known.push({ number, address, decision: decisionOf(refusal) });
    }
    await this.#readAndResolve(known);
  }
}

function decisionOf(refusal: string | null): Decision {
  return refusal === null ? { status: "accepted" } : { status: "refused", reason: refusal };
}
