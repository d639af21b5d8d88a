import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numbersNeeded } from "./draw_terms.ts";
import { drawWinners } from "./draw_winners.ts";
import { splitPrize } from "./split_prize.ts";
import { TEST_TERMS, testEntries } from "./testing/signed_draw.ts";
import { ticketLines } from "./ticket_lines.ts";

describe("drawWinners()", () => {
  // Tickets 1, 4, 7 are of one player, 2, 5, 8 of another, 3, 6, 9 of a third.
  const { lines } = ticketLines(testEntries({ tickets: 9, players: 3 }));

  it.each([
    { numbers: [3, 1, 2], winners: 1, reserves: 0, want: { winners: [3], reserves: [] } },
    { numbers: [3, 1, 2], winners: 1, reserves: 2, want: { winners: [3], reserves: [1, 2] } },
    { numbers: [9, 6, 3, 4], winners: 2, reserves: 1, want: { winners: [9, 4], reserves: [] } },
    { numbers: [1, 4, 7, 2, 3], winners: 2, reserves: 1, want: { winners: [1, 2], reserves: [3] } },
    { numbers: [5, 2, 8], winners: 3, reserves: 2, want: { winners: [5], reserves: [] } },
  ])("gives $numbers the places $want.winners", ({ numbers, winners, reserves, want }) => {
    expect(drawWinners({ numbers, lines, terms: { winners, reserves } })).toEqual(want);
  });

  it.each([0, 10, 1.5, NaN])("refuses ticket %s that is not on the list", (number) => {
    expect(() => drawWinners({ numbers: [number], lines, terms: TEST_TERMS })).toThrow(RangeError);
  });

  it("finds everybody when as many numbers are drawn as are needed, and nobody twice", () => {
    const cases = fc.record({
      players: fc.integer({ min: 2, max: 12 }),
      each: fc.integer({ min: 1, max: 4 }),
      winners: fc.integer({ min: 1, max: 4 }),
      reserves: fc.integer({ min: 0, max: 3 }),
      seed: fc.integer(),
    });
    fc.assert(fc.property(cases, ({ players, each, winners, reserves, seed }) => {
      const tickets = players * each;
      const list = ticketLines(testEntries({ tickets, players })).lines;
      const n = numbersNeeded({ winners, reserves, ticketsPerPlayer: each }, tickets);
      const numbers = shuffled(tickets, seed).slice(0, n);
      const terms = { winners, reserves };
      const outcome = drawWinners({ numbers, lines: list, terms });
      const drawn = [...outcome.winners, ...outcome.reserves];
      expect(drawn.length).toBe(Math.min(players, winners + reserves));
      expect(new Set(drawn.map((number) => (number - 1) % players)).size).toBe(drawn.length);
      expect(outcome).toEqual(drawWinners({ numbers, lines: list, terms }));
    }));
  });
});

