/** What the demo says and promises of rubles. */
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { Promised } from "./demo_promises.ts";

/** The part of the demo's last line that only rubles have. */
export interface RublesShown {
  /** What the winner was paid out of his prize, by YooKassa; null when it did not come. */
  paidOut: { channel: string; amount: MoneyJson; recipientChecked: boolean } | null;
  /** This run by the books of the sandbox's YooKassa; sums in kopecks. */
  sandbox: {
    received: number;
    /** What it keeps of each payment, also of one that goes back. */
    fees: number;
    refunded: number;
    paidOut: number;
    /** Payments that were paid, and those that came to nothing. */
    payments: { succeeded: number; canceled: number };
    /** Times a notice was taken by the bot; notices that were taken three times; those never sent. */
    notices: { delivered: number; thrice: number; lost: number };
  };
}

/** @param price Kopecks for a ticket. @param prize What is won, kopecks. */
export function rublePromises(
  { paidOut, sandbox }: RublesShown,
  { players, price, prize }: { players: number; price: number; prize: bigint },
): Promised[] {
  const entries = players + 1;
  return [
    [sandbox.received === entries * price, "YooKassa's receipts"],
    [sandbox.fees === entries * feeOf(price), "YooKassa's fees"],
    [sandbox.refunded === price, "YooKassa's refunds"],
    [sandbox.payments.succeeded === entries, `${entries} payments that were paid`],
    [sandbox.payments.canceled === 1, "one payment by a card that was declined"],
    [sandbox.notices.thrice === 1, "one notice that came three times"],
    [sandbox.notices.lost === 1, "one notice that never came"],
    [paidOut !== null, "the prize paid out"],
    [paidOut?.channel === "sbp", "the prize paid through the SBP"],
    [paidOut?.amount.minor === prize.toString(), "the whole prize paid out"],
    [paidOut?.recipientChecked === true, "the receiver's name checked"],
    [BigInt(sandbox.paidOut) === prize, "one payout in YooKassa's books"],
  ];
}

/** 3.5 % and 22 % VAT on it, rounded to kopecks each, as the sandbox's shop has agreed with YooKassa. */
function feeOf(kopecks: number): number {
  const fee = Math.round(kopecks * 350 / 10_000);
  return fee + Math.round(fee * 2_200 / 10_000);
}
