/** Findings on their way into the table, and out of it. */
import type { FindingRow, NewFinding } from "../../db/findings.ts";
import type { Finding, FindingDetail, FindingKind } from "../../machines/domain/treasury.ts";

/** A finding as it is stored. */
export function newFinding(
  key: string,
  { kind, detail, atMs }: { kind: FindingKind; detail: FindingDetail; atMs: number },
): NewFinding {
  return { key, kind, detail: JSON.stringify(detail), atMs };
}

/** A stored finding in the words of the machines. */
export function toFinding(row: FindingRow): Finding {
  const { id, kind, detail, foundAtMs, acknowledgedBy, reason } = row;
  return {
    id: id.toString(),
    kind: kind as FindingKind,
    detail: JSON.parse(detail),
    foundAtMs,
    ...(acknowledgedBy === null
      ? {}
      : { acknowledged: { by: acknowledgedBy, reason: reason ?? "" } }),
  };
}
