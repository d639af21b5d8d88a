/** The client against the sandbox's YooKassa, and against answers that no YooKassa gives. */
import { beforeEach, describe, expect, it } from "vitest";
import type { FaultKind } from "../sandbox/door_types.ts";
import { SANDBOX_GATEWAY, SANDBOX_SHOP } from "../sandbox/yookassa/accounts.ts";
import { testCards } from "../sandbox/yookassa/test_cards.ts";
import { IDEMPOTENCE_KEY_LIFE_MS, idempotenceKeyOf } from "./idempotence_key.ts";
import type { Done, Outcome } from "./outcome.ts";
import { createSandboxedYooKassa, type SandboxedYooKassa } from "./testing/sandboxed_yookassa.ts";
import { createYooKassa } from "./yookassa.ts";
import type { NewPayment, NewPayout } from "./yookassa_port.ts";

let world: SandboxedYooKassa;

beforeEach(async () => {
  world = await createSandboxedYooKassa();
});

const rub = (minor: string) => ({ minor, currency: "RUB" as const });
const ENTRY: NewPayment = {
  amount: rub("10000"),
  description: "Entry",
  metadata: { paymentId: "pay_1" },
};
const PRIZE: NewPayout = {
  amount: rub("10000"),
  destination: { kind: "sbp", phone: "79000000000", bankId: "100000000111" },
  description: "Prize",
  metadata: { withdrawalId: "wdr_1" },
};
const UNKNOWN_ID = "22e12f66-000f-5000-8000-18db351245c7";

/** The object of what is done. */
function objectOf<T>(outcome: Outcome<T>): T {
  expect(outcome).toMatchObject({ kind: "done" });
  return (outcome as Done<T>).object;
}

async function paidPayment(key = "paid") {
  const made = objectOf(await world.yooKassa.createPayment(ENTRY, { key }));
  await world.payers.pay(made.id);
  return objectOf(await world.yooKassa.getPayment(made.id));
}

describe("payments", () => {
  it("are made, paid on the page, and read", async () => {
    const made = objectOf(await world.yooKassa.createPayment(ENTRY, { key: "one" }));
    expect(made).toEqual({
      id: expect.any(String),
      status: "pending",
      paid: false,
      isTest: false,
      amount: rub("10000"),
      incomeAmount: null,
      refundedAmount: null,
      shopId: SANDBOX_SHOP.id,
      createdAtMs: expect.any(Number),
      capturedAtMs: null,
      confirmationUrl: expect.stringContaining(`orderId=${made.id}`),
      methodType: null,
      cancellation: null,
      receiptRegistration: null,
      metadata: { paymentId: "pay_1" },
    });
    await world.payers.pay(made.id, { method: "sbp" });
    const paid = objectOf(await world.yooKassa.getPayment(made.id));
    expect(paid).toMatchObject({
      status: "succeeded",
      paid: true,
      incomeAmount: rub("9573"),
      capturedAtMs: expect.any(Number),
      confirmationUrl: null,
      methodType: "sbp",
    });
    expect(JSON.parse(JSON.stringify(paid))).toEqual(paid);
  });

  it.each(testCards().map(({ number, outcome }) => ({ number, outcome })))(
    "card $number: $outcome.cancellation.reason",
    async ({ number, outcome }) => {
      const made = objectOf(await world.yooKassa.createPayment(ENTRY, { key: number }));
      await world.payers.pay(made.id, { card: number });
      expect(objectOf(await world.yooKassa.getPayment(made.id))).toMatchObject(
        outcome.cancellation === undefined
          ? { status: "succeeded", cancellation: null }
          : { status: "canceled", paid: false, cancellation: outcome.cancellation },
      );
    },
  );

  it("send what was asked for: method, language, a description that fits", async () => {
    const description = `${"я".repeat(127)}🎁!`;
    await world.yooKassa.createPayment(
      { ...ENTRY, description, method: "sbp", language: "en" },
      { key: "one" },
    );
    const [call] = await world.payers.calls();
    expect(call).toMatchObject({
      key: "one",
      status: 200,
      body: {
        amount: { value: "100.00", currency: "RUB" },
        capture: true,
        description: `${"я".repeat(127)}…`,
        payment_method_data: { type: "sbp" },
        confirmation: {
          type: "redirect",
          return_url: "https://shop.example/back",
          locale: "en_US",
        },
      },
    });
  });

  it("have receipts where they are configured", async () => {
    await world.payers.set({ needsReceipts: true });
    const withReceipts = world.clientWith({
      receipt: {
        vatCode: 1,
        paymentSubject: "service",
        paymentMode: "full_payment",
        measure: "another",
        taxSystemCode: 2,
      },
    });
    const customer = { email: "anna@example.org" };
    const made = objectOf(
      await withReceipts.createPayment({ ...ENTRY, customer }, { key: "one" }),
    );
    expect(made.receiptRegistration).toBe("pending");
    await world.payers.pay(made.id);
    const refund = { paymentId: made.id, amount: ENTRY.amount, description: "x", metadata: {} };
    expect(objectOf(await withReceipts.createRefund(refund, { key: "two" }))).toMatchObject({
      status: "succeeded",
      receiptRegistration: "succeeded",
    });
    expect(withReceipts.needsReceipts).toBe(true);
    await expect(withReceipts.createPayment(ENTRY, { key: "three" })).rejects
      .toThrow("e-mail or phone");
    expect(await world.yooKassa.createPayment(ENTRY, { key: "four" }))
      .toMatchObject({ kind: "refused", parameter: "receipt" });
  });
});

