import { describe, expect, it } from "vitest";
import type { Line } from "./line.ts";
import { isMet, jsonLines, missedTargets, reportOf, tableLines } from "./report.ts";
import { medians } from "./run_lines.ts";

const line = (name: string, targets: Line["targets"] = []): Line => ({
  name,
  words: `words of ${name}`,
  beside: "throughput",
  targets,
  isEmbedded: true,
  open: () => Promise.reject(new Error("not measured here")),
});
const lines = [
  line("counter", [{ figure: "ratio", atLeast: 3 }]),
  line("million", [{ figure: "memoryMb", atMost: 50 }]),
];
const counter = { perSecond: 12_345.6, p50Ms: 4.5678, p99Ms: 20, ratio: 2.9 };
const million = { perSecond: 9_000, p50Ms: 5, p99Ms: 30, ratio: 0.9, extra: { memoryMb: 12 } };
const report = reportOf(lines, {
  server: new Map(Object.entries({
    million,
    counter,
    pgbench: { perSecond: 4_000, p50Ms: 7, p99Ms: 20 },
  })),
  embedded: new Map([["counter", { perSecond: 8_000, p50Ms: 7, p99Ms: 20 }]]),
});

describe("medians()", () => {
  it("takes the median of each figure by itself", () => {
    const rounds = [1, 3, 2].map((figure) => ({
      perSecond: figure * 100,
      p50Ms: 10 - figure,
      p99Ms: figure,
      ratio: figure,
      extra: { memoryMb: figure },
    }));
    expect(medians(rounds)).toEqual({
      perSecond: 200,
      p50Ms: 8,
      p99Ms: 2,
      ratio: 2,
      extra: { memoryMb: 2 },
    });
  });
});

describe("jsonLines()", () => {
  it("has a line for each, pgbench first, the embedded ones by their own names", () => {
    expect(jsonLines(report).map((text) => JSON.parse(text))).toEqual([
      { name: "pgbench", perSecond: 4_000, p50Ms: 7, p99Ms: 20, ratio: null },
      { name: "counter", perSecond: 12_346, p50Ms: 4.57, p99Ms: 20, ratio: 2.9 },
      { name: "embedded.counter", perSecond: 8_000, p50Ms: 7, p99Ms: 20, ratio: null },
      { name: "million", perSecond: 9_000, p50Ms: 5, p99Ms: 30, ratio: 0.9, memoryMb: 12 },
    ]);
  });
});

describe("tableLines()", () => {
  it("says of each target whether it is met, and has a column for the embedded database", () => {
    const [head, , counterRow, millionRow] = tableLines(report);
    expect(head).toMatch(/per second +p50 ms +p99 ms +ratio +embedded\/s +p50 ms$/);
    expect(counterRow).toMatch(
      /^counter +12,346 +4\.57 +20 +2\.9 +8,000 +7 +ratio 2\.9 MISSED \(≥ 3\) · words of counter$/,
    );
    expect(millionRow).toMatch(/memoryMb 12 met \(≤ 50\)/);
  });
});

describe("targets", () => {
  it("are missed by what is too little, too much, or was not measured", () => {
    expect(missedTargets(report)).toEqual(["counter: ratio 2.9 MISSED (≥ 3)"]);
    expect(isMet({ figure: "ratio", atLeast: 2.9 }, counter)).toBe(true);
    expect(isMet({ figure: "p99Ms", atMost: 19 }, counter)).toBe(false);
    expect(isMet({ figure: "memoryMb", atMost: 50 }, counter)).toBe(false);
  });
});
