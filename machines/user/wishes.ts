/** What he decides for himself: his language, the limits he keeps to, a pause, what he hears of. */
import { assign, enqueueActions } from "xstate";
import type { Language, RaffleId } from "../domain/events.ts";
import {
  changeLimit,
  ownLimit,
  type OwnLimitName,
  pauseEnd,
  spentThisWeek,
} from "../domain/player.ts";
import { ask } from "../supplied.ts";
import { recordHim } from "./base_rules.ts";
import { exclusionRules } from "./exclusions.ts";
import { usedToday } from "./limits.ts";
import { deed, say } from "./user_context.ts";

/** With the rules of his wishes. */
export const wishRules = exclusionRules.extend({
  actions: {
    /** Who looks at a raffle is told how it ends. */
    noteObserver: enqueueActions((
      { context: { playerId }, enqueue },
      { raffleId, atMs }: { raffleId?: RaffleId; atMs: number },
    ) => {
      if (raffleId === undefined) return;
      const params = { raffleId, playerId, isStopped: false, atMs };
      enqueue(ask({ type: "recordObserver", params }));
    }),
    keepLanguage: assign((_, params: { language: Language }) => ({
      language: params.language,
      isLanguageChosen: true,
    })),
    keepLimit: assign((
      { context: { rules } },
      { limit, value, atMs }: { limit: OwnLimitName; value: number | null; atMs: number },
    ) => ({ rules: { ...rules, [limit]: changeLimit(ownLimit(rules, limit), value, atMs) } })),
    keepPause: assign(({ context: { rules } }, params: { days: number; atMs: number }) => ({
      rules: { ...rules, pausedUntilMs: pauseEnd(rules.pausedUntilMs, params.days, params.atMs) },
    })),
  },
});

/** Which raffles he hears of, and has something in. */
export const following = wishRules.createStateConfig({
  on: {
    "raffle.ended": {
      actions: { type: "forgetRaffle", params: ({ event }) => ({ raffleId: event.raffleId }) },
    },
    "observing.stopped": {
      description: "He is told no more of a raffle that he only looked at.",
      guard: "isKnown",
      actions: {
        type: "recordObserver",
        params: ({ context: { playerId }, event: { raffleId, atMs } }) => ({
          raffleId,
          playerId,
          isStopped: true,
          atMs,
        }),
      },
    },
    "series.followed": {
      description: "He is told of the next raffle of this one's series, or no more.",
      guard: "isKnown",
      actions: {
        type: "recordFollower",
        params: ({ context: { playerId }, event: { raffleId, isStopped, atMs } }) => ({
          raffleId,
          playerId,
          isStopped,
          atMs,
        }),
      },
    },
  },
}).on;

/** What he sets for himself. */
export const wishes = wishRules.createStateConfig({
  on: {
    "language.chosen": {
      description: "From now on his own word counts, not Telegram's.",
      guard: "isKnown",
      actions: [
        { type: "keepLanguage", params: ({ event }) => ({ language: event.language }) },
        recordHim,
        { type: "notify", params: ({ context }) => say(context, { key: "languageChosen" }) },
      ],
    },
    "rules.asked": {
      description: "He is told what he has set, and how much of it is used.",
      guard: "isKnown",
      actions: [
        "leaveDialogue",
        {
          type: "notify",
          params: ({ context, event: { atMs } }) =>
            say(context, {
              key: "ownRules",
              rules: context.rules,
              entriesToday: usedToday(context, atMs),
              spent: spentThisWeek(context.spent, atMs),
              spentKopecks: spentThisWeek(context.spentKopecks ?? {}, atMs),
              atMs,
            }),
        },
      ],
    },
    "limit.set": {
      description: "Lowered it holds at once, raised after a day.",
      guard: "isKnown",
      actions: [
        { type: "keepLimit", params: ({ event }) => event },
        {
          type: "recordDeed",
          params: ({ context, event }) =>
            deed(context, "limitSet", `${event.limit} ${event.value ?? "none"}`),
        },
        {
          type: "notify",
          params: ({ context, event: { limit, value } }) =>
            say(context, {
              key: "limitSet",
              limit,
              value,
              fromMs: ownLimit(context.rules, limit).next?.fromMs ?? 0,
            }),
        },
      ],
    },
    "pause.set": {
      description: "It can be made longer and never shorter.",
      guard: "isKnown",
      actions: [
        { type: "keepPause", params: ({ event }) => event },
        {
          type: "recordDeed",
          params: ({ context, event }) => deed(context, "pauseSet", `${event.days} days`),
        },
        {
          type: "notify",
          params: ({ context }) =>
            say(context, { key: "pauseSet", untilMs: context.rules.pausedUntilMs }),
        },
      ],
    },
  },
}).on;
