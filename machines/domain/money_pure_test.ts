import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addMoney,
  compareMoney,
  type Currency,
  formatMoney,
  MAX_MINOR,
  type Money,
  moneyFromJson,
  moneyToJson,
  multiplyMoney,
  noMoney,
  shareOfMoney,
  subtractMoney,
} from "./money.ts";

const rub = (minor: bigint): Money => ({ minor, currency: "RUB" });
const xtr = (minor: bigint): Money => ({ minor, currency: "XTR" });
const anyMoney = fc.record({
  minor: fc.bigInt({ min: -MAX_MINOR, max: MAX_MINOR }),
  currency: fc.constantFrom<Currency>("XTR", "RUB", "COIN", "USDT", "TON"),
});

describe("Money", () => {
  it("survives JSON, whatever the amount", () => {
    fc.assert(fc.property(anyMoney, (money) => {
      const json = JSON.parse(JSON.stringify(moneyToJson(money)));
      expect(moneyFromJson(json)).toEqual(money);
    }));
  });

  it.each([
    { json: { minor: 10, currency: "XTR" }, why: "a number" },
    { json: { minor: "1.5", currency: "XTR" }, why: "a fraction" },
    { json: { minor: "007", currency: "XTR" }, why: "leading zeros" },
    { json: { minor: "-0", currency: "XTR" }, why: "a minus zero" },
    { json: { minor: "+1", currency: "XTR" }, why: "a plus" },
    { json: { minor: " 1", currency: "XTR" }, why: "a space" },
    { json: { minor: "1000000000000000000", currency: "XTR" }, why: "19 digits" },
    { json: { minor: "1", currency: "EUR" }, why: "an unknown currency" },
    { json: { minor: "1", currency: "XTR", extra: 1 }, why: "another field" },
    { json: { minor: "1" }, why: "a missing currency" },
    { json: "1 XTR", why: "a text" },
    { json: null, why: "null" },
  ])("refuses $why", ({ json }) => {
    expect(() => moneyFromJson(json)).toThrow();
  });
});

describe("arithmetic", () => {
  it("adds, subtracts, multiplies and compares one currency", () => {
    expect(addMoney(rub(250n), rub(-50n))).toEqual(rub(200n));
    expect(subtractMoney(rub(250n), rub(300n))).toEqual(rub(-50n));
    expect(multiplyMoney(rub(250n), 3n)).toEqual(rub(750n));
    expect([compareMoney(rub(1n), rub(2n)), compareMoney(rub(2n), rub(2n))]).toEqual([-1, 0]);
    expect(compareMoney(rub(3n), noMoney("RUB"))).toBe(1);
  });

  it.each([
    { name: "addMoney", act: () => addMoney(rub(1n), xtr(1n)), want: "Cannot add RUB and XTR" },
    {
      name: "subtractMoney",
      act: () => subtractMoney(xtr(1n), rub(1n)),
      want: "Cannot subtract XTR and RUB",
    },
    {
      name: "compareMoney",
      act: () => compareMoney(xtr(1n), rub(1n)),
      want: "Cannot compare XTR and RUB",
    },
  ])("$name() refuses mixed currencies", ({ act, want }) => {
    expect(act).toThrow(want);
  });

  it("refuses a result of more than 18 digits", () => {
    expect(() => addMoney(rub(MAX_MINOR), rub(1n))).toThrow(RangeError);
    expect(() => subtractMoney(rub(-MAX_MINOR), rub(1n))).toThrow(RangeError);
    expect(() => multiplyMoney(rub(MAX_MINOR), 2n)).toThrow(RangeError);
  });

  it.each([
    { minor: 99n, basisPoints: 1_500, want: 14n },
    { minor: 100n, basisPoints: 0, want: 0n },
    { minor: 100n, basisPoints: 10_000, want: 100n },
    { minor: 1n, basisPoints: 9_999, want: 0n },
  ])("shareOfMoney() rounds down: $basisPoints bp of $minor", ({ minor, basisPoints, want }) => {
    expect(shareOfMoney(xtr(minor), basisPoints)).toEqual(xtr(want));
  });

  it.each([-1, 10_001, 0.5, NaN])("shareOfMoney() refuses %s basis points", (basisPoints) => {
    expect(() => shareOfMoney(xtr(1n), basisPoints)).toThrow(RangeError);
  });

  it("shareOfMoney() refuses a negative amount", () => {
    expect(() => shareOfMoney(xtr(-1n), 1)).toThrow(RangeError);
  });
});

describe("formatMoney()", () => {
  it.each<{ money: Money; want: string }>([
    { money: rub(12_500n), want: "125.00 RUB" },
    { money: rub(5n), want: "0.05 RUB" },
    { money: rub(-50n), want: "-0.50 RUB" },
    { money: xtr(10n), want: "10 XTR" },
    { money: { minor: 1_500_000n, currency: "USDT" }, want: "1.500000 USDT" },
    { money: { minor: 1n, currency: "TON" }, want: "0.000000001 TON" },
    { money: { minor: 0n, currency: "COIN" }, want: "0 COIN" },
  ])("writes $want", ({ money, want }) => {
    expect(formatMoney(money)).toBe(want);
  });
});
