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
import type { ActorDefinition, TransactionalItem } from "./define_actor.ts";
import { isMachine, resolveLogic } from "./logic.ts";
import { type ActorReference, createReference } from "./reference.ts";
import { type ActorState, restoreSnapshot, SnapshotError, type StoredChild } from "./snapshot.ts";
import { type Command, type Step, takeFirstStep, takeStep } from "./step.ts";

/** What may be read of an actor. */
export interface View {
  readonly address: string;
  // deno-lint-ignore no-explicit-any
  readonly value: any;
  // deno-lint-ignore no-explicit-any
  readonly context: any;
  readonly status: "active" | "done" | "error" | "stopped";
  // deno-lint-ignore no-explicit-any
  readonly output: any;
  readonly tags: readonly string[];
  /** Counts the steps of the actor; 1 after its creation. */
  readonly revision: number;
}

/** A row of a tree as it is stored. */
export interface StoredActor {
  readonly id: bigint;
  readonly address: string;
  readonly revision: number;
  readonly snapshot: string;
}

export interface Tell {
  readonly from: string;
  readonly to: string;
  readonly event: EventObject;
  readonly create?: unknown;
}

export interface NewEffect {
  readonly key: string;
  readonly address: string;
  /** Set when an invoke waits for the answer. */
  readonly childId?: string;
  readonly name: string;
  /** Set when the work is the machine's own promise. */
  readonly machine?: string;
  readonly input: unknown;
}

export interface TransactionalCall {
  readonly root: string;
  readonly name: string;
  readonly item: TransactionalItem;
  /** Set when an invoke waits for the verdict. */
  readonly answerTo?: {
    readonly address: string;
    readonly childId: string;
    readonly token: string;
  };
}

export interface LogEntry {
  readonly address: string;
  readonly revision: number;
  readonly event: EventObject;
  /** Who sent it: an address, `timer`, `effect`, or undefined for the outside. */
  readonly source: string | undefined;
  /** The sender's key; set when it is known to be accepted. */
  key?: string;
}

/** What the steps of a tree ask for, in order. */
export interface Outbox {
  readonly tells: Tell[];
  readonly effects: NewEffect[];
  readonly droppedEffects: string[];
  readonly transactional: TransactionalCall[];
  readonly plainActions: { readonly name: string; readonly run: () => unknown }[];
  readonly emitted: { readonly address: string; readonly event: EventObject }[];
  readonly log: LogEntry[];
}

/** The actor of one row. */
export interface Member {
  readonly address: string;
  readonly childId: string;
  readonly parent: Member | undefined;
  readonly machine: AnyStateMachine;
  readonly self: ActorReference;
  readonly systemId: string | undefined;
  /**
   * The steps that spawned it and its parents. A later child of the same name begins again at
   * revision 1; without its birth the keys of its effects would be those of the earlier one, and a
   * provider would take a new payment for a repeat.
   */
  readonly births: string;
  /** Undefined until the row is written. */
  readonly rowId: bigint | undefined;
  readonly storedRevision: number;
  revision: number;
  state: ActorState;
  isRemoved: boolean;
  /** Its parent has stopped it in the middle of its own step: nothing reaches it any more. */
  isStopping?: boolean;
  readonly mailbox: { event: EventObject; source: string | undefined }[];
  isBusy: boolean;
  /** Counts what is made in one revision, for stable ids. */
  made: number;
}

export interface TreeOptions {
  readonly root: string;
  readonly definition: ActorDefinition;
  readonly nowMs: number;
  /** Delivers what plain actions send after the commit. */
  readonly sendLater: (address: string, event: EventObject) => void;
}

/** A longer delay (10,000 years) is for ever. */
const MAX_DELAY_MS = 10_000 * 366 * 86_400_000;
/** More messages than this inside one tree for one event from outside are a loop. */
const MAX_INNER_MESSAGES = 10_000;
const STOP: EventObject = { type: "xstate.stop" };
const INIT: EventObject = { type: "xstate.init" };

