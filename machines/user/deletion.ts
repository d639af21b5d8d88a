/**
 * The end of his data: asked for, looked at until nothing of his is under way, erased. Guards against data
 * that goes while money of his does not know where to, and a name that stays in the log.
 */
import { assign, cancel, enqueueActions, raise } from "xstate";
import type { Language } from "../domain/events.ts";
import { formatMoney, moneyFromJson, type MoneyJson } from "../domain/money.ts";
import {
  areSameBalances,
  type DeletionLeft,
  type DeletionLook,
  isBalanceLeft,
  isNothingLeft,
} from "../domain/player.ts";
import { ask } from "../supplied.ts";
import { welcome } from "./base_rules.ts";
import { deed, say, topUpsOf, type UserContext } from "./user_context.ts";
import { wishRules } from "./wishes.ts";

/** All rules of a player. */
export const userRules = wishRules.extend({
  delays: {
    /** Money comes to rest by itself; until then it is looked for so often. */
    deletionRecheck: 10 * 60_000,
    erasePause: 60_000,
  },
  guards: {
    isDeletionAsked: ({ context }) => context.deletionAskedAtMs > 0,
    isGivingUp: ({ context }) => context.givesUp !== null,
    mayGo: ({ context }, params: { left: DeletionLeft }) =>
      context.deletionAskedAtMs > 0 && isNothingLeft(leftOf(context, params.left)),
    isBackAgain: ({ context }) => context.again !== null,
    isTraceLeft: ({ context }) => context.isTraceLeft,
  },
  actions: {
    keepDeletion: assign((_, params: { atMs: number }) => ({
      deletionAskedAtMs: params.atMs,
      isDeletionAnswerDue: true,
      dialogue: null,
    })),
    dropDeletion: assign({
      deletionAskedAtMs: 0,
      isDeletionAnswerDue: false,
      offered: null,
      givesUp: null,
    }),
    /** It is said whether it was done, also when it was not. */
    keepGivenUp: assign((_, params: { amounts: MoneyJson[] }) => ({
      givesUp: params.amounts,
      isDeletionAnswerDue: true,
      dialogue: null,
    })),
    /** He is told when he has asked, and when only a balance is left that he was not told of. */
    waitWithDeletion: enqueueActions(({ context, enqueue }, { left }: { left: DeletionLeft }) => {
      const { playerId, deletionAskedAtMs, isDeletionAnswerDue, offered } = context;
      if (deletionAskedAtMs === 0) return;
      enqueue.raise({ type: "deletion.due" }, { id: "deletionRecheck", delay: "deletionRecheck" });
      const wholeLeft = leftOf(context, left);
      const offer = isBalanceLeft(wholeLeft) ? wholeLeft.balances : null;
      enqueue.assign({ isDeletionAnswerDue: false, offered: offer, givesUp: null });
      const isNews = offer !== null && !areSameBalances(offer, offered ?? []);
      if (!isDeletionAnswerDue && !isNews) return;
      const notice = { key: "deletionWaits" as const, left: wholeLeft };
      enqueue(ask({ type: "notify", params: { playerId, notice } }));
    }),
    scheduleDeletion: raise({ type: "deletion.due" }, {
      id: "deletionRecheck",
      delay: "deletionRecheck",
    }),
    cancelDeletion: cancel("deletionRecheck"),
    /** What he keeps to himself stays under his id: a deletion ends no pause. */
    forgetProfile: assign({
      email: null,
      name: "",
      chatId: 0,
      isLanguageChosen: false,
      dialogue: null,
      openDisputes: [],
      entries: {},
      deletionAskedAtMs: 0,
      isDeletionAnswerDue: false,
      offered: null,
      givesUp: null,
      again: null,
      isTraceLeft: false,
    }),
    markTrace: assign({ isTraceLeft: true }),
    forgetTrace: assign({ isTraceLeft: false }),
    forgetLanguage: assign({ language: "en" as const }),
    keepAgain: assign((_, { name, language }: { name: string; language: Language }) => ({
      again: { name, language },
    })),
  },
});

/** That he wants it, and does not any more. */
export const deletion = userRules.createStateConfig({
  on: {
    "deletion.asked": {
      description: "His money is looked at, now and until it has come to rest.",
      guard: "isKnown",
      target: ".looking",
      actions: [
        { type: "keepDeletion", params: ({ event }) => event },
        { type: "recordDeed", params: ({ context }) => deed(context, "deletionAsked", "") },
      ],
    },
    "deletion.withdrawn": {
      description: "He stays after all.",
      guard: "isDeletionAsked",
      actions: [
        "dropDeletion",
        "cancelDeletion",
        { type: "recordDeed", params: ({ context }) => deed(context, "deletionWithdrawn", "") },
        { type: "notify", params: ({ context }) => say(context, { key: "deletionWithdrawn" }) },
      ],
    },
    "balance.givenUp": {
      description: "He would rather have his data deleted than keep what is on his balance.",
      guard: "isDeletionAsked",
      target: ".looking",
      actions: { type: "keepGivenUp", params: ({ event }) => event },
    },
    "deletion.due": {
      description: "What was under way may have come to rest.",
      guard: "isDeletionAsked",
      target: ".looking",
    },
  },
}).on;

