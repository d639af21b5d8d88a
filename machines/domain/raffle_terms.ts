/**
 * Which terms a raffle may be created with, and what they are when nothing else is said. Every
 * refusal says what was wrong and what is allowed, so that an admin can mend it. Imports only
 * `effect` and its neighbours. Guards against a raffle that opens and then cannot be drawn, checked
 * or paid.
 */
import { Result, Schema } from "effect";
import { CHECK_PAGE_URL, checkLinkLength, MAX_CHECK_LINK } from "./draw/check_link.ts";
import type { DrawTerms } from "./draw/draw_terms.ts";
import { refuseTerms } from "./draw/refuse_terms.ts";
import type { DrawAt, RaffleTerms } from "./events.ts";
import { type Currency, MoneyJson } from "./money.ts";
import { editableTerms, type RaffleChanges, type TermsChanges } from "./panel.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Limits of the terms; an admin's form may show them. */
export const termsLimits = {
  /** An invoice's title has no more. Source: core.telegram.org/bots/api, sendInvoice. */
  titleCharacters: { least: 1, most: 32 },
  /** Stars of one invoice. Source: core.telegram.org/bots/payments-stars. */
  priceXtr: { least: 1, most: 100_000 },
  /** Kopecks of one payment by card. Source: yookassa.ru/docs, limits of payments, read 2026-11-20. */
  priceRub: { least: 100, most: 35_000_000 },
  players: { least: 2 },
  tickets: { most: 100_000 },
  durationMs: { least: SECOND, most: 90 * DAY },
  closingWindowMs: { least: SECOND, most: 10 * MINUTE },
  reviewMs: { least: 0, most: DAY },
  sealPauseMs: { least: 0, most: DAY },
  commissionBps: { least: 0, most: 5_000 },
  /** More Stars than anybody puts into a bot. */
  guaranteedXtr: { least: 1, most: 1_000_000 },
  /** More places would not fit into a raffle's snapshot. */
  places: { least: 1, most: 10 },
  reserves: { least: 0, most: 20 },
  claimWithinMs: { least: MINUTE, most: 30 * DAY },
} as const;

/** What holds when nothing else is said. Title and price are always said. */
export const raffleTermsDefaults: Omit<RaffleTerms, "title" | "price"> = {
  minPlayers: 2,
  maxTickets: 1_000,
  ticketsPerPlayer: 1,
  durationMs: DAY,
  drawAt: "deadline",
  closingWindowMs: MINUTE,
  sealPauseMs: MINUTE,
  commissionBps: 1_500,
  sharesBps: [10_000],
  reserves: 2,
};

/** How long a list is looked at, as an admin is proposed; nothing said is no time. */
export const REVIEW_PROPOSED_MS = 5 * MINUTE;

/** How long a place is kept, when nothing else is said: a bank takes longer than Telegram. */
export function closingWindowOf(currency: Currency): number {
  return currency === "XTR" ? raffleTermsDefaults.closingWindowMs : 5 * MINUTE;
}

/** One thing that is wrong with terms. */
export interface TermsProblem {
  /** `terms` when it is not one field's fault. */
  field: keyof RaffleTerms | "terms";
  /** What was given and what is allowed. */
  message: string;
}

const whole = (
  name: string,
  { least, most, isOptional = false }: { least: number; most?: number; isOptional?: boolean },
) =>
  Schema.Unknown.check(
    Schema.makeFilter((value) =>
      (isOptional && value === undefined) ||
        typeof value === "number" && Number.isSafeInteger(value) && value >= least &&
          (most === undefined || value <= most)
        ? true
        : `${name} must be a whole number ${between(least, most)}, got ${shown(value)}`
    ),
  );

const isMoney = Schema.is(MoneyJson);

/** Whether it is an amount of that currency within the bounds. */
function isAmount(
  value: unknown,
  { currency, least, most }: { currency: Currency; least: number; most: number },
): boolean {
  // More fields would be refused when the prize is split, after the draw.
  return isMoney(value) && Object.keys(value).length === 2 && value.currency === currency &&
    BigInt(value.minor) >= BigInt(least) && BigInt(value.minor) <= BigInt(most);
}

