/** The rows of actors: reserve, lock, read, write. */
import type { Connection } from "./connection.ts";

export interface ActorRow {
  id: bigint;
  address: string;
  revision: bigint;
  snapshot: string;
  wake_at: bigint | null;
  is_held: boolean;
}

const COLUMNS = "a.id, a.address, a.revision, a.snapshot, a.wake_at, a.is_held";

/** Reserves rows for roots that are to be created; those that exist are left alone. */
export async function reserveRoots(tx: Connection, addresses: readonly string[]): Promise<void> {
  await tx.query(
    `insert into actors (address)
     select address from unnest($1::text[]) as address order by address
     on conflict (address) do nothing`,
    [addresses],
  );
}

/** A row under lock, with the number of the transaction that holds it. */
export interface LockedRow extends ActorRow {
  transaction_id: string;
}

const LOCKED = `select ${COLUMNS}, pg_current_xact_id()::text as transaction_id from actors a
   where a.address = any($1::text[]) order by a.id + 0 for update`;

/** Locks roots in the order of their ids, waiting for each. */
export async function lockRoots(
  tx: Connection,
  addresses: readonly string[],
): Promise<LockedRow[]> {
  return (await tx.query<LockedRow>(LOCKED, [addresses])).rows;
}

/** Locks those roots that nobody holds. */
export async function lockFreeRoots(
  tx: Connection,
  addresses: readonly string[],
): Promise<LockedRow[]> {
  return (await tx.query<LockedRow>(`${LOCKED} skip locked`, [addresses])).rows;
}

/** The child machines of locked roots. A statement of its own: it must see what was committed last. */
export async function readChildren(
  tx: Connection,
  rootAddresses: readonly string[],
): Promise<ActorRow[]> {
  const { rows } = await tx.query<ActorRow>(
    `select ${COLUMNS} from actors r join actors a on a.root_id = r.id
     where r.address = any($1::text[])`,
    [rootAddresses],
  );
  return rows;
}

/** Reads a tree without locks, the root first; no rows when it does not exist. */
export async function readTree(connection: Connection, root: string): Promise<ActorRow[]> {
  const { rows } = await connection.query<ActorRow>(
    `select ${COLUMNS} from actors a where a.address = $1 and a.revision > 0
     union all
     select ${COLUMNS} from actors r join actors a on a.root_id = r.id where r.address = $1`,
    [root],
  );
  return rows;
}

/** Which of the addresses have a row, locked or not. */
export async function findExisting(
  connection: Connection,
  addresses: readonly string[],
): Promise<Set<string>> {
  const { rows } = await connection.query<{ address: string }>(
    "select a.address from actors a where a.address = any($1::text[])",
    [addresses],
  );
  return new Set(rows.map((row) => row.address));
}

export interface ActorWrite {
  id: bigint;
  expectedRevision: number;
  revision: number;
  snapshot: string;
}

/** SQLSTATE of a commit that the fence stopped: another owner was faster. */
export const FENCED = "ZHF01";

/**
 * Writes snapshots whose revision is still the expected one.
 * @throws With SQLSTATE `FENCED` when one is not.
 */
export async function writeSnapshots(
  tx: Connection,
  writes: readonly ActorWrite[],
): Promise<void> {
  await tx.query(
    `with written as (
       update actors a set revision = w.revision, snapshot = w.snapshot
       from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
         as w(id, expected, revision, snapshot)
       where a.id = any(array[w.id]) and a.revision = w.expected
       returning 1
     )
     select assert_written((select count(*) from written), cardinality($1::bigint[]))`,
    [
      writes.map((write) => write.id),
      writes.map((write) => write.expectedRevision),
      writes.map((write) => write.revision),
      writes.map((write) => write.snapshot),
    ],
  );
}

/** The same with the wake-up time, which is indexed: only where it changes. */
export async function writeSnapshotsAndWakeUps(
  tx: Connection,
  writes: readonly (ActorWrite & { wakeAt: number | null })[],
): Promise<void> {
  await tx.query(
    `with written as (
       update actors a set revision = w.revision, snapshot = w.snapshot, wake_at = w.wake_at
       from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[])
         as w(id, expected, revision, snapshot, wake_at)
       where a.id = any(array[w.id]) and a.revision = w.expected
       returning 1
     )
     select assert_written((select count(*) from written), cardinality($1::bigint[]))`,
    [
      writes.map((write) => write.id),
      writes.map((write) => write.expectedRevision),
      writes.map((write) => write.revision),
      writes.map((write) => write.snapshot),
      writes.map((write) => write.wakeAt),
    ],
  );
}

export interface ChildInsert {
  address: string;
  rootId: bigint;
  revision: number;
  snapshot: string;
}

export async function insertChildren(
  tx: Connection,
  children: readonly ChildInsert[],
): Promise<void> {
  await tx.query(
    `insert into actors (address, root_id, revision, snapshot)
     select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[])`,
    [
      children.map((child) => child.address),
      children.map((child) => child.rootId),
      children.map((child) => child.revision),
      children.map((child) => child.snapshot),
    ],
  );
}

export async function deleteActors(tx: Connection, ids: readonly bigint[]): Promise<void> {
  await tx.query("delete from actors where id = any($1::bigint[])", [ids]);
}

/**
 * Roots whose wake-up time has come, the earliest first, and when the next one comes. Those that
 * this node cannot wake (held, another kind, unreadable) are left out: they would take the places
 * of all others.
 */
export async function findDue(
  connection: Connection,
  { nowMs, limit, kinds, except }: {
    nowMs: number;
    limit: number;
    kinds: readonly string[];
    except: readonly string[];
  },
): Promise<{ due: string[]; nextMs: number | undefined }> {
  const { rows } = await connection.query<{ address: string; wake_at: bigint }>(
    `(select a.address, a.wake_at from actors a
      where a.wake_at <= $2 and not a.is_held
        and split_part(a.address, '/', 1) = any($3::text[]) and a.address <> all($4::text[])
      order by a.wake_at limit $1)
     union all
     (select a.address, a.wake_at from actors a
      where a.wake_at > $2 and not a.is_held
        and split_part(a.address, '/', 1) = any($3::text[]) and a.address <> all($4::text[])
      order by a.wake_at limit 1)`,
    [limit, nowMs, kinds, except],
  );
  const due = rows.filter((row) => Number(row.wake_at) <= nowMs);
  const next = rows[due.length];
  return {
    due: due.map((row) => row.address),
    nextMs: next === undefined ? undefined : Number(next.wake_at),
  };
}

/** Whether an actor was stepped to a revision. */
export async function hasReached(
  connection: Connection,
  { actorId, revision }: { actorId: bigint; revision: number },
): Promise<boolean> {
  const { rowCount } = await connection.query(
    "select 1 from actors a where a.id = $1 and a.revision >= $2",
    [actorId, revision],
  );
  return rowCount === 1;
}

export async function holdActor(tx: Connection, root: string): Promise<void> {
  await tx.query("update actors set is_held = true where address = $1", [root]);
}
