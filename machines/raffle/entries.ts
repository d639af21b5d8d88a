/**
 * Entries: quotes, promised places, tickets, and what takes tickets off the list again. Guards against a
 * ticket too many, and a payment that gets no answer.
 */
import { assign, cancel, enqueueActions } from "xstate";
import { CHARGEBACK_LOSSES, rafflePot } from "../domain/accounts.ts";
import { toPayment, toUser } from "../domain/addresses.ts";
import type { PaymentId, RaffleEvent, TransferParams } from "../domain/events.ts";
import { changePlaces, countPlaces, isPlaceLive, livePlaces, placeEnd } from "../domain/places.ts";
import type { EntryRefusal } from "../domain/refusals.ts";
import { toSuspicion } from "../domain/suspicion.ts";
import { ask } from "../supplied.ts";
import { baseRules, record } from "./base_rules.ts";
import type { RaffleContext } from "./raffle_context.ts";

type Asked = Extract<RaffleEvent, { type: "entry.quote" | "place.reserve" }>;
type Claim = Extract<RaffleEvent, { type: "ticket.claim" }>;
type Voided = Extract<RaffleEvent, { type: "ticket.void" }>;
type Exclusion = Extract<RaffleEvent, { type: "tickets.exclude" }>;

/** With the rules of entries. */
export const entriesRules = baseRules.extend({
  delays: {
    /** Players who join within it are told of together. */
    joinedNoticeWindow: 10_000,
  },
  guards: {
    hasRoom: ({ context }, params: { atMs: number }) => hasRoom(context, params.atMs),
    hasPlace: ({ context }, params: { placeUntilMs: number; atMs: number }) =>
      isPlaceLive({ untilMs: params.placeUntilMs, atMs: params.atMs }) &&
      (context.places[String(params.placeUntilMs)] ?? 0) > 0,
    isSoldOut: ({ context }) => context.tickets >= context.terms.maxTickets,
    isNoticeDue: ({ context }) => context.isJoinedNoticeDue,
  },
  actions: {
    addPlace: assign(({ context }, params: { atMs: number }) => ({
      places: changePlaces(livePlaces(context.places, params.atMs), {
        untilMs: endOfPlace(context, params.atMs),
        by: 1,
      }),
    })),
    dropPlace: assign(({ context }, params: { untilMs: number }) => ({
      places: changePlaces(context.places, { untilMs: params.untilMs, by: -1 }),
    })),
    dropLapsedPlaces: assign(({ context }, params: { atMs: number }) => ({
      places: livePlaces(context.places, params.atMs),
    })),
    /** Counts it, stores it, moves the money into the pot. Its player has counted it already. */
    issueTicket: enqueueActions(({ context, enqueue }, claim: Claim) => {
      const number = context.tickets + 1;
      const { paymentId, playerId, salt, atMs } = claim;
      const { raffleId } = context;
      enqueue.assign({
        tickets: number,
        hasBegun: true,
        players: context.players + (claim.isFirstOfPlayer ? 1 : 0),
        places: livePlaces(
          changePlaces(context.places, { untilMs: claim.placeUntilMs, by: -1 }),
          atMs,
        ),
      });
      enqueue(ask({
        type: "recordTicket",
        params: { raffleId, number, playerId, paymentId, salt, atMs },
      }));
      const transfers = entryTransfers(context, claim);
      if (transfers.length > 0) enqueue(ask({ type: "postTransfers", params: { transfers } }));
      enqueue(ask({
        type: "tell",
        params: toPayment(paymentId, { type: "ticket.issued", number }),
      }));
    }),
    /** It is gone from the list, and its money from the pot: the loss of its charge is made good. */
    voidTicket: enqueueActions(({ context, enqueue }, voided: Voided) => {
      const { raffleId, terms } = context;
      const { paymentId, chargeId, isLastOfPlayer } = voided;
      enqueue.assign({
        tickets: Math.max(0, context.tickets - 1),
        players: Math.max(0, context.players - (isLastOfPlayer ? 1 : 0)),
      });
      enqueue(ask({ type: "recordTicket", params: { raffleId, paymentId, isVoid: true } }));
      const madeGood: TransferParams = {
        key: `charge/${chargeId}/chargeback_made_good`,
        from: rafflePot(raffleId),
        to: CHARGEBACK_LOSSES,
        amount: terms.price,
        type: "chargeback",
        externalId: chargeId,
      };
      enqueue(ask({ type: "postTransfers", params: { transfers: [madeGood] } }));
    }),
    /** His claims came before this, so that they are issued or refused by now. */
    answerExclusion: enqueueActions((
      { context: { raffleId }, enqueue },
      { suspicionId }: Extract<RaffleEvent, { type: "player.exclude" }>,
    ) => {
      const event = { type: "exclusion.ready" as const, raffleId };
      enqueue(ask({ type: "tell", params: toSuspicion(suspicionId, event) }));
    }),
    /** They are gone from the list; the payments take the money out of the pot and give it back. */
    excludeTickets: enqueueActions(({ context, enqueue }, exclusion: Exclusion) => {
      const { raffleId, tickets, players } = context;
      const { suspicionId, paymentIds, isLastOfPlayer, atMs } = exclusion;
      enqueue.assign({
        tickets: Math.max(0, tickets - paymentIds.length),
        players: Math.max(0, players - (isLastOfPlayer ? 1 : 0)),
      });
      enqueue(ask({ type: "recordTicket", params: { raffleId, paymentIds, suspicionId, atMs } }));
      for (const paymentId of paymentIds) {
        enqueue(ask({
          type: "tell",
          params: toPayment(paymentId, { type: "ticket.excluded", atMs }),
        }));
      }
    }),
    refuseTicket: enqueueActions((
      { context: { raffleId }, enqueue },
      { claim: { paymentId, playerId }, reason }: { claim: Claim; reason: EntryRefusal },
    ) => {
      enqueue(ask({
        type: "tell",
        params: toUser(playerId, { type: "ticket.refused", raffleId, paymentId, reason }),
      }));
      enqueue(ask({
        type: "tell",
        params: toPayment(paymentId, { type: "ticket.refused", reason }),
      }));
    }),
    /** One timer for all who join within the window. */
    announceJoined: enqueueActions(({ context, enqueue }) => {
      if (context.isJoinedNoticeDue) return;
      enqueue.assign({ isJoinedNoticeDue: true });
      enqueue.raise({ type: "playersJoined.due" }, {
        id: "joinedNotice",
        delay: "joinedNoticeWindow",
      });
    }),
    cancelJoinedNotice: cancel("joinedNotice"),
    forgetJoinedNotice: assign({ isJoinedNoticeDue: false }),
  },
});

