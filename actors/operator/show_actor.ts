/** One actor with all that belongs to it, as it is at one moment, and its past. */
import { readTree } from "../../db/actor_rows.ts";
import { type LetterRow, pageLetters } from "../../db/dead_letters.ts";
import {
  type HistoryRow,
  type PendingEffectRow,
  type PendingMessageRow,
  readHistory,
  readPendingEffects,
  readPendingMessages,
} from "../../db/operations.ts";
import { assertAddress, rootOf } from "../address.ts";
import { toJson } from "../json.ts";
import type { Member } from "../member.ts";
import { foundOf } from "./list_actors.ts";
import {
  atOneMoment,
  eventFromText,
  type OperatorHost,
  takeLimit,
  UsageError,
} from "./operator_host.ts";
import type {
  ActorDetail,
  DeadLetter,
  EffectDetail,
  HistoryEntry,
  HistoryQuery,
  MemberDetail,
  MessageDetail,
  ShowQuery,
} from "./operator_types.ts";
import { restoreTree } from "./stored_tree.ts";

/** Effects, messages and letters shown of one actor. */
const MAX_SHOWN = 1_000;

/**
 * @throws {UsageError} When the address cannot be one.
 */
export async function showActor(
  host: OperatorHost,
  address: string,
  query: ShowQuery,
): Promise<ActorDetail | undefined> {
  takeAddress(address);
  const root = rootOf(address);
  const isWithin = (other: string): boolean => other === address || other.startsWith(`${address}/`);
  const limit = takeLimit(query.history?.limit);
  const read = await atOneMoment(host.database, async (tx) => ({
    rows: await readTree(tx, root),
    effects: await readPendingEffects(tx, { address, limit: MAX_SHOWN }),
    messages: await readPendingMessages(tx, { root, limit: MAX_SHOWN }),
    letters: await pageLetters(tx, { address, after: 0, limit: MAX_SHOWN }),
    history: query.history === undefined
      ? undefined
      : await readHistory(tx, historyOf({ root, address }, query.history, limit)),
  }));
  const row = read.rows.find((each) => each.address === address);
  if (row === undefined) return undefined;
  const restored = restoreTree({ root, rows: read.rows }, host);
  const members = [...restored.tree?.members.values() ?? []]
    .filter((member) => isWithin(member.address));
  const messages = read.messages.filter((message) => isWithin(message.address));
  return {
    ...foundOf(row, read.rows.filter((each) => isWithin(each.address)).length - 1, restored),
    isHeld: read.rows.some((each) => each.is_held),
    effects: read.effects.length,
    inbox: messages.length,
    deadLetters: read.letters.length,
    members: members.map(memberDetail),
    pendingEffects: read.effects.map(effectDetail),
    pendingMessages: messages.map(messageDetail),
    letters: read.letters.map(deadLetterOf),
    ...(read.history === undefined ? {} : {
      history: await withPostings(host, read.history.map((line) => historyEntry(line, root))),
    }),
  };
}

/** @throws {UsageError} When it cannot be an address. */
export function takeAddress(address: string): string {
  try {
    assertAddress(address);
    return address;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function historyOf(
  { root, address }: { root: string; address: string },
  { before = Number.MAX_SAFE_INTEGER }: HistoryQuery,
  limit: number,
) {
  return { root, child: address === root ? undefined : address, before, limit };
}

function memberDetail({ address, machine, revision, state }: Member): MemberDetail {
  const { snapshot, timers } = state;
  return {
    address,
    machine: machine.id,
    value: snapshot.value,
    status: snapshot.status,
    tags: [...snapshot.tags] as string[],
    revision,
    context: plain(snapshot.context, "the context"),
    output: plain(snapshot.output, "the output"),
    error: plain(snapshot.error, "the error"),
    timers: timers.map(({ sendId, dueMs, event, to }) => ({
      sendId,
      dueMs,
      event: plain(event, "the event") as MemberDetail["timers"][number]["event"],
      to: to ?? null,
    })),
  };
}

/** As it is stored: references and errors in their JSON form. */
function plain(value: unknown, what: string): unknown {
  return value === undefined ? null : JSON.parse(toJson(value, what));
}

function effectDetail(row: PendingEffectRow): EffectDetail {
  return {
    key: row.key,
    address: row.address,
    name: row.name,
    input: JSON.parse(row.input),
    childId: row.child_id,
    lane: row.lane,
    owner: row.owner,
    attempt: row.attempt,
    runAtMs: Number(row.run_at),
    isUncertain: row.is_uncertain,
    lastError: row.last_error,
  };
}

function messageDetail(row: PendingMessageRow): MessageDetail {
  const { id, address, kind, event, source, key, at_ms } = row;
  return {
    id: Number(id),
    address,
    kind,
    event: eventFromText(event),
    source,
    key,
    atMs: Number(at_ms),
  };
}

/** A letter without what only a redrive needs. */
export function deadLetterOf(row: LetterRow): DeadLetter {
  const { id, address, kind, event, key, source, source_revision, error, at_ms } = row;
  return {
    id: Number(id),
    address,
    kind,
    event: eventFromText(event),
    key,
    source,
    sourceRevision: source_revision === null ? null : Number(source_revision),
    error,
    atMs: Number(at_ms),
  };
}

function historyEntry(row: HistoryRow, root: string): Omit<HistoryEntry, "postings"> {
  return {
    id: Number(row.id),
    address: row.address ?? root,
    revision: row.revision === null ? null : Number(row.revision),
    atMs: Number(row.at_ms),
    event: eventFromText(row.event),
    key: row.key,
    source: row.source,
    sourceRevision: row.source_revision === null ? null : Number(row.source_revision),
    state: row.state === null ? null : JSON.parse(row.state),
    status: (row.status ?? "active") as HistoryEntry["status"],
    refusal: row.refusal,
  };
}

async function withPostings(
  { postingsOf }: OperatorHost,
  entries: readonly Omit<HistoryEntry, "postings">[],
): Promise<HistoryEntry[]> {
  const steps = entries.flatMap(({ address, revision }) =>
    revision === null ? [] : [{ address, revision }]
  );
  const postings = steps.length === 0 ? [] : await postingsOf(steps);
  const byStep = Map.groupBy(postings, ({ address, revision }) => `${address} ${revision}`);
  return entries.map((entry) => ({
    ...entry,
    postings: byStep.get(`${entry.address} ${entry.revision}`) ?? [],
  }));
}
