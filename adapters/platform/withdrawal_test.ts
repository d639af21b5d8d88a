/**
 * A prize leaves, by the buttons that people press, while Telegram is at its worst: it is sent once or
 * not at all, what is not known stays held, and the sandbox's books say the same as ours.
 */
import { describe, expect, it } from "vitest";
import { postTransfers } from "../../db/ledger.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { TELEGRAM_AVAILABLE, userAvailable } from "../../machines/domain/accounts.ts";
import { buttonOf, joinByStars, type SeenMessage } from "../demo/entries.ts";
import type { ChatMessage, FaultKind, Person } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
  type WorldOptions,
} from "./testing/platform_world.ts";

const HEART = "gift:5170145012310081615:15";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

/** Puts a prize on his balance, and as many Stars into the bot's. */
async function credit(world: PlatformWorld, person: Person, stars: number): Promise<void> {
  await world.people.topUp(stars);
  await world.database.transaction(async (tx) => {
    await postTransfers(tx, [{
      key: `test/${person.id}/${stars}`,
      from: TELEGRAM_AVAILABLE,
      to: userAvailable(`tg-${person.id}`),
      minor: BigInt(stars),
      currency: "XTR",
      type: "prize",
      eventAtMs: Date.now(),
    }]);
  });
  await world.people.write(person.id, "/start");
}

async function balanceOf({ database }: PlatformWorld, person: Person) {
  const [balance] = await readBalances(database, [userAvailable(`tg-${person.id}`)]);
  return [Number(balance?.availableMinor), Number(balance?.heldMinor)];
}

/** Presses the first button that begins so, and waits for the message that follows. */
async function follow(
  world: PlatformWorld,
  person: Person,
  { message, prefix, until }: { message: SeenMessage; prefix: string; until: string },
): Promise<SeenMessage> {
  const data = buttonOf(message.reply_markup, prefix);
  if (data === undefined) throw new Error(`No button "${prefix}" under "${message.text}"`);
  const { revision } = await world.people.chat(person.id);
  await world.people.press(person.id, { message_id: message.message_id, data });
  return await world.people.waitForMessage(
    person.id,
    ({ reply_markup }) => buttonOf(reply_markup, until) !== undefined,
    { since: revision },
  );
}

/** From /balance to the message with the choices. */
async function choices(world: PlatformWorld, person: Person): Promise<SeenMessage> {
  const { revision } = await world.people.chat(person.id);
  await world.people.write(person.id, "/balance");
  const balance = await world.people.waitForMessage(
    person.id,
    ({ reply_markup }) => buttonOf(reply_markup, "prize") !== undefined,
    { since: revision },
  );
  return await follow(world, person, { message: balance, prefix: "prize", until: "keep" });
}

/** To the question whether the gift should be sent. */
async function giftQuestion(
  world: PlatformWorld,
  person: Person,
  gift = HEART,
): Promise<SeenMessage> {
  const message = await choices(world, person);
  const list = await follow(world, person, { message, prefix: "gifts:0", until: gift });
  return await follow(world, person, { message: list, prefix: gift, until: `send${gift}` });
}

function confirm(world: PlatformWorld, person: Person, question: SeenMessage, waitMs = 5_000) {
  const data = buttonOf(question.reply_markup, "send");
  if (data === undefined) throw new Error(`No button under "${question.text}"`);
  return world.people.press(person.id, { message_id: question.message_id, data, waitMs });
}

async function sentGifts(world: PlatformWorld): Promise<number> {
  return (await world.people.books()).bots[0]?.gifts.length ?? 0;
}

async function calls(world: PlatformWorld, method: string): Promise<number> {
  return (await world.people.calls({ method })).length;
}

async function expectBooksAgree(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
}

/** A world with one player who has a hundred Stars. */
async function openWinner(stars = 100, options: WorldOptions = {}) {
  const world = await openPlatformWorld(options);
  const [anna] = await world.players(1) as [Person];
  await credit(world, anna, stars);
  // Telegram lets a bot write to those alone who have written to it.
  for (const admin of [ADMIN, SECOND_ADMIN]) await world.command("/start", admin);
  return { world, anna, people: world.people };
}

