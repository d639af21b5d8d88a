import { describe, expect, it } from "vitest";
import { kopecksIn, saysRubles, typedRubles } from "./typed_rubles.ts";

describe("rubles as people type them", () => {
  it.each([
    ["250", "25000"],
    ["99,50", "9950"],
    ["99.5", "9950"],
    ["0.01", "1"],
    ["0", "0"],
    [" 1 000 ₽ ", "100000"],
    ["1\u00a0000 руб.", "100000"],
    ["5р", "500"],
    ["5 RUB", "500"],
    ["999999999.99", "99999999999"],
  ])("are read: %j", (text, minor) => {
    expect(kopecksIn(text)).toBe(minor);
  });

  it.each([
    "",
    "₽",
    "much",
    "-5",
    "+5",
    "1e3",
    "0x10",
    "1.234",
    "1.",
    ".5",
    "1000000000",
    "٣",
    "5 usd",
  ])(
    "are none: %j",
    (text) => {
      expect(kopecksIn(text)).toBeUndefined();
    },
  );

  it.each([["100 ₽", true], ["100rub", true], ["100 руб.", true], ["100", false], [
    "100 usd",
    false,
  ]])(
    "say so: %s",
    (text, want) => {
      expect(saysRubles(text)).toBe(want);
    },
  );

  it.each([["25000", "250"], ["9950", "99.50"], ["1", "0.01"], ["100", "1"], ["0", "0"]])(
    "are written: %s",
    (minor, text) => {
      expect(typedRubles(minor)).toBe(text);
      expect(kopecksIn(text)).toBe(minor);
    },
  );
});
