/**
 * One prize that leaves a player's balance: held, sent once, and only then out of the books. Telegram
 * takes no key for gifts, so what may have been sent is never sent again: its books are looked
 * through, and after a day of doubt a person decides. Rubles leave through a payout by bank, an actor of
 * its own, which says what became of them. Imports only xstate and `machines/domain`.
 * Guards against a prize that is sent twice, and against money that is gone without one.
 */
import { assign, enqueueActions, setup } from "xstate";
import { toPayment } from "./domain/addresses.ts";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "./domain/effects.ts";
import {
  type BankPayoutInput,
  GATEWAY_SHORT,
  NEVER_MADE,
  startBankPayout,
  toBankPayout,
} from "./domain/bank_payout.ts";
import type { PersonalNotice } from "./domain/broadcast.ts";
import type { PlayerId, Tell } from "./domain/events.ts";
import type { MoneyJson } from "./domain/money.ts";
import { toTreasury, type TreasuryEvent } from "./domain/treasury.ts";
import {
  approvalsNeeded,
  isBankChoice,
  mayApprove,
  type SpentCharge,
  type StarPurchase,
  type VoidFinding,
  type WithdrawalEvent,
  type WithdrawalInput,
  type WithdrawalRefusal,
} from "./domain/withdrawal.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { WithdrawalTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 2;

/** Before version 2 an admin's word was not looked up, and each withdrawal was judged alone. */
export const migrations = {
  2: (
    { value, context }: { value: unknown; context: Pick<WithdrawalInput, "amount"> },
  ): { value: unknown; context: object } => ({
    value,
    context: { ...context, lastDay: context.amount, voidedBy: null },
  }),
};

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** The pause has its full length by then. */
const MAX_LOOKS = 12;

/** What a withdrawal remembers. */
export interface WithdrawalContext extends WithdrawalInput {
  /** What he has taken out within a day, this one included, as it was opened. */
  lastDay: MoneyJson;
  /** Admins who have said yes. */
  approvals: PlayerId[];
  /** From when on Telegram may have been asked; 0 until it was. */
  attemptedAtMs: number;
  /** How often its books were looked through in vain, 12 at most. */
  looks: number;
  /** Purchases in Telegram's books that may be this one. */
  candidates: StarPurchase[];
  /** The admin who says that it has not arrived, while that is looked up; else null. */
  voidedBy: PlayerId | null;
}

type Yes = Pick<Extract<WithdrawalEvent, { type: "withdrawal.approve" }>, "by" | "adminIds">;
type Opened = TransactionalSources["openWithdrawal"]["output"];

/** An answer of invoked work. */
interface Answered<Output> {
  event: { output: Output };
}

/** Nothing was held, and nothing left. */
const refused = {
  target: "refused",
  actions: { type: "refuse", params: ({ event }: { event: object }) => whyNot(event) },
} as const;
/** Nothing left: what was held is his again. */
const returned = {
  target: "returned",
  actions: { type: "giveBack", params: ({ event }: { event: object }) => whyNot(event) },
} as const;
/** Of many looks one was in vain. */
const vainLook = { target: "pausing", actions: "countLook" } as const;

/** The bank shows it after all: nobody has to decide it any more. */
const foundAgain = {
  description: "It shows, and the banks work on it.",
  target: "underWay",
  actions: [
    {
      type: "recordWithdrawal",
      params: ({ context: { withdrawalId } }: { context: WithdrawalContext }) => ({
        withdrawalId,
        status: "sending" as const,
      }),
    },
    "tellDeciders",
  ],
} as const;

