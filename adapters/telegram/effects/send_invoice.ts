/**
 * Effect `sendInvoice`: the bill for one ticket, in Stars. After an unknown outcome it may be sent
 * again: both bills carry the same payment, and a second payment of it is refused or refunded.
 *
 * Source: Bot API 10.3, sendInvoice, read 2026-11-20.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { TerminalError } from "../../../actors/errors.ts";
import type { EffectSources } from "../../../machines/domain/effects.ts";
import { cutText } from "../safe_text.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { plain } from "../texts.ts";
import { callTelegram } from "./call_telegram.ts";

const TITLE_MAX_UNITS = 32;
const DESCRIPTION_MAX_UNITS = 255;
const PAYLOAD_MAX_BYTES = 128;

type SendInvoice = EffectSources["sendInvoice"];

/** Creates the effect. */
export function createSendInvoice(
  { api, limiter }: { api: TelegramApi; limiter: SendLimiter },
): EffectDefinition<SendInvoice["input"]> {
  return {
    async run(input, { signal }): Promise<SendInvoice["output"]> {
      const { chatId, language, paymentId, raffleId, title, price } = input;
      const amount = Number(price.minor);
      if (price.currency !== "XTR" || !Number.isSafeInteger(amount) || amount < 1) {
        throw new TerminalError("amountInvalid", "Cannot send an invoice: price must be in Stars");
      }
      if (new TextEncoder().encode(paymentId).length > PAYLOAD_MAX_BYTES) {
        throw new TerminalError("badRequest", "Cannot send an invoice: payment id too long");
      }
      const message = await callTelegram(
        { limiter, method: "sendInvoice", signal, chatId },
        () =>
          api.sendInvoice(
            chatId,
            cutText(title, TITLE_MAX_UNITS),
            cutText(plain(language, "invoice-description", { title }), DESCRIPTION_MAX_UNITS),
            paymentId,
            "XTR",
            [{ label: plain(language, "invoice-label"), amount }],
            // Without it a forwarded copy could be paid by anybody, many times.
            { provider_token: "", start_parameter: raffleId },
            signal as never,
          ),
      );
      return { messageId: message.message_id };
    },
    timeoutMs: 20_000,
    maxAttempts: 6,
  };
}
