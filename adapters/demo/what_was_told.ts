/** Who was told what, by the sandbox's own record of the bot's calls. */
import type { RaffleId } from "../../machines/domain/events.ts";
import type { BotCall } from "../sandbox/people.ts";

export interface Told {
  /** Messages of the bot's own accord that one person got twice, word for word. */
  readonly toldTwice: number;
  /** Persons who did not hear that the list was sealed, and those who did not hear of the result. */
  readonly missed: number;
  /** Messages of which nobody knows whether they arrived. */
  readonly uncertain: number;
  /** Of these, those that were not repeated. */
  readonly setAside: number;
}

/** @param chats Everybody who holds a ticket. */
export function whatWasTold(
  calls: readonly BotCall[],
  { raffle, chats, ...doubts }: {
    raffle: RaffleId;
    chats: readonly number[];
    uncertain: number;
    setAside: number;
  },
): Told {
  const sealed = new Set<number>();
  const drawn = new Set<number>();
  const said = new Set<string>();
  let toldTwice = 0;
  for (const { method, params, answer } of calls) {
    if (method !== "sendMessage" || !answer.ok) continue;
    const { chat_id: chat, text } = params as { chat_id: number; text: string };
    const markup = JSON.stringify(params["reply_markup"] ?? "");
    // The offer is an answer to his own words, and he may ask again.
    if (markup.includes(`stars:${raffle}`)) continue;
    if (/[0-9a-f]{64}/.test(text)) sealed.add(chat);
    if (markup.includes(`proof:${raffle}`)) drawn.add(chat);
    // The winner has a notice of his own; after it he is spared that of the seal.
    if (text.includes("🏆")) [drawn, sealed].forEach((heard) => heard.add(chat));
    const key = `${chat} ${text}`;
    if (said.has(key)) toldTwice++;
    said.add(key);
  }
  const missed = chats.filter((chat) => !sealed.has(chat)).length +
    chats.filter((chat) => !drawn.has(chat)).length;
  return { toldTwice, missed, ...doubts };
}
