import type { StarTransaction } from "grammy/types";
import { describe, expect, it } from "vitest";
import { RetryableError } from "../../actors/errors.ts";
import { createStarBooks, type ReadStarsFrom, STAR_PAGE } from "./star_books.ts";

/** Books with the newest row first, to which so many rows come with each call. */
function busyBooks(rowsPerCall: number): ReadStarsFrom {
  let count = 1_000;
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

describe("Telegram's books, newest first", () => {
  it.each([0, 0.1, 0.3])(
    "are read from where one asks, while %d rows come with each call",
    async (rowsPerCall) => {
      const read = busyBooks(rowsPerCall);
      for (let place = 0; place < 1_000; place += STAR_PAGE) {
        const page = await read(place);
        expect(page.map(({ id }) => id))
          .toEqual(Array.from({ length: STAR_PAGE }, (_, index) => `t${place + index}`));
      }
    },
  );

  it("are asked again later, rather than read wrong, when rows come too fast", async () => {
    await expect(busyBooks(1)(0)).rejects.toThrow(RetryableError);
  });
});
