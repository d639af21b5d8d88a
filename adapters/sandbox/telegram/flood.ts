/**
 * Telegram's sending limits: about 30 messages a second over all chats (more only for Stars), one a
 * second to one chat with short bursts forgiven, 20 a minute to one group. Whoever exceeds them is
 * told to wait and is counted, so that a test can ask whether the product ever did. Counts messages
 * that were sent, not those that were refused.
 *
 * Source: core.telegram.org/bots/faq (broadcasting), read in the 2026 layout.
 */
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";
import { billMessage, canPayForMessage } from "./paid_broadcast.ts";
import { tooManyRequests } from "./telegram_error.ts";

/** What is about to be sent. */
export interface Outgoing {
  readonly chatId: number;
  readonly isGroup?: boolean;
  /** `allow_paid_broadcast`. */
  readonly mayCost?: boolean;
}

/** Watches the pace of all bots. */
export interface Flood {
  /**
   * Counts a message that is about to be sent, and bills it if it is one of those.
   *
   * @throws {TelegramError} 429 with retry_after when it comes too soon.
   */
  admit(bot: Bot, outgoing: Outgoing): void;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The pace lives in memory (a minute's worth); only the violations are written down. */
export function createFlood(world: World): Flood {
  const { store, clock, flood } = world;
  const sentAtMs = new Map<number, number[]>();
  const groupAtMs = new Map<string, number[]>();
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  function refuse(bot: Bot, chatId: number | null, waitMs: number): never {
    store.run(
      "insert into violations (bot_id, chat_id, at) values (?, ?, ?)",
      bot.id,
      chatId,
      clock.nowMs(),
    );
    throw tooManyRequests(Math.max(1, Math.ceil(waitMs / SECOND)));
  }

  return {
    admit(bot, { chatId, isGroup = false, mayCost = false }) {
      const nowMs = clock.nowMs();
      const key = `${bot.id}/${chatId}`;
      const recent = (sentAtMs.get(bot.id) ?? []).filter((atMs) => atMs > nowMs - SECOND);
      const isOverFree = recent.length >= flood.perSecond;
      const allowed = isOverFree && mayCost && canPayForMessage(world, bot)
        ? flood.paidPerSecond
        : flood.perSecond;
      const oldest = recent[0];
      if (recent.length >= allowed && oldest !== undefined) {
        refuse(bot, null, oldest + SECOND - nowMs);
      }
      const inGroup = (groupAtMs.get(key) ?? []).filter((atMs) => atMs > nowMs - MINUTE);
      const first = inGroup[0];
      if (isGroup && inGroup.length >= flood.perGroupPerMinute && first !== undefined) {
        refuse(bot, chatId, first + MINUTE - nowMs);
      }
      const bucket = buckets.get(key) ?? { tokens: flood.chatBurst, atMs: nowMs };
      const gained = ((nowMs - bucket.atMs) / SECOND) * flood.perChatPerSecond;
      const tokens = Math.min(flood.chatBurst, bucket.tokens + gained);
      if (tokens < 1) refuse(bot, chatId, ((1 - tokens) / flood.perChatPerSecond) * SECOND);
      recent.push(nowMs);
      sentAtMs.set(bot.id, recent);
      if (isGroup) groupAtMs.set(key, [...inGroup, nowMs]);
      buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
      if (isOverFree) billMessage(world, bot);
    },
  };
}
