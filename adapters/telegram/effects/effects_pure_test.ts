import { describe, expect, it } from "vitest";
import type { EffectContext } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import type { Notice } from "../../../machines/domain/events.ts";
import { createFakeCards } from "../testing/fake_cards.ts";
import { createOpenLimiter } from "../testing/fake_limiter.ts";
import { createFakeQueries, testRaffle } from "../testing/fake_queries.ts";
import { createFakeReach } from "../testing/fake_reach.ts";
import { createFakeTelegram, type FakeAnswer, TEST_TOKEN } from "../testing/fake_telegram.ts";
import { createTelegramEffects } from "./telegram_effects.ts";

const context: EffectContext = {
  idempotencyKey: "k",
  address: "payment/pay_1",
  attempt: 1,
  signal: new AbortController().signal,
  nowMs: () => 0,
};

function createWorld() {
  const telegram = createFakeTelegram();
  const queries = createFakeQueries();
  queries.raffles.push(testRaffle());
  const limiter = createOpenLimiter();
  const blocked: string[] = [];
  const reach = createFakeReach();
  const effects = createTelegramEffects({
    cards: createFakeCards(),
    reach,
    api: telegram.api,
    limiter,
    queries,
    onBlocked: (playerId) => {
      blocked.push(playerId);
      return Promise.resolve();
    },
  });
  return { telegram, queries, limiter, blocked, reach, effects };
}

const joined: Notice = { key: "joined", raffleId: "rfl_one", number: 3 };
const invoice = {
  chatId: 42,
  language: "ru" as const,
  paymentId: "pay_1" as const,
  raffleId: "rfl_one" as const,
  title: "A very long title of a raffle, far over the limit",
  price: { minor: "10", currency: "XTR" as const },
};
const refund = {
  telegramUserId: 42,
  chargeId: "stx1",
  amount: { minor: "10", currency: "XTR" as const },
};

/** Every effect with a sample of its parameters. */
const effectCalls = [
  { effect: "notify", method: "sendMessage", params: { playerId: "tg-42", notice: joined } },
  {
    effect: "answerPreCheckout",
    method: "answerPreCheckoutQuery",
    params: { queryId: "q", ok: true, language: "ru" },
  },
  { effect: "sendInvoice", method: "sendInvoice", params: invoice },
  { effect: "refundStars", method: "refundStarPayment", params: refund },
] as const;

interface Failure {
  name: string;
  answer: FakeAnswer;
  error: typeof RetryableError | typeof TerminalError;
  details: Record<string, unknown>;
}

const failures: Failure[] = [
  {
    name: "429",
    answer: { error: 429, description: "Too Many Requests: retry after 9", retryAfter: 9 },
    error: RetryableError,
    details: { retryAfterMs: 9000, isOutcomeUnknown: false },
  },
  {
    name: "403",
    answer: { error: 403, description: "Forbidden: bot was blocked by the user" },
    error: TerminalError,
    details: { code: "blocked" },
  },
  {
    name: "400",
    answer: { error: 400, description: "Bad Request: something" },
    error: TerminalError,
    details: { code: "badRequest" },
  },
  {
    name: "400 chat not found",
    answer: { error: 400, description: "Bad Request: chat not found" },
    error: TerminalError,
    details: { code: "chatNotFound" },
  },
  {
    name: "500",
    answer: { error: 500, description: "Internal Server Error" },
    error: RetryableError,
    details: { isOutcomeUnknown: true },
  },
  {
    name: "401",
    answer: { error: 401, description: "Unauthorized" },
    error: RetryableError,
    details: { isOutcomeUnknown: false, retryAfterMs: 30_000 },
  },
  {
    name: "no network",
    answer: { network: "connection reset" },
    error: RetryableError,
    details: { isOutcomeUnknown: true },
  },
  {
    name: "a proxy's page",
    answer: { body: "<html>", status: 200 },
    error: RetryableError,
    details: { isOutcomeUnknown: true },
  },
  {
    name: "an answer that is none",
    answer: { body: "{}", status: 200 },
    error: RetryableError,
    details: { isOutcomeUnknown: true },
  },
];

