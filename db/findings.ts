/** What does not agree with Telegram's books, kept until an admin has acknowledged it. */
import type { Connection } from "./connection.ts";

export interface NewFinding {
  /** What it is about: found again while it shows, it is the same finding. */
  readonly key: string;
  readonly kind: string;
  /** JSON text. */
  readonly detail: string;
  readonly atMs: number;
}

export interface FindingRow {
  readonly id: bigint;
  readonly kind: string;
  /** JSON text. */
  readonly detail: string;
  readonly foundAtMs: number;
  readonly acknowledgedBy: string | null;
  readonly reason: string | null;
}

/** Keeps findings; one that is known changes nothing. */
export async function keepFindings(tx: Connection, findings: readonly NewFinding[]): Promise<void> {
  if (findings.length === 0) return;
  await tx.query(
    `insert into reconciliation_findings (key, kind, detail, found_at_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
     on conflict (key) do nothing`,
    [
      findings.map((finding) => finding.key),
      findings.map((finding) => finding.kind),
      findings.map((finding) => finding.detail),
      findings.map((finding) => finding.atMs),
    ],
  );
}

/**
 * What findings of some kinds were about shows no more, but for those with the kept keys. They stay as
 * they are; what shows alike later is a new finding, whether or not they were acknowledged.
 */
export async function endFindings(
  tx: Connection,
  { kinds, keptKeys }: { kinds: readonly string[]; keptKeys: readonly string[] },
): Promise<void> {
  await tx.query(
    `update reconciliation_findings f set key = null
     where f.kind = any($1::text[]) and f.key <> all($2::text[])`,
    [kinds, keptKeys],
  );
}

/** Whether something of the kind shows now. */
export async function isFindingShown(connection: Connection, kind: string): Promise<boolean> {
  const { rows } = await connection.query(
    "select from reconciliation_findings f where f.kind = $1 and f.key is not null limit 1",
    [kind],
  );
  return rows.length > 0;
}

/** Those that no admin was told of yet, at most `limit`; from now on they are told. */
export async function takeUntoldFindings(tx: Connection, limit: number): Promise<FindingRow[]> {
  const { rows } = await tx.query<RawFinding>(
    `with untold as materialized (
       select f.id from reconciliation_findings f where not f.is_told order by f.id limit $1
     )
     update reconciliation_findings f set is_told = true from untold u
     where f.id = any(array[u.id])
     returning ${COLUMNS}`,
    [limit],
  );
  return rows.map(findingOf).sort((left, right) => Number(left.id - right.id));
}

/** Open findings, the oldest first. */
export async function listOpenFindings(
  connection: Connection,
  limit: number,
): Promise<FindingRow[]> {
  const { rows } = await connection.query<RawFinding>(
    `select ${COLUMNS} from reconciliation_findings f
     where f.acknowledged_at_ms is null order by f.id limit $1`,
    [limit],
  );
  return rows.map(findingOf);
}

export async function countOpenFindings(connection: Connection): Promise<number> {
  const { rows } = await connection.query<{ count: number }>(
    `select count(*)::int as count from reconciliation_findings f
     where f.acknowledged_at_ms is null`,
  );
  return rows[0]?.count ?? 0;
}

export async function readFinding(
  connection: Connection,
  id: bigint,
): Promise<FindingRow | undefined> {
  const { rows } = await connection.query<RawFinding>(
    `select ${COLUMNS} from reconciliation_findings f where f.id = $1`,
    [id],
  );
  return rows[0] === undefined ? undefined : findingOf(rows[0]);
}

/** Closes an open finding, once; found again while it shows, it stays closed. */
export async function acknowledgeFinding(
  tx: Connection,
  { id, by, reason, atMs }: { id: bigint; by: string; reason: string; atMs: number },
): Promise<void> {
  await tx.query(
    `update reconciliation_findings f
     set acknowledged_at_ms = $4, acknowledged_by = $2, reason = $3, is_told = true
     where f.id = $1 and f.acknowledged_at_ms is null`,
    [id, by, reason.replaceAll("\0", ""), atMs],
  );
}

interface RawFinding {
  id: bigint;
  kind: string;
  detail: string;
  found_at_ms: bigint;
  acknowledged_by: string | null;
  reason: string | null;
}

const COLUMNS = "f.id, f.kind, f.detail, f.found_at_ms, f.acknowledged_by, f.reason";

function findingOf(row: RawFinding): FindingRow {
  return {
    id: row.id,
    kind: row.kind,
    detail: row.detail,
    foundAtMs: Number(row.found_at_ms),
    acknowledgedBy: row.acknowledged_by,
    reason: row.reason,
  };
}
