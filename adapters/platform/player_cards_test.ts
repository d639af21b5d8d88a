/** Cards, figures and links as a player meets them, through product and sandbox. */
import { expect, it } from "vitest";
import { buttonOf, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { eventually, openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

async function expectInOrder(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
}

it("a card opened by its link follows the raffle to its end", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris, guest] = await world.players(3) as [Person, Person, Person];
  const raffle = await world.openRaffle({ maxTickets: 2 });
  await people.write(guest.id, `/start ${raffle}`);
  const card = await people.waitForMessage(guest.id, says(/Prize now: 0 ⭐/));
  expect(buttonOf(card.reply_markup, "join:")).toBe(`join:${raffle}`);
  await people.waitForMessage(guest.id, says(/Prize draws with Telegram Stars and rubles/));
  for (const player of [anna, boris]) await joinByStars(people, player, raffle);
  await world.waitUntilFinished(raffle);
  const drawn = await people.waitForMessage(
    guest.id,
    (message) => message.message_id === card.message_id && says(/drawn and paid/)(message),
  );
  expect(drawn.text).toMatch(/Prize now: 17 ⭐/);
  expect(drawn.text).toMatch(/Place 1: ticket No\. [12], 17 ⭐/);
  expect(drawn.text).toMatch(/Seal of the list: [0-9a-f]{64}/);
  expect(buttonOf(drawn.reply_markup, "proof:")).toBe(`proof:${raffle}`);
  await eventually(
    async () => (await world.database.query("select 1 from raffle_cards")).rows.length,
    (left) => left === 0,
  );
  await expectInOrder(world);
});

it("Refresh edits the message; when nothing is new it says so", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle();
  await people.write(anna.id, `/raffle ${raffle}`);
  const card = await people.waitForMessage(anna.id, says(/Status: entries are open/));
  const data = `again:${raffle}`;
  const order = { message_id: card.message_id, data, waitMs: 5_000 };
  expect((await people.press(anna.id, order)).answer?.text).toMatch(/Nothing new/);
  // Opened so long ago that it follows no more.
  await world.database.query("update raffle_cards set touched_at_ms = 0");
  await world.command(`/admin pause ${raffle}`);
  expect((await people.press(anna.id, order)).answer?.text).toBe("");
  const { messages } = await people.chat(anna.id);
  const shown = messages.filter(says(/Status:/));
  expect(shown.map(({ message_id }) => message_id)).toEqual([card.message_id]);
  expect(shown[0]?.text).toMatch(/Status: paused/);
  // Opened again, it follows again.
  await world.command(`/admin resume ${raffle}`);
  await people.waitForMessage(
    anna.id,
    (message) =>
      message.message_id === card.message_id && says(/Status: entries are open/)(message),
  );
  await expectInOrder(world);
});

it("a deleted card and a blocked bot end it quietly", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle();
  for (const { id } of [anna, boris]) {
    await people.write(id, `/raffle ${raffle}`);
    await people.waitForMessage(id, says(/Prize now/));
  }
  await people.block(boris.id);
  // A message that Telegram does not know is answered like one that was deleted.
  await world.database.query(
    "update raffle_cards set message_id = 999999 where player_id = $1",
    [`tg-${anna.id}`],
  );
  await world.command(`/admin pause ${raffle}`);
  await eventually(
    async () =>
      (await world.database.query(
        "select 1 from raffle_cards where message_id = 999999",
      )).rows.length,
    (left) => left === 0,
  );
  await expectInOrder(world);
});

it("the menu has the seed's buttons; earlier labels are still understood", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const anna = await people.person({ first_name: "Анна", language_code: "ru" });
  await people.write(anna.id, "/start");
  const hello = await people.waitForMessage(anna.id, ({ from }) => from.is_bot);
  const menu = hello.reply_markup as unknown as { keyboard: { text: string }[][] };
  expect(menu.keyboard.map((row) => row.map((button) => button.text ?? button))).toEqual([
    ["💫 Присоединиться (Stars)"],
    ["💳 Присоединиться (RUB)"],
    ["📊 Статистика", "📜 Правила"],
    ["💰 Мой баланс", "🏆 История"],
  ]);
  for (
    const [label, answer] of [
      ["📊 Статистика", /Открыто сейчас: 0/],
      ["📜 Правила", /Правила розыгрышей/],
      ["💰 Мой баланс", /Ваш баланс/],
      ["🏆 История", /нет билетов/],
      ["💰 Balance", /Ваш баланс/],
      ["🎟 Join a raffle", /розыгрышей нет/],
      ["💳 Join (RUB)", /розыгрышей нет/],
      ["❓ Помощь", /Как это устроено/],
    ] as const
  ) {
    const { revision } = await people.chat(anna.id);
    await people.write(anna.id, label);
    await people.waitForMessage(anna.id, says(answer), { since: revision });
  }
});

it("statistics count an ended raffle once, and the player's own tickets and prizes", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const players = await world.players(2);
  const [anna] = players as [Person];
  const drawn = await world.openRaffle({ maxTickets: 2 });
  for (const player of players) await joinByStars(people, player, drawn);
  await world.waitUntilFinished(drawn);
  const stopped = await world.openRaffle();
  await joinByStars(people, anna, stopped);
  await world.command(`/admin stop ${stopped} rain`);
  await world.waitUntilFinished(stopped);
  await world.openRaffle();
  await world.platform.runtime.settled();
  const all = await Promise.all(
    players.map(({ id }) => world.platform.queries.statistics(`tg-${id}`)),
  );
  expect(all[0]).toMatchObject({
    open: 1,
    drawn: 1,
    refunded: 1,
    tickets: 2,
    prizes: [{ sum: { minor: "17", currency: "XTR" }, largest: { minor: "17" } }],
    own: { raffles: 2, tickets: 2 },
  });
  expect(all.map(({ own }) => own.wins).sort()).toEqual([0, 1]);
  await expectInOrder(world);
});
