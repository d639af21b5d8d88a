/**
 * What people type for a series: a rule in one line, `1d 18:00 x10`, and the name of a template. What
 * cannot be used is given back with what is allowed.
 */
import { type Recurrence, timeZoneOf, type Weekday } from "./recurrence.ts";
import type { FormProblem } from "./terms_form.ts";

/** When raffles of a series begin, and how many there will be. */
export interface SeriesPlan {
  rule: Recurrence;
  /** Raffles in all; null: no end. */
  limit: number | null;
}

/** Bounds of a rule. */
export const planLimits = {
  hours: { least: 1, most: 168 },
  days: { least: 1, most: 90 },
  weeks: { least: 1, most: 12 },
  raffles: { least: 1, most: 10_000 },
  nameCharacters: { least: 1, most: 32 },
} as const;

/** Examples of rules, for who typed others. */
export const PLAN_FORM = "1d 18:00 · 1w fri 18:00 · 6h 12:00 · end · 1d 18:00 Europe/Moscow x10";

const units: Readonly<Record<string, "hours" | "days" | "weeks">> = {
  h: "hours",
  ч: "hours",
  d: "days",
  д: "days",
  w: "weeks",
  н: "weeks",
};
const letters = { hours: "h", days: "d", weeks: "w" } as const;
const weekdays = [
  ["mon", "пн"],
  ["tue", "вт"],
  ["wed", "ср"],
  ["thu", "чт"],
  ["fri", "пт"],
  ["sat", "сб"],
  ["sun", "вс"],
] as const;
const ends = ["end", "конец"];

/** The words of a rule, each at most once. */
interface PlanWords {
  every?: { unit: "hours" | "days" | "weeks"; count: number };
  isEnd?: true;
  weekday?: Weekday;
  time?: string;
  zone?: string;
  limit?: number;
}

/**
 * Reads a rule, in either language and any order of words.
 * @param zone Time zone when the rule names none.
 */
export function readPlan(
  text: string,
  zone: string,
): { plan: SeriesPlan } | { problem: FormProblem } {
  const words: PlanWords = {};
  for (const word of text.trim().split(/\s+/)) {
    const read = readWord(word);
    if ("problem" in read) return read;
    if (Object.keys(read).some((key) => key in words)) return badRule;
    Object.assign(words, read);
  }
  const rule = ruleOf(words, zone);
  return rule === undefined ? badRule : { plan: { rule, limit: words.limit ?? null } };
}

/** The rule as one would type it; the opposite of `readPlan`. */
export function planText({ rule, limit }: SeriesPlan): string {
  const limited = limit === null ? [] : [`x${limit}`];
  if (rule.unit === "end") return ["end", rule.zone, ...limited].join(" ");
  const day = rule.unit === "weeks" ? [weekdays[rule.weekday - 1]?.[0]] : [];
  return [`${rule.count}${letters[rule.unit]}`, ...day, rule.time, rule.zone, ...limited].join(" ");
}

/** Whether it is a plan that one could have typed; what an event carries need not be one. */
export function isPlan(plan: SeriesPlan): boolean {
  const read = readPlan(planText(plan), "UTC");
  return "plan" in read && planText(read.plan) === planText(plan);
}

/** Reads the name of a template: one line of ordinary characters. */
export function readName(text: string): { name: string } | { problem: FormProblem } {
  const name = text.trim().replaceAll(/\s+/g, " ");
  const { most } = planLimits.nameCharacters;
  if (name === "") return { problem: { field: "name", problem: "missing" } };
  if (name.length > most) {
    return { problem: { field: "name", problem: "tooLarge", allowed: String(most) } };
  }
  return name.isWellFormed() && !/\p{Cc}/u.test(name)
    ? { name }
    : { problem: { field: "name", problem: "badName" } };
}

const badRule = { problem: { field: "rule", problem: "badRule", allowed: PLAN_FORM } } as const;

function readWord(word: string): PlanWords | { problem: FormProblem } {
  const typed = word.toLowerCase();
  const [, every, letter] = /^(\d{1,6})([a-zа-я])$/.exec(typed) ?? [];
  const unit = letter === undefined ? undefined : units[letter];
  if (unit !== undefined) {
    const count = Number(every);
    const problem = outside(count, { ...planLimits[unit], letter: letters[unit] });
    return problem === undefined ? { every: { unit, count } } : { problem };
  }
  const [, raffles] = /^[x×х](\d{1,6})$/.exec(typed) ?? [];
  if (raffles !== undefined) {
    const limit = Number(raffles);
    const problem = outside(limit, { ...planLimits.raffles, letter: "" });
    return problem === undefined ? { limit } : { problem };
  }
  const [, hour, minute] = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(typed) ?? [];
  if (hour !== undefined) return { time: `${hour.padStart(2, "0")}:${minute}` };
  const weekday = weekdays.findIndex((names) => names.some((name) => name === typed)) + 1;
  if (weekday > 0) return { weekday: weekday as Weekday };
  if (ends.includes(typed)) return { isEnd: true };
  const zone = timeZoneOf(word);
  if (zone !== undefined) return { zone };
  return word.includes("/") ? { problem: { field: "rule", problem: "badZone" } } : badRule;
}

function ruleOf(words: PlanWords, zone: string): Recurrence | undefined {
  const { every, isEnd, weekday, time } = words;
  const place = words.zone ?? zone;
  if (isEnd) return every ?? weekday ?? time ? undefined : { unit: "end", zone: place };
  if (every === undefined || time === undefined) return undefined;
  const at = { count: every.count, time, zone: place };
  if (every.unit === "weeks") {
    return weekday === undefined ? undefined : { unit: "weeks", weekday, ...at };
  }
  return weekday === undefined ? { unit: every.unit, ...at } : undefined;
}

function outside(
  count: number,
  { least, most, letter }: { least: number; most: number; letter: string },
): FormProblem | undefined {
  if (count < least) return { field: "rule", problem: "tooSmall", allowed: `${least}${letter}` };
  return count > most
    ? { field: "rule", problem: "tooLarge", allowed: `${most}${letter}` }
    : undefined;
}
