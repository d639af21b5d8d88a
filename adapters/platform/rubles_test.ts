/**
 * Raffles in rubles through product and sandbox, as people live through them: paid on the bank's page,
 * declined, told of three times or never, given back. After each the ledger is balanced, and YooKassa's
 * own books say the same as ours.
 */
import { expect, it } from "vitest";
import { userAvailable, YOOKASSA_FEES } from "../../machines/domain/accounts.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { askBankPayment, askEntry, bankPaymentIn } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import { takePanel } from "./testing/panel_hand.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
} from "./testing/platform_world.ts";
import {
  expectInOrder as expectBooksInOrder,
  join,
  PRICE,
  rublesOf,
  says,
  ticketsOf,
} from "./testing/ruble_world.ts";

/** What the sandbox keeps of 100 ₽. */
const FEE = 427n;
const NO_FUNDS = "5555555555554600";

const balanceOf = (world: PlatformWorld, { id }: Person) =>
  rublesOf(world, userAvailable(`tg-${id}`));

/** What must hold when a story is over. */
async function expectInOrder(world: PlatformWorld, fees: number): Promise<void> {
  await expectBooksInOrder(world);
  expect(-await rublesOf(world, YOOKASSA_FEES)).toBe(FEE * BigInt(fees));
}

it("a raffle in rubles is made, paid by card, SBP and wallet, drawn and credited", async () => {
  const world = await openPlatformWorld();
  const form = "price=100₽ min=2 max=3 draw=maximum pause=0";
  const created = await world.command(`/admin create ${form} title=Friday`);
  expect(created).toMatch(/Entry 100 ₽/);
  const raffle = /rfl_\w+/.exec(created)?.[0] as RaffleId;
  await world.command(`/admin open ${raffle}`);
  const players = await world.players(3) as [Person, Person, Person];
  await world.people.fault({ service: "yookassa", kind: "noticeThrice", method: "*" });
  await join(world, players[0], raffle);
  await join(world, players[1], raffle, { method: "sbp" });
  await ticketsOf(world, raffle, 2);
  // His first card has too little on it; he hears so, and takes another.
  const declined = await askBankPayment(world.people, players[2], raffle);
  await world.payers.pay(declined, { card: NO_FUNDS });
  await world.people.waitForMessage(players[2].id, says(/not enough money/));
  await join(world, players[2], raffle, { method: "yoo_money" });
  const { context } = await world.waitUntilFinished(raffle);
  expect(context).toMatchObject({ tickets: 3, players: 3 });
  const [won] = context.winners;
  expect(won.prize).toEqual({ minor: "25500", currency: "RUB" });
  const winner = players.find(({ id }) => `tg-${id}` === won.playerId) as Person;
  await world.people.waitForMessage(winner.id, says(/255 ₽ from “Friday” is on your balance/));
  for (const player of players) {
    expect(await balanceOf(world, player)).toBe(player === winner ? 25_500n : 0n);
  }
  expect(await rublesOf(world, "treasury/fees")).toBe(4_500n);
  const proof = await fetch(`${world.platform.url}/raffles/${raffle}/proof.json`);
  expect((await proof.json()).prize.pot).toEqual({ minor: "30000", currency: "RUB" });
  const { shop } = await world.payers.books();
  expect([shop.received, shop.refunded, shop.payments.length]).toEqual([30_000, 0, 4]);
  await expectInOrder(world, 3);
});

it("a payment that nobody tells of is found, also after a restart", async () => {
  const world = await openPlatformWorld({ bankNotices: false });
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle({ price: PRICE });
  const payment = await askBankPayment(world.people, anna, raffle);
  await world.restart(async () => void await world.payers.pay(payment));
  await ticketsOf(world, raffle, 1);
  await world.people.waitForMessage(anna.id, says(/ticket No. 1/));
  await expectInOrder(world, 1);
});

it("a raffle that is stopped while he pays gives everything back, and the fee is ours", async () => {
  const world = await openPlatformWorld();
  const [anna, ivan] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle({ price: PRICE });
  await join(world, anna, raffle);
  await ticketsOf(world, raffle, 1);
  const late = await askBankPayment(world.people, ivan, raffle);
  await world.command(`/admin stop ${raffle} the hall burnt down`);
  await world.waitUntilFinished(raffle);
  await world.payers.pay(late);
  for (const { id } of [anna, ivan]) {
    await world.people.waitForMessage(id, says(/100 ₽ for .* went back to where you paid from/));
  }
  const { shop } = await world.payers.books();
  expect([shop.received, shop.refunded, shop.refunds.length]).toEqual([20_000, 20_000, 2]);
  await expectInOrder(world, 2);
});

it("what the bank does not take back is on his balance, and pays his next entry", async () => {
  const world = await openPlatformWorld();
  const [anna] = await world.players(1) as [Person];
  const first = await world.openRaffle({ price: PRICE });
  await join(world, anna, first);
  await ticketsOf(world, first, 1);
  await world.people.fault({
    service: "yookassa",
    kind: "canceled",
    method: "createRefund",
    description: "yoo_money_account_closed",
  });
  await world.command(`/admin stop ${first} no hall`);
  await world.people.waitForMessage(
    anna.id,
    says(/could not go back .*wallet.* is on your balance/s),
  );
  expect(await balanceOf(world, anna)).toBe(10_000n);
  await world.waitUntilFinished(first);
  const next = await world.openRaffle({ price: PRICE });
  await askEntry(world.people, anna, { raffle: next, way: "balance" });
  await ticketsOf(world, next, 1);
  expect(await balanceOf(world, anna)).toBe(0n);
  expect((await world.payers.books()).shop.refunded).toBe(0);
  await expectInOrder(world, 1);
});

