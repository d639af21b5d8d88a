/**
 * Telegram's books of Stars by the place of a row from the oldest, which new rows do not change.
 * Telegram's documentation says that the oldest comes first, while the underlying method lists the
 * newest first: the order is read from the first page. Where the newest comes first, a row that comes
 * between two calls shifts a page; the caller asks for some rows that it knows and compares them.
 */
import type { StarTransaction } from "grammy/types";
import { RetryableError } from "../../actors/errors.ts";
import type { ReadStarPage } from "./star_transactions.ts";

/** Most that Telegram gives at once. */
export const STAR_PAGE = 100;

/** Whether a page, oldest first, begins as its reader knows that it must. */
export type BeginsRight = (page: readonly StarTransaction[]) => boolean;

/** Telegram's books, by the place of a row; 0 is the oldest. */
export interface StarBooks {
  /**
   * Reads rows from a place on, oldest first: at most {@link STAR_PAGE}, none only where none are.
   * @param beginsRight By this the place is found on a page that new rows have shifted; where the caller
   *   knows no row, which is at place 0 only, it is not asked.
   * @throws {RetryableError} When rows come so fast that no page could be placed.
   */
  readFrom(position: number, beginsRight: BeginsRight): Promise<readonly StarTransaction[]>;
  /** How many rows there are. @param expected So many, probably: only the number of calls goes by it. */
  count(expected: number): Promise<number>;
}

/** Looks at one page that new rows shift. */
const MAX_SHIFTS = 20;
/** With each look the page is aimed at so many older rows more, so that as many may come meanwhile. */
const SLACK = 5;

/** @param readPage Skips `offset` rows in Telegram's order, gives at most `limit`. */
export function createStarBooks(readPage: ReadStarPage): StarBooks {
  // Telegram does not change its order; it is unknown while all rows are of one second.
  let isNewestFirst: boolean | undefined;

  async function findOrder(): Promise<boolean> {
    if (isNewestFirst !== undefined) return isNewestFirst;
    const first = await readPage(0, STAR_PAGE);
    const span = (first.at(-1)?.date ?? 0) - (first[0]?.date ?? 0);
    if (span !== 0) isNewestFirst = span < 0;
    return span < 0;
  }

  async function readFrom(
    position: number,
    beginsRight: BeginsRight,
  ): Promise<readonly StarTransaction[]> {
    if (!await findOrder()) return await readPage(position, STAR_PAGE);
    for (let look = 0; look < MAX_SHIFTS; look++) {
      const count = await countRows(readPage, position);
      if (count <= position) return [];
      const offset = Math.max(0, count - (position - look * SLACK) - STAR_PAGE);
      const page = [...await readPage(offset, STAR_PAGE)].reverse();
      const isQuiet = (await readPage(count, 1)).length === 0;
      const place = isQuiet
        ? position - (count - offset - page.length)
        : placeOf(position, page, beginsRight);
      if (place !== undefined) return page.slice(place);
    }
    throw new RetryableError("Cannot read Telegram's books: rows come too fast", {
      isOutcomeUnknown: false,
    });
  }

  return { readFrom, count: (expected) => countRows(readPage, expected) };
}

/** Where the row of that position stands on a page that new rows have shifted. */
function placeOf(
  position: number,
  page: readonly StarTransaction[],
  beginsRight: BeginsRight,
): number | undefined {
  // A page that is not full goes back to the oldest row.
  if (page.length < STAR_PAGE) return position;
  if (position === 0) return undefined;
  const place = page.findIndex((_, index) => beginsRight(page.slice(index)));
  return place < 0 ? undefined : place;
}

/** How many rows there are: in growing steps from the expected number on, then halving. */
async function countRows(readPage: ReadStarPage, expected: number): Promise<number> {
  const has = async (offset: number): Promise<boolean> => (await readPage(offset, 1)).length > 0;
  let [least, beyond] = [0, Math.max(0, expected - 1)];
  for (let step = 1; await has(beyond); step *= 2) {
    least = beyond + 1;
    beyond += step;
  }
  while (least < beyond) {
    const middle = Math.floor((least + beyond) / 2);
    if (await has(middle)) least = middle + 1;
    else beyond = middle;
  }
  return least;
}
