/**
 * Buttons of prizes that leave. What a button says was true when it was shown; that it still is, is
 * checked when it is pressed. Amounts are whole Stars.
 */
import {
  type PremiumMonths,
  premiumStars,
  type WithdrawalId,
} from "../../machines/domain/withdrawal.ts";

/** Everything that such a button can ask. */
export type WithdrawalButton =
  /** What can be done with the balance. */
  | { verb: "prize" }
  | { verb: "keep" }
  | { verb: "gifts"; page: number }
  // asks once more
  | { verb: "gift"; giftId: string; stars: number }
  | { verb: "premium"; months: PremiumMonths }
  | { verb: "ownback"; stars: number }
  // does it
  | { verb: "sendgift"; giftId: string; stars: number }
  | { verb: "sendpremium"; months: PremiumMonths }
  | { verb: "sendback"; stars: number }
  /** The player's change of mind, and an admin's yes. */
  | { verb: "wdrno"; withdrawalId: WithdrawalId }
  | { verb: "wdryes"; withdrawalId: WithdrawalId };

/** Whether a text is the id of a withdrawal, known or not. */
export function isWithdrawalId(text: string): text is WithdrawalId {
  return /^wdr_[A-Za-z0-9]{1,40}$/.test(text);
}

/** The text that goes into the button. */
export function encodeWithdrawalButton(button: WithdrawalButton): string {
  switch (button.verb) {
    case "prize":
    case "keep":
      return button.verb;
    case "gifts":
      return `${button.verb}:${button.page}`;
    case "gift":
    case "sendgift":
      return `${button.verb}:${button.giftId}:${button.stars}`;
    case "premium":
    case "sendpremium":
      return `${button.verb}:${button.months}`;
    case "ownback":
    case "sendback":
      return `${button.verb}:${button.stars}`;
    case "wdrno":
    case "wdryes":
      return `${button.verb}:${button.withdrawalId}`;
  }
}

/** The button, or undefined for one that is none of these. */
export function decodeWithdrawalButton(data: string): WithdrawalButton | undefined {
  const [verb = "", first = "", second = "", ...rest] = data.split(":");
  if (rest.length > 0) return undefined;
  switch (verb) {
    case "prize":
    case "keep":
      return data === verb ? { verb } : undefined;
    case "gifts": {
      const page = numberOf(first);
      return page === undefined || second !== "" ? undefined : { verb, page };
    }
    case "gift":
    case "sendgift": {
      const stars = numberOf(second);
      const isGiftId = /^[A-Za-z0-9_-]{1,40}$/.test(first);
      return stars === undefined || !isGiftId ? undefined : { verb, giftId: first, stars };
    }
    case "premium":
    case "sendpremium": {
      const months = numberOf(first);
      const isKnown = months !== undefined && months in premiumStars && second === "";
      return isKnown ? { verb, months: months as PremiumMonths } : undefined;
    }
    case "ownback":
    case "sendback": {
      const stars = numberOf(first);
      return stars === undefined || second !== "" ? undefined : { verb, stars };
    }
    case "wdrno":
    case "wdryes":
      return isWithdrawalId(first) && second === "" ? { verb, withdrawalId: first } : undefined;
    default:
      return undefined;
  }
}

function numberOf(text: string): number | undefined {
  return /^(0|[1-9][0-9]{0,8})$/.test(text) ? Number(text) : undefined;
}
