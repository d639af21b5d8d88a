/** Sent at most once; Telegram's no is a no, and everything else is doubt. */
import { describe, expect, it } from "vitest";
import type { EffectContext } from "../../../actors/define_actor.ts";
import { RetryableError } from "../../../actors/errors.ts";
import type { PrizeChoice } from "../../../machines/domain/withdrawal.ts";
import { createGiftCatalog } from "../gift_catalog.ts";
import { createOpenLimiter } from "../testing/fake_limiter.ts";
import { createFakeTelegram, type FakeAnswer } from "../testing/fake_telegram.ts";
import { createWithdrawalEffects } from "./withdrawal_effects.ts";

const AT_MS = 1_790_000_000_000;
const context: EffectContext = {
  idempotencyKey: "k",
  address: "withdrawal/wdr_1",
  attempt: 1,
  signal: new AbortController().signal,
  nowMs: () => AT_MS,
};
const gift: PrizeChoice = { kind: "gift", giftId: "7" };
const premium: PrizeChoice = { kind: "premium", months: 6 };
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });
const sticker = { emoji: "🎁" };

function open() {
  const telegram = createFakeTelegram();
  const limiter = createOpenLimiter();
  telegram.always("getAvailableGifts", () => ({
    result: {
      gifts: [
        { id: "7", star_count: 15, sticker },
        { id: "dear", star_count: 500, sticker },
        { id: "gone", star_count: 25, sticker, remaining_count: 0 },
        { id: "spent", star_count: 25, sticker, personal_remaining_count: 0 },
        { id: "club", star_count: 1, sticker, is_premium: true },
        { id: "cheap", star_count: 5, sticker: {} },
      ],
    },
  }));
  const effects = createWithdrawalEffects({ api: telegram.api, limiter });
  const send = (
    choice: PrizeChoice,
    { minor = choice.kind === "gift" ? 15 : 1500, attempt = 1 } = {},
  ) =>
    effects.sendPrize.run(
      { telegramUserId: 42, choice, amount: stars(minor), attemptedAtMs: AT_MS },
      { ...context, attempt },
    );
  return { telegram, limiter, effects, send };
}