describe("refunds", () => {
  it("go back and are found again by their payment", async () => {
    const { id } = await paidPayment();
    const refund = { paymentId: id, description: "Cancelled", metadata: { refundId: "rfd_1" } };
    const part = objectOf(
      await world.yooKassa.createRefund({ ...refund, amount: rub("4000") }, { key: "part" }),
    );
    expect(part).toEqual({
      id: expect.any(String),
      paymentId: id,
      status: "succeeded",
      amount: rub("4000"),
      createdAtMs: expect.any(Number),
      cancellation: null,
      receiptRegistration: null,
      metadata: { refundId: "rfd_1" },
    });
    expect(objectOf(await world.yooKassa.getRefund(part.id))).toEqual(part);
    const rest = objectOf(
      await world.yooKassa.createRefund({ ...refund, amount: rub("6000") }, { key: "rest" }),
    );
    expect(objectOf(await world.yooKassa.findRefunds(id))).toEqual([rest, part]);
    expect(objectOf(await world.yooKassa.getPayment(id)).refundedAmount).toEqual(rub("10000"));
    expect(
      await world.yooKassa.createRefund({ ...refund, amount: rub("1") }, { key: "more" }),
    ).toMatchObject({ kind: "refused", status: 400, parameter: "amount.value" });
  });

  it("that come to nothing are done, with a reason", async () => {
    const { id } = await paidPayment();
    await world.people.fault({
      service: "yookassa",
      method: "createRefund",
      kind: "canceled",
      description: "rejected_by_payee",
    });
    const refund = { paymentId: id, amount: rub("10000"), description: "x", metadata: {} };
    expect(objectOf(await world.yooKassa.createRefund(refund, { key: "one" }))).toMatchObject({
      status: "canceled",
      cancellation: { party: "refund_network", reason: "rejected_by_payee" },
    });
  });
});

