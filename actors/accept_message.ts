/**
 * What is said to an event, or a creation, from outside. One with a key counts once: the key is kept
 * with the event that was accepted, or with the refusal.
 */
import type { Connection } from "../db/connection.ts";
import { findUsedKeys } from "../db/event_log.ts";
import { rootOf } from "./address.ts";
import type { Decision } from "./batch_outcome.ts";
import type { LockedTrees } from "./locked_trees.ts";
import type { Message, Request } from "./message.ts";
import type { MessageRows } from "./message_rows.ts";
import type { Source } from "./outbox.ts";

/** By root and key: why the event was refused, or null when it was accepted. */
export type UsedKeys = Map<string, string | null>;

/** Reads which keys of the messages were used before. */
export async function readUsedKeys(
  tx: Connection,
  messages: readonly Message[],
): Promise<UsedKeys> {
  const keys = messages.flatMap((message) =>
    "key" in message && message.key !== undefined
      ? [{ root: rootOf(message.address), key: message.key }]
      : []
  );
  const used = keys.length === 0 ? [] : await findUsedKeys(tx, keys);
  return new Map(used.map(({ root, key, refusal }) => [keyOf(root, key), refusal]));
}

/** The name of a key in `UsedKeys`. */
export function keyOf(root: string, key: string): string {
  return `${root} ${key}`;
}

/** Steps the actor, unless there is a reason against it. A key is used from then on. */
export function acceptMessage(
  message: Request,
  { locked, messageRows, used, source }: {
    locked: LockedTrees;
    messageRows: MessageRows;
    used: UsedKeys;
    source?: Source | undefined;
  },
): Decision {
  const root = rootOf(message.address);
  const key = message.key;
  const usedAs = key === undefined ? undefined : used.get(keyOf(root, key));
  if (usedAs !== undefined) {
    return usedAs === null ? { status: "duplicate" } : { status: "refused", reason: usedAs };
  }
  const unreadable = locked.unreadable.get(root);
  if (unreadable !== undefined) return { status: "refused", reason: unreadable.message };
  const row = locked.row(root);
  const tree = locked.tree(root);
  if (tree === undefined || row === undefined) {
    return { status: "refused", reason: `There is no actor "${message.address}"` };
  }
  if (row.is_held) {
    return { status: "refused", reason: `Actor "${root}" is held until an operator has looked` };
  }
  if (message.type === "create" && tree.exists) return { status: "duplicate" };
  const logged = tree.outbox.log.length;
  if (!tree.exists && (message.type === "create" || message.create !== undefined)) {
    const input = message.type === "create" ? message.input : message.create?.input;
    tree.create(input, { rowId: row.id, source });
  }
  const created = tree.outbox.log.length;
  const refusal = message.type === "create"
    ? undefined
    : tree.deliver(message.address, message.event, source);
  if (key !== undefined) used.set(keyOf(root, key), refusal ?? null);
  if (refusal === undefined) {
    const entry = tree.outbox.log[message.type === "create" ? logged : created];
    if (entry !== undefined && key !== undefined) entry.key = key;
    return { status: "accepted" };
  }
  if (key !== undefined && message.type === "event" && tree.exists) {
    messageRows.refuse(row.id, { ...message, source, refusal });
  }
  return { status: "refused", reason: refusal };
}
