/** Refunds: whole, in parts, too much, pending, cancelled. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { createYooKassaFixture, HUNDRED, type YooKassaFixture } from "../yookassa_for_tests.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

const rubles = (value: string) => ({ value, currency: "RUB" });
const refund = (paymentId: string, value = "100.00", differences = {}) =>
  shop.api("POST", "/refunds", { payment_id: paymentId, amount: rubles(value), ...differences });
const paymentNow = async (id: string) => (await shop.api("GET", `/payments/${id}`)).body;

it("goes back whole; the fee does not", async () => {
  const { id } = await shop.paid();
  const { status, body } = await refund(id, "100.00", {
    description: "Cancelled",
    metadata: { refund_id: "rfd_1" },
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    id: expect.any(String),
    payment_id: id,
    status: "succeeded",
    created_at: "2026-01-01T00:00:00.000Z",
    amount: HUNDRED,
    description: "Cancelled",
    metadata: { refund_id: "rfd_1" },
  });
  expect(await paymentNow(id)).toMatchObject({
    status: "succeeded",
    refunded_amount: HUNDRED,
    refundable: false,
  });
  expect((await shop.payers.books()).shop)
    .toMatchObject({ received: 10_000, fees: 427, refunded: 10_000, balance: -427 });
  expect((await shop.api("GET", `/refunds/${body.id}`)).body).toEqual(body);
});

it("goes back in parts up to the whole, and not a kopeck more", async () => {
  const { id } = await shop.paid();
  await refund(id, "40.00");
  expect(await paymentNow(id)).toMatchObject({ refunded_amount: rubles("40.00") });
  expect((await refund(id, "60.01")).body.parameter).toBe("amount.value");
  expect((await refund(id, "60.00")).body.status).toBe("succeeded");
  expect((await refund(id, "0.01")).body.parameter).toBe("amount.value");
  const listed = (await shop.api("GET", `/refunds?payment_id=${id}`)).body.items;
  expect(listed.map(({ amount }: { amount: object }) => amount))
    .toEqual([rubles("60.00"), rubles("40.00")]);
  expect((await shop.payers.books()).shop.refunded).toBe(10_000);
});

it("a pending one counts against the rest", async () => {
  await shop.payers.set({ refundDelayMs: "held" });
  const { id } = await shop.paid();
  const { body } = await refund(id, "70.00");
  expect(body.status).toBe("pending");
  expect((await paymentNow(id)).refunded_amount).toBeUndefined();
  expect((await refund(id, "30.01")).status).toBe(400);
  expect((await shop.payers.settleRefund(body.id)).status).toBe("succeeded");
  expect((await paymentNow(id)).refunded_amount).toEqual(rubles("70.00"));
  await expect(shop.payers.settleRefund(body.id)).rejects.toThrow("succeeded already");
});

it("a cancelled one leaves the payment as it was, and can be asked for anew", async () => {
  const { id } = await shop.paid();
  const method = "createRefund";
  await shop.people.fault({
    service: "yookassa",
    method,
    kind: "canceled",
    description: "insufficient_funds",
  });
  const { body } = await refund(id);
  expect(body).toMatchObject({
    status: "canceled",
    cancellation_details: { party: "yoo_money", reason: "insufficient_funds" },
  });
  expect(await paymentNow(id)).toMatchObject({ refundable: true });
  expect((await shop.payers.books()).shop.refunded).toBe(0);
  expect((await refund(id)).body.status).toBe("succeeded");
  await shop.sandbox.idle();
  // Of the cancelled one nobody was told.
  expect(shop.got.map(({ event }) => event)).toEqual(["payment.succeeded", "refund.succeeded"]);
});

it("through the SBP takes a while", async () => {
  const { body: payment } = await shop.payment({ payment_method_data: { type: "sbp" } });
  await shop.payers.pay(payment.id);
  const { body } = await refund(payment.id);
  expect(body.status).toBe("pending");
  await shop.clock.advance(1000);
  expect((await shop.api("GET", `/refunds/${body.id}`)).body.status).toBe("succeeded");
});

it.each([
  [{ amount: undefined }, "amount"],
  [{ amount: rubles("0.00") }, "amount.value"],
  [{ description: "x".repeat(251) }, "description"],
  [{ payment_id: "22e12f66" }, "payment_id"],
  [{ payment_id: "22e12f66-000f-5000-8000-18db351245c7" }, "payment_id"],
  [{ reason: "no such field" }, "reason"],
])("%j is refused", async (differences, parameter) => {
  const { id } = await shop.paid();
  expect(await refund(id, "100.00", differences))
    .toMatchObject({ status: 400, body: { code: "invalid_request", parameter } });
});

it("only what was paid can go back, and no longer than three years", async () => {
  const { body: pending } = await shop.payment();
  expect((await refund(pending.id)).body.parameter).toBe("payment_id");
  const { body: held } = await shop.payment({ capture: false });
  await shop.payers.pay(held.id);
  expect((await refund(held.id)).body.parameter).toBe("payment_id");
  const { id } = await shop.paid();
  const threeYears = Date.UTC(2029, 0, 1) - Date.UTC(2026, 0, 1);
  await shop.clock.advance(threeYears);
  expect((await refund(id, "1.00")).status).toBe(200);
  await shop.clock.advance(1);
  expect((await refund(id, "1.00")).body.parameter).toBe("payment_id");
});
