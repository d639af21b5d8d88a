/**
 * What a raffle fixes before its first entry and the seal binds: price, commission, shares, places.
 * JSON-safe as it stands. Which terms a raffle may be created with is
 * said by `refuseTerms`.
 */
import { Schema } from "effect";
import { MoneyJson } from "../money.ts";

/** Id of a raffle as it may stand in a seal: ASCII letters, digits, `_`, `-`, at most 64. */
export const RaffleId = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{1,64}$/));

/** Most numbers of one signed request. Source: api.random.org/json-rpc/4/signed, `n`. */
export const MAX_NUMBERS = 10_000;

/** Most tickets of one raffle: the signed range ends at 1e9. Source: same page, `max`. */
export const MAX_TICKETS = 1_000_000_000;

const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_NUMBERS }));

/** The draw's fixed terms. */
export const DrawTerms = Schema.Struct({
  /** Price of one ticket, more than zero. */
  price: MoneyJson,
  /** Our part of the pot, basis points 0…10,000, rounded down. */
  commissionBps: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000 })),
  /** Weights of the places, first place first; positive whole numbers, any sum. */
  shares: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))
    .check(Schema.isBetweenLength(1, MAX_NUMBERS)),
  /** Number of places, as many as shares. */
  winners: Count,
  /** Number of players drawn behind the winners. */
  reserves: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_NUMBERS })),
  /** Most tickets of one player. */
  ticketsPerPlayer: Count,
  /** What ends the entries; the deadline always does. */
  drawAt: Schema.Literals(["minimum", "maximum", "deadline"]),
  /** The least that the places share, more than zero, in the currency of the price. */
  guaranteedPrize: Schema.optionalKey(MoneyJson),
});
export type DrawTerms = typeof DrawTerms.Type;

/**
 * How many numbers must be drawn so that every place and every reserve surely finds its own player:
 * all others before him may have had all their tickets drawn first. `min(N, (winners + reserves − 1)
 * · ticketsPerPlayer + 1)`.
 *
 * @param tickets number of tickets N, 2 or more
 */
export function numbersNeeded(
  terms: Pick<DrawTerms, "winners" | "reserves" | "ticketsPerPlayer">,
  tickets: number,
): number {
  const enough = (terms.winners + terms.reserves - 1) * terms.ticketsPerPlayer + 1;
  return Math.min(tickets, enough);
}
