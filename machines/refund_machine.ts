/**
 * One charge on its way back to the one who paid it. It tries often for a while, then asks for an
 * operator and goes on by itself, seldom; it never gives up and never pays twice. Imports only xstate
 * and `machines/domain`.
 * Guards against a refund that is forgotten.
 */
import { assign, enqueueActions, setup } from "xstate";
import { chargeAt, paymentAccount, userAvailable } from "./domain/accounts.ts";
import { toPayment } from "./domain/addresses.ts";
import { pauseAfter } from "./domain/bank.ts";
import type {
  AdminNotice,
  EffectActions,
  EffectSources,
  TransactionalActions,
} from "./domain/effects.ts";
import type { RefundEvent, RefundInput, TransferParams } from "./domain/events.ts";
import { toTreasury } from "./domain/treasury.ts";
import { ask, codeOf, supplied, suppliedByRuntime } from "./supplied.ts";
import type { RefundTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** Tries before an operator is asked: with the pauses between them, three quarters of an hour. */
const MAX_ATTEMPTS = 12;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A provider may be away for longer than the first tries last, and nobody may be there to see it. */
const STUCK_PAUSE_MS = 6 * 3_600_000;
/** Looks within three days at a refund that the bank has taken on; banks take until the next one. */
const MAX_LOOKS = 444;
/** Longest words of a provider that admins are told. */
const MAX_WHY = 300;

type BankAnswer = EffectSources["refundRubles"]["output"];

/** What a refund remembers. */
export interface RefundContext extends RefundInput {
  /** Tries that failed since the start, or since an operator asked for another round; at most 12. */
  attempts: number;
  isFailureTold: boolean;
  /** Whether admins have heard of this round of tries. */
  isReported?: boolean;
  /** How often a refund that the bank has taken on was looked at; at most 444. */
  looks?: number;
  /** How often the bank has refused to make it. */
  refusals?: number;
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
    refundRubles: supplied<EffectSources["refundRubles"]>(),
  },
  delays: {
    /** 2 s, 4 s, 8 s … at most a quarter of an hour. */
    retryPause: ({ context }) =>
      Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, context.attempts - 1), LONGEST_PAUSE_MS),
    /** Between the tries that follow when an operator was asked for. */
    stuckPause: STUCK_PAUSE_MS,
    /** 5 s, 8 s, 13 s … at most ten minutes. */
    bankPause: ({ context }) => pauseAfter(context.looks ?? 0),
  },
  guards: {
    isByBank: ({ context }) => context.provider === "yookassa",
    isOutOfTries: ({ context }) => context.attempts >= MAX_ATTEMPTS,
    isOutOfTriesUntold: ({ context }) => context.attempts >= MAX_ATTEMPTS && !context.isFailureTold,
    isBack: (_, params: { status: BankAnswer["status"] }) => params.status === "succeeded",
    isTakenOn: (_, params: { status: BankAnswer["status"] }) => params.status === "pending",
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),

    recordRefund: (_, _params: TransactionalActions["recordRefund"]) => suppliedByRuntime(),

    countAttempt: assign(({ context }) => ({
      attempts: Math.min(context.attempts + 1, MAX_ATTEMPTS),
    })),
    /** It is on its way. When that takes for days, admins hear of it once. */
    countLook: enqueueActions(({ context, enqueue }) => {
      const looks = (context.looks ?? 0) + 1;
      enqueue.assign({ attempts: 0, looks: Math.min(looks, MAX_LOOKS) });
      if (looks !== MAX_LOOKS) return;
      const notice = { key: "refundHangs" as const, ...idsOf(context) };
      enqueue(ask({ type: "reportToAdmins", params: { notice } }));
    }),
    /** What was refused under a key stays refused under it. */
    countRefusal: assign(({ context }, params: { error: unknown }) =>
      codeOf(params.error) === "bankRefuses" ? { refusals: (context.refusals ?? 0) + 1 } : {}
    ),
    startOver: assign({ attempts: 0, isReported: false }),
    markFailureTold: assign({ isFailureTold: true }),
    /** It is back: the books, the player and the payment learn of it. */
    finish: enqueueActions(({ context, enqueue }) => {
      const { playerId, raffleId, amount, chargeId, reason } = context;
      const notice = { key: "refunded" as const, raffleId, amount, chargeId, reason };
      enqueue(ask({ type: "postTransfers", params: { transfers: [returned(context)] } }));
      enqueue(ask({ type: "notify", params: { playerId, notice } }));
      enqueue(ask({ type: "tell", params: refundDone(context) }));
    }),
    /** The bank does not take it back: he has it on his balance, and the entry is over all the same. */
    creditBalance: enqueueActions(({ context, enqueue }, { answer }: { answer: BankAnswer }) => {
      const { playerId, raffleId, amount, chargeId } = context;
      const reason = "reason" in answer ? answer.reason : "";
      const notice = {
        key: "refundToBalance" as const,
        raffleId,
        amount,
        chargeId,
        reason,
      };
      enqueue(ask({ type: "postTransfers", params: { transfers: [kept(context)] } }));
      enqueue(ask({ type: "notify", params: { playerId, notice } }));
      enqueue(ask({ type: "tell", params: refundDone(context) }));
    }),
    /** Admins hear of each round of tries once. */
    reportStuck: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      if (context.isReported === true) return;
      enqueue.assign({ isReported: true });
      enqueue(ask({ type: "reportToAdmins", params: { notice: stuckNotice(context, error) } }));
    }),
    /** Where we have too little at the provider no waiting helps: the treasury has to know. */
    reportFailure: enqueueActions(
      ({ context: { amount }, enqueue }, params: { error: unknown }) => {
        if (codeOf(params.error) !== "balanceTooLow") return;
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
        "refund.start": [
          {
            guard: "isByBank",
            target: "requestingRubles",
            actions: { type: "recordRefund", params: ({ context }) => row(context, "requested") },
          },
          {
            target: "requesting",
            actions: { type: "recordRefund", params: ({ context }) => row(context, "requested") },
          },
        ],
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
        onDone: { target: "refunded", actions: "finish" },
        onError: {
          target: "failing",
          actions: [
            "countAttempt",
            { type: "reportFailure", params: ({ event }) => ({ error: event.error }) },
          ],
        },
      },
    },
    requestingRubles: {
      description: "The bank is asked what is on its way, and for a refund only where nothing is.",
      tags: ["trying"],
      invoke: {
        id: "refundRubles",
        src: "refundRubles",
        input: ({ context: { refundId, refusals = 0, chargeId, amount } }) => ({
          refundId,
          refusals,
          actor: `refund/${refundId}`,
          chargeId,
          amount,
        }),
        onDone: [
          {
            guard: { type: "isBack", params: ({ event }) => event.output },
            target: "refunded",
            actions: "finish",
          },
          {
            guard: { type: "isTakenOn", params: ({ event }) => event.output },
            target: "pending",
            actions: "countLook",
          },
          {
            target: "kept",
            actions: { type: "creditBalance", params: ({ event }) => ({ answer: event.output }) },
          },
        ],
        onError: {
          target: "failing",
          actions: [
            "countAttempt",
            { type: "countRefusal", params: ({ event }) => ({ error: event.error }) },
            { type: "reportFailure", params: ({ event }) => ({ error: event.error }) },
          ],
        },
      },
      on: {
        "refund.noticed": {
          description: "What is being read may be older than the news: it is read again.",
          target: "requestingRubles",
          reenter: true,
        },
      },
    },
    pending: {
      description: "The bank gives it back. No notice comes when it cannot, so it is looked at.",
      tags: ["waiting"],
      after: { bankPause: { target: "requestingRubles" } },
      on: { "refund.noticed": { target: "requestingRubles" } },
    },
    failing: {
      description: "The provider could not; it is asked again after a pause that grows.",
      tags: ["waiting"],
      always: [
        {
          description: "The player is told once that it takes longer.",
          guard: "isOutOfTriesUntold",
          target: "stuckRefund",
          actions: [
            "markFailureTold",
            {
              type: "notify",
              params: ({ context: { playerId, raffleId, chargeId } }) => ({
                playerId,
                notice: { key: "refundFails", raffleId, chargeId },
              }),
            },
          ],
        },
        { guard: "isOutOfTries", target: "stuckRefund" },
      ],
      after: {
        retryPause: [
          { guard: "isByBank", target: "requestingRubles" },
          { target: "requesting" },
        ],
      },
      on: {
        "refund.retry": [
          {
            description: "An operator need not wait for the pause.",
            guard: "isByBank",
            target: "requestingRubles",
          },
          { target: "requesting" },
        ],
        "refund.noticed": { guard: "isByBank", target: "requestingRubles" },
      },
    },
    stuckRefund: {
      description: "It failed too often; somebody has to look. The money is still owed, so it is " +
        "tried again all the same, seldom.",
      tags: ["needsOperator", "resting"],
      entry: [
        { type: "recordRefund", params: ({ context }) => row(context, "failing") },
        {
          type: "reportStuck",
          params: ({ event }) => ({ error: "error" in event ? event.error : undefined }),
        },
      ],
      after: {
        stuckPause: [
          { guard: "isByBank", target: "requestingRubles" },
          { target: "requesting" },
        ],
      },
      on: {
        "refund.retry": [
          {
            description: "The cause was mended: another round of tries.",
            guard: "isByBank",
            target: "requestingRubles",
            actions: "startOver",
          },
          { target: "requesting", actions: "startOver" },
        ],
        "refund.noticed": { guard: "isByBank", target: "requestingRubles" },
      },
    },
    kept: {
      description: "The bank did not take it back. It is on the player's balance.",
      tags: ["finished"],
      entry: { type: "recordRefund", params: ({ context }) => row(context, "kept") },
      type: "final",
    },
    refunded: {
      description: "The charge is back.",
      tags: ["finished"],
      entry: { type: "recordRefund", params: ({ context }) => row(context, "refunded") },
      type: "final",
    },
  },
});

