/** Takes one message that always fails out of the way, keeping it for an operator. */
import { deleteActors, holdActor } from "../db/actor_rows.ts";
import type { Connection, Database } from "../db/connection.ts";
import { deleteEffects } from "../db/effects.ts";
import { insertEvents } from "../db/event_log.ts";
import { type DeadLetter, deleteInbox, insertDeadLetters } from "../db/inbox.ts";
import { notify } from "../db/notifications.ts";
import { kindOf, rootOf } from "./address.ts";
import type { BatchHost, TakenAlone } from "./batch.ts";
import type { PlannedReply } from "./batch_outcome.ts";
import { sendMembers, Sent } from "./batch_writes.ts";
import { type Found, LockedTrees } from "./locked_trees.ts";
import type { Message } from "./message.ts";
import {
  deadLetterOf,
  inboxOfAnswer,
  inboxOfRequest,
  letterOfRow,
  letterOfTimer,
} from "./message_rows.ts";
import { notificationsOf } from "./node_messages.ts";

interface Failure {
  readonly message: Message;
  /** What it had taken when it failed. */
  readonly taken: TakenAlone;
  readonly error: Error;
  readonly host: Pick<BatchHost, "nodeId" | "definitions" | "nowMs" | "sendLater">;
}

/** What is found under the lock of the actor. */
interface Scene {
  readonly locked: LockedTrees;
  readonly found: Found;
  readonly nowMs: number;
}

/** What is said of it. */
interface SetAside {
  /** To its sender. */
  readonly reason: string;
  /** To a sender who waits for what was in the inbox; on another node he has been told. */
  readonly reply?: PlannedReply;
}

/**
 * Moves the message, or the inbox row or timer that it had taken, to the dead letters, in one commit.
 * What another node has taken away since then is left to that node.
 */
export async function setAside(database: Database, failure: Failure): Promise<SetAside> {
  const { message, error, host } = failure;
  const { nodeId, definitions, sendLater } = host;
  const root = rootOf(message.address);
  const nowMs = host.nowMs();
  return await database.transaction(async (tx) => {
    const locked = new LockedTrees({ definitions, nowMs, sendLater, inboxLimit: 1 });
    const found = await locked.lock(tx, [root], { waits: true });
    const away = await takeAway(tx, failure, { locked, found, nowMs });
    if (away === undefined) return { reason: error.message };
    const { letter, replyTo } = away;
    const [number] = await insertDeadLetters(tx, [letter]);
    const [row] = found.rows;
    const reason = `${error.message}; kept as dead letter ${number}`;
    if (row !== undefined) {
      if (row.revision === 0n) await deleteActors(tx, [row.id]);
      else if (definitions.get(kindOf(root))?.onFailure === "hold") await holdActor(tx, root);
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
  { message, taken, error: { message: error } }: Failure,
  { locked, found, nowMs }: Scene,
): Promise<{ letter: DeadLetter; replyTo?: string } | undefined> {
  switch (message.type) {
    case "event":
    case "create":
      return { letter: deadLetterOf(inboxOfRequest(message, { replyTo: null, nowMs }), error) };
    case "answer":
      await deleteEffects(tx, [message.effectKey]);
      return { letter: deadLetterOf(inboxOfAnswer(message, nowMs), error) };
    case "drain": {
      const [first] = found.inbox;
      if (first === undefined || first.id !== taken.inboxId) return undefined;
      await deleteInbox(tx, [first.id]);
      const { reply_to: replyTo } = first;
      const letter = letterOfRow(first, error, nowMs);
      return { letter, ...(replyTo === null ? {} : { replyTo }) };
    }
    case "wake": {
      const { timer } = taken;
      if (timer === undefined) return undefined;
      locked.load(found);
      if (locked.tree(rootOf(message.address))?.dropTimer(timer) !== true) return undefined;
      const sent = new Sent();
      sendMembers(tx, sent, locked);
      await sent.settled();
      return { letter: letterOfTimer(timer, error, nowMs) };
    }
  }
}
