/**
 * Effect `refundStars`: one charge goes back to the one who paid it. Telegram takes no key for it,
 * so after a lost answer its books are asked before anything is repeated; and its word that a charge
 * was already refunded is checked there too, because it was wrong before (tdlib/td #3209).
 */
import type { EffectDefinition, Reconciled } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import type { EffectSources } from "../../../machines/domain/effects.ts";
import type { SendLimiter } from "../send_limiter.ts";
import { findStarRefund } from "../star_transactions.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

type RefundStars = EffectSources["refundStars"];

/** Pause before the books are asked again when they contradict Telegram's answer. */
const CONTRADICTION_RETRY_MS = 30_000;

/** Creates the effect. */
export function createRefundStars(
  { api, limiter }: { api: TelegramApi; limiter: SendLimiter },
): EffectDefinition<RefundStars["input"]> {
  function isInBooks(input: RefundStars["input"], signal: AbortSignal): Promise<boolean> {
    return findStarRefund((offset, limit) =>
      callTelegram(
        { limiter, method: "getStarTransactions", signal },
        async () =>
          (await api.getStarTransactions({ offset, limit }, signal as never)).transactions,
      ), input);
  }

  return {
    async run(input, { signal }): Promise<RefundStars["output"]> {
      const { telegramUserId, chargeId } = input;
      try {
        await callTelegram(
          { limiter, method: "refundStarPayment", signal },
          () => api.refundStarPayment(telegramUserId, chargeId, signal as never),
        );
      } catch (error: unknown) {
        if (!(error instanceof TerminalError) || error.code !== "alreadyRefunded") throw error;
        if (!await isInBooks(input, signal)) {
          throw new RetryableError(
            `Telegram says that charge ${chargeId} is refunded, its books do not show it`,
            {
              cause: error,
              retryAfterMs: CONTRADICTION_RETRY_MS,
              isOutcomeUnknown: true,
            },
          );
        }
      }
      return { isRefunded: true };
    },
    async reconcile(input, { signal }): Promise<Reconciled> {
      return await isInBooks(input, signal)
        ? { status: "done", output: { isRefunded: true } satisfies RefundStars["output"] }
        : { status: "absent" };
    },
    timeoutMs: 60_000,
    maxAttempts: 12,
    backoffMs: 1_000,
  };
}
