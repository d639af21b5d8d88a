/**
 * Which terms are kept under which names, and which series use them. One actor, `templates/platform`;
 * the terms themselves are rows. Imports only xstate and `machines/domain`. Guards against terms that
 * no raffle can have, two templates of one name, a template that is deleted under a series, and more
 * of both than anybody can oversee.
 */
import { assign, enqueueActions, setup } from "xstate";
import type { TransactionalActions } from "./domain/effects.ts";
import {
  areTemplateTerms,
  isTemplateName,
  MAX_SERIES,
  MAX_TEMPLATES,
  type SeriesActions,
  type SeriesId,
  startSeries,
  type TemplateId,
  type TemplatesEvent,
  type TemplatesInput,
} from "./domain/series.ts";
import { isPlan } from "./domain/series_form.ts";
import { ask, suppliedByRuntime } from "./supplied.ts";
import type { TemplatesTag } from "./tags.ts";

/** Format of the stored snapshot. */
export const version = 1;

type Named = { templateId: TemplateId; name: string };
type Saved = Extract<TemplatesEvent, { type: "template.save" }>;
type Begun = Extract<TemplatesEvent, { type: "series.begin" }>;

/** What is known of templates and series; names and ids only. */
export interface TemplatesContext {
  templates: Named[];
  /** Those that have not ended. */
  series: { seriesId: SeriesId; templateId: TemplateId }[];
}

/** The rules of the templates. */
export const templatesMachine = setup({
  types: {
    context: {} as TemplatesContext,
    events: {} as TemplatesEvent,
    input: {} as TemplatesInput,
    tags: {} as TemplatesTag,
  },
  guards: {
    canReplace: ({ context }, saved: Saved) =>
      isKnown(context, saved.templateId) && areTemplateTerms(saved.terms),
    canAdd: ({ context }, saved: Saved) =>
      !isKnown(context, saved.templateId) && context.templates.length < MAX_TEMPLATES &&
      isFree(context, saved) && areTemplateTerms(saved.terms),
    canRename: ({ context }, named: Named) =>
      isKnown(context, named.templateId) && isFree(context, named),
    isUnused: ({ context }, { templateId }: { templateId: TemplateId }) =>
      isKnown(context, templateId) && !isUsed(context, templateId),
    canBegin: ({ context }, { seriesId, templateId, plan }: Begun) =>
      isKnown(context, templateId) && context.series.length < MAX_SERIES &&
      !context.series.some((series) => series.seriesId === seriesId) && isPlan(plan),
  },
  actions: {
    tell: (_, _params: TransactionalActions["tell"]) => suppliedByRuntime(),
    recordTemplate: (_, _params: SeriesActions["recordTemplate"]) => suppliedByRuntime(),

    keepName: assign(({ context: { templates } }, { templateId, name }: Named) => ({
      templates: [
        ...templates.filter((template) => template.templateId !== templateId),
        { templateId, name },
      ],
    })),
    forgetTemplate: assign((
      { context: { templates } },
      { templateId }: { templateId: TemplateId },
    ) => ({
      templates: templates.filter((template) => template.templateId !== templateId),
    })),
    /** Its name is the template's, as it is now. */
    begin: enqueueActions((
      { context, enqueue },
      { seriesId, templateId, plan, by, atMs }: Begun,
    ) => {
      const name = nameOf(context, templateId);
      enqueue.assign({ series: [...context.series, { seriesId, templateId }] });
      const params = startSeries({ seriesId, templateId, name, plan, createdBy: by }, atMs);
      enqueue(ask({ type: "tell", params }));
    }),
    forgetSeries: assign(({ context: { series } }, { seriesId }: { seriesId: SeriesId }) => ({
      series: series.filter((each) => each.seriesId !== seriesId),
    })),
  },
}).createMachine({
  id: "templates",
  description: "Terms that admins keep under a name, for new raffles and for series of them.",
  context: { templates: [], series: [] },
  initial: "kept",
  states: {
    kept: {
      description: "It waits for the next change.",
      tags: ["resting"],
      on: {
        "template.save": [
          {
            description:
              "Other terms under the same name; series have them from their next raffle.",
            guard: { type: "canReplace", params: ({ event }) => event },
            actions: {
              type: "recordTemplate",
              params: ({ context, event: { templateId, terms } }) => ({
                templateId,
                name: nameOf(context, templateId),
                terms,
              }),
            },
          },
          {
            description: "New terms under a name of their own.",
            guard: { type: "canAdd", params: ({ event }) => event },
            actions: [
              { type: "keepName", params: ({ event }) => event },
              {
                type: "recordTemplate",
                params: ({ event: { templateId, name, terms } }) => ({ templateId, name, terms }),
              },
            ],
          },
        ],
        "template.rename": {
          description: "Its series are called so from their next raffle.",
          guard: { type: "canRename", params: ({ event }) => event },
          actions: [
            { type: "keepName", params: ({ event }) => event },
            {
              type: "recordTemplate",
              params: ({ event: { templateId, name } }) => ({ templateId, name, terms: null }),
            },
          ],
        },
        "template.delete": {
          description: "Not while a series makes its raffles of it.",
          guard: { type: "isUnused", params: ({ event }) => event },
          actions: [
            { type: "forgetTemplate", params: ({ event }) => event },
            {
              type: "recordTemplate",
              params: ({ event: { templateId } }) => ({ templateId, isDeleted: true as const }),
            },
          ],
        },
        "series.begin": {
          description: "A series of its own is made, which makes the raffles.",
          guard: { type: "canBegin", params: ({ event }) => event },
          actions: { type: "begin", params: ({ event }) => event },
        },
        "series.ended": {
          description: "Its template is free of it.",
          actions: { type: "forgetSeries", params: ({ event }) => event },
        },
      },
    },
  },
});

function nameOf({ templates }: TemplatesContext, templateId: TemplateId): string {
  return templates.find((template) => template.templateId === templateId)?.name ?? "";
}

function isKnown({ templates }: TemplatesContext, templateId: TemplateId): boolean {
  return templates.some((template) => template.templateId === templateId);
}

/** Whether a series that has not ended makes its raffles of it. */
export function isUsed({ series }: TemplatesContext, templateId: TemplateId): boolean {
  return series.some((each) => each.templateId === templateId);
}

/** Whether it can be called so: no other one is, also not in other letters. */
function isFree({ templates }: TemplatesContext, { templateId, name }: Named): boolean {
  const sounds = (text: string) => text.toLocaleLowerCase("ru");
  return isTemplateName(name) &&
    !templates.some((other) =>
      other.templateId !== templateId && sounds(other.name) === sounds(name)
    );
}
