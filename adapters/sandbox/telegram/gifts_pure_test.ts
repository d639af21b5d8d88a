/** Gifts and Premium: who may be given what, what it costs, and what the books say of it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixture, type Fixture, TOKEN } from "../sandbox_for_tests.ts";

const ANNA = 1001;
const STRANGER = 1002;
const HEART = "5170145012310081615";
const CUP = "5168043875654172773";
const LIMITED = "5882125812596999035";
const SOLD_OUT = "5882252952218894938";
const PREMIUM_ONLY = "5895603153683874485";
const OTHER_BOT = TOKEN.replace("123456789", "987654321");

let fixture: Fixture;

beforeEach(async () => {
  fixture = await createFixture();
  await fixture.people.person({ id: ANNA, first_name: "Anna" });
  await fixture.people.person({ id: STRANGER });
  await fixture.people.write(ANNA, "/start");
  await fixture.people.topUp(5000);
});
afterEach(() => fixture.sandbox.close());

const give = (change: Record<string, unknown> = {}, token = TOKEN) =>
  fixture.call("sendGift", { user_id: ANNA, gift_id: HEART, ...change }, token);
const premium = (change: Record<string, unknown> = {}) =>
  fixture.call("giftPremiumSubscription", {
    user_id: ANNA,
    month_count: 3,
    star_count: 1000,
    ...change,
  });
const books = async () => (await fixture.people.books()).bots[0];

it("getAvailableGifts lists gifts from 15 to 1000 Stars: plain, limited, sold out, for Premium", async () => {
  const { result } = await fixture.call("getAvailableGifts");
  expect(result.gifts).toHaveLength(9);
  const byId = (id: string) => result.gifts.find((gift: { id: string }) => gift.id === id);
  expect(byId(HEART)).toMatchObject({ star_count: 15, sticker: { emoji: "💝" } });
  expect(byId(LIMITED)).toMatchObject({
    total_count: 5000,
    remaining_count: 3,
    personal_total_count: 2,
    personal_remaining_count: 2,
  });
  expect(byId(SOLD_OUT)).toMatchObject({ remaining_count: 0 });
  expect(byId(PREMIUM_ONLY)).toMatchObject({ star_count: 1000, is_premium: true });
});

describe("sendGift", () => {
  it("takes the Stars, writes the transaction and arrives with the person", async () => {
    expect(
      await give({ text: "<b>Won</b> & <code>x</code>", text_parse_mode: "HTML" }),
    ).toMatchObject({ ok: true, result: true });
    expect((await fixture.call("getMyStarBalance")).result).toEqual({ amount: 4985 });
    const { transactions } = (await fixture.call("getStarTransactions")).result;
    expect(transactions[1]).toMatchObject({
      amount: 15,
      receiver: {
        type: "user",
        transaction_type: "gift_purchase",
        user: { id: ANNA, is_bot: false, first_name: "Anna" },
        gift: { id: HEART, star_count: 15 },
      },
    });
    expect(transactions[1].source).toBeUndefined();
    const message = await fixture.people.waitForMessage(ANNA, ({ gift }) => gift !== undefined);
    expect(message.gift).toMatchObject({
      gift: { id: HEART },
      text: "Won & x",
      entities: [{ type: "bold", offset: 0, length: 3 }],
    });
    const sent = {
      transaction_id: transactions[1].id,
      bot_id: 123456789,
      person_id: ANNA,
      chat_id: null,
      gift_id: HEART,
      month_count: null,
      stars: 15,
      text: "Won & x",
      sentAtMs: fixture.clock.nowMs(),
    };
    expect((await fixture.people.gifts(ANNA)).gifts).toEqual([sent]);
    expect(await books()).toMatchObject({ spentOnGifts: 15, balance: 4985, gifts: [sent] });
  });

  it("makes a new gift of every call: nothing tells a repeat from a second gift", async () => {
    await give();
    await give();
    const { gifts } = await fixture.people.gifts(ANNA);
    expect(new Set(gifts.map((gift) => gift.transaction_id)).size).toBe(2);
  });

  it.each([
    ["a gift by chat_id", { user_id: null, chat_id: String(ANNA) }, 15],
    ["128 characters", { text: "🎁".repeat(128) }, 15],
    ["128 characters beside the tags", {
      text: `<i>${"x".repeat(128)}</i>`,
      text_parse_mode: "HTML",
    }, 15],
    ["the upgrade paid as well", { gift_id: CUP, pay_for_upgrade: true }, 150],
    ["a limited gift", { gift_id: LIMITED }, 250],
  ])("accepts %s", async (_name, change, stars) => {
    expect(await give(change)).toMatchObject({ ok: true, result: true });
    expect(await books()).toMatchObject({ spentOnGifts: stars });
  });

  it.each([
    ["nobody", { user_id: null }, 400, "Bad Request: invalid user_id specified"],
    ["somebody unknown", { user_id: 5 }, 400, "Bad Request: user not found"],
    ["somebody it never met", { user_id: STRANGER }, 400, "Bad Request: user not found"],
    ["an unknown chat", { user_id: null, chat_id: "5" }, 400, "Bad Request: chat not found"],
    [
      "two receivers",
      { chat_id: String(ANNA) },
      400,
      "Bad Request: only one of user_id and chat_id can be specified",
    ],
    ["no gift", { gift_id: null }, 400, "Bad Request: STARGIFT_INVALID"],
    ["an unknown gift", { gift_id: "7" }, 400, "Bad Request: STARGIFT_INVALID"],
    ["a gift sold out", { gift_id: SOLD_OUT }, 400, "Bad Request: STARGIFT_USAGE_LIMITED"],
    ["a gift for Premium", { gift_id: PREMIUM_ONLY }, 400, "Bad Request: PREMIUM_ACCOUNT_REQUIRED"],
    [
      "an upgrade there is not",
      { pay_for_upgrade: true },
      400,
      "Bad Request: STARGIFT_UPGRADE_UNAVAILABLE",
    ],
    ["129 characters", { text: "x".repeat(129) }, 400, "Bad Request: STARGIFT_MESSAGE_INVALID"],
    [
      "tags left open",
      { text: "<b>x", text_parse_mode: "HTML" },
      400,
      "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ],
    [
      "a misspelt parameter",
      { parse_mode: "HTML" },
      400,
      'Bad Request: unknown parameter "parse_mode"',
    ],
  ])("refuses %s", async (_name, change, status, description) => {
    expect(await give(change)).toMatchObject({ status, description });
    expect(await books()).toMatchObject({ balance: 5000, gifts: [] });
  });

  it("refuses a gift the balance does not cover, and counts the upgrade", async () => {
    await fixture.people.withdraw(4986);
    expect(await give()).toMatchObject({
      status: 400,
      description: "Bad Request: BALANCE_TOO_LOW",
    });
    await fixture.people.topUp(101);
    expect(await give({ gift_id: CUP, pay_for_upgrade: true })).toMatchObject({
      description: "Bad Request: BALANCE_TOO_LOW",
    });
    expect(await give({ gift_id: CUP })).toMatchObject({ ok: true });
  });

  it("a limited gift ends for one bot, then for all", async () => {
    for (let sent = 0; sent < 2; sent++) expect((await give({ gift_id: LIMITED })).ok).toBe(true);
    expect(await give({ gift_id: LIMITED })).toMatchObject({
      description: "Bad Request: STARGIFT_USER_USAGE_LIMITED",
    });
    const rival = { bot: OTHER_BOT };
    await fixture.call("getMe", {}, OTHER_BOT);
    await fixture.request(`/sandbox/topups?bot=${rival.bot}`, {
      method: "POST",
      body: JSON.stringify({ amount: 1000 }),
    });
    await fixture.request(`/sandbox/people/${ANNA}/write?bot=${rival.bot}`, {
      method: "POST",
      body: JSON.stringify({ text: "/start" }),
    });
    expect((await give({ gift_id: LIMITED }, OTHER_BOT)).ok).toBe(true);
    expect(await give({ gift_id: LIMITED }, OTHER_BOT)).toMatchObject({
      description: "Bad Request: STARGIFT_USAGE_LIMITED",
    });
  });

  it.each([
    ["unlimited_gifts", { gift_id: HEART }, { gift_id: LIMITED }],
    ["limited_gifts", { gift_id: LIMITED }, { gift_id: HEART }],
    ["unique_gifts", { gift_id: CUP, pay_for_upgrade: true }, { gift_id: CUP }],
  ])("a person who takes no %s refuses those alone", async (type, refused, accepted) => {
    await fixture.people.acceptGifts(ANNA, { [type]: false });
    expect((await fixture.call("getChat", { chat_id: ANNA })).result.accepted_gift_types)
      .toMatchObject({ [type]: false, premium_subscription: true });
    expect(await give(refused)).toMatchObject({
      status: 403,
      description: "Forbidden: USER_DISALLOWED_STARGIFTS",
    });
    expect(await give(accepted)).toMatchObject({ ok: true });
  });

  it("needs no open chat: a person who blocked the bot is given it all the same", async () => {
    await fixture.people.block(ANNA);
    expect(await give()).toMatchObject({ ok: true });
    expect((await fixture.people.gifts(ANNA)).gifts).toHaveLength(1);
  });

  it("keeps the pace of a chat", async () => {
    for (let sent = 0; sent < 4; sent++) expect((await give()).ok).toBe(true);
    expect(await give()).toMatchObject({ status: 429, parameters: { retry_after: 1 } });
    expect(await books()).toMatchObject({ spentOnGifts: 60 });
  });
});

describe("giftPremiumSubscription", () => {
  it.each([[3, 1000], [6, 1500], [12, 2500]])(
    "gives %d months for exactly %d Stars",
    async (months, stars) => {
      expect(await premium({ month_count: months, star_count: stars, text: "Well played" }))
        .toMatchObject({ ok: true, result: true });
      const { transactions } = (await fixture.call("getStarTransactions")).result;
      expect(transactions[1]).toMatchObject({
        amount: stars,
        receiver: {
          type: "user",
          transaction_type: "premium_purchase",
          user: { id: ANNA },
          premium_subscription_duration: months,
        },
      });
      expect(await books()).toMatchObject({ spentOnPremium: stars, balance: 5000 - stars });
      const { gifts, premiumUntilMs } = await fixture.people.gifts(ANNA);
      expect(gifts).toMatchObject([{ month_count: months, gift_id: null, stars }]);
      expect(premiumUntilMs).toBe(Date.UTC(2026, months, 1));
      expect((await fixture.people.chat(ANNA)).messages.at(-1)).toMatchObject({
        premium_gift: { month_count: months, text: "Well played" },
      });
    },
  );

  it("adds months to those the person has, and makes him a subscriber", async () => {
    await premium();
    await premium();
    expect((await fixture.people.gifts(ANNA)).premiumUntilMs).toBe(Date.UTC(2026, 6, 1));
    const { message } = await fixture.people.write(ANNA, "Thanks");
    expect(message?.from).toMatchObject({ is_premium: true });
  });

  it.each([
    ["four months", { month_count: 4, star_count: 1300 }, "Bad Request: GIFT_MONTHS_INVALID"],
    ["no months", { month_count: null }, "Bad Request: GIFT_MONTHS_INVALID"],
    ["too few Stars", { star_count: 999 }, "Bad Request: GIFT_STARS_INVALID"],
    ["too many Stars", { star_count: 1500 }, "Bad Request: GIFT_STARS_INVALID"],
    ["somebody it never met", { user_id: STRANGER }, "Bad Request: user not found"],
    ["nobody", { user_id: null }, "Bad Request: invalid user_id specified"],
    ["129 characters", { text: "x".repeat(129) }, "Bad Request: STARGIFT_MESSAGE_INVALID"],
    ["a chat", { chat_id: ANNA }, 'Bad Request: unknown parameter "chat_id"'],
  ])("refuses %s", async (_name, change, description) => {
    expect(await premium(change)).toMatchObject({ status: 400, description });
    expect(await books()).toMatchObject({ balance: 5000, gifts: [] });
  });

  it("refuses what the balance or the person does not allow", async () => {
    await fixture.people.acceptGifts(ANNA, { premium_subscription: false });
    expect(await premium()).toMatchObject({
      status: 403,
      description: "Forbidden: USER_DISALLOWED_STARGIFTS",
    });
    await fixture.people.acceptGifts(ANNA, { premium_subscription: true });
    await fixture.people.withdraw(4001);
    expect(await premium()).toMatchObject({ description: "Bad Request: BALANCE_TOO_LOW" });
  });
});

describe("faults", () => {
  it.each(["sendGift", "giftPremiumSubscription"])(
    "%s whose answer is lost was done; one that was refused or never arrived was not",
    async (method) => {
      const call = () =>
        fixture.request(`/bot${TOKEN}/${method}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            user_id: ANNA,
            ...(method === "sendGift" ? { gift_id: HEART } : { month_count: 3, star_count: 1000 }),
          }),
        });
      const count = async () => (await fixture.people.gifts(ANNA)).gifts.length;
      for (const kind of ["429", "500"] as const) {
        await fixture.people.fault({ service: "telegram", method, kind, chatId: ANNA });
        expect((await call()).status).toBe(Number(kind));
      }
      await fixture.people.fault({ service: "telegram", method, kind: "timeoutBefore" });
      const waiting = call();
      expect(await count()).toBe(0);

      await fixture.people.fault({ service: "telegram", method, kind: "lostAnswer" });
      await expect((await call()).json()).rejects.toThrow();
      expect(await count()).toBe(1);
      await fixture.people.fault({ service: "telegram", method, kind: "timeoutAfterSuccess" });
      const unanswered = call();
      await fixture.clock.settle();
      expect(await count()).toBe(2);
      await fixture.sandbox.close();
      expect((await waiting).status).toBe(504);
      expect((await unanswered).status).toBe(504);
    },
  );
});
