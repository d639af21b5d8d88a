/**
 * Entries and top-ups: what he asks for, the places his payments hold, the tickets they become. Guards
 * against a player with more tickets, or more entries a day, than the rules allow.
 */
import { assign, enqueueActions } from "xstate";
import { startPayment, toPayment, toRaffle } from "../domain/addresses.ts";
import { startTopUp, type TopUpId } from "../domain/bank.ts";
import type { PaymentId, RaffleId, UserEvent } from "../domain/events.ts";
import { placeEnd } from "../domain/places.ts";
import { ask } from "../supplied.ts";
import { dialogueRules } from "./dialogues.ts";
import {
  costOf,
  countsAt,
  entryRefusal,
  isBarred,
  lateRefusal,
  livePlacesIn,
  placeRefusal,
  spending,
  topUpRefusal,
  withEntry,
  withoutLapsed,
} from "./limits.ts";
import { isKnown, say, topUpsOf, type UserContext } from "./user_context.ts";

type Requested = Extract<UserEvent, { type: "entry.requested" }>;
type TopUpRequested = Extract<UserEvent, { type: "topup.requested" }>;
type PlaceRequested = Extract<UserEvent, { type: "place.requested" }>;
type Paid = Extract<UserEvent, { type: "entry.paid" }>;

/** With the rules of entries. */
export const entryRules = dialogueRules.extend({
  guards: {
    mayEnter: ({ context }, params: Requested) =>
      isKnown(context) && entryRefusal(context, params) === undefined,
    mayTopUp: ({ context }, params: TopUpRequested) => topUpRefusal(context, params) === undefined,
    mayHavePlace: ({ context }, params: PlaceRequested) =>
      placeRefusal(context, params) === undefined,
    mayEnterLate: ({ context }, params: Paid) => lateRefusal(context, params) === undefined,
    hasLivePlace: (
      { context },
      { raffleId, paymentId, atMs }: { raffleId: RaffleId; paymentId: PaymentId; atMs: number },
    ) => livePlacesIn(context, { raffleId, atMs }).some((place) => place.paymentId === paymentId),
    isBarred: ({ context }, params: { atMs: number }) => isBarred(context, params.atMs),
    hasTickets: ({ context }, params: { raffleId: RaffleId }) =>
      (context.entries[params.raffleId]?.tickets ?? 0) > 0,
  },
  actions: {
    countEntry: assign(({ context }, params: Requested) => {
      const { day, entriesToday, enteredToday } = countsAt(context, params.atMs);
      const entriesPerDay = params.entriesPerDay ?? context.entriesPerDay;
      return { day, entriesToday: entriesToday + 1, enteredToday, entriesPerDay };
    }),
    /** Drops what has lapsed, in all raffles; his own earlier place is replaced. */
    keepPlace: assign(({ context }, params: PlaceRequested) => {
      const { raffleId, paymentId, terms, price, atMs } = params;
      const entries = withoutLapsed(context.entries, atMs);
      const entry = entries[raffleId] ?? { tickets: 0, places: [] };
      const others = entry.places.filter((place) => place.paymentId !== paymentId);
      const untilMs = placeEnd({ atMs, closingWindowMs: terms.closingWindowMs });
      return {
        entries: {
          ...entries,
          [raffleId]: {
            ...entry,
            places: [...others, {
              paymentId,
              untilMs,
              ...(price === undefined ? {} : costOf(price)),
            }],
          },
        },
      };
    }),
    forgetPlace: assign(({ context }, params: { raffleId: RaffleId; paymentId: PaymentId }) => ({
      entries: withEntry(context.entries, params.raffleId, (entry) => ({
        ...entry,
        places: entry.places.filter(({ paymentId }) => paymentId !== params.paymentId),
      })),
    })),
    /** The ticket is counted from here on, so that two payments at once cannot both have the last. */
    claimTicket: enqueueActions(({ context, enqueue }, paid: Paid) => {
      const { raffleId, paymentId, salt, placeUntilMs, source, price, atMs } = paid;
      const entries = withoutLapsed(context.entries, atMs);
      const entry = entries[raffleId] ?? { tickets: 0, places: [] };
      const places = entry.places.filter((place) => place.paymentId !== paymentId);
      const { enteredToday, ...counts } = countsAt(context, atMs);
      enqueue.assign({
        ...counts,
        enteredToday: enteredToday + 1,
        entries: { ...entries, [raffleId]: { tickets: entry.tickets + 1, places } },
        ...spending(context, price, atMs),
      });
      enqueue(ask({
        type: "tell",
        params: toRaffle(raffleId, {
          type: "ticket.claim",
          paymentId,
          playerId: context.playerId,
          salt,
          isFirstOfPlayer: entry.tickets === 0,
          placeUntilMs,
          source,
          atMs,
        }),
      }));
    }),
    uncountTicket: assign(({ context }, params: { raffleId: RaffleId }) => ({
      entries: withEntry(context.entries, params.raffleId, (entry) => ({
        ...entry,
        tickets: Math.max(0, entry.tickets - 1),
      })),
    })),
    keepTopUp: assign(({ context }, { topUpId }: TopUpRequested) => ({
      topUps: [...topUpsOf(context), topUpId],
    })),
    forgetTopUp: assign(({ context }, { topUpId }: { topUpId: TopUpId }) => ({
      topUps: topUpsOf(context).filter((open) => open !== topUpId),
    })),
    forgetRaffle: assign(({ context }, params: { raffleId: RaffleId }) => {
      const { [params.raffleId]: _ended, ...entries } = context.entries;
      return { entries };
    }),
  },
});