/** What a state may do on events, as far as these rules go. */
export type EntriesTransitions = NonNullable<
  Parameters<typeof entriesRules.createStateConfig>[0]["on"]
>;

/** Nothing is sold. */
export function refusing(
  reason: EntryRefusal,
): Required<Pick<EntriesTransitions, "entry.quote" | "place.reserve" | "ticket.claim">> {
  return {
    "entry.quote": {
      description: "Nothing is sold now.",
      actions: { type: "tell", params: ({ event }) => refusedQuote(event.paymentId, reason) },
    },
    "place.reserve": {
      description: "Nothing is sold now.",
      actions: { type: "tell", params: ({ event }) => refusedPlace(event.paymentId, reason) },
    },
    "ticket.claim": {
      description: "Money that comes all the same goes back.",
      actions: { type: "refuseTicket", params: ({ event }) => ({ claim: event, reason }) },
    },
  };
}

/** What takes tickets off a list that is not sealed. */
export function listChanges(
  { status, ...transition }: {
    /** Written down with it, where that is not done by another state. */
    status?: string;
    description?: string;
    guard?: "isFirstDraw";
    target?: string;
  } = {},
): EntriesTransitions {
  const then = status === undefined ? [] : [record(status)];
  return {
    "ticket.void": {
      ...transition,
      actions: [{ type: "voidTicket", params: ({ event }) => event }, ...then],
    },
    "tickets.exclude": {
      ...transition,
      actions: [{ type: "excludeTickets", params: ({ event }) => event }, ...then],
    },
  };
}