export class Tree {
  readonly root: string;
  readonly definition: ActorDefinition;
  readonly members = new Map<string, Member>();
  readonly outbox: Outbox = {
    tells: [],
    effects: [],
    droppedEffects: [],
    transactional: [],
    plainActions: [],
    emitted: [],
    log: [],
  };
  readonly #options: TreeOptions;
  readonly #references = new Map<string, ActorReference>();
  /** Entry actions may write to a child before the child is spawned in the same step. */
  readonly #unborn = new Map<string, Member["mailbox"]>();
  #innerMessages = 0;
  #timerFired = false;

  constructor(options: TreeOptions) {
    this.#options = options;
    this.root = options.root;
    this.definition = options.definition;
  }

  /**
   * Loads the stored rows, the root's first.
   * @throws {SnapshotError} When one cannot be restored.
   */
  load(rows: readonly StoredActor[]): void {
    const byDepth = [...rows].sort((a, b) =>
      a.address.length - b.address.length || (a.address < b.address ? -1 : 1)
    );
    for (const row of byDepth) {
      const parent = this.members.get(row.address.slice(0, row.address.lastIndexOf("/")));
      if (parent === undefined && row.address !== this.root) continue;
      const childId = decodeURIComponent(row.address.slice(row.address.lastIndexOf("/") + 1));
      const stored = parent?.state.children[childId];
      // A row whose parent has forgotten it is the rest of an orphan.
      if (parent !== undefined && stored?.kind !== "machine") continue;
      const machine = parent === undefined
        ? this.definition.machine
        : this.#childMachine(parent.machine, stored as StoredChild);
      const self = this.#reference(row.address, { id: childId, parent: parent?.self });
      const { version, migrations } = this.definition;
      const state = restoreSnapshot(
        row.snapshot,
        parent === undefined ? { machine, version, migrations } : { machine, version },
        {
          byAddress: (address) => this.#reference(address),
          child: (id) => this.#reference(childAddress(row.address, id), { id, parent: self }),
        },
      );
      this.members.set(row.address, {
        address: row.address,
        childId,
        parent,
        machine,
        self,
        systemId: stored?.systemId,
        births: birthsOf(parent, stored?.birth),
        rowId: row.id,
        storedRevision: row.revision,
        revision: row.revision,
        state,
        isRemoved: false,
        mailbox: [],
        isBusy: false,
        made: 0,
      });
    }
  }

  /** Whether the root exists; otherwise `create` comes first. */
  get exists(): boolean {
    return this.members.has(this.root);
  }

