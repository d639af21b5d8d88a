/**
 * Effects of withdrawals. Telegram takes no key for gifts and Premium: each is sent at most once, and
 * whatever leaves its outcome open is an error that the machine takes as doubt.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import {
  premiumStars,
  type SentPrize,
  type StarPurchase,
  type WithdrawalEffects as Contract,
  type WithdrawalRefusal,
} from "../../../machines/domain/withdrawal.ts";
import { checkGift } from "../gift_catalog.ts";
import type { SendLimiter } from "../send_limiter.ts";
import { findStarPurchases } from "../star_purchases.ts";
import { isOutcomeUnknown } from "../telegram_errors.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

/** By the names in the machine. */
export interface WithdrawalEffects {
  checkGift: EffectDefinition<Contract["checkGift"]["input"]>;
  sendPrize: EffectDefinition<Contract["sendPrize"]["input"]>;
  findPurchases: EffectDefinition<Contract["findPurchases"]["input"]>;
}

/** Tries that Telegram certainly did not carry out, before the player is told to come again. */
const MAX_SEND_ATTEMPTS = 6;

/** Telegram's noes in the machine's words. */
const refusals: Readonly<Record<string, WithdrawalRefusal>> = {
  soldOut: "soldOut",
  giftEnded: "giftEnded",
  giftsDisallowed: "privacy",
  blocked: "unreachable",
  chatNotFound: "unreachable",
  balanceTooLow: "botBalanceTooLow",
};

/** Creates them over one client and one limiter. */
export function createWithdrawalEffects(
  { api, limiter }: { api: TelegramApi; limiter: SendLimiter },
): WithdrawalEffects {
  const find = (
    input: Contract["findPurchases"]["input"],
    signal: AbortSignal,
  ): Promise<StarPurchase[]> =>
    findStarPurchases((offset, limit) =>
      callTelegram(
        { limiter, method: "getStarTransactions", signal, maxAttempts: 3 },
        async () =>
          (await api.getStarTransactions({ offset, limit }, signal as never)).transactions,
      ), input);

  /** The one call that must not be made twice. */
  async function send({ telegramUserId, choice }: SentPrize, signal: AbortSignal): Promise<void> {
    switch (choice.kind) {
      case "gift":
        await callTelegram(
          { limiter, method: "sendGift", signal },
          () => api.sendGift(telegramUserId, choice.giftId, {}, signal as never),
        );
        return;
      case "premium":
        await callTelegram(
          { limiter, method: "giftPremiumSubscription", signal },
          () =>
            api.giftPremiumSubscription(
              telegramUserId,
              choice.months,
              premiumStars[choice.months],
              {},
              signal as never,
            ),
        );
        return;
      case "refund":
        throw new TerminalError("notSent", "Refunds are no prize that is sent");
    }
  }

  return {
    checkGift: {
      run: (input, { signal }) => checkGift({ api, limiter, signal }, input),
      maxAttempts: 5,
    },
    sendPrize: {
      async run(
        { attemptedAtMs, ...prize },
        { signal, attempt },
      ): Promise<Contract["sendPrize"]["output"]> {
        try {
          const reason = await whyNotNow(prize, { api, limiter, signal });
          if (reason !== undefined) return { isSent: false, reason };
          await send(prize, signal);
        } catch (error: unknown) {
          if (error instanceof TerminalError) {
            return { isSent: false, reason: refusals[error.code] ?? "refusedByTelegram" };
          }
          if (isOutcomeUnknown(error) || !(error instanceof RetryableError)) throw error;
          if (attempt >= MAX_SEND_ATTEMPTS) return { isSent: false, reason: "tryAgain" };
          throw error;
        }
        return { isSent: true, candidates: await findQuietly({ attemptedAtMs, ...prize }, signal) };
      },
      isRepeatable: () => false,
      maxAttempts: MAX_SEND_ATTEMPTS,
      timeoutMs: 60_000,
    },
    findPurchases: {
      run: async (input, { signal }) => ({ candidates: await find(input, signal) }),
      maxAttempts: 3,
      timeoutMs: 60_000,
    },
  };

  /** It is sent, whatever the books say now: which transaction it is may be found out later. */
  async function findQuietly(
    input: Contract["findPurchases"]["input"],
    signal: AbortSignal,
  ): Promise<StarPurchase[]> {
    try {
      return await find(input, signal);
    } catch (error: unknown) {
      if (error instanceof RetryableError || error instanceof TerminalError) return [];
      throw error;
    }
  }
}

/** After days of waiting a gift may be gone, or dearer than what is held. */
async function whyNotNow(
  { choice, amount }: SentPrize,
  options: { api: TelegramApi; limiter: SendLimiter; signal: AbortSignal },
): Promise<WithdrawalRefusal | undefined> {
  if (choice.kind !== "gift") return undefined;
  try {
    const check = await checkGift(options, { giftId: choice.giftId, amount });
    return check.isAvailable ? undefined : check.reason;
  } catch (error: unknown) {
    if (!(error instanceof RetryableError)) throw error;
    // Nothing was sent yet, also when the answer to this question was lost.
    throw new RetryableError(error.message, {
      cause: error,
      retryAfterMs: error.retryAfterMs,
      isOutcomeUnknown: false,
    });
  }
}
