/** Places by their quantized end. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changePlaces, countPlaces, livePlaces, placeEnd } from "./places.ts";

describe("placeEnd()", () => {
  it("is never later than the window, and hardly earlier", () => {
    const times = fc.record({
      atMs: fc.integer({ min: 0, max: 4e12 }),
      closingWindowMs: fc.integer({ min: 1, max: 600_000 }),
    });
    fc.assert(fc.property(times, ({ atMs, closingWindowMs }) => {
      const end = placeEnd({ atMs, closingWindowMs });
      expect(end).toBeLessThanOrEqual(atMs + closingWindowMs);
      expect(end).toBeGreaterThan(atMs + closingWindowMs - Math.ceil(closingWindowMs / 60));
    }));
  });
});

describe("places", () => {
  it("are counted by their end and dropped when they lapse", () => {
    let places = changePlaces({}, { untilMs: 10, by: 1 });
    places = changePlaces(places, { untilMs: 10, by: 1 });
    places = changePlaces(places, { untilMs: 20, by: 1 });
    expect(countPlaces(places)).toBe(3);
    expect(countPlaces(livePlaces(places, 10))).toBe(3);
    expect(livePlaces(places, 11)).toEqual({ "20": 1 });
    expect(changePlaces(places, { untilMs: 20, by: -1 })).toEqual({ "10": 2 });
    expect(changePlaces(places, { untilMs: 30, by: -1 })).toEqual(places);
  });
});
