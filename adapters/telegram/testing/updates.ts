/** Updates as Telegram sends them. */

let nextUpdateId = 1000;

/** A person of the tests. */
export const anna = { id: 42, is_bot: false, first_name: "Anna", language_code: "en" };
/** An admin of the tests. */
export const admin = { id: 77, is_bot: false, first_name: "Olga", language_code: "en" };

/** An update, as a test may take it apart. */
export interface TestUpdate {
  update_id: number;
  // deno-lint-ignore no-explicit-any -- tests change any part of it
  [kind: string]: any;
}

type From = Record<string, unknown> & { id: number };

/** A text in a private chat. */
export function textUpdate(text: string, from: From = anna): TestUpdate {
  return messageUpdate({ text }, from);
}

/** Any message in a private chat. */
export function messageUpdate(content: Record<string, unknown>, from: From = anna): TestUpdate {
  return {
    update_id: nextUpdateId++,
    message: {
      message_id: nextUpdateId,
      date: 1_790_000_000,
      chat: { id: from.id, type: "private", first_name: from["first_name"] },
      from,
      ...content,
    },
  };
}

/** A pressed button. */
export function buttonUpdate(data: string | undefined, from: From = anna): TestUpdate {
  return {
    update_id: nextUpdateId++,
    callback_query: {
      id: `cb${nextUpdateId}`,
      from,
      chat_instance: "1",
      message: { message_id: 5, date: 0, chat: { id: from.id, type: "private" } },
      ...(data === undefined ? { game_short_name: "x" } : { data }),
    },
  };
}

/** The question before a payment. */
export function preCheckoutUpdate(payload: string, amount = 10, currency = "XTR"): TestUpdate {
  return {
    update_id: nextUpdateId++,
    pre_checkout_query: {
      id: `pc${nextUpdateId}`,
      from: anna,
      currency,
      total_amount: amount,
      invoice_payload: payload,
    },
  };
}

/** A payment, or its return. */
export function paymentUpdate(
  payload: string,
  kind: "successful_payment" | "refunded_payment" = "successful_payment",
): TestUpdate {
  return messageUpdate({
    [kind]: {
      currency: "XTR",
      total_amount: 10,
      invoice_payload: payload,
      telegram_payment_charge_id: "stx1",
      provider_payment_charge_id: "p1",
    },
  });
}

/** Blocking or unblocking the bot. */
export function memberUpdate(status: "kicked" | "member", chatType = "private"): TestUpdate {
  return {
    update_id: nextUpdateId++,
    my_chat_member: {
      chat: { id: chatType === "private" ? 42 : -5, type: chatType },
      from: anna,
      date: 0,
      old_chat_member: { status: "member", user: anna },
      new_chat_member: { status, user: anna },
    },
  };
}
