/** Payments: what may be asked, what payers do, and the rows of YooKassa's test cards. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createYooKassaFixture, HUNDRED, type YooKassaFixture } from "../yookassa_for_tests.ts";
import { SANDBOX_SHOP } from "./accounts.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

const rubles = (value: string) => ({ value, currency: "RUB" });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** `reason | Mastercard | Visa | Mir`, as the documentation prints them. */
const DECLINED = `
3d_secure_failed 5555555555554592 4839665499603842 2200000000000012 payment_network
call_issuer 5555555555554535 4926946416239025 2200000000000020 payment_network
card_expired 5555555555554543 4141435412630840 2200000000000038 payment_network
fraud_suspected 5555555555554568 4483274282299972 2200000000000046 payment_network
general_decline 5555555555554527 4889971706588753 2202202212312379 payment_network
insufficient_funds 5555555555554600 4562265587712390 2200000000000053 payment_network
invalid_card_number 5555555555554618 4951017853630544 2201382000000013 payment_network
invalid_csc 5555555555554626 4194180666146368 2200770212727079 payment_network
issuer_unavailable 5555555555554501 4654130848359150 2201382000000021 payment_network
payment_method_limit_exceeded 5555555555554576 4565231022577548 2201382000000039 payment_network
payment_method_restricted 5555555555554550 4233961169071671 2201382000000047 payment_network
country_forbidden 5555555555554584 4969751510013864 2201382000000054 yoo_money
fraud_suspected 5555555555554634 4119098878796485 2201696981989955 yoo_money
`.trim().split("\n").flatMap((line) => {
  const [reason, mastercard, visa, mir, party] = line.split(" ");
  return [mastercard, visa, mir].map((card) => ({ card, party, reason }));
});
const GOOD = [
  { card: "5555555555554477", asks3ds: true, type: "MasterCard" },
  { card: "5555555555554444", asks3ds: false, type: "MasterCard" },
  { card: "4793128161644804", asks3ds: false, type: "Visa" },
  { card: "4111111111111111", asks3ds: false, type: "Visa" },
  { card: "2200000000000004", asks3ds: true, type: "Mir" },
  { card: "2202474301322987", asks3ds: false, type: "Mir" },
  { card: "6759649826438453", asks3ds: false, type: "MasterCard" },
  { card: "4175001000000017", asks3ds: false, type: "Visa" },
  { card: "370000000000002", asks3ds: false, type: "AmericanExpress" },
  { card: "3528000700000000", asks3ds: false, type: "JCB" },
  { card: "36700102000000", asks3ds: false, type: "DinersClub" },
];

describe("test cards", () => {
  it.each(GOOD)("$card pays", async ({ card, asks3ds, type }) => {
    const { body } = await shop.payment();
    expect(await shop.payers.pay(body.id, { card })).toMatchObject({
      status: "succeeded",
      paid: true,
      payment_method: {
        type: "bank_card",
        saved: false,
        card: {
          first6: card.slice(0, 6),
          last4: card.slice(-4),
          card_type: type,
        },
      },
      authorization_details: { three_d_secure: { applied: asks3ds } },
    });
    expect(JSON.stringify((await shop.api("GET", `/payments/${body.id}`)).body))
      .not.toContain(card);
  });

  it.each(DECLINED)("$card is declined: $reason by $party", async ({ card, reason, party }) => {
    const { body } = await shop.payment();
    const declined = await shop.payers.pay(body.id, { card: card ?? "" });
    expect(declined).toMatchObject({
      status: "canceled",
      paid: false,
      refundable: false,
      cancellation_details: { party, reason },
    });
    expect((await shop.payers.books()).shop).toMatchObject({ received: 0, fees: 0, balance: 0 });
  });

  it("whoever does not pass 3-D Secure has not paid", async () => {
    const { body } = await shop.payment();
    expect(await shop.payers.pay(body.id, { card: "5555555555554477", passes3ds: false }))
      .toMatchObject({
        status: "canceled",
        cancellation_details: { party: "payment_network", reason: "3d_secure_failed" },
      });
  });

  it.each([
    ["4111111111111112", "cardNumber"],
    ["41111", "cardNumber"],
    ["5105105105105100", "notATestCard"],
  ])("%s is not taken by the page, and can be tried again", async (card, problem) => {
    const { body } = await shop.payment();
    await expect(shop.payers.pay(body.id, { card })).rejects.toThrow(problem);
    expect((await shop.payers.pay(body.id)).status).toBe("succeeded");
  });
});

