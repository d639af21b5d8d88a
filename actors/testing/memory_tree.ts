/** A tree kept in memory as it would be in rows: everything through JSON after every step. */
import { type AnyStateMachine, createMachine, type EventObject } from "xstate";
import { defineActor } from "../define_actor.ts";
import type { NewEffect } from "../outbox.ts";
import { storeSnapshot } from "../snapshot.ts";
import type { StoredActor } from "../member.ts";
import { Tree } from "../tree.ts";
import type { View } from "../view.ts";

/** What a promise answers; undefined when it never does. */
export type Answer = (
  name: string,
  input: unknown,
) => { output: unknown } | { error: unknown } | undefined;

export class MemoryTree {
  readonly #definition;
  readonly #answer: Answer;
  readonly #promises: NewEffect[] = [];
  #rows: StoredActor[] = [];
  #nextId = 1n;
  nowMs = 0;
  /** By the root. */
  readonly emitted: EventObject[] = [];

  constructor(
    machine: AnyStateMachine = createMachine({ id: "empty" }),
    answer: Answer = () => undefined,
  ) {
    this.#definition = defineActor({ kind: "tree", machine });
    this.#answer = answer;
  }

  create(input?: unknown): Tree {
    return this.#step((tree) => tree.create(input, { rowId: this.#nextId++ }));
  }

  /** @returns Why it was refused, or undefined. */
  send(event: EventObject): string | undefined {
    let refusal: string | undefined;
    this.#step((tree) => (refusal = tree.deliver("tree/1", event)));
    return refusal;
  }

  /** Moves the time at once; what falls due meanwhile fires with the new time. */
  advance(byMs: number): void {
    this.nowMs += byMs;
    this.#step((tree) => tree.fireTimers(1_000));
  }

  /** Promises answer, one after another in the order in which they began. */
  settle(): void {
    for (let next = this.#promises.shift(); next !== undefined; next = this.#promises.shift()) {
      const { address, childId = "", key: token, name, input } = next;
      const outcome = this.#answer(name, input);
      if (outcome !== undefined) {
        this.#step((tree) => tree.answer({ address, childId, token }, outcome));
      }
    }
  }

  views(): Map<string, View> {
    const tree = this.#load();
    return new Map(
      [...tree.members.keys()].map((address) => [address, tree.view(address) as View]),
    );
  }

  #load(): Tree {
    const tree = new Tree({
      root: "tree/1",
      definition: this.#definition,
      nowMs: this.nowMs,
      sendLater: () => {},
    });
    tree.load(this.#rows);
    return tree;
  }

  #step(work: (tree: Tree) => void): Tree {
    const tree = this.#load();
    work(tree);
    this.#promises.push(...tree.outbox.effects);
    this.emitted.push(
      ...tree.outbox.emitted.filter(({ address }) => address === tree.root)
        .map(({ event }) => event),
    );
    for (const { run } of tree.outbox.plainActions) run();
    this.#rows = [...tree.members.values()].filter((member) => !member.isRemoved).map((member) => ({
      id: member.rowId ?? this.#nextId++,
      address: member.address,
      revision: BigInt(member.revision),
      snapshot: storeSnapshot(member.state, { machine: member.machine, version: 1 }),
    }));
    return tree;
  }
}
