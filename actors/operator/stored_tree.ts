/** Stored trees as the runtime itself would load them, or the reason why it could not. */
import type { TreeRow } from "../../db/operations.ts";
import { kindOf } from "../address.ts";
import type { ActorDefinition } from "../define_actor.ts";
import type { Member } from "../member.ts";
import type { StoredTimer } from "../snapshot.ts";
import { Tree } from "../tree.ts";

/** The rows of one root and its child machines, the root first. */
export interface StoredTree {
  readonly root: TreeRow;
  readonly rows: readonly TreeRow[];
}

export type Restored =
  | { readonly tree: Tree; readonly problem?: undefined }
  | { readonly tree?: undefined; readonly problem: string };

/** Trees in the order of their roots' numbers. */
export function treesOf(rows: readonly TreeRow[]): StoredTree[] {
  const childrenOf = Map.groupBy(rows, (row) => row.root_id);
  return (childrenOf.get(null) ?? [])
    .sort((a, b) => a.id < b.id ? -1 : 1)
    .map((root) => ({ root, rows: [root, ...(childrenOf.get(root.id) ?? [])] }));
}

/** Loads a tree as a step would. Nothing is run, sent or written. */
export function restoreTree(
  { root, rows }: { root: string; rows: readonly Omit<TreeRow, "root_id">[] },
  { definitions, nowMs }: {
    definitions: ReadonlyMap<string, ActorDefinition>;
    nowMs: () => number;
  },
): Restored {
  const definition = definitions.get(kindOf(root));
  if (definition === undefined) {
    const known = [...definitions.keys()].join(", ");
    return { problem: `Kind "${kindOf(root)}" is not known to this code; it knows ${known}` };
  }
  const tree = new Tree({ root, definition, nowMs: nowMs(), sendLater: () => {} });
  try {
    tree.load(rows);
    return { tree };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** All timers of a tree, the earliest first. */
export function timersOf(
  members: Iterable<Member>,
): { readonly member: Member; readonly timer: StoredTimer }[] {
  return [...members].flatMap((member) => member.state.timers.map((timer) => ({ member, timer })))
    .sort((a, b) => a.timer.dueMs - b.timer.dueMs);
}
