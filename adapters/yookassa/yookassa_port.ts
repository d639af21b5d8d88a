/**
 * What the platform asks of YooKassa and what it is told; implemented by `createYooKassa`. Types only.
 */
import type { Language } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { PayoutDestination } from "../../machines/domain/payout_destination.ts";
import type {
  YooKassaBank,
  YooKassaGateway,
  YooKassaPayment,
  YooKassaPayout,
  YooKassaPersonalData,
  YooKassaRefund,
} from "./objects.ts";
import type { Outcome } from "./outcome.ts";
import type { ReceiptCustomer } from "./receipts.ts";

/** A way to pay. */
export type PaymentMethodType = "bank_card" | "sbp" | "yoo_money";

/** A payment to be made. It is taken in one stage, as soon as the payer has paid. */
export interface NewPayment {
  /** Rubles. */
  readonly amount: MoneyJson;
  /** What the payer reads; cut at 128 characters. */
  readonly description: string;
  /** At most 16 pairs; key ≤ 32, value ≤ 512 characters. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Without it the payer chooses on YooKassa's page. */
  readonly method?: PaymentMethodType;
  readonly language?: Language;
  /** Needed when receipts are configured. */
  readonly customer?: ReceiptCustomer;
}

/**
 * A refund to be made. Where receipts are configured it is of the whole payment: then YooKassa writes the
 * receipt from the payment's own, and needs nobody's address.
 * Source: yookassa.ru/developers/payment-acceptance/receipts/54fz/yoomoney/refunds, November 2026.
 */
export interface NewRefund {
  readonly paymentId: string;
  /** Rubles. */
  readonly amount: MoneyJson;
  /** Cut at 250 characters. */
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A payout to be made. */
export interface NewPayout {
  /** Rubles. */
  readonly amount: MoneyJson;
  readonly destination: PayoutDestination;
  /** Cut at 128 characters. */
  readonly description: string;
  /** By it the payout is found again: `findPayouts({ metadata })`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Of one or two kinds; with `sbp_payout_recipient` the receiver's name is checked. */
  readonly personalDataIds?: readonly string[];
}

/** Whose account it must be, by name. */
export interface NewPersonalData {
  readonly lastName: string;
  readonly firstName: string;
  readonly middleName?: string;
}

/** Which payouts to look for. Times are when they were made; a search sees the last three months. */
export type PayoutSearch =
  | {
    /** One exact pair of what was handed over. */
    readonly metadata: { readonly key: string; readonly value: string };
    readonly fromMs?: number;
    readonly toMs?: number;
  }
  | { readonly metadata?: undefined } & TimeSpan;

/** When something was made; `fromMs` included, `toMs` not. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How a call that makes something is made. */
export interface MakingOptions {
  /** The Idempotence-Key, made before the first try and the same for each. */
  readonly key: string;
  readonly signal?: AbortSignal;
}

/** How a call that reads is made. */
export interface ReadingOptions {
  readonly signal?: AbortSignal;
}

/**
 * The client. Ids are YooKassa's. What could never be asked is no outcome: an id or a key that cannot be
 * one rejects with a `TypeError`, an amount that is no rubles above zero with a `RangeError`.
 */
export interface YooKassa {
  readonly shopId: string;
  readonly gatewayId: string;
  /** Whether this is not the real service. */
  readonly isSandbox: boolean;
  /** Whether payments must name a customer. */
  readonly needsReceipts: boolean;

  /** @throws {TypeError} When receipts are configured and the customer is missing. */
  createPayment(payment: NewPayment, options: MakingOptions): Promise<Outcome<YooKassaPayment>>;
  getPayment(id: string, options?: ReadingOptions): Promise<Outcome<YooKassaPayment>>;
  /** All payments of the shop made then, newest first. */
  listPayments(
    span: TimeSpan,
    options?: ReadingOptions,
  ): Promise<Outcome<readonly YooKassaPayment[]>>;
  createRefund(refund: NewRefund, options: MakingOptions): Promise<Outcome<YooKassaRefund>>;
  getRefund(id: string, options?: ReadingOptions): Promise<Outcome<YooKassaRefund>>;
  /** All refunds of a payment, newest first. */
  findRefunds(
    paymentId: string,
    options?: ReadingOptions,
  ): Promise<Outcome<readonly YooKassaRefund[]>>;
  /** All refunds of the shop made then, newest first. */
  listRefunds(
    span: TimeSpan,
    options?: ReadingOptions,
  ): Promise<Outcome<readonly YooKassaRefund[]>>;
  createPayout(payout: NewPayout, options: MakingOptions): Promise<Outcome<YooKassaPayout>>;
  getPayout(id: string, options?: ReadingOptions): Promise<Outcome<YooKassaPayout>>;
  /** All that fit, newest first. */
  findPayouts(
    search: PayoutSearch,
    options?: ReadingOptions,
  ): Promise<Outcome<readonly YooKassaPayout[]>>;
  listSbpBanks(options?: ReadingOptions): Promise<Outcome<readonly YooKassaBank[]>>;
  /** Hands over a name, to be checked by the receiver's bank; see `NewPayout.personalDataIds`. */
  createPersonalData(
    data: NewPersonalData,
    options: MakingOptions,
  ): Promise<Outcome<YooKassaPersonalData>>;
  getPersonalData(id: string, options?: ReadingOptions): Promise<Outcome<YooKassaPersonalData>>;
  /** The gateway's state and balance. */
  readPayoutBalance(options?: ReadingOptions): Promise<Outcome<YooKassaGateway>>;
}
