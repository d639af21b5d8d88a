/** The bot's balance: top-ups, withdrawals, strange rows, and the sum that always holds. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";

const ANNA = 1001;
let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: ANNA });
  await fixture.people.write(ANNA, "/start");
});
afterEach(() => fixture.sandbox.close());

const transactions = async () => (await fixture.call("getStarTransactions")).result.transactions;

it("the owner tops up from Fragment and withdraws to it", async () => {
  await fixture.people.topUp(300);
  await fixture.people.withdraw(120);
  expect(await transactions()).toMatchObject([
    { amount: 300, source: { type: "fragment" } },
    { amount: 120, receiver: { type: "fragment", withdrawal_state: { type: "pending" } } },
  ]);
  expect((await fixture.people.books()).bots[0]).toMatchObject({
    toppedUp: 300,
    withdrawn: 120,
    balance: 180,
  });
});

it.each([0, -5])("the owner cannot top up or withdraw %d", async (amount) => {
  await expect(fixture.people.topUp(amount)).rejects.toThrow("positive");
  await expect(fixture.people.withdraw(amount)).rejects.toThrow("positive");
});

it("a strange row stands in the books with the partner it was given", async () => {
  const id = await fixture.people.addTransaction({ amount: 70 });
  await fixture.people.addTransaction({ amount: -20, partner: { type: "telegram_ads" } });
  expect(await transactions()).toMatchObject([
    { id, amount: 70, source: { type: "other" } },
    { amount: 20, receiver: { type: "telegram_ads" } },
  ]);
  expect((await fixture.people.books()).bots[0]).toMatchObject({ unknown: 50, balance: 50 });
});

it.each([
  ["no amount", { amount: 0 }],
  ["an unknown partner", { amount: 1, partner: { type: "friend" } }],
  ["a part of a Star", { amount: 0.5 }],
])("refuses a strange row with %s", async (_name, row) => {
  await expect(fixture.people.addTransaction(row as { amount: number })).rejects.toThrow();
  expect(await transactions()).toEqual([]);
});

it("the balance is what came in less what went out", async () => {
  await fixture.people.topUp(3000);
  await fixture.people.addTransaction({ amount: -11 });
  await fixture.people.withdraw(100);
  await fixture.call("sendGift", { user_id: ANNA, gift_id: "5170145012310081615" });
  await fixture.call("giftPremiumSubscription", {
    user_id: ANNA,
    month_count: 3,
    star_count: 1000,
  });
  const books = (await fixture.people.books()).bots[0];
  expect(books).toMatchObject({ balance: 3000 - 11 - 100 - 15 - 1000 });
  expect((await fixture.call("getMyStarBalance")).result).toEqual({ amount: books?.balance });
  const signed = (await transactions()).map((row: { amount: number; source?: unknown }) =>
    row.source === undefined ? -row.amount : row.amount
  );
  expect(signed.reduce((sum: number, amount: number) => sum + amount, 0)).toBe(books?.balance);
});
