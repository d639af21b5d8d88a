/**
 * YooKassa shows something else than was asked for: another amount, currency, shop, status, or another's
 * mark, in its answer or in what is looked up. Nothing moves by it; the admins hear of it; and what is true
 * after all counts once.
 */
import { expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import { askBankPayment, askEntry } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import {
  ADMIN,
  type BankObject,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import {
  booksOf,
  expectInOrder,
  gateway,
  join,
  openWithRubles,
  PRICE,
  rubles,
  says,
  ticketsOf,
} from "./testing/ruble_world.ts";

type Change = (object: BankObject) => BankObject;

/** Silence is not what is played here. */
const CALL_TIMEOUT_MS = 10_000;

const truth: Change = (object) => object;
const shows = (change: BankObject): Change => (object) => ({ ...object, ...change });
const oneRuble = { amount: { value: "1.00", currency: "RUB" } };
const dollars = (value: string) => ({ amount: { value, currency: "USD" } });
const otherShop = { recipient: { account_id: "999999", gateway_id: "1" } };
const paid = { status: "succeeded", paid: true };

/** Who has not pressed Start hears nothing, and is an error in the log. */
async function startAdmins({ people }: PlatformWorld): Promise<void> {
  for (const id of [ADMIN, SECOND_ADMIN]) await people.write(id, "/start");
}

const stateOf = async ({ platform }: PlatformWorld, address: string) =>
  (await platform.runtime.read(address))?.value;

/** The actors of a kind, the oldest first. */
async function addressesOf({ database }: PlatformWorld, kind: string): Promise<string[]> {
  const { rows } = await database.query<{ address: string }>(
    "select a.address from actors a where a.address like $1 order by a.id",
    [`${kind}/%`],
  );
  return rows.map(({ address }) => address);
}

it("a payment that is another's, or not in rubles, is no money, in the answer or later", async () => {
  let heard = truth;
  const world = await openPlatformWorld({
    callTimeoutMs: CALL_TIMEOUT_MS,
    bankSays: (object) => "recipient" in object ? heard(object) : object,
  });
  await startAdmins(world);
  const raffle = await world.openRaffle({ price: PRICE, maxTickets: 9, minPlayers: 9 });
  const before = await booksOf(world);
  const lies: [BankObject, RegExp][] = [
    [otherShop, /belongs to another shop/],
    [dollars("100.00"), /not in rubles/],
    [{ metadata: { actor: "bankPayment/bnk_other" } }, /made for something else/],
  ];
  for (const [lie, words] of lies) {
    for (const isInAnswer of [true, false]) {
      const [player] = await world.players(1) as [Person];
      const { revision } = await world.people.chat(ADMIN);
      if (isInAnswer) {
        heard = shows({ ...lie, ...paid });
        await askEntry(world.people, player, { raffle, way: "rubles" });
      } else {
        const payment = await askBankPayment(world.people, player, raffle);
        heard = shows({ ...lie, ...paid });
        await world.payers.forgeNotice({
          event: "payment.succeeded",
          object: { id: payment, status: "succeeded" },
        });
        // The forged notice leads to whom the lie names: he who asked looks by himself.
        const own = (await addressesOf(world, "bankPayment")).at(-1) as string;
        await world.platform.runtime.send(own, { type: "bank.noticed" });
      }
      await world.people.waitForMessage(
        player.id,
        says(/does not say what became of your payment/),
      );
      await world.people.waitForMessage(ADMIN, says(words), { since: revision });
      heard = truth;
    }
  }
  expect(await booksOf(world)).toEqual(before);
  await expectInOrder(world);
});

it("a payment that is not surely paid is waited for, and counts once it is", async () => {
  let heard = truth;
  const world = await openPlatformWorld({
    callTimeoutMs: CALL_TIMEOUT_MS,
    bankSays: (object) => "recipient" in object ? heard(object) : object,
  });
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle({ price: PRICE });
  const payment = await askBankPayment(world.people, anna, raffle);
  const [actor = ""] = await addressesOf(world, "bankPayment");
  const before = await booksOf(world);
  for (
    const lie of [
      { status: "succeeded", paid: false },
      { status: "waiting_for_capture", paid: true },
      { status: "resting", paid: true },
    ]
  ) {
    heard = shows(lie);
    await world.platform.runtime.send(actor, { type: "bank.noticed" });
    await world.platform.runtime.settled();
    expect([lie.status, await stateOf(world, actor)]).toEqual([lie.status, { open: "waiting" }]);
  }
  expect(await booksOf(world)).toEqual(before);
  heard = truth;
  await world.payers.pay(payment);
  await ticketsOf(world, raffle, 1);
  await expectInOrder(world);
});

it("a payment of another amount brings no ticket, and goes back as it came", async () => {
  let heard = truth;
  const world = await openPlatformWorld({
    callTimeoutMs: CALL_TIMEOUT_MS,
    bankSays: (object) => "recipient" in object ? heard(object) : object,
  });
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle({ price: PRICE });
  const payment = await askBankPayment(world.people, anna, raffle);
  heard = shows(oneRuble);
  await world.payers.pay(payment);
  await world.people.waitForMessage(anna.id, says(/1 ₽ for .* went back to where you paid from/));
  expect((await world.raffle(raffle)).context).toMatchObject({ tickets: 0 });
  expect(await rubles(world, anna)).toEqual([0, 0]);
  expect((await world.payers.books()).shop).toMatchObject({ received: 10_000, refunded: 100 });
  // What YooKassa has kept to itself differs, as it should.
  expect(await world.problems()).toEqual([
    expect.stringMatching(/holds for us 9473 kopecks, our books say 0$/),
    expect.stringMatching(/as fees 427 kopecks, our books say 0$/),
  ]);
});

it("a refund that is not what was asked for leaves the amount owed, and goes back once", async () => {
  const lies = new Map<unknown, Change>();
  const world = await openPlatformWorld({
    callTimeoutMs: CALL_TIMEOUT_MS,
    bankSays: (object) => (lies.get(object["payment_id"]) ?? truth)(object),
  });
  await startAdmins(world);
  const players = await world.players(5);
  const raffle = await world.openRaffle({ price: PRICE, maxTickets: 9, minPlayers: 9 });
  const changes = [
    oneRuble,
    dollars("100.00"),
    { status: "resting" },
    { metadata: { actor: "refund/rfd_other" } },
    { payment_id: "22e12f66-000f-5000-8000-18db351245c7" },
  ];
  for (const [index, player] of players.entries()) {
    lies.set(await join(world, player, raffle), shows(changes[index] ?? {}));
  }
  await ticketsOf(world, raffle, players.length);
  await world.command(`/admin stop ${raffle} no hall`);
  await eventually(
    async () => (await world.payers.books()).shop.refunds.length,
    (count) => count === players.length,
  );
  const states = await eventually(
    async () =>
      await Promise.all(
        (await addressesOf(world, "refund")).map((address) => stateOf(world, address)),
      ),
    (found) => found.length === players.length && !found.includes("created"),
  );
  // YooKassa has given all of it back, but shows something else.
  for (const state of states) {
    expect(["failing", "pending", "requestingRubles"]).toContain(state);
  }
  expect(await dueOf(world)).toBe(10_000 * players.length);
  // What carries another's mark is one that nobody here asked for.
  await world.people.waitForMessage(ADMIN, says(/nobody here asked for it/));
  expect((await world.raffle(raffle)).value).toBe("refunding");

  lies.clear();
  for (const address of await addressesOf(world, "refund")) {
    await world.platform.runtime.send(address, { type: "refund.noticed" });
  }
  for (const { id } of players) {
    await world.people.waitForMessage(id, says(/100 ₽ for .* went back to where you paid from/));
  }
  await world.waitUntilFinished(raffle as RaffleId);
  const { shop } = await world.payers.books();
  expect([shop.refunds.length, shop.refunded]).toEqual([5, 50_000]);
  expect(await dueOf(world)).toBe(0);
  await expectInOrder(world);
});

/** What is owed to those whose entries go back. */
async function dueOf({ database }: PlatformWorld): Promise<number | undefined> {
  const { rows: [row] } = await database.query<{ due: number }>(
    `select coalesce(sum(a.balance_minor), 0)::int as due from ledger_accounts a
     where a.name like 'payment/%/refund_due_rub'`,
  );
  return row?.due;
}

it("a payout that is not what was asked for stays held, and an admin is asked", async () => {
  let heard = truth;
  const { world, anna, chat } = await openWithRubles({
    callTimeoutMs: CALL_TIMEOUT_MS,
    bankSays: (object) => "payout_destination" in object ? heard(object) : object,
  });
  await startAdmins(world);
  let left = 100_000;
  for (
    const [lie, isAsked] of [
      [oneRuble, true],
      [dollars("250.00"), true],
      [{ status: "resting" }, false],
      [{ metadata: { actor: "bankPayout/wdr_other" } }, false],
    ] as const
  ) {
    const { revision } = await world.people.chat(ADMIN);
    const question = await chat.toWallet();
    heard = shows(lie);
    await chat.pressOnly(question, "c:y:");
    const made = (100_000 - left) / 25_000 + 1;
    await eventually(async () => (await gateway(world)).payouts.length, (count) => count === made);
    const actor = (await addressesOf(world, "bankPayout")).at(-1) as string;
    if (isAsked) {
      await world.people.waitForMessage(ADMIN, says(/shows something else than was asked for/), {
        since: revision,
      });
    } else {
      const values = [{ open: "waiting" }, { creating: "asking" }, { creating: "pausing" }];
      expect(values).toContainEqual(
        await eventually(() => stateOf(world, actor), (value) => value !== "created"),
      );
    }
    expect(await rubles(world, anna)).toEqual([left - 25_000, 25_000]);
    heard = truth;
    const since = (await world.people.chat(anna.id)).revision;
    await world.platform.runtime.send(actor, { type: "bank.noticed" });
    await world.people.waitForMessage(anna.id, says(/sent, the money is yours/), { since });
    left -= 25_000;
    expect(await rubles(world, anna)).toEqual([left, 0]);
  }
  const { payouts, paidOut } = await gateway(world);
  expect([payouts.length, paidOut]).toEqual([4, 100_000]);
  await expectInOrder(world);
});
