/** Buttons of the admin panel about templates and series; the other half of `panel_button.ts`. */
import type { RaffleId } from "../../machines/domain/events.ts";
import type { SeriesId, TemplateId } from "../../machines/domain/series.ts";

/** What is asked about a template. */
export const templateOrders = ["rename", "delete", "repeat"] as const;
/** What is done with a series at once, and asked no further. */
export const seriesCommands = ["pause", "resume"] as const;
/** What is asked about a series. */
export const seriesOrders = ["change", "end"] as const;

/** Everything that they can ask. */
export type SeriesButton =
  | { page: "templates"; number: number }
  | { page: "template"; templateId: TemplateId }
  | { page: "seriesList"; number: number }
  | { page: "series"; seriesId: SeriesId }
  /** A new raffle begins with its terms. */
  | { page: "use"; templateId: TemplateId }
  /** A raffle's terms become a template. */
  | { page: "keepRaffle"; raffleId: RaffleId }
  /** Those of the dialogue whose last turn it was become a template, or the one it began with. */
  | { page: "keep" | "replace"; turn: string }
  | { page: "askTemplate"; order: typeof templateOrders[number]; templateId: TemplateId }
  | { page: "doSeries"; command: typeof seriesCommands[number]; seriesId: SeriesId }
  | { page: "askSeries"; order: typeof seriesOrders[number]; seriesId: SeriesId };

/** By their pages. */
export const seriesPages = {
  templates: "ts",
  template: "tm",
  seriesList: "sl",
  series: "sr",
  use: "tu",
  keepRaffle: "tr",
  keep: "tk",
  replace: "tp",
  askTemplate: "ta",
  doSeries: "sd",
  askSeries: "sa",
} satisfies Record<SeriesButton["page"], string>;

/** Whether a page of the panel is one of these. */
export function isSeriesPage(page: string): page is SeriesButton["page"] {
  return Object.hasOwn(seriesPages, page);
}

/** Whether a button of the panel is one of these. */
export function isSeriesButton(button: { page: string }): button is SeriesButton {
  return isSeriesPage(button.page);
}

/** Whether a text is the id of a template, known or not. */
export function isTemplateId(text: string): text is TemplateId {
  return /^tpl_[A-Za-z0-9]{1,24}$/.test(text);
}

/** Whether a text is the id of a series, known or not. */
export function isSeriesId(text: string): text is SeriesId {
  return /^ser_[A-Za-z0-9]{1,24}$/.test(text);
}

/** What stands behind the page. */
export function wordsOfSeriesButton(button: SeriesButton): (string | number)[] {
  switch (button.page) {
    case "templates":
    case "seriesList":
      return [button.number];
    case "template":
    case "use":
      return [button.templateId];
    case "series":
      return [button.seriesId];
    case "keepRaffle":
      return [button.raffleId];
    case "keep":
    case "replace":
      return [button.turn];
    case "askTemplate":
      return [button.order, button.templateId];
    case "doSeries":
      return [button.command, button.seriesId];
    case "askSeries":
      return [button.order, button.seriesId];
  }
}

/** The button, or undefined for one that this version does not know. */
export function decodeSeriesButton(
  page: SeriesButton["page"],
  [first, second]: readonly [string, string],
  isRaffleId: (text: string) => text is RaffleId,
): SeriesButton | undefined {
  switch (page) {
    case "templates":
    case "seriesList":
      return /^(0|[1-9][0-9]{0,3})$/.test(first) ? { page, number: Number(first) } : undefined;
    case "template":
    case "use":
      return isTemplateId(first) ? { page, templateId: first } : undefined;
    case "series":
      return isSeriesId(first) ? { page, seriesId: first } : undefined;
    case "keepRaffle":
      return isRaffleId(first) ? { page, raffleId: first } : undefined;
    case "keep":
    case "replace":
      return first === "" ? undefined : { page, turn: first };
    case "askTemplate": {
      const order = templateOrders.find((known) => known === first);
      return order !== undefined && isTemplateId(second)
        ? { page, order, templateId: second }
        : undefined;
    }
    case "doSeries": {
      const command = seriesCommands.find((known) => known === first);
      return command !== undefined && isSeriesId(second)
        ? { page, command, seriesId: second }
        : undefined;
    }
    case "askSeries": {
      const order = seriesOrders.find((known) => known === first);
      return order !== undefined && isSeriesId(second)
        ? { page, order, seriesId: second }
        : undefined;
    }
  }
}
