/**
 * One payout by bank: made at the provider by one key, and looked at until the provider has said its last
 * word. Its withdrawal is told once. Imports only xstate and `machines/domain`. Guards against money that
 * is sent twice: what may have been made is asked for by the same key as long as that is good, afterwards
 * it is only looked for, and when it cannot be found a person decides.
 */
import { assign, setup } from "xstate";
import { pauseAfter } from "./domain/bank.ts";
import {
  bankPayoutAddress,
  type BankPayoutEffects,
  type BankPayoutEvent,
  type BankPayoutFacts,
  type BankPayoutInput,
  type BankPayoutNews,
  NEVER_MADE,
  NOT_MADE,
} from "./domain/bank_payout.ts";
import type { EffectActions, TransactionalActions } from "./domain/effects.ts";
import { toTreasury } from "./domain/treasury.ts";
import { supplied, suppliedByRuntime } from "./supplied.ts";
import type { BankPayoutTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

const HOUR_MS = 3_600_000;
/** More tries make no pause longer. */
const MAX_TRIES = 20;

const FOUND = { type: "payout.found" } as const;

type Made = BankPayoutEffects["createBankPayout"]["output"];

/** What a payout by bank remembers. */
export interface BankPayoutContext extends BankPayoutInput {
  /** How often the provider was asked since something last changed; at most 20. */
  tries: number;
  /** Whether a try to make it has ended without an answer. */
  isRepeat: boolean;
  /** The provider's id of it; null until it is known. */
  payoutId: string | null;
}

/** An answer that says how it stands. */
interface Known {
  facts: BankPayoutFacts | null;
}

/** The answer of a look. */
interface Answered {
  event: { output: Known };
}

type Noticed = Omit<Extract<BankPayoutEvent, { type: "bank.noticed" }>, "type">;

/** What a notice names is looked at by that: a list may not show it yet. */
const keepNoticed = {
  type: "keepNoticed",
  params: ({ event }: { event: Noticed }) => event,
} as const;
const readAgain = {
  "bank.noticed": {
    description: "What is being read may be older than the news: it is read again.",
    target: "looking",
    reenter: true,
    actions: keepNoticed,
  },
} as const;

/** The rules of a payout by bank. */
export const bankPayoutMachine = setup({
  types: {
    context: {} as BankPayoutContext,
    events: {} as BankPayoutEvent,
    input: {} as BankPayoutInput,
    tags: {} as BankPayoutTag,
  },
  actors: {
    createBankPayout: supplied<BankPayoutEffects["createBankPayout"]>(),
    lookUpBankPayout: supplied<BankPayoutEffects["lookUpBankPayout"]>(),
  },
  delays: {
    /** 5 s, 8 s, 13 s … at most ten minutes. */
    growingPause: ({ context }) => pauseAfter(context.tries),
    /** An answer takes seconds. */
    silenceWindow: HOUR_MS,
    /** Payouts take minutes. */
    hangWindow: 24 * HOUR_MS,
    /** What was made shows in the provider's list by then. */
    searchWindow: HOUR_MS,
    /** Between the looks while a person is waited for. */
    seldomPause: 6 * HOUR_MS,
  },
  guards: {
    isNotMade: (_, params: { made: Made }) => params.made.kind === "notMade",
    isUnclear: (_, params: { made: Made }) => params.made.kind === "unclear",
    isMissing: (_, { facts }: Known) => facts === null,
    isForeign: (_, { facts }: Known) => facts?.foreign !== undefined,
    isPaid: (_, { facts }: Known) => facts?.status === "succeeded",
    isCancelled: (_, { facts }: Known) => facts?.status === "canceled",
  },
  actions: {
    reportToAdmins: (_, _params: EffectActions["reportToAdmins"]) => suppliedByRuntime(),
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),

    countTry: assign(({ context }) => ({ tries: Math.min(context.tries + 1, MAX_TRIES) })),
    startCounting: assign({ tries: 0 }),
    doubtTry: assign({ isRepeat: true }),
    keepPayout: assign((_, { facts }: Known) => ({ payoutId: facts?.payoutId ?? null, tries: 0 })),
    keepNoticed: assign(({ context }, { payoutId }: Noticed) => ({
      payoutId: payoutId ?? context.payoutId,
      tries: 0,
    })),
  },
}).createMachine({
  id: "bankPayout",
  description:
    "One payout by bank. It is asked for by one key, and the provider's last word ends it; a notice " +
    "only makes it look.",
  context: ({ input }) => ({
    ...input,
    tries: 0,
    isRepeat: false,
    payoutId: null,
  }),
  initial: "created",
  states: {
    created: {
      description: "Made by its withdrawal; it starts with the next event.",
      on: { "payout.start": { target: "creating" } },
    },
    creating: {
      description: "It is being made. As long as its key is good every try asks for the same one.",
      tags: ["creating"],
      initial: "asking",
      after: {
        silenceWindow: {
          description: "Most answers take seconds: people should know that this one does not.",
          actions: [
            {
              type: "reportToAdmins",
              params: ({ context: { withdrawalId } }) => ({
                notice: { key: "bankPayoutSilent", withdrawalId },
              }),
            },
            { type: "tell", params: ({ context }) => news(context, { type: "payout.silent" }) },
          ],
        },
      },
      states: {
        asking: {
          description: "The provider is asked to make it.",
          invoke: {
            id: "createBankPayout",
            src: "createBankPayout",
            input: ({ context }) => wanted(context),
            onDone: [
              {
                description: "It does not want to; its reason is for the admins.",
                guard: { type: "isNotMade", params: ({ event }) => ({ made: event.output }) },
                target: "#bankPayout.canceled",
                actions: [
                  { type: "tell", params: ({ event }) => toTreasury(refusedBecause(event.output)) },
                  {
                    type: "tell",
                    params: ({ context, event }) =>
                      news(context, {
                        type: "payout.canceled",
                        reason: receiverOf(event.output) ?? NOT_MADE,
                      }),
                  },
                ],
              },
              {
                description: "It may have been made, and asking for it would say nothing any more.",
                guard: { type: "isUnclear", params: ({ event }) => ({ made: event.output }) },
                target: "#bankPayout.searching",
                actions: "startCounting",
              },
              ...byFacts(({ event }: { event: { output: Made } }) => factsOf(event.output)),
              {
                description: "It is on its way.",
                target: "#bankPayout.open.waiting",
                actions: { type: "keepPayout", params: ({ event }) => factsOf(event.output) },
              },
            ],
            onError: {
              description: "Nobody knows whether it was made.",
              target: "pausing",
              actions: ["countTry", "doubtTry"],
            },
          },
        },
        pausing: {
          description: "The provider did not answer; it is asked again, by the same key.",
          after: { growingPause: { target: "asking" } },
          on: {
            "bank.noticed": {
              description: "It was made, it seems.",
              target: "asking",
              actions: "startCounting",
            },
          },
        },
      },
    },
    open: {
      description: "It was made and is on its way, or has arrived already.",
      tags: ["open"],
      initial: "waiting",
      after: {
        hangWindow: {
          description: "It takes minutes. It is looked at all the same until it has ended.",
          actions: {
            type: "reportToAdmins",
            params: ({ context: { withdrawalId, payoutId } }) => ({
              notice: { key: "bankPayoutHangs", withdrawalId, payoutId: payoutId ?? "" },
            }),
          },
        },
      },
      states: {
        waiting: {
          description: "The banks work on it. Pauses grow.",
          after: { growingPause: { target: "looking" } },
          on: {
            "bank.noticed": {
              description: "There may be news.",
              target: "looking",
              actions: "startCounting",
            },
          },
        },
        looking: {
          description: "The provider is asked; its answer alone counts.",
          invoke: {
            id: "lookUpBankPayout",
            src: "lookUpBankPayout",
            input: ({ context }) => lookedFor(context),
            onDone: [
              {
                description:
                  "The provider knows no more of what it has made: a person has to look.",
                guard: { type: "isMissing", params: ({ event }) => event.output },
                target: "#bankPayout.lost",
                actions: { type: "keepPayout", params: ({ event }) => event.output },
              },
              ...byFacts(({ event }: Answered) => event.output),
              { description: "Not yet.", target: "waiting", actions: "countTry" },
            ],
            onError: {
              description: "It could not be seen now.",
              target: "waiting",
              actions: "countTry",
            },
          },
          on: readAgain,
        },
      },
    },
    searching: {
      description: "An earlier try may have made it. It is looked for and never asked for again.",
      tags: ["searching"],
      initial: "looking",
      after: {
        searchWindow: { description: "It does not show: a person has to look.", target: "lost" },
      },
      states: {
        looking: {
          description: "The provider's list of payouts is read.",
          invoke: {
            id: "searchBankPayout",
            src: "lookUpBankPayout",
            input: ({ context }) => lookedFor(context),
            onDone: [
              {
                guard: { type: "isMissing", params: ({ event }) => event.output },
                target: "pausing",
                actions: "countTry",
              },
              ...byFacts(({ event }: Answered) => event.output),
              {
                description: "It is on its way.",
                target: "#bankPayout.open.waiting",
                actions: { type: "keepPayout", params: ({ event }) => event.output },
              },
            ],
            onError: { target: "pausing", actions: "countTry" },
          },
          on: readAgain,
        },
        pausing: {
          description: "The next look comes after a pause that grows.",
          after: { growingPause: { target: "looking" } },
          on: { "bank.noticed": { target: "looking", actions: keepNoticed } },
        },
      },
    },
    lost: {
      description:
        "Nobody knows whether it was made, or what the provider shows is not what was asked for. " +
        "An admin looks at the payouts in the provider's cabinet and says what became of it.",
      tags: ["needsOperator", "resting"],
      entry: {
        type: "tell",
        params: ({ context }) =>
          news(context, { type: "payout.lost", isShown: context.payoutId !== null }),
      },
      initial: "pausing",
      on: {
        "payout.settled": {
          description: "An admin saw it.",
          target: "succeeded",
          actions: {
            type: "tell",
            params: ({ context }) =>
              news(context, { type: "payout.succeeded", payoutId: context.payoutId }),
          },
        },
        "payout.giveUp": {
          description: "It has not arrived, as far as he can see.",
          target: "givingUp",
        },
      },
      states: {
        pausing: {
          description: "It is looked for all the same, seldom.",
          after: { seldomPause: { target: "looking" } },
          on: { "bank.noticed": { target: "looking", actions: keepNoticed } },
        },
        looking: {
          description: "The provider's list of payouts is read.",
          invoke: {
            id: "searchLostPayout",
            src: "lookUpBankPayout",
            input: ({ context }) => lookedFor(context),
            onDone: [
              {
                guard: { type: "isMissing", params: ({ event }) => event.output },
                target: "pausing",
              },
              {
                guard: { type: "isForeign", params: ({ event }) => event.output },
                target: "pausing",
              },
              ...byFacts(({ event }: Answered) => event.output),
              {
                description: "It is on its way.",
                target: "#bankPayout.open.waiting",
                actions: [
                  { type: "keepPayout", params: ({ event }) => event.output },
                  { type: "tell", params: ({ context }) => news(context, FOUND) },
                ],
              },
            ],
            onError: { target: "pausing" },
          },
          on: readAgain,
        },
      },
    },
    givingUp: {
      description:
        "The last look may be hours old: the list is read once more, and only if it is not " +
        "there now the admin's word counts.",
      tags: ["searching"],
      invoke: {
        id: "searchGivenUp",
        src: "lookUpBankPayout",
        input: ({ context }) => lookedFor(context),
        onDone: [
          {
            guard: { type: "isMissing", params: ({ event }) => event.output },
            target: "canceled",
            actions: {
              type: "tell",
              params: ({ context }) =>
                news(context, { type: "payout.canceled", reason: NEVER_MADE }),
            },
          },
          ...byFacts(({ event }: Answered) => event.output),
          {
            description: "It is on its way: nothing goes back.",
            target: "open.waiting",
            actions: [
              { type: "keepPayout", params: ({ event }) => event.output },
              { type: "tell", params: ({ context }) => news(context, FOUND) },
            ],
          },
        ],
        onError: { description: "Nothing is known that was not known before.", target: "lost" },
      },
      on: {
        "bank.noticed": {
          description: "What is being read may be older than the news: it is read again.",
          target: "givingUp",
          reenter: true,
          actions: keepNoticed,
        },
      },
    },
    succeeded: {
      description: "The player has it, says the provider, or an admin who saw it.",
      tags: ["finished"],
      type: "final",
    },
    canceled: {
      description: "Nothing left and nothing will.",
      tags: ["finished"],
      type: "final",
    },
  },
});

