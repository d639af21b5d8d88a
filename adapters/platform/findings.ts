/** Findings on their way into the table, and out of it. */
import type { Connection } from "../../db/connection.ts";
import { endFindings, type FindingRow, keepFindings, type NewFinding } from "../../db/findings.ts";
import type { Finding, FindingDetail, FindingKind } from "../../machines/domain/treasury.ts";

/** A finding as it is stored. */
export function newFinding(
  key: string,
  { kind, detail, atMs }: { kind: FindingKind; detail: FindingDetail; atMs: number },
): NewFinding {
  return { key, kind, detail: JSON.stringify(detail), atMs };
}

/**
 * Keeps what shows now of some kinds. What showed earlier and does not now is over, so that it is told
 * again when it comes back.
 */
export async function keepShown(
  tx: Connection,
  { kinds, findings }: { kinds: readonly FindingKind[]; findings: readonly NewFinding[] },
): Promise<void> {
  await endFindings(tx, { kinds, keptKeys: findings.map(({ key }) => key) });
  await keepFindings(tx, findings);
}

/** Keeps the one way in which two sums differ now; undefined: they agree. */
export async function keepDifference(
  tx: Connection,
  kind: "balanceDiffers" | "ledgerDiffers",
  finding: NewFinding | undefined,
): Promise<void> {
  await keepShown(tx, { kinds: [kind], findings: finding === undefined ? [] : [finding] });
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
