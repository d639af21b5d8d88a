/** Which transactions may be a prize that was sent. */
import { describe, expect, it } from "vitest";
import type { StarTransaction } from "grammy/types";
import { CLOCK_SKEW_MS, type PrizeChoice } from "../../machines/domain/withdrawal.ts";
import { findStarPurchases } from "./star_purchases.ts";

const AT = 1_790_000_000;
const SKEW = CLOCK_SKEW_MS / 1000;
const gift: PrizeChoice = { kind: "gift", giftId: "7" };
const premium: PrizeChoice = { kind: "premium", months: 3 };

/** A gift for person 42, at that second. */
function bought(id: string, date = AT, changes: Record<string, unknown> = {}): StarTransaction {
  return {
    id,
    amount: 15,
    date,
    receiver: {
      type: "user",
      transaction_type: "gift_purchase",
      user: { id: 42, is_bot: false, first_name: "Anna" },
      gift: { id: "7" },
      ...changes,
    },
  } as unknown as StarTransaction;
}

function find(
  books: readonly StarTransaction[],
  { choice = gift, stars = "15" }: { choice?: PrizeChoice; stars?: string } = {},
): Promise<string[]> {
  return findStarPurchases(
    (offset, limit) => Promise.resolve(books.slice(offset, offset + limit)),
    {
      telegramUserId: 42,
      choice,
      amount: { minor: stars, currency: "XTR" },
      attemptedAtMs: AT * 1000,
    },
  ).then((found) => found.map(({ transactionId }) => transactionId));
}

describe("findStarPurchases()", () => {
  it("finds what was bought for the person, the oldest first", async () => {
    expect(await find([bought("b", AT + 9), bought("a", AT + 1)])).toEqual(["a", "b"]);
    expect(await find([])).toEqual([]);
  });

  it.each<[string, StarTransaction]>([
    ["another person", bought("x", AT, { user: { id: 43 } })],
    ["another gift", bought("x", AT, { gift: { id: "8" } })],
    ["Premium", bought("x", AT, { transaction_type: "premium_purchase" })],
    ["a refund", bought("x", AT, { transaction_type: "invoice_payment" })],
    ["another price", { ...bought("x"), amount: 25 }],
    ["a withdrawal", { ...bought("x"), receiver: { type: "fragment" } }],
    ["a payment", { id: "x", amount: 15, date: AT }],
    ["one of before", bought("x", AT - SKEW - 1)],
  ])("passes over %s", async (_, transaction) => {
    expect(await find([transaction])).toEqual([]);
  });

  it("takes a clock that is slow into account", async () => {
    expect(await find([bought("a", AT - SKEW)])).toEqual(["a"]);
  });

  it("tells Premium by its months", async () => {
    const sold = (id: string, months: number): StarTransaction => ({
      ...bought(id, AT, {
        transaction_type: "premium_purchase",
        premium_subscription_duration: months,
      }),
      amount: 1000,
    });
    expect(await find([sold("a", 3), sold("b", 6)], { choice: premium, stars: "1000" }))
      .toEqual(["a"]);
  });

  it.each([[1], [99], [100], [101], [250], [1_000]])(
    "finds it among %i others, whichever end of the books is the newest",
    async (count) => {
      const others = Array.from(
        { length: count },
        (_, index) => ({ id: `o${index}`, amount: 10, date: AT - 100_000 + index }),
      );
      const books: StarTransaction[] = [...others, bought("a", AT + 1)];
      expect(await find(books)).toEqual(["a"]);
      expect(await find(books.toReversed())).toEqual(["a"]);
    },
  );

  it("reads all of one second, whose order cannot be told", async () => {
    const others = Array.from({ length: 150 }, (_, index) => ({
      id: `o${index}`,
      amount: 10,
      date: AT,
    }));
    expect(await find([...others, bought("a")])).toEqual(["a"]);
    expect(await find([bought("a"), ...others])).toEqual(["a"]);
  });

  it("reads no further back than the attempt", async () => {
    const others = Array.from({ length: 5_000 }, (_, index) => ({
      id: `o${index}`,
      amount: 10,
      date: AT - 1_000 - index,
    }));
    const books = [bought("a"), ...others];
    let pages = 0;
    await findStarPurchases((offset, limit) => {
      pages++;
      return Promise.resolve(books.slice(offset, offset + limit));
    }, {
      telegramUserId: 42,
      choice: gift,
      amount: { minor: "15", currency: "XTR" },
      attemptedAtMs: AT * 1000,
    });
    expect(pages).toBeLessThanOrEqual(2);
  });
});
