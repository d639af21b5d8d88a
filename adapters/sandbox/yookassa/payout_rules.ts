/**
 * What a payout may be, and what comes of it: limits of each channel, test wallets, the gateway's
 * balance, the check of the receiver's name.
 *
 * Source: yookassa.ru/developers/payouts/getting-started/payout-types-and-limits and
 * …/testing-and-going-live/testing/yoo-money, July 2026.
 */
import { toKopecks } from "./kopecks.ts";
import type { Stored } from "./objects.ts";
import type { YooKassaContext } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/** A channel. */
export type Channel = "bank_card" | "sbp" | "yoo_money";

/** A payout that is asked for, as far as the rules look at it. */
export interface AskedPayout {
  readonly channel: Channel;
  readonly kopecks: number;
  /** The number of the card, wallet or phone. */
  readonly receiver: string;
}

interface Limits {
  readonly least: number;
  readonly most: number;
  readonly perMonth?: number;
  readonly perDayCount?: number;
}

const RUBLE = 100;
const LIMITS: Readonly<Record<Channel, Limits>> = {
  bank_card: {
    least: 5 * RUBLE,
    most: 500_000 * RUBLE,
    perMonth: 1_500_000 * RUBLE,
    perDayCount: 20,
  },
  sbp: { least: RUBLE, most: 500_000 * RUBLE },
  yoo_money: { least: RUBLE, most: 500_000 * RUBLE, perMonth: 600_000 * RUBLE },
};

/** Test wallets: the most that lies in one, or the reason for which a payout to it is cancelled. */
export const TEST_WALLETS: Readonly<Record<string, { most: number } | { reason: string }>> = {
  // Anonymous, named, identified.
  "41001614575714": { most: 15_000 * RUBLE },
  "4100116075156746": { most: 100_000 * RUBLE },
  "4100116074720387": { most: 500_000 * RUBLE },
  "41001614575572": { reason: "one_time_limit_exceeded" },
  "41001614575643": { reason: "periodic_limit_exceeded" },
  "410011806060766": { reason: "insufficient_funds" },
  "410011788545536": { reason: "general_decline" },
};

/** @throws {YooKassaError} 400 when it is less than the channel takes. */
export function requireLeast({ channel, kopecks }: AskedPayout): void {
  const { least } = LIMITS[channel];
  if (kopecks >= least) return;
  throw invalidRequest(`The least payout is ${least / RUBLE} RUB`, "amount.value");
}

/** Why a payout comes to nothing; null when it will succeed. */
export function whyCanceled(context: YooKassaContext, asked: AskedPayout): string | null {
  const { channel, kopecks, receiver } = asked;
  const wallet = channel === "yoo_money" ? TEST_WALLETS[receiver] : undefined;
  // In YooKassa's test mode there are no wallets but these.
  if (channel === "yoo_money" && wallet === undefined) return "recipient_not_found";
  if (wallet !== undefined && "reason" in wallet) return wallet.reason;
  if (kopecks > Math.min(wallet?.most ?? Infinity, LIMITS[channel].most)) {
    return "one_time_limit_exceeded";
  }
  if (isOverPeriod(context, asked)) return "periodic_limit_exceeded";
  return context.entries.balance("gateway") < kopecks ? "insufficient_funds" : null;
}

/** Who says no: YooKassa by its own checks, or the bank's side. */
export function partyOf(reason: string): "yoo_money" | "payout_network" {
  return ["rejected_by_payee", "issuer_unavailable", "recipient_not_found"].includes(reason)
    ? "payout_network"
    : "yoo_money";
}

function isOverPeriod(
  context: YooKassaContext,
  { channel, kopecks, receiver }: AskedPayout,
): boolean {
  const { perMonth, perDayCount } = LIMITS[channel];
  if (perMonth === undefined) return false;
  const today = new Date(context.world.clock.nowMs()).toISOString().slice(0, 10);
  const ofMonth = payoutsTo(context, receiver, today.slice(0, 7));
  const sum = ofMonth.reduce((total, { object }) => total + toKopecks(object.amount), 0);
  if (sum + kopecks > perMonth) return true;
  const ofDay = ofMonth.filter(({ object }) => object.created_at.startsWith(today));
  return perDayCount !== undefined && ofDay.length >= perDayCount;
}

/** What went or goes to a receiver, in the month or on the day with which its time begins. */
function payoutsTo(
  { objects }: YooKassaContext,
  receiver: string,
  period: string,
): Stored<"payout">[] {
  return objects.list("payout", {
    conditions: [
      { sql: "json_extract(hidden, '$.receiver') = ?", values: [receiver] },
      { sql: "json_extract(object, '$.status') <> 'canceled'", values: [] },
      { sql: "json_extract(object, '$.created_at') like ? || '%'", values: [period] },
    ],
    limit: 10_000,
  });
}
