/** From what a batch has made of its trees and messages to rows, and from those to statements. */
import * as actorRows from "../db/actor_rows.ts";
import type { ActorRow, ActorWrite, ChildInsert } from "../db/actor_rows.ts";
import type { Connection } from "../db/connection.ts";
import { deleteEffects, type EffectInsert, insertEffects } from "../db/effects.ts";
import { type EventInsert, insertEvents } from "../db/event_log.ts";
import { deleteInbox, insertDeadLetters, insertInbox } from "../db/inbox.ts";
import { type Notification, notify } from "../db/notifications.ts";
import { allOf } from "./all_of.ts";
import { toJson } from "./json.ts";
import type { LockedTrees } from "./locked_trees.ts";
import type { Member } from "./member.ts";
import type { MessageRows } from "./message_rows.ts";
import { storeSnapshot } from "./snapshot.ts";
import { blame } from "./step_error.ts";
import type { Tree } from "./tree.ts";

/**
 * Sends what the steps have made of the actors.
 * @throws {StepError} When a snapshot cannot be stored.
 */
export function sendMembers(tx: Connection, sent: Sent, locked: LockedTrees): void {
  const { plain, waking, inserts, deletions } = memberRows(locked);
  if (plain.length > 0) sent.add(actorRows.writeSnapshots(tx, plain));
  if (waking.length > 0) sent.add(actorRows.writeSnapshotsAndWakeUps(tx, waking));
  if (inserts.length > 0) sent.add(actorRows.insertChildren(tx, inserts));
  if (deletions.length > 0) sent.add(actorRows.deleteActors(tx, deletions));
}

/**
 * Sends the lines of the log.
 * @throws {StepError} When an event cannot be stored.
 */
export function sendEvents(
  tx: Connection,
  sent: Sent,
  { locked, messages, nowMs }: { locked: LockedTrees; messages: MessageRows; nowMs: number },
): void {
  const events = [...eventRows(locked, nowMs), ...messages.refused];
  if (events.length > 0) sent.add(insertEvents(tx, events));
}

/** Sends what goes to other actors, to other nodes and outside. */
export function sendOutgoing(
  tx: Connection,
  sent: Sent,
  { messages, effects, endedEffects, notifications }: {
    messages: MessageRows;
    effects: readonly EffectInsert[];
    /** Keys of effects that are answered, or dropped. */
    endedEffects: readonly string[];
    notifications: readonly Notification[];
  },
): void {
  const { taken, queued, deadLetters } = messages;
  if (endedEffects.length > 0) sent.add(deleteEffects(tx, endedEffects));
  if (effects.length > 0) sent.add(insertEffects(tx, effects));
  if (taken.length > 0) sent.add(deleteInbox(tx, taken));
  if (queued.length > 0) sent.add(insertInbox(tx, queued));
  if (deadLetters.length > 0) sent.add(insertDeadLetters(tx, deadLetters));
  if (notifications.length > 0) sent.add(notify(tx, notifications));
}

/** Statements under way. */
export class Sent {
  readonly #statements: Promise<unknown>[] = [];

  add(statement: Promise<unknown>): void {
    // Whoever waits for all of them hears it; something else may throw before.
    statement.catch(() => {});
    this.#statements.push(statement);
  }

  /** @throws What the first that failed has thrown. */
  async settled(): Promise<void> {
    await allOf(this.#statements);
  }
}

interface MemberRows {
  readonly plain: readonly ActorWrite[];
  /** Roots whose wake-up time is another one now. */
  readonly waking: readonly (ActorWrite & { wakeAt: number | null })[];
  readonly inserts: readonly ChildInsert[];
  readonly deletions: readonly bigint[];
}

function memberRows(locked: LockedTrees): MemberRows {
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
  return { plain, waking, inserts, deletions };
}

function eventRows(locked: LockedTrees, nowMs: number): EventInsert[] {
  return locked.trees().flatMap((tree) => {
    const { id: actorId } = locked.row(tree.root) as ActorRow;
    return blame(tree.root, () => logged(tree, { actorId, nowMs }));
  });
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
