/** What follows from a list, its terms and the drawn numbers, in the form the proof states it. */
import { moneyToJson } from "../money.ts";
import type { PrizeJson } from "./draw_proof.ts";
import { type DrawRequest, drawRequest } from "./draw_request.ts";
import { type DrawOutcome, drawWinners } from "./draw_winners.ts";
import { type Seal, type SealInput, sealTickets } from "./seal_tickets.ts";
import { splitPrize } from "./split_prize.ts";

/** Everything that can be said before the draw. */
export interface SealedDraw {
  readonly seal: Seal;
  readonly request: DrawRequest;
}

/**
 * Seals a list and writes down the request that belongs to it.
 *
 * @throws {RangeError} When the list cannot be sealed or drawn from.
 */
export function sealDraw(input: SealInput): SealedDraw {
  const seal = sealTickets(input);
  return { seal, request: drawRequest({ ...input, seal }) };
}

/**
 * Winners and prizes of the drawn numbers.
 *
 * @throws {RangeError} When a number is not on the list or an amount has more than 18 digits.
 */
export function settleDraw(
  { terms, lines, numbers }: Pick<SealInput, "terms" | "lines"> & { numbers: readonly number[] },
): { outcome: DrawOutcome; prize: PrizeJson } {
  const outcome = drawWinners({ numbers, lines, terms });
  const split = splitPrize({
    terms,
    tickets: lines.length,
    filledPlaces: outcome.winners.length,
  });
  return {
    outcome,
    prize: {
      pot: moneyToJson(split.pot),
      commission: moneyToJson(split.commission),
      ...(terms.guaranteedPrize === undefined ? {} : { topUp: moneyToJson(split.topUp) }),
      prizes: split.prizes.map(moneyToJson),
    },
  };
}