describe.each(effectCalls)("effect $effect", ({ effect, method, params }) => {
  it.each(failures)("turns $name into the runtime's words", async ({ answer, error, details }) => {
    const { telegram, effects, limiter } = createWorld();
    telegram.always(method, () => answer);
    const thrown = await effects[effect].run(params, context).catch((reason) => reason);
    expect(thrown).toBeInstanceOf(error);
    expect(thrown).toMatchObject(details);
    expect(new Set(limiter.pauses)).toEqual(new Set("retryAfter" in answer ? [9000] : []));
    expect(everythingOf(thrown)).not.toContain(TEST_TOKEN);
    expect(everythingOf(thrown)).not.toContain("TEST-token");
  });
});

/** All that a log could print of an error. */
function everythingOf(error: unknown): string {
  return Deno.inspect(error, { depth: 10, showHidden: true });
}

describe("notify", () => {
  it("writes in the player's language, with his title escaped", async () => {
    const { telegram, effects, queries, limiter } = createWorld();
    queries.players.set("tg-42", { language: "ru", isBlocked: false });
    await effects.notify.run({ playerId: "tg-42", notice: joined }, context);
    const [{ payload } = { payload: {} }] = telegram.callsOf("sendMessage");
    expect(payload).toMatchObject({ chat_id: 42, parse_mode: "HTML" });
    expect(payload.text).toContain("ваш билет № 3");
    expect(payload.text).toContain("Friday &lt;draw&gt;");
    expect(limiter.granted).toEqual([42]);
  });

  it("tells the player's actor that he has blocked the bot", async () => {
    const { telegram, effects, blocked } = createWorld();
    telegram.answer("sendMessage", { error: 403, description: "Forbidden: user is deactivated" });
    await expect(effects.notify.run({ playerId: "tg-42", notice: joined }, context)).rejects
      .toMatchObject({ code: "blocked" });
    expect(blocked).toEqual(["tg-42"]);
  });

  it("is sent also to who has blocked the bot: the unblocking may not have reached us", async () => {
    const { telegram, effects, queries } = createWorld();
    queries.players.set("tg-42", { language: "en", isBlocked: true });
    await effects.notify.run({ playerId: "tg-42", notice: joined }, context);
    expect(telegram.callsOf("sendMessage")).toHaveLength(1);
  });

  it("waits a pause out within one attempt", async () => {
    const { telegram, effects, limiter } = createWorld();
    const tooMany = { error: 429, description: "Too Many Requests", retryAfter: 5 };
    telegram.answer("sendMessage", tooMany, tooMany);
    await effects.notify.run({ playerId: "tg-42", notice: joined }, context);
    expect(limiter.pauses).toEqual([5000, 5000]);
    expect(telegram.callsOf("sendMessage")).toHaveLength(3);
  });

  it("is tried again when the database was away before anything was sent", async () => {
    const { telegram, effects, queries } = createWorld();
    queries.failure = Object.assign(new Error("the database system is shutting down"), {
      code: "57P03",
    });
    const thrown = await effects.notify.run({ playerId: "tg-42", notice: joined }, context)
      .catch((reason) => reason);
    expect(thrown).toBeInstanceOf(RetryableError);
    expect(thrown).toMatchObject({ isOutcomeUnknown: false });
    expect(telegram.calls).toEqual([]);
  });

  it("repeats what a person must learn, and keeps one lane per player", () => {
    const { effects } = createWorld();
    const params = { playerId: "tg-1", notice: joined };
    expect(effects.notify.isRepeatable?.(params) ?? true).toBe(true);
    expect(effects.notify.lane?.(params)).toBe("notify/tg-1");
  });
});

describe("answerPreCheckout", () => {
  it("says no in the player's words", async () => {
    const { telegram, effects } = createWorld();
    await effects.answerPreCheckout.run(
      { queryId: "q", ok: false, reason: "full", language: "ru" },
      context,
    );
    expect(telegram.calls[0]?.payload).toEqual({
      pre_checkout_query_id: "q",
      ok: false,
      error_message: "Все места заняты. Другие розыгрыши: /join_raffle",
    });
  });

  it("gives up when the question is too old", async () => {
    const { telegram, effects } = createWorld();
    telegram.answer("answerPreCheckoutQuery", {
      error: 400,
      description:
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    });
    await expect(
      effects.answerPreCheckout.run({ queryId: "q", ok: true, language: "ru" }, context),
    ).rejects.toMatchObject({ code: "queryTooOld" });
  });
});

