/**
 * One sign that a player may not be one, or not a person, and what admins decide about it. One actor, so
 * that of two who decide at once the first counts. Imports only xstate and `machines/domain`. Guards
 * against a decision that nobody made, and one that is undone by an old button.
 */
import { assign, enqueueActions, setup } from "xstate";
import { toRaffle, toUser } from "./domain/addresses.ts";
import type { TransactionalActions, TransactionalSources } from "./domain/effects.ts";
import type { PaymentId, PlayerId, RaffleId } from "./domain/events.ts";
import type { SuspicionEvent, SuspicionInput, SuspicionStatus } from "./domain/suspicion.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { SuspicionTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

const DAY_MS = 86_400_000;
/** Tickets that are excluded in one commit. */
const PAGE = 100;

type Listed = TransactionalSources["listTicketsOf"]["output"];

/** What a suspicion remembers; what was counted is in its row alone. */
export interface SuspicionContext extends SuspicionInput {
  /** Who decided last; null as long as nobody has. */
  by: PlayerId | null;
  decidedAtMs: number;
  /** 0: he may enter. */
  barredUntilMs: number;
  /** Raffles in which his tickets are still to be read, the present one first. */
  raffles: RaffleId[];
  /** The last ticket that was read there. */
  after: PaymentId | "";
}

const rules = setup({
  types: {
    context: {} as SuspicionContext,
    events: {} as SuspicionEvent,
    input: {} as SuspicionInput,
    tags: {} as SuspicionTag,
  },
  actors: {
    listTicketsOf: supplied<TransactionalSources["listTicketsOf"]>(),
  },
  delays: {
    /** What follows happens in a commit of its own. */
    nextCommit: 0,
    retryPause: 10_000,
  },
  guards: {
    isMore: ({ context }, params: Listed) => !params.isLast || context.raffles.length > 1,
    isNotOwn: ({ context }, params: { by: PlayerId }) => params.by !== context.playerId,
    /** He decides about what he was shown. */
    isSeenUpheld: ({ context }, params: { by: PlayerId; seen: SuspicionStatus }) =>
      params.seen === "upheld" && params.by !== context.playerId,
  },
  actions: {
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    recordSuspicion: (_, _params: TransactionalActions["recordSuspicion"]) => suppliedByRuntime(),

    keepCleared: assign((_, { by, atMs }: { by: PlayerId; atMs: number }) => ({
      by,
      decidedAtMs: atMs,
      barredUntilMs: 0,
    })),
    keepRaffle: assign(({ context: { raffles } }, { raffleId }: { raffleId: RaffleId }) => ({
      raffles: [...raffles, raffleId],
    })),
    /** The raffle decides whether they can still go. */
    excludePage: enqueueActions(({ context, enqueue }, { paymentIds, isLast }: Listed) => {
      const { raffles: [raffleId, ...others], suspicionId, decidedAtMs: atMs, after } = context;
      enqueue.assign(
        isLast ? { raffles: others, after: "" as const } : { after: paymentIds.at(-1) ?? after },
      );
      if (raffleId === undefined || paymentIds.length === 0) return;
      const isLastOfPlayer = isLast;
      const event = {
        type: "tickets.exclude" as const,
        suspicionId,
        paymentIds,
        isLastOfPlayer,
        atMs,
      };
      enqueue(ask({ type: "tell", params: toRaffle(raffleId, event) }));
    }),
    lift: enqueueActions(({ context: { playerId, suspicionId }, enqueue }) => {
      const params = toUser(playerId, { type: "bar.lifted", suspicionId });
      enqueue(ask({ type: "tell", params }));
    }),
    keepUpheld: assign((_, { by, days, atMs }: { by: PlayerId; days: number; atMs: number }) => ({
      by,
      decidedAtMs: atMs,
      barredUntilMs: atMs + days * DAY_MS,
    })),
  },
});

/** How his tickets are read and taken off. */
const takingOff = (end: "excluded" | "#suspicion.cleared") => ({
  listing: rules.createStateConfig({
    description: "The raffle is told a page of his tickets, in the same commit.",
    invoke: {
      id: "listTicketsOf",
      src: "listTicketsOf",
      input: ({ context: { raffles, playerId, after, barredUntilMs, decidedAtMs } }) => ({
        raffleId: raffles[0] ?? "rfl_",
        playerId,
        after,
        limit: PAGE,
        // What he has taken since it was lifted is his.
        ...(barredUntilMs === 0 ? { untilMs: decidedAtMs } : {}),
      }),
      onDone: [
        {
          guard: { type: "isMore", params: ({ event }) => event.output },
          target: "betweenPages",
          actions: { type: "excludePage", params: ({ event }) => event.output },
        },
        {
          target: end,
          actions: { type: "excludePage", params: ({ event }) => event.output },
        },
      ],
      onError: { target: "waiting" },
    },
  }),
  betweenPages: rules.createStateConfig({
    description: "Each page has a commit of its own.",
    after: { nextCommit: { target: "listing" } },
  }),
  waiting: rules.createStateConfig({
    description: "They could not be read; it is tried again.",
    after: { retryPause: { target: "listing" } },
  }),
});

