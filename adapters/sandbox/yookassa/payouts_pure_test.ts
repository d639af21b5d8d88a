/** Payouts: channels, limits, test wallets, the balance, the receiver's name, search. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BANK_ID,
  createYooKassaFixture,
  HUNDRED,
  PHONE,
  type YooKassaFixture,
} from "../yookassa_for_tests.ts";
import { SANDBOX_GATEWAY } from "./accounts.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

const rubles = (value: string) => ({ value, currency: "RUB" });
const wallet = (account_number: string) => ({
  payout_destination_data: { type: "yoo_money", account_number },
});
const IDENTIFIED = "4100116074720387";
const MILLION = 100_000_000;

/** Makes a payout and waits until it is final. */
async function settled(differences: object) {
  const { body } = await shop.payout(differences);
  await shop.clock.advance(1000);
  return (await shop.api("GET", `/payouts/${body.id}`)).body;
}

describe("by SBP", () => {
  it("it is pending, and then succeeds", async () => {
    const { status, body } = await shop.payout({
      description: "Prize",
      metadata: { payout_id: "pyo_1" },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^po-[0-9a-f-]{36}$/),
      amount: HUNDRED,
      status: "pending",
      payout_destination: { type: "sbp", phone: PHONE, bank_id: BANK_ID, recipient_checked: false },
      description: "Prize",
      created_at: "2026-01-01T00:00:00.000Z",
      metadata: { payout_id: "pyo_1" },
      test: false,
    });
    expect((await shop.payers.books()).gateway)
      .toMatchObject({ paidOut: 0, pending: 10_000, balance: MILLION - 10_000 });
    await shop.clock.advance(1000);
    expect((await shop.api("GET", `/payouts/${body.id}`)).body).toMatchObject({
      status: "succeeded",
      succeeded_at: "2026-01-01T00:00:01.000Z",
      payout_destination: { sbp_operation_id: expect.stringMatching(/^[0-9A-F]{32}$/) },
    });
    expect((await shop.payers.books()).gateway)
      .toMatchObject({ paidOut: 10_000, pending: 0, balance: MILLION - 10_000 });
  });

  it.each([
    [{ phone: "+79000000000" }, "payout_destination_data.phone"],
    [{ phone: "790" }, "payout_destination_data.phone"],
    [{ phone: "7".repeat(16) }, "payout_destination_data.phone"],
    [{ phone: undefined }, "payout_destination_data.phone"],
    [{ bank_id: "1000" }, "payout_destination_data.bank_id"],
    [{ bank_id: "100000009999" }, "payout_destination_data.bank_id"],
    [{ name: "Anna" }, "payout_destination_data.name"],
  ])("to %j is refused", async (difference, parameter) => {
    const payout_destination_data = { type: "sbp", phone: PHONE, bank_id: BANK_ID, ...difference };
    expect(await shop.payout({ payout_destination_data }))
      .toMatchObject({ status: 400, body: { parameter } });
    expect((await shop.payers.books()).gateway.balance).toBe(MILLION);
  });

  it("to one of the banks of the list", async () => {
    const { body } = await shop.api("GET", "/sbp_banks");
    expect(body.type).toBe("list");
    for (const bank of body.items) {
      expect(bank.bank_id).toMatch(/^[a-zA-Z0-9]{12}$/);
      expect(bank.bic).toMatch(/^\d{9}$/);
      expect(bank.name.length).toBeLessThanOrEqual(128);
    }
    const ids = body.items.map(({ bank_id }: { bank_id: string }) => bank_id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(ids).toContain(BANK_ID);
  });
});

