import { describe, expect, it } from "vitest";
import type { StarTransaction } from "grammy/types";
import { findStarRefund } from "./star_transactions.ts";

const user = {
  type: "user",
  transaction_type: "invoice_payment",
  user: { id: 42, is_bot: false, first_name: "A" },
} as const;
const charge = { chargeId: "c", telegramUserId: 42 };
const payment = (date: number): StarTransaction => ({ id: "c", amount: 1, date, source: user });
const refund = (date: number): StarTransaction => ({ id: "c", amount: 1, date, receiver: user });
const other = (date: number): StarTransaction => ({
  id: `o${date}`,
  amount: 1,
  date,
  source: user,
});

/** Books of `length` transactions, oldest first, with the given ones at their places. */
function books(length: number, at: Record<number, (date: number) => StarTransaction>) {
  return Array.from({ length }, (_, index) => (at[index] ?? other)(index + 1));
}

function reader(transactions: StarTransaction[]) {
  const reads: [number, number][] = [];
  const read = (offset: number, limit: number) => {
    reads.push([offset, limit]);
    return Promise.resolve(transactions.slice(offset, offset + limit));
  };
  return { read, reads };
}

const orders = [
  { order: "oldest first", arrange: (list: StarTransaction[]) => list },
  { order: "newest first", arrange: (list: StarTransaction[]) => list.toReversed() },
  {
    order: "all of one second, oldest first",
    arrange: (list: StarTransaction[]) => list.map((one) => ({ ...one, date: 5 })),
  },
  {
    order: "all of one second, newest first",
    arrange: (list: StarTransaction[]) => list.toReversed().map((one) => ({ ...one, date: 5 })),
  },
];

describe.each(orders)("findStarRefund(), $order", ({ arrange }) => {
  it.each([
    { name: "empty books", length: 0, at: {}, want: false },
    { name: "the payment alone", length: 3, at: { 1: payment }, want: false },
    {
      name: "payment and refund on one page",
      length: 50,
      at: { 1: payment, 40: refund },
      want: true,
    },
    { name: "a refund many pages later", length: 950, at: { 3: payment, 720: refund }, want: true },
    { name: "a refund in the newest", length: 1_000, at: { 3: payment, 999: refund }, want: true },
    { name: "a payment on a full first page", length: 100, at: { 99: payment }, want: false },
    { name: "a payment in the middle", length: 640, at: { 333: payment }, want: false },
    { name: "books without the charge", length: 640, at: {}, want: false },
    {
      name: "a refund behind exactly full pages",
      length: 300,
      at: { 0: payment, 200: refund },
      want: true,
    },
  ])("finds $want in $name", async ({ length, at, want }) => {
    const { read } = reader(arrange(books(length, at)));
    expect(await findStarRefund(read, charge)).toBe(want);
  });
});

describe("findStarRefund()", () => {
  it("stops at the payment, without reading all that is older", async () => {
    const { read, reads } = reader(books(5_000, { 4_950: payment }));
    expect(await findStarRefund(read, charge)).toBe(false);
    expect(reads.filter(([, limit]) => limit === 100).length).toBeLessThanOrEqual(2);
  });
});
