/** The money of a draw: pot, commission, prizes. Whole minor units; nothing appears or is lost. */
import { type Money, moneyFromJson, multiplyMoney, shareOfMoney, subtractMoney } from "../money.ts";
import type { DrawTerms } from "./draw_terms.ts";

/** How a pot is divided. `pot = commission + prizes`, always. */
export interface PrizeSplit {
  /** Price × tickets. */
  readonly pot: Money;
  /** Our part, rounded down. */
  readonly commission: Money;
  /** One amount for each filled place, place one first. */
  readonly prizes: readonly Money[];
}

/**
 * Divides the pot. Each place gets its share of (pot − commission) by weight, rounded down; place one
 * gets the remainder and the shares of places that nobody fills.
 *
 * @param tickets number of tickets sold, 1 or more
 * @param filledPlaces how many places have a winner, 1 to `terms.winners`
 * @throws {RangeError} When a number is out of range or an amount has more than 18 digits.
 */
export function splitPrize(
  { terms, tickets, filledPlaces }: {
    terms: Pick<DrawTerms, "price" | "commissionBps" | "shares" | "winners">;
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
  const pot = multiplyMoney(moneyFromJson(terms.price), BigInt(tickets));
  const commission = shareOfMoney(pot, terms.commissionBps);
  const prize = subtractMoney(pot, commission);
  const whole = terms.shares.reduce((sum, share) => sum + BigInt(share), 0n);
  const others = terms.shares.slice(1, filledPlaces)
    .map((share) => ({ minor: prize.minor * BigInt(share) / whole, currency: prize.currency }));
  const first = others.reduce(subtractMoney, prize);
  return { pot, commission, prizes: [first, ...others] };
}
