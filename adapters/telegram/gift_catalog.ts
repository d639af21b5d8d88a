/**
 * Telegram's gifts: for lists from memory, for decisions as they are now. Gifts sell out and are
 * replaced, so a list may be some minutes old, and a gift is looked at again before it is sent.
 */
import type { Gift } from "grammy/types";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { WithdrawalEffects } from "../../machines/domain/withdrawal.ts";
import { callTelegram } from "./effects/call_telegram.ts";
import type { SendLimiter } from "./send_limiter.ts";
import type { TelegramApi } from "./telegram_api.ts";

/** One gift, as a person chooses it. */
export interface OfferedGift {
  giftId: string;
  /** The emoji that stands for its picture. */
  emoji: string;
  stars: number;
}

/** What can be given now. */
export interface GiftCatalog {
  /**
   * Those that can be had, the cheapest first; up to five minutes old.
   * @throws {RetryableError} Or `TerminalError`, when Telegram does not answer.
   */
  list(): Promise<readonly OfferedGift[]>;
}

/** How long a list is shown. */
const LIST_TTL_MS = 5 * 60_000;
/** Longest wait of a person for a list. */
const LIST_TIMEOUT_MS = 20_000;

/** Creates it, with nothing in memory. */
export function createGiftCatalog(
  { api, limiter, nowMs }: { api: TelegramApi; limiter: SendLimiter; nowMs(): number },
): GiftCatalog {
  let kept: { gifts: readonly OfferedGift[]; untilMs: number } | undefined;
  /** A crowd that comes at once asks Telegram once. */
  let reading: Promise<readonly OfferedGift[]> | undefined;

  async function read(): Promise<readonly OfferedGift[]> {
    const signal = AbortSignal.timeout(LIST_TIMEOUT_MS);
    const gifts = (await readGifts({ api, limiter, signal })).filter(isForSale)
      .map((gift): OfferedGift => ({
        giftId: gift.id,
        emoji: gift.sticker.emoji ?? "🎁",
        stars: gift.star_count,
      }))
      .toSorted((left, right) => left.stars - right.stars);
    kept = { gifts, untilMs: nowMs() + LIST_TTL_MS };
    return gifts;
  }

  return {
    async list() {
      if (kept !== undefined && nowMs() < kept.untilMs) return kept.gifts;
      reading ??= read().finally(() => reading = undefined);
      return await reading;
    },
  };
}

/**
 * Whether a gift can be had for that amount now.
 * @throws {RetryableError} Or `TerminalError`, when Telegram does not answer.
 */
export async function checkGift(
  options: { api: TelegramApi; limiter: SendLimiter; signal: AbortSignal },
  { giftId, amount }: { giftId: string; amount: MoneyJson },
): Promise<WithdrawalEffects["checkGift"]["output"]> {
  const gift = (await readGifts(options)).find(({ id }) => id === giftId);
  if (gift === undefined || gift.is_premium === true) {
    return { isAvailable: false, reason: "giftEnded" };
  }
  if (!isForSale(gift)) return { isAvailable: false, reason: "soldOut" };
  return String(gift.star_count) === amount.minor
    ? { isAvailable: true }
    : { isAvailable: false, reason: "priceChanged" };
}

async function readGifts(
  { api, limiter, signal }: { api: TelegramApi; limiter: SendLimiter; signal: AbortSignal },
): Promise<readonly Gift[]> {
  const { gifts } = await callTelegram(
    { limiter, method: "getAvailableGifts", signal },
    () => api.getAvailableGifts(signal as never),
  );
  return gifts;
}

/** A bot is no Premium subscriber, and limited gifts come to their end. */
function isForSale(gift: Gift): boolean {
  return gift.is_premium !== true && gift.remaining_count !== 0 &&
    gift.personal_remaining_count !== 0;
}
