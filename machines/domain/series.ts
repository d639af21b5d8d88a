/**
 * Raffles that come again, and the terms that are kept for them: ids, events, bounds, and what both
 * machines ask for. Plain types and pure functions. JSON-safe; times are epoch milliseconds.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { CancelReason } from "./refusals.ts";
import type { PlayerId, RaffleId, RaffleTerms, Tell } from "./events.ts";
import { readRaffleTerms, termsLimits } from "./raffle_terms.ts";
import { dayIn } from "./recurrence.ts";
import { readName, type SeriesPlan } from "./series_form.ts";

/** Id of kept terms. */
export type TemplateId = `tpl_${string}`;
/** Id of a series. */
export type SeriesId = `ser_${string}`;

/** The one actor that knows which terms are kept, and which series there are. */
export const TEMPLATES = "templates/platform";
/** Kept terms; more are no help to anybody. */
export const MAX_TEMPLATES = 30;
/** Series that have not ended. */
export const MAX_SERIES = 20;
/** Raffles of one series that have not ended; a rule that is faster than its raffles stops here. */
export const MAX_RUNNING = 5;
/** Between two openings of a series whose raffles follow each other. */
export const LEAST_PAUSE_MS = 60_000;
/** Such a series has no next time: what was refused is tried again after this. */
export const AFTER_REFUSAL_MS = 60 * 60_000;

// ── templates ────────────────────────────────────────────────────────────────────────────────────

/** What the templates are made from: there are none. */
export type TemplatesInput = Record<string, never>;

/** What the templates take, all of it from admins but the last. */
export type TemplatesEvent =
  /** New terms under a new name, or other terms under an id that is known; then the name stays. */
  | {
    type: "template.save";
    templateId: TemplateId;
    name: string;
    terms: RaffleTerms;
    by: PlayerId;
    atMs: number;
  }
  | { type: "template.rename"; templateId: TemplateId; name: string; by: PlayerId; atMs: number }
  | { type: "template.delete"; templateId: TemplateId; by: PlayerId; atMs: number }
  | {
    type: "series.begin";
    seriesId: SeriesId;
    templateId: TemplateId;
    plan: SeriesPlan;
    by: PlayerId;
    atMs: number;
  }
  /** From a series: there will be no further raffle. */
  | { type: "series.ended"; seriesId: SeriesId };

// ── series ───────────────────────────────────────────────────────────────────────────────────────

/** What a series is made from. */
export interface SeriesInput {
  seriesId: SeriesId;
  templateId: TemplateId;
  /** The template's, by which players know the series. */
  name: string;
  plan: SeriesPlan;
  createdBy: PlayerId;
}

/** How a raffle of a series has ended. */
export type RaffleEnding = "settled" | CancelReason;

/** What a series takes. */
export type SeriesEvent =
  | { type: "series.start"; atMs: number }
  // from admins
  | { type: "series.pause"; by: PlayerId; atMs: number }
  | { type: "series.resume"; by: PlayerId; atMs: number }
  /** Another rule, or another number of raffles, from the next one on. */
  | { type: "series.change"; plan: SeriesPlan; by: PlayerId; atMs: number }
  | { type: "series.end"; by: PlayerId; atMs: number }
  // from its raffles
  | { type: "raffle.opened"; raffleId: RaffleId; atMs: number }
  | { type: "raffle.refused"; raffleId: RaffleId; reason: OpeningRefusal }
  | { type: "raffle.ended"; raffleId: RaffleId; ending: RaffleEnding };

/** Why no raffle was opened when its time had come. */
export type OpeningRefusal =
  | "templateGone"
  /** No raffle can have such terms, or not under such a title. */
  | "badTerms"
  | "tooManyRunning"
  /** The reserve does not cover the prize that they guarantee. */
  | "reserveTooLow"
  /** It costs rubles, and nobody can pay in them here. */
  | "noRubles"
  /** It could not be decided. */
  | "notNow";

/** The series that a raffle belongs to. */
export interface SeriesOfRaffle {
  seriesId: SeriesId;
  /** Within the series, 1 for the first. */
  number: number;
}

