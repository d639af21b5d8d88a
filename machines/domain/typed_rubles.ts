/** Rubles as people type them, in either language. Imports nothing. */

const SIGN = /\s*(₽|rub|руб|р)\.?$/i;

/** Whether a text says that it is rubles. */
export function saysRubles(text: string): boolean {
  return SIGN.test(text.trim());
}

/**
 * `250`, `99,50`, `1 000 ₽`, in kopecks.
 *
 * @returns Undefined for what is none: no number, more than two digits behind the point, or more
 *   than nine before it.
 */
export function kopecksIn(text: string): string | undefined {
  const typed = text.trim().replace(SIGN, "").replaceAll(/[\s\u00a0]/g, "");
  const [, rubles = "", kopecks = ""] = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(typed) ?? [];
  if (rubles === "") return undefined;
  return String(BigInt(rubles) * 100n + BigInt(kopecks.padEnd(2, "0")));
}

/** `250`, `99.50`: the opposite of `kopecksIn`. */
export function typedRubles(minor: string): string {
  const digits = minor.padStart(3, "0");
  const kopecks = digits.slice(-2);
  return kopecks === "00" ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${kopecks}`;
}
