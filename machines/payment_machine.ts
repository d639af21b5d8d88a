/**
 * One entry, from the wish to the ticket or the refund. Money that was confirmed is a fact and is
 * accepted in every state; then it is in a ticket, or on its way back. Imports only xstate and
 * `machines/domain`. Guards against money that hangs, a second charge for one entry, and a
 * pre-checkout that gets no answer within Telegram's ten seconds.
 */
import { assign, enqueueActions, setup } from "xstate";
import {
  chargeAt,
  CHARGEBACK_LOSSES,
  paymentAccount,
  rafflePot,
  receivedBy,
  userAvailable,
} from "./domain/accounts.ts";
import { startRefund, toRaffle, toUser } from "./domain/addresses.ts";
import { type BankEnded, startBankPayment } from "./domain/bank.ts";
import type {
  EffectActions,
  EffectSources,
  TransactionalActions,
  TransactionalSources,
} from "./domain/effects.ts";
import type {
  EntryMethod,
  Language,
  PaymentEvent,
  PaymentId,
  PaymentInput,
  PlaceTerms,
  PlayerId,
  Provider,
  RaffleId,
  RefundInput,
  TransferParams,
} from "./domain/events.ts";
import { bankPaymentIdOf, refundIdOf, telegramUserIdOf } from "./domain/ids.ts";
import type { MoneyJson } from "./domain/money.ts";
import { isPlaceLive } from "./domain/places.ts";
import type { EntryRefusal } from "./domain/refusals.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { PaymentTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 2;

/** Before version 2 only the balance asked for a place first. */
export const migrations = {
  2: (
    { value, context }: { value: unknown; context: object },
  ): { value: unknown; context: object } => ({ value: placedFirst(value), context }),
};

/**
 * How many charges beside the entry's own are remembered. A forgotten one that is told of again does
 * no harm: its transfers and its refund have keys made from its id.
 */
const MAX_OTHER_CHARGES = 8;

type Confirmed = Extract<PaymentEvent, { type: "payment.confirmed" }>;
type PreCheckout = Extract<PaymentEvent, { type: "precheckout.received" }>;

/** What a payment remembers. */
export interface PaymentContext {
  paymentId: PaymentId;
  raffleId: RaffleId;
  playerId: PlayerId;
  chatId: number;
  language: Language;
  method: EntryMethod;
  salt: string;
  requestedAtMs: number;
  /** Null until the raffle has named it. */
  title: string | null;
  price: MoneyJson | null;
  terms: PlaceTerms | null;
  /** The pre-checkout that waits for an answer; null when none does. */
  queryId: string | null;
  /** End of the place that is held; 0 when none is. */
  placeUntilMs: number;
  /** The charge that pays the entry; null until it came, and for an entry from the balance. */
  chargeId: string | null;
  /** Who holds it. */
  provider?: Provider;
  paidAtMs: number;
  /** Charges beside it; each goes back on its own. */
  otherCharges: string[];
  /** The number of its ticket; 0 until it has one. */
  ticketNumber: number;
  refusal: EntryRefusal | null;
  /** The bank's own word for it. */
  bankReason?: string;
  /** The raffle waits to hear of the refund. */
  isRaffleWaiting: boolean;
  /** The charge went back by force, before the raffle had answered. */
  isChargedBack: boolean;
}

