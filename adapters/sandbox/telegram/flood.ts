/**
 * Telegram's sending limits: about 30 messages a second over all chats and one a second to one chat,
 * short bursts forgiven. Whoever exceeds them is told to wait and is counted, so that a test can ask
 * whether the product ever did. Counts messages that were sent, not those that were refused.
 *
 * Source: core.telegram.org/bots/faq (broadcasting), read in the 2026 layout.
 */
import type { World } from "../world.ts";
import { tooManyRequests } from "./telegram_error.ts";

/** Watches the pace of all bots. */
export interface Flood {
  /**
   * Counts a message that is about to be sent.
   *
   * @throws {TelegramError} 429 with retry_after when it comes too soon.
   */
  admit(botId: number, chatId: number): void;
}

const SECOND = 1000;

/** The pace lives in memory (a second's worth); only the violations are written down. */
export function createFlood({ store, clock, flood }: World): Flood {
  const sentAtMs = new Map<number, number[]>();
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  function refuse(botId: number, chatId: number | null, waitMs: number): never {
    store.run(
      "insert into violations (bot_id, chat_id, at) values (?, ?, ?)",
      botId,
      chatId,
      clock.nowMs(),
    );
    throw tooManyRequests(Math.max(1, Math.ceil(waitMs / SECOND)));
  }

  return {
    admit(botId, chatId) {
      const nowMs = clock.nowMs();
      const recent = (sentAtMs.get(botId) ?? []).filter((atMs) => atMs > nowMs - SECOND);
      const oldest = recent[0];
      if (recent.length >= flood.perSecond && oldest !== undefined) {
        refuse(botId, null, oldest + SECOND - nowMs);
      }
      const key = `${botId}/${chatId}`;
      const bucket = buckets.get(key) ?? { tokens: flood.chatBurst, atMs: nowMs };
      const gained = ((nowMs - bucket.atMs) / SECOND) * flood.perChatPerSecond;
      const tokens = Math.min(flood.chatBurst, bucket.tokens + gained);
      if (tokens < 1) refuse(botId, chatId, ((1 - tokens) / flood.perChatPerSecond) * SECOND);
      recent.push(nowMs);
      sentAtMs.set(botId, recent);
      buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
    },
  };
}
