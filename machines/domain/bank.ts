/**
 * Money that comes by bank: one payment on the provider's page, and a top-up of the ruble balance.
 * Imports nothing but `machines/domain`.
 *
 * JSON-safe like all of the vocabulary; times are epoch milliseconds.
 */
import type { Language, PlayerId, RaffleId, Tell } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import type { BankRefusal } from "./refusals.ts";

/** Id of one payment by bank; its key at the provider is made from it. */
export type BankPaymentId = `bnk_${string}`;
/** Id of one top-up, made at the edge. */
export type TopUpId = `tup_${string}`;
/** Who waits for the money. */
export type BankOwner = `payment/${string}` | `topup/${string}`;

/** Top-ups of one player that can be paid at the same time. */
export const MAX_OPEN_TOP_UPS = 3;

const SECOND_MS = 1_000;
const LONGEST_PAUSE_MS = 600 * SECOND_MS;

/**
 * How long is waited before the provider is asked again: 5 s, 8 s, 13 s … at most ten minutes, as
 * YooKassa wants it. Source: yookassa.ru/developers, "Payment process" (Fibonacci), read 2026-11-20.
 *
 * @param tries how often it was asked, 0 or more
 */
export function pauseAfter(tries: number): number {
  let [pause, next] = [5, 8];
  for (let count = 0; count < tries && pause * SECOND_MS < LONGEST_PAUSE_MS; count++) {
    [pause, next] = [next, pause + next];
  }
  return Math.min(pause * SECOND_MS, LONGEST_PAUSE_MS);
}

/** What a payment by bank is made from. */
export interface BankPaymentInput {
  bankPaymentId: BankPaymentId;
  owner: BankOwner;
  playerId: PlayerId;
  language: Language;
  amount: MoneyJson;
  /** For an entry: its raffle, and what it is called. */
  raffleId?: RaffleId;
  title?: string;
  atMs: number;
}

/** What a payment by bank takes. */
export type BankPaymentEvent =
  | { type: "bank.start" }
  /** The provider has news of it, says somebody: it is looked at now. */
  | { type: "bank.noticed" };

/**
 * Another shop's, another actor's, of a shop for trying out, or in a currency that we did not ask for; or
 * the shop does not know it.
 */
export type ForeignBecause = "shop" | "actor" | "test" | "currency" | "unknown";

/** What the provider says of a payment. Its word counts, and only its own. */
export interface BankFacts {
  /** The provider's id of it. */
  chargeId: string;
  /** Only `succeeded` is money, and `succeeded` and `canceled` are final. */
  status: "pending" | "succeeded" | "canceled";
  amount: MoneyJson;
  /** What the provider keeps of it; absent where it does not say. */
  fee?: MoneyJson;
  /** Where it is paid; absent when it cannot be paid any more. */
  link?: string;
  /** Why it was cancelled, in the provider's word; the list is open. */
  reason?: string;
  /** Nothing of ours, whatever it says. */
  foreign?: ForeignBecause;
  /** When it was said. */
  atMs: number;
}

/** The provider did not want to make it. */
export interface BankNotMade {
  isMade: false;
  /** In its words. */
  reason: string;
  /** It is the address for the receipt: another one helps, and only the player knows one. */
  isEmailWrong?: true;
}

/** To the one who waits: there is no money, and none will come. */
export interface BankEnded {
  type: "bank.ended";
  reason: BankRefusal;
  /** The provider's own word. */
  bankReason?: string;
}

/** What a top-up is made from. */
export interface TopUpInput {
  topUpId: TopUpId;
  playerId: PlayerId;
  language: Language;
  amount: MoneyJson;
  atMs: number;
}

/** What a top-up takes, besides what its payment by bank says. */
export type TopUpEvent =
  | { type: "topup.start" }
  | { type: "payment.confirmed"; chargeId: string; amount: MoneyJson }
  | BankEnded;