describe("payouts", () => {
  it.each(
    [
      [PRIZE.destination, { type: "sbp", phone: "79000000000", bankId: "100000000111" }],
      [{ kind: "yooMoney", wallet: "4100116074720387" }, {
        type: "yoo_money",
        wallet: "4100116074720387",
      }],
    ] as const,
  )("go to %j", async (destination, shown) => {
    const made = objectOf(
      await world.yooKassa.createPayout({ ...PRIZE, destination }, { key: "one" }),
    );
    expect(made).toMatchObject({
      status: "succeeded",
      isTest: false,
      amount: rub("10000"),
      succeededAtMs: expect.any(Number),
      destination: shown,
      metadata: { withdrawalId: "wdr_1" },
    });
    expect(objectOf(await world.yooKassa.getPayout(made.id))).toEqual(made);
  });

  it("go to a card by the widget's token", async () => {
    const { payout_token: token, last4 } = await world.payers.tokenize("2200000000000004");
    const destination = { kind: "card", token, last4 } as const;
    expect(objectOf(await world.yooKassa.createPayout({ ...PRIZE, destination }, { key: "one" })))
      .toMatchObject({
        status: "succeeded",
        destination: { type: "bank_card", cardLast4: "0004", phone: null, wallet: null },
      });
  });

  it.each([
    ["41001614575572", "one_time_limit_exceeded"],
    ["41001614575643", "periodic_limit_exceeded"],
    ["410011806060766", "insufficient_funds"],
    ["410011788545536", "general_decline"],
  ])("to wallet %s are cancelled: %s", async (wallet, reason) => {
    const destination = { kind: "yooMoney", wallet } as const;
    expect(objectOf(await world.yooKassa.createPayout({ ...PRIZE, destination }, { key: "one" })))
      .toMatchObject({ status: "canceled", cancellation: { party: "yoo_money", reason } });
  });

  it("are found by what was handed over, and by their time", async () => {
    const one = objectOf(await world.yooKassa.createPayout(PRIZE, { key: "one" }));
    const other = { ...PRIZE, metadata: { withdrawalId: "wdr_2" } };
    const two = objectOf(await world.yooKassa.createPayout(other, { key: "two" }));
    const metadata = { key: "withdrawalId", value: "wdr_1" };
    const find = async (search: Parameters<typeof world.yooKassa.findPayouts>[0]) =>
      objectOf(await world.yooKassa.findPayouts(search)).map(({ id }) => id);
    expect(await find({ metadata })).toEqual([one.id]);
    const range = { fromMs: one.createdAtMs, toMs: two.createdAtMs + 1 };
    expect(await find(range)).toEqual([two.id, one.id]);
    expect(await find({ metadata, ...range })).toEqual([one.id]);
    expect(await find({ metadata, fromMs: two.createdAtMs + 1 })).toEqual([]);
    expect(await find({ fromMs: 0, toMs: one.createdAtMs })).toEqual([]);
  });

  it("are found piece by piece, and all of them or none", async () => {
    for (let i = 0; i < 120; i++) await world.yooKassa.createPayout(PRIZE, { key: `k${i}` });
    const search = { metadata: { key: "withdrawalId", value: "wdr_1" } };
    const found = objectOf(await world.yooKassa.findPayouts(search));
    expect(new Set(found.map(({ id }) => id)).size).toBe(120);
    const before = (await world.payers.calls({ method: "searchPayouts" })).length;
    expect(before).toBe(2);
    await world.people.fault({ service: "yookassa", method: "searchPayouts", kind: "500" });
    expect((await world.yooKassa.findPayouts(search)).kind).toBe("unknown");
  });

  it("have banks, names and a balance", async () => {
    const banks = objectOf(await world.yooKassa.listSbpBanks());
    expect(banks).toContainEqual({
      bankId: "100000000111",
      name: "Сбербанк",
      bic: "044525225",
    });
    await world.payers.phoneOwner({
      phone: "79000000000",
      last_name: "Иванова",
      first_name: "Анна",
    });
    const name = { lastName: "Иванова", firstName: "Мария" };
    const data = objectOf(await world.yooKassa.createPersonalData(name, { key: "name" }));
    expect(data).toMatchObject({ type: "sbp_payout_recipient", status: "waiting_for_operation" });
    expect(
      objectOf(
        await world.yooKassa.createPayout({ ...PRIZE, personalDataIds: [data.id] }, { key: "one" }),
      ),
    ).toMatchObject({
      status: "canceled",
      destination: { isRecipientChecked: true },
      cancellation: { reason: "recipient_check_failed" },
    });
    expect(objectOf(await world.yooKassa.getPersonalData(data.id))).toMatchObject({
      status: "active",
      expiresAtMs: expect.any(Number),
    });
    expect(objectOf(await world.yooKassa.readPayoutBalance())).toEqual({
      gatewayId: SANDBOX_GATEWAY.id,
      isEnabled: true,
      isTest: false,
      methods: ["bank_card", "yoo_money", "sbp"],
      balance: rub("100000000"),
    });
  });
});

