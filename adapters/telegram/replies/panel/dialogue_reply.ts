/** What an admin's panel asks now: a question, a preview, a last word before a deed. */
import type { RaffleId, RaffleTerms } from "../../../../machines/domain/events.ts";
import {
  type PanelDeed,
  type RaffleDraft,
  termsOfDraft,
} from "../../../../machines/domain/panel_dialogue.ts";
import { isSeriesDeed } from "../../../../machines/domain/series_deeds.ts";
import { splitPrize } from "../../../../machines/domain/draw/split_prize.ts";
import { drawTermsOf, withChanges } from "../../../../machines/domain/raffle_terms.ts";
import { moneyToJson } from "../../../../machines/domain/money.ts";
import {
  answerOf,
  drawChoices,
  type FormProblem,
  type RaffleQuestion,
  raffleQuestions,
  readAnswer,
  readPrice,
} from "../../../../machines/domain/terms_form.ts";
import type { PanelContext as Panel } from "../../../../machines/panel_machine.ts";
import type { View } from "../../../supervisor/runtime_port.ts";
import type { PanelButton } from "../../panel_button.ts";
import { readableMoney } from "../../readable.ts";
import type { Reply, ReplyButton } from "../../reply.ts";
import { html, plain } from "../../texts.ts";
import { raffleCard } from "../raffle_card.ts";
import { button, filled, type PanelContext } from "./panel_context.ts";
import { homePage } from "./raffle_pages.ts";
import { seriesLastWord, seriesWording } from "./series_dialogue.ts";

/** Answers that a button takes, besides the default. */
const offered: Partial<Record<RaffleQuestion, readonly string[]>> = {
  price: ["10", "25", "50", "100"],
  minPlayers: ["2", "3", "5", "10"],
  maxTickets: ["10", "50", "100", "1000"],
  durationMs: ["1h", "6h", "1d", "3d", "7d"],
  commissionBps: ["0", "10", "15", "20"],
  sharesBps: ["100", "70/30", "50/30/20"],
  guaranteedPrize: ["0", "100", "500", "1000"],
  reviewMs: ["0", "5m", "30m", "2h"],
  claimWithinMs: ["0", "1d", "2d", "7d"],
  drawAt: drawChoices,
};

/** Prices besides, where rubles are taken. */
const RUBLES_OFFERED = ["50 RUB", "100 RUB", "500 RUB"];

/** By the state that his panel is in after what he said. */
export async function dialogueReply(context: PanelContext, view: View): Promise<Reply> {
  const panel = view.context as Panel;
  const is = (tag: string) => view.tags.includes(tag);
  if (is("asking") && panel.draft !== null) return question(context, panel, panel.draft);
  if (is("previewing") && panel.draft !== null) return preview(context, panel, panel.draft);
  if (is("wording") && panel.deed !== null) return wording(context, panel, panel.deed);
  if (is("confirming") && panel.deed !== null) return lastWord(context, panel, panel.deed);
  const home = await homePage(context);
  const heading = panel.problem === null
    ? html(context.language, "panel-nothing-asked")
    : problemLines(context, panel.problem)[0];
  return { ...home, html: `${heading}\n\n${home.html}` };
}

function question(context: PanelContext, { turn, problem }: Panel, draft: RaffleDraft): Reply {
  const { language } = context;
  const asked = raffleQuestions[draft.step] ?? "price";
  return {
    html: [
      ...problemLines(context, problem),
      html(language, "panel-step", {
        step: String(draft.step + 1),
        of: String(raffleQuestions.length),
      }),
      html(language, `panel-ask-${asked}`),
      ...(asked === "title" ? [html(language, "panel-title-hint")] : []),
      ...(asked === "price" && draft.hasRubles === true
        ? [html(language, "panel-ask-price-rubles")]
        : []),
    ].join("\n"),
    buttons: filled([
      ...inRows(answerButtons(context, { asked, ...draft, turn })),
      leaving(context, turn),
    ]),
  };
}

