/** A tree kept in memory as it would be in rows: everything through JSON after every step. */
import { type AnyStateMachine, createMachine, type EventObject } from "xstate";
import { defineActor } from "../define_actor.ts";
import type { Outbox } from "../outbox.ts";
import { storeSnapshot } from "../snapshot.ts";
import type { StoredActor } from "../member.ts";
import { Tree } from "../tree.ts";
import type { View } from "../view.ts";

export class MemoryTree {
  readonly #definition;
  #rows: StoredActor[] = [];
  #nextId = 1n;
  nowMs = 0;
  /** What the last step asked for. */
  outbox: Outbox | undefined;

  constructor(machine: AnyStateMachine = createMachine({ id: "empty" })) {
    this.#definition = defineActor({ kind: "tree", machine });
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
    this.outbox = tree.outbox;
    for (const { run } of tree.outbox.plainActions) run();
    this.#rows = [...tree.members.values()].filter((member) => !member.isRemoved).map((member) => ({
      id: member.rowId ?? this.#nextId++,
      address: member.address,
      revision: member.revision,
      snapshot: storeSnapshot(member.state, { machine: member.machine, version: 1 }),
    }));
    return tree;
  }
}
