/** Where a pressed button of the admin panel goes. */
import type { RaffleEvent, RaffleId } from "../../machines/domain/events.ts";
import type { PanelDeed } from "../../machines/domain/panel_dialogue.ts";
import { dayIn } from "../../machines/domain/recurrence.ts";
import type { CommandRefusal } from "../../machines/domain/refusals.ts";
import { suspicionAddress, type SuspicionId } from "../../machines/domain/suspicion.ts";
import { explainRaffleRefusal, explainSuspicionRefusal } from "../../machines/explain_refusal.ts";
import type { PanelContext } from "../../machines/panel_machine.ts";
import type { RaffleContext } from "../../machines/raffle_machine.ts";
import type { SuspicionContext } from "../../machines/suspicion_machine.ts";
import type { PanelButton } from "../telegram/panel_button.ts";
import { isSeriesButton } from "../telegram/series_button.ts";
import { type AdminDeed, mayDo, rolesFor } from "./admins.ts";
import { answered } from "./answered.ts";
import { forceVoteOf } from "./force_vote.ts";
import type { Incoming, Route } from "./incoming.ts";
import { routeConfirmed, toRaffle, toSuspicion } from "./panel_dialogue.ts";
import {
  panelAddressOf,
  type PanelSaying,
  type Saying,
  sayToPanel,
  turnOf,
} from "./panel_saying.ts";
import type { View } from "./runtime_port.ts";
import { routeSeriesButton } from "./series_panel.ts";
import { commissionOf, setCommission, SETTINGS } from "./settings.ts";
import { playerIdOf } from "./telegram_person.ts";

const runs: ReadonlySet<PanelButton["page"]> = new Set([
  "edit",
  "create",
  "do",
  "ask",
  "change",
  "agree",
  "agreeRedraw",
  "redrive",
  "clear",
  "exclude",
  "answer",
  "back",
  "cancel",
  "confirm",
  "open",
  "use",
  "keepRaffle",
  "keep",
  "replace",
  "askTemplate",
  "doSeries",
  "askSeries",
]);
const owns: ReadonlySet<PanelButton["page"]> = new Set(["setCommission", "drop"]);

/** What pressing it is. */
export function deedOfPage(page: PanelButton["page"]): AdminDeed {
  return owns.has(page) ? "own" : runs.has(page) ? "run" : "look";
}

