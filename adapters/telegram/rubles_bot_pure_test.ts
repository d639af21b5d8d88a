/** What the bot shows of rubles, and that it shows nothing of them where none are taken. */
import { describe, expect, it } from "vitest";
import { createBotWorld } from "./testing/bot_world.ts";
import { testRaffle, testTerms } from "./testing/fake_queries.ts";
import { buttonUpdate, textUpdate } from "./testing/updates.ts";

const bounds = { least: "5000", most: "300000" };
const rubles = (minor: string) => ({ minor, currency: "RUB" as const });
const inRubles = testRaffle({
  terms: { ...testTerms, price: rubles("10050") },
});

function worldWith(taken: typeof bounds | undefined, hasReceipts = false) {
  const world = createBotWorld(undefined, taken && { topUp: taken, hasReceipts });
  world.queries.raffles.push(inRubles);
  return world;
}

async function answerTo(world: ReturnType<typeof createBotWorld>, update: unknown) {
  const calls = await world.take(update);
  const message = calls.find(({ method }) => method === "sendMessage");
  const keyboard: { text: string; callback_data?: string }[][] =
    message?.payload.reply_markup?.inline_keyboard ?? [];
  return { text: String(message?.payload.text ?? ""), buttons: keyboard.flat(), calls };
}

describe("the menu", () => {
  it.each([
    [bounds, ["💫 Join (Stars)", "💳 Join (RUB)"]],
    [undefined, ["💫 Join (Stars)"]],
  ])("has a way to join for each currency that is taken: %j", async (taken, joins) => {
    const [call] = await worldWith(taken).take(textUpdate("/help"));
    const rows: ({ text: string } | string)[][] = call?.payload.reply_markup.keyboard ?? [];
    const labels = rows.flat().map((one) => typeof one === "string" ? one : one.text);
    expect(labels.filter((label) => label.includes("Join"))).toEqual(joins);
  });

  it.each([
    ["💫 Join (Stars)", ["join:rfl_two", "join:rfl_three"]],
    ["💳 Присоединиться (RUB)", ["rubles:rfl_one"]],
    ["/join_raffle", ["join:rfl_one", "join:rfl_two", "join:rfl_three"]],
  ])("%s leads to raffles in that currency", async (text, buttons) => {
    const world = worldWith(bounds);
    world.queries.raffles.push(
      testRaffle({ raffleId: "rfl_two" }),
      testRaffle({ raffleId: "rfl_three" }),
    );
    const answer = await answerTo(world, textUpdate(text));
    const shown = answer.buttons.map(({ callback_data }) => callback_data);
    expect(shown).toEqual(expect.arrayContaining(buttons));
    expect(shown.filter((data) => data?.startsWith("join:"))).toHaveLength(
      buttons.filter((data) => data.startsWith("join:")).length,
    );
  });

  it("says so where there is none in that currency, and shows the others", async () => {
    const { text, buttons } = await answerTo(worldWith(bounds), textUpdate("💫 Join (Stars)"));
    expect(text).toMatch(/^No raffle in Stars is open now\. There is this in rubles:/);
    expect(buttons[0]).toMatchObject({ callback_data: "rubles:rfl_one" });
  });
});

describe("a raffle in rubles", () => {
  it("has a card in rubles", async () => {
    const { text } = await answerTo(worldWith(bounds), textUpdate("/raffle rfl_one"));
    expect(text).toContain("Entry: 100.50 ₽");
    expect(text).toContain("Prize now: 341.70 ₽");
  });

  it("is paid by bank, or from the balance of rubles", async () => {
    const world = worldWith(bounds);
    world.queries.balances = [
      { available: { minor: "999999", currency: "XTR" } },
      { available: rubles("10050") },
    ];
    const { buttons } = await answerTo(world, textUpdate("/join_raffle rfl_one"));
    expect(buttons.slice(0, 2)).toMatchObject([
      { text: "💳 By card, SBP or YooMoney: 100.50 ₽", callback_data: "rubles:rfl_one" },
      { text: "From balance: 100.50 ₽", callback_data: "balance:rfl_one" },
    ]);
    expect(JSON.stringify(buttons)).not.toContain("stars:");
  });

  it("is not paid from the balance by Stars, nor with too few rubles", async () => {
    const world = worldWith(bounds);
    world.queries.balances = [
      { available: { minor: "999999", currency: "XTR" } },
      { available: rubles("10049") },
    ];
    const { buttons } = await answerTo(world, textUpdate("/join_raffle rfl_one"));
    expect(JSON.stringify(buttons)).not.toContain("balance:");
  });

  it("offers no payment by bank where none is taken", async () => {
    const world = worldWith(undefined);
    const { buttons } = await answerTo(world, textUpdate("/join_raffle rfl_one"));
    expect(JSON.stringify(buttons)).not.toMatch(/rubles:|stars:/);
  });

  it("says that the link is on its way", async () => {
    const { calls } = await answerTo(worldWith(bounds), buttonUpdate("rubles:rfl_one"));
    expect(calls[0]).toMatchObject({
      method: "answerCallbackQuery",
      payload: { text: "The link to the payment is on its way." },
    });
  });
});

