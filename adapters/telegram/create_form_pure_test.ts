import { describe, expect, it } from "vitest";
import { readRaffleTerms } from "../../machines/domain/raffle_terms.ts";
import { parseCreateForm } from "./create_form.ts";

const FORM = { commissionBps: 1500 };
const RUBLES = { ...FORM, hasRubles: true };

describe("parseCreateForm()", () => {
  it("fills in defaults", () => {
    expect(parseCreateForm("price=10", FORM)).toEqual({
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
        "reserves=0 review=90s pause=0 prize=500 claim=48h title=  Price = 25, min=1  ",
      FORM,
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
        reviewMs: 90_000,
        sealPauseMs: 0,
        guaranteedPrize: { minor: "500", currency: "XTR" },
        claimWithinMs: 48 * 3_600_000,
      },
    });
    for (const text of ["price=25 prize=0", "price=25 claim=0", "price=25 review=0"]) {
      const none = parseCreateForm(text, FORM);
      expect("terms" in none && "guaranteedPrize" in none.terms).toBe(false);
      expect("terms" in none && "claimWithinMs" in none.terms).toBe(false);
      expect("terms" in none && "reviewMs" in none.terms).toBe(false);
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
    ["price=10 review=25h", "review", "tooLarge"],
    ["price=10 review=later", "review", "badDuration"],
    ["price=10 review=", "review", "badDuration"],
    ["price=10 draw=never", "draw", "badChoice"],
    ["price=10 shares=50/30", "shares", "badChoice"],
    ["price=10 shares=100/0", "shares", "badChoice"],
    ["price=10 shares=x", "shares", "badChoice"],
    ["price=10 colour=red", "colour", "unknown"],
    [`price=10 title=${"x".repeat(33)}`, "title", "tooLarge"],
  ])("refuses %s", (text, field, problem) => {
    const form = parseCreateForm(text, FORM);
    expect("problems" in form ? form.problems : []).toMatchObject([{ field, problem }]);
  });

  it.each([
    ["price=100₽", "10000", "100 ₽"],
    ["price=99.50rub", "9950", "99.50 ₽"],
    ["price=99,5руб", "9950", "99.50 ₽"],
    ["price=1₽", "100", "1 ₽"],
    ["price=350000₽", "35000000", "350000 ₽"],
  ])("reads a price in rubles, with more time to pay: %s", (text, minor, title) => {
    expect(parseCreateForm(text, RUBLES)).toMatchObject({
      terms: { title, price: { minor, currency: "RUB" }, closingWindowMs: 300_000 },
    });
    expect(parseCreateForm(`${text} window=60`, RUBLES)).toMatchObject({
      terms: { closingWindowMs: 60_000 },
    });
  });

  it.each<[text: string, field: string, problem: string, allowed?: string]>([
    ["price=0.99₽", "price", "tooSmall", "1 RUB"],
    ["price=350000.01₽", "price", "tooLarge", "350000 RUB"],
    ["price=1.234₽", "price", "notANumber"],
    ["price=₽", "price", "notANumber"],
    ["price=-5₽", "price", "notANumber"],
    ["price=100$", "price", "notANumber"],
    ["price=100₽ prize=500", "prize", "onlyStars"],
  ])("refuses %s", (text, field, problem, allowed) => {
    const form = parseCreateForm(text, RUBLES);
    expect("problems" in form ? form.problems : []).toMatchObject([
      { field, problem, ...(allowed === undefined ? {} : { allowed }) },
    ]);
  });

  it("refuses rubles where none can be paid", () => {
    const form = parseCreateForm("price=100₽", FORM);
    expect(form).toEqual({ problems: [{ field: "price", problem: "noRubles" }] });
  });

  it("names all problems at once", () => {
    const form = parseCreateForm("price=0 min=0 draw=x", FORM);
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
    "price=350000₽ max=100000 commission=5000",
    "price=1₽",
  ])("is taken by the rules of the machines: %s", (text) => {
    const form = parseCreateForm(text, RUBLES);
    if (!("terms" in form)) throw new Error(JSON.stringify(form.problems));
    expect(readRaffleTerms(form.terms, "rfl_abcdefghij")).toMatchObject({ isValid: true });
  });
});