const fields = {
  title: Schema.Unknown.check(Schema.makeFilter((value) => {
    const { least, most } = termsLimits.titleCharacters;
    const isFit = typeof value === "string" && value.trim().length >= least &&
      value.length <= most;
    if (!isFit) return `title must have ${least} to ${most} characters, got ${shown(value)}`;
    // Telegram refuses an invoice with half a surrogate pair: such a raffle could open, and sell nothing.
    return value.isWellFormed() && !/\p{Cc}/u.test(value)
      ? true
      : `title must be one line of ordinary characters, got ${shown(value)}`;
  })),
  price: Schema.Unknown.check(Schema.makeFilter((value) => {
    const { priceXtr, priceRub } = termsLimits;
    const isFit = isAmount(value, { currency: "XTR", ...priceXtr }) ||
      isAmount(value, { currency: "RUB", ...priceRub });
    return isFit
      ? true
      : `price must be ${priceXtr.least} to ${priceXtr.most} whole Stars (XTR) or ` +
        `${priceRub.least} to ${priceRub.most} kopecks (RUB), got ${shown(value)}`;
  })),
  minPlayers: whole("minPlayers", termsLimits.players),
  maxTickets: whole("maxTickets", { least: 2, most: termsLimits.tickets.most }),
  ticketsPerPlayer: whole("ticketsPerPlayer", { least: 1 }),
  durationMs: whole("durationMs", termsLimits.durationMs),
  drawAt: Schema.Unknown.check(
    Schema.makeFilter((value) =>
      isDrawAt(value) ? true : `drawAt must be minimum, maximum or deadline, got ${shown(value)}`
    ),
  ),
  closingWindowMs: whole("closingWindowMs", termsLimits.closingWindowMs),
  reviewMs: whole("reviewMs", { ...termsLimits.reviewMs, isOptional: true }),
  sealPauseMs: whole("sealPauseMs", termsLimits.sealPauseMs),
  commissionBps: whole("commissionBps", termsLimits.commissionBps),
  sharesBps: Schema.Unknown.check(Schema.makeFilter((value) => {
    const { least, most } = termsLimits.places;
    const isFit = Array.isArray(value) && value.length >= least && value.length <= most &&
      value.every((share) => Number.isSafeInteger(share) && share >= 1) &&
      value.reduce((sum, share) => sum + share, 0) === 10_000;
    return isFit
      ? true
      : `sharesBps must be ${least} to ${most} whole numbers of 1 or more that sum to 10000, ` +
        `got ${shown(value)}`;
  })),
  reserves: whole("reserves", termsLimits.reserves),
  guaranteedPrize: Schema.Unknown.check(Schema.makeFilter((value) => {
    const { least, most } = termsLimits.guaranteedXtr;
    return value === undefined || isAmount(value, { currency: "XTR", least, most })
      ? true
      : `guaranteedPrize must be ${least} to ${most} whole Stars (XTR), got ${shown(value)}`;
  })),
  claimWithinMs: whole("claimWithinMs", { ...termsLimits.claimWithinMs, isOptional: true }),
} satisfies Record<keyof RaffleTerms, Schema.Schema<unknown>>;

/**
 * Terms completed by the defaults and checked, or everything that is wrong with them.
 *
 * @param draft what was given; unknown fields are refused
 * @param raffleId it stands in the check link, whose length is limited
 *
 * @example
 * ```ts
 * const read = readRaffleTerms({ title: "Friday", price: { minor: "25", currency: "XTR" } }, "rfl_1");
 * if (read.isValid) console.assert(read.terms.minPlayers === 2);
 * ```
 */
export function readRaffleTerms(
  draft: unknown,
  raffleId: string,
): { isValid: true; terms: RaffleTerms } | { isValid: false; problems: TermsProblem[] } {
  if (typeof draft !== "object" || draft === null || Array.isArray(draft)) {
    const message = `title and price must be given, got ${shown(draft)}`;
    return { isValid: false, problems: [{ field: "terms", message }] };
  }
  const unknown = Object.keys(draft).filter((name) => !(name in fields));
  if (unknown.length > 0) {
    const message = `Terms have no "${unknown[0]}"; they have ${Object.keys(fields).join(", ")}`;
    return { isValid: false, problems: [{ field: "terms", message }] };
  }
  const given = Object.fromEntries(
    Object.entries(draft).filter(([, value]) => value !== undefined),
  );
  const { price } = given;
  const closingWindowMs = closingWindowOf(isMoney(price) ? price.currency : "XTR");
  const terms: Record<string, unknown> = withoutNone({
    ...raffleTermsDefaults,
    closingWindowMs,
    ...given,
  });
  const problems = fieldProblems(terms);
  if (problems.length > 0) return { isValid: false, problems };
  const read = terms as unknown as RaffleTerms;
  const together = problemsTogether(read, raffleId);
  return together.length > 0
    ? { isValid: false, problems: together }
    : { isValid: true, terms: read };
}

