/**
 * Compares Telegram's books, as they were read, with ours: each row of theirs has to be ours, each
 * charge and return of ours theirs, and the sums have to agree. What does not agree becomes a finding;
 * nothing is corrected. Within one commit, a page of rows at a time.
 */
import type { Connection } from "../../db/connection.ts";
import {
  countOpenFindings,
  keepFindings,
  type NewFinding,
  takeUntoldFindings,
} from "../../db/findings.ts";
import { pageUnknownRows, readReading } from "../../db/star_books.ts";
import { listUnfoundPurchases } from "../../db/star_purchases.ts";
import { sumStarBooks } from "../../db/star_sums.ts";
import { knownPayments, listUnseenCharges, readCharges } from "../../db/treasury.ts";
import type {
  FindingKind,
  LateCharge,
  TreasuryTransactionalSources,
} from "../../machines/domain/treasury.ts";
import {
  bookBills,
  type ClaimOptions,
  markRows,
  matchPurchases,
  settleMoves,
} from "./claim_star_rows.ts";
import { keepDifference, newFinding, toFinding } from "./findings.ts";
import { type BookRow, bookRowOf, judgeRow, NANOS, starsOf } from "./star_book_row.ts";

type Judged = TreasuryTransactionalSources["judgeStarBooks"]["output"];

/** Rows of one commit. */
const PAGE = 100;
/** News that are shown; the rest is counted. */
const SHOWN = 5;
const MAX_NEWS = 1_000;
/** What is younger may still be on its way to us, or to Telegram's books. */
const GRACE_MS = 10 * 60_000;

/** Of such rows our side may come later: payments and purchases. */
const MAY_FOLLOW = /^user\//;

/** Which page, and for whom. */
export interface JudgeOptions extends ClaimOptions {
  readonly afterPosition: number;
}

/** Judges the next page; with the last one also the other direction and the sums. */
export async function judgeStarBooks(tx: Connection, options: JudgeOptions): Promise<Judged> {
  const { afterPosition, atMs } = options;
  const rows = await pageUnknownRows(tx, { afterPosition, limit: PAGE });
  const judged = await judgeRows(tx, rows.map(bookRowOf), options);
  const isLast = rows.length < PAGE;
  const position = rows.at(-1)?.position ?? afterPosition;
  const end = isLast ? await judgeWhole(tx, atMs) : { news: [], newsCount: 0, open: 0, rows: 0 };
  return { isLast, position, ...judged, ...end, atMs };
}

async function judgeRows(
  tx: Connection,
  rows: readonly BookRow[],
  options: JudgeOptions,
): Promise<Pick<Judged, "lateCharges" | "lateReturns" | "found">> {
  const { atMs } = options;
  const known = {
    charges: await readCharges(tx, rows.map((row) => row.transactionId)),
    payments: await knownPayments(tx, rows.flatMap((row) => row.payload ?? [])),
  };
  const verdicts = rows.map((row) => ({ row, verdict: judgeRow(row, known) }));
  // Charges and withdrawals before the ledger, as everywhere.
  await markRows(tx, verdicts);
  const unbought = await matchPurchases(tx, verdicts);
  const unordered = await bookBills(tx, verdicts, options);
  const { found, unsaid, uncovered } = await settleMoves(tx, verdicts, options);
  const isRipe = (row: BookRow): boolean =>
    row.atMs < atMs - GRACE_MS || !MAY_FOLLOW.test(row.partner);
  const findings = verdicts.flatMap(({ row, verdict }) =>
    verdict.status === "finding" && isRipe(row) ? [{ row, verdict }] : []
  );
  await keepFindings(tx, [
    ...findings.map(({ row, verdict }) => rowFinding(row, verdict.kind, atMs)),
    ...unsaid.map((row) => rowFinding(row, "unknownRow", atMs)),
    ...uncovered.map(({ row, own }) => {
      const { transactionId } = row;
      const detail = { transactionId, stars: starsOf(row.nanos), ours: own, atMs: row.atMs };
      return newFinding(`uncovered/${transactionId}`, { kind: "moveNotCovered", detail, atMs });
    }),
    ...unordered.map((row) => rowFinding(row, "unknownRow", atMs)),
    ...unbought.filter(isRipe).map((row) => rowFinding(row, "unknownRow", atMs)),
  ]);
  const lateOf = (kind: FindingKind): LateCharge[] =>
    findings.flatMap(({ verdict }) => verdict.kind === kind ? verdict.late ?? [] : []);
  return { lateCharges: lateOf("lateCharge"), lateReturns: lateOf("lateReturn"), found };
}

/** Ours against theirs, the sums, and what the admins have to hear. */
async function judgeWhole(
  tx: Connection,
  atMs: number,
): Promise<Pick<Judged, "news" | "newsCount" | "open" | "rows">> {
  const reading = await readReading(tx);
  const missing = await listUnseenCharges(tx, reading.readAtMs - GRACE_MS);
  await keepFindings(
    tx,
    missing.map(({ chargeId, minor, what, atMs: chargeAtMs }) => {
      const kind: FindingKind = what === "receipt" ? "missingReceipt" : "missingReturn";
      const detail = { transactionId: chargeId, stars: minor.toString(), atMs: chargeAtMs };
      return newFinding(`missing/${what}/${chargeId}`, { kind, detail, atMs });
    }),
  );
  const unfound = await listUnfoundPurchases(tx, reading.readAtMs - GRACE_MS);
  await keepFindings(
    tx,
    unfound.map(({ withdrawalId, minor, atMs: sentAtMs }) => {
      const detail = { transactionId: withdrawalId, stars: minor.toString(), atMs: sentAtMs };
      const kind = "missingPurchase" as const;
      return newFinding(`missing/purchase/${withdrawalId}`, { kind, detail, atMs });
    }),
  );
  await judgeSums(tx, atMs);
  const news = await takeUntoldFindings(tx, MAX_NEWS);
  return {
    news: news.slice(0, SHOWN).map(toFinding),
    newsCount: news.length,
    open: await countOpenFindings(tx),
    rows: reading.nextPosition,
  };
}

/** Our accounts at Telegram against the sum of their rows, less what is known to be on one side only. */
async function judgeSums(tx: Connection, atMs: number): Promise<void> {
  const sums = await sumStarBooks(tx);
  const ours = sums.ours * NANOS;
  const difference = sums.theirsNanos - ours;
  const detail = { ours: starsOf(ours), theirs: starsOf(sums.theirsNanos) };
  await keepDifference(
    tx,
    "ledgerDiffers",
    difference === 0n
      ? undefined
      : newFinding(`ledger/${difference}`, { kind: "ledgerDiffers", detail, atMs }),
  );
}

function rowFinding(row: BookRow, kind: FindingKind, atMs: number): NewFinding {
  const { transactionId, direction, partner } = row;
  const detail = { transactionId, direction, partner, stars: starsOf(row.nanos), atMs: row.atMs };
  return newFinding(`row/${direction}/${transactionId}`, { kind, detail, atMs });
}
