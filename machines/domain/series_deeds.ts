/** What admins are asked about templates and series before it is done. */
import type { RaffleTerms } from "./events.ts";
import type { SeriesId, TemplateId } from "./series.ts";
import { planText, readName, readPlan } from "./series_form.ts";
import type { FormProblem } from "./terms_form.ts";

/** A deed about a template or a series. `title` is what the question names. */
export type SeriesDeed =
  /** Terms under a new name, which is asked for. */
  | { kind: "saveTemplate"; templateId: TemplateId; title: string; terms: RaffleTerms }
  /** Other terms under a name that is known. */
  | { kind: "replaceTemplate"; templateId: TemplateId; title: string; terms: RaffleTerms }
  | { kind: "renameTemplate"; templateId: TemplateId; title: string }
  | { kind: "deleteTemplate"; templateId: TemplateId; title: string }
  /** A rule is asked for; `zone` is meant when it names none. */
  | {
    kind: "beginSeries";
    seriesId: SeriesId;
    templateId: TemplateId;
    title: string;
    zone: string;
  }
  | { kind: "changeSeries"; seriesId: SeriesId; title: string; zone: string }
  | { kind: "endSeries"; seriesId: SeriesId; title: string };

const kinds: Record<SeriesDeed["kind"], "name" | "rule" | null> = {
  saveTemplate: "name",
  replaceTemplate: null,
  renameTemplate: "name",
  deleteTemplate: null,
  beginSeries: "rule",
  changeSeries: "rule",
  endSeries: null,
};

/** Whether a deed is one of these. */
export function isSeriesDeed<Deed extends { kind: string }>(
  deed: Deed,
): deed is Extract<Deed, SeriesDeed> {
  return Object.hasOwn(kinds, deed.kind);
}

/** What is asked for before it; null: nothing but a yes. */
export function wordsOfSeriesDeed({ kind }: SeriesDeed): "name" | "rule" | null {
  return kinds[kind];
}

/** The words as they will be used, or why they will not do. */
export function readSeriesWords(
  deed: SeriesDeed,
  text: string,
): { words: string } | { problem: FormProblem } {
  if ("zone" in deed) {
    const read = readPlan(text, deed.zone);
    return "plan" in read ? { words: planText(read.plan) } : read;
  }
  const read = readName(text);
  return "name" in read ? { words: read.name } : read;
}
