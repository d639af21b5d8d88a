/** Messages between actors that wait for their receiver. */
import { type Connection, storableText } from "./connection.ts";

export interface InboxRow {
  id: bigint;
  root: string;
  address: string;
  event: string;
  create_input: string | null;
  source: string;
}

/** The oldest waiting messages of locked roots, in order. */
export async function readInbox(
  tx: Connection,
  { roots, limitPerRoot }: { roots: readonly string[]; limitPerRoot: number },
): Promise<InboxRow[]> {
  const { rows } = await tx.query<InboxRow>(
    `select i.id, i.root, i.address, i.event, i.create_input, i.source
     from unnest($1::text[]) as r(root)
     cross join lateral (
       select * from inbox where inbox.root = r.root order by inbox.id limit $2
     ) i
     order by i.id`,
    [roots, limitPerRoot],
  );
  return rows;
}

export async function insertInbox(
  tx: Connection,
  messages: readonly Omit<InboxRow, "id">[],
): Promise<void> {
  await tx.query(
    `insert into inbox (root, address, event, create_input, source)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`,
    [
      messages.map((message) => message.root),
      messages.map((message) => message.address),
      messages.map((message) => message.event),
      messages.map((message) => message.create_input),
      messages.map((message) => message.source),
    ],
  );
}

export async function deleteInbox(tx: Connection, ids: readonly bigint[]): Promise<void> {
  await tx.query("delete from inbox where id = any($1::bigint[])", [ids]);
}

/**
 * Roots for which messages wait, except held ones and those of other kinds, which would take the
 * places of all others. The recursion jumps from root to root instead of reading every message.
 */
export async function findWaitingRoots(
  connection: Connection,
  { kinds, limit }: { kinds: readonly string[]; limit: number },
): Promise<string[]> {
  const { rows } = await connection.query<{ root: string }>(
    `with recursive waiting as (
       (select i.root from inbox i order by i.root limit 1)
       union all
       select (select i.root from inbox i where i.root > w.root order by i.root limit 1)
       from waiting w where w.root is not null
     )
     select w.root from waiting w
     where split_part(w.root, '/', 1) = any($1::text[])
       and not exists (select 1 from actors a where a.address = w.root and a.is_held)
     limit $2`,
    [kinds, limit],
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
  address: string;
  event: string;
  key: string | null;
  source: string | null;
  error: string;
  atMs: number;
}

/** Sets events aside for an operator. @returns Their numbers. */
export async function insertDeadLetters(
  tx: Connection,
  letters: readonly DeadLetter[],
): Promise<bigint[]> {
  const { rows } = await tx.query<{ id: bigint }>(
    `insert into dead_letters (address, event, key, source, error, at_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
     returning id`,
    [
      letters.map((letter) => letter.address),
      letters.map((letter) => letter.event),
      letters.map((letter) => letter.key),
      letters.map((letter) => letter.source),
      letters.map((letter) => storableText(letter.error)),
      letters.map((letter) => letter.atMs),
    ],
  );
  return rows.map((row) => row.id);
}
