/**
 * What a withdrawal is, and what its machine says and is told: one prize that leaves the balance as a
 * gift, as Premium, as refunds of the player's own payments, or as rubles by bank. Telegram has no way
 * to send Stars to a person.
 *
 * JSON-safe like all of the vocabulary; times are epoch milliseconds.
 */
import type { BankPayoutLooked, BankPayoutNews } from "./bank_payout.ts";
import type { PaymentId, PlayerId, RaffleId } from "./events.ts";
import type { MoneyJson } from "./money.ts";
import type { PayoutChannel } from "./payout_destination.ts";

/** Id of one withdrawal, made at the edge. */
export type WithdrawalId = `wdr_${string}`;

/**
 * What Premium costs, by its months.
 * Source: Bot API 10.3 (giftPremiumSubscription), read 2026-11-20.
 */
export const premiumStars = { 3: 1000, 6: 1500, 12: 2500 } as const;
/** Months for which Premium can be given. */
export type PremiumMonths = keyof typeof premiumStars;

/** So far back it counts what a player has taken out already, against the limit. */
export const LIMIT_WINDOW_MS = 86_400_000;

/**
 * Telegram's clock and ours may differ by so much. Generous, because a purchase that is overlooked would
 * be doubted for a day, while one that is looked at too early is known to be another withdrawal's.
 */
export const CLOCK_SKEW_MS = 5 * 60_000;

/** What the prize leaves as. */
export type PrizeChoice =
  | StarChoice
  /** Rubles to himself. Where to, in full, is kept apart (`keepDestination`): it tells who he is. */
  | BankChoice;

/** What Stars leave as. */
export type StarChoice =
  /** One of Telegram's gifts. */
  | { kind: "gift"; giftId: string }
  | { kind: "premium"; months: PremiumMonths }
  /** His own payments go back, whole ones that together make the amount. */
  | { kind: "refund" };

/** Rubles by bank; the receiver as he and admins may see it. */
export interface BankChoice {
  kind: PayoutChannel;
  masked: string;
}

/** Whether a choice leaves by bank. */
export function isBankChoice(choice: PrizeChoice): choice is BankChoice {
  return "masked" in choice;
}

/** Why nothing left, or why what was held came back to the balance. */
export type WithdrawalRefusal =
  | "insufficientFunds"
  /** He has another one that is not finished. */
  | "busy"
  /** Telegram does not have that gift any more. */
  | "giftEnded"
  | "soldOut"
  | "priceChanged"
  /** He takes no gifts, by his own settings. */
  | "privacy"
  /** He blocked the bot, or Telegram does not know him. */
  | "unreachable"
  | "botBalanceTooLow"
  /** His payments that can go back are others than those he was shown. */
  | "chargesChanged"
  | "declined"
  | "cancelled"
  /** After a day of doubt an admin found that it had not arrived. */
  | "notArrived"
  /** Telegram said no, for another reason. */
  | "refusedByTelegram"
  /** The bank did not pay it out, for a reason of its own. */
  | "bankCanceled"
  /** It could not be decided in time; trying again may help. */
  | "tryAgain";

/** What a withdrawal is made from. */
export interface WithdrawalInput {
  withdrawalId: WithdrawalId;
  playerId: PlayerId;
  telegramUserId: number;
  choice: PrizeChoice;
  /** What leaves his balance, as he was shown it. */
  amount: MoneyJson;
  /** More than this within a day wants the yes of admins. */
  limit: MoneyJson;
  /** All admins, as players. */
  adminIds: PlayerId[];
  atMs: number;
  /** For rubles by bank: through which account they leave. */
  gatewayId?: string;
}

/** What a withdrawal takes. */
export type WithdrawalEvent =
  | { type: "withdrawal.start" }
  // from its payout by bank
  | BankPayoutNews
  /** From the player, while admins are waited for. */
  | { type: "withdrawal.cancel"; by: PlayerId; atMs: number }
  // from admins
  /** `adminIds`: all admins as he says it; absent from code that did not say so. */
  | { type: "withdrawal.approve"; by: PlayerId; adminIds?: PlayerId[]; atMs: number }
  | { type: "withdrawal.decline"; by: PlayerId; reason: string; atMs: number }
  /** He saw that it has arrived. */
  | { type: "withdrawal.settle"; by: PlayerId; atMs: number }
  /** He saw that it has not; Telegram's books are asked once more before it counts. */
  | { type: "withdrawal.void"; by: PlayerId; atMs: number };

/** What a person is told about a withdrawal. */
export type WithdrawalNotice =
  | { raffleId?: undefined; withdrawalId: WithdrawalId; choice: PrizeChoice; amount: MoneyJson }
    & (
      | { key: "withdrawalWaits"; approvals: number; lastDay?: MoneyJson }
      | { key: "withdrawalDone" }
      | { key: "withdrawalUncertain" }
      | {
        key: "withdrawalFailed";
        reason: WithdrawalRefusal;
        /** An admin's own words. */
        publicReason?: string;
        /** The bank's own word. */
        bankReason?: string;
      }
      // to admins
      | {
        key: "withdrawalAsksAdmins";
        playerId: PlayerId;
        approvals: number;
        /** What he has taken out within a day, this one included; absent while that was not counted. */
        lastDay?: MoneyJson;
      }
      | { key: "withdrawalUndecided"; playerId: PlayerId }
      /** To the one who said that it has not arrived. */
      | { key: "withdrawalVoidLooked"; playerId: PlayerId; found: VoidFinding }
    )
  | BankPayoutLooked;

