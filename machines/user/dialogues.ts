/**
 * What he is asked to write: a question about a payment or a decision, the address for receipts, and for
 * an admin the answer. Guards against words that are taken for something else than was asked.
 */
import { assign, enqueueActions } from "xstate";
import { toUser } from "../domain/addresses.ts";
import { isEmail } from "../domain/email.ts";
import type { EntryMethod, PaymentId, UserEvent } from "../domain/events.ts";
import {
  askerOf,
  dayOf,
  type Dialogue,
  type DisputeId,
  MAX_DISPUTES_A_DAY,
  MAX_OPEN_DISPUTES,
  MAX_WORDS,
  MIN_WORDS,
  WORDS_WINDOW_MS,
  type WordsRefusal,
} from "../domain/player.ts";
import type { SuspicionId } from "../domain/suspicion.ts";
import { ask } from "../supplied.ts";
import { baseRules, recordHim } from "./base_rules.ts";
import { isKnown, say, type UserContext } from "./user_context.ts";

type Said = Extract<UserEvent, { type: "words.said" }>;
type Answered = Extract<UserEvent, { type: "dispute.answered" }>;

/** With the rules of what he writes. */
export const dialogueRules = baseRules.extend({
  guards: {
    isEmailMissing: ({ context }, params: { wantsEmail?: boolean; method?: EntryMethod }) =>
      isKnown(context) && params.wantsEmail === true && (params.method ?? "rubles") === "rubles" &&
      (context.email ?? null) === null && context.deletionAskedAtMs === 0,
    isEmail: ({ context }, said: Said) =>
      dialogueAt(context, said.atMs)?.kind === "email" && isEmail(said.words.trim()),
    mayAsk: ({ context }) => isKnown(context) && context.openDisputes.length < MAX_OPEN_DISPUTES,
    isAnswer: ({ context }, said: Said) =>
      said.isAdmin && dialogueAt(context, said.atMs)?.kind === "answer" &&
      wordsRefusal(context, said) === undefined,
    isQuestion: ({ context }, said: Said) =>
      dialogueAt(context, said.atMs)?.kind === "dispute" &&
      wordsRefusal(context, said) === undefined,
    isAskedForWords: ({ context }, said: Said) => {
      const dialogue = dialogueAt(context, said.atMs);
      return dialogue !== undefined && (dialogue.kind !== "answer" || said.isAdmin);
    },
    isOpenDispute: ({ context }, params: { disputeId: DisputeId }) =>
      context.openDisputes.includes(params.disputeId),
  },
  actions: {
    askForQuestion: assign((
      _,
      params: { paymentId: PaymentId | null; suspicionId?: SuspicionId; atMs: number },
    ) => ({
      dialogue: {
        kind: "dispute" as const,
        paymentId: params.paymentId,
        ...(params.suspicionId === undefined ? {} : { suspicionId: params.suspicionId }),
        untilMs: params.atMs + WORDS_WINDOW_MS,
      },
    })),
    askForAnswer: assign((_, params: { disputeId: DisputeId; atMs: number }) => ({
      dialogue: {
        kind: "answer" as const,
        disputeId: params.disputeId,
        untilMs: params.atMs + WORDS_WINDOW_MS,
      },
    })),
    /** He is told which address there is now. */
    askForEmail: enqueueActions(({ context, enqueue }, { atMs }: { atMs: number }) => {
      enqueue.assign({ dialogue: { kind: "email", untilMs: atMs + WORDS_WINDOW_MS } });
      const params = say(context, { key: "emailAsked", email: context.email ?? null });
      enqueue(ask({ type: "notify", params }));
    }),
    keepEmail: assign((_, params: { words: string }) => ({
      email: params.words.trim(),
      dialogue: null,
    })),
    openDispute: enqueueActions(({ context, enqueue }, said: Said) => {
      const { playerId, dialogue, openDisputes } = context;
      const { disputeId, words, answerers = [], atMs } = said;
      const about = dialogue?.kind === "dispute" ? dialogue : undefined;
      const { paymentId = null, suspicionId = null } = about ?? {};
      enqueue.assign({
        dialogue: null,
        openDisputes: [...openDisputes, disputeId],
        disputesAsked: { day: dayOf(atMs), count: disputesToday(context, atMs) + 1 },
      });
      enqueue(ask({
        type: "recordDispute",
        params: { disputeId, playerId, paymentId, suspicionId, words: words.trim(), atMs },
      }));
      for (const admin of answerers) {
        enqueue(ask({ type: "tellDispute", params: { admin, disputeId } }));
      }
      enqueue(ask({
        type: "notify",
        params: { playerId, notice: { key: "disputeOpened", disputeId } },
      }));
    }),
    /** The one who asked decides whether the answer is the first. */
    passAnswerOn: enqueueActions(({ context, enqueue }, said: Said) => {
      const { playerId, dialogue } = context;
      if (dialogue?.kind !== "answer") return;
      enqueue.assign({ dialogue: null });
      const { disputeId } = dialogue;
      enqueue(ask({
        type: "tell",
        params: toUser(askerOf(disputeId), {
          type: "dispute.answered",
          disputeId,
          words: said.words.trim(),
          by: playerId,
          atMs: said.atMs,
        }),
      }));
    }),
    takeAnswer: enqueueActions(({ context, enqueue }, answer: Answered) => {
      const { playerId, openDisputes } = context;
      const { disputeId, words, by, atMs } = answer;
      enqueue.assign({ openDisputes: openDisputes.filter((open) => open !== disputeId) });
      enqueue(ask({ type: "recordAnswer", params: { disputeId, playerId, words, by, atMs } }));
      enqueue(ask({
        type: "notify",
        params: { playerId, notice: { key: "disputeAnswered", disputeId, words } },
      }));
      enqueue(ask({
        type: "notify",
        params: { playerId: by, notice: { key: "answerTaken", disputeId } },
      }));
    }),
  },
});

