/**
 * One transaction that steps many actors.
 *
 * First round trip: lock and read the roots in the order of their ids, then, in statements of their
 * own, what depends on the lock: children, used keys, waiting messages, wanted answers. Then the
 * steps, purely, in memory; transactional invokes and messages to other actors go in waves. Last
 * round trip: a handful of multi-row statements and COMMIT.
 *
 * Whatever throws undoes the whole batch. A `StepError` names the tree that was at fault, so that
 * the others can be run again without it.
 */
import type { EventObject } from "xstate";
import { type ActorRow, findExisting } from "../db/actor_rows.ts";
import type { Connection } from "../db/connection.ts";
import { lockAnswered } from "../db/effects.ts";
import { findFullInboxes, type InboxRow } from "../db/inbox.ts";
import { commit } from "../db/open_database.ts";
import { acceptMessage, keyOf, readUsedKeys, type UsedKeys } from "./accept_message.ts";
import { kindOf, rootOf } from "./address.ts";
import { allOf } from "./all_of.ts";
import { type BatchOutcome, type Decision, outcomeOf, type PlannedReply } from "./batch_outcome.ts";
import { sendEvents, sendMembers, sendOutgoing, Sent } from "./batch_writes.ts";
import type { SentCommit } from "./database_faults.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { droppedEffects, effectRows } from "./effect_rows.ts";
import { BusyError } from "./errors.ts";
import { fromJson } from "./json.ts";
import { LockedTrees } from "./locked_trees.ts";
import type { Answer, Message, Request } from "./message.ts";
import { MessageRows } from "./message_rows.ts";
import type { Source, Tell, TransactionalCall } from "./outbox.ts";
import { notificationsOf } from "./node_messages.ts";
import { blame, StepError } from "./step_error.ts";
import type { FiredTimer } from "./timers.ts";
import { callHandler, groupByHandler } from "./transactional_calls.ts";
import type { Tree } from "./tree.ts";

export interface BatchHost {
  readonly nodeId: string;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  /** Most messages in the inbox of one actor. */
  readonly maxPendingPerActor: number;
  /** Whether another node may be able to do what this one's code cannot. */
  readonly hasOtherNodes: boolean;
  nowMs(): number;
  sendLater(address: string, event: EventObject): void;
}

export interface BatchOptions {
  /** Wait for locked actors, or postpone their messages. */
  readonly waits: boolean;
  /**
   * For one message, to find out what fails: of the inbox and of the due timers only the first is
   * taken, and only when that is what the message is about.
   */
  readonly isAlone: boolean;
  /** Roots whose messages go through their inbox, because their own step would fail this commit. */
  readonly queueTo: ReadonlySet<string>;
}

/** What a message that is run alone stands for. */
export interface TakenAlone {
  /** Number of the row that a drain took. */
  readonly inboxId: bigint | undefined;
  /** What a wake-up fired. */
  readonly timer: FiredTimer | undefined;
}

/** Messages taken from one actor's inbox in one batch. */
const INBOX_LIMIT = 256;
/** Timers fired for one actor in one batch. */
const TIMER_LIMIT = 256;
/** Rounds of answers and messages in one transaction; what is left goes through inboxes. */
const WAVE_LIMIT = 64;

/** Messages from which on a batch is written piece by piece. */
const LARGE = 16;

export class Batch {
  readonly #host: BatchHost;
  readonly #messages: readonly Message[];
  readonly #options: BatchOptions;
  readonly #nowMs: number;
  readonly #inboxLimit: number;
  readonly #locked: LockedTrees;
  readonly #messageRows: MessageRows;
  readonly #decisions = new Map<Message, Decision>();
  readonly #postponed: Message[] = [];
  readonly #unanswered: Message[] = [];
  /** Messages for actors that only newer code can read. */
  readonly #foreign: Message[] = [];
  readonly #replies: PlannedReply[] = [];
  #usedKeys: UsedKeys = new Map();
  /** Keys of effects. */
  readonly #answered: string[] = [];
  /** Roots with messages left in, or put into, their inbox. */
  readonly #waitingRoots = new Set<string>();
  readonly #tells: Tell[] = [];
  /** Transactional actions, called at the end. */
  readonly #actions: TransactionalCall[] = [];
  /** Undefined when nothing was locked, and so nothing can be written. */
  #transactionId: string | undefined;
  /** Set as soon as a commit may have been sent; asked for when its answer is lost. */
  sent: { readonly outcome: BatchOutcome; readonly commit: SentCommit } | undefined;