/** The rules of a withdrawal. */
export const withdrawalMachine = setup({
  types: {
    context: {} as WithdrawalContext,
    events: {} as WithdrawalEvent,
    input: {} as WithdrawalInput,
    tags: {} as WithdrawalTag,
  },
  actors: {
    checkGift: supplied<EffectSources["checkGift"]>(),
    sendPrize: supplied<EffectSources["sendPrize"]>(),
    findPurchases: supplied<EffectSources["findPurchases"]>(),
    openWithdrawal: supplied<TransactionalSources["openWithdrawal"]>(),
    takeCharges: supplied<TransactionalSources["takeCharges"]>(),
    claimTransaction: supplied<TransactionalSources["claimTransaction"]>(),
  },
  delays: {
    /** 5 s, 10 s, 20 s … at most an hour. */
    lookPause: ({ context }) =>
      Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, context.looks - 1), LONGEST_PAUSE_MS),
    /** After this a person is asked. */
    patience: DAY_MS,
    /** Between the looks while a person is waited for. */
    seldomPause: 6 * 3_600_000,
  },
  guards: {
    isGift: ({ context }) => context.choice.kind === "gift",
    isRefund: ({ context }) => context.choice.kind === "refund",
    isByBank: ({ context }) => isBankChoice(context.choice),
    isGatewayShort: (_, params: { reason: string }) => params.reason === GATEWAY_SHORT,
    isAvailable: (_, params: { isAvailable: boolean }) => params.isAvailable,
    isNotOpen: (_, params: { isOpen: boolean }) => !params.isOpen,
    isOverLimit: ({ context: { limit } }, params: Opened) =>
      params.isOpen && BigInt(params.lastDay.minor) > BigInt(limit.minor),
    isSent: (_, params: { isSent: boolean }) => params.isSent,
    isBotPoor: (_, params: { isSent: boolean; reason?: WithdrawalRefusal }) =>
      !params.isSent && params.reason === "botBalanceTooLow",
    isTaken: (_, params: { isTaken: boolean }) => params.isTaken,
    isShown: (_, params: { isShown?: boolean }) => params.isShown === true,
    isFound: (_, params: { transactionId: string | null }) => params.transactionId !== null,
    isOwn: ({ context }, params: { by: PlayerId }) => params.by === context.playerId,
    mayDecline: ({ context }, params: { by: PlayerId }) => mayApprove(context, params.by),
    isNewYes: ({ context }, params: Yes) => isNewYes(withAdminsOf(context, params), params),
    isLastYes: ({ context }, params: Yes) => isLastYes(withAdminsOf(context, params), params),
    isLastYesForRefund: ({ context }, params: Yes) =>
      context.choice.kind === "refund" && isLastYes(withAdminsOf(context, params), params),
    isLastYesByBank: ({ context }, params: Yes) =>
      isBankChoice(context.choice) && isLastYes(withAdminsOf(context, params), params),
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    recordWithdrawal: (_, _params: TransactionalActions["recordWithdrawal"]) => suppliedByRuntime(),
    closeWithdrawal: (_, _params: TransactionalActions["closeWithdrawal"]) => suppliedByRuntime(),

    keepLastDay: assign((_, params: Opened) => params.isOpen ? { lastDay: params.lastDay } : {}),
    keepYes: assign(({ context }, params: Yes) => {
      const { adminIds, approvals } = withAdminsOf(context, params);
      return { adminIds, approvals: [...approvals, params.by] };
    }),
    keepAttempt: assign((_, params: { atMs: number }) => ({ attemptedAtMs: params.atMs })),
    keepCandidates: assign((_, params: { candidates: StarPurchase[] }) => params),
    countLook: assign(({ context }) => ({ looks: Math.min(context.looks + 1, MAX_LOOKS) })),
    keepVoider: assign((_, params: { by: PlayerId }) => ({ voidedBy: params.by })),
    /** Who said that it has not arrived hears what the books say, and is not waited for any more. */
    answerVoider: enqueueActions((
      { context, enqueue },
      { found }: { found: VoidFinding },
    ) => {
      const { voidedBy } = context;
      if (voidedBy === null) return;
      enqueue.assign({ voidedBy: null });
      enqueue(ask({
        type: "notify",
        params: { playerId: voidedBy, notice: looked(context, found) },
      }));
    }),

    /** All admins hear of it: any of them may be away. */
    tellAdmins: enqueueActions((
      { context: { adminIds }, enqueue },
      { notice }: { notice: PersonalNotice },
    ) => {
      for (const playerId of adminIds) {
        enqueue(ask({ type: "notify", params: { playerId, notice } }));
      }
    }),
    /** Who has decided it, and all who were asked to. */
    tellDeciders: enqueueActions(({ context, enqueue }) => {
      const { adminIds, voidedBy } = context;
      enqueue.assign({ voidedBy: null });
      for (const playerId of new Set([...adminIds, ...(voidedBy === null ? [] : [voidedBy])])) {
        enqueue(ask({
          type: "notify",
          params: { playerId, notice: looked(context, "purchase") },
        }));
      }
    }),
    /** Nothing was held; he hears why. */
    refuse: enqueueActions(({ context, enqueue }, params: { reason: WithdrawalRefusal }) => {
      enqueue(ask({ type: "notify", params: failure(context, params) }));
    }),
    /** What was held is his again; he hears why. */
    giveBack: enqueueActions((
      { context, enqueue },
      params: { reason: WithdrawalRefusal; publicReason?: string; bankReason?: string },
    ) => {
      const hold = context.choice.kind === "refund" ? "none" : "void";
      enqueue(ask({
        type: "closeWithdrawal",
        params: { withdrawalId: context.withdrawalId, status: "returned", hold },
      }));
      enqueue(ask({ type: "notify", params: failure(context, params) }));
    }),
    /** It has left: the books follow. */
    finish: enqueueActions(({ context, enqueue }, params: { transactionId?: string | null }) => {
      const { withdrawalId, playerId } = context;
      const { transactionId } = params;
      enqueue(ask({
        type: "closeWithdrawal",
        params: {
          withdrawalId,
          status: "done",
          hold: "post",
          ...(typeof transactionId === "string" ? { transactionId } : {}),
        },
      }));
      enqueue(ask({
        type: "notify",
        params: { playerId, notice: { key: "withdrawalDone", ...about(context) } },
      }));
    }),
    /** His charges go back: each payment sees to its own. */
    returnCharges: enqueueActions(({ context, enqueue }, params: { charges: SpentCharge[] }) => {
      const { withdrawalId, playerId, atMs } = context;
      for (const { paymentId } of params.charges) {
        enqueue(ask({
          type: "tell",
          params: toPayment(paymentId, { type: "charge.spent", withdrawalId, atMs }),
        }));
      }
      enqueue(ask({
        type: "closeWithdrawal",
        params: { withdrawalId, status: "done", hold: "none" },
      }));
      enqueue(ask({
        type: "notify",
        params: { playerId, notice: { key: "withdrawalDone", ...about(context) } },
      }));
    }),
  },
}).createMachine({
  id: "withdrawal",
  description:
    "A prize that leaves the balance. What may have been sent is never sent again, and " +
    "its money stays held until somebody knows.",
  context: ({ input }) => ({
    ...input,
    lastDay: input.amount,
    approvals: [],
    attemptedAtMs: 0,
    looks: 0,
    candidates: [],
    voidedBy: null,
  }),
  initial: "created",
  states: {
    created: {
      description: "Made by the player's button; it starts with the next event.",
      on: {
        "withdrawal.start": [
          { guard: "isGift", target: "checking" },
          { target: "opening" },
        ],
      },
    },

    checking: {
      description: "A button may be old: does Telegram have the gift, for that amount?",
      tags: ["open"],
      invoke: {
        id: "checkGift",
        src: "checkGift",
        input: ({ context: { choice, amount } }) => ({
          giftId: choice.kind === "gift" ? choice.giftId : "",
          amount,
        }),
        onDone: [
          {
            guard: { type: "isAvailable", params: ({ event }) => event.output },
            target: "opening",
          },
          refused,
        ],
        onError: refused,
      },
    },

    opening: {
      description: "One at a time, and only what he has: the money is held in the same commit.",
      tags: ["open"],
      invoke: {
        id: "openWithdrawal",
        src: "openWithdrawal",
        input: ({ context: { withdrawalId, playerId, choice, amount, atMs } }) => ({
          withdrawalId,
          playerId,
          choice,
          amount,
          askedAtMs: atMs,
        }),
        onDone: [
          {
            guard: { type: "isNotOpen", params: ({ event }) => event.output },
            ...refused,
          },
          {
            description: "More than the limit within a day, with what he has had already.",
            guard: { type: "isOverLimit", params: ({ event }) => event.output },
            target: "waiting",
            actions: { type: "keepLastDay", params: ({ event }) => event.output },
          },
          { guard: "isRefund", target: "returning" },
          {
            guard: "isByBank",
            target: "paying",
            actions: { type: "keepAttempt", params: ({ context }) => ({ atMs: context.atMs }) },
          },
          {
            target: "sending",
            actions: { type: "keepAttempt", params: ({ context }) => ({ atMs: context.atMs }) },
          },
        ],
        onError: refused,
      },
    },

    waiting: {
      description: "More than the limit: admins must say yes, two when there are two.",
      tags: ["open", "waiting", "resting"],
      entry: [
        {
          type: "recordWithdrawal",
          params: ({ context: { withdrawalId } }) => ({ withdrawalId, status: "waiting" as const }),
        },
        {
          type: "notify",
          params: ({ context }) => ({
            playerId: context.playerId,
            notice: {
              key: "withdrawalWaits" as const,
              ...about(context),
              approvals: approvalsNeeded(context),
              lastDay: context.lastDay,
            },
          }),
        },
        {
          type: "tellAdmins",
          params: ({ context }) => ({
            notice: {
              key: "withdrawalAsksAdmins" as const,
              ...about(context),
              playerId: context.playerId,
              approvals: approvalsNeeded(context),
              lastDay: context.lastDay,
            },
          }),
        },
      ],
      on: {
        "withdrawal.approve": [
          {
            guard: { type: "isLastYesForRefund", params: ({ event }) => event },
            target: "returning",
            actions: { type: "keepYes", params: ({ event }) => event },
          },
          {
            guard: { type: "isLastYesByBank", params: ({ event }) => event },
            target: "paying",
            actions: [
              { type: "keepYes", params: ({ event }) => event },
              { type: "keepAttempt", params: ({ event }) => event },
            ],
          },
          {
            guard: { type: "isLastYes", params: ({ event }) => event },
            target: "sending",
            actions: [
              { type: "keepYes", params: ({ event }) => event },
              { type: "keepAttempt", params: ({ event }) => event },
            ],
          },
          {
            description: "Another admin must say it, too.",
            guard: { type: "isNewYes", params: ({ event }) => event },
            actions: { type: "keepYes", params: ({ event }) => event },
          },
        ],
        "withdrawal.decline": {
          description: "One no is enough.",
          guard: { type: "mayDecline", params: ({ event }) => event },
          target: "returned",
          actions: {
            type: "giveBack",
            params: ({ event }) => ({ reason: "declined" as const, publicReason: event.reason }),
          },
        },
        "withdrawal.cancel": {
          description: "He would rather keep it, or have something else.",
          guard: { type: "isOwn", params: ({ event }) => event },
          target: "returned",
          actions: { type: "giveBack", params: { reason: "cancelled" } },
        },
      },
    },

    sending: {
      description: "Telegram is asked, once. That it may have been asked is on record before.",
      tags: ["open", "sending"],
      entry: {
        type: "recordWithdrawal",
        params: ({ context: { withdrawalId, attemptedAtMs } }) => ({
          withdrawalId,
          status: "sending" as const,
          attemptedAtMs,
        }),
      },
      invoke: {
        id: "sendPrize",
        src: "sendPrize",
        input: ({ context }) => sent(context),
        onDone: [
          {
            guard: { type: "isSent", params: ({ event }) => event.output },
            target: "claiming",
            actions: {
              type: "keepCandidates",
              params: ({ event }) => ({ candidates: candidatesOf(event.output) }),
            },
          },
          {
            description: "Our own balance is too low: the treasury has to know.",
            guard: { type: "isBotPoor", params: ({ event }) => event.output },
            target: "returned",
            actions: [
              returned.actions,
              { type: "tell", params: ({ context }) => short(context) },
            ],
          },
          { description: "Telegram said no: nothing was sent.", ...returned },
        ],
        onError: {
          description: "The answer was lost, or we were gone when it came.",
          target: "uncertain",
        },
      },
    },

    paying: {
      description: "Its payout by bank is made, which says what became of it.",
      tags: ["open"],
      entry: [
        {
          type: "recordWithdrawal",
          params: ({ context: { withdrawalId } }) => ({ withdrawalId, status: "sending" as const }),
        },
        { type: "tell", params: ({ context }) => startBankPayout(payoutOf(context)) },
      ],
      initial: "underWay",
      on: {
        "payout.succeeded": {
          target: "done",
          actions: [
            {
              type: "finish",
              params: ({ event }) => ({ transactionId: event.payoutId }),
            },
            { type: "answerVoider", params: { found: "purchase" } },
          ],
        },
        "payout.canceled": [
          {
            description: "Too little lies on our gateway: the treasury has to know.",
            guard: { type: "isGatewayShort", params: ({ event }) => event },
            target: "returned",
            actions: [
              { type: "giveBack", params: ({ event }) => byBank(event) },
              { type: "answerVoider", params: { found: "nothing" } },
              { type: "tell", params: ({ context }) => short(context) },
            ],
          },
          {
            description: "It is his again, and there are other ways.",
            target: "returned",
            actions: [
              { type: "giveBack", params: ({ event }) => byBank(event) },
              { type: "answerVoider", params: { found: "nothing" } },
            ],
          },
        ],
      },
      states: {
        underWay: {
          description: "The payout is being made, or the banks work on it.",
          tags: ["sending", "resting"],
          on: {
            "payout.silent": {
              description: "It takes longer than he was told.",
              actions: {
                type: "notify",
                params: ({ context }) => ({
                  playerId: context.playerId,
                  notice: { key: "withdrawalUncertain" as const, ...about(context) },
                }),
              },
            },
            "payout.lost": {
              target: "doubted",
              actions: [
                {
                  type: "recordWithdrawal",
                  params: ({ context: { withdrawalId } }) => ({
                    withdrawalId,
                    status: "undecided" as const,
                  }),
                },
                {
                  type: "notify",
                  params: ({ context }) => ({
                    playerId: context.playerId,
                    notice: { key: "withdrawalUncertain" as const, ...about(context) },
                  }),
                },
                {
                  type: "tellAdmins",
                  params: ({ context }) => ({
                    notice: {
                      key: "withdrawalUndecided" as const,
                      ...about(context),
                      playerId: context.playerId,
                    },
                  }),
                },
              ],
            },
          },
        },
        doubted: {
          description:
            "Nobody can find out whether it was paid. An admin looks into the provider's cabinet.",
          tags: ["uncertain", "needsOperator", "resting"],
          on: {
            "payout.lost": { description: "They know." },
            "payout.found": foundAgain,
            "withdrawal.settle": {
              description: "It has arrived, as far as he can see.",
              guard: { type: "mayDecline", params: ({ event }) => event },
              target: "answered",
              actions: {
                type: "tell",
                params: ({ context: { withdrawalId } }) =>
                  toBankPayout(withdrawalId, { type: "payout.settled" }),
              },
            },
            "withdrawal.void": {
              description: "It has not, as far as he can see: the payout is looked up once more.",
              guard: { type: "mayDecline", params: ({ event }) => event },
              target: "answered",
              actions: [
                { type: "keepVoider", params: ({ event }) => event },
                {
                  type: "tell",
                  params: ({ context: { withdrawalId } }) =>
                    toBankPayout(withdrawalId, { type: "payout.giveUp" }),
                },
              ],
            },
          },
        },
        answered: {
          description:
            "An admin has said what he saw. The payout has the last word: it may have shown " +
            "itself in that very moment.",
          tags: ["uncertain", "voiding", "resting"],
          on: {
            "payout.found": foundAgain,
            "payout.lost": [
              {
                description: "The provider shows one that is not what was asked for.",
                guard: { type: "isShown", params: ({ event }) => event },
                target: "doubted",
                actions: { type: "answerVoider", params: { found: "purchase" } },
              },
              {
                description: "Nothing is known that was not known before.",
                target: "doubted",
                actions: { type: "answerVoider", params: { found: "unread" } },
              },
            ],
          },
        },
      },
    },

    claiming: {
      description: "It was sent. Which of the transactions in Telegram's books is it?",
      tags: ["open", "sending"],
      invoke: {
        id: "claimTransaction",
        src: "claimTransaction",
        input: ({ context: { withdrawalId, candidates } }) => ({ withdrawalId, candidates }),
        onDone: {
          target: "done",
          actions: { type: "finish", params: ({ event }) => event.output },
        },
        onError: {
          description: "It was sent all the same.",
          target: "done",
          actions: { type: "finish", params: {} },
        },
      },
    },

    uncertain: {
      description:
        "Nobody knows whether it was sent. Telegram's books are looked through again and " +
        "again; that it is not there yet proves nothing.",
      tags: ["open", "uncertain"],
      entry: [
        {
          type: "recordWithdrawal",
          params: ({ context: { withdrawalId } }) => ({
            withdrawalId,
            status: "uncertain" as const,
          }),
        },
        {
          type: "notify",
          params: ({ context }) => ({
            playerId: context.playerId,
            notice: { key: "withdrawalUncertain" as const, ...about(context) },
          }),
        },
      ],
      initial: "looking",
      after: {
        patience: {
          description: "A day has passed: a person has to look.",
          target: "undecided",
          actions: {
            type: "tellAdmins",
            params: ({ context }) => ({
              notice: {
                key: "withdrawalUndecided" as const,
                ...about(context),
                playerId: context.playerId,
              },
            }),
          },
        },
      },
      states: {
        ...look({ missing: vainLook, failed: vainLook }),
        pausing: {
          description: "The next look comes after a pause that grows.",
          after: { lookPause: { target: "looking" } },
        },
      },
    },

    undecided: {
      description: "Still unknown after a day. An admin looks at the person's gifts and at our " +
        "transactions, and says what became of it.",
      tags: ["open", "uncertain", "needsOperator", "resting"],
      entry: {
        type: "recordWithdrawal",
        params: ({ context: { withdrawalId } }) => ({
          withdrawalId,
          status: "undecided" as const,
        }),
      },
      on: {
        "withdrawal.settle": {
          description: "It has arrived.",
          guard: { type: "mayDecline", params: ({ event }) => event },
          target: "done",
          actions: { type: "finish", params: {} },
        },
        "withdrawal.void": {
          description: "It has not, as far as he can see.",
          guard: { type: "mayDecline", params: ({ event }) => event },
          target: "voiding",
          actions: { type: "keepVoider", params: ({ event }) => event },
        },
      },
      initial: "pausing",
      states: {
        pausing: {
          description: "It is looked for all the same, seldom.",
          after: { seldomPause: { target: "looking" } },
        },
        ...look({ missing: { target: "pausing" }, failed: { target: "pausing" } }),
      },
    },

    voiding: {
      description:
        "An admin says that it has not arrived. The last look may be hours old: the books " +
        "are read once more, and only if they do not show it now his word counts.",
      tags: ["open", "uncertain", "voiding"],
      initial: "looking",
      states: look({
        missing: {
          target: "#withdrawal.returned",
          actions: [
            { type: "giveBack", params: { reason: "notArrived" } },
            { type: "answerVoider", params: { found: "nothing" } },
          ],
        },
        failed: {
          description: "Nothing is known that was not known before.",
          target: "#withdrawal.undecided",
          actions: { type: "answerVoider", params: { found: "unread" } },
        },
      }),
    },

    returning: {
      description: "Whole charges of his own that make the amount are taken, each once for ever.",
      tags: ["open"],
      invoke: {
        id: "takeCharges",
        src: "takeCharges",
        input: ({ context: { withdrawalId, playerId, amount } }) => ({
          withdrawalId,
          playerId,
          amount,
        }),
        onDone: [
          {
            description: "They are on their way back; each refund tries until it succeeds.",
            guard: { type: "isTaken", params: ({ event }) => event.output },
            target: "done",
            actions: {
              type: "returnCharges",
              params: ({ event }) => ({ charges: chargesOf(event.output) }),
            },
          },
          returned,
        ],
        onError: returned,
      },
    },

    refused: {
      description: "Nothing was held and nothing left; the player knows why.",
      tags: ["finished"],
      type: "final",
    },
    returned: {
      description: "Nothing left: what was held is on his balance again.",
      tags: ["finished"],
      type: "final",
    },
    done: {
      description: "The player has it, and the books say so.",
      tags: ["finished"],
      type: "final",
    },
  },
});

