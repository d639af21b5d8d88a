/**
 * When occurrences come: known changes of clocks by example, and everything else against an oracle
 * that walks day by day and asks `Intl` what the clocks show.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CalendarRule,
  dayIn,
  dueOccurrence,
  nextOccurrence,
  type Schedule,
  timeZoneOf,
  type Weekday,
} from "./recurrence.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().replace(".000", "");

const daily = (zone: string, time: string, count = 1): CalendarRule => ({
  unit: "days",
  count,
  time,
  zone,
});

/** The first occurrences after the beginning. */
function first(rule: CalendarRule, since: string, many: number): string[] {
  const schedule = { rule, sinceMs: at(since) };
  const found: string[] = [];
  for (let atMs = schedule.sinceMs; found.length < many;) {
    atMs = nextOccurrence(schedule, atMs);
    found.push(iso(atMs));
  }
  return found;
}

describe("nextOccurrence()", () => {
  it.each<[string, CalendarRule, string, string[]]>([
    ["a day", daily("UTC", "18:00"), "2026-01-05T12:00:00Z", [
      "2026-01-05T18:00:00Z",
      "2026-01-06T18:00:00Z",
    ]],
    ["a time that is now is over", daily("UTC", "12:00"), "2026-01-05T12:00:00Z", [
      "2026-01-06T12:00:00Z",
    ]],
    ["every second day, by its own beginning", daily("UTC", "09:00", 2), "2026-02-27T10:00:00Z", [
      "2026-02-28T09:00:00Z",
      "2026-03-02T09:00:00Z",
    ]],
    ["a zone without summer time", daily("Europe/Moscow", "18:00"), "2026-03-28T12:00:00Z", [
      "2026-03-28T15:00:00Z",
      "2026-03-29T15:00:00Z",
    ]],
    ["18:00 stays 18:00 in summer", daily("Europe/Berlin", "18:00"), "2026-03-28T12:00:00Z", [
      "2026-03-28T17:00:00Z",
      "2026-03-29T16:00:00Z",
    ]],
    ["what is passed over comes later", daily("Europe/Berlin", "02:30"), "2026-03-28T00:00:00Z", [
      "2026-03-28T01:30:00Z",
      "2026-03-29T01:30:00Z",
      "2026-03-30T00:30:00Z",
    ]],
    ["of two the first", daily("Europe/Berlin", "02:30"), "2026-10-24T12:00:00Z", [
      "2026-10-25T00:30:00Z",
      "2026-10-26T01:30:00Z",
    ]],
    ["half an hour", daily("Australia/Lord_Howe", "02:15"), "2026-10-03T00:00:00Z", [
      "2026-10-03T15:45:00Z",
      "2026-10-04T15:15:00Z",
    ]],
    ["a day that is left out", daily("Pacific/Apia", "18:00"), "2011-12-29T00:00:00Z", [
      "2011-12-29T04:00:00Z",
      "2011-12-30T04:00:00Z",
      "2011-12-31T04:00:00Z",
    ]],
    [
      "a weekday",
      { unit: "weeks", count: 1, weekday: 5, time: "18:00", zone: "Europe/Moscow" },
      "2026-01-05T12:00:00Z",
      ["2026-01-09T15:00:00Z", "2026-01-16T15:00:00Z"],
    ],
    [
      "today's weekday, when its time has passed",
      { unit: "weeks", count: 2, weekday: 1, time: "08:00", zone: "UTC" },
      "2026-01-05T12:00:00Z",
      ["2026-01-12T08:00:00Z", "2026-01-26T08:00:00Z"],
    ],
    [
      "the weekday of the zone, not of UTC",
      { unit: "weeks", count: 1, weekday: 2, time: "01:00", zone: "Asia/Tokyo" },
      "2026-01-05T12:00:00Z",
      ["2026-01-05T16:00:00Z"],
    ],
    [
      "hours, which no clock moves",
      { unit: "hours", count: 6, time: "20:00", zone: "Europe/Berlin" },
      "2026-03-28T12:00:00Z",
      ["2026-03-28T19:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T07:00:00Z"],
    ],
  ])("%s", (_, rule, since, want) => {
    expect(first(rule, since, want.length)).toEqual(want);
  });

  it("comes on every day of a year, also on those on which clocks are changed", () => {
    const beginnings = ["2011-01-01T00:00:00Z", "2026-01-01T00:00:00Z"];
    const nights = ["00:00", "02:15", "02:30"];
    for (
      const [zone, since, time] of zones.flatMap((each) =>
        beginnings.flatMap((start) => nights.map((night) => [each, start, night] as const))
      )
    ) {
      const rule = daily(zone, time);
      const day = Math.floor(at(since) / DAY_MS);
      const wanted = Array.from({ length: 370 }, (_, index) => instant(rule, day - 1 + index));
      const want = [...new Set(wanted)].filter((ms) => ms > at(since)).slice(0, 365).map(iso);
      expect(first(rule, since, 365), `${time} ${zone}`).toEqual(want);
    }
  });

  it("is what the clocks of the zone say, whatever they do", () => {
    fc.assert(
      fc.property(schedules, offsets, (schedule, offsetMs) => {
        const afterMs = schedule.sinceMs + offsetMs;
        expect(iso(nextOccurrence(schedule, afterMs))).toBe(iso(walk(schedule, afterMs)));
      }),
      { numRuns: 400 },
    );
  });

  it("comes at every question before it, and never twice", () => {
    fc.assert(
      fc.property(schedules, offsets, fc.double({ min: 0, max: 1, noNaN: true }), (
        schedule,
        offsetMs,
        part,
      ) => {
        const nextMs = nextOccurrence(schedule, schedule.sinceMs + offsetMs);
        const afterMs = nextOccurrence(schedule, nextMs);
        expect(afterMs).toBeGreaterThan(nextMs);
        expect(nextOccurrence(schedule, nextMs - 1)).toBe(nextMs);
        const between = nextMs + Math.floor((afterMs - nextMs) * part * 0.999);
        expect(nextOccurrence(schedule, between)).toBe(afterMs);
      }),
      { numRuns: 300 },
    );
  });
});

