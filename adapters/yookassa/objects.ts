/**
 * YooKassa's objects, decoded: what we use of them, in our words, JSON-safe. Statuses and reasons are
 * text, because YooKassa adds to its lists: who does not know one waits and asks again.
 *
 * Source: YooKassa API v3, OpenAPI description of July 2026 (Payment, Refund, Payout, PersonalData, Me).
 */
import { Schema } from "effect";
import { AMOUNT_FORM, fromAmountText, type YooKassaAmount } from "./amounts.ts";

/** Who ended something without success, and why. Both lists are open. */
export interface YooKassaCancellation {
  readonly party: string;
  readonly reason: string;
}

/** What we handed over, as it came back. */
export type YooKassaMetadata = Readonly<Record<string, string>>;

/** A payment. */
export interface YooKassaPayment {
  readonly id: string;
  /** pending · waiting_for_capture · succeeded · canceled */
  readonly status: string;
  readonly paid: boolean;
  /** Made in a test shop: no money moves. */
  readonly isTest: boolean;
  readonly amount: YooKassaAmount;
  /** What reaches the shop, the fee and its VAT taken off; from `succeeded` on. */
  readonly incomeAmount: YooKassaAmount | null;
  /** The sum of its successful refunds. */
  readonly refundedAmount: YooKassaAmount | null;
  /** The shop that it belongs to. */
  readonly shopId: string;
  readonly createdAtMs: number;
  readonly capturedAtMs: number | null;
  /** Where the payer goes; while it is pending. */
  readonly confirmationUrl: string | null;
  /** bank_card · sbp · yoo_money · … */
  readonly methodType: string | null;
  readonly cancellation: YooKassaCancellation | null;
  /** pending · succeeded · canceled; null without a receipt. */
  readonly receiptRegistration: string | null;
  readonly metadata: YooKassaMetadata;
}

/** A refund. */
export interface YooKassaRefund {
  readonly id: string;
  readonly paymentId: string;
  /** pending · succeeded · canceled */
  readonly status: string;
  readonly amount: YooKassaAmount;
  readonly createdAtMs: number;
  readonly cancellation: YooKassaCancellation | null;
  readonly receiptRegistration: string | null;
  readonly metadata: YooKassaMetadata;
}

/** A payout. */
export interface YooKassaPayout {
  readonly id: string;
  /** pending · succeeded · canceled */
  readonly status: string;
  readonly isTest: boolean;
  readonly amount: YooKassaAmount;
  readonly createdAtMs: number;
  readonly succeededAtMs: number | null;
  readonly destination: {
    /** bank_card · sbp · yoo_money */
    readonly type: string;
    readonly phone: string | null;
    readonly bankId: string | null;
    readonly isRecipientChecked: boolean | null;
    readonly wallet: string | null;
    readonly cardLast4: string | null;
  };
  readonly cancellation: YooKassaCancellation | null;
  readonly metadata: YooKassaMetadata;
}

/** Personal data: their state, never the data. */
export interface YooKassaPersonalData {
  readonly id: string;
  /** sbp_payout_recipient · payout_statement_recipient */
  readonly type: string;
  /** waiting_for_operation · active · canceled */
  readonly status: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly cancellation: YooKassaCancellation | null;
}

/** A bank that takes part in the SBP. */
export interface YooKassaBank {
  readonly bankId: string;
  readonly name: string;
  readonly bic: string;
}

/** The payout gateway. */
export interface YooKassaGateway {
  readonly gatewayId: string;
  readonly isEnabled: boolean;
  readonly isTest: boolean;
  /** bank_card · sbp · yoo_money */
  readonly methods: readonly string[];
  /** May be below zero. */
  readonly balance: YooKassaAmount;
}

/** A piece of a list. */
export interface YooKassaPage<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

const Amount = Schema.Struct({
  value: Schema.String.check(Schema.isPattern(AMOUNT_FORM)),
  currency: Schema.String,
});
const Time = Schema.String.check(
  Schema.makeFilter((value: string) => !Number.isNaN(Date.parse(value)) || "Expected a time"),
);
const Cancellation = Schema.Struct({ party: Schema.String, reason: Schema.String });
const Metadata = Schema.Record(Schema.String, Schema.NullOr(Schema.String));
const optional = Schema.optionalKey;