describe("to the test wallets", () => {
  it.each([
    ["41001614575714", "anonymous"],
    ["4100116075156746", "named"],
    [IDENTIFIED, "identified"],
  ])("%s, %s: it succeeds", async (account_number) => {
    expect(await settled(wallet(account_number))).toMatchObject({
      status: "succeeded",
      payout_destination: { type: "yoo_money", account_number },
    });
  });

  it.each([
    ["41001614575572", "one_time_limit_exceeded", "yoo_money"],
    ["41001614575643", "periodic_limit_exceeded", "yoo_money"],
    ["410011806060766", "insufficient_funds", "yoo_money"],
    ["410011788545536", "general_decline", "yoo_money"],
    ["41001999999999", "recipient_not_found", "payout_network"],
  ])("%s: %s", async (account_number, reason, party) => {
    expect(await settled(wallet(account_number))).toMatchObject({
      status: "canceled",
      cancellation_details: { party, reason },
    });
    expect((await shop.payers.books()).gateway).toMatchObject({ paidOut: 0, balance: MILLION });
  });

  it.each([
    ["41001614575714", "15000.00", "15000.01"],
    ["4100116075156746", "100000.00", "100000.01"],
    [IDENTIFIED, "500000.00", "500000.01"],
  ])("%s holds %s and not %s", async (account, most, more) => {
    expect((await settled({ ...wallet(account), amount: rubles(more) })).cancellation_details)
      .toEqual({ party: "yoo_money", reason: "one_time_limit_exceeded" });
    expect((await settled({ ...wallet(account), amount: rubles(most) })).status).toBe("succeeded");
  });

  it.each([["4100161457571a"], ["4100161457"], ["4".repeat(34)]])(
    "%s is no wallet's number",
    async (account_number) => {
      expect((await shop.payout(wallet(account_number))).body.parameter)
        .toBe("payout_destination_data.account_number");
    },
  );
});