/** The rules of one entry's money. */
export const paymentMachine = setup({
  types: {
    context: {} as PaymentContext,
    events: {} as PaymentEvent,
    input: {} as PaymentInput,
    tags: {} as PaymentTag,
  },
  actors: {
    sendInvoice: supplied<EffectSources["sendInvoice"]>(),
    takeFromBalance: supplied<TransactionalSources["takeFromBalance"]>(),
  },
  delays: {
    /** The raffle answers within the same commit; after this it is not there. */
    quoteTimeout: 30_000,
    /** An invoice is not paid later than that. */
    invoiceLifetime: 3_600_000,
    /** Telegram waits ten seconds for the answer to a pre-checkout. */
    placeTimeout: 8_000,
  },
  guards: {
    isFromBalance: ({ context }) => context.method === "balance",
    isPlaceFirst: ({ context }) => context.method !== "stars",
    isWrongMethod: ({ context: { method } }, params: { price: MoneyJson }) =>
      method !== "balance" && (method === "stars") !== (params.price.currency === "XTR"),
    isTaken: (_, params: { isTaken: boolean }) => params.isTaken,
    // pre-checkout
    isWrongPayer: ({ context }, params: { payerId: PlayerId }) =>
      params.payerId !== context.playerId,
    isWrongCurrency: ({ context }, params: { amount: MoneyJson }) =>
      params.amount.currency !== context.price?.currency,
    isWrongAmount: ({ context }, params: { amount: MoneyJson }) =>
      params.amount.minor !== context.price?.minor,
    isPlaceHeld: ({ context }, params: { atMs: number }) =>
      context.placeUntilMs > 0 &&
      isPlaceLive({ untilMs: context.placeUntilMs, atMs: params.atMs }),
    isPaid: ({ context }) => isPaid(context),
    // money
    isKnownCharge: ({ context }, params: { chargeId: string }) =>
      context.chargeId === params.chargeId || context.otherCharges.includes(params.chargeId),
    isOwnCharge: ({ context }, params: { chargeId: string }) =>
      context.chargeId === params.chargeId,
    isOtherCharge: ({ context }, params: { chargeId: string }) =>
      context.otherCharges.includes(params.chargeId),
    isChargedBack: ({ context }) => context.isChargedBack,
    isOwnChargeForRaffle: ({ context }, params: { chargeId: string }) =>
      context.chargeId === params.chargeId && context.isRaffleWaiting,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    answerPreCheckout: (_, _params: EffectActions["answerPreCheckout"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    postTransfers: (_, _params: TransactionalActions["postTransfers"]) => suppliedByRuntime(),
    recordPayment: (_, _params: TransactionalActions["recordPayment"]) => suppliedByRuntime(),
    recordForeignPayer: (_, _params: TransactionalActions["recordForeignPayer"]) =>
      suppliedByRuntime(),

    keepQuote: assign((_, params: { title: string; price: MoneyJson; terms: PlaceTerms }) =>
      params
    ),
    keepQuery: assign((_, params: { queryId: string }) => params),
    keepPlace: assign((_, params: { untilMs: number }) => ({ placeUntilMs: params.untilMs })),
    forgetPlace: assign({ placeUntilMs: 0 }),
    keepRefusal: assign((_, params: { reason: EntryRefusal }) => ({ refusal: params.reason })),
    keepBankRefusal: assign((_, { reason, bankReason }: BankEnded) => ({
      refusal: reason,
      ...(bankReason === undefined ? {} : { bankReason }),
    })),
    keepTicket: assign((_, params: { number: number }) => ({ ticketNumber: params.number })),
    keepCharge: assign((_, { chargeId, atMs, provider }: Confirmed) => ({
      chargeId,
      paidAtMs: atMs,
      ...(provider && { provider }),
    })),
    keepPaidFromBalance: assign(({ context }) => ({ paidAtMs: context.requestedAtMs })),
    markChargedBack: assign({ isChargedBack: true }),
    markRaffleWaiting: assign({ isRaffleWaiting: true }),

    /** A query is answered once: yes or no, then it is forgotten. */
    answerQuery: enqueueActions((
      { context: { queryId, language }, enqueue },
      params: { ok: true } | { ok: false; reason: EntryRefusal },
    ) => {
      if (queryId === null) return;
      enqueue(ask({ type: "answerPreCheckout", params: { queryId, language, ...params } }));
      enqueue.assign({ queryId: null });
    }),
    /** The player and the raffle may count with the place again. */
    releasePlace: enqueueActions((
      { context: { paymentId, raffleId, playerId }, enqueue },
      params: { untilMs: number },
    ) => {
      enqueue.assign({ placeUntilMs: 0 });
      enqueue(ask({
        type: "tell",
        params: toUser(playerId, { type: "place.released", paymentId, raffleId }),
      }));
      if (params.untilMs === 0) return;
      enqueue(ask({
        type: "tell",
        params: toRaffle(raffleId, {
          type: "place.released",
          paymentId,
          untilMs: params.untilMs,
        }),
      }));
    }),
    /** A charge that pays nothing: all of it goes back to the one who paid it. */
    returnCharge: enqueueActions((
      { context, enqueue },
      { charge, reason }: { charge: Confirmed; reason: RefundInput["reason"] },
    ) => {
      enqueue.assign({
        otherCharges: [...context.otherCharges, charge.chargeId].slice(-MAX_OTHER_CHARGES),
      });
      enqueue(ask({
        type: "postTransfers",
        params: { transfers: [receipt(context, charge), due(context, charge)] },
      }));
      enqueue(ask({ type: "tell", params: startRefund(refundOf(context, charge, reason)) }));
    }),
    /** The charge is gone while its ticket is there: a loss, unless the raffle can void the ticket. */
    bearChargeback: enqueueActions(({ context, enqueue }) => {
      const { playerId, raffleId, paymentId, chargeId } = context;
      enqueue(ask({ type: "postTransfers", params: { transfers: [loss(context)] } }));
      enqueue(ask({
        type: "tell",
        params: toUser(playerId, {
          type: "ticket.void",
          raffleId,
          paymentId,
          chargeId: chargeId ?? "",
        }),
      }));
    }),
    /** The entry's own charge, refused by the raffle, goes back. */
    returnEntry: enqueueActions((
      { context, enqueue },
      { charge, reason, from }: {
        charge: Omit<Confirmed, "type" | "payerId">;
        reason: RefundInput["reason"];
        from: "clearing" | "pot";
      },
    ) => {
      const transfer = from === "pot" ? dueFromPot(context, charge) : due(context, charge);
      enqueue(ask({ type: "postTransfers", params: { transfers: [transfer] } }));
      enqueue(ask({
        type: "tell",
        params: startRefund(
          refundOf(context, { ...charge, payerId: context.playerId }, reason),
        ),
      }));
    }),
  },
}).createMachine({
  id: "payment",
  description:
    "One entry's money: asked for, reserved, paid, then a ticket or a refund. It never " +
    "becomes final, because a charge can come or go back at any time.",
  context: ({ input }) => ({
    paymentId: input.paymentId,
    raffleId: input.raffleId,
    playerId: input.playerId,
    chatId: input.chatId,
    language: input.language,
    method: input.method,
    salt: input.salt,
    requestedAtMs: input.atMs,
    title: null,
    price: null,
    terms: null,
    queryId: null,
    placeUntilMs: 0,
    chargeId: null,
    paidAtMs: 0,
    otherCharges: [],
    ticketNumber: 0,
    refusal: null,
    isRaffleWaiting: false,
    isChargedBack: false,
  }),
  initial: "created",
  on: {
    "payment.confirmed": [
      {
        description: "Told again: it is known, nothing changes.",
        guard: { type: "isKnownCharge", params: ({ event }) => event },
      },
      {
        description: "A second charge for one entry, or one for an entry from the balance.",
        guard: "isPaid",
        actions: {
          type: "returnCharge",
          params: ({ event }) => ({ charge: event, reason: "paidTwice" as const }),
        },
      },
      {
        description: "Somebody else paid; it goes back to him.",
        guard: { type: "isWrongPayer", params: ({ event }) => event },
        actions: [
          {
            type: "recordForeignPayer",
            params: ({ context, event }) => foreignPayer(context, event),
          },
          {
            type: "returnCharge",
            params: ({ event }) => ({ charge: event, reason: "wrongPayer" as const }),
          },
        ],
      },
      {
        guard: { type: "isWrongCurrency", params: ({ event }) => event },
        actions: {
          type: "returnCharge",
          params: ({ event }) => ({ charge: event, reason: "wrongCurrency" as const }),
        },
      },
      {
        guard: { type: "isWrongAmount", params: ({ event }) => event },
        actions: {
          type: "returnCharge",
          params: ({ event }) => ({ charge: event, reason: "wrongAmount" as const }),
        },
      },
      {
        description: "The money is here, whatever we thought of the invoice. A ticket is claimed.",
        target: ".claiming",
        actions: [
          { type: "answerQuery", params: { ok: false, reason: "alreadyPaid" } },
          { type: "keepCharge", params: ({ event }) => event },
          {
            type: "postTransfers",
            params: ({ context, event }) => ({ transfers: [receipt(context, event)] }),
          },
        ],
      },
    ],
    "precheckout.received": [
      {
        description: "Never silence: the entry is paid.",
        guard: "isPaid",
        actions: {
          type: "answerPreCheckout",
          params: ({ context, event }) => no(context, event, "alreadyPaid"),
        },
      },
      {
        description: "Never silence: there is nothing to pay any more, or not yet.",
        actions: {
          type: "answerPreCheckout",
          params: ({ context, event }) => no(context, event, "invoiceExpired"),
        },
      },
    ],
    "place.reserved": {
      description: "Too late for us: the place is given back.",
      actions: { type: "releasePlace", params: ({ event }) => event },
    },
    "place.refused": {
      description: "Too late for us: it was answered without it.",
    },
    "refund.done": {
      description: "A charge beside the entry's own is back.",
      guard: { type: "isOtherCharge", params: ({ event }) => event },
    },
    "payment.refunded": {
      description: "A charge that pays nothing went back: that is what we asked for.",
      guard: { type: "isOtherCharge", params: ({ event }) => event },
    },
  },
  states: {
    created: {
      description: "Made by the player's wish; it starts with the next event.",
      on: {
        "payment.start": { target: "quoting" },
      },
    },

    quoting: {
      description: "The raffle is asked for title, price and rules.",
      entry: [
        { type: "recordPayment", params: ({ context }) => row(context, "quoting") },
        {
          type: "tell",
          params: ({ context }) =>
            toRaffle(context.raffleId, {
              type: "entry.quote",
              paymentId: context.paymentId,
              atMs: context.requestedAtMs,
            }),
        },
      ],
      on: {
        "entry.quoted": [
          {
            description: "Another raffle's button.",
            guard: { type: "isWrongMethod", params: ({ event }) => event },
            target: "refused",
            actions: { type: "keepRefusal", params: { reason: "wrongMethod" } },
          },
          {
            guard: "isPlaceFirst",
            target: "placing",
            actions: { type: "keepQuote", params: ({ event }) => quote(event) },
          },
          {
            target: "payable",
            actions: { type: "keepQuote", params: ({ event }) => quote(event) },
          },
        ],
        "entry.refused": {
          target: "refused",
          actions: { type: "keepRefusal", params: ({ event }) => event },
        },
      },
      after: {
        quoteTimeout: {
          description: "There is no such raffle.",
          target: "refused",
          actions: { type: "keepRefusal", params: { reason: "unknownRaffle" } },
        },
      },
    },

    payable: {
      description: "An invoice is out, or on its way, and may be paid.",
      tags: ["payable"],
      initial: "invoicing",
      after: {
        invoiceLifetime: {
          description: "Nobody paid. Money that comes all the same is still taken as a fact.",
          target: "expired",
          actions: { type: "answerQuery", params: { ok: false, reason: "invoiceExpired" } },
        },
      },
      on: {
        "precheckout.received": [
          {
            description: "Only the one who asked may pay; an invoice can be forwarded.",
            guard: { type: "isWrongPayer", params: ({ event }) => event },
            actions: [
              {
                type: "answerPreCheckout",
                params: ({ context, event }) => no(context, event, "wrongPayer"),
              },
              {
                type: "recordForeignPayer",
                params: ({ context, event }) => foreignPayer(context, event),
              },
            ],
          },
          {
            guard: { type: "isWrongCurrency", params: ({ event }) => event },
            actions: {
              type: "answerPreCheckout",
              params: ({ context, event }) => no(context, event, "wrongCurrency"),
            },
          },
          {
            guard: { type: "isWrongAmount", params: ({ event }) => event },
            actions: {
              type: "answerPreCheckout",
              params: ({ context, event }) => no(context, event, "wrongAmount"),
            },
          },
          {
            description: "The place of an earlier yes is still held: the same yes again.",
            guard: { type: "isPlaceHeld", params: ({ event }) => event },
            target: ".approved",
            actions: {
              type: "answerPreCheckout",
              params: ({ context, event }) => ({
                queryId: event.queryId,
                ok: true,
                language: context.language,
              }),
            },
          },
          {
            description: "The player's limits are asked first, then the raffle's places.",
            target: ".reserving",
            actions: [
              "forgetPlace",
              { type: "keepQuery", params: ({ event }) => ({ queryId: event.queryId }) },
              {
                type: "tell",
                params: ({ context, event }) => requestPlace(context, event),
              },
            ],
          },
        ],
      },
      states: {
        invoicing: {
          description: "The invoice is being sent. It can be paid before we hear that it arrived.",
          entry: { type: "recordPayment", params: ({ context }) => row(context, "invoicing") },
          invoke: {
            id: "sendInvoice",
            src: "sendInvoice",
            input: ({ context }) => ({
              chatId: context.chatId,
              language: context.language,
              paymentId: context.paymentId,
              raffleId: context.raffleId,
              title: context.title ?? "",
              price: priceOf(context),
            }),
            onDone: { target: "invoiced" },
            onError: {
              description: "For example because he blocked the bot.",
              target: "#payment.failed",
            },
          },
        },
        invoiced: {
          description: "The player has the invoice and may press its button, more than once.",
          entry: { type: "recordPayment", params: ({ context }) => row(context, "invoiced") },
        },
        reserving: {
          description: "A pre-checkout waits for a place: first the player's, then the raffle's.",
          on: {
            "precheckout.received": [
              {
                guard: { type: "isWrongPayer", params: ({ event }) => event },
                actions: [
                  {
                    type: "answerPreCheckout",
                    params: ({ context, event }) => no(context, event, "wrongPayer"),
                  },
                  {
                    type: "recordForeignPayer",
                    params: ({ context, event }) => foreignPayer(context, event),
                  },
                ],
              },
              {
                description: "One at a time; the first is being decided.",
                actions: {
                  type: "answerPreCheckout",
                  params: ({ context, event }) => no(context, event, "tryAgain"),
                },
              },
            ],
            "place.reserved": {
              description: "The yes is given with the place.",
              target: "approved",
              actions: [
                { type: "keepPlace", params: ({ event }) => event },
                { type: "answerQuery", params: { ok: true } },
              ],
            },
            "place.refused": {
              description: "Telegram is told no, with the reason. The invoice stays.",
              target: "invoiced",
              actions: [
                { type: "answerQuery", params: ({ event }) => ({ ok: false, ...reason(event) }) },
                { type: "releasePlace", params: { untilMs: 0 } },
              ],
            },
          },
          after: {
            placeTimeout: {
              description: "No decision in time. A place that comes later is given back.",
              target: "invoiced",
              actions: [
                { type: "answerQuery", params: { ok: false, reason: "tryAgain" } },
                { type: "releasePlace", params: { untilMs: 0 } },
              ],
            },
          },
        },
        approved: {
          description: "Telegram has a yes; the place is kept for the closing window.",
          tags: ["approved"],
          entry: { type: "recordPayment", params: ({ context }) => row(context, "approved") },
          on: {
            "place.reserved": {
              description: "A second one, asked for before a time-out: one is enough.",
              actions: {
                type: "tell",
                params: ({ context: { raffleId, paymentId }, event }) =>
                  toRaffle(raffleId, {
                    type: "place.released",
                    paymentId,
                    untilMs: event.untilMs,
                  }),
              },
            },
          },
        },
      },
    },

    placing: {
      description: "The entry is paid from the balance or by bank: a place first, then the money.",
      initial: "reserving",
      states: {
        reserving: {
          description: "The player's limits are asked first, then the raffle's places.",
          entry: [
            { type: "recordPayment", params: ({ context }) => row(context, "reserving") },
            {
              type: "tell",
              params: ({ context }) => requestPlace(context, { atMs: context.requestedAtMs }),
            },
          ],
          on: {
            "place.reserved": [
              {
                guard: "isFromBalance",
                target: "taking",
                actions: { type: "keepPlace", params: ({ event }) => event },
              },
              {
                target: "paying",
                actions: { type: "keepPlace", params: ({ event }) => event },
              },
            ],
            "place.refused": {
              target: "#payment.refused",
              actions: [
                { type: "keepRefusal", params: ({ event }) => reason(event) },
                { type: "releasePlace", params: { untilMs: 0 } },
              ],
            },
          },
          after: {
            placeTimeout: {
              description: "No decision in time. A place that comes later is given back.",
              target: "#payment.refused",
              actions: [
                { type: "keepRefusal", params: { reason: "tryAgain" } },
                { type: "releasePlace", params: { untilMs: 0 } },
              ],
            },
          },
        },
        taking: {
          description: "The price is taken from the balance into the pot, in the same commit.",
          invoke: {
            id: "takeFromBalance",
            src: "takeFromBalance",
            input: ({ context }) => balanceEntry(context),
            onDone: [
              {
                guard: { type: "isTaken", params: ({ event }) => event.output },
                target: "#payment.claiming",
                actions: "keepPaidFromBalance",
              },
              {
                description: "He has not enough.",
                target: "#payment.refused",
                actions: [
                  { type: "keepRefusal", params: { reason: "insufficientFunds" } },
                  {
                    type: "releasePlace",
                    params: ({ context }) => ({ untilMs: context.placeUntilMs }),
                  },
                ],
              },
            ],
            onError: {
              description: "Nothing was taken.",
              target: "#payment.refused",
              actions: [
                { type: "keepRefusal", params: { reason: "tryAgain" } },
                {
                  type: "releasePlace",
                  params: ({ context }) => ({ untilMs: context.placeUntilMs }),
                },
              ],
            },
          },
        },
        paying: {
          description: "The player pays on the bank's page. His place lapses with the closing " +
            "window, as after a yes to a pre-checkout.",
          tags: ["payable", "resting"],
          entry: [
            { type: "recordPayment", params: ({ context }) => row(context, "paying") },
            { type: "tell", params: ({ context }) => startBankPayment(byBank(context)) },
          ],
          on: {
            "payment.confirmed": [
              unfitting("isWrongCurrency", "wrongCurrency"),
              unfitting("isWrongAmount", "wrongAmount"),
            ],
            "bank.ended": {
              description: "Nothing came.",
              target: "#payment.refused",
              actions: [
                { type: "keepBankRefusal", params: ({ event }) => event },
                {
                  type: "releasePlace",
                  params: ({ context }) => ({ untilMs: context.placeUntilMs }),
                },
              ],
            },
          },
        },
      },
    },

    claiming: {
      description: "The money is here; the player's limits and the raffle decide on the ticket.",
      tags: ["paid"],
      entry: [
        { type: "recordPayment", params: ({ context }) => row(context, "paid") },
        {
          type: "tell",
          params: ({ context }) =>
            toUser(context.playerId, {
              type: "entry.paid",
              paymentId: context.paymentId,
              raffleId: context.raffleId,
              salt: context.salt,
              terms: termsOf(context),
              price: priceOf(context),
              placeUntilMs: context.placeUntilMs,
              source: {
                method: context.method,
                account: context.method === "balance"
                  ? rafflePot(context.raffleId)
                  : paymentAccount(context.paymentId, "clearing", priceOf(context).currency),
              },
              atMs: context.paidAtMs,
            }),
        },
      ],
      on: {
        "ticket.issued": {
          target: "ticketed",
          actions: [
            { type: "keepTicket", params: ({ event }) => ({ number: event.number }) },
            {
              type: "notify",
              params: ({ context: { playerId, raffleId }, event }) => ({
                playerId,
                notice: { key: "joined", raffleId, number: event.number },
              }),
            },
          ],
        },
        "ticket.refused": [
          {
            description: "The charge is back already, by force: the books follow.",
            guard: "isChargedBack",
            target: "chargedBack",
            actions: [
              { type: "keepRefusal", params: ({ event }) => reason(event) },
              {
                type: "postTransfers",
                params: ({ context }) => ({ transfers: [takenFromClearing(context)] }),
              },
            ],
          },
          {
            description: "The balance gets back what was taken.",
            guard: "isFromBalance",
            target: "refunded",
            actions: [
              { type: "keepRefusal", params: ({ event }) => reason(event) },
              {
                type: "postTransfers",
                params: ({ context }) => ({ transfers: [backToBalance(context)] }),
              },
              {
                type: "notify",
                params: ({ context, event }) => backNotice(context, event.reason),
              },
            ],
          },
          {
            description: "The charge goes back.",
            target: "refunding",
            actions: [
              { type: "keepRefusal", params: ({ event }) => reason(event) },
              {
                type: "returnEntry",
                params: ({ context, event }) => ({
                  charge: ownCharge(context, context.paidAtMs),
                  reason: event.reason,
                  from: "clearing" as const,
                }),
              },
            ],
          },
        ],
        "payment.refunded": {
          description: "A chargeback while the ticket is being decided: remembered until it is.",
          guard: { type: "isOwnCharge", params: ({ event }) => event },
          actions: "markChargedBack",
        },
      },
    },

    ticketed: {
      description: "The money is in the pot and the player in the raffle.",
      tags: ["paid", "ticketed", "finished", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "ticketed") },
      always: {
        description: "The charge was taken back while the ticket was being decided.",
        guard: "isChargedBack",
        target: "chargedBack",
        actions: "bearChargeback",
      },
      on: {
        "entry.refund": [
          {
            description: "The raffle is cancelled; the balance gets the whole entry back.",
            guard: "isFromBalance",
            target: "refunded",
            actions: [
              {
                type: "postTransfers",
                params: ({ context }) => ({ transfers: [backToBalance(context)] }),
              },
              {
                type: "notify",
                params: ({ context, event }) => backNotice(context, event.reason),
              },
              { type: "tell", params: ({ context }) => refundDone(context) },
            ],
          },
          {
            description: "The raffle is cancelled; the whole entry leaves the pot and goes back.",
            target: "refunding",
            actions: [
              "markRaffleWaiting",
              {
                type: "returnEntry",
                params: ({ context, event }) => ({
                  charge: ownCharge(context, event.atMs),
                  reason: event.reason,
                  from: "pot" as const,
                }),
              },
            ],
          },
        ],
        "ticket.excluded": [
          {
            description: "His ticket is off the list; the balance gets the whole entry back.",
            guard: "isFromBalance",
            target: "refunded",
            actions: [
              {
                type: "postTransfers",
                params: ({ context }) => ({ transfers: [backToBalance(context)] }),
              },
              { type: "notify", params: ({ context }) => backNotice(context, "excluded") },
            ],
          },
          {
            description: "His ticket is off the list; the whole entry leaves the pot and goes " +
              "back. The raffle goes on and waits for nothing.",
            target: "refunding",
            actions: {
              type: "returnEntry",
              params: ({ context, event }) => ({
                charge: ownCharge(context, event.atMs),
                reason: "excluded" as const,
                from: "pot" as const,
              }),
            },
          },
        ],
        "charge.spent": {
          description:
            "The raffle is over and he takes his charge back as a part of his prize: what " +
            "he is owed is put apart already. The ticket has done its work.",
          target: "returning",
          actions: {
            type: "tell",
            params: ({ context, event }) => startRefund(prizeRefund(context, event.atMs)),
          },
        },
        "payment.refunded": {
          description: "A chargeback. The treasury bears the loss until the raffle makes it good.",
          guard: { type: "isOwnCharge", params: ({ event }) => event },
          target: "chargedBack",
          actions: "bearChargeback",
        },
      },
    },

    refunding: {
      description: "The entry's charge is on its way back; the refund tries until it succeeds.",
      tags: ["refunding", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "refunding") },
      on: {
        "refund.done": [
          {
            description: "The cancelled raffle counts what is back.",
            guard: { type: "isOwnChargeForRaffle", params: ({ event }) => event },
            target: "refunded",
            actions: { type: "tell", params: ({ context }) => refundDone(context) },
          },
          {
            guard: { type: "isOwnCharge", params: ({ event }) => event },
            target: "refunded",
          },
          {
            description: "A charge beside the entry's own is back.",
            guard: { type: "isOtherCharge", params: ({ event }) => event },
          },
        ],
        "payment.refunded": {
          description: "Telegram tells of our own refund; the refund itself says when it is done.",
          guard: { type: "isKnownCharge", params: ({ event }) => event },
        },
      },
    },

    refunded: {
      description: "The entry is back where it came from.",
      tags: ["refunded", "finished", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "refunded") },
      on: {
        "payment.refunded": {
          description: "Telegram tells of our own refund.",
          guard: { type: "isKnownCharge", params: ({ event }) => event },
        },
      },
    },

    returning: {
      description:
        "Its charge goes back as a part of the player's prize; the refund tries until it " +
        "succeeds.",
      tags: ["refunding", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "returning") },
      on: {
        "refund.done": {
          guard: { type: "isOwnCharge", params: ({ event }) => event },
          target: "returned",
        },
        "payment.refunded": {
          description: "Telegram tells of our own refund, or he was faster and took it by force: " +
            "the refund finds that it is back, and nobody loses anything.",
          guard: { type: "isKnownCharge", params: ({ event }) => event },
        },
      },
    },

    returned: {
      description: "Its charge is back as a part of the player's prize.",
      tags: ["refunded", "finished", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "returned") },
      on: {
        "payment.refunded": {
          description: "Telegram tells of our own refund.",
          guard: { type: "isKnownCharge", params: ({ event }) => event },
        },
      },
    },

    chargedBack: {
      description:
        "Telegram took the charge back by force. A ticket that it paid for is void while " +
        "the list is open; one that was sealed stands.",
      tags: ["finished", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "chargedBack") },
      on: {
        "entry.refund": {
          description:
            "He has his money already: the entry leaves the pot and makes the loss good.",
          actions: [
            {
              type: "postTransfers",
              params: ({ context }) => ({ transfers: [lossMadeGood(context)] }),
            },
            { type: "tell", params: ({ context }) => refundDone(context) },
          ],
        },
        "ticket.excluded": {
          description:
            "He has his money already, and his ticket is off the list: the entry leaves the " +
            "pot and makes the loss good.",
          actions: {
            type: "postTransfers",
            params: ({ context }) => ({ transfers: [lossMadeGood(context)] }),
          },
        },
        "charge.spent": {
          description: "He asked for it as a prize at the same time: he has it, and what was put " +
            "apart makes the loss good.",
          actions: {
            type: "postTransfers",
            params: ({ context }) => ({ transfers: [lossMadeGoodByPrize(context)] }),
          },
        },
        "payment.refunded": {
          description: "Told again.",
          guard: { type: "isKnownCharge", params: ({ event }) => event },
        },
      },
    },

    refused: {
      description: "No entry, and the player knows why. Nothing was paid.",
      tags: ["finished", "resting"],
      entry: [
        { type: "recordPayment", params: ({ context }) => row(context, "refused") },
        {
          type: "notify",
          params: ({ context: { playerId, raffleId, refusal, bankReason } }) => ({
            playerId,
            notice: {
              key: "entryRefused",
              raffleId,
              reason: refusal ?? "tryAgain",
              ...(bankReason === undefined ? {} : { bankReason }),
            },
          }),
        },
      ],
    },

    failed: {
      description: "The invoice could not be sent. Should it have arrived and be paid, it counts.",
      tags: ["finished", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "failed") },
    },

    expired: {
      description: "The invoice was not paid in time. Should money come all the same, it counts.",
      tags: ["finished", "resting"],
      entry: { type: "recordPayment", params: ({ context }) => row(context, "expired") },
    },
  },
});

