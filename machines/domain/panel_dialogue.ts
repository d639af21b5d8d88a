/** An admin's panel: his dialogues, and the questions that he is asked before a deed. */
import type { PlayerId, RaffleId, RaffleTerms } from "./events.ts";
import type { EditableTerm, RaffleStage } from "./panel.ts";
import { raffleTermsDefaults, REVIEW_PROPOSED_MS } from "./raffle_terms.ts";
import { type TemplateId, titleOf } from "./series.ts";
import {
  isSeriesDeed,
  readSeriesWords,
  type SeriesDeed,
  wordsOfSeriesDeed,
} from "./series_deeds.ts";
import type { SuspicionId } from "./suspicion.ts";
import { type FormProblem, readAnswer } from "./terms_form.ts";

/** What an admin's panel is made from. */
export interface PanelInput {
  adminId: PlayerId;
}

/** What is asked about before it is done. */
export type PanelDeed =
  /** Ends it, with a reason that players read. `entries` is what the question names. */
  | { kind: "stop"; raffleId: RaffleId; title: string; entries: number; seen: RaffleStage }
  /** Gives a disputed raffle's entries back, with a reason that players read. */
  | { kind: "refund"; raffleId: RaffleId; title: string; entries: number }
  /** Replaces its draw by another one, with a reason that players read. */
  | { kind: "redraw"; raffleId: RaffleId; title: string; entries: number }
  | { kind: "force"; raffleId: RaffleId; title: string; entries: number; seen: RaffleStage }
  | {
    kind: "change";
    raffleId: RaffleId;
    title: string;
    term: EditableTerm;
    /** As they are. */
    terms: RaffleTerms;
  }
  | { kind: "drop"; letterId: number }
  /** A player is excluded. */
  | { kind: "exclude"; suspicionId: SuspicionId; playerId: PlayerId }
  | SeriesDeed;

/** A raffle that is being made. */
export interface RaffleDraft {
  raffleId: RaffleId;
  terms: RaffleTerms;
  /** Which of the questions is asked. */
  step: number;
  /** It began with the terms that are kept so. */
  template?: { templateId: TemplateId; name: string };
  /** Stands for `{date}` in its title; absent in older drafts. */
  day?: string;
  /** Whether a price in rubles can be paid; absent: no. */
  hasRubles?: boolean;
}

/**
 * What an admin's panel takes. `turn` is new in every event and stands on the buttons of its answer;
 * `of` is the turn of the message whose button was pressed, so that older buttons mean nothing.
 */
export type PanelEvent = PanelOrder & { atMs: number };

type PanelOrder =
  | {
    type: "panel.create";
    raffleId: RaffleId;
    commissionBps: number;
    day?: string;
    hasRubles?: boolean;
    turn: string;
  }
  /** A new raffle whose terms begin as they are kept. */
  | {
    type: "panel.use";
    raffleId: RaffleId;
    templateId: TemplateId;
    day: string;
    turn: string;
  }
  | { type: "panel.ask"; deed: PanelDeed; turn: string }
  /** Typed, or with `of` by a button. */
  | { type: "panel.said"; text: string; of?: string; turn: string }
  | { type: "panel.back"; of: string; turn: string }
  | { type: "panel.cancel"; of: string; turn: string }
  /** `opens`: a new raffle is opened at once. */
  | { type: "panel.confirm"; of: string; opens: boolean; turn: string };

/** Characters of a public reason. */
export const MAX_REASON_CHARACTERS = 300;

/** Terms that the dialogue begins with: every question has an answer already. */
export function firstTerms(commissionBps: number): RaffleTerms {
  return {
    ...raffleTermsDefaults,
    title: "10 ⭐",
    price: { minor: "10", currency: "XTR" },
    reviewMs: REVIEW_PROPOSED_MS,
    commissionBps,
  };
}

/** The terms of the raffle itself: one that belongs to no series is the first, and of that day. */
export function termsOfDraft({ terms, day }: RaffleDraft): RaffleTerms {
  return day === undefined ? terms : { ...terms, title: titleOf(terms.title, { number: 1, day }) };
}

/** The words that a deed wants, or why they will not do. */
export function readWords(
  deed: PanelDeed,
  text: string,
): { words: string } | { problem: FormProblem } {
  const words = text.trim();
  if (isSeriesDeed(deed)) return readSeriesWords(deed, words);
  if (deed.kind === "change") {
    const read = readAnswer(deed.term, words, deed);
    return "problem" in read ? read : { words };
  }
  if (words === "") return { problem: { field: "reason", problem: "missing" } };
  const allowed = String(MAX_REASON_CHARACTERS);
  return words.length > MAX_REASON_CHARACTERS
    ? { problem: { field: "reason", problem: "tooLarge", allowed } }
    : { words };
}

/** Whether a deed is asked about with words of the admin. */
export function wantsWords(deed: PanelDeed): boolean {
  if (isSeriesDeed(deed)) return wordsOfSeriesDeed(deed) !== null;
  return deed.kind === "stop" || deed.kind === "refund" || deed.kind === "redraw" ||
    deed.kind === "change";
}
