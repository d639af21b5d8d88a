/**
 * What may be asked of YooKassa, field by field. Fields that belong to services which the shop has not
 * agreed on (splitting, deals, saved methods, airline tickets) are known to nobody here and refused.
 *
 * Source: YooKassa API v3, OpenAPI description of July 2026 (CreatePaymentRequest, ReceiptData,
 * RefundRequest, PayoutRequest, the personal data requests).
 */
import { Schema } from "effect";
import { SUM_FORM } from "./kopecks.ts";
import { createReader } from "./read_request.ts";

/** Text of so many characters; Unicode characters, not UTF-16 units. */
const text = (least: number, most: number) =>
  Schema.String.check(
    Schema.makeFilter((value: string) =>
      ([...value].length >= least && [...value].length <= most) ||
      `Expected ${least} to ${most} characters`
    ),
  );
const form = (pattern: RegExp, words: string) =>
  Schema.String.check(Schema.makeFilter((value: string) => pattern.test(value) || words));
const wholeNumber = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }));

/** One of the words of a list. */
const oneOf = (list: string) => {
  const words = list.trim().split(/\s+/);
  return Schema.String.check(
    Schema.makeFilter((value: string) => words.includes(value) || `Expected ${words.join(", ")}`),
  );
};

/** A sum in rubles: the shop's and the gateway's accounts have no other currency. */
const RubleAmount = Schema.Struct({
  value: form(SUM_FORM, "Expected a sum like 100.00"),
  currency: Schema.Literals(["RUB"]),
});
const PositiveAmount = RubleAmount.check(
  Schema.makeFilter(({ value }) =>
    Number(value) > 0 || { path: ["value"], issue: "Must be above zero" }
  ),
);

const MAX_KEYS = 16;
const RequestMetadata = Schema.Record(Schema.String, text(0, 512)).check(
  Schema.makeFilter((value: Readonly<Record<string, string>>) => {
    const keys = Object.keys(value);
    if (keys.length > MAX_KEYS) return `Expected at most ${MAX_KEYS} keys`;
    return keys.every((key) => [...key].length <= 32) || "Expected keys of at most 32 characters";
  }),
);
const Url = text(1, 2048).check(
  Schema.makeFilter((value: string) =>
    (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) || "Expected a URL"
  ),
);
/** Source: ITU-T E.164 as YooKassa takes it, digits alone. */
const Phone = form(/^[0-9]{4,15}$/, "Expected 4 to 15 digits");
const Email = form(/^[^@\s]{1,64}@[^@\s]{1,189}$/, "Expected an e-mail address");

const ReceiptItem = Schema.Struct({
  description: text(1, 128),
  quantity: Schema.Finite.check(
    Schema.makeFilter((value: number) =>
      (value > 0 && value <= 99_999.999 && Number(value.toFixed(3)) === value) ||
      "Expected a number above zero with at most three decimals"
    ),
  ),
  amount: RubleAmount,
  vat_code: wholeNumber(1, 12),
  measure: Schema.optionalKey(oneOf(`
    piece gram kilogram ton centimeter decimeter meter square_centimeter square_decimeter
    square_meter milliliter liter cubic_meter kilowatt_hour gigacalorie day hour minute second
    kilobyte megabyte gigabyte terabyte another`)),
  payment_subject: Schema.optionalKey(oneOf(`
    commodity excise job service gambling_bet gambling_prize lottery lottery_prize
    intellectual_activity payment agent_commission property_right non_operating_gain
    insurance_premium sales_tax resort_fee composite another fine tax lien cost
    pension_insurance_without_payouts pension_insurance_with_payouts
    health_insurance_without_payouts health_insurance_with_payouts health_insurance casino
    agent_withdrawals non_marked_excise marked_excise marked non_marked`)),
  payment_mode: Schema.optionalKey(oneOf(`
    full_prepayment partial_prepayment advance full_payment partial_payment credit
    credit_payment`)),
});

const Receipt = Schema.Struct({
  customer: Schema.Struct({
    full_name: Schema.optionalKey(text(1, 256)),
    inn: Schema.optionalKey(form(/^(\d{10}|\d{12})$/, "Expected 10 or 12 digits")),
    email: Schema.optionalKey(Email),
    phone: Schema.optionalKey(Phone),
  }).check(Schema.makeFilter(({ email, phone }) =>
    email !== undefined || phone !== undefined ||
    { path: ["email"], issue: "Expected email or phone" }
  )),
  items: Schema.Array(ReceiptItem).check(
    Schema.makeFilter((items: readonly unknown[]) =>
      (items.length >= 1 && items.length <= 80) || "Expected 1 to 80 items"
    ),
  ),
  internet: Schema.optionalKey(Schema.Boolean),
  tax_system_code: Schema.optionalKey(wholeNumber(1, 6)),
  timezone: Schema.optionalKey(wholeNumber(1, 11)),
});
/** Data of a receipt. */
export type Receipt = typeof Receipt.Type;

