/** Templates and series in the admin panel: what there is, and what can be done with each. */
import type { RecordSeries, SeriesId, TemplateId } from "../../../../machines/domain/series.ts";
import type { Reply, ReplyButton } from "../../reply.ts";
import { nextWords, openingRefusalWords, planWords } from "../../series_words.ts";
import { html, plain } from "../../texts.ts";
import { joinLines } from "../lines.ts";
import { statusWords } from "../status_words.ts";
import { termsLines } from "./dialogue_reply.ts";
import { button, filled, forWhoMay, type PanelContext, turner } from "./panel_context.ts";

const PAGE = 8;
/** Last raffles, and series of a template, that are shown with their own buttons. */
const SHOWN = 5;

/** All templates, a button each. */
export async function templatesPage(
  context: PanelContext,
  number: number,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const found = await context.panel.templates({ limit: PAGE + 1, offset: number * PAGE });
  const page = (at: number) => ({ page: "templates" as const, number: at });
  return {
    html: [
      ...over(heading),
      html(language, "panel-templates"),
      ...(found.length === 0 ? ["", html(language, "panel-list-none")] : []),
    ].join("\n"),
    buttons: filled([
      ...found.slice(0, PAGE).map(({ templateId, name }): ReplyButton[] => [{
        label: name,
        button: { verb: "p", panel: { page: "template", templateId } },
      }]),
      turner(context, {
        back: number > 0 ? page(number - 1) : undefined,
        next: found.length > PAGE ? page(number + 1) : undefined,
      }),
      [
        button(context, "seriesList", { page: "seriesList", number: 0 }),
        button(context, "home", { page: "home" }),
      ],
    ]),
  };
}

/** One template as its raffles will be, and its series. */
export async function templatePage(
  context: PanelContext,
  templateId: TemplateId,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const [template, series] = await Promise.all([
    context.panel.template(templateId),
    context.panel.seriesList({ templateId, limit: SHOWN, offset: 0 }),
  ]);
  if (template === undefined) {
    const gone = html(language, "panel-template-gone");
    return await templatesPage(context, 0, heading === "" ? gone : heading);
  }
  const { name, terms } = template;
  const order = (what: "rename" | "delete" | "repeat") =>
    button(context, what, { page: "askTemplate", order: what, templateId });
  return {
    html: [
      ...over(heading),
      html(language, "panel-template", { name, id: templateId }),
      "",
      ...termsLines(context, terms),
      "",
      html(language, "panel-title-hint"),
      ...(series.length === 0 ? [] : ["", html(language, "panel-template-series")]),
      ...series.map((each) => seriesLine(context, each)),
    ].join("\n"),
    buttons: filled([
      forWhoMay(context, "run", [button(context, "use", { page: "use", templateId })]),
      forWhoMay(context, "run", [order("repeat")]),
      forWhoMay(context, "run", [order("rename"), order("delete")]),
      ...series.map((each) => [seriesButton(each)]),
      [
        button(context, "templates", { page: "templates", number: 0 }),
        button(context, "home", { page: "home" }),
      ],
    ]),
  };
}

/** All series, those that go on first. */
export async function seriesListPage(
  context: PanelContext,
  number: number,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const found = await context.panel.seriesList({ limit: PAGE + 1, offset: number * PAGE });
  const shown = found.slice(0, PAGE);
  const page = (at: number) => ({ page: "seriesList" as const, number: at });
  const lines = shown.map((series) => seriesLine(context, series));
  return {
    html: [
      ...over(heading),
      html(language, "panel-series-list"),
      "",
      lines.length === 0
        ? html(language, "panel-list-none")
        : joinLines(lines, html(language, "list-more")),
    ].join("\n"),
    buttons: filled([
      ...shown.map((series) => [seriesButton(series)]),
      turner(context, {
        back: number > 0 ? page(number - 1) : undefined,
        next: found.length > PAGE ? page(number + 1) : undefined,
      }),
      [
        button(context, "templates", { page: "templates", number: 0 }),
        button(context, "home", { page: "home" }),
      ],
    ]),
  };
}

/** One series: its rule, what comes next, what came of it. */
export async function seriesPage(
  context: PanelContext,
  seriesId: SeriesId,
  heading = "",
): Promise<Reply> {
  const { language } = context;
  const [series, raffles] = await Promise.all([
    context.panel.series(seriesId),
    context.panel.occurrences(seriesId, SHOWN),
  ]);
  if (series === undefined) {
    const gone = html(language, "panel-series-gone");
    return await seriesListPage(context, 0, heading === "" ? gone : heading);
  }
  const { name, plan, status, opened, skipped, nextAtMs, refusal, templateId } = series;
  return {
    html: [
      ...over(heading),
      html(language, "panel-series", {
        name,
        id: seriesId,
        status: plain(language, `series-status-${status}`),
        plan: planWords(language, plan),
        opened: String(opened),
        skipped: String(skipped),
      }),
      ...(nextAtMs === 0
        ? []
        : [html(language, "panel-series-next", { time: nextWords(language, series) })]),
      ...(refusal === null || status === "ended" ? [] : [
        html(language, "panel-series-refused", { reason: openingRefusalWords(language, refusal) }),
      ]),
      ...(raffles.length === 0 ? [] : ["", html(language, "panel-series-raffles")]),
      ...raffles.map(({ number, title, status }) =>
        html(language, "panel-series-raffle", {
          number: String(number),
          title,
          status: statusWords(context, status),
        })
      ),
    ].join("\n"),
    buttons: filled([
      ...forWhoMay(context, "run", deedButtons(context, series)).map((one) => [one]),
      ...raffles.map(({ raffleId, number, title }): ReplyButton[] => [{
        label: `${number} · ${title}`,
        button: { verb: "p", panel: { page: "raffle", raffleId } },
      }]),
      [
        button(context, "to-template", { page: "template", templateId }),
        button(context, "refresh", { page: "series", seriesId }),
      ],
      [
        button(context, "seriesList", { page: "seriesList", number: 0 }),
        button(context, "home", { page: "home" }),
      ],
    ]),
  };
}

/** What its status allows; the series itself decides again. */
function deedButtons(context: PanelContext, { seriesId, status }: RecordSeries): ReplyButton[] {
  if (status === "ended") return [];
  const command = status === "paused" ? "resume" : "pause";
  return [
    button(context, `${command}Series`, { page: "doSeries", command, seriesId }),
    button(context, "changeSeries", { page: "askSeries", order: "change", seriesId }),
    button(context, "endSeries", { page: "askSeries", order: "end", seriesId }),
  ];
}

function seriesLine({ language }: PanelContext, { name, status, plan }: RecordSeries): string {
  return html(language, "panel-series-line", {
    name,
    status: plain(language, `series-status-${status}`),
    plan: planWords(language, plan),
  });
}

function seriesButton({ seriesId, name }: RecordSeries): ReplyButton {
  return {
    label: `${name} · ${seriesId}`,
    button: { verb: "p", panel: { page: "series", seriesId } },
  };
}

function over(heading: string): string[] {
  return heading === "" ? [] : [heading, ""];
}