  /** Makes the root. `rowId` is the row reserved for it. */
  create(input: unknown, { rowId, source }: { rowId: bigint; source?: string | undefined }): void {
    const id = this.root.slice(this.root.indexOf("/") + 1);
    this.#innerMessages = 0;
    this.#birth({
      address: this.root,
      childId: id,
      parent: undefined,
      machine: this.definition.machine,
      systemId: undefined,
      birth: undefined,
      rowId,
      input,
      source,
    });
  }

  /**
   * Delivers one event and everything that follows from it inside the tree.
   * @returns Why the event was refused, or undefined when it was accepted.
   */
  deliver(address: string, event: EventObject, source?: string): string | undefined {
    const member = this.members.get(address);
    if (member === undefined || member.isRemoved) return `There is no actor "${address}"`;
    const { status } = member.state.snapshot;
    if (status !== "active") return `"${event.type}" is not accepted: the actor is ${status}`;
    this.#innerMessages = 0;
    return this.#process(member, event, source) ? undefined : this.#refusal(member, event);
  }

  /** Feeds the answer of an invoke; one that nobody waits for any more is dropped. */
  answer(
    { address, childId, token }: { address: string; childId: string; token: string },
    outcome: { output: unknown } | { error: unknown },
  ): void {
    const member = this.members.get(address);
    if (member === undefined || member.isRemoved) return;
    const child = member.state.children[childId];
    if (child === undefined || child.effectKey !== token) return;
    const event = "error" in outcome
      ? { type: `xstate.error.actor.${childId}`, error: outcome.error, actorId: childId }
      : { type: `xstate.done.actor.${childId}`, output: outcome.output, actorId: childId };
    this.#innerMessages = 0;
    this.#post(member, event, "effect");
  }

  /**
   * Fires the timers that are due, the earliest first, those that fall due meanwhile included.
   * @param limit Most timers at once; the rest fires at the next wake-up.
   */
  fireTimers(limit: number): void {
    this.#timerFired = true;
    for (let fired = 0; fired < limit; fired++) {
      const due = this.#earliestTimer();
      if (due === undefined || due.timer.dueMs > this.#options.nowMs) return;
      const { member, timer } = due;
      member.state = {
        ...member.state,
        timers: member.state.timers.filter((other) => other !== timer),
      };
      this.#innerMessages = 0;
      const { revision } = member;
      if (timer.to === undefined) this.#post(member, timer.event, "timer");
      else this.#route(member, timer.to, timer.event);
      // The timer is gone, whether or not a state took its event.
      if (member.revision === revision) this.#touch(member);
    }
  }

  /** When the earliest timer is due, epoch milliseconds. */
  wakeAtMs(): number | undefined {
    return this.#earliestTimer()?.timer.dueMs;
  }

  /** Whether timers were fired, so that the stored wake-up time has to be exact again. */
  get wasWoken(): boolean {
    return this.#timerFired;
  }

  /** The reference to any actor, as a machine of this tree sees it. */
  referenceTo(address: string): ActorReference {
    return this.#reference(address);
  }

  view(address: string): View | undefined {
    const member = this.members.get(address);
    return member === undefined ? undefined : viewOf(member);
  }

  // ── inside ────────────────────────────────────────────────────────────────────────────────────

  #birth(options: {
    address: string;
    childId: string;
    parent: Member | undefined;
    machine: AnyStateMachine;
    systemId: string | undefined;
    birth: string | undefined;
    rowId: bigint | undefined;
    input: unknown;
    source?: string | undefined;
  }): void {
    const { address, childId, parent, machine, systemId, rowId, input, source } = options;
    const self = this.#reference(address, { id: childId, parent: parent?.self });
    const step = this.#attempt(
      { childId, parent },
      () =>
        takeFirstStep({ machine, self, revision: 1, lookUp: (key) => this.#lookUp(key) }, input),
    );
    if (step === undefined) return;
    const replaced = this.members.get(address);
    const member: Member = {
      address,
      childId,
      parent,
      machine,
      self,
      systemId,
      births: birthsOf(parent, options.birth),
      rowId: rowId ?? replaced?.rowId,
      storedRevision: replaced?.storedRevision ?? 0,
      revision: (replaced?.revision ?? 0) + 1,
      state: { snapshot: step.snapshot, children: {}, timers: [] },
      isRemoved: false,
      mailbox: this.#unborn.get(address) ?? [],
      isBusy: true,
      made: 0,
    };
    this.#unborn.delete(address);
    this.members.set(address, member);
    this.outbox.log.push({
      address,
      revision: member.revision,
      event: { ...INIT, input } as EventObject,
      source: source ?? parent?.address,
    });
    this.#finish(member, step, INIT);
    member.isBusy = false;
    this.#drain(member);
  }

  #post(member: Member, event: EventObject, source: string | undefined): void {
    member.mailbox.push({ event, source });
    if (!member.isBusy) this.#drain(member);
  }

  #drain(member: Member): void {
    for (let next = member.mailbox.shift(); next !== undefined; next = member.mailbox.shift()) {
      this.#process(member, next.event, next.source);
    }
  }

  /** @returns Whether the event took a transition. */
  #process(member: Member, event: EventObject, source: string | undefined): boolean {
    if (++this.#innerMessages > MAX_INNER_MESSAGES) {
      throw new Error(`Actor "${this.root}" passed more than ${MAX_INNER_MESSAGES} inner messages`);
    }
    if (member.isRemoved || member.state.snapshot.status !== "active") return false;
    member.isBusy = true;
    const step = this.#attempt(member, () =>
      takeStep(
        {
          machine: member.machine,
          self: member.self,
          revision: member.revision + 1,
          lookUp: (key) => this.#lookUp(key),
        },
        member.state.snapshot,
        event,
      ));
    if (step === undefined) {
      this.#touch(member);
      this.outbox.log.push({ address: member.address, revision: member.revision, event, source });
      const snapshot = { ...member.state.snapshot, status: "error" } as AnyMachineSnapshot;
      member.state = { ...member.state, snapshot, timers: [] };
      member.isBusy = false;
      return true;
    }
    // An error that no state expects ends the actor, and a stop is always taken.
    const isTaken = step.isAccepted || step.snapshot.status !== "active";
    if (isTaken) {
      this.#touch(member);
      this.outbox.log.push({ address: member.address, revision: member.revision, event, source });
      this.#finish(member, step, event);
    }
    member.isBusy = false;
    this.#drain(member);
    return isTaken;
  }

  /**
   * Takes a step. What a child throws is its parent's to handle, as in XState, when the parent has a
   * transition for it; otherwise the step of the whole tree fails.
   * @returns The step, or undefined when the child has failed and its parent was told.
   */
  #attempt(
    { childId, parent }: Pick<Member, "childId" | "parent">,
    take: () => Step,
  ): Step | undefined {
    try {
      return take();
    } catch (error) {
      const event = { type: `xstate.error.actor.${childId}`, error, actorId: childId };
      if (
        parent === undefined || parent.isRemoved ||
        parent.machine.getTransitionData(parent.state.snapshot, event).length === 0
      ) throw error;
      this.#post(parent, event, childAddress(parent.address, childId));
      return undefined;
    }
  }

  #touch(member: Member): void {
    member.revision++;
    member.made = 0;
  }

  /** Takes over the snapshot of a step, does what it asks for, and tells the parent. */
  #finish(member: Member, step: Step, event: EventObject): void {
    member.state = { ...member.state, snapshot: this.#withReferences(member, step.snapshot) };
    // As in XState: what concerns other actors of the tree comes after all other actions.
    let deferred: Command[] = [];
    for (const command of step.commands) {
      if (!this.#isForTree(command)) this.#execute(member, command, event);
      else if (command.type === "stop") deferred = withStop(deferred, command, member.address);
      else deferred.push(command);
    }
    for (const command of deferred) this.#execute(member, command, event);
    this.#forgetUnborn(member);
    const { parent, childId } = member;
    const { snapshot } = member.state;
    if (snapshot.status !== "active") member.state = { ...member.state, timers: [] };
    if (event.type === STOP.type) {
      member.isRemoved = true;
      return;
    }
    if (parent === undefined || parent.isRemoved) return;
    if (parent.state.children[childId]?.isSynced) {
      this.#post(
        parent,
        { type: `xstate.snapshot.${childId}`, snapshot: viewOf(member) } as EventObject,
        member.address,
      );
    }
    if (snapshot.status === "done") {
      this.#post(
        parent,
        {
          type: `xstate.done.actor.${childId}`,
          output: snapshot.output,
          actorId: childId,
        } as EventObject,
        member.address,
      );
    } else if (snapshot.status === "error") {
      this.#post(
        parent,
        {
          type: `xstate.error.actor.${childId}`,
          error: snapshot.error,
          actorId: childId,
        } as EventObject,
        member.address,
      );
    }
  }

  #isForTree(command: Command): boolean {
    if (command.type === "spawn" || command.type === "stop") return true;
    return command.type === "send" && command.delayMs === undefined &&
      rootOf(command.to) === this.root;
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
          : this.#addTimer(member, { ...command, delayMs: command.delayMs });
      case "timer":
        return this.#addTimer(member, command);
      case "cancel":
        return this.#removeTimer(member, command.sendId);
      case "emit":
        this.outbox.emitted.push({ address: member.address, event: command.event });
        return;
      case "action":
        return this.#act(member, command, event);
    }
  }

  #act(
    member: Member,
    { name, params, run }: Extract<Command, { type: "action" }>,
    event: EventObject,
  ): void {
    if (this.definition.transactional.has(name)) {
      const item = this.#item(member, params, event);
      this.outbox.transactional.push({ root: this.root, name, item });
    } else if (this.definition.effects.has(name)) {
      this.outbox.effects.push({
        key: this.#key(member),
        address: member.address,
        name,
        input: params,
      });
    } else if (name === "tell" && isTell(params)) {
      this.#tell({ ...params, from: member.address });
    } else if (run !== undefined) {
      this.outbox.plainActions.push({ name, run });
    }
  }

  #spawn(
    member: Member,
    { childId, source, input, systemId, isSynced }: Extract<Command, { type: "spawn" }>,
    event: EventObject,
  ): void {
    // XState would forget the earlier child of that name and let it run on, unreachable.
    this.#stop(member, childId);
    const address = childAddress(member.address, childId);
    const common = {
      source,
      ...(systemId === undefined ? {} : { systemId }),
      ...(isSynced ? { isSynced } : {}),
    };
    const remember = (child: StoredChild): void => {
      member.state = {
        ...member.state,
        children: { ...member.state.children, [childId]: child },
      };
    };
    const { transactional, effects } = this.definition;
    if (transactional.has(source)) {
      const token = this.#key(member);
      remember({ ...common, kind: "transactional", effectKey: token });
      const item = this.#item(member, input, event);
      const answerTo = { address: member.address, childId, token };
      this.outbox.transactional.push({ root: this.root, name: source, item, answerTo });
      return;
    }
    const logic = effects.has(source) ? undefined : resolveLogic(member.machine, source);
    if (isMachine(logic)) {
      const birth = this.#stamp(member);
      remember({ ...common, kind: "machine", birth });
      this.#birth({
        address,
        childId,
        parent: member,
        machine: logic,
        systemId,
        birth,
        rowId: undefined,
        input,
      });
      return;
    }
    if (logic === undefined && !effects.has(source)) {
      throw new Error(`Actor "${source}" of machine "${member.machine.id}" is not implemented`);
    }
    const key = this.#key(member);
    remember({ ...common, kind: "effect", effectKey: key });
    const machine = logic === undefined ? {} : { machine: member.machine.id };
    this.outbox.effects.push({
      key,
      address: member.address,
      childId,
      name: source,
      ...machine,
      input,
    });
  }

  #stop(member: Member, childId: string): void {
    const { [childId]: child, ...others } = member.state.children;
    if (child === undefined) return;
    member.state = { ...member.state, children: others };
    if (child.kind === "effect") this.outbox.droppedEffects.push(child.effectKey as string);
    const stopped = this.members.get(childAddress(member.address, childId));
    // A child that is stopped late finds its namesake's children at the addresses of its own.
    if (child.kind !== "machine" || stopped?.parent !== member) return;
    stopped.mailbox.length = 0;
    stopped.isStopping = true;
    if (stopped.state.snapshot.status === "active") this.#post(stopped, STOP, member.address);
    else stopped.isRemoved = true;
  }

  #route(from: Member, to: string, event: EventObject): void {
    if (rootOf(to) !== this.root) {
      return this.#tell({ from: from.address, to, event });
    }
    const member = this.members.get(to);
    if (member !== undefined && !member.isRemoved && !member.isStopping) {
      return this.#post(member, event, from.address);
    }
    const waiting = this.#unborn.get(to) ?? [];
    waiting.push({ event, source: from.address });
    this.#unborn.set(to, waiting);
  }

  #tell(tell: Tell): void {
    // A machine that passes on what it was sent must not carry a forged answer to another actor.
    if (tell.event.type.startsWith("xstate.")) {
      throw new TypeError(`Cannot send "${tell.event.type}" to "${tell.to}": another actor`);
    }
    this.outbox.tells.push(tell);
  }

  /** What was meant for children that the step did not spawn after all must not reach later ones. */
  #forgetUnborn(member: Member): void {
    for (const to of this.#unborn.keys()) {
      if (to.slice(0, to.lastIndexOf("/")) === member.address) this.#unborn.delete(to);
    }
  }

  #addTimer(
    member: Member,
    timer: { event: EventObject; delayMs: number; sendId?: string; to?: string },
  ): void {
    // Infinity means never, as in XState; a timer that never fires needs no row.
    if (timer.delayMs > MAX_DELAY_MS) return;
    const sendId = timer.sendId ?? `~${this.#key(member)}`;
    const stored = {
      sendId,
      // Due times are whole milliseconds, delays need not be.
      dueMs: Math.ceil(this.#options.nowMs + Math.max(0, timer.delayMs || 0)),
      event: timer.event,
      ...(timer.to === undefined || timer.to === member.address ? {} : { to: timer.to }),
    };
    const others = member.state.timers.filter((other) => other.sendId !== sendId);
    member.state = { ...member.state, timers: [...others, stored] };
  }

  #removeTimer(member: Member, sendId: string): void {
    const timers = member.state.timers.filter((timer) => timer.sendId !== sendId);
    if (timers.length !== member.state.timers.length) member.state = { ...member.state, timers };
  }

  #earliestTimer() {
    let earliest: { member: Member; timer: ActorState["timers"][number] } | undefined;
    for (const member of this.members.values()) {
      if (member.isRemoved) continue;
      for (const timer of member.state.timers) {
        if (earliest === undefined || timer.dueMs < earliest.timer.dueMs) {
          earliest = { member, timer };
        }
      }
    }
    return earliest;
  }

  /** XState puts actors of its own into `children`; ours are references. */
  #withReferences(member: Member, snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    for (const id of Object.keys(snapshot.children)) {
      snapshot.children[id] = this.#reference(childAddress(member.address, id), {
        id,
        parent: member.self,
      });
    }
    return snapshot;
  }

  #reference(
    address: string,
    known?: { id: string; parent: ActorReference | undefined },
  ): ActorReference {
    let reference = this.#references.get(address);
    if (reference === undefined) {
      const id = known?.id ?? address.slice(address.indexOf("/") + 1);
      reference = createReference({
        // Each step sets the system of the actor that makes it.
        system: {} as never,
        send: this.#options.sendLater,
        snapshotOf: (of) => this.members.get(of)?.state.snapshot ?? { status: "active" },
      }, { address, id, parent: known?.parent });
      this.#references.set(address, reference);
    }
    return reference;
  }

  #lookUp(key: string): ActorReference | undefined {
    for (const member of this.members.values()) {
      if (member.systemId === key && !member.isRemoved) return member.self;
    }
    return key.includes("/") ? this.#reference(key) : undefined;
  }

  #childMachine(parent: AnyStateMachine, child: StoredChild): AnyStateMachine {
    const logic = resolveLogic(parent, child.source);
    if (isMachine(logic)) return logic;
    throw new SnapshotError(
      `Machine "${parent.id}" has no child machine "${child.source}" any more`,
    );
  }

  #item(member: Member, params: unknown, event: EventObject): TransactionalItem {
    return {
      params,
      cause: { actor: member.address, revision: member.revision, event: event.type },
      atMs: this.#options.nowMs,
    };
  }

  /** The same in every repeat of the step, and of no other step. */
  #key(member: Member): string {
    return `${member.address}#${member.births}${this.#stamp(member)}`;
  }

  #stamp(member: Member): string {
    return `${member.revision}.${member.made++}`;
  }

  #refusal(member: Member, event: EventObject): string {
    const view = viewOf(member);
    const state = typeof view.value === "string" ? view.value : JSON.stringify(view.value);
    return this.definition.explainRefusal?.(view, event) ??
      `"${event.type}" is not accepted in state ${state}`;
  }
}

