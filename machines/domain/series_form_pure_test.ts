/** Rules and names as people type them: each that is taken, and each that is given back. */
import { describe, expect, it } from "vitest";
import type { Recurrence } from "./recurrence.ts";
import { isPlan, planText, readName, readPlan } from "./series_form.ts";

const at = { time: "18:00", zone: "Europe/Moscow" };

describe("readPlan()", () => {
  it.each<[string, Recurrence, number | null, string]>([
    ["1d 18:00", { unit: "days", count: 1, ...at }, null, "1d 18:00 Europe/Moscow"],
    ["  18.00   1Д ", { unit: "days", count: 1, ...at }, null, "1d 18:00 Europe/Moscow"],
    ["90d 9:05 x10", { unit: "days", count: 90, time: "09:05", zone: "Europe/Moscow" }, 10, ""],
    ["6ч 18:00", { unit: "hours", count: 6, ...at }, null, "6h 18:00 Europe/Moscow"],
    ["168h 18:00 utc", { unit: "hours", count: 168, time: "18:00", zone: "UTC" }, null, ""],
    ["1w fri 18:00", { unit: "weeks", weekday: 5, count: 1, ...at }, null, ""],
    ["12н пт 18:00 х3", { unit: "weeks", weekday: 5, count: 12, ...at }, 3, ""],
    ["1w SUN 18:00", { unit: "weeks", weekday: 7, count: 1, ...at }, null, ""],
    [
      "1d 18:00 asia/tokyo",
      { unit: "days", count: 1, time: "18:00", zone: "Asia/Tokyo" },
      null,
      "",
    ],
    ["end", { unit: "end", zone: "Europe/Moscow" }, null, "end Europe/Moscow"],
    ["конец ×10000", { unit: "end", zone: "Europe/Moscow" }, 10_000, "end Europe/Moscow x10000"],
  ])("reads %j", (text, rule, limit, written) => {
    const plan = { rule, limit };
    expect(readPlan(text, "Europe/Moscow")).toEqual({ plan });
    expect(readPlan(planText(plan), "UTC")).toEqual({ plan });
    if (written !== "") expect(planText(plan)).toBe(written);
  });

  it.each([
    ["", "badRule"],
    ["daily", "badRule"],
    ["1d", "badRule"],
    ["18:00", "badRule"],
    ["1d 24:00", "badRule"],
    ["1d 18:60", "badRule"],
    ["1d 18:00 19:00", "badRule"],
    ["1d 2d 18:00", "badRule"],
    ["1d fri 18:00", "badRule"],
    ["1w 18:00", "badRule"],
    ["end 18:00", "badRule"],
    ["1d end", "badRule"],
    ["1d 18:00 Moscow", "badRule"],
    ["1m 18:00", "badRule"],
    ["x".repeat(4_000), "badRule"],
    ["1d 18:00 Europe/Nowhere", "badZone"],
    ["0d 18:00", "tooSmall", "1d"],
    ["91d 18:00", "tooLarge", "90d"],
    ["169h 18:00", "tooLarge", "168h"],
    ["13w fri 18:00", "tooLarge", "12w"],
    ["1d 18:00 x0", "tooSmall", "1"],
    ["1d 18:00 x10001", "tooLarge", "10000"],
  ])("gives %j back: %s", (text, problem, allowed = expect.anything()) => {
    expect(readPlan(text, "UTC")).toMatchObject({
      problem: { field: "rule", problem, ...(problem === "badZone" ? {} : { allowed }) },
    });
  });

  it("knows a plan that nobody could have typed", () => {
    expect(isPlan({ rule: { unit: "days", count: 1, ...at }, limit: null })).toBe(true);
    expect(isPlan({ rule: { unit: "days", count: 0, ...at }, limit: null })).toBe(false);
    expect(isPlan({ rule: { unit: "days", count: 1, ...at }, limit: 0 })).toBe(false);
    expect(isPlan({ rule: { unit: "days", count: 1, ...at, zone: "No/Zone" }, limit: 1 }))
      .toBe(false);
  });
});

describe("readName()", () => {
  it.each([
    ["Friday", "Friday"],
    ["  Пятница \n вечер ", "Пятница вечер"],
    ["x".repeat(32), "x".repeat(32)],
  ])("reads %j", (text, name) => expect(readName(text)).toEqual({ name }));

  it.each([
    [" \n ", "missing"],
    ["x".repeat(33), "tooLarge"],
    ["a\u0000b", "badName"],
    ["\ud83d", "badName"],
  ])("gives %j back: %s", (text, problem) => {
    expect(readName(text)).toMatchObject({ problem: { field: "name", problem } });
  });
});
