/** Amounts, times and chances as people read them. */
import type { Language } from "../../machines/domain/events.ts";
import { currencyDecimals, type MoneyJson } from "../../machines/domain/money.ts";
import { plain } from "./texts.ts";

const signs = { XTR: "⭐", RUB: "₽", COIN: "🪙", USDT: "USDT", TON: "TON" } as const;

/** `10 ⭐`, `125.50 ₽`. */
export function readableMoney(money: MoneyJson): string {
  const decimals = currencyDecimals[money.currency];
  const isNegative = money.minor.startsWith("-");
  const digits = money.minor.replace("-", "").padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals)
    .replaceAll(/\B(?=(\d{3})+(?!\d))/g, "\u00a0");
  const fraction = decimals === 0 ? "" : digits.slice(-decimals).replace(/0+$/, "");
  const amount = fraction === "" ? whole : `${whole}.${fraction.padEnd(2, "0")}`;
  return `${isNegative ? "−" : ""}${amount} ${signs[money.currency]}`;
}

/** `10 ⭐, 125.50 ₽`. */
export function readableAmounts(amounts: readonly MoneyJson[]): string {
  return amounts.map(readableMoney).join(", ");
}

const zones = {
  ru: { locale: "ru-RU", timeZone: "Europe/Moscow", name: "МСК" },
  en: { locale: "en-GB", timeZone: "UTC", name: "UTC" },
} as const;

/** `20 Nov, 14:05 UTC`; Moscow time in Russian, because Telegram does not tell where a person is. */
export function readableTime(language: Language, atMs: number): string {
  return inZone(language, atMs, {});
}

/** `20 Nov, 14:05:33 UTC`: for what is compared to the second. */
export function readableSecond(language: Language, atMs: number): string {
  return inZone(language, atMs, { second: "2-digit" });
}

function inZone(
  language: Language,
  atMs: number,
  more: Intl.DateTimeFormatOptions,
): string {
  const zone = zones[language];
  const text = new Intl.DateTimeFormat(zone.locale, {
    timeZone: zone.timeZone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...more,
  }).format(atMs);
  return `${text} ${zone.name}`;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2 days 3 h`, `3 h 20 min`, `less than a minute`: the two largest units, rounded down. */
export function readableDuration(language: Language, ms: number): string {
  if (ms < MINUTE) return plain(language, "duration-moment");
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const parts = days > 0
    ? [["days", days], ["hours", hours]] as const
    : [["hours", hours], ["minutes", minutes]] as const;
  return parts.filter(([, count]) => count > 0)
    .map(([unit, count]) => plain(language, `duration-${unit}`, { count }))
    .join(" ");
}

/** `25%`, `0.4%`, `<0.1%`. */
export function readableChance(part: number, whole: number): string {
  if (part <= 0 || whole <= 0) return "0%";
  const percent = Math.min(100, (part / whole) * 100);
  if (percent < 0.1) return "<0.1%";
  return `${Number(percent.toFixed(percent < 10 ? 1 : 0))}%`;
}