/**
 * What the books of Telegram, or of the bank, say when an admin has said that a prize did not arrive: it
 * is there, so it counts as sent; nothing, so the player gets the amount back; or they could not be read.
 */
export type VoidFinding = "purchase" | "nothing" | "unread";

/** A charge of his that goes back. */
export interface SpentCharge {
  paymentId: PaymentId;
  raffleId: RaffleId;
  chargeId: string;
  amount: MoneyJson;
}

/** Invoked work that answers within the same commit. */
export interface WithdrawalSources {
  /**
   * Writes the withdrawal down as the player's only open one, and holds the money; for refunds it
   * only looks whether there is enough. `lastDay` is what he has taken out within a day, this one
   * included; nobody can take out more meanwhile, as it is the only open one.
   */
  openWithdrawal: {
    input: {
      withdrawalId: WithdrawalId;
      playerId: PlayerId;
      choice: PrizeChoice;
      amount: MoneyJson;
      askedAtMs: number;
    };
    output: { isOpen: true; lastDay: MoneyJson } | { isOpen: false; reason: WithdrawalRefusal };
  };
  /** Takes the oldest of his own charges that together make the amount, each once for ever. */
  takeCharges: {
    input: { withdrawalId: WithdrawalId; playerId: PlayerId; amount: MoneyJson };
    output: { isTaken: true; charges: SpentCharge[] } | {
      isTaken: false;
      reason: WithdrawalRefusal;
    };
  };
  /** Finds the one of Telegram's transactions that is this withdrawal's and no other's. */
  claimTransaction: {
    input: { withdrawalId: WithdrawalId; candidates: StarPurchase[] };
    output: { transactionId: string | null };
  };
}

/** A purchase for a person in Telegram's books. */
export interface StarPurchase {
  transactionId: string;
  /** Telegram counts whole seconds. */
  atMs: number;
}

/** Actions that write in the same commit as the step. */
export interface WithdrawalActions {
  recordWithdrawal: {
    withdrawalId: WithdrawalId;
    status: "waiting" | "sending" | "uncertain" | "undecided";
    /** From when on Telegram may have been asked to send it. */
    attemptedAtMs?: number;
  };
  /** The end: the hold is posted or voided, the player may have another. */
  closeWithdrawal: {
    withdrawalId: WithdrawalId;
    status: "done" | "returned";
    /** Refunds have none. */
    hold: "post" | "void" | "none";
    transactionId?: string;
  };
}

/** What is sent to the person, and how it is found again. */
export interface SentPrize {
  telegramUserId: number;
  choice: PrizeChoice;
  amount: MoneyJson;
}

/** Invoked work outside. */
export interface WithdrawalEffects {
  /** Whether Telegram still has the gift for that amount. */
  checkGift: {
    input: { giftId: string; amount: MoneyJson };
    output: { isAvailable: true } | { isAvailable: false; reason: WithdrawalRefusal };
  };
  /** Sends it, at most once. An error means that nobody knows whether it was sent. */
  sendPrize: {
    input: SentPrize & { attemptedAtMs: number };
    output: { isSent: true; candidates: StarPurchase[] } | {
      isSent: false;
      reason: WithdrawalRefusal;
    };
  };
  /** Looks for it in Telegram's books. */
  findPurchases: {
    input: SentPrize & { attemptedAtMs: number };
    output: { candidates: StarPurchase[] };
  };
}

/** How many admins must say yes: two, or one when there is no other. Nobody says it for himself. */
export function approvalsNeeded(
  { playerId, adminIds }: Pick<WithdrawalInput, "playerId" | "adminIds">,
): 1 | 2 {
  return adminIds.filter((adminId) => adminId !== playerId).length >= 2 ? 2 : 1;
}

/** Whether an admin may decide on it: it is not his own, unless he is the only one. */
export function mayApprove(
  { playerId, adminIds }: Pick<WithdrawalInput, "playerId" | "adminIds">,
  by: PlayerId,
): boolean {
  return by !== playerId || adminIds.every((adminId) => adminId === playerId);
}

/**
 * Which charges go back for an amount: whole ones, the oldest first, each that still fits. Asked with
 * the sum of its own answer it answers the same.
 *
 * @param charges The oldest first, all in one currency.
 * @param upToMinor What they may sum to at most.
 */
export function pickCharges<Charge extends { amount: MoneyJson }>(
  charges: readonly Charge[],
  upToMinor: bigint,
): { picked: Charge[]; sumMinor: bigint } {
  const picked: Charge[] = [];
  let sumMinor = 0n;
  for (const charge of charges) {
    const minor = BigInt(charge.amount.minor);
    if (sumMinor + minor > upToMinor) continue;
    picked.push(charge);
    sumMinor += minor;
  }
  return { picked, sumMinor };
}