describe("the balance", () => {
  it("shows both currencies, with a button that tops it up", async () => {
    const world = worldWith(bounds);
    world.queries.balances = [
      { available: { minor: "25", currency: "XTR" } },
      { available: rubles("150000") },
    ];
    const { text, buttons } = await answerTo(world, textUpdate("/balance"));
    expect(text.replaceAll("\u00a0", " ")).toContain("25 ⭐, 1 500 ₽");
    expect(buttons.map(({ callback_data }) => callback_data)).toContain("u:t:");
  });

  it("has no such button where no rubles are taken", async () => {
    const { buttons } = await answerTo(worldWith(undefined), textUpdate("/balance"));
    expect(JSON.stringify(buttons)).not.toContain("u:t:");
  });
});

describe("a top-up", () => {
  it("offers amounts within the bounds", async () => {
    const { text, buttons } = await answerTo(worldWith(bounds), textUpdate("/topup"));
    expect(text.replaceAll("\u00a0", " ")).toContain("From 50 ₽ to 3 000 ₽");
    expect(buttons.map(({ callback_data }) => callback_data))
      .toEqual(["u:t:100", "u:t:300", "u:t:500", "u:t:1000", "u:t:3000"]);
    const { buttons: fewer } = await answerTo(
      worldWith({ least: "30000", most: "50000" }),
      buttonUpdate("u:t:"),
    );
    expect(fewer.map(({ callback_data }) => callback_data)).toEqual(["u:t:300", "u:t:500"]);
  });

  it("says what an amount is, and what was none", async () => {
    const { text, buttons } = await answerTo(worldWith(bounds), textUpdate("/topup <b>much"));
    expect(text).toContain("“&lt;b&gt;much” is no amount");
    expect(buttons).toHaveLength(5);
  });

  it.each(["/topup", "/topup 500", "/topup much"])(
    "is not to be had where no rubles are taken: %s",
    async (words) => {
      const { text } = await answerTo(worldWith(undefined), textUpdate(words));
      expect(text).toContain("not switched on");
    },
  );

  it("leaves the answer to the player's machine", async () => {
    const world = worldWith(bounds);
    const { text } = await answerTo(world, textUpdate("/topup 250"));
    expect(text).toBe("");
    expect(world.runtime.sent.at(-1)?.event).toMatchObject({
      type: "topup.requested",
      amount: rubles("25000"),
      bounds,
    });
    const { calls } = await answerTo(world, buttonUpdate("u:t:100"));
    expect(calls.map(({ method }) => method)).toEqual(["answerCallbackQuery"]);
  });
});

describe("the pages", () => {
  it.each(["/help", "/terms", "/privacy"])(
    "%s tell of rubles where they are taken",
    async (page) => {
      const { text: without } = await answerTo(worldWith(undefined), textUpdate(page));
      expect(without).not.toMatch(/rubles/i);
      const { text } = await answerTo(worldWith(bounds), textUpdate(page));
      expect(text.startsWith(`${without}\n\n<b>Rubles</b>`)).toBe(true);
      expect(text).toContain("YooKassa");
      expect(text).not.toContain("mail");
    },
  );

  it.each([["/help", true], ["/terms", false], ["/privacy", true]])(
    "%s tell of receipts where there are any: %s",
    async (page, isTold) => {
      const { text } = await answerTo(worldWith(bounds, true), textUpdate(page));
      expect(text.includes("mail")).toBe(isTold);
    },
  );
});
