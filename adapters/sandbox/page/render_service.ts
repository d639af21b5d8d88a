/** Service messages: what Telegram itself says in a chat, about payments, refunds and gifts. */
import type { SeenMessage } from "./chat_view.ts";
import { type Html, markup, nothing } from "./markup.ts";

/** Renders a service message; null when the message is an ordinary one. */
export function renderService(message: SeenMessage): Html | null {
  const { successful_payment, refunded_payment } = message;
  if (successful_payment !== undefined) return renderPayment(message, successful_payment);
  if (refunded_payment !== undefined) {
    const chargeId = String(refunded_payment["telegram_payment_charge_id"]);
    return markup`<div>Refund: <b>⭐ ${refunded_payment["total_amount"]}</b> came back to you.
      ${renderCharge(chargeId)}</div>`;
  }
  const { gift, premium_gift } = message;
  if (gift !== undefined) {
    return markup`<div class="gift"><span class="sticker" aria-hidden="true">${gift.gift.sticker.emoji}</span>
      The bot sent you a gift of <b>⭐ ${gift.gift.star_count}</b>.${renderWords(gift.text)}</div>`;
  }
  if (premium_gift !== undefined) {
    const { month_count, text } = premium_gift;
    return markup`<div class="gift"><span class="sticker" aria-hidden="true">🎁</span>
      The bot gave you <b>Telegram Premium for ${month_count} months</b>.${
      renderWords(text)
    }</div>`;
  }
  const pinned = message["pinned_message"];
  if (typeof pinned === "object" && pinned !== null) {
    return markup`<div>📌 A message is pinned</div>`;
  }
  if (message["migrate_to_chat_id"] !== undefined) {
    return markup`<div>This group is a supergroup now</div>`;
  }
  if (message["migrate_from_chat_id"] !== undefined) {
    return markup`<div>This supergroup was a group before</div>`;
  }
  return null;
}

function renderWords(text: string | undefined): Html {
  return text === undefined || text === "" ? nothing : markup`<p>${text}</p>`;
}

function renderPayment(
  { paymentUpdateId }: SeenMessage,
  payment: Readonly<Record<string, unknown>>,
): Html {
  const chargeId = String(payment["telegram_payment_charge_id"]);
  const again = typeof paymentUpdateId === "number"
    ? markup`<button type="button" data-redeliver="${paymentUpdateId}">
        Deliver this update again</button>`
    : nothing;
  return markup`<div>You paid <b>⭐ ${payment["total_amount"]}</b> to the bot.
    ${renderCharge(chargeId)}
    <details class="more"><summary>More</summary>${again}
      <button type="button" data-chargeback="${chargeId}">
        Take it back through the bank</button></details></div>`;
}

function renderCharge(chargeId: string): Html {
  return markup`<code class="charge" title="${chargeId}">${chargeId.slice(0, 18)}…</code>`;
}
