/**
 * Why an event is not taken, in stable words: asked only after a machine refused it. It decides
 * nothing. Imports only `machines/domain` and the tags.
 */
import type { RaffleEvent } from "./domain/events.ts";
import { FORCE_VOTE_MS, FORCED_MINIMUM, hasEntries } from "./domain/panel.ts";
import type { CommandRefusal, EntryRefusal, WishRefusal } from "./domain/refusals.ts";
import {
  areTemplateTerms,
  isTemplateName,
  MAX_SERIES,
  MAX_TEMPLATES,
  type TemplatesEvent,
} from "./domain/series.ts";
import { isPlan } from "./domain/series_form.ts";
import { LIST_CHANGED, MAX_REDRAWS } from "./domain/redraw.ts";
import type { RaffleContext } from "./raffle_machine.ts";
import type {
  PaymentTag,
  RaffleTag,
  RefundTag,
  SeriesTag,
  SuspicionTag,
  UserTag,
  WithdrawalTag,
} from "./tags.ts";
import type { TemplatesContext } from "./templates_machine.ts";

type EditOrder = Extract<RaffleEvent, { type: "raffle.edit" }>;

/** What may be read of the actor that refused. */
export interface RefusedView {
  value: unknown;
  context: unknown;
  tags: readonly string[];
}

/** What waits for another order that is being carried out. */
const AFTER_HOLDING = /^raffle\.(edit|pause|resume|stop)$/;

/** Why a raffle did not take the event; undefined when there is nothing to say. */
export function explainRaffleRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: RaffleTag) => view.tags.includes(tag);
  const isOpen = is("acceptingEntries") || is("paused");
  if (is("holding") && AFTER_HOLDING.test(event.type)) return "changedMeanwhile";
  switch (event.type) {
    case "raffle.open":
      return "alreadyOpened";
    case "raffle.pause":
      return is("paused") ? "alreadyPaused" : is("draft") ? "notOpen" : "entriesClosed";
    case "raffle.resume":
      return isOpen ? "notPaused" : is("draft") ? "notOpen" : "entriesClosed";
    case "raffle.force":
      return isOpen ? explainForce(view, event) : is("draft") ? "notOpen" : "entriesClosed";
    case "raffle.edit":
      if (!isOpen && !is("draft")) return is("cancelled") ? "alreadyCancelled" : "entriesClosed";
      return hasEntries(view.context as RaffleContext, (event as EditOrder).atMs)
        ? "entriesBegan"
        : "badTerms";
    case "raffle.stop":
      if (is("stoppable")) {
        return (view.context as RaffleContext).redraw ? "drawRequested" : "changedMeanwhile";
      }
      if (is("cancelled")) return "alreadyCancelled";
      return is("finished") ? "alreadyFinished" : "drawRequested";
    case "raffle.redraw":
      return explainRedraw(view, event);
    case "prize.claim":
      return explainClaim(view, event);
    case "dispute.recheck":
      return "notDisputed";
    case "dispute.refund":
      return is("disputed") ||
          ((is("closing") || is("sealed")) && (view.context as RaffleContext).redraw)
        ? "needsAnotherAdmin"
        : "notDisputed";
    default:
      return undefined;
  }
}

function explainRedraw(view: RefusedView, event: { type: string }): CommandRefusal {
  const { claims, redraw, redrawVote = null, disputeReason } = view.context as RaffleContext;
  const { by, reason, vote, atMs } = event as Extract<RaffleEvent, { type: "raffle.redraw" }>;
  const is = (tag: RaffleTag) => view.tags.includes(tag);
  if (is("cancelled")) return "alreadyCancelled";
  const isDrawn = is("claiming") || is("disputed");
  if (claims?.holders.some(({ state }) => state === "claimed") || (is("verified") && !isDrawn)) {
    return "prizesTaken";
  }
  if (!isDrawn) return "nothingDrawn";
  if ((redraw?.count ?? 0) >= MAX_REDRAWS) return "noRedrawLeft";
  if (disputeReason === LIST_CHANGED) return "listChanged";
  const isLive = redrawVote !== null && atMs - redrawVote.atMs < FORCE_VOTE_MS;
  const isMeant = vote?.agreesWithMs === undefined || vote.agreesWithMs === redrawVote?.atMs;
  if (isLive && isMeant && redrawVote.by === by) return "needsAnotherAdmin";
  return vote?.agreesWithMs === undefined && reason.trim() === "" ? "reasonMissing" : "voteLapsed";
}

function explainClaim({ context }: RefusedView, event: { type: string }): CommandRefusal {
  const { claims } = context as RaffleContext;
  const { playerId } = event as Extract<RaffleEvent, { type: "prize.claim" }>;
  if (claims?.lapsed.includes(playerId)) return "prizeLapsed";
  return claims?.holders.some((holder) =>
      holder.playerId === playerId && holder.state === "claimed"
    )
    ? "prizeTaken"
    : "prizeNotYours";
}

