/**
 * One charge on its way back to the one who paid it. It tries often for a while, then asks for an
 * operator and goes on by itself, seldom; it never gives up and never pays twice. Imports only xstate
 * and `machines/domain`.
 * Guards against a refund that is forgotten.
 */
import { assign, enqueueActions, setup } from "xstate";
import { paymentAccount, TELEGRAM_CHARGE } from "./domain/accounts.ts";
import { toPayment } from "./domain/addresses.ts";
import type { EffectActions, EffectSources, TransactionalActions } from "./domain/effects.ts";
import type { RefundEvent, RefundInput, TransferParams } from "./domain/events.ts";
import { toTreasury } from "./domain/treasury.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { RefundTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** Tries before an operator is asked: with the pauses between them, three quarters of an hour. */
const MAX_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A provider may be away for longer than the first tries last, and nobody may be there to see it. */
const STUCK_PAUSE_MS = 6 * 3_600_000;

/** What a refund remembers. */
export interface RefundContext extends RefundInput {
  /** Tries that failed since the start, or since an operator asked for another round; at most 12. */
  attempts: number;
  isFailureTold: boolean;
}

/** The rules of a refund. */
export const refundMachine = setup({
  types: {
    context: {} as RefundContext,
    events: {} as RefundEvent,
    input: {} as RefundInput,
    tags: {} as RefundTag,
  },
  actors: {
    refundStars: supplied<EffectSources["refundStars"]>(),
  },
  delays: {
    /** 2 s, 4 s, 8 s … at most a quarter of an hour. */
    retryPause: ({ context }) =>
      Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, context.attempts - 1), LONGEST_PAUSE_MS),
    /** Between the tries that follow when an operator was asked for. */
    stuckPause: STUCK_PAUSE_MS,
  },
  guards: {
    hasTriesLeft: ({ context }) => context.attempts + 1 < MAX_ATTEMPTS,
    isFailureUntold: ({ context }) => !context.isFailureTold,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),

    recordRefund: (_, _params: TransactionalActions["recordRefund"]) => suppliedByRuntime(),

    countAttempt: assign(({ context }) => ({
      attempts: Math.min(context.attempts + 1, MAX_ATTEMPTS),
    })),
    startOver: assign({ attempts: 0 }),
    markFailureTold: assign({ isFailureTold: true }),
    /** Where the bot has too few Stars no waiting helps: the treasury has to know. */
    reportFailure: enqueueActions(
      ({ context: { amount }, enqueue }, params: { error: unknown }) => {
        if ((params.error as { code?: unknown } | null)?.code !== "balanceTooLow") return;
        enqueue(ask({
          type: "tell",
          params: toTreasury({ type: "reserve.short", what: "refund", needed: amount }),
        }));
      },
    ),
  },
}).createMachine({
  id: "refund",
  description: "One charge goes back, whole. The books follow the provider's yes.",
  context: ({ input }) => ({ ...input, attempts: 0, isFailureTold: false }),
  initial: "created",
  states: {
    created: {
      description: "Made by its payment; it starts with the next event.",
      on: {
        "refund.start": {
          target: "requesting",
          actions: { type: "recordRefund", params: ({ context }) => row(context, "requested") },
        },
      },
    },
    requesting: {
      description: "The provider is asked. A charge that is back already is a yes.",
      tags: ["trying"],
      invoke: {
        id: "refundStars",
        src: "refundStars",
        input: ({ context: { telegramUserId, chargeId, amount } }) => ({
          telegramUserId,
          chargeId,
          amount,
        }),
        onDone: {
          description: "It is back: the books, the player and the payment learn of it.",
          target: "refunded",
          actions: [
            {
              type: "postTransfers",
              params: ({ context }) => ({ transfers: [returned(context)] }),
            },
            {
              type: "notify",
              params: ({ context: { playerId, raffleId, amount, chargeId, reason } }) => ({
                playerId,
                notice: { key: "refunded", raffleId, amount, chargeId, reason },
              }),
            },
            {
              type: "tell",
              params: ({ context: { paymentId, refundId, chargeId } }) =>
                toPayment(paymentId, { type: "refund.done", refundId, chargeId }),
            },
          ],
        },
        onError: [
          {
            guard: "hasTriesLeft",
            target: "failing",
            actions: [
              "countAttempt",
              { type: "reportFailure", params: ({ event }) => ({ error: event.error }) },
            ],
          },
          {
            description: "The player is told once that it takes longer.",
            guard: "isFailureUntold",
            target: "stuckRefund",
            actions: [
              "countAttempt",
              "markFailureTold",
              { type: "reportFailure", params: ({ event }) => ({ error: event.error }) },
              {
                type: "notify",
                params: ({ context: { playerId, raffleId, chargeId } }) => ({
                  playerId,
                  notice: { key: "refundFails", raffleId, chargeId },
                }),
              },
            ],
          },
          {
            target: "stuckRefund",
            actions: [
              "countAttempt",
              { type: "reportFailure", params: ({ event }) => ({ error: event.error }) },
            ],
          },
        ],
      },
    },
    failing: {
      description: "The provider could not; it is asked again after a pause that grows.",
      tags: ["waiting"],
      after: { retryPause: { target: "requesting" } },
      on: {
        "refund.retry": {
          description: "An operator need not wait for the pause.",
          target: "requesting",
        },
      },
    },
    stuckRefund: {
      description: "It failed too often; somebody has to look. The money is still owed, so it is " +
        "tried again all the same, seldom.",
      tags: ["needsOperator", "resting"],
      entry: { type: "recordRefund", params: ({ context }) => row(context, "failing") },
      after: { stuckPause: { target: "requesting" } },
      on: {
        "refund.retry": {
          description: "The cause was mended: another round of tries.",
          target: "requesting",
          actions: "startOver",
        },
      },
    },
    refunded: {
      description: "The charge is back.",
      tags: ["finished"],
      entry: { type: "recordRefund", params: ({ context }) => row(context, "refunded") },
      type: "final",
    },
  },
});

/** What we owed leaves the provider's account. */
function returned({ paymentId, chargeId, amount }: RefundContext): TransferParams {
  return {
    key: `charge/${chargeId}/returned`,
    from: paymentAccount(paymentId, "refund_due", amount.currency),
    to: TELEGRAM_CHARGE,
    amount,
    type: "refund",
    externalId: chargeId,
  };
}

function row(context: RefundContext, status: string): TransactionalActions["recordRefund"] {
  const { refundId, playerId, paymentId, raffleId, chargeId, amount, reason } = context;
  return { refundId, playerId, paymentId, raffleId, chargeId, amount, reason, status };
}
