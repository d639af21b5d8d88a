/** The way to templates and series: what is asked about them, and what was confirmed. */
import type { RaffleId, RaffleTerms } from "../../machines/domain/events.ts";
import { dayIn } from "../../machines/domain/recurrence.ts";
import type { CommandRefusal } from "../../machines/domain/refusals.ts";
import {
  type SeriesEvent,
  type SeriesId,
  type TemplateId,
  TEMPLATES,
  type TemplatesEvent,
} from "../../machines/domain/series.ts";
import type { SeriesDeed } from "../../machines/domain/series_deeds.ts";
import type { RaffleDraft } from "../../machines/domain/panel_dialogue.ts";
import { readPlan, type SeriesPlan } from "../../machines/domain/series_form.ts";
import type { PanelContext } from "../../machines/panel_machine.ts";
import type { RaffleContext } from "../../machines/raffle_machine.ts";
import type { SeriesContext } from "../../machines/series_machine.ts";
import { isUsed, type TemplatesContext } from "../../machines/templates_machine.ts";
import type { SeriesButton } from "../telegram/series_button.ts";
import { answered } from "./answered.ts";
import type { Incoming, Route, Send } from "./incoming.ts";
import type { PanelPage } from "./panel_page.ts";
import { panelAddressOf, type Saying, sayToPanel, turnOf } from "./panel_saying.ts";
import type { View } from "./runtime_port.ts";
import { playerIdOf } from "./telegram_person.ts";

/** The route of a button about templates and series; the right was checked. */
export function routeSeriesButton(
  incoming: Incoming,
  { panel, ...saying }: Saying & { panel: SeriesButton },
): Route {
  switch (panel.page) {
    case "templates":
    case "template":
    case "seriesList":
    case "series":
      return answered(incoming, {
        ...saying,
        answer: { kind: "adminPanel", page: panel, isEdit: true },
      });
    case "use":
      return useTemplate(incoming, { ...saying, templateId: panel.templateId, isEdit: true });
    case "keepRaffle":
      return keepRaffle(incoming, { ...saying, raffleId: panel.raffleId });
    case "keep":
    case "replace":
      return askToKeepDraft(incoming, { ...saying, panel });
    case "askTemplate":
      return askAboutTemplate(incoming, { ...saying, ...panel });
    case "doSeries":
      return tellSeries(incoming, { ...saying, seriesId: panel.seriesId, what: panel.command });
    case "askSeries":
      return askAboutSeries(incoming, { ...saying, ...panel });
  }
}

/** Begins the dialogue for a new raffle with a template's terms. */
export function useTemplate(
  incoming: Incoming,
  { from, context, templateId, isEdit }: Saying & { templateId: TemplateId; isEdit: boolean },
): Route {
  const { nowMs, timeZone, ids } = context;
  const raffleId = ids.raffleId(`panel ${incoming.update.update_id} ${from.id} ${nowMs}`);
  const day = dayIn(timeZone, nowMs);
  const turn = turnOf(incoming);
  return {
    sends: [sayToPanel(incoming, { from, context }, {
      type: "panel.use",
      raffleId,
      templateId,
      day,
      turn,
    })],
    answer: { kind: "adminDialogue", isEdit },
    audit: { outcome: "asked" },
  };
}

/** Keeps the terms that a raffle has; without a name that is asked for. */
export function keepRaffle(
  incoming: Incoming,
  { raffleId, name, ...saying }: Saying & { raffleId: RaffleId; name?: string },
): Route {
  return {
    sends: [],
    answer: { kind: "none" },
    look: {
      address: `raffle/${raffleId}`,
      route: (view) => {
        if (view === undefined) {
          return { sends: [], answer: { kind: "whichRaffle", given: raffleId } };
        }
        const { terms } = view.context as RaffleContext;
        const templateId = newTemplateId(incoming, saying);
        const deed = { kind: "saveTemplate" as const, templateId, title: terms.title, terms };
        return name === undefined
          ? askNow(incoming, { ...saying, deed })
          : saveTemplate(incoming, { ...saying, templateId, name, terms });
      },
    },
  };
}

