/**
 * One admin's panel: the dialogue in which he makes a raffle, and the question before a deed that
 * cannot be undone. It does nothing itself: what was confirmed is done by the edge, which reads it
 * here. Imports only xstate and `machines/domain`. Guards against an old button, an answer to another
 * question, and a dialogue that is never ended.
 */
import { assign, setup } from "xstate";
import {
  firstTerms,
  type PanelDeed,
  type PanelEvent,
  type PanelInput,
  type RaffleDraft,
  readWords,
  termsOfDraft,
  wantsWords,
} from "./domain/panel_dialogue.ts";
import { closingWindowOf, readRaffleTerms, withChanges } from "./domain/raffle_terms.ts";
import type { ReadTemplate, TemplateId } from "./domain/series.ts";
import { type FormProblem, raffleQuestions, readAnswer, titleOf } from "./domain/terms_form.ts";
import { supplied } from "./supplied.ts";
import type { PanelTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

/** What was confirmed last; a repeated update finds it here. */
export interface Confirmed {
  /** Of the question. */
  of: string;
  opens: boolean;
  draft: RaffleDraft | null;
  deed: PanelDeed | null;
  words: string;
}

/** What a panel remembers. */
export interface PanelContext extends PanelInput {
  /** Of the last answer; its buttons alone mean something. */
  turn: string;
  /** When that was: of two who ask him for words the later one gets them. */
  askedAtMs: number;
  /** Why the last words would not do. */
  problem: FormProblem | null;
  draft: RaffleDraft | null;
  deed: PanelDeed | null;
  /** The reason, or the new value, as typed. */
  words: string;
  confirmed: Confirmed | null;
  /** What the template is read for; absent as long as there was none. */
  wanted?: { raffleId: RaffleDraft["raffleId"]; templateId: TemplateId; day: string } | null;
}

type Turn = Pick<PanelEvent, "turn" | "atMs">;
type Said = Extract<PanelEvent, { type: "panel.said" }>;
type Read = ReadTemplate["output"];

/** The rules of a panel. */
export const panelMachine = setup({
  types: {
    context: {} as PanelContext,
    events: {} as PanelEvent,
    input: {} as PanelInput,
    tags: {} as PanelTag,
  },
  actors: {
    readTemplate: supplied<ReadTemplate>(),
  },
  delays: {
    /** A dialogue that nobody goes on with ends. */
    dialogueLife: 60 * 60_000,
    /** Things have moved on by then. */
    questionLife: 10 * 60_000,
  },
  guards: {
    isOfThisTurn: ({ context }, params: { of?: string | undefined }) =>
      params.of === undefined || params.of === context.turn,
    isLastAnswer: ({ context }, params: { said: Said }) =>
      isOf(context, params.said) && isLast(context) && read(context, params.said.text).isWhole,
    isTemplateThere: (_, params: { read: Read }) => params.read.template !== null,
    isFirstStep: ({ context }, params: { of: string }) =>
      params.of === context.turn && context.draft?.step === 0,
    wantsWords: (_, params: { deed: PanelDeed }) => wantsWords(params.deed),
    areWordsFit: ({ context }, params: { said: Said }) =>
      isOf(context, params.said) && context.deed !== null &&
      "words" in readWords(context.deed, params.said.text),
    hasWords: ({ context }, params: { of: string }) =>
      params.of === context.turn && context.deed !== null && wantsWords(context.deed),
  },
  actions: {
    begin: assign((_, event: Extract<PanelEvent, { type: "panel.create" }>) => ({
      turn: event.turn,
      askedAtMs: event.atMs,
      problem: null,
      deed: null,
      words: "",
      draft: {
        raffleId: event.raffleId,
        terms: firstTerms(event.commissionBps),
        step: 0,
        ...(event.day === undefined ? {} : { day: event.day }),
        hasRubles: event.hasRubles === true,
      },
    })),
    keepWanted: assign((_, event: Extract<PanelEvent, { type: "panel.use" }>) => ({
      turn: event.turn,
      askedAtMs: event.atMs,
      problem: null,
      draft: null,
      deed: null,
      words: "",
      wanted: { raffleId: event.raffleId, templateId: event.templateId, day: event.day },
    })),
    /** Every question has the template's answer. */
    beginWithTemplate: assign(({ context: { wanted } }, { read }: { read: Read }) => {
      const { template, hasRubles } = read;
      if (!wanted || template === null) return { wanted: null };
      const { raffleId, day } = wanted;
      const { templateId, name, terms } = template;
      return {
        wanted: null,
        draft: { raffleId, terms, step: 0, template: { templateId, name }, day, hasRubles },
      };
    }),
    missTemplate: assign({
      wanted: null,
      turn: "",
      problem: { field: "template", problem: "unknown" as const },
    }),
    keepDeed: assign((_, event: Extract<PanelEvent, { type: "panel.ask" }>) => ({
      turn: event.turn,
      askedAtMs: event.atMs,
      problem: null,
      draft: null,
      deed: event.deed,
      words: "",
    })),
    /** The answer, and the next question; or why it would not do. */
    takeAnswer: assign(({ context }, { text, turn, atMs: askedAtMs }: Said) => {
      const { draft, problem, isWhole } = read(context, text);
      return {
        turn,
        askedAtMs,
        problem,
        draft: isWhole && !isLast(context) ? nextStep(draft) : draft,
      };
    }),
    takeWords: assign(({ context }, { text, turn, atMs: askedAtMs }: Said) => {
      const words = context.deed === null ? undefined : readWords(context.deed, text);
      if (words === undefined) return { turn, askedAtMs };
      return "words" in words
        ? { turn, askedAtMs, problem: null, words: words.words }
        : { turn, askedAtMs, problem: words.problem };
    }),
    stepBack: assign(({ context: { draft } }, { turn, atMs }: Turn) => ({
      turn,
      askedAtMs: atMs,
      problem: null,
      draft: draft === null ? null : { ...draft, step: Math.max(0, draft.step - 1) },
    })),
    askAgain: assign((_, { turn, atMs }: Turn) => ({ turn, askedAtMs: atMs, problem: null })),
    keepConfirmed: assign((
      { context: { draft, deed, words } },
      { of, opens }: { of: string; opens: boolean },
    ) => ({ confirmed: { of, opens, draft, deed, words } })),
    forget: assign((_, { turn }: { turn: string }) => ({
      turn,
      problem: null,
      draft: null,
      deed: null,
      words: "",
    })),
  },
}).createMachine({
  id: "panel",
  description: "An admin's dialogues. One at a time: a new one ends the one before.",
  context: ({ input }) => ({
    ...input,
    turn: "",
    askedAtMs: 0,
    problem: null,
    draft: null,
    deed: null,
    words: "",
    confirmed: null,
  }),
  initial: "idle",
  on: {
    "panel.create": {
      description: "A new raffle, from the first question.",
      target: ".asking",
      reenter: true,
      actions: { type: "begin", params: ({ event }) => event },
    },
    "panel.use": {
      description: "A new raffle, from the terms of a template.",
      target: ".fetching",
      reenter: true,
      actions: { type: "keepWanted", params: ({ event }) => event },
    },
    "panel.ask": [
      {
        description: "Something that he has to say a reason or a value for.",
        guard: { type: "wantsWords", params: ({ event }) => event },
        target: ".wording",
        reenter: true,
        actions: { type: "keepDeed", params: ({ event }) => event },
      },
      {
        target: ".confirming",
        reenter: true,
        actions: { type: "keepDeed", params: ({ event }) => event },
      },
    ],
  },
  states: {
    idle: {
      description: "Nothing is asked.",
      tags: ["resting"],
    },
    fetching: {
      description: "The template is read within the same commit.",
      tags: ["asking"],
      invoke: {
        id: "readTemplate",
        src: "readTemplate",
        input: ({ context: { wanted } }) => ({ templateId: wanted?.templateId ?? "tpl_" }),
        onDone: [
          {
            guard: { type: "isTemplateThere", params: ({ event }) => ({ read: event.output }) },
            target: "asking",
            actions: {
              type: "beginWithTemplate",
              params: ({ event }) => ({ read: event.output }),
            },
          },
          {
            description: "It was deleted.",
            target: "idle",
            actions: "missTemplate",
          },
        ],
      },
    },
    asking: {
      description: "The terms of a new raffle are asked for, one by one.",
      tags: ["asking", "takesWords"],
      after: {
        dialogueLife: {
          target: "idle",
          actions: { type: "forget", params: { turn: "" } },
        },
      },
      on: {
        "panel.said": [
          {
            description: "The last answer, and all together can be a raffle.",
            guard: { type: "isLastAnswer", params: ({ event }) => ({ said: event }) },
            target: "previewing",
            actions: { type: "takeAnswer", params: ({ event }) => event },
          },
          {
            guard: { type: "isOfThisTurn", params: ({ event }) => event },
            target: "asking",
            reenter: true,
            actions: { type: "takeAnswer", params: ({ event }) => event },
          },
        ],
        "panel.back": [
          {
            description: "Before the first question there is nothing.",
            guard: { type: "isFirstStep", params: ({ event }) => event },
            target: "idle",
            actions: { type: "forget", params: ({ event }) => event },
          },
          {
            guard: { type: "isOfThisTurn", params: ({ event }) => event },
            target: "asking",
            reenter: true,
            actions: { type: "stepBack", params: ({ event }) => event },
          },
        ],
        "panel.cancel": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: { type: "forget", params: ({ event }) => event },
        },
      },
    },
    previewing: {
      description: "He sees the raffle as players will, and makes it or not.",
      tags: ["previewing"],
      after: {
        dialogueLife: {
          target: "idle",
          actions: { type: "forget", params: { turn: "" } },
        },
      },
      on: {
        "panel.back": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "asking",
          actions: { type: "askAgain", params: ({ event }) => event },
        },
        "panel.cancel": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: { type: "forget", params: ({ event }) => event },
        },
        "panel.confirm": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: [
            { type: "keepConfirmed", params: ({ event }) => event },
            { type: "forget", params: ({ event }) => event },
          ],
        },
      },
    },
    wording: {
      description: "The words that a deed wants are asked for: a public reason, a new value.",
      tags: ["wording", "takesWords"],
      after: {
        dialogueLife: {
          target: "idle",
          actions: { type: "forget", params: { turn: "" } },
        },
      },
      on: {
        "panel.said": [
          {
            guard: { type: "areWordsFit", params: ({ event }) => ({ said: event }) },
            target: "confirming",
            actions: { type: "takeWords", params: ({ event }) => event },
          },
          {
            guard: { type: "isOfThisTurn", params: ({ event }) => event },
            target: "wording",
            reenter: true,
            actions: { type: "takeWords", params: ({ event }) => event },
          },
        ],
        "panel.cancel": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: { type: "forget", params: ({ event }) => event },
        },
      },
    },
    confirming: {
      description: "He is asked once whether he really means it.",
      tags: ["confirming"],
      after: {
        questionLife: {
          target: "idle",
          actions: { type: "forget", params: { turn: "" } },
        },
      },
      on: {
        "panel.back": {
          description: "Other words.",
          guard: { type: "hasWords", params: ({ event }) => event },
          target: "wording",
          actions: { type: "askAgain", params: ({ event }) => event },
        },
        "panel.cancel": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: { type: "forget", params: ({ event }) => event },
        },
        "panel.confirm": {
          guard: { type: "isOfThisTurn", params: ({ event }) => event },
          target: "idle",
          actions: [
            { type: "keepConfirmed", params: ({ event }) => event },
            { type: "forget", params: ({ event }) => event },
          ],
        },
      },
    },
  },
});

