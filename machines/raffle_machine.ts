/**
 * One raffle, from draft to the credited prize or the last refund. It counts tickets and places and
 * never holds a list: with 100,000 tickets it is as small as with ten. Imports only xstate and
 * `machines/domain`. Guards against a ticket too many, a draw that is repeated, and a payment that
 * gets no answer.
 */
import { and, assign, cancel, enqueueActions, not, or, setup, stateIn } from "xstate";
import { CHARGEBACK_LOSSES, payoutHeld, rafflePot, TREASURY_FEES } from "./domain/accounts.ts";
import { startPayout, toPayment, toUser } from "./domain/addresses.ts";
import { type MassNotice, tellEverybody } from "./domain/broadcast.ts";
import { BEACON_PATIENCE_MS, type SealedRound } from "./domain/draw/beacon.ts";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "./domain/effects.ts";
import type {
  PaymentId,
  PlayerId,
  RaffleEvent,
  RaffleId,
  RaffleInput,
  RaffleTerms,
  TransferParams,
} from "./domain/events.ts";
import { prizePool } from "./domain/draw/split_prize.ts";
import {
  endOfHold,
  type Guarantee,
  type GuaranteeRefusal,
  type HoldGuarantee,
  NO_GUARANTEE,
} from "./domain/guarantee.ts";
import { payoutIdOf } from "./domain/ids.ts";
import type { MoneyJson } from "./domain/money.ts";
import {
  FORCE_VOTE_MS,
  FORCED_MINIMUM,
  hasEntries,
  type RaffleChanges,
  type RaffleStage,
} from "./domain/panel.ts";
import {
  changePlaces,
  countPlaces,
  isPlaceLive,
  livePlaces,
  type PlaceCounts,
  placeEnd,
} from "./domain/places.ts";
import {
  type ClaimRecord,
  type ClaimShare,
  firstClaims,
  isAnyTaken,
  isAnyWaiting,
  leftShares,
  passPrizes,
  type PrizeClaims,
  prizeOf,
  takePrize,
  waitingHolder,
} from "./domain/prize_claims.ts";
import { LIST_CHANGED, MAX_REDRAWS } from "./domain/redraw.ts";
import { changeTerms, withChanges } from "./domain/raffle_terms.ts";
import type { CancelReason, EntryRefusal } from "./domain/refusals.ts";
import {
  type OpeningRefusal,
  type RaffleEnding,
  type SeriesOfRaffle,
  toSeries,
} from "./domain/series.ts";
import { toSuspicion } from "./domain/suspicion.ts";
import { type Said, standingVote } from "./domain/votes.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { RaffleTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** Tickets told in one commit, at a cancellation or after the draw. */
const PAGE = 100;

/** Characters of an admin's public reason; the snapshot has to stay small. */
const MAX_REASON = 300;

type Claim = Extract<RaffleEvent, { type: "ticket.claim" }>;
type Voided = Extract<RaffleEvent, { type: "ticket.void" }>;
type Forced = Extract<RaffleEvent, { type: "raffle.force" }>;
type Exclusion = Extract<RaffleEvent, { type: "tickets.exclude" }>;
type Edited = Extract<RaffleEvent, { type: "raffle.edit" }>;
type Counted = TransactionalSources["countPlayers"]["output"];
type Tickets = TransactionalSources["pageTickets"]["output"]["tickets"];
type Verdict = EffectSources["verifyDraw"]["output"];
type Requested = EffectSources["requestDraw"]["output"];
type Winners = Extract<Verdict, { isValid: true }>["winners"];
type Held = HoldGuarantee["output"];
type Redrawn = Extract<RaffleEvent, { type: "raffle.redraw" }>;
type Claimed = Extract<RaffleEvent, { type: "prize.claim" }>;
type ClaimsBegun = TransactionalSources["openClaims"]["output"];

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
  winners: Winners;
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

/** Another guaranteed prize is asked for; other messages may come before the answer, in its commit. */
const isHolding = or([stateIn({ open: "holding" }), stateIn({ open: "holdingPaused" })]);

