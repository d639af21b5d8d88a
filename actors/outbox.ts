/**
 * What the steps of one tree ask for beyond the tree, as data and in order. Nothing of it happens
 * here: the batch writes it, or does it after the commit.
 */
import type { AnyMachineSnapshot, EventObject } from "xstate";
import type { ActorDefinition, TransactionalItem } from "./define_actor.ts";
import { resolveLogic } from "./logic.ts";
import { type Member, nextKey } from "./member.ts";
import type { StoredChild } from "./snapshot.ts";
import type { Command } from "./step.ts";

/** Who sent an event. */
export interface Source {
  /** An address, `timer`, `effect` or `operator`. */
  readonly from: string;
  /** The sender's step; of an effect's answer, the step that asked for it. */
  readonly revision?: number | undefined;
}

/** A message to another actor. */
export interface Tell extends Source {
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

/** An invoke that waits for an answer. */
export interface AnswerTo {
  readonly address: string;
  readonly childId: string;
  readonly token: string;
}

export interface TransactionalCall {
  readonly root: string;
  readonly name: string;
  readonly item: TransactionalItem;
  /** Set when an invoke waits for the verdict. */
  readonly answerTo?: AnswerTo;
}

/** An action that is neither an effect nor transactional: run in memory, after the commit. */
export interface PlainAction {
  readonly name: string;
  readonly run: () => unknown;
}

export interface Emitted {
  readonly address: string;
  readonly event: EventObject;
}

/** One step. */
export interface LogEntry {
  readonly address: string;
  /** The machine's id. */
  readonly machine: string;
  readonly revision: number;
  readonly event: EventObject;
  /** Undefined for the outside. */
  readonly source: Source | undefined;
  /** To what the step has led. */
  readonly snapshot: AnyMachineSnapshot;
  /** The sender's key; set when it is known to be accepted. */
  key?: string;
}

export class Outbox {
  readonly tells: Tell[] = [];
  readonly effects: NewEffect[] = [];
  /** Keys of effects that nobody waits for any more. */
  readonly droppedEffects: string[] = [];
  readonly transactional: TransactionalCall[] = [];
  readonly plainActions: PlainAction[] = [];
  readonly emitted: Emitted[] = [];
  readonly log: LogEntry[] = [];
  readonly #root: string;
  readonly #definition: ActorDefinition;
  readonly #nowMs: number;

  constructor(
    { root, definition, nowMs }: { root: string; definition: ActorDefinition; nowMs: number },
  ) {
    this.#root = root;
    this.#definition = definition;
    this.#nowMs = nowMs;
  }

  tell(tell: Tell): void {
    // A machine that passes on what it was sent must not carry a forged answer to another actor.
    if (tell.event.type.startsWith("xstate.")) {
      throw new TypeError(`Cannot send "${tell.event.type}" to "${tell.to}": another actor`);
    }
    this.tells.push(tell);
  }

  /** Takes an action for what its name means outside. */
  act(
    member: Member,
    { name, params, run }: Extract<Command, { type: "action" }>,
    event: EventObject,
  ): void {
    const { address } = member;
    if (this.#definition.transactional.has(name)) {
      const item = this.#item(member, params, event);
      this.transactional.push({ root: this.#root, name, item });
    } else if (this.#definition.effects.has(name)) {
      this.effects.push({ key: nextKey(member), address, name, input: params });
    } else if (name === "tell" && isTell(params)) {
      this.tell({ ...params, from: address, revision: member.revision });
    } else if (run !== undefined) {
      this.plainActions.push({ name, run });
    }
  }

  /**
   * Asks for the work of an invoke that is not a machine.
   * @returns What its parent has to remember, to know the answer.
   */
  invoke(
    member: Member,
    { childId, source, input }: Extract<Command, { type: "spawn" }>,
    event: EventObject,
  ): Pick<StoredChild, "kind" | "effectKey"> {
    const { address, machine } = member;
    if (this.#definition.transactional.has(source)) {
      const token = nextKey(member);
      const item = this.#item(member, input, event);
      const answerTo = { address, childId, token };
      this.transactional.push({ root: this.#root, name: source, item, answerTo });
      return { kind: "transactional", effectKey: token };
    }
    const isSupplied = this.#definition.effects.has(source);
    if (!isSupplied && resolveLogic(machine, source) === undefined) {
      throw new Error(`Actor "${source}" of machine "${machine.id}" is not implemented`);
    }
    const key = nextKey(member);
    const owner = isSupplied ? {} : {
      machine: this.#definition.machineNames.get(machine) ?? machine.id,
    };
    this.effects.push({ key, address, childId, name: source, ...owner, input });
    return { kind: "effect", effectKey: key };
  }

  #item(member: Member, params: unknown, event: EventObject): TransactionalItem {
    return {
      params,
      cause: { actor: member.address, revision: member.revision, event: event.type },
      atMs: this.#nowMs,
    };
  }
}

function isTell(params: unknown): params is { to: string; event: EventObject; create?: unknown } {
  const { to, event } = (params ?? {}) as { to?: unknown; event?: { type?: unknown } };
  return typeof to === "string" && typeof event?.type === "string";
}