describe("keys", () => {
  it("the same key and request is the same payment, in its state of then", async () => {
    const first = await paidPayment("one");
    expect(objectOf(await world.yooKassa.createPayment(ENTRY, { key: "one" }))).toEqual(first);
    expect((await world.payers.books()).shop.payments).toHaveLength(1);
  });

  it("the same key with another request is refused", async () => {
    await world.yooKassa.createPayout(PRIZE, { key: "one" });
    expect(await world.yooKassa.createPayout({ ...PRIZE, amount: rub("20000") }, { key: "one" }))
      .toEqual({
        kind: "refused",
        status: 400,
        code: "invalid_request",
        description: expect.any(String),
        parameter: "Idempotence-Key",
      });
    expect((await world.payers.books()).gateway.paidOut).toBe(10_000);
  });

  it.each(["", "k".repeat(65), "a b", "ключ"])("%j is none", async (key) => {
    await expect(world.yooKassa.createPayment(ENTRY, { key })).rejects.toThrow(TypeError);
    await expect(world.yooKassa.createPayout(PRIZE, { key })).rejects.toThrow(TypeError);
  });

  it("are UUIDs made of a text, another for each, the same each time", () => {
    const key = idempotenceKeyOf("payment/pay_1");
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idempotenceKeyOf("payment/pay_1")).toBe(key);
    expect(idempotenceKeyOf("payment/pay_2")).not.toBe(key);
    expect(IDEMPOTENCE_KEY_LIFE_MS).toBe(86_400_000);
  });
});

describe("an outcome that nobody knows", () => {
  const fault = (kind: FaultKind, method = "createPayout") =>
    world.people.fault({ service: "yookassa", method, kind });

  it.each(
    [
      ["500", "server", 0],
      ["500AfterSuccess", "server", 1],
      ["429", "tooManyRequests", 0],
      ["lostAnswer", "unreadable", 1],
    ] as const,
  )("%s: %s; the same key finds out", async (kind, cause, made) => {
    await fault(kind);
    expect(await world.yooKassa.createPayout(PRIZE, { key: "one" }))
      .toMatchObject({ kind: "unknown", cause, detail: expect.any(String) });
    const search = { metadata: { key: "withdrawalId", value: "wdr_1" } };
    expect(objectOf(await world.yooKassa.findPayouts(search))).toHaveLength(made);
    expect(objectOf(await world.yooKassa.createPayout(PRIZE, { key: "one" })).status)
      .toBe("succeeded");
    expect((await world.payers.books()).gateway.paidOut).toBe(10_000);
  });

  it.each([["timeoutBefore", 0], ["timeoutAfterSuccess", 10_000]] as const)(
    "%s: no answer in time",
    async (kind, paidOut) => {
      await fault(kind);
      const impatient = world.clientWith({ timeoutMs: 20 });
      expect(await impatient.createPayout(PRIZE, { key: "one" }))
        .toMatchObject({ kind: "unknown", cause: "timeout" });
      expect((await world.payers.books()).gateway.paidOut).toBe(paidOut);
    },
  );

  it("a caller who gives up does not know either", async () => {
    await fault("timeoutAfterSuccess");
    const giveUp = new AbortController();
    const asked = world.yooKassa.createPayout(PRIZE, { key: "one", signal: giveUp.signal });
    await world.payers.calls({ method: "createPayout", waitMs: 10_000 });
    giveUp.abort();
    expect((await asked).kind).toBe("unknown");
  });

  it("429 says for how long to wait", async () => {
    await fault("429", "getPayment");
    expect(await world.yooKassa.getPayment(UNKNOWN_ID))
      .toMatchObject({ kind: "unknown", cause: "tooManyRequests", retryAfterMs: 1_000 });
  });

  it("nobody listens there", async () => {
    const lonely = createYooKassa({
      baseUrl: "http://127.0.0.1:1/v3",
      shop: SANDBOX_SHOP,
      gateway: SANDBOX_GATEWAY,
      returnUrl: "https://shop.example",
    });
    expect(await lonely.createPayment(ENTRY, { key: "one" }))
      .toMatchObject({ kind: "unknown", cause: "network" });
  });
});