/** With the last words of the one who should give it back. */
function stuckNotice(context: RefundContext, error: unknown): AdminNotice {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  const why = typeof message === "string" ? message.slice(0, MAX_WHY) : "";
  return { key: "refundStuck", ...idsOf(context), why };
}

function idsOf({ refundId, raffleId, playerId, amount, chargeId }: RefundContext) {
  return { refundId, raffleId, playerId, amount, chargeId };
}

/** What we owed leaves the provider's account. */
function returned({ paymentId, chargeId, amount, provider }: RefundContext): TransferParams {
  return {
    key: `charge/${chargeId}/returned`,
    from: paymentAccount(paymentId, "refund_due", amount.currency),
    to: chargeAt(provider),
    amount,
    type: "refund",
    externalId: chargeId,
  };
}

/** What we owed is his to spend. */
function kept(context: RefundContext): TransferParams {
  return {
    ...returned(context),
    key: `charge/${context.chargeId}/kept`,
    to: userAvailable(context.playerId),
  };
}

function refundDone({ paymentId, refundId, chargeId }: RefundContext) {
  return toPayment(paymentId, { type: "refund.done", refundId, chargeId });
}

function row(context: RefundContext, status: string): TransactionalActions["recordRefund"] {
  const { refundId, playerId, paymentId, raffleId, chargeId, amount, reason } = context;
  return { refundId, playerId, paymentId, raffleId, chargeId, amount, reason, status };
}
