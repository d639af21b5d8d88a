/** What people read about prizes that leave, whatever they press. */
import { describe, expect, it } from "vitest";
import { type BotWorld, createBotWorld } from "./testing/bot_world.ts";
import { NOW_MS } from "./testing/fake_queries.ts";
import { admin, anna, buttonUpdate, textUpdate } from "./testing/updates.ts";

const ivan = { ...anna, id: 43, language_code: "ru" };
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

/** A player with so many Stars, before a Telegram that sells gifts of 1 to 30 Stars, and one for 500. */
function open(balance: number): BotWorld {
  const world = createBotWorld();
  world.queries.balances = [{ available: stars(balance) }];
  world.telegram.always("getAvailableGifts", () => ({
    result: {
      gifts: [500, ...Array.from({ length: 30 }, (_, index) => index + 1)].map((price) => ({
        id: `g${price}`,
        star_count: price,
        sticker: { emoji: "🎁" },
      })),
    },
  }));
  return world;
}

/** A press on a message that was just sent. */
function press(data: string, from: typeof anna = anna) {
  const update = buttonUpdate(data, from);
  update["callback_query"].message.date = NOW_MS / 1000 - 5;
  return update;
}

interface Shown {
  text: string;
  buttons: string[];
  toast: string | undefined;
  isEdit: boolean;
}

async function shown(world: BotWorld, update: unknown): Promise<Shown> {
  const calls = await world.take(update);
  const said = calls.find(({ method }) => method === "sendMessage" || method === "editMessageText");
  const toast = calls.find(({ method }) => method === "answerCallbackQuery");
  const rows: { callback_data?: string }[][] = said?.payload.reply_markup?.inline_keyboard ?? [];
  return {
    text: (said?.payload.text ?? "").replaceAll("\u00a0", " "),
    buttons: rows.flat().flatMap(({ callback_data }) => callback_data ?? []),
    toast: toast?.payload.text,
    isEdit: said?.method === "editMessageText",
  };
}

describe("/balance", () => {
  it("leads to the prize while there are Stars", async () => {
    expect((await shown(open(1), textUpdate("/balance"))).buttons).toEqual(["prize"]);
    expect((await shown(open(0), textUpdate("/balance"))).buttons).toEqual([]);
  });
});

describe("the choices", () => {
  it("say plainly what Telegram cannot do, and offer what he can afford", async () => {
    const world = open(1_600);
    world.queries.ownPayments = [{ amount: stars(10) }, { amount: stars(2_000) }];
    const { text, buttons } = await shown(world, press("prize"));
    expect(text).toContain("Telegram has no way for a bot to send Stars to a person");
    expect(text).toContain("1 payment, 10 ⭐ together");
    expect(buttons).toEqual(["gifts:0", "premium:3", "premium:6", "ownback:10", "keep"]);
    expect((await shown(world, press("prize", ivan))).text).toContain("нет такого способа");
  });

  it("name the amounts that would fit when none does", async () => {
    const world = open(7);
    world.queries.ownPayments = [50, 10, 50].map((minor) => ({ amount: stars(minor) }));
    const { text, buttons } = await shown(world, press("prize"));
    expect(text).toContain("None of your own payments fits into 7 ⭐");
    expect(text).toContain("whole: 10 ⭐, 50 ⭐");
    expect(buttons).toEqual(["gifts:0", "keep"]);
  });

  it("are none without Stars, and none beside another prize", async () => {
    const world = open(0);
    expect((await shown(world, press("prize"))).text).toMatch(/no Stars on your balance/);
    world.queries.balances = [{ available: stars(50) }];
    world.queries.withdrawal = {
      withdrawalId: "wdr_one",
      choice: { kind: "premium", months: 3 },
      amount: stars(1000),
      status: "waiting",
    };
    expect(await shown(world, press("prize"))).toMatchObject({
      text: expect.stringMatching(/asked for Telegram Premium for 3 months for 1 000 ⭐ already/),
      buttons: ["wdrno:wdr_one"],
    });
    world.queries.withdrawal = { ...world.queries.withdrawal, status: "sending" };
    expect(await shown(world, press("prize"))).toMatchObject({ buttons: [] });
  });

  it("can be left", async () => {
    expect((await shown(open(17), press("keep"))).text).toMatch(/stays on your balance: 17 ⭐/);
  });
});

