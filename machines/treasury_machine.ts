/**
 * The treasury, one for all Stars: it makes available what is 21 days old, watches the reserve,
 * compares our books with Telegram's every night and tells the admins. It corrects nothing by itself.
 * Imports only xstate and `machines/domain`. Guards against a reserve that is spent before it is
 * there, and against a difference that nobody looks at.
 */
import { assign, enqueueActions, setup } from "xstate";
import { toPayment } from "./domain/addresses.ts";
import type { TransactionalActions } from "./domain/effects.ts";
import type { PlayerId } from "./domain/events.ts";
import { telegramUserIdOf } from "./domain/ids.ts";
import type { MoneyJson } from "./domain/money.ts";
import {
  type LateCharge,
  type ReadUntil,
  type RefusedByBank,
  type ShortOf,
  type Stars,
  type TreasuryEffectActions,
  type TreasuryEffectSources,
  type TreasuryEvent,
  type TreasuryInput,
  type TreasuryNotice,
  type TreasuryTransactionalActions,
  type TreasuryTransactionalSources,
  utcDay,
} from "./domain/treasury.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { TreasuryTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 2;

/**
 * Before version 2 a comparison ended the wait for the next round. Who was comparing then has no timer
 * for it any more, so the round comes right after.
 */
export const migrations = {
  2: (
    { value, context }: { value: unknown; context: object },
  ): { value: unknown; context: object } => {
    const isComparing = typeof value === "object" && value !== null &&
      ("reading" in value || "judging" in value);
    return {
      value: value === "waiting" ? { waiting: "quiet" } : isComparing ? { waiting: value } : value,
      context: { ...context, isRoundDue: isComparing, readUntil: null },
    };
  },
};

/** Admins who wait for one comparison of the books; more are not answered one by one. */
const MAX_ASKERS = 20;

type Judged = TreasuryTransactionalSources["judgeStarBooks"]["output"];

/** Each is told on its own, so that a small one hides no other: of the shop, of the gateway, of a receiver. */
type BankTrouble =
  | "short"
  | "refuses"
  | "feeUnknown"
  | "shortPayout"
  | "refusesPayout"
  | "refusesReceiver";

/** What lacks money is the shop, or the payout gateway. */
function shortTrouble(what: ShortOf): BankTrouble {
  return what === "payout" ? "shortPayout" : "short";
}

const refusals = {
  payment: "refuses",
  payout: "refusesPayout",
  receiver: "refusesReceiver",
} as const satisfies Record<RefusedByBank | "payment", BankTrouble>;

/** A player can cause the last of them. */
function refusalTrouble(what: RefusedByBank | undefined): BankTrouble {
  return refusals[what ?? "payment"];
}

/** What the treasury remembers. */
export interface TreasuryContext extends TreasuryInput {
  /** The reserve was under the mark when it was looked at last, and the admins know. */
  isLow: boolean;
  /** They know that Telegram has refused to pay; once until the next report. */
  isShortTold: boolean;
  /** What they know of the bank until then; absent while there was nothing. */
  bankTold?: BankTrouble[];
  /** When the reserve was looked at last; 0 before the first time. */
  lookedAtMs: number;
  /** The hourly round is not over; comparing the books may be a part of it. */
  isRound: boolean;
  /** The hour is over, and the next round begins as soon as no comparison is under way. */
  isRoundDue: boolean;
  /** Days, UTC, of the last report, the last whole comparison, and the last one that failed. */
  reportedDay: string;
  reconciledDay: string;
  failedDay: string;
  /** A comparison is wanted, by these; those of the present one are in `answering`. */
  isWanted: boolean;
  askers: number[];
  answering: number[];
  /** How far the present comparison reads; null before its first page. */
  readUntil: ReadUntil | null;
  /** The last row of Telegram's books that was judged in the present comparison. */
  judgedPosition: number;
}