/**
 * States of one look into Telegram's books, and where it leads when it shows nothing of ours or does
 * not succeed.
 */
function look<const Missing, const Failed>(
  { missing, failed }: { missing: Missing; failed: Failed },
) {
  return {
    looking: {
      description: "Telegram's books are read.",
      invoke: {
        id: "findPurchases",
        src: "findPurchases",
        input: ({ context }: { context: WithdrawalContext }) => sent(context),
        onDone: {
          target: "claiming",
          actions: {
            type: "keepCandidates",
            params: ({ event }: Answered<{ candidates: StarPurchase[] }>) => event.output,
          },
        },
        onError: failed,
      },
    },
    claiming: {
      description: "One that no other withdrawal accounts for is this one.",
      invoke: {
        id: "claimTransaction",
        src: "claimTransaction",
        input: ({ context: { withdrawalId, candidates } }: { context: WithdrawalContext }) => ({
          withdrawalId,
          candidates,
        }),
        onDone: [
          {
            guard: {
              type: "isFound",
              params: ({ event }: Answered<{ transactionId: string | null }>) => event.output,
            },
            target: "#withdrawal.done",
            actions: [
              {
                type: "finish",
                params: ({ event }: Answered<{ transactionId: string | null }>) => event.output,
              },
              { type: "answerVoider", params: { found: "purchase" } },
            ],
          },
          missing,
        ],
        onError: failed,
      },
    },
  } as const;
}

