/**
 * Compares YooKassa's books of the last days with ours, in both directions: every payment of ours, every
 * refund of our payments and every payout has to be booked with its amount, and what is booked has to be
 * in YooKassa's books. What differs is a finding; nothing is corrected. What is younger than an hour may
 * still be on its way to us and is left to the next time. Guards against money that leaves twice.
 */
import { listBankMoves, readBooked } from "../../db/bank_books.ts";
import type { Database } from "../../db/connection.ts";
import type { NewFinding } from "../../db/findings.ts";
import { YOOKASSA_GATEWAY, YOOKASSA_SHOP } from "../../machines/domain/accounts.ts";
import type { FindingKind } from "../../machines/domain/treasury.ts";
import type { YooKassaAmount } from "../yookassa/amounts.ts";
import { mapDone, type Outcome } from "../yookassa/outcome.ts";
import type { TimeSpan, YooKassa } from "../yookassa/yookassa_port.ts";
import { ACTOR, doneOf, isNotThere } from "./bank_answers.ts";
import { keepShown, newFinding } from "./findings.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Ours of so many days are looked for in theirs of two more: what we book may have been made earlier. */
const OURS_DAYS = 3;
const THEIRS_DAYS = OURS_DAYS + 2;
const SUCCEEDED = "succeeded";
const KINDS = ["bankUnknown", "bankMissing", "bankDiffers"] as const;

