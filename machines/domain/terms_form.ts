/**
 * What people type for the terms of a raffle, read one answer at a time. Every answer that cannot be
 * used is given back with what is allowed. Guards against terms that no raffle can be run with; what
 * is wrong only because of another answer is found by `readRaffleTerms`.
 */
import type { DrawAt, RaffleTerms } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import type { TermsChanges } from "./panel.ts";
import { termsLimits } from "./raffle_terms.ts";
import { kopecksIn, saysRubles, typedRubles } from "./typed_rubles.ts";

/** One answer that cannot be used, and why. */
export interface FormProblem {
  /** Name of the field as typed. */
  field: string;
  problem:
    | "missing"
    | "unknown"
    | "notANumber"
    | "notWhole"
    | "tooSmall"
    | "tooLarge"
    | "badChoice"
    | "badDuration"
    | "badRule"
    | "badZone"
    | "badName"
    | "noRubles"
    | "onlyStars"
    | "rule";
  /**
   * What is allowed: a bound, or a list of choices; for `rule` the reason. `noRubles`: none are taken
   * here; `onlyStars`: a raffle in rubles cannot have it.
   */
  allowed?: string;
}

/** What the dialogue asks for a new raffle, in this order. */
export const raffleQuestions = [
  "price",
  "minPlayers",
  "maxTickets",
  "durationMs",
  "drawAt",
  "reviewMs",
  "commissionBps",
  "sharesBps",
  "guaranteedPrize",
  "claimWithinMs",
  "title",
] as const satisfies readonly (keyof RaffleTerms)[];
/** Something that an admin is asked. */
export type RaffleQuestion = typeof raffleQuestions[number] | "ticketsPerPlayer";

/** A whole number within bounds. */
export interface NumberField {
  name: string;
  fallback?: number;
  min: number;
  max: number;
}

export const drawChoices: readonly DrawAt[] = ["minimum", "maximum", "deadline"];
/** Examples of shares, for who typed others. */
export const SHARES_FORM = "100 · 70/30 · 50/30/20";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const {
  priceXtr,
  priceRub,
  tickets,
  durationMs,
  commissionBps,
  guaranteedXtr,
  titleCharacters,
} = termsLimits;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const units: Readonly<Record<string, number>> = {
  s: SECOND,
  sec: SECOND,
  с: SECOND,
  сек: SECOND,
  "": MINUTE,
  m: MINUTE,
  min: MINUTE,
  м: MINUTE,
  мин: MINUTE,
  h: HOUR,
  ч: HOUR,
  d: DAY,
  д: DAY,
};

/**
 * Reads one answer.
 * @param terms What was answered before, completed by the defaults.
 * @param hasRubles Whether a price in rubles can be paid.
 */
export function readAnswer(
  question: RaffleQuestion,
  text: string,
  { terms, hasRubles = false }: { terms: RaffleTerms; hasRubles?: boolean },
): { changes: TermsChanges } | { problem: FormProblem } {
  const typed = text.trim();
  const number = (min: number, max: number) => readNumber({ name: question, min, max }, typed);
  const counted = (read: number | FormProblem) =>
    typeof read === "number" ? { changes: { [question]: read } } : { problem: read };
  switch (question) {
    case "price": {
      const price = readPrice(question, typed, hasRubles);
      return "problem" in price ? { problem: price } : { changes: { price } };
    }
    case "minPlayers":
      return counted(number(termsLimits.players.least, tickets.most));
    case "maxTickets":
      return counted(number(Math.max(2, terms.minPlayers), tickets.most));
    case "ticketsPerPlayer":
      return counted(number(1, terms.maxTickets));
    case "durationMs":
      return counted(readDuration(question, typed, { least: MINUTE, most: durationMs.most }));
    case "reviewMs":
    case "claimWithinMs": {
      const read = readOptionalTime(question, typed);
      return typeof read === "number"
        ? { changes: { [question]: read === 0 ? null : read } }
        : { problem: read };
    }
    case "drawAt": {
      const drawAt = drawChoices.find((choice) => choice === typed.toLowerCase());
      return drawAt === undefined
        ? { problem: { field: question, problem: "badChoice", allowed: drawChoices.join(", ") } }
        : { changes: { drawAt } };
    }
    case "commissionBps":
      return counted(readPercent(question, typed));
    case "sharesBps": {
      const sharesBps = readShares(typed.replaceAll(/\s/g, ""));
      return sharesBps === undefined
        ? { problem: { field: question, problem: "badChoice", allowed: SHARES_FORM } }
        : { changes: { sharesBps } };
    }
    case "guaranteedPrize": {
      const read = number(0, guaranteedXtr.most);
      if (typeof read === "number" && read > 0 && terms.price.currency !== "XTR") {
        return { problem: { field: question, problem: "onlyStars" } };
      }
      return typeof read === "number"
        ? { changes: { guaranteedPrize: guaranteeOf(read) ?? null } }
        : { problem: read };
    }
    case "title": {
      const title = typed.replaceAll(/\s+/g, " ");
      if (title === "") return { problem: { field: question, problem: "missing" } };
      if (title.length > titleCharacters.most) {
        const allowed = String(titleCharacters.most);
        return { problem: { field: question, problem: "tooLarge", allowed } };
      }
      return { changes: { title } };
    }
  }
}