/** What he asks for and his payments ask, and what raffles answer. */
export const entries = entryRules.createStateConfig({
  on: {
    "entry.requested": [
      {
        description: "There will be a receipt: first he is asked where it goes.",
        guard: { type: "isEmailMissing", params: ({ event }) => event },
        actions: { type: "askForEmail", params: ({ event }) => event },
      },
      {
        description: "A payment of its own is made, which asks the raffle.",
        guard: { type: "mayEnter", params: ({ event }) => event },
        actions: [
          "leaveDialogue",
          { type: "countEntry", params: ({ event }) => event },
          { type: "tell", params: ({ context, event }) => newPayment(context, event) },
        ],
      },
      {
        description: "Too many entries today, or he keeps himself from it.",
        guard: "isKnown",
        actions: [
          {
            type: "notify",
            params: ({ context, event }) => ({
              playerId: context.playerId,
              notice: {
                key: "entryRefused",
                raffleId: event.raffleId,
                reason: entryRefusal(context, event) ?? "tryAgain",
              },
            }),
          },
          {
            type: "recordDeed",
            params: ({ context, event }) => ({
              playerId: context.playerId,
              what: "entryRefused",
              detail: entryRefusal(context, event) ?? "tryAgain",
              raffleId: event.raffleId,
            }),
          },
        ],
      },
    ],
    "topup.requested": [
      {
        description: "There will be a receipt: first he is asked where it goes.",
        guard: { type: "isEmailMissing", params: ({ event }) => event },
        actions: { type: "askForEmail", params: ({ event }) => event },
      },
      {
        description: "A top-up of its own is made, which is paid by bank.",
        guard: { type: "mayTopUp", params: ({ event }) => event },
        actions: [
          "leaveDialogue",
          { type: "keepTopUp", params: ({ event }) => event },
          { type: "tell", params: ({ context, event }) => newTopUp(context, event) },
        ],
      },
      {
        description: "Too little, too much, too many at once, or he keeps himself from it.",
        guard: "isKnown",
        actions: {
          type: "notify",
          params: ({ context, event }) =>
            say(context, {
              key: "topUpRefused",
              reason: topUpRefusal(context, event) ?? "tooMany",
              bounds: event.bounds,
            }),
        },
      },
    ],
    "topup.ended": {
      description: "It was paid, or can be paid no more.",
      actions: { type: "forgetTopUp", params: ({ event }) => event },
    },
    "place.requested": [
      {
        description: "The place is his to have; now the raffle is asked.",
        guard: { type: "mayHavePlace", params: ({ event }) => event },
        actions: [
          { type: "keepPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ context, event }) =>
              toRaffle(event.raffleId, {
                type: "place.reserve",
                paymentId: event.paymentId,
                playerId: context.playerId,
                atMs: event.atMs,
              }),
          },
        ],
      },
      {
        description: "He has as many tickets and places as a player may have, or as he allows " +
          "himself.",
        actions: {
          type: "tell",
          params: ({ context, event }) =>
            toPayment(event.paymentId, {
              type: "place.refused",
              reason: placeRefusal(context, event) ?? "tryAgain",
            }),
        },
      },
    ],
    "place.released": {
      actions: { type: "forgetPlace", params: ({ event }) => event },
    },
    "entry.paid": [
      {
        description: "An admin has excluded him meanwhile: the money goes back.",
        guard: { type: "isBarred", params: ({ event }) => event },
        actions: [
          { type: "forgetPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ event }) =>
              toPayment(event.paymentId, { type: "ticket.refused", reason: "barred" as const }),
          },
        ],
      },
      {
        description: "The place of this payment still holds.",
        guard: { type: "hasLivePlace", params: ({ event }) => event },
        actions: { type: "claimTicket", params: ({ event }) => event },
      },
      {
        description: "It has lapsed, or there was none; he may have one ticket more.",
        guard: { type: "mayEnterLate", params: ({ event }) => event },
        actions: { type: "claimTicket", params: ({ event }) => event },
      },
      {
        description: "He has as many as a player may have, or now keeps himself from it: the " +
          "money goes back.",
        actions: [
          { type: "forgetPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ context, event }) =>
              toPayment(event.paymentId, {
                type: "ticket.refused",
                reason: lateRefusal(context, event) ?? "overPlayerLimit",
              }),
          },
        ],
      },
    ],
    "ticket.refused": {
      description: "It does not count after all.",
      actions: { type: "uncountTicket", params: ({ event }) => ({ raffleId: event.raffleId }) },
    },
    "ticket.void": [
      {
        description:
          "He took his charge back by force. Whether the ticket still goes, the raffle says.",
        guard: { type: "hasTickets", params: ({ event }) => event },
        actions: [
          {
            type: "tell",
            params: ({ context, event: { raffleId, paymentId, chargeId } }) =>
              toRaffle(raffleId, {
                type: "ticket.void",
                paymentId,
                chargeId,
                isLastOfPlayer: (context.entries[raffleId]?.tickets ?? 0) <= 1,
              }),
          },
          { type: "uncountTicket", params: ({ event }) => ({ raffleId: event.raffleId }) },
        ],
      },
      {
        description: "The raffle is over, or was told already that all his tickets go.",
      },
    ],
  },
}).on;

function newPayment(context: UserContext, event: Requested) {
  return startPayment({
    paymentId: event.paymentId,
    raffleId: event.raffleId,
    playerId: context.playerId,
    chatId: context.chatId,
    language: context.language,
    method: event.method,
    salt: event.salt,
    atMs: event.atMs,
  });
}

function newTopUp({ playerId, language }: UserContext, event: TopUpRequested) {
  const { topUpId, amount, atMs } = event;
  return startTopUp({ topUpId, playerId, language, amount, atMs });
}