describe("a payment", () => {
  it("is pending with a link to pay until it is paid", async () => {
    const { status, body } = await shop.payment({
      description: "Entry",
      metadata: { payment_id: "pay_1" },
      merchant_customer_id: "tg-1",
      client_ip: "203.0.113.7",
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-000f-5000-8000-[0-9a-f]{12}$/),
      status: "pending",
      amount: HUNDRED,
      description: "Entry",
      recipient: { account_id: SANDBOX_SHOP.id, gateway_id: "100700" },
      created_at: "2026-01-01T00:00:00.000Z",
      confirmation: {
        type: "redirect",
        return_url: "https://shop.example/back",
        confirmation_url:
          `http://sandbox/yookassa/payments/external/confirmation?orderId=${body.id}`,
      },
      test: false,
      paid: false,
      refundable: false,
      metadata: { payment_id: "pay_1" },
      merchant_customer_id: "tg-1",
    });
    const paid = await shop.payers.pay(body.id);
    expect(paid).toMatchObject({
      status: "succeeded",
      captured_at: "2026-01-01T00:00:00.000Z",
      refundable: true,
    });
    expect(paid.confirmation).toBeUndefined();
    expect((await shop.api("GET", `/payments/${body.id}`)).body).toEqual(paid);
    await expect(shop.payers.pay(body.id)).rejects.toThrow("notPayable");
  });

  it.each([
    // 3.5 % are 3.50, and 22 % of those 0.77.
    ["100.00", {}, "95.73"],
    ["1.00", {}, "0.95"],
    ["350000.00", {}, "335055.00"],
    ["100.00", { feeBps: 0 }, "100.00"],
    ["100.00", { feeBps: 280, vatBps: 0 }, "97.20"],
  ])("of %s brings, with %o, %s", async (value, settings, income) => {
    await shop.payers.set(settings);
    const paid = await shop.paid({ amount: rubles(value) });
    expect(paid).toMatchObject({ amount: rubles(value), income_amount: rubles(income) });
    const { received, fees, balance } = (await shop.payers.books()).shop;
    expect(received - fees).toBe(balance);
    expect(balance).toBe(Math.round(Number(income) * 100));
  });

  it("expires an hour after it was made, and not before", async () => {
    const { body } = await shop.payment();
    await shop.clock.advance(HOUR - 1);
    expect((await shop.api("GET", `/payments/${body.id}`)).body.status).toBe("pending");
    await shop.clock.advance(1);
    expect((await shop.api("GET", `/payments/${body.id}`)).body).toMatchObject({
      status: "canceled",
      cancellation_details: { party: "yoo_money", reason: "expired_on_confirmation" },
    });
    await expect(shop.payers.pay(body.id)).rejects.toThrow("notPayable");
  });

  it.each(
    [
      ["sbp", { method: "sbp", bankId: "100000000004" }, {
        sbp_operation_id: expect.stringMatching(/^[0-9A-F]{32}$/),
        payer_bank_details: { bank_id: "100000000004", bic: "044525974" },
      }],
      ["yoo_money", { method: "yoo_money", wallet: "4100116075156746" }, {
        account_number: "4100116075156746",
      }],
    ] as const,
  )("is paid by %s", async (type, order, details) => {
    const { body } = await shop.payment();
    expect((await shop.payers.pay(body.id, order)).payment_method)
      .toMatchObject({ type, ...details });
  });

  it.each(["sbp", "yoo_money"] as const)("by %s can be declined by the payer", async (method) => {
    const { body } = await shop.payment({ payment_method_data: { type: method } });
    expect(body.payment_method).toMatchObject({ type: method, saved: false });
    expect(await shop.payers.pay(body.id, { decline: true })).toMatchObject({
      status: "canceled",
      cancellation_details: { reason: "general_decline" },
    });
  });

  it("whose method the shop chose is paid by that method alone", async () => {
    const { body } = await shop.payment({ payment_method_data: { type: "sbp" } });
    await expect(shop.payers.pay(body.id, { method: "bank_card" })).rejects
      .toThrow("methodUnavailable");
    expect((await shop.payers.pay(body.id)).payment_method?.type).toBe("sbp");
  });

  it("above the limit of cards goes by SBP alone", async () => {
    const { body } = await shop.payment({ amount: rubles("350000.01") });
    await expect(shop.payers.pay(body.id)).rejects.toThrow("methodUnavailable");
    expect((await shop.payers.pay(body.id, { method: "sbp" })).status).toBe("succeeded");
  });

  it("of a test shop says so, and knows no SBP", async () => {
    await shop.payers.set({ isTest: true });
    const { body } = await shop.payment();
    expect(body.test).toBe(true);
    await expect(shop.payers.pay(body.id, { method: "sbp" })).rejects.toThrow("methodUnavailable");
    expect((await shop.payment({ payment_method_data: { type: "sbp" } })).body.parameter)
      .toBe("payment_method_data.type");
  });
});

