/**
 * Sums between our kopecks and YooKassa's texts, exactly: digits are moved, nothing is calculated. What
 * YooKassa says may be in another currency than ours, and a balance may be below zero; whether it is what
 * was asked for, the caller compares.
 */
import type { MoneyJson } from "../../machines/domain/money.ts";

/** A sum as YooKassa names it: hundredths as a whole number in decimal, and any currency's code. */
export interface YooKassaAmount {
  readonly minor: string;
  readonly currency: string;
}

/** `{ value: "100.00", currency: "RUB" }`. */
export interface AmountText {
  readonly value: string;
  readonly currency: string;
}

/** The form of a sum. */
export const AMOUNT_FORM = /^-?(?:0|[1-9]\d{0,15})\.\d{2}$/;

/**
 * Writes rubles.
 *
 * @throws {RangeError} When they are no rubles, or not above zero.
 */
export function toAmountText({ minor, currency }: MoneyJson): AmountText {
  if (currency !== "RUB") throw new RangeError(`Cannot pay ${currency} through YooKassa`);
  if (!/^[1-9]\d{0,17}$/.test(minor)) throw new RangeError(`Cannot pay ${minor} kopecks`);
  const digits = minor.padStart(3, "0");
  return { value: `${digits.slice(0, -2)}.${digits.slice(-2)}`, currency };
}

/** Reads a sum. @param text Its value is of {@link AMOUNT_FORM}. */
export function fromAmountText({ value, currency }: AmountText): YooKassaAmount {
  return { minor: String(BigInt(value.replace(".", ""))), currency };
}

/** Whether YooKassa names the sum that is ours. */
export function isSameAmount(theirs: YooKassaAmount, ours: MoneyJson): boolean {
  return theirs.minor === ours.minor && theirs.currency === ours.currency;
}
