/**
 * The dialogue in which one player says where his rubles shall go: how, how much, to whom, and a last yes.
 * What he has confirmed becomes a withdrawal in the same commit. Imports only xstate and
 * `machines/domain`. Guards against an old button, an answer to another question, a number that is no
 * receiver, and a receiver that is remembered longer than the dialogue takes.
 */
import { assign, enqueueActions, setup } from "xstate";
import {
  type CashOutDraft,
  type CashOutEvent,
  type CashOutInput,
  type CashOutProblem,
  destinationOf,
  readAmount,
  readDraftPhone,
  readDraftWallet,
  readQuery,
  readRecipient,
} from "./domain/cash_out.ts";
import type {
  EffectActions,
  TransactionalActions,
  TransactionalSources,
} from "./domain/effects.ts";
import type { MoneyJson } from "./domain/money.ts";
import { maskDestination, type PayoutChannel } from "./domain/payout_destination.ts";
import { typedRubles } from "./domain/typed_rubles.ts";
import type { WithdrawalInput } from "./domain/withdrawal.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { CashOutTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** What a dialogue remembers. */
export interface CashOutContext extends CashOutInput {
  /** Of the last answer; its buttons alone mean something. */
  turn: string;
  /** When that was: of two who ask him for words the later one gets them. */
  askedAtMs: number;
  /** Why the last answer would not do. */
  problem: CashOutProblem | null;
  /** What he had as the dialogue began. */
  balance: MoneyJson;
  channel: PayoutChannel | null;
  amount: MoneyJson | null;
  draft: CashOutDraft;
  asksName: boolean;
  cardKey: string;
  /** Which page of the banks he looks at, of those that he searches for. */
  page: number;
  query: string;
}

type Said = Extract<CashOutEvent, { type: "cashOut.said" }>;
type Card = Extract<CashOutEvent, { type: "cashOut.card" }>;
type Turn = Pick<CashOutEvent, "turn" | "atMs">;
type Way = { channel: PayoutChannel };
type Read = { draft: CashOutDraft } | { problem: CashOutProblem };

/** What identifies the receiver depends on the way. */
const receivers = { sbp: "phone", yooMoney: "wallet", card: "card" } as const;
const NO_RUBLES: MoneyJson = { minor: "0", currency: "RUB" };
const nothingSaid = {
  problem: null,
  channel: null,
  amount: null,
  draft: {},
  cardKey: "",
  page: 0,
  query: "",
} as const;

/** A yes or no to the whole dialogue. */
const cancel = {
  guard: { type: "isOfThisTurn", params: ({ event }: { event: { of: string } }) => event },
  target: "#cashOut.idle",
  actions: { type: "forget", params: ({ event }: { event: Turn }) => event },
} as const;

