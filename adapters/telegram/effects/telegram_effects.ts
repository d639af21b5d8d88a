/** The four effects that Telegram carries out, by the names the machines use. */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { createAnswerPreCheckout } from "./answer_pre_checkout.ts";
import { createNotify, type NotifyOptions } from "./notify.ts";
import { createRefundStars } from "./refund_stars.ts";
import { createSendInvoice } from "./send_invoice.ts";

/** Effects for `defineActor`. */
export interface TelegramEffects {
  notify: EffectDefinition;
  answerPreCheckout: EffectDefinition;
  sendInvoice: EffectDefinition;
  refundStars: EffectDefinition;
}

/** Creates all of them over one client and one limiter. */
export function createTelegramEffects(options: NotifyOptions): TelegramEffects {
  return {
    notify: createNotify(options),
    answerPreCheckout: createAnswerPreCheckout(options),
    sendInvoice: createSendInvoice(options),
    refundStars: createRefundStars(options),
  };
}