/** Asks whether a template is to be deleted, what it shall be called, or when its raffles come. */
export function askAboutTemplate(
  incoming: Incoming,
  { order, templateId, isEdit = true, ...saying }: Saying & {
    order: "rename" | "delete" | "repeat";
    templateId: TemplateId;
    isEdit?: boolean;
  },
): Route {
  return {
    sends: [],
    answer: { kind: "none" },
    look: {
      address: TEMPLATES,
      route: (view) => {
        const known = view?.context as TemplatesContext | undefined;
        const found = known?.templates.find((each) => each.templateId === templateId);
        if (known === undefined || found === undefined) {
          return notNow("unknownTemplate", { page: "templates", number: 0 });
        }
        if (order === "delete" && isUsed(known, templateId)) {
          return notNow("templateInUse", { page: "template", templateId });
        }
        const about = { templateId, title: found.name };
        const deed: SeriesDeed = order === "repeat"
          ? {
            kind: "beginSeries",
            ...about,
            seriesId: newSeriesId(incoming, saying),
            zone: saying.context.timeZone,
          }
          : { kind: order === "rename" ? "renameTemplate" : "deleteTemplate", ...about };
        return askNow(incoming, { ...saying, deed, isEdit });
      },
    },
  };
}

/** Asks whether a series is to end, or what its rule shall be. */
export function askAboutSeries(
  incoming: Incoming,
  { order, seriesId, isEdit = true, ...saying }: Saying & {
    order: "change" | "end";
    seriesId: SeriesId;
    isEdit?: boolean;
  },
): Route {
  return {
    sends: [],
    answer: { kind: "none" },
    look: {
      address: `series/${seriesId}`,
      route: (view) => {
        if (view === undefined) return notNow("unknownSeries", { page: "seriesList", number: 0 });
        if (view.tags.includes("ended")) {
          return notNow("alreadyFinished", { page: "series", seriesId });
        }
        const { name: title, plan: { rule: { zone } } } = view.context as SeriesContext;
        const deed: SeriesDeed = order === "end"
          ? { kind: "endSeries", seriesId, title }
          : { kind: "changeSeries", seriesId, title, zone };
        return askNow(incoming, { ...saying, deed, isEdit });
      },
    },
  };
}

