/**
 * Why an event is not taken, in stable words: asked only after a machine refused it. It decides
 * nothing. Imports only `machines/domain` and the tags.
 */
import type { CommandRefusal } from "./domain/refusals.ts";
import type { PaymentTag, RaffleTag, RefundTag, UserTag } from "./tags.ts";

/** What may be read of the actor that refused. */
export interface RefusedView {
  value: unknown;
  context: unknown;
  tags: readonly string[];
}

/** Why a raffle did not take the event; undefined when there is nothing to say. */
export function explainRaffleRefusal(
  view: RefusedView,
  event: { type: string },
): CommandRefusal | undefined {
  const is = (tag: RaffleTag) => view.tags.includes(tag);
  const isOpen = is("acceptingEntries") || is("paused");
  switch (event.type) {
    case "raffle.open":
      return "alreadyOpened";
    case "raffle.pause":
      return is("paused") ? "alreadyPaused" : is("draft") ? "notOpen" : "entriesClosed";
    case "raffle.resume":
      return isOpen ? "notPaused" : is("draft") ? "notOpen" : "entriesClosed";
    case "raffle.force":
      return isOpen ? "tooFewPlayers" : is("draft") ? "notOpen" : "entriesClosed";
    case "raffle.stop":
      if (is("cancelled")) return "alreadyCancelled";
      return is("finished") ? "alreadyFinished" : "drawRequested";
    case "dispute.recheck":
      return "notDisputed";
    case "dispute.refund":
      return is("disputed") ? "needsAnotherAdmin" : "notDisputed";
    default:
      return undefined;
  }
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
): CommandRefusal | undefined {
  const is = (tag: UserTag) => view.tags.includes(tag);
  if (event.type === "bot.blocked" && is("blocked")) return "alreadyBlocked";
  return event.type === "bot.unblocked" && is("active") ? "notBlocked" : undefined;
}