/** The route of a button of the panel; it stays in the chat, so the right is checked again. */
export function routePanelButton(
  incoming: Incoming,
  { panel, from, context }: Saying & { panel: PanelButton },
): Route {
  const role = context.admins.roleOf(from.id);
  if (role === undefined) return { sends: [], answer: { kind: "adminRefused" } };
  const isRedraw = panel.page === "ask" && panel.command === "redraw";
  const deed = isRedraw ? "own" : deedOfPage(panel.page);
  if (!mayDo(role, deed)) {
    return { sends: [], answer: { kind: "adminNotAllowed", roles: rolesFor(deed) } };
  }
  const saying = { from, context };
  if (isSeriesButton(panel)) return routeSeriesButton(incoming, { ...saying, panel });
  const turn = turnOf(incoming);
  const say = (event: PanelSaying): Route => ({
    sends: [sayToPanel(incoming, saying, event)],
    answer: { kind: "adminDialogue", isEdit: true },
  });
  switch (panel.page) {
    case "create":
      return routeCreateDialogue(incoming, saying, true);
    case "do":
      return {
        sends: [{
          ...toRaffle(incoming, panel.raffleId, plainEvent(panel.command, saying)),
          mustExist: true,
        }],
        answer: {
          kind: "adminDeed",
          what: panel.command,
          page: { page: "raffle", raffleId: panel.raffleId },
        },
      };
    case "ask":
    case "change":
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: `raffle/${panel.raffleId}`,
          route: (view) => routeAsk(incoming, { ...saying, panel, view }),
        },
      };
    case "drop": {
      const deed: PanelDeed = { kind: "drop", letterId: panel.letterId };
      return { ...say({ type: "panel.ask", deed, turn }), audit: { outcome: "asked" } };
    }
    case "clear":
      return {
        sends: [toSuspicion(incoming, panel.suspicionId, {
          type: "suspicion.clear",
          by: playerIdOf(from.id),
          seen: panel.seen,
          atMs: context.nowMs,
        })],
        answer: {
          kind: "adminDeed",
          what: "clear",
          page: { page: "check", suspicionId: panel.suspicionId },
        },
      };
    case "exclude": {
      const { suspicionId } = panel;
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: suspicionAddress(suspicionId),
          route: (view) => routeExclude(incoming, { ...saying, suspicionId, view }),
        },
      };
    }
    case "agree":
      return {
        sends: [
          toRaffle(incoming, panel.raffleId, {
            type: "raffle.force",
            by: playerIdOf(from.id),
            vote: { ...forceVoteOf(from, context), agreesWithMs: panel.askedAtMs },
            atMs: context.nowMs,
          }),
        ],
        answer: { kind: "adminDone", command: "force", raffleId: panel.raffleId },
      };
    case "agreeRedraw":
      return {
        sends: [
          toRaffle(incoming, panel.raffleId, {
            type: "raffle.redraw",
            by: playerIdOf(from.id),
            reason: "",
            vote: { ...forceVoteOf(from, context), agreesWithMs: panel.askedAtMs },
            atMs: context.nowMs,
          }),
        ],
        answer: { kind: "adminDone", command: "redraw", raffleId: panel.raffleId },
      };
    case "setCommission":
      return {
        sends: [setCommission(incoming, { bps: panel.bps, ...saying })],
        answer: { kind: "adminDeed", what: "commission", page: { page: "commission" } },
      };
    case "redrive":
      return {
        sends: [],
        mends: { how: "redrive", letterId: panel.letterId },
        answer: { kind: "adminDeed", what: "redrive", page: { page: "letters", after: 0 } },
      };
    case "answer":
      return say({ type: "panel.said", text: panel.value, of: panel.turn, turn });
    case "back":
      return say({ type: "panel.back", of: panel.turn, turn });
    case "cancel":
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: panelAddressOf(from),
          route: (view) => ({
            ...say({ type: "panel.cancel", of: panel.turn, turn }),
            audit: cancelled(view),
          }),
        },
      };
    case "confirm":
    case "open": {
      const { page, turn: of } = panel;
      return {
        sends: [],
        answer: { kind: "none" },
        look: {
          address: panelAddressOf(from),
          route: (view) =>
            routeConfirmed(incoming, {
              ...saying,
              of,
              opens: page === "open",
              ...(view === undefined ? {} : { view }),
            }),
        },
      };
    }
    default:
      return answered(incoming, {
        ...saying,
        answer: { kind: "adminPanel", page: panel, isEdit: panel.page !== "file" },
      });
  }
}

/** Begins the dialogue for a new raffle. */
export function routeCreateDialogue(
  incoming: Incoming,
  { from, context }: Saying,
  isEdit: boolean,
): Route {
  const { update } = incoming;
  const raffleId = context.ids.raffleId(`panel ${update.update_id} ${from.id} ${context.nowMs}`);
  return {
    sends: [],
    answer: { kind: "none" },
    look: {
      address: SETTINGS,
      route: (view) => ({
        sends: [sayToPanel(incoming, { from, context }, {
          type: "panel.create",
          raffleId,
          commissionBps: commissionOf(view, context.commissionBps),
          day: dayIn(context.timeZone, context.nowMs),
          hasRubles: context.rubles !== undefined,
          turn: turnOf(incoming),
        })],
        answer: { kind: "adminDialogue", isEdit },
        audit: { outcome: "asked" },
      }),
    },
  };
}

function plainEvent(
  command: "open" | "pause" | "resume" | "recheck",
  { from, context }: Saying,
): RaffleEvent {
  const base = { by: playerIdOf(from.id), atMs: context.nowMs };
  return command === "recheck"
    ? { type: "dispute.recheck", ...base }
    : { type: `raffle.${command}`, ...base };
}

/** Asks once, about the raffle as it is now; says at once when it cannot be. */
function routeAsk(
  incoming: Incoming,
  { panel, view, ...saying }: Saying & {
    panel: Extract<PanelButton, { page: "ask" | "change" }>;
    view: View | undefined;
  },
): Route {
  const { raffleId } = panel;
  if (view === undefined) return { sends: [], answer: { kind: "whichRaffle", given: raffleId } };
  const { deed, refusal } = deedAsked(panel, view);
  if (refusal !== undefined) {
    return {
      sends: [],
      answer: { kind: "adminNotNow", reason: refusal, page: { page: "raffle", raffleId } },
      audit: { outcome: `refused: ${refusal}` },
    };
  }
  const event: PanelSaying = { type: "panel.ask", deed, turn: turnOf(incoming) };
  return {
    sends: [sayToPanel(incoming, saying, event)],
    answer: { kind: "adminDialogue", isEdit: true },
    audit: { outcome: "asked" },
  };
}

