/** What a player reads before he gives his balance up. */
import { expect, it } from "vitest";
import { type BotWorld, createBotWorld } from "./testing/bot_world.ts";
import { anna, buttonUpdate } from "./testing/updates.ts";

const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

/** A player with so many Stars, before a Telegram whose cheapest gift costs 15. */
function open(balance: number): BotWorld {
  const world = createBotWorld();
  world.queries.balances = [{ available: stars(balance) }];
  world.telegram.always("getAvailableGifts", () => ({
    result: {
      gifts: [25, 15].map((price) => ({ id: `g${price}`, star_count: price, sticker: {} })),
    },
  }));
  return world;
}

async function ask(world: BotWorld, from: typeof anna = anna) {
  const calls = await world.take(buttonUpdate("u:v", from));
  const said = calls.find(({ method }) => method === "sendMessage");
  const rows: { callback_data: string }[][] = said?.payload.reply_markup?.inline_keyboard ?? [];
  return {
    text: (said?.payload.text ?? "").replaceAll("\u00a0", " "),
    buttons: rows.flat().map(({ callback_data }) => callback_data),
  };
}

it("that it cannot be undone, and that nothing can be had for so little", async () => {
  const { text, buttons } = await ask(open(7));
  expect(text).toMatch(/Give up 7 ⭐ and delete my data\?/);
  expect(text).toMatch(/cannot be undone/);
  expect(text).toMatch(/the cheapest gift costs 15 ⭐/);
  expect(text).toMatch(/pay entries with it/);
  expect(buttons).toEqual(["u:v:7XTR", "u:d:n"]);
  expect((await ask(open(7), { ...anna, language_code: "ru" })).text).toMatch(
    /Отменить это нельзя/,
  );
});

it("what he could take instead, whatever it is", async () => {
  const world = open(1_600);
  world.queries.ownPayments = [{ amount: stars(10) }];
  const { text, buttons } = await ask(world);
  for (
    const choice of [
      "a gift, from 15 ⭐",
      "Premium for 3 months: 1 000 ⭐",
      "Premium for 6 months: 1 500 ⭐",
      "your own payments, back as Stars: 10 ⭐",
    ]
  ) expect(text).toContain(choice);
  expect(text).not.toContain("12 months");
  expect(buttons).toEqual(["prize", "u:v:1600XTR", "u:d:n"]);
});

it("his own payments when they are all that fits", async () => {
  const world = open(12);
  world.queries.ownPayments = [{ amount: stars(10) }];
  const { text, buttons } = await ask(world);
  expect(text).toContain("back as Stars: 10 ⭐");
  expect(text).not.toContain("a gift");
  expect(buttons[0]).toBe("prize");
});

it("every currency that he gives up", async () => {
  const world = open(7);
  world.queries.balances.push({ available: { minor: "12550", currency: "RUB" } });
  const { text, buttons } = await ask(world);
  expect(text).toContain("Give up 7 ⭐, 125.50 ₽ and delete");
  expect(buttons).toEqual(["u:v:7XTR.12550RUB", "u:d:n"]);
});

it("nothing of it while nobody knows what he could take", async () => {
  const world = open(50);
  world.telegram.always("getAvailableGifts", () => ({ network: "reset" }));
  const { text, buttons } = await ask(world);
  expect(text).toMatch(/try again in a minute/);
  expect(buttons).toEqual(["u:v", "u:d:n"]);
});

it("that there is nothing, when he has spent it", async () => {
  const { text, buttons } = await ask(open(0));
  expect([text, buttons]).toEqual([expect.stringMatching(/nothing on your balance/), []]);
});
