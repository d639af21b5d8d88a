/** Rows for `/admin`, for those who have a role, each command for the roles that may. */
import type { RaffleEvent, RaffleId, RaffleInput } from "../../machines/domain/events.ts";
import type { ForceVote } from "../../machines/domain/panel.ts";
import { readPercent } from "../../machines/domain/terms_form.ts";
import { isRaffleId } from "../telegram/callback_data.ts";
import { parseCreateForm } from "../telegram/create_form.ts";
import type { TelegramUser } from "../telegram/update_schema.ts";
import { type AdminDeed, mayDo, rolesFor } from "./admins.ts";
import { forceVoteOf } from "./force_vote.ts";
import type { AdminCommand, Incoming, Route, RouteContext, Row } from "./incoming.ts";
import { answered } from "./answered.ts";
import { adminLogAnswer } from "./player_wish_rows.ts";
import { privateCommand } from "./player_rows.ts";
import { routeCreateDialogue } from "./route_panel_button.ts";
import { commissionOf, setCommission, SETTINGS } from "./settings.ts";
import { playerIdOf } from "./telegram_person.ts";

/** Longest public reason; it is shown to every player. */
const MAX_REASON_UNITS = 500;

interface AdminWords {
  from: TelegramUser;
  /** `create`, `open`, …; empty for a bare `/admin`. */
  verb: string;
  rest: string;
}

function adminWords(incoming: Incoming): AdminWords | undefined {
  const typed = privateCommand(incoming);
  if (typed?.command.name !== "admin") return undefined;
  const [verb = "", ...words] = typed.command.args.split(/\s+/);
  const rest = words.length === 0 ? "" : typed.command.args.slice(verb.length).trim();
  return { from: typed.from, verb: verb.toLowerCase(), rest };
}

const raffleCommands: readonly AdminCommand[] = [
  "open",
  "force",
  "stop",
  "pause",
  "resume",
  "recheck",
  "refund",
  "redraw",
];

/** What each command of this list is; those of other lists say it there. */
function deedOf(verb: string): AdminDeed {
  if (verb === "commission" || verb === "redraw") return "own";
  return verb === "create" || raffleCommands.some((command) => command === verb) ? "run" : "look";
}

/** The rows, in the order in which they are tried. */
export const adminRows: readonly Row[] = [
  {
    name: "admin command of a stranger",
    matches: (incoming, { admins }) => {
      const words = adminWords(incoming);
      return words !== undefined && admins.roleOf(words.from.id) === undefined;
    },
    route: (incoming, context) => reply(incoming, context, { kind: "adminRefused" }),
  },
  {
    name: "admin command above his role",
    matches: (incoming, { admins }) => {
      const words = adminWords(incoming);
      return words !== undefined && !mayDo(admins.roleOf(words.from.id), deedOf(words.verb));
    },
    route: (incoming, context) => {
      const roles = rolesFor(deedOf(adminWords(incoming)?.verb ?? ""));
      return reply(incoming, context, { kind: "adminNotAllowed", roles });
    },
  },
  {
    name: "admin create",
    matches: (incoming) => adminWords(incoming)?.verb === "create",
    route: (incoming, context) => {
      const words = adminWords(incoming);
      // Without words there is a dialogue.
      return words?.rest === ""
        ? routeCreateDialogue(incoming, { from: words.from, context }, false)
        : {
          sends: [],
          answer: { kind: "none" },
          look: {
            address: SETTINGS,
            route: (view) =>
              routeCreate(incoming, {
                ...context,
                commissionBps: commissionOf(view, context.commissionBps),
              }),
          },
        };
    },
  },
  {
    name: "admin commission",
    matches: (incoming) => adminWords(incoming)?.verb === "commission",
    route: routeCommission,
  },
  {
    name: "admin panel",
    matches: (incoming) => adminWords(incoming)?.verb === "",
    route: (incoming, context) =>
      reply(incoming, context, { kind: "adminPanel", page: { page: "home" }, isEdit: false }),
  },
  {
    name: "admin list",
    matches: (incoming) => adminWords(incoming)?.verb === "list",
    route: (incoming, context) => reply(incoming, context, { kind: "adminList" }),
  },
  {
    name: "admin log",
    matches: (incoming) => adminWords(incoming)?.verb === "log",
    route: (incoming, context) =>
      reply(incoming, context, adminLogAnswer(adminWords(incoming)?.rest ?? "")),
  },
  {
    name: "admin disputes",
    matches: (incoming) => adminWords(incoming)?.verb === "disputes",
    route: (incoming, context) => reply(incoming, context, { kind: "adminDisputes" }),
  },
  ...raffleCommands.map((command): Row => ({
    name: `admin ${command}`,
    matches: (incoming) => adminWords(incoming)?.verb === command,
    route: (incoming, context) => routeRaffleCommand(incoming, { context, command }),
  })),
  {
    name: "admin help",
    matches: (incoming) => adminWords(incoming) !== undefined,
    route: (incoming, context) => reply(incoming, context, { kind: "adminHelp" }),
  },
];