/** Who is no admin any more has not said yes, and is not waited for. */
function withAdminsOf(
  context: WithdrawalContext,
  { adminIds }: Pick<Yes, "adminIds">,
): WithdrawalContext {
  if (adminIds === undefined) return context;
  const approvals = context.approvals.filter((by) => adminIds.includes(by));
  return { ...context, adminIds, approvals };
}

function isNewYes(context: WithdrawalContext, { by }: Yes): boolean {
  return mayApprove(context, by) && !context.approvals.includes(by);
}

function isLastYes(context: WithdrawalContext, yes: Yes): boolean {
  return isNewYes(context, yes) && context.approvals.length + 1 >= approvalsNeeded(context);
}

function about({ withdrawalId, choice, amount }: WithdrawalContext) {
  return { withdrawalId, choice, amount };
}

/** What the books say of a prize of which an admin has said that it did not arrive. */
function looked(context: WithdrawalContext, found: VoidFinding) {
  const { withdrawalId, playerId, choice, amount } = context;
  return isBankChoice(choice)
    ? { key: "bankPayoutLooked" as const, withdrawalId, playerId, amount, found }
    : { key: "withdrawalVoidLooked" as const, ...about(context), playerId, found };
}

function sent({ telegramUserId, choice, amount, attemptedAtMs }: WithdrawalContext) {
  return { telegramUserId, choice, amount, attemptedAtMs };
}

