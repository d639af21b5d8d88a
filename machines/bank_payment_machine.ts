/**
 * One payment by bank: made at the provider, paid on its page by the player, and looked at until the
 * provider has said its last word. Whoever waits for the money is told once. Imports only xstate and
 * `machines/domain`. Guards against money that came and was not noticed, and against a notice that is
 * believed: what counts is what the provider answers when it is asked.
 */
import { assign, enqueueActions, setup } from "xstate";
import { YOOKASSA_FEES, YOOKASSA_SHOP } from "./domain/accounts.ts";
import {
  type BankFacts,
  type BankPaymentEvent,
  type BankPaymentInput,
  type ForeignBecause,
  pauseAfter,
} from "./domain/bank.ts";
import type { EffectActions, EffectSources, TransactionalActions } from "./domain/effects.ts";
import type { PaymentEvent, TransferParams } from "./domain/events.ts";
import type { BankRefusal } from "./domain/refusals.ts";
import { toTreasury } from "./domain/treasury.ts";
import { ask, codeOf, supplied, suppliedByRuntime } from "./supplied.ts";
import type { BankPaymentTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

const MINUTE_MS = 60_000;
/** More tries make no pause longer; and so often a fee is asked for. */
const MAX_TRIES = 20;
/** What is not there after so many looks, a minute and a half, is not only late in being shown. */
const SURE_TRIES = 5;

type Made = EffectSources["createBankPayment"]["output"];

/** What a payment by bank remembers. */
export interface BankPaymentContext extends BankPaymentInput {
  /** How often the provider was asked since something last changed; at most 20. */
  tries: number;
  /** The provider's id of it; null until it is known. */
  chargeId: string | null;
  /** Who waits for it was told that he need not. */
  isEndTold?: true;
  /** Why it is none of ours, as the admins know. */
  foreignTold?: ForeignBecause;
}

/** The rules of a payment by bank. */
export const bankPaymentMachine = setup({
  types: {
    context: {} as BankPaymentContext,
    events: {} as BankPaymentEvent,
    input: {} as BankPaymentInput,
    tags: {} as BankPaymentTag,
  },
  actors: {
    createBankPayment: supplied<EffectSources["createBankPayment"]>(),
    lookUpBankPayment: supplied<EffectSources["lookUpBankPayment"]>(),
  },
  delays: {
    /** The player waits for the link. Its key is good for a day, so no try makes a second payment. */
    openingWindow: 5 * MINUTE_MS,
    /** 5 s, 8 s, 13 s … at most ten minutes. */
    growingPause: ({ context }) => pauseAfter(context.tries),
    /** It can be paid for an hour. */
    hangWindow: 24 * 60 * MINUTE_MS,
    /** Between the looks at what is none of ours. */
    seldomPause: 6 * 60 * MINUTE_MS,
    /** Between the looks for a fee. */
    feePause: 60 * MINUTE_MS,
  },
  guards: {
    isEmailWrong: (_, params: { made: Made }) =>
      !params.made.isMade && params.made.isEmailWrong === true,
    isNotMade: (_, params: { made: Made }) => !params.made.isMade,
    isPayable: (_, params: { made: Made }) =>
      params.made.isMade && params.made.facts.status === "pending" &&
      params.made.facts.foreign === undefined && params.made.facts.link !== undefined,
    isForeign: (_, params: { facts: BankFacts }) => params.facts.foreign !== undefined,
    isUnknownThere: ({ context }, params: { error: unknown }) =>
      codeOf(params.error) === "not_found" && context.tries >= SURE_TRIES,
    isPaid: (_, params: { facts: BankFacts }) => params.facts.status === "succeeded",
    isFeeMissing: (_, params: { facts: BankFacts }) =>
      params.facts.status === "succeeded" && params.facts.fee === undefined,
    hasFee: (_, params: { facts: BankFacts }) => params.facts.fee !== undefined,
    isLastTry: ({ context }) => context.tries >= MAX_TRIES - 1,
    isCancelled: (_, params: { facts: BankFacts }) => params.facts.status === "canceled",
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),

    countTry: assign(({ context }) => ({ tries: Math.min(context.tries + 1, MAX_TRIES) })),
    startCounting: assign({ tries: 0 }),
    keepCharge: assign((_, params: { made: Made }) =>
      params.made.isMade ? { chargeId: params.made.facts.chargeId, tries: 0 } : {}
    ),
    /** The player is given the page on which he pays. */
    giveLink: enqueueActions(({ context, enqueue }, { made }: { made: Made }) => {
      const { playerId, raffleId, amount } = context;
      if (!made.isMade || made.facts.link === undefined) return;
      const { link } = made.facts;
      const notice = { key: "payLink" as const, ...(raffleId && { raffleId }), amount, link };
      enqueue(ask({ type: "notify", params: { playerId, notice } }));
    }),
    /** Who waits for it has the money; what the provider keeps of it is our expense. */
    handOver: enqueueActions(({ context, enqueue }, { facts }: { facts: BankFacts }) => {
      const transfers = feeOf(facts);
      if (transfers.length > 0) enqueue(ask({ type: "postTransfers", params: { transfers } }));
      enqueue(ask({ type: "tell", params: { to: context.owner, event: paid(context, facts) } }));
    }),
    /** Once: who waited goes on without it. */
    tellEnd: enqueueActions((
      { context: { owner, isEndTold }, enqueue },
      { reason, bankReason }: { reason: BankRefusal; bankReason?: string | undefined },
    ) => {
      if (isEndTold) return;
      enqueue.assign({ isEndTold: true });
      const event = {
        type: "bank.ended",
        reason,
        ...(bankReason === undefined ? {} : { bankReason }),
      } satisfies PaymentEvent;
      enqueue(ask({ type: "tell", params: { to: owner, event } }));
    }),
    /** The admins hear once why it is none of ours. */
    reportForeign: enqueueActions((
      { context, enqueue },
      { what }: { what: ForeignBecause },
    ) => {
      if (context.foreignTold === what) return;
      enqueue.assign({ foreignTold: what });
      const notice = { key: "bankForeign" as const, ...idsOf(context), what };
      enqueue(ask({ type: "reportToAdmins", params: { notice } }));
    }),
  },
}).createMachine({
  id: "bankPayment",
  description:
    "One payment by bank. The provider's last word ends it; a notice only makes it look.",
  context: ({ input }) => ({ ...input, tries: 0, chargeId: null }),
  initial: "created",
  states: {
    created: {
      description: "Made by the one who waits for it; it starts with the next event.",
      on: { "bank.start": { target: "opening" } },
    },
    opening: {
      description: "It is being made. Nobody can pay it before we have its link.",
      tags: ["opening"],
      initial: "asking",
      after: {
        openingWindow: {
          description: "The provider is away. What it may have made all the same nobody can pay, " +
            "because nobody has its link.",
          target: "unpaid",
          actions: [
            {
              type: "tell",
              params: () => toTreasury({ type: "bank.refuses", reason: "noAnswer" }),
            },
            { type: "tellEnd", params: { reason: "bankUnavailable" } },
          ],
        },
      },
      states: {
        asking: {
          description: "The provider is asked to make it, each time by the same key.",
          invoke: {
            id: "createBankPayment",
            src: "createBankPayment",
            input: ({ context }) => wanted(context),
            onDone: [
              {
                description: "It wants another address for the receipt, which only the player has.",
                guard: { type: "isEmailWrong", params: ({ event }) => ({ made: event.output }) },
                target: "#bankPayment.unpaid",
                actions: { type: "tellEnd", params: { reason: "bankWantsEmail" } },
              },
              {
                description: "It does not want to; its reason is for the admins.",
                guard: { type: "isNotMade", params: ({ event }) => ({ made: event.output }) },
                target: "#bankPayment.unpaid",
                actions: [
                  {
                    type: "tell",
                    params: ({ event }) => toTreasury(refusedBecause(event.output)),
                  },
                  { type: "tellEnd", params: { reason: "bankUnavailable" } },
                ],
              },
              {
                description: "The player gets the link.",
                guard: { type: "isPayable", params: ({ event }) => ({ made: event.output }) },
                target: "#bankPayment.open.waiting",
                actions: [
                  { type: "keepCharge", params: ({ event }) => ({ made: event.output }) },
                  { type: "giveLink", params: ({ event }) => ({ made: event.output }) },
                ],
              },
              {
                description: "It was made by an earlier try and has moved on since.",
                target: "#bankPayment.open.looking",
                actions: { type: "keepCharge", params: ({ event }) => ({ made: event.output }) },
              },
            ],
            onError: {
              description: "Nobody knows whether it was made.",
              target: "pausing",
              actions: "countTry",
            },
          },
        },
        pausing: {
          description: "The provider did not answer; it is asked again.",
          after: { growingPause: { target: "asking" } },
        },
      },
    },
    open: {
      description: "It can be paid, or it is not known yet what became of it.",
      tags: ["open"],
      initial: "waiting",
      after: {
        hangWindow: {
          description: "An hour was its life. It is looked at all the same until it has ended.",
          actions: [
            {
              type: "reportToAdmins",
              params: ({ context }) => ({ notice: { key: "bankHangs", ...idsOf(context) } }),
            },
            { type: "tellEnd", params: { reason: "bankUnclear" } },
          ],
        },
      },
      states: {
        waiting: {
          description: "The player is on the provider's page, or will be. Pauses grow.",
          after: { growingPause: { target: "looking" } },
          on: {
            "bank.noticed": {
              description: "There may be news. The pauses begin anew: its list may lag behind.",
              target: "looking",
              actions: "startCounting",
            },
          },
        },
        looking: {
          description: "The provider is asked; its answer alone counts.",
          invoke: {
            id: "lookUpBankPayment",
            src: "lookUpBankPayment",
            input: ({ context }) => lookedFor(context),
            onDone: [
              {
                description: "Another shop's, or another actor's: no money of ours.",
                guard: { type: "isForeign", params: ({ event }) => ({ facts: event.output }) },
                target: "#bankPayment.foreign",
                actions: [
                  {
                    type: "reportForeign",
                    params: ({ event }) => ({ what: event.output.foreign ?? "shop" }),
                  },
                  { type: "tellEnd", params: { reason: "bankUnclear" } },
                ],
              },
              {
                description: "What the provider keeps of it, it does not say yet.",
                guard: { type: "isFeeMissing", params: ({ event }) => ({ facts: event.output }) },
                target: "#bankPayment.feeless",
                actions: [
                  "startCounting",
                  { type: "handOver", params: ({ event }) => ({ facts: event.output }) },
                ],
              },
              {
                guard: { type: "isPaid", params: ({ event }) => ({ facts: event.output }) },
                target: "#bankPayment.paid",
                actions: { type: "handOver", params: ({ event }) => ({ facts: event.output }) },
              },
              {
                description: "By the payer, by his bank, or because its hour is over.",
                guard: { type: "isCancelled", params: ({ event }) => ({ facts: event.output }) },
                target: "#bankPayment.unpaid",
                actions: {
                  type: "tellEnd",
                  params: ({ event }) => ({
                    reason: "bankUnpaid" as const,
                    bankReason: event.output.reason,
                  }),
                },
              },
              { description: "Not yet.", target: "waiting", actions: "countTry" },
            ],
            onError: [
              {
                description: "Its shop does not know it: the keys are another shop's now.",
                guard: { type: "isUnknownThere", params: ({ event }) => ({ error: event.error }) },
                target: "#bankPayment.foreign",
                actions: [
                  { type: "reportForeign", params: { what: "unknown" } },
                  { type: "tellEnd", params: { reason: "bankUnclear" } },
                ],
              },
              {
                description: "It could not be seen now.",
                target: "waiting",
                actions: "countTry",
              },
            ],
          },
          on: {
            "bank.noticed": {
              description: "What is being read may be older than the news: it is read again.",
              target: "looking",
              reenter: true,
              actions: "startCounting",
            },
          },
        },
      },
    },
    feeless: {
      description:
        "The money is with the one who waited for it. The fee, which the books lack, is " +
        "asked for as long as it may only be late.",
      tags: ["finished"],
      initial: "waiting",
      states: {
        waiting: {
          description: "An hour until the next look.",
          after: { feePause: { target: "looking" } },
        },
        looking: {
          description: "The provider is asked what it has kept.",
          invoke: {
            id: "lookUpFee",
            src: "lookUpBankPayment",
            input: ({ context }) => lookedFor(context),
            onDone: [
              {
                guard: { type: "hasFee", params: ({ event }) => ({ facts: event.output }) },
                target: "#bankPayment.paid",
                actions: {
                  type: "postTransfers",
                  params: ({ event }) => ({ transfers: feeOf(event.output) }),
                },
              },
              ...withoutFee(),
            ],
            onError: withoutFee(),
          },
        },
      },
    },
    paid: {
      description: "The money is with the one who waited for it.",
      tags: ["finished"],
      type: "final",
    },
    unpaid: {
      description: "There is no money and none will come.",
      tags: ["finished"],
      type: "final",
    },
    foreign: {
      description:
        "What the provider shows is not ours, or it shows nothing. It is looked at all " +
        "the same, seldom: keys can be put back.",
      tags: ["needsOperator", "resting"],
      after: { seldomPause: { target: "open.looking" } },
      on: { "bank.noticed": { target: "open.looking", actions: "startCounting" } },
    },
  },
});

