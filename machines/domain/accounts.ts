/** Names of ledger accounts, so that each is spelled in one place. */
import type { PaymentId, PayoutId, PlayerId, Provider, RaffleId } from "./events.ts";
import type { WithdrawalId } from "./withdrawal.ts";

/** Where Telegram holds charges that are not 21 days old. */
export const TELEGRAM_SETTLING = "provider/telegram/settling";
/** Charges that are 21 days old and more: what can be spent, the reserve. */
export const TELEGRAM_AVAILABLE = "provider/telegram/available";
/**
 * Stands for the account on which the charge lies that a transfer names as its `externalId`: whoever
 * posts finds it out under the charge's lock. No money is ever on an account of this name.
 */
export const TELEGRAM_CHARGE = "provider/telegram/charge";
/** What YooKassa holds for our shop, in rubles. */
export const YOOKASSA_SHOP = "provider/yookassa/shop";
/**
 * What YooKassa holds on our payout gateway, in rubles. The owner fills it from the shop or a bank, which
 * we do not see: the account shows what has left through it.
 */
export const YOOKASSA_GATEWAY = "provider/yookassa/gateway";
/** What YooKassa keeps of what players pay: a pot is what they paid, so it is our expense. */
export const YOOKASSA_FEES = "treasury/expense/yookassa";
/** What the owner has put in. */
export const TREASURY_CAPITAL = "treasury/capital";
/** Commissions, and what players have given up for their data to be deleted. */
export const TREASURY_FEES = "treasury/fees";
/** What Telegram has billed for mass notices beyond its free pace. */
export const BROADCAST_FEES = "treasury/expense/broadcasts";
/** What chargebacks cost us. It is an expense account: those alone of the treasury run negative. */
export const CHARGEBACK_LOSSES = "treasury/expense/chargebacks";

/** What a player can spend. The name is one account in each currency, as every name of the ledger is. */
export function userAvailable(playerId: PlayerId): string {
  return `user/${playerId}/available`;
}

/** Key of the hold on what a withdrawal takes from the balance. */
export function withdrawalHold(withdrawalId: WithdrawalId): string {
  return `withdrawal/${withdrawalId}/hold`;
}

/** Key of the hold for a raffle's guaranteed prize: each change of it is a hold of its own. */
export function guaranteeHold(raffleId: RaffleId, number: number): string {
  return `raffle/${raffleId}/guarantee/${number}`;
}

/** The entries of a raffle. */
export function rafflePot(raffleId: RaffleId): string {
  return `raffle/${raffleId}/pot`;
}

/** A prize on its way. */
export function payoutHeld(payoutId: PayoutId): string {
  return `payout/${payoutId}/held`;
}

/**
 * Money of one payment: received and not yet assigned (`clearing`), or owed back (`refund_due`).
 * An account has one currency, so money in a currency that was not asked for gets one of its own.
 */
export function paymentAccount(
  paymentId: PaymentId,
  part: "clearing" | "refund_due",
  currency: string,
): string {
  const account = `payment/${paymentId}/${part}`;
  return currency === "XTR" ? account : `${account}_${currency.toLowerCase()}`;
}

/** Where a provider holds what has just been paid. */
export function receivedBy(provider: Provider = "telegram"): string {
  return provider === "telegram" ? TELEGRAM_SETTLING : YOOKASSA_SHOP;
}

/** Where a charge lies that leaves the provider: of Telegram's whoever posts finds out. */
export function chargeAt(provider: Provider = "telegram"): string {
  return provider === "telegram" ? TELEGRAM_CHARGE : YOOKASSA_SHOP;
}