/** The reason in the answer of invoked work; a failure has none. */
function whyNot(event: object): { reason: WithdrawalRefusal } {
  const output = "output" in event ? event.output as object : {};
  return { reason: "reason" in output ? output.reason as WithdrawalRefusal : "tryAgain" };
}

function candidatesOf(output: object): StarPurchase[] {
  return "candidates" in output ? output.candidates as StarPurchase[] : [];
}

function chargesOf(output: object): SpentCharge[] {
  return "charges" in output ? output.charges as SpentCharge[] : [];
}

function failure(
  context: WithdrawalContext,
  why: { reason: WithdrawalRefusal; publicReason?: string; bankReason?: string },
): EffectActions["notify"] {
  return {
    playerId: context.playerId,
    notice: { key: "withdrawalFailed", ...about(context), ...why },
  };
}

function short({ choice, amount }: WithdrawalContext): Tell<TreasuryEvent> {
  const what = isBankChoice(choice) ? "payout" : choice.kind;
  return toTreasury({ type: "reserve.short", what, needed: amount });
}

/** The provider may be asked from the moment on from which the withdrawal may be sent. */
function payoutOf(
  { withdrawalId, playerId, amount, attemptedAtMs, gatewayId }: WithdrawalContext,
): BankPayoutInput {
  return {
    withdrawalId,
    playerId,
    amount,
    atMs: attemptedAtMs,
    ...(gatewayId === undefined ? {} : { gatewayId }),
  };
}

function byBank({ reason }: { reason: string }) {
  return reason === NEVER_MADE
    ? { reason: "notArrived" as const }
    : { reason: "bankCanceled" as const, bankReason: reason };
}
