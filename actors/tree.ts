/**
 * An actor and its child machines in memory for one batch: events go in, and what has to be written
 * comes out in `outbox`.
 *
 * Inside a tree messages are delivered as XState does it in memory: at once when the receiver is
 * idle, else in its mailbox; so a child's answer is there before the next event from outside.
 * A throw anywhere leaves the tree unusable: the batch is given up and nothing of it is written.
 */
import type { AnyMachineSnapshot, AnyStateMachine, EventObject } from "xstate";
import { childAddress, rootOf } from "./address.ts";
import { doneEvent, errorEvent, snapshotEvent } from "./child_events.ts";
import { inOrder } from "./command_order.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { isMachine, resolveLogic } from "./logic.ts";
import {
  birthsOf,
  loadMembers,
  type Member,
  nextStamp,
  revisionOfKey,
  type StoredActor,
  systemIdsOf,
  viewOfMember,
} from "./member.ts";
import { type AnswerTo, Outbox, type Source } from "./outbox.ts";
import { type ActorReference, addressOf, createReferences, type ToReference } from "./reference.ts";
import type { StoredChild } from "./snapshot.ts";
import { type Command, type Step, type Stepping, takeFirstStep, takeStep } from "./step.ts";
import {
  addressTimers,
  addTimer,
  cancelTimer,
  earliestTimer,
  findTimer,
  type FiredTimer,
  firedTimer,
  nextOrder,
  NOBODY,
  takeTimer,
  UNBORN,
} from "./timers.ts";
import { readable, type View } from "./view.ts";

export interface TreeOptions {
  readonly root: string;
  readonly definition: ActorDefinition;
  readonly nowMs: number;
  /** Delivers what plain actions send after the commit. */
  readonly sendLater: (address: string, event: EventObject) => void;
}

/** More messages than this inside one tree for one event from outside are a loop. */
const MAX_INNER_MESSAGES = 10_000;
const STOP: EventObject = { type: "xstate.stop" };
const INIT: EventObject = { type: "xstate.init" };
const TIMER: Source = { from: "timer" };

export class Tree {
  readonly root: string;
  readonly definition: ActorDefinition;
  readonly outbox: Outbox;
  /** The reference to any actor, as a machine of this tree sees it. */
  readonly referenceTo: ToReference;
  readonly #nowMs: number;
  #members = new Map<string, Member>();
  #innerMessages = 0;
  #timerFired = false;
  #lastFired: FiredTimer | undefined;

  constructor({ root, definition, nowMs, sendLater }: TreeOptions) {
    this.root = root;
    this.definition = definition;
    this.outbox = new Outbox({ root, definition, nowMs });
    this.referenceTo = createReferences({
      // Each step sets the system of the actor that makes it.
      system: {} as never,
      send: sendLater,
      snapshotOf: (address) => this.#members.get(address)?.state.snapshot ?? { status: "active" },
    });
    this.#nowMs = nowMs;
  }

  /**
   * Loads the stored rows.
   * @throws {SnapshotError} When one cannot be restored.
   */
  load(rows: readonly StoredActor[]): void {
    const { root, definition, referenceTo: toReference } = this;
    this.#members = loadMembers(rows, { root, definition, toReference });
  }

  /** Its actors by their addresses, parents before their children. */
  get members(): ReadonlyMap<string, Member> {
    return this.#members;
  }

  /** Whether the root exists; otherwise `create` comes first. */
  get exists(): boolean {
    return this.#members.has(this.root);
  }