/** The payment by bank is over, and its money pays no entry: nobody waits for another. */
function unfitting(
  guard: "isWrongCurrency" | "isWrongAmount",
  reason: "wrongCurrency" | "wrongAmount",
) {
  return {
    guard: { type: guard, params: ({ event }: { event: Confirmed }) => event },
    target: "#payment.refused",
    actions: [
      { type: "keepRefusal", params: { reason } },
      {
        type: "releasePlace",
        params: ({ context }: { context: PaymentContext }) => ({ untilMs: context.placeUntilMs }),
      },
      {
        type: "returnCharge",
        params: ({ event }: { event: Confirmed }) => ({ charge: event, reason }),
      },
    ],
  } as const;
}

/** Paid means: by a charge, or from the balance; a second charge is one too many. */
function isPaid({ chargeId, method }: PaymentContext): boolean {
  return chargeId !== null || method === "balance";
}

/** The price, once it was named; the states in which it is asked for come after that. */
function priceOf({ price, paymentId }: PaymentContext): MoneyJson {
  if (price === null) throw new Error(`Payment "${paymentId}" has no price yet`);
  return price;
}

function termsOf({ terms, paymentId }: PaymentContext): PlaceTerms {
  if (terms === null) throw new Error(`Payment "${paymentId}" has no terms yet`);
  return terms;
}