const rules = setup({
  types: {
    context: {} as RaffleContext,
    events: {} as RaffleEvent,
    input: {} as RaffleInput,
    tags: {} as RaffleTag,
  },
  actors: {
    holdGuarantee: supplied<TransactionalSources["holdGuarantee"]>(),
    openClaims: supplied<TransactionalSources["openClaims"]>(),
    countPlayers: supplied<TransactionalSources["countPlayers"]>(),
    pageTickets: supplied<TransactionalSources["pageTickets"]>(),
    takeDrawTicket: supplied<EffectSources["takeDrawTicket"]>(),
    sealTickets: supplied<EffectSources["sealTickets"]>(),
    fetchBeacon: supplied<EffectSources["fetchBeacon"]>(),
    requestDraw: supplied<EffectSources["requestDraw"]>(),
    verifyDraw: supplied<EffectSources["verifyDraw"]>(),
  },
  delays: {
    /** From opening to the end of entries. */
    entriesWindow: ({ context, event }) =>
      context.closesAtMs - ("atMs" in event ? event.atMs : context.openedAtMs),
    /** No place lives longer. */
    closingWindow: ({ context }) => context.terms.closingWindowMs,
    /** What is left of the time in which the list is looked at, when it was counted again. */
    review: ({ context: { reviewUntilMs = 0 }, event }) =>
      Math.max(0, reviewUntilMs - (event as unknown as { output: Counted }).output.atMs),
    /** The seal is public and the raffle can still be stopped; then its round is made. */
    sealPause: ({ context: { terms, sealedAtMs, beacon } }) =>
      beacon ? Math.max(0, beacon.atMs - sealedAtMs) : terms.sealPauseMs,
    /** A round that is due is waited for no longer. */
    beaconPatience: BEACON_PATIENCE_MS,
    /** Between two tries of an outside system. */
    retryPause: 10_000,
    /** Players who join within it are told of together. */
    joinedNoticeWindow: 10_000,
    /** What follows happens in a commit of its own. */
    nextCommit: 0,
    /** From the news of a prize to the moment when it goes on. */
    claimWindow: ({ context: { terms } }) => terms.claimWithinMs ?? 0,
    claimHalf: ({ context: { terms } }) => Math.floor((terms.claimWithinMs ?? 0) / 2),
    /** A tenth of the time is left. */
    claimLast: ({ context: { terms } }) => Math.floor((terms.claimWithinMs ?? 0) * 0.9),
  },
  guards: {
    hasRoom: ({ context }, params: { atMs: number }) => hasRoom(context, params.atMs),
    hasPlace: ({ context }, params: { placeUntilMs: number; atMs: number }) =>
      isPlaceLive({ untilMs: params.placeUntilMs, atMs: params.atMs }) &&
      (context.places[String(params.placeUntilMs)] ?? 0) > 0,
    isSoldOut: ({ context }) => context.tickets >= context.terms.maxTickets,
    hasReachedTrigger: ({ context: { terms, tickets, players } }) =>
      terms.drawAt !== "deadline" &&
      (tickets >= terms.maxTickets ||
        (terms.drawAt === "minimum" && players >= terms.minPlayers)),
    /**
     * What the admin was asked about is what he would do. Once there was a draw, nobody ends the raffle
     * alone.
     */
    isAsSeen: (
      { context },
      { seen, now }: { seen: RaffleStage | undefined; now: RaffleStage },
    ) => !context.redraw && (seen === undefined || seen === now),
    isFirstDraw: ({ context }) => !context.redraw,
    isRedrawAgreed: ({ context }, params: { event: Redrawn }) =>
      canRedraw(context) && isRedrawAgreed(context, params.event),
    isFirstRedrawVote: ({ context }, { event }: { event: Redrawn }) =>
      canRedraw(context) && liveRedrawVote(context, event) === null &&
      publicWords(event.reason) !== "" &&
      event.vote?.agreesWithMs === undefined,
    isForceAgreed: ({ context }, params: { event: Forced }) =>
      canForce(context, params.event) && isForceAgreed(context, params.event),
    isFirstForceVote: ({ context }, params: { event: Forced }) =>
      canForce(context, params.event) && liveVote(context, params.event) === null &&
      params.event.vote?.agreesWithMs === undefined,
    canEdit: and([
      not(isHolding),
      ({ context, event }: { context: RaffleContext; event: RaffleEvent }) =>
        canEdit(context, event),
    ]),
    canEditPaused: and([
      stateIn({ open: "paused" }),
      ({ context, event }: { context: RaffleContext; event: RaffleEvent }) =>
        canEdit(context, event),
    ]),
    isGuaranteed: ({ context }) => context.terms.guaranteedPrize !== undefined,
    canHoldOther: and([
      not(isHolding),
      ({ context, event }: { context: RaffleContext; event: RaffleEvent }) =>
        canHoldOther(context, event),
    ]),
    canHoldOtherPaused: and([
      stateIn({ open: "paused" }),
      ({ context, event }: { context: RaffleContext; event: RaffleEvent }) =>
        canHoldOther(context, event),
    ]),
    isHeld: (_, params: { held: Held }) => params.held.isHeld,
    hasNoPlaces: ({ context }) => countPlaces(context.places) === 0,
    isMinimumReached: ({ context }, params: { players: number }) => isEnough(context, params),
    isToBeReviewed: ({ context }, { counted }: { counted: Counted }) =>
      isEnough(context, counted) && counted.atMs < endOfReview(context, counted),
    namesRound: ({ context }) => Boolean(context.beacon),
    isDrawWaitUntold: ({ context }) => !context.isDrawWaitTold,
    isResultWhole: ({ context }, params: { verdict: Verdict }) =>
      params.verdict.isValid && isWhole(context, params.verdict),
    isImpossible: (_, params: { requested: Requested }) => "fault" in params.requested,
    isDisputedAlready: ({ context }) => context.disputeReason !== null,
    isFirstVote: ({ context }, said: Said) => standingVote(context.refundVote, said) === null,
    isFirstVoteOfRedraw: ({ context }, said: Said) =>
      Boolean(context.redraw) && standingVote(context.refundVote, said) === null,
    isSecondAdminOfRedraw: ({ context }, said: Said) =>
      Boolean(context.redraw) && isSecond(context, said),
    isSecondAdmin: ({ context }, said: Said) => isSecond(context, said),
    isToBeClaimed: ({ context }) => context.terms.claimWithinMs !== undefined,
    isWaitingFor: ({ context: { claims } }, { playerId }: { playerId: PlayerId }) =>
      Boolean(claims && claims.endsAtMs > 0 && waitingHolder(claims, playerId)),
    isNobodyWaiting: ({ context: { claims } }) => !claims || !isAnyWaiting(claims),
    hasReserve: ({ context: { claims } }) => Boolean(claims && claims.reserves.length > 0),
    isSomethingTaken: ({ context: { claims } }) => Boolean(claims && isAnyTaken(claims)),
    isPayoutOpen: ({ context }) => context.payoutsOpen > 0,
    isAllPaid: ({ context }) => context.payoutsOpen === 0,
    isAllRefunded: ({ context }) => context.refundsOpen <= 0,
    isLastPage: (_, params: { tickets: Tickets }) => params.tickets.length < PAGE,
    isNoticeDue: ({ context }) => context.isJoinedNoticeDue,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    announce: (_, _params: EffectActions["announce"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),
    recordTicket: (_, _params: TransactionalActions["recordTicket"]) => suppliedByRuntime(),
    recordRaffle: (_, _params: TransactionalActions["recordRaffle"]) => suppliedByRuntime(),
    archiveDraw: (_, _params: TransactionalActions["archiveDraw"]) => suppliedByRuntime(),
    recordClaim: (_, _params: TransactionalActions["recordClaim"]) => suppliedByRuntime(),
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),

    startEntries: enqueueActions(({ context, enqueue }, { atMs }: { atMs: number }) => {
      const { raffleId, terms, series } = context;
      enqueue.assign({ openedAtMs: atMs, closesAtMs: atMs + terms.durationMs });
      if (!series) return;
      const params = toSeries(series.seriesId, { type: "raffle.opened", raffleId, atMs });
      enqueue(ask({ type: "tell", params }));
    }),
    /** It stays a draft; its series decides what becomes of it. */
    missOpening: enqueueActions((
      { context: { raffleId, series }, enqueue },
      { reason }: { reason: OpeningRefusal },
    ) => {
      if (!series) return;
      const params = toSeries(series.seriesId, { type: "raffle.refused", raffleId, reason });
      enqueue(ask({ type: "tell", params }));
    }),
    /** Its series may open the next one. */
    leaveSeries: enqueueActions((
      { context: { raffleId, series }, enqueue },
      { ending }: { ending: RaffleEnding },
    ) => {
      if (!series) return;
      const params = toSeries(series.seriesId, { type: "raffle.ended", raffleId, ending });
      enqueue(ask({ type: "tell", params }));
    }),
    addPlace: assign(({ context }, params: { atMs: number }) => ({
      places: changePlaces(livePlaces(context.places, params.atMs), {
        untilMs: endOfPlace(context, params.atMs),
        by: 1,
      }),
    })),
    dropPlace: assign(({ context }, params: { untilMs: number }) => ({
      places: changePlaces(context.places, { untilMs: params.untilMs, by: -1 }),
    })),
    dropLapsedPlaces: assign(({ context }, params: { atMs: number }) => ({
      places: livePlaces(context.places, params.atMs),
    })),
    /** Counts it, stores it, moves the money into the pot. Its player has counted it already. */
    issueTicket: enqueueActions(({ context, enqueue }, claim: Claim) => {
      const number = context.tickets + 1;
      const { paymentId, playerId, salt, atMs } = claim;
      const { raffleId } = context;
      enqueue.assign({
        tickets: number,
        hasBegun: true,
        players: context.players + (claim.isFirstOfPlayer ? 1 : 0),
        places: livePlaces(
          changePlaces(context.places, { untilMs: claim.placeUntilMs, by: -1 }),
          atMs,
        ),
      });
      enqueue(ask({
        type: "recordTicket",
        params: { raffleId, number, playerId, paymentId, salt, atMs },
      }));
      const transfers = entryTransfers(context, claim);
      if (transfers.length > 0) enqueue(ask({ type: "postTransfers", params: { transfers } }));
      enqueue(ask({
        type: "tell",
        params: toPayment(paymentId, { type: "ticket.issued", number }),
      }));
    }),
    /** It is gone from the list, and its money from the pot: the loss of its charge is made good. */
    voidTicket: enqueueActions(({ context, enqueue }, voided: Voided) => {
      const { raffleId, terms } = context;
      const { paymentId, chargeId, isLastOfPlayer } = voided;
      enqueue.assign({
        tickets: Math.max(0, context.tickets - 1),
        players: Math.max(0, context.players - (isLastOfPlayer ? 1 : 0)),
      });
      enqueue(ask({ type: "recordTicket", params: { raffleId, paymentId, isVoid: true } }));
      const madeGood: TransferParams = {
        key: `charge/${chargeId}/chargeback_made_good`,
        from: rafflePot(raffleId),
        to: CHARGEBACK_LOSSES,
        amount: terms.price,
        type: "chargeback",
        externalId: chargeId,
      };
      enqueue(ask({ type: "postTransfers", params: { transfers: [madeGood] } }));
    }),
    /** His claims came before this, so that they are issued or refused by now. */
    answerExclusion: enqueueActions((
      { context: { raffleId }, enqueue },
      { suspicionId }: Extract<RaffleEvent, { type: "player.exclude" }>,
    ) => {
      const event = { type: "exclusion.ready" as const, raffleId };
      enqueue(ask({ type: "tell", params: toSuspicion(suspicionId, event) }));
    }),
    /** They are gone from the list; the payments take the money out of the pot and give it back. */
    excludeTickets: enqueueActions(({ context, enqueue }, exclusion: Exclusion) => {
      const { raffleId, tickets, players } = context;
      const { suspicionId, paymentIds, isLastOfPlayer, atMs } = exclusion;
      enqueue.assign({
        tickets: Math.max(0, tickets - paymentIds.length),
        players: Math.max(0, players - (isLastOfPlayer ? 1 : 0)),
      });
      enqueue(ask({ type: "recordTicket", params: { raffleId, paymentIds, suspicionId, atMs } }));
      for (const paymentId of paymentIds) {
        enqueue(ask({
          type: "tell",
          params: toPayment(paymentId, { type: "ticket.excluded", atMs }),
        }));
      }
    }),
    refuseTicket: enqueueActions((
      { context: { raffleId }, enqueue },
      { claim: { paymentId, playerId }, reason }: { claim: Claim; reason: EntryRefusal },
    ) => {
      enqueue(ask({
        type: "tell",
        params: toUser(playerId, { type: "ticket.refused", raffleId, paymentId, reason }),
      }));
      enqueue(ask({
        type: "tell",
        params: toPayment(paymentId, { type: "ticket.refused", reason }),
      }));
    }),
    /** One timer for all who join within the window. */
    announceJoined: enqueueActions(({ context, enqueue }) => {
      if (context.isJoinedNoticeDue) return;
      enqueue.assign({ isJoinedNoticeDue: true });
      enqueue.raise({ type: "playersJoined.due" }, {
        id: "joinedNotice",
        delay: "joinedNoticeWindow",
      });
    }),
    cancelJoinedNotice: cancel("joinedNotice"),
    forgetJoinedNotice: assign({ isJoinedNoticeDue: false }),
    force: assign({ isForced: true }),
    /** All other admins are asked to agree. */
    keepForceVote: enqueueActions(({ context, enqueue }, { by, vote, atMs }: Forced) => {
      const { raffleId, tickets, players } = context;
      enqueue.assign({ forceVote: { by, atMs } });
      const notice = {
        key: "forceAsked" as const,
        raffleId,
        name: vote?.name ?? by,
        tickets,
        players,
        askedAtMs: atMs,
      };
      for (const playerId of new Set(vote?.others ?? [])) {
        if (playerId !== by) enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
    }),
    edit: assign(({ context }, { changes }: Edited) => {
      const read = changeTerms(context, changes);
      if (!read.isValid) return {};
      const { terms } = read;
      const { openedAtMs } = context;
      return { terms, ...(openedAtMs === 0 ? {} : { closesAtMs: openedAtMs + terms.durationMs }) };
    }),
    keepHold: assign(({ context }, { held }: { held: Held }) =>
      held.isHeld
        ? {
          guarantee: held.guarantee,
          guaranteeRefusal: null,
          terms: withChanges(context.terms, { guaranteedPrize: held.prize }),
        }
        : {}
    ),
    keepHoldRefusal: assign((_, { held }: { held: Held }) => {
      if (held.isHeld) return {};
      const { needed, covered, atMs } = held;
      return { guaranteeRefusal: { needed, covered, atMs } };
    }),
    /** There is no draw: the owner's capital is free again. */
    releaseGuarantee: enqueueActions(({ context, enqueue }) => {
      const { raffleId, guarantee = NO_GUARANTEE } = context;
      const holds = endOfHold({ raffleId, guarantee, posted: null });
      if (holds.length === 0) return;
      enqueue.assign({ guarantee: { ...guarantee, held: null } });
      enqueue(ask({ type: "postTransfers", params: { transfers: [], holds } }));
    }),
    takeCounts: assign((_, { tickets, players }: Counted) => ({ tickets, players })),
    /** From here on it is known when the list is sealed. Admins hear of it if they have to decide. */
    beginReview: enqueueActions(({ context, enqueue }, { counted }: { counted: Counted }) => {
      if (context.reviewUntilMs) return;
      const { raffleId } = context;
      const { suspects, atMs } = counted;
      const untilMs = endOfReview(context, counted);
      enqueue.assign({ reviewUntilMs: untilMs, closesAtMs: atMs });
      if (suspects === 0) return;
      const notice = { key: "reviewBegun" as const, raffleId, suspects, untilMs };
      enqueue(ask({ type: "reportToAdmins", params: { notice } }));
    }),
    keepDrawTicket: assign((_, params: { drawTicketId: string }) => params),
    keepSeal: assign((_, { seal, sealedAtMs, beacon }: EffectSources["sealTickets"]["output"]) => ({
      seal,
      sealedAtMs,
      beacon: beacon === undefined ? null : { ...beacon, signature: null },
    })),
    keepBeacon: assign(({ context: { beacon } }, { signature }: { signature: string }) => ({
      beacon: beacon ? { ...beacon, signature } : null,
    })),
    markDrawWaitTold: assign({ isDrawWaitTold: true }),
    keepResult: assign(({ context }, params: { verdict: Verdict }) =>
      params.verdict.isValid
        ? {
          pot: params.verdict.pot,
          commission: params.verdict.commission,
          topUp: params.verdict.topUp ?? null,
          winners: params.verdict.winners,
          ...(context.terms.claimWithinMs === undefined
            ? {}
            : { claims: firstClaims({ reserves: [], ...params.verdict }) }),
        }
        : {}
    ),
    /** Whoever learns of it for the first time: everybody in the raffle, once. */
    dispute: enqueueActions(({ context, enqueue }, { reason }: { reason: string }) => {
      const { raffleId, disputeReason } = context;
      enqueue.assign({ disputeReason: reason });
      if (disputeReason !== null) return;
      const params = tellEverybody({ key: "disputed", raffleId, reason });
      enqueue(ask({ type: "tell", params }));
    }),
    /** All other admins are asked to agree, and read the reason. */
    keepRedrawVote: enqueueActions(({ context, enqueue }, { by, reason, vote, atMs }: Redrawn) => {
      const { raffleId } = context;
      const kept = publicWords(reason);
      enqueue.assign({ redrawVote: { by, reason: kept, atMs } });
      const name = vote?.name ?? by;
      const notice = { key: "redrawAsked" as const, raffleId, name, reason: kept, askedAtMs: atMs };
      for (const playerId of new Set(vote?.others ?? [])) {
        if (playerId !== by) enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
    }),
    /**
     * The draw is put beside, with its reason, and the list is sealed anew for another RANDOM.ORG
     * ticket. Nothing has left the pot.
     */
    beginRedraw: enqueueActions(({ context, enqueue }, redrawn: Redrawn) => {
      const { reason } = redrawn;
      const { raffleId, seal } = context;
      const draw = drawOf(context);
      const why = liveRedrawVote(context, redrawn)?.reason ?? publicWords(reason);
      const begun = context.claims?.endsAtMs ? waitingFor(context) : [];
      for (const { place, number } of begun) {
        const params = { raffleId, draw, place, number, state: "lapsed" as const };
        enqueue(ask({ type: "recordClaim", params }));
      }
      enqueue(ask({ type: "archiveDraw", params: { raffleId, draw, reason: why } }));
      enqueue.assign({
        redraw: { count: draw, reason: why },
        redrawVote: null,
        refundVote: null,
        disputeReason: null,
        isDrawWaitTold: false,
        drawTicketId: null,
        seal: null,
        sealedAtMs: 0,
        beacon: null,
        pot: null,
        commission: null,
        topUp: null,
        winners: [],
        claims: null,
      });
      enqueue(ask({
        type: "tell",
        params: tellEverybody({ key: "redrawn", raffleId, seal: seal ?? "", reason: why }),
      }));
      enqueue(ask({
        type: "announce",
        params: { raffleId, occasion: "redrawn", draw: draw + 1 },
      }));
    }),
    keepRefundVote: assign((_, { by }: { by: string }) => ({ refundVote: { by } })),
    keepCancellation: assign((
      _,
      params: { reason: CancelReason; publicReason: string; atMs: number },
    ) => ({
      cancelReason: params.reason,
      publicReason: params.publicReason.slice(0, MAX_REASON),
      cancelledAtMs: params.atMs,
      places: {},
    })),
    /**
     * What the pot lacks comes from the hold, the rest of which is free again; then commission and
     * prizes leave the pot, and a payout is made for each prize. Where prizes are taken, the first
     * that is taken does so; what nobody took is paid at the end.
     */
    payPrizes: enqueueActions((
      { context, enqueue },
      { shares, isFirst }: { shares: readonly ClaimShare[]; isFirst: boolean },
    ) => {
      const { raffleId, guarantee = NO_GUARANTEE } = context;
      const due = shares.filter(({ prize }) => prize.minor !== "0");
      const transfers = prizeTransfers(context, { shares: due, isFirst });
      const holds = isFirst
        ? endOfHold({ raffleId, guarantee, posted: addedTo(context) ?? null })
        : [];
      enqueue.assign({
        payoutsOpen: context.payoutsOpen + due.length,
        ...(isFirst ? { guarantee: { ...guarantee, held: null } } : {}),
      });
      if (transfers.length > 0 || holds.length > 0) {
        enqueue(ask({
          type: "postTransfers",
          params: { transfers, ...(holds.length === 0 ? {} : { holds }) },
        }));
      }
      for (const { place, playerId, prize } of due) {
        enqueue(ask({
          type: "tell",
          params: startPayout({
            payoutId: payoutIdOf({ raffleId: context.raffleId, place }),
            raffleId: context.raffleId,
            playerId,
            amount: prize,
            place,
            atMs: context.sealedAtMs,
          }),
        }));
      }
    }),
    /** The time of those who may take a prize now begins: they are told first, and reminded twice. */
    beginRound: enqueueActions(({ context, enqueue }, { begun }: { begun: ClaimsBegun }) => {
      const { raffleId, terms, claims } = context;
      if (!claims) return;
      const claimUntilMs = begun.atMs + (terms.claimWithinMs ?? 0);
      enqueue.assign({ claims: { ...claims, endsAtMs: claimUntilMs } });
      for (const { playerId, place, number, prize } of waitingFor(context)) {
        enqueue(ask({
          type: "notify",
          params: {
            playerId,
            notice: { key: "won", raffleId, place, number, prize, claimUntilMs },
          },
        }));
      }
      enqueue.raise({ type: "claimReminder.due" }, { id: "claimHalf", delay: "claimHalf" });
      enqueue.raise({ type: "claimReminder.due" }, { id: "claimLast", delay: "claimLast" });
    }),
    remind: enqueueActions(({ context, enqueue }) => {
      const { raffleId, claims } = context;
      for (const { playerId, prize } of waitingFor(context)) {
        const claimUntilMs = claims?.endsAtMs ?? 0;
        const notice = { key: "claimReminder" as const, raffleId, prize, claimUntilMs };
        enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
    }),
    cancelFirstReminder: cancel("claimHalf"),
    cancelLastReminder: cancel("claimLast"),
    keepClaim: enqueueActions(({ context, enqueue }, { playerId }: Claimed) => {
      const { raffleId, claims } = context;
      const holder = claims && waitingHolder(claims, playerId);
      if (!holder) return;
      const { place, number } = holder;
      enqueue.assign({ claims: takePrize(claims, playerId) });
      enqueue(ask({
        type: "recordClaim",
        params: { raffleId, draw: drawOf(context), place, number, state: "claimed" },
      }));
    }),
    /** What was not taken goes to the next reserves; everybody can see it. */
    passPrizes: enqueueActions(({ context, enqueue }) => {
      const { raffleId, claims } = context;
      if (!claims) return;
      const { claims: next, passed } = passPrizes(claims);
      const moved = next.holders.filter(({ state }) => state === "waiting");
      enqueue.assign({ claims: next });
      for (const { playerId, place, number, prize } of waitingFor(context)) {
        enqueue(ask({
          type: "recordClaim",
          params: { raffleId, draw: drawOf(context), place, number, state: "lapsed" },
        }));
        const notice = { key: "claimLapsed" as const, raffleId, prize };
        enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
      // When every entry goes back, that is what everybody is told.
      if (moved.length === 0 && !isAnyTaken(next)) return;
      enqueue(ask({
        type: "tell",
        params: tellEverybody(
          { key: "prizesPassed", raffleId, passed },
          { told: moved.map(({ playerId }) => playerId) },
        ),
      }));
    }),
    /** The winners first, unless they are told how long they have; then everybody else. */
    announceResult: enqueueActions(({ context, enqueue }) => {
      const { raffleId, winners, terms } = context;
      const topUp = addedTo(context);
      for (const { playerId, place, number, prize } of winners) {
        if (terms.claimWithinMs !== undefined && prize.minor !== "0") continue;
        enqueue(ask({
          type: "notify",
          params: { playerId, notice: { key: "won", raffleId, place, number, prize } },
        }));
      }
      enqueue(ask({
        type: "tell",
        params: tellEverybody({
          key: "drawn",
          raffleId,
          winners: winners.map(({ place, number, prize }) => ({ place, number, prize })),
          ...(topUp === undefined ? {} : { topUp }),
        }, { told: winners.map(({ playerId }) => playerId) }),
      }));
      enqueue(ask({ type: "announce", params: announced(context, "drawn") }));
    }),
    /** A draft that is thrown away was never announced. */
    announceCancellation: enqueueActions(({ context: { raffleId, openedAtMs }, enqueue }) => {
      if (openedAtMs === 0) return;
      enqueue(ask({ type: "announce", params: { raffleId, occasion: "cancelled" } }));
    }),
    countPayout: assign(({ context }) => ({ payoutsOpen: context.payoutsOpen - 1 })),
    countRefund: assign(({ context }) => ({ refundsOpen: context.refundsOpen - 1 })),
    /** Each entry of the page goes back; its player is free of this raffle. */
    refundPage: enqueueActions(({ context, enqueue }, params: { tickets: Tickets }) => {
      const { raffleId, cancelReason, cancelledAtMs } = context;
      enqueue.assign({
        refundsOpen: context.refundsOpen + params.tickets.length,
        toldNumber: params.tickets.at(-1)?.number ?? context.toldNumber,
      });
      for (const { paymentId, playerId } of params.tickets) {
        enqueue(ask({
          type: "tell",
          params: toPayment(paymentId, {
            type: "entry.refund",
            reason: cancelReason ?? "stoppedByAdmin",
            atMs: cancelledAtMs,
          }),
        }));
        enqueue(
          ask({ type: "tell", params: toUser(playerId, { type: "raffle.ended", raffleId }) }),
        );
      }
    }),
    /** The players of the page are free of this raffle. */
    endPage: enqueueActions(({ context, enqueue }, params: { tickets: Tickets }) => {
      const { raffleId } = context;
      enqueue.assign({ toldNumber: params.tickets.at(-1)?.number ?? context.toldNumber });
      for (const playerId of new Set(params.tickets.map((ticket) => ticket.playerId))) {
        enqueue(
          ask({ type: "tell", params: toUser(playerId, { type: "raffle.ended", raffleId }) }),
        );
      }
    }),
  },
});

/** Two admins want another draw, in public, before anybody has anything of this one. */
const anotherDraw = rules.createStateConfig({
  on: {
    "raffle.redraw": [
      {
        description:
          "A new seal over the same list, for a new RANDOM.ORG ticket; everybody is told.",
        guard: { type: "isRedrawAgreed", params: ({ event }) => ({ event }) },
        target: "#raffle.closing.takingDrawTicket",
        actions: { type: "beginRedraw", params: ({ event }) => event },
      },
      {
        description: "The first of two admins; the others are asked, for an hour.",
        guard: { type: "isFirstRedrawVote", params: ({ event }) => ({ event }) },
        actions: { type: "keepRedrawVote", params: ({ event }) => event },
      },
    ],
  },
});

/** Two admins may still refund instead of another draw, until that is asked for. */
const refundOfRedraw = rules.createStateConfig({
  on: {
    "dispute.refund": [
      {
        description: "RANDOM.ORG may be away for long: two admins may refund instead of a redraw.",
        guard: { type: "isSecondAdminOfRedraw", params: ({ event }) => event },
        target: "#raffle.cancelling",
        actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
      },
      {
        description: "The first admin; another one must say it too.",
        guard: { type: "isFirstVoteOfRedraw", params: ({ event }) => event },
        actions: { type: "keepRefundVote", params: ({ event }) => ({ by: event.by }) },
      },
    ],
  },
});

/** What comes from players while anybody may join. */
const acceptingEntries = rules.createStateConfig({
  on: {
    "ticket.void": {
      actions: [
        { type: "voidTicket", params: ({ event }) => event },
        { type: "recordRaffle", params: ({ context }) => row(context, "open") },
      ],
    },
    "tickets.exclude": {
      actions: [
        { type: "excludeTickets", params: ({ event }) => event },
        { type: "recordRaffle", params: ({ context }) => row(context, "open") },
      ],
    },
    "entry.quote": [
      {
        guard: "isSoldOut",
        actions: {
          type: "tell",
          params: ({ event }) => refusedQuote(event.paymentId, "full"),
        },
      },
      {
        actions: {
          type: "tell",
          params: ({ context, event }) =>
            toPayment(event.paymentId, {
              type: "entry.quoted",
              title: context.terms.title,
              price: context.terms.price,
              terms: {
                ticketsPerPlayer: context.terms.ticketsPerPlayer,
                closingWindowMs: context.terms.closingWindowMs,
              },
              atMs: event.atMs,
            }),
        },
      },
    ],
    "place.reserve": [
      {
        description: "Tickets and live places together never exceed the maximum.",
        guard: { type: "hasRoom", params: ({ event }) => ({ atMs: event.atMs }) },
        actions: [
          { type: "addPlace", params: ({ event }) => ({ atMs: event.atMs }) },
          {
            type: "tell",
            params: ({ context, event }) =>
              toPayment(event.paymentId, {
                type: "place.reserved",
                untilMs: endOfPlace(context, event.atMs),
                atMs: event.atMs,
              }),
          },
        ],
      },
      {
        actions: {
          type: "tell",
          params: ({ event }) => refusedPlace(event.paymentId, "full"),
        },
      },
    ],
    "ticket.claim": [
      {
        description: "It holds a place: it counts.",
        guard: { type: "hasPlace", params: ({ event }) => event },
        actions: [
          { type: "issueTicket", params: ({ event }) => event },
          "announceJoined",
        ],
      },
      {
        description: "Its place has lapsed, or it had none; there is room: it counts.",
        guard: { type: "hasRoom", params: ({ event }) => ({ atMs: event.atMs }) },
        actions: [
          { type: "issueTicket", params: ({ event }) => event },
          "announceJoined",
        ],
      },
      {
        actions: {
          type: "refuseTicket",
          params: ({ event }) => ({ claim: event, reason: "full" as const }),
        },
      },
    ],
  },
});

/** What comes from players during a pause. */
const pausedEntries = rules.createStateConfig({
  on: {
    "ticket.void": {
      actions: [
        { type: "voidTicket", params: ({ event }) => event },
        { type: "recordRaffle", params: ({ context }) => row(context, "paused") },
      ],
    },
    "tickets.exclude": {
      actions: [
        { type: "excludeTickets", params: ({ event }) => event },
        { type: "recordRaffle", params: ({ context }) => row(context, "paused") },
      ],
    },
    "entry.quote": {
      actions: {
        type: "tell",
        params: ({ event }) => refusedQuote(event.paymentId, "paused"),
      },
    },
    "place.reserve": {
      actions: {
        type: "tell",
        params: ({ event }) => refusedPlace(event.paymentId, "paused"),
      },
    },
    "ticket.claim": [
      {
        description: "The yes was given before the pause: it counts.",
        guard: { type: "hasPlace", params: ({ event }) => event },
        actions: [
          { type: "issueTicket", params: ({ event }) => event },
          "announceJoined",
        ],
      },
      {
        actions: {
          type: "refuseTicket",
          params: ({ event }) => ({
            claim: event,
            reason: event.placeUntilMs > 0 ? "placeLapsed" as const : "paused" as const,
          }),
        },
      },
    ],
  },
});

/** What takes tickets off a list that was counted and is not sealed. */
const countedAgain = rules.createStateConfig({
  on: {
    "ticket.void": {
      description: "There may be too few players now; a list that was sealed once stands.",
      guard: "isFirstDraw",
      target: "#raffle.closing.counting",
      actions: { type: "voidTicket", params: ({ event }) => event },
    },
    "tickets.exclude": {
      description: "There may be too few players now; a list that was sealed once stands.",
      guard: "isFirstDraw",
      target: "#raffle.closing.counting",
      actions: { type: "excludeTickets", params: ({ event }) => event },
    },
  },
});

/** The rules of a raffle. */
export const raffleMachine = rules.createMachine({
  id: "raffle",
  description: "A prize draw: entries, a sealed list, one signed draw, one payout per prize. " +
    "Every state answers quotes, places and claims, so that no money hangs.",
  context: ({ input }) => ({
    raffleId: input.raffleId,
    terms: input.terms,
    createdBy: input.createdBy,
    series: input.series ?? null,
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
  }),
  initial: "draft",
  on: {
    "entry.quote": {
      description: "Unless a state says otherwise, entries have ended.",
      actions: {
        type: "tell",
        params: ({ event }) => refusedQuote(event.paymentId, "closed"),
      },
    },
    "place.reserve": {
      description: "Unless a state says otherwise, entries have ended.",
      actions: {
        type: "tell",
        params: ({ event }) => refusedPlace(event.paymentId, "closed"),
      },
    },
    "place.released": {
      description: "A place that will not be used makes room, in every state.",
      actions: { type: "dropPlace", params: ({ event }) => ({ untilMs: event.untilMs }) },
    },
    "ticket.claim": {
      description: "Money that came after the list was closed: it goes back.",
      actions: {
        type: "refuseTicket",
        params: ({ event }) => ({ claim: event, reason: "closed" as const }),
      },
    },
    "ticket.void": {
      description: "The list is closed: the ticket stands, or goes back with all others.",
    },
    "player.exclude": {
      description: "The list is closed: it stands as it is.",
    },
    "tickets.exclude": {
      description: "The list was closed meanwhile: it stands as it is, or all goes back.",
    },
  },
  states: {
    draft: {
      description: "Made, not opened. It may lie here for as long as nobody opens it.",
      tags: ["draft", "stoppable", "resting"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "draft") },
      on: {
        "raffle.open": [
          {
            description: "First the reserve has to cover the guaranteed prize.",
            guard: "isGuaranteed",
            target: "opening",
          },
          {
            target: "open",
            actions: [
              { type: "startEntries", params: ({ event }) => ({ atMs: event.atMs }) },
              {
                type: "announce",
                params: ({ context: { raffleId } }) => ({ raffleId, occasion: "opened" as const }),
              },
            ],
          },
        ],
        "raffle.edit": {
          description: "Nobody has seen it yet.",
          guard: "canEdit",
          target: "draft",
          reenter: true,
          actions: { type: "edit", params: ({ event }) => event },
        },
        "raffle.stop": {
          guard: { type: "isAsSeen", params: ({ event: { seen } }) => ({ seen, now: "draft" }) },
          target: "cancelling",
          actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
        },
        "entry.quote": {
          actions: {
            type: "tell",
            params: ({ event }) => refusedQuote(event.paymentId, "notOpen"),
          },
        },
        "place.reserve": {
          actions: {
            type: "tell",
            params: ({ event }) => refusedPlace(event.paymentId, "notOpen"),
          },
        },
        "ticket.claim": {
          actions: {
            type: "refuseTicket",
            params: ({ event }) => ({ claim: event, reason: "notOpen" as const }),
          },
        },
      },
    },

    opening: {
      description: "The guaranteed prize is held of the owner's capital, in the same commit.",
      tags: ["draft", "holding"],
      invoke: {
        id: "holdGuarantee",
        src: "holdGuarantee",
        input: ({ context, event }) => holdAsked(context, event),
        onDone: [
          {
            guard: { type: "isHeld", params: ({ event }) => ({ held: event.output }) },
            target: "open",
            actions: [
              { type: "keepHold", params: ({ event }) => ({ held: event.output }) },
              { type: "startEntries", params: ({ event }) => ({ atMs: event.output.atMs }) },
              {
                type: "announce",
                params: ({ context: { raffleId } }) => ({ raffleId, occasion: "opened" as const }),
              },
            ],
          },
          {
            description: "The reserve does not cover it: nothing is held, nothing is open.",
            target: "draft",
            actions: [
              { type: "keepHoldRefusal", params: ({ event }) => ({ held: event.output }) },
              { type: "missOpening", params: { reason: "reserveTooLow" } },
            ],
          },
        ],
        onError: {
          target: "draft",
          actions: { type: "missOpening", params: { reason: "notNow" } },
        },
      },
    },

    open: {
      description: "Entries run to the deadline or to the number at which the raffle is drawn.",
      tags: ["stoppable"],
      initial: "accepting",
      after: {
        entriesWindow: {
          description: "The deadline ends entries in any case; a pause does not stop it.",
          target: "closing",
          actions: {
            type: "dropLapsedPlaces",
            params: ({ context }) => ({ atMs: context.closesAtMs }),
          },
        },
      },
      always: {
        description: "Enough players, or no ticket left: judged after every ticket.",
        guard: "hasReachedTrigger",
        target: "closing",
      },
      exit: ["cancelJoinedNotice", "forgetJoinedNotice"],
      on: {
        "raffle.stop": {
          guard: { type: "isAsSeen", params: ({ event: { seen } }) => ({ seen, now: "open" }) },
          target: "cancelling",
          actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
        },
        "raffle.force": [
          {
            description: "Draw now, with two players at least, and as many admins as are needed.",
            guard: { type: "isForceAgreed", params: ({ event }) => ({ event }) },
            target: "closing",
            actions: [
              "force",
              { type: "dropLapsedPlaces", params: ({ event }) => ({ atMs: event.atMs }) },
            ],
          },
          {
            description: "The first of two admins; the others are asked, for an hour.",
            guard: { type: "isFirstForceVote", params: ({ event }) => ({ event }) },
            actions: { type: "keepForceVote", params: ({ event }) => event },
          },
        ],
        "raffle.edit": [
          {
            description: "Another guaranteed prize: the hold follows it, or all stays as it is.",
            guard: "canHoldOtherPaused",
            target: ".holdingPaused",
          },
          {
            description: "Another guaranteed prize: the hold follows it, or all stays as it is.",
            guard: "canHoldOther",
            target: ".holding",
          },
          {
            description: "Nobody has entered: the terms change, and the deadline with them.",
            guard: "canEditPaused",
            target: ".paused",
            reenter: true,
            actions: { type: "edit", params: ({ event }) => event },
          },
          {
            description: "Nobody has entered: the terms change, and the deadline with them.",
            guard: "canEdit",
            target: ".accepting",
            reenter: true,
            actions: { type: "edit", params: ({ event }) => event },
          },
        ],
        "player.exclude": {
          description: "An admin has excluded him; which tickets are his his suspicion reads.",
          actions: { type: "answerExclusion", params: ({ event }) => event },
        },
        "playersJoined.due": {
          description: "Those who joined within the window are told of once.",
          guard: "isNoticeDue",
          actions: [
            "forgetJoinedNotice",
            {
              type: "tell",
              params: ({ context: { raffleId, tickets, players } }) =>
                tellEverybody({ key: "playersJoined", raffleId, tickets, players }),
            },
            { type: "recordRaffle", params: ({ context }) => row(context, "open") },
          ],
        },
      },
      states: {
        accepting: {
          description: "Anybody may join while there is room.",
          tags: ["acceptingEntries"],
          entry: { type: "recordRaffle", params: ({ context }) => row(context, "open") },
          on: {
            "raffle.pause": { target: "paused" },
            ...acceptingEntries.on,
          },
        },
        paused: {
          description: "No new entries; a place that was promised is still kept.",
          tags: ["paused"],
          entry: { type: "recordRaffle", params: ({ context }) => row(context, "paused") },
          on: {
            "raffle.resume": { target: "accepting" },
            ...pausedEntries.on,
          },
        },
        holding: {
          description:
            "Another guaranteed prize is held, in the same commit. What comes in it before " +
            "the answer is taken as always, but no other terms.",
          tags: ["acceptingEntries", "holding"],
          on: acceptingEntries.on,
          invoke: {
            id: "holdGuarantee",
            src: "holdGuarantee",
            input: ({ context, event }) => holdAsked(context, event),
            onDone: [
              {
                guard: { type: "isHeld", params: ({ event }) => ({ held: event.output }) },
                target: "accepting",
                actions: { type: "keepHold", params: ({ event }) => ({ held: event.output }) },
              },
              {
                description: "The reserve does not cover it: the old hold and the old terms stay.",
                target: "accepting",
                actions: {
                  type: "keepHoldRefusal",
                  params: ({ event }) => ({ held: event.output }),
                },
              },
            ],
            onError: { target: "accepting" },
          },
        },
        holdingPaused: {
          description: "The same during a pause, which goes on.",
          tags: ["paused", "holding"],
          on: pausedEntries.on,
          invoke: {
            id: "holdGuarantee",
            src: "holdGuarantee",
            input: ({ context, event }) => holdAsked(context, event),
            onDone: [
              {
                guard: { type: "isHeld", params: ({ event }) => ({ held: event.output }) },
                target: "paused",
                actions: { type: "keepHold", params: ({ event }) => ({ held: event.output }) },
              },
              {
                description: "The reserve does not cover it: the old hold and the old terms stay.",
                target: "paused",
                actions: {
                  type: "keepHoldRefusal",
                  params: ({ event }) => ({ held: event.output }),
                },
              },
            ],
            onError: { target: "paused" },
          },
        },
      },
    },

    closing: {
      description: "Entries have ended: first the promised places, then the count, then the seal.",
      tags: ["closing", "stoppable"],
      entry: {
        type: "recordRaffle",
        params: ({ context }) => row(context, context.redraw ? "redrawing" : "closing"),
      },
      initial: "collecting",
      on: {
        "raffle.stop": {
          guard: { type: "isAsSeen", params: ({ event: { seen } }) => ({ seen, now: "closing" }) },
          target: "cancelling",
          actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
        },
        ...refundOfRedraw.on,
        "player.exclude": {
          description: "An admin has excluded him before the seal is made.",
          guard: "isFirstDraw",
          actions: { type: "answerExclusion", params: ({ event }) => event },
        },
      },
      states: {
        collecting: {
          description: "Money for places still reserved counts; nothing else does.",
          always: { guard: "hasNoPlaces", target: "counting" },
          after: {
            closingWindow: {
              description: "By now the last place has lapsed.",
              target: "counting",
            },
          },
          on: {
            "ticket.void": {
              actions: { type: "voidTicket", params: ({ event }) => event },
            },
            "tickets.exclude": {
              actions: { type: "excludeTickets", params: ({ event }) => event },
            },
            "ticket.claim": [
              {
                guard: { type: "hasPlace", params: ({ event }) => event },
                actions: { type: "issueTicket", params: ({ event }) => event },
              },
              {
                actions: {
                  type: "refuseTicket",
                  params: ({ event }) => ({
                    claim: event,
                    reason: event.placeUntilMs > 0 ? "placeLapsed" as const : "closed" as const,
                  }),
                },
              },
            ],
          },
        },
        counting: {
          description: "The stored tickets, not the counters, say how many players there are.",
          tags: ["closed"],
          on: {
            "ticket.void": {
              description: "In the same commit, before they are counted.",
              actions: { type: "voidTicket", params: ({ event }) => event },
            },
            "tickets.exclude": {
              description: "In the same commit, before they are counted.",
              actions: { type: "excludeTickets", params: ({ event }) => event },
            },
          },
          invoke: {
            id: "countPlayers",
            src: "countPlayers",
            input: ({ context }) => ({ raffleId: context.raffleId }),
            onDone: [
              {
                description: "There is a time to look at it, the same whatever is found.",
                guard: {
                  type: "isToBeReviewed",
                  params: ({ event }) => ({ counted: event.output }),
                },
                target: "reviewing",
                actions: [
                  { type: "takeCounts", params: ({ event }) => event.output },
                  { type: "beginReview", params: ({ event }) => ({ counted: event.output }) },
                ],
              },
              {
                guard: {
                  type: "isMinimumReached",
                  params: ({ event }) => ({ players: event.output.players }),
                },
                target: "takingDrawTicket",
                actions: { type: "takeCounts", params: ({ event }) => event.output },
              },
              {
                description: "Too few different players: every entry goes back.",
                target: "#raffle.cancelling",
                actions: [
                  { type: "takeCounts", params: ({ event }) => event.output },
                  {
                    type: "keepCancellation",
                    params: ({ context }) => ({
                      reason: "minimumNotReached" as const,
                      publicReason: "",
                      atMs: context.closesAtMs,
                    }),
                  },
                ],
              },
            ],
            onError: { target: "waitingToCount" },
          },
        },
        waitingToCount: {
          description: "The count failed; it is tried again.",
          tags: ["closed", "waiting"],
          after: { retryPause: { target: "counting" } },
          on: {
            "ticket.void": {
              actions: { type: "voidTicket", params: ({ event }) => event },
            },
            "tickets.exclude": {
              actions: { type: "excludeTickets", params: ({ event }) => event },
            },
          },
        },
        reviewing: {
          description:
            "The list may be looked at until a time that nothing moves: who is excluded leaves it.",
          tags: ["closed", "reviewing"],
          entry: { type: "recordRaffle", params: ({ context }) => row(context, "reviewing") },
          after: {
            review: {
              target: "takingDrawTicket",
              actions: { type: "recordRaffle", params: ({ context }) => row(context, "closing") },
            },
          },
          on: countedAgain.on,
        },
        takingDrawTicket: {
          description: "One RANDOM.ORG ticket is taken before the seal and becomes part of it.",
          tags: ["closed"],
          on: countedAgain.on,
          invoke: {
            id: "takeDrawTicket",
            src: "takeDrawTicket",
            input: ({ context }) => ({ raffleId: context.raffleId }),
            onDone: {
              target: "sealing",
              actions: {
                type: "keepDrawTicket",
                params: ({ event }) => ({ drawTicketId: event.output.drawTicketId }),
              },
            },
            onError: [
              {
                description: "The players are told once that it waits.",
                guard: "isDrawWaitUntold",
                target: "waitingForDrawTicket",
                actions: [
                  "markDrawWaitTold",
                  { type: "tell", params: ({ context }) => drawWaits(context) },
                ],
              },
              { target: "waitingForDrawTicket" },
            ],
          },
        },
        waitingForDrawTicket: {
          description: "RANDOM.ORG cannot be had; it is asked again, for ever.",
          tags: ["closed", "waiting"],
          after: { retryPause: { target: "takingDrawTicket" } },
          on: countedAgain.on,
        },
        sealing: {
          description: "The root over the closed list is made and stored.",
          tags: ["closed"],
          invoke: {
            id: "sealTickets",
            src: "sealTickets",
            input: ({ context }) => ({
              raffleId: context.raffleId,
              terms: context.terms,
              drawTicketId: context.drawTicketId ?? "",
            }),
            onDone: {
              target: "#raffle.sealed",
              actions: {
                type: "keepSeal",
                params: ({ event }) => event.output,
              },
            },
            onError: { target: "waitingToSeal" },
          },
        },
        waitingToSeal: {
          description: "The list could not be sealed; it is tried again, with the same ticket.",
          tags: ["closed", "waiting"],
          after: { retryPause: { target: "sealing" } },
        },
      },
    },

    sealed: {
      description: "The seal is public. For a short while the raffle can still be stopped.",
      tags: ["closed", "sealed", "stoppable"],
      entry: [
        { type: "recordRaffle", params: ({ context }) => row(context, "sealed") },
        {
          type: "tell",
          params: ({ context }) => tellEverybody(sealNotice(context)),
        },
        {
          type: "announce",
          params: ({ context }) => announced(context, "sealed"),
        },
      ],
      after: {
        sealPause: [
          { guard: "namesRound", target: "awaitingBeacon" },
          { target: "drawing" },
        ],
      },
      on: {
        "raffle.stop": {
          guard: { type: "isAsSeen", params: ({ event: { seen } }) => ({ seen, now: "sealed" }) },
          target: "cancelling",
          actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
        },
        ...refundOfRedraw.on,
      },
    },

    awaitingBeacon: {
      description:
        "The drand round that the seal names is due: its value goes into the request, so " +
        "that the draw was made after it. It can still be stopped.",
      tags: ["closed", "sealed", "stoppable"],
      initial: "fetching",
      after: {
        beaconPatience: {
          description: "It is not to be had: the request says so, and the draw is not held up.",
          target: "drawing",
        },
      },
      on: {
        "raffle.stop": {
          guard: { type: "isAsSeen", params: ({ event: { seen } }) => ({ seen, now: "sealed" }) },
          target: "cancelling",
          actions: { type: "keepCancellation", params: ({ event }) => stopped(event) },
        },
        ...refundOfRedraw.on,
      },
      states: {
        fetching: {
          description: "drand is asked; only the round's own signature counts.",
          invoke: {
            id: "fetchBeacon",
            src: "fetchBeacon",
            input: ({ context }) => ({ raffleId: context.raffleId }),
            onDone: {
              target: "#raffle.drawing",
              actions: { type: "keepBeacon", params: ({ event }) => event.output },
            },
            onError: { target: "waiting" },
          },
        },
        waiting: {
          description: "No relay has the round, or none can be reached; they are asked again.",
          tags: ["waiting"],
          after: { retryPause: { target: "fetching" } },
        },
      },
    },

    drawing: {
      description: "The request may have been sent: from here on nobody can stop the raffle.",
      tags: ["closed", "drawing"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "drawing") },
      initial: "requesting",
      states: {
        requesting: {
          description: "RANDOM.ORG is asked with the one ticket of the seal, so it draws once.",
          invoke: {
            id: "requestDraw",
            src: "requestDraw",
            input: ({ context }) => ({
              raffleId: context.raffleId,
              terms: context.terms,
              drawTicketId: context.drawTicketId ?? "",
              seal: context.seal ?? "",
              beaconSignature: context.beacon?.signature ?? null,
            }),
            onDone: [
              {
                description: "No waiting brings an answer: there will be no draw under this seal.",
                guard: {
                  type: "isImpossible",
                  params: ({ event }) => ({ requested: event.output }),
                },
                target: "#raffle.disputed",
                actions: {
                  type: "dispute",
                  params: ({ event }) => ({ reason: faultOf(event.output) }),
                },
              },
              { target: "verifying" },
            ],
            onError: [
              {
                description: "Under a dispute it does not wait, so that it can still be refunded.",
                guard: "isDisputedAlready",
                target: "#raffle.disputed",
              },
              {
                description: "The players are told once that it waits.",
                guard: "isDrawWaitUntold",
                target: "waiting",
                actions: [
                  "markDrawWaitTold",
                  { type: "tell", params: ({ context }) => drawWaits(context) },
                ],
              },
              { target: "waiting" },
            ],
          },
        },
        waiting: {
          description: "RANDOM.ORG cannot be had. The draw waits; it is never made by us.",
          tags: ["waiting"],
          after: { retryPause: { target: "requesting" } },
        },
        verifying: {
          description: "The signed answer counts only if everything in it is ours.",
          invoke: {
            id: "verifyDraw",
            src: "verifyDraw",
            input: ({ context }) => ({
              raffleId: context.raffleId,
              seal: context.seal ?? "",
              beaconSignature: context.beacon?.signature ?? null,
            }),
            onDone: [
              {
                guard: {
                  type: "isResultWhole",
                  params: ({ event }) => ({ verdict: event.output }),
                },
                target: "#raffle.verified",
                actions: {
                  type: "keepResult",
                  params: ({ event }) => ({ verdict: event.output }),
                },
              },
              {
                description: "The answer is not to be trusted: nothing is paid.",
                target: "#raffle.disputed",
                actions: {
                  type: "dispute",
                  params: ({ event }) => ({ reason: reasonOf(event.output) }),
                },
              },
            ],
            onError: { target: "waitingToVerify" },
          },
        },
        waitingToVerify: {
          description: "The check itself failed, for example without a database; it is repeated.",
          tags: ["waiting"],
          after: { retryPause: { target: "verifying" } },
        },
      },
    },

    verified: {
      description: "The result is certain and published; the money moves in the next commit.",
      tags: ["closed", "verified"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "verified") },
      after: {
        nextCommit: [
          {
            description: "Each winner has to take his prize.",
            guard: "isToBeClaimed",
            target: "claiming",
            actions: "announceResult",
          },
          {
            target: "settling",
            actions: [
              {
                type: "payPrizes",
                params: ({ context: { winners } }) => ({ shares: winners, isFirst: true }),
              },
              "announceResult",
            ],
          },
        ],
      },
    },

    claiming: {
      description: "Prizes lie in the pot until they are taken; each is credited at once when it " +
        "is. What is not taken in time goes to the next reserve of the signed draw.",
      tags: ["closed", "verified", "claiming"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "claiming") },
      initial: "opening",
      on: {
        "prize.claim": {
          description: "Until the deadline has acted it is his, however late he is.",
          guard: { type: "isWaitingFor", params: ({ event }) => event },
          actions: [
            {
              type: "payPrizes",
              params: ({ context, event }) => ({
                shares: waitingFor(context).filter(({ playerId }) => playerId === event.playerId),
                isFirst: !context.claims || !isAnyTaken(context.claims),
              }),
            },
            { type: "keepClaim", params: ({ event }) => event },
            { type: "recordRaffle", params: ({ context }) => row(context, "claiming") },
          ],
        },
        "payout.done": { guard: "isPayoutOpen", actions: "countPayout" },
        ...anotherDraw.on,
      },
      states: {
        opening: {
          description: "Who may take a prize now is written down, within the same commit.",
          invoke: {
            id: "openClaims",
            src: "openClaims",
            input: ({ context }) => ({
              claims: claimRecords(context),
              withinMs: context.terms.claimWithinMs ?? 0,
            }),
            onDone: {
              target: "waiting",
              actions: { type: "beginRound", params: ({ event }) => ({ begun: event.output }) },
            },
            onError: { target: "waitingToOpen" },
          },
        },
        waitingToOpen: {
          description: "It could not be written down; it is tried again.",
          tags: ["waiting"],
          after: { retryPause: { target: "opening" } },
        },
        waiting: {
          description: "Those who hold a place may take its prize.",
          exit: ["cancelFirstReminder", "cancelLastReminder"],
          always: {
            description: "Everything that could be taken is.",
            guard: "isNobodyWaiting",
            target: "#raffle.settling",
            actions: {
              type: "payPrizes",
              params: ({ context }) => ({ shares: sharesLeft(context), isFirst: false }),
            },
          },
          on: {
            "claimReminder.due": { actions: "remind" },
          },
          after: {
            claimWindow: [
              {
                description: "The next reserves may take what was not taken.",
                guard: "hasReserve",
                target: "opening",
                actions: [
                  "passPrizes",
                  { type: "recordRaffle", params: ({ context }) => row(context, "claiming") },
                ],
              },
              {
                description: "No reserve is left: the rest goes to the best place that was taken.",
                guard: "isSomethingTaken",
                target: "#raffle.settling",
                actions: [
                  "passPrizes",
                  {
                    type: "payPrizes",
                    params: ({ context }) => ({ shares: sharesLeft(context), isFirst: false }),
                  },
                ],
              },
              {
                description: "Nobody took anything: every entry goes back.",
                target: "#raffle.cancelling",
                actions: [
                  {
                    type: "keepCancellation",
                    params: ({ context }) => ({
                      reason: "nobodyClaimed" as const,
                      publicReason: "",
                      atMs: context.claims?.endsAtMs ?? 0,
                    }),
                  },
                  "passPrizes",
                ],
              },
            ],
          },
        },
      },
    },

    settling: {
      description: "The commission and the prizes leave the pot; each prize is credited once.",
      tags: ["closed", "verified"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "settling") },
      always: { guard: "isAllPaid", target: "settled" },
      on: {
        "payout.done": { actions: "countPayout" },
      },
    },

    settled: {
      description: "Every prize is credited. Late payments are still answered, and go back.",
      tags: ["closed", "verified", "finished"],
      entry: [
        { type: "recordRaffle", params: ({ context }) => row(context, "settled") },
        { type: "leaveSeries", params: { ending: "settled" } },
      ],
      initial: "telling",
      states: {
        telling: {
          description: "The next players are freed of this raffle, a page a commit.",
          invoke: {
            id: "pageEnded",
            src: "pageTickets",
            input: ({ context }) => nextPage(context),
            onDone: [
              {
                guard: { type: "isLastPage", params: ({ event }) => event.output },
                target: "told",
                actions: { type: "endPage", params: ({ event }) => event.output },
              },
              {
                target: "betweenPages",
                actions: { type: "endPage", params: ({ event }) => event.output },
              },
            ],
            onError: { target: "waitingForPage" },
          },
        },
        betweenPages: {
          description: "Each page has a commit of its own.",
          after: { nextCommit: { target: "telling" } },
        },
        waitingForPage: {
          description: "The page could not be read; it is tried again.",
          tags: ["waiting"],
          after: { retryPause: { target: "telling" } },
        },
        told: {
          description: "Nothing is left to do.",
          tags: ["resting"],
        },
      },
    },

    disputed: {
      description: "No answer verified under the seal. It ends by a check under an added pinned " +
        "key, or by full refunds that two admins ask for.",
      tags: ["closed", "disputed", "needsOperator", "resting"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "disputed") },
      on: {
        ...anotherDraw.on,
        "dispute.recheck": {
          description: "RANDOM.ORG may be asked again what it drew; it cannot draw another time.",
          target: "drawing.requesting",
        },
        "dispute.refund": [
          {
            description: "The second admin, another one than the first: everybody is refunded.",
            guard: { type: "isSecondAdmin", params: ({ event }) => event },
            target: "cancelling",
            actions: {
              type: "keepCancellation",
              params: ({ event }) => ({
                reason: "disputed" as const,
                publicReason: event.reason,
                atMs: event.atMs,
              }),
            },
          },
          {
            description: "The first admin; another one must say it too.",
            guard: { type: "isFirstVote", params: ({ event }) => event },
            actions: { type: "keepRefundVote", params: ({ event }) => ({ by: event.by }) },
          },
        ],
      },
    },

    cancelling: {
      description: "There will be no draw; every entry is sent on its way back, a page a commit.",
      tags: ["closed", "cancelled"],
      entry: [
        { type: "recordRaffle", params: ({ context }) => row(context, "cancelling") },
        "releaseGuarantee",
        {
          type: "tell",
          params: ({ context: { raffleId, cancelReason, publicReason } }) =>
            tellEverybody({
              key: "cancelled",
              raffleId,
              reason: cancelReason ?? "stoppedByAdmin",
              ...(publicReason === "" ? {} : { publicReason }),
            }),
        },
        "announceCancellation",
        {
          type: "leaveSeries",
          params: ({ context: { cancelReason } }) => ({ ending: cancelReason ?? "stoppedByAdmin" }),
        },
      ],
      initial: "telling",
      on: {
        "refund.done": { actions: "countRefund" },
      },
      states: {
        telling: {
          description: "The next entries are told to go back.",
          invoke: {
            id: "pageRefunds",
            src: "pageTickets",
            input: ({ context }) => nextPage(context),
            onDone: [
              {
                guard: { type: "isLastPage", params: ({ event }) => event.output },
                target: "#raffle.refunding",
                actions: { type: "refundPage", params: ({ event }) => event.output },
              },
              {
                target: "betweenPages",
                actions: { type: "refundPage", params: ({ event }) => event.output },
              },
            ],
            onError: { target: "waitingForPage" },
          },
        },
        betweenPages: {
          description: "Each page has a commit of its own.",
          after: { nextCommit: { target: "telling" } },
        },
        waitingForPage: {
          description: "The page could not be read; it is tried again.",
          tags: ["waiting"],
          after: { retryPause: { target: "telling" } },
        },
      },
    },

    refunding: {
      description: "Every entry is on its way back; the refunds themselves try until they succeed.",
      tags: ["closed", "cancelled", "resting"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "refunding") },
      always: { guard: "isAllRefunded", target: "refunded" },
      on: {
        "refund.done": { actions: "countRefund" },
      },
    },

    refunded: {
      description: "Every entry is back. Late payments are still answered, and go back.",
      tags: ["closed", "cancelled", "finished", "resting"],
      entry: { type: "recordRaffle", params: ({ context }) => row(context, "refunded") },
    },
  },
});

