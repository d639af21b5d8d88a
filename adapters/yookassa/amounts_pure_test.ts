import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AMOUNT_FORM, fromAmountText, isSameAmount, toAmountText } from "./amounts.ts";

const rub = (minor: string) => ({ minor, currency: "RUB" as const });

describe("toAmountText()", () => {
  it.each([
    ["1", "0.01"],
    ["99", "0.99"],
    ["100", "1.00"],
    ["10000", "100.00"],
    ["12345", "123.45"],
    ["999999999999999999", "9999999999999999.99"],
  ])("writes %s kopecks as %s", (minor, value) => {
    expect(toAmountText(rub(minor))).toEqual({ value, currency: "RUB" });
  });

  it.each(["0", "-100", "01", "1.5", "", "1e3", "1000000000000000000"])(
    "refuses %j kopecks",
    (minor) => {
      expect(() => toAmountText(rub(minor))).toThrow(RangeError);
    },
  );

  it("refuses Stars", () => {
    expect(() => toAmountText({ minor: "100", currency: "XTR" })).toThrow("Cannot pay XTR");
  });
});

it("there and back is the same, for every sum", () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }), (kopecks) => {
    const text = toAmountText(rub(String(kopecks)));
    expect(text.value).toMatch(AMOUNT_FORM);
    // Whole rubles before the dot, two digits after it: no floating point anywhere.
    const [whole = "", hundredths = ""] = text.value.split(".");
    expect(BigInt(whole) * 100n + BigInt(hundredths)).toBe(kopecks);
    expect(fromAmountText(text)).toEqual(rub(String(kopecks)));
    expect(isSameAmount(fromAmountText(text), rub(String(kopecks)))).toBe(true);
    expect(isSameAmount(fromAmountText(text), rub(String(kopecks + 1n)))).toBe(false);
  }));
});

it.each([
  ["0.00", "0"],
  ["-0.50", "-50"],
  ["-150.00", "-15000"],
  ["0.05", "5"],
])("reads %s as %s hundredths", (value, minor) => {
  expect(fromAmountText({ value, currency: "USD" })).toEqual({ minor, currency: "USD" });
});

it.each(["100", "100.0", "100.000", "1e2", "01.00", " 1.00", "1,00", "--1.00", ""])(
  "%j is no sum",
  (value) => {
    expect(AMOUNT_FORM.test(value)).toBe(false);
  },
);

it("another currency is another amount", () => {
  expect(isSameAmount({ minor: "100", currency: "USD" }, rub("100"))).toBe(false);
});
