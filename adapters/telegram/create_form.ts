/**
 * The one-line form of `/admin create`: `price=10 min=3 max=12 title=Friday draw`. Everything has a
 * default but the price. The title takes the rest of the line. Guards against terms that no raffle
 * can be run with; further rules of the machines are checked by the caller.
 */
import type { DrawAt, RaffleTerms } from "../../machines/domain/events.ts";

/** One field that cannot be used, and why. */
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
    | "rule";
  /** What is allowed: a bound, or a list of choices; for `rule` the reason. */
  allowed?: string;
}

/** Terms, or everything that is wrong with them. */
export type CreateForm = { terms: RaffleTerms } | { problems: FormProblem[] };

interface NumberField {
  name: string;
  fallback?: number;
  min: number;
  max: number;
}

/** 100,000 Stars is what an invoice takes; the rest are bounds of reason, checked again on the way. */
const numberFields: readonly NumberField[] = [
  { name: "price", min: 1, max: 100_000 },
  { name: "min", fallback: 2, min: 2, max: 100_000 },
  { name: "max", fallback: 100, min: 2, max: 100_000 },
  { name: "tickets", fallback: 1, min: 1, max: 100 },
  { name: "minutes", fallback: 24 * 60, min: 1, max: 30 * 24 * 60 },
  { name: "window", fallback: 60, min: 1, max: 3600 },
  { name: "pause", fallback: 60, min: 0, max: 24 * 3600 },
  { name: "reserves", fallback: 2, min: 0, max: 10 },
];
const draws: readonly DrawAt[] = ["minimum", "maximum", "deadline"];
/** Longest title: with a prefix it still fits an invoice's 32 units. */
const MAX_TITLE_UNITS = 32;
const MAX_COMMISSION_BPS = 5_000;

/**
 * Reads the form.
 * @param text What stands after `create`.
 * @param commissionBps Commission when the form names none, basis points.
 */
export function parseCreateForm(text: string, commissionBps: number): CreateForm {
  const { fields, title } = split(text);
  const problems: FormProblem[] = [];
  const known = new Set([
    ...numberFields.map((field) => field.name),
    "draw",
    "commission",
    "shares",
  ]);
  for (const field of fields.keys()) {
    if (!known.has(field)) problems.push({ field, problem: "unknown" });
  }
  const numbers = new Map<string, number>();
  const allNumbers = [...numberFields, {
    name: "commission",
    fallback: commissionBps,
    min: 0,
    max: MAX_COMMISSION_BPS,
  }];
  for (const field of allNumbers) {
    const read = readNumber(field, fields.get(field.name));
    if (typeof read === "number") numbers.set(field.name, read);
    else problems.push(read);
  }
  const number = (name: string) => numbers.get(name) ?? 0;
  const isRange = numbers.has("min") && numbers.has("max");
  if (isRange && number("max") < number("min")) {
    problems.push({ field: "max", problem: "tooSmall", allowed: `min=${number("min")}` });
  }
  const drawAt = draws.find((choice) => choice === (fields.get("draw") ?? "maximum"));
  if (drawAt === undefined) {
    problems.push({ field: "draw", problem: "badChoice", allowed: draws.join(", ") });
  }
  const sharesBps = readShares(fields.get("shares") ?? "100");
  if (sharesBps === undefined) {
    problems.push({ field: "shares", problem: "badChoice", allowed: "100 · 70/30 · 50/30/20" });
  }
  if (title.length > MAX_TITLE_UNITS) {
    problems.push({ field: "title", problem: "tooLarge", allowed: String(MAX_TITLE_UNITS) });
  }
  if (problems.length > 0 || drawAt === undefined || sharesBps === undefined) return { problems };
  return {
    terms: {
      title: title === "" ? `${number("price")} ⭐` : title,
      price: { minor: String(number("price")), currency: "XTR" },
      minPlayers: number("min"),
      maxTickets: number("max"),
      ticketsPerPlayer: number("tickets"),
      durationMs: number("minutes") * 60_000,
      drawAt,
      closingWindowMs: number("window") * 1000,
      sealPauseMs: number("pause") * 1000,
      commissionBps: number("commission"),
      sharesBps,
      reserves: number("reserves"),
    },
  };
}

function split(text: string): { fields: Map<string, string>; title: string } {
  const at = text.search(/(?:^|\s)title\s*=/i);
  const head = at === -1 ? text : text.slice(0, at);
  const title = at === -1 ? "" : text.slice(at).replace(/^\s*title\s*=/i, "");
  const fields = new Map<string, string>();
  for (const word of head.split(/\s+/).filter((part) => part !== "")) {
    const equals = word.indexOf("=");
    const name = (equals === -1 ? word : word.slice(0, equals)).toLowerCase();
    fields.set(name, equals === -1 ? "" : word.slice(equals + 1));
  }
  return { fields, title: title.replaceAll(/\s+/g, " ").trim() };
}

function readNumber(field: NumberField, text: string | undefined): number | FormProblem {
  if (text === undefined) {
    return field.fallback ?? { field: field.name, problem: "missing" };
  }
  if (!/^[+-]?\d+([.,]\d+)?$/.test(text)) return { field: field.name, problem: "notANumber" };
  if (/[.,]/.test(text)) return { field: field.name, problem: "notWhole" };
  // A number of a hundred digits is read as Infinity at worst, and refused as too large.
  const value = Number(text);
  if (value < field.min) {
    return { field: field.name, problem: "tooSmall", allowed: String(field.min) };
  }
  if (value > field.max) {
    return { field: field.name, problem: "tooLarge", allowed: String(field.max) };
  }
  return value;
}

function readShares(text: string): number[] | undefined {
  if (!/^\d{1,3}(\/\d{1,3}){0,9}$/.test(text)) return undefined;
  const shares = text.split("/").map((percent) => Number(percent) * 100);
  const sum = shares.reduce((total, share) => total + share, 0);
  return sum === 10_000 && shares.every((share) => share > 0) ? shares : undefined;
}
