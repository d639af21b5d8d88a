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

/** Reads at most {@link STAR_PAGE} rows from a place on, oldest first; 0 is the oldest. */
export type ReadStarsFrom = (position: number) => Promise<readonly StarTransaction[]>;

/** Looks at one page that new rows shift. */
const MAX_SHIFTS = 20;

/** @param readPage Skips `offset` rows in Telegram's order, gives at most `limit`. */
export function createStarBooks(readPage: ReadStarPage): ReadStarsFrom {
  // Telegram does not change its order; it is unknown while all rows are of one second.
  let isNewestFirst: boolean | undefined;

  async function findOrder(): Promise<boolean> {
    if (isNewestFirst !== undefined) return isNewestFirst;
    const first = await readPage(0, STAR_PAGE);
    const span = (first.at(-1)?.date ?? 0) - (first[0]?.date ?? 0);
    if (span !== 0) isNewestFirst = span < 0;
    return span < 0;
  }

  return async (position) => {
    if (!await findOrder()) return await readPage(position, STAR_PAGE);
    for (let attempt = 1; attempt <= MAX_SHIFTS; attempt++) {
      const count = await countRows(readPage, position);
      const limit = Math.min(STAR_PAGE, count - position);
      if (limit <= 0) return [];
      const page = await readPage(count - position - limit, limit);
      // A row that came since the count has shifted the page.
      if ((await readPage(count, 1)).length === 0) return [...page].reverse();
    }
    throw new RetryableError("Cannot read Telegram's books: rows come too fast", {
      isOutcomeUnknown: false,
    });
  };
}

/** How many rows there are, at least `from` of them are expected: doubling, then halving. */
async function countRows(readPage: ReadStarPage, from: number): Promise<number> {
  const has = async (offset: number): Promise<boolean> => (await readPage(offset, 1)).length > 0;
  let [least, beyond] = [0, Math.max(1, from)];
  while (await has(beyond)) [least, beyond] = [beyond + 1, beyond * 2];
  while (least < beyond) {
    const middle = Math.floor((least + beyond) / 2);
    if (await has(middle)) least = middle + 1;
    else beyond = middle;
  }
  return least;
}
