/** A payer's hand on the sandbox's payment page. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createYooKassaFixture, type YooKassaFixture } from "../sandbox/yookassa_for_tests.ts";
import { cardOf, type PageOrder, payOnPage } from "./pay_on_page.ts";

let shop: YooKassaFixture;

beforeEach(async () => {
  shop = await createYooKassaFixture();
});
afterEach(() => shop.sandbox.close());

/** As over a port: the page takes forms of its own origin alone. */
const ORIGIN = "http://127.0.0.1:9";

const pay = (link: string, order: PageOrder) =>
  payOnPage(link, order, {
    fetch: (url, init) => {
      const headers = { ...init?.headers, host: new URL(ORIGIN).host };
      return shop.sandbox.fetch(new Request(url, { ...init, headers }));
    },
  });

async function open(
  differences: object = {},
): Promise<{ link: string; status: () => Promise<string> }> {
  const { body } = await shop.payment(differences);
  return {
    link: body.confirmation.confirmation_url.replace("http://sandbox", ORIGIN),
    status: async () => (await shop.api("GET", `/payments/${body.id}`)).body.status,
  };
}

describe("payOnPage()", () => {
  it.each<[string, PageOrder]>([
    ["by card", cardOf("5555555555554444")],
    ["by card, with the bank's question", cardOf("2200000000000004")],
    ["through the SBP", { method: "sbp" }],
    ["through the SBP of a bank", { method: "sbp", typed: { bank: "100000000004" } }],
    ["from the wallet that stands there", { method: "yoo_money" }],
  ])("pays %s", async (_how, order) => {
    const { link, status } = await open();
    expect(await pay(link, order)).toEqual({ isPaid: true });
    expect(await status()).toBe("succeeded");
  });

  it("knows that it is paid when the way back is on the page's own machine", async () => {
    const confirmation = { type: "redirect", return_url: "https://t.me" };
    const { link, status } = await open({ confirmation });
    expect(await pay(link, cardOf("2200000000000004"))).toEqual({ isPaid: true });
    expect(await status()).toBe("succeeded");
  });

  it.each<[string, PageOrder]>([
    ["insufficient_funds", cardOf("5555555555554600")],
    ["general_decline", { method: "sbp", typed: { action: "decline" } }],
  ])("reads that it was declined: %s", async (reason, order) => {
    const { link, status } = await open();
    const words = expect.stringMatching(/not enough money|declined/);
    expect(await pay(link, order)).toEqual({ isPaid: false, reason, words });
    expect(await status()).toBe("canceled");
  });

  it.each<[string, PageOrder, RegExp]>([
    ["a number that is no card", cardOf("1234"), /page says: .*card.*number/i],
    ["a field that is not there", { method: "sbp", typed: { iban: "1" } }, /no field "iban"/],
  ])("does not go on with %s", async (_what, order, words) => {
    const { link, status } = await open();
    await expect(pay(link, order)).rejects.toThrow(words);
    expect(await status()).toBe("pending");
  });

  it("pays once, and no payment that nobody has made", async () => {
    const { link } = await open();
    await pay(link, { method: "sbp" });
    await expect(pay(link, { method: "sbp" })).rejects.toThrow(/no form for "sbp"/);
    const other = link.replace(/orderId=.*/, "orderId=none");
    await expect(pay(other, { method: "sbp" })).rejects.toThrow("answers 404");
  });
});