/** `POST /payments`. */
export const readPaymentRequest = createReader(Schema.Struct({
  amount: PositiveAmount,
  description: Schema.optionalKey(text(0, 128)),
  receipt: Schema.optionalKey(Receipt),
  payment_method_data: Schema.optionalKey(
    // A card's number goes in here only from shops with a PCI DSS certificate.
    Schema.Struct({ type: Schema.Literals(["bank_card", "sbp", "yoo_money"]) }),
  ),
  confirmation: Schema.Struct({
    type: Schema.Literals(["redirect"]),
    return_url: Url,
    locale: Schema.optionalKey(Schema.Literals(["ru_RU", "en_US"])),
    enforce: Schema.optionalKey(Schema.Boolean),
  }),
  capture: Schema.optionalKey(Schema.Boolean),
  client_ip: Schema.optionalKey(form(/^[0-9a-fA-F.:]{2,45}$/, "Expected an IP address")),
  metadata: Schema.optionalKey(RequestMetadata),
  merchant_customer_id: Schema.optionalKey(text(1, 200)),
}));

/** `POST /payments/{id}/capture`; an empty body takes the whole sum. */
export const readCaptureRequest = createReader(Schema.Struct({
  amount: Schema.optionalKey(PositiveAmount),
  receipt: Schema.optionalKey(Receipt),
}));

/** `POST /payments/{id}/cancel` carries nothing. */
export const readCancelRequest = createReader(Schema.Record(Schema.String, Schema.Never));

/** `POST /refunds`. */
export const readRefundRequest = createReader(Schema.Struct({
  payment_id: text(36, 36),
  amount: PositiveAmount,
  description: Schema.optionalKey(text(0, 250)),
  receipt: Schema.optionalKey(Receipt),
  metadata: Schema.optionalKey(RequestMetadata),
}));

const Destination = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("sbp"),
    phone: Phone,
    bank_id: form(/^[a-zA-Z0-9]{12}$/, "Expected 12 letters and digits"),
  }),
  Schema.Struct({
    type: Schema.Literal("yoo_money"),
    account_number: form(/^[0-9]{11,33}$/, "Expected 11 to 33 digits"),
  }),
  Schema.Struct({
    type: Schema.Literal("bank_card"),
    card: Schema.Struct({ number: form(/^[0-9]{16,19}$/, "Expected 16 to 19 digits") }),
  }),
]);
/** Where a payout is to go. */
export type DestinationData = typeof Destination.Type;

/** `POST /payouts`. */
export const readPayoutRequest = createReader(
  Schema.Struct({
    amount: PositiveAmount,
    payout_destination_data: Schema.optionalKey(Destination),
    payout_token: Schema.optionalKey(text(1, 256)),
    description: Schema.optionalKey(text(0, 128)),
    personal_data: Schema.optionalKey(
      Schema.Array(Schema.Struct({ id: text(36, 50) })).check(
        Schema.makeFilter((list: readonly unknown[]) =>
          (list.length >= 1 && list.length <= 2) || "Expected one or two"
        ),
      ),
    ),
    metadata: Schema.optionalKey(RequestMetadata),
  }).check(
    Schema.makeFilter((request) =>
      (request.payout_destination_data === undefined) !== (request.payout_token === undefined) ||
      { path: ["payout_destination_data"], issue: "Expected either this or payout_token" }
    ),
  ),
);

const NAME = /^[—–‐\-a-zA-Zа-яёА-ЯЁ ]+$/;
const name = (most: number) =>
  text(1, most).check(
    Schema.makeFilter((value: string) => NAME.test(value) || "Expected letters, spaces, hyphens"),
  );
const names = {
  last_name: name(200),
  first_name: name(100),
  middle_name: Schema.optionalKey(name(200)),
  metadata: Schema.optionalKey(RequestMetadata),
};

/** `POST /personal_data`. */
export const readPersonalDataRequest = createReader(Schema.Union([
  Schema.Struct({ type: Schema.Literal("sbp_payout_recipient"), ...names }),
  Schema.Struct({
    type: Schema.Literal("payout_statement_recipient"),
    ...names,
    birthdate: form(/^\d{4}-\d{2}-\d{2}$/, "Expected a date like 1990-12-31"),
  }),
]));
