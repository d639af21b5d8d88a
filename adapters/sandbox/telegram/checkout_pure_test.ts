/** Paying: the whole sequence, its deadline, and everything that comes late, twice or not at all. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../sandbox_for_tests.ts";
import type { Checkout, PayOrder } from "../door_types.ts";

const ANNA = 1001;
const BORIS = 1002;
let fixture: Fixture;
let invoiceId: number;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: ANNA, stars: 100 });
  await fixture.people.person({ id: BORIS, stars: 100 });
  await fixture.people.write(ANNA, "/start");
  invoiceId = await sendInvoice({});
});
afterEach(() => fixture.sandbox.close());

async function sendInvoice(change: Record<string, unknown>): Promise<number> {
  const { result } = await fixture.call("sendInvoice", {
    chat_id: ANNA,
    title: "Entry",
    description: "One entry",
    payload: "order_1",
    currency: "XTR",
    prices: [{ label: "Entry", amount: 10 }],
    ...change,
  });
  return result.message_id;
}

const begin = (order: Partial<PayOrder> = {}, personId = ANNA): Promise<Checkout> =>
  fixture.people.pay(personId, { message_id: invoiceId, wait: false, ...order });
const answer = (id: string, change: Record<string, unknown> = {}) =>
  fixture.call("answerPreCheckoutQuery", { pre_checkout_query_id: id, ok: true, ...change });
const TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid";

it("a payment: query, yes, money, service message", async () => {
  const { id, pre_checkout_update_id } = await begin();
  const updates = (await fixture.call("getUpdates", { offset: -1 })).result;
  expect(updates).toMatchObject([{
    update_id: pre_checkout_update_id,
    pre_checkout_query: { id, currency: "XTR", total_amount: 10, invoice_payload: "order_1" },
  }]);
  expect(await answer(id)).toMatchObject({ ok: true, result: true });
  const paid = await fixture.people.checkout(id);
  expect(paid.status).toBe("paid");
  expect((await fixture.call("getUpdates", { offset: -1 })).result).toMatchObject([{
    update_id: paid.payment_update_id,
    message: {
      from: { id: ANNA },
      successful_payment: {
        total_amount: 10,
        invoice_payload: "order_1",
        telegram_payment_charge_id: paid.telegram_payment_charge_id,
      },
    },
  }]);
  expect((await fixture.people.books()).bots[0]).toMatchObject({ received: 10, balance: 10 });
  expect((await fixture.people.books()).people[0]).toEqual({ id: ANNA, stars: 90 });
});

it("pay() by default answers when the checkout is at rest", async () => {
  const paying = fixture.people.pay(ANNA, { message_id: invoiceId });
  await fixture.clock.settle();
  const [{ pre_checkout_query: query }] = (await fixture.call("getUpdates", { offset: -1 })).result;
  await answer(query.id);
  expect((await paying).status).toBe("paid");
});

it("without an answer in ten seconds the payment fails, and a late yes is refused", async () => {
  const { id } = await begin();
  await fixture.clock.advance(9999);
  expect((await fixture.people.checkout(id)).status).toBe("waiting");
  await fixture.clock.advance(1);
  expect(await fixture.people.checkout(id)).toMatchObject({
    status: "failed",
    error: "BOT_PRECHECKOUT_TIMEOUT",
  });
  expect(await answer(id)).toMatchObject({ status: 400, description: TOO_OLD });
  expect((await fixture.people.books()).bots[0]).toMatchObject({ received: 0 });
});

it.each([
  ["an unknown query", "1", {}, TOO_OLD],
  ["a no without words", null, { ok: false }, "Bad Request: ERROR_TEXT_EMPTY"],
  ["neither yes nor no", null, { ok: null }, 'Bad Request: parameter "ok" is required'],
])("answerPreCheckoutQuery refuses %s", async (_name, id, change, description) => {
  const checkout = await begin();
  expect(await answer(id ?? checkout.id, change)).toMatchObject({ status: 400, description });
});

it("a no reaches the person; a second answer is too late", async () => {
  const { id } = await begin();
  await answer(id, { ok: false, error_message: "Sold out" });
  expect(await fixture.people.checkout(id)).toMatchObject({ status: "refused", error: "Sold out" });
  expect(await answer(id)).toMatchObject({ description: TOO_OLD });
});

it("hold: payment keeps the money back until told, or until its time", async () => {
  const { id } = await begin({ hold: "payment" });
  await answer(id);
  expect((await fixture.people.books()).bots[0]).toMatchObject({ received: 0 });
  expect(await fixture.people.deliverPayment(id)).toMatchObject({ status: "paid" });
  await expect(fixture.people.deliverPayment(id)).rejects.toThrow("is paid, not held");
  const timed = await begin({ holdPaymentMs: 60_000, again: true });
  await answer(timed.id);
  await fixture.clock.advance(59_999);
  expect((await fixture.people.checkout(timed.id)).status).toBe("held");
  await fixture.clock.advance(1);
  expect((await fixture.people.checkout(timed.id)).status).toBe("paid");
});

it("hold: update moves the money at once and tells the bot later", async () => {
  const { id } = await begin({ hold: "update" });
  await answer(id);
  expect((await fixture.people.books()).bots[0]).toMatchObject({ received: 10 });
  expect((await fixture.call("getStarTransactions")).result.transactions).toHaveLength(1);
  const before = (await fixture.people.updates()).length;
  await fixture.people.deliverPayment(id);
  expect((await fixture.people.updates()).length).toBe(before + 1);
  expect((await fixture.people.books()).bots[0]).toMatchObject({ received: 10 });
});

it("decline: before sends nothing, after comes when the bot has said yes", async () => {
  const before = (await fixture.people.updates()).length;
  expect((await begin({ decline: "before" })).status).toBe("declined");
  expect((await fixture.people.updates()).length).toBe(before);
  const { id } = await begin({ decline: "after" });
  await answer(id);
  expect((await fixture.people.checkout(id)).status).toBe("declined");
  expect((await fixture.people.books()).bots[0]).toMatchObject({ received: 0 });
});

it("Stars that are gone by the time of the payment make it fail", async () => {
  const { id } = await begin();
  await fixture.people.giveStars(ANNA, -95);
  await answer(id);
  expect(await fixture.people.checkout(id)).toMatchObject({ error: "BALANCE_TOO_LOW" });
});

describe("what Telegram's client does not let a person do", () => {
  it("pay without enough Stars, or another's invoice, or one that is paid", async () => {
    await fixture.people.giveStars(ANNA, -95);
    await expect(begin()).rejects.toThrow("BALANCE_TOO_LOW");
    await expect(begin({}, BORIS)).rejects.toThrow("has no such invoice");
    await fixture.people.giveStars(ANNA, 95);
    await answer((await begin()).id);
    await expect(begin()).rejects.toThrow("the button says Receipt");
    expect((await begin({ again: true })).status).toBe("waiting");
  });

  it("pay a forwarded invoice that has a start_parameter; without one anybody can", async () => {
    invoiceId = await sendInvoice({ start_parameter: "join_1" });
    await expect(begin({ forwardedFrom: ANNA }, BORIS)).rejects.toThrow("start=join_1");
    invoiceId = await sendInvoice({});
    for (const _time of ["first", "second"]) {
      const { id } = await begin({ forwardedFrom: ANNA }, BORIS);
      expect(await answer(id)).toMatchObject({ ok: true });
    }
    expect((await fixture.people.books()).bots[0]?.charges.map((charge) => charge.person_id))
      .toEqual([BORIS, BORIS]);
  });
});

it("an invoice link is payable by anybody who has it", async () => {
  const { result: link } = await fixture.call("createInvoiceLink", {
    title: "Entry",
    description: "One entry",
    payload: "order_2",
    currency: "XTR",
    prices: [{ label: "Entry", amount: 5 }],
  });
  const { id } = await fixture.people.pay(BORIS, { link, wait: false });
  await answer(id);
  expect(await fixture.people.checkout(id)).toMatchObject({ status: "paid", amount: 5 });
});