/** An event for a series. */
export function toSeries(seriesId: SeriesId, event: SeriesEvent): Tell<SeriesEvent> {
  return { to: `series/${seriesId}`, event };
}

/** Makes a series and starts it. */
export function startSeries(create: SeriesInput, atMs: number): Tell<SeriesEvent> {
  return { ...toSeries(create.seriesId, { type: "series.start", atMs }), create };
}

/** The raffle that a series makes at its `attempt`th try: at every repetition the same. */
export function raffleIdIn(
  { seriesId, attempt }: { seriesId: SeriesId; attempt: number },
): RaffleId {
  const digest = bytesToHex(sha256(utf8ToBytes(`${seriesId}\n${attempt}`)));
  return `rfl_${digest.slice(0, 16)}`;
}

/** The title of one raffle: `{n}` is its number in the series, `{date}` the day. */
export function titleOf(
  title: string,
  { number, day }: { number: number; day: string },
): string {
  return title.replaceAll("{n}", String(number)).replaceAll("{date}", day);
}

/** A number and a day that are as long as they get. */
const LONGEST = { number: 99_999, day: dayIn("UTC", Date.UTC(2026, 11, 31)) };

/** Whether raffles can be made of them, also with the longest title. */
export function areTemplateTerms(terms: RaffleTerms): boolean {
  const title = titleOf(terms.title, LONGEST);
  return title.length <= termsLimits.titleCharacters.most &&
    readRaffleTerms({ ...terms, title }, raffleIdIn({ seriesId: "ser_", attempt: 0 })).isValid;
}

/** Whether a template may be called so. */
export function isTemplateName(name: string): boolean {
  const read = readName(name);
  return "name" in read && read.name === name;
}

// ── what the machines ask for ────────────────────────────────────────────────────────────────────

/** A template as it is kept. */
export interface Template {
  templateId: TemplateId;
  name: string;
  terms: RaffleTerms;
}

/** Terms that are kept, or kept no more; `terms` null: only the name changes. */
export type RecordTemplate =
  | { templateId: TemplateId; name: string; terms: RaffleTerms | null }
  | { templateId: TemplateId; isDeleted: true };

/** How a series stands. */
export interface RecordSeries {
  seriesId: SeriesId;
  templateId: TemplateId;
  name: string;
  plan: SeriesPlan;
  status: "active" | "paused" | "ended";
  /** Raffles opened, and occurrences that were not used. */
  opened: number;
  skipped: number;
  /** 0: it is not known. */
  nextAtMs: number;
  refusal: OpeningRefusal | null;
}

/** A raffle of a series that was opened. */
export interface RecordOccurrence extends SeriesOfRaffle {
  raffleId: RaffleId;
}

/** Reads a template in the commit of the step. */
export interface ReadTemplate {
  input: { templateId: TemplateId };
  output: {
    template: Template | null;
    /** Whether the reserve covers what its terms guarantee, now; the raffle itself asks again. */
    isCovered: boolean;
    /** Whether rubles are taken here. */
    hasRubles: boolean;
    atMs: number;
  };
}

/** Actions that write in the same commit as the step. */
export interface SeriesActions {
  recordTemplate: RecordTemplate;
  recordSeries: RecordSeries;
  recordOccurrence: RecordOccurrence;
  /** He wants to be told when the next raffle of this one's series opens, or no more. */
  recordFollower: { raffleId: RaffleId; playerId: PlayerId; isStopped: boolean; atMs: number };
}

/** What admins are told of series. */
export type SeriesNotice =
  /** Once, until another reason or an opening. `nextAtMs`: when it is tried again. */
  | {
    key: "seriesRefused";
    seriesId: SeriesId;
    name: string;
    reason: OpeningRefusal;
    nextAtMs: number;
  }
  /** An admin, or two, ended its raffle: the next one is not opened over their heads. */
  | { key: "seriesStopped"; seriesId: SeriesId; name: string; raffleId: RaffleId }
  | { key: "seriesEnded"; seriesId: SeriesId; name: string; opened: number };
