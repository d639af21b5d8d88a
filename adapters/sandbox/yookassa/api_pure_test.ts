/** The API as such: who may ask, what is no request, keys, faults, lists. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultOrder } from "../door_types.ts";
import { createYooKassaFixture, HUNDRED, type YooKassaFixture } from "../yookassa_for_tests.ts";
import { SANDBOX_GATEWAY, SANDBOX_SHOP } from "./accounts.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

const DAY = 24 * 3_600_000;
const UNKNOWN = "22e12f66-000f-5000-8000-18db351245c7";
const rubles = (value: string) => ({ value, currency: "RUB" });

describe("who may ask", () => {
  it.each([
    ["nobody", null],
    ["another scheme", "Bearer abc"],
    ["no Base64", "Basic $$$"],
    ["an unknown shop", { id: "1", secretKey: SANDBOX_SHOP.secretKey }],
    ["a wrong secret", { id: SANDBOX_SHOP.id, secretKey: "test_wrong" }],
    ["the gateway's secret", { id: SANDBOX_SHOP.id, secretKey: SANDBOX_GATEWAY.secretKey }],
  ])("%s is told 401", async (_who, as) => {
    for (const [method, path] of [["GET", "/payments"], ["POST", "/payouts"], ["GET", "/x"]]) {
      expect(await shop.api(method as string, path as string, undefined, { as })).toMatchObject({
        status: 401,
        body: { type: "error", code: "invalid_credentials", parameter: "Authorization" },
      });
    }
  });

  it.each([
    ["GET", "/payments", SANDBOX_GATEWAY],
    ["POST", "/refunds", SANDBOX_GATEWAY],
    ["POST", "/payouts", SANDBOX_SHOP],
    ["GET", "/sbp_banks", SANDBOX_SHOP],
    ["POST", "/personal_data", SANDBOX_SHOP],
    ["GET", "/me", SANDBOX_SHOP],
  ])("%s %s is closed to the other account's secret", async (method, path, as) => {
    expect(await shop.api(method, path, undefined, { as }))
      .toMatchObject({ status: 403, body: { code: "forbidden" } });
  });
});

describe("what is no request", () => {
  it.each([
    ["GET", "/nothing", 404, "not_found"],
    ["GET", "/", 404, "not_found"],
    ["GET", "/payments/a/b", 404, "not_found"],
    ["GET", `/payments/${UNKNOWN}`, 404, "not_found"],
    ["GET", `/refunds/${UNKNOWN}`, 404, "not_found"],
    ["GET", `/payouts/po-${UNKNOWN}`, 404, "not_found"],
    ["GET", `/personal_data/pd-${UNKNOWN}`, 404, "not_found"],
    ["PUT", "/payments", 405, "method_not_allowed"],
    ["DELETE", `/payments/${UNKNOWN}`, 405, "method_not_allowed"],
    ["GET", `/payments/${UNKNOWN}/cancel`, 405, "method_not_allowed"],
    ["POST", "/sbp_banks", 405, "method_not_allowed"],
  ])("%s %s is told %i", async (method, path, status, code) => {
    expect(await shop.api(method, path)).toMatchObject({ status, body: { type: "error", code } });
  });

  it.each([
    ["no JSON", "{", {}, 400, undefined],
    ["no object", "[]", {}, 400, undefined],
    ["nothing", undefined, {}, 400, undefined],
    ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "Content-Type"],
  ])("a body that is %s is refused", async (_what, body, headers, status, parameter) => {
    const refused = await shop.api("POST", "/payments", body, { headers });
    expect(refused.status).toBe(status);
    expect(refused.body.parameter).toBe(parameter);
  });

  it.each([
    ["none", null],
    ["an empty one", ""],
    ["one of 65 characters", "k".repeat(65)],
    ["one with a space", "a b"],
  ])("a key that is %s is refused", async (_what, key) => {
    expect(await shop.payment({}, { key })).toMatchObject({
      status: 400,
      body: { code: "invalid_request", parameter: "Idempotence-Key" },
    });
  });

  it("a key of 64 characters is taken, and reads need none", async () => {
    const { body } = await shop.payment({}, { key: "k".repeat(64) });
    expect((await shop.api("GET", `/payments/${body.id}`)).status).toBe(200);
  });
});

describe("a key", () => {
  it("makes one payment of two requests, and shows it as it is then", async () => {
    const first = await shop.payment({}, { key: "one" });
    expect((await shop.payment({}, { key: "one" })).body).toEqual(first.body);
    await shop.payers.pay(first.body.id);
    const third = await shop.payment({}, { key: "one" });
    expect(third.body).toMatchObject({ id: first.body.id, status: "succeeded" });
    expect((await shop.payers.books()).shop.payments).toHaveLength(1);
  });

  it("is the same whatever the order of the fields", async () => {
    const [a, b] = [{ a: "1", b: "2" }, { b: "2", a: "1" }];
    const first = await shop.payment({ metadata: a }, { key: "one" });
    expect((await shop.payment({ metadata: b }, { key: "one" })).body.id).toBe(first.body.id);
  });

  it.each([
    ["another body", () => shop.payment({ amount: rubles("200.00") }, { key: "one" })],
    [
      "another method",
      () => shop.api("POST", "/refunds", { payment_id: UNKNOWN, amount: HUNDRED }, { key: "one" }),
    ],
  ])("with %s is refused, and nothing is made", async (_what, call) => {
    await shop.payment({}, { key: "one" });
    expect(await call()).toMatchObject({
      status: 400,
      body: { code: "invalid_request", parameter: "Idempotence-Key" },
    });
    expect((await shop.payers.books()).shop.payments).toHaveLength(1);
  });

  it("of another account is another key", async () => {
    await shop.payment({}, { key: "one" });
    expect((await shop.payout({}, { key: "one" })).status).toBe(200);
  });

  it("under which a request was refused refuses it again, and any other", async () => {
    const { id } = await shop.paid();
    const refund = (value: string) =>
      shop.api("POST", "/refunds", { payment_id: id, amount: rubles(value) }, { key: "one" });
    const refused = await refund("100.01");
    expect(refused.status).toBe(400);
    expect((await refund("100.01")).body).toMatchObject({ parameter: refused.body.parameter });
    expect((await refund("100.00")).body.parameter).toBe("Idempotence-Key");
    expect((await shop.payers.books()).shop.refunds).toEqual([]);
  });

  it("is forgotten after 24 hours: then it makes another payment", async () => {
    const { body } = await shop.payment({}, { key: "one" });
    await shop.clock.advance(DAY - 1);
    expect((await shop.payment({}, { key: "one" })).body.id).toBe(body.id);
    await shop.clock.advance(1);
    expect((await shop.payment({}, { key: "one" })).body.id).not.toBe(body.id);
  });

  it("gives one payout to many at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.payout({}, { key: "one" })),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await shop.payers.books()).gateway.payouts).toHaveLength(1);
  });
});

describe("faults", () => {
  const order = (change: Partial<FaultOrder>) =>
    shop.people.fault({ service: "yookassa", method: "createPayment", kind: "500", ...change });
  const made = async () => (await shop.payers.books()).shop.payments.length;

  it.each(
    [
      ["500", 500, "internal_server_error", 0],
      ["500AfterSuccess", 500, "internal_server_error", 1],
      ["429", 429, "too_many_requests", 0],
    ] as const,
  )("%s answers %i, and %s; %i are made", async (kind, status, code, count) => {
    await order({ kind });
    expect(await shop.payment({}, { key: "one" }))
      .toMatchObject({ status, body: { type: "error", code } });
    expect(await made()).toBe(count);
    // The same key finds out, and makes what was not made.
    expect((await shop.payment({}, { key: "one" })).status).toBe(200);
    expect(await made()).toBe(1);
  });

  it("an ordered refusal has its code and words", async () => {
    await order({ kind: "error", code: 403, description: "Not today" });
    expect(await shop.payment()).toMatchObject({
      status: 403,
      body: { code: "forbidden", description: "Not today" },
    });
  });

  it("a lost answer leaves a payment that the same key finds", async () => {
    await order({ kind: "lostAnswer" });
    await expect(shop.payment({}, { key: "one" })).rejects.toThrow(SyntaxError);
    expect(await made()).toBe(1);
    await shop.payment({}, { key: "one" });
    expect(await made()).toBe(1);
  });

  it.each([["timeoutBefore", 0], ["timeoutAfterSuccess", 1]] as const)(
    "%s never answers; %i are made",
    async (kind, count) => {
      await order({ kind });
      const caller = new AbortController();
      const pending = shop.payment({}, { signal: caller.signal });
      // It ends with the caller: an empty answer, no JSON.
      const gone = expect(pending).rejects.toThrow(SyntaxError);
      await shop.clock.settle();
      expect(await made()).toBe(count);
      expect((await shop.payers.calls({ method: "createPayment" })).at(-1)?.fault).toBe(kind);
      caller.abort();
      await gone;
    },
  );

  it("of notices are not used up by calls, nor those of calls by notices", async () => {
    await order({ method: "*", kind: "noticeLost" });
    const { body } = await shop.payment();
    expect(await shop.people.faults()).toHaveLength(1);
    await order({ method: "*", kind: "429" });
    expect((await shop.payers.pay(body.id)).status).toBe("succeeded");
    expect(await shop.people.faults()).toMatchObject([{ kind: "429" }]);
    expect(await shop.payers.notices()).toMatchObject([{ state: "never" }]);
  });

  it.each([
    [{ kind: "wrongSignature" }, "is a fault of RANDOM.ORG"],
    [{ service: "telegram", kind: "noticeLost" }, "is a fault of YooKassa"],
    [{ kind: "noticeLate" }, 'needs "delayMs"'],
    [{ service: "bank" }, '"telegram", "randomorg", "drand", "yookassa"'],
  ])("the door refuses %o", async (change, words) => {
    await expect(order(change as unknown as Partial<FaultOrder>)).rejects.toThrow(words);
  });
});

it("calls are on record with their keys and answers", async () => {
  const { body } = await shop.payment({}, { key: "one" });
  await shop.api("GET", `/payments/${body.id}`);
  const [made, read] = await shop.payers.calls();
  expect(made).toMatchObject({
    account_id: SANDBOX_SHOP.id,
    method: "createPayment",
    key: "one",
    path: "/payments",
    body: { amount: HUNDRED },
    status: 200,
    answer: { id: body.id },
    fault: null,
  });
  expect(read).toMatchObject({ method: "getPayment", key: null, body: null });
  expect(await shop.payers.calls({ after: made?.id ?? 0 })).toHaveLength(1);
});

describe("lists", () => {
  it("are newest first, in pieces", async () => {
    const ids: string[] = [];
    for (let i = 0; i < 12; i++) {
      ids.unshift((await shop.payment()).body.id);
      await shop.clock.advance(1000);
    }
    const first = (await shop.api("GET", "/payments")).body;
    expect(first.type).toBe("list");
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 10));
    const cursor = first.next_cursor;
    // What is made in between does not move the rest.
    await shop.payment();
    const rest = (await shop.api("GET", `/payments?cursor=${cursor}`)).body;
    expect(rest.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(10));
    expect(rest.next_cursor).toBeUndefined();
    expect((await shop.api("GET", "/payments?limit=100")).body.items).toHaveLength(13);
  });

  it("take filters", async () => {
    const { body: pending } = await shop.payment();
    await shop.clock.advance(60_000);
    const { id: paid } = await shop.paid({ payment_method_data: { type: "sbp" } });
    const find = async (query: string) =>
      (await shop.api("GET", `/payments?${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await find("status=succeeded")).toEqual([paid]);
    expect(await find("status=pending")).toEqual([pending.id]);
    expect(await find("payment_method=sbp")).toEqual([paid]);
    expect(await find("created_at.gte=2026-01-01T00:01:00Z")).toEqual([paid]);
    expect(await find("created_at.gt=2026-01-01T00:01:00.000Z")).toEqual([]);
    expect(await find("created_at.lt=2026-01-01T00:01:00.000Z")).toEqual([pending.id]);
    expect(await find("captured_at.lte=2026-01-01T03:01:00%2B03:00")).toEqual([paid]);
  });

  it.each([
    ["/payments?limit=0", "limit"],
    ["/payments?limit=101", "limit"],
    ["/payments?limit=ten", "limit"],
    ["/payments?cursor=x", "cursor"],
    ["/payments?status=paid", "status"],
    ["/payments?metadata[a]=b", "metadata[a]"],
    ["/payments?created_at.gte=yesterday", "created_at.gte"],
    ["/payments?status=pending&status=canceled", "status"],
    ["/payouts?payout_destination.type=cash", "payout_destination.type"],
    ["/payouts/search", "metadata"],
    ["/payouts/search?metadata[a]=1&metadata[b]=2", "metadata"],
    ["/payouts/search?status=succeeded&metadata[a]=1", "status"],
  ])("%s is refused", async (path, parameter) => {
    expect(await shop.api("GET", path)).toMatchObject({ status: 400, body: { parameter } });
  });
});
