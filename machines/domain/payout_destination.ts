/**
 * Where rubles can be paid out to, and what a player must type for it. Everything that cannot be paid to
 * is given back with the form that is allowed. Imports only its neighbours. Guards against money that is
 * sent to a mistyped number.
 *
 * Source: YooKassa API v3 (PayoutRequest) and yookassa.ru/developers/payouts/getting-started/
 * payout-types-and-limits, July 2026.
 */
import type { MoneyJson } from "./money.ts";

/** A receiver, JSON-safe. A card is known by the provider's token alone. */
export type PayoutDestination =
  | { readonly kind: "sbp"; readonly phone: string; readonly bankId: string }
  | { readonly kind: "yooMoney"; readonly wallet: string }
  | { readonly kind: "card"; readonly token: string; readonly last4: string };

/** A way to pay out. */
export type PayoutChannel = PayoutDestination["kind"];

/** Something that was typed and cannot be used, and what is allowed instead. */
export interface DestinationProblem {
  readonly problem: "phone" | "bank" | "wallet" | "tooLittle" | "tooMuch";
  /** An example, or the bound in kopecks. */
  readonly allowed: string;
}

/** A bank that takes part in the SBP. */
export interface PayoutBank {
  readonly bankId: string;
  readonly name: string;
}

/** How a phone number may be written. */
export const PHONE_FORM = "+7 900 123-45-67";
/** How a wallet's number looks. */
export const WALLET_FORM = "4100116074720387";

const RUBLE = 100n;

/**
 * Least and most kopecks of one payout. A wallet may take less, by its owner's status; then the provider
 * cancels the payout.
 */
export const payoutLimits: Readonly<
  Record<PayoutChannel, { readonly least: bigint; readonly most: bigint }>
> = {
  sbp: { least: RUBLE, most: 500_000n * RUBLE },
  yooMoney: { least: RUBLE, most: 500_000n * RUBLE },
  card: { least: 5n * RUBLE, most: 500_000n * RUBLE },
};

/** Separators that people put between digits: spaces, brackets, dots, hyphens and dashes. */
const SEPARATORS = /[\s().\-\u2010-\u2015]/g;

/**
 * Reads a Russian mobile number, as the SBP knows accounts by it: `+7…`, `8…`, `7…` or without either.
 *
 * @returns 11 digits that begin with 79.
 */
export function readPhone(typed: string): { readonly phone: string } | DestinationProblem {
  const digits = /^(?:\+7|7|8)?(9\d{9})$/.exec(typed.trim().replaceAll(SEPARATORS, ""))?.[1];
  return digits === undefined ? { problem: "phone", allowed: PHONE_FORM } : { phone: `7${digits}` };
}

/**
 * Reads the number of a YooMoney wallet.
 *
 * @returns 11 to 33 digits that begin with 41001.
 */
export function readWallet(typed: string): { readonly wallet: string } | DestinationProblem {
  const digits = typed.trim().replaceAll(SEPARATORS, "");
  return /^41001\d{6,28}$/.test(digits)
    ? { wallet: digits }
    : { problem: "wallet", allowed: WALLET_FORM };
}

/** Finds the bank that was chosen. @param banks Those of the provider's list of today. */
export function readBank<Bank extends PayoutBank>(
  bankId: string,
  banks: readonly Bank[],
): { readonly bank: Bank } | DestinationProblem {
  const bank = banks.find((one) => one.bankId === bankId);
  if (bank !== undefined) return { bank };
  return { problem: "bank", allowed: banks.slice(0, 3).map(({ name }) => name).join(", ") };
}

/**
 * Whether so much can be paid out at once by a channel.
 *
 * @param amount Rubles.
 * @returns Undefined when it can.
 */
export function refusePayoutAmount(
  channel: PayoutChannel,
  amount: MoneyJson & { readonly currency: "RUB" },
): DestinationProblem | undefined {
  const { least, most } = payoutLimits[channel];
  const minor = BigInt(amount.minor);
  if (minor < least) return { problem: "tooLittle", allowed: String(least) };
  return minor > most ? { problem: "tooMuch", allowed: String(most) } : undefined;
}

/** A receiver as the player and the admins may see it: enough to know it again, not to use it. */
export function maskDestination(destination: PayoutDestination): string {
  switch (destination.kind) {
    case "sbp":
      return `+7 ${destination.phone.slice(1, 4)} •••-••-${destination.phone.slice(-2)}`;
    case "yooMoney":
      return `41001•••${destination.wallet.slice(-4)}`;
    case "card":
      return `•••• ${destination.last4}`;
  }
}
