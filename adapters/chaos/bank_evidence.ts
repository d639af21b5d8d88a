/** What YooKassa's books say at the end of a run, as plain data. Sums are whole kopecks. */
import type { PayoutChannel } from "../../machines/domain/payout_destination.ts";

/** The shop, which takes payments, and the gateway, which pays out. */
export interface BankBooks {
  /** What YooKassa holds for the shop: received − fees − refunded. */
  readonly held: number;
  readonly fees: number;
  /** What reached people through the gateway. */
  readonly paidOut: number;
  readonly payments: readonly BankPayment[];
  readonly refunds: readonly BankRefund[];
  readonly payouts: readonly BankPayout[];
}

/** `pending`, `succeeded`, `canceled`: the last two are final. */
export type BankStatus = string;

export interface BankPayment {
  readonly id: string;
  /** Who of the product asked for it, as it says itself. */
  readonly actor: string;
  readonly status: BankStatus;
  readonly minor: number;
  /** What YooKassa keeps of it. */
  readonly fee: number;
}

export interface BankRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly status: BankStatus;
  readonly minor: number;
}

export interface BankPayout {
  readonly id: string;
  /** Who of the product asked for it, as it says itself. */
  readonly actor: string;
  readonly status: BankStatus;
  readonly minor: number;
  readonly channel: PayoutChannel;
  /** The phone or the wallet in digits; the last four of a card. */
  readonly receiver: string;
}