/** Money for promised places alone counts. */
export function promisedTickets(
  { otherwise, then = [] }: { otherwise: EntryRefusal; then?: "announceJoined"[] },
): EntriesTransitions {
  return {
    "ticket.claim": [
      {
        description: "The yes was given before: it counts.",
        guard: { type: "hasPlace", params: ({ event }) => event },
        actions: [{ type: "issueTicket", params: ({ event }) => event }, ...then],
      },
      {
        actions: {
          type: "refuseTicket",
          params: ({ event }) => ({
            claim: event,
            reason: event.placeUntilMs > 0 ? "placeLapsed" : otherwise,
          }),
        },
      },
    ],
  };
}

/** What comes from players while anybody may join. */
export const acceptingEntries = entriesRules.createStateConfig({
  on: {
    ...listChanges({ status: "open" }),
    "entry.quote": [
      {
        guard: "isSoldOut",
        actions: { type: "tell", params: ({ event }) => refusedQuote(event.paymentId, "full") },
      },
      { actions: { type: "tell", params: ({ context, event }) => quoted(context, event) } },
    ],
    "place.reserve": [
      {
        description: "Tickets and live places together never exceed the maximum.",
        guard: { type: "hasRoom", params: ({ event }) => ({ atMs: event.atMs }) },
        actions: [
          { type: "addPlace", params: ({ event }) => ({ atMs: event.atMs }) },
          { type: "tell", params: ({ context, event }) => reserved(context, event) },
        ],
      },
      { actions: { type: "tell", params: ({ event }) => refusedPlace(event.paymentId, "full") } },
    ],
    "ticket.claim": [
      {
        description: "It holds a place: it counts.",
        guard: { type: "hasPlace", params: ({ event }) => event },
        actions: [{ type: "issueTicket", params: ({ event }) => event }, "announceJoined"],
      },
      {
        description: "Its place has lapsed, or it had none; there is room: it counts.",
        guard: { type: "hasRoom", params: ({ event }) => ({ atMs: event.atMs }) },
        actions: [{ type: "issueTicket", params: ({ event }) => event }, "announceJoined"],
      },
      {
        actions: {
          type: "refuseTicket",
          params: ({ event }) => ({ claim: event, reason: "full" as const }),
        },
      },
    ],
  },
}).on;

/** What comes from players during a pause. */
export const pausedEntries: EntriesTransitions = {
  ...listChanges({ status: "paused" }),
  ...refusing("paused"),
  ...promisedTickets({ otherwise: "paused", then: ["announceJoined"] }),
};

function endOfPlace(context: RaffleContext, atMs: number): number {
  return placeEnd({ atMs, closingWindowMs: context.terms.closingWindowMs });
}

function hasRoom({ tickets, terms, places }: RaffleContext, atMs: number): boolean {
  return tickets + countPlaces(livePlaces(places, atMs)) < terms.maxTickets;
}

/** From the payment into the pot; an entry from the balance lies there already. */
function entryTransfers(context: RaffleContext, claim: Claim): TransferParams[] {
  const pot = rafflePot(context.raffleId);
  if (claim.source.account === pot) return [];
  return [{
    key: `payment/${claim.paymentId}/ticket`,
    from: claim.source.account,
    to: pot,
    amount: context.terms.price,
    type: "entry",
  }];
}

function refusedQuote(paymentId: PaymentId, reason: EntryRefusal) {
  return toPayment(paymentId, { type: "entry.refused", reason });
}

function refusedPlace(paymentId: PaymentId, reason: EntryRefusal) {
  return toPayment(paymentId, { type: "place.refused", reason });
}

function quoted({ terms }: RaffleContext, { paymentId, atMs }: Asked) {
  const { title, price, ticketsPerPlayer, closingWindowMs } = terms;
  return toPayment(paymentId, {
    type: "entry.quoted",
    title,
    price,
    terms: { ticketsPerPlayer, closingWindowMs },
    atMs,
  });
}

function reserved(context: RaffleContext, { paymentId, atMs }: Asked) {
  const untilMs = endOfPlace(context, atMs);
  return toPayment(paymentId, { type: "place.reserved", untilMs, atMs });
}
