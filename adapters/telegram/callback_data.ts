/**
 * What a button says back: `verb` or `verb:raffleId`, at most 64 bytes (Telegram's limit for
 * callback_data). Buttons live for years in old chats, so a verb is never given another meaning;
 * what cannot be read is an old button and is answered as such.
 */
import type { RaffleId } from "../../machines/domain/events.ts";

/** Everything a button can ask. */
export type Button =
  | { verb: "menu" }
  | { verb: "open" }
  | { verb: "join"; raffleId: RaffleId }
  | { verb: "stars"; raffleId: RaffleId }
  | { verb: "balance"; raffleId: RaffleId }
  | { verb: "raffle"; raffleId: RaffleId }
  | { verb: "proof"; raffleId: RaffleId }
  | { verb: "admopen"; raffleId: RaffleId };

/** Longest callback_data that Telegram takes, bytes. */
export const CALLBACK_DATA_MAX_BYTES = 64;

const plainVerbs = ["menu", "open"] as const;
const raffleVerbs = ["join", "stars", "balance", "raffle", "proof", "admopen"] as const;

/** Whether a text is the id of a raffle, known or not. */
export function isRaffleId(text: string): text is RaffleId {
  return /^rfl_[A-Za-z0-9_-]{1,48}$/.test(text);
}

/**
 * The text that goes into the button.
 * @throws {RangeError} When it would be longer than Telegram takes.
 */
export function encodeButton(button: Button): string {
  const data = "raffleId" in button ? `${button.verb}:${button.raffleId}` : button.verb;
  const bytes = new TextEncoder().encode(data).length;
  if (bytes > CALLBACK_DATA_MAX_BYTES) {
    throw new RangeError(
      `Cannot encode button "${data}": ${bytes} bytes, at most ${CALLBACK_DATA_MAX_BYTES}`,
    );
  }
  return data;
}

/** The button, or undefined for one that this version does not know. */
export function decodeButton(data: string | undefined): Button | undefined {
  if (data === undefined) return undefined;
  const [verb, raffleId, ...rest] = data.split(":");
  const plain = plainVerbs.find((known) => known === data);
  if (plain !== undefined) return { verb: plain };
  const known = raffleVerbs.find((candidate) => candidate === verb);
  if (known === undefined || raffleId === undefined || rest.length > 0) return undefined;
  return isRaffleId(raffleId) ? { verb: known, raffleId } : undefined;
}
