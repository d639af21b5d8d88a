/**
 * Says of rows of Telegram's books what of ours they are, and books the few that are known by these
 * books alone: what the owner has moved, and what is billed for mass notices. Within the commit of the
 * comparison; charges are locked before the ledger, as everywhere.
 */
import { type Cause, postTransfers } from "../../db/ledger.ts";
import type { Connection } from "../../db/connection.ts";
import { markOurs } from "../../db/star_books.ts";
import { markPurchasesSeen, matchPurchase } from "../../db/star_purchases.ts";
import {
  findOwnerMove,
  lockCapital,
  markSeen,
  readTreasuryAccounts,
  settleOwnerMove,
} from "../../db/treasury.ts";
import {
  BROADCAST_FEES,
  TELEGRAM_AVAILABLE,
  TREASURY_CAPITAL,
  TREASURY_FEES,
} from "../../machines/domain/accounts.ts";
import type { OwnerMoveKind, Stars } from "../../machines/domain/treasury.ts";
import { CLOCK_SKEW_MS } from "../../machines/domain/withdrawal.ts";
import { type BookRow, NANOS, type RowVerdict, starsOf } from "./star_book_row.ts";

/** A row and what it is. */
export interface JudgedRow {
  readonly row: BookRow;
  readonly verdict: RowVerdict;
}

/** What the owner said, and Telegram's books bear out. */
export interface FoundMove {
  kind: OwnerMoveKind;
  stars: Stars;
}

/** What a claim is booked with. */
export interface ClaimOptions {
  /** Mass notices are paid for. */
  readonly paysBroadcasts: boolean;
  readonly cause: Cause;
  readonly atMs: number;
}

/** Marks charges and their returns, on both sides. */
export async function markRows(
  tx: Connection,
  verdicts: readonly JudgedRow[],
): Promise<void> {
  const ours = verdicts.flatMap(({ row: { transactionId, direction }, verdict }) =>
    verdict.status === "ours" ? [{ transactionId, direction, ours: verdict.as }] : []
  );
  if (ours.length === 0) return;
  await markOurs(tx, ours);
  const idsOf = (as: string): string[] =>
    ours.filter((mark) => mark.ours === as).map((mark) => mark.transactionId);
  await markSeen(tx, { receipts: idsOf("charge"), returns: idsOf("return") });
}

/** @returns Gifts and Premium that no withdrawal has sent. */
export async function matchPurchases(
  tx: Connection,
  verdicts: readonly JudgedRow[],
): Promise<BookRow[]> {
  const unbought: BookRow[] = [];
  for (const { row, verdict } of verdicts) {
    if (verdict.status !== "purchase") continue;
    const { purchase } = verdict;
    const match = await matchPurchase(tx, { purchase, skewMs: CLOCK_SKEW_MS });
    const { transactionId, direction } = row;
    if (match === "matched") {
      await markOurs(tx, [{ transactionId, direction, ours: purchase.kind }]);
    }
    if (match === "unknown") unbought.push(row);
  }
  await markPurchasesSeen(tx);
  return unbought;
}

/**
 * Books what Telegram bills for mass notices, where they are paid for: nobody knows it before.
 * @returns Bills that nobody can have ordered.
 */
export async function bookBills(
  tx: Connection,
  verdicts: readonly JudgedRow[],
  { paysBroadcasts, cause, atMs }: ClaimOptions,
): Promise<BookRow[]> {
  const bills = verdicts.flatMap(({ row, verdict }) => verdict.status === "bill" ? [row] : []);
  const isOurs = (row: BookRow): boolean => paysBroadcasts && row.nanos % NANOS === 0n;
  const ours = bills.filter(isOurs);
  if (ours.length > 0) {
    const posted = await postTransfers(
      tx,
      ours.map((row) => ({
        key: `bill/${row.transactionId}`,
        from: BROADCAST_FEES,
        to: TELEGRAM_AVAILABLE,
        minor: row.nanos / NANOS,
        currency: "XTR",
        type: "fee" as const,
        externalId: row.transactionId,
        cause,
        eventAtMs: Math.min(row.atMs, atMs),
      })),
    );
    if (posted.some(({ status }) => status === "refused")) {
      throw new Error(`The ledger refused one of ${ours.length} bills`);
    }
    await markOurs(
      tx,
      ours.map(({ transactionId, direction }) => ({ transactionId, direction, ours: "bill" })),
    );
  }
  return bills.filter((row) => !isOurs(row));
}

/** What he took out is more than was his to take, in Stars. */
export interface UncoveredMove {
  row: BookRow;
  own: Stars;
}

/** @returns What was borne out, rows of which the owner has said nothing, and those he had no right to. */
export async function settleMoves(
  tx: Connection,
  verdicts: readonly JudgedRow[],
  options: ClaimOptions,
): Promise<{ found: FoundMove[]; unsaid: BookRow[]; uncovered: UncoveredMove[] }> {
  const found: FoundMove[] = [];
  const unsaid: BookRow[] = [];
  const uncovered: UncoveredMove[] = [];
  for (const { row, verdict } of verdicts) {
    if (verdict.status !== "ownerMove") continue;
    const settled = await settleMove(tx, row, { kind: verdict.kind, ...options });
    if (settled === "settled") found.push({ kind: verdict.kind, stars: starsOf(row.nanos) });
    else if (settled === "unsaid") unsaid.push(row);
    else uncovered.push({ row, own: String(settled.own) });
  }
  return { found, unsaid, uncovered };
}

/**
 * Books what the owner said and Telegram's books bear out. What he takes out is his capital first,
 * then commissions; what is held for guaranteed prizes is not his to take.
 * @returns What was his, when he took more.
 */
async function settleMove(
  tx: Connection,
  row: BookRow,
  { kind, cause, atMs }: ClaimOptions & { kind: OwnerMoveKind },
): Promise<"settled" | "unsaid" | { own: bigint }> {
  if (row.nanos % NANOS !== 0n) return "unsaid";
  const stars = row.nanos / NANOS;
  const id = await findOwnerMove(tx, { kind, stars });
  if (id === undefined) return "unsaid";
  await lockCapital(tx);
  const { capital, held, commission } = await readTreasuryAccounts(tx);
  const free = capital - held;
  if (kind === "withdrawal" && stars > free + commission) return { own: free + commission };
  const ofCapital = kind === "topUp" || free >= stars ? stars : free > 0n ? free : 0n;
  const parts = [[TREASURY_CAPITAL, ofCapital], [TREASURY_FEES, stars - ofCapital]] as const;
  const key = `ownerMove/${row.transactionId}`;
  const verdicts = await postTransfers(
    tx,
    parts.filter(([, minor]) => minor > 0n).map(([own, minor]) => ({
      key: `${key}/${own.slice("treasury/".length)}`,
      from: kind === "topUp" ? TELEGRAM_AVAILABLE : own,
      to: kind === "topUp" ? own : TELEGRAM_AVAILABLE,
      minor,
      currency: "XTR",
      type: kind,
      externalId: row.transactionId,
      group: key,
      cause,
      eventAtMs: Math.min(row.atMs, atMs),
    })),
  );
  // Commissions are locked by nobody: of them something may have gone just now.
  if (verdicts.some(({ status }) => status === "refused")) return { own: free };
  const { transactionId, direction } = row;
  await settleOwnerMove(tx, { id, transactionId });
  await markOurs(tx, [{ transactionId, direction, ours: kind }]);
  return "settled";
}