describe("a gift", () => {
  it("is chosen, confirmed and sent, and the history says so", async () => {
    const { world, anna, people } = await openWinner();
    const question = await giftQuestion(world, anna);
    expect(question.text).toBe(
      "Send the gift 💝 for 15 ⭐? 85 ⭐ stay on your balance. A gift cannot be taken back.",
    );
    const { answer } = await confirm(world, anna, question);
    expect(answer?.text).toMatch(/on its way/);
    await people.waitForMessage(anna.id, says(/Your gift for 15 ⭐ has been sent/));
    expect((await people.gifts(anna.id)).gifts).toMatchObject([{ stars: 15 }]);
    expect(await balanceOf(world, anna)).toEqual([85, 0]);
    const { revision } = await people.chat(anna.id);
    await people.write(anna.id, "/balance");
    const history = await people.waitForMessage(anna.id, says(/Your balance/), { since: revision });
    expect(history.text).toContain("−15 ⭐ · withdrawal, done");
    const { rows } = await world.database.query<{ transaction_id: string }>(
      "select transaction_id from withdrawals",
    );
    const [gift] = (await people.books()).bots[0]?.gifts ?? [];
    expect(rows).toEqual([{ transaction_id: gift?.transaction_id }]);
    await expectBooksAgree(world);
  });

  it("is sent once, however often and on however many devices it is confirmed", async () => {
    const { world, anna, people } = await openWinner();
    const question = await giftQuestion(world, anna);
    await Promise.all([1, 2, 3].map(() => confirm(world, anna, question)));
    await people.waitForMessage(anna.id, says(/has been sent/));
    const late = await confirm(world, anna, question);
    expect(late.answer?.text).toMatch(/done once/);
    await people.redeliver(late.update_id);
    await world.platform.runtime.settled();
    expect([await sentGifts(world), await calls(world, "sendGift")]).toEqual([1, 1]);
    expect(await balanceOf(world, anna)).toEqual([85, 0]);
    await expectBooksAgree(world);
  });

  it.each<FaultKind>(["lostAnswer", "timeoutAfterSuccess"])(
    "whose answer is lost after it was sent (%s) is found in the books and not sent again",
    async (kind) => {
      const { world, anna, people } = await openWinner();
      await people.fault({ service: "telegram", method: "sendGift", kind });
      await confirm(world, anna, await giftQuestion(world, anna));
      await people.waitForMessage(anna.id, says(/did not say whether/));
      await people.waitForMessage(anna.id, says(/has been sent/));
      expect([await sentGifts(world), await calls(world, "sendGift")]).toEqual([1, 1]);
      expect(await balanceOf(world, anna)).toEqual([85, 0]);
      await expectBooksAgree(world);
    },
  );

  it.each<FaultKind>(["500", "timeoutBefore"])(
    "whose answer is lost before it was sent (%s) stays held, and nobody may decide yet",
    async (kind) => {
      const { world, anna, people } = await openWinner();
      await people.fault({ service: "telegram", method: "sendGift", kind });
      await confirm(world, anna, await giftQuestion(world, anna));
      await people.waitForMessage(anna.id, says(/did not say whether/));
      await eventually(() => calls(world, "getStarTransactions"), (count) => count >= 1);
      expect(await balanceOf(world, anna)).toEqual([85, 15]);
      const { rows: [row] } = await world.database.query<{ withdrawal_id: string }>(
        "select withdrawal_id from withdrawals where is_open",
      );
      expect(await world.command(`/admin void ${row?.withdrawal_id}`)).toMatch(
        /still being looked/,
      );
      // He cannot have another one meanwhile, and says so kindly.
      const { revision } = await people.chat(anna.id);
      await people.write(anna.id, "/balance");
      const balance = await people.waitForMessage(
        anna.id,
        ({ reply_markup }) => buttonOf(reply_markup, "prize") !== undefined,
        { since: revision },
      );
      await people.press(anna.id, { message_id: balance.message_id, data: "prize" });
      await people.waitForMessage(anna.id, says(/asked for a gift for 15 ⭐ already/));
      expect([await sentGifts(world), await calls(world, "sendGift")]).toEqual([0, 1]);
      await expectBooksAgree(world);
    },
  );

  it("is sent when Telegram asks to come more slowly, for then it was not", async () => {
    const { world, anna, people } = await openWinner();
    await people.fault({ service: "telegram", method: "sendGift", kind: "429" });
    await confirm(world, anna, await giftQuestion(world, anna));
    await people.waitForMessage(anna.id, says(/has been sent/));
    expect(await sentGifts(world)).toBe(1);
    await expectBooksAgree(world);
  });

  it("that his settings do not take is his Stars again", async () => {
    const { world, anna, people } = await openWinner();
    await people.acceptGifts(anna.id, { unlimited_gifts: false });
    await confirm(world, anna, await giftQuestion(world, anna));
    await people.waitForMessage(anna.id, says(/privacy settings/));
    expect(await balanceOf(world, anna)).toEqual([100, 0]);
    await expectBooksAgree(world);
  });

  it("that the bot cannot pay is his Stars again, and admins hear of it", async () => {
    const { world, anna, people } = await openWinner();
    const question = await giftQuestion(world, anna);
    await people.withdraw(100);
    await confirm(world, anna, question);
    await people.waitForMessage(anna.id, says(/too few Stars/));
    for (const admin of [ADMIN, SECOND_ADMIN]) {
      await people.waitForMessage(admin, says(/Telegram refuses a gift of 15 ⭐/));
    }
    expect(await balanceOf(world, anna)).toEqual([100, 0]);
    await people.topUp(100);
    await expectBooksAgree(world);
  });

  it("of an old button, gone or of another price, moves nothing", async () => {
    const { world, anna, people } = await openWinner(100, { webhook: true });
    const wrong = [
      ["sendgift:404:15", /does not have this gift/],
      ["sendgift:5170145012310081615:14", /has another price/],
      ["sendgift:5882252952218894938:500", /is sold out/],
    ] as const;
    for (const [index, [data, words]] of wrong.entries()) {
      await pressByHand(world, anna, { data, messageId: 900 + index });
      await people.waitForMessage(anna.id, says(words));
    }
    await pressByHand(world, anna, {
      data: `send${HEART}`,
      messageId: 910,
      ageMs: 2 * 3_600_000,
    });
    expect([await sentGifts(world), await balanceOf(world, anna)]).toEqual([0, [100, 0]]);
    expect(await calls(world, "sendGift")).toBe(0);
    await expectBooksAgree(world);
  });
});