describe("to a card", () => {
  it("the number itself is refused: only shops with a certificate may know it", async () => {
    const payout_destination_data = { type: "bank_card", card: { number: "5555555555554477" } };
    expect(await shop.payout({ payout_destination_data }))
      .toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  it("by the widget's token, as often as one likes", async () => {
    const card = await shop.payers.tokenize("2200 0000 0000 0004");
    expect(card).toEqual({
      payout_token: expect.any(String),
      first6: "220000",
      last4: "0004",
      card_type: "Mir",
      issuer_country: "RU",
      issuer_name: "Sandbox Bank",
    });
    const byToken = { payout_destination_data: undefined, payout_token: card.payout_token };
    for (let i = 0; i < 2; i++) {
      const payout = await settled(byToken);
      expect(payout).toMatchObject({
        status: "succeeded",
        payout_destination: { type: "bank_card", card: { first6: "220000", last4: "0004" } },
      });
      expect(JSON.stringify(payout)).not.toContain("2200000000000004");
    }
  });

  it("20 times a day, whichever token names it", async () => {
    await shop.payers.set({ payoutDelayMs: 0 });
    const byToken = async () => ({
      payout_destination_data: undefined,
      payout_token: (await shop.payers.tokenize("2200000000000004")).payout_token,
    });
    for (let i = 0; i < 20; i++) {
      expect((await shop.payout(await byToken())).body.status).toBe("succeeded");
    }
    expect((await shop.payout(await byToken())).body.cancellation_details.reason)
      .toBe("periodic_limit_exceeded");
    await shop.clock.advance(24 * 3_600_000);
    expect((await shop.payout(await byToken())).body.status).toBe("succeeded");
  });

  it.each([["4111111111111112"], ["4111"], ["370000000000002"]])(
    "%s gets no token",
    async (number) => {
      await expect(shop.payers.tokenize(number)).rejects.toThrow("no card's number");
    },
  );

  it("an unknown token is refused", async () => {
    expect(
      (await shop.payout({ payout_destination_data: undefined, payout_token: "x" })).body.parameter,
    ).toBe("payout_token");
  });
});

describe("limits", () => {
  it.each([
    ["sbp", "0.99", "1.00"],
    ["yoo_money", "0.99", "1.00"],
    ["bank_card", "4.99", "5.00"],
  ])("by %s %s is too little, %s is not", async (channel, less, least) => {
    const where = channel === "bank_card"
      ? {
        payout_destination_data: undefined,
        payout_token: (await shop.payers.tokenize("4111111111111111")).payout_token,
      }
      : channel === "yoo_money"
      ? wallet(IDENTIFIED)
      : {};
    expect((await shop.payout({ ...where, amount: rubles(less) })).body.parameter)
      .toBe("amount.value");
    expect((await shop.payout({ ...where, amount: rubles(least) })).status).toBe(200);
  });

  it("by SBP 500,000 rubles at once", async () => {
    expect((await settled({ amount: rubles("500000.01") })).cancellation_details.reason)
      .toBe("one_time_limit_exceeded");
    expect((await settled({ amount: rubles("500000.00") })).status).toBe("succeeded");
  });

  it("to a wallet 600,000 rubles a month", async () => {
    const pay = (value: string) => settled({ ...wallet(IDENTIFIED), amount: rubles(value) });
    expect((await pay("400000.00")).status).toBe("succeeded");
    expect((await pay("200000.01")).cancellation_details.reason).toBe("periodic_limit_exceeded");
    expect((await pay("200000.00")).status).toBe("succeeded");
    await shop.payers.topUp(MILLION);
    await shop.clock.advance(31 * 24 * 3_600_000);
    expect((await pay("200000.00")).status).toBe("succeeded");
  });

  it("the balance: what is not there is not paid, and comes back when it was not", async () => {
    await shop.payers.topUp(-MILLION + 15_000);
    expect((await shop.api("GET", "/me")).body).toMatchObject({
      account_id: SANDBOX_GATEWAY.id,
      status: "enabled",
      test: false,
      payout_methods: ["bank_card", "yoo_money", "sbp"],
      payout_balance: rubles("150.00"),
    });
    const first = await shop.payout();
    const second = await shop.payout();
    await shop.payers.settlePayout(first.body.id, { reason: "rejected_by_payee" });
    await shop.clock.advance(1000);
    expect((await shop.api("GET", `/payouts/${second.body.id}`)).body).toMatchObject({
      status: "canceled",
      cancellation_details: { party: "yoo_money", reason: "insufficient_funds" },
    });
    expect((await shop.api("GET", "/me")).body.payout_balance).toEqual(rubles("150.00"));
    expect((await settled({})).status).toBe("succeeded");
    expect((await shop.payers.books()).gateway)
      .toMatchObject({ toppedUp: 15_000, paidOut: 10_000, pending: 0, balance: 5_000 });
    await expect(shop.payers.topUp(-5_001)).rejects.toThrow("less on the balance");
  });
});

it.each([
  [{ payout_destination_data: undefined }, "payout_destination_data"],
  [{ payout_token: "x" }, "payout_destination_data"],
  [{ payout_destination_data: { type: "cash" } }, "payout_destination_data"],
  [{ amount: { value: "1.00", currency: "USD" } }, "amount.currency"],
  [{ description: "x".repeat(129) }, "description"],
  [{ personal_data: [] }, "personal_data"],
  [{ self_employed: { id: "se-1" } }, "self_employed"],
  [{ payment_method_id: "x" }, "payment_method_id"],
])("%j is refused", async (differences, parameter) => {
  expect(await shop.payout(differences)).toMatchObject({ status: 400, body: { parameter } });
});

it("a held one waits until told, and is told of when it comes to nothing", async () => {
  await shop.payers.set({ payoutDelayMs: "held" });
  const { body } = await shop.payout();
  await shop.clock.advance(30 * 24 * 3_600_000);
  expect((await shop.api("GET", `/payouts/${body.id}`)).body.status).toBe("pending");
  await shop.payers.settlePayout(body.id, { reason: "issuer_unavailable" });
  await shop.sandbox.idle();
  expect(shop.got).toMatchObject([{
    event: "payout.canceled",
    object: {
      id: body.id,
      status: "canceled",
      cancellation_details: { party: "payout_network", reason: "issuer_unavailable" },
    },
  }]);
});

it("a fault makes one come to nothing", async () => {
  await shop.people.fault({
    service: "yookassa",
    method: "createPayout",
    kind: "canceled",
    description: "recipient_not_found",
  });
  expect((await settled({})).cancellation_details.reason).toBe("recipient_not_found");
  expect((await settled({})).status).toBe("succeeded");
});

describe("lists and search", () => {
  const idsOf = async (path: string) =>
    (await shop.api("GET", path)).body.items.map(({ id }: { id: string }) => id);

  it("by metadata, of the last three months", async () => {
    const { body: old } = await shop.payout({ metadata: { withdrawal: "wdr_1" } });
    await shop.clock.advance(60_000);
    const { body: one } = await shop.payout({ metadata: { withdrawal: "wdr_1", more: "x" } });
    await shop.payout({ metadata: { withdrawal: "wdr_2" } });
    const search = "/payouts/search?metadata%5Bwithdrawal%5D=wdr_1";
    expect(await idsOf(search)).toEqual([one.id, old.id]);
    expect(await idsOf(`${search}&created_at.lt=2026-01-01T00:01:00Z`)).toEqual([old.id]);
    expect(await idsOf("/payouts/search?metadata[withdrawal]=wdr")).toEqual([]);
    await shop.clock.advance(90 * 24 * 3_600_000);
    expect(await idsOf(search)).toEqual([one.id]);
  });

  it("by time, status and channel", async () => {
    const { body: first } = await shop.payout();
    await shop.clock.advance(1000);
    const { body: second } = await shop.payout(wallet(IDENTIFIED));
    expect(await idsOf("/payouts?status=succeeded")).toEqual([first.id]);
    expect(await idsOf("/payouts?succeeded_at.gte=2026-01-01T00:00:01Z")).toEqual([first.id]);
    expect(await idsOf("/payouts?payout_destination.type=yoo_money")).toEqual([second.id]);
    expect(await idsOf("/payouts?created_at.gte=2026-01-01T00:00:00Z")).toEqual([
      second.id,
      first.id,
    ]);
  });
});

describe("personal data", () => {
  const NAME = { last_name: "Иванова", first_name: "Анна" };
  const save = (differences = {}) =>
    shop.api("POST", "/personal_data", { type: "sbp_payout_recipient", ...NAME, ...differences });

  it("are kept, shown without the names, and live from the first payout on", async () => {
    const { status, body } = await save({ metadata: { player: "tg-1" } });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^pd-[0-9a-f-]{36}$/),
      type: "sbp_payout_recipient",
      status: "waiting_for_operation",
      created_at: "2026-01-01T00:00:00.000Z",
      metadata: { player: "tg-1" },
    });
    const payout = await settled({ personal_data: [{ id: body.id }] });
    expect(payout).toMatchObject({
      status: "succeeded",
      payout_destination: { recipient_checked: true },
    });
    expect((await shop.api("GET", `/personal_data/${body.id}`)).body).toMatchObject({
      status: "active",
      expires_at: "2030-12-31T00:00:00.000Z",
    });
  });

  it("are deleted when nobody used them for a week", async () => {
    const { body } = await save();
    await shop.clock.advance(7 * 24 * 3_600_000);
    expect((await shop.api("GET", `/personal_data/${body.id}`)).body).toMatchObject({
      status: "canceled",
      cancellation_details: { party: "yoo_money", reason: "expired_by_timeout" },
    });
    expect((await shop.payout({ personal_data: [{ id: body.id }] })).body.parameter)
      .toBe("personal_data");
  });

  it.each([
    [{ last_name: "ИВАНОВА", first_name: "анна" }, "succeeded"],
    [{ last_name: "Иванова", first_name: "Мария" }, "canceled"],
    [{ last_name: "Иванова", first_name: "Анна", middle_name: "Петровна" }, "canceled"],
  ])("an account of %j: %s", async (owner, status) => {
    await shop.payers.phoneOwner({ phone: PHONE, ...owner });
    const { body } = await save();
    const payout = await settled({ personal_data: [{ id: body.id }] });
    expect(payout.status).toBe(status);
    if (status === "canceled") {
      expect(payout.cancellation_details.reason).toBe("recipient_check_failed");
    }
    // Without a name nobody is checked.
    expect((await settled({})).status).toBe("succeeded");
  });

  it("of both kinds go with one payout; two of a kind do not", async () => {
    const { body: check } = await save();
    const { body: statement } = await save({
      type: "payout_statement_recipient",
      birthdate: "1990-12-31",
    });
    expect((await shop.payout({ personal_data: [{ id: check.id }, { id: statement.id }] })).status)
      .toBe(200);
    const { body: another } = await save();
    expect(
      (await shop.payout({ personal_data: [{ id: check.id }, { id: another.id }] })).body.parameter,
    ).toBe("personal_data");
    expect(
      (await shop.payout({ ...wallet(IDENTIFIED), personal_data: [{ id: check.id }] })).body
        .parameter,
    ).toBe("personal_data");
  });

  it.each([
    [{ type: "friend" }, undefined],
    [{ last_name: undefined }, "last_name"],
    [{ first_name: "Anna1" }, "first_name"],
    [{ first_name: "А".repeat(101) }, "first_name"],
    [{ middle_name: "" }, "middle_name"],
    [{ birthdate: "1990-12-31" }, "birthdate"],
    [{ type: "payout_statement_recipient" }, "birthdate"],
    [{ type: "payout_statement_recipient", birthdate: "31.12.1990" }, "birthdate"],
  ])("%j are refused", async (differences, parameter) => {
    const { status, body } = await save(differences);
    expect(status).toBe(400);
    expect(body.parameter).toBe(parameter);
  });
});
