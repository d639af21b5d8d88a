/** Terms: the limits from both sides, and messages an admin can act on. */
import { describe, expect, it } from "vitest";
import { raffleTermsDefaults, readRaffleTerms } from "./raffle_terms.ts";

const price = { minor: "25", currency: "XTR" };
const least = { title: "Friday", price };

function problems(draft: unknown): string[] {
  const read = readRaffleTerms(draft, "rfl_abcdefghijklmnopqrstu");
  return read.isValid ? [] : read.problems.map(({ message }) => message);
}

describe("readRaffleTerms()", () => {
  it("completes what is not said by the defaults", () => {
    expect(readRaffleTerms(least, "rfl_1"))
      .toEqual({ isValid: true, terms: { ...raffleTermsDefaults, ...least } });
    expect(readRaffleTerms({ ...least, reserves: undefined }, "rfl_1")).toMatchObject({
      terms: { reserves: 2 },
    });
  });

  it("keeps a place longer where a bank is waited for", () => {
    const inRubles = { title: "Friday", price: { minor: "10000", currency: "RUB" } };
    const windowOf = (draft: object) => {
      const read = readRaffleTerms(draft, "rfl_1");
      return read.isValid ? read.terms.closingWindowMs : undefined;
    };
    expect([least, inRubles, { ...inRubles, closingWindowMs: 1_000 }].map(windowOf))
      .toEqual([60_000, 300_000, 1_000]);
  });

  it("knows one spelling of no guaranteed prize: it is not there", () => {
    for (const claimWithinMs of [undefined, null]) {
      const read = readRaffleTerms({ ...least, claimWithinMs }, "rfl_1");
      expect(read.isValid && "claimWithinMs" in read.terms).toBe(false);
    }
    for (const guaranteedPrize of [undefined, null]) {
      const read = readRaffleTerms({ ...least, guaranteedPrize }, "rfl_1");
      expect(read).toEqual({ isValid: true, terms: { ...raffleTermsDefaults, ...least } });
      expect(read.isValid && "guaranteedPrize" in read.terms).toBe(false);
    }
  });

  it.each<Record<string, unknown>>([
    { price: { minor: "1", currency: "XTR" } },
    { price: { minor: "100000", currency: "XTR" } },
    { minPlayers: 2, maxTickets: 2 },
    { maxTickets: 100_000 },
    { ticketsPerPlayer: 3 },
    { drawAt: "minimum" },
    { durationMs: 1_000, closingWindowMs: 1_000, sealPauseMs: 0 },
    { commissionBps: 0, reserves: 0 },
    { sharesBps: [5_000, 3_000, 2_000] },
    { reserves: 20 },
    { price: { minor: "100", currency: "RUB" } },
    { price: { minor: "35000000", currency: "RUB" }, maxTickets: 100_000 },
    { guaranteedPrize: { minor: "1", currency: "XTR" } },
    { guaranteedPrize: { minor: "1000000", currency: "XTR" } },
    { guaranteedPrize: undefined },
    { guaranteedPrize: null },
    { reviewMs: 0 },
    { reviewMs: 86_400_000 },
    { reviewMs: undefined },
    { claimWithinMs: 60_000 },
    { claimWithinMs: 2_592_000_000 },
  ])("accepts %j", (change) => {
    expect(problems({ ...least, ...change })).toEqual([]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ title: "" }, 'title must have 1 to 32 characters, got ""'],
    [{ title: "   " }, 'title must have 1 to 32 characters, got "   "'],
    [{ title: "x".repeat(33) }, `title must have 1 to 32 characters, got "${"x".repeat(33)}"`],
    [
      { price: { minor: "0", currency: "XTR" } },
      'price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got {"minor":"0","currency":"XTR"}',
    ],
    [
      { price: { minor: "100001", currency: "XTR" } },
      'price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got {"minor":"100001","currency":"XTR"}',
    ],
    [
      { price: { minor: "1.5", currency: "XTR" } },
      'price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got {"minor":"1.5","currency":"XTR"}',
    ],
    [
      { price: { minor: "10", currency: "RUB" } },
      'price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got {"minor":"10","currency":"RUB"}',
    ],
    ...(["99", "35000001"].map((minor): [Record<string, unknown>, string] => [
      { price: { minor, currency: "RUB" } },
      "price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got " +
      `{"minor":"${minor}","currency":"RUB"}`,
    ])),
    [
      { price: { minor: "100", currency: "USDT" } },
      "price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got " +
      '{"minor":"100","currency":"USDT"}',
    ],
    [
      {
        price: { minor: "10000", currency: "RUB" },
        guaranteedPrize: { minor: "10", currency: "XTR" },
      },
      "guaranteedPrize needs a price in Stars (XTR): the reserve holds nothing else, " +
      "got a price in RUB",
    ],
    // It was taken, and then refused when the prize was to be split, after the draw.
    [
      { price: { minor: "10", currency: "XTR", note: "" } },
      'price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got {"minor":"10","currency":"XTR","note":""}',
    ],
    [{ title: "a\nb" }, 'title must be one line of ordinary characters, got "a\\nb"'],
    [{ title: "a\ud83d" }, 'title must be one line of ordinary characters, got "a\\ud83d"'],
    [
      { price: 25 },
      "price must be 1 to 100000 whole Stars (XTR) or 100 to 35000000 kopecks (RUB), got 25",
    ],
    [{ minPlayers: 1 }, "minPlayers must be a whole number of 2 or more, got 1"],
    [{ minPlayers: 2.5 }, "minPlayers must be a whole number of 2 or more, got 2.5"],
    [{ minPlayers: "3" }, 'minPlayers must be a whole number of 2 or more, got "3"'],
    [
      { maxTickets: 100_001 },
      "maxTickets must be a whole number from 2 to 100000, got 100001",
    ],
    [
      { minPlayers: 9, maxTickets: 8 },
      "maxTickets must be minPlayers (9) or more, got 8",
    ],
    [{ ticketsPerPlayer: 0 }, "ticketsPerPlayer must be a whole number of 1 or more, got 0"],
    [
      { maxTickets: 5, ticketsPerPlayer: 6 },
      "ticketsPerPlayer must be 1 to maxTickets (5), got 6",
    ],
    [{ drawAt: "noon" }, 'drawAt must be minimum, maximum or deadline, got "noon"'],
    [{ durationMs: 0 }, "durationMs must be a whole number from 1000 to 7776000000, got 0"],
    [
      { closingWindowMs: 600_001 },
      "closingWindowMs must be a whole number from 1000 to 600000, got 600001",
    ],
    [{ sealPauseMs: -1 }, "sealPauseMs must be a whole number from 0 to 86400000, got -1"],
    [{ commissionBps: 5_001 }, "commissionBps must be a whole number from 0 to 5000, got 5001"],
    [
      { claimWithinMs: 59_999 },
      "claimWithinMs must be a whole number from 60000 to 2592000000, got 59999",
    ],
    [
      { reviewMs: -1 },
      "reviewMs must be a whole number from 0 to 86400000, got -1",
    ],
    [
      { reviewMs: 86_400_001 },
      "reviewMs must be a whole number from 0 to 86400000, got 86400001",
    ],
    [
      { reviewMs: "5m" },
      'reviewMs must be a whole number from 0 to 86400000, got "5m"',
    ],
    [
      { claimWithinMs: "2d" },
      'claimWithinMs must be a whole number from 60000 to 2592000000, got "2d"',
    ],
    [
      { sharesBps: [9_999] },
      "sharesBps must be 1 to 10 whole numbers of 1 or more that sum to 10000, got [9999]",
    ],
    [
      { sharesBps: [10_001, -1] },
      "sharesBps must be 1 to 10 whole numbers of 1 or more that sum to 10000, got [10001,-1]",
    ],
    [
      { sharesBps: [] },
      "sharesBps must be 1 to 10 whole numbers of 1 or more that sum to 10000, got []",
    ],
    [{ reserves: 21 }, "reserves must be a whole number from 0 to 20, got 21"],
    ...["0", "-5", "1000001"].map((minor): [Record<string, unknown>, string] => [
      { guaranteedPrize: { minor, currency: "XTR" } },
      "guaranteedPrize must be 1 to 1000000 whole Stars (XTR), got " +
      `{"minor":"${minor}","currency":"XTR"}`,
    ]),
    [
      { guaranteedPrize: 500 },
      "guaranteedPrize must be 1 to 1000000 whole Stars (XTR), got 500",
    ],
    [{ colour: "red" }, 'Terms have no "colour"'],
  ])("refuses %j", (change, message) => {
    expect(problems({ ...least, ...change })).toHaveLength(1);
    expect(problems({ ...least, ...change })[0]).toContain(message);
  });

  it("names everything that is wrong at once", () => {
    expect(problems({ title: "", price: 1, reserves: 99 })).toHaveLength(3);
    expect(problems(null)).toEqual(["title and price must be given, got null"]);
  });

  it("refuses terms whose public check link would get too long", () => {
    const [message] = problems({ ...least, ticketsPerPlayer: 100 });
    expect(message).toMatch(/check link .* may have 2046 characters and could get \d+; lower/);
    expect(problems({ ...least, ticketsPerPlayer: 20_000, maxTickets: 100_000 })).toHaveLength(1);
  });
});
