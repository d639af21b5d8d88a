/**
 * Looks for a refund in the bot's books of Stars, from the newest transaction backwards. Telegram
 * numbers them by `offset` alone and its documentation says chronological order, while the
 * underlying method lists the newest first; so the order is read from the first page, and where the
 * oldest comes first the end is searched for.
 *
 * A refund carries the same id as the payment, but a `receiver` instead of a `source`, and is always
 * newer: once the payment is met on the way back, there is no refund.
 */
import type { StarTransaction } from "grammy/types";
import { RetryableError } from "../../actors/errors.ts";

/** Reads one page: skips `offset` transactions, gives at most `limit`. */
export type ReadStarPage = (offset: number, limit: number) => Promise<readonly StarTransaction[]>;

/** Most that Telegram gives at once. */
export const PAGE = 100;
/** Bound on pages; beyond it an operator must look. */
export const MAX_PAGES = 2_000;

/**
 * Whether the charge went back to the person.
 * @throws {RetryableError} When the books are too long to be searched.
 */
export async function findStarRefund(
  readPage: ReadStarPage,
  charge: { chargeId: string; telegramUserId: number },
): Promise<boolean> {
  const first = await readPage(0, PAGE);
  const verdict = judge(first, charge);
  if (verdict === "refunded") return true;
  if (first.length < PAGE) return false;
  const spanSeconds = (first.at(-1)?.date ?? 0) - (first[0]?.date ?? 0);
  if (spanSeconds <= 0) {
    // All of one second: the order cannot be told, so that meeting the payment proves nothing.
    const isOrderKnown = spanSeconds < 0;
    if (isOrderKnown && verdict === "payment") return false;
    for (let page = 1; page < MAX_PAGES; page++) {
      const transactions = await readPage(page * PAGE, PAGE);
      const found = judge(transactions, charge);
      if (found === "refunded") return true;
      if (isOrderKnown && found === "payment") return false;
      if (transactions.length < PAGE) return false;
    }
    throw tooLong(`charge "${charge.chargeId}" was refunded`);
  }
  for (let page = await lastPage(readPage); page > 0; page--) {
    const found = judge(await readPage(page * PAGE, PAGE), charge);
    if (found !== undefined) return found === "refunded";
  }
  return false;
}

/** A refund on the page counts more than the payment: both may stand on one. */
function judge(
  page: readonly StarTransaction[],
  { chargeId, telegramUserId }: { chargeId: string; telegramUserId: number },
): "refunded" | "payment" | undefined {
  const ours = page.filter(({ id }) => id === chargeId);
  const isRefunded = ours.some(({ receiver }) =>
    receiver !== undefined && (receiver.type !== "user" || receiver.user.id === telegramUserId)
  );
  if (isRefunded) return "refunded";
  return ours.some(({ source }) => source !== undefined) ? "payment" : undefined;
}

/** Index of the last page that has anything: doubling, then halving. */
export async function lastPage(readPage: ReadStarPage): Promise<number> {
  let full = 0;
  let beyond = 1;
  while ((await readPage(beyond * PAGE, 1)).length > 0) {
    full = beyond;
    beyond *= 2;
    if (beyond > MAX_PAGES * 2) throw tooLong("something took place");
  }
  while (beyond - full > 1) {
    const middle = Math.floor((full + beyond) / 2);
    if ((await readPage(middle * PAGE, 1)).length > 0) full = middle;
    else beyond = middle;
  }
  return full;
}

/** @param what What was to be found out. */
export function tooLong(what: string): RetryableError {
  return new RetryableError(
    `Cannot find out whether ${what}: more than ${MAX_PAGES * PAGE} transactions`,
  );
}
