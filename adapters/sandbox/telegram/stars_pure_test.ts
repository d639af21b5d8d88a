/** The Stars' books: refunds, transactions, balance. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture, type Fixture, TOKEN } from "../sandbox_for_tests.ts";

const ANNA = 1001;
const BORIS = 1002;
let fixture: Fixture;
let charge: string;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: ANNA, stars: 100 });
  await fixture.people.person({ id: BORIS, stars: 100 });
  await fixture.people.write(ANNA, "/start");
  charge = await pay(40);
});
afterEach(() => fixture.sandbox.close());

async function pay(amount: number): Promise<string> {
  const { result: link } = await fixture.call("createInvoiceLink", {
    title: "Entry",
    description: "One entry",
    payload: "order_1",
    currency: "XTR",
    prices: [{ label: "Entry", amount }],
  });
  const { id } = await fixture.people.pay(ANNA, { link, wait: false });
  await fixture.call("answerPreCheckoutQuery", { pre_checkout_query_id: id, ok: true });
  return (await fixture.people.checkout(id)).telegram_payment_charge_id ?? "";
}

const refund = (change: Record<string, unknown> = {}) =>
  fixture.call("refundStarPayment", {
    user_id: ANNA,
    telegram_payment_charge_id: charge,
    ...change,
  });

it("a refund gives the whole charge back, once, with a service message", async () => {
  expect(await refund()).toMatchObject({ ok: true, result: true });
  expect(await refund()).toMatchObject({
    status: 400,
    description: "Bad Request: CHARGE_ALREADY_REFUNDED",
  });
  const books = await fixture.people.books();
  expect(books.bots[0]).toMatchObject({ received: 40, refunded: 40, balance: 0 });
  expect(books.people[0]).toEqual({ id: ANNA, stars: 100 });
  expect((await fixture.call("getUpdates", { offset: -1 })).result).toMatchObject([
    { message: { refunded_payment: { telegram_payment_charge_id: charge, total_amount: 40 } } },
  ]);
});

it.each([
  ["no user", { user_id: null }, "invalid user_id specified"],
  ["an unknown user", { user_id: 5 }, "USER_ID_INVALID"],
  ["the wrong user", { user_id: BORIS }, "CHARGE_ID_INVALID"],
  ["no charge", { telegram_payment_charge_id: "" }, "CHARGE_ID_EMPTY"],
  ["an unknown charge", { telegram_payment_charge_id: "stx1" }, "CHARGE_ID_INVALID"],
  ["part of it", { amount: 5 }, 'unknown parameter "amount"'],
])("refundStarPayment refuses %s", async (_name, change, words) => {
  expect(await refund(change)).toMatchObject({ status: 400, description: `Bad Request: ${words}` });
  expect((await fixture.people.books()).bots[0]).toMatchObject({ refunded: 0, balance: 40 });
});

it("another bot cannot refund the charge", async () => {
  const other = TOKEN.replace("123456789", "987654321");
  expect(
    await fixture.call("refundStarPayment", {
      user_id: ANNA,
      telegram_payment_charge_id: charge,
    }, other),
  ).toMatchObject({ description: "Bad Request: CHARGE_ID_INVALID" });
});

it("a refund fails while the balance is lower", async () => {
  await expect(fixture.people.withdraw(41)).rejects.toThrow("BALANCE_TOO_LOW");
  await fixture.people.withdraw(1);
  expect(await refund()).toMatchObject({ description: "Bad Request: BALANCE_TOO_LOW" });
  await pay(1);
  expect(await refund()).toMatchObject({ ok: true });
  expect((await fixture.call("getMyStarBalance")).result).toEqual({ amount: 0 });
});

it("a chargeback can make the balance negative", async () => {
  await fixture.people.withdraw(40);
  await fixture.people.chargeback(charge);
  expect((await fixture.call("getMyStarBalance")).result).toEqual({ amount: -40 });
  expect((await fixture.people.books()).bots[0]?.charges).toMatchObject([
    { refundKind: "chargeback" },
  ]);
  expect(await refund()).toMatchObject({ description: "Bad Request: CHARGE_ALREADY_REFUNDED" });
});

it("getStarTransactions: both directions under one id, skipping and limiting", async () => {
  await refund();
  await pay(3);
  const { result } = await fixture.call("getStarTransactions");
  expect(result.transactions).toMatchObject([
    {
      id: charge,
      amount: 40,
      source: { type: "user", transaction_type: "invoice_payment", invoice_payload: "order_1" },
    },
    { id: charge, amount: 40, receiver: { type: "user", user: { id: ANNA } } },
    { amount: 3, source: { type: "user" } },
  ]);
  expect(result.transactions[1].source).toBeUndefined();
  const page = await fixture.call("getStarTransactions", { offset: 1, limit: 1 });
  expect(page.result.transactions).toHaveLength(1);
  expect(page.result.transactions[0].receiver).toBeDefined();
  expect(await fixture.call("getStarTransactions", { offset: -1 })).toMatchObject({
    description: "Bad Request: offset must be non-negative",
  });
});