describe("Premium over the limit", () => {
  /** To the question, and yes. */
  async function askPremium(world: PlatformWorld, person: Person): Promise<string> {
    const message = await choices(world, person);
    const question = await follow(world, person, {
      message,
      prefix: "premium:6",
      until: "sendpremium:6",
    });
    await confirm(world, person, question);
    const asked = await world.people.waitForMessage(
      ADMIN,
      ({ reply_markup }) => buttonOf(reply_markup, "wdryes") !== undefined,
    );
    return buttonOf(asked.reply_markup, "wdryes")?.slice("wdryes:".length) ?? "";
  }

  it("waits for two admins, who may press at once", async () => {
    const { world, anna, people } = await openWinner(1_600);
    const id = await askPremium(world, anna);
    await people.waitForMessage(anna.id, says(/needs the yes of 2 admins/));
    expect(await balanceOf(world, anna)).toEqual([100, 1_500]);
    expect(await world.command(`/admin approve ${id}`)).toMatch(/is noted/);
    expect(await world.command(`/admin approve ${id}`)).toMatch(/another admin must say it/);
    expect(await calls(world, "giftPremiumSubscription")).toBe(0);
    await Promise.all([
      world.command(`/admin approve ${id}`, SECOND_ADMIN),
      world.command(`/admin approve ${id}`),
    ]);
    await people.waitForMessage(anna.id, says(/Premium for 6 months is yours/));
    expect(await calls(world, "giftPremiumSubscription")).toBe(1);
    expect(await balanceOf(world, anna)).toEqual([100, 0]);
    await expectBooksAgree(world);
  });

  it("is declined by one admin, with his words", async () => {
    const { world, anna, people } = await openWinner(1_600);
    const id = await askPremium(world, anna);
    await world.command(`/admin approve ${id}`);
    expect(await world.command(`/admin decline ${id}`, SECOND_ADMIN)).toMatch(/Say why/);
    await world.command(`/admin decline ${id} <not> today`, SECOND_ADMIN);
    await people.waitForMessage(anna.id, says(/An admin said no.*<not> today/s));
    expect(await balanceOf(world, anna)).toEqual([1_600, 0]);
    expect(await world.command(`/admin approve ${id}`)).toMatch(/is not possible/);
    await expectBooksAgree(world);
  });

  it("is cancelled by the player", async () => {
    const { world, anna, people } = await openWinner(1_600);
    await askPremium(world, anna);
    const waits = await people.waitForMessage(anna.id, says(/needs the yes/));
    const data = buttonOf(waits.reply_markup, "wdrno") ?? "";
    const { answer } = await people.press(anna.id, {
      message_id: waits.message_id,
      data,
      waitMs: 5_000,
    });
    expect(answer?.text).toMatch(/Cancelled/);
    await people.waitForMessage(anna.id, says(/You have cancelled it/));
    expect(await balanceOf(world, anna)).toEqual([1_600, 0]);
    await expectBooksAgree(world);
  });
});

