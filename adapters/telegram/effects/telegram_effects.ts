/** Effects that Telegram carries out for one person, by the names the machines use. */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { createAnswerPreCheckout } from "./answer_pre_checkout.ts";
import { createEditCards, type EditCardsOptions } from "./edit_cards.ts";
import { createTellDispute, type TellDisputeOptions } from "./tell_dispute.ts";
import { createNotify, type NotifyOptions } from "./notify.ts";
import { createRefundStars } from "./refund_stars.ts";
import { createSendInvoice } from "./send_invoice.ts";
import { createWithdrawalEffects, type WithdrawalEffects } from "./withdrawal_effects.ts";
import { createTellAdmin, type TellAdminOptions } from "./tell_admin.ts";

/** Effects for `defineActor`. */
export interface TelegramEffects extends WithdrawalEffects {
  notify: EffectDefinition;
  editCards: EffectDefinition;
  tellDispute: EffectDefinition;
  answerPreCheckout: EffectDefinition;
  sendInvoice: EffectDefinition;
  refundStars: EffectDefinition;
  tellAdmin: EffectDefinition;
}

/** Creates all of them over one client and one limiter. */
export function createTelegramEffects(
  options: NotifyOptions & TellAdminOptions & EditCardsOptions & TellDisputeOptions,
): TelegramEffects {
  return {
    notify: createNotify(options),
    editCards: createEditCards(options),
    tellDispute: createTellDispute(options),
    answerPreCheckout: createAnswerPreCheckout(options),
    sendInvoice: createSendInvoice(options),
    refundStars: createRefundStars(options),
    ...createWithdrawalEffects(options),
    tellAdmin: createTellAdmin(options),
  };
}