function endOfPlace(context: RaffleContext, atMs: number): number {
  return placeEnd({ atMs, closingWindowMs: context.terms.closingWindowMs });
}

function hasRoom({ tickets, terms, places }: RaffleContext, atMs: number): boolean {
  return tickets + countPlaces(livePlaces(places, atMs)) < terms.maxTickets;
}

/** Whether so many different players are enough for a draw. */
function isEnough({ isForced, terms }: RaffleContext, { players }: { players: number }): boolean {
  return players >= (isForced ? FORCED_MINIMUM : terms.minPlayers);
}

/** When a list is sealed that was counted first at that time; a later count moves nothing. */
function endOfReview({ terms, reviewUntilMs = 0 }: RaffleContext, { atMs }: Counted): number {
  return reviewUntilMs > 0 ? reviewUntilMs : atMs + (terms.reviewMs ?? 0);
}

/** The first word of two that still counts. */
function liveVote({ forceVote = null }: RaffleContext, { by, vote, atMs }: Forced) {
  const first = standingVote(forceVote, { by, admins: vote?.others });
  return first !== null && atMs - first.atMs < FORCE_VOTE_MS ? first : null;
}

function canForce({ players }: RaffleContext, { seen }: Forced): boolean {
  return players >= FORCED_MINIMUM && (seen === undefined || seen === "open");
}

