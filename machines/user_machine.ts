/**
 * One player. All his wishes and payments pass here one after the other, so his limits hold however
 * many devices he uses; so do those that he sets for himself, his questions about payments, and the
 * end of his data. Its parts are in `user/`; here they are one chart. Imports only xstate and
 * `machines/domain`. Guards against a player with more tickets, or more entries a day, than the rules
 * allow.
 */
import { recordHim, welcome } from "./user/base_rules.ts";
import { deletion, erasing, erasingLater, forgotten, looking, userRules } from "./user/deletion.ts";
import { dialogues } from "./user/dialogues.ts";
import { entries } from "./user/entries.ts";
import { exclusions } from "./user/exclusions.ts";
import { firstContext, undecided } from "./user/user_context.ts";
import { following, wishes } from "./user/wishes.ts";

export type { HeldPlace, UserContext, UserEntry } from "./user/user_context.ts";

/** Format of the stored snapshot. */
export const version = 3;

interface Stored {
  value: unknown;
  context: object;
}

export const migrations = {
  /** Before it a player could decide nothing for himself. */
  2: ({ value, context }: Stored): Stored => ({
    value,
    context: { ...context, ...undecided, isBlocked: value === "blocked" },
  }),
  /** Before it entries counted by the day on which they were asked for alone, and balances stayed. */
  3: ({ value, context }: Stored): Stored => ({
    value,
    context: { ...context, enteredToday: 0, offered: null, givesUp: null },
  }),
};

/** The bot reaches him. */
const active = userRules.createStateConfig({
  description: "He can be written to.",
  tags: ["active", "resting"],
  entry: ["markUnblocked", recordHim],
  on: {
    "bot.blocked": { target: "blocked" },
    "user.started": {
      description: "He is greeted at each start, with the menu.",
      actions: [
        "leaveDialogue",
        { type: "keepProfile", params: ({ event }) => event },
        recordHim,
        { type: "noteObserver", params: ({ event }) => event },
        welcome,
      ],
    },
    "user.seen": [
      {
        guard: { type: "isChanged", params: ({ event }) => event },
        actions: [
          "leaveDialogue",
          { type: "keepProfile", params: ({ event }) => event },
          recordHim,
          { type: "noteObserver", params: ({ event }) => event },
        ],
      },
      {
        description: "Nothing new about him.",
        actions: ["leaveDialogue", { type: "noteObserver", params: ({ event }) => event }],
      },
    ],
  },
});

/** It does not. */
const blocked = userRules.createStateConfig({
  description: "He has blocked the bot: nothing reaches him, his money is handled all the same.",
  tags: ["blocked", "resting"],
  entry: ["markBlocked", recordHim],
  on: {
    "bot.unblocked": { target: "active" },
    "user.started": {
      description: "Who writes can be written to.",
      target: "active",
      actions: [
        { type: "keepProfile", params: ({ event }) => event },
        { type: "noteObserver", params: ({ event }) => event },
        welcome,
      ],
    },
    "user.seen": {
      description: "Who writes can be written to.",
      target: "active",
      actions: [
        { type: "keepProfile", params: ({ event }) => event },
        { type: "noteObserver", params: ({ event }) => event },
      ],
    },
  },
});

/** The rules of a player. */
export const userMachine = userRules.createMachine({
  id: "user",
  description: "A player: who he is, whether he can be written to, and what he has in running " +
    "raffles. His entries and money are handled also while he blocks the bot.",
  context: ({ input }) => firstContext(input),
  initial: "active",
  on: {
    ...entries,
    ...exclusions,
    ...following,
    "prize.credited": {
      description: "The ledger has the money and the payout tells him; nothing is kept here.",
    },
    ...wishes,
    ...dialogues,
    ...deletion,
  },
  states: { active, blocked, looking, erasing, erasingLater, forgotten },
});
