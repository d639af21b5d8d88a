/**
 * What admins ask of a raffle beyond opening and pausing it: other terms before the first entry, and
 * what needs two of them.
 */
import type { PlayerId, RaffleId, RaffleTerms } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import { countPlaces, livePlaces, type PlaceCounts } from "./places.ts";

/** Terms that may change until somebody has entered. */
export const editableTerms = [
  "title",
  "durationMs",
  "minPlayers",
  "maxTickets",
  "ticketsPerPlayer",
  "drawAt",
  "reviewMs",
  "commissionBps",
  "guaranteedPrize",
] as const satisfies readonly (keyof RaffleTerms)[];
/** One of them. */
export type EditableTerm = typeof editableTerms[number];
/** Terms that may be absent; in a change null says so. */
type NoneAsNull = "guaranteedPrize" | "claimWithinMs" | "reviewMs";
/** New values of some terms; what is not in it stays. */
export type TermsChanges = Partial<Omit<RaffleTerms, NoneAsNull>> & {
  /** Null: none. */
  guaranteedPrize?: MoneyJson | null;
  /** Null: they are credited at once. */
  claimWithinMs?: number | null;
  /** Null: the list is sealed at once. */
  reviewMs?: number | null;
};
/** Those that may still change. */
export type RaffleChanges = Pick<TermsChanges, EditableTerm>;

/** How far a raffle was when an admin was asked whether he really means it. */
export type RaffleStage = "draft" | "open" | "closing" | "sealed";

/** Whether somebody has ever entered a raffle, or is about to; a ticket may have been void since. */
export function hasEntries(
  { hasBegun, tickets, places }: {
    hasBegun?: boolean | undefined;
    tickets: number;
    places: PlaceCounts;
  },
  atMs: number,
): boolean {
  return hasBegun === true || tickets > 0 || countPlaces(livePlaces(places, atMs)) > 0;
}

/** Fewest players with whom an admin may force a draw. */
export const FORCED_MINIMUM = 2;
/** For how long the first of two admins' words count. */
export const FORCE_VOTE_MS = 60 * 60_000;

/** What the edge knows of those who may force a draw. */
export interface ForceVote {
  /** Different admins who must say it: 1 where there is only one. */
  needed: number;
  /** The other admins, who are told of the first word. */
  others: PlayerId[];
  /** Name of him who says it, for the others. */
  name: string;
  /** When the word was given that this one agrees with: another one is not meant. */
  agreesWithMs?: number;
}

/** What admins are told by raffles. */
export type PanelNotice = ForceAsked | {
  key: "redrawAsked";
  raffleId: RaffleId;
  /** Who asks. */
  name: string;
  /** As everybody will read it. */
  reason: string;
  askedAtMs: number;
};

/** A draw now is asked for. */
export type ForceAsked = {
  key: "forceAsked";
  raffleId: RaffleId;
  /** Who asks. */
  name: string;
  tickets: number;
  players: number;
  askedAtMs: number;
};

// ── what all raffles have in common ──────────────────────────────────────────────────────────────

/** What the settings are made from: nothing is set yet. */
export interface SettingsInput {
  commissionBps: null;
}

/** What the settings take. */
export type SettingsEvent =
  /** Of raffles that are made from now on. */
  { type: "commission.set"; bps: number; by: string; atMs: number };