/** Asks once whether he is to be excluded; says at once when somebody has decided. */
function routeExclude(
  incoming: Incoming,
  { suspicionId, view, ...saying }: Saying & { suspicionId: SuspicionId; view: View | undefined },
): Route {
  const page = { page: "check" as const, suspicionId };
  if (view === undefined) {
    return {
      sends: [],
      answer: { kind: "adminPanel", page, isEdit: true },
      audit: { outcome: "refused: unknownSuspicion" },
    };
  }
  const { playerId } = view.context as SuspicionContext;
  const event = { type: "suspicion.exclude", by: playerIdOf(saying.from.id) };
  if (!view.tags.includes("open") || event.by === playerId) {
    const reason = explainSuspicionRefusal(view, event) ?? "alreadyDecided";
    return {
      sends: [],
      answer: { kind: "adminNotNow", reason, page },
      audit: { outcome: `refused: ${reason}` },
    };
  }
  const deed: PanelDeed = { kind: "exclude", suspicionId, playerId };
  return {
    sends: [sayToPanel(incoming, saying, { type: "panel.ask", deed, turn: turnOf(incoming) })],
    answer: { kind: "adminDialogue", isEdit: true },
    audit: { outcome: "asked" },
  };
}

function deedAsked(
  panel: Extract<PanelButton, { page: "ask" | "change" }>,
  view: View,
): { deed: PanelDeed; refusal: CommandRefusal | undefined } {
  const { terms, tickets: entries, players } = view.context as RaffleContext;
  const raffleId: RaffleId = panel.raffleId;
  const about = { raffleId, title: terms.title, entries };
  const is = (tag: string) => view.tags.includes(tag);
  const why = (type: string) => explainRaffleRefusal(view, { type, atMs: 0 } as never);
  const top = typeof view.value === "string" ? view.value : Object.keys(view.value ?? {})[0];
  // A public seal stays one while its round is waited for.
  const seen = (is("sealed") ? "sealed" : top) as "draft" | "open" | "closing" | "sealed";
  if (panel.page === "change") {
    const { term } = panel;
    const isFixed = entries > 0 || !(is("draft") || top === "open");
    return {
      deed: { kind: "change", raffleId, title: terms.title, term, terms },
      refusal: isFixed ? why("raffle.edit") : undefined,
    };
  }
  switch (panel.command) {
    case "stop":
      return {
        deed: { kind: "stop", ...about, seen },
        refusal: is("stoppable") ? undefined : why("raffle.stop"),
      };
    case "refund":
      return {
        deed: { kind: "refund", ...about },
        refusal: is("disputed") ? undefined : "notDisputed",
      };
    case "redraw": {
      const event = { type: "raffle.redraw", by: "", reason: "", atMs: 0 };
      const reason = explainRaffleRefusal(view, event);
      return {
        deed: { kind: "redraw", ...about },
        // Only the words are missing yet.
        refusal: reason === "reasonMissing" ? undefined : reason,
      };
    }
    case "force":
      return {
        deed: { kind: "force", ...about, seen },
        refusal: top === "open" && players >= 2 ? undefined : why("raffle.force"),
      };
  }
}

function targetOf(deed: PanelDeed): string {
  if ("raffleId" in deed) return deed.raffleId;
  if ("suspicionId" in deed) return deed.suspicionId;
  if ("seriesId" in deed) return deed.seriesId;
  return "templateId" in deed ? deed.templateId : String(deed.letterId);
}

function cancelled(view: View | undefined): NonNullable<Route["audit"]> {
  const { deed = null, draft = null } = (view?.context ?? {}) as Partial<PanelContext>;
  const what = deed?.kind ?? (draft === null ? "nothing" : "create");
  const target = deed === null ? draft?.raffleId ?? "" : targetOf(deed);
  return { what: `cancel ${what}`, target, outcome: "cancelled" };
}