describe("dueOccurrence()", () => {
  const schedule = { rule: daily("UTC", "18:00"), sinceMs: at("2026-01-05T12:00:00Z") };
  const plannedMs = at("2026-01-05T18:00:00Z");

  it.each<[string, string, string | null, number]>([
    ["in time", "2026-01-05T18:00:00Z", "2026-01-05T18:00:00Z", 0],
    ["a moment late", "2026-01-05T18:00:02Z", "2026-01-05T18:00:00Z", 0],
    ["hours late", "2026-01-06T05:59:59Z", "2026-01-05T18:00:00Z", 0],
    ["nearer to the next one", "2026-01-06T06:00:00Z", null, 1],
    ["three days later", "2026-01-08T20:00:00Z", "2026-01-08T18:00:00Z", 3],
    ["three days later and near to the next", "2026-01-09T17:00:00Z", null, 4],
    ["a year later", "2027-01-05T18:00:00Z", "2027-01-05T18:00:00Z", 365],
  ])("%s", (_, now, want, skipped) => {
    const due = dueOccurrence(schedule, { plannedMs, atMs: at(now) });
    expect(due).toEqual({ dueMs: want === null ? null : at(want), skipped });
  });

  it("uses one of all that were missed at most, and counts the others", () => {
    fc.assert(
      fc.property(schedules, offsets, fc.integer({ min: 0, max: 60 * DAY_MS }), (
        schedule,
        offsetMs,
        lateMs,
      ) => {
        const plannedMs = nextOccurrence(schedule, schedule.sinceMs + offsetMs);
        const atMs = plannedMs + lateMs;
        const missed = [plannedMs];
        for (;;) {
          const nextMs = nextOccurrence(schedule, missed.at(-1) ?? 0);
          if (nextMs > atMs) break;
          missed.push(nextMs);
        }
        const { dueMs, skipped } = dueOccurrence(schedule, { plannedMs, atMs });
        const lastMs = missed.at(-1) ?? 0;
        const isNear = (atMs - lastMs) * 2 < nextOccurrence(schedule, atMs) - lastMs;
        expect(dueMs).toBe(isNear ? lastMs : null);
        expect(skipped).toBe(missed.length - (isNear ? 1 : 0));
      }),
      { numRuns: 200 },
    );
  });
});