describe("splitPrize()", () => {
  const xtr = (minor: bigint) => ({ minor, currency: "XTR" });
  const base = { ...TEST_TERMS, commissionBps: 1_500 };

  it.each([
    { why: "one place", shares: [1], tickets: 7, price: "10", want: [70n, 10n, 60n] },
    {
      why: "shares",
      shares: [50, 30, 20],
      tickets: 10,
      price: "10",
      want: [100n, 15n, 43n, 25n, 17n],
    },
    { why: "thirds", shares: [1, 1, 1], tickets: 10, price: "1", want: [10n, 1n, 3n, 3n, 3n] },
    { why: "a remainder", shares: [1, 1, 1], tickets: 11, price: "1", want: [11n, 1n, 4n, 3n, 3n] },
    { why: "almost nothing", shares: [1, 1], tickets: 2, price: "1", want: [2n, 0n, 1n, 1n] },
    {
      why: "a place nobody fills",
      shares: [50, 30, 20],
      tickets: 10,
      price: "10",
      filledPlaces: 2,
      want: [100n, 15n, 60n, 25n],
    },
  ])("divides with $why", ({ shares, tickets, price, filledPlaces, want }) => {
    const terms = {
      ...base,
      shares,
      winners: shares.length,
      price: { minor: price, currency: "XTR" as const },
    };
    const split = splitPrize({ terms, tickets, filledPlaces: filledPlaces ?? shares.length });
    expect([split.pot, split.commission, ...split.prizes]).toEqual(want.map(xtr));
  });

  it.each([
    {
      why: "more than was collected",
      guaranteed: "500",
      want: [100n, 15n, 415n, 250n, 150n, 100n],
    },
    { why: "one Star more", guaranteed: "86", want: [100n, 15n, 1n, 44n, 25n, 17n] },
    { why: "just what was collected", guaranteed: "85", want: [100n, 15n, 0n, 43n, 25n, 17n] },
    { why: "less", guaranteed: "1", want: [100n, 15n, 0n, 43n, 25n, 17n] },
  ])("tops up to a guaranteed prize that is $why", ({ guaranteed, want }) => {
    const terms = {
      ...base,
      shares: [50, 30, 20],
      guaranteedPrize: { minor: guaranteed, currency: "XTR" as const },
    };
    const split = splitPrize({ terms, tickets: 10, filledPlaces: 3 });
    expect([split.pot, split.commission, split.topUp, ...split.prizes]).toEqual(want.map(xtr));
  });

  it("takes no guaranteed prize in another currency", () => {
    const guaranteedPrize = { minor: "500", currency: "RUB" as const };
    expect(() => splitPrize({ terms: { ...base, guaranteedPrize }, tickets: 10, filledPlaces: 3 }))
      .toThrow(RangeError);
  });

  it("loses nothing, gives nothing below zero, and never less than is guaranteed", () => {
    const cases = fc.record({
      price: fc.bigInt({ min: 1n, max: 10n ** 12n }),
      tickets: fc.integer({ min: 1, max: 100_000 }),
      commissionBps: fc.integer({ min: 0, max: 10_000 }),
      shares: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 }),
      filled: fc.nat(),
      guaranteed: fc.oneof(
        fc.constant(0n),
        fc.bigInt({ min: 1n, max: 10n ** 17n }),
        fc.bigInt({ min: 1n, max: 1_000n }),
      ),
    });
    fc.assert(fc.property(cases, (each) => {
      const { price, tickets, commissionBps, shares, filled, guaranteed } = each;
      const currency = "RUB" as const;
      const terms = {
        price: { minor: price.toString(), currency },
        commissionBps,
        shares,
        winners: shares.length,
        ...(guaranteed === 0n
          ? {}
          : { guaranteedPrize: { minor: guaranteed.toString(), currency } }),
      };
      const filledPlaces = filled % shares.length + 1;
      const { pot, commission, topUp, prizes } = splitPrize({ terms, tickets, filledPlaces });
      const won = prizes.reduce((sum, { minor }) => sum + minor, 0n);
      expect(won + commission.minor).toBe(pot.minor + topUp.minor);
      expect(pot.minor).toBe(price * BigInt(tickets));
      expect(prizes.length).toBe(filledPlaces);
      expect([...prizes, topUp].every(({ minor }) => minor >= 0n)).toBe(true);
      // The commission is that of a raffle without a guarantee, and nothing is added for nothing.
      const { guaranteedPrize: _, ...plain } = { guaranteedPrize: undefined, ...terms };
      expect(commission).toEqual(splitPrize({ terms: plain, tickets, filledPlaces }).commission);
      const collected = pot.minor - commission.minor;
      expect(won).toBe(collected > guaranteed ? collected : guaranteed);
    }));
  });

  it.each([
    { tickets: 0, filledPlaces: 1 },
    { tickets: 1.5, filledPlaces: 1 },
    { tickets: 5, filledPlaces: 0 },
    { tickets: 5, filledPlaces: 4 },
  ])("refuses $tickets tickets with $filledPlaces places", ({ tickets, filledPlaces }) => {
    expect(() => splitPrize({ terms: base, tickets, filledPlaces })).toThrow(RangeError);
  });

  it("refuses shares that are not one for each place", () => {
    const terms = { ...base, shares: [1] };
    expect(() => splitPrize({ terms, tickets: 5, filledPlaces: 1 })).toThrow("3 places, 1 shares");
  });
});

/** A permutation of 1…count that depends on the seed alone. */
function shuffled(count: number, seed: number): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  let state = seed >>> 0;
  for (let index = count - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (index + 1);
    const [a, b] = [numbers[index], numbers[other]];
    if (a !== undefined && b !== undefined) [numbers[index], numbers[other]] = [b, a];
  }
  return numbers;
}
