/** Sums between YooKassa's texts and whole kopecks. */
import type { Amount } from "../yookassa_types.ts";

/** The form of a sum: a dot, two digits behind it, no leading zeros. */
export const SUM_FORM = /^(?:0|[1-9]\d{0,9})\.\d{2}$/;

/** `100.00` → 10000. @param value Of {@link SUM_FORM}. */
export function toKopecks({ value }: Amount): number {
  return Number(value.replace(".", ""));
}

/** 10000 → `{ value: "100.00", currency: "RUB" }`; less than nothing too, as a balance may be. */
export function toAmount(kopecks: number): Amount {
  const digits = String(Math.abs(kopecks)).padStart(3, "0");
  const sign = kopecks < 0 ? "-" : "";
  return { value: `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`, currency: "RUB" };
}

/** The part of a sum that basis points name, half a kopeck rounded up. */
export function shareOf(kopecks: number, basisPoints: number): number {
  return Math.floor((kopecks * basisPoints + 5_000) / 10_000);
}