  /** Makes the root. `rowId` is the row reserved for it. */
  create(input: unknown, { rowId, source }: { rowId: bigint; source?: Source | undefined }): void {
    const id = this.root.slice(this.root.indexOf("/") + 1);
    this.#innerMessages = 0;
    this.#birth({
      address: this.root,
      childId: id,
      machine: this.definition.machine,
      rowId,
      input,
      source,
    });
  }

  /**
   * Delivers one event and everything that follows from it inside the tree.
   * @returns Why the event was refused, or undefined when it was accepted.
   */
  deliver(address: string, event: EventObject, source?: Source): string | undefined {
    const member = this.#members.get(address);
    if (member === undefined || member.isRemoved) return `There is no actor "${address}"`;
    const { status } = member.state.snapshot;
    if (status !== "active") return `"${event.type}" is not accepted: the actor is ${status}`;
    this.#innerMessages = 0;
    return this.#process(member, event, source) ? undefined : this.#refusal(member, event);
  }

  /** Feeds the answer of an invoke; one that nobody waits for any more is dropped. */
  answer(
    { address, childId, token }: AnswerTo,
    outcome: { output: unknown } | { error: unknown },
  ): void {
    const member = this.#waitingFor({ address, childId, token });
    if (member === undefined) return;
    const event = "error" in outcome
      ? errorEvent(childId, outcome.error)
      : doneEvent(childId, outcome.output);
    this.#innerMessages = 0;
    this.#post(member, event, { from: "effect", revision: revisionOfKey(token) });
  }

  /** Whether the state that asked is still there; leaving it gives up what it asked for. */
  isWaitingFor(asked: AnswerTo): boolean {
    return this.#waitingFor(asked) !== undefined;
  }

  #waitingFor({ address, childId, token }: AnswerTo): Member | undefined {
    const member = this.#members.get(address);
    if (member === undefined || member.isRemoved) return undefined;
    return member.state.children[childId]?.effectKey === token ? member : undefined;
  }

  /**
   * Fires the timers that are due, the earliest first, those that fall due meanwhile included.
   * @param limit Most timers at once; the rest fires at the next wake-up.
   */
  fireTimers(limit: number): void {
    this.#timerFired = true;
    for (let fired = 0; fired < limit; fired++) {
      const due = earliestTimer(this.#members.values());
      if (due === undefined || due.timer.dueMs > this.#nowMs) return;
      const { member, timer } = due;
      this.#lastFired = firedTimer(member, timer);
      takeTimer(member, timer);
      this.#innerMessages = 0;
      const { revision } = member;
      if (timer.to === undefined) this.#post(member, timer.event, TIMER);
      else if (this.#isReachable(timer.to, timer.births)) {
        this.#route(member, timer.to, timer.event);
      }
      // The timer is gone, whether or not a state took its event.
      if (member.revision === revision) this.#touch(member);
    }
  }

  /** The timer fired last: the one at fault when firing has failed. */
  get lastFired(): FiredTimer | undefined {
    return this.#lastFired;
  }

  /** Takes a timer away without firing it. @returns Whether it was still there. */
  dropTimer({ address, timer }: FiredTimer): boolean {
    const member = this.#members.get(address);
    const found = member === undefined ? undefined : findTimer(member, timer);
    if (member === undefined || found === undefined) return false;
    this.#timerFired = true;
    takeTimer(member, found);
    this.#touch(member);
    return true;
  }

  /** When the earliest timer is due, epoch milliseconds. */
  wakeAtMs(): number | undefined {
    return earliestTimer(this.#members.values())?.timer.dueMs;
  }

  /** Whether timers were fired or dropped, so that the stored wake-up time has to be exact again. */
  get wasWoken(): boolean {
    return this.#timerFired;
  }

  view(address: string): View | undefined {
    const member = this.#members.get(address);
    return member === undefined ? undefined : viewOfMember(member);
  }

  // ── inside ────────────────────────────────────────────────────────────────────────────────────

  #birth(options: {
    address: string;
    childId: string;
    parent?: Member;
    machine: AnyStateMachine;
    systemId?: string | undefined;
    isSynced?: boolean;
    birth?: string | undefined;
    rowId?: bigint;
    input: unknown;
    source?: Source | undefined;
  }): void {
    const { address, childId, parent, machine, systemId, rowId, input, source } = options;
    const self = this.referenceTo(address);
    const stepping = this.#stepping({ machine, self, revision: 0 });
    const step = this.#attempt({ childId, parent }, () => takeFirstStep(stepping, input));
    if ("error" in step) return;
    const replaced = this.#members.get(address);
    const member: Member = {
      address,
      childId,
      parent,
      machine,
      self,
      systemId,
      isSynced: options.isSynced === true,
      births: birthsOf(parent, options.birth),
      rowId: rowId ?? replaced?.rowId,
      storedRevision: replaced?.storedRevision ?? 0,
      revision: (replaced?.revision ?? 0) + 1,
      state: {
        snapshot: this.#withReferences(step.snapshot),
        children: {},
        timers: [],
      },
      isRemoved: false,
      mailbox: [],
      isBusy: true,
      made: 0,
    };
    this.#members.set(address, member);
    this.#record(member, { ...INIT, input } as EventObject, source ?? sourceOf(parent));
    this.#finish(member, step, INIT);
    member.isBusy = false;
    this.#drain(member);
  }

  #post(member: Member, event: EventObject, source: Source | undefined, isThrown = false): void {
    member.mailbox.push({ event, source, isThrown });
    if (!member.isBusy) this.#drain(member);
  }

  #drain(member: Member): void {
    for (let next = member.mailbox.shift(); next !== undefined; next = member.mailbox.shift()) {
      this.#process(member, next.event, next.source, next.isThrown);
    }
  }

  /**
   * @param isThrown Whether the event tells of what a step of a child has thrown.
   * @returns Whether the event took a transition.
   */
  #process(
    member: Member,
    event: EventObject,
    source: Source | undefined,
    isThrown = false,
  ): boolean {
    if (++this.#innerMessages > MAX_INNER_MESSAGES) {
      throw new Error(`Actor "${this.root}" passed more than ${MAX_INNER_MESSAGES} inner messages`);
    }
    if (member.isRemoved || member.state.snapshot.status !== "active") return false;
    member.isBusy = true;
    const { snapshot } = member.state;
    const step = this.#attempt(member, () => takeStep(this.#stepping(member), snapshot, event));
    if ("error" in step) {
      this.#touch(member);
      const { error } = step;
      const failed = { ...member.state.snapshot, status: "error", error } as AnyMachineSnapshot;
      member.state = { ...member.state, snapshot: failed, timers: [] };
      this.#record(member, event, source);
      member.isBusy = false;
      return true;
    }
    const isUnexpected = isThrown && !step.isAccepted;
    if (isUnexpected && member.parent === undefined) throw step.snapshot.error;
    // An error that no state expects ends the actor, and a stop is always taken.
    const isTaken = step.isAccepted || step.snapshot.status !== "active";
    if (isTaken) {
      this.#touch(member);
      member.state = { ...member.state, snapshot: this.#withReferences(step.snapshot) };
      this.#record(member, event, source);
      this.#finish(member, step, event, isUnexpected);
    } else this.#reportSnapshot(member);
    member.isBusy = false;
    this.#drain(member);
    return isTaken;
  }

  #stepping({ machine, self, revision }: Pick<Member, "machine" | "self" | "revision">): Stepping {
    const { referenceTo } = this;
    return { machine, self, revision: revision + 1, referenceTo, systemIds: this.#systemIds };
  }

  /**
   * Takes a step. What a child throws is its parent's to handle, as in XState; where no parent has a
   * transition for it the step of the whole tree fails.
   * @returns The step, or the error when the child has failed and its parent was told.
   */
  #attempt(
    { childId, parent }: Pick<Member, "childId" | "parent">,
    take: () => Step,
  ): Step | { error: unknown } {
    try {
      return take();
    } catch (error) {
      if (parent === undefined) throw error;
      const source = { from: childAddress(parent.address, childId) };
      this.#post(parent, errorEvent(childId, error), source, true);
      return { error };
    }
  }

  /** Notes a step, with the state to which it has led. */
  #record(member: Member, event: EventObject, source: Source | undefined): void {
    const { address, revision, machine, state: { snapshot } } = member;
    this.outbox.log.push({ address, machine: machine.id, revision, event, source, snapshot });
  }

  #touch(member: Member): void {
    member.revision++;
    member.made = 0;
  }

  /** Does what a step asks for, and tells the parent. */
  #finish(member: Member, step: Step, event: EventObject, isThrown = false): void {
    const order = { address: member.address, isBirth: event === INIT };
    for (const command of inOrder(step.commands, order)) {
      this.#execute(member, command, event);
    }
    addressTimers(member, NOBODY);
    if (member.state.snapshot.status !== "active") member.state = { ...member.state, timers: [] };
    if (event.type === STOP.type) member.isRemoved = true;
    else this.#report(member, isThrown);
  }

  /** Tells the parent what it wants to know of a child's step. */
  #report(member: Member, isThrown: boolean): void {
    const { parent, childId } = member;
    if (parent === undefined || parent.isRemoved) return;
    const { status, output, error } = member.state.snapshot;
    if (status === "done") {
      this.#post(parent, doneEvent(childId, output), sourceOf(member));
    } else if (status === "error") {
      this.#post(parent, errorEvent(childId, error), sourceOf(member), isThrown);
    } else this.#reportSnapshot(member);
  }

  /** Like XState after every event, also after one that no state took. */
  #reportSnapshot(member: Member): void {
    const { parent, childId, isSynced, state: { snapshot } } = member;
    if (snapshot.status !== "active" || parent === undefined || !isSynced) return;
    this.#post(
      parent,
      snapshotEvent(childId, readable(viewOfMember(member), snapshot)),
      sourceOf(member),
    );
  }

  #execute(member: Member, command: Command, event: EventObject): void {
    switch (command.type) {
      case "spawn":
        return this.#spawn(member, command, event);
      case "stop":
        return this.#stop(member, command.childId);
      case "send":
        return command.delayMs === undefined
          ? this.#route(member, command.to, command.event)
          : this.#addTimer(member, {
            ...command,
            delayMs: command.delayMs,
            to: { address: command.to, births: this.#birthsOf(command) },
          });
      case "timer":
        return this.#addTimer(member, command);
      case "cancel":
        return cancelTimer(member, command.sendId);
      case "emit":
        this.outbox.emitted.push({ address: member.address, event: command.event });
        return;
      case "action":
        return this.outbox.act(member, command, event);
    }
  }

  #addTimer(member: Member, timer: Parameters<typeof addTimer>[1]): void {
    addTimer(member, timer, { nowMs: this.#nowMs, order: nextOrder(this.#members.values()) });
  }

  #birthsOf({ to, receiver }: Extract<Command, { type: "send" }>): string {
    if (receiver === "unborn") return UNBORN;
    return receiver === "nobody" ? NOBODY : this.#members.get(to)?.births ?? NOBODY;
  }

  /** Whether what was sent with a delay still has the receiver for which it was meant. */
  #isReachable(to: string, births: string | undefined): boolean {
    if (to === this.root || rootOf(to) !== this.root) return true;
    const member = this.#members.get(to);
    return member !== undefined && !member.isRemoved && member.births === births;
  }

  #spawn(
    member: Member,
    command: Extract<Command, { type: "spawn" }>,
    event: EventObject,
  ): void {
    const { childId, source, input, systemId, isSynced } = command;
    // XState would forget the earlier child of that name and let it run on, unreachable.
    this.#stop(member, childId);
    const machine = this.#machineOf(member, source);
    const birth = machine === undefined ? undefined : nextStamp(member);
    const child: StoredChild = {
      source,
      ...(systemId === undefined ? {} : { systemId }),
      ...(isSynced ? { isSynced } : {}),
      ...(birth === undefined
        ? this.outbox.invoke(member, command, event)
        : { kind: "machine", birth }),
    };
    member.state = { ...member.state, children: { ...member.state.children, [childId]: child } };
    if (machine === undefined) {
      if (isSynced) {
        this.#post(member, snapshotEvent(childId, { status: "active", input }), sourceOf(member));
      }
      return;
    }
    const address = childAddress(member.address, childId);
    addressTimers(member, birthsOf(member, birth), address);
    this.#birth({
      address,
      childId,
      parent: member,
      machine,
      systemId,
      isSynced,
      birth,
      input,
    });
  }

  /** The machine that `source` names for the member, unless the name means work outside. */
  #machineOf({ machine }: Member, source: string): AnyStateMachine | undefined {
    const { transactional, effects } = this.definition;
    if (transactional.has(source) || effects.has(source)) return undefined;
    const logic = resolveLogic(machine, source);
    return isMachine(logic) ? logic : undefined;
  }

  #stop(member: Member, childId: string): void {
    const { [childId]: child, ...others } = member.state.children;
    if (child === undefined) return;
    member.state = { ...member.state, children: others };
    if (child.kind === "effect") this.outbox.droppedEffects.push(child.effectKey as string);
    const stopped = this.#members.get(childAddress(member.address, childId));
    // A child that is stopped late finds its namesake's children at the addresses of its own.
    if (child.kind !== "machine" || stopped?.parent !== member) return;
    stopped.mailbox.length = 0;
    stopped.isStopping = true;
    if (stopped.state.snapshot.status === "active") this.#post(stopped, STOP, sourceOf(member));
    else stopped.isRemoved = true;
  }

  #route(from: Member, to: string, event: EventObject): void {
    if (rootOf(to) !== this.root) {
      return this.outbox.tell({ from: from.address, revision: from.revision, to, event });
    }
    const member = this.#members.get(to);
    if (member !== undefined && !member.isRemoved && !member.isStopping) {
      this.#post(member, event, sourceOf(from));
    }
  }

  /** XState puts actors of its own into `children`; ours are references, by their ids. */
  #withReferences(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    const actors = Object.values(snapshot.children).filter((actor) => actor !== undefined);
    const children = actors.map((actor) => this.referenceTo(addressOf(actor as object) as string));
    const byId = Object.fromEntries(children.map((child) => [child.id, child]));
    return Object.assign(snapshot, { children: byId });
  }

  readonly #systemIds = (): ReadonlyMap<string, ActorReference> =>
    systemIdsOf(this.#members.values());

  #refusal(member: Member, event: EventObject): string {
    const view = viewOfMember(member);
    const state = typeof view.value === "string" ? view.value : JSON.stringify(view.value);
    return this.definition.explainRefusal?.(view, event) ??
      `"${event.type}" is not accepted in state ${state}`;
  }
}

function sourceOf(sender: Member): Source;
function sourceOf(sender: Member | undefined): Source | undefined;
function sourceOf(sender: Member | undefined): Source | undefined {
  return sender === undefined ? undefined : { from: sender.address, revision: sender.revision };
}
