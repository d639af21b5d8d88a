/**
 * Compares YooKassa's books of the last days with ours, in both directions: every payment of ours, every
 * refund of our payments and every payout has to be booked with its amount, and what is booked has to be
 * in YooKassa's lists. What differs is a finding; nothing is corrected. What is younger than an hour may
 * still be on its way to us and is left to the next time.
 */
import type { Connection } from "../../db/connection.ts";
import { listBankMoves, readBooked } from "../../db/bank_books.ts";
import { keepFindings, type NewFinding } from "../../db/findings.ts";
import { YOOKASSA_GATEWAY, YOOKASSA_SHOP } from "../../machines/domain/accounts.ts";
import type { FindingKind } from "../../machines/domain/treasury.ts";
import type { YooKassa } from "../yookassa/yookassa_port.ts";
import { ACTOR, doneOf } from "./bank_answers.ts";
import { newFinding } from "./findings.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Ours of so many days are looked for in theirs of two more: what we book may have been made earlier. */
const OURS_DAYS = 3;
const THEIRS_DAYS = OURS_DAYS + 2;

/** What it stands on. */
export interface CompareBankBooksOptions {
  readonly yooKassa: Pick<YooKassa, "listPayments" | "listRefunds" | "findPayouts">;
  readonly database: Connection;
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
  const { database, nowMs } = options;
  const theirs = await readTheirs(options);
  const booked = await readBooked(database, theirs.flatMap(({ key }) => key ?? []));
  const findings = theirs.filter(({ atMs }) => atMs < nowMs - HOUR_MS).flatMap((row) => {
    const ours = row.key === undefined ? undefined : booked.get(row.key);
    if (ours === row.minor) return [];
    const kind = ours === undefined ? "bankUnknown" : "bankDiffers";
    return [findingOf(kind, row, { ours: ours ?? 0n, atMs: nowMs })];
  });
  const keys = new Set(theirs.map(({ key }) => key));
  const payments = new Set(theirs.map(({ id }) => id));
  for (const account of [YOOKASSA_SHOP, YOOKASSA_GATEWAY]) {
    const sinceMs = nowMs - OURS_DAYS * DAY_MS;
    for (
      const { key, externalId, minor, atMs } of await listBankMoves(database, { account, sinceMs })
    ) {
      const what = whatIs(key);
      if (what === undefined || atMs > nowMs - HOUR_MS || keys.has(key)) continue;
      // An owner's word that it has arrived, with no id of the bank's, was a look into its cabinet.
      if (what === "payout" && externalId === null) continue;
      if (what === "payment" && payments.has(externalId ?? "")) continue;
      const row = { what, id: externalId ?? key, key, minor, atMs };
      findings.push(findingOf("bankMissing", row, { ours: minor, atMs: nowMs }));
    }
  }
  await keepFindings(database, findings);
}

async function readTheirs(
  { yooKassa, database, nowMs, signal }: CompareBankBooksOptions,
): Promise<BankRow[]> {
  const span = { fromMs: nowMs - THEIRS_DAYS * DAY_MS, toMs: nowMs };
  const payments = doneOf(await yooKassa.listPayments(span, { signal }))
    .filter(({ status, metadata }) =>
      // A shop may sell other things, too.
      status === "succeeded" && metadata[ACTOR]?.startsWith("bankPayment/")
    )
    .map(({ id, amount, capturedAtMs, createdAtMs }): BankRow => ({
      what: "payment",
      id,
      key: `charge/${id}/received`,
      minor: BigInt(amount.minor),
      atMs: capturedAtMs ?? createdAtMs,
    }));
  const payouts = doneOf(await yooKassa.findPayouts(span, { signal }))
    .filter(({ status }) => status === "succeeded")
    .map(({ id, amount, metadata, succeededAtMs, createdAtMs }): BankRow => ({
      what: "payout",
      id,
      key: payoutKey(metadata[ACTOR]),
      minor: BigInt(amount.minor),
      atMs: succeededAtMs ?? createdAtMs,
    }));
  // One payment can go back in parts; it is booked as a whole.
  const refunds = new Map<string, BankRow>();
  for (const refund of doneOf(await yooKassa.listRefunds(span, { signal }))) {
    const { id, paymentId, status, amount, createdAtMs } = refund;
    if (status !== "succeeded") continue;
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

/** Nobody else pays out through our gateway, so what is none of ours is a finding. */
function payoutKey(actor: string | undefined): string | undefined {
  const withdrawalId = /^bankPayout\/(wdr_[A-Za-z0-9]+)$/.exec(actor ?? "")?.[1];
  return withdrawalId === undefined ? undefined : `withdrawal/${withdrawalId}/sent`;
}

/** Undefined for what the bank has no row of its own for: fees. */
function whatIs(key: string): BankRow["what"] | undefined {
  if (/^charge\/.+\/received$/.test(key)) return "payment";
  if (/^charge\/.+\/returned$/.test(key)) return "refund";
  return /^withdrawal\/.+\/sent$/.test(key) ? "payout" : undefined;
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
