/** Takes one message that always fails out of the way, keeping it for an operator. */
import { deleteActors, holdActor, lockRoots, writeSnapshotsAndWakeUps } from "../db/actor_rows.ts";
import type { Connection, Database } from "../db/connection.ts";
import { deleteEffects } from "../db/effects.ts";
import { insertEvents } from "../db/event_log.ts";
import { deleteInbox, insertDeadLetters, readInbox } from "../db/inbox.ts";
import { rootOf } from "./address.ts";
import type { ActorDefinition } from "./define_actor.ts";
import { toJson } from "./json.ts";
import type { Message } from "./message.ts";

interface Failure {
  readonly message: Message;
  readonly error: Error;
  readonly nowMs: number;
  readonly definition: ActorDefinition | undefined;
}

/**
 * Moves the message, or the inbox row or timer it is about, to the dead letters, in one commit.
 * @returns What its sender is told.
 */
export async function setAside(database: Database, failure: Failure): Promise<string> {
  const { message, error, nowMs, definition } = failure;
  const root = rootOf(message.address);
  return await database.transaction(async (tx) => {
    const [row] = await lockRoots(tx, [root]);
    const failed = await takeAway(tx, message, row?.snapshot, row?.id);
    if (failed === undefined) return error.message;
    const [number] = await insertDeadLetters(tx, [{
      address: failed.address ?? message.address,
      event: failed.event,
      key: "key" in message ? message.key ?? null : null,
      source: failed.source,
      error: error.message,
      atMs: nowMs,
    }]);
    const reason = `${error.message}; kept as dead letter ${number}`;
    if (row !== undefined) {
      if (row.revision === 0n) await deleteActors(tx, [row.id]);
      else if (definition?.onFailure === "hold") await holdActor(tx, root);
      if ("key" in message && message.key !== undefined && row.revision > 0n) {
        await insertEvents(tx, [{
          actorId: row.id,
          address: message.address === root ? null : message.address,
          revision: null,
          key: message.key,
          event: failed.event,
          source: failed.source,
          refusal: reason,
          atMs: nowMs,
        }]);
      }
    }
    return reason;
  });
}

interface Failed {
  address?: string;
  event: string;
  source: string | null;
}

/** Removes what fails from where it would be found again. @returns It, or undefined when gone. */
async function takeAway(
  tx: Connection,
  message: Message,
  snapshot: string | undefined,
  rowId: bigint | undefined,
): Promise<Failed | undefined> {
  switch (message.type) {
    case "event":
      return { event: toJson(message.event, "the event"), source: null };
    case "create":
      return { event: toJson({ type: "xstate.init", input: message.input }, "it"), source: null };
    case "answer": {
      await deleteEffects(tx, [message.effectKey]);
      const { childId, outcome } = message;
      const event = { type: `answer of ${childId}`, ...outcome };
      return { event: toJson(event, "the answer"), source: "effect" };
    }
    case "drain": {
      const root = rootOf(message.address);
      const [first] = await readInbox(tx, { roots: [root], limitPerRoot: 1 });
      if (first === undefined) return undefined;
      await deleteInbox(tx, [first.id]);
      return { address: first.address, event: first.event, source: first.source };
    }
    case "wake":
      return snapshot === undefined || rowId === undefined
        ? undefined
        : await removeFirstTimer(tx, rowId, message.address);
  }
}

interface TimedSnapshot {
  timers?: { sendId: string; dueMs: number; event: { type: string } }[];
}

/** The earliest timer of the tree, wherever in it. */
async function removeFirstTimer(
  tx: Connection,
  rootId: bigint,
  root: string,
): Promise<Failed | undefined> {
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
    a.timer.dueMs - b.timer.dueMs || a.row.address.length - b.row.address.length ||
    (a.row.address < b.row.address ? -1 : 1)
  );
  const [first, second] = timers;
  if (first === undefined) return undefined;
  const stored = JSON.parse(first.row.snapshot) as TimedSnapshot;
  stored.timers = stored.timers?.filter(({ sendId }) => sendId !== first.timer.sendId) ?? [];
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
  return { address: first.row.address, event: JSON.stringify(first.timer.event), source: "timer" };
}
