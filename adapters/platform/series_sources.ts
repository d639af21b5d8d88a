/** What templates, series and their followers ask to be written, or answered, within their own commit. */
import type { TransactionalHandler, TransactionalItem } from "../../actors/define_actor.ts";
import {
  deleteTemplate,
  readTemplate,
  recordFollowers,
  recordOccurrences,
  recordSeries,
  recordTemplate,
} from "../../db/series.ts";
import type { Connection } from "../../db/connection.ts";
import { readTreasuryAccounts } from "../../db/treasury.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import type { ReadTemplate, SeriesActions } from "../../machines/domain/series.ts";
import { coverOf } from "./reserve.ts";
import { templateOf } from "./series_rows.ts";

type Items<Name extends keyof SeriesActions> = readonly TransactionalItem<SeriesActions[Name]>[];

/** Writes what the machines name so. */
export const seriesSources: Record<keyof SeriesActions, TransactionalHandler> = {
  recordTemplate: async (items: Items<"recordTemplate">, tx) => {
    for (const { params } of items) {
      if ("isDeleted" in params) await deleteTemplate(tx, params.templateId);
      else {
        const { terms, ...named } = params;
        const text = terms === null ? null : JSON.stringify(terms);
        await recordTemplate(tx, { ...named, terms: text });
      }
    }
  },

  recordSeries: (items: Items<"recordSeries">, tx) =>
    recordSeries(
      tx,
      items.map(({ params: { plan, ...series } }) => ({ ...series, plan: JSON.stringify(plan) })),
    ),

  recordOccurrence: (items: Items<"recordOccurrence">, tx) =>
    recordOccurrences(tx, items.map(({ params }) => params)),

  recordFollower: (items: Items<"recordFollower">, tx) =>
    recordFollowers(tx, items.map(({ params }) => params)),
};

/** Answers what the machines ask `readTemplate`. */
export function createTemplateSource({ hasRubles }: { hasRubles: boolean }): TransactionalHandler {
  return (items: readonly TransactionalItem<ReadTemplate["input"]>[], tx) =>
    Promise.all(items.map(async ({ params: { templateId }, atMs }) => {
      const row = await readTemplate(tx, templateId);
      const template = row === undefined ? null : templateOf(row);
      const isCovered = template === null || await covers(tx, template.terms);
      return { output: { template, isCovered, hasRubles, atMs } };
    }));
}

async function covers(tx: Connection, { guaranteedPrize }: RaffleTerms): Promise<boolean> {
  if (guaranteedPrize === undefined) return true;
  return BigInt(guaranteedPrize.minor) <= coverOf(await readTreasuryAccounts(tx));
}
