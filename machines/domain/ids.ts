/**
 * Ids that follow from other ids. What is derived is the same at every repetition, so a second
 * refund of one charge, or a second payout of one place, finds the first and changes nothing.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { BankPaymentId, TopUpId } from "./bank.ts";
import type { PaymentId, PayoutId, PlayerId, RaffleId, RefundId } from "./events.ts";
import type { SuspicionId } from "./suspicion.ts";

/** The refund of one charge of a payment. */
export function refundIdOf(
  { paymentId, chargeId }: { paymentId: PaymentId; chargeId: string },
): RefundId {
  const digest = bytesToHex(sha256(utf8ToBytes(`${paymentId}\n${chargeId}`)));
  return `rfd_${digest.slice(0, 24)}`;
}

/** The payment by bank for one entry, or for one top-up. */
export function bankPaymentIdOf(ownerId: PaymentId | TopUpId): BankPaymentId {
  return `bnk_${ownerId}`;
}

/** The payout of one place of a raffle. */
export function payoutIdOf(
  { raffleId, place }: { raffleId: RaffleId; place: number },
): PayoutId {
  return `pyo_${raffleId.slice("rfl_".length)}_${place}`;
}

/** The suspicion of one sign. @param about What tells signs of one kind and one player apart. */
export function suspicionIdOf(
  { signal, raffleId, playerId, about }: {
    signal: string;
    raffleId: RaffleId | null;
    playerId: PlayerId;
    about: string;
  },
): SuspicionId {
  const sign = [signal, raffleId ?? "", playerId, about].join("\n");
  return `sus_${bytesToHex(sha256(utf8ToBytes(sign))).slice(0, 20)}`;
}

/** Telegram's number of a player, from `tg-<number>`. */
export function telegramUserIdOf(playerId: PlayerId): number {
  return Number(playerId.slice("tg-".length));
}
