/** Rows for `/admin templates`, `template …` and `series …`; the panel's buttons do the same. */
import { readName, readPlan } from "../../machines/domain/series_form.ts";
import type { FormProblem } from "../../machines/domain/terms_form.ts";
import type { SeriesContext } from "../../machines/series_machine.ts";
import { isRaffleId } from "../telegram/callback_data.ts";
import { isSeriesId, isTemplateId } from "../telegram/series_button.ts";
import { type AdminDeed, mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import type { Answer, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import type { Saying } from "./panel_saying.ts";
import { privateCommand } from "./player_rows.ts";
import type { View } from "./runtime_port.ts";
import {
  askAboutSeries,
  askAboutTemplate,
  beginSeries,
  keepRaffle,
  renameTemplate,
  tellSeries,
  useTemplate,
} from "./series_panel.ts";

interface Words extends Saying {
  /** The first word as typed: a verb, or an id in its place; empty when there is none. */
  first: string;
  /** The same in small letters: `save`, `begin`, … */
  verb: string;
  /** The id behind the verb, as typed. */
  id: string;
  /** What stands behind that. */
  rest: string;
}

/** What stands behind `/admin <command>`, for admins only: strangers are refused by their own row. */
function wordsOf(incoming: Incoming, context: RouteContext, command: string): Words | undefined {
  const typed = privateCommand(incoming);
  if (typed?.command.name !== "admin") return undefined;
  if (context.admins.roleOf(typed.from.id) === undefined) return undefined;
  const [given = "", first = "", id = "", ...rest] = typed.command.args.split(/\s+/);
  if (given.toLowerCase() !== command) return undefined;
  const verb = first.toLowerCase();
  return { from: typed.from, context, first, verb, id, rest: rest.join(" ") };
}

function row(
  command: string,
  deedOf: (verb: string) => AdminDeed,
  route: (incoming: Incoming, words: Words) => Route,
): Row {
  return {
    name: `admin ${command}`,
    matches: (incoming, context) => wordsOf(incoming, context, command) !== undefined,
    route(incoming, context) {
      const words = wordsOf(incoming, context, command);
      if (words === undefined) return { sends: [], answer: { kind: "adminHelp" } };
      const deed = deedOf(words.verb);
      return mayDo(context.admins.roleOf(words.from.id), deed)
        ? route(incoming, words)
        : say(incoming, { ...words, answer: { kind: "adminNotAllowed", roles: rolesFor(deed) } });
    },
  };
}

/** An id in place of a verb only shows something. */
const lookOrRun = (verb: string): AdminDeed => verb === "" || verb.includes("_") ? "look" : "run";

/** The rows; they come before the admins' others. */
export const seriesRows: readonly Row[] = [
  row("templates", () => "look", (incoming, words) => showTemplates(incoming, words)),
  row("template", lookOrRun, routeTemplate),
  row("series", lookOrRun, routeSeries),
];

function routeTemplate(incoming: Incoming, words: Words): Route {
  const { first, verb, id, rest } = words;
  if (isTemplateId(first)) {
    const page = { page: "template" as const, templateId: first };
    return say(incoming, { ...words, answer: { kind: "adminPanel", page, isEdit: false } });
  }
  if (verb === "") return showTemplates(incoming, words);
  if (verb === "save") {
    if (!isRaffleId(id)) {
      return say(incoming, { ...words, answer: { kind: "whichRaffle", given: id } });
    }
    const read = readName(rest);
    return "problem" in read
      ? hint(incoming, { ...words, about: "template", problem: read.problem })
      : keepRaffle(incoming, { ...words, raffleId: id, name: read.name });
  }
  if (!isTemplateId(id)) return hint(incoming, { ...words, about: "template" });
  switch (verb) {
    case "use":
      return useTemplate(incoming, { ...words, templateId: id, isEdit: false });
    case "delete":
      return askAboutTemplate(incoming, { ...words, order: verb, templateId: id, isEdit: false });
    case "rename": {
      const read = readName(rest);
      return "problem" in read
        ? hint(incoming, { ...words, about: "template", problem: read.problem })
        : renameTemplate(incoming, { ...words, templateId: id, name: read.name });
    }
    default:
      return hint(incoming, { ...words, about: "template" });
  }
}

function routeSeries(incoming: Incoming, words: Words): Route {
  const { first, verb, id, rest } = words;
  if (isSeriesId(first)) {
    const page = { page: "series" as const, seriesId: first };
    return say(incoming, { ...words, answer: { kind: "adminPanel", page, isEdit: false } });
  }
  if (verb === "") {
    const page = { page: "seriesList" as const, number: 0 };
    return say(incoming, { ...words, answer: { kind: "adminPanel", page, isEdit: false } });
  }
  if (verb === "begin") {
    if (!isTemplateId(id)) return hint(incoming, { ...words, about: "series" });
    const read = readPlan(rest, words.context.timeZone);
    return "problem" in read
      ? hint(incoming, { ...words, about: "series", problem: read.problem })
      : beginSeries(incoming, { ...words, templateId: id, plan: read.plan });
  }
  if (!isSeriesId(id)) return hint(incoming, { ...words, about: "series" });
  switch (verb) {
    case "pause":
    case "resume":
      return tellSeries(incoming, { ...words, seriesId: id, what: verb });
    case "end":
      return askAboutSeries(incoming, { ...words, order: "end", seriesId: id, isEdit: false });
    case "rule":
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: `series/${id}`,
          route: (view) => {
            const read = readPlan(rest, zoneOf(view) ?? words.context.timeZone);
            return "problem" in read
              ? hint(incoming, { ...words, about: "series", problem: read.problem })
              : tellSeries(incoming, { ...words, seriesId: id, what: "change", plan: read.plan });
          },
        },
      };
    default:
      return hint(incoming, { ...words, about: "series" });
  }
}

/** A rule that names no time zone keeps the one that the series has. */
function zoneOf(view: View | undefined): string | undefined {
  return (view?.context as Partial<SeriesContext> | undefined)?.plan?.rule.zone;
}

function showTemplates(incoming: Incoming, words: Words): Route {
  const page = { page: "templates" as const, number: 0 };
  return say(incoming, { ...words, answer: { kind: "adminPanel", page, isEdit: false } });
}

function hint(
  incoming: Incoming,
  { about, problem, ...words }: Words & { about: "template" | "series"; problem?: FormProblem },
): Route {
  const answer: Answer = { kind: "adminSeriesHint", about, ...problem && { problem } };
  return say(incoming, { ...words, answer });
}

function say(incoming: Incoming, { from, context, answer }: Saying & { answer: Answer }): Route {
  return answered(incoming, { from, context, answer });
}