/** Smallest and largest top-up, kopecks. */
export interface TopUpBounds {
  least: string;
  most: string;
}

/** What is taken in rubles. */
export interface RublesTaken {
  /** What may be put on a balance at once. */
  topUp: TopUpBounds;
  /** Each payment has a receipt, which has to be sent somewhere. */
  hasReceipts: boolean;
}

/** Why no top-up is begun. */
export type TopUpRefusal =
  | "tooSmall"
  | "tooLarge"
  /** So many can be paid already. */
  | "tooMany"
  | "ownPause"
  | "dataDeleted"
  | "deletionAsked";

/** What becomes of a player's wish to put rubles on his balance. */
export type TopUpWish =
  | {
    type: "topup.requested";
    topUpId: TopUpId;
    amount: MoneyJson;
    bounds: TopUpBounds;
    /** There is a receipt, which has to be sent somewhere. */
    wantsEmail?: boolean;
    atMs: number;
  }
  /** From the top-up: it can be paid no more. */
  | { type: "topup.ended"; topUpId: TopUpId };

/** What a player is told about money by bank. */
export type BankNotice =
  /** Where he pays; `raffleId` for an entry. */
  | { key: "payLink"; raffleId?: RaffleId; amount: MoneyJson; link: string }
  | { key: "toppedUp"; raffleId?: undefined; amount: MoneyJson; chargeId: string }
  | {
    key: "topUpFailed";
    raffleId?: undefined;
    amount: MoneyJson;
    reason: BankRefusal;
    bankReason?: string;
  }
  | {
    key: "topUpRefused";
    raffleId?: undefined;
    reason: TopUpRefusal;
    bounds: TopUpBounds;
  }
  /** The bank did not take it back: it is on his balance. */
  | {
    key: "refundToBalance";
    raffleId: RaffleId;
    amount: MoneyJson;
    chargeId: string;
    /** In the bank's word; the list is open. */
    reason: string;
  };

/** What admins are told of money by bank. */
export type BankAdminNotice =
  /** It is said to be ours and is not. */
  | { key: "bankForeign"; bankPaymentId: BankPaymentId; chargeId: string; what: ForeignBecause }
  /** It is neither paid nor cancelled for a day. */
  | { key: "bankHangs"; bankPaymentId: BankPaymentId; chargeId: string };

/** Invoked work outside. */
export interface BankEffects {
  /** Makes it, once for each actor. An error means that nobody knows whether it was made. */
  createBankPayment: {
    input: {
      /**
       * Goes with the payment, so that it can be told from others' and found again; and its key is made
       * from it, so that every try asks for the same one.
       */
      actor: string;
      /** Who gets the receipt. */
      playerId: PlayerId;
      language: Language;
      amount: MoneyJson;
      title?: string;
    };
    output: { isMade: true; facts: BankFacts } | BankNotMade;
  };
  lookUpBankPayment: { input: { chargeId: string; actor: string }; output: BankFacts };
  /**
   * Gives a whole payment back, once: looks first and asks only when nothing is on its way. An error
   * means that nobody knows, that the bank made none (code `bankRefuses`), or that the shop has too
   * little (code `balanceTooLow`).
   */
  refundRubles: {
    input: {
      refundId: string;
      /** How often the bank has refused it: each time has used a key up. */
      refusals: number;
      actor: string;
      chargeId: string;
      amount: MoneyJson;
    };
    output: { status: "succeeded" | "pending" } | { status: "canceled"; reason: string };
  };
}

/** Makes a payment by bank and starts it. */
export function startBankPayment(create: BankPaymentInput): Tell<BankPaymentEvent> {
  return {
    to: `bankPayment/${create.bankPaymentId}`,
    event: { type: "bank.start" },
    create,
  };
}

/** Makes a top-up and starts it. */
export function startTopUp(create: TopUpInput): Tell<TopUpEvent> {
  return { to: `topup/${create.topUpId}`, event: { type: "topup.start" }, create };
}
