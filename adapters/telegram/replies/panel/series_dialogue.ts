/** What an admin's panel asks before a deed about templates or series. */
import { type SeriesDeed, wordsOfSeriesDeed } from "../../../../machines/domain/series_deeds.ts";
import { readPlan } from "../../../../machines/domain/series_form.ts";
import type { PanelContext as Panel } from "../../../../machines/panel_machine.ts";
import type { Reply, ReplyButton } from "../../reply.ts";
import { planWords } from "../../series_words.ts";
import { html } from "../../texts.ts";
import { button, filled, type PanelContext } from "./panel_context.ts";

/** Rules that a button takes; a colon would divide what stands behind it. */
const offered = ["1d 12.00", "1d 18.00", "1d 21.00", "1w fri 18.00", "6h 12.00", "end"];

/** Asks for a name or a rule. @param problem Why the last words would not do. */
export function seriesWording(
  context: PanelContext,
  { turn, deed, problem }: { turn: string; deed: SeriesDeed; problem: string[] },
): Reply {
  const { language } = context;
  const { title } = deed;
  const rules = "zone" in deed
    ? offered.map((value): ReplyButton => ({
      label: wordsOf(context, deed, value),
      button: { verb: "p", panel: { page: "answer", turn, value } },
    }))
    : [];
  return {
    html: [
      ...problem,
      "zone" in deed
        ? html(language, "panel-ask-rule", { title, zone: deed.zone })
        : html(language, `panel-ask-name-${deed.kind}`, { title }),
    ].join("\n"),
    buttons: filled([
      ...rules.map((one) => [one]),
      [button(context, "cancel", { page: "cancel", turn })],
    ]),
  };
}

/** Asks whether he means it. */
export function seriesLastWord(
  context: PanelContext,
  { turn, words }: Panel,
  deed: SeriesDeed,
): Reply {
  const hasWords = wordsOfSeriesDeed(deed) !== null;
  return {
    html: html(context.language, `panel-really-${deed.kind}`, {
      title: deed.title,
      words: wordsOf(context, deed, words),
    }),
    buttons: [
      [button(context, `yes-${deed.kind}`, { page: "confirm", turn })],
      [
        ...(hasWords ? [button(context, "back", { page: "back", turn })] : []),
        button(context, "cancel", { page: "cancel", turn }),
      ],
    ],
  };
}

/** A rule as people read it; a name as it is. */
function wordsOf({ language }: PanelContext, deed: SeriesDeed, words: string): string {
  if (!("zone" in deed)) return words;
  const read = readPlan(words, deed.zone);
  return "plan" in read ? planWords(language, read.plan) : words;
}
