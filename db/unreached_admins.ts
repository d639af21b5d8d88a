/** Admins whom the bot may not write to, from the first word that did not reach them until one does. */
import type { Connection } from "./connection.ts";

export interface UnreachedAdmin {
  readonly adminId: number;
  readonly sinceMs: number;
}

/** Keeps that a word did not reach him; the first time counts. */
export async function keepUnreached(
  connection: Connection,
  { adminId, sinceMs }: UnreachedAdmin,
): Promise<void> {
  await connection.query(
    `insert into unreached_admins (admin_id, since_ms) values ($1, $2)
     on conflict (admin_id) do nothing`,
    [adminId, sinceMs],
  );
}

/** One has reached him. */
export async function dropUnreached(connection: Connection, adminId: number): Promise<void> {
  await connection.query("delete from unreached_admins u where u.admin_id = $1", [adminId]);
}

/** Those of the given ones, the longest first. */
export async function listUnreached(
  connection: Connection,
  adminIds: readonly number[],
): Promise<UnreachedAdmin[]> {
  const { rows } = await connection.query<{ admin_id: bigint; since_ms: bigint }>(
    `select u.admin_id, u.since_ms from unreached_admins u
     where u.admin_id = any($1::bigint[]) order by u.since_ms, u.admin_id`,
    [adminIds],
  );
  return rows.map((row) => ({ adminId: Number(row.admin_id), sinceMs: Number(row.since_ms) }));
}
