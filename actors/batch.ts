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
import * as actorRows from "../db/actor_rows.ts";
import type { ActorRow } from "../db/actor_rows.ts";
import type { Connection } from "../db/connection.ts";
import { deleteEffects, type EffectInsert, insertEffects, lockAnswered } from "../db/effects.ts";
import { type EventInsert, findUsedKeys, insertEvents } from "../db/event_log.ts";
import {
  type DeadLetter,
  deleteInbox,
  type InboxRow,
  insertDeadLetters,
  insertInbox,
  readInbox,
} from "../db/inbox.ts";
import { commit } from "../db/open_database.ts";
import { kindOf, rootOf } from "./address.ts";
import type { ActorDefinition, TransactionalVerdict } from "./define_actor.ts";
import { fromJson, toJson } from "./json.ts";
import type { Message, Receipt } from "./message.ts";
import type { SentCommit } from "./database_faults.ts";
import { isConnectionLoss, isLockTimeout, isTransient } from "./database_faults.ts";
import { SnapshotError, storeSnapshot } from "./snapshot.ts";
import { type Member, type Tell, type TransactionalCall, Tree, type View } from "./tree.ts";

/** A step of this tree failed; the batch was undone. */
export class StepError extends Error {
  override readonly name = "StepError";
  constructor(readonly root: string, override readonly cause: unknown) {
    super(`Step of "${root}" failed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

export interface BatchHost {
  readonly nodeId: string;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
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

/** What is to be done after the commit. */
export interface BatchOutcome {
  readonly receipts: ReadonlyMap<Message, Receipt>;
  /** Messages whose actor somebody else holds; only without waiting. */
  readonly postponed: readonly Message[];
  /** Answers for actors that cannot be stepped now: held, or not readable by this code. */
  readonly unanswered: readonly Message[];
  /** Roots whose snapshot this code cannot read, and why. They stay as they are. */
  readonly unreadable: ReadonlyMap<string, SnapshotError>;
  /** Effects that this node runs now. */
  readonly effects: readonly EffectInsert[];
  /** Whether effects were queued in lanes. */
  readonly hasLaneEffects: boolean;
  readonly droppedEffects: readonly string[];
  readonly plainActions: readonly { readonly name: string; readonly run: () => unknown }[];
  readonly emitted: readonly { readonly address: string; readonly event: EventObject }[];
  readonly views: readonly View[];
  readonly earliestWakeMs: number | undefined;
  /** Roots with messages left in, or put into, their inbox. */
  readonly waitingRoots: readonly string[];
}

/** Messages taken from one actor's inbox in one batch. */
const INBOX_LIMIT = 256;
/** Timers fired for one actor in one batch. */
const TIMER_LIMIT = 256;
/** Rounds of answers and messages in one transaction; what is left goes through inboxes. */
const WAVE_LIMIT = 64;

export class Batch {
  readonly #host: BatchHost;
  readonly #messages: readonly Message[];
  readonly #options: BatchOptions;
  readonly #nowMs: number;
  readonly #rows = new Map<string, ActorRow>();
  readonly #trees = new Map<string, Tree>();
  readonly #receipts = new Map<Message, { status: Receipt["status"]; reason?: string }>();
  readonly #postponed: Message[] = [];
  readonly #unanswered: Message[] = [];
  readonly #unreadable = new Map<string, SnapshotError>();
  readonly #refusedEvents: EventInsert[] = [];
  readonly #answered: string[] = [];
  readonly #inboxRead: bigint[] = [];
  readonly #inboxWrites: Omit<InboxRow, "id">[] = [];
  readonly #deadLetters: DeadLetter[] = [];
  readonly #waitingRoots = new Set<string>();
  readonly #reserved = new Set<string>();
  readonly #tells: Tell[] = [];
  /** Transactional actions, called at the end. */
  readonly #actions: TransactionalCall[] = [];
  #transactionId: string | undefined;
  /** Set as soon as a commit may have been sent; asked for when its answer is lost. */
  sent: { readonly outcome: BatchOutcome; readonly commit: SentCommit } | undefined;

  constructor(host: BatchHost, messages: readonly Message[], options: BatchOptions) {
    this.#host = host;
    this.#messages = messages;
    this.#options = options;
    this.#nowMs = host.nowMs();
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

  // ── first round trip and the steps of the messages ────────────────────────────────────────────

  async #begin(tx: Connection): Promise<void> {
    const messages = this.#messages;
    const roots = [...new Set(messages.map((message) => rootOf(message.address)))];
    const toReserve = [
      ...new Set(
        messages.filter((message) =>
          message.type === "create" || (message.type === "event" && message.create !== undefined) ||
          // A message that waits may have to create its actor.
          message.type === "drain"
        ).map((message) => rootOf(message.address)),
      ),
    ];
    for (const root of toReserve) this.#reserved.add(root);
    const keys = messages.flatMap((message) =>
      "key" in message && message.key !== undefined
        ? [{ root: rootOf(message.address), key: message.key }]
        : []
    );
    const answers = messages.flatMap((message) =>
      message.type === "answer" ? [{ key: message.effectKey, fence: message.fence }] : []
    );

    const [, , transaction, rows, children, usedKeys, inbox, wanted] = await allOf([
      tx.query("begin"),
      toReserve.length === 0 ? undefined : actorRows.reserveRoots(tx, toReserve),
      tx.query<{ id: string }>("select pg_current_xact_id()::text as id", []),
      this.#options.waits ? actorRows.lockRoots(tx, roots) : actorRows.lockFreeRoots(tx, roots),
      this.#readChildren(tx, roots),
      keys.length === 0 ? [] : findUsedKeys(tx, keys),
      this.#readInbox(tx, roots),
      answers.length === 0 ? new Set<string>() : lockAnswered(tx, answers),
    ]);
    this.#transactionId = transaction.rows[0]?.id;
    this.#load(rows, children);
    const waiting = Map.groupBy(inbox, (row) => row.root);
    const missing = roots.filter((root) => !this.#rows.has(root));
    const locked = this.#options.waits || missing.length === 0
      ? new Set<string>()
      : await actorRows.findExisting(tx, missing);
    const used = new Map(usedKeys.map(({ root, key, refusal }) => [`${root} ${key}`, refusal]));

    for (const message of messages) {
      const root = rootOf(message.address);
      if (locked.has(root)) {
        this.#postponed.push(message);
        continue;
      }
      this.#guard(root, () => {
        if (!this.#options.isAlone || message.type === "drain") this.#takeInbox(root, waiting);
        // What waits was sent before what this commit sends.
        else if (waiting.has(root)) this.#waitingRoots.add(root);
        this.#process(message, used, wanted);
      });
    }
    this.#collect();
  }

  #readChildren(tx: Connection, roots: readonly string[]): Promise<ActorRow[]> {
    const withChildren = roots.filter((root) =>
      this.#host.definitions.get(kindOf(root))?.mayHaveChildren
    );
    return withChildren.length === 0
      ? Promise.resolve([])
      : actorRows.readChildren(tx, withChildren);
  }

  #readInbox(tx: Connection, roots: readonly string[]): Promise<InboxRow[]> {
    return readInbox(tx, { roots, limitPerRoot: this.#options.isAlone ? 1 : INBOX_LIMIT });
  }

  #load(rows: readonly ActorRow[], children: readonly ActorRow[]): void {
    const childrenOf = Map.groupBy(children, (child) => rootOf(child.address));
    for (const row of rows) {
      const root = row.address;
      this.#rows.set(root, row);
      const definition = this.#host.definitions.get(kindOf(root));
      // A kind of newer code: its actors are left for the nodes that know it.
      if (definition === undefined) continue;
      const tree = new Tree({
        root,
        definition,
        nowMs: this.#nowMs,
        sendLater: this.#host.sendLater,
      });
      const stored = row.revision === 0n ? [] : [row, ...(childrenOf.get(root) ?? [])];
      try {
        tree.load(stored.map((member) => ({ ...member, revision: Number(member.revision) })));
        this.#trees.set(root, tree);
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw new StepError(root, error);
        // Nothing of it is written: newer or mended code will find it, and what it waits for.
        this.#unreadable.set(root, error);
      }
    }
  }

  /** Whether the actor is locked, readable and not held. */
  #canStep(root: string): boolean {
    return this.#trees.has(root) && this.#rows.get(root)?.is_held === false;
  }

  #process(message: Message, used: Map<string, string | null>, wanted: Set<string>): void {
    const root = rootOf(message.address);
    const tree = this.#trees.get(root);
    switch (message.type) {
      case "event":
      case "create":
        this.#receipts.set(message, this.#accept(message, tree, used));
        return;
      case "answer": {
        if (!wanted.delete(message.effectKey)) return;
        if (!this.#canStep(root)) {
          this.#unanswered.push(message);
          return;
        }
        this.#answered.push(message.effectKey);
        const { address, childId, effectKey: token, outcome } = message;
        tree?.answer({ address, childId, token }, outcome);
        return;
      }
      case "wake":
        if (this.#canStep(root)) tree?.fireTimers(this.#options.isAlone ? 1 : TIMER_LIMIT);
        return;
      case "drain":
        return;
    }
  }

  #accept(
    message: Extract<Message, { type: "event" | "create" }>,
    tree: Tree | undefined,
    used: Map<string, string | null>,
  ): { status: Receipt["status"]; reason?: string } {
    const root = rootOf(message.address);
    const key = message.key;
    const usedAs = key === undefined ? undefined : used.get(`${root} ${key}`);
    if (usedAs !== undefined) {
      return usedAs === null ? { status: "duplicate" } : { status: "refused", reason: usedAs };
    }
    const unreadable = this.#unreadable.get(root);
    if (unreadable !== undefined) return { status: "refused", reason: unreadable.message };
    const row = this.#rows.get(root);
    if (tree === undefined || row === undefined) {
      return { status: "refused", reason: `There is no actor "${message.address}"` };
    }
    if (row.is_held) {
      return { status: "refused", reason: `Actor "${root}" is held until an operator has looked` };
    }
    if (message.type === "create" && tree.exists) return { status: "duplicate" };
    const logged = tree.outbox.log.length;
    if (!tree.exists && (message.type === "create" || message.create !== undefined)) {
      const input = message.type === "create" ? message.input : message.create?.input;
      tree.create(input, { rowId: row.id });
    }
    const created = tree.outbox.log.length;
    const refusal = message.type === "create"
      ? undefined
      : tree.deliver(message.address, message.event);
    if (key !== undefined) used.set(`${root} ${key}`, refusal ?? null);
    if (refusal === undefined) {
      const entry = tree.outbox.log[message.type === "create" ? logged : created];
      if (entry !== undefined && key !== undefined) entry.key = key;
      return { status: "accepted" };
    }
    if (key !== undefined && message.type === "event" && tree.exists) {
      this.#refusedEvents.push(this.#refused(row.id, message, refusal, null));
    }
    return { status: "refused", reason: refusal };
  }

  #refused(
    actorId: bigint,
    { address, event, key }: { address: string; event: EventObject; key?: string | undefined },
    refusal: string,
    source: string | null,
  ): EventInsert {
    return {
      actorId,
      address: address === rootOf(address) ? null : address,
      revision: null,
      key: key ?? null,
      event: toJson(event, `event "${event.type}"`),
      source,
      refusal,
      atMs: this.#nowMs,
    };
  }

  /** Messages that wait come before the new ones, once a batch. */
  #takeInbox(root: string, waiting: Map<string, InboxRow[]>): void {
    const rows = waiting.get(root);
    const tree = this.#trees.get(root);
    if (rows === undefined || tree === undefined || !this.#canStep(root)) return;
    waiting.delete(root);
    for (const row of rows) {
      this.#inboxRead.push(row.id);
      const create = row.create_input === null ? {} : { create: parse(row.create_input, tree) };
      const event = parse(row.event, tree) as EventObject;
      this.#deliver({ from: row.source, to: row.address, event, ...create });
    }
    if (rows.length >= (this.#options.isAlone ? 1 : INBOX_LIMIT)) this.#waitingRoots.add(root);
  }

  // ── waves: answers within the commit, messages to other actors ────────────────────────────────

  #collect(): void {
    for (const tree of this.#trees.values()) {
      this.#tells.push(...tree.outbox.tells.splice(0));
    }
  }

  /** Runs the transactional invokes of all trees, one call per source. */
  async #answerInvokes(tx: Connection): Promise<boolean> {
    const calls: TransactionalCall[] = [];
    for (const tree of this.#trees.values()) {
      for (const call of tree.outbox.transactional.splice(0)) {
        (call.answerTo === undefined ? this.#actions : calls).push(call);
      }
    }
    if (calls.length === 0) return false;
    // What a question is about may have been asked to be written before it.
    await this.#runActions(tx);
    for (const group of this.#byHandler(calls)) {
      const verdicts = await this.#call(group, tx);
      group.forEach((call, index) => {
        const verdict = verdicts?.[index];
        if (verdict === undefined || call.answerTo === undefined) {
          throw new StepError(call.root, new Error(`"${call.name}" gave no verdict`));
        }
        const { answerTo } = call;
        this.#guard(call.root, () => this.#trees.get(call.root)?.answer(answerTo, verdict));
      });
    }
    this.#collect();
    return true;
  }

  /** Invokes left after all waves would never be answered. */
  #refuseEndlessInvokes(): void {
    for (const tree of this.#trees.values()) {
      if (tree.outbox.transactional.every((call) => call.answerTo === undefined)) continue;
      throw new StepError(
        tree.root,
        new Error(`More than ${WAVE_LIMIT} transactional invokes followed from each other`),
      );
    }
  }

  async #runActions(tx: Connection): Promise<void> {
    for (const group of this.#byHandler(this.#actions.splice(0))) await this.#call(group, tx);
  }

  /**
   * One call for each handler, also where several kinds have the same one: what one actor asks for may
   * rest on what another kind asked for before, and only within a call the order is kept.
   */
  #byHandler(calls: readonly TransactionalCall[]): TransactionalCall[][] {
    const groups = new Map<string, Map<unknown, TransactionalCall[]>>();
    for (const call of calls) {
      const ofName = groups.get(call.name) ?? new Map<unknown, TransactionalCall[]>();
      groups.set(call.name, ofName);
      const handler = this.#host.definitions.get(kindOf(call.root))?.transactional.get(call.name);
      const group = ofName.get(handler);
      if (group === undefined) ofName.set(handler, [call]);
      else group.push(call);
    }
    return [...groups.values()].flatMap((ofName) => [...ofName.values()]);
  }

  async #call(
    group: readonly TransactionalCall[],
    tx: Connection,
  ): Promise<readonly TransactionalVerdict[] | void> {
    const [first] = group as [TransactionalCall];
    const definition = this.#host.definitions.get(kindOf(first.root));
    const handler = definition?.transactional.get(first.name);
    try {
      return await handler?.(group.map((call) => call.item), tx);
    } catch (error) {
      const isDatabaseTrouble = isConnectionLoss(error) || isTransient(error) ||
        isLockTimeout(error);
      if (isDatabaseTrouble || group.some((call) => call.root !== first.root)) throw error;
      throw new StepError(first.root, error);
    }
  }

  /** Delivers messages to actors that are locked here or can be locked at once. */
  async #deliverTells(tx: Connection): Promise<boolean> {
    const tells = this.#tells.splice(0);
    if (tells.length === 0) return false;
    const unknown = [...new Set(tells.map((tell) => rootOf(tell.to)))]
      .filter((root) => !this.#rows.has(root) && !this.#options.queueTo.has(root));
    const existing = unknown.length === 0
      ? new Set<string>()
      : await this.#lockMore(tx, tells, unknown);
    for (const tell of tells) {
      const root = rootOf(tell.to);
      const mustQueue = this.#options.queueTo.has(root) || this.#waitingRoots.has(root);
      if (!mustQueue && this.#canStep(root)) {
        this.#guard(root, () => this.#deliver(tell));
      } else if (mustQueue || this.#rows.has(root) || existing.has(root)) {
        this.#queueTells([tell]);
      } else {
        this.#setAside(tell, `There is no actor "${tell.to}"`);
      }
    }
    this.#collect();
    return true;
  }

  async #lockMore(tx: Connection, tells: readonly Tell[], unknown: string[]): Promise<Set<string>> {
    const toReserve = [
      ...new Set(
        tells.filter((tell) => tell.create !== undefined).map((tell) => rootOf(tell.to))
          .filter((root) => unknown.includes(root) && this.#host.definitions.has(kindOf(root))),
      ),
    ];
    for (const root of toReserve) this.#reserved.add(root);
    const [, existing, rows, children, inbox] = await allOf([
      toReserve.length === 0 ? undefined : actorRows.reserveRoots(tx, toReserve),
      actorRows.findExisting(tx, unknown),
      actorRows.lockFreeRoots(tx, unknown),
      this.#readChildren(tx, unknown),
      this.#readInbox(tx, unknown),
    ]);
    this.#load(rows, children);
    const waiting = Map.groupBy(inbox, (row) => row.root);
    for (const row of rows) {
      this.#guard(row.address, () => this.#takeInbox(row.address, waiting));
    }
    return existing;
  }

  #deliver(tell: Tell): void {
    const root = rootOf(tell.to);
    const tree = this.#trees.get(root);
    const row = this.#rows.get(root);
    if (tree === undefined || row === undefined) {
      return this.#setAside(tell, `There is no actor "${tell.to}"`);
    }
    if (!tree.exists) {
      if (tell.create === undefined) {
        return this.#setAside(tell, `There is no actor "${tell.to}"`);
      }
      tree.create(tell.create, { rowId: row.id, source: tell.from });
    }
    const refusal = tree.deliver(tell.to, tell.event, tell.from);
    if (refusal === undefined) return;
    this.#refusedEvents.push(
      this.#refused(row.id, { address: tell.to, event: tell.event }, refusal, tell.from),
    );
  }

  #setAside(tell: Tell, error: string): void {
    this.#deadLetters.push({
      address: tell.to,
      event: toJson(tell.event, `event "${tell.event.type}"`),
      key: null,
      source: tell.from,
      error,
      atMs: this.#nowMs,
    });
  }

  #queueTells(tells: readonly Tell[]): void {
    for (const tell of tells) {
      const root = rootOf(tell.to);
      this.#waitingRoots.add(root);
      this.#inboxWrites.push({
        root,
        address: tell.to,
        event: toJson(tell.event, `event "${tell.event.type}"`),
        create_input: tell.create === undefined ? null : toJson(tell.create, "the input"),
        source: tell.from,
      });
    }
  }

  // ── last round trip ───────────────────────────────────────────────────────────────────────────

  async #writeAndCommit(tx: Connection): Promise<BatchOutcome> {
    for (const tree of this.#trees.values()) {
      for (const call of tree.outbox.transactional.splice(0)) this.#actions.push(call);
    }
    const outcome = this.#outcome();
    const writes = this.#writes(tx, outcome);
    if (this.#actions.length > 0) await allOf([...writes.splice(0), this.#runActions(tx)]);
    this.sent = {
      outcome,
      commit: { transactionId: this.#transactionId as string, written: this.#written() },
    };
    await allOf([...writes, commit(tx)]);
    return outcome;
  }

  #written(): SentCommit["written"] {
    for (const tree of this.#trees.values()) {
      const member = tree.members.get(tree.root);
      if (member === undefined || member.revision === member.storedRevision) continue;
      return { actorId: (this.#rows.get(tree.root) as ActorRow).id, revision: member.revision };
    }
    return undefined;
  }

  #writes(tx: Connection, outcome: BatchOutcome): Promise<unknown>[] {
    const plain: actorRows.ActorWrite[] = [];
    const waking: (actorRows.ActorWrite & { wakeAt: number | null })[] = [];
    const inserts: actorRows.ChildInsert[] = [];
    const deletions: bigint[] = [];
    for (const tree of this.#trees.values()) {
      const row = this.#rows.get(tree.root) as ActorRow;
      const wakeAt = nextWakeUp(tree, row);
      for (const member of tree.members.values()) {
        if (member.isRemoved) {
          if (member.rowId !== undefined) deletions.push(member.rowId);
          continue;
        }
        const isRoot = member.address === tree.root;
        if (member.rowId === undefined) {
          inserts.push({ ...this.#stored(member, tree), address: member.address, rootId: row.id });
        } else if (isRoot && wakeAt !== undefined) {
          waking.push({ ...this.#write(member, tree), wakeAt });
        } else if (member.revision !== member.storedRevision) {
          plain.push(this.#write(member, tree));
        }
      }
    }
    for (const root of this.#reserved) {
      const row = this.#rows.get(root);
      if (row !== undefined && this.#trees.get(root)?.exists !== true) deletions.push(row.id);
    }
    const events = [...this.#logged(), ...this.#refusedEvents];
    const { effects } = outcome;
    const dropped = [...outcome.droppedEffects, ...this.#answered];
    return [
      plain.length > 0 && actorRows.writeSnapshots(tx, plain),
      waking.length > 0 && actorRows.writeSnapshotsAndWakeUps(tx, waking),
      inserts.length > 0 && actorRows.insertChildren(tx, inserts),
      deletions.length > 0 && actorRows.deleteActors(tx, deletions),
      events.length > 0 && insertEvents(tx, events),
      dropped.length > 0 && deleteEffects(tx, dropped),
      effects.length > 0 && insertEffects(tx, effects),
      this.#inboxRead.length > 0 && deleteInbox(tx, this.#inboxRead),
      this.#inboxWrites.length > 0 && insertInbox(tx, this.#inboxWrites),
      this.#deadLetters.length > 0 && insertDeadLetters(tx, this.#deadLetters),
    ].filter((write) => write !== false);
  }

  #write(member: Member, tree: Tree): actorRows.ActorWrite {
    return {
      ...this.#stored(member, tree),
      id: member.rowId as bigint,
      expectedRevision: member.storedRevision,
    };
  }

  #stored(member: Member, tree: Tree): { revision: number; snapshot: string } {
    const { version } = tree.definition;
    let snapshot = "";
    this.#guard(tree.root, () => {
      snapshot = storeSnapshot(member.state, { machine: member.machine, version });
    });
    return { revision: member.revision, snapshot };
  }

  #logged(): EventInsert[] {
    return [...this.#trees.values()].flatMap((tree) => {
      const { id } = this.#rows.get(tree.root) as ActorRow;
      return tree.outbox.log.map((entry) => ({
        actorId: id,
        address: entry.address === tree.root ? null : entry.address,
        revision: entry.revision,
        key: entry.key ?? null,
        event: toJson(entry.event, `event "${entry.event.type}"`),
        source: entry.source ?? null,
        refusal: null,
        atMs: this.#nowMs,
      }));
    });
  }

  #outcome(): BatchOutcome {
    const trees = [...this.#trees.values()];
    const dropped = new Set(trees.flatMap((tree) => tree.outbox.droppedEffects));
    const effects = coalesced(
      trees.flatMap((tree) => this.#effectRows(tree)).filter(({ key }) => !dropped.has(key)),
    );
    const wakeUps = trees.flatMap((tree) => tree.wakeAtMs() ?? []);
    return {
      receipts: new Map(
        [...this.#receipts].map(([message, receipt]) => {
          const view = this.#trees.get(rootOf(message.address))?.view(message.address);
          return [message, { ...receipt, view }];
        }),
      ),
      postponed: this.#postponed,
      unanswered: this.#unanswered,
      unreadable: this.#unreadable,
      effects,
      hasLaneEffects: effects.some((effect) => effect.lane !== null),
      droppedEffects: [...dropped],
      plainActions: trees.flatMap((tree) => tree.outbox.plainActions),
      emitted: trees.flatMap((tree) => tree.outbox.emitted),
      views: trees.flatMap((tree) =>
        [...tree.members.values()]
          .filter((member) => member.revision !== member.storedRevision && !member.isRemoved)
          .flatMap((member) => tree.view(member.address) ?? [])
      ),
      earliestWakeMs: wakeUps.length === 0 ? undefined : Math.min(...wakeUps),
      // Held and unreadable ones wait for somebody else.
      waitingRoots: [...this.#waitingRoots].filter((root) =>
        this.#host.definitions.has(kindOf(root)) && !this.#unreadable.has(root) &&
        this.#rows.get(root)?.is_held !== true
      ),
    };
  }

  #effectRows(tree: Tree): EffectInsert[] {
    return tree.outbox.effects.map(({ key, address, childId, name, machine, input }) => {
      const effect = tree.definition.effects.get(name);
      let lane: string | null = null;
      let coalesceKey: string | undefined;
      this.#guard(tree.root, () => {
        lane = childId === undefined ? effect?.lane?.(input) ?? null : null;
        coalesceKey = lane === null ? undefined : effect?.coalesce?.(input);
      });
      return {
        key,
        address,
        child_id: childId ?? null,
        name,
        machine: machine ?? null,
        input: this.#json(tree, input, `the input of "${name}"`),
        lane,
        coalesce_key: coalesceKey === undefined
          ? null
          : `${tree.definition.kind} ${name} ${coalesceKey}`,
        // The row itself records that a first try may have begun, unless it has to queue.
        owner: lane === null ? this.#host.nodeId : null,
        fence: lane === null ? 1 : 0,
        attempt: lane === null ? 1 : 0,
        run_at: this.#nowMs,
      };
    });
  }

  #json(tree: Tree, value: unknown, what: string): string {
    let text = "";
    this.#guard(tree.root, () => (text = toJson(value, what)));
    return text;
  }

  /** Lays what `work` throws at the door of the tree. */
  #guard(root: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw error instanceof StepError ? error : new StepError(root, error);
    }
  }
}

/** The wake-up time to store, or undefined when the stored one may stay. */
function nextWakeUp(tree: Tree, row: ActorRow): number | null | undefined {
  if (!tree.exists) return undefined;
  const wakeAtMs = tree.wakeAtMs();
  const storedMs = row.wake_at === null ? undefined : Number(row.wake_at);
  if (tree.wasWoken) return wakeAtMs === storedMs ? undefined : wakeAtMs ?? null;
  if (wakeAtMs === undefined || (storedMs !== undefined && storedMs <= wakeAtMs)) return undefined;
  return wakeAtMs;
}

/** Of the effects with one coalescing key only the newest, at the place of the first. */
function coalesced(effects: EffectInsert[]): EffectInsert[] {
  const places = new Map<string, number>();
  const kept: EffectInsert[] = [];
  for (const effect of effects) {
    const place = effect.coalesce_key === null ? undefined : places.get(effect.coalesce_key);
    if (place !== undefined) {
      kept[place] = effect;
      continue;
    }
    if (effect.coalesce_key !== null) places.set(effect.coalesce_key, kept.length);
    kept.push(effect);
  }
  return kept;
}

function parse(text: string, tree: Tree): unknown {
  return fromJson(text, (address) => tree.referenceTo(address));
}

/**
 * Waits for statements that were sent together. The first that failed is the cause; those after it
 * only say that the transaction is aborted.
 */
async function allOf<const T extends readonly unknown[]>(
  sent: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(sent);
  for (const result of settled) {
    if (result.status === "rejected") throw result.reason;
  }
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value) as never;
}