/** Terms with changes of an admin, or what is wrong with them; other terms than these stay. */
export function changeTerms(
  { raffleId, terms }: { raffleId: string; terms: RaffleTerms },
  changes: RaffleChanges,
): ReturnType<typeof readRaffleTerms> {
  const unknown = Object.keys(changes).find((name) => !isEditable(name));
  if (unknown !== undefined) {
    const message = `${unknown} cannot be changed; ${editableTerms.join(", ")} can`;
    return { isValid: false, problems: [{ field: "terms", message }] };
  }
  return readRaffleTerms({ ...terms, ...changes }, raffleId);
}

/** Terms with other values of some; null is none of it. */
export function withChanges(terms: RaffleTerms, changes: TermsChanges): RaffleTerms {
  return withoutNone({ ...terms, ...changes }) as RaffleTerms;
}

/** The part of the terms that the seal binds, in the words of the draw. */
export function drawTermsOf(terms: RaffleTerms): DrawTerms {
  return {
    price: terms.price,
    commissionBps: terms.commissionBps,
    shares: terms.sharesBps,
    winners: terms.sharesBps.length,
    reserves: terms.reserves,
    ticketsPerPlayer: terms.ticketsPerPlayer,
    drawAt: terms.drawAt,
    ...(terms.guaranteedPrize === undefined ? {} : { guaranteedPrize: terms.guaranteedPrize }),
  };
}

/** What is not promised or asked for is not in the terms, nor in what is sealed. */
function withoutNone<Terms extends object>(terms: Terms): Terms {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== null)) as Terms;
}

function fieldProblems(terms: Record<string, unknown>): TermsProblem[] {
  return Object.entries(fields).flatMap(([name, schema]) => {
    const decoded = Schema.decodeUnknownResult(schema)(terms[name]);
    if (Result.isSuccess(decoded)) return [];
    return [{ field: name as keyof RaffleTerms, message: firstLine(decoded.failure) }];
  });
}

/** What is wrong only because of another field. */
function problemsTogether(terms: RaffleTerms, raffleId: string): TermsProblem[] {
  const { minPlayers, maxTickets, ticketsPerPlayer } = terms;
  const problems: TermsProblem[] = [];
  if (maxTickets < minPlayers) {
    problems.push({
      field: "maxTickets",
      message: `maxTickets must be minPlayers (${minPlayers}) or more, got ${maxTickets}`,
    });
  }
  if (ticketsPerPlayer > maxTickets) {
    problems.push({
      field: "ticketsPerPlayer",
      message: `ticketsPerPlayer must be 1 to maxTickets (${maxTickets}), got ${ticketsPerPlayer}`,
    });
  }
  if (terms.guaranteedPrize !== undefined && terms.price.currency !== "XTR") {
    problems.push({
      field: "guaranteedPrize",
      message: "guaranteedPrize needs a price in Stars (XTR): the reserve holds nothing else, " +
        `got a price in ${terms.price.currency}`,
    });
  }
  if (problems.length > 0) return problems;
  const drawTerms = drawTermsOf(terms);
  const refusal = refuseTerms({ terms: drawTerms, raffleId, maxTickets });
  if (refusal === undefined) return [];
  if (refusal === "checkLinkTooLong" || refusal === "tooManyNumbers") {
    const length = checkLinkLength({ terms: drawTerms, raffleId, maxTickets });
    return [{
      field: "ticketsPerPlayer",
      message: `The public check link (${CHECK_PAGE_URL}) may have ${MAX_CHECK_LINK} characters ` +
        `and could get ${length}; lower ticketsPerPlayer, reserves or the number of sharesBps`,
    }];
  }
  return [{
    field: "ticketsPerPlayer",
    message: `These terms cannot be drawn (${refusal}); ticketsPerPlayer may be 1 to 10000, ` +
      `got ${ticketsPerPlayer}`,
  }];
}

function isEditable(name: string): boolean {
  return editableTerms.some((known) => known === name);
}

function isDrawAt(value: unknown): value is DrawAt {
  return value === "minimum" || value === "maximum" || value === "deadline";
}

function between(least: number, most?: number): string {
  return most === undefined ? `of ${least} or more` : `from ${least} to ${most}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

function firstLine(error: unknown): string {
  return String(error).replace(/^SchemaError\(/, "").split("\n")[0]?.replace(/\)$/, "") ?? "";
}