/** Whether nobody else has to say it. */
function isForceAgreed(context: RaffleContext, forced: Forced): boolean {
  const { by, vote } = forced;
  const first = liveVote(context, forced);
  const isMeant = vote?.agreesWithMs === undefined || vote.agreesWithMs === first?.atMs;
  if (!isMeant) return false;
  return (vote?.needed ?? 1) <= 1 || (first !== null && first?.by !== by);
}

/** Whether nobody has entered or is about to, and what it would be is a raffle that has not ended. */
function canEdit(context: RaffleContext, event: RaffleEvent): boolean {
  if (event.type !== "raffle.edit") return false;
  const { changes, atMs } = event;
  const { terms, openedAtMs } = context;
  if (hasEntries(context, atMs)) return false;
  const read = changeTerms(context, changes);
  if (!read.isValid || openedAtMs === 0) return read.isValid;
  // The hold follows in a step of its own, which changes nothing else.
  if (isOtherGuarantee(context, changes) && Object.keys(changes).length > 1) return false;
  // Invoices that are out were promised the old number, and each player's own actor keeps to that.
  const isPromiseKept = read.terms.ticketsPerPlayer >= terms.ticketsPerPlayer;
  return isPromiseKept && openedAtMs + read.terms.durationMs > atMs;
}

