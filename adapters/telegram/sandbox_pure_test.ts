/**
 * The adapter against the strict stand-in for Telegram, over its HTTP: what it refuses, Telegram
 * would refuse. The machines are played by a fake runtime.
 */
import { describe, expect, it, onTestFinished } from "vitest";
import { createPeople } from "../sandbox/people.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import type { EffectContext } from "../../actors/define_actor.ts";
import { createApp, TELEGRAM_WEBHOOK_PATH } from "../http/create_app.ts";
import { createAdmins } from "../supervisor/admins.ts";
import { freshIds } from "../supervisor/fresh_ids.ts";
import { createSupervisor } from "../supervisor/supervisor.ts";
import { createFakeRuntime } from "../supervisor/testing/fake_runtime.ts";
import { createTelegramEffects } from "./effects/telegram_effects.ts";
import { startPolling } from "./polling.ts";
import { setUpBot, setUpWebhook } from "./set_up_bot.ts";
import { createTelegramApi } from "./telegram_api.ts";
import { createTelegramBot } from "./telegram_bot.ts";
import { createFakeCards } from "./testing/fake_cards.ts";
import { createGiftCatalog } from "./gift_catalog.ts";
import { createOpenLimiter } from "./testing/fake_limiter.ts";
import { createFakePanel } from "./testing/fake_panel.ts";
import { createFakeQueries, testRaffle } from "./testing/fake_queries.ts";
import { createFakeReach } from "./testing/fake_reach.ts";
import { createTelegramWebhook } from "./webhook.ts";
import { SANDBOX_TOKEN } from "../config/read_config.ts";

const context: EffectContext = {
  idempotencyKey: "k",
  address: "payment/pay_1",
  attempt: 1,
  signal: new AbortController().signal,
  nowMs: () => Date.now(),
};
const SECRET = "secret_of_the_sandbox";
const RICH = { id: 4242, first_name: "Anna <3", language_code: "ru", stars: 100 };

function createWorld() {
  const runtime = createFakeRuntime();
  const queries = createFakeQueries();
  queries.isEverybodyKnown = false;
  queries.raffles.push(testRaffle());
  const log = () => {};
  const sandbox = createSandbox({
    token: SANDBOX_TOKEN,
    seed: "telegram adapter",
    flood: { perSecond: 10_000, perChatPerSecond: 10_000, chatBurst: 10_000 },
    deliver: (request) => Promise.resolve(app.fetch(request)),
  });
  onTestFinished(() => sandbox.close());
  const api = createTelegramApi({
    token: SANDBOX_TOKEN,
    apiRoot: "http://sandbox",
    fetch: (input, init) => sandbox.fetch(new Request(input, init)),
    timeoutMs: 5_000,
  });
  const limiter = createOpenLimiter();
  const panel = createFakePanel(queries);
  const admins = createAdmins({ owners: [] });
  const bot = createTelegramBot({
    supervisor: createSupervisor({
      runtime,
      ids: freshIds,
      isAdmin: () => false,
      admins,
      audit: panel,
      operator: panel.operator,
      botUsername: "SandboxBot",
      entriesPerDay: 50,
      withdrawalLimit: 1_000,
      timeZone: "UTC",
      exclusionDays: 30,
      commissionBps: 1500,
      nowMs: () => Date.now(),
      log,
      onUnroutable: () => Promise.resolve(),
    }),
    api,
    limiter,
    queries,
    cards: createFakeCards(),
    gifts: createGiftCatalog({ api, limiter, nowMs: () => Date.now() }),
    supportContact: "@support",
    panel,
    admins,
    nowMs: () => Date.now(),
    log,
  });
  const app = createApp({
    isDatabaseReady: () => Promise.resolve(true),
    isRuntimeReady: () => true,
    proof: () => Promise.resolve(undefined),
    telegramWebhook: createTelegramWebhook({ bot, secret: SECRET, log }),
    log,
  });
  const blocked: string[] = [];
  const effects = createTelegramEffects({
    api,
    limiter,
    queries,
    cards: createFakeCards(),
    reach: createFakeReach(),
    onBlocked: (playerId) => Promise.resolve(void blocked.push(playerId)),
  });
  const people = createPeople("http://sandbox", { fetch: sandbox.fetch });
  const useWebhook = () =>
    setUpWebhook(api, { url: `https://bot.example${TELEGRAM_WEBHOOK_PATH}`, secret: SECRET });
  return { runtime, queries, sandbox, api, bot, effects, blocked, people, useWebhook, log };
}