function isOf({ turn }: PanelContext, { of }: Said): boolean {
  return of === undefined || of === turn;
}

function isLast({ draft }: PanelContext): boolean {
  return draft?.step === raffleQuestions.length - 1;
}

/** The draft with the answer in it; whole when the answer will do, the last one with all others. */
function read(
  context: PanelContext,
  text: string,
): { draft: RaffleDraft | null; problem: FormProblem | null; isWhole: boolean } {
  const { draft } = context;
  const question = raffleQuestions[draft?.step ?? 0];
  if (draft === null || question === undefined) return { draft, problem: null, isWhole: false };
  const answer = readAnswer(question, text, draft);
  if ("problem" in answer) return { draft, problem: answer.problem, isWhole: false };
  const terms = withChanges(draft.terms, answer.changes);
  if (question === "price") {
    // A title that was never given follows the price.
    if (draft.terms.title === titleOf(draft.terms.price)) terms.title = titleOf(terms.price);
    if (terms.price.currency !== draft.terms.price.currency) {
      terms.closingWindowMs = closingWindowOf(terms.price.currency);
    }
    // Only Stars can be guaranteed; going back must not end in a raffle that cannot be.
    if (terms.price.currency !== "XTR") delete terms.guaranteedPrize;
  }
  const all = readRaffleTerms(termsOfDraft({ ...draft, terms }), draft.raffleId);
  if (isLast(context) && !all.isValid) {
    const allowed = all.problems.map(({ message }) => message).join("; ");
    return { draft, problem: { field: question, problem: "rule", allowed }, isWhole: false };
  }
  return { draft: { ...draft, terms }, problem: null, isWhole: true };
}

function nextStep(draft: RaffleDraft | null): RaffleDraft | null {
  return draft === null ? null : { ...draft, step: draft.step + 1 };
}