/** What he and admins write, and are asked to. */
export const dialogues = dialogueRules.createStateConfig({
  on: {
    "support.chosen": [
      {
        description: "His next words are the question.",
        guard: "mayAsk",
        actions: [
          { type: "askForQuestion", params: ({ event }) => event },
          { type: "notify", params: ({ context }) => say(context, { key: "wordsAsked" }) },
        ],
      },
      {
        description: "So many questions wait for their answers already.",
        guard: "isKnown",
        actions: {
          type: "notify",
          params: ({ context }) =>
            say(context, { key: "wordsRefused", reason: "tooManyOpen" as const }),
        },
      },
    ],
    "email.asked": {
      description: "His next words are the address.",
      guard: "isKnown",
      actions: { type: "askForEmail", params: ({ event }) => event },
    },
    "answer.begun": {
      description: "An admin's next words are the answer.",
      guard: "isKnown",
      actions: [
        { type: "askForAnswer", params: ({ event }) => event },
        {
          type: "notify",
          params: ({ context, event: { disputeId } }) =>
            say(context, { key: "answerAsked", disputeId }),
        },
      ],
    },
    "words.said": [
      {
        description: "An admin's answer goes to the one who asked.",
        guard: { type: "isAnswer", params: ({ event }) => event },
        actions: { type: "passAnswerOn", params: ({ event }) => event },
      },
      {
        description: "A question: it stays open until an admin has answered.",
        guard: { type: "isQuestion", params: ({ event }) => event },
        actions: { type: "openDispute", params: ({ event }) => event },
      },
      {
        description: "Where his receipts go from now on.",
        guard: { type: "isEmail", params: ({ event }) => event },
        actions: [
          { type: "keepEmail", params: ({ event }) => event },
          recordHim,
          {
            type: "notify",
            params: ({ context, event: { words } }) =>
              say(context, { key: "emailKept", email: words.trim() }),
          },
        ],
      },
      {
        description: "Words that cannot be taken; he may try again.",
        guard: { type: "isAskedForWords", params: ({ event }) => event },
        actions: {
          type: "notify",
          params: ({ context, event }) =>
            say(context, {
              key: "wordsRefused",
              reason: wordsRefusal(context, event) ?? "tooShort",
            }),
        },
      },
    ],
    "dispute.answered": [
      {
        description: "The first answer counts.",
        guard: { type: "isOpenDispute", params: ({ event }) => event },
        actions: { type: "takeAnswer", params: ({ event }) => event },
      },
      {
        description: "Another admin was faster, or the question is gone.",
        actions: {
          type: "notify",
          params: ({ event: { by, disputeId } }) => ({
            playerId: by,
            notice: { key: "answerLate" as const, disputeId },
          }),
        },
      },
    ],
  },
}).on;

function dialogueAt({ dialogue, chatId }: UserContext, atMs: number): Dialogue | undefined {
  return dialogue !== null && chatId !== 0 && dialogue.untilMs >= atMs ? dialogue : undefined;
}

function disputesToday({ disputesAsked: { day, count } }: UserContext, atMs: number): number {
  return day === dayOf(atMs) ? count : 0;
}

/** Why the words that he was asked for are not taken. */
function wordsRefusal(context: UserContext, { words, atMs }: Said): WordsRefusal | undefined {
  if (context.dialogue?.kind === "email") return "notAnEmail";
  const { length } = words.trim();
  if (length < MIN_WORDS) return "tooShort";
  if (length > MAX_WORDS) return "tooLong";
  if (context.dialogue?.kind !== "dispute") return undefined;
  if (context.openDisputes.length >= MAX_OPEN_DISPUTES) return "tooManyOpen";
  return disputesToday(context, atMs) < MAX_DISPUTES_A_DAY ? undefined : "tooManyToday";
}