describe("a refusal", () => {
  it.each(
    [
      ["getPayment", 404, "not_found", "payment_id"],
      ["getRefund", 404, "not_found", "refund_id"],
      ["getPayout", 404, "not_found", "payout_id"],
      ["getPersonalData", 404, "not_found", "personal_data_id"],
    ] as const,
  )("%s of an unknown id: %i", async (method, status, code, parameter) => {
    expect(await world.yooKassa[method](UNKNOWN_ID))
      .toMatchObject({ kind: "refused", status, code, parameter });
  });

  it("of wrong credentials is no answer about money, and says so by its code", async () => {
    const stranger = world.clientWith({ shop: { id: "1", secretKey: "test_of-a-stranger" } });
    expect(await stranger.createPayment(ENTRY, { key: "one" }))
      .toMatchObject({ kind: "refused", status: 401, code: "invalid_credentials" });
    const swapped = world.clientWith({ shop: SANDBOX_GATEWAY });
    expect(await swapped.getPayment(UNKNOWN_ID))
      .toMatchObject({ kind: "refused", status: 403, code: "forbidden" });
  });

  it.each(
    [
      [{ kind: "sbp", phone: "7", bankId: "100000000111" }, "payout_destination_data.phone"],
      [
        { kind: "sbp", phone: "79000000000", bankId: "100000009999" },
        "payout_destination_data.bank_id",
      ],
      [{ kind: "yooMoney", wallet: "123" }, "payout_destination_data.account_number"],
      [{ kind: "card", token: "no such token", last4: "0000" }, "payout_token"],
    ] as const,
  )("of a payout to %j", async (destination, parameter) => {
    expect(await world.yooKassa.createPayout({ ...PRIZE, destination }, { key: "one" }))
      .toMatchObject({ kind: "refused", status: 400, code: "invalid_request", parameter });
  });

  it("of a payment above every limit", async () => {
    expect(await world.yooKassa.createPayment({ ...ENTRY, amount: rub("70000001") }, { key: "1" }))
      .toMatchObject({ kind: "refused", status: 400, parameter: "amount.value" });
  });
});

describe("an answer that is none of YooKassa's", () => {
  const PAYMENT = {
    id: UNKNOWN_ID,
    status: "succeeded",
    paid: true,
    test: false,
    amount: { value: "100.00", currency: "RUB" },
    recipient: { account_id: "100500", gateway_id: "100700" },
    created_at: "2026-01-01T00:00:00.000Z",
  };
  const answering = (status: number, body: unknown, headers: HeadersInit = {}) =>
    world.clientWith({
      fetch: () =>
        Promise.resolve(
          new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }),
        ),
    });
  const error = { type: "error", id: "x", code: "forbidden", description: "No" };

  it.each([
    ["a proxy's 403", 403, "<h1>Forbidden</h1>", "unreadable"],
    ["a proxy's 404", 404, "", "unreadable"],
    ["a 400 of another form", 400, { error: "no" }, "unreadable"],
    ["200 with a page", 200, "<h1>Maintenance</h1>", "unreadable"],
    ["200 without a body", 200, "", "unreadable"],
    ["200 with an error", 200, error, "unreadable"],
    ["another object", 200, { ...PAYMENT, id: "another" }, "unreadable"],
    [
      "a sum of another form",
      200,
      { ...PAYMENT, amount: { value: "100", currency: "RUB" } },
      "unreadable",
    ],
    ["a time that is none", 200, { ...PAYMENT, created_at: "today" }, "unreadable"],
    ["202: still working on it", 202, { type: "processing", retry_after: 1500 }, "processing"],
    ["502", 502, "Bad gateway", "server"],
    ["503 with an error", 503, error, "server"],
  ])("%s says nothing", async (_what, status, body, cause) => {
    expect(await answering(status, body).getPayment(UNKNOWN_ID))
      .toMatchObject({ kind: "unknown", cause });
  });

  it("202 says when to come again", async () => {
    const later = answering(202, { type: "processing", retry_after: 1500 });
    expect(await later.createPayment(ENTRY, { key: "one" }))
      .toMatchObject({ kind: "unknown", cause: "processing", retryAfterMs: 1500 });
  });

  it("a body without end is not read to its end", async () => {
    expect(await answering(200, `"${"x".repeat(5 * 1024 * 1024)}"`).getPayment(UNKNOWN_ID))
      .toMatchObject({ kind: "unknown", cause: "unreadable" });
  });

  it("a redirect is not followed: it would carry the secret elsewhere", async () => {
    const seen: string[] = [];
    const redirected = world.clientWith({
      fetch: (input, init) => {
        const request = new Request(input, init);
        seen.push(`${request.url} ${request.redirect}`);
        return Promise.reject(new TypeError("redirected"));
      },
    });
    expect(await redirected.getPayment(UNKNOWN_ID)).toMatchObject({ cause: "network" });
    expect(seen).toEqual([`http://sandbox/yookassa/v3/payments/${UNKNOWN_ID} error`]);
  });

  it("new statuses, reasons, currencies and fields are kept, not thrown", async () => {
    const strange = {
      ...PAYMENT,
      status: "on_its_way",
      amount: { value: "5.00", currency: "XAU" },
      cancellation_details: { party: "the_moon", reason: "eclipse" },
      payment_method: { type: "telepathy" },
      metadata: { kept: "x", gone: null },
      new_field: { deep: true },
    };
    expect(objectOf(await answering(200, strange).getPayment(UNKNOWN_ID))).toMatchObject({
      status: "on_its_way",
      amount: { minor: "500", currency: "XAU" },
      cancellation: { party: "the_moon", reason: "eclipse" },
      methodType: "telepathy",
      metadata: { kept: "x" },
    });
  });

  it("a gateway in debt has a balance below zero", async () => {
    const me = {
      account_id: "1",
      status: "disabled",
      test: true,
      payout_balance: { value: "-150.50", currency: "RUB" },
    };
    expect(objectOf(await answering(200, me).readPayoutBalance())).toMatchObject({
      isEnabled: false,
      isTest: true,
      methods: [],
      balance: rub("-15050"),
    });
  });

  it("a list without end is given up", async () => {
    const endless = answering(200, { type: "list", items: [], next_cursor: "again" });
    expect(await endless.findRefunds(UNKNOWN_ID)).toMatchObject({
      kind: "unknown",
      cause: "unreadable",
    });
  });
});

