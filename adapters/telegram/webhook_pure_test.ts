import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../actors/errors.ts";
import { createApp, TELEGRAM_WEBHOOK_PATH } from "../http/create_app.ts";
import { createBotWorld } from "./testing/bot_world.ts";
import { paymentUpdate, textUpdate } from "./testing/updates.ts";
import { createTelegramWebhook } from "./webhook.ts";

const SECRET = "secret_of_the_webhook";

function createServer() {
  const world = createBotWorld();
  const log = () => {};
  const app = createApp({
    isDatabaseReady: () => Promise.resolve(true),
    isRuntimeReady: () => true,
    proof: () => Promise.resolve(undefined),
    telegramWebhook: createTelegramWebhook({ bot: world.bot, secret: SECRET, log }),
    log,
  });
  const post = (body: BodyInit, secret: string | undefined = SECRET) =>
    app.request(TELEGRAM_WEBHOOK_PATH, {
      method: "POST",
      body,
      headers: secret === undefined ? {} : { "x-telegram-bot-api-secret-token": secret },
    });
  return { ...world, app, post };
}

describe("Telegram webhook", () => {
  it("answers 200 after the commit", async () => {
    const { post, runtime } = createServer();
    const response = await post(JSON.stringify(textUpdate("/start")));
    expect(response.status).toBe(200);
    expect(runtime.sent).toHaveLength(1);
  });

  it.each([
    { name: "no secret", secret: undefined },
    { name: "a wrong secret", secret: "secret_of_the_webhooX" },
    { name: "a shorter secret", secret: "s" },
    { name: "an empty secret", secret: "" },
  ])("answers 401 to $name, reading and storing nothing", async ({ secret }) => {
    const { app, runtime } = createServer();
    let isRead = false;
    const body = new ReadableStream({
      pull(controller) {
        isRead = true;
        controller.close();
      },
    }, { highWaterMark: 0 });
    const response = await app.request(TELEGRAM_WEBHOOK_PATH, {
      method: "POST",
      body,
      duplex: "half",
      headers: secret === undefined ? {} : { "x-telegram-bot-api-secret-token": secret },
    } as RequestInit);
    expect(response.status).toBe(401);
    expect(isRead).toBe(false);
    expect(runtime.sent).toEqual([]);
  });

  const good = textUpdate("/help");
  it.each([
    { name: "no JSON", body: "{" },
    { name: "an empty body", body: "" },
    { name: "null", body: "null" },
    { name: "a list", body: "[]" },
    { name: "a number", body: "7" },
    { name: "no update_id", body: JSON.stringify({ message: good.message }) },
    { name: "a negative update_id", body: JSON.stringify({ ...good, update_id: -1 }) },
    { name: "a fractional update_id", body: JSON.stringify({ ...good, update_id: 1.5 }) },
    { name: "a textual update_id", body: JSON.stringify({ ...good, update_id: "1" }) },
    { name: "a message that is a text", body: JSON.stringify({ update_id: 1, message: "hi" }) },
    {
      name: "a payment without a charge id",
      body: JSON.stringify({
        update_id: 1,
        message: {
          ...good.message,
          successful_payment: { currency: "XTR", total_amount: 1, invoice_payload: "pay_1" },
        },
      }),
    },
    {
      name: "a fractional amount",
      body: JSON.stringify(paymentUpdate("pay_1")).replace(
        '"total_amount":10',
        '"total_amount":1.5',
      ),
    },
  ])("answers 400 to $name and stores nothing", async ({ body }) => {
    const { post, runtime, unroutable } = createServer();
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(runtime.sent).toEqual([]);
    expect(unroutable).toEqual([]);
  });

  it("answers 413 to a body over a mebibyte, with and without its length said", async () => {
    const { post } = createServer();
    const large = JSON.stringify({ ...good, padding: "x".repeat(1024 * 1024) });
    expect((await post(large)).status).toBe(413);
    const stream = new Blob([large]).stream();
    expect((await post(stream)).status).toBe(413);
  });

  it("answers 503 while the database is gone, and 200 when the update comes again", async () => {
    const { post, runtime } = createServer();
    const body = JSON.stringify(good);
    runtime.failures.push(new UnavailableError("no database"));
    expect((await post(body)).status).toBe(503);
    expect((await post(body)).status).toBe(200);
    expect((await post(body)).status).toBe(200);
    expect(runtime.sent).toHaveLength(1);
  });

  it("never answers 5xx to an update that fails for ever: it is stored aside", async () => {
    const { post, runtime, unroutable } = createServer();
    for (let i = 0; i < 3; i++) runtime.failures.push(new TypeError("poison"));
    expect((await post(JSON.stringify(good))).status).toBe(200);
    expect(unroutable).toHaveLength(1);
  });

  it("answers 200 when Telegram refuses the reply", async () => {
    const { post, telegram, bot, log } = createServer();
    telegram.answer("sendMessage", { error: 403, description: "Forbidden: bot was blocked" });
    expect((await post(JSON.stringify(textUpdate("/help")))).status).toBe(200);
    await bot.drain();
    expect(log.join()).toContain("Cannot answer an update");
  });

  it("takes updates of one chat one after another, also when they arrive together", async () => {
    const { post, runtime } = createServer();
    const send = runtime.send.bind(runtime);
    const order: string[] = [];
    runtime.send = async (address, event, options) => {
      order.push(`begin ${options?.key}`);
      await Promise.resolve();
      const receipt = await send(address, event, options);
      order.push(`end ${options?.key}`);
      return receipt;
    };
    const [one, two] = [textUpdate("/start"), textUpdate("/start")];
    await Promise.all([post(JSON.stringify(one)), post(JSON.stringify(two))]);
    expect(order).toEqual([
      `begin tg:${one.update_id}`,
      `end tg:${one.update_id}`,
      `begin tg:${two.update_id}`,
      `end tg:${two.update_id}`,
    ]);
  });

  it("answers 404 to other methods and paths", async () => {
    const { app } = createServer();
    expect((await app.request(TELEGRAM_WEBHOOK_PATH)).status).toBe(404);
    expect((await app.request("/telegram/other", { method: "POST" })).status).toBe(404);
  });
});
