/** Names of ledger accounts, so that each is spelled in one place. */
import type { PaymentId, PayoutId, PlayerId, RaffleId } from "./events.ts";

/** Where Telegram holds charges that are not 21 days old. */
export const TELEGRAM_SETTLING = "provider/telegram/settling";
/** Commissions. */
export const TREASURY_FEES = "treasury/fees";
/** What chargebacks cost us. It is an expense account: those alone of the treasury run negative. */
export const CHARGEBACK_LOSSES = "treasury/expense/chargebacks";

/** What a player can spend. */
export function userAvailable(playerId: PlayerId): string {
  return `user/${playerId}/available`;
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