describe("the gifts", () => {
  it("are paged in place, those alone that he can afford", async () => {
    const world = open(30);
    const first = await shown(world, press("gifts:0"));
    expect(first.isEdit).toBe(true);
    expect(first.buttons).toEqual([
      ...Array.from({ length: 12 }, (_, index) => `gift:g${index + 1}:${index + 1}`),
      "gifts:1",
      "prize",
    ]);
    const last = await shown(world, press("gifts:2"));
    expect(last.buttons).toEqual([
      ...[25, 26, 27, 28, 29, 30].map((price) => `gift:g${price}:${price}`),
      "gifts:1",
      "prize",
    ]);
    expect(await shown(world, press("gifts:999999999"))).toEqual(last);
  });

  it("are said to be none when he can afford none, or none are sold", async () => {
    const poor = await shown(open(0), press("gifts:0"));
    expect(poor.text).toMatch(/no gift for 0 ⭐ or less now. The cheapest costs 1 ⭐/);
    const world = open(50);
    world.telegram.always("getAvailableGifts", () => ({ result: { gifts: [] } }));
    expect((await shown(world, press("gifts:0"))).text).toMatch(/no gifts to send now/);
  });

  it("may be away for a minute", async () => {
    const world = open(50);
    world.telegram.always("getAvailableGifts", () => ({ network: "reset" }));
    expect((await shown(world, press("gifts:0"))).text).toMatch(/try again in a minute/);
    expect((await shown(world, press("gift:g15:15"))).text).toMatch(/try again in a minute/);
  });
});

describe("the question", () => {
  it.each([
    ["gift:g15:15", "Send the gift 🎁 for 15 ⭐? 85 ⭐ stay on your balance", "sendgift:g15:15"],
    ["ownback:30", "Give back your own payments, 30 ⭐ together?", "sendback:30"],
  ])("%s asks once more", async (data, words, confirm) => {
    const world = open(100);
    world.queries.ownPayments = [10, 20].map((minor) => ({ amount: stars(minor) }));
    const { text, buttons, isEdit } = await shown(world, press(data));
    expect(text).toContain(words);
    expect(buttons).toEqual([confirm, "prize"]);
    // Its message makes the withdrawal's id, so each question has one of its own.
    expect(isEdit).toBe(false);
    expect(world.runtime.sent.map(({ event }) => event.type)).toEqual(["user.seen"]);
  });

  it("is asked in Russian, too", async () => {
    const { text } = await shown(open(2_500), press("premium:12", ivan));
    expect(text).toContain("Подключить Telegram Premium на 12 мес. за 2 500 ⭐?");
    expect(text).toContain("На балансе останется 0 ⭐");
  });

  it.each([
    ["gift:g15:14", /changed in the meantime/],
    ["gift:g404:15", /changed in the meantime/],
    ["gift:g500:500", /500 ⭐ is more than your balance of 100 ⭐/],
    ["premium:3", /1 000 ⭐ is more than your balance/],
    ["ownback:11", /changed in the meantime/],
    ["ownback:0", /changed in the meantime/],
  ])("%s is not asked any more, and leads back", async (data, words) => {
    const world = open(100);
    world.queries.ownPayments = [{ amount: stars(10) }];
    const { text, buttons } = await shown(world, press(data));
    expect(text).toMatch(words);
    expect(buttons).toEqual(["prize"]);
  });
});