function placedFirst(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("fromBalance" in value)) return value;
  return { placing: value.fromBalance };
}

function byBank(context: PaymentContext) {
  const { paymentId, raffleId, playerId, language, title, requestedAtMs } = context;
  return {
    bankPaymentId: bankPaymentIdOf(paymentId),
    owner: `payment/${paymentId}` as const,
    playerId,
    language,
    amount: priceOf(context),
    raffleId,
    title: title ?? "",
    atMs: requestedAtMs,
  };
}

function quote(event: Extract<PaymentEvent, { type: "entry.quoted" }>) {
  return { title: event.title, price: event.price, terms: event.terms };
}

function reason(event: { reason: EntryRefusal }): { reason: EntryRefusal } {
  return { reason: event.reason };
}

function no(
  { language }: PaymentContext,
  { queryId }: PreCheckout,
  reason: EntryRefusal,
): EffectActions["answerPreCheckout"] {
  return { queryId, ok: false, reason, language };
}

function foreignPayer(
  { paymentId, raffleId, playerId }: PaymentContext,
  { payerId, atMs }: { payerId: PlayerId; atMs: number },
): TransactionalActions["recordForeignPayer"] {
  return { paymentId, raffleId, playerId, payerId, atMs };
}

function requestPlace(
  context: PaymentContext,
  { entriesPerDay, atMs }: { entriesPerDay?: number; atMs: number },
) {
  const { paymentId, raffleId, playerId } = context;
  return toUser(playerId, {
    type: "place.requested",
    paymentId,
    raffleId,
    terms: termsOf(context),
    price: priceOf(context),
    ...(entriesPerDay === undefined ? {} : { entriesPerDay }),
    atMs,
  });
}

