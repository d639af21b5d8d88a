/**
 * From the end of entries to the seal: the promised places, the count, the time to look at the list, the
 * ticket for the draw. Guards against a list that changes after it was sealed, and a draw of too few.
 */
import { assign, enqueueActions } from "xstate";
import type { EffectSources, TransactionalSources } from "../domain/effects.ts";
import { FORCED_MINIMUM } from "../domain/panel.ts";
import { countPlaces } from "../domain/places.ts";
import { ask } from "../supplied.ts";
import { record, stoppable } from "./base_rules.ts";
import { listChanges, promisedTickets } from "./entries.ts";
import { type RaffleContext, rowOf } from "./raffle_context.ts";
import { redrawRules, refundOfRedraw } from "./redraw.ts";

type Counted = TransactionalSources["countPlayers"]["output"];

/** With the rules of the closing. */
export const closingRules = redrawRules.extend({
  delays: {
    /** No place lives longer. */
    closingWindow: ({ context }) => context.terms.closingWindowMs,
    /** What is left of the time in which the list is looked at, when it was counted again. */
    review: ({ context: { reviewUntilMs = 0 }, event }) =>
      Math.max(0, reviewUntilMs - (event as unknown as { output: Counted }).output.atMs),
  },
  guards: {
    hasNoPlaces: ({ context }) => countPlaces(context.places) === 0,
    isMinimumReached: ({ context }, params: { players: number }) => isEnough(context, params),
    isToBeReviewed: ({ context }, counted: Counted) =>
      isEnough(context, counted) && counted.atMs < endOfReview(context, counted),
  },
  actions: {
    takeCounts: assign((_, { tickets, players }: Counted) => ({ tickets, players })),
    /** From here on it is known when the list is sealed. Admins hear of it if they have to decide. */
    beginReview: enqueueActions(({ context, enqueue }, counted: Counted) => {
      if (context.reviewUntilMs) return;
      const { raffleId } = context;
      const { suspects, atMs } = counted;
      const untilMs = endOfReview(context, counted);
      enqueue.assign({ reviewUntilMs: untilMs, closesAtMs: atMs });
      if (suspects === 0) return;
      const notice = { key: "reviewBegun" as const, raffleId, suspects, untilMs };
      enqueue(ask({ type: "reportToAdmins", params: { notice } }));
    }),
    keepDrawTicket: assign((_, { drawTicketId }: { drawTicketId: string }) => ({ drawTicketId })),
    keepSeal: assign((_, { seal, sealedAtMs, beacon }: EffectSources["sealTickets"]["output"]) => ({
      seal,
      sealedAtMs,
      beacon: beacon === undefined ? null : { ...beacon, signature: null },
    })),
  },
});

/** What takes tickets off a list that was counted and is not sealed. */
const countedAgain = listChanges({
  description: "There may be too few players now; a list that was sealed once stands.",
  guard: "isFirstDraw",
  target: "#raffle.closing.counting",
});

const collecting = closingRules.createStateConfig({
  description: "Money for places still reserved counts; nothing else does.",
  always: { guard: "hasNoPlaces", target: "counting" },
  after: {
    closingWindow: {
      description: "By now the last place has lapsed.",
      target: "counting",
    },
  },
  on: {
    ...listChanges(),
    ...promisedTickets({ otherwise: "closed" }),
  },
});

const counting = closingRules.createStateConfig({
  description: "The stored tickets, not the counters, say how many players there are.",
  tags: ["closed"],
  on: listChanges({ description: "In the same commit, before they are counted." }),
  invoke: {
    id: "countPlayers",
    src: "countPlayers",
    input: ({ context }) => ({ raffleId: context.raffleId }),
    onDone: [
      {
        description: "There is a time to look at it, the same whatever is found.",
        guard: { type: "isToBeReviewed", params: ({ event }) => event.output },
        target: "reviewing",
        actions: [
          { type: "takeCounts", params: ({ event }) => event.output },
          { type: "beginReview", params: ({ event }) => event.output },
        ],
      },
      {
        guard: { type: "isMinimumReached", params: ({ event }) => event.output },
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
});

const waitingToCount = closingRules.createStateConfig({
  description: "The count failed; it is tried again.",
  tags: ["closed", "waiting"],
  after: { retryPause: { target: "counting" } },
  on: listChanges(),
});

const reviewing = closingRules.createStateConfig({
  description:
    "The list may be looked at until a time that nothing moves: who is excluded leaves it.",
  tags: ["closed", "reviewing"],
  entry: record("reviewing"),
  after: {
    review: { target: "takingDrawTicket", actions: record("closing") },
  },
  on: countedAgain,
});

const takingDrawTicket = closingRules.createStateConfig({
  description: "One RANDOM.ORG ticket is taken before the seal and becomes part of it.",
  tags: ["closed"],
  on: countedAgain,
  invoke: {
    id: "takeDrawTicket",
    src: "takeDrawTicket",
    input: ({ context }) => ({ raffleId: context.raffleId }),
    onDone: {
      target: "sealing",
      actions: { type: "keepDrawTicket", params: ({ event }) => event.output },
    },
    onError: [
      {
        description: "The players are told once that it waits.",
        guard: "isDrawWaitUntold",
        target: "waitingForDrawTicket",
        actions: "tellDrawWaits",
      },
      { target: "waitingForDrawTicket" },
    ],
  },
});

const waitingForDrawTicket = closingRules.createStateConfig({
  description: "RANDOM.ORG cannot be had; it is asked again, for ever.",
  tags: ["closed", "waiting"],
  after: { retryPause: { target: "takingDrawTicket" } },
  on: countedAgain,
});

const sealing = closingRules.createStateConfig({
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
      actions: { type: "keepSeal", params: ({ event }) => event.output },
    },
    onError: { target: "waitingToSeal" },
  },
});

const waitingToSeal = closingRules.createStateConfig({
  description: "The list could not be sealed; it is tried again, with the same ticket.",
  tags: ["closed", "waiting"],
  after: { retryPause: { target: "sealing" } },
});

/** The list is closed and sealed. */
export const closing = closingRules.createStateConfig({
  description: "Entries have ended: first the promised places, then the count, then the seal.",
  tags: ["closing", "stoppable"],
  entry: {
    type: "recordRaffle",
    params: ({ context }) => rowOf(context, context.redraw ? "redrawing" : "closing"),
  },
  initial: "collecting",
  on: {
    ...stoppable("closing"),
    ...refundOfRedraw,
    "player.exclude": {
      description: "An admin has excluded him before the seal is made.",
      guard: "isFirstDraw",
      actions: { type: "answerExclusion", params: ({ event }) => event },
    },
  },
  states: {
    collecting,
    counting,
    waitingToCount,
    reviewing,
    takingDrawTicket,
    waitingForDrawTicket,
    sealing,
    waitingToSeal,
  },
});

/** Whether so many different players are enough for a draw. */
function isEnough({ isForced, terms }: RaffleContext, { players }: { players: number }): boolean {
  return players >= (isForced ? FORCED_MINIMUM : terms.minPlayers);
}

/** When a list is sealed that was counted first at that time; a later count moves nothing. */
function endOfReview({ terms, reviewUntilMs = 0 }: RaffleContext, { atMs }: Counted): number {
  return reviewUntilMs > 0 ? reviewUntilMs : atMs + (terms.reviewMs ?? 0);
}