describe("the yes", () => {
  it("is taken, and once", async () => {
    const world = open(100);
    expect((await shown(world, press("sendgift:g15:15"))).toast).toMatch(/on its way/);
    const { address, create } = world.runtime.sent.at(-1) ?? {};
    expect(create).toMatchObject({ playerId: "tg-42", amount: stars(15) });
    world.runtime.refusals.set(String(address), "not accepted");
    expect((await shown(world, press("sendgift:g15:15"))).toast).toMatch(/done once/);
  });

  it("comes too late after an hour", async () => {
    const world = open(100);
    const update = press("sendgift:g15:15");
    update["callback_query"].message.date = NOW_MS / 1000 - 3_601;
    const { text, buttons } = await shown(world, update);
    expect(text).toMatch(/too old to be answered/);
    expect(buttons).toEqual(["prize"]);
    expect(world.runtime.sent.map(({ address }) => address)).toEqual(["user/tg-42"]);
  });

  it("can be taken back while admins are waited for", async () => {
    const world = open(100);
    expect((await shown(world, press("wdrno:wdr_one"))).toast).toMatch(/too late/);
    world.runtime.actors.add("withdrawal/wdr_one");
    expect((await shown(world, press("wdrno:wdr_one"))).toast).toMatch(/Cancelled/);
    world.runtime.refusals.set("withdrawal/wdr_one", "notWaiting");
    expect((await shown(world, press("wdrno:wdr_one"))).toast).toMatch(/too late/);
  });

  it.each(["sendgift:g15", "gifts:x", "premium:5", "sendback:1e9", "wdryes:rfl_one", "prize:1"])(
    "of the nonsense %s is an old button",
    async (data) => {
      const world = open(100);
      const { text, toast } = await shown(world, press(data));
      expect([text, world.runtime.sent]).toEqual(["", []]);
      expect(toast).toBeTruthy();
    },
  );
});

describe("admins", () => {
  it.each([
    ["/admin approve", /no withdrawal/],
    ["/admin approve rfl_one", /no withdrawal “rfl_one”/],
    ["/admin approve <b>", /no withdrawal “&lt;b&gt;”/],
    ["/admin approve wdr_gone", /no withdrawal “wdr_gone”/],
    [`/admin void ${"w".repeat(3_000)}`, /no withdrawal “w{60}”/],
    ["/admin decline wdr_one", /Say why/],
  ])("who write %s are told what is missing", async (words, answer) => {
    const world = open(0);
    expect((await shown(world, textUpdate(words, admin))).text).toMatch(answer);
    expect(world.runtime.sent.every(({ address }) => address.startsWith("user/"))).toBe(true);
  });

  it("hear what came of it", async () => {
    const world = open(0);
    world.runtime.actors.add("withdrawal/wdr_one");
    const say = async (words: string) => (await shown(world, textUpdate(words, admin))).text;
    expect(await say("/admin approve wdr_one")).toMatch(/approve is noted/);
    world.runtime.refusals.set("withdrawal/wdr_one", "stillLooking");
    expect(await say("/admin void wdr_one")).toMatch(/still being looked through/);
    world.runtime.refusals.set("withdrawal/wdr_one", "something new");
    expect(await say("/admin settle wdr_one")).toMatch(/not in its present state/);
    world.runtime.refusals.set("withdrawal/wdr_one", "beingLookedUp");
    expect(await say("/admin void wdr_one")).toMatch(/being read once more/);
    world.runtime.refusals.delete("withdrawal/wdr_one");
    expect(await say("/admin void wdr_one")).toMatch(/read once more before it counts/);
  });

  it("are they alone", async () => {
    const world = open(0);
    world.runtime.actors.add("withdrawal/wdr_one");
    for (const update of [textUpdate("/admin approve wdr_one"), press("wdryes:wdr_one")]) {
      await world.take(update);
    }
    expect(world.runtime.sent.filter(({ address }) => address.startsWith("withdrawal"))).toEqual(
      [],
    );
  });
});