  constructor(host: BatchHost, messages: readonly Message[], options: BatchOptions) {
    this.#host = host;
    this.#messages = messages;
    this.#options = options;
    this.#nowMs = host.nowMs();
    this.#inboxLimit = options.isAlone ? 1 : INBOX_LIMIT;
    this.#locked = new LockedTrees({
      definitions: host.definitions,
      nowMs: this.#nowMs,
      sendLater: host.sendLater,
      inboxLimit: this.#inboxLimit,
    });
    this.#messageRows = new MessageRows(this.#nowMs);
  }

  /**
   * @throws {StepError} When a step throws.
   * @throws Database errors, and errors of transactional handlers, as they are.
   */
  async run(connection: Connection): Promise<BatchOutcome> {
    try {
      await this.#begin(connection);
      let isEven = false;
      for (let wave = 0; wave < WAVE_LIMIT && !isEven; wave++) {
        const hasAnswered = await this.#answerInvokes(connection);
        const hasDelivered = await this.#deliverTells(connection);
        isEven = !hasAnswered && !hasDelivered;
      }
      if (!isEven) this.#refuseEndlessInvokes();
      this.#queueTells(this.#tells.splice(0));
      return await this.#writeAndCommit(connection);
    } catch (error) {
      // The session may be the only one; it must be clean for the next turn.
      await connection.query("rollback").catch(() => {});
      throw error;
    }
  }

  /** Whatever has failed in a batch of one message: others may take it away before this node can. */
  get takenAlone(): TakenAlone {
    const [message] = this.#messages as [Message];
    return {
      inboxId: this.#messageRows.taken[0],
      timer: this.#locked.tree(rootOf(message.address))?.lastFired,
    };
  }

  // ── first round trip and the steps of the messages ────────────────────────────────────────────

  async #begin(tx: Connection): Promise<void> {
    const messages = this.#messages;
    const { waits, isAlone } = this.#options;
    const roots = [...new Set(messages.map(({ address }) => rootOf(address)))];
    const [, , found, usedKeys, wanted] = await allOf([
      tx.query("begin"),
      this.#locked.reserve(tx, rootsToReserve(messages)),
      this.#locked.lockAndLoad(tx, roots, { waits }),
      readUsedKeys(tx, messages),
      readWanted(tx, messages),
    ]);
    this.#transactionId = found.rows[0]?.transaction_id;
    this.#usedKeys = usedKeys;
    const waiting = Map.groupBy(found.inbox, (row) => row.root);
    const missing = roots.filter((root) => this.#locked.row(root) === undefined);
    const lockedElsewhere = waits || missing.length === 0
      ? new Set<string>()
      : await findExisting(tx, missing);

    for (const message of messages) {
      const root = rootOf(message.address);
      if (lockedElsewhere.has(root)) {
        this.#postponed.push(message);
        continue;
      }
      blame(root, () => {
        if (!isAlone || message.type === "drain") this.#takeInbox(root, waiting);
        // What waits was sent before what this commit sends.
        else if (waiting.has(root)) this.#waitingRoots.add(root);
        // More waits in the inbox than one batch takes: it comes first.
        if (!isAlone && "caller" in message && this.#waitingRoots.has(root)) {
          this.#postponed.push(message);
        } else this.#process(message, wanted);
      });
    }
    this.#collect();
  }

  #process(message: Message, wanted: Set<string>): void {
    const root = rootOf(message.address);
    const tree = this.#locked.tree(root);
    switch (message.type) {
      case "event":
      case "create":
        if (this.#isForeign(root)) this.#foreign.push(message);
        else this.#decisions.set(message, this.#accept(message));
        return;
      case "answer":
        if (!wanted.delete(message.effectKey)) return;
        if (this.#isForeign(root)) this.#foreign.push(message);
        else if (this.#locked.canStep(root)) this.#answer(message.address, message);
        else this.#unanswered.push(message);
        return;
      case "wake":
        if (this.#locked.canStep(root)) tree?.fireTimers(this.#options.isAlone ? 1 : TIMER_LIMIT);
        return;
      case "drain":
        return;
    }
  }

  /** Whether the actor is for newer code, which another node may have. */
  #isForeign(root: string): boolean {
    return this.#host.hasOtherNodes && this.#locked.unreadable.get(root)?.isNewer === true;
  }

  #accept(request: Request, source?: Source): Decision {
    return acceptMessage(request, {
      locked: this.#locked,
      messageRows: this.#messageRows,
      used: this.#usedKeys,
      source,
    });
  }

  #answer(address: string, { childId, effectKey: token, outcome }: Answer): void {
    this.#answered.push(token);
    this.#locked.tree(rootOf(address))?.answer({ address, childId, token }, outcome);
  }

  /** Messages that wait come before the new ones, once a batch. */
  #takeInbox(root: string, waiting: Map<string, InboxRow[]>): void {
    const rows = waiting.get(root);
    const tree = this.#locked.tree(root);
    if (rows === undefined || tree === undefined || !this.#locked.canStep(root)) return;
    waiting.delete(root);
    for (const row of rows) {
      this.#messageRows.taken.push(row.id);
      this.#takeRow(row, tree);
    }
    if (rows.length >= this.#inboxLimit) this.#waitingRoots.add(root);
  }

  #takeRow(row: InboxRow, tree: Tree): void {
    const { address, kind, key, reply_to: replyTo } = row;
    const event = parse(row.event, tree);
    if (kind === "answer") return this.#answer(address, event as Answer);
    const input = row.create_input === null ? undefined : parse(row.create_input, tree);
    const create = row.create_input === null ? {} : { create: { input } };
    const source = sourceOfRow(row);
    if (source !== undefined && key === null) {
      return this.#deliver({ ...source, to: address, event: event as EventObject, create: input });
    }
    if (key !== null && row.is_used) this.#usedKeys.set(keyOf(row.root, key), row.refusal);
    const decision = this.#accept(
      kind === "create"
        ? { type: kind, address, input, key: key ?? undefined }
        : { type: kind, address, event: event as EventObject, key: key ?? undefined, ...create },
      source,
    );
    if (replyTo !== null) this.#replies.push({ to: replyTo, address, decision });
    else if (decision.status === "refused") {
      this.#messageRows.setAsideRow(row, decision.reason ?? "refused");
    }
  }

  // ── waves: answers within the commit, messages to other actors ────────────────────────────────

  #collect(): void {
    for (const tree of this.#locked.trees()) {
      this.#tells.push(...tree.outbox.tells.splice(0));
    }
  }

  /** Runs the transactional invokes of all trees, one call per source. */
  async #answerInvokes(tx: Connection): Promise<boolean> {
    const calls: TransactionalCall[] = [];
    for (const tree of this.#locked.trees()) {
      for (const call of tree.outbox.transactional.splice(0)) {
        if (call.answerTo === undefined) this.#actions.push(call);
        else if (tree.isWaitingFor(call.answerTo)) calls.push(call);
      }
    }
    if (calls.length === 0) return false;
    // What a question is about may have been asked to be written before it.
    await this.#runActions(tx);
    const { definitions } = this.#host;
    for (const group of groupByHandler(calls, definitions)) {
      const verdicts = await callHandler(group, { definitions, tx });
      group.forEach((call, index) => {
        const verdict = verdicts?.[index];
        if (verdict === undefined || call.answerTo === undefined) {
          throw new StepError(call.root, new Error(`"${call.name}" gave no verdict`));
        }
        const { answerTo } = call;
        blame(call.root, () => this.#locked.tree(call.root)?.answer(answerTo, verdict));
      });
    }
    this.#collect();
    return true;
  }

  /** Invokes left after all waves would never be answered. */
  #refuseEndlessInvokes(): void {
    for (const tree of this.#locked.trees()) {
      if (tree.outbox.transactional.every((call) => call.answerTo === undefined)) continue;
      throw new StepError(
        tree.root,
        new Error(`More than ${WAVE_LIMIT} transactional invokes followed from each other`),
      );
    }
  }

  async #runActions(tx: Connection): Promise<void> {
    const { definitions } = this.#host;
    for (const group of groupByHandler(this.#actions.splice(0), definitions)) {
      await callHandler(group, { definitions, tx });
    }
  }

  /** Delivers messages to actors that are locked here or can be locked at once. */
  async #deliverTells(tx: Connection): Promise<boolean> {
    const tells = this.#tells.splice(0);
    if (tells.length === 0) return false;
    const unknown = [...new Set(tells.map((tell) => rootOf(tell.to)))]
      .filter((root) => this.#locked.row(root) === undefined && !this.#options.queueTo.has(root));
    const existing = unknown.length === 0
      ? new Set<string>()
      : await this.#lockMore(tx, tells, unknown);
    for (const tell of tells) {
      const root = rootOf(tell.to);
      const mustQueue = this.#options.queueTo.has(root) || this.#waitingRoots.has(root);
      if (!mustQueue && this.#locked.canStep(root)) {
        blame(root, () => this.#deliver(tell));
      } else if (mustQueue || this.#locked.row(root) !== undefined || existing.has(root)) {
        this.#queueTells([tell]);
      } else {
        this.#messageRows.setAside(tell, `There is no actor "${tell.to}"`);
      }
    }
    this.#collect();
    return true;
  }

  async #lockMore(tx: Connection, tells: readonly Tell[], unknown: string[]): Promise<Set<string>> {
    const toReserve = tells.filter((tell) => tell.create !== undefined)
      .map((tell) => rootOf(tell.to))
      .filter((root) => unknown.includes(root) && this.#host.definitions.has(kindOf(root)));
    const [, existing, found] = await allOf([
      this.#locked.reserve(tx, [...new Set(toReserve)]),
      findExisting(tx, unknown),
      this.#locked.lockAndLoad(tx, unknown, { waits: false }),
    ]);
    const waiting = Map.groupBy(found.inbox, (row) => row.root);
    for (const { address: root } of found.rows) {
      blame(root, () => this.#takeInbox(root, waiting));
    }
    return existing;
  }

  #deliver(tell: Tell): void {
    const root = rootOf(tell.to);
    const tree = this.#locked.tree(root);
    const row = this.#locked.row(root);
    if (tree === undefined || row === undefined) {
      return this.#messageRows.setAside(tell, `There is no actor "${tell.to}"`);
    }
    if (!tree.exists) {
      if (tell.create === undefined) {
        return this.#messageRows.setAside(tell, `There is no actor "${tell.to}"`);
      }
      tree.create(tell.create, { rowId: row.id, source: tell });
    }
    const refusal = tree.deliver(tell.to, tell.event, tell);
    if (refusal === undefined) return;
    const { to: address, event } = tell;
    const source = { from: tell.from, revision: tell.revision };
    this.#messageRows.refuse(row.id, { address, event, source, refusal });
  }

  #queueTells(tells: readonly Tell[]): void {
    for (const tell of tells) {
      this.#waitingRoots.add(rootOf(tell.to));
      this.#messageRows.queue(tell);
    }
  }

  /**
   * Steps that send to an actor which cannot keep up are not made while somebody outside can be told
   * to wait. What is inside already goes on: two full inboxes must not wait for each other.
   */
  async #refuseFullInboxes(tx: Connection): Promise<void> {
    const asked = new Set([...this.#decisions.keys()].map(({ address }) => rootOf(address)));
    const queued = this.#messageRows.queued.filter(({ source }) => asked.has(rootOf(source ?? "")));
    if (queued.length === 0) return;
    const limit = this.#host.maxPendingPerActor;
    const roots = [...new Set(queued.map(({ root }) => root))];
    const full = await findFullInboxes(tx, { roots, limit });
    const first = queued.find(({ root }) => full.includes(root));
    if (first === undefined) return;
    throw new StepError(rootOf(first.source as string), new BusyError(first.root));
  }

  // ── last round trip ───────────────────────────────────────────────────────────────────────────

  async #writeAndCommit(tx: Connection): Promise<BatchOutcome> {
    for (const tree of this.#locked.trees()) {
      for (const call of tree.outbox.transactional.splice(0)) this.#actions.push(call);
    }
    const { nodeId, definitions } = this.#host;
    const nowMs = this.#nowMs;
    await this.#refuseFullInboxes(tx);
    // Statements leave together at the next `await`. Those of a large batch go in pieces, so that the
    // server writes while the next are made; for a small one each write to the socket takes longer.
    const isLarge = this.#messages.length >= LARGE;
    const sent = new Sent();
    sendMembers(tx, sent, this.#locked);
    if (isLarge) await undefined;
    sendEvents(tx, sent, { locked: this.#locked, messages: this.#messageRows, nowMs });
    if (isLarge) await undefined;
    const trees = this.#locked.trees();
    const dropped = droppedEffects(trees);
    const effects = effectRows(trees, { nodeId, nowMs, dropped });
    const replies = this.#replies.map((reply) => {
      return { ...reply, view: this.#locked.tree(rootOf(reply.address))?.view(reply.address) };
    });
    sendOutgoing(tx, sent, {
      messages: this.#messageRows,
      effects,
      endedEffects: [...dropped, ...this.#answered],
      notifications: notificationsOf(replies, nodeId),
    });
    if (isLarge) await undefined;
    const outcome = outcomeOf({
      nowMs,
      locked: this.#locked,
      definitions,
      decisions: this.#decisions,
      postponed: this.#postponed,
      unanswered: this.#unanswered,
      foreign: this.#foreign,
      replies,
      waitingRoots: this.#waitingRoots,
      effects,
      droppedEffects: [...dropped],
    });
    if (this.#actions.length > 0) await allOf([sent.settled(), this.#runActions(tx)]);
    this.sent = {
      outcome,
      commit: { transactionId: this.#transactionId, written: this.#written() },
    };
    sent.add(commit(tx));
    await sent.settled();
    return outcome;
  }

  #written(): SentCommit["written"] {
    for (const tree of this.#locked.trees()) {
      const member = tree.members.get(tree.root);
      if (member === undefined || member.revision === member.storedRevision) continue;
      return { actorId: (this.#locked.row(tree.root) as ActorRow).id, revision: member.revision };
    }
    return undefined;
  }
}

/** Roots that a message may have to create. */
function rootsToReserve(messages: readonly Message[]): string[] {
  const creating = messages.filter((message) =>
    message.type === "create" || (message.type === "event" && message.create !== undefined) ||
    // A message that waits may have to create its actor.
    message.type === "drain"
  );
  return [...new Set(creating.map(({ address }) => rootOf(address)))];
}

/** Keys of the answered effects that somebody still waits for. */
async function readWanted(tx: Connection, messages: readonly Message[]): Promise<Set<string>> {
  const answers = messages.flatMap((message) =>
    message.type === "answer" ? [{ key: message.effectKey, fence: message.fence }] : []
  );
  return answers.length === 0 ? new Set() : await lockAnswered(tx, answers);
}

function sourceOfRow({ source, source_revision: revision }: InboxRow): Source | undefined {
  if (source === null) return undefined;
  return { from: source, revision: revision === null ? undefined : Number(revision) };
}

function parse(text: string, tree: Tree): unknown {
  return fromJson(text, (address) => tree.referenceTo(address));
}