function isOtherGuarantee({ terms }: RaffleContext, changes: RaffleChanges): boolean {
  return "guaranteedPrize" in changes &&
    changes.guaranteedPrize?.minor !== terms.guaranteedPrize?.minor;
}

/** Whether an open raffle may be edited, and something else must be held then. */
function canHoldOther(context: RaffleContext, event: RaffleEvent): boolean {
  return event.type === "raffle.edit" && canEdit(context, event) &&
    isOtherGuarantee(context, event.changes);
}

/** At the opening what the terms guarantee, at an edit what it changes that to. */
function holdAsked(
  { raffleId, terms, guarantee = NO_GUARANTEE }: RaffleContext,
  event: RaffleEvent,
): HoldGuarantee["input"] {
  const { guaranteedPrize } = event.type === "raffle.edit" ? event.changes : terms;
  const atMs = "atMs" in event ? event.atMs : 0;
  return { raffleId, guarantee, prize: guaranteedPrize ?? null, atMs };
}

/** What is added to the pot; nothing is undefined. */
function addedTo({ topUp }: RaffleContext): MoneyJson | undefined {
  return topUp === undefined || topUp === null || topUp.minor === "0" ? undefined : topUp;
}

/** From the payment into the pot; an entry from the balance lies there already. */
function entryTransfers(context: RaffleContext, claim: Claim): TransferParams[] {
  const pot = rafflePot(context.raffleId);
  if (claim.source.account === pot) return [];
  return [{
    key: `payment/${claim.paymentId}/ticket`,
    from: claim.source.account,
    to: pot,
    amount: context.terms.price,
    type: "entry",
  }];
}

