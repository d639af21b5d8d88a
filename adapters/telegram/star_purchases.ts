/**
 * Looks for gifts and Premium that were bought for a person in the bot's books of Stars. Which of
 * several equal ones belongs to whom is not decided here. See `star_transactions.ts` for their order.
 */
import type { StarTransaction } from "grammy/types";
import {
  CLOCK_SKEW_MS,
  type SentPrize,
  type StarPurchase,
} from "../../machines/domain/withdrawal.ts";
import { lastPage, MAX_PAGES, PAGE, type ReadStarPage, tooLong } from "./star_transactions.ts";

/**
 * The purchases that may be this prize, the oldest first: same person, same thing, same Stars, and
 * not before the attempt.
 * @throws {RetryableError} When the books are too long to be searched.
 */
export async function findStarPurchases(
  readPage: ReadStarPage,
  { attemptedAtMs, ...prize }: SentPrize & { attemptedAtMs: number },
): Promise<StarPurchase[]> {
  const sinceSeconds = Math.floor((attemptedAtMs - CLOCK_SKEW_MS) / 1000);
  const found = new Map<string, StarPurchase>();
  for await (const page of pagesSince(readPage, sinceSeconds)) {
    for (const transaction of page) {
      if (transaction.date < sinceSeconds || !isPurchaseOf(transaction, prize)) continue;
      const { id: transactionId, date } = transaction;
      found.set(transactionId, { transactionId, atMs: date * 1000 });
    }
  }
  return [...found.values()].toSorted((left, right) => left.atMs - right.atMs);
}

/** Pages from the newest backwards, until one is older. */
async function* pagesSince(
  readPage: ReadStarPage,
  sinceSeconds: number,
): AsyncGenerator<readonly StarTransaction[]> {
  const first = await readPage(0, PAGE);
  yield first;
  if (first.length < PAGE) return;
  const spanSeconds = (first.at(-1)?.date ?? 0) - (first[0]?.date ?? 0);
  if (spanSeconds > 0) {
    for (let index = await lastPage(readPage); index > 0; index--) {
      const page = await readPage(index * PAGE, PAGE);
      yield page;
      if ((page[0]?.date ?? 0) < sinceSeconds) return;
    }
    return;
  }
  // The newest first; or all of one second, where the order cannot be told and all is read.
  for (let index = 1; index < MAX_PAGES; index++) {
    const page = await readPage(index * PAGE, PAGE);
    yield page;
    const isOlder = spanSeconds < 0 && (page.at(-1)?.date ?? 0) < sinceSeconds;
    if (page.length < PAGE || isOlder) return;
  }
  throw tooLong("a prize was sent");
}

function isPurchaseOf(
  { amount, receiver }: StarTransaction,
  { telegramUserId, choice, amount: price }: SentPrize,
): boolean {
  if (receiver?.type !== "user" || receiver.user.id !== telegramUserId) return false;
  if (String(Math.abs(amount)) !== price.minor) return false;
  switch (choice.kind) {
    case "gift":
      return receiver.transaction_type === "gift_purchase" &&
        (receiver.gift === undefined || receiver.gift.id === choice.giftId);
    case "premium":
      return receiver.transaction_type === "premium_purchase" &&
        (receiver.premium_subscription_duration ?? choice.months) === choice.months;
    default:
      return false;
  }
}
