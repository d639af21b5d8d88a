/**
 * The words of the sandbox's own doors (`/sandbox/*`): what is asked and what is answered, shared by
 * the server and by the client in `people.ts`. Types only. Fields that Telegram has too keep
 * Telegram's names; the rest is ours. Guards against a client and a server that drift apart.
 */

/** A Telegram message as it went over the wire, wherever it lies; only the common fields are named. */
export interface TelegramMessage {
  readonly message_id: number;
  readonly date: number;
  readonly edit_date?: number;
  readonly chat: { readonly id: number; readonly type: string };
  readonly text?: string;
  readonly caption?: string;
  readonly document?: {
    readonly file_id: string;
    readonly file_name: string;
    readonly file_size: number;
  };
  readonly invoice?: {
    readonly title: string;
    readonly description: string;
    readonly start_parameter: string;
    readonly currency: string;
    readonly total_amount: number;
  };
  readonly successful_payment?: Readonly<Record<string, unknown>>;
  readonly refunded_payment?: Readonly<Record<string, unknown>>;
  /** A gift arrived, as in the Bot API's GiftInfo. */
  readonly gift?: {
    readonly gift: {
      readonly id: string;
      readonly star_count: number;
      readonly sticker: { readonly emoji: string };
      readonly [field: string]: unknown;
    };
    readonly prepaid_upgrade_star_count?: number;
    readonly text?: string;
    readonly [field: string]: unknown;
  };
  /** Premium arrived. The Bot API has no such field: this is what the person's client shows. */
  readonly premium_gift?: {
    readonly month_count: number;
    readonly star_count: number;
    readonly text?: string;
  };
  readonly reply_markup?: { readonly inline_keyboard?: readonly (readonly InlineButton[])[] };
  readonly [field: string]: unknown;
}

/** A message in a person's chat with a bot. */
export interface ChatMessage extends TelegramMessage {
  readonly from: { readonly id: number; readonly is_bot: boolean; readonly first_name: string };
}

/** One button under a message. */
export interface InlineButton {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
  readonly pay?: boolean;
  readonly [field: string]: unknown;
}

/** Somebody who owns a Telegram account and some Stars. */
export interface Person {
  readonly id: number;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
  readonly is_premium?: true;
  readonly stars: number;
}

/** `POST /sandbox/people`. An id that is already known updates that person; without one it is chosen. */
export interface NewPerson {
  readonly id?: number;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
  /** Stars the person holds. Default 1,000. */
  readonly stars?: number;
}

/** `GET /sandbox/people/:id/chat`: what the person sees. */
export interface Chat {
  readonly person: Person;
  /** The person has written to the bot at least once. */
  readonly isStarted: boolean;
  readonly isBlocked: boolean;
  /** Grows with every change in this chat; pass it as `since` to see only what came later. */
  readonly revision: number;
  /** In message order, deleted ones left out. `revision` says when each was last changed. */
  readonly messages: readonly (ChatMessage & { readonly revision: number })[];
  /** Answers to pressed buttons that carried a text. */
  readonly alerts: readonly {
    readonly callback_query_id: string;
    readonly text: string;
    readonly show_alert: boolean;
    readonly revision: number;
  }[];
}

/** Answer of `write`, `block`, `unblock`: the update that went to the bot; null when nothing changed. */
export interface Sent {
  readonly update_id: number | null;
  readonly message?: ChatMessage;
}

/** `POST /sandbox/people/:id/press`: name the button by its data (also a button long gone) or its text. */
export interface PressOrder {
  readonly message_id: number;
  readonly data?: string;
  readonly text?: string;
  /** Wait so long for the bot's answerCallbackQuery. Default 0: do not wait. */
  readonly waitMs?: number;
}

/** A pressed button. `answer` is null until the bot has answered. */
export interface Pressed {
  readonly update_id: number;
  readonly callback_query_id: string;
  readonly data: string;
  readonly answer: { readonly text: string; readonly show_alert: boolean } | null;
}

/** `POST /sandbox/people/:id/pay`. One of `message_id` and `link`. */
export interface PayOrder {
  readonly message_id?: number;
  /** A link made by createInvoiceLink. */
  readonly link?: string;
  /** The invoice message lies in this person's chat and was forwarded to the payer. */
  readonly forwardedFrom?: number;
  /**
   * `payment`: after the bot's yes the money moves only when told (or after `holdPaymentMs`).
   * `update`: the money moves at once, the bot learns of it only when told (or after `holdPaymentMs`).
   */
  readonly hold?: "payment" | "update";
  /** With `hold`: so many milliseconds. Alone it means `hold: "payment"`. */
  readonly holdPaymentMs?: number;
  /** `before`: the form is closed, nothing is sent. `after`: the bot said yes, the person backs out. */
  readonly decline?: "before" | "after";
  /** Pay a message that was already paid: a second device had the form open. */
  readonly again?: boolean;
  /** Answer when the checkout has come to rest (default), or at once. */
  readonly wait?: boolean;
}

