/**
 * Money as whole minor units of one currency. One schema gives both forms: `bigint` in code, a
 * decimal string in JSON (snapshots, inboxes, HTTP, proofs). Imports only `effect`. Guards against
 * floating point and against adding rubles to Stars.
 */
import { Schema } from "effect";

/** Decimals of each currency. Source: facts of the providers (Stars and coins are whole). */
export const currencyDecimals = { XTR: 0, RUB: 2, COIN: 0, USDT: 6, TON: 9 } as const;

/** A currency we keep books in. */
export const Currency = Schema.Literals(["XTR", "RUB", "COIN", "USDT", "TON"]);
export type Currency = typeof Currency.Type;

/**
 * Largest amount either way: 18 digits, which fit the ledger's signed 64-bit column with room for sums
 * (a thousand million TON).
 */
export const MAX_MINOR = 999_999_999_999_999_999n;

/** One spelling for each number, so that two texts of one amount cannot differ. */
const MinorText = Schema.String.check(Schema.isPattern(/^(?:0|-?[1-9][0-9]{0,17})$/));

/** `{ minor: bigint, currency }` in code, `{ minor: "12500", currency: "RUB" }` in JSON. */
export const Money = Schema.Struct({
  minor: MinorText.pipe(Schema.decodeTo(Schema.BigIntFromString)),
  currency: Currency,
});
export type Money = typeof Money.Type;

/** The JSON form alone, checked: for structures that stay JSON-safe in code. */
export const MoneyJson = Schema.toEncoded(Money);
export type MoneyJson = typeof Money.Encoded;

const decode = Schema.decodeUnknownSync(Money, { onExcessProperty: "error" });
const encode = Schema.encodeSync(Money);

/**
 * Reads the JSON form.
 *
 * @throws {SchemaError} When it is not of that form, has other fields, or is out of range.
 */
export function moneyFromJson(json: unknown): Money {
  return decode(json);
}

/**
 * Writes the JSON form.
 *
 * @throws {SchemaError} When the amount has more than 18 digits.
 */
export function moneyToJson(money: Money): MoneyJson {
  return encode(money);
}

/** Nothing of a currency. */
export function noMoney(currency: Currency): Money {
  return { minor: 0n, currency };
}

/**
 * The sum of two amounts.
 *
 * @throws {RangeError} When the currencies differ or the sum has more than 18 digits.
 */
export function addMoney(left: Money, right: Money): Money {
  requireSameCurrency("add", left, right);
  return inRange({ minor: left.minor + right.minor, currency: left.currency });
}

/**
 * The first amount less the second; may be negative.
 *
 * @throws {RangeError} When the currencies differ or the difference has more than 18 digits.
 */
export function subtractMoney(left: Money, right: Money): Money {
  requireSameCurrency("subtract", left, right);
  return inRange({ minor: left.minor - right.minor, currency: left.currency });
}

/**
 * An amount so many times.
 *
 * @param times any whole number
 * @throws {RangeError} When the product has more than 18 digits.
 */
export function multiplyMoney(money: Money, times: bigint): Money {
  return inRange({ minor: money.minor * times, currency: money.currency });
}

/**
 * The part of an amount that `basisPoints` name, rounded down towards zero.
 *
 * @param money zero or more
 * @param basisPoints 0 to 10,000 (hundredths of a percent)
 * @throws {RangeError} When either is out of range.
 */
export function shareOfMoney(money: Money, basisPoints: number): Money {
  if (money.minor < 0n) throw new RangeError("Cannot take a share of a negative amount");
  if (!Number.isInteger(basisPoints) || basisPoints < 0 || basisPoints > 10_000) {
    throw new RangeError(
      `Cannot take a share: basis points must be 0 to 10000, got ${basisPoints}`,
    );
  }
  return { minor: money.minor * BigInt(basisPoints) / 10_000n, currency: money.currency };
}

/**
 * Which of two amounts is larger: -1, 0 or 1.
 *
 * @throws {RangeError} When the currencies differ.
 */
export function compareMoney(left: Money, right: Money): -1 | 0 | 1 {
  requireSameCurrency("compare", left, right);
  return left.minor < right.minor ? -1 : left.minor > right.minor ? 1 : 0;
}

/** Plain text for logs and proofs, `125.00 RUB`; what players read is written by the adapters. */
export function formatMoney(money: Money): string {
  const decimals = currencyDecimals[money.currency];
  const sign = money.minor < 0n ? "-" : "";
  const digits = (money.minor < 0n ? -money.minor : money.minor).toString()
    .padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : `.${digits.slice(-decimals)}`;
  return `${sign}${whole}${fraction} ${money.currency}`;
}

function requireSameCurrency(verb: string, left: Money, right: Money): void {
  if (left.currency !== right.currency) {
    throw new RangeError(`Cannot ${verb} ${left.currency} and ${right.currency}`);
  }
}

function inRange(money: Money): Money {
  if (money.minor > MAX_MINOR || money.minor < -MAX_MINOR) {
    throw new RangeError(`Amount has more than 18 digits: ${money.minor} ${money.currency}`);
  }
  return money;
}