describe("time zones", () => {
  it.each([
    ["Europe/Moscow", "Europe/Moscow"],
    ["europe/moscow", "Europe/Moscow"],
    ["utc", "UTC"],
    ["Europe/Nowhere", undefined],
    ["Etc/GMT+3", "Etc/GMT+3"],
    ["+03:00", undefined],
    ["", undefined],
    ["now; drop table", undefined],
  ])("%s is %s", (name, want) => expect(timeZoneOf(name)).toBe(want));

  it("have days of their own", () => {
    const atMs = at("2026-12-31T22:30:00Z");
    expect(dayIn("UTC", atMs)).toBe("31.12.2026");
    expect(dayIn("Europe/Moscow", atMs)).toBe("01.01.2027");
  });
});

// ── the oracle ───────────────────────────────────────────────────────────────────────────────────

const zones = [
  "UTC",
  "Europe/Moscow",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Africa/Casablanca",
  "Australia/Lord_Howe",
  "Pacific/Apia",
];
const two = (part: number): string => String(part).padStart(2, "0");
const times = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
const rules: fc.Arbitrary<CalendarRule> = fc.record({
  unit: fc.constantFrom("hours", "days", "weeks"),
  count: fc.integer({ min: 1, max: 9 }),
  weekday: fc.integer({ min: 1, max: 7 }),
  time: times,
  zone: fc.constantFrom(...zones),
}).map(({ weekday, unit, ...rule }) =>
  unit === "weeks" ? { unit, weekday: weekday as Weekday, ...rule } : { unit, ...rule }
);
const schedules: fc.Arbitrary<Schedule> = fc.record({
  rule: rules,
  sinceMs: fc.integer({ min: at("2007-01-01T00:00:00Z"), max: at("2037-12-31T00:00:00Z") }),
});
const offsets = fc.integer({ min: 0, max: 400 * DAY_MS });

/** Day by day from the beginning. Dates are counted as days in UTC. */
function walk({ rule, sinceMs }: Schedule, afterMs: number): number {
  let date = Math.floor(shown(rule.zone, sinceMs) / DAY_MS);
  const weekday = (day: number): number => (new Date(day * DAY_MS).getUTCDay() + 6) % 7 + 1;
  const isFit = (day: number): boolean =>
    (rule.unit !== "weeks" || weekday(day) === rule.weekday) && instant(rule, day) > sinceMs;
  while (!isFit(date)) date++;
  const firstMs = instant(rule, date);
  if (rule.unit === "hours") {
    let atMs = firstMs;
    while (atMs <= afterMs) atMs += rule.count * HOUR_MS;
    return atMs;
  }
  const step = rule.count * (rule.unit === "weeks" ? 7 : 1);
  while (instant(rule, date) <= afterMs) date += step;
  return instant(rule, date);
}

/** When the clocks show the rule's time on that day; the first time, or as much later as they skip. */
function instant({ time, zone }: CalendarRule, day: number): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const wanted = day * DAY_MS + hour * HOUR_MS + minute * 60_000;
  const offsetsMs = [wanted - DAY_MS, wanted + DAY_MS].map((ms) => shown(zone, ms) - ms);
  const fit = offsetsMs.map((offset) => wanted - offset).filter((ms) => shown(zone, ms) === wanted);
  return fit.length > 0 ? Math.min(...fit) : wanted - (offsetsMs[0] ?? 0);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock in that zone shows, as if it were UTC. */
function shown(zone: string, atMs: number): number {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  formats.set(zone, format);
  const parts = format.formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  ) + ((atMs % 1_000) + 1_000) % 1_000;
}