/** Where it leads that nobody knows the fee. */
function withoutFee() {
  return [
    {
      description: "An admin has to look.",
      guard: "isLastTry",
      target: "#bankPayment.paid",
      actions: {
        type: "tell",
        params: ({ context: { chargeId } }: { context: BankPaymentContext }) =>
          toTreasury({ type: "bank.feeUnknown", chargeId: chargeId ?? "" }),
      },
    },
    { description: "Later.", target: "waiting", actions: "countTry" },
  ] as const;
}

function addressOf({ bankPaymentId }: BankPaymentInput): string {
  return `bankPayment/${bankPaymentId}`;
}

function idsOf({ bankPaymentId, chargeId }: BankPaymentContext) {
  return { bankPaymentId, chargeId: chargeId ?? "" };
}

function wanted(context: BankPaymentContext): EffectSources["createBankPayment"]["input"] {
  const { playerId, language, amount, title } = context;
  return {
    actor: addressOf(context),
    playerId,
    language,
    amount,
    ...(title === undefined ? {} : { title }),
  };
}

function lookedFor(context: BankPaymentContext): EffectSources["lookUpBankPayment"]["input"] {
  return { chargeId: context.chargeId ?? "", actor: addressOf(context) };
}

function paid(
  { playerId }: BankPaymentContext,
  { chargeId, amount, atMs }: BankFacts,
): PaymentEvent {
  return {
    type: "payment.confirmed",
    chargeId,
    payerId: playerId,
    amount,
    provider: "yookassa",
    atMs,
  };
}

function feeOf({ chargeId, fee }: BankFacts): TransferParams[] {
  if (fee === undefined || fee.minor === "0") return [];
  return [{
    key: `charge/${chargeId}/fee`,
    from: YOOKASSA_FEES,
    to: YOOKASSA_SHOP,
    amount: fee,
    type: "fee",
    externalId: chargeId,
  }];
}

function refusedBecause(made: Made) {
  return { type: "bank.refuses" as const, reason: made.isMade ? "" : made.reason };
}