/** The pot with what was added to it, divided. A transfer of nothing is none. */
function prizeTransfers(
  { raffleId, commission }: RaffleContext,
  { shares, isFirst }: { shares: readonly ClaimShare[]; isFirst: boolean },
): TransferParams[] {
  const from = rafflePot(raffleId);
  const fee: TransferParams[] = commission === null || !isFirst ? [] : [{
    key: `raffle/${raffleId}/commission`,
    from,
    to: TREASURY_FEES,
    amount: commission,
    type: "commission",
  }];
  const prizes = shares.map(({ place, prize }): TransferParams => ({
    key: `raffle/${raffleId}/prize/${place}`,
    from,
    to: payoutHeld(payoutIdOf({ raffleId, place })),
    amount: prize,
    type: "prize",
  }));
  return [...fee, ...prizes].filter(({ amount }) => amount.minor !== "0");
}

/** Which draw of the raffle it is, 1 for the first. */
function drawOf({ redraw }: RaffleContext): number {
  return 1 + (redraw?.count ?? 0);
}

/** A post of this draw; those of a later draw are posts of their own. */
function announced(
  context: RaffleContext,
  occasion: "sealed" | "drawn",
): EffectActions["announce"] {
  const { raffleId } = context;
  const draw = drawOf(context);
  return { raffleId, occasion, ...(draw === 1 ? {} : { draw }) };
}

