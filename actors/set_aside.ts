/** Takes one message that always fails out of the way, keeping it for an operator. */
import {
  type ActorRow,
  deleteActors,
  holdActor,
  lockRoots,
  writeSnapshotsAndWakeUps,
} from "../db/actor_rows.ts";
import type { Connection, Database } from "../db/connection.ts";
import { deleteEffects } from "../db/effects.ts";
import { insertEvents } from "../db/event_log.ts";
import { type DeadLetter, deleteInbox, insertDeadLetters, readInbox } from "../db/inbox.ts";
import { notify } from "../db/notifications.ts";
import { rootOf } from "./address.ts";
import type { PlannedReply } from "./batch_outcome.ts";
import type { ActorDefinition } from "./define_actor.ts";
import type { Message } from "./message.ts";
import { deadLetterOf, inboxOfAnswer, inboxOfRequest } from "./message_rows.ts";
import { notificationsOf } from "./node_messages.ts";

interface Failure {
  readonly message: Message;
  readonly error: Error;
  readonly nowMs: number;
  readonly definition: ActorDefinition | undefined;
  readonly nodeId: string;
}

/** What is said of it. */
interface SetAside {
  /** To its sender. */
  readonly reason: string;
  /** To a sender who waits for what was in the inbox; on another node he has been told. */
  readonly reply?: PlannedReply;
}

/**
 * Moves the message, or the inbox row or timer it is about, to the dead letters, in one commit.
 */
export async function setAside(database: Database, failure: Failure): Promise<SetAside> {
  const { message, error, nowMs, definition, nodeId } = failure;
  const root = rootOf(message.address);
  return await database.transaction(async (tx) => {
    const [row] = await lockRoots(tx, [root]);
    const away = await takeAway(tx, failure, row);
    if (away === undefined) return { reason: error.message };
    const { letter, replyTo } = away;
    const [number] = await insertDeadLetters(tx, [letter]);
    const reason = `${error.message}; kept as dead letter ${number}`;
    if (row !== undefined) {
      if (row.revision === 0n) await deleteActors(tx, [row.id]);
      else if (definition?.onFailure === "hold") await holdActor(tx, root);
      if (letter.key !== null && row.revision > 0n) {
        await insertEvents(tx, [{
          actorId: row.id,
          address: letter.address === root ? null : letter.address,
          revision: null,
          key: letter.key,
          event: letter.event,
          source: letter.source,
          sourceRevision: letter.sourceRevision ?? null,
          refusal: reason,
          state: null,
          status: null,
          atMs: nowMs,
        }]);
      }
    }
    if (replyTo === undefined) return { reason };
    const decision = { status: "refused", reason } as const;
    const reply = { to: replyTo, address: letter.address, decision };
    const notifications = notificationsOf([{ ...reply, view: undefined }], nodeId);
    if (notifications.length > 0) await notify(tx, notifications);
    return { reason, reply };
  });
}

/** Removes what fails from where it would be found again. @returns Its letter, or undefined when gone. */
async function takeAway(
  tx: Connection,
  { message, error: { message: error }, nowMs }: Failure,
  row: ActorRow | undefined,
): Promise<{ letter: DeadLetter; replyTo?: string } | undefined> {
  switch (message.type) {
    case "event":
    case "create":
      return { letter: deadLetterOf(inboxOfRequest(message, { replyTo: null, nowMs }), error) };
    case "answer":
      await deleteEffects(tx, [message.effectKey]);
      return { letter: deadLetterOf(inboxOfAnswer(message, nowMs), error) };
    case "drain": {
      const root = rootOf(message.address);
      const [first] = await readInbox(tx, { roots: [root], limitPerRoot: 1 });
      if (first === undefined) return undefined;
      await deleteInbox(tx, [first.id]);
      const { source_revision: revision, reply_to: replyTo } = first;
      const letter = deadLetterOf(
        { ...first, source_revision: revision === null ? null : Number(revision), at_ms: nowMs },
        error,
      );
      return { letter, ...(replyTo === null ? {} : { replyTo }) };
    }
    case "wake": {
      const timer = row === undefined ? undefined : await removeFirstTimer(tx, row);
      if (timer === undefined) return undefined;
      const kind = "timer" as const;
      return { letter: { ...timer, kind, key: null, source: kind, error, atMs: nowMs } };
    }
  }
}

interface TimedSnapshot {
  timers?: { dueMs: number; order?: number; event: { type: string } }[];
}

/** The earliest timer of the tree, wherever in it. */
async function removeFirstTimer(
  tx: Connection,
  { id: rootId, address: root }: ActorRow,
): Promise<Pick<DeadLetter, "address" | "event"> | undefined> {
  const { rows } = await tx.query<
    { id: bigint; address: string; revision: bigint; snapshot: string }
  >(
    `select a.id, a.address, a.revision, a.snapshot from actors a where a.id = $1
     union all
     select a.id, a.address, a.revision, a.snapshot from actors a where a.root_id = $1`,
    [rootId],
  );
  const timers = rows.flatMap((row) =>
    ((JSON.parse(row.snapshot) as TimedSnapshot).timers ?? []).map((timer) => ({ row, timer }))
  ).sort((a, b) =>
    // The order in which `Tree` fires them.
    a.timer.dueMs - b.timer.dueMs || orderOf(a.timer) - orderOf(b.timer)
  );
  const [first, second] = timers;
  if (first === undefined) return undefined;
  const stored = JSON.parse(first.row.snapshot) as TimedSnapshot;
  const { dueMs } = first.timer;
  stored.timers =
    stored.timers?.filter((timer) =>
      timer.dueMs !== dueMs || orderOf(timer) !== orderOf(first.timer)
    ) ?? [];
  const rootRow = rows.find((row) => row.address === root) as {
    id: bigint;
    revision: bigint;
    snapshot: string;
  };
  const write = (row: typeof rootRow, snapshot: string, wakeAt: number | null) =>
    writeSnapshotsAndWakeUps(tx, [{
      id: row.id,
      expectedRevision: Number(row.revision),
      revision: Number(row.revision),
      snapshot,
      wakeAt,
    }]);
  await write(first.row, JSON.stringify(stored), null);
  const rootSnapshot = first.row.address === root ? JSON.stringify(stored) : rootRow.snapshot;
  await write(rootRow, rootSnapshot, second?.timer.dueMs ?? null);
  return { address: first.row.address, event: JSON.stringify(first.timer.event) };
}

/** Of timers that are due at once it tells which was set first. */
function orderOf({ order = 0 }: { order?: number }): number {
  return order;
}
