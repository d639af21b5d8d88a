/** From what a batch has made of its trees and messages to rows, and from those to statements. */
import * as actorRows from "../db/actor_rows.ts";
import type { ActorRow, ActorWrite, ChildInsert } from "../db/actor_rows.ts";
import type { Connection } from "../db/connection.ts";
import { deleteEffects, type EffectInsert, insertEffects } from "../db/effects.ts";
import { type EventInsert, insertEvents } from "../db/event_log.ts";
import { deleteInbox, insertDeadLetters, insertInbox } from "../db/inbox.ts";
import { type Notification, notify } from "../db/notifications.ts";
import { toJson } from "./json.ts";
import type { LockedTrees } from "./locked_trees.ts";
import type { Member } from "./member.ts";
import type { MessageRows } from "./message_rows.ts";
import { storeSnapshot } from "./snapshot.ts";
import { blame } from "./step_error.ts";
import type { Tree } from "./tree.ts";

/** What the steps of the trees leave to be written. */
export interface TreeRows {
  readonly plain: readonly ActorWrite[];
  /** Roots whose wake-up time is another one now. */
  readonly waking: readonly (ActorWrite & { wakeAt: number | null })[];
  readonly inserts: readonly ChildInsert[];
  readonly deletions: readonly bigint[];
  readonly events: readonly EventInsert[];
}

/** @throws {StepError} When a snapshot cannot be stored. */
export function treeRows(locked: LockedTrees, { nowMs }: { nowMs: number }): TreeRows {
  const plain: ActorWrite[] = [];
  const waking: (ActorWrite & { wakeAt: number | null })[] = [];
  const inserts: ChildInsert[] = [];
  const deletions: bigint[] = [];
  for (const tree of locked.trees()) {
    const row = locked.row(tree.root) as ActorRow;
    const wakeAt = nextWakeUp(tree, row);
    for (const member of tree.members.values()) {
      if (member.isRemoved) {
        if (member.rowId !== undefined) deletions.push(member.rowId);
        continue;
      }
      const isRoot = member.address === tree.root;
      if (member.rowId === undefined) {
        inserts.push({ ...stored(member, tree), address: member.address, rootId: row.id });
      } else if (isRoot && wakeAt !== undefined) {
        waking.push({ ...changed(member, tree), wakeAt });
      } else if (member.revision !== member.storedRevision) {
        plain.push(changed(member, tree));
      }
    }
  }
  for (const { id } of locked.reservedInVain()) deletions.push(id);
  const events = locked.trees().flatMap((tree) => {
    const { id: actorId } = locked.row(tree.root) as ActorRow;
    return logged(tree, { actorId, nowMs });
  });
  return { plain, waking, inserts, deletions, events };
}

/** Sends a statement for each kind of row that there is, all at once. */
export function sendWrites(
  tx: Connection,
  { trees, messages, effects, endedEffects, notifications }: {
    trees: TreeRows;
    messages: MessageRows;
    effects: readonly EffectInsert[];
    /** Keys of effects that are answered, or dropped. */
    endedEffects: readonly string[];
    notifications: readonly Notification[];
  },
): Promise<unknown>[] {
  const { plain, waking, inserts, deletions } = trees;
  const { taken, queued, refused, deadLetters } = messages;
  const events = [...trees.events, ...refused];
  return [
    plain.length > 0 && actorRows.writeSnapshots(tx, plain),
    waking.length > 0 && actorRows.writeSnapshotsAndWakeUps(tx, waking),
    inserts.length > 0 && actorRows.insertChildren(tx, inserts),
    deletions.length > 0 && actorRows.deleteActors(tx, deletions),
    events.length > 0 && insertEvents(tx, events),
    endedEffects.length > 0 && deleteEffects(tx, endedEffects),
    effects.length > 0 && insertEffects(tx, effects),
    taken.length > 0 && deleteInbox(tx, taken),
    queued.length > 0 && insertInbox(tx, queued),
    deadLetters.length > 0 && insertDeadLetters(tx, deadLetters),
    notifications.length > 0 && notify(tx, notifications),
  ].filter((write) => write !== false);
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

function changed(member: Member, tree: Tree): ActorWrite {
  return {
    ...stored(member, tree),
    id: member.rowId as bigint,
    expectedRevision: member.storedRevision,
  };
}

function stored(member: Member, tree: Tree): { revision: number; snapshot: string } {
  const { version } = tree.definition;
  const snapshot = blame(
    tree.root,
    () => storeSnapshot(member.state, { machine: member.machine, version }),
  );
  return { revision: member.revision, snapshot };
}

function logged(
  tree: Tree,
  { actorId, nowMs }: { actorId: bigint; nowMs: number },
): EventInsert[] {
  return tree.outbox.log.map((entry) => ({
    actorId,
    address: entry.address === tree.root ? null : entry.address,
    revision: entry.revision,
    key: entry.key ?? null,
    event: toJson(entry.event, `event "${entry.event.type}"`),
    source: entry.source?.from ?? null,
    sourceRevision: entry.source?.revision ?? null,
    refusal: null,
    state: JSON.stringify(entry.snapshot.value),
    status: entry.snapshot.status === "active" ? null : entry.snapshot.status,
    atMs: nowMs,
  }));
}
