/**
 * What a button says back: `verb` or `verb:raffleId`, at most 64 bytes (Telegram's limit for
 * callback_data). Buttons live for years in old chats, so a verb is never given another meaning;
 * what cannot be read is an old button and is answered as such.
 */
import type { RaffleId } from "../../machines/domain/events.ts";
import { type CashOutButton, decodeCashOutButton, encodeCashOutButton } from "./cash_out_button.ts";
import { decodePlayerButton, encodePlayerButton, type PlayerButton } from "./player_button.ts";
import { decodePanelButton, encodePanelButton, type PanelButton } from "./panel_button.ts";
import {
  decodeWithdrawalButton,
  encodeWithdrawalButton,
  type WithdrawalButton,
} from "./withdrawal_buttons.ts";

/** Everything a button can ask. */
export type Button =
  | { verb: "menu" }
  | { verb: "open" }
  | { verb: "join"; raffleId: RaffleId }
  | { verb: "stars"; raffleId: RaffleId }
  | { verb: "rubles"; raffleId: RaffleId }
  | { verb: "balance"; raffleId: RaffleId }
  | { verb: "raffle"; raffleId: RaffleId }
  /** Shows the raffle as it is now in the message that the button stands under. */
  | { verb: "again"; raffleId: RaffleId }
  | { verb: "proof"; raffleId: RaffleId }
  /** The proof of his own tickets. */
  | { verb: "mine"; raffleId: RaffleId }
  /** Takes the prize that he won there. */
  | { verb: "claim"; raffleId: RaffleId }
  | { verb: "unwatch"; raffleId: RaffleId }
  /** He wants to hear of the next raffle of this one's series, or no more. */
  | { verb: "follow" | "unfollow"; raffleId: RaffleId }
  | { verb: "admopen"; raffleId: RaffleId }
  | { verb: "p"; panel: PanelButton }
  | { verb: "u"; player: PlayerButton }
  | { verb: "c"; cash: CashOutButton }
  | WithdrawalButton;

/** Longest callback_data that Telegram takes, bytes. */
export const CALLBACK_DATA_MAX_BYTES = 64;

/** What buttons of the admin panel begin with. */
const PANEL = "p:";
/** What buttons of a player's own affairs begin with. */
const PLAYER = "u:";
/** What buttons of the dialogue about rubles that leave begin with. */
const CASH_OUT = "c:";
const plainVerbs = ["menu", "open"] as const;
const raffleVerbs = [
  "join",
  "stars",
  "rubles",
  "balance",
  "raffle",
  "again",
  "proof",
  "mine",
  "claim",
  "unwatch",
  "follow",
  "unfollow",
  "admopen",
] as const;

/** Whether a text is the id of a raffle, known or not. */
export function isRaffleId(text: string): text is RaffleId {
  return /^rfl_[A-Za-z0-9_-]{1,48}$/.test(text);
}

/**
 * The text that goes into the button.
 * @throws {RangeError} When it would be longer than Telegram takes.
 */
export function encodeButton(button: Button): string {
  const data = dataOf(button);
  const bytes = new TextEncoder().encode(data).length;
  if (bytes > CALLBACK_DATA_MAX_BYTES) {
    throw new RangeError(
      `Cannot encode button "${data}": ${bytes} bytes, at most ${CALLBACK_DATA_MAX_BYTES}`,
    );
  }
  return data;
}

function dataOf(button: Button): string {
  if (button.verb === "p") return `${PANEL}${encodePanelButton(button.panel)}`;
  if (button.verb === "u") return `${PLAYER}${encodePlayerButton(button.player)}`;
  if (button.verb === "c") return `${CASH_OUT}${encodeCashOutButton(button.cash)}`;
  if ("raffleId" in button) return `${button.verb}:${button.raffleId}`;
  if (button.verb === "menu" || button.verb === "open") return button.verb;
  return encodeWithdrawalButton(button);
}

/** The button, or undefined for one that this version does not know. */
export function decodeButton(data: string | undefined): Button | undefined {
  if (data === undefined) return undefined;
  if (data.startsWith(PANEL)) {
    const panel = decodePanelButton(data.slice(PANEL.length), isRaffleId);
    return panel === undefined ? undefined : { verb: "p", panel };
  }
  if (data.startsWith(PLAYER)) {
    const player = decodePlayerButton(data.slice(PLAYER.length));
    return player === undefined ? undefined : { verb: "u", player };
  }
  if (data.startsWith(CASH_OUT)) {
    const cash = decodeCashOutButton(data.slice(CASH_OUT.length));
    return cash === undefined ? undefined : { verb: "c", cash };
  }
  const withdrawalButton = decodeWithdrawalButton(data);
  if (withdrawalButton !== undefined) return withdrawalButton;
  const [verb, raffleId, ...rest] = data.split(":");
  const plain = plainVerbs.find((known) => known === data);
  if (plain !== undefined) return { verb: plain };
  const known = raffleVerbs.find((candidate) => candidate === verb);
  if (known === undefined || raffleId === undefined || rest.length > 0) return undefined;
  return isRaffleId(raffleId) ? { verb: known, raffleId } : undefined;
}