function refundDone({ raffleId, paymentId }: PaymentContext) {
  return toRaffle(raffleId, { type: "refund.done", paymentId });
}

/** The entry's own charge, as it goes back. */
function ownCharge(context: PaymentContext, atMs: number) {
  const { chargeId, provider } = context;
  return {
    chargeId: chargeId ?? "",
    amount: priceOf(context),
    ...(provider && { provider }),
    atMs,
  };
}

function refundOf(
  { paymentId, raffleId }: PaymentContext,
  { chargeId, payerId, amount, provider, atMs }: Omit<Confirmed, "type">,
  reason: RefundInput["reason"],
): RefundInput {
  return {
    refundId: refundIdOf({ paymentId, chargeId }),
    paymentId,
    raffleId,
    playerId: payerId,
    telegramUserId: telegramUserIdOf(payerId),
    ...(provider && { provider }),
    chargeId,
    amount,
    reason,
    atMs,
  };
}

function prizeRefund(context: PaymentContext, atMs: number): RefundInput {
  const { playerId: payerId } = context;
  return refundOf(context, { ...ownCharge(context, atMs), payerId }, "prize");
}

function backNotice(
  context: PaymentContext,
  reason: RefundInput["reason"],
): EffectActions["notify"] {
  const { playerId, raffleId } = context;
  return { playerId, notice: { key: "refunded", raffleId, amount: priceOf(context), reason } };
}

