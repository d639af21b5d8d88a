import { describe, expect, it } from "vitest";
import { median, table } from "./table.ts";

describe("median()", () => {
  it.each([[[3], 3], [[5, 1, 3], 3], [[4, 1, 3, 2], 2.5]])("of %j is %d", (figures, want) => {
    expect(median(figures)).toBe(want);
  });
});

describe("table()", () => {
  it("shows medians, ranges, and the median of the ratios within each round", () => {
    const lines = table({ pgbench: [1_000, 2_000, 4_000], groups: [4_000, 6_000, 8_000] });
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^groups, events\/s +6,000 +4,000 – 8,000 +3\.00 × pgbench$/);
  });

  it("gives no ratio to what was not measured", () => {
    expect(table({ groups: [4_000] })[1]).toMatch(/4,000 – 4,000$/);
  });
});