const invoice = {
  chatId: RICH.id,
  language: "ru" as const,
  paymentId: "pay_1" as const,
  raffleId: "rfl_one" as const,
  title: "Розыгрыш с названием длиннее тридцати двух",
  price: { minor: "10", currency: "XTR" as const },
};

/** Has Anna pay the invoice of `pay_1`; gives the charge. */
async function payInvoice(world: ReturnType<typeof createWorld>): Promise<string> {
  const { people, effects, runtime } = world;
  runtime.actors.add("payment/pay_1");
  await effects.sendInvoice.run(invoice, context);
  const message = await people.waitForMessage(RICH.id, (one) => one.invoice !== undefined);
  const checkout = await people.pay(RICH.id, { message_id: message.message_id, wait: false });
  await world.sandbox.idle();
  const asked = runtime.sent.find(({ event }) => event.type === "precheckout.received");
  await effects.answerPreCheckout.run({
    queryId: asked?.event.queryId,
    ok: true,
    language: "ru",
  }, context);
  const { status } = await people.checkout(checkout.id, { waitMs: 5_000 });
  expect(status).toBe("paid");
  await world.sandbox.idle();
  const paid = runtime.sent.find(({ event }) => event.type === "payment.confirmed");
  expect(paid?.key).toBe(`charge:${paid?.event.chargeId}`);
  return paid?.event.chargeId;
}

