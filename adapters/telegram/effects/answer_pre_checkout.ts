/** Effect `answerPreCheckout`: the yes or no before a payment, due within ten seconds. */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import type { EffectActions } from "../../../machines/domain/effects.ts";
import { refusalWords } from "../notice_text.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

/**
 * Creates the effect. A late answer is refused by Telegram as too old, which ends the effect; then
 * no money moves.
 */
export function createAnswerPreCheckout(
  { api, limiter }: { api: TelegramApi; limiter: SendLimiter },
): EffectDefinition<EffectActions["answerPreCheckout"]> {
  return {
    async run({ queryId, ok, reason, language }, { signal }) {
      await callTelegram(
        { limiter, method: "answerPreCheckoutQuery", signal },
        () =>
          ok
            ? api.answerPreCheckoutQuery(queryId, true, {}, signal as never)
            : api.answerPreCheckoutQuery(
              queryId,
              false,
              { error_message: refusalWords(language, reason) },
              signal as never,
            ),
      );
    },
    timeoutMs: 4_000,
    maxAttempts: 5,
    backoffMs: 250,
  };
}
