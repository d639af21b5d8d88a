/**
 * Whole dialogues of a player with the bot, through product and sandbox: his history, language,
 * limits, a question that an admin answers, the end of his data; and what must not break any of it.
 */
import { describe, expect, it } from "vitest";
import { postTransfers } from "../../db/ledger.ts";
import { TELEGRAM_AVAILABLE, userAvailable } from "../../machines/domain/accounts.ts";
import { buttonOf, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function expectInOrder(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
}

/** What he writes, and the next message of the bot that says this. */
async function ask(
  { people }: PlatformWorld,
  id: number,
  { text, answer }: { text: string; answer: RegExp },
): Promise<ChatMessage & { revision: number }> {
  const { revision } = await people.chat(id);
  await people.write(id, text);
  return await people.waitForMessage(id, says(answer), { since: revision });
}

/** The button he presses under a message, and the next message of the bot that says this. */
async function press(
  { people }: PlatformWorld,
  id: number,
  { under, button, answer }: { under: ChatMessage; button: string; answer: RegExp },
): Promise<ChatMessage & { revision: number }> {
  const data = buttonOf(under.reply_markup, button);
  expect([button, data]).toEqual([button, expect.any(String)]);
  const { revision } = await people.chat(id);
  await people.press(id, { message_id: under.message_id, data: data as string });
  return await people.waitForMessage(id, says(answer), { since: revision });
}

describe("his history", () => {
  it("has every charge, refund and movement with its status, date and charge id", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna, boris] = await world.players(2) as [Person, Person];
    const drawn = await world.openRaffle({ maxTickets: 2 });
    const stopped = await world.openRaffle();
    for (const player of [anna, boris]) await joinByStars(people, player, drawn);
    await world.waitUntilFinished(drawn);
    await joinByStars(people, anna, stopped);
    await joinByStars(people, boris, stopped);
    await world.command(`/admin stop ${stopped} rain`);
    await world.waitUntilFinished(stopped);
    await world.platform.runtime.settled();
    const { context } = await world.raffle(drawn);
    const winner = [anna, boris].find(({ id }) => `tg-${id}` === context.winners[0].playerId);
    const shown = await ask(world, (winner as Person).id, {
      text: "/balance",
      answer: /Your balance: 17 ⭐/,
    });
    expect(shown.text).toMatch(/\+17 ⭐ · prize, done/);
    expect(shown.text).toMatch(/−10 ⭐ · entry, ticket issued · \S+/);
    expect(shown.text).toMatch(/−10 ⭐ · entry, back · \S+/);
    expect(shown.text).toMatch(/\+10 ⭐ · refund, back · \S+/);
    const history = await ask(world, anna.id, { text: "/my_raffles", answer: /Your tickets/ });
    expect(buttonOf(history.reply_markup, "proof:")).toBe(`proof:${drawn}`);
    await expectInOrder(world);
  });

  it("is paged, each line once", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    await people.giveStars(anna.id, 10_000);
    const raffle = await world.openRaffle({ maxTickets: 30, ticketsPerPlayer: 30 });
    for (let entry = 0; entry < 12; entry++) await joinByStars(people, anna, raffle);
    await world.waitForRaffle(raffle, (view) => view.context.tickets === 12);
    await world.platform.runtime.settled();
    const first = await ask(world, anna.id, { text: "/balance", answer: /Last transactions/ });
    const second = await press(world, anna.id, {
      under: first,
      button: "u:b:",
      answer: /Last transactions/,
    });
    expect(second.message_id).toBe(first.message_id);
    expect(buttonOf(second.reply_markup, "u:b:")).toBe(undefined);
    const charges = [first, second].flatMap(({ text }) =>
      [...(text ?? "").matchAll(/ticket issued · (\S+)/g)].map(([, charge]) => charge)
    );
    expect([charges.length, new Set(charges).size]).toEqual([12, 12]);
    const tickets = await ask(world, anna.id, { text: "/my_raffles", answer: /Your tickets/ });
    const older = await press(world, anna.id, {
      under: tickets,
      button: "u:h:",
      answer: /Your tickets/,
    });
    const numbers = [tickets, older].flatMap(({ text }) =>
      [...(text ?? "").matchAll(/No\. (\d+)/g)].map(([, number]) => Number(number))
    );
    expect(numbers).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    await expectInOrder(world);
  });
});

