import { describe, expect, it } from "vitest";
import { counted, isoTime, oneLine, textTable } from "./text_table.ts";

describe("textTable()", () => {
  it("aligns columns, numbers to the right, without blanks at the end", () => {
    expect(textTable(["NAME", "N", "LAST"], [["a", 5, "x"], ["longer", 12, ""]])).toEqual([
      "NAME     N  LAST",
      "a        5  x",
      "longer  12",
    ]);
  });

  it("is the header alone without rows", () => {
    expect(textTable(["A", "B"], [])).toEqual(["A  B"]);
  });

  it("cuts long cells", () => {
    const [, row] = textTable(["A"], [["x".repeat(100)]]);
    expect(row).toBe(`${"x".repeat(59)}…`);
  });
});

describe("oneLine()", () => {
  it.each([
    ["two\nlines", "two lines"],
    ["\u001b[31mred\u001b[0m", " [31mred [0m"],
    ["a\u202eb", "a b"],
    ["plain", "plain"],
  ])("makes %j harmless", (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it("cuts at the end", () => {
    expect(oneLine("12345", 5)).toBe("12345");
    expect(oneLine("123456", 5)).toBe("1234…");
  });
});

it("counts and tells the time", () => {
  expect([counted(0, "actor"), counted(1, "actor"), counted(2, "actor")])
    .toEqual(["0 actors", "1 actor", "2 actors"]);
  expect(isoTime(0)).toBe("1970-01-01T00:00:00.000Z");
});
