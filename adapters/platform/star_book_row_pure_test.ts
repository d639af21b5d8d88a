/** What is read out of a row of Telegram's books that bought something for a person. */
import { expect, it } from "vitest";
import { bookRowOf, judgeRow } from "./star_book_row.ts";

const nothingKnown = { charges: new Map(), payments: new Set<string>() };

function judge(receiver: object): unknown {
  const row = bookRowOf({
    transactionId: "t1",
    direction: "out",
    position: 0,
    nanos: 15_000_000_000n,
    atMs: 1_000,
    partner: `user/${(receiver as { transaction_type: string }).transaction_type}`,
    raw: JSON.stringify({ id: "t1", amount: 15, date: 1, receiver: { type: "user", ...receiver } }),
  });
  return judgeRow(row, nothingKnown);
}

const user = { id: 42, is_bot: false, first_name: "Anna" };

it.each<[string, object, object]>([
  [
    "a gift, by its id",
    { transaction_type: "gift_purchase", user, gift: { id: "7", star_count: 15 } },
    { kind: "gift", item: "7" },
  ],
  [
    "a gift that is not named",
    { transaction_type: "gift_purchase", user },
    { kind: "gift", item: null },
  ],
  [
    "Premium, by its months",
    { transaction_type: "premium_purchase", user, premium_subscription_duration: 3 },
    { kind: "premium", item: "3" },
  ],
])("a row says for whom it bought %s", (_, receiver, bought) => {
  expect(judge(receiver)).toEqual({
    status: "purchase",
    purchase: { transactionId: "t1", playerId: "tg-42", stars: 15n, atMs: 1_000, ...bought },
  });
});

it("a row without a person is nothing of ours", () => {
  expect(judge({ transaction_type: "gift_purchase", gift: { id: "7" } }))
    .toEqual({ status: "finding", kind: "unknownRow" });
});
