/**
 * Rubles that leave by bank: one payout at the provider. Imports nothing but `machines/domain`.
 *
 * JSON-safe like all of the vocabulary; times are epoch milliseconds.
 */
import type { PlayerId, Tell } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import type { VoidFinding, WithdrawalId } from "./withdrawal.ts";

/** What a payout by bank is made from. Its withdrawal has the money held, and knows where it goes. */
export interface BankPayoutInput {
  withdrawalId: WithdrawalId;
  playerId: PlayerId;
  amount: MoneyJson;
  /** From then on the provider may have been asked. */
  atMs: number;
  /**
   * The account through which it is paid out: another one knows neither its key nor the payout. Absent in
   * what was begun before it was noted.
   */
  gatewayId?: string;
}

/** What a payout by bank takes. */
export type BankPayoutEvent =
  | { type: "payout.start" }
  /** The provider has news of it, says somebody: it is looked at now, by that id where one is named. */
  | { type: "bank.noticed"; payoutId?: string }
  // from its withdrawal, which has told it to admins as lost
  /** One says that it has not arrived; the provider is asked once more before that counts. */
  | { type: "payout.giveUp" }
  /** One saw that it has arrived. */
  | { type: "payout.settled" };

/** What a payout by bank tells its withdrawal. */
export type BankPayoutNews =
  /** The id is the provider's; null when an admin saw it and nobody knows its id. */
  | { type: "payout.succeeded"; payoutId: string | null }
  /** Nothing left and nothing will; the reason in the provider's word, the list is open. */
  | { type: "payout.canceled"; reason: string }
  /**
   * Nobody can find out what became of it: an admin has to. `isShown`: the provider shows one that cannot
   * be what was asked for.
   */
  | { type: "payout.lost"; isShown?: boolean }
  /** It shows after all and is on its way: no admin has to decide it any more. */
  | { type: "payout.found" }
  /** The provider does not answer for so long that people should hear of it; it is asked further. */
  | { type: "payout.silent" };

/** What the provider says of a payout. Its word counts, and only its own. */
export interface BankPayoutFacts {
  /** The provider's id of it. */
  payoutId: string;
  /** `succeeded` and `canceled` are final. */
  status: "pending" | "succeeded" | "canceled";
  /** Why it was cancelled, in the provider's word; the list is open. */
  reason?: string;
  /** It carries our mark and cannot be what we asked for: another amount, or no real money. */
  foreign?: "amount" | "test";
}

/** The provider's word for a gateway on which there is too little. */
export const GATEWAY_SHORT = "insufficient_funds";
/** Our word for a payout that the provider did not want to make at all. */
export const NOT_MADE = "not_made";
/** Our word for a payout of which the provider, asked by an admin's wish, knows nothing. */
export const NEVER_MADE = "never_made";

/** Invoked work outside. */
export interface BankPayoutEffects {
  /**
   * Makes it, once for each actor. An error means that nobody knows whether it was made. `unclear`: an
   * earlier try may have made it, and asking again would say nothing, or would make another.
   */
  createBankPayout: {
    input: {
      withdrawalId: WithdrawalId;
      /** Goes with the payout, so that it can be found again; its key is made from it. */
      actor: string;
      amount: MoneyJson;
      firstAskedAtMs: number;
      /** Whether an earlier try may have made it. */
      isRepeat: boolean;
      gatewayId?: string;
    };
    output:
      | { kind: "made"; facts: BankPayoutFacts }
      /**
       * `reason` is for the admins. `receiver`: nothing but the receiver is wrong; in the provider's word
       * for a payout that it cancels because of that.
       */
      | { kind: "notMade"; reason: string; receiver?: string }
      | { kind: "unclear" };
  };
  /** Reads it by its id, or where that is not known looks for it. Null: there is none now. */
  lookUpBankPayout: {
    input: { payoutId: string | null; actor: string; amount: MoneyJson; gatewayId?: string };
    output: { facts: BankPayoutFacts | null };
  };
}

/** What admins are told of a payout by bank. */
export type BankPayoutAdminNotice =
  /** The provider has not said for an hour whether it makes it. */
  | { key: "bankPayoutSilent"; withdrawalId: WithdrawalId }
  /** It is neither paid nor cancelled for a day. */
  | { key: "bankPayoutHangs"; withdrawalId: WithdrawalId; payoutId: string };

/** What an admin who has given it up is told. */
export interface BankPayoutLooked {
  key: "bankPayoutLooked";
  raffleId?: undefined;
  withdrawalId: WithdrawalId;
  playerId: PlayerId;
  amount: MoneyJson;
  found: VoidFinding;
}

/** Address of a withdrawal's payout by bank. */
export function bankPayoutAddress(withdrawalId: WithdrawalId): `bankPayout/${string}` {
  return `bankPayout/${withdrawalId}`;
}

/** Makes a payout by bank and starts it. */
export function startBankPayout(create: BankPayoutInput): Tell<BankPayoutEvent> {
  return { to: bankPayoutAddress(create.withdrawalId), event: { type: "payout.start" }, create };
}

/** An event for a withdrawal's payout by bank. */
export function toBankPayout(
  withdrawalId: WithdrawalId,
  event: BankPayoutEvent,
): Tell<BankPayoutEvent> {
  return { to: bankPayoutAddress(withdrawalId), event };
}
