/**
 * The one-line form of `/admin create`: `price=10 min=3 max=12 title=Friday draw`. Everything has a
 * default but the price. The title takes the rest of the line. Guards against terms that no raffle
 * can be run with; further rules of the machines are checked by the caller.
 */
import type { RaffleTerms } from "../../machines/domain/events.ts";
import {
  closingWindowOf,
  raffleTermsDefaults,
  termsLimits,
} from "../../machines/domain/raffle_terms.ts";
import {
  drawChoices,
  type FormProblem,
  guaranteeOf,
  type NumberField,
  readNumber,
  readOptionalTime,
  readPrice,
  readShares,
  SHARES_FORM,
  titleOf,
} from "../../machines/domain/terms_form.ts";

export type { FormProblem };

/** Terms, or everything that is wrong with them. */
export type CreateForm = { terms: RaffleTerms } | { problems: FormProblem[] };

const MINUTE = 60_000;
const SECOND = 1_000;
const {
  tickets,
  durationMs,
  closingWindowMs,
  sealPauseMs,
  commissionBps,
  guaranteedXtr,
  reserves,
  titleCharacters,
} = termsLimits;
const defaults = raffleTermsDefaults;

/** Bounds and defaults are the machines'; the form only says them in the units that people type. */
const numberFields: readonly NumberField[] = [
  {
    name: "min",
    fallback: defaults.minPlayers,
    min: termsLimits.players.least,
    max: tickets.most,
  },
  { name: "max", fallback: defaults.maxTickets, min: 2, max: tickets.most },
  { name: "tickets", fallback: defaults.ticketsPerPlayer, min: 1, max: tickets.most },
  {
    name: "minutes",
    fallback: defaults.durationMs / MINUTE,
    min: 1,
    max: durationMs.most / MINUTE,
  },
  {
    name: "pause",
    fallback: defaults.sealPauseMs / SECOND,
    min: sealPauseMs.least / SECOND,
    max: sealPauseMs.most / SECOND,
  },
  { name: "reserves", fallback: defaults.reserves, min: reserves.least, max: reserves.most },
  { name: "prize", fallback: 0, min: 0, max: guaranteedXtr.most },
];
const MAX_TITLE_UNITS = titleCharacters.most;

/**
 * Reads the form.
 * @param text What stands after `create`.
 * @param options Commission when the form names none, basis points; whether rubles can be paid.
 */
export function parseCreateForm(
  text: string,
  { commissionBps: commission, hasRubles = false }: { commissionBps: number; hasRubles?: boolean },
): CreateForm {
  const { fields, title } = split(text);
  const problems: FormProblem[] = [];
  const known = new Set([
    ...numberFields.map((field) => field.name),
    "price",
    "window",
    "draw",
    "commission",
    "shares",
    "claim",
    "review",
  ]);
  for (const field of fields.keys()) {
    if (!known.has(field)) problems.push({ field, problem: "unknown" });
  }
  const priced = readPrice("price", fields.get("price"), hasRubles);
  const price = "problem" in priced ? undefined : priced;
  if ("problem" in priced) problems.push(priced);
  const numbers = new Map<string, number>();
  const allNumbers = [...numberFields, {
    name: "commission",
    fallback: commission,
    min: commissionBps.least,
    max: commissionBps.most,
  }, {
    name: "window",
    fallback: closingWindowOf(price?.currency ?? "XTR") / SECOND,
    min: closingWindowMs.least / SECOND,
    max: closingWindowMs.most / SECOND,
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
  if (price?.currency === "RUB" && number("prize") > 0) {
    problems.push({ field: "prize", problem: "onlyStars" });
  }
  const drawAt = drawChoices.find((choice) => choice === (fields.get("draw") ?? defaults.drawAt));
  if (drawAt === undefined) {
    problems.push({ field: "draw", problem: "badChoice", allowed: drawChoices.join(", ") });
  }
  const sharesBps = readShares(fields.get("shares") ?? "100");
  if (sharesBps === undefined) {
    problems.push({ field: "shares", problem: "badChoice", allowed: SHARES_FORM });
  }
  const claimWithinMs = readOptionalTime("claimWithinMs", fields.get("claim") ?? "0", "claim");
  if (typeof claimWithinMs !== "number") problems.push(claimWithinMs);
  const reviewMs = readOptionalTime("reviewMs", fields.get("review") ?? "0", "review");
  if (typeof reviewMs !== "number") problems.push(reviewMs);
  if (title.length > MAX_TITLE_UNITS) {
    problems.push({ field: "title", problem: "tooLarge", allowed: String(MAX_TITLE_UNITS) });
  }
  if (
    problems.length > 0 || price === undefined || drawAt === undefined || sharesBps === undefined
  ) return { problems };
  const guaranteedPrize = guaranteeOf(number("prize"));
  return {
    terms: {
      title: title === "" ? titleOf(price) : title,
      price,
      minPlayers: number("min"),
      maxTickets: number("max"),
      ticketsPerPlayer: number("tickets"),
      durationMs: number("minutes") * MINUTE,
      drawAt,
      closingWindowMs: number("window") * SECOND,
      ...(typeof reviewMs !== "number" || reviewMs === 0 ? {} : { reviewMs }),
      sealPauseMs: number("pause") * SECOND,
      commissionBps: number("commission"),
      sharesBps,
      reserves: number("reserves"),
      ...(guaranteedPrize === undefined ? {} : { guaranteedPrize }),
      ...(typeof claimWithinMs !== "number" || claimWithinMs === 0 ? {} : { claimWithinMs }),
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
