/** The log of what admins ordered: written before it is carried out, completed after, never deleted. */
import type { Connection } from "./connection.ts";

export interface AuditRow {
  key: string;
  by: string;
  role: string;
  what: string;
  target: string;
  detail: string;
  atMs: number;
}

export interface AuditLine extends AuditRow {
  id: number;
  /** Null: it was not carried out to its end, or is just now. */
  outcome: string | null;
}

/** Writes a command, once per key. */
export async function beginAudit(connection: Connection, row: AuditRow): Promise<void> {
  await connection.query(
    `insert into audit_log (key, at_ms, admin_id, role, what, target, detail)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (key) do nothing`,
    [row.key, row.atMs, row.by, row.role, row.what, row.target, row.detail],
  );
}

/** Writes what became of it; what was written first stays. */
export async function endAudit(
  connection: Connection,
  { key, outcome }: { key: string; outcome: string },
): Promise<void> {
  await connection.query(
    "update audit_log a set outcome = $2 where a.key = $1 and a.outcome is null",
    [key, outcome],
  );
}

/** A page of the log, the newest first. @param before Only smaller ids; 0: all. */
export async function listAudit(
  connection: Connection,
  { before, limit }: { before: number; limit: number },
): Promise<AuditLine[]> {
  const { rows } = await connection.query<
    Omit<AuditLine, "id" | "atMs"> & { id: bigint; atMs: bigint }
  >(
    `select a.id, a.key, a.at_ms as "atMs", a.admin_id as by, a.role, a.what, a.target, a.detail,
       a.outcome
     from audit_log a where a.id < $1 order by a.id desc limit $2`,
    [before === 0 ? Number.MAX_SAFE_INTEGER : before, limit],
  );
  return rows.map((row) => ({ ...row, id: Number(row.id), atMs: Number(row.atMs) }));
}