/** Tells a series what to do, and shows it then. */
export function tellSeries(
  incoming: Incoming,
  { from, context, seriesId, what, plan }: Saying & {
    seriesId: SeriesId;
    what: "pause" | "resume" | "end" | "change";
    /** With `change`. */
    plan?: SeriesPlan;
  },
): Route {
  const base = { by: playerIdOf(from.id), atMs: context.nowMs };
  const event: SeriesEvent = what === "change"
    ? { type: "series.change", plan: plan as SeriesPlan, ...base }
    : { type: `series.${what}`, ...base };
  return {
    sends: [{
      address: `series/${seriesId}`,
      event,
      key: `tg:${incoming.update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "adminDeed", what: `${what}Series`, page: { page: "series", seriesId } },
  };
}

/** Keeps terms under a name. */
export function saveTemplate(
  incoming: Incoming,
  { templateId, name, terms, ...saying }: Saying & {
    templateId: TemplateId;
    name: string;
    terms: RaffleTerms;
  },
): Route {
  const order = { type: "template.save" as const, templateId, name, terms };
  return {
    sends: [{ ...toTemplates(incoming, { ...saying, order }), create: {} }],
    answer: { kind: "adminDeed", what: "saveTemplate", page: { page: "template", templateId } },
  };
}

/** Gives a template another name. */
export function renameTemplate(
  incoming: Incoming,
  { templateId, name, ...saying }: Saying & { templateId: TemplateId; name: string },
): Route {
  const order = { type: "template.rename" as const, templateId, name };
  return {
    sends: [toTemplates(incoming, { ...saying, order })],
    answer: { kind: "adminDeed", what: "renameTemplate", page: { page: "template", templateId } },
  };
}

/** Begins a series. */
export function beginSeries(
  incoming: Incoming,
  { templateId, plan, seriesId: given, ...saying }: Saying & {
    templateId: TemplateId;
    plan: SeriesPlan;
    /** @default one that follows from the update */
    seriesId?: SeriesId;
  },
): Route {
  const seriesId = given ?? newSeriesId(incoming, saying);
  const order = { type: "series.begin" as const, seriesId, templateId, plan };
  return {
    sends: [toTemplates(incoming, { ...saying, order })],
    answer: { kind: "adminDeed", what: "beginSeries", page: { page: "series", seriesId } },
  };
}

/** What an admin's panel has confirmed. @param words Name or rule, as the panel keeps it. */
export function routeSeriesDeed(
  incoming: Incoming,
  { gate, deed, words, ...saying }: Saying & { gate: Send; deed: SeriesDeed; words: string },
): Route {
  const route = confirmed(incoming, { deed, words, ...saying });
  const target = "seriesId" in deed ? deed.seriesId : deed.templateId;
  return {
    ...route,
    sends: [gate, ...route.sends],
    audit: { what: deed.kind, target, detail: words },
  };
}

function confirmed(
  incoming: Incoming,
  { deed, words, ...saying }: Saying & { deed: SeriesDeed; words: string },
): Route {
  switch (deed.kind) {
    case "saveTemplate":
      return saveTemplate(incoming, { ...saying, ...deed, name: words });
    case "replaceTemplate":
      return saveTemplate(incoming, { ...saying, ...deed, name: deed.title });
    case "renameTemplate":
      return renameTemplate(incoming, { ...saying, ...deed, name: words });
    case "deleteTemplate": {
      const order = { type: "template.delete" as const, templateId: deed.templateId };
      return {
        sends: [toTemplates(incoming, { ...saying, order })],
        answer: { kind: "adminDeed", what: deed.kind, page: { page: "templates", number: 0 } },
      };
    }
    case "beginSeries":
      return beginSeries(incoming, { ...saying, ...deed, plan: planOf(words) });
    case "changeSeries":
      return tellSeries(incoming, { ...saying, ...deed, what: "change", plan: planOf(words) });
    case "endSeries":
      return tellSeries(incoming, { ...saying, ...deed, what: "end" });
  }
}

/** The panel keeps rules in the form in which they can be read again, with their zone. */
function planOf(words: string): SeriesPlan {
  const read = readPlan(words, "UTC");
  if ("problem" in read) throw new RangeError(`Cannot read the plan "${words}"`);
  return read.plan;
}

/** Asks what the terms of a draft shall be called, or whether its template shall have them. */
function askToKeepDraft(
  incoming: Incoming,
  { panel: { page, turn }, ...saying }: Saying & {
    panel: { page: "keep" | "replace"; turn: string };
  },
): Route {
  return {
    sends: [],
    answer: { kind: "none" },
    look: {
      address: panelAddressOf(saying.from),
      route: (view) => {
        const draft = previewed(view, turn);
        if (draft === undefined) return { sends: [], answer: { kind: "oldButton" } };
        const { terms, template } = draft;
        if (page === "keep") {
          const templateId = newTemplateId(incoming, saying);
          const deed = { kind: "saveTemplate" as const, templateId, title: terms.title, terms };
          return askNow(incoming, { ...saying, deed });
        }
        if (template === undefined) return { sends: [], answer: { kind: "oldButton" } };
        const { templateId, name: title } = template;
        const deed = { kind: "replaceTemplate" as const, templateId, title, terms };
        return askNow(incoming, { ...saying, deed });
      },
    },
  };
}

function previewed(view: View | undefined, turn: string): RaffleDraft | undefined {
  const panel = view?.context as PanelContext | undefined;
  const isShown = view?.tags.includes("previewing") === true && panel?.turn === turn;
  return isShown ? panel.draft ?? undefined : undefined;
}

function askNow(
  incoming: Incoming,
  { deed, isEdit = true, ...saying }: Saying & { deed: SeriesDeed; isEdit?: boolean },
): Route {
  return {
    sends: [sayToPanel(incoming, saying, { type: "panel.ask", deed, turn: turnOf(incoming) })],
    answer: { kind: "adminDialogue", isEdit },
    audit: { outcome: "asked" },
  };
}

function notNow(reason: CommandRefusal, page: PanelPage): Route {
  return {
    sends: [],
    answer: { kind: "adminNotNow", reason, page },
    audit: { outcome: `refused: ${reason}` },
  };
}

/** An event without who says it, and when. */
type TemplatesOrder = TemplatesEvent extends infer Event
  ? Event extends { by: string } ? Omit<Event, "by" | "atMs"> : never
  : never;

function toTemplates(
  { update }: Incoming,
  { from, context, order }: Saying & { order: TemplatesOrder },
): Send {
  const event = { ...order, by: playerIdOf(from.id), atMs: context.nowMs };
  const key = `tg:${update.update_id}`;
  return { address: TEMPLATES, event, key, ...order.type === "template.save" ? {} : mustExist };
}

const mustExist = { mustExist: true } as const;

function newTemplateId(incoming: Incoming, saying: Saying): TemplateId {
  return saying.context.ids.templateId(`template ${causeOf(incoming, saying)}`);
}

function newSeriesId(incoming: Incoming, saying: Saying): SeriesId {
  return saying.context.ids.seriesId(`series ${causeOf(incoming, saying)}`);
}

/** The same for every delivery of a command; what a button begins is kept by the panel. */
function causeOf({ update }: Incoming, { from, context }: Saying): string {
  return `${update.update_id} ${from.id} ${update.message?.date ?? context.nowMs}`;
}