/** What is answered by a button; the value of now is the one with the tick. */
function answerButtons(
  context: PanelContext,
  { asked, terms, hasRubles = false, turn }: {
    asked: RaffleQuestion;
    terms: RaffleTerms;
    hasRubles?: boolean;
    turn: string;
  },
): ReplyButton[] {
  const now = answerOf(asked, terms);
  const rubles = asked === "price" && hasRubles ? RUBLES_OFFERED : [];
  const values = [...new Set([now, ...(offered[asked] ?? []), ...rubles])]
    .filter((value) => "changes" in readAnswer(asked, value, { terms, hasRubles }));
  return values.map((value) => ({
    label: `${value === now ? "✓ " : ""}${valueWords(context, asked, value)}`,
    button: { verb: "p", panel: { page: "answer", turn, value } },
  }));
}

function preview(context: PanelContext, { turn }: Panel, draft: RaffleDraft): Reply {
  const { language } = context;
  const { raffleId, template } = draft;
  const lines = cardLines(context, { raffleId, terms: termsOfDraft(draft) });
  return {
    html: [html(language, "panel-preview"), "", ...lines].join("\n"),
    buttons: filled([
      [button(context, "make-open", { page: "open", turn })],
      [button(context, "make-draft", { page: "confirm", turn })],
      template === undefined
        ? []
        : [button(context, "replace", { page: "replace", turn }, { name: template.name })],
      [button(context, "keep", { page: "keep", turn })],
      leaving(context, turn),
    ]),
  };
}

/** All that is asked for a new raffle, with the answers, and what it will pay. */
export function termsLines(context: PanelContext, terms: RaffleTerms): string[] {
  const { language } = context;
  const lines = raffleQuestions.map((question) =>
    html(language, "panel-term-line", {
      term: plain(language, `panel-field-${question}`),
      value: valueWords(context, question, answerOf(question, terms)),
    })
  );
  return [...lines, "", ...prizeLines(context, terms)];
}

/** A raffle as players will see it, and what it will pay. */
function cardLines(
  context: PanelContext,
  { raffleId, terms }: { raffleId: RaffleId; terms: RaffleTerms },
): string[] {
  const { nowMs } = context;
  const { html: card } = raffleCard(context, {
    raffleId,
    terms,
    status: "open",
    tickets: 0,
    players: 0,
    openedAtMs: nowMs,
    closesAtMs: nowMs + terms.durationMs,
    viewerTickets: [],
    winners: [],
    hasProof: false,
  });
  return [card, "", ...prizeLines(context, terms)];
}

function prizeLines(context: PanelContext, terms: RaffleTerms): string[] {
  return [...new Set([terms.minPlayers, terms.maxTickets])]
    .map((tickets) => prizeLine(context, terms, tickets));
}

/** What a number of tickets makes: pot, commission, and a prize for each place. */
function prizeLine({ language }: PanelContext, terms: RaffleTerms, tickets: number): string {
  const drawn = drawTermsOf(terms);
  const split = splitPrize({ terms: drawn, tickets, filledPlaces: drawn.winners });
  const money = (amount: typeof split.pot) => readableMoney(moneyToJson(amount));
  const isTopped = split.topUp.minor > 0n;
  return html(language, `panel-prize-line${isTopped ? "-topped" : ""}`, {
    tickets: plain(language, "count-tickets", { count: tickets }),
    pot: money(split.pot),
    commission: money(split.commission),
    topUp: money(split.topUp),
    prizes: split.prizes.map(money).join(" + "),
  });
}

