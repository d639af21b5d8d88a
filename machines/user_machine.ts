/**
 * One player. All his wishes and payments pass here one after the other, so his limits hold however
 * many devices he uses. Imports only xstate and `machines/domain`. Guards against a player with more
 * tickets, or more entries a day, than the rules allow.
 */
import { assign, enqueueActions, setup } from "xstate";
import { startPayment, toPayment, toRaffle } from "./domain/addresses.ts";
import type { EffectActions, RuntimeAction, TransactionalActions } from "./domain/effects.ts";
import type {
  Language,
  PaymentId,
  PlaceTerms,
  PlayerId,
  RaffleId,
  UserEvent,
  UserInput,
} from "./domain/events.ts";
import { isPlaceLive, placeEnd } from "./domain/places.ts";
import type { UserTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

const DAY_MS = 86_400_000;

type Requested = Extract<UserEvent, { type: "entry.requested" }>;
type PlaceRequested = Extract<UserEvent, { type: "place.requested" }>;
type Paid = Extract<UserEvent, { type: "entry.paid" }>;

/** A place that one of his payments holds. */
export interface HeldPlace {
  paymentId: PaymentId;
  untilMs: number;
}

/** What he has in one raffle that has not ended. */
export interface UserEntry {
  /** Tickets issued, and those asked for and not refused yet. */
  tickets: number;
  places: HeldPlace[];
}

/** What is remembered of a player. */
export interface UserContext {
  playerId: PlayerId;
  chatId: number;
  name: string;
  language: Language;
  /** Most entries a day (UTC), of all raffles. */
  entriesPerDay: number;
  /** The UTC day that is counted, in days since 1970; it never goes back. */
  day: number;
  /** Entries asked for on that day. */
  entriesToday: number;
  /** Raffles that have not ended, and only those in which he has something. */
  entries: Record<RaffleId, UserEntry>;
}

function suppliedByRuntime(): never {
  throw new Error("Supplied by the runtime");
}

/** Within `setup` an enqueued action has no type of its own; this holds it to the contract. */
function ask(action: RuntimeAction): never {
  return action as never;
}

/** The rules of a player. */
export const userMachine = setup({
  types: {
    context: {} as UserContext,
    events: {} as UserEvent,
    input: {} as UserInput,
    tags: {} as UserTag,
  },
  guards: {
    isWithinDailyLimit: ({ context }, params: { atMs: number }) =>
      entriesToday(context, params.atMs) < context.entriesPerDay,
    isWithinPlayerLimit: (
      { context },
      { raffleId, paymentId, terms, atMs }: {
        raffleId: RaffleId;
        paymentId: PaymentId;
        terms: PlaceTerms;
        atMs: number;
      },
    ) => countOthers(context, { raffleId, paymentId, atMs }) < terms.ticketsPerPlayer,
    hasLivePlace: (
      { context },
      { raffleId, paymentId, atMs }: { raffleId: RaffleId; paymentId: PaymentId; atMs: number },
    ) => livePlacesIn(context, { raffleId, atMs }).some((place) => place.paymentId === paymentId),
    isChanged: ({ context }, params: { name: string; language: Language }) =>
      params.name !== context.name || params.language !== context.language,
  },
  actions: {
    notify: (_, _params: EffectActions["notify"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    recordPlayer: (_, _params: TransactionalActions["recordPlayer"]) => suppliedByRuntime(),

    keepProfile: assign((_, params: { name: string; language: Language }) => params),
    countEntry: assign(({ context }, params: { atMs: number }) => ({
      day: Math.max(context.day, dayOf(params.atMs)),
      entriesToday: entriesToday(context, params.atMs) + 1,
    })),
    /** Drops what has lapsed, in all raffles; his own earlier place is replaced. */
    keepPlace: assign(({ context }, params: PlaceRequested) => {
      const { raffleId, paymentId, terms, atMs } = params;
      const entries = withoutLapsed(context.entries, atMs);
      const entry = entries[raffleId] ?? { tickets: 0, places: [] };
      const others = entry.places.filter((place) => place.paymentId !== paymentId);
      const untilMs = placeEnd({ atMs, closingWindowMs: terms.closingWindowMs });
      return {
        entries: {
          ...entries,
          [raffleId]: { ...entry, places: [...others, { paymentId, untilMs }] },
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
      const { raffleId, paymentId, salt, placeUntilMs, source, atMs } = paid;
      const entries = withoutLapsed(context.entries, atMs);
      const entry = entries[raffleId] ?? { tickets: 0, places: [] };
      const places = entry.places.filter((place) => place.paymentId !== paymentId);
      enqueue.assign({
        entries: { ...entries, [raffleId]: { tickets: entry.tickets + 1, places } },
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
    forgetRaffle: assign(({ context }, params: { raffleId: RaffleId }) => {
      const { [params.raffleId]: _ended, ...entries } = context.entries;
      return { entries };
    }),
  },
}).createMachine({
  id: "user",
  description: "A player: who he is, whether he can be written to, and what he has in running " +
    "raffles. His entries and money are handled also while he blocks the bot.",
  context: ({ input }) => ({
    playerId: input.playerId,
    chatId: input.chatId,
    name: input.name,
    language: input.language,
    entriesPerDay: input.entriesPerDay,
    day: dayOf(input.atMs),
    entriesToday: 0,
    entries: {},
  }),
  initial: "active",
  on: {
    "entry.requested": [
      {
        description: "A payment of its own is made, which asks the raffle.",
        guard: { type: "isWithinDailyLimit", params: ({ event }) => ({ atMs: event.atMs }) },
        actions: [
          { type: "countEntry", params: ({ event }) => ({ atMs: event.atMs }) },
          { type: "tell", params: ({ context, event }) => newPayment(context, event) },
        ],
      },
      {
        description: "Too many entries today.",
        actions: {
          type: "notify",
          params: ({ context, event }) => ({
            playerId: context.playerId,
            notice: {
              key: "entryRefused",
              raffleId: event.raffleId,
              reason: "overDailyLimit",
            },
          }),
        },
      },
    ],
    "place.requested": [
      {
        description: "The place is his to have; now the raffle is asked.",
        guard: { type: "isWithinPlayerLimit", params: ({ event }) => event },
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
        description: "He has as many tickets and places as a player may have.",
        actions: {
          type: "tell",
          params: ({ event }) =>
            toPayment(event.paymentId, { type: "place.refused", reason: "overPlayerLimit" }),
        },
      },
    ],
    "place.released": {
      actions: { type: "forgetPlace", params: ({ event }) => event },
    },
    "entry.paid": [
      {
        description: "The place of this payment still holds.",
        guard: { type: "hasLivePlace", params: ({ event }) => event },
        actions: { type: "claimTicket", params: ({ event }) => event },
      },
      {
        description: "It has lapsed, or there was none; he may have one ticket more.",
        guard: { type: "isWithinPlayerLimit", params: ({ event }) => event },
        actions: { type: "claimTicket", params: ({ event }) => event },
      },
      {
        description: "He has as many as a player may have: the money goes back.",
        actions: [
          { type: "forgetPlace", params: ({ event }) => event },
          {
            type: "tell",
            params: ({ event }) =>
              toPayment(event.paymentId, { type: "ticket.refused", reason: "overPlayerLimit" }),
          },
        ],
      },
    ],
    "ticket.issued": {
      description: "It was counted when it was asked for.",
    },
    "ticket.refused": {
      description: "It does not count after all.",
      actions: { type: "uncountTicket", params: ({ event }) => ({ raffleId: event.raffleId }) },
    },
    "ticket.void": {
      description:
        "He took his charge back by force. Whether the ticket still goes, the raffle says.",
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
    "raffle.ended": {
      actions: { type: "forgetRaffle", params: ({ event }) => ({ raffleId: event.raffleId }) },
    },
    "prize.credited": {
      description: "The ledger has the money and the payout tells him; nothing is kept here.",
    },
  },
  states: {
    active: {
      description: "He can be written to.",
      tags: ["active", "resting"],
      entry: { type: "recordPlayer", params: ({ context }) => row(context, false) },
      on: {
        "bot.blocked": { target: "blocked" },
        "user.started": {
          description: "He is greeted at each start, and shown the raffle whose link he followed.",
          actions: [
            { type: "keepProfile", params: ({ event }) => profile(event) },
            { type: "recordPlayer", params: ({ context }) => row(context, false) },
            { type: "notify", params: ({ context, event }) => welcome(context, event) },
          ],
        },
        "user.seen": [
          {
            guard: { type: "isChanged", params: ({ event }) => event },
            actions: [
              { type: "keepProfile", params: ({ event }) => profile(event) },
              { type: "recordPlayer", params: ({ context }) => row(context, false) },
            ],
          },
          { description: "Nothing new about him." },
        ],
      },
    },
    blocked: {
      description:
        "He has blocked the bot: nothing reaches him, his money is handled all the same.",
      tags: ["blocked", "resting"],
      entry: { type: "recordPlayer", params: ({ context }) => row(context, true) },
      on: {
        "bot.unblocked": { target: "active" },
        "user.started": {
          description: "Who writes can be written to.",
          target: "active",
          actions: [
            { type: "keepProfile", params: ({ event }) => profile(event) },
            { type: "notify", params: ({ context, event }) => welcome(context, event) },
          ],
        },
        "user.seen": {
          description: "Who writes can be written to.",
          target: "active",
          actions: { type: "keepProfile", params: ({ event }) => profile(event) },
        },
      },
    },
  },
});

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** A later day starts from nothing; an earlier one (a clock went back) counts with the present. */
function entriesToday(context: UserContext, atMs: number): number {
  return dayOf(atMs) > context.day ? 0 : context.entriesToday;
}

function livePlacesIn(
  { entries }: UserContext,
  { raffleId, atMs }: { raffleId: RaffleId; atMs: number },
): HeldPlace[] {
  return (entries[raffleId]?.places ?? [])
    .filter(({ untilMs }) => isPlaceLive({ untilMs, atMs }));
}

/** Tickets and live places of his other payments. */
function countOthers(
  context: UserContext,
  { raffleId, paymentId, atMs }: { raffleId: RaffleId; paymentId: PaymentId; atMs: number },
): number {
  const others = livePlacesIn(context, { raffleId, atMs })
    .filter((place) => place.paymentId !== paymentId);
  return (context.entries[raffleId]?.tickets ?? 0) + others.length;
}

/** An entry changed, or gone when nothing is left of it. */
function withEntry(
  entries: Record<RaffleId, UserEntry>,
  raffleId: RaffleId,
  change: (entry: UserEntry) => UserEntry,
): Record<RaffleId, UserEntry> {
  const { [raffleId]: entry, ...others } = entries;
  if (entry === undefined) return entries;
  const changed = change(entry);
  return isEmpty(changed) ? others : { ...others, [raffleId]: changed };
}

/** Without lapsed places, and without raffles in which nothing is left. */
function withoutLapsed(
  entries: Record<RaffleId, UserEntry>,
  atMs: number,
): Record<RaffleId, UserEntry> {
  const kept = Object.entries(entries).map(([raffleId, entry]): [string, UserEntry] => [
    raffleId,
    {
      ...entry,
      places: entry.places.filter(({ untilMs }) => isPlaceLive({ untilMs, atMs })),
    },
  ]);
  return Object.fromEntries(kept.filter(([, entry]) => !isEmpty(entry)));
}

function isEmpty({ tickets, places }: UserEntry): boolean {
  return tickets === 0 && places.length === 0;
}

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

function profile({ name, language }: { name: string; language: Language }) {
  return { name, language };
}

function welcome(
  { playerId }: UserContext,
  { raffleId }: { raffleId?: RaffleId },
): EffectActions["notify"] {
  return {
    playerId,
    notice: { key: "welcome", ...(raffleId === undefined ? {} : { raffleId }) },
  };
}

function row(context: UserContext, isBlocked: boolean): TransactionalActions["recordPlayer"] {
  const { playerId, chatId, name, language } = context;
  return { playerId, chatId, name, language, isBlocked };
}
