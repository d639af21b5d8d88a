/** Messages between actors that wait for their receiver. */
import type { Connection } from "./connection.ts";

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

/** Roots for which messages wait. */
export async function findWaitingRoots(connection: Connection, limit: number): Promise<string[]> {
  const { rows } = await connection.query<{ root: string }>(
    "select distinct i.root from inbox i limit $1",
    [limit],
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

/** Sets an event aside for an operator. @returns Its number. */
export async function insertDeadLetter(tx: Connection, letter: DeadLetter): Promise<bigint> {
  const { rows } = await tx.query<{ id: bigint }>(
    `insert into dead_letters (address, event, key, source, error, at_ms)
     values ($1, $2, $3, $4, $5, $6) returning id`,
    [letter.address, letter.event, letter.key, letter.source, letter.error, letter.atMs],
  );
  return (rows[0] as { id: bigint }).id;
}
