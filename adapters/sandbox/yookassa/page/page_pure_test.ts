/** The payment page and the payout widget: what one can do there, and what one is told. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createYooKassaFixture, type YooKassaFixture } from "../../yookassa_for_tests.ts";
import { SANDBOX_GATEWAY } from "../accounts.ts";
import { testCards } from "../test_cards.ts";
import { WORDS } from "./words.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

const EVIL = `<img src=x onerror="alert(1)">`;
const CARD = { method: "bank_card", number: "4111 1111 1111 1111", date: "12/30", code: "123" };

async function open(differences: object = {}) {
  const { body } = await shop.payment(differences);
  const path = body.confirmation.confirmation_url.slice("http://sandbox".length);
  const status = async () => (await shop.api("GET", `/payments/${body.id}`)).body;
  return { id: body.id as string, path, status };
}

function submit(path: string, fields: Record<string, string>): Promise<Response> {
  return shop.request(path, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
}

async function read(path: string, headers: HeadersInit = {}): Promise<string> {
  return await (await shop.request(path, { headers })).text();
}

describe("the payment page", () => {
  it("shows the sum, what for, and the ways to pay", async () => {
    const { path } = await open({ description: `Ticket ${EVIL}` });
    const html = await read(path);
    expect(html.replaceAll(/\s/g, " ")).toContain("100 ₽");
    expect(html).not.toContain(EVIL);
    for (const method of ["bank_card", "sbp", "yoo_money"]) {
      expect(html).toContain(`value="${method}"`);
    }
    expect(html).toContain("https://shop.example/back");
  });

  it.each([["100.00", "100 ₽"], ["99.50", "99,50 ₽"], ["12000.00", "12 000 ₽"]])(
    "writes %s as %s, and in English alike",
    async (value, words) => {
      const { path } = await open({ amount: { value, currency: "RUB" } });
      expect((await read(path)).replaceAll(/\s/g, " ")).toContain(`<h1>${words}</h1>`);
      const english = words.replace(",", ".").replace(/ (?=\d)/, ",");
      expect((await read(`${path}&lang=en`)).replaceAll(/\s/g, " "))
        .toContain(`<h1>${english}</h1>`);
    },
  );

  it.each([
    [{}, "", "Заплатить"],
    [{}, "en-GB,en", "Pay"],
    [{}, "ru-RU,ru", "Заплатить"],
    [{ locale: "en_US" }, "ru", "Pay"],
    [{ locale: "ru_RU" }, "en", "Заплатить"],
  ])("speaks the language of the shop %j or the browser %j", async (locale, accepted, words) => {
    const { path } = await open({
      confirmation: { type: "redirect", return_url: "https://shop.example/back", ...locale },
    });
    expect(await read(path, accepted === "" ? {} : { "accept-language": accepted }))
      .toContain(words);
    expect(await read(`${path}&lang=en`)).toContain("Pay");
  });

  it.each([
    ["by card", CARD],
    ["by card with other spaces and a long year", {
      ...CARD,
      number: "41111111 11111111",
      date: "1 / 2031",
    }],
    ["by SBP", { method: "sbp", bank: "100000000004", action: "pay" }],
    ["from a wallet", { method: "yoo_money", wallet: "4100116074720387", action: "pay" }],
  ])("takes the payment %s and goes back to the shop", async (_how, fields) => {
    const { path, status } = await open();
    const answer = await submit(path, fields);
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("https://shop.example/back");
    // Without it a browser would not follow.
    expect(answer.headers.get("content-security-policy"))
      .toContain("form-action 'self' https://shop.example");
    expect((await status()).status).toBe("succeeded");
    const html = await read(path);
    expect(html).toContain("Оплачено");
    expect(html).not.toContain("<form");
  });

  it("goes back as well when the shop takes the money later", async () => {
    const { path, status } = await open({ capture: false });
    expect(await read(path)).not.toContain('value="sbp"');
    expect((await submit(path, CARD)).headers.get("location")).toBe("https://shop.example/back");
    expect((await status()).status).toBe("waiting_for_capture");
    expect(await read(path)).toContain("Деньги отложены");
  });

  it.each(["https://t.me", "https://t.me/some_bot", "https://telegram.me/some_bot?start=x"])(
    "leads back to the sandbox's own Telegram instead of %s",
    async (return_url) => {
      // It led out of this machine, to a page that could not be reached.
      const { path } = await open({ confirmation: { type: "redirect", return_url } });
      expect(await read(path)).toContain('href="/" class="leave"');
      const answer = await submit(path, CARD);
      expect(answer.headers.get("location")).toBe("/");
      expect(answer.headers.get("content-security-policy")).toContain("form-action 'self';");
      expect(await read(path)).toContain('href="/" class="button primary"');
    },
  );

  it("has words of both languages for every test card that is declined", () => {
    const reasons = testCards().flatMap(({ outcome }) => outcome.cancellation?.reason ?? []);
    for (const { reasons: known } of Object.values(WORDS)) {
      expect(Object.keys(known)).toEqual(expect.arrayContaining(reasons));
    }
  });

  it("says that a card was declined, and why", async () => {
    const { path, status } = await open();
    const answer = await submit(path, { ...CARD, number: "5555555555554600" });
    expect(answer.headers.get("location")).toBe(path);
    expect((await status()).cancellation_details.reason).toBe("insufficient_funds");
    const html = await read(path);
    expect(html).toContain("На карте не хватает денег");
    expect(html).toContain("insufficient_funds");
    expect(html).toContain("Вернуться в магазин");
  });

  it.each([
    ["pay", "succeeded", "https://shop.example/back"],
    ["decline", "canceled", undefined],
  ])("asks for the bank; one may %s", async (action, want, location) => {
    const { path, status } = await open();
    expect((await submit(path, { ...CARD, number: "2200000000000004" })).headers.get("location"))
      .toBe(path);
    expect(await read(path)).toContain("Ваш банк просит подтвердить");
    expect((await status()).status).toBe("pending");
    const answer = await submit(path, { method: "3ds", action });
    expect(answer.headers.get("location")).toBe(location ?? path);
    expect((await status()).status).toBe(want);
  });

  it.each([
    ["sbp", { bank: "100000000004" }],
    ["yoo_money", { wallet: "4100116074720387" }],
  ])("by %s the payer may decline in his bank", async (method, fields) => {
    const { path, status } = await open();
    await submit(path, { method, ...fields, action: "decline" });
    expect((await status()).cancellation_details.reason).toBe("general_decline");
  });

  it.each([
    [{ ...CARD, number: "4111 1111 1111 1112" }, "В номере карты ошибка", "number"],
    [{ ...CARD, number: "" }, "В номере карты ошибка", "number"],
    [{ ...CARD, number: EVIL }, "В номере карты ошибка", "number"],
    [{ ...CARD, number: "5105105105105100" }, "только тестовые карты", "number"],
    [{ ...CARD, date: "12/25" }, "Срок действия", "date"],
    [{ ...CARD, date: "13/30" }, "Срок действия", "date"],
    [{ ...CARD, date: "soon" }, "Срок действия", "date"],
    [{ ...CARD, code: "12" }, "3 или 4 цифр", "code"],
    [{ method: "sbp", bank: "1" }, "Выберите банк", "bank"],
    [{ method: "yoo_money", wallet: "1234" }, "начинается с 41001", "wallet"],
    [{ method: "3ds", action: "pay" }, "уже завершён", ""],
    [{}, "В номере карты ошибка", "number"],
  ])("%j is not taken: %s", async (fields, words, field) => {
    const { path, status } = await open();
    const answer = await submit(path, fields);
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain(words);
    expect(html).not.toContain(EVIL);
    expect(html.match(/name="(\w+)"[^>]*aria-invalid/)?.[1] ?? "").toBe(field);
    expect((await status()).status).toBe("pending");
    expect((await submit(path, CARD)).headers.get("location")).toBe("https://shop.example/back");
  });

  it("of a payment that nobody has made says so", async () => {
    const path = `/yookassa/payments/external/confirmation?orderId=${encodeURIComponent(EVIL)}`;
    for (const answer of [await shop.request(path), await submit(path, CARD)]) {
      expect(answer.status).toBe(404);
      const html = await answer.text();
      expect(html).toContain("Такого платежа нет");
      expect(html).not.toContain(EVIL);
    }
  });

  it("loads nothing from elsewhere and stands in no frame", async () => {
    const { path } = await open();
    const { headers } = await shop.request(path);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    // Without the origin of its own forms the sandbox would take them for somebody else's.
    expect(headers.get("referrer-policy")).toBe("same-origin");
  });
});

describe("the payout widget", () => {
  const form = (account = SANDBOX_GATEWAY.id, more = "") =>
    `/yookassa/payouts-data/form?account_id=${account}&origin=http%3A%2F%2F127.0.0.1%3A8080${more}`;
  const cardOf = (html: string) =>
    JSON.parse(
      (/data-card="([^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&quot;", '"') || "null",
    );

  it("gives a token for a card, with which a payout is made", async () => {
    const html = await (await submit(form(), { number: "2200 0000 0000 0004" })).text();
    const card = cardOf(html);
    expect(card).toMatchObject({ first6: "220000", last4: "0004", card_type: "Mir" });
    expect(html).toContain('data-origin="http://127.0.0.1:8080"');
    expect(html.replaceAll(" ", "")).not.toContain("2200000000000004");
    const { body } = await shop.payout({
      payout_destination_data: undefined,
      payout_token: card.payout_token,
    });
    expect(body.payout_destination.card).toMatchObject({ last4: "0004" });
  });

  it.each([["1234"], [""], ["4111 1111 1111 1112"], [EVIL]])("%j is no card", async (number) => {
    const html = await (await submit(form(), { number })).text();
    expect(html).toContain("В номере карты ошибка");
    expect(html).not.toContain(EVIL);
    expect(cardOf(html)).toBeNull();
  });

  it("knows its gateway, and speaks two languages", async () => {
    expect(await read(form())).toContain("Сохранить карту");
    expect(await read(form(SANDBOX_GATEWAY.id, "&lang=en"))).toContain("Save the card");
    const wrong = await read(form("1"));
    expect(wrong).toContain("Такого шлюза нет");
    expect(wrong).toContain('data-problem="account_id"');
    expect(wrong).not.toContain("<form");
  });

  it("may be framed by pages of this machine alone", async () => {
    const { headers } = await shop.request(form());
    expect(headers.get("content-security-policy"))
      .toContain("frame-ancestors http://127.0.0.1:* http://localhost:*");
    expect(headers.get("x-frame-options")).toBeNull();
    const script = await shop.request("/yookassa/payouts-data/3.1.0/widget.js");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    expect(script.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(await script.text()).toContain("PayoutsData");
  });

  it.each(["pay.css", "form.js"])("serves %s, and no other file", async (file) => {
    expect((await shop.request(`/yookassa/static/${file}`)).status).toBe(200);
    expect((await shop.request("/yookassa/static/widget.js")).status).toBe(404);
    expect((await shop.request("/yookassa/static/..%2fwords.ts")).status).toBe(404);
  });
});