/** The rules of the treasury. */
export const treasuryMachine = setup({
  types: {
    context: {} as TreasuryContext,
    events: {} as TreasuryEvent,
    input: {} as TreasuryInput,
    tags: {} as TreasuryTag,
  },
  actors: {
    settlePage: supplied<TreasuryTransactionalSources["settlePage"]>(),
    lookAtReserve: supplied<TreasuryTransactionalSources["lookAtReserve"]>(),
    judgeStarBooks: supplied<TreasuryTransactionalSources["judgeStarBooks"]>(),
    readStarBooks: supplied<TreasuryEffectSources["readStarBooks"]>(),
  },
  delays: {
    /** Between two rounds. */
    round: 3_600_000,
    /** What follows happens in a commit of its own. */
    nextCommit: 0,
  },
  guards: {
    isLast: (_, params: { isLast: boolean }) => params.isLast,
    isEnd: (_, params: { isEnd: boolean }) => params.isEnd,
    isWanted: ({ context }) => context.isWanted,
    isRound: ({ context }) => context.isRound,
    isRoundDue: ({ context }) => context.isRoundDue,
    isComparisonDue: ({ context }, params: { atMs: number }) =>
      context.isWanted || context.reconciledDay !== utcDay(params.atMs),
    isReportDue: ({ context }) =>
      context.isRound && context.reportedDay !== utcDay(context.lookedAtMs),
    isShortUntold: ({ context }) => !context.isShortTold,
    isInRubles: (_, params: { needed: MoneyJson }) => params.needed.currency === "RUB",
    isBankUntold: ({ context }, params: { trouble: BankTrouble }) =>
      !context.bankTold?.includes(params.trouble),
    isBankShortUntold: ({ context }, params: { what: ShortOf; needed: MoneyJson }) =>
      params.needed.currency === "RUB" && !context.bankTold?.includes(shortTrouble(params.what)),
  },
  actions: {
    tellAdmin: (_, _params: TreasuryEffectActions["tellAdmin"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    recordOwnerMove: (_, _params: TreasuryTransactionalActions["recordOwnerMove"]) =>
      suppliedByRuntime(),
    acknowledgeFinding: (_, _params: TreasuryTransactionalActions["acknowledgeFinding"]) =>
      suppliedByRuntime(),

    keepConfiguration: assign((_, { admins, alarmBelow, paysBroadcasts }: TreasuryInput) => ({
      admins,
      alarmBelow,
      paysBroadcasts,
    })),
    want: assign(({ context }, params: { by: PlayerId }) => ({
      isWanted: true,
      askers: [...new Set([...context.askers, telegramUserIdOf(params.by)])].slice(0, MAX_ASKERS),
    })),
    beginComparison: assign(({ context }) => ({
      isWanted: false,
      askers: [],
      answering: [...new Set([...context.answering, ...context.askers])].slice(0, MAX_ASKERS),
      readUntil: null,
      judgedPosition: -1,
    })),
    markRoundDue: assign({ isRoundDue: true }),
    beginRound: assign({ isRound: true, isRoundDue: false }),
    endRound: assign({ isRound: false }),
    keepUntil: assign((_, params: { until: ReadUntil }) => ({ readUntil: params.until })),
    keepPosition: assign((_, params: { position: number }) => ({
      judgedPosition: params.position,
    })),
    markShortTold: assign({ isShortTold: true }),
    markBankTold: assign(({ context }, params: { trouble: BankTrouble }) => ({
      bankTold: [...context.bankTold ?? [], params.trouble],
    })),
    keepReport: assign(({ context }) => ({
      reportedDay: utcDay(context.lookedAtMs),
      isShortTold: false,
      ...(context.bankTold === undefined ? {} : { bankTold: [] }),
    })),
    tellAdmins: enqueueActions(({ context, enqueue }, params: { notice: TreasuryNotice }) => {
      for (const adminId of context.admins) {
        enqueue(ask({ type: "tellAdmin", params: { adminId, notice: params.notice } }));
      }
    }),
    /** An alarm once, until it is above again. */
    watchReserve: enqueueActions((
      { context, enqueue },
      { reserve, atMs }: { reserve: Stars; atMs: number },
    ) => {
      const { admins, alarmBelow, isLow } = context;
      const isLowNow = BigInt(reserve) < BigInt(alarmBelow);
      enqueue.assign({ isLow: isLowNow, lookedAtMs: atMs });
      if (isLow === isLowNow) return;
      const notice: TreasuryNotice = isLowNow
        ? { key: "reserveLow", reserve, alarmBelow }
        : { key: "reserveAgain", reserve };
      for (const adminId of admins) {
        enqueue(ask({ type: "tellAdmin", params: { adminId, notice } }));
      }
    }),
    /** Payments hear what Telegram never told them; admins hear of what is new. */
    passOn: enqueueActions(({ context, enqueue }, judged: Judged) => {
      for (const charge of judged.lateCharges) {
        enqueue(ask({ type: "tell", params: confirmed(charge, judged.atMs) }));
      }
      for (const charge of judged.lateReturns) {
        enqueue(ask({ type: "tell", params: returned(charge, judged.atMs) }));
      }
      const notices: TreasuryNotice[] = judged.found.map((move) => ({
        key: "ownerMoveFound",
        ...move,
      }));
      if (judged.newsCount > 0) {
        notices.push({ key: "findings", findings: judged.news, count: judged.newsCount });
      }
      for (const notice of notices) {
        for (const adminId of context.admins) {
          enqueue(ask({ type: "tellAdmin", params: { adminId, notice } }));
        }
      }
    }),
    /** Those who asked for it are answered. */
    endComparison: enqueueActions((
      { context, enqueue },
      { rows, open, atMs }: Pick<Judged, "rows" | "open" | "atMs">,
    ) => {
      enqueue.assign({ reconciledDay: utcDay(atMs), answering: [] });
      for (const adminId of context.answering) {
        enqueue(ask({
          type: "tellAdmin",
          params: { adminId, notice: { key: "reconciled", rows, open } },
        }));
      }
    }),
    /** Once a day to all, and to those who asked for it. */
    tellFailure: enqueueActions(({ context, enqueue }) => {
      const day = utcDay(context.lookedAtMs);
      const isTold = context.failedDay === day;
      enqueue.assign({ failedDay: day, answering: [] });
      for (const adminId of new Set([...isTold ? [] : context.admins, ...context.answering])) {
        enqueue(ask({
          type: "tellAdmin",
          params: { adminId, notice: { key: "reconciliationFails" } },
        }));
      }
    }),
  },
}).createMachine({
  id: "treasury",
  description: "Every hour: what is 21 days old becomes available, the reserve is looked at, and " +
    "once a day the books are compared with Telegram's and the admins get a report.",
  context: ({ input }) => ({
    admins: input.admins,
    alarmBelow: input.alarmBelow,
    paysBroadcasts: input.paysBroadcasts,
    isLow: false,
    isShortTold: false,
    lookedAtMs: 0,
    isRound: false,
    isRoundDue: false,
    reportedDay: "",
    reconciledDay: "",
    failedDay: "",
    isWanted: false,
    askers: [],
    answering: [],
    readUntil: null,
    judgedPosition: -1,
  }),
  initial: "waiting",
  on: {
    "treasury.configured": {
      description: "Told at each start of the platform.",
      actions: { type: "keepConfiguration", params: ({ event }) => event },
    },
    "treasury.reconcile": {
      description: "The books are compared now, or again after the comparison that is under way.",
      actions: { type: "want", params: ({ event }) => event },
    },
    "ownerMove.said": {
      description: "Noted, not trusted: Telegram's books are looked into.",
      actions: [
        { type: "recordOwnerMove", params: ({ event: { type: _, ...move } }) => move },
        { type: "want", params: ({ event }) => event },
      ],
    },
    "finding.acknowledge": {
      actions: {
        type: "acknowledgeFinding",
        params: ({ event: { type: _, ...acknowledged } }) => acknowledged,
      },
    },
    "reserve.short": [
      {
        description: "The shop has too little at the bank: an admin has to look.",
        guard: { type: "isBankShortUntold", params: ({ event }) => event },
        actions: [
          {
            type: "markBankTold",
            params: ({ event }) => ({ trouble: shortTrouble(event.what) }),
          },
          {
            type: "tellAdmins",
            params: ({ event: { what, needed } }) => ({
              notice: { key: "payoutShort", what, needed },
            }),
          },
        ],
      },
      {
        description: "They know.",
        guard: { type: "isInRubles", params: ({ event }) => event },
      },
      {
        description: "Whatever the books say, Telegram has too few: an admin has to look.",
        guard: "isShortUntold",
        actions: [
          "markShortTold",
          {
            type: "tellAdmins",
            params: ({ event: { what, needed } }) => ({
              notice: { key: "payoutShort", what, needed },
            }),
          },
        ],
      },
      { description: "They know." },
    ],
    "bank.refuses": [
      {
        description: "Players cannot pay in rubles, or be paid: an admin has to look.",
        guard: {
          type: "isBankUntold",
          params: ({ event }) => ({ trouble: refusalTrouble(event.what) }),
        },
        actions: [
          {
            type: "markBankTold",
            params: ({ event }) => ({ trouble: refusalTrouble(event.what) }),
          },
          {
            type: "tellAdmins",
            params: ({ event: { type: _, ...refusal } }) => ({
              notice: { key: "bankRefuses", ...refusal },
            }),
          },
        ],
      },
      { description: "They know." },
    ],
    "bank.feeUnknown": [
      {
        description: "The books lack what YooKassa has kept: an admin has to look.",
        guard: { type: "isBankUntold", params: { trouble: "feeUnknown" } },
        actions: [
          { type: "markBankTold", params: { trouble: "feeUnknown" } },
          {
            type: "tellAdmins",
            params: ({ event: { chargeId } }) => ({
              notice: { key: "bankFeeUnknown", chargeId },
            }),
          },
        ],
      },
      { description: "They know." },
    ],
  },
  states: {
    waiting: {
      description:
        "The hour until the next round. The books may be compared meanwhile, which does " +
        "not put the round off.",
      initial: "quiet",
      after: {
        round: {
          description: "Begins when nothing else is under way.",
          actions: "markRoundDue",
        },
      },
      states: {
        quiet: {
          description: "Until the next round, or until somebody wants the books compared.",
          tags: ["waiting"],
          always: [
            {
              description: "The round is over, once a day with the report.",
              guard: "isReportDue",
              actions: [
                "keepReport",
                "endRound",
                { type: "tellAdmins", params: { notice: { key: "dailyReport" } } },
              ],
            },
            { guard: "isRound", actions: "endRound" },
            {
              description: "Before whatever else is wanted, so that nothing puts it off for ever.",
              guard: "isRoundDue",
              target: "#treasury.settling",
              actions: "beginRound",
            },
            { guard: "isWanted", target: "reading" },
          ],
        },
        reading: {
          description: "Telegram's books are read from where they were left, page by page.",
          tags: ["reconciling"],
          entry: "beginComparison",
          initial: "page",
          states: {
            page: {
              description: "One page is read and stored; at the end the balance is asked for.",
              invoke: {
                id: "readStarBooks",
                src: "readStarBooks",
                input: ({ context }) => ({ until: context.readUntil }),
                onDone: [
                  {
                    guard: { type: "isEnd", params: ({ event }) => event.output },
                    target: "#treasury.waiting.judging",
                  },
                  {
                    target: "between",
                    actions: { type: "keepUntil", params: ({ event }) => event.output },
                  },
                ],
                onError: {
                  description: "Telegram cannot be asked; the next round tries again.",
                  target: "#treasury.waiting.quiet",
                  actions: "tellFailure",
                },
              },
            },
            between: {
              // As before version 2: a timer that was stored then is still meant.
              id: "treasury.reading.between",
              description: "The next page begins where this one ended.",
              after: { nextCommit: { target: "page" } },
            },
          },
        },
        judging: {
          description: "Every row of theirs has to be ours, and every charge of ours theirs.",
          tags: ["reconciling"],
          initial: "page",
          states: {
            page: {
              description: "One page of rows that are not known as ours yet.",
              invoke: {
                id: "judgeStarBooks",
                src: "judgeStarBooks",
                input: ({ context: { judgedPosition, paysBroadcasts } }) => ({
                  afterPosition: judgedPosition,
                  paysBroadcasts,
                }),
                onDone: [
                  {
                    guard: { type: "isLast", params: ({ event }) => event.output },
                    target: "#treasury.waiting.quiet",
                    actions: [
                      { type: "passOn", params: ({ event }) => event.output },
                      { type: "endComparison", params: ({ event }) => event.output },
                    ],
                  },
                  {
                    target: "between",
                    actions: [
                      { type: "passOn", params: ({ event }) => event.output },
                      { type: "keepPosition", params: ({ event }) => event.output },
                    ],
                  },
                ],
              },
            },
            between: {
              id: "treasury.judging.between",
              description: "What the page has brought is committed.",
              after: { nextCommit: { target: "page" } },
            },
          },
        },
      },
    },
    settling: {
      description: "What is 21 days old becomes available, a page in each commit.",
      tags: ["settling"],
      initial: "page",
      states: {
        page: {
          description: "One page: its charges and its transfer, in this commit.",
          invoke: {
            id: "settlePage",
            src: "settlePage",
            input: {},
            onDone: [
              {
                guard: { type: "isLast", params: ({ event }) => event.output },
                target: "#treasury.looking",
              },
              { target: "between" },
            ],
          },
        },
        between: {
          description: "The page is committed; others may have their turn.",
          after: { nextCommit: { target: "page" } },
        },
      },
    },
    looking: {
      description: "The reserve is what is available less what we owe.",
      tags: ["settling"],
      invoke: {
        id: "lookAtReserve",
        src: "lookAtReserve",
        input: {},
        onDone: [
          {
            description: "Once a day the books are compared.",
            guard: { type: "isComparisonDue", params: ({ event }) => event.output },
            target: "waiting.reading",
            actions: { type: "watchReserve", params: ({ event }) => event.output },
          },
          {
            target: "waiting",
            actions: { type: "watchReserve", params: ({ event }) => event.output },
          },
        ],
      },
    },
  },
});

function confirmed({ paymentId, chargeId, payerId, amount }: LateCharge, atMs: number) {
  return toPayment(paymentId, { type: "payment.confirmed", chargeId, payerId, amount, atMs });
}

function returned({ paymentId, chargeId, amount }: LateCharge, atMs: number) {
  return toPayment(paymentId, { type: "payment.refunded", chargeId, amount, atMs });
}