type Charge = { chargeId: string; amount: MoneyJson };

/** The provider holds it for us now. Telegram's charges are written down, because they grow old. */
function receipt(
  { paymentId }: PaymentContext,
  { chargeId, payerId, amount, provider, atMs }: Confirmed,
): TransferParams {
  return {
    key: `charge/${chargeId}/received`,
    from: receivedBy(provider),
    to: paymentAccount(paymentId, "clearing", amount.currency),
    amount,
    type: "entry",
    externalId: chargeId,
    ...(provider === "yookassa" ? {} : { receipt: { payerId, receivedAtMs: atMs } }),
  };
}

/** It pays no ticket: we owe it back. */
function due({ paymentId }: PaymentContext, { chargeId, amount }: Charge): TransferParams {
  return {
    key: `charge/${chargeId}/due`,
    from: paymentAccount(paymentId, "clearing", amount.currency),
    to: paymentAccount(paymentId, "refund_due", amount.currency),
    amount,
    type: "refund",
    externalId: chargeId,
  };
}

/** The raffle is cancelled: we owe it back. */
function dueFromPot(
  { paymentId, raffleId }: PaymentContext,
  { chargeId, amount }: Charge,
): TransferParams {
  return {
    key: `charge/${chargeId}/due`,
    from: rafflePot(raffleId),
    to: paymentAccount(paymentId, "refund_due", amount.currency),
    amount,
    type: "refund",
    externalId: chargeId,
  };
}