describe("sendPrize", () => {
  it("sends a gift and says which transactions it may be", async () => {
    const { telegram, send } = open();
    telegram.answer("getStarTransactions", {
      result: {
        transactions: [{
          id: "stx_1",
          amount: 15,
          date: AT_MS / 1000,
          receiver: {
            type: "user",
            transaction_type: "gift_purchase",
            user: { id: 42 },
            gift: { id: "7" },
          },
        }],
      },
    });
    expect(await send(gift)).toEqual({
      isSent: true,
      candidates: [{ transactionId: "stx_1", atMs: AT_MS }],
    });
    expect(telegram.callsOf("sendGift")[0]?.payload).toEqual({ user_id: 42, gift_id: "7" });
  });

  it("gives Premium at its price", async () => {
    const { telegram, send } = open();
    expect(await send(premium)).toEqual({ isSent: true, candidates: [] });
    expect(telegram.callsOf("giftPremiumSubscription")[0]?.payload)
      .toEqual({ user_id: 42, month_count: 6, star_count: 1500 });
    expect(telegram.callsOf("getAvailableGifts")).toEqual([]);
  });

  it("is sent also when the books cannot be read", async () => {
    const { telegram, send } = open();
    telegram.always("getStarTransactions", () => ({ network: "reset" }));
    expect(await send(gift)).toEqual({ isSent: true, candidates: [] });
  });

  it.each<[string, number, string]>([
    ["Bad Request: STARGIFT_USAGE_LIMITED", 400, "soldOut"],
    ["Bad Request: STARGIFT_USER_USAGE_LIMITED", 400, "soldOut"],
    ["Bad Request: STARGIFT_INVALID", 400, "giftEnded"],
    ["Forbidden: USER_DISALLOWED_STARGIFTS", 403, "privacy"],
    ["Forbidden: bot was blocked by the user", 403, "unreachable"],
    ["Bad Request: user not found", 400, "unreachable"],
    ["Bad Request: BALANCE_TOO_LOW", 400, "botBalanceTooLow"],
    ["Bad Request: something new", 400, "refusedByTelegram"],
  ])("takes %s as a no", async (description, error, reason) => {
    const { telegram, send } = open();
    telegram.answer("sendGift", { error, description });
    expect(await send(gift)).toEqual({ isSent: false, reason });
    expect(telegram.callsOf("getStarTransactions")).toEqual([]);
  });

  it.each<[string, FakeAnswer]>([
    ["500", { error: 500, description: "Internal Server Error" }],
    ["no network", { network: "connection reset" }],
    ["a proxy's page", { body: "<html>", status: 200 }],
  ])("leaves open after %s whether it was sent, also at the last try", async (_, answer) => {
    const { telegram, send, effects } = open();
    telegram.answer("sendGift", answer, answer);
    await expect(send(gift)).rejects.toMatchObject({ isOutcomeUnknown: true });
    await expect(send(gift, { attempt: 6 })).rejects.toMatchObject({ isOutcomeUnknown: true });
    expect(effects.sendPrize.isRepeatable?.({} as never)).toBe(false);
    expect(effects.sendPrize.reconcile).toBeUndefined();
  });

  it("comes again when Telegram asks for it, and gives up kindly", async () => {
    const { telegram, send } = open();
    const slow = { error: 429, description: "Too Many Requests", retryAfter: 3 };
    telegram.answer("sendGift", slow, slow);
    await expect(send(gift)).rejects.toMatchObject({ isOutcomeUnknown: false, retryAfterMs: 3000 });
    expect(await send(gift, { attempt: 6 })).toEqual({ isSent: false, reason: "tryAgain" });
  });

  it.each<[string, PrizeChoice, number, string]>([
    ["is not sold", { kind: "gift", giftId: "404" }, 15, "giftEnded"],
    ["is sold out", { kind: "gift", giftId: "gone" }, 25, "soldOut"],
    ["the bot may not buy again", { kind: "gift", giftId: "spent" }, 25, "soldOut"],
    ["a bot cannot buy", { kind: "gift", giftId: "club" }, 1, "giftEnded"],
    ["has another price", gift, 14, "priceChanged"],
  ])("does not ask for a gift that %s", async (_, choice, minor, reason) => {
    const { telegram, send, effects } = open();
    expect(await send(choice, { minor })).toEqual({ isSent: false, reason });
    expect(telegram.callsOf("sendGift")).toEqual([]);
    const giftId = choice.kind === "gift" ? choice.giftId : "";
    expect(await effects.checkGift.run({ giftId, amount: stars(minor) }, context))
      .toEqual({ isAvailable: false, reason });
  });

  it("knows that nothing was sent while it still asked for the gift", async () => {
    const { telegram, send } = open();
    telegram.always("getAvailableGifts", () => ({ network: "reset" }));
    await expect(send(gift)).rejects.toMatchObject({ isOutcomeUnknown: false });
    expect(await send(gift, { attempt: 6 })).toEqual({ isSent: false, reason: "tryAgain" });
    expect(telegram.callsOf("sendGift")).toEqual([]);
  });

  it("sends no refunds", async () => {
    const { telegram, send } = open();
    expect(await send({ kind: "refund" })).toEqual({ isSent: false, reason: "refusedByTelegram" });
    expect(telegram.calls).toEqual([]);
  });
});

describe("findPurchases", () => {
  it("comes again when the books cannot be read", async () => {
    const { telegram, effects } = open();
    telegram.always("getStarTransactions", () => ({ network: "reset" }));
    const input = {
      telegramUserId: 42,
      choice: gift,
      amount: stars(15),
      attemptedAtMs: AT_MS,
    };
    await expect(effects.findPurchases.run(input, context)).rejects.toThrow(RetryableError);
  });
});

describe("the catalog", () => {
  it("lists what can be had, the cheapest first, and asks once in five minutes", async () => {
    const { telegram, limiter } = open();
    let nowMs = 0;
    const catalog = createGiftCatalog({ api: telegram.api, limiter, nowMs: () => nowMs });
    expect(await catalog.list()).toEqual([
      { giftId: "cheap", emoji: "🎁", stars: 5 },
      { giftId: "7", emoji: "🎁", stars: 15 },
      { giftId: "dear", emoji: "🎁", stars: 500 },
    ]);
    nowMs = 299_999;
    await Promise.all([catalog.list(), catalog.list()]);
    expect(telegram.callsOf("getAvailableGifts")).toHaveLength(1);
    nowMs = 300_000;
    await Promise.all([catalog.list(), catalog.list(), catalog.list()]);
    expect(telegram.callsOf("getAvailableGifts")).toHaveLength(2);
    telegram.answer("getAvailableGifts", { network: "reset" });
    nowMs = 900_000;
    await expect(catalog.list()).rejects.toThrow(RetryableError);
  });
});
