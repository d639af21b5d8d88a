/**
 * The one that looks for signs of people who take part as several, every minute, over what was
 * recorded since. It raises suspicions and decides nothing. Imports only xstate and `machines/domain`.
 * Guards against entries that wait for a check, or are undone by one that fails.
 */
import { assign, enqueueActions, setup } from "xstate";
import type {
  EffectActions,
  TransactionalActions,
  TransactionalSources,
} from "./domain/effects.ts";
import {
  type CheckCursor,
  type CheckLimits,
  type ChecksEvent,
  type ChecksInput,
  isLookingOff,
  raiseSuspicion,
} from "./domain/suspicion.ts";
import { ask, supplied, suppliedByRuntime } from "./supplied.ts";
import type { ChecksTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

type Looked = TransactionalSources["lookForSuspicions"]["output"];

/** What the checks remember. */
export interface ChecksContext {
  limits: CheckLimits;
  /** Everything up to here was looked at. */
  after: CheckCursor;
}

/** The rules of the checks. */
export const checksMachine = setup({
  types: {
    context: {} as ChecksContext,
    events: {} as ChecksEvent,
    input: {} as ChecksInput,
    tags: {} as ChecksTag,
  },
  actors: {
    lookForSuspicions: supplied<TransactionalSources["lookForSuspicions"]>(),
  },
  delays: {
    /** Between two looks. */
    lookPause: 60_000,
    /** What follows happens in a commit of its own. */
    nextCommit: 0,
  },
  guards: {
    isOff: (_, params: { limits: CheckLimits }) => isLookingOff(params.limits),
    isLast: (_, params: { isLast: boolean }) => params.isLast,
  },
  actions: {
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),

    keepLimits: assign((_, { limits }: ChecksInput) => ({ limits })),
    /** What was not looked for meanwhile is not made up for. */
    beginNow: assign((_, { atMs }: { atMs: number }) => ({ after: { atMs, paymentId: "" } })),
    raise: enqueueActions(({ enqueue }, { found, after, atMs }: Looked) => {
      enqueue.assign({ after });
      for (const one of found) {
        enqueue(ask({ type: "tell", params: raiseSuspicion(one, atMs) }));
      }
      if (found.length === 0) return;
      const notice = { key: "suspicionsFound" as const, count: found.length };
      enqueue(ask({ type: "reportToAdmins", params: { notice } }));
    }),
  },
}).createMachine({
  id: "checks",
  description: "Looks for signs of people who take part as several, and tells admins of new ones.",
  context: ({ input }) => ({
    limits: input.limits,
    after: { atMs: input.atMs, paymentId: "" },
  }),
  initial: "off",
  on: {
    "checks.configured": [
      {
        description: "Nothing is to be looked for.",
        guard: { type: "isOff", params: ({ event }) => event },
        target: ".off",
        actions: { type: "keepLimits", params: ({ event }) => event },
      },
      {
        description: "What is configured now holds from the next look on.",
        target: ".waiting",
        actions: { type: "keepLimits", params: ({ event }) => event },
      },
    ],
  },
  states: {
    off: {
      description: "Nothing is looked for.",
      tags: ["resting"],
      on: {
        "checks.configured": [
          {
            description: "Nothing is to be looked for.",
            guard: { type: "isOff", params: ({ event }) => event },
            actions: { type: "keepLimits", params: ({ event }) => event },
          },
          {
            description: "It begins with what is recorded from now on.",
            target: "waiting",
            actions: [
              { type: "keepLimits", params: ({ event }) => event },
              { type: "beginNow", params: ({ event }) => event },
            ],
          },
        ],
      },
    },
    waiting: {
      description: "For the next look.",
      after: { lookPause: { target: "looking" } },
    },
    looking: {
      description: "A page of new entries, and what else was recorded, in the same commit.",
      invoke: {
        id: "lookForSuspicions",
        src: "lookForSuspicions",
        input: ({ context: { limits, after } }) => ({ limits, after }),
        onDone: [
          {
            guard: { type: "isLast", params: ({ event }) => event.output },
            target: "waiting",
            actions: { type: "raise", params: ({ event }) => event.output },
          },
          {
            target: "betweenPages",
            actions: { type: "raise", params: ({ event }) => event.output },
          },
        ],
        onError: { description: "It is tried again with the next look.", target: "waiting" },
      },
    },
    betweenPages: {
      description: "Each page has a commit of its own.",
      after: { nextCommit: { target: "looking" } },
    },
  },
});
