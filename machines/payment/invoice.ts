/**
 * The raffle's quote, and the invoice in the chat until it is paid. Guards against a pre-checkout that gets
 * no answer within Telegram's ten seconds.
 */
import { assign } from "xstate";
import { toRaffle } from "../domain/addresses.ts";
import type { PlaceTerms } from "../domain/events.ts";
import type { MoneyJson } from "../domain/money.ts";
import { isPlaceLive } from "../domain/places.ts";
import { answerNo, baseRules, noteForeignPayer, record, requestPlace } from "./base_rules.ts";
import { priceOf } from "./payment_context.ts";

/** With the rules of quotes and invoices. */
export const invoiceRules = baseRules.extend({
  delays: {
    /** The raffle answers within the same commit; after this it is not there. */
    quoteTimeout: 30_000,
    /** An invoice is not paid later than that. */
    invoiceLifetime: 3_600_000,
  },
  guards: {
    isPlaceFirst: ({ context }) => context.method !== "stars",
    isWrongMethod: ({ context: { method } }, params: { price: MoneyJson }) =>
      method !== "balance" && (method === "stars") !== (params.price.currency === "XTR"),
    isPlaceHeld: ({ context }, params: { atMs: number }) =>
      context.placeUntilMs > 0 &&
      isPlaceLive({ untilMs: context.placeUntilMs, atMs: params.atMs }),
  },
  actions: {
    keepQuote: assign((
      _,
      { title, price, terms }: { title: string; price: MoneyJson; terms: PlaceTerms },
    ) => ({ title, price, terms })),
    keepQuery: assign((_, { queryId }: { queryId: string }) => ({ queryId })),
    forgetPlace: assign({ placeUntilMs: 0 }),
  },
});

/** The raffle names its price. */
export const quoting = invoiceRules.createStateConfig({
  description: "The raffle is asked for title, price and rules.",
  entry: [
    record("quoting"),
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
        actions: { type: "keepQuote", params: ({ event }) => event },
      },
      {
        target: "payable",
        actions: { type: "keepQuote", params: ({ event }) => event },
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
});

/** It can be paid in the chat. */
export const payable = invoiceRules.createStateConfig({
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
        actions: [answerNo("wrongPayer"), noteForeignPayer],
      },
      {
        guard: { type: "isWrongCurrency", params: ({ event }) => event },
        actions: answerNo("wrongCurrency"),
      },
      {
        guard: { type: "isWrongAmount", params: ({ event }) => event },
        actions: answerNo("wrongAmount"),
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
          { type: "keepQuery", params: ({ event }) => event },
          { type: "tell", params: ({ context, event }) => requestPlace(context, event) },
        ],
      },
    ],
  },
  states: {
    invoicing: {
      description: "The invoice is being sent. It can be paid before we hear that it arrived.",
      entry: record("invoicing"),
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
      entry: record("invoiced"),
    },
    reserving: {
      description: "A pre-checkout waits for a place: first the player's, then the raffle's.",
      on: {
        "precheckout.received": [
          {
            guard: { type: "isWrongPayer", params: ({ event }) => event },
            actions: [answerNo("wrongPayer"), noteForeignPayer],
          },
          {
            description: "One at a time; the first is being decided.",
            actions: answerNo("tryAgain"),
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
            { type: "answerQuery", params: ({ event }) => ({ ok: false, reason: event.reason }) },
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
      entry: record("approved"),
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
});
