/**
 * The words of the doors around the Stars: charges, gifts, transactions, books. Types only; see
 * `door_types.ts`.
 */

/** One charge in the books of the Stars. */
export interface Charge {
  readonly telegram_payment_charge_id: string;
  readonly person_id: number;
  readonly amount: number;
  readonly invoice_payload: string;
  readonly paidAtMs: number;
  readonly refundedAtMs: number | null;
  /** Who took it back: the bot, or the buyer's bank. */
  readonly refundKind: "refund" | "chargeback" | null;
}

/** Which gifts somebody takes, as in the Bot API. */
export interface AcceptedGiftTypes {
  readonly unlimited_gifts: boolean;
  readonly limited_gifts: boolean;
  readonly unique_gifts: boolean;
  readonly premium_subscription: boolean;
  readonly gifts_from_channels: boolean;
}

/** A gift or months of Premium that a bot paid for. One of `person_id` and `chat_id` is null. */
export interface SentGift {
  readonly transaction_id: string;
  readonly bot_id: number;
  readonly person_id: number | null;
  readonly chat_id: number | null;
  /** Null for Premium. */
  readonly gift_id: string | null;
  /** Null for a gift. */
  readonly month_count: number | null;
  /** What the bot paid, with the upgrade if it paid for that too. */
  readonly stars: number;
  readonly text: string;
  readonly sentAtMs: number;
}

/** `GET /sandbox/people/:id/gifts`. */
export interface PersonGifts {
  readonly accepted_gift_types: AcceptedGiftTypes;
  readonly premiumUntilMs: number | null;
  readonly gifts: readonly SentGift[];
}

/** Source or receiver of Stars, as the Bot API's TransactionPartner. */
export interface StarPartner {
  readonly type:
    | "user"
    | "chat"
    | "affiliate_program"
    | "fragment"
    | "telegram_ads"
    | "telegram_api"
    | "other";
  readonly [field: string]: unknown;
}

/** `POST /sandbox/transactions`: a row in the books that the product did not cause. */
export interface StrangeTransaction {
  /** Stars; positive when they come in, negative when they go out. */
  readonly amount: number;
  /** Default: `{ type: "other" }`. */
  readonly partner?: StarPartner;
}

/**
 * The Stars of one bot: balance = received − refunded + toppedUp − withdrawn − spentOnGifts −
 * spentOnPremium − spentOnBroadcasts + unknown.
 */
export interface BotBooks {
  readonly bot_id: number;
  readonly username: string;
  readonly received: number;
  readonly refunded: number;
  readonly withdrawn: number;
  readonly toppedUp: number;
  readonly spentOnGifts: number;
  readonly spentOnPremium: number;
  /** In whole and tenths of a Star. */
  readonly spentOnBroadcasts: number;
  /** What `POST /sandbox/transactions` brought or took. */
  readonly unknown: number;
  readonly balance: number;
  readonly charges: readonly Charge[];
  /** Gifts and Premium, oldest first. */
  readonly gifts: readonly SentGift[];
}

/** `GET /sandbox/books`. */
export interface Books {
  readonly bots: readonly BotBooks[];
  readonly people: readonly { readonly id: number; readonly stars: number }[];
}
