/**
 * What a raffle remembers, and what is read of it in more than one part. Imports only
 * `machines/domain`. Guards against a snapshot that grows: lists are rows, not context.
 */
import type { SealedRound } from "../domain/draw/beacon.ts";
import type { EffectSources, TransactionalActions } from "../domain/effects.ts";
import type { RaffleId, RaffleInput, RaffleTerms } from "../domain/events.ts";
import { type Guarantee, type GuaranteeRefusal, NO_GUARANTEE } from "../domain/guarantee.ts";
import type { MoneyJson } from "../domain/money.ts";
import type { PlaceCounts } from "../domain/places.ts";
import type { PrizeClaims } from "../domain/prize_claims.ts";
import type { CancelReason } from "../domain/refusals.ts";
import type { SeriesOfRaffle } from "../domain/series.ts";

/** What came of a draw: a signed answer that counts, or why it does not. */
export type Verdict = EffectSources["verifyDraw"]["output"];
/** Who has which place. */
export type DrawnWinners = Extract<Verdict, { isValid: true }>["winners"];

/** What a raffle remembers; counters only. */
export interface RaffleContext {
  raffleId: RaffleId;
  terms: RaffleTerms;
  createdBy: string;
  /** Null, and absent in older raffles: it belongs to none. */
  series?: SeriesOfRaffle | null;
  /** 0 until it is opened. */
  openedAtMs: number;
  /** The end of entries, as planned until the list is counted; 0 until it is opened. */
  closesAtMs: number;
  /** When the list is sealed at the earliest; absent, or 0, until it is looked at. */
  reviewUntilMs?: number;
  tickets: number;
  /** There was a ticket once; absent in snapshots of before it was kept. */
  hasBegun?: boolean;
  /** Different players. The stored tickets decide, see `counting`. */
  players: number;
  places: PlaceCounts;
  isForced: boolean;
  /** The first of two admins who want the draw now; raffles of before it was counted have none. */
  forceVote?: { by: string; atMs: number } | null;
  isJoinedNoticeDue: boolean;
  isDrawWaitTold: boolean;
  /** RANDOM.ORG's ticket; null until it is taken. */
  drawTicketId: string | null;
  seal: string | null;
  sealedAtMs: number;
  /** drand's round that the seal names, signed when it is there; older seals name none. */
  beacon?: SealedRound & { signature: string | null } | null;
  pot: MoneyJson | null;
  commission: MoneyJson | null;
  /** What the pot lacks of the guaranteed prize; raffles of before there was one have none. */
  topUp?: MoneyJson | null;
  winners: DrawnWinners;
  /** The draw that this one replaces: how many came before, and why; raffles of before have none. */
  redraw?: { count: number; reason: string } | null;
  /** The first of two admins who want another draw, with his reason. */
  redrawVote?: { by: string; reason: string; atMs: number } | null;
  /** How the prizes are being taken; null where they are credited at once, and before the draw. */
  claims?: PrizeClaims | null;
  /** Payouts that have not been credited yet. */
  payoutsOpen: number;
  cancelReason: CancelReason | null;
  cancelledAtMs: number;
  /** An admin's words, shown to everyone; empty when there are none. */
  publicReason: string;
  /** Refunds asked for and not done yet. */
  refundsOpen: number;
  disputeReason: string | null;
  /** The first of two admins who want a disputed raffle refunded. */
  refundVote: { by: string } | null;
  /** The last ticket that was told of the end. */
  toldNumber: number;
  /** What is held for the guaranteed prize; raffles of before there was one have none. */
  guarantee?: Guarantee;
  /** Why the last opening, or the last other guaranteed prize, did not come about. */
  guaranteeRefusal?: GuaranteeRefusal | null;
}

/** A raffle that was just made. */
export function firstContext({ raffleId, terms, createdBy, series }: RaffleInput): RaffleContext {
  return {
    raffleId,
    terms,
    createdBy,
    series: series ?? null,
    openedAtMs: 0,
    closesAtMs: 0,
    reviewUntilMs: 0,
    tickets: 0,
    players: 0,
    places: {},
    isForced: false,
    forceVote: null,
    isJoinedNoticeDue: false,
    isDrawWaitTold: false,
    drawTicketId: null,
    seal: null,
    sealedAtMs: 0,
    beacon: null,
    pot: null,
    commission: null,
    topUp: null,
    winners: [],
    redraw: null,
    redrawVote: null,
    claims: null,
    payoutsOpen: 0,
    cancelReason: null,
    cancelledAtMs: 0,
    publicReason: "",
    refundsOpen: 0,
    disputeReason: null,
    refundVote: null,
    toldNumber: 0,
    guarantee: NO_GUARANTEE,
    guaranteeRefusal: null,
  };
}

/** Which draw of the raffle it is, 1 for the first. */
export function drawOf({ redraw }: RaffleContext): number {
  return 1 + (redraw?.count ?? 0);
}

/** A raffle as it is written down. */
export function rowOf(
  context: RaffleContext,
  status: string,
): TransactionalActions["recordRaffle"] {
  const { raffleId, terms, tickets, players, openedAtMs, closesAtMs, publicReason } = context;
  return { raffleId, status, terms, tickets, players, openedAtMs, closesAtMs, publicReason };
}
