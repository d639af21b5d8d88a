/** Which nodes live, and who does what only one may do. Decided by the database's clock. */
import { type Connection, sqlState } from "./connection.ts";

/** A node without a heartbeat for this long is dead and its effects are taken over. */
export const NODE_EXPIRY = "3 seconds";

/** @returns How many other nodes live, and what time the database has, epoch milliseconds. */
export async function heartbeat(
  connection: Connection,
  nodeId: string,
): Promise<{ others: number; atMs: number }> {
  const { rows } = await connection.query<{ others: number; at_ms: number }>(
    `insert into nodes (id, expires_at) values ($1, clock_timestamp() + interval '${NODE_EXPIRY}')
     on conflict (id) do update set expires_at = excluded.expires_at
     returning (
       select count(*)::int from nodes n where n.id <> $1 and n.expires_at > clock_timestamp()
     ) as others, extract(epoch from clock_timestamp())::float8 * 1000 as at_ms`,
    [nodeId],
  );
  const [row] = rows as [{ others: number; at_ms: number }];
  return { others: row.others, atMs: row.at_ms };
}

/** Forgets nodes that ended without saying so; of those that others may still look for, none. */
export async function removeOldNodes(connection: Connection): Promise<void> {
  await connection.query(
    "delete from nodes where expires_at < clock_timestamp() - interval '1 hour'",
  );
}

export async function removeNode(connection: Connection, nodeId: string): Promise<void> {
  await connection.query("delete from nodes where id = $1", [nodeId]);
}

/** Nobody else can be alive: the folder of an embedded database is locked. */
export async function removeAllNodes(connection: Connection): Promise<void> {
  await connection.query("delete from nodes");
}

/** Takes or prolongs a lease if it is free. @returns Who holds it now. */
export async function claimLease(
  connection: Connection,
  { name, owner, seconds }: { name: string; owner: string; seconds: number },
): Promise<string> {
  const { rows } = await connection.query<{ owner: string }>(
    `insert into leases as l (name, owner, expires_at)
     values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (name) do update set
       owner = case when l.expires_at < clock_timestamp() then excluded.owner else l.owner end,
       expires_at = case when l.owner = excluded.owner or l.expires_at < clock_timestamp()
         then excluded.expires_at else l.expires_at end
     returning l.owner`,
    [name, owner, seconds],
  );
  return rows[0]?.owner ?? owner;
}

/** Forgets leases that ended long ago, such as those of actors that were hot once. */
export async function removeOldLeases(connection: Connection): Promise<void> {
  await connection.query(
    "delete from leases where expires_at < clock_timestamp() - interval '1 hour'",
  );
}

/** Takes or prolongs a lease. @returns Whether `owner` holds it now. */
export async function acquireLease(
  connection: Connection,
  lease: { name: string; owner: string; seconds: number },
): Promise<boolean> {
  return await claimLease(connection, lease) === lease.owner;
}

export async function releaseLease(
  connection: Connection,
  { name, owner }: { name: string; owner: string },
): Promise<void> {
  await connection.query("delete from leases where name = $1 and owner = $2", [name, owner]);
}

const INVALID_PARAMETER_VALUE = "22023";

/**
 * What became of a transaction whose COMMIT was not answered. After a crash the server may not know
 * the number at all ("in the future"): then nothing of it was written.
 */
export async function readTransactionStatus(
  connection: Connection,
  transactionId: string,
): Promise<"committed" | "aborted" | "in progress" | null> {
  try {
    const { rows } = await connection.query<
      { status: "committed" | "aborted" | "in progress" | null }
    >("select pg_xact_status($1::text::xid8) as status", [transactionId]);
    return rows[0]?.status ?? null;
  } catch (error) {
    if (sqlState(error) === INVALID_PARAMETER_VALUE) return "aborted";
    throw error;
  }
}