describe("sendInvoice", () => {
  it("sends a bill in Stars that fits Telegram's limits and cannot be paid from a forward", async () => {
    const { telegram, effects } = createWorld();
    const output = await effects.sendInvoice.run(invoice, context);
    expect(output).toEqual({ messageId: 7 });
    const payload = telegram.calls[0]?.payload;
    expect(payload).toMatchObject({
      chat_id: 42,
      payload: "pay_1",
      currency: "XTR",
      provider_token: "",
      prices: [{ amount: 10 }],
      start_parameter: "rfl_one",
    });
    expect(payload.prices).toHaveLength(1);
    expect(payload.title.length).toBeLessThanOrEqual(32);
    expect(payload.description.length).toBeLessThanOrEqual(255);
    expect(payload.title.length * payload.description.length).toBeGreaterThan(0);
  });

  it.each(["0", "-5", "99999999999999999999"])("refuses a price of %s", async (minor) => {
    const { telegram, effects } = createWorld();
    await expect(
      effects.sendInvoice.run({ ...invoice, price: { minor, currency: "XTR" } }, context),
    ).rejects.toMatchObject({ code: "amountInvalid" });
    expect(telegram.calls).toEqual([]);
  });
});

describe("refundStars", () => {
  const user = { type: "user", transaction_type: "invoice_payment", user: { id: 42 } };
  const payment = { id: "stx1", amount: 10, date: 1, source: user };
  const back = { id: "stx1", amount: 10, date: 2, receiver: user };

  it("refunds the whole charge", async () => {
    const { telegram, effects } = createWorld();
    expect(await effects.refundStars.run(refund, context)).toEqual({ isRefunded: true });
    expect(telegram.calls[0]?.payload).toEqual({
      user_id: 42,
      telegram_payment_charge_id: "stx1",
    });
  });

  it.each([
    {
      name: "done",
      transactions: [payment, back],
      want: { status: "done", output: { isRefunded: true } },
    },
    { name: "not done", transactions: [payment], want: { status: "absent" } },
    { name: "unknown there", transactions: [], want: { status: "absent" } },
    {
      name: "done to somebody else",
      transactions: [payment, { ...back, receiver: { ...user, user: { id: 43 } } }],
      want: { status: "absent" },
    },
  ])("finds out after a lost answer that it is $name", async ({ transactions, want }) => {
    const { telegram, effects } = createWorld();
    telegram.always("getStarTransactions", () => ({ result: { transactions } }));
    expect(await effects.refundStars.reconcile?.(refund, context)).toEqual(want);
    expect(telegram.callsOf("refundStarPayment")).toEqual([]);
  });

  it("cannot find out while the books cannot be read", async () => {
    const { telegram, effects } = createWorld();
    telegram.answer("getStarTransactions", { network: "reset" });
    await expect(effects.refundStars.reconcile?.(refund, context)).rejects.toThrow(RetryableError);
  });

  it("believes that it was refunded before only when the books show it", async () => {
    const { telegram, effects } = createWorld();
    const already = { error: 400, description: "Bad Request: CHARGE_ALREADY_REFUNDED" };
    telegram.answer("refundStarPayment", already, already);
    telegram.answer("getStarTransactions", { result: { transactions: [payment] } });
    await expect(effects.refundStars.run(refund, context)).rejects.toThrow(RetryableError);
    telegram.answer("getStarTransactions", { result: { transactions: [payment, back] } });
    expect(await effects.refundStars.run(refund, context)).toEqual({ isRefunded: true });
  });

  it("says when the bot has too few Stars", async () => {
    const { telegram, effects } = createWorld();
    telegram.answer("refundStarPayment", {
      error: 400,
      description: "Bad Request: BALANCE_TOO_LOW",
    });
    await expect(effects.refundStars.run(refund, context)).rejects
      .toMatchObject({ code: "balanceTooLow" });
  });
});