it("his language stays his, whatever Telegram says", async () => {
  const world = await openPlatformWorld();
  const anna = await world.people.person({ first_name: "Anna", language_code: "en" });
  await ask(world, anna.id, { text: "/start", answer: /Prize draws/ });
  const which = await ask(world, anna.id, { text: "/language", answer: /which language/ });
  await press(world, anna.id, { under: which, button: "u:l:ru", answer: /говорю по-русски/ });
  await ask(world, anna.id, { text: "/rules", answer: /Правила розыгрышей/ });
  await ask(world, anna.id, { text: "/dance", answer: /команды/ });
  await expectInOrder(world);
});

describe("his own limits", () => {
  it("hold: a lower one at once, a higher one after a day, a pause to its end", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    const raffle = await world.openRaffle({ maxTickets: 30, ticketsPerPlayer: 30 });
    const limits = await ask(world, anna.id, { text: "/limits", answer: /Your own limits/ });
    await press(world, anna.id, { under: limits, button: "u:r:d:1", answer: /1 entry a day/ });
    await joinByStars(people, anna, raffle);
    await ask(world, anna.id, { text: `/join_raffle ${raffle}`, answer: /Entry: 10/ });
    const offer = await ask(world, anna.id, {
      text: `/join_raffle ${raffle}`,
      answer: /Entry: 10/,
    });
    await press(world, anna.id, { under: offer, button: "stars:", answer: /your own limit/i });
    await press(world, anna.id, {
      under: limits,
      button: "u:r:d:10",
      answer: /10 entries a day from/,
    });
    await press(world, anna.id, { under: offer, button: "stars:", answer: /your own limit/i });
    const sure = await press(world, anna.id, {
      under: limits,
      button: "u:p:7:",
      answer: /nobody can end it earlier/,
    });
    await press(world, anna.id, {
      under: sure,
      button: "u:p:7:y",
      answer: /Your pause lasts until/,
    });
    await press(world, anna.id, { under: offer, button: "stars:", answer: /pause that you set/ });
    const log = await world.command(`/admin log tg-${anna.id}`);
    for (const what of ["entryRefused ownPause", "ownDailyLimit", "limitSet", "pauseSet 7 days"]) {
      expect(log).toContain(what);
    }
    await expectInOrder(world);
  });

  it("of Stars a week hold back an invoice that is out already", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    const raffle = await world.openRaffle({ price: { minor: "60", currency: "XTR" } });
    const offer = await ask(world, anna.id, {
      text: `/join_raffle ${raffle}`,
      answer: /Entry: 60/,
    });
    await people.press(anna.id, {
      message_id: offer.message_id,
      data: buttonOf(offer.reply_markup, "stars:") as string,
    });
    const invoice = await people.waitForMessage(anna.id, ({ invoice }) => invoice !== undefined);
    const limits = await ask(world, anna.id, { text: "/limits", answer: /Your own limits/ });
    await press(world, anna.id, { under: limits, button: "u:r:w:50", answer: /50 ⭐ a week/ });
    const paid = await people.pay(anna.id, { message_id: invoice.message_id });
    expect([paid.status, paid.error]).toEqual(["refused", expect.stringMatching(/more Stars/)]);
    await expectInOrder(world);
  });
});

