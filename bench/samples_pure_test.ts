import { describe, expect, it } from "vitest";
import { median, Samples } from "./samples.ts";

describe("median()", () => {
  it.each([[[3], 3], [[5, 1, 3], 3], [[4, 1, 3, 2], 2.5]])("of %j is %d", (figures, want) => {
    expect(median(figures)).toBe(want);
  });
});

describe("Samples", () => {
  it("finds quantiles whatever the order", () => {
    const samples = new Samples();
    for (let sample = 100; sample >= 1; sample--) samples.add(sample);
    expect([samples.quantile(0.5), samples.quantile(0.99)]).toEqual([51, 100]);
  });

  it("says NaN when nothing was added", () => {
    expect(new Samples().quantile(0.5)).toBeNaN();
  });

  it("counts all, keeps a bound, and lets each sample beyond it in with the same chance", () => {
    // The fourth of three kept: places 0–3 are drawn, and 3 means that it is left out.
    const draws = [0.99, 0];
    const samples = new Samples({ maxKept: 3, random: () => draws.shift() ?? NaN });
    for (const sample of [1, 2, 3, 40, 50]) samples.add(sample);
    expect(samples.count).toBe(5);
    expect([0, 0.4, 0.9].map((share) => samples.quantile(share))).toEqual([2, 3, 50]);
  });
});