/** Whether the draw may be replaced: something was drawn or asked for, and nobody has anything of it. */
function canRedraw(context: RaffleContext): boolean {
  return drawOf(context) <= MAX_REDRAWS && context.disputeReason !== LIST_CHANGED &&
    !(context.claims && isAnyTaken(context.claims));
}

function liveRedrawVote({ redrawVote = null }: RaffleContext, { by, vote, atMs }: Redrawn) {
  const first = standingVote(redrawVote, { by, admins: vote?.others });
  return first !== null && atMs - first.atMs < FORCE_VOTE_MS ? first : null;
}

/** Whether another admin has said it before. */
function isSecond({ refundVote }: RaffleContext, said: Said): boolean {
  const first = standingVote(refundVote, said);
  return first !== null && first.by !== said.by;
}

/** Whether nobody else has to say it, and somebody has said why. */
function isRedrawAgreed(context: RaffleContext, redrawn: Redrawn): boolean {
  const { by, reason, vote } = redrawn;
  const first = liveRedrawVote(context, redrawn);
  const isMeant = vote?.agreesWithMs === undefined || vote.agreesWithMs === first?.atMs;
  if (!isMeant) return false;
  return (vote?.needed ?? 1) <= 1
    ? first !== null || publicWords(reason) !== ""
    : first !== null && first.by !== by;
}

