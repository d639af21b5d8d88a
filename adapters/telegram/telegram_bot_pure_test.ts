import { describe, expect, it } from "vitest";
import { UnavailableError } from "../../actors/errors.ts";
import { createBotWorld } from "./testing/bot_world.ts";
import { NOW_MS, testRaffle, testTerms } from "./testing/fake_queries.ts";
import { TEST_TOKEN } from "./testing/fake_telegram.ts";
import { admin, anna, buttonUpdate, preCheckoutUpdate, textUpdate } from "./testing/updates.ts";

const ivan = { id: 42, first_name: "Иван", language_code: "ru" };

/** The text of the only message of an answer. */
async function textOf(world: ReturnType<typeof createBotWorld>, update: unknown): Promise<string> {
  const calls = (await world.take(update)).filter(({ method }) => method === "sendMessage");
  expect(calls).toHaveLength(1);
  return calls[0]?.payload.text;
}

describe("bot", () => {
  it("leaves the greeting to the player's machine", async () => {
    const world = createBotWorld();
    expect(await world.take(textUpdate("/start"))).toEqual([]);
    expect(world.runtime.sent[0]?.event.type).toBe("user.started");
  });

  it("answers help with the menu, in the player's language", async () => {
    const world = createBotWorld();
    const [call] = await world.take(textUpdate("/help", ivan));
    expect(call?.payload.text).toContain("Как это устроено");
    expect(JSON.stringify(call?.payload.reply_markup)).toContain("💫 Присоединиться (Stars)");
  });

  it("offers the only open raffle at once, paid by invoice or from the balance", async () => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle());
    world.queries.balances = [{ available: { minor: "25", currency: "XTR" } }];
    const [call] = await world.take(textUpdate("/join_raffle"));
    expect(call?.payload.text).toContain("Friday &lt;draw&gt;");
    expect(call?.payload.text).toContain("Entry: 10 ⭐");
    expect(call?.payload.reply_markup.inline_keyboard).toMatchObject([
      [{ text: "⭐ Pay with Stars (10 ⭐)", callback_data: "stars:rfl_one" }],
      [{ text: "From balance: 10 ⭐", callback_data: "balance:rfl_one" }],
      [{ callback_data: "raffle:rfl_one" }],
      [{ text: "◀️ Back", callback_data: "menu" }],
    ]);
  });

  it("does not offer the balance when it is too small", async () => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle());
    world.queries.balances = [{ available: { minor: "9", currency: "XTR" } }];
    const [call] = await world.take(textUpdate("/join_raffle rfl_one"));
    expect(JSON.stringify(call?.payload.reply_markup)).not.toContain("balance:");
  });

  it("lists the open raffles when there are several", async () => {
    const world = createBotWorld();
    const second = testRaffle({ raffleId: "rfl_two", terms: { ...testTerms, title: "Second" } });
    world.queries.raffles.push(testRaffle(), second, testRaffle({ status: "settled" }));
    const [call] = await world.take(textUpdate("/join_raffle"));
    expect(call?.payload.text).toContain("1 h 30 min left");
    expect(call?.payload.reply_markup.inline_keyboard).toHaveLength(2);
  });

  it("says when no raffle is open, closed, a draft or unknown", async () => {
    const world = createBotWorld();
    expect(await textOf(world, textUpdate("/join_raffle"))).toContain("No raffle is open now");
    world.queries.raffles.push(testRaffle({ status: "sealed" }));
    expect(await textOf(world, textUpdate("/join_raffle rfl_one"))).toContain(
      "takes no entries now",
    );
    world.queries.raffles[0] = testRaffle({ status: "draft" });
    expect(await textOf(world, textUpdate("/join_raffle rfl_one"))).toContain("no raffle");
    expect(await textOf(world, textUpdate("/raffle rfl_<b>"))).toContain("“rfl_&lt;b&gt;”");
    expect(await textOf(world, textUpdate("/raffle"))).toContain("Which raffle?");
  });

  it("shows a raffle with the asker's chance, its seal, its check link and its proof", async () => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle({
      status: "settled",
      tickets: 12,
      closesAtMs: NOW_MS - 1,
      viewerTickets: [2, 7, 9],
      seal: "ab".repeat(32),
      checkUrl: "https://api.random.org/signatures/form?format=json",
      hasProof: true,
      winners: [{ place: 1, number: 7, prize: { minor: "102", currency: "XTR" } }],
    }));
    const [call] = await world.take(textUpdate("/raffle rfl_one"));
    const text = call?.payload.text;
    expect(text).toContain("Your 3 tickets: No. 2, 7, 9. Your chance of the first place now: 25%");
    expect(text).toContain("ab".repeat(32));
    expect(text).toContain("Place 1: ticket No. 7, 102 ⭐");
    expect(text).toContain("15% commission");
    expect(JSON.stringify(call?.payload.reply_markup)).toContain("api.random.org");
    expect(JSON.stringify(call?.payload.reply_markup)).toContain("proof:rfl_one");
  });

  it("sends the proof as a document, exactly as it is stored", async () => {
    const world = createBotWorld();
    world.queries.raffles.push(testRaffle({ hasProof: true }));
    world.queries.proofs.set("rfl_one", '{"a": 1}\n');
    const calls = await world.take(buttonUpdate("proof:rfl_one"));
    expect(calls.map(({ method }) => method)).toEqual(["answerCallbackQuery", "sendDocument"]);
    expect(calls[1]?.payload.multipart).toContain('{"a": 1}\n');
    expect(calls[1]?.payload.multipart).toContain("rfl_one.proof.json");
  });

  it("shows the balance with the last transactions", async () => {
    const stars = (minor: string) => ({ amount: { minor, currency: "XTR" as const } });
    const world = createBotWorld();
    world.queries.balances = [{ available: { minor: "1234567", currency: "XTR" } }];
    const line = { source: "balance" as const, status: "posted", atMs: NOW_MS };
    world.queries.lines = [
      { ...line, type: "prize", ...stars("102"), direction: "in" },
      { ...line, type: "oddity", ...stars("10"), direction: "out" },
      { ...line, type: "withdrawal", ...stars("15"), direction: "out", status: "held" },
      { ...line, type: "withdrawal", ...stars("25"), direction: "out" },
      { ...line, type: "withdrawal", ...stars("50"), direction: "out", status: "voided" },
      {
        source: "charge",
        type: "entry",
        status: "ticketed",
        ...stars("10"),
        direction: "out",
        atMs: 0,
        chargeId: "stx<1>",
      },
    ];
    const text = await textOf(world, textUpdate("/balance"));
    expect(text).toContain("1\u00a0234\u00a0567 ⭐");
    expect(text).toContain("20 Nov, 12:00 UTC · +102 ⭐ · prize, done");
    expect(text).toContain("−10 ⭐ · other, done");
    expect(text).toContain("−15 ⭐ · withdrawal, on its way");
    expect(text).toContain("−25 ⭐ · withdrawal, done");
    expect(text).toContain("−50 ⭐ · withdrawal, returned");
    expect(text).toContain("– · −10 ⭐ · entry, ticket issued · <code>stx&lt;1&gt;</code>");
    expect(await textOf(world, textUpdate("/balance", ivan))).toContain("15:00 МСК");
  });

  it("gives the charge ids in /paysupport", async () => {
    const world = createBotWorld();
    expect(await textOf(world, textUpdate("/paysupport"))).toContain("no payments by Stars");
    world.queries.chosen = [{
      paymentId: "pay_1",
      raffleId: "rfl_one",
      amount: { minor: "10", currency: "XTR" },
      status: "refunding",
      atMs: NOW_MS,
      chargeId: "stx_charge",
    }];
    const [call] = await world.take(textUpdate("/paysupport"));
    const text = call?.payload.text;
    expect(text).toContain("stx_charge");
    expect(text).toContain("on its way back");
    expect(JSON.stringify(call?.payload.reply_markup)).toContain("u:s:pay_1");
    expect(text).toContain("@support");
  });

  it("shows tickets and prizes in /my_raffles", async () => {
    const world = createBotWorld();
    expect(await textOf(world, textUpdate("/my_raffles"))).toContain("no tickets yet");
    const ticket = {
      raffleId: "rfl_one" as const,
      title: "Friday",
      status: "settled",
      paymentId: "pay_1" as const,
      atMs: NOW_MS,
    };
    world.queries.tickets = [
      { ...ticket, number: 7, won: { place: 1, prize: { minor: "102", currency: "XTR" } } },
      { ...ticket, number: 8 },
    ];
    const text = await textOf(world, textUpdate("/my_raffles"));
    expect(text).toContain("ticket No. 7 won place 1: 102 ⭐");
    expect(text).toContain("ticket No. 8, drawn and paid");
  });

  it("says over the button that the invoice comes, and nothing else", async () => {
    const world = createBotWorld();
    const calls = await world.take(buttonUpdate("stars:rfl_one"));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.payload.text).toContain("The invoice is on its way");
  });

  it("puts a refused entry into words, also for a reason it does not know", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("user/tg-42");
    world.runtime.refusals.set("user/tg-42", "overDailyLimit");
    expect(await textOf(world, buttonUpdate("stars:rfl_one"))).toContain("entries for one day");
    world.runtime.refusals.set("user/tg-42", "somethingNew");
    expect(await textOf(world, buttonUpdate("stars:rfl_one"))).toContain(
      "Try again a little later",
    );
  });

  it("answers old buttons, unknown commands and other messages kindly", async () => {
    const world = createBotWorld();
    const [old] = await world.take(buttonUpdate("buy:17"));
    expect(old?.payload.text).toContain("out of date");
    expect(await textOf(world, textUpdate("/dance"))).toContain("do not know this command");
    expect(await textOf(world, textUpdate("hello"))).toContain("commands and buttons");
  });

  it("refuses a stranger's admin commands kindly, and does nothing", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("raffle/rfl_one");
    for (const words of ["create price=10", "open rfl_one", "stop rfl_one x", "list", ""]) {
      expect(await textOf(world, textUpdate(`/admin ${words}`))).toContain("for admins only");
    }
    expect(await textOf(world, buttonUpdate("admopen:rfl_one", anna))).toContain("for admins only");
    expect(world.runtime.created).toEqual([]);
    expect(world.runtime.sent.filter(({ address }) => address.startsWith("raffle/"))).toEqual([]);
  });

  it("makes a raffle for an admin and offers to open it", async () => {
    const world = createBotWorld();
    const [call] = await world.take(
      textUpdate("/admin create price=10 min=3 max=12 title=Friday & Co", admin),
    );
    expect(call?.payload.text).toContain("Friday &amp; Co");
    const [[button]] = call?.payload.reply_markup.inline_keyboard;
    expect(button.callback_data).toMatch(/^admopen:rfl_/);
    expect(await textOf(world, buttonUpdate(button.callback_data, admin))).toContain("open: done");
    expect(world.runtime.sent.at(-1)?.event.type).toBe("raffle.open");
  });

  it("names every problem of a bad form", async () => {
    const world = createBotWorld();
    const text = await textOf(
      world,
      textUpdate("/admin create price=0 min=-3 max=2.5 tickets=many color=<red>", admin),
    );
    expect(text).toContain("price: must be at least 1");
    expect(text).toContain("min: must be at least 2");
    expect(text).toContain("max: must be a whole number");
    expect(text).toContain("tickets: must be a number");
    expect(text).toContain("color: is not known");
    expect(world.runtime.created).toEqual([]);
  });

  it("tells an admin what became of his command", async () => {
    const world = createBotWorld();
    const text = (words: string) => textOf(world, textUpdate(`/admin ${words}`, admin));
    expect(await text("force rfl_no")).toContain("no raffle");
    world.runtime.actors.add("raffle/rfl_one");
    expect(await text("pause rfl_one")).toContain("pause: done");
    expect(await text("stop rfl_one")).toContain("give the reason");
    world.runtime.refusals.set("raffle/rfl_one", "notStoppable");
    expect(await text("stop rfl_one it is over")).toContain("not possible");
    expect(await text("list")).toContain("no raffles yet");
    world.queries.raffles.push(testRaffle());
    expect(await text("list")).toContain("rfl_one");
  });

  it.each([
    { payload: "order 66", words: "no longer valid" },
    { payload: "", words: "no longer valid" },
    { payload: "pay_gone", words: "no longer valid" },
  ])("says no at once to a pre-checkout of $payload", async ({ payload, words }) => {
    const world = createBotWorld();
    const [call] = await world.take(preCheckoutUpdate(payload));
    expect(call).toMatchObject({ method: "answerPreCheckoutQuery", payload: { ok: false } });
    expect(call?.payload.error_message).toContain(words);
  });

  it("leaves the answer to a known payment's machine, also when it comes twice", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("payment/pay_1");
    const update = preCheckoutUpdate("pay_1");
    expect(await world.take(update)).toEqual([]);
    expect(await world.take(update)).toEqual([]);
  });

  it("says no when the payment does not take the question, or fails on it", async () => {
    const world = createBotWorld();
    world.runtime.actors.add("payment/pay_1");
    world.runtime.refusals.set("payment/pay_1", "alreadyPaid");
    const [refused] = await world.take(preCheckoutUpdate("pay_1"));
    expect(refused?.payload.error_message).toContain("already paid");
    for (let i = 0; i < 3; i++) world.runtime.failures.push(new TypeError("poison"));
    const [failed] = await world.take(preCheckoutUpdate("pay_1"));
    expect(failed?.payload).toMatchObject({ ok: false });
  });

  it("says that something went wrong when nothing can be read, and keeps what is committed", async () => {
    const world = createBotWorld();
    world.queries.failure = new UnavailableError("no database");
    expect(await textOf(world, textUpdate("/balance"))).toContain("did not work");
    expect(world.runtime.sent).toHaveLength(1);
  });

  it("obeys a 429 and then answers; it gives up after three", async () => {
    const world = createBotWorld();
    const tooMany = { error: 429, description: "Too Many Requests", retryAfter: 1 };
    world.telegram.answer("sendMessage", tooMany, tooMany);
    expect(await world.take(textUpdate("/help"))).toHaveLength(3);
    world.telegram.answer("sendMessage", tooMany, tooMany, tooMany);
    expect(await world.take(textUpdate("/help"))).toHaveLength(3);
    expect(world.log.join()).toContain("Cannot answer");
  });

  it("never repeats an answer whose outcome is unknown, and never logs the token", async () => {
    const world = createBotWorld();
    world.telegram.answer("sendMessage", { network: "reset" });
    expect(await world.take(textUpdate("/help"))).toHaveLength(1);
    expect(world.log.join()).not.toContain(TEST_TOKEN);
    expect(world.log.join()).not.toContain("TEST-token");
  });

  it("cuts what is too long for Telegram", async () => {
    const world = createBotWorld();
    const title = "💥<".repeat(40);
    world.queries.tickets = Array.from({ length: 200 }, (_, index) => ({
      raffleId: `rfl_${index}` as const,
      title,
      status: "open",
      number: index,
      paymentId: "pay_1" as const,
      atMs: NOW_MS,
    }));
    const text = await textOf(world, textUpdate("/my_raffles"));
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(text.isWellFormed()).toBe(true);
  });
});
