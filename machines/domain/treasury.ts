/**
 * Words of the treasury: what it is told, what it asks for, what it tells the admins. Amounts are
 * whole Stars as decimal strings. Imports nothing but `machines/domain`.
 */
import type { MoneyJson } from "./money.ts";
import type { PaymentId, PlayerId, Tell } from "./events.ts";

/** The one treasury. */
export const TREASURY = "treasury/stars";

/** Whole Stars, decimal; negative where a reserve is. */
export type Stars = string;

/** What the owner does with his own Stars: on Fragment, never by the bot. */
export type OwnerMoveKind = "topUp" | "withdrawal";

/** What the treasury is made from, and configured with at each start. */
export interface TreasuryInput {
  /** Telegram's numbers of those who are told. */
  admins: number[];
  /** They are told when the reserve falls under this. */
  alarmBelow: Stars;
  /** Mass notices are sent faster for Stars: what Telegram bills for them is ours. */
  paysBroadcasts: boolean;
}

/** What the treasury takes. */
export type TreasuryEvent =
  | { type: "treasury.configured" } & TreasuryInput
  /** An admin wants the books compared now. */
  | { type: "treasury.reconcile"; by: PlayerId }
  /** He says that he has moved Stars; it counts when Telegram's books show it. */
  | { type: "ownerMove.said"; kind: OwnerMoveKind; stars: Stars; by: PlayerId; atMs: number }
  | { type: "finding.acknowledge"; id: string; by: PlayerId; reason: string; atMs: number }
  /** A provider has refused to pay something because too little of ours lies there. */
  | { type: "reserve.short"; what: ShortOf; needed: MoneyJson }
  /** YooKassa does not want to make payments or payouts: keys, or limits of the shop. */
  | { type: "bank.refuses"; reason: string; what?: RefusedByBank }
  /** YooKassa does not say what it has kept of a payment: the books lack it. */
  | { type: "bank.feeUnknown"; chargeId: string };

/** What the bank refuses, when it is not payments: payouts, or one payout for its receiver alone. */
export type RefusedByBank = "payout" | "receiver";

/** What was to be paid when too little lay at a provider. */
export type ShortOf = "refund" | "gift" | "premium" | "payout";

/** What does not agree with Telegram's books. */
export type FindingKind =
  /** A row of theirs that is nothing of ours. */
  | "unknownRow"
  /** A charge that we were never told of; its payment was told now. */
  | "lateCharge"
  /** A charge went back, and we were never told; its payment was told now. */
  | "lateReturn"
  | "amountDiffers"
  /** The owner took out more than was his; `ours` is what was. */
  | "moveNotCovered"
  /** A charge, or its return, of ours that they do not have. */
  | "missingReceipt"
  | "missingReturn"
  /** A gift or Premium that we have sent and they do not have; `transactionId` is the withdrawal's. */
  | "missingPurchase"
  /** What was read before is not what is there now. */
  | "pastChanged"
  | "changedRow"
  | "vanishedRow"
  /** Their balance is not the sum of their rows. */
  | "balanceDiffers"
  /** Our accounts differ from their rows by more than what is found. */
  | "ledgerDiffers"
  /** At YooKassa: theirs is not booked here, ours is not there, or the amounts differ. */
  | "bankUnknown"
  | "bankMissing"
  | "bankDiffers";

/** What a finding is about; only what belongs to its kind is there. */
export interface FindingDetail {
  transactionId?: string;
  direction?: "in" | "out";
  stars?: Stars;
  partner?: string;
  atMs?: number;
  ours?: Stars;
  theirs?: Stars;
  /** What it is at YooKassa; amounts are kopecks then. */
  bank?: "payment" | "refund" | "payout";
  currency?: "RUB";
}

/** A finding as admins see it. */
export interface Finding {
  id: string;
  kind: FindingKind;
  detail: FindingDetail;
  foundAtMs: number;
  /** Present once it was acknowledged. */
  acknowledged?: { by: string; reason: string };
}

/** What the admins are told; texts live in `adapters/telegram`. */
export type TreasuryNotice =
  /** With the figures of the time at which it is sent. */
  | { key: "dailyReport" }
  | { key: "reserveLow"; reserve: Stars; alarmBelow: Stars }
  | { key: "reserveAgain"; reserve: Stars }
  | { key: "payoutShort"; what: ShortOf; needed: MoneyJson }
  | { key: "bankRefuses"; reason: string; what?: RefusedByBank }
  | { key: "bankFeeUnknown"; chargeId: string }
  /** The first of what is new, and how many are new. */
  | { key: "findings"; findings: Finding[]; count: number }
  | { key: "reconciled"; rows: number; open: number }
  | { key: "reconciliationFails" }
  | { key: "ownerMoveFound"; kind: OwnerMoveKind; stars: Stars };

/** Actions of the treasury that run outside after the commit. */
export interface TreasuryEffectActions {
  /** Tell one admin; in order per admin. */
  tellAdmin: { adminId: number; notice: TreasuryNotice };
}

/** Actions of the treasury that write in the same commit. */
export interface TreasuryTransactionalActions {
  recordOwnerMove: { kind: OwnerMoveKind; stars: Stars; by: PlayerId; atMs: number };
  acknowledgeFinding: { id: string; by: PlayerId; reason: string; atMs: number };
}

/** A charge that we were not told of, as its payment is told now. */
export interface LateCharge {
  paymentId: PaymentId;
  chargeId: string;
  payerId: PlayerId;
  amount: MoneyJson;
}

/** Invoked work of the treasury that answers within the same commit. */
export interface TreasuryTransactionalSources {
  /** Makes one page of charges available that are 21 days old. */
  settlePage: { input: Record<never, never>; output: { isLast: boolean } };
  lookAtReserve: { input: Record<never, never>; output: { reserve: Stars; atMs: number } };
  /** Compares one page of Telegram's rows with what is ours; with the last one, ours with theirs. */
  judgeStarBooks: {
    input: { afterPosition: number; paysBroadcasts: boolean };
    output: {
      isLast: boolean;
      /** The last position that was judged. */
      position: number;
      lateCharges: LateCharge[];
      lateReturns: LateCharge[];
      found: { kind: OwnerMoveKind; stars: Stars }[];
      /** With the last page: what no admin was told of yet, at most five, and how many there are. */
      news: Finding[];
      newsCount: number;
      /** With the last page: findings that wait for an admin, and rows in Telegram's books. */
      open: number;
      rows: number;
      atMs: number;
    };
  };
}

/** How far a comparison reads: what Telegram's books held when it began. */
export interface ReadUntil {
  /** Rows. */
  position: number;
  atMs: number;
}

/** Invoked work of the treasury outside. */
export interface TreasuryEffectSources {
  /**
   * Reads and stores the next page of Telegram's books; at the end of what there was when the comparison
   * began, the balance. `until` is null with its first page, and found out then.
   */
  readStarBooks: {
    input: { until: ReadUntil | null };
    output: { isEnd: boolean; until: ReadUntil };
  };
}

/** The day of a time, UTC: `2026-11-20`. */
export function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** An event for the treasury. */
export function toTreasury(event: TreasuryEvent): Tell<TreasuryEvent> {
  return { to: TREASURY, event };
}
