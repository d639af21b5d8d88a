/** What a batch has come to, for those who asked for it and for what has to follow. */
import type { EffectInsert } from "../db/effects.ts";
import { kindOf, rootOf } from "./address.ts";
import type { ActorDefinition } from "./define_actor.ts";
import type { LockedTrees } from "./locked_trees.ts";
import type { Message, Receipt } from "./message.ts";
import type { Emitted, PlainAction } from "./outbox.ts";
import type { SnapshotError } from "./snapshot.ts";
import { type View, viewOf } from "./view.ts";

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
  readonly plainActions: readonly PlainAction[];
  readonly emitted: readonly Emitted[];
  readonly views: readonly View[];
  readonly earliestWakeMs: number | undefined;
  /** Roots with messages left in, or put into, their inbox. */
  readonly waitingRoots: readonly string[];
}

/** What a receipt says, decided before the commit. */
export type Decision = Omit<Receipt, "view">;

interface Batched {
  readonly locked: LockedTrees;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly decisions: ReadonlyMap<Message, Decision>;
  readonly postponed: readonly Message[];
  readonly unanswered: readonly Message[];
  readonly waitingRoots: ReadonlySet<string>;
  readonly effects: readonly EffectInsert[];
}

export function outcomeOf(
  { locked, definitions, decisions, postponed, unanswered, waitingRoots, effects }: Batched,
): BatchOutcome {
  const trees = locked.trees();
  const wakeUps = trees.flatMap((tree) => tree.wakeAtMs() ?? []);
  return {
    receipts: new Map(
      [...decisions].map(([message, decision]) => {
        const view = locked.tree(rootOf(message.address))?.view(message.address);
        return [message, { ...decision, view }];
      }),
    ),
    postponed,
    unanswered,
    unreadable: locked.unreadable,
    effects,
    hasLaneEffects: effects.some((effect) => effect.lane !== null),
    droppedEffects: [...new Set(trees.flatMap((tree) => tree.outbox.droppedEffects))],
    plainActions: trees.flatMap((tree) => tree.outbox.plainActions),
    emitted: trees.flatMap((tree) => tree.outbox.emitted),
    views: trees.flatMap((tree) =>
      [...tree.members.values()]
        .filter((member) => member.revision !== member.storedRevision && !member.isRemoved)
        .map(viewOf)
    ),
    earliestWakeMs: wakeUps.length === 0 ? undefined : Math.min(...wakeUps),
    // Held and unreadable ones wait for somebody else.
    waitingRoots: [...waitingRoots].filter((root) =>
      definitions.has(kindOf(root)) && !locked.unreadable.has(root) &&
      locked.row(root)?.is_held !== true
    ),
  };
}