describe("secrets", () => {
  const secret = SANDBOX_SHOP.secretKey;
  const basic = btoa(`${SANDBOX_SHOP.id}:${secret}`);

  it("are in no outcome, whatever the other side or the network says", async () => {
    const words = `secret ${secret}, header Basic ${basic}`;
    const echoes = [
      () => Promise.reject(new TypeError(words)),
      () => Promise.reject(words),
      () => Promise.resolve(new Response(words, { status: 500 })),
      () =>
        Promise.resolve(
          Response.json({ type: "error", code: words, description: words }, { status: 400 }),
        ),
      () => Promise.resolve(Response.json({ [words]: words })),
    ];
    for (const fetch of echoes) {
      const outcome = await world.clientWith({ fetch }).createPayment(ENTRY, { key: "one" });
      expect(outcome.kind).not.toBe("done");
      expect(JSON.stringify(outcome)).not.toContain(secret);
      expect(JSON.stringify(outcome)).not.toContain(basic);
    }
  });

  it("are not in the client, nor in the errors of a wrong one", () => {
    expect(JSON.stringify(world.yooKassa)).not.toContain(secret);
    for (const shop of [{ id: "shop", secretKey: secret }, { id: "1", secretKey: "se cret" }]) {
      try {
        world.clientWith({ shop });
        expect.unreachable();
      } catch (error: unknown) {
        expect(error).toBeInstanceOf(TypeError);
        expect(String(error)).not.toContain(shop.secretKey);
      }
    }
  });
});

it.each(["", "../payments", "a/b", "x".repeat(51), "id?x=1"])("%j is no id", async (id) => {
  await expect(world.yooKassa.getPayment(id)).rejects.toThrow(TypeError);
  await expect(world.yooKassa.findRefunds(id)).rejects.toThrow(TypeError);
  await expect(world.yooKassa.createPayout({ ...PRIZE, personalDataIds: [id] }, { key: "1" }))
    .rejects.toThrow(TypeError);
  expect(await world.payers.calls()).toEqual([]);
});

it.each(
  [
    { minor: "0", currency: "RUB" },
    { minor: "-100", currency: "RUB" },
    { minor: "100", currency: "XTR" },
  ] as const,
)("%j cannot be paid", async (amount) => {
  await expect(world.yooKassa.createPayment({ ...ENTRY, amount }, { key: "1" }))
    .rejects.toThrow(RangeError);
  await expect(world.yooKassa.createPayout({ ...PRIZE, amount }, { key: "1" }))
    .rejects.toThrow(RangeError);
  expect(await world.payers.calls()).toEqual([]);
});

it("knows whether it is the real one", () => {
  const options = { shop: SANDBOX_SHOP, gateway: SANDBOX_GATEWAY, returnUrl: "https://x.y" };
  expect(createYooKassa(options).isSandbox).toBe(false);
  expect(createYooKassa({ ...options, baseUrl: "https://api.yookassa.ru/v3/" }).isSandbox)
    .toBe(false);
  expect(world.yooKassa).toMatchObject({
    isSandbox: true,
    shopId: SANDBOX_SHOP.id,
    gatewayId: SANDBOX_GATEWAY.id,
    needsReceipts: false,
  });
});