function explainForce({ context }: RefusedView, event: { type: string }): CommandRefusal {
  const { players, forceVote = null } = context as RaffleContext;
  const { by, seen, vote, atMs } = event as Extract<RaffleEvent, { type: "raffle.force" }>;
  if (seen !== undefined && seen !== "open") return "changedMeanwhile";
  if (players < FORCED_MINIMUM) return "tooFewPlayers";
  const isLive = forceVote !== null && atMs - forceVote.atMs < FORCE_VOTE_MS;
  const isMeant = vote?.agreesWithMs === undefined || vote.agreesWithMs === forceVote?.atMs;
  return isLive && isMeant && forceVote.by === by ? "needsAnotherAdmin" : "voteLapsed";
}

/** Why an admin's panel did not take the event: only what is asked now can be answered. */
export function explainPanelRefusal(): CommandRefusal {
  return "oldQuestion";
}

/** Why the templates did not take the event; undefined when there is nothing to say. */
export function explainTemplatesRefusal(
  { context }: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const { templates, series } = context as TemplatesContext;
  const asked = event as TemplatesEvent;
  const isKnown = "templateId" in asked &&
    templates.some(({ templateId }) => templateId === asked.templateId);
  switch (asked.type) {
    case "template.save":
      if (!areTemplateTerms(asked.terms)) return "badTerms";
      if (templates.length >= MAX_TEMPLATES) return "tooManyTemplates";
      return isTemplateName(asked.name) ? "nameTaken" : "badName";
    case "template.rename":
      if (!isKnown) return "unknownTemplate";
      return isTemplateName(asked.name) ? "nameTaken" : "badName";
    case "template.delete":
      return isKnown ? "templateInUse" : "unknownTemplate";
    case "series.begin":
      if (!isKnown) return "unknownTemplate";
      if (!isPlan(asked.plan)) return "badPlan";
      return series.length >= MAX_SERIES ? "tooManySeries" : "oldQuestion";
    default:
      return undefined;
  }
}

/** Why a series did not take the event; undefined when there is nothing to say. */
export function explainSeriesRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: SeriesTag) => view.tags.includes(tag);
  if (!/^series\.(pause|resume|change|end)$/.test(event.type)) return undefined;
  if (is("ended")) return "alreadyFinished";
  if (view.value === "preparing" || view.value === "opening") return "openingNow";
  if (event.type === "series.change") return "badPlan";
  return event.type === "series.pause" ? "alreadyPaused" : "notPaused";
}

/** Why a player's dialogue about his rubles did not take the event. */
export function explainCashOutRefusal(): CommandRefusal {
  return "oldQuestion";
}

/** Why the settings did not take the event: only a commission in bounds is. */
export function explainSettingsRefusal(): CommandRefusal {
  return "badTerms";
}

/** Why a payment did not take the event; undefined when there is nothing to say. */
export function explainPaymentRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: PaymentTag) => view.tags.includes(tag);
  if (event.type === "payment.refunded") return "unknownCharge";
  return is("finished") ? "alreadyFinished" : undefined;
}

/** Why a refund did not take the event; undefined when there is nothing to say. */
export function explainRefundRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: RefundTag) => view.tags.includes(tag);
  if (is("finished")) return "alreadyFinished";
  return event.type === "refund.retry" ? "notFailing" : undefined;
}

/** Why a player's actor did not take the event; undefined when there is nothing to say. */
export function explainUserRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | EntryRefusal | WishRefusal | undefined {
  const is = (tag: UserTag) => view.tags.includes(tag);
  if (event.type === "deletion.withdrawn") return "noDeletionAsked";
  if (is("leaving") || is("forgotten")) return "dataDeleted";
  if (event.type === "balance.givenUp") return "noDeletionAsked";
  if (event.type === "words.said") return "noWordsAsked";
  if (event.type === "bot.blocked" && is("blocked")) return "alreadyBlocked";
  return event.type === "bot.unblocked" && is("active") ? "notBlocked" : undefined;
}

/** Why a withdrawal did not take the event; undefined when there is nothing to say. */
export function explainWithdrawalRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: WithdrawalTag) => view.tags.includes(tag);
  if (is("finished")) return "alreadyFinished";
  switch (event.type) {
    case "withdrawal.approve":
    case "withdrawal.decline":
    case "withdrawal.cancel":
      if (!is("waiting")) return "notWaiting";
      return isOwnPrize(view, event) ? "ownPrize" : "needsAnotherAdmin";
    case "withdrawal.settle":
    case "withdrawal.void":
      if (is("needsOperator") && isOwnPrize(view, event)) return "ownPrize";
      if (is("voiding")) return "beingLookedUp";
      return is("uncertain") ? "stillLooking" : "notUndecided";
    default:
      return undefined;
  }
}

/** Why a suspicion did not take the event; undefined when there is nothing to say. */
export function explainSuspicionRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: SuspicionTag) => view.tags.includes(tag);
  if (event.type === "suspicion.raised") return undefined;
  const { playerId } = view.context as { playerId?: string };
  if ((event as { by?: string }).by === playerId) return "ownSuspicion";
  return event.type === "suspicion.clear" && is("upheld") ? "changedMeanwhile" : "alreadyDecided";
}

function isOwnPrize({ context }: RefusedView, event: { type: string; by?: string }): boolean {
  return (context as { playerId?: string }).playerId === event.by;
}
