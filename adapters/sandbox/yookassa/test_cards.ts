/**
 * YooKassa's test cards: what each does to a payment. Any future date and any code go with them.
 *
 * Source: yookassa.ru/developers/payment-acceptance/testing-and-going-live/testing, July 2026.
 */
import type { Cancellation, CardView } from "../yookassa_types.ts";

/** What becomes of a payment by this card. */
export interface CardOutcome {
  /** The bank asks the payer first. */
  readonly asks3ds: boolean;
  /** Absent: it succeeds. */
  readonly cancellation?: Cancellation;
}

const GOOD = [
  "5555555555554444",
  "4793128161644804",
  "4111111111111111",
  "2202474301322987",
  "6759649826438453",
  "4175001000000017",
  "370000000000002",
  "3528000700000000",
  "36700102000000",
];
/** Good ones for which the bank asks the payer. */
const GOOD_WITH_3DS = ["5555555555554477", "2200000000000004"];

/** Reason → cards of Mastercard, Visa and Mir. Those that YooKassa itself declines come below. */
const DECLINED: Readonly<Record<string, readonly string[]>> = {
  "3d_secure_failed": ["5555555555554592", "4839665499603842", "2200000000000012"],
  "call_issuer": ["5555555555554535", "4926946416239025", "2200000000000020"],
  "card_expired": ["5555555555554543", "4141435412630840", "2200000000000038"],
  "fraud_suspected": ["5555555555554568", "4483274282299972", "2200000000000046"],
  "general_decline": ["5555555555554527", "4889971706588753", "2202202212312379"],
  "insufficient_funds": ["5555555555554600", "4562265587712390", "2200000000000053"],
  "invalid_card_number": ["5555555555554618", "4951017853630544", "2201382000000013"],
  "invalid_csc": ["5555555555554626", "4194180666146368", "2200770212727079"],
  "issuer_unavailable": ["5555555555554501", "4654130848359150", "2201382000000021"],
  "payment_method_limit_exceeded": ["5555555555554576", "4565231022577548", "2201382000000039"],
  "payment_method_restricted": ["5555555555554550", "4233961169071671", "2201382000000047"],
};
const DECLINED_BY_YOOKASSA: Readonly<Record<string, readonly string[]>> = {
  "country_forbidden": ["5555555555554584", "4969751510013864", "2201382000000054"],
  "fraud_suspected": ["5555555555554634", "4119098878796485", "2201696981989955"],
};

const OUTCOMES: ReadonlyMap<string, CardOutcome> = new Map([
  ...GOOD.map((card): [string, CardOutcome] => [card, { asks3ds: false }]),
  ...GOOD_WITH_3DS.map((card): [string, CardOutcome] => [card, { asks3ds: true }]),
  ...declined(DECLINED, "payment_network"),
  ...declined(DECLINED_BY_YOOKASSA, "yoo_money"),
]);

/** Undefined for what is no test card. @param number Digits alone. */
export function outcomeOf(number: string): CardOutcome | undefined {
  return OUTCOMES.get(number);
}

/** All of them, for the page and the doors. */
export function testCards(): readonly { readonly number: string; readonly outcome: CardOutcome }[] {
  return [...OUTCOMES].map(([number, outcome]) => ({ number, outcome }));
}

/** The digits of what was typed, spaces left out; undefined when it cannot be a card. */
export function readCardNumber(typed: string): string | undefined {
  const digits = typed.replaceAll(/[\s-]/g, "");
  return /^\d{14,19}$/.test(digits) && hasCheckDigit(digits) ? digits : undefined;
}

/** What may be shown of a card. */
export function viewCard(number: string): CardView {
  return {
    first6: number.slice(0, 6),
    last4: number.slice(-4),
    card_type: cardType(number),
    issuer_country: "RU",
    issuer_name: "Sandbox Bank",
  };
}

/** Luhn's check digit. Source: ISO/IEC 7812-1, annex B. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function cardType(number: string): string {
  if (/^220[0-4]/.test(number)) return "Mir";
  if (/^4/.test(number)) return "Visa";
  if (/^(5[1-5]|2[2-7]|6759|50|5[6-9])/.test(number)) return "MasterCard";
  if (/^3[47]/.test(number)) return "AmericanExpress";
  if (/^35/.test(number)) return "JCB";
  if (/^3[068]/.test(number)) return "DinersClub";
  return "Unknown";
}

function declined(
  reasons: Readonly<Record<string, readonly string[]>>,
  party: Cancellation["party"],
): [string, CardOutcome][] {
  return Object.entries(reasons).flatMap(([reason, cards]) =>
    cards.map((card): [string, CardOutcome] => [
      card,
      { asks3ds: false, cancellation: { party, reason } },
    ])
  );
}
