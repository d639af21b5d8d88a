/** What a batch has come to, for those who asked for it and for what has to follow. */
import type { EffectInsert } from "../db/effects.ts";
import { kindOf, rootOf } from "./address.ts";
import type { ActorDefinition } from "./define_actor.ts";
import type { LockedTrees } from "./locked_trees.ts";
import { viewOfMember } from "./member.ts";
import type { Message, Receipt } from "./message.ts";
import type { Emitted, LogEntry, PlainAction } from "./outbox.ts";
import type { SnapshotError } from "./snapshot.ts";
import type { View } from "./view.ts";

/** What is to be done after the commit. */
export interface BatchOutcome {
  readonly receipts: ReadonlyMap<Message, Receipt>;
  /** Messages whose actor somebody else holds; only without waiting. */
  readonly postponed: readonly Message[];
  /** Answers for actors that cannot be stepped now: held, or not readable by this code. */
  readonly unanswered: readonly Message[];
  /** Messages for actors that only newer code can read, which another node may have. */
  readonly foreign: readonly Message[];
  /** Receipts for those who wait on any node, this one among them. */
  readonly replies: readonly Reply[];
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
  /** Epoch milliseconds of the steps. */
  readonly nowMs: number;
  /** All steps in the order in which they were made, tree by tree. */
  readonly steps: readonly LogEntry[];
  /** From which stored revision to which each root was brought. */
  readonly stepped: readonly { root: string; from: number; to: number }[];
  readonly earliestWakeMs: number | undefined;
  /** Roots with messages left in, or put into, their inbox. */
  readonly waitingRoots: readonly string[];
}

/** What a receipt says, decided before the commit. */
export type Decision = Omit<Receipt, "view">;

/** What is said to a sender on some node, decided before the commit. */
export interface PlannedReply {
  /** The node's own name for it: its id and a number. */
  readonly to: string;
  readonly address: string;
  readonly decision: Decision;
}

export interface Reply extends PlannedReply {
  readonly view: View | undefined;
}

interface Batched {
  readonly nowMs: number;
  readonly locked: LockedTrees;
  readonly definitions: ReadonlyMap<string, ActorDefinition>;
  readonly decisions: ReadonlyMap<Message, Decision>;
  readonly postponed: readonly Message[];
  readonly unanswered: readonly Message[];
  readonly foreign: readonly Message[];
  readonly replies: readonly Reply[];
  readonly waitingRoots: ReadonlySet<string>;
  readonly effects: readonly EffectInsert[];
  readonly droppedEffects: readonly string[];
}

export function outcomeOf(
  { locked, definitions, decisions, waitingRoots, effects, ...batched }: Batched,
): BatchOutcome {
  const trees = locked.trees();
  const viewAt = (address: string): View | undefined => locked.tree(rootOf(address))?.view(address);
  const wakeUps = trees.flatMap((tree) => tree.wakeAtMs() ?? []);
  return {
    receipts: new Map(
      [...decisions].map(([message, decision]) => {
        return [message, { ...decision, view: viewAt(message.address) }];
      }),
    ),
    postponed: batched.postponed,
    unanswered: batched.unanswered,
    foreign: batched.foreign,
    nowMs: batched.nowMs,
    replies: batched.replies,
    unreadable: locked.unreadable,
    effects,
    hasLaneEffects: effects.some((effect) => effect.lane !== null),
    droppedEffects: batched.droppedEffects,
    plainActions: trees.flatMap((tree) => tree.outbox.plainActions),
    emitted: trees.flatMap((tree) => tree.outbox.emitted),
    views: trees.flatMap((tree) =>
      [...tree.members.values()]
        .filter((member) => member.revision !== member.storedRevision && !member.isRemoved)
        .map(viewOfMember)
    ),
    steps: trees.flatMap((tree) => tree.outbox.log),
    stepped: trees.flatMap((tree) => {
      const root = tree.members.get(tree.root);
      return root === undefined || root.revision === root.storedRevision
        ? []
        : [{ root: tree.root, from: root.storedRevision, to: root.revision }];
    }),
    earliestWakeMs: wakeUps.length === 0 ? undefined : Math.min(...wakeUps),
    // Held and unreadable ones wait for somebody else.
    waitingRoots: [...waitingRoots].filter((root) =>
      definitions.has(kindOf(root)) && !locked.unreadable.has(root) &&
      locked.row(root)?.is_held !== true
    ),
  };
}