describe("in two stages", () => {
  const held = async () => {
    const { body } = await shop.payment({ capture: false });
    return await shop.payers.pay(body.id);
  };

  it("it waits for seven days, and then goes back", async () => {
    const payment = await held();
    expect(payment).toMatchObject({
      status: "waiting_for_capture",
      paid: true,
      refundable: false,
      expires_at: "2026-01-08T00:00:00.000Z",
    });
    expect((await shop.payers.books()).shop.received).toBe(0);
    await shop.clock.advance(7 * DAY);
    expect((await shop.api("GET", `/payments/${payment.id}`)).body).toMatchObject({
      status: "canceled",
      paid: false,
      cancellation_details: { party: "yoo_money", reason: "expired_on_capture" },
    });
  });

  it("the whole sum is taken with an empty body", async () => {
    const { id } = await held();
    expect((await shop.api("POST", `/payments/${id}/capture`)).body).toMatchObject({
      status: "succeeded",
      amount: HUNDRED,
      income_amount: rubles("95.73"),
    });
    await shop.clock.advance(8 * DAY);
    expect((await shop.api("GET", `/payments/${id}`)).body.status).toBe("succeeded");
  });

  it("a part is taken, and the books know only of that", async () => {
    const { id } = await held();
    const taken = await shop.api("POST", `/payments/${id}/capture`, { amount: rubles("40.00") });
    expect(taken.body).toMatchObject({ status: "succeeded", amount: rubles("40.00") });
    expect((await shop.payers.books()).shop.received).toBe(4000);
  });

  it("it is cancelled by the shop", async () => {
    const { id } = await held();
    expect((await shop.api("POST", `/payments/${id}/cancel`)).body).toMatchObject({
      status: "canceled",
      cancellation_details: { party: "merchant", reason: "canceled_by_merchant" },
    });
  });

  it.each([
    ["capture", { amount: rubles("100.01") }, "amount.value"],
    ["capture", { amount: rubles("0.00") }, "amount.value"],
    ["cancel", { amount: HUNDRED }, "amount"],
  ])("%s with %o is refused", async (what, body, parameter) => {
    const { id } = await held();
    const refused = await shop.api("POST", `/payments/${id}/${what}`, body);
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid_request", parameter } });
    expect((await shop.api("GET", `/payments/${id}`)).body.status).toBe("waiting_for_capture");
  });

  it.each(["capture", "cancel"])("%s is legal for a held payment alone", async (what) => {
    const { body: pending } = await shop.payment();
    const { id: paid } = await shop.paid();
    for (const id of [pending.id, paid]) {
      expect((await shop.api("POST", `/payments/${id}/${what}`)).status).toBe(400);
    }
    const unknown = "22e12f66-000f-5000-8000-18db351245c7";
    expect((await shop.api("POST", `/payments/${unknown}/${what}`)).status).toBe(404);
  });
});