it("a top-up is credited once, and a declined one not at all", async () => {
  const world = await openPlatformWorld();
  const [anna] = await world.players(1) as [Person];
  const linkFor = async (words: string): Promise<string> => {
    const { revision } = await world.people.chat(anna.id);
    await world.people.write(anna.id, words);
    const message = await world.people.waitForMessage(
      anna.id,
      (each) => bankPaymentIn(each) !== undefined,
      { since: revision },
    );
    return bankPaymentIn(message) as string;
  };
  await world.people.write(anna.id, "/topup 15000.01");
  await world.people.waitForMessage(anna.id, says(/too much at once/));
  const declined = await linkFor("/topup 250,50");
  await world.payers.pay(declined, { card: NO_FUNDS });
  await world.people.waitForMessage(anna.id, says(/not topped up by 250.50 ₽/));
  await world.people.fault({ service: "yookassa", kind: "noticeThrice", method: "*" });
  const paid = await linkFor("/topup 100");
  await world.payers.pay(paid);
  await world.people.waitForMessage(anna.id, says(/100 ₽ is on your balance/));
  expect(await balanceOf(world, anna)).toBe(10_000n);
  const { revision } = await world.people.chat(anna.id);
  await world.people.write(anna.id, "/balance");
  const balance = await world.people.waitForMessage(
    anna.id,
    says(/Your balance/),
    { since: revision },
  );
  expect(balance.text).toMatch(/Your balance: 100 ₽/);
  expect(balance.text).toMatch(/\+100 ₽ · top-up/);
  await eventually(
    () => world.platform.runtime.read(`user/tg-${anna.id}`),
    (view) => (view?.context as { topUps: unknown[] }).topUps.length === 0,
  );
  await expectInOrder(world, 1);
});

it("forged and strange notices move nothing", async () => {
  const world = await openPlatformWorld();
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle({ price: PRICE });
  const payment = await askBankPayment(world.people, anna, raffle);
  const [object] = (await world.payers.books()).shop.payments;
  const succeeded = { ...object, status: "succeeded", paid: true };
  await world.payers.forgeNotice({ event: "payment.succeeded", object: succeeded });
  const post = (body: unknown) =>
    fetch(`${world.platform.url}/yookassa/notices`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const unknown = "22e12f66-000f-5000-8000-18db351245c7";
  const notice = { type: "notification", event: "payment.succeeded" };
  expect((await post({ ...notice, object: { id: unknown, status: "succeeded" } })).status).toBe(
    200,
  );
  expect((await post({ ...notice, object: { id: "../me", status: "succeeded" } })).status).toBe(
    400,
  );
  expect((await post("not a notice")).status).toBe(400);
  await eventually(
    () => world.payers.notices(),
    (notices) => notices.every(({ state }) => state !== "pending"),
  );
  await world.platform.runtime.settled();
  expect((await world.raffle(raffle)).context).toMatchObject({ tickets: 0 });
  // The true one counts all the same.
  await world.payers.pay(payment);
  await ticketsOf(world, raffle, 1);
  await expectInOrder(world, 1);
});

it("a refund that was made by hand in the bank's cabinet is told to the admins, and not booked", async () => {
  const world = await openPlatformWorld();
  const [anna] = await world.players(1) as [Person];
  await world.command("/start");
  const raffle = await world.openRaffle({ price: PRICE });
  const payment = await join(world, anna, raffle);
  await ticketsOf(world, raffle, 1);
  const response = await fetch(`${world.sandboxUrl}/yookassa/v3/refunds`, {
    method: "POST",
    headers: {
      authorization: `Basic ${btoa("100500:test_sandbox-shop-secret-of-nobody")}`,
      "content-type": "application/json",
      "idempotence-key": "by-hand",
    },
    body: JSON.stringify({ payment_id: payment, amount: { value: "100.00", currency: "RUB" } }),
  });
  expect(response.status).toBe(200);
  await world.people.waitForMessage(ADMIN, says(/nobody here asked for it/));
  expect(await world.count("unroutable")).toBe(1);
  expect((await world.raffle(raffle)).context).toMatchObject({ tickets: 1 });
});

it("terms in rubles are kept, begin a new raffle, and come again", async () => {
  const world = await openPlatformWorld();
  const raffle = await world.openRaffle({ price: PRICE });
  const panel = takePanel(world.people, ADMIN);
  await panel.write(`/admin template save ${raffle} Fridays`);
  const template = /tpl_\w+/.exec(await panel.shown())?.[0];
  await panel.write(`/admin template use ${template}`);
  // The price that it has can be said again.
  expect(await panel.press(/^✓ 100/)).toContain("2 of");
  await panel.write(`/admin series begin ${template} end x1`);
  const { rows } = await eventually(
    () =>
      world.database.query<{ terms: string }>(
        "select terms from raffles where raffle_id <> $1 and status = 'open'",
        [raffle],
      ),
    (found) => found.rows.length === 1,
  );
  expect(JSON.parse(rows[0]?.terms ?? "")).toMatchObject({ price: PRICE });
  await expectInOrder(world, 0);
});
