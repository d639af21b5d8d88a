import { describe, expect, it } from "vitest";
import { readRaffleTerms } from "../../machines/domain/raffle_terms.ts";
import { parseCreateForm } from "./create_form.ts";

describe("parseCreateForm()", () => {
  it("fills in defaults", () => {
    expect(parseCreateForm("price=10", 1500)).toEqual({
      terms: {
        title: "10 ⭐",
        price: { minor: "10", currency: "XTR" },
        minPlayers: 2,
        maxTickets: 1000,
        ticketsPerPlayer: 1,
        durationMs: 86_400_000,
        drawAt: "deadline",
        closingWindowMs: 60_000,
        sealPauseMs: 60_000,
        commissionBps: 1500,
        sharesBps: [10_000],
        reserves: 2,
      },
    });
  });

  it("reads every field, and the title to the end of the line", () => {
    const form = parseCreateForm(
      "price=25 min=3 max=12 tickets=2 minutes=90 draw=deadline commission=0 shares=50/30/20 " +
        "reserves=0 pause=0 prize=500 claim=48h title=  Price = 25, min=1  ",
      1500,
    );
    expect(form).toMatchObject({
      terms: {
        title: "Price = 25, min=1",
        minPlayers: 3,
        maxTickets: 12,
        ticketsPerPlayer: 2,
        durationMs: 5_400_000,
        drawAt: "deadline",
        commissionBps: 0,
        sharesBps: [5000, 3000, 2000],
        reserves: 0,
        sealPauseMs: 0,
        guaranteedPrize: { minor: "500", currency: "XTR" },
        claimWithinMs: 48 * 3_600_000,
      },
    });
    for (const text of ["price=25 prize=0", "price=25 claim=0"]) {
      const none = parseCreateForm(text, 1500);
      expect("terms" in none && "guaranteedPrize" in none.terms).toBe(false);
      expect("terms" in none && "claimWithinMs" in none.terms).toBe(false);
    }
  });

  it.each([
    ["", "price", "missing"],
    ["price=0", "price", "tooSmall"],
    ["price=-10", "price", "tooSmall"],
    ["price=1.5", "price", "notWhole"],
    ["price=1,5", "price", "notWhole"],
    ["price=100001", "price", "tooLarge"],
    [`price=${"9".repeat(400)}`, "price", "tooLarge"],
    ["price=1e3", "price", "notANumber"],
    ["price=0x10", "price", "notANumber"],
    ["price=NaN", "price", "notANumber"],
    ["price=Infinity", "price", "notANumber"],
    ["price=", "price", "notANumber"],
    ["price", "price", "notANumber"],
    ["price=10⭐", "price", "notANumber"],
    ["price=10 min=1", "min", "tooSmall"],
    ["price=10 min=5 max=4", "max", "tooSmall"],
    ["price=10 max=100001", "max", "tooLarge"],
    ["price=10 tickets=0", "tickets", "tooSmall"],
    ["price=10 minutes=0", "minutes", "tooSmall"],
    ["price=10 minutes=129601", "minutes", "tooLarge"],
    ["price=10 window=0", "window", "tooSmall"],
    ["price=10 window=601", "window", "tooLarge"],
    ["price=10 commission=5001", "commission", "tooLarge"],
    ["price=10 commission=-1", "commission", "tooSmall"],
    ["price=10 prize=-1", "prize", "tooSmall"],
    ["price=10 prize=1.5", "prize", "notWhole"],
    ["price=10 prize=much", "prize", "notANumber"],
    ["price=10 prize=1000001", "prize", "tooLarge"],
    ["price=10 claim=31d", "claim", "tooLarge"],
    ["price=10 claim=0m", "claim", "tooSmall"],
    ["price=10 claim=soon", "claim", "badDuration"],
    ["price=10 claim=-1", "claim", "badDuration"],
    ["price=10 draw=never", "draw", "badChoice"],
    ["price=10 shares=50/30", "shares", "badChoice"],
    ["price=10 shares=100/0", "shares", "badChoice"],
    ["price=10 shares=x", "shares", "badChoice"],
    ["price=10 colour=red", "colour", "unknown"],
    [`price=10 title=${"x".repeat(33)}`, "title", "tooLarge"],
  ])("refuses %s", (text, field, problem) => {
    const form = parseCreateForm(text, 1500);
    expect("problems" in form ? form.problems : []).toMatchObject([{ field, problem }]);
  });

  it("names all problems at once", () => {
    const form = parseCreateForm("price=0 min=0 draw=x", 1500);
    expect("problems" in form && form.problems.map(({ field }) => field)).toEqual([
      "price",
      "min",
      "draw",
    ]);
  });
});

describe("what the form makes", () => {
  it.each([
    "price=1",
    "price=100000 min=2 max=100000 minutes=129600 pause=86400 commission=5000",
    "price=10 shares=50/30/20 reserves=5 tickets=3 max=50 draw=minimum",
    "price=10 prize=1000000",
    "price=10 claim=1m",
    "price=10 claim=30д",
  ])("is taken by the rules of the machines: %s", (text) => {
    const form = parseCreateForm(text, 1500);
    if (!("terms" in form)) throw new Error(JSON.stringify(form.problems));
    expect(readRaffleTerms(form.terms, "rfl_abcdefghij")).toMatchObject({ isValid: true });
  });
});