/** What it stands on. */
export interface CompareBankBooksOptions {
  readonly yooKassa: Pick<
    YooKassa,
    "listPayments" | "listRefunds" | "findPayouts" | "getPayment" | "findRefunds" | "getPayout"
  >;
  readonly database: Database;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Money in YooKassa's books, as ours would have it. */
interface BankRow {
  readonly what: "payment" | "refund" | "payout";
  readonly id: string;
  /** Under which it has to be booked; undefined: it is nothing that we have asked for. */
  readonly key: string | undefined;
  readonly minor: bigint;
  readonly atMs: number;
}

/** @throws {RetryableError} When YooKassa does not answer; {TerminalError} when it refuses. */
export async function compareBankBooks(options: CompareBankBooksOptions): Promise<void> {
  const theirs = await readTheirs(options);
  const findings = [...await judgeTheirs(options, theirs), ...await judgeOurs(options, theirs)];
  await options.database.transaction((tx) => keepShown(tx, { kinds: KINDS, findings }));
}

/** What is in YooKassa's books has to be booked, and with that amount. */
async function judgeTheirs(
  { database, nowMs }: CompareBankBooksOptions,
  theirs: readonly BankRow[],
): Promise<NewFinding[]> {
  const booked = await readBooked(database, theirs.flatMap(({ key }) => key ?? []));
  // Of several payouts of one withdrawal, which there must not be, the oldest, which is listed last.
  const first = new Map(theirs.map(({ key, id }) => [key, id]));
  return theirs.filter(({ atMs }) => atMs < nowMs - HOUR_MS).flatMap((row) => {
    const ours = row.key === undefined ? undefined : booked.get(row.key);
    const isBooked = ours !== undefined &&
      (row.what !== "payout" || (ours.externalId ?? first.get(row.key)) === row.id);
    if (isBooked && ours.minor === row.minor) return [];
    const found = { ours: isBooked ? ours.minor : 0n, atMs: nowMs };
    return [findingOf(isBooked ? "bankDiffers" : "bankUnknown", row, found)];
  });
}

/** What is booked has to be in YooKassa's books: in its lists, or where it was asked for earlier, by its id. */
async function judgeOurs(
  options: CompareBankBooksOptions,
  theirs: readonly BankRow[],
): Promise<NewFinding[]> {
  const { database, nowMs } = options;
  const listed = new Set(theirs.map(({ what, id, key }) => what === "payout" ? id : key));
  const findings: NewFinding[] = [];
  for (const account of [YOOKASSA_SHOP, YOOKASSA_GATEWAY]) {
    const sinceMs = nowMs - OURS_DAYS * DAY_MS;
    for (
      const { key, externalId, minor, atMs } of await listBankMoves(database, { account, sinceMs })
    ) {
      const { what, chargeId } = whatIs(key);
      // An owner's word that it has arrived, with no id of the bank's, was a look into its cabinet.
      const id = what === "payout" ? externalId : chargeId;
      if (what === undefined || id === null || atMs > nowMs - HOUR_MS) continue;
      if (listed.has(what === "payout" ? id : key)) continue;
      const found = await readOne(options, { what, id });
      if (found === minor) continue;
      const row = { what, id, key, minor: found ?? minor, atMs };
      const kind = found === undefined ? "bankMissing" : "bankDiffers";
      findings.push(findingOf(kind, row, { ours: minor, atMs: nowMs }));
    }
  }
  return findings;
}

async function readTheirs(
  { yooKassa, database, nowMs, signal }: CompareBankBooksOptions,
): Promise<BankRow[]> {
  const payments = (await readDays(nowMs, (span) => yooKassa.listPayments(span, { signal })))
    .filter(({ status, metadata }) =>
      // A shop may sell other things, too.
      status === SUCCEEDED && metadata[ACTOR]?.startsWith("bankPayment/")
    )
    .map(({ id, amount, capturedAtMs, createdAtMs }): BankRow => ({
      what: "payment",
      id,
      key: `charge/${id}/received`,
      minor: BigInt(amount.minor),
      atMs: capturedAtMs ?? createdAtMs,
    }));
  const payouts = (await readDays(nowMs, (span) => yooKassa.findPayouts(span, { signal })))
    .filter(({ status }) => status === SUCCEEDED)
    .map(({ id, amount, metadata, succeededAtMs, createdAtMs }): BankRow => ({
      what: "payout",
      id,
      key: payoutKey(metadata[ACTOR]),
      minor: BigInt(amount.minor),
      atMs: succeededAtMs ?? createdAtMs,
    }));
  // One payment can go back in parts; it is booked as a whole.
  const refunds = new Map<string, BankRow>();
  for (
    const refund of await readDays(nowMs, (span) => yooKassa.listRefunds(span, { signal }))
  ) {
    const { id, paymentId, status, amount, createdAtMs } = refund;
    if (status !== SUCCEEDED) continue;
    const known = refunds.get(paymentId);
    refunds.set(paymentId, {
      what: "refund",
      id: known?.id ?? id,
      key: `charge/${paymentId}/returned`,
      minor: BigInt(amount.minor) + (known?.minor ?? 0n),
      atMs: Math.max(createdAtMs, known?.atMs ?? 0),
    });
  }
  const received = await readBooked(
    database,
    [...refunds.keys()].map((paymentId) => `charge/${paymentId}/received`),
  );
  const ours = [...refunds].filter(([paymentId]) => received.has(`charge/${paymentId}/received`));
  return [...payments, ...payouts, ...ours.map(([, refund]) => refund)];
}

/** A list day by day, newest first: one list is not followed for ever. What shows twice counts once. */
async function readDays<Row extends { readonly id: string }>(
  nowMs: number,
  read: (span: TimeSpan) => Promise<Outcome<readonly Row[]>>,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (let day = 0; day < THEIRS_DAYS; day++) {
    const toMs = nowMs - day * DAY_MS;
    for (const row of doneOf(await read({ fromMs: toMs - DAY_MS, toMs }))) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** What went, by its id, that of the payment for a refund; undefined: it is not there, or not done. */
async function readOne(
  { yooKassa, signal }: CompareBankBooksOptions,
  { what, id }: Pick<BankRow, "what" | "id">,
): Promise<bigint | undefined> {
  switch (what) {
    case "payment":
      return sumOf(mapDone(await yooKassa.getPayment(id, { signal }), (one) => [one]));
    case "payout":
      return sumOf(mapDone(await yooKassa.getPayout(id, { signal }), (one) => [one]));
    case "refund":
      return sumOf(await yooKassa.findRefunds(id, { signal }));
  }
}

function sumOf(
  outcome: Outcome<readonly { readonly status: string; readonly amount: YooKassaAmount }[]>,
): bigint | undefined {
  if (isNotThere(outcome)) return undefined;
  const done = doneOf(outcome).filter(({ status }) => status === SUCCEEDED);
  return done.length === 0
    ? undefined
    : done.reduce((sum, { amount }) => sum + BigInt(amount.minor), 0n);
}

/** Nobody else pays out through our gateway, so what is none of ours is a finding. */
function payoutKey(actor: string | undefined): string | undefined {
  const withdrawalId = /^bankPayout\/(wdr_[A-Za-z0-9]+)$/.exec(actor ?? "")?.[1];
  return withdrawalId === undefined ? undefined : `withdrawal/${withdrawalId}/sent`;
}

/** Nothing for what the bank has no row of its own for: fees. */
function whatIs(
  key: string,
): { readonly what?: BankRow["what"] | undefined; readonly chargeId: string | null } {
  const [, chargeId, end] = /^charge\/(.+)\/(received|returned)$/.exec(key) ?? [];
  if (chargeId !== undefined) return { what: end === "received" ? "payment" : "refund", chargeId };
  return { what: /^withdrawal\/.+\/sent$/.test(key) ? "payout" : undefined, chargeId: null };
}

function findingOf(
  kind: FindingKind & `bank${string}`,
  { what, id, minor, atMs }: BankRow,
  found: { ours: bigint; atMs: number },
): NewFinding {
  const detail = {
    transactionId: id,
    bank: what,
    stars: String(minor),
    ours: String(found.ours),
    theirs: String(minor),
    currency: "RUB" as const,
    atMs,
  };
  return newFinding(`${kind}/${what}/${id}`, { kind, detail, atMs: found.atMs });
}