describe("his own payments", () => {
  /** Two players, one of whom has won 17 and can have his own 10 back. */
  async function openDrawn() {
    const world = await openPlatformWorld();
    const players = await world.players(2);
    const raffle = await world.openRaffle({ maxTickets: 2 });
    for (const player of players) await joinByStars(world.people, player, raffle);
    const { context } = await world.waitUntilFinished(raffle);
    await world.platform.runtime.settled();
    const [{ playerId }] = context.winners;
    const winner = players.find(({ id }) => `tg-${id}` === playerId);
    if (winner === undefined) throw new Error("Nobody has won");
    return { world, winner };
  }

  async function refundQuestion(world: PlatformWorld, winner: Person): Promise<SeenMessage> {
    const message = await choices(world, winner);
    expect(message.text).toMatch(/so many fit: 1 payment, 10 ⭐ together/);
    return await follow(world, winner, { message, prefix: "ownback:10", until: "sendback:10" });
  }

  it("come back as Stars, each once", async () => {
    const { world, winner } = await openDrawn();
    const { people } = world;
    const question = await refundQuestion(world, winner);
    await Promise.all([confirm(world, winner, question), confirm(world, winner, question)]);
    await people.waitForMessage(winner.id, says(/has been refunded|went back|refund/i));
    await world.platform.runtime.settled();
    expect(await world.stars()).toEqual({ received: 20, refunded: 10, refunds: 1 });
    expect(await balanceOf(world, winner)).toEqual([7, 0]);
    const { text } = await choices(world, winner);
    expect(text).toMatch(/no payments of your own/);
    const { rows } = await world.database.query("select status from payments order by status");
    expect(rows).toEqual([{ status: "returned" }, { status: "ticketed" }]);
    await expectBooksAgree(world);
  });

  it("raced by a chargeback cost neither him nor us twice", async () => {
    const { world, winner } = await openDrawn();
    const { people } = world;
    const question = await refundQuestion(world, winner);
    const charge = (await people.books()).bots[0]?.charges
      .find(({ person_id }) => person_id === winner.id)?.telegram_payment_charge_id ?? "";
    await Promise.all([confirm(world, winner, question, 0), people.chargeback(charge)]);
    await eventually(
      async () => {
        await world.platform.runtime.settled();
        const { rows } = await world.database.query<{ status: string }>(
          "select status from payments where charge_id = $1",
          [charge],
        );
        return rows[0]?.status;
      },
      (status) => status === "returned" || status === "chargedBack",
    );
    expect((await world.stars()).refunds).toBe(1);
    const [available] = await balanceOf(world, winner);
    const [losses] = await readBalances(world.database, ["treasury/expense/chargebacks"]);
    // The prize has paid for it, or the treasury has: never both, never nobody.
    expect([[7, 0], [17, -10]]).toContainEqual([available, Number(losses?.balanceMinor ?? 0n)]);
    await expectBooksAgree(world);
  });
});

let updateId = 5_000_000;

/** A press that no client shows, as Telegram would bring it. */
async function pressByHand(
  world: PlatformWorld,
  { id, first_name }: Person,
  { data, messageId, ageMs = 0 }: { data: string; messageId: number; ageMs?: number },
): Promise<void> {
  const date = Math.floor((Date.now() - ageMs) / 1000);
  const from = { id, first_name, is_bot: false, language_code: "en" };
  const message = { message_id: messageId, date, chat: { id, type: "private" } };
  const answer = await world.post({
    update_id: updateId++,
    callback_query: { id: `hand${updateId}`, from, message, chat_instance: "1", data },
  });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
}