function balanceEntry(context: PaymentContext): TransferParams {
  return {
    key: `payment/${context.paymentId}/entry`,
    from: userAvailable(context.playerId),
    to: rafflePot(context.raffleId),
    amount: priceOf(context),
    type: "entry",
  };
}

function backToBalance(context: PaymentContext): TransferParams {
  return {
    key: `payment/${context.paymentId}/refund`,
    from: rafflePot(context.raffleId),
    to: userAvailable(context.playerId),
    amount: priceOf(context),
    type: "refund",
  };
}

/** The charge is gone from the provider's account while its ticket stands: an expense. */
function loss(context: PaymentContext): TransferParams {
  return {
    key: `charge/${context.chargeId}/chargeback`,
    from: CHARGEBACK_LOSSES,
    to: chargeAt(context.provider),
    amount: priceOf(context),
    type: "chargeback",
    ...(context.chargeId === null ? {} : { externalId: context.chargeId }),
  };
}

/** The charge is gone and paid no ticket: what was received is given up. */
function takenFromClearing(context: PaymentContext): TransferParams {
  return {
    ...loss(context),
    from: paymentAccount(context.paymentId, "clearing", priceOf(context).currency),
  };
}

/** The entry of a charged-back ticket in a cancelled raffle. */
function lossMadeGood(context: PaymentContext): TransferParams {
  return {
    ...loss(context),
    key: `charge/${context.chargeId}/chargeback_made_good`,
    from: rafflePot(context.raffleId),
    to: CHARGEBACK_LOSSES,
  };
}

/** The charge was taken by force while the prize was to give it back. */
function lossMadeGoodByPrize(context: PaymentContext): TransferParams {
  return {
    ...lossMadeGood(context),
    from: paymentAccount(context.paymentId, "refund_due", priceOf(context).currency),
  };
}

function row(context: PaymentContext, status: string): TransactionalActions["recordPayment"] {
  const { paymentId, raffleId, playerId, price, chargeId, refusal } = context;
  return {
    paymentId,
    raffleId,
    playerId,
    status,
    ...(price === null ? {} : { amount: price }),
    ...(chargeId === null ? {} : { chargeId }),
    ...(refusal === null ? {} : { refusal }),
  };
}