/** The rules of the dialogue. */
export const cashOutMachine = setup({
  types: {
    context: {} as CashOutContext,
    events: {} as CashOutEvent,
    input: {} as CashOutInput,
    tags: {} as CashOutTag,
  },
  actors: { readRubles: supplied<TransactionalSources["readRubles"]>() },
  delays: {
    /** A dialogue that nobody goes on with ends, and so does the page for a card. */
    dialogueLife: 30 * 60_000,
  },
  guards: {
    isOfThisTurn: ({ context }, params: { of: string }) => params.of === context.turn,
    hasNothing: (_, params: { balance: MoneyJson }) => BigInt(params.balance.minor) <= 0n,
    hasChannel: ({ context }) => context.channel !== null,
    isAmountFor: ({ context }, { said, channel }: { said: Said } & Way) =>
      context.channel === channel && "amount" in amountIn(context, said.text),
    isWholeBalanceFor: ({ context }, { of, channel }: { of: string } & Way) =>
      context.channel === channel && of === context.turn && "amount" in wholeBalance(context),
    isPhone: (_, params: Said) => "draft" in readDraftPhone(params.text),
    isWallet: (_, params: Said) => "draft" in readDraftWallet(params.text),
    isName: (_, params: Said) => "draft" in readRecipient(params.text),
    asksName: ({ context }, params: { of: string }) =>
      params.of === context.turn && context.asksName,
    isHisPage: ({ context }, params: Card) =>
      context.cardKey !== "" && params.key === context.cardKey,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    keepDestination: (_, _params: TransactionalActions["keepDestination"]) => suppliedByRuntime(),

    begin: assign((_, event: Extract<CashOutEvent, { type: "cashOut.begin" }>) => ({
      ...nothingSaid,
      turn: event.turn,
      askedAtMs: event.atMs,
      balance: NO_RUBLES,
      channel: event.channel ?? null,
      asksName: event.asksName,
      cardKey: event.cardKey,
    })),
    keepTurn: assign((_, { turn, atMs }: Turn) => ({ turn, askedAtMs: atMs, problem: null })),
    keepBalance: assign((_, { balance }: { balance: MoneyJson }) => ({ balance })),
    sayNothingThere: assign({ problem: { problem: "nothing" as const, allowed: "0" } }),
    keepChannel: assign((_, { channel }: { channel: PayoutChannel }) => ({ channel })),
    keepAmount: assign(({ context }, { text }: { text: string }) => {
      const read = amountIn(context, text);
      return "amount" in read ? { amount: read.amount } : {};
    }),
    keepWholeBalance: assign(({ context }) => {
      const read = wholeBalance(context);
      return "amount" in read ? { amount: read.amount } : { problem: read.problem };
    }),
    keepAmountProblem: assign(({ context }, { text, turn, atMs }: Said) => {
      const read = amountIn(context, text);
      return { turn, askedAtMs: atMs, problem: "problem" in read ? read.problem : null };
    }),
    keepPhone: assign(({ context }, { text }: Said) => withRead(context, readDraftPhone(text))),
    keepWallet: assign(({ context }, { text }: Said) => withRead(context, readDraftWallet(text))),
    keepName: assign(({ context }, { text }: Said) => withRead(context, readRecipient(text))),
    keepBank: assign(({ context }, { bankId }: { bankId: string }) => ({
      draft: { ...context.draft, bankId },
    })),
    keepCard: assign(({ context }, { token, last4 }: Card) => ({
      draft: { ...context.draft, card: { token, last4 } },
    })),
    keepPage: assign((_, { page }: { page: number }) => ({ page })),
    keepQuery: assign((_, { text }: Said) => ({ query: readQuery(text), page: 0 })),
    forget: assign((_, { turn }: { turn: string }) => ({ ...nothingSaid, turn })),
    /** Where it goes is written down, and the withdrawal is made. */
    hand: enqueueActions((
      { context, enqueue },
      { withdrawal, atMs }: Pick<
        Extract<CashOutEvent, { type: "cashOut.confirm" }>,
        "withdrawal" | "atMs"
      >,
    ) => {
      const { playerId, channel, amount, draft } = context;
      const destination = channel === null ? undefined : destinationOf(channel, draft);
      if (destination === undefined || amount === null) return;
      const { withdrawalId } = withdrawal;
      const { recipient } = draft;
      const create: WithdrawalInput = {
        ...withdrawal,
        playerId,
        choice: { kind: destination.kind, masked: maskDestination(destination) },
        amount,
        atMs,
      };
      enqueue(ask({
        type: "keepDestination",
        params: { withdrawalId, playerId, destination, ...(recipient && { recipient }) },
      }));
      enqueue(ask({
        type: "tell",
        params: {
          to: `withdrawal/${withdrawalId}`,
          event: { type: "withdrawal.start" },
          create,
        },
      }));
    }),
  },
}).createMachine({
  id: "cashOut",
  description:
    "Where a player's rubles shall go. One dialogue at a time: a new one ends the one before.",
  context: ({ input }) => ({
    ...input,
    ...nothingSaid,
    turn: "",
    askedAtMs: 0,
    balance: NO_RUBLES,
    asksName: false,
  }),
  initial: "idle",
  on: {
    "cashOut.begin": {
      description: "From the first question.",
      target: ".weighing",
      actions: { type: "begin", params: ({ event }) => event },
    },
  },
  states: {
    idle: {
      description: "Nothing is asked, and nothing is remembered.",
      tags: ["resting"],
    },
    weighing: {
      description: "What has he got?",
      invoke: {
        id: "readRubles",
        src: "readRubles",
        input: ({ context: { playerId } }) => ({ playerId }),
        onDone: [
          {
            guard: { type: "hasNothing", params: ({ event }) => event.output },
            target: "idle",
            actions: "sayNothingThere",
          },
          {
            guard: "hasChannel",
            target: "asking.amount",
            actions: { type: "keepBalance", params: ({ event }) => event.output },
          },
          {
            target: "asking.channel",
            actions: { type: "keepBalance", params: ({ event }) => event.output },
          },
        ],
        onError: { target: "idle" },
      },
    },
    asking: {
      description: "He is asked, question by question.",
      initial: "channel",
      after: {
        dialogueLife: { target: "idle", actions: { type: "forget", params: { turn: "" } } },
      },
      on: { "cashOut.cancel": cancel },
      states: {
        channel: {
          description: "By phone number through the SBP, to a YooMoney wallet, or to a card?",
          tags: ["asking"],
          on: {
            "cashOut.channel": {
              guard: { type: "isOfThisTurn", params: ({ event }) => event },
              target: "amount",
              actions: [
                { type: "keepTurn", params: ({ event }) => event },
                { type: "keepChannel", params: ({ event }) => event },
              ],
            },
          },
        },
        amount: {
          description: "How much? Within what the way takes at once, and what he has.",
          tags: ["asking", "takesWords"],
          on: {
            "cashOut.said": [
              ...(["sbp", "yooMoney", "card"] as const).map((channel) => ({
                guard: {
                  type: "isAmountFor",
                  params: ({ event }: { event: Said }) => ({ said: event, channel }),
                },
                target: receivers[channel],
                actions: [
                  { type: "keepTurn", params: ({ event }: { event: Said }) => event },
                  { type: "keepAmount", params: ({ event }: { event: Said }) => event },
                ],
              } as const)),
              { actions: { type: "keepAmountProblem", params: ({ event }) => event } },
            ],
            "cashOut.all": [
              ...(["sbp", "yooMoney", "card"] as const).map((channel) => ({
                guard: {
                  type: "isWholeBalanceFor",
                  params: ({ event }: { event: { of: string } }) => ({ of: event.of, channel }),
                },
                target: receivers[channel],
                actions: [
                  { type: "keepTurn", params: ({ event }: { event: Turn }) => event },
                  "keepWholeBalance",
                ],
              } as const)),
              {
                description: "More, or less, than the way takes at once.",
                guard: { type: "isOfThisTurn", params: ({ event }) => event },
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  "keepWholeBalance",
                ],
              },
            ],
          },
        },
        phone: {
          description: "The phone number by which his bank knows him.",
          tags: ["asking", "takesWords"],
          on: {
            "cashOut.said": [
              {
                guard: { type: "isPhone", params: ({ event }) => event },
                target: "bank",
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepPhone", params: ({ event }) => event },
                ],
              },
              {
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepPhone", params: ({ event }) => event },
                ],
              },
            ],
          },
        },
        bank: {
          description: "One of the banks of the SBP; what he types is searched for.",
          tags: ["asking", "takesWords"],
          on: {
            "cashOut.said": {
              actions: [
                { type: "keepTurn", params: ({ event }) => event },
                { type: "keepQuery", params: ({ event }) => event },
              ],
            },
            "cashOut.page": {
              guard: { type: "isOfThisTurn", params: ({ event }) => event },
              actions: [
                { type: "keepTurn", params: ({ event }) => event },
                { type: "keepPage", params: ({ event }) => event },
              ],
            },
            "cashOut.bank": [
              {
                guard: { type: "asksName", params: ({ event }) => event },
                target: "name",
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepBank", params: ({ event }) => event },
                ],
              },
              {
                guard: { type: "isOfThisTurn", params: ({ event }) => event },
                target: "#cashOut.confirming",
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepBank", params: ({ event }) => event },
                ],
              },
            ],
          },
        },
        name: {
          description: "Whose account it must be; the receiver's bank checks it.",
          tags: ["asking", "takesWords"],
          on: {
            "cashOut.said": [
              {
                guard: { type: "isName", params: ({ event }) => event },
                target: "#cashOut.confirming",
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepName", params: ({ event }) => event },
                ],
              },
              {
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepName", params: ({ event }) => event },
                ],
              },
            ],
          },
        },
        wallet: {
          description: "The number of his YooMoney wallet.",
          tags: ["asking", "takesWords"],
          on: {
            "cashOut.said": [
              {
                guard: { type: "isWallet", params: ({ event }) => event },
                target: "#cashOut.confirming",
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepWallet", params: ({ event }) => event },
                ],
              },
              {
                actions: [
                  { type: "keepTurn", params: ({ event }) => event },
                  { type: "keepWallet", params: ({ event }) => event },
                ],
              },
            ],
          },
        },
        card: {
          description: "He types his card on the provider's form; we get a token of it.",
          tags: ["asking", "takesCard"],
          on: {
            "cashOut.card": {
              description: "Once: another one is not asked for.",
              guard: { type: "isHisPage", params: ({ event }) => event },
              target: "#cashOut.confirming",
              actions: [
                { type: "keepTurn", params: ({ event }) => event },
                { type: "keepCard", params: ({ event }) => event },
                {
                  type: "notify",
                  params: ({ context, event }) => askedInChat(context, event),
                },
              ],
            },
          },
        },
      },
    },
    confirming: {
      description: "He sees all of it and says the last yes.",
      tags: ["confirming"],
      after: {
        dialogueLife: { target: "idle", actions: { type: "forget", params: { turn: "" } } },
      },
      on: {
        "cashOut.cancel": cancel,
        "cashOut.confirm": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: [
            { type: "hand", params: ({ event }) => event },
            { type: "forget", params: ({ event }) => event },
          ],
        },
      },
    },
  },
});

/** The page shows no buttons of the bot's: the last yes is asked for in the chat. */
function askedInChat(
  { playerId, amount }: CashOutContext,
  { turn, last4 }: Card,
): EffectActions["notify"] {
  const masked = maskDestination({ kind: "card", token: "", last4 });
  const notice = { key: "cashOutAsked" as const, turn, amount: amount ?? NO_RUBLES, masked };
  return { playerId, notice };
}

type AmountRead = ReturnType<typeof readAmount>;

function amountIn({ balance, channel }: CashOutContext, text: string): AmountRead {
  return readAmount(text, { balance, channel: channel ?? "sbp" });
}

function wholeBalance(context: CashOutContext): AmountRead {
  return amountIn(context, typedRubles(context.balance.minor));
}

function withRead(
  { draft }: CashOutContext,
  read: Read,
): Pick<CashOutContext, "draft" | "problem"> {
  return "draft" in read
    ? { draft: { ...draft, ...read.draft }, problem: null }
    : { draft, problem: read.problem };
}
