/** Messages between actors that wait for their receiver. */
import { type Connection, storableText } from "./connection.ts";
import type { Notification } from "./notifications.ts";

/** A message in the inbox of an actor. */
export interface InboxMessage {
  root: string;
  address: string;
  /** `create` has no event; an `answer` is an effect's: `{ childId, effectKey, outcome }`. */
  kind: "event" | "create" | "answer";
  event: string;
  create_input: string | null;
  /** An address, `timer` or `effect`; null for the outside. */
  source: string | null;
  source_revision: number | null;
  key: string | null;
  /** Who waits for a receipt, as that node names it: its id and a number. */
  reply_to: string | null;
  at_ms: number;
}

export interface InboxRow extends Omit<InboxMessage, "source_revision" | "at_ms"> {
  id: bigint;
  source_revision: bigint | null;
  /** Whether the key was used before, and why the event was refused then. */
  is_used: boolean;
  refusal: string | null;
}

/** The oldest waiting messages of locked roots, in order. */
export async function readInbox(
  tx: Connection,
  { roots, limitPerRoot }: { roots: readonly string[]; limitPerRoot: number },
): Promise<InboxRow[]> {
  const { rows } = await tx.query<InboxRow>(
    `select i.id, i.root, i.address, i.kind, i.event, i.create_input, i.source, i.source_revision,
       i.key, i.reply_to, e.id is not null as is_used, e.refusal
     from unnest($1::text[]) as r(root)
     cross join lateral (
       select * from inbox where inbox.root = r.root order by inbox.id limit $2
     ) i
     left join lateral (
       select a.id from actors a where i.key is not null and a.address = i.root limit 1
     ) a on true
     left join lateral (
       select e.id, e.refusal from events e where e.actor_id = a.id and e.key = i.key limit 1
     ) e on true
     order by i.id`,
    [roots, limitPerRoot],
  );
  return rows;
}

const INSERT = `insert into inbox
    (root, address, kind, event, create_input, source, source_revision, key, reply_to, at_ms)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::bigint[], $8::text[], $9::text[], $10::bigint[])`;

export async function insertInbox(
  tx: Connection,
  messages: readonly InboxMessage[],
): Promise<void> {
  await tx.query(INSERT, columnsOf(messages));
}

/**
 * Inserts messages of one root, as many as there is room for, and says so to those who hear it, in one
 * commit of its own.
 * @param limit Most messages that wait in the inbox.
 * @returns How many were inserted, the first ones.
 */
export async function insertInboxAndNotify(
  connection: Connection,
  messages: readonly InboxMessage[],
  { limit, notification: { channel, payload } }: { limit: number; notification: Notification },
): Promise<number> {
  const { rows } = await connection.query<{ inserted: number }>(
    `with inserted as (
       ${INSERT}
       limit (
         select greatest($14 - count(*), 0)
         from (select 1 from inbox i where i.root = $13 limit $14) as waiting
       )
       returning 1
     )
     select (select count(*)::int from inserted) as inserted, pg_notify($11, $12)`,
    [...columnsOf(messages), channel, payload, messages[0]?.root, limit],
  );
  return rows[0]?.inserted ?? 0;
}

function columnsOf(messages: readonly InboxMessage[]): unknown[][] {
  return [
    messages.map((message) => message.root),
    messages.map((message) => message.address),
    messages.map((message) => message.kind),
    messages.map((message) => message.event),
    messages.map((message) => message.create_input),
    messages.map((message) => message.source),
    messages.map((message) => message.source_revision),
    messages.map((message) => message.key),
    messages.map((message) => message.reply_to),
    messages.map((message) => message.at_ms),
  ];
}

/** Of these roots those for which at least `limit` messages wait. */
export async function findFullInboxes(
  connection: Connection,
  { roots, limit }: { roots: readonly string[]; limit: number },
): Promise<string[]> {
  const { rows } = await connection.query<{ root: string }>(
    `select r.root from unnest($1::text[]) as r(root)
     where (select count(*) from (select 1 from inbox i where i.root = r.root limit $2) as w) >= $2`,
    [roots, limit],
  );
  return rows.map((row) => row.root);
}

/** Which of the receipts' names are still in an inbox. */
export async function findAwaited(
  connection: Connection,
  { root, replyTo }: { root: string; replyTo: readonly string[] },
): Promise<Set<string>> {
  const { rows } = await connection.query<{ reply_to: string }>(
    "select i.reply_to from inbox i where i.root = $1 and i.reply_to = any($2::text[])",
    [root, replyTo],
  );
  return new Set(rows.map((row) => row.reply_to));
}

export async function deleteInbox(tx: Connection, ids: readonly bigint[]): Promise<void> {
  await tx.query("delete from inbox where id = any($1::bigint[])", [ids]);
}

/**
 * Roots for which messages wait, except held ones, those of other kinds and those in `except`, which
 * would take the places of all others. The recursion jumps from root to root instead of reading every message.
 */
export async function findWaitingRoots(
  connection: Connection,
  { kinds, except, limit }: {
    kinds: readonly string[];
    except: readonly string[];
    limit: number;
  },
): Promise<string[]> {
  const { rows } = await connection.query<{ root: string }>(
    `with recursive waiting as (
       (select i.root from inbox i order by i.root limit 1)
       union all
       select (select i.root from inbox i where i.root > w.root order by i.root limit 1)
       from waiting w where w.root is not null
     )
     select w.root from waiting w
     where split_part(w.root, '/', 1) = any($1::text[]) and w.root <> all($3::text[])
       and not exists (select 1 from actors a where a.address = w.root and a.is_held)
     limit $2`,
    [kinds, limit, except],
  );
  return rows.map((row) => row.root);
}

/** The number of the oldest message that waits for a root, or undefined. */
export async function findOldestWaiting(
  connection: Connection,
  root: string,
): Promise<bigint | undefined> {
  const { rows } = await connection.query<{ id: bigint }>(
    "select i.id from inbox i where i.root = $1 order by i.id limit 1",
    [root],
  );
  return rows[0]?.id;
}

export interface DeadLetter {
  kind: "event" | "create" | "answer" | "timer" | "effect";
  address: string;
  event: string;
  key: string | null;
  source: string | null;
  sourceRevision?: number | null | undefined;
  /**
   * What a redrive needs besides, JSON text: `{ input }` of a create, `{ create: { input } }` of an
   * event that may create its actor, `{ childId, effectKey, outcome }` of an answer, an effect's row.
   */
  detail?: string | null | undefined;
  error: string;
  atMs: number;
}

/** Sets events aside for an operator. @returns Their numbers. */
export async function insertDeadLetters(
  tx: Connection,
  letters: readonly DeadLetter[],
): Promise<bigint[]> {
  const { rows } = await tx.query<{ id: bigint }>(
    `insert into dead_letters
       (kind, address, event, key, source, source_revision, detail, error, at_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
       $7::text[], $8::text[], $9::bigint[])
     returning id`,
    [
      letters.map((letter) => letter.kind),
      letters.map((letter) => letter.address),
      letters.map((letter) => letter.event),
      letters.map((letter) => letter.key),
      letters.map((letter) => letter.source),
      letters.map((letter) => letter.sourceRevision ?? null),
      letters.map((letter) => letter.detail ?? null),
      letters.map((letter) => storableText(letter.error)),
      letters.map((letter) => letter.atMs),
    ],
  );
  return rows.map((row) => row.id);
}
