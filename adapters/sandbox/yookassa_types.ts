/**
 * The words around YooKassa: its objects as they go over the wire, and what the sandbox's own doors
 * (`/sandbox/yookassa/*`) are asked and answer. Types only; see `door_types.ts`. Fields that YooKassa
 * has too keep its names; sums of the books are whole kopecks.
 *
 * Source: YooKassa API v3, OpenAPI description of July 2026 (Payment, Refund, Payout, PersonalData).
 */

/** `{ value: "100.00", currency: "RUB" }`. */
export interface Amount {
  readonly value: string;
  readonly currency: string;
}

/** Who ended something without success, and why. */
export interface Cancellation {
  readonly party:
    | "merchant"
    | "yoo_money"
    | "payment_network"
    | "refund_network"
    | "payout_network";
  readonly reason: string;
}

/** What a shop hands over and gets back unchanged. */
export type Metadata = Readonly<Record<string, string>>;

/** How a payment was paid, or is to be paid. */
export interface PaymentMethod {
  readonly type: string;
  readonly id: string;
  readonly saved: false;
  readonly status: "inactive";
  readonly title?: string;
  readonly card?: CardView & { readonly expiry_year: string; readonly expiry_month: string };
  readonly sbp_operation_id?: string;
  readonly payer_bank_details?: { readonly bank_id: string; readonly bic: string };
  readonly account_number?: string;
}

/** What may be shown of a card. */
export interface CardView {
  readonly first6: string;
  readonly last4: string;
  readonly card_type: string;
  readonly issuer_country: string;
  readonly issuer_name: string;
}

/** A payment as the API shows it. */
export interface PaymentObject {
  readonly id: string;
  readonly status: "pending" | "waiting_for_capture" | "succeeded" | "canceled";
  readonly amount: Amount;
  readonly income_amount?: Amount;
  readonly description?: string;
  readonly recipient: { readonly account_id: string; readonly gateway_id: string };
  readonly payment_method?: PaymentMethod;
  readonly captured_at?: string;
  readonly created_at: string;
  readonly expires_at?: string;
  readonly confirmation?: {
    readonly type: "redirect";
    readonly return_url: string;
    readonly confirmation_url: string;
    readonly enforce?: boolean;
  };
  readonly test: boolean;
  readonly refunded_amount?: Amount;
  readonly paid: boolean;
  readonly refundable: boolean;
  readonly receipt_registration?: "pending" | "succeeded" | "canceled";
  readonly metadata: Metadata;
  readonly cancellation_details?: Cancellation;
  readonly authorization_details?: {
    readonly rrn?: string;
    readonly auth_code?: string;
    readonly three_d_secure: { readonly applied: boolean };
  };
  readonly merchant_customer_id?: string;
}

/** A refund as the API shows it. */
export interface RefundObject {
  readonly id: string;
  readonly payment_id: string;
  readonly status: "pending" | "succeeded" | "canceled";
  readonly cancellation_details?: Cancellation;
  readonly receipt_registration?: "pending" | "succeeded" | "canceled";
  readonly created_at: string;
  readonly amount: Amount;
  readonly description?: string;
  readonly metadata?: Metadata;
}

/** Where a payout goes, as the API shows it. */
export type PayoutDestination =
  | { readonly type: "bank_card"; readonly card: CardView }
  | { readonly type: "yoo_money"; readonly account_number: string }
  | {
    readonly type: "sbp";
    readonly phone: string;
    readonly bank_id: string;
    readonly recipient_checked: boolean;
    readonly sbp_operation_id?: string;
  };

/** A payout as the API shows it. */
export interface PayoutObject {
  readonly id: string;
  readonly amount: Amount;
  readonly status: "pending" | "succeeded" | "canceled";
  readonly payout_destination: PayoutDestination;
  readonly description?: string;
  readonly created_at: string;
  readonly succeeded_at?: string;
  readonly cancellation_details?: Cancellation;
  readonly metadata: Metadata;
  readonly test: boolean;
}

/** Personal data as the API shows them: never the data themselves. */
export interface PersonalDataObject {
  readonly id: string;
  readonly type: "sbp_payout_recipient" | "payout_statement_recipient";
  readonly status: "waiting_for_operation" | "active" | "canceled";
  readonly cancellation_details?: Cancellation;
  readonly created_at: string;
  readonly expires_at?: string;
  readonly metadata: Metadata;
}

/** A bank or service that takes part in the SBP. */
export interface SbpBank {
  readonly bank_id: string;
  readonly name: string;
  readonly bic: string;
}

/** What YooKassa tells of by itself. A cancelled refund is not among them. */
export type NoticeEvent =
  | "payment.waiting_for_capture"
  | "payment.succeeded"
  | "payment.canceled"
  | "refund.succeeded"
  | "payout.succeeded"
  | "payout.canceled";