function wording(context: PanelContext, { turn, problem }: Panel, deed: PanelDeed): Reply {
  const { language } = context;
  const lines = problemLines(context, problem);
  if (isSeriesDeed(deed)) return seriesWording(context, { turn, deed, problem: lines });
  if (deed.kind === "change") {
    lines.push(html(language, "panel-change", {
      title: deed.title,
      now: valueWords(context, deed.term, answerOf(deed.term, deed.terms)),
    }));
    lines.push(html(language, `panel-ask-${deed.term}`));
  } else lines.push(html(language, "panel-ask-reason", { title: titleOf(deed) }));
  return {
    html: lines.join("\n"),
    buttons: filled([
      ...(deed.kind === "change" && offered[deed.term] !== undefined
        ? inRows(answerButtons(context, { asked: deed.term, terms: deed.terms, turn }))
        : []),
      [button(context, "cancel", { page: "cancel", turn })],
    ]),
  };
}

function lastWord(context: PanelContext, panel: Panel, deed: PanelDeed): Reply {
  if (isSeriesDeed(deed)) return seriesLastWord(context, panel, deed);
  const { language } = context;
  const { turn, words: said } = panel;
  const entries = plain(language, "count-tickets", {
    count: "entries" in deed ? deed.entries : 0,
  });
  const words = deed.kind === "change" ? newValue(context, said, deed) : said;
  const asked = html(language, `panel-really-${deed.kind}`, {
    title: titleOf(deed),
    entries,
    words,
    letter: deed.kind === "drop" ? String(deed.letterId) : "",
    player: deed.kind === "exclude" ? deed.playerId : "",
    term: deed.kind === "change" ? plain(language, `panel-button-term-${deed.term}`) : "",
    now: deed.kind === "change"
      ? valueWords(context, deed.term, answerOf(deed.term, deed.terms))
      : "",
  });
  const hasWords = deed.kind === "stop" || deed.kind === "refund" || deed.kind === "redraw" ||
    deed.kind === "change";
  const back: PanelButton = { page: "back", turn };
  return {
    html: asked,
    buttons: [
      [button(context, `yes-${deed.kind}`, { page: "confirm", turn })],
      [
        ...(hasWords ? [button(context, "back", back)] : []),
        button(context, "cancel", { page: "cancel", turn }),
      ],
    ],
  };
}

/** What he has said, as the raffle would have it. */
function newValue(
  context: PanelContext,
  said: string,
  { term, terms }: PanelDeed & { kind: "change" },
): string {
  const read = readAnswer(term, said, { terms });
  return "problem" in read
    ? said
    : valueWords(context, term, answerOf(term, withChanges(terms, read.changes)));
}

function titleOf(deed: PanelDeed): string {
  return "title" in deed ? deed.title : "";
}

function leaving(context: PanelContext, turn: string): ReplyButton[] {
  return [
    button(context, "back", { page: "back", turn }),
    button(context, "cancel", { page: "cancel", turn }),
  ];
}

/** Why the last words would not do, with what is allowed. */
export function problemLines({ language }: PanelContext, problem: FormProblem | null): string[] {
  if (problem === null) return [];
  const field = plain(language, `panel-field-${problem.field}`);
  const { allowed = "" } = problem;
  return [html(language, `problem-${problem.problem}`, { field, allowed }), ""];
}

function valueWords({ language }: PanelContext, asked: RaffleQuestion, value: string): string {
  switch (asked) {
    case "price": {
      const price = readPrice(asked, value, true);
      return "problem" in price ? value : readableMoney(price);
    }
    case "commissionBps":
      return `${value}%`;
    case "drawAt":
      return plain(language, `draw-${value}`);
    case "guaranteedPrize":
      return value === "0" ? plain(language, "guarantee-none") : `${value} ⭐`;
    case "reviewMs":
      return value === "0" ? plain(language, "review-none") : value;
    case "claimWithinMs":
      return value === "0" ? plain(language, "claim-at-once") : value;
    default:
      return value;
  }
}

function inRows(buttons: ReplyButton[]): ReplyButton[][] {
  const isLong = buttons.some(({ label }) => label.length > 12);
  const width = isLong ? 1 : 3;
  return Array.from(
    { length: Math.ceil(buttons.length / width) },
    (_, row) => buttons.slice(row * width, (row + 1) * width),
  );
}
