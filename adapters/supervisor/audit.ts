/**
 * The audit log: every command of an admin, written before it is carried out and completed with its
 * outcome after it. While it cannot be written nothing is done. What he merely looks at by buttons is
 * not in it, except a file with people's names.
 */
import type { PlayerId } from "../../machines/domain/events.ts";
import { decodeButton } from "../telegram/callback_data.ts";
import type { PanelButton } from "../telegram/panel_button.ts";
import { isSeriesButton, type SeriesButton } from "../telegram/series_button.ts";
import type { AdminRole } from "./admins.ts";
import type { Incoming, RouteContext } from "./incoming.ts";
import { privateCommand } from "./player_rows.ts";
import type { Outcome } from "./supervisor.ts";
import { playerIdOf } from "./telegram_person.ts";

/** One command. */
export interface AuditEntry {
  /** The same for every delivery: it is written once. */
  key: string;
  by: PlayerId;
  role: AdminRole;
  /** The command. */
  what: string;
  /** What it is about: the id of a raffle, the number of a letter; empty when it names none. */
  target: string;
  /** The rest of the words, cut. */
  detail: string;
  atMs: number;
}

/** Where it is written. */
export interface AuditLog {
  /** @throws When it cannot be written: then the command is not carried out. */
  begin(entry: AuditEntry): Promise<void>;
  /** `accepted`, `asked`, `cancelled`, `refused: why`, `failed`. */
  end(key: string, outcome: string): Promise<void>;
}

const MAX_DETAIL = 300;
const MAX_TARGET = 64;

/** Buttons that only show something. */
const silentPages: ReadonlySet<PanelButton["page"]> = new Set([
  "home",
  "raffles",
  "raffle",
  "edit",
  "people",
  "statistics",
  "commission",
  "reserve",
  "findings",
  "broadcasts",
  "questions",
  "letters",
  "letter",
  "stuck",
  "checks",
  "check",
  "audit",
  "templates",
  "template",
  "seriesList",
  "series",
  // Steps of a dialogue; its end is a command.
  "answer",
  "back",
]);

/** Commands that say with their second word what is to be done. */
const twoWords: ReadonlySet<string> = new Set(["template", "series"]);

/** What the log says of it; undefined when it is no command of an admin. */
export function auditEntryOf(incoming: Incoming, context: RouteContext): AuditEntry | undefined {
  const { update } = incoming;
  const from = update.callback_query?.from ?? update.message?.from;
  const role = from === undefined ? undefined : context.admins.roleOf(from.id);
  const said = commandIn(incoming);
  if (from === undefined || role === undefined || said === undefined) return undefined;
  return {
    key: `tg:${update.update_id}`,
    by: playerIdOf(from.id),
    role,
    what: said.what.slice(0, MAX_TARGET),
    target: said.target.slice(0, MAX_TARGET),
    detail: said.detail.slice(0, MAX_DETAIL),
    atMs: context.nowMs,
  };
}

type Command = Pick<AuditEntry, "what" | "target" | "detail">;

function commandIn(incoming: Incoming): Command | undefined {
  const typed = privateCommand(incoming)?.command;
  if (typed?.name === "admin") {
    const [verb = "", ...words] = typed.args.split(/\s+/);
    const order = twoWords.has(verb.toLowerCase()) && /^[a-z]+$/i.test(words[0] ?? "")
      ? ` ${words.shift()}`
      : "";
    const [first = "", ...rest] = words;
    const isTarget = /^[a-z]{3}_/.test(first);
    return {
      what: verb === "" ? "panel" : `${verb}${order}`.toLowerCase(),
      target: isTarget ? first : "",
      detail: (isTarget ? rest : [first, ...rest]).join(" ").trim(),
    };
  }
  const button = decodeButton(incoming.update.callback_query?.data);
  if (button?.verb === "admopen") return { what: "open", target: button.raffleId, detail: "" };
  if (button?.verb === "u" && button.player.page === "answer") {
    return { what: "answer", target: button.player.disputeId, detail: "" };
  }
  if (button?.verb === "wdryes") {
    return { what: "approve", target: button.withdrawalId, detail: "" };
  }
  if (button?.verb !== "p" || silentPages.has(button.panel.page)) return undefined;
  return commandOf(button.panel);
}

function commandOf(button: PanelButton): Command {
  if (isSeriesButton(button)) return seriesCommandOf(button);
  const target = "raffleId" in button
    ? button.raffleId
    : "letterId" in button
    ? String(button.letterId)
    : "suspicionId" in button
    ? button.suspicionId
    : "";
  const what = "command" in button ? button.command : button.page;
  const detail = "term" in button ? button.term : "bps" in button ? `${button.bps / 100}%` : "";
  return { what, target, detail };
}

/** What the buttons about templates and series begin, in the words that the log has for the deed itself. */
const seriesDeeds: Readonly<Record<string, string>> = {
  rename: "renameTemplate",
  delete: "deleteTemplate",
  repeat: "beginSeries",
  change: "changeSeries",
  end: "endSeries",
  pause: "pauseSeries",
  resume: "resumeSeries",
  use: "useTemplate",
  keep: "saveTemplate",
  keepRaffle: "saveTemplate",
  replace: "replaceTemplate",
};

function seriesCommandOf(button: SeriesButton): Command {
  const verb = "order" in button
    ? button.order
    : "command" in button
    ? button.command
    : button.page;
  const target = "templateId" in button
    ? button.templateId
    : "seriesId" in button
    ? button.seriesId
    : "raffleId" in button
    ? button.raffleId
    : "";
  return { what: seriesDeeds[verb] ?? verb, target, detail: "" };
}

/** What became of it, in a word, by what was committed. */
export function auditOutcomeOf(outcome: Outcome, preset: string | undefined): string {
  if (outcome.isUnroutable) return "failed";
  const refused = outcome.sends.find(({ send, status }) =>
    send.isCourtesy !== true && (status === "refused" || status === "missing")
  );
  if (refused !== undefined) return `refused: ${refused.reason ?? refused.status}`;
  const { mended } = outcome;
  if (mended !== undefined && mended.status !== "redriven" && mended.status !== "dropped") {
    return `refused: ${mended.status}`;
  }
  if (preset !== undefined) return preset;
  switch (outcome.answer.kind) {
    case "adminNotAllowed":
      return "refused: role";
    case "adminBadForm":
    case "adminSeriesHint":
      return "refused: badForm";
    case "adminNeedsReason":
      return "refused: noReason";
    case "whichRaffle":
      return "refused: unknownRaffle";
    case "oldButton":
      return "refused: oldQuestion";
    default:
      return "accepted";
  }
}