const RawPayment = Schema.Struct({
  id: Schema.String,
  status: Schema.String,
  paid: Schema.Boolean,
  test: Schema.Boolean,
  amount: Amount,
  income_amount: optional(Amount),
  refunded_amount: optional(Amount),
  recipient: Schema.Struct({ account_id: Schema.String }),
  created_at: Time,
  captured_at: optional(Time),
  confirmation: optional(Schema.Struct({ confirmation_url: optional(Schema.String) })),
  payment_method: optional(Schema.Struct({ type: Schema.String })),
  cancellation_details: optional(Cancellation),
  receipt_registration: optional(Schema.String),
  metadata: optional(Metadata),
});
const RawRefund = Schema.Struct({
  id: Schema.String,
  payment_id: Schema.String,
  status: Schema.String,
  amount: Amount,
  created_at: Time,
  cancellation_details: optional(Cancellation),
  receipt_registration: optional(Schema.String),
  metadata: optional(Metadata),
});
const RawPayout = Schema.Struct({
  id: Schema.String,
  status: Schema.String,
  test: Schema.Boolean,
  amount: Amount,
  created_at: Time,
  succeeded_at: optional(Time),
  payout_destination: Schema.Struct({
    type: Schema.String,
    phone: optional(Schema.String),
    bank_id: optional(Schema.String),
    recipient_checked: optional(Schema.Boolean),
    account_number: optional(Schema.String),
    card: optional(Schema.Struct({ last4: Schema.String })),
  }),
  cancellation_details: optional(Cancellation),
  metadata: optional(Metadata),
});
const RawPersonalData = Schema.Struct({
  id: Schema.String,
  type: Schema.String,
  status: Schema.String,
  created_at: Time,
  expires_at: optional(Time),
  cancellation_details: optional(Cancellation),
});
const RawBank = Schema.Struct({ bank_id: Schema.String, name: Schema.String, bic: Schema.String });
const RawGateway = Schema.Struct({
  account_id: Schema.String,
  status: Schema.String,
  test: Schema.Boolean,
  payout_methods: optional(Schema.Array(Schema.String)),
  payout_balance: Amount,
});

/** Reads an answer. @throws {SchemaError} (each of them) When it is of another form. */
export const readers = {
  payment: reader(RawPayment, (raw): YooKassaPayment => ({
    id: raw.id,
    status: raw.status,
    paid: raw.paid,
    isTest: raw.test,
    amount: fromAmountText(raw.amount),
    incomeAmount: amountOrNull(raw.income_amount),
    refundedAmount: amountOrNull(raw.refunded_amount),
    shopId: raw.recipient.account_id,
    createdAtMs: Date.parse(raw.created_at),
    capturedAtMs: timeOrNull(raw.captured_at),
    confirmationUrl: raw.confirmation?.confirmation_url ?? null,
    methodType: raw.payment_method?.type ?? null,
    cancellation: raw.cancellation_details ?? null,
    receiptRegistration: raw.receipt_registration ?? null,
    metadata: metadataOf(raw.metadata),
  })),
  refund: reader(RawRefund, (raw): YooKassaRefund => ({
    id: raw.id,
    paymentId: raw.payment_id,
    status: raw.status,
    amount: fromAmountText(raw.amount),
    createdAtMs: Date.parse(raw.created_at),
    cancellation: raw.cancellation_details ?? null,
    receiptRegistration: raw.receipt_registration ?? null,
    metadata: metadataOf(raw.metadata),
  })),
  payout: reader(RawPayout, ({ payout_destination, ...raw }): YooKassaPayout => ({
    id: raw.id,
    status: raw.status,
    isTest: raw.test,
    amount: fromAmountText(raw.amount),
    createdAtMs: Date.parse(raw.created_at),
    succeededAtMs: timeOrNull(raw.succeeded_at),
    destination: {
      type: payout_destination.type,
      phone: payout_destination.phone ?? null,
      bankId: payout_destination.bank_id ?? null,
      isRecipientChecked: payout_destination.recipient_checked ?? null,
      wallet: payout_destination.account_number ?? null,
      cardLast4: payout_destination.card?.last4 ?? null,
    },
    cancellation: raw.cancellation_details ?? null,
    metadata: metadataOf(raw.metadata),
  })),
  personalData: reader(RawPersonalData, (raw): YooKassaPersonalData => ({
    id: raw.id,
    type: raw.type,
    status: raw.status,
    createdAtMs: Date.parse(raw.created_at),
    expiresAtMs: timeOrNull(raw.expires_at),
    cancellation: raw.cancellation_details ?? null,
  })),
  bank: reader(RawBank, ({ bank_id, name, bic }): YooKassaBank => ({ bankId: bank_id, name, bic })),
  gateway: reader(RawGateway, (raw): YooKassaGateway => ({
    gatewayId: raw.account_id,
    isEnabled: raw.status === "enabled",
    isTest: raw.test,
    methods: raw.payout_methods ?? [],
    balance: fromAmountText(raw.payout_balance),
  })),
};

const readRawList = Schema.decodeUnknownSync(Schema.Struct({
  type: Schema.Literal("list"),
  items: Schema.Array(Schema.Unknown),
  next_cursor: optional(Schema.String),
}));

/** Reads a list of what `read` reads. @throws {SchemaError} When one of them is of another form. */
export function listReader<T>(read: (answer: unknown) => T): (answer: unknown) => YooKassaPage<T> {
  return (answer) => {
    const { items, next_cursor } = readRawList(answer);
    return { items: items.map(read), nextCursor: next_cursor ?? null };
  };
}

function reader<S extends Schema.ConstraintDecoder<unknown>, T>(
  schema: S,
  change: (raw: S["Type"]) => T,
): (answer: unknown) => T {
  const decode = Schema.decodeUnknownSync(schema);
  return (answer) => change(decode(answer));
}

function amountOrNull(amount: typeof Amount.Type | undefined): YooKassaAmount | null {
  return amount === undefined ? null : fromAmountText(amount);
}

function timeOrNull(time: string | undefined): number | null {
  return time === undefined ? null : Date.parse(time);
}

function metadataOf(raw: typeof Metadata.Type | undefined): YooKassaMetadata {
  const pairs = Object.entries(raw ?? {});
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => pair[1] !== null));
}
