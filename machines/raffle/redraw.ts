/**
 * Another draw in place of one that nobody has anything of yet, and refunds in its place: acts of two
 * admins, in public. Guards against a draw that is repeated until it pleases.
 */
import { assign, enqueueActions } from "xstate";
import { tellEverybody } from "../domain/broadcast.ts";
import type { RaffleEvent } from "../domain/events.ts";
import { isAnyTaken } from "../domain/prize_claims.ts";
import { LIST_CHANGED, MAX_REDRAWS } from "../domain/redraw.ts";
import { type Said, standingVote } from "../domain/votes.ts";
import { ask } from "../supplied.ts";
import { publicWords, stopped } from "./base_rules.ts";
import { openRules } from "./open.ts";
import { waitingFor } from "./prizes.ts";
import { drawOf, type RaffleContext } from "./raffle_context.ts";
import { isAgreed, liveVote, othersOf } from "./votes.ts";

type Redrawn = Extract<RaffleEvent, { type: "raffle.redraw" }>;

/** With the rules of another draw. */
export const redrawRules = openRules.extend({
  guards: {
    isRedrawAgreed: ({ context }, { event }: { event: Redrawn }) =>
      canRedraw(context) && isRedrawAgreed(context, event),
    isFirstRedrawVote: ({ context }, { event }: { event: Redrawn }) =>
      canRedraw(context) && liveVote(context.redrawVote, event) === null &&
      publicWords(event.reason) !== "" && event.vote?.agreesWithMs === undefined,
    isFirstVote: ({ context }, said: Said) => standingVote(context.refundVote, said) === null,
    isFirstVoteOfRedraw: ({ context }, said: Said) =>
      Boolean(context.redraw) && standingVote(context.refundVote, said) === null,
    isSecondAdmin: ({ context }, said: Said) => isSecond(context, said),
    isSecondAdminOfRedraw: ({ context }, said: Said) =>
      Boolean(context.redraw) && isSecond(context, said),
  },
  actions: {
    /** All other admins are asked to agree, and read the reason. */
    keepRedrawVote: enqueueActions(({ context: { raffleId }, enqueue }, event: Redrawn) => {
      const { by, vote, atMs } = event;
      const reason = publicWords(event.reason);
      enqueue.assign({ redrawVote: { by, reason, atMs } });
      const name = vote?.name ?? by;
      const notice = { key: "redrawAsked" as const, raffleId, name, reason, askedAtMs: atMs };
      for (const playerId of othersOf(event)) {
        enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
    }),
    /**
     * The draw is put beside, with its reason, and the list is sealed anew for another RANDOM.ORG
     * ticket. Nothing has left the pot.
     */
    beginRedraw: enqueueActions(({ context, enqueue }, redrawn: Redrawn) => {
      const { raffleId, seal } = context;
      const draw = drawOf(context);
      const why = liveVote(context.redrawVote, redrawn)?.reason ?? publicWords(redrawn.reason);
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
  },
});

/** Two admins want another draw, in public, before anybody has anything of this one. */
export const anotherDraw = redrawRules.createStateConfig({
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
}).on;

/** Two admins may still refund instead of another draw, until that is asked for. */
export const refundOfRedraw = redrawRules.createStateConfig({
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
        actions: { type: "keepRefundVote", params: ({ event }) => event },
      },
    ],
  },
}).on;

/** Two admins give everything back where no draw counts. */
export const refundOfDispute = redrawRules.createStateConfig({
  on: {
    "dispute.refund": [
      {
        description: "The second admin, another one than the first: everybody is refunded.",
        guard: { type: "isSecondAdmin", params: ({ event }) => event },
        target: "#raffle.cancelling",
        actions: {
          type: "keepCancellation",
          params: ({ event }) => ({ ...stopped(event), reason: "disputed" as const }),
        },
      },
      {
        description: "The first admin; another one must say it too.",
        guard: { type: "isFirstVote", params: ({ event }) => event },
        actions: { type: "keepRefundVote", params: ({ event }) => event },
      },
    ],
  },
}).on;

/** Whether the draw may be replaced: something was drawn or asked for, and nobody has anything of it. */
function canRedraw(context: RaffleContext): boolean {
  return drawOf(context) <= MAX_REDRAWS && context.disputeReason !== LIST_CHANGED &&
    !(context.claims && isAnyTaken(context.claims));
}

/** Whether nobody else has to say it, and somebody has said why. */
function isRedrawAgreed({ redrawVote }: RaffleContext, event: Redrawn): boolean {
  const first = liveVote(redrawVote, event);
  return isAgreed(first, event) && (first !== null || publicWords(event.reason) !== "");
}

/** Whether another admin has said it before. */
function isSecond({ refundVote }: RaffleContext, said: Said): boolean {
  const first = standingVote(refundVote, said);
  return first !== null && first.by !== said.by;
}