export function viewOf(
  { address, revision, state }: Pick<Member, "address" | "revision" | "state">,
): View {
  const { snapshot } = state;
  return {
    address,
    value: snapshot.value,
    context: snapshot.context,
    status: snapshot.status,
    output: snapshot.output,
    tags: [...snapshot.tags] as string[],
    revision,
  };
}

/**
 * Adds a stop. A child that the same step spawned never begins, and what was sent to it is lost; one
 * of the same name that lived before is stopped.
 */
function withStop(
  commands: readonly Command[],
  stop: Extract<Command, { type: "stop" }>,
  parent: string,
): Command[] {
  const isOf = (type: "spawn" | "stop") => (command: Command): boolean =>
    command.type === type && command.childId === stop.childId;
  const spawned = commands.findLastIndex(isOf("spawn"));
  const stopped = commands.findLastIndex(isOf("stop"));
  if (spawned <= stopped) return [...commands, stop];
  const address = childAddress(parent, stop.childId);
  return commands.filter((command, index) =>
    index <= stopped || (index !== spawned && !(command.type === "send" && command.to === address))
  );
}

function birthsOf(parent: Member | undefined, birth: string | undefined): string {
  return parent === undefined ? "" : `${parent.births}${birth ?? ""}/`;
}

function isTell(params: unknown): params is { to: string; event: EventObject; create?: unknown } {
  const { to, event } = (params ?? {}) as { to?: unknown; event?: { type?: unknown } };
  return typeof to === "string" && typeof event?.type === "string";
}