function reply(incoming: Incoming, context: RouteContext, answer: Route["answer"]): Route {
  const from = adminWords(incoming)?.from;
  if (from === undefined) return { sends: [], answer };
  return answered(incoming, { from, context, answer });
}

function routeCommission(incoming: Incoming, context: RouteContext): Route {
  const words = adminWords(incoming);
  if (words === undefined || words.rest === "") {
    return reply(incoming, context, {
      kind: "adminPanel",
      page: { page: "commission" },
      isEdit: false,
    });
  }
  const bps = readPercent("commission", words.rest);
  return typeof bps === "number"
    ? {
      sends: [setCommission(incoming, { bps, from: words.from, context })],
      answer: { kind: "adminCommission", bps },
    }
    : reply(incoming, context, { kind: "adminBadForm", problems: [bps] });
}

function routeCreate(incoming: Incoming, context: RouteContext): Route {
  const words = adminWords(incoming);
  if (words === undefined) return { sends: [], answer: { kind: "adminHelp" } };
  const form = parseCreateForm(words.rest, {
    commissionBps: context.commissionBps,
    hasRubles: context.rubles !== undefined,
  });
  if ("problems" in form) {
    return reply(incoming, context, { kind: "adminBadForm", problems: form.problems });
  }
  const { update } = incoming;
  const raffleId = context.ids.raffleId(
    `telegram ${update.update_id} ${words.from.id} ${update.message?.date}`,
  );
  const refusal = context.refuseTerms?.(form.terms, raffleId);
  if (refusal !== undefined) {
    const problems = [{ field: "create", problem: "rule" as const, allowed: refusal }];
    return reply(incoming, context, { kind: "adminBadForm", problems });
  }
  const input: RaffleInput = {
    raffleId,
    terms: form.terms,
    createdBy: playerIdOf(words.from.id),
    atMs: context.nowMs,
  };
  return {
    creates: [{ address: `raffle/${raffleId}`, input, key: `tg:${update.update_id}` }],
    sends: [],
    answer: { kind: "adminCreated", raffleId, terms: form.terms },
  };
}

function routeRaffleCommand(
  incoming: Incoming,
  { context, command }: { context: RouteContext; command: AdminCommand },
): Route {
  const words = adminWords(incoming);
  const raffleId = words?.rest.split(/\s+/)[0] ?? "";
  if (words === undefined || !isRaffleId(raffleId)) {
    return reply(incoming, context, { kind: "whichRaffle", given: raffleId });
  }
  const reason = words.rest.slice(raffleId.length).trim().slice(0, MAX_REASON_UNITS);
  const isExplained = command === "stop" || command === "refund" || command === "redraw";
  if (isExplained && reason === "") {
    return reply(incoming, context, { kind: "adminNeedsReason", command, raffleId });
  }
  return {
    sends: [{
      address: `raffle/${raffleId}`,
      event: eventOf(command, {
        by: playerIdOf(words.from.id),
        reason,
        vote: forceVoteOf(words.from, context),
        atMs: context.nowMs,
      }),
      key: `tg:${incoming.update.update_id}`,
      mustExist: true,
    }],
    answer: { kind: "adminDone", command, raffleId: raffleId as RaffleId },
  };
}

function eventOf(
  command: AdminCommand,
  { by, reason, vote, atMs }: { by: string; reason: string; vote: ForceVote; atMs: number },
): RaffleEvent {
  switch (command) {
    case "open":
      return { type: "raffle.open", by, atMs };
    case "force":
      return { type: "raffle.force", by, vote, atMs };
    case "pause":
      return { type: "raffle.pause", by, atMs };
    case "resume":
      return { type: "raffle.resume", by, atMs };
    case "recheck":
      return { type: "dispute.recheck", by, atMs };
    case "redraw":
      return { type: "raffle.redraw", by, reason, vote, atMs };
    case "stop":
      return { type: "raffle.stop", by, reason, atMs };
    case "refund":
      return { type: "dispute.refund", by, reason, admins: vote.others, atMs };
  }
}
