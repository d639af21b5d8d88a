/** Notices: what they hold, and how they come late, twice, never, out of order, forged. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../clock.ts";
import { createYooKassaFixture, HUNDRED, type YooKassaFixture } from "../yookassa_for_tests.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

const HOUR = 3_600_000;
const events = () => shop.got.map(({ event }) => event);
const order = (kind: "noticeLost" | "noticeThrice" | "noticeLate", method: string, more = {}) =>
  shop.people.fault({ service: "yookassa", method, kind, ...more });

it("tells the whole object, once it is answered with 200", async () => {
  const paid = await shop.paid();
  await shop.sandbox.idle();
  expect(shop.got).toEqual([{ type: "notification", event: "payment.succeeded", object: paid }]);
  await shop.clock.advance(25 * HOUR);
  expect(shop.got).toHaveLength(1);
  expect(await shop.payers.notices()).toMatchObject([{ state: "delivered", deliveries: 1 }]);
});

it("tells of every end but a refund's that comes to nothing", async () => {
  const { body: held } = await shop.payment({ capture: false });
  await shop.payers.pay(held.id);
  await shop.api("POST", `/payments/${held.id}/cancel`);
  const { body: expiring } = await shop.payment();
  await shop.clock.advance(HOUR);
  const { id } = await shop.paid();
  await shop.api("POST", "/refunds", { payment_id: id, amount: HUNDRED });
  await shop.payout();
  await shop.clock.advance(1000);
  const { body: payout } = await shop.payout();
  await shop.payers.settlePayout(payout.id, { reason: "general_decline" });
  await shop.sandbox.idle();
  expect(events()).toEqual([
    "payment.waiting_for_capture",
    "payment.canceled",
    "payment.canceled",
    "payment.succeeded",
    "refund.succeeded",
    "payout.succeeded",
    "payout.canceled",
  ]);
  expect(shop.got[2]?.object.id).toBe(expiring.id);
});

it("comes again until it is answered with 200, with growing pauses, for 24 hours", async () => {
  const atMs: number[] = [];
  shop.answer = () => {
    atMs.push(shop.clock.nowMs() - Date.UTC(2026, 0, 1));
    return 503;
  };
  await shop.paid();
  await shop.clock.advance(25 * HOUR);
  expect(atMs.slice(0, 4)).toEqual([0, 5_000, 15_000, 35_000]);
  const pauses = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
  expect(Math.max(...pauses)).toBe(HOUR);
  expect(atMs.at(-1)).toBeLessThanOrEqual(24 * HOUR);
  expect(atMs.at(-1)).toBeGreaterThan(22 * HOUR);
  expect(await shop.payers.notices()).toMatchObject([{ state: "expired", deliveries: 0 }]);
});

it.each([201, 204, 302, 404])("%i is no 200: it comes again", async (status) => {
  shop.answer = (count) => count === 1 ? status : 200;
  await shop.paid();
  await shop.clock.advance(5_000);
  expect(shop.got).toHaveLength(2);
  expect(await shop.payers.notices()).toMatchObject([{ state: "delivered", failures: 1 }]);
});

it("who answers too late gets it again", async () => {
  const late = await createYooKassaFixture({
    deliver: (request) =>
      new Promise((_resolve, reject) => {
        request.signal.addEventListener("abort", () => reject(new Error("gone")));
      }),
  });
  await late.paid();
  await late.clock.advance(10_000);
  expect(await late.payers.notices()).toMatchObject([{ state: "pending", failures: 1 }]);
  await late.sandbox.close();
});

it("comes twice when told so, and three times by a fault", async () => {
  await shop.payers.set({ deliverTwice: true });
  await shop.paid();
  await shop.sandbox.idle();
  expect(events()).toEqual(["payment.succeeded", "payment.succeeded"]);
  await shop.payers.set({ deliverTwice: false });
  await order("noticeThrice", "payment.succeeded");
  await shop.paid();
  await shop.sandbox.idle();
  expect(events()).toHaveLength(5);
  expect((await shop.payers.notices()).map(({ deliveries }) => deliveries)).toEqual([2, 3]);
});

it("never comes by a fault, and is sent after all when asked for", async () => {
  await order("noticeLost", "payment.succeeded");
  const { id } = await shop.paid();
  await shop.clock.advance(25 * HOUR);
  expect(shop.got).toEqual([]);
  const [notice] = await shop.payers.notices();
  expect(notice).toMatchObject({ state: "never", objectId: id });
  await shop.payers.redeliverNotice(notice?.id ?? 0);
  await shop.sandbox.idle();
  expect(events()).toEqual(["payment.succeeded"]);
  await shop.payers.redeliverNotice(notice?.id ?? 0);
  await shop.sandbox.idle();
  expect(events()).toHaveLength(2);
  await expect(shop.payers.redeliverNotice(99)).rejects.toThrow("no such notice");
});

it("comes out of order, telling the past", async () => {
  await order("noticeLate", "payment.waiting_for_capture", { delayMs: 60_000 });
  const { body } = await shop.payment({ capture: false });
  await shop.payers.pay(body.id);
  await shop.api("POST", `/payments/${body.id}/capture`);
  await shop.clock.advance(60_000);
  expect(shop.got.map(({ event, object }) => [event, object.status])).toEqual([
    ["payment.succeeded", "succeeded"],
    ["payment.waiting_for_capture", "waiting_for_capture"],
  ]);
});

it("is delayed or held by its event", async () => {
  await shop.payers.set({
    noticeDelays: { "payment.succeeded": "held", "payout.succeeded": 5_000 },
  });
  await shop.paid();
  await shop.payout();
  await shop.clock.advance(5_999);
  expect(events()).toEqual([]);
  await shop.clock.advance(1);
  expect(events()).toEqual(["payout.succeeded"]);
  await shop.payers.set({ noticeDelays: {} });
  await shop.sandbox.idle();
  expect(events()).toEqual(["payout.succeeded", "payment.succeeded"]);
});

it("is not sent where no address is set", async () => {
  await shop.payers.set({ noticeUrl: null });
  await shop.paid();
  await shop.clock.advance(25 * HOUR);
  expect(shop.got).toEqual([]);
});

describe("forged", () => {
  it.each([
    ["createPayment", () => shop.payment(), "payment.succeeded"],
    ["createPayout", () => shop.payout(), "payout.succeeded"],
  ])("by a fault of %s: it has not succeeded", async (method, make, event) => {
    await shop.payers.set({ payoutDelayMs: "held" });
    await shop.people.fault({ service: "yookassa", method, kind: "noticeForged" });
    const { body } = await make();
    await shop.sandbox.idle();
    expect(shop.got).toMatchObject([{ event, object: { id: body.id, status: "succeeded" } }]);
    expect(body.status).toBe("pending");
    expect(await shop.payers.notices()).toMatchObject([{ isForged: true, state: "delivered" }]);
  });

  it("as one likes, and only once", async () => {
    shop.answer = () => 403;
    await shop.payers.forgeNotice({ event: "payment.succeeded", object: { id: "x" } });
    await shop.clock.advance(25 * HOUR);
    expect(shop.got).toEqual([
      { type: "notification", event: "payment.succeeded", object: { id: "x" } },
    ]);
    expect(await shop.payers.notices()).toMatchObject([{ isForged: true, state: "expired" }]);
  });
});

it.each([
  ["http://shop.example/hook", false],
  ["https://shop.example:8080/hook", false],
  ["ftp://shop.example", false],
  ["nowhere", false],
  ["https://shop.example/hook", true],
  ["https://shop.example:8443/hook", true],
  ["http://127.0.0.1:8080/hook", true],
])("an address like %s can be set: %s", async (noticeUrl, isTaken) => {
  const set = shop.payers.set({ noticeUrl });
  if (isTaken) expect((await set).noticeUrl).toBe(noticeUrl);
  else await expect(set).rejects.toThrow('"noticeUrl" cannot be that');
});

it.each([
  [{ feeBps: -1 }, "feeBps"],
  [{ payoutDelayMs: "soon" }, "payoutDelayMs"],
  [{ noticeDelays: { "payment.succeeded": -1 } }, "noticeDelays"],
  [{ fee: 1 }, 'Unknown field "fee"'],
])("%j cannot be set", async (change, words) => {
  await expect(shop.payers.set(change as object)).rejects.toThrow(words);
});

it("goes on after the books are opened again", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "yookassa-"));
  const clock = createFakeClock();
  const before = await createYooKassaFixture({ dataDir, clock });
  before.answer = () => 503;
  const { id } = await before.paid();
  const { body: expiring } = await before.payment();
  const { body: payout } = await before.payout();
  await before.sandbox.idle();
  await before.sandbox.close();
  const after = await createYooKassaFixture({ dataDir, clock });
  await clock.advance(HOUR);
  expect(after.got.map(({ event, object }) => [event, object.id])).toEqual([
    ["payout.succeeded", payout.id],
    ["payment.succeeded", id],
    ["payment.canceled", expiring.id],
  ]);
  expect((await after.payers.books()).gateway).toMatchObject({
    toppedUp: 100_000_000,
    paidOut: 10_000,
  });
  await after.sandbox.close();
  await rm(dataDir, { recursive: true, force: true });
});
