import type { StarTransaction } from "grammy/types";
import { describe, expect, it } from "vitest";
import { RetryableError } from "../../actors/errors.ts";
import { type BeginsRight, createStarBooks, STAR_PAGE, type StarBooks } from "./star_books.ts";

const ROWS = 1_000;
/** Rows that the reader knows before the place from which it reads on. */
const KNOWN = 20;

/** Books with the newest row first, to which so many rows come with each call. */
function busyBooks(rowsPerCall: number): StarBooks {
  let count = ROWS;
  return createStarBooks((offset, limit) => {
    count += rowsPerCall;
    const rows = Math.floor(count);
    const length = Math.max(0, Math.min(limit, rows - offset));
    return Promise.resolve(Array.from({ length }, (_, index) => rowOf(rows - 1 - offset - index)));
  });
}

function rowOf(place: number): StarTransaction {
  return { id: `t${place}`, amount: 1, date: place, source: { type: "other" } };
}

/** A reader who knows the rows from that place on. */
function beginningAt(place: number): BeginsRight {
  return (page) =>
    Array.from({ length: KNOWN }, (_, index) => page[index]?.id === `t${place + index}`)
      .every(Boolean);
}

describe("Telegram's books, newest first", () => {
  // With a row for each call there was no moment in which a page could be read.
  it.each([0, 0.1, 0.3, 1, 3])(
    "are read from where one asks to the end, while %d rows come with each call",
    async (rowsPerCall) => {
      const books = busyBooks(rowsPerCall);
      const ids: string[] = [];
      while (ids.length < ROWS) {
        const known = Math.min(ids.length, KNOWN);
        const from = ids.length - known;
        const page = await books.readFrom(from, beginningAt(from));
        expect(page.length).toBeGreaterThan(known);
        ids.push(...page.slice(known).map(({ id }) => id));
      }
      expect(ids).toEqual(ids.map((_, place) => `t${place}`));
    },
  );

  it("give a whole page where nothing comes", async () => {
    expect(await busyBooks(0).readFrom(300, () => true)).toHaveLength(STAR_PAGE);
  });

  it("are asked again later, rather than read wrong, when rows come too fast", async () => {
    await expect(busyBooks(60).readFrom(300, beginningAt(300))).rejects.toThrow(RetryableError);
    await expect(busyBooks(60).readFrom(0, () => true)).rejects.toThrow(RetryableError);
  });

  it.each([0, 1, 999, 1_000, 1_001, 5_000])(
    "are counted, when %d are expected",
    async (expected) => {
      expect(await busyBooks(0).count(expected)).toBe(ROWS);
    },
  );

  it("end where no row is", async () => {
    expect(await busyBooks(0).readFrom(ROWS, () => true)).toEqual([]);
  });
});
