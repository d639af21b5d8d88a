import { describe, expect, it } from "vitest";
import type { Language } from "../../machines/domain/events.ts";
import { type CardPageKey, cardPagePath, createCardPage, type WidgetCard } from "./card_page.ts";
import { createApp } from "./create_app.ts";

const KEY = "k".repeat(43);
const TOKEN = "8a1fe2d7d6a4c1.SC.001.202607";
const CARD = "5555555555554477";

function open(
  { widgetUrl = "http://127.0.0.1:8081/yookassa/payouts-data", language = "en" as Language } = {},
) {
  const amount = { minor: "17050", currency: "RUB" as const };
  const taken: [CardPageKey, WidgetCard][] = [];
  const log: unknown[] = [];
  const isKnown = ({ playerId, key }: CardPageKey) => playerId === "tg-42" && key === KEY;
  const app = createApp({
    isDatabaseReady: () => Promise.resolve(true),
    isRuntimeReady: () => true,
    proof: () => Promise.resolve(undefined),
    log: (...line) => void log.push(line),
    cardPage: createCardPage({
      widgetUrl,
      gatewayId: "200500",
      find: (page) => {
        if (page.playerId === "tg-666") return Promise.reject(new Error("database away"));
        return Promise.resolve(isKnown(page) ? { language, amount } : undefined);
      },
      take: (page, card) => {
        const isTaken = isKnown(page) && taken.length === 0;
        if (isTaken) taken.push([page, card]);
        return Promise.resolve(isTaken);
      },
      log: (...line) => void log.push(line),
    }),
  });
  const give = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return { app, taken, log, give };
}

const HIS = cardPagePath("tg-42", KEY);

describe("the page for a card", () => {
  it("shows the provider's form to him who has its key, and says nothing to elsewhere", async () => {
    const response = await open().app.request(HIS);
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain("http://127.0.0.1:8081/yookassa/payouts-data/3.1.0/widget.js");
    expect(page).toContain('data-account="200500"');
    expect(page).toContain("Card for the payout");
    expect(page).toContain("170.50 ₽ will go to this card");
    const { headers } = response;
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' http://127.0.0.1:8081");
    expect(policy).toContain("frame-src http://127.0.0.1:8081");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("takes the real widget's parts from its provider, and speaks Russian", async () => {
    const real = { widgetUrl: "https://yookassa.ru/payouts-data", language: "ru" as const };
    const response = await open(real).app.request(HIS);
    const page = await response.text();
    expect(page).toContain("https://yookassa.ru/payouts-data/3.1.0/widget.js");
    expect(page).toContain("На эту карту уйдёт 170.50 ₽");
    expect(response.headers.get("content-security-policy")).toContain("https://yookassa.ru");
  });

  it.each([
    cardPagePath("tg-42", "x".repeat(43)),
    cardPagePath("tg-43", KEY),
    "/payout/card/42",
    `/payout/card/42.${"k".repeat(42)}`,
    `/payout/card/042.${KEY}`,
  ])("is not there for anybody else: %s", async (path) => {
    const { app, give, taken } = open();
    const shown = await app.request(path, { headers: { "accept-language": "ru-RU" } });
    expect(shown.status).toBe(404);
    expect(await shown.text()).toContain("/cashout");
    expect((await give(path, { payout_token: TOKEN, last4: "4477" })).status).toBe(404);
    expect(taken).toEqual([]);
  });

  it("hands the token over, once", async () => {
    const { give, taken } = open();
    const body = { payout_token: TOKEN, last4: "4477" };
    expect((await give(HIS, body)).status).toBe(200);
    expect((await give(HIS, body)).status).toBe(404);
    expect(taken).toEqual([[{ playerId: "tg-42", key: KEY }, { token: TOKEN, last4: "4477" }]]);
  });

  it.each([
    ["a card's number", { payout_token: CARD, last4: "4477" }],
    ["a card's number in parts", { payout_token: "5555-5555-5555-4477", last4: "4477" }],
    ["no last digits", { payout_token: TOKEN }],
    ["too many digits", { payout_token: TOKEN, last4: CARD }],
    ["no token", { last4: "4477" }],
    ["a token of another form", { payout_token: "<script>alert(1)", last4: "4477" }],
    ["no object", "[]"],
    ["no JSON", "payout_token=1"],
    ["nothing", "null"],
  ])("takes nothing else: %s", async (_, body) => {
    const { give, taken } = open();
    expect((await give(HIS, body)).status).toBe(400);
    expect(taken).toEqual([]);
  });

  it("takes nothing long, and nothing from another page", async () => {
    const { give, taken } = open();
    const body = { payout_token: TOKEN, last4: "4477" };
    expect((await give(HIS, { ...body, more: "x".repeat(3_000) })).status).toBe(413);
    expect((await give(HIS, body, { "sec-fetch-site": "cross-site" })).status).toBe(404);
    expect(taken).toEqual([]);
  });

  it("serves its own files only", async () => {
    const { app } = open();
    const script = await app.request("/payout/card/static/card.js");
    expect(script.headers.get("content-type")).toContain("text/javascript");
    expect(await script.text()).not.toMatch(/number/i);
    const icon = await app.request("/payout/card/static/icon.svg");
    expect(icon.headers.get("content-type")).toContain("image/svg+xml");
    for (const file of ["card_page.ts", "..%2fcreate_app.ts", "__proto__"]) {
      expect((await app.request(`/payout/card/static/${file}`)).status).toBe(404);
    }
  });

  it("writes no key to the log when something breaks", async () => {
    const { app, log } = open();
    const response = await app.request(cardPagePath("tg-666", KEY));
    expect(response.status).toBe(500);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    const page = await response.text();
    expect(page).not.toContain("away");
    // A person reads it: it was JSON.
    expect(page).toContain("Please load the page again");
    expect(JSON.stringify(log)).not.toContain(KEY);
  });
});