/** The rules of a suspicion. */
export const suspicionMachine = rules.createMachine({
  id: "suspicion",
  description: "A sign and its decision. It changes nothing until an admin has decided.",
  context: ({ input }) => ({
    ...input,
    by: null,
    decidedAtMs: 0,
    barredUntilMs: 0,
    raffles: [],
    after: "",
  }),
  initial: "created",
  states: {
    created: {
      description: "Made by the look that saw the sign; what it counted comes with the next event.",
      on: {
        "suspicion.raised": {
          target: "open",
          actions: {
            type: "recordSuspicion",
            params: ({ context, event: { evidence, atMs } }) => ({
              ...row({ ...context, decidedAtMs: atMs }, "open"),
              evidence,
            }),
          },
        },
      },
    },
    open: {
      description: "It waits for an admin, and holds up nothing.",
      tags: ["open", "resting"],
      on: {
        "suspicion.raised": { description: "Seen again: it is known." },
        "suspicion.clear": {
          description: "Nothing is wrong.",
          guard: { type: "isNotOwn", params: ({ event }) => event },
          target: "cleared",
          actions: { type: "keepCleared", params: ({ event }) => event },
        },
        "suspicion.exclude": {
          description:
            "His tickets in lists that are not sealed go, and he may not enter for a while.",
          guard: { type: "isNotOwn", params: ({ event }) => event },
          target: "upheld",
          actions: { type: "keepUpheld", params: ({ event }) => event },
        },
      },
    },
    upheld: {
      description: "He is excluded, and may appeal.",
      tags: ["upheld"],
      initial: "excluded",
      entry: [
        { type: "recordSuspicion", params: ({ context }) => row(context, "upheld") },
        { type: "tell", params: ({ context }) => barred(context) },
      ],
      on: {
        "suspicion.raised": { description: "Seen again: it is decided." },
        "suspicion.clear": {
          description: "He may enter again, but not all of his tickets are taken off yet.",
          guard: { type: "isSeenUpheld", params: ({ event }) => event },
          target: "lifting",
          actions: [{ type: "keepCleared", params: ({ event }) => event }, "lift"],
        },
        "exclusion.ready": {
          description: "A raffle whose list is not sealed: which tickets of his are on it?",
          target: ".listing",
          actions: { type: "keepRaffle", params: ({ event }) => event },
        },
      },
      states: {
        excluded: {
          description: "Nothing is left to do.",
          tags: ["resting"],
          on: {
            "suspicion.clear": {
              description: "The appeal is right: he may enter again. What is given back stays so.",
              guard: { type: "isSeenUpheld", params: ({ event }) => event },
              target: "#suspicion.cleared",
              actions: [{ type: "keepCleared", params: ({ event }) => event }, "lift"],
            },
          },
        },
        ...takingOff("excluded"),
      },
    },
    lifting: {
      description: "It was lifted while it was carried out. His own actor counts the tickets of " +
        "before no more, so the rest of them goes as well.",
      tags: ["cleared"],
      entry: { type: "recordSuspicion", params: ({ context }) => row(context, "cleared") },
      initial: "listing",
      on: {
        "suspicion.raised": { description: "Seen again: it is decided." },
        "exclusion.ready": {
          description: "The next raffle.",
          target: ".listing",
          actions: { type: "keepRaffle", params: ({ event }) => event },
        },
      },
      states: takingOff("#suspicion.cleared"),
    },
    cleared: {
      description: "Nothing is wrong. The same sign is not raised again.",
      tags: ["cleared", "resting"],
      entry: { type: "recordSuspicion", params: ({ context }) => row(context, "cleared") },
      on: {
        "suspicion.raised": { description: "Seen again: it is decided." },
        "exclusion.ready": {
          description: "A raffle answers after it was lifted: his tickets there go all the same.",
          target: "lifting",
          actions: { type: "keepRaffle", params: ({ event }) => event },
        },
      },
    },
  },
});

function barred(
  { playerId, suspicionId, raffleId, signal, barredUntilMs, decidedAtMs }: SuspicionContext,
) {
  return toUser(playerId, {
    type: "player.barred",
    suspicionId,
    raffleId,
    signal,
    untilMs: barredUntilMs,
    atMs: decidedAtMs,
  });
}

function row(
  { suspicionId, playerId, raffleId, signal, by, decidedAtMs, barredUntilMs }: SuspicionContext,
  status: SuspicionStatus,
): TransactionalActions["recordSuspicion"] {
  return {
    suspicionId,
    playerId,
    raffleId,
    signal,
    status,
    by,
    barredUntilMs,
    atMs: decidedAtMs,
  };
}