describe("a limit of entries a day that is lowered", () => {
  it("holds back invoices that are out already, and no money that was paid", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    const raffle = await world.openRaffle({ ticketsPerPlayer: 3, maxTickets: 9 });
    const invoices: ChatMessage[] = [];
    for (let count = 0; count < 3; count++) {
      const offer = await ask(world, anna.id, {
        text: `/join_raffle ${raffle}`,
        answer: /Entry: 10/,
      });
      const { revision } = await people.chat(anna.id);
      await people.press(anna.id, {
        message_id: offer.message_id,
        data: buttonOf(offer.reply_markup, "stars:") as string,
      });
      const isInvoice = ({ invoice }: ChatMessage) => invoice !== undefined;
      invoices.push(await people.waitForMessage(anna.id, isInvoice, { since: revision }));
    }
    const limits = await ask(world, anna.id, { text: "/limits", answer: /Your own limits/ });
    await press(world, anna.id, { under: limits, button: "u:r:d:1", answer: /1 entry a day/ });
    const pay = ({ message_id }: ChatMessage) => people.pay(anna.id, { message_id });
    const [first, second, third] = invoices as [ChatMessage, ChatMessage, ChatMessage];
    expect((await pay(second)).status).toBe("paid");
    for (const late of [first, third]) {
      const { status, error } = await pay(late);
      expect([status, error]).toEqual(["refused", expect.stringMatching(/your own limit/i)]);
    }
    await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
    expect(await world.stars()).toEqual({ received: 10, refunded: 0, refunds: 0 });
    await expectInOrder(world);
  });
});

describe("a question about a payment", () => {
  it("reaches every admin with its charge, and the first answer reaches the player", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    // A bot can write only to those who have written to it.
    for (const id of [ADMIN, SECOND_ADMIN]) {
      await ask(world, id, { text: "/start", answer: /Prize draws/ });
    }
    const raffle = await world.openRaffle();
    await joinByStars(people, anna, raffle);
    await world.platform.runtime.settled();
    const which = await ask(world, anna.id, { text: "/paysupport", answer: /Choose the payment/ });
    const charge = /ticket issued · (\S+)/.exec(which.text ?? "")?.[1];
    await press(world, anna.id, { under: which, button: "u:s:pay_", answer: /what happened/ });
    await ask(world, anna.id, { text: "?", answer: /too short/ });
    await ask(world, anna.id, { text: "x".repeat(3_000), answer: /too long/ });
    await ask(world, anna.id, {
      text: "Where is <b>my</b> ticket & why?",
      answer: /with the admins/,
    });
    const questions = await Promise.all(
      [ADMIN, SECOND_ADMIN].map((id) => people.waitForMessage(id, says(/Question of Player 1/))),
    );
    for (const { text } of questions) {
      expect(text).toContain("Where is <b>my</b> ticket & why?");
      expect(text).toContain(`charge ${charge}`);
      expect(text).toContain("ticket issued");
    }
    const list = await ask(world, SECOND_ADMIN, {
      text: "/admin disputes",
      answer: /Open questions/,
    });
    await press(world, ADMIN, {
      under: questions[0] as ChatMessage,
      button: "u:a:",
      answer: /Write the answer/,
    });
    await press(world, SECOND_ADMIN, { under: list, button: "u:a:", answer: /Write the answer/ });
    await ask(world, ADMIN, { text: "You have No. 1 <3", answer: /is with the player/ });
    await people.waitForMessage(anna.id, says(/You have No. 1 <3/));
    await ask(world, SECOND_ADMIN, { text: "I say so, too", answer: /answered already/ });
    expect((await people.chat(anna.id)).messages.filter(says(/I say so/))).toEqual([]);
    await ask(world, ADMIN, { text: "/admin disputes", answer: /no open questions/ });
    const log = await world.command(`/admin log ${anna.id}`);
    for (const what of ["disputeOpened dsp_", "disputeAnswered dsp_", "payment ticketed"]) {
      expect(log).toContain(what);
    }
    expect(log).not.toContain("my</b>");
    await expectInOrder(world);
  });

  // The effect was one for all admins: its second try told those again who had read it.
  it("is told to each admin once, though Telegram fails for one of them", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    for (const id of [ADMIN, SECOND_ADMIN]) {
      await ask(world, id, { text: "/start", answer: /Prize draws/ });
    }
    await world.platform.runtime.settled();
    await people.fault({
      service: "telegram",
      method: "sendMessage",
      kind: "500",
      chatId: SECOND_ADMIN,
      times: 2,
    });
    const which = await ask(world, anna.id, { text: "/paysupport", answer: /Choose/ });
    await press(world, anna.id, { under: which, button: "u:s:", answer: /what happened/ });
    await ask(world, anna.id, { text: "Where is it?", answer: /with the admins/ });
    await people.waitForMessage(SECOND_ADMIN, says(/Where is it/));
    await world.platform.runtime.settled();
    const { messages } = await people.chat(ADMIN);
    expect(messages.filter(says(/Where is it/))).toHaveLength(1);
  });

  it("survives a restart, and three at most are open", async () => {
    const world = await openPlatformWorld();
    const [anna] = await world.players(1) as [Person];
    for (const words of ["First question", "Second question", "Third question"]) {
      const which = await ask(world, anna.id, { text: "/paysupport", answer: /Choose/ });
      await press(world, anna.id, { under: which, button: "u:s:", answer: /what happened/ });
      await ask(world, anna.id, { text: words, answer: /with the admins/ });
    }
    await world.restart();
    const which = await ask(world, anna.id, { text: "/paysupport", answer: /Choose/ });
    await press(world, anna.id, { under: which, button: "u:s:", answer: /three open questions/ });
    expect(await world.command("/admin disputes")).toMatch(/First[\s\S]*Second[\s\S]*Third/);
    await expectInOrder(world);
  });
});

