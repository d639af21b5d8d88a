/** What an admin has confirmed at his panel. */
import type { RaffleEvent, RaffleInput } from "../../machines/domain/events.ts";
import { type PanelDeed, termsOfDraft } from "../../machines/domain/panel_dialogue.ts";
import { isSeriesDeed } from "../../machines/domain/series_deeds.ts";
import type { Confirmed, PanelContext } from "../../machines/panel_machine.ts";
import {
  suspicionAddress,
  type SuspicionEvent,
  type SuspicionId,
} from "../../machines/domain/suspicion.ts";
import { readAnswer } from "../../machines/domain/terms_form.ts";
import { mayDo, rolesFor } from "./admins.ts";
import { forceVoteOf } from "./force_vote.ts";
import type { Incoming, Route, Send } from "./incoming.ts";
import type { PanelPage } from "./panel_page.ts";
import { type PanelSaying, type Saying, sayToPanel, turnOf } from "./panel_saying.ts";
import type { View } from "./runtime_port.ts";
import { routeSeriesDeed } from "./series_panel.ts";
import { playerIdOf } from "./telegram_person.ts";

/** What the button of a question confirms; undefined when it is another question's. */
export function confirmedBy(view: View | undefined, of: string): Omit<Confirmed, "of"> | undefined {
  const panel = view?.context as PanelContext | undefined;
  if (panel === undefined) return undefined;
  const isAsked = view?.tags.includes("previewing") || view?.tags.includes("confirming");
  if (isAsked && panel.turn === of) return { ...panel, opens: false };
  // It comes again: what was confirmed then is carried out to its end.
  return panel.confirmed?.of === of ? panel.confirmed : undefined;
}

/** Carries out what was confirmed: nothing, if the panel does not ask it any more. */
export function routeConfirmed(
  incoming: Incoming,
  { from, context, of, opens, view }: Saying & { of: string; opens: boolean; view?: View },
): Route {
  const confirmed = confirmedBy(view, of);
  const event: PanelSaying = { type: "panel.confirm", of, opens, turn: turnOf(incoming) };
  const gate: Send = { ...sayToPanel(incoming, { from, context }, event), isGate: true };
  if (confirmed === undefined) return { sends: [gate], answer: { kind: "oldButton" } };
  const saying = { from, context };
  if (confirmed.draft !== null) {
    const { raffleId } = confirmed.draft;
    const terms = termsOfDraft(confirmed.draft);
    const by = playerIdOf(from.id);
    const atMs = context.nowMs;
    const create: RaffleInput = { raffleId, terms, createdBy: by, atMs };
    const first: RaffleEvent = opens
      ? { type: "raffle.open", by, atMs }
      : { type: "raffle.edit", by, changes: {}, atMs };
    const send = { ...toRaffle(incoming, raffleId, first), create };
    return {
      sends: [gate, send],
      answer: { kind: "adminDeed", what: opens ? "open" : "create", page: pageOf(raffleId) },
      audit: { what: opens ? "create and open" : "create", target: raffleId },
    };
  }
  return confirmed.deed === null
    ? { sends: [gate], answer: { kind: "oldButton" } }
    : routeDeed(incoming, { ...saying, gate, deed: confirmed.deed, words: confirmed.words });
}

function routeDeed(
  incoming: Incoming,
  { from, context, gate, deed, words }: Saying & { gate: Send; deed: PanelDeed; words: string },
): Route {
  if (isSeriesDeed(deed)) return routeSeriesDeed(incoming, { from, context, gate, deed, words });
  const base = { by: playerIdOf(from.id), atMs: context.nowMs };
  const isOwners = deed.kind === "drop" || deed.kind === "redraw";
  if (isOwners && !mayDo(context.admins.roleOf(from.id), "own")) {
    return { sends: [], answer: { kind: "adminNotAllowed", roles: rolesFor("own") } };
  }
  if (deed.kind === "drop") {
    const { letterId } = deed;
    return {
      sends: [gate],
      mends: { how: "drop", letterId },
      answer: { kind: "adminDeed", what: "drop", page: { page: "letters", after: 0 } },
      audit: { what: "drop", target: String(letterId) },
    };
  }
  if (deed.kind === "exclude") {
    const { suspicionId } = deed;
    return {
      sends: [
        gate,
        toSuspicion(incoming, suspicionId, {
          type: "suspicion.exclude",
          ...base,
          days: context.exclusionDays,
        }),
      ],
      answer: { kind: "adminDeed", what: "exclude", page: { page: "check", suspicionId } },
      audit: { what: "exclude", target: suspicionId, detail: deed.playerId },
    };
  }
  const event = (): RaffleEvent => {
    switch (deed.kind) {
      case "stop":
        return { type: "raffle.stop", ...base, reason: words, seen: deed.seen };
      case "redraw":
        return {
          type: "raffle.redraw",
          ...base,
          reason: words,
          vote: forceVoteOf(from, context),
        };
      case "refund":
        return {
          type: "dispute.refund",
          ...base,
          reason: words,
          admins: forceVoteOf(from, context).others,
        };
      case "force":
        return { type: "raffle.force", ...base, vote: forceVoteOf(from, context), seen: deed.seen };
      case "change": {
        const read = readAnswer(deed.term, words, deed);
        return { type: "raffle.edit", ...base, changes: "changes" in read ? read.changes : {} };
      }
    }
  };
  const { raffleId } = deed;
  const what = deed.kind === "change" ? `edit ${deed.term}` : deed.kind;
  return {
    sends: [gate, toRaffle(incoming, raffleId, event())],
    answer: { kind: "adminDeed", what: deed.kind, page: pageOf(raffleId) },
    audit: { what, target: raffleId, detail: words },
  };
}

/** An event for a raffle, from this update. */
export function toRaffle(
  { update }: Incoming,
  raffleId: string,
  event: RaffleEvent,
): Send {
  return {
    address: `raffle/${raffleId}`,
    event,
    key: `tg:${update.update_id}`,
    ...(event.type === "raffle.edit" || event.type === "raffle.open" ? {} : { mustExist: true }),
  };
}

/** An admin's word on a suspicion, from this update. */
export function toSuspicion(
  { update }: Incoming,
  suspicionId: SuspicionId,
  event: SuspicionEvent,
): Send {
  return {
    address: suspicionAddress(suspicionId),
    event,
    key: `tg:${update.update_id}`,
    mustExist: true,
  };
}

function pageOf(raffleId: string): PanelPage {
  return { page: "raffle", raffleId: raffleId as `rfl_${string}` };
}
