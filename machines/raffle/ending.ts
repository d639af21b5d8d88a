/**
 * How it ends: prizes credited, or every entry sent back. Guards against an entry that is forgotten: all
 * tickets are told of the end, page by page.
 */
import { assign, enqueueActions } from "xstate";
import { toPayment, toUser } from "../domain/addresses.ts";
import { type MassNotice, tellEverybody } from "../domain/broadcast.ts";
import type { TransactionalSources } from "../domain/effects.ts";
import type { CancelReason } from "../domain/refusals.ts";
import { ask } from "../supplied.ts";
import { record } from "./base_rules.ts";
import { claimingRules } from "./claiming.ts";
import type { RaffleContext } from "./raffle_context.ts";

type Tickets = TransactionalSources["pageTickets"]["output"]["tickets"];

/** Tickets told in one commit, at a cancellation or after the draw. */
const PAGE = 100;

/** All rules of a raffle. */
export const raffleRules = claimingRules.extend({
  guards: {
    isAllPaid: ({ context }) => context.payoutsOpen === 0,
    isAllRefunded: ({ context }) => context.refundsOpen <= 0,
    isLastPage: (_, params: { tickets: Tickets }) => params.tickets.length < PAGE,
  },
  actions: {
    /** A draft that is thrown away was never announced. */
    announceCancellation: enqueueActions(({ context: { raffleId, openedAtMs }, enqueue }) => {
      if (openedAtMs === 0) return;
      enqueue(ask({ type: "announce", params: { raffleId, occasion: "cancelled" } }));
    }),
    countRefund: assign(({ context }) => ({ refundsOpen: context.refundsOpen - 1 })),
    /** Each entry of the page goes back; its player is free of this raffle. */
    refundPage: enqueueActions(({ context, enqueue }, params: { tickets: Tickets }) => {
      const { raffleId, cancelledAtMs } = context;
      enqueue.assign({
        refundsOpen: context.refundsOpen + params.tickets.length,
        toldNumber: params.tickets.at(-1)?.number ?? context.toldNumber,
      });
      for (const { paymentId, playerId } of params.tickets) {
        enqueue(ask({
          type: "tell",
          params: toPayment(paymentId, {
            type: "entry.refund",
            reason: reasonOf(context),
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

/** Every ticket is told of the end, a page a commit. */
const telling = (
  { description, id, page, end }: {
    description: string;
    id: "pageEnded" | "pageRefunds";
    page: "endPage" | "refundPage";
    /** Where it goes on behind the last page. */
    end: string;
  },
) => ({
  telling: raffleRules.createStateConfig({
    description,
    invoke: {
      id,
      src: "pageTickets",
      input: ({ context }) => nextPage(context),
      onDone: [
        {
          guard: { type: "isLastPage", params: ({ event }) => event.output },
          target: end,
          actions: { type: page, params: ({ event }) => event.output },
        },
        {
          target: "betweenPages",
          actions: { type: page, params: ({ event }) => event.output },
        },
      ],
      onError: { target: "waitingForPage" },
    },
  }),
  betweenPages: raffleRules.createStateConfig({
    description: "Each page has a commit of its own.",
    after: { nextCommit: { target: "telling" } },
  }),
  waitingForPage: raffleRules.createStateConfig({
    description: "The page could not be read; it is tried again.",
    tags: ["waiting"],
    after: { retryPause: { target: "telling" } },
  }),
});

/** The prizes are on their way. */
export const settling = raffleRules.createStateConfig({
  description: "The commission and the prizes leave the pot; each prize is credited once.",
  tags: ["closed", "verified"],
  entry: record("settling"),
  always: { guard: "isAllPaid", target: "settled" },
  on: {
    "payout.done": { actions: "countPayout" },
  },
});

/** It is drawn and paid. */
export const settled = raffleRules.createStateConfig({
  description: "Every prize is credited. Late payments are still answered, and go back.",
  tags: ["closed", "verified", "finished"],
  entry: [record("settled"), { type: "leaveSeries", params: { ending: "settled" } }],
  initial: "telling",
  states: {
    ...telling({
      description: "The next players are freed of this raffle, a page a commit.",
      id: "pageEnded",
      page: "endPage",
      end: "told",
    }),
    told: {
      description: "Nothing is left to do.",
      tags: ["resting"],
    },
  },
});

/** Everything goes back. */
export const cancelling = raffleRules.createStateConfig({
  description: "There will be no draw; every entry is sent on its way back, a page a commit.",
  tags: ["closed", "cancelled"],
  entry: [
    record("cancelling"),
    "releaseGuarantee",
    { type: "tell", params: ({ context }) => tellEverybody(cancelNotice(context)) },
    "announceCancellation",
    { type: "leaveSeries", params: ({ context }) => ({ ending: reasonOf(context) }) },
  ],
  initial: "telling",
  on: {
    "refund.done": { actions: "countRefund" },
  },
  states: telling({
    description: "The next entries are told to go back.",
    id: "pageRefunds",
    page: "refundPage",
    end: "#raffle.refunding",
  }),
});

/** It is on its way. */
export const refunding = raffleRules.createStateConfig({
  description: "Every entry is on its way back; the refunds themselves try until they succeed.",
  tags: ["closed", "cancelled", "resting"],
  entry: record("refunding"),
  always: { guard: "isAllRefunded", target: "refunded" },
  on: {
    "refund.done": { actions: "countRefund" },
  },
});

/** It is back. */
export const refunded = raffleRules.createStateConfig({
  description: "Every entry is back. Late payments are still answered, and go back.",
  tags: ["closed", "cancelled", "finished", "resting"],
  entry: record("refunded"),
});

function reasonOf({ cancelReason }: RaffleContext): CancelReason {
  return cancelReason ?? "stoppedByAdmin";
}

function cancelNotice(context: RaffleContext): MassNotice {
  const { raffleId, publicReason } = context;
  const reason = reasonOf(context);
  return {
    key: "cancelled",
    raffleId,
    reason,
    ...(publicReason === "" ? {} : { publicReason }),
  };
}

function nextPage({ raffleId, toldNumber }: RaffleContext) {
  return { raffleId, afterNumber: toldNumber, limit: PAGE };
}
