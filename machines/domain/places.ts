/**
 * The end of a reserved place, quantized, so that a raffle can count thousands of places in some
 * sixty numbers. The user and the raffle compute it from the same time and so agree on it.
 */

/** Most parts that a closing window is cut into. */
const PARTS = 60;

/** Live places, counted by the time they lapse: epoch milliseconds as text → how many. */
export type PlaceCounts = Record<string, number>;

/**
 * When a place lapses that is reserved now: at the end of the last whole part within the window, so
 * never later than the window and never earlier than 59/60 of it.
 *
 * @param atMs now, epoch milliseconds
 * @param closingWindowMs length of the window, 1 or more
 */
export function placeEnd(
  { atMs, closingWindowMs }: { atMs: number; closingWindowMs: number },
): number {
  const partMs = Math.max(1, Math.ceil(closingWindowMs / PARTS));
  return Math.floor((atMs + closingWindowMs) / partMs) * partMs;
}

/** Whether a place still holds at that time; it holds to the last millisecond. */
export function isPlaceLive({ untilMs, atMs }: { untilMs: number; atMs: number }): boolean {
  return untilMs >= atMs;
}

/** The places that have not lapsed at that time. */
export function livePlaces(places: PlaceCounts, atMs: number): PlaceCounts {
  return Object.fromEntries(
    Object.entries(places).filter(([until]) => isPlaceLive({ untilMs: Number(until), atMs })),
  );
}

/** How many places are counted. */
export function countPlaces(places: PlaceCounts): number {
  return Object.values(places).reduce((sum, count) => sum + count, 0);
}

/** One place more, or (with `by` −1) one less, at that end. */
export function changePlaces(
  places: PlaceCounts,
  { untilMs, by }: { untilMs: number; by: 1 | -1 },
): PlaceCounts {
  const { [String(untilMs)]: count = 0, ...others } = places;
  return count + by > 0 ? { ...others, [String(untilMs)]: count + by } : others;
}