describe("the end of his data", () => {
  /** Puts a prize on his balance, and as many Stars into the bot's. */
  async function credit(world: PlatformWorld, person: Person, count: number): Promise<void> {
    await world.people.topUp(count);
    await world.database.transaction(async (tx) => {
      await postTransfers(tx, [{
        key: `test/${person.id}`,
        from: TELEGRAM_AVAILABLE,
        to: userAvailable(`tg-${person.id}`),
        minor: BigInt(count),
        currency: "XTR",
        type: "prize",
        eventAtMs: Date.now(),
      }]);
    });
  }

  /** Every row of every table that holds one of these words. */
  async function traces({ database }: PlatformWorld, words: RegExp): Promise<string[]> {
    const { rows: tables } = await database.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname = current_schema()`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await database.query<{ text: string }>(
        `select t::text as text from "${name}" t`,
      );
      found.push(
        ...rows.filter(({ text }) => words.test(text)).map(({ text }) => `${name}: ${text}`),
      );
    }
    return found;
  }

  it("waits for his money, comes by itself, and leaves no trace but records of money", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const zoe = await people.person({
      first_name: "Zerafina",
      last_name: "Quillfeather",
      language_code: "en",
    });
    const [boris] = await world.players(1) as [Person];
    const raffle = await world.openRaffle({ maxTickets: 3 });
    await joinByStars(people, zoe, raffle);
    await ask(world, zoe.id, { text: `/raffle ${raffle}`, answer: /Status/ });
    const which = await ask(world, zoe.id, { text: "/paysupport", answer: /Choose/ });
    await press(world, zoe.id, { under: which, button: "u:s:", answer: /what happened/ });
    await ask(world, zoe.id, { text: "Xylophonic worry", answer: /with the admins/ });
    const sure = await ask(world, zoe.id, { text: "/deleteme", answer: /come to rest/ });
    await press(world, zoe.id, { under: sure, button: "u:d:y", answer: /1 ticket in raffles/ });
    // Nothing new while she is leaving, and everything old goes on.
    const offer = await ask(world, zoe.id, { text: `/join_raffle ${raffle}`, answer: /Entry/ });
    await press(world, zoe.id, {
      under: offer,
      button: "stars:",
      answer: /asked to have your data/,
    });
    expect(await traces(world, /Zerafina/)).not.toEqual([]);
    await joinByStars(people, boris, raffle);
    await world.command(`/admin stop ${raffle} rain`);
    await world.waitUntilFinished(raffle);
    await world.platform.runtime.settled();
    // Time would do it within minutes; asking again does it at once.
    await press(world, zoe.id, { under: sure, button: "u:d:y", answer: /Your data is deleted/ });
    await world.platform.runtime.settled();
    expect(await traces(world, /Zerafina|Quillfeather|Xylophonic/)).toEqual([]);
    const { rows } = await world.database.query<{ table: string; count: number }>(
      `select 'players' as table, count(*)::int from players where player_id = $1
       union all select 'raffle_cards', count(*)::int from raffle_cards where player_id = $1
       union all select 'disputes', count(*)::int from disputes where player_id = $1
       union all select 'payments', count(*)::int from payments where player_id = $1`,
      [`tg-${zoe.id}`],
    );
    expect(rows.map(({ count }) => count)).toEqual([0, 0, 0, 1]);
    expect(await world.command(`/admin log tg-${zoe.id}`)).toContain("dataDeleted");
    // Whatever she does but a /start leaves nothing behind.
    for (const text of ["/balance", "hello", "/limits", "📊 Statistics"]) {
      await people.write(zoe.id, text);
    }
    await world.platform.runtime.settled();
    await eventually(
      async () => (await world.platform.runtime.read(`user/tg-${zoe.id}`))?.value,
      (value) => value === "forgotten",
    );
    expect(await traces(world, /Zerafina|Quillfeather|hello/)).toEqual([]);
    await ask(world, zoe.id, { text: "/start", answer: /Prize draws/ });
    const anew = await world.openRaffle();
    await joinByStars(people, zoe, anew);
    await world.waitForRaffle(anew, ({ context }) => context.tickets === 1);
    await expectInOrder(world);
  });

  it("can cost him a balance that he gives up, once he knows what he could have had", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    await credit(world, anna, 20);
    const sure = await ask(world, anna.id, { text: "/deleteme", answer: /come to rest/ });
    const offer = await press(world, anna.id, {
      under: sure,
      button: "u:d:y",
      answer: /nothing but your balance is in its way: 20 ⭐/,
    });
    const question = await press(world, anna.id, {
      under: offer,
      button: "u:v",
      answer: /cannot be undone[\s\S]*a gift, from 15 ⭐/,
    });
    // She takes a gift for the most of it, so that the question is too old.
    await people.press(anna.id, {
      message_id: question.message_id,
      data: buttonOf(question.reply_markup, "prize") as string,
    });
    const isList = ({ reply_markup }: ChatMessage) =>
      buttonOf(reply_markup, "gifts:0") !== undefined;
    const choices = await people.waitForMessage(anna.id, isList);
    const gifts = await press(world, anna.id, {
      under: choices,
      button: "gifts:0",
      answer: /Gifts for 20 ⭐ or less/,
    });
    const gift = await press(world, anna.id, {
      under: gifts,
      button: "gift:",
      answer: /Send the gift/,
    });
    await press(world, anna.id, { under: gift, button: "sendgift:", answer: /has been sent/ });
    const again = await press(world, anna.id, {
      under: question,
      button: "u:v:20XTR",
      answer: /nothing but your balance is in its way: 5 ⭐/,
    });
    const small = await press(world, anna.id, {
      under: again,
      button: "u:v",
      answer: /the cheapest gift costs 15 ⭐/,
    });
    await press(world, anna.id, {
      under: small,
      button: "u:v:5XTR",
      answer: /Your data is deleted/,
    });
    await world.platform.runtime.settled();
    const { rows } = await world.database.query(
      `select a.name, a.balance_minor::int as balance from ledger_accounts a
       where a.balance_minor <> 0 and a.name not like 'provider/%'`,
    );
    expect(rows).toEqual([{ name: "treasury/fees", balance: 5 }]);
    expect(
      (await world.database.query("select from players where player_id = $1", [
        `tg-${anna.id}`,
      ])).rowCount,
    ).toBe(0);
    expect(await world.command(`/admin log tg-${anna.id}`)).toContain("gave up 5 XTR");
    await expectInOrder(world);
  });

  it("is withdrawn with a button, and only when it was asked", async () => {
    const world = await openPlatformWorld();
    const { people } = world;
    const [anna] = await world.players(1) as [Person];
    const raffle = await world.openRaffle();
    await joinByStars(people, anna, raffle);
    const sure = await ask(world, anna.id, { text: "/deleteme", answer: /come to rest/ });
    const keep = { message_id: sure.message_id, data: "u:d:n", waitMs: 5_000 };
    expect((await people.press(anna.id, keep)).answer?.text).toMatch(/Everything stays/);
    await press(world, anna.id, { under: sure, button: "u:d:y", answer: /1 ticket in raffles/ });
    await press(world, anna.id, { under: sure, button: "u:d:n", answer: /everything stays/ });
    await expectInOrder(world);
  });
});

it("nothing that is typed or pressed breaks or stalls it", async () => {
  const world = await openPlatformWorld({ webhook: true });
  const { people } = world;
  const [anna] = await world.players(1) as [Person];
  const hello = await ask(world, anna.id, { text: "/limits", answer: /Your own limits/ });
  for (
    const text of [
      "😀",
      "\u202e\u202dabc\u2066",
      "مرحبا كيف الحال",
      "\u0301".repeat(500),
      " ",
      "/",
      "//start",
      "/limits@OtherBot",
      "/admin log tg-1; drop table players",
      "/admin disputes",
      "'; delete from players; --",
      "{ $count }",
      "<script>alert(1)</script>",
      "a".repeat(4_096),
      "/language ".repeat(300),
      "/start " + "x".repeat(4_000),
      "/deleteme yes",
      "\ud83d\ude00".repeat(2_048),
    ]
  ) {
    const { revision } = await people.chat(anna.id);
    await people.write(anna.id, text).catch(() => undefined);
    const answer = await people.waitForMessage(anna.id, ({ from }) => from.is_bot, {
      since: revision,
      timeoutMs: 3_000,
    }).catch(() => undefined);
    // A command for another bot and a text that Telegram itself refuses get no answer.
    if (answer === undefined) expect(["/limits@OtherBot", " "]).toContain(text);
  }
  for (
    const data of [
      "u:",
      "u:r:d:99999999",
      "u:s:pay_someone_elses",
      "u:a:dsp_1_x",
      "u:g:tg-1:z",
      "u:q:0",
      "u:b:zzzzzzzzzzzzz.zzzzzzzzzzzzz.zzzzzzzzzzzzz",
      "u:h:zzzzzzzzzzzzz.zzzzzzzzzzzzz",
      "again:rfl_nobody",
    ]
  ) {
    const pressed = await people.press(anna.id, {
      message_id: hello.message_id,
      data,
      waitMs: 5_000,
    });
    expect([data, pressed.answer]).toEqual([data, expect.anything()]);
  }
  const from = { id: anna.id, is_bot: false, first_name: "Anna", language_code: "en" };
  const chat = { id: anna.id, type: "private", first_name: "Anna" };
  const at = { message_id: 900, date: 1, chat, from };
  const odd = [
    { message: { ...at, photo: [{ file_id: "f", width: 1, height: 1 }] } },
    { message: { ...at, sticker: { file_id: "f" }, forward_origin: { type: "user" } } },
    { message: { ...at, document: { file_id: "f" }, caption: "/deleteme" } },
    { edited_message: { ...at, text: "/deleteme" } },
    { message: { ...at, text: "/deleteme", chat: { id: -7, type: "group" } } },
    { message: { ...at, text: "hello", from: undefined } },
    {
      callback_query: {
        id: "9",
        from,
        chat_instance: "1",
        data: "u:d:y",
        message: { message_id: 1, date: 1, chat: { id: -7, type: "supergroup" } },
      },
    },
    { callback_query: { id: "10", from, chat_instance: "1", inline_message_id: "x", data: "u:r" } },
  ];
  for (const [index, update] of odd.entries()) {
    expect((await world.post({ update_id: 9_000 + index, ...update })).status).toBe(200);
  }
  await world.platform.runtime.settled();
  const view = await world.platform.runtime.read(`user/tg-${anna.id}`);
  expect(view?.context).toMatchObject({ openDisputes: [], deletionAskedAtMs: 0, name: "Anna" });
  expect(await world.count("unroutable")).toBe(0);
  // And it still answers.
  await ask(world, anna.id, { text: "/limits", answer: /Your own limits/ });
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
  await expectInOrder(world);
});
