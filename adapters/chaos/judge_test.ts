/**
 * The judge on true books: a raffle that was drawn, whose winner took a gift, and one that was stopped,
 * played by the product. It finds nothing; and after each tampering with the database it finds that.
 */
import { describe, expect, it } from "vitest";
import { buttonOf, joinByStars } from "../demo/entries.ts";
import { askChoices, askGift } from "../demo/prize_buttons.ts";
import { eventually, type PlatformWorld } from "../platform/testing/platform_world.ts";
import type { Person } from "../sandbox/people.ts";
import type { OutsideBooks } from "./evidence.ts";
import {
  expectFound,
  findIn,
  judgeWorld,
  openJudgedWorld,
  type Played,
  type Tampering,
} from "./testing/judge_world.ts";

async function playTwoRaffles(): Promise<Played> {
  const world = await openJudgedWorld();
  const { people } = world;
  const players = await world.players(3);
  const drawn = await world.openRaffle({ title: "Drawn" });
  for (const player of players) await joinByStars(people, player, drawn);
  const { context } = await world.waitUntilFinished(drawn);
  const winner = players.find(({ id }) => `tg-${id}` === context.winners[0].playerId);
  await takeGift(world, winner as Person);
  const stopped = await world.openRaffle({ title: "Stopped" });
  for (const player of players.slice(0, 2)) await joinByStars(people, player, stopped);
  await world.command(`/admin stop ${stopped} over`);
  await world.waitForRaffle(stopped, ({ value }) => value === "refunded");
  await world.platform.runtime.settled();
  return world;
}

async function takeGift({ people }: PlatformWorld, person: Person): Promise<void> {
  const hand = { people, person, timeoutMs: 20_000 };
  const question = await askGift(hand, {
    choices: await askChoices(hand),
    choose: ([cheapest = ""]) => cheapest,
  });
  const data = buttonOf(question.reply_markup, "sendgift:") ?? "";
  await people.press(person.id, { message_id: question.message_id, data });
  await people.waitForMessage(person.id, ({ text }) => text?.startsWith("🎁 Your gift") === true, {
    since: question.revision,
    timeoutMs: 20_000,
  });
}

/** What people have read, changed. */
const reading = (change: (texts: readonly string[]) => string[]) => (books: OutsideBooks) => ({
  ...books,
  chats: books.chats.map((chat) => ({ ...chat, texts: change(chat.texts) })),
});

/** A ticket of the drawn raffle that won nothing. */
const BLANK = `select b.raffle_id, min(b.number) from tickets b join draws d using (raffle_id)
  where b.number <> (d.winners::json -> 0 ->> 'number')::int group by b.raffle_id`;

const TAMPERINGS: Tampering[] = [
  {
    what: "a ticket is gone",
    sql: `delete from tickets t where (t.raffle_id, t.number) = (${BLANK})`,
    // The proof is of another list then.
    kinds: ["lost", "unpaid"],
  },
  {
    what: "a ticket was given for no money",
    sql: `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
      select raffle_id, 4, player_id, 'pay_none', salt, at_ms from tickets
      where number = 1 and raffle_id = (select raffle_id from draws)`,
    kinds: ["doubled", "lost"],
  },
  {
    what: "a refund was forgotten",
    sql: `update ledger_transfers set key = 'gone' where id =
      (select min(id) from ledger_transfers where key like 'charge/%/returned')`,
    kinds: ["lost"],
  },
  {
    what: "a receipt was forgotten, and its ticket",
    sql: `with paid as (
        select p.payment_id, p.charge_id from payments p
        join tickets t on t.payment_id = p.payment_id
        where (t.raffle_id, t.number) = (${BLANK})
      ), gone as (delete from tickets t using paid p where t.payment_id = p.payment_id)
      update ledger_transfers t set key = 'gone' from paid p
      where t.key = 'charge/' || p.charge_id || '/received'`,
    kinds: ["lost"],
  },
  {
    what: "a prize went to somebody else",
    sql:
      `update ledger_transfers set to_account = from_account + 1 where key like 'payout/%/credit'`,
    kinds: ["doublePaid", "ledger", "unpaid"],
  },
  {
    what: "a balance was changed",
    sql: `update ledger_accounts set balance_minor = balance_minor - 1
      where name = 'provider/telegram/settling'`,
    kinds: ["ledger"],
  },
  {
    what: "a gift was forgotten",
    sql: "delete from withdrawals",
    kinds: ["doublePaid"],
  },
  {
    what: "a gift is said to have been sent, and was not",
    sql: `insert into withdrawals
        (withdrawal_id, player_id, choice, minor, currency, status, is_open, asked_at_ms)
      select 'wdr_none', player_id, choice, minor, currency, status, false, asked_at_ms
      from withdrawals`,
    kinds: ["unpaid"],
  },
  {
    what: "a gift is said to be another one",
    sql: "update withdrawals set transaction_id = 'another'",
    kinds: ["lost"],
  },
  {
    what: "a post in the channel was forgotten",
    sql: "delete from announcements where occasion = 'drawn'",
    kinds: ["lost"],
  },
  {
    what: "something stays held",
    sql: `update ledger_accounts set held_minor = 1
      where name like 'user/%/available' and balance_minor > 0`,
    kinds: ["ledger"],
  },
  {
    what: "another answer was kept",
    sql: `update draws set random_text = replace(random_text, '"serialNumber":', '"serial":')`,
    kinds: ["lost"],
  },
  {
    what: "an event was forgotten",
    sql: "delete from events where id = (select min(id) from events where key like 'tg:%')",
    kinds: ["lost"],
  },
  {
    what: "an event was applied again",
    sql: `insert into events (actor_id, revision, event, at_ms)
      select actor_id, revision, event, at_ms from events where revision is not null limit 1`,
    kinds: ["doubled"],
  },
];

describe("judge() on the product's books", () => {
  it("finds nothing in them, and each tampering", { timeout: 90_000 }, async () => {
    const world = await playTwoRaffles();
    await eventually(() => findIn(world), (findings) => findings.length === 0, {
      what: "sound books",
    });
    expect(await judgeWorld(world, reading((texts) => [...texts, ...texts]))).toEqual(["doubled"]);
    expect(await judgeWorld(world, reading(() => []))).toEqual(["lost"]);
    const postedTwice = (books: OutsideBooks) => ({
      ...books,
      posts: [...books.posts, ...books.posts],
    });
    expect(await judgeWorld(world, postedTwice)).toEqual(["doubled"]);

    await expectFound(world, TAMPERINGS);

    // What looks for stuck actors begins transactions of its own, so this one stays.
    await world.database.query(
      `update actors set snapshot = replace(
         replace(snapshot, '"status":"done"', '"status":"active"'), '"refunded"', '"requesting"')
       where id = (select min(id) from actors where address like 'refund/%')`,
    );
    expect(await judgeWorld(world)).toEqual(["stuck"]);
  });
});
