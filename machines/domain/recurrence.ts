/**
 * When the raffles of a series begin, as a pure function of rule, beginning and time. Hours are elapsed
 * time; days and weeks are those of the rule's time zone, so "every day at 18:00" is 18:00 there in
 * summer and in winter. A time that the clocks pass over is taken as much later as they are put
 * forward (02:30 becomes 03:30); of one that they show twice the first counts. Guards against an
 * occurrence that comes twice or never because clocks were changed, and against a heap of raffles
 * after an outage.
 */

/** Monday is 1, Sunday 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** A rule by the clock. */
export type CalendarRule =
  & {
    /** Every so many. */
    count: number;
    /** `18:00`; for hours: of the first one. */
    time: string;
    /** Name of the time zone, `Europe/Moscow`. */
    zone: string;
  }
  & ({ unit: "hours" | "days" } | { unit: "weeks"; weekday: Weekday });

/** When the next raffle of a series begins: by the clock, or when the one before has ended. */
export type Recurrence = CalendarRule | { unit: "end"; zone: string };

/** A rule with its beginning: the first occurrence is the first possible one after it. */
export interface Schedule {
  rule: CalendarRule;
  /** Epoch milliseconds. */
  sinceMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * The first occurrence after a time.
 *
 * @param afterMs epoch milliseconds; an occurrence at this very time is not after it
 *
 * @example
 * ```ts
 * const rule = { unit: "days", count: 1, time: "18:00", zone: "Europe/Moscow" } as const;
 * const sinceMs = Date.UTC(2026, 0, 5, 12);
 * console.assert(nextOccurrence({ rule, sinceMs }, sinceMs) === Date.UTC(2026, 0, 5, 15));
 * ```
 */
export function nextOccurrence(schedule: Schedule, afterMs: number): number {
  return occurrenceAt(schedule, indexAfter(schedule, afterMs));
}

/**
 * What is to be opened of the occurrences from `plannedMs` to `atMs`: none but the last, and that only
 * as long as less than half of the time to the next one has passed. All others are skipped.
 *
 * @param plannedMs an occurrence, `atMs` or earlier
 * @returns `dueMs` null: none is opened now
 */
export function dueOccurrence(
  schedule: Schedule,
  { plannedMs, atMs }: { plannedMs: number; atMs: number },
): { dueMs: number | null; skipped: number } {
  const next = indexAfter(schedule, atMs);
  const lastMs = occurrenceAt(schedule, next - 1);
  const nextMs = occurrenceAt(schedule, next);
  const isWorth = atMs - lastMs < (nextMs - lastMs) / 2;
  const passed = next - indexAfter(schedule, plannedMs - 1);
  return { dueMs: isWorth ? lastMs : null, skipped: passed - (isWorth ? 1 : 0) };
}

/** What a name of a time zone looks like; an offset is none, for it knows no summer. */
const ZONE_NAME = /^(utc|[a-z]+\/[a-z_/+-]+\d*)$/i;

/** The time zone as it is called everywhere, or undefined when there is none of this name. */
export function timeZoneOf(name: string): string | undefined {
  if (!ZONE_NAME.test(name)) return undefined;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId;
  } catch (error: unknown) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The day on which a time falls in a time zone, `25.12.2026`. */
export function dayIn(zone: string, atMs: number): string {
  const { day, month, year } = dateOf(zone, atMs);
  return [day, month, year].map((part) => String(part).padStart(2, "0")).join(".");
}

/** How many occurrences are not after a time. */
function indexAfter(schedule: Schedule, afterMs: number): number {
  const { rule } = schedule;
  const firstMs = occurrenceAt(schedule, 0);
  if (afterMs < firstMs) return 0;
  if (rule.unit === "hours") {
    return Math.floor((afterMs - firstMs) / (rule.count * HOUR_MS)) + 1;
  }
  const passed = firstDate(schedule).until(dateOf(rule.zone, afterMs)).days;
  // Clocks are put forward by a day at most, so the wanted one is among the next few.
  let index = Math.max(1, Math.floor(passed / daysBetween(rule)) - 1);
  while (occurrenceAt(schedule, index) <= afterMs) index++;
  return index;
}

/** @param index 0 for the first */
function occurrenceAt(schedule: Schedule, index: number): number {
  const { rule } = schedule;
  const first = firstDate(schedule);
  if (rule.unit === "hours") return instantOf(rule, first) + index * rule.count * HOUR_MS;
  return instantOf(rule, first.add({ days: index * daysBetween(rule) }));
}

/** The first day on which the rule's time comes after the beginning. */
function firstDate({ rule, sinceMs }: Schedule): Temporal.PlainDate {
  let date = dateOf(rule.zone, sinceMs);
  if (rule.unit === "weeks") {
    date = date.add({ days: (rule.weekday - date.dayOfWeek + 7) % 7 });
  }
  while (instantOf(rule, date) <= sinceMs) date = date.add({ days: rule.unit === "weeks" ? 7 : 1 });
  return date;
}

function daysBetween({ unit, count }: CalendarRule): number {
  return unit === "weeks" ? 7 * count : count;
}

function dateOf(zone: string, atMs: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate();
}

function instantOf({ time, zone }: CalendarRule, date: Temporal.PlainDate): number {
  return date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}