describe("against the sandbox's Telegram", () => {
  it("is set up, greets and answers every command within Telegram's rules", async () => {
    const { api, people, useWebhook, bot, sandbox, effects, runtime, queries } = createWorld();
    expect((await setUpBot(api)).username.length).toBeGreaterThan(0);
    await useWebhook();
    await people.person(RICH);
    queries.proofs.set("rfl_one", "{}");
    const commands = [
      "/start",
      "/join_raffle",
      "/my_raffles",
      "/balance",
      "/raffle rfl_one",
      "/raffle",
      "/help",
      "/paysupport",
      "/terms",
      "/privacy",
      "/admin list",
      "/dance",
      "hello",
    ];
    for (const command of commands) await people.write(RICH.id, command);
    await sandbox.idle();
    await bot.drain();
    // Nobody was asked for words, so "hello" is not taken.
    expect(runtime.sent).toHaveLength(commands.length - 1);
    queries.isEverybodyKnown = true;
    await effects.notify.run({ playerId: `tg-${RICH.id}`, notice: { key: "welcome" } }, context);
    const { messages } = await people.chat(RICH.id);
    const fromBot = messages.filter(({ from }) => from.is_bot);
    // Every command but /start, which the greeting answers.
    expect(fromBot).toHaveLength(commands.length);
    expect(fromBot.every(({ text }) => (text ?? "").length > 0)).toBe(true);
  });

  it("answers buttons, also those of another time, and sends the proof", async () => {
    const { people, useWebhook, bot, sandbox, queries } = createWorld();
    await useWebhook();
    await people.person(RICH);
    queries.raffles[0] = testRaffle({ hasProof: true, checkUrl: "https://api.random.org/x" });
    queries.proofs.set("rfl_one", '{"proof":true}');
    await people.write(RICH.id, "/raffle rfl_one");
    await sandbox.idle();
    await bot.drain();
    const card = await people.waitForMessage(RICH.id, ({ from }) => from.is_bot);
    const press = (data: string) =>
      people.press(RICH.id, { message_id: card.message_id, data, waitMs: 5_000 });
    await press("proof:rfl_one");
    const file = await people.waitForMessage(RICH.id, ({ document }) => document !== undefined);
    expect(file.document?.file_name).toBe("rfl_one.proof.json");
    expect((await press("buy:17")).answer?.text).toContain("устарела");
  });

  it("takes a payment and gives it back; the books find the refund", async () => {
    const world = createWorld();
    await world.useWebhook();
    await world.people.person(RICH);
    await world.people.write(RICH.id, "/start");
    const chargeId = await payInvoice(world);
    const { effects, people } = world;
    const input = { telegramUserId: RICH.id, chargeId, amount: invoice.price };
    expect(await effects.refundStars.reconcile?.(input, context)).toEqual({ status: "absent" });
    expect(await effects.refundStars.run(input, context)).toEqual({ isRefunded: true });
    expect(await effects.refundStars.reconcile?.(input, context)).toMatchObject({ status: "done" });
    // Again: Telegram says that it was refunded, and its books agree.
    expect(await effects.refundStars.run(input, context)).toEqual({ isRefunded: true });
    const [anna] = await people.everybody();
    expect(anna?.stars).toBe(100);
    await world.sandbox.idle();
    expect(world.runtime.sent.map(({ event }) => event.type)).toContain("payment.refunded");
  });

  it("finds out after a lost answer whether the refund was made", async () => {
    const world = createWorld();
    await world.useWebhook();
    await world.people.person(RICH);
    await world.people.write(RICH.id, "/start");
    const chargeId = await payInvoice(world);
    const { effects, people } = world;
    const input = { telegramUserId: RICH.id, chargeId, amount: invoice.price };
    const method = "refundStarPayment";
    await people.fault({ service: "telegram", method, kind: "500" });
    await expect(effects.refundStars.run(input, context)).rejects
      .toMatchObject({ isOutcomeUnknown: true });
    expect(await effects.refundStars.reconcile?.(input, context)).toEqual({ status: "absent" });
    await people.fault({ service: "telegram", method, kind: "lostAnswer" });
    await expect(effects.refundStars.run(input, context)).rejects
      .toMatchObject({ isOutcomeUnknown: true });
    expect(await effects.refundStars.reconcile?.(input, context)).toMatchObject({ status: "done" });
  });

  it("says no at once to an invoice that is unknown, and no money moves", async () => {
    const { people, effects, useWebhook } = createWorld();
    await useWebhook();
    await people.person(RICH);
    await people.write(RICH.id, "/start");
    await effects.sendInvoice.run({ ...invoice, paymentId: "pay_gone" }, context);
    const message = await people.waitForMessage(RICH.id, (one) => one.invoice !== undefined);
    const checkout = await people.pay(RICH.id, { message_id: message.message_id });
    expect(checkout.status).toBe("refused");
    expect(checkout.error).toContain("больше не действует");
  });

  it("learns of a blocked bot from the update and from the refusal", async () => {
    const { people, effects, useWebhook, runtime, blocked, sandbox, queries } = createWorld();
    await useWebhook();
    await people.person(RICH);
    await people.write(RICH.id, "/start");
    await people.block(RICH.id);
    await sandbox.idle();
    expect(runtime.sent.at(-1)?.event.type).toBe("bot.blocked");
    queries.isEverybodyKnown = true;
    await expect(
      effects.notify.run({ playerId: `tg-${RICH.id}`, notice: { key: "welcome" } }, context),
    ).rejects.toMatchObject({ code: "blocked" });
    expect(blocked).toEqual([`tg-${RICH.id}`]);
    await people.unblock(RICH.id);
    await sandbox.idle();
    expect(runtime.sent.at(-1)?.event.type).toBe("bot.unblocked");
  });

  it("polls what waited, and what is confirmed does not come again", async () => {
    const { people, api, bot, runtime, log } = createWorld();
    await people.person(RICH);
    for (let i = 0; i < 3; i++) await people.write(RICH.id, `/help ${i}`);
    const polling = startPolling({
      api,
      bot,
      log,
      longPollSeconds: 1,
      lease: {
        acquire: () =>
          Promise.resolve({
            lost: new AbortController().signal,
            release: () => Promise.resolve(),
          }),
      },
      sleep: () => Promise.resolve(),
    });
    await people.waitForMessage(RICH.id, ({ from }) => from.is_bot);
    await polling.stop();
    await bot.drain();
    expect(runtime.sent).toHaveLength(3);
    expect((await people.updates()).filter(({ state }) => state === "pending")).toEqual([]);
  });
});
