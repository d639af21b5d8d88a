/**
 * Prizes: paid at once, or to those who take them in time. Guards against a prize that is paid twice, and
 * one that nobody gets.
 */
import { assign, cancel, enqueueActions } from "xstate";
import { startPayout } from "../domain/addresses.ts";
import { tellEverybody } from "../domain/broadcast.ts";
import type { TransactionalSources } from "../domain/effects.ts";
import type { PlayerId, RaffleEvent } from "../domain/events.ts";
import { endOfHold, NO_GUARANTEE } from "../domain/guarantee.ts";
import { payoutIdOf } from "../domain/ids.ts";
import {
  type ClaimShare,
  isAnyTaken,
  isAnyWaiting,
  passPrizes,
  takePrize,
  waitingHolder,
} from "../domain/prize_claims.ts";
import { ask } from "../supplied.ts";
import { record } from "./base_rules.ts";
import { announced, drawingRules } from "./drawing.ts";
import { addedTo, claimRecords, prizeTransfers, sharesLeft, waitingFor } from "./prizes.ts";
import { drawOf, type RaffleContext } from "./raffle_context.ts";
import { anotherDraw } from "./redraw.ts";

type Claimed = Extract<RaffleEvent, { type: "prize.claim" }>;
type ClaimsBegun = TransactionalSources["openClaims"]["output"];

/** With the rules of prizes. */
export const claimingRules = drawingRules.extend({
  delays: {
    /** From the news of a prize to the moment when it goes on. */
    claimWindow: ({ context: { terms } }) => terms.claimWithinMs ?? 0,
    claimHalf: ({ context: { terms } }) => Math.floor((terms.claimWithinMs ?? 0) / 2),
    /** A tenth of the time is left. */
    claimLast: ({ context: { terms } }) => Math.floor((terms.claimWithinMs ?? 0) * 0.9),
  },
  guards: {
    isToBeClaimed: ({ context }) => context.terms.claimWithinMs !== undefined,
    isWaitingFor: ({ context: { claims } }, { playerId }: { playerId: PlayerId }) =>
      Boolean(claims && claims.endsAtMs > 0 && waitingHolder(claims, playerId)),
    isNobodyWaiting: ({ context: { claims } }) => !claims || !isAnyWaiting(claims),
    hasReserve: ({ context: { claims } }) => Boolean(claims && claims.reserves.length > 0),
    isSomethingTaken: ({ context: { claims } }) => Boolean(claims && isAnyTaken(claims)),
    isPayoutOpen: ({ context }) => context.payoutsOpen > 0,
  },
  actions: {
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
    countPayout: assign(({ context }) => ({ payoutsOpen: context.payoutsOpen - 1 })),
  },
});

/** Certain, and not paid yet. */
export const verified = claimingRules.createStateConfig({
  description: "The result is certain and published; the money moves in the next commit.",
  tags: ["closed", "verified"],
  entry: record("verified"),
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
});

/** What nobody took goes to the best place that was taken. */
const payLeft = {
  type: "payPrizes",
  params: ({ context }: { context: RaffleContext }) => ({
    shares: sharesLeft(context),
    isFirst: false,
  }),
} as const;

/** Winners take their prizes. */
export const claiming = claimingRules.createStateConfig({
  description: "Prizes lie in the pot until they are taken; each is credited at once when it " +
    "is. What is not taken in time goes to the next reserve of the signed draw.",
  tags: ["closed", "verified", "claiming"],
  entry: record("claiming"),
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
        record("claiming"),
      ],
    },
    "payout.done": { guard: "isPayoutOpen", actions: "countPayout" },
    ...anotherDraw,
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
        actions: payLeft,
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
            actions: ["passPrizes", record("claiming")],
          },
          {
            description: "No reserve is left: the rest goes to the best place that was taken.",
            guard: "isSomethingTaken",
            target: "#raffle.settling",
            actions: ["passPrizes", payLeft],
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
});
