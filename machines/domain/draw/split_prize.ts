/** The money of a draw: pot, commission, prizes. Whole minor units; nothing appears or is lost. */
import {
  compareMoney,
  type Money,
  moneyFromJson,
  multiplyMoney,
  noMoney,
  shareOfMoney,
  subtractMoney,
} from "../money.ts";
import type { DrawTerms } from "./draw_terms.ts";

/** What the tickets have brought, and what the winners share of it. */
export interface PrizePool {
  /** Price × tickets. */
  readonly pot: Money;
  /** Our part of the pot, rounded down. */
  readonly commission: Money;
  /** Pot less commission. */
  readonly collected: Money;
  /** What the treasury adds when that is less than the guaranteed prize; nothing without one. */
  readonly topUp: Money;
  /** What the places share: what was collected, and what is added. */
  readonly prize: Money;
}

/** How a pot is divided. `pot + topUp = commission + prizes`, always. */
export interface PrizeSplit extends PrizePool {
  /** One amount for each filled place, place one first. */
  readonly prizes: readonly Money[];
}

/**
 * What the winners would share with so many tickets. The commission is taken as always; then what is
 * left is topped up to the guaranteed prize.
 *
 * @param tickets number of tickets sold, 0 or more
 * @throws {RangeError} When an amount has more than 18 digits, or the currencies differ.
 */
export function prizePool(
  terms: Pick<DrawTerms, "price" | "commissionBps" | "guaranteedPrize">,
  tickets: number,
): PrizePool {
  const pot = multiplyMoney(moneyFromJson(terms.price), BigInt(tickets));
  const commission = shareOfMoney(pot, terms.commissionBps);
  const collected = subtractMoney(pot, commission);
  const guaranteed = terms.guaranteedPrize === undefined
    ? noMoney(pot.currency)
    : moneyFromJson(terms.guaranteedPrize);
  const isShort = compareMoney(collected, guaranteed) < 0;
  const topUp = isShort ? subtractMoney(guaranteed, collected) : noMoney(pot.currency);
  return { pot, commission, collected, topUp, prize: isShort ? guaranteed : collected };
}

/**
 * Divides what the winners share. Each place gets its part by weight, rounded down; place one gets
 * the remainder and the shares of places that nobody fills.
 *
 * @param tickets number of tickets sold, 1 or more
 * @param filledPlaces how many places have a winner, 1 to `terms.winners`
 * @throws {RangeError} When a number is out of range or an amount has more than 18 digits.
 */
export function splitPrize(
  { terms, tickets, filledPlaces }: {
    terms: Pick<DrawTerms, "price" | "commissionBps" | "shares" | "winners" | "guaranteedPrize">;
    tickets: number;
    filledPlaces: number;
  },
): PrizeSplit {
  if (!Number.isSafeInteger(tickets) || tickets < 1) {
    throw new RangeError(`Cannot split a prize: tickets must be 1 or more, got ${tickets}`);
  }
  if (!Number.isInteger(filledPlaces) || filledPlaces < 1 || filledPlaces > terms.winners) {
    throw new RangeError(
      `Cannot split a prize: filled places must be 1 to ${terms.winners}, got ${filledPlaces}`,
    );
  }
  if (terms.shares.length !== terms.winners) {
    throw new RangeError(
      `Cannot split a prize: ${terms.winners} places, ${terms.shares.length} shares`,
    );
  }
  const pool = prizePool(terms, tickets);
  const { prize } = pool;
  const whole = terms.shares.reduce((sum, share) => sum + BigInt(share), 0n);
  const others = terms.shares.slice(1, filledPlaces)
    .map((share) => ({ minor: prize.minor * BigInt(share) / whole, currency: prize.currency }));
  const first = others.reduce(subtractMoney, prize);
  return { ...pool, prizes: [first, ...others] };
}