describe("what may be asked", () => {
  const item = { description: "Entry", quantity: 1, amount: HUNDRED, vat_code: 1 };
  const customer = { email: "anna@example.org" };

  it.each([
    [{ description: "x".repeat(128) }],
    [{ metadata: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k${i}`, "v"])) }],
    [{ metadata: { ["k".repeat(32)]: "ж".repeat(512) } }],
    [{ amount: rubles("1.00") }],
    [{ amount: rubles("700000.00") }],
    [{ receipt: { customer, items: [item] } }],
    [{ receipt: { customer: { phone: "79000000000" }, items: [{ ...item, quantity: 1 }] } }],
    [{
      receipt: {
        customer: { ...customer, full_name: "Anna", inn: "6321341814" },
        items: [
          { ...item, amount: rubles("33.33"), quantity: 3, payment_mode: "full_payment" },
          { ...item, amount: rubles("0.01"), measure: "piece", payment_subject: "service" },
        ],
        tax_system_code: 2,
        internet: true,
        timezone: 2,
      },
    }],
  ])("takes %j", async (differences) => {
    expect(await shop.payment(differences)).toMatchObject({
      status: 200,
      body: { status: "pending" },
    });
  });

  it.each([
    [{ amount: undefined }, "amount"],
    [{ amount: { value: "100", currency: "RUB" } }, "amount.value"],
    [{ amount: { value: 100, currency: "RUB" } }, "amount.value"],
    [{ amount: rubles("0100.00") }, "amount.value"],
    [{ amount: rubles("100.001") }, "amount.value"],
    [{ amount: rubles("-1.00") }, "amount.value"],
    [{ amount: rubles("0.99") }, "amount.value"],
    [{ amount: rubles("700000.01") }, "amount.value"],
    [{ amount: { value: "1.00", currency: "USD" } }, "amount.currency"],
    [{ description: "x".repeat(129) }, "description"],
    [{ confirmation: undefined }, "confirmation"],
    [{ confirmation: { type: "redirect" } }, "confirmation.return_url"],
    [{ confirmation: { type: "redirect", return_url: "shop" } }, "confirmation.return_url"],
    [
      { confirmation: { type: "redirect", return_url: `https://x.y/${"a".repeat(2048)}` } },
      "confirmation.return_url",
    ],
    [{ confirmation: { type: "qr", return_url: "https://x.y" } }, "confirmation.type"],
    [
      { confirmation: { type: "redirect", return_url: "https://x.y", locale: "ru" } },
      "confirmation.locale",
    ],
    [{ payment_method_data: { type: "qiwi" } }, "payment_method_data.type"],
    [
      { payment_method_data: { type: "bank_card", card: { number: "4111111111111111" } } },
      "payment_method_data.card",
    ],
    [{ payment_method_data: { type: "sbp" }, capture: false }, "capture"],
    [
      { payment_method_data: { type: "bank_card" }, amount: rubles("350000.01") },
      "amount.value",
    ],
    [{ metadata: { number: 7 } }, "metadata.number"],
    [{ metadata: { ["k".repeat(33)]: "v" } }, "metadata"],
    [{ metadata: { k: "v".repeat(513) } }, "metadata.k"],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, "v"])) },
      "metadata",
    ],
    [{ merchant_customer_id: "x".repeat(201) }, "merchant_customer_id"],
    [{ payment_method_id: "22e12f66-000f-5000-8000-18db351245c7" }, "payment_method_id"],
    [{ capture: "true" }, "capture"],
    [{ descripton: "misspelled" }, "descripton"],
    [{ receipt: { items: [item] } }, "receipt.customer"],
    [{ receipt: { customer: {}, items: [item] } }, "receipt.customer.email"],
    [{ receipt: { customer, items: [] } }, "receipt.items"],
    [
      { receipt: { customer, items: Array.from({ length: 81 }, () => item) } },
      "receipt.items",
    ],
    [{ receipt: { customer, items: [{ ...item, vat_code: 13 }] } }, "receipt.items.0.vat_code"],
    [
      { receipt: { customer, items: [{ ...item, description: "" }] } },
      "receipt.items.0.description",
    ],
    [{ receipt: { customer, items: [{ ...item, quantity: 0 }] } }, "receipt.items.0.quantity"],
    [
      { receipt: { customer, items: [{ ...item, payment_subject: "dream" }] } },
      "receipt.items.0.payment_subject",
    ],
    [{ receipt: { customer, items: [{ ...item, amount: rubles("99.99") }] } }, "receipt.items"],
  ])("refuses %j and names %s", async (differences, parameter) => {
    expect(await shop.payment(differences)).toMatchObject({
      status: 400,
      body: {
        type: "error",
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        code: "invalid_request",
        description: expect.any(String),
        parameter,
      },
    });
    expect((await shop.payers.books()).shop.payments).toEqual([]);
  });

  it("a shop that must send receipts sends them; they are registered with the payment", async () => {
    await shop.payers.set({ needsReceipts: true });
    expect((await shop.payment()).body.parameter).toBe("receipt");
    const receipt = { customer, items: [item] };
    const { body } = await shop.payment({ receipt });
    expect(body.receipt_registration).toBe("pending");
    expect((await shop.payers.pay(body.id)).receipt_registration).toBe("succeeded");
    const refund = { payment_id: body.id, amount: rubles("40.00") };
    expect((await shop.api("POST", "/refunds", refund)).body.parameter).toBe("receipt");
    const part = { customer, items: [{ ...item, amount: rubles("40.00") }] };
    expect((await shop.api("POST", "/refunds", { ...refund, receipt: part })).body)
      .toMatchObject({ status: "succeeded", receipt_registration: "succeeded" });
    const { body: whole } = await shop.payment({ receipt });
    await shop.payers.pay(whole.id);
    const back = { payment_id: whole.id, amount: whole.amount };
    expect((await shop.api("POST", "/refunds", back)).body)
      .toMatchObject({ status: "succeeded", receipt_registration: "succeeded" });
    const { body: other } = await shop.payment({ receipt });
    expect((await shop.payers.pay(other.id, { card: "5555555555554527" })).receipt_registration)
      .toBe("canceled");
  });
});