/** Words that everybody reads, as they can be stored and sealed. */
function publicWords(words: string): string {
  return words.trim().slice(0, MAX_REASON).replaceAll("\0", "").toWellFormed();
}

/** Who may take a prize now, with what he would take. */
function waitingFor({ claims, winners }: RaffleContext): (ClaimShare & { number: number })[] {
  return (claims?.holders ?? []).filter(({ state }) => state === "waiting")
    .flatMap(({ place, number, playerId }) => {
      const prize = prizeOf(winners, place);
      return prize === undefined ? [] : [{ place, number, playerId, prize }];
    });
}

function sharesLeft({ claims, winners }: RaffleContext): ClaimShare[] {
  return claims ? leftShares(claims, winners) : [];
}

/** Those whose time begins now. */
function claimRecords(context: RaffleContext): ClaimRecord[] {
  const { raffleId, claims } = context;
  return waitingFor(context).map(({ place, number, playerId }) => ({
    raffleId,
    draw: drawOf(context),
    round: claims?.round ?? 1,
    place,
    number,
    playerId,
    state: "waiting",
  }));
}

/**
 * Whether the parts are the pot with what is added to it, the pot is what the tickets cost, and what
 * is added is what they lack of the guaranteed prize and lies in the hold.
 */
function isWhole(
  { terms, tickets, guarantee = NO_GUARANTEE }: RaffleContext,
  { pot, commission, winners, topUp }: Extract<Verdict, { isValid: true }>,
): boolean {
  const { currency } = terms.price;
  const added = topUp ?? { minor: "0", currency };
  const parts = [commission, ...winners.map(({ prize }) => prize)];
  const sum = parts.reduce((total, { minor }) => total + BigInt(minor), 0n);
  const pool = prizePool(terms, tickets);
  return winners.length > 0 &&
    [pot, added, ...parts].every((part) => part.currency === currency) &&
    parts.every((part) => BigInt(part.minor) >= 0n) &&
    sum === BigInt(pot.minor) + BigInt(added.minor) &&
    BigInt(pot.minor) === pool.pot.minor &&
    BigInt(added.minor) === pool.topUp.minor &&
    BigInt(added.minor) <= BigInt(guarantee.held?.minor ?? "0");
}

/** Why a verdict does not count; a valid one that comes here did not add up. */
function reasonOf(verdict: Verdict): string {
  return verdict.isValid ? "splitNotWhole" : verdict.reason;
}

function faultOf(requested: Requested): string {
  return "fault" in requested ? requested.fault : "";
}

function nextPage({ raffleId, toldNumber }: RaffleContext) {
  return { raffleId, afterNumber: toldNumber, limit: PAGE };
}

function stopped({ reason, atMs }: { reason: string; atMs: number }) {
  return { reason: "stoppedByAdmin" as const, publicReason: reason, atMs };
}

function sealNotice({ raffleId, seal, tickets, beacon }: RaffleContext): MassNotice {
  const notice = { key: "sealed" as const, raffleId, seal: seal ?? "", tickets };
  if (!beacon) return notice;
  const { round, atMs } = beacon;
  return { ...notice, beacon: { round, atMs } };
}

function drawWaits({ raffleId }: RaffleContext): TransactionalActions["tell"] {
  return tellEverybody({ key: "drawWaits", raffleId });
}

function refusedQuote(paymentId: PaymentId, reason: EntryRefusal) {
  return toPayment(paymentId, { type: "entry.refused", reason });
}

function refusedPlace(paymentId: PaymentId, reason: EntryRefusal) {
  return toPayment(paymentId, { type: "place.refused", reason });
}

function row(context: RaffleContext, status: string): TransactionalActions["recordRaffle"] {
  const { raffleId, terms, tickets, players, openedAtMs, closesAtMs, publicReason } = context;
  return { raffleId, status, terms, tickets, players, openedAtMs, closesAtMs, publicReason };
}
