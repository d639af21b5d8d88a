/** Who won: a pure function of the drawn numbers and the sealed list. */
import { Schema } from "effect";
import type { DrawTerms } from "./draw_terms.ts";
import type { TicketLine } from "./ticket_line.ts";

const TicketNumber = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1));

/** The outcome of a draw, as ticket numbers. */
export const DrawOutcome = Schema.Struct({
  /** Winning tickets, place one first; fewer than places when there were fewer players. */
  winners: Schema.Array(TicketNumber),
  /** Tickets of the reserves, in the order in which they were drawn. */
  reserves: Schema.Array(TicketNumber),
});
export type DrawOutcome = typeof DrawOutcome.Type;

/**
 * Gives the places, then the reserves, to each player's first drawn ticket.
 *
 * @param numbers drawn ticket numbers, in drawn order
 * @param lines the sealed list, numbers 1…N in order
 * @throws {RangeError} When a number is not on the list.
 */
export function drawWinners(
  { numbers, lines, terms }: {
    numbers: readonly number[];
    lines: readonly TicketLine[];
    terms: Pick<DrawTerms, "winners" | "reserves">;
  },
): DrawOutcome {
  const players = new Set<string>();
  const first: number[] = [];
  for (const number of numbers) {
    const line = lines[number - 1];
    if (line?.number !== number) {
      throw new RangeError(`Cannot place ticket ${number}: it is not on the list`);
    }
    if (players.has(line.playerHash)) continue;
    players.add(line.playerHash);
    first.push(number);
  }
  return {
    winners: first.slice(0, terms.winners),
    reserves: first.slice(terms.winners, terms.winners + terms.reserves),
  };
}