/** Where it leads what the provider says of it, when that is not that it is on its way. */
function byFacts<Event>(known: (args: Event) => Known) {
  return [
    {
      description: "It has our mark and is not what we asked for.",
      guard: { type: "isForeign", params: known },
      target: "#bankPayout.lost",
      actions: { type: "keepPayout", params: known },
    },
    {
      guard: { type: "isPaid", params: known },
      target: "#bankPayout.succeeded",
      actions: {
        type: "tell",
        params: (args: Event & { context: BankPayoutContext }) =>
          news(args.context, {
            type: "payout.succeeded",
            payoutId: known(args).facts?.payoutId ?? "",
          }),
      },
    },
    {
      description: "By the provider or by the receiver's bank.",
      guard: { type: "isCancelled", params: known },
      target: "#bankPayout.canceled",
      actions: {
        type: "tell",
        params: (args: Event & { context: BankPayoutContext }) =>
          news(args.context, {
            type: "payout.canceled",
            reason: known(args).facts?.reason ?? "",
          }),
      },
    },
  ] as const;
}

function factsOf(made: Made): Known {
  return { facts: made.kind === "made" ? made.facts : null };
}

function wanted(
  { withdrawalId, amount, atMs, isRepeat, gatewayId }: BankPayoutContext,
): BankPayoutEffects["createBankPayout"]["input"] {
  const actor = bankPayoutAddress(withdrawalId);
  return {
    withdrawalId,
    actor,
    amount,
    firstAskedAtMs: atMs,
    isRepeat,
    ...(gatewayId === undefined ? {} : { gatewayId }),
  };
}

function lookedFor(
  { withdrawalId, payoutId, amount, gatewayId }: BankPayoutContext,
): BankPayoutEffects["lookUpBankPayout"]["input"] {
  const actor = bankPayoutAddress(withdrawalId);
  return { payoutId, actor, amount, ...(gatewayId === undefined ? {} : { gatewayId }) };
}

function news(
  { withdrawalId }: BankPayoutInput,
  event: BankPayoutNews,
): TransactionalActions["tell"] {
  return { to: `withdrawal/${withdrawalId}`, event };
}

function refusedBecause(made: Made) {
  return {
    type: "bank.refuses" as const,
    reason: made.kind === "notMade" ? made.reason : "",
    what: receiverOf(made) === undefined ? "payout" as const : "receiver" as const,
  };
}

function receiverOf(made: Made): string | undefined {
  return made.kind === "notMade" ? made.receiver : undefined;
}
