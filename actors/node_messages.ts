/**
 * What nodes say to each other, by the database's notifications: "look into this inbox" and the
 * receipts of what was taken from one. Nothing rests on their arrival: an inbox is looked into again,
 * and a lost receipt is asked for.
 */
import type { Notification } from "../db/notifications.ts";
import { isAddress, rootOf } from "./address.ts";
import type { Decision, Reply } from "./batch_outcome.ts";
import { fromJson, toJson } from "./json.ts";
import type { ActorReference } from "./reference.ts";
import type { View } from "./view.ts";

/** For all nodes. */
export const COMMON_CHANNEL = "zhreb";
/** Postgres takes 7,999 bytes. */
const MAX_PAYLOAD_BYTES = 7_900;
/** What is about receipts and views in a message, at most. */
const FRAME_BYTES = 60;
/** A larger view is read by the node that wants it. */
const MAX_VIEW_BYTES = 3_000;
/** A receipt fits into a payload whatever its reason is made of. */
const MAX_REASON_CHARACTERS = 600;
const STATUSES = ["accepted", "duplicate", "refused"] satisfies Decision["status"][];

/** A receipt as it travels; the number is the one under which its node waits for it. */
interface SentReceipt extends Decision {
  readonly number: number;
  readonly address: string;
}

export interface HeardReceipt {
  readonly number: number;
  readonly address: string;
  readonly decision: Decision;
  /** Undefined when it was too large to travel, and when there is no such actor. */
  readonly view: View | undefined;
}

export type NodeMessage =
  | { readonly type: "drain"; readonly root: string }
  | { readonly type: "receipts"; readonly receipts: readonly HeardReceipt[] };

/** The channel of one node. Names of channels are short, so only the random end of its id is used. */
export function channelOf(nodeId: string): string {
  return `zhreb_${nodeId.slice(-36)}`;
}

export function replyTo(nodeId: string, number: number): string {
  return `${nodeId} ${number}`;
}

/** Who waits, and under which number. */
export function readReplyTo(text: string): { nodeId: string; number: number } {
  const space = text.lastIndexOf(" ");
  return { nodeId: text.slice(0, space), number: Number(text.slice(space + 1)) };
}

/** Asks a node, or with `undefined` any, to look into an inbox. */
export function drainNotification(root: string, nodeId: string | undefined): Notification {
  return {
    channel: nodeId === undefined ? COMMON_CHANNEL : channelOf(nodeId),
    payload: JSON.stringify({ type: "drain", root } satisfies NodeMessage),
  };
}

/** The receipts for other nodes. */
export function notificationsOf(replies: readonly Reply[], ownNodeId: string): Notification[] {
  const named = replies.map((reply) => ({ ...reply, ...readReplyTo(reply.to) }))
    .filter(({ nodeId }) => nodeId !== ownNodeId);
  // A large view is dear to write: once for an actor, however many wait for it.
  const views = new Map(named.map(({ address, view }) => [address, view]));
  const viewTexts = new Map([...views].map(([address, view]) => [address, viewMember(view)]));
  return [...Map.groupBy(named, ({ nodeId }) => nodeId)].flatMap(([nodeId, ofNode]) =>
    payloadsOf(ofNode, viewTexts).map((payload) => ({ channel: channelOf(nodeId), payload }))
  );
}

/** @param viewTexts Views as members, by address. */
function payloadsOf(
  replies: readonly (Reply & { number: number })[],
  viewTexts: ReadonlyMap<string, string>,
): string[] {
  const payloads: string[] = [];
  let receipts: string[] = [];
  let views = new Set<string>();
  let bytes = FRAME_BYTES;
  const flush = (): void => {
    if (receipts.length === 0) return;
    const texts = [...views].filter((text) => text !== "");
    payloads.push(
      `{"type":"receipts","receipts":[${receipts.join()}],"views":{${texts.join()}}}`,
    );
    [receipts, views, bytes] = [[], new Set(), FRAME_BYTES];
  };
  for (const { number, address, decision: { status, reason } } of replies) {
    const receipt = JSON.stringify(
      {
        number,
        address,
        status,
        ...(reason === undefined ? {} : { reason: reason.slice(0, MAX_REASON_CHARACTERS) }),
      } satisfies SentReceipt,
    );
    let view = viewTexts.get(address) ?? "";
    const after = (): number =>
      bytes + byteLength(receipt) + (views.has(view) ? 0 : byteLength(view)) + 2;
    if (after() > MAX_PAYLOAD_BYTES) flush();
    if (after() > MAX_PAYLOAD_BYTES) view = "";
    bytes = after();
    receipts.push(receipt);
    views.add(view);
  }
  flush();
  return payloads;
}

/** A view as a member of the message's views; empty for one that is too large to travel, or none. */
function viewMember(view: View | undefined): string {
  if (view === undefined) return "";
  const text = `${JSON.stringify(view.address)}:${toJson(view, `the view of ${view.address}`)}`;
  return byteLength(text) > MAX_VIEW_BYTES ? "" : text;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * What was heard on a channel, where anybody may speak who can reach the database.
 * @returns Undefined when no node of this code says so; a newer one may have more to say.
 */
export function readNodeMessage(
  payload: string,
  referenceTo: (address: string) => ActorReference,
): NodeMessage | undefined {
  const message = parse(payload, referenceTo);
  if (!isRecord(message)) return undefined;
  const { type, root, receipts, views } = message;
  if (type === "drain") {
    return isAddress(root) && rootOf(root) === root ? { type, root } : undefined;
  }
  if (type !== "receipts" || !Array.isArray(receipts) || !isRecord(views)) return undefined;
  return {
    type,
    receipts: receipts.filter(isSentReceipt).map(({ number, address, status, reason }) => ({
      number,
      address,
      decision: { status, ...(reason === undefined ? {} : { reason }) },
      view: viewIn(views, address),
    })),
  };
}

function parse(payload: string, referenceTo: (address: string) => ActorReference): unknown {
  try {
    return fromJson(payload, referenceTo);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isSentReceipt(value: unknown): value is SentReceipt {
  if (!isRecord(value)) return false;
  const { number, address, status, reason } = value;
  return typeof number === "number" && typeof address === "string" &&
    (STATUSES as readonly unknown[]).includes(status) &&
    (reason === undefined || typeof reason === "string");
}

function viewIn(views: Record<string, unknown>, address: string): View | undefined {
  const view = Object.hasOwn(views, address) ? views[address] : undefined;
  return isRecord(view) && view.address === address ? view as unknown as View : undefined;
}
