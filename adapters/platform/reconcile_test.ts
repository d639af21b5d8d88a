/**
 * The reserve as admins have it in the chat, beside the sandbox's own books: what is said there agrees
 * with what people were really charged, given and refused.
 */
import { expect, it } from "vitest";
import type { WithdrawalInput } from "../../machines/domain/withdrawal.ts";
import { joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

const HEART = "5170145012310081615";

const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

/** What the treasury writes to the admin after a command, besides the answer to it. */
async function told(world: PlatformWorld, command: string, words: RegExp): Promise<string> {
  const { people } = world;
  const { revision } = await people.chat(ADMIN);
  await people.write(ADMIN, command);
  const { text = "" } = await people.waitForMessage(ADMIN, says(words), { since: revision });
  return text.replaceAll("\u00a0", " ");
}

async function sendGift(world: PlatformWorld, person: Person): Promise<void> {
  const input: WithdrawalInput = {
    withdrawalId: "wdr_1",
    playerId: `tg-${person.id}`,
    telegramUserId: person.id,
    choice: { kind: "gift", giftId: HEART },
    amount: { minor: "15", currency: "XTR" },
    limit: { minor: "1000", currency: "XTR" },
    adminIds: [],
    atMs: Date.now(),
  };
  const start = { type: "withdrawal.start" };
  await world.platform.runtime.send("withdrawal/wdr_1", start, { create: input });
  await world.platform.runtime.waitFor("withdrawal/wdr_1", ({ status }) => status === "done");
}

it("agrees with the sandbox about entries, a chargeback, a top-up and a gift", {
  timeout: 120_000,
}, async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle({
    price: { minor: "100", currency: "XTR" },
    maxTickets: 2,
  });
  await people.topUp(5_000);
  expect(await told(world, "/admin topup 5000", /is in Telegram's books/)).toContain("5 000");
  await joinByStars(people, anna, raffle);
  await joinByStars(people, boris, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  const winner = context.winners[0].playerId === `tg-${anna.id}` ? anna : boris;
  await sendGift(world, winner);
  const [books] = (await people.books()).bots;
  const charge = books?.charges.find(({ person_id }) => person_id === boris.id);
  await people.chargeback(charge?.telegram_payment_charge_id ?? "");
  await people.waitForMessage(boris.id, ({ refunded_payment }) => refunded_payment !== undefined);
  await world.platform.runtime.settled();
  expect(await told(world, "/admin reconcile", /agree|waits/)).toContain("agree, 5 rows");
  const report = await told(world, "/admin reserve", /Can be paid out today/);
  // 5,000 put in, 15 sent; 155 of the prize are still owed; 100 are lost, 30 earned.
  expect(report).toContain("At Telegram: 4 985 ⭐ available, 100 ⭐ younger than 21 days");
  expect(report).toContain("We owe 155 ⭐: balances 155 ⭐");
  expect(report).toContain("Can be paid out today: 4 830 ⭐");
  expect(report).toContain("Commission earned: 30 ⭐, your capital: 5 000 ⭐");
  expect(report).toContain("You can withdraw 1 830 ⭐ on Fragment");
});

it("shows what is nothing of ours until an admin has cleared it up", async () => {
  const world = await openPlatformWorld();
  const id = await world.people.addTransaction({ amount: -77, partner: { type: "other" } });
  const alarm = await told(world, "/admin reconcile", /do not agree/);
  expect(alarm).toContain("paid out 77 ⭐");
  expect(alarm).toContain(id);
  const number = /^(\d+) ·/m.exec(alarm)?.[1];
  expect(await told(world, "/admin findings", /What does not agree/)).toContain(id);
  await told(world, `/admin ack ${number}`, /Which finding/);
  await told(world, "/admin ack 999 why", /There is no finding 999/);
  await told(world, `/admin ack ${number} A <b>gift`, /acknowledged by .*: A <b>gift/);
  await told(world, "/admin findings", /Nothing is open/);
  expect(await told(world, "/admin reconcile", /agree|waits/)).toContain("agree, 1 rows");
});

it("books no top-up that Telegram does not show", async () => {
  const world = await openPlatformWorld();
  expect(await told(world, "/admin topup 5000", /agree|waits/)).toContain("agree, 0 rows");
  await told(world, "/admin reserve", /your capital: 0/);
});

it.each(["topup", "withdrawn"])(
  "takes no word of %s that names no amount, and says what is one",
  async (verb) => {
    const world = await openPlatformWorld();
    for (
      const words of ["", "-5000", "0", "1.5", "10 20", "9".repeat(300), "10000001", "<b>all</b>"]
    ) {
      const answer = await world.command(`/admin ${verb} ${words}`);
      expect(answer).toMatch(/How many Stars.*A whole number from 1 to 10000000, for example/);
      expect(answer).toContain(`/admin ${verb} `);
    }
    await world.platform.runtime.settled();
    expect((await world.database.query("select 1 from owner_moves")).rows).toEqual([]);
    expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
  },
);

// The second word stayed open for ever, and bore out a row of which nobody had said anything.
it("notes a top-up that is said twice in a row once, and another when the first is found", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  await told(world, "/admin topup 5000", /^Noted: a top-up of 5.000 ⭐/);
  await told(world, "/admin topup 5 000", /^A top-up of 5.000 ⭐ was noted already, .* UTC/);
  await told(world, "/admin topup 5001", /^Noted: a top-up of 5.001 ⭐/);
  await told(world, "/admin withdrawn 5000", /^Noted: a withdrawal of 5.000 ⭐/);
  await world.platform.runtime.settled();
  await people.topUp(5_000);
  await people.topUp(5_000);
  await told(world, "/admin reconcile", /is in Telegram's books/);
  await told(world, "/admin reserve", /your capital: 5.000 ⭐/);
  await told(world, "/admin findings", /nothing of ours/);
  expect(await told(world, "/admin topup 5000", /is in Telegram's books/)).toContain("5 000");
  await told(world, "/admin reserve", /your capital: 10.000 ⭐/);
});

it("says that Telegram's books cannot be read, and keeps what it knows", async () => {
  const world = await openPlatformWorld();
  await world.people.fault({
    service: "telegram",
    method: "getStarTransactions",
    kind: "error",
    code: 400,
  });
  await told(world, "/admin reconcile", /could not be read/);
  expect(await told(world, "/admin reconcile", /agree|waits/)).toContain("agree, 0 rows");
});

// Everything that the treasury had to say was a dead letter for him.
it("an admin who never wrote to the bot hears nothing, and the panel says so until he does", async () => {
  const world = await openPlatformWorld();
  const find = async () => {
    await world.people.addTransaction({ amount: -7, partner: { type: "other" } });
    await told(world, "/admin reconcile", /do not agree/);
    await world.platform.runtime.settled();
  };
  const unreached = `admin ${SECOND_ADMIN} since`;
  await find();
  expect(await told(world, "/admin", /Admin panel/)).toContain(unreached);
  expect(await world.deadLetters()).toEqual([]);
  expect(world.log.filter(({ message }) => message.includes(`Admin ${SECOND_ADMIN} has to`)))
    .not.toHaveLength(0);
  await world.people.write(SECOND_ADMIN, "/start");
  await find();
  expect(await told(world, "/admin", /Admin panel/)).not.toContain(unreached);
});