/** His money is looked at. */
export const looking = userRules.createStateConfig({
  description: "Whether his data can go is answered within the same commit; what he gives up " +
    "goes in it, too.",
  tags: ["leaving"],
  entry: "cancelDeletion",
  on: {
    "deletion.asked": {
      description: "It is being looked at already.",
      actions: { type: "keepDeletion", params: ({ event }) => event },
    },
    "balance.givenUp": {
      description: "What was asked before is answered first, once: he is told, and says it again.",
      guard: "isDeletionAsked",
      actions: { type: "keepGivenUp", params: ({ event }) => event },
    },
    "deletion.withdrawn": {
      description: "Too late: what he gives up may be gone, and his data with it.",
      guard: "isGivingUp",
    },
    "deletion.due": { description: "It is being looked at already." },
  },
  invoke: {
    id: "checkDeletion",
    src: "checkDeletion",
    // With a top-up under way it would not be all that he has.
    input: ({ context }) => ({
      playerId: context.playerId,
      givesUp: topUpsOf(context).length === 0 ? context.givesUp : null,
    }),
    onDone: [
      {
        description: "Nothing of his is under way: his rows go now, his history follows.",
        guard: { type: "mayGo", params: ({ event }) => ({ left: event.output }) },
        target: "erasing",
        actions: [
          {
            type: "recordDeed",
            params: ({ context, event }) =>
              deed(context, "dataDeleted", givenUpWords(event.output)),
          },
          {
            type: "forgetPlayer",
            params: ({ context: { playerId } }) => ({ playerId }),
          },
          "forgetProfile",
        ],
      },
      {
        description: "He is told once what is left; it is looked at again and again.",
        guard: "isBlocked",
        target: "blocked",
        actions: { type: "waitWithDeletion", params: ({ event }) => ({ left: event.output }) },
      },
      {
        description: "The same, for one who can be written to.",
        target: "active",
        actions: { type: "waitWithDeletion", params: ({ event }) => ({ left: event.output }) },
      },
    ],
    onError: [
      {
        description: "It could not be looked at; later.",
        guard: "isBlocked",
        target: "blocked",
        actions: "scheduleDeletion",
      },
      { target: "active", actions: "scheduleDeletion" },
    ],
  },
});

/** What he does while his name is taken out of the log. */
const whileErasing = userRules.createStateConfig({
  on: {
    "user.started": {
      description: "He begins anew as soon as it is done.",
      actions: { type: "keepAgain", params: ({ event }) => event },
    },
    "user.seen": { description: "Nothing of him is kept.", actions: "markTrace" },
    "words.said": { description: "Nothing of him is kept.", actions: "markTrace" },
  },
}).on;

/** His name is taken out of the log. */
export const erasing = userRules.createStateConfig({
  description: "His rows are gone; his name and words are taken out of the log of events.",
  tags: ["leaving"],
  invoke: {
    id: "erasePlayer",
    src: "erasePlayer",
    input: ({ context: { playerId, language } }) => ({ playerId, language }),
    onDone: [
      {
        description: "He came back meanwhile: he begins anew.",
        guard: "isBackAgain",
        target: "active",
        actions: [
          {
            type: "beginAnew",
            params: ({ context: { again, language } }) => again ?? { name: "", language },
          },
          welcome,
        ],
      },
      {
        description: "He wrote meanwhile, so the log holds his name again.",
        guard: "isTraceLeft",
        target: "erasing",
        reenter: true,
        actions: "forgetTrace",
      },
      { target: "forgotten", actions: "forgetLanguage" },
    ],
    onError: { description: "It is tried until it is done.", target: "erasingLater" },
  },
  on: whileErasing,
});

/** That did not work yet. */
export const erasingLater = userRules.createStateConfig({
  description: "The log could not be cleaned; it is tried again after a pause.",
  tags: ["leaving"],
  after: { erasePause: { target: "erasing" } },
  on: whileErasing,
});

/** He is nobody. */
export const forgotten = userRules.createStateConfig({
  description: "Nothing tells who he is. His money's records stay under his id; so do the " +
    "limits and the pause that he has set.",
  tags: ["forgotten", "resting"],
  on: {
    "user.started": {
      description: "He begins anew.",
      target: "active",
      actions: [{ type: "beginAnew", params: ({ event }) => event }, welcome],
    },
    "user.seen": {
      description: "The log holds his name again: it is taken out, and he is told so.",
      target: "erasing",
    },
    "words.said": {
      description: "The log holds his words: they are taken out, and he is told so.",
      target: "erasing",
    },
    "bot.blocked": { description: "Nothing of him is kept." },
    "bot.unblocked": { description: "Nothing of him is kept." },
  },
});

/** With the payments that he alone knows of. */
function leftOf(context: UserContext, left: DeletionLeft): DeletionLeft {
  return { ...left, payments: left.payments + topUpsOf(context).length };
}

/** For the log: `gave up 15 XTR`; empty when he gave up nothing. */
function givenUpWords({ givenUp = [] }: DeletionLook): string {
  if (givenUp.length === 0) return "";
  return `gave up ${givenUp.map((amount) => formatMoney(moneyFromJson(amount))).join(", ")}`;
}