/** `GET|POST /sandbox/yookassa/settings`: what is set in YooKassa's cabinet or agreed with it. */
export interface YooKassaSettings {
  /** Where notices of the shop and of the gateway go; null: nowhere. */
  readonly noticeUrl: string | null;
  /** Event → milliseconds before its first attempt; `held` keeps it until set otherwise. */
  readonly noticeDelays: Readonly<Record<string, number | "held">>;
  /** Each notice comes a second time although the first was answered with 200. */
  readonly deliverTwice: boolean;
  /** A test shop and gateway, as YooKassa has them: `test: true` and no SBP for payments. */
  readonly isTest: boolean;
  /** Payments and refunds without a receipt are refused. */
  readonly needsReceipts: boolean;
  /** YooKassa's fee, hundredths of a percent of the payment, and the VAT on it, of the fee. */
  readonly feeBps: number;
  readonly vatBps: number;
  /** How long a refund is pending; `held`: until told. Through the SBP at least a second. */
  readonly refundDelayMs: number | "held";
  /** How long a payout is pending; `held`: until told. */
  readonly payoutDelayMs: number | "held";
}

/** `POST /sandbox/yookassa/payments/:id/pay`: what a payer does on YooKassa's page. */
export interface PayerOrder {
  /** Default: the only one the payment allows, else `bank_card`. */
  readonly method?: "bank_card" | "sbp" | "yoo_money";
  /** Default 5555555555554444, which is good. */
  readonly card?: string;
  /** The bank of an SBP payment. Default: the first of the list. */
  readonly bankId?: string;
  /** The wallet of a YooMoney payment. */
  readonly wallet?: string;
  /** Whether the payer passes 3-D Secure, where the card asks for it. Default true. */
  readonly passes3ds?: boolean;
  /** SBP and YooMoney: the payer says no in his bank or wallet. Default false. */
  readonly decline?: boolean;
}

/** `POST /sandbox/yookassa/{refunds,payouts}/:id/settle`: ends what is pending. */
export interface SettleOrder {
  /** Why it comes to nothing; without it it succeeds. */
  readonly reason?: string;
}

/** `POST /sandbox/yookassa/phones`: who holds the account behind a phone number. */
export interface PhoneOwner {
  readonly phone: string;
  readonly last_name: string;
  readonly first_name: string;
  readonly middle_name?: string;
}

/** What the payout widget hands to the page it stands in; the same fields as YooKassa's. */
export interface WidgetCard extends CardView {
  readonly payout_token: string;
}

/** `GET /sandbox/yookassa/notices`: one notice and what became of it. */
export interface SandboxNotice {
  readonly id: number;
  readonly event: string;
  readonly objectId: string;
  /** `never`: no address was set, or a fault kept it back. */
  readonly state: "pending" | "delivered" | "expired" | "never";
  readonly isForged: boolean;
  readonly createdAtMs: number;
  /** Answers so far that were not 200. */
  readonly failures: number;
  /** Times it was answered with 200. */
  readonly deliveries: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** `POST /sandbox/yookassa/notices`: a notice that YooKassa never sent, at once and only once. */
export interface ForgedNotice {
  readonly event: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** `GET /sandbox/yookassa/calls`: one API call, as asked and as answered. */
export interface YooKassaCall {
  readonly id: number;
  readonly atMs: number;
  readonly account_id: string;
  /** For example `createPayment`; see `GET /sandbox/yookassa/methods`. */
  readonly method: string;
  readonly key: string | null;
  readonly path: string;
  readonly body: unknown;
  /** HTTP status; 0 when a fault left it unanswered and undone. */
  readonly status: number;
  readonly answer: unknown;
  /** The fault that was applied, if one was. */
  readonly fault: string | null;
}

/** The money of the shop, whole kopecks: balance = received − fees − refunded. */
export interface ShopBooks {
  readonly account_id: string;
  readonly received: number;
  readonly fees: number;
  readonly refunded: number;
  readonly balance: number;
  /** Oldest first. */
  readonly payments: readonly PaymentObject[];
  readonly refunds: readonly RefundObject[];
}

/** The money of the payout gateway, whole kopecks: balance = toppedUp − paidOut − pending. */
export interface GatewayBooks {
  readonly account_id: string;
  readonly toppedUp: number;
  readonly paidOut: number;
  readonly pending: number;
  readonly balance: number;
  /** Oldest first. */
  readonly payouts: readonly PayoutObject[];
}

/** `GET /sandbox/yookassa/books`. */
export interface YooKassaBooks {
  readonly shop: ShopBooks;
  readonly gateway: GatewayBooks;
}
