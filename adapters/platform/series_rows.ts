/** From rows of templates and series to what machines and people are given. */
import type { SeriesRow, TemplateRow } from "../../db/series.ts";
import type { RecordSeries, Template } from "../../machines/domain/series.ts";

/** One template. */
export function templateOf({ templateId, name, terms }: TemplateRow): Template {
  return { templateId: templateId as Template["templateId"], name, terms: JSON.parse(terms) };
}

/** One series. */
export function seriesOf(row: SeriesRow): RecordSeries {
  return { ...row, plan: JSON.parse(row.plan) } as RecordSeries;
}