/** One attempt to pay. At rest: everything but `waiting`. */
export interface Checkout {
  readonly id: string;
  readonly bot_id: number;
  readonly person_id: number;
  readonly amount: number;
  readonly invoice_payload: string;
  readonly status:
    | "waiting" // the pre_checkout_query is out, no answer yet
    | "held" // the bot said yes, `hold` keeps the rest back
    | "paid" // money moved and the bot was told
    | "refused" // the bot said no; `error` is what the person reads
    | "declined" // the person backed out
    | "failed"; // BOT_PRECHECKOUT_TIMEOUT, BALANCE_TOO_LOW
  readonly error: string | null;
  readonly telegram_payment_charge_id: string | null;
  readonly pre_checkout_update_id: number | null;
  readonly payment_update_id: number | null;
}

/** `GET /sandbox/calls`: one Bot API call, as asked and as answered. */
export interface BotCall {
  readonly id: number;
  readonly atMs: number;
  readonly bot_id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
  /** The fault that was applied, if one was. */
  readonly fault: FaultKind | null;
}

/** `GET /sandbox/updates`: one update and what became of it. */
export interface SandboxUpdate {
  readonly update_id: number;
  readonly type: string;
  readonly queue: string;
  readonly state: "pending" | "delivered" | "expired" | "dropped";
  readonly failures: number;
  readonly createdAtMs: number;
  readonly update: Readonly<Record<string, unknown>>;
}

/** What can be made to go wrong. */
export type FaultKind =
  | "429" // Telegram: Too Many Requests with `retryAfter`; RANDOM.ORG, drand: HTTP 429
  | "500" // HTTP 500
  | "500AfterSuccess" // it is done, then HTTP 500
  | "timeoutBefore" // nothing is done, no answer ever comes
  | "timeoutAfterSuccess" // it is done, no answer ever comes
  | "lostAnswer" // it is done, the connection breaks within the answer
  | "wrongSignature" // RANDOM.ORG, drand: the signature does not fit
  | "wrongRequest" // RANDOM.ORG, drand: a right signature over the answer to another request
  | "delay" // `delayMs` later it is done as usual
  | "error" // Telegram: error_code `code`; RANDOM.ORG: JSON-RPC error; drand, YooKassa: HTTP status `code`
  | "canceled" // YooKassa: the refund or payout is made and comes to nothing; reason: `description`
  | "noticeForged" // YooKassa: with what was made comes a notice that it has succeeded
  | "noticeLost" // YooKassa, of an event: the notice is never sent
  | "noticeThrice" // YooKassa, of an event: it is delivered three times
  | "noticeLate"; // YooKassa, of an event: `delayMs` later, so that others overtake it

/** What can go wrong where. */
export type FaultService = "telegram" | "randomorg" | "drand" | "yookassa";

/** `POST /sandbox/faults`. */
export interface FaultOrder {
  readonly service: FaultService;
  /** A method's name (of drand `public`), for a notice its event, or `*` for every one. */
  readonly method: string;
  readonly kind: FaultKind;
  /** How many calls it hits. Default 1. */
  readonly times?: number;
  /** Telegram: only calls to this chat. */
  readonly chatId?: number;
  /** Seconds, for `429`. Default 1. */
  readonly retryAfter?: number;
  /** For `delay` and `noticeLate`. */
  readonly delayMs?: number;
  /** For `error`. */
  readonly code?: number;
  readonly description?: string;
}

/** A fault that waits for its calls. */
export interface Fault extends FaultOrder {
  readonly id: number;
  readonly timesLeft: number;
}

/** `POST /sandbox/delivery`: how webhooks are delivered. Reordering across queues is made by delays. */
export interface DeliverySettings {
  /** Update type → milliseconds before its first attempt; `held` keeps it until set otherwise. */
  readonly delays: Readonly<Record<string, number | "held">>;
  /** Each update comes a second time although the first was answered with 2xx. */
  readonly deliverTwice: boolean;
}

/** `GET /sandbox/violations`: how often a limit of Telegram was hit. */
export interface Violations {
  readonly total: number;
  readonly perBot: number;
  readonly perChat: number;
  /** Chat id → how often; a group's count includes its limit per minute. */
  readonly byChat: Readonly<Record<string, number>>;
}