/** The value of a term as one would type it; the opposite of `readAnswer`. */
export function answerOf(question: RaffleQuestion, terms: RaffleTerms): string {
  switch (question) {
    case "price":
      return terms.price.currency === "RUB"
        ? `${typedRubles(terms.price.minor)} RUB`
        : terms.price.minor;
    case "durationMs":
      return durationText(terms.durationMs);
    case "reviewMs":
      return durationText(terms.reviewMs ?? 0);
    case "commissionBps":
      return String(terms.commissionBps / 100);
    case "sharesBps":
      return terms.sharesBps.map((share) => share / 100).join("/");
    case "guaranteedPrize":
      return terms.guaranteedPrize?.minor ?? "0";
    case "claimWithinMs":
      return durationText(terms.claimWithinMs ?? 0);
    default:
      return String(terms[question]);
  }
}

/**
 * `25` in Stars, `100 ₽` or `99.50 RUB` in rubles, or why it is no price.
 * @param field Name of the field as typed.
 */
export function readPrice(
  field: string,
  text: string | undefined,
  hasRubles: boolean,
): MoneyJson | FormProblem {
  if (text === undefined || !saysRubles(text)) {
    const stars = readNumber({ name: field, min: priceXtr.least, max: priceXtr.most }, text);
    return typeof stars === "number" ? { minor: String(stars), currency: "XTR" } : stars;
  }
  const minor = kopecksIn(text);
  if (minor === undefined) return { field, problem: "notANumber" };
  if (!hasRubles) return { field, problem: "noRubles" };
  const allowed = (kopecks: number) => `${typedRubles(String(kopecks))} RUB`;
  if (BigInt(minor) < BigInt(priceRub.least)) {
    return { field, problem: "tooSmall", allowed: allowed(priceRub.least) };
  }
  if (BigInt(minor) > BigInt(priceRub.most)) {
    return { field, problem: "tooLarge", allowed: allowed(priceRub.most) };
  }
  return { minor, currency: "RUB" };
}

/** What a raffle is called that nobody has named. */
export function titleOf({ minor, currency }: MoneyJson): string {
  return currency === "RUB" ? `${typedRubles(minor)} ₽` : `${minor} ⭐`;
}

/** The guaranteed prize of a number of Stars as typed; 0 is none. */
export function guaranteeOf(stars: number): RaffleTerms["guaranteedPrize"] {
  return stars === 0 ? undefined : { minor: String(stars), currency: "XTR" };
}

/** A whole number as typed, or why it is none that is allowed. */
export function readNumber(field: NumberField, text: string | undefined): number | FormProblem {
  if (text === undefined) {
    return field.fallback ?? { field: field.name, problem: "missing" };
  }
  if (!/^[+-]?\d+([.,]\d+)?$/.test(text)) return { field: field.name, problem: "notANumber" };
  if (/[.,]/.test(text)) return { field: field.name, problem: "notWhole" };
  // A number of a hundred digits is read as Infinity at worst, and refused as too large.
  return within(field, Number(text));
}

/** `15` or `12.5`, percent; gives basis points, or why it is none that is allowed. */
export function readPercent(field: string, text: string): number | FormProblem {
  const typed = text.replace(/\s*%$/, "");
  if (!/^[+-]?\d+([.,]\d{1,2})?$/.test(typed)) return { field, problem: "notANumber" };
  const bps = Math.round(Number(typed.replace(",", ".")) * 100);
  const { least, most } = commissionBps;
  if (bps < least) return { field, problem: "tooSmall", allowed: `${least / 100}%` };
  return bps > most ? { field, problem: "tooLarge", allowed: `${most / 100}%` } : bps;
}

/** `70/30`, percent of the prize; gives basis points, or undefined. */
export function readShares(text: string): number[] | undefined {
  if (!/^\d{1,3}(\/\d{1,3}){0,9}$/.test(text)) return undefined;
  const shares = text.split("/").map((percent) => Number(percent) * 100);
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum === 10_000 && shares.every((share) => share > 0) ? shares : undefined;
}

/** A duration as typed for a term that need not be; 0 for none. */
export function readOptionalTime(
  term: "reviewMs" | "claimWithinMs",
  text: string,
  field: string = term,
): number | FormProblem {
  return text === "0" ? 0 : readDuration(field, text, termsLimits[term]);
}

/** `90`, `90m`, `6h`, `1d 12h`, in either language; without a letter it is minutes. */
function readDuration(
  field: string,
  text: string,
  { least, most }: { least: number; most: number },
): number | FormProblem {
  const typed = text.toLowerCase();
  if (!/^\d+\s*[a-zа-я]*(\s*\d+\s*[a-zа-я]+)*$/.test(typed)) {
    return { field, problem: "badDuration" };
  }
  let total = 0;
  for (const [, digits = "", unit = ""] of typed.matchAll(/(\d+)\s*([a-zа-я]*)/g)) {
    const each = units[unit];
    if (each === undefined) return { field, problem: "badDuration" };
    total += Number(digits) * each;
  }
  if (total < least) return { field, problem: "tooSmall", allowed: durationText(least) };
  return total > most ? { field, problem: "tooLarge", allowed: durationText(most) } : total;
}

/** As it can be typed again. */
function durationText(ms: number): string {
  const parts = [
    [Math.floor(ms / DAY), "d"],
    [Math.floor(ms / HOUR) % 24, "h"],
    [Math.floor(ms / MINUTE) % 60, "m"],
    [Math.floor(ms / SECOND) % 60, "s"],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
  return words.length === 0 ? "0" : words.join(" ");
}

function within({ name, min, max }: NumberField, value: number): number | FormProblem {
  if (value < min) return { field: name, problem: "tooSmall", allowed: String(min) };
  return value > max ? { field: name, problem: "tooLarge", allowed: String(max) } : value;
}
