/**
 * What the buttons of a player's own affairs say back, after `u:`. Admins' buttons under a question
 * are here too. Buttons live for years: a word keeps its meaning, and what cannot be read is old.
 */
import type { Language, PaymentId, PlayerId } from "../../machines/domain/events.ts";
import { currencyDecimals, type MoneyJson } from "../../machines/domain/money.ts";
import {
  type DisputeId,
  type OwnLimitName,
  type PauseDays,
  pauseDays,
} from "../../machines/domain/player.ts";
import type { SuspicionId } from "../../machines/domain/suspicion.ts";

/** Everything they can ask. */
export type PlayerButton =
  /** An older page of the transactions. */
  | { page: "balance"; after: string }
  /** An older page of the tickets. */
  | { page: "history"; after: string }
  | { page: "language"; language: Language }
  /** Null: a question about something else than a payment. */
  | { page: "support"; paymentId: PaymentId | null }
  /** He thinks that he was excluded wrongly. */
  | { page: "appeal"; suspicionId: SuspicionId }
  | { page: "limits" }
  | { page: "limit"; limit: OwnLimitName; value: number | null }
  | { page: "pause"; days: PauseDays; isSure: boolean }
  | { page: "delete" }
  /** His balance for the deletion: the question, or with the balances that it named, the yes. */
  | { page: "giveUp"; amounts: MoneyJson[] | null }
  | { page: "keep" }
  /** Puts so many whole rubles on the balance; null: how many? */
  | { page: "topup"; rubles: number | null }
  // admins
  | { page: "answer"; disputeId: DisputeId }
  | { page: "disputes"; after: string }
  | { page: "log"; playerId: PlayerId; before: string };

const limits: Record<string, OwnLimitName> = {
  d: "entriesPerDay",
  w: "starsPerWeek",
  r: "rublesPerWeek",
};
const letters: Record<OwnLimitName, string> = {
  entriesPerDay: "d",
  starsPerWeek: "w",
  rublesPerWeek: "r",
};
const MAX_LIMIT = 1_000_000;

/** Whether a text is the id of a question, known or not. */
export function isDisputeId(text: string): text is DisputeId {
  return /^dsp_[1-9][0-9]{0,15}_[A-Za-z0-9]{1,16}$/.test(text);
}

/** Whether a text is the id of a suspicion, known or not. */
export function isSuspicionId(text: string): text is SuspicionId {
  return /^sus_[0-9a-f]{20}$/.test(text);
}

/** Whether a text is the id of a player, known or not. */
export function isPlayerId(text: string): boolean {
  return /^tg-[1-9][0-9]{0,15}$/.test(text);
}

/** Whether a text may be the place of a page: made by ourselves, small letters and digits. */
function isPlace(text: string): boolean {
  return /^[0-9a-z.]{1,45}$/.test(text);
}

/** The text without its prefix. */
export function encodePlayerButton(button: PlayerButton): string {
  switch (button.page) {
    case "balance":
      return `b:${button.after}`;
    case "history":
      return `h:${button.after}`;
    case "language":
      return `l:${button.language}`;
    case "support":
      return `s:${button.paymentId ?? ""}`;
    case "appeal":
      return `e:${button.suspicionId}`;
    case "limits":
      return "r";
    case "limit":
      return `r:${letters[button.limit]}:${button.value ?? ""}`;
    case "pause":
      return `p:${button.days}:${button.isSure ? "y" : ""}`;
    case "delete":
      return "d:y";
    case "giveUp": {
      const amounts = button.amounts?.map(({ minor, currency }) => `${minor}${currency}`);
      return amounts === undefined ? "v" : `v:${amounts.join(".")}`;
    }
    case "keep":
      return "d:n";
    case "topup":
      return `t:${button.rubles ?? ""}`;
    case "answer":
      return `a:${button.disputeId}`;
    case "disputes":
      return `q:${button.after}`;
    case "log":
      return `g:${button.playerId}:${button.before}`;
  }
}

/** The button, or undefined for one that this version does not know. */
export function decodePlayerButton(text: string): PlayerButton | undefined {
  const [word, first = "", second = "", ...rest] = text.split(":");
  const hasTwo = word === "r" || word === "p" || word === "g";
  if (rest.length > 0 || (!hasTwo && second !== "")) return undefined;
  switch (word) {
    case "b":
      return isPlace(first) ? { page: "balance", after: first } : undefined;
    case "h":
      return isPlace(first) ? { page: "history", after: first } : undefined;
    case "l":
      return first === "ru" || first === "en" ? { page: "language", language: first } : undefined;
    case "s":
      if (first === "") return { page: "support", paymentId: null };
      return /^pay_[A-Za-z0-9_-]{1,48}$/.test(first)
        ? { page: "support", paymentId: first as PaymentId }
        : undefined;
    case "e":
      return isSuspicionId(first) ? { page: "appeal", suspicionId: first } : undefined;
    case "r":
      return decodeLimit(text, first, second);
    case "p": {
      const days = pauseDays.find((known) => String(known) === first);
      return days === undefined ? undefined : { page: "pause", days, isSure: second === "y" };
    }
    case "d":
      if (first === "y") return { page: "delete" };
      return first === "n" ? { page: "keep" } : undefined;
    case "v":
      return decodeGiveUp(text, first);
    case "t":
      if (first === "") return { page: "topup", rubles: null };
      return /^[1-9][0-9]{0,6}$/.test(first) ? { page: "topup", rubles: Number(first) } : undefined;
    case "a":
      return isDisputeId(first) ? { page: "answer", disputeId: first } : undefined;
    case "q":
      return isPlace(first) ? { page: "disputes", after: first } : undefined;
    case "g":
      return isPlayerId(first) && isPlace(second)
        ? { page: "log", playerId: first, before: second }
        : undefined;
    default:
      return undefined;
  }
}

function decodeGiveUp(text: string, list: string): PlayerButton | undefined {
  if (text === "v") return { page: "giveUp", amounts: null };
  const amounts = list.split(".").map(decodeAmount);
  return amounts.every((amount) => amount !== undefined) ? { page: "giveUp", amounts } : undefined;
}

function decodeAmount(text: string): MoneyJson | undefined {
  const [, minor = "", currency = ""] = /^([1-9][0-9]{0,17})([A-Z]+)$/.exec(text) ?? [];
  if (!Object.hasOwn(currencyDecimals, currency)) return undefined;
  return { minor, currency: currency as MoneyJson["currency"] };
}

function decodeLimit(text: string, letter: string, value: string): PlayerButton | undefined {
  if (text === "r") return { page: "limits" };
  const limit = Object.hasOwn(limits, letter) ? limits[letter] : undefined;
  if (limit === undefined) return undefined;
  if (value === "") return { page: "limit", limit, value: null };
  const number = /^[1-9][0-9]{0,6}$/.test(value) ? Number(value) : 0;
  return number > 0 && number <= MAX_LIMIT ? { page: "limit", limit, value: number } : undefined;
}
