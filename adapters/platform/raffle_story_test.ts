/**
 * Whole raffles through product and sandbox, as people live through them. After each the ledger is
 * balanced, the sandbox's books of Stars are ours, and nobody's money hangs.
 */
import { expect, it } from "vitest";
import { readBalances } from "../../db/ledger_balances.ts";
import { userAvailable } from "../../machines/domain/accounts.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { askEntry, askInvoice, askOffer, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";

/** A raffle in which these players have paid by Stars. */
async function raffleWith(
  world: PlatformWorld,
  players: readonly Person[],
  terms: Parameters<PlatformWorld["openRaffle"]>[0] = {},
): Promise<RaffleId> {
  const raffle = await world.openRaffle(terms);
  for (const player of players) await joinByStars(world.people, player, raffle);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === players.length);
  return raffle;
}

async function balanceOf({ database }: PlatformWorld, player: Person): Promise<bigint> {
  const [balance] = await readBalances(database, [userAvailable(`tg-${player.id}`)]);
  return balance?.availableMinor ?? 0n;
}

const isRefund = ({ refunded_payment }: ChatMessage) => refunded_payment !== undefined;
const says = (words: RegExp) => ({ text, from }: ChatMessage) =>
  from.is_bot && words.test(text ?? "");

/** What must hold when a story is over. */
async function expectInOrder(world: PlatformWorld): Promise<void> {
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
  expect(await world.deadLetters()).toEqual([]);
  expect(world.log.filter(({ level }) => level === "error")).toEqual([]);
}

it("a raffle by Stars is sealed, drawn, verified and credited, and its proof is public", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(3);
  const raffle = await raffleWith(world, players);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context).toMatchObject({ tickets: 3, players: 3 });
  const [won] = context.winners;
  expect(won.prize).toEqual({ minor: "26", currency: "XTR" });
  const winner = players.find(({ id }) => `tg-${id}` === won.playerId) as Person;
  await world.people.waitForMessage(winner.id, says(/won|credited/i));
  for (const player of players) {
    expect(await balanceOf(world, player)).toBe(player === winner ? 26n : 0n);
  }
  const response = await fetch(`${world.platform.url}/raffles/${raffle}/proof.json`);
  expect((await response.json()).raffleId ?? raffle).toBe(raffle);
  expect(await world.stars()).toEqual({ received: 30, refunded: 0, refunds: 0 });
  await expectInOrder(world);
});

it("a raffle that has not its minimum at the deadline gives everything back", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(2);
  const raffle = await raffleWith(world, players, {
    minPlayers: 3,
    durationMs: 1_500,
    drawAt: "deadline",
  });
  const { value, context } = await world.waitUntilFinished(raffle);
  expect(value).toBe("refunded");
  expect(context.cancelReason).toBe("minimumNotReached");
  for (const { id } of players) await world.people.waitForMessage(id, isRefund);
  expect(await world.stars()).toEqual({ received: 20, refunded: 20, refunds: 2 });
  await expectInOrder(world);
});

it("two tickets of one player are not two players", async () => {
  const world = await openPlatformWorld();
  const [one] = await world.players(1) as [Person];
  const raffle = await raffleWith(world, [one, one], {
    ticketsPerPlayer: 2,
    maxTickets: 2,
    drawAt: "maximum",
  });
  const { value } = await world.waitUntilFinished(raffle);
  expect(value).toBe("refunded");
  await expectInOrder(world);
});

it("a stop gives everything back and tells the admin's reason", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(2);
  const raffle = await raffleWith(world, players);
  await world.command(`/admin stop ${raffle} the hall burnt down <b>`);
  const { value } = await world.waitUntilFinished(raffle);
  expect(value).toBe("refunded");
  for (const { id } of players) {
    await world.people.waitForMessage(id, isRefund);
    await world.people.waitForMessage(id, says(/the hall burnt down <b>/));
  }
  // Stopped twice: nothing to stop any more, and said so.
  expect(await world.command(`/admin stop ${raffle} again`)).not.toMatch(/^✅/);
  expect(await world.stars()).toEqual({ received: 20, refunded: 20, refunds: 2 });
  await expectInOrder(world);
});

it("force draws with two players and is refused with one", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(2);
  const raffle = await raffleWith(world, players.slice(0, 1), { minPlayers: 3, maxTickets: 5 });
  const refused = await world.command(`/admin force ${raffle}`);
  expect((await world.raffle(raffle)).tags).toContain("acceptingEntries");
  await joinByStars(world.people, players[1] as Person, raffle);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 2);
  expect(refused).toMatch(/“Friday draw”.*fewer than two players/);
  // Two admins are configured: the first word counts for an hour, his second word does not.
  await world.people.write(SECOND_ADMIN, "/start");
  const since = { since: (await world.people.chat(SECOND_ADMIN)).revision };
  // It named the raffle's id alone.
  expect(await world.command(`/admin force ${raffle}`))
    .toMatch(/“Friday draw” .*2 tickets of 2 players.*needs a second admin/);
  expect(await world.command(`/admin force ${raffle}`)).toContain("you have said it already");
  expect((await world.raffle(raffle)).tags).toContain("acceptingEntries");
  const asked = await world.people.waitForMessage(SECOND_ADMIN, says(/Olga wants/), since);
  const button = asked.reply_markup?.inline_keyboard?.[0]?.[0];
  const pressed = {
    message_id: asked.message_id,
    data: button?.callback_data ?? "",
    waitMs: 5_000,
  };
  await world.people.press(SECOND_ADMIN, pressed);
  await world.people.waitForMessage(SECOND_ADMIN, says(/force: done for .*“Friday draw”/));
  const { value } = await world.waitUntilFinished(raffle);
  expect(value).toHaveProperty("settled");
  await expectInOrder(world);
});

it("a pause refuses entries, keeps promised places, and resume takes entries again", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris, vera] = await world.players(3) as [Person, Person, Person];
  const raffle = await world.openRaffle({ closingWindowMs: 30_000 });
  const invoice = await askInvoice(people, boris, raffle);
  const early = await askInvoice(people, anna, raffle);
  const held = await people.pay(anna.id, { message_id: early.message_id, hold: "payment" });
  expect(held.status).toBe("held");
  const offer = await askOffer(people, vera, raffle);
  await world.command(`/admin pause ${raffle}`);
  expect((await world.raffle(raffle)).tags).toContain("paused");
  // The yes was given before the pause; an invoice alone is no promise.
  await people.deliverPayment(held.id);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
  expect((await people.pay(boris.id, { message_id: invoice.message_id })).status).toBe("refused");
  await people.press(vera.id, { message_id: offer.message_id, data: `stars:${raffle}` });
  await people.waitForMessage(vera.id, says(/pause/i));
  await world.command(`/admin resume ${raffle}`);
  expect((await people.pay(boris.id, { message_id: invoice.message_id })).status).toBe("paid");
  await joinByStars(people, vera, raffle);
  await world.waitUntilFinished(raffle);
  expect(await world.stars()).toEqual({ received: 30, refunded: 0, refunds: 0 });
  await expectInOrder(world);
});

it("a pause does not stop the deadline", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(2);
  const raffle = await raffleWith(world, players, { drawAt: "deadline", durationMs: 1_500 });
  await world.command(`/admin pause ${raffle}`);
  const { value } = await world.waitUntilFinished(raffle);
  expect(value).toHaveProperty("settled");
  await expectInOrder(world);
});

it("a prize pays an entry, and its refund goes back to the balance", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const players = await world.players(3);
  const first = await raffleWith(world, players);
  const { context } = await world.waitUntilFinished(first);
  const winner = players.find(({ id }) => `tg-${id}` === context.winners[0].playerId) as Person;
  const second = await world.openRaffle();
  await askEntry(people, winner, { raffle: second, way: "balance" });
  await world.waitForRaffle(second, (view) => view.context.tickets === 1);
  expect(await balanceOf(world, winner)).toBe(16n);
  const loser = players.find((player) => player !== winner) as Person;
  await askEntry(people, loser, { raffle: second, way: "balance" });
  await people.waitForMessage(loser.id, says(/balance|enough/i));
  await world.command(`/admin stop ${second} no more`);
  await world.waitUntilFinished(second);
  expect(await balanceOf(world, winner)).toBe(26n);
  expect(await world.stars()).toEqual({ received: 30, refunded: 0, refunds: 0 });
  await expectInOrder(world);
});

it("several places share the pot, the remainder goes to the first", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(4);
  const raffle = await raffleWith(world, players, {
    maxTickets: 4,
    price: { minor: "13", currency: "XTR" },
    sharesBps: [5_000, 3_000, 2_000],
  });
  const { context } = await world.waitUntilFinished(raffle);
  // Pot 52, commission 7 (15 %, down), 45 to share: 22.5, 13.5, 9.
  expect(context.winners.map(({ prize }: { prize: { minor: string } }) => prize.minor))
    .toEqual(["23", "13", "9"]);
  const balances = await Promise.all(players.map((player) => balanceOf(world, player)));
  expect(balances.sort()).toEqual([0n, 13n, 23n, 9n].sort());
  await expectInOrder(world);
});

it("money for a lapsed place goes back when the list is sealed", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [late, ...players] = await world.players(4) as [Person, ...Person[]];
  const raffle = await world.openRaffle({ closingWindowMs: 1_000 });
  const invoice = await askInvoice(people, late, raffle);
  const held = await people.pay(late.id, { message_id: invoice.message_id, hold: "payment" });
  for (const player of players.slice(0, 2)) await joinByStars(people, player, raffle);
  // The last place is promised to the late one until the window is over.
  const last = players[2] as Person;
  await eventually(
    () => joinByStars(people, last, raffle).then(() => true, () => false),
    (isJoined) => isJoined,
  );
  await world.waitUntilFinished(raffle);
  await people.deliverPayment(held.id);
  await people.waitForMessage(late.id, isRefund);
  await people.waitForMessage(late.id, says(/back|refund/i));
  expect(await world.stars()).toEqual({ received: 40, refunded: 10, refunds: 1 });
  await expectInOrder(world);
});

it("a second charge of one invoice goes back, the first stays a ticket", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle({ maxTickets: 2, closingWindowMs: 30_000 });
  const invoice = await askInvoice(people, anna, raffle);
  // Two devices have the form open, and both get a yes before either payment arrives.
  const held = await people.pay(anna.id, { message_id: invoice.message_id, hold: "payment" });
  const again = await people.pay(anna.id, {
    message_id: invoice.message_id,
    hold: "payment",
    again: true,
  });
  expect([held.status, again.status]).toEqual(["held", "held"]);
  await people.deliverPayment(held.id);
  await people.deliverPayment(again.id);
  await people.waitForMessage(anna.id, isRefund);
  await joinByStars(people, boris, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context.tickets).toBe(2);
  expect(await world.stars()).toEqual({ received: 30, refunded: 10, refunds: 1 });
  await expectInOrder(world);
});

it("a chargeback before the list is closed takes the ticket away, and its money from the pot", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris, clara] = await world.players(3) as [Person, Person, Person];
  const raffle = await world.openRaffle({ maxTickets: 2 });
  const paid = await joinByStars(people, anna, raffle);
  await people.chargeback(String(paid.telegram_payment_charge_id));
  const { runtime } = world.platform;
  await runtime.waitFor(`payment/${paid.invoice_payload}`, ({ value }) => value === "chargedBack");
  await joinByStars(people, boris, raffle);
  await joinByStars(people, clara, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context.tickets).toBe(2);
  const players = context.winners.map(({ playerId }: { playerId: string }) => playerId);
  expect(players).not.toContain(`tg-${anna.id}`);
  await expectInOrder(world);
});

it("a chargeback after the draw leaves the ticket and costs the treasury", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle({ maxTickets: 2 });
  const paid = await joinByStars(people, anna, raffle);
  await joinByStars(people, boris, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  await people.chargeback(String(paid.telegram_payment_charge_id));
  expect(context.tickets).toBe(2);
  const payment = `payment/${paid.invoice_payload}`;
  await world.platform.runtime.waitFor(payment, ({ value }) => value === "chargedBack");
  await expectInOrder(world);
});

it("a player who blocks the bot in the middle delays nobody and gets his prize", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle({ maxTickets: 2, sharesBps: [6_000, 4_000] });
  await joinByStars(people, anna, raffle);
  await people.block(anna.id);
  await joinByStars(people, boris, raffle);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context.winners).toHaveLength(2);
  await people.waitForMessage(boris.id, says(/won/i));
  expect(await balanceOf(world, anna)).toBeGreaterThan(0n);
  await world.platform.runtime.waitFor(
    `user/tg-${anna.id}`,
    ({ tags }) => tags.includes("blocked"),
  );
  await people.unblock(anna.id);
  await people.write(anna.id, "/balance");
  await people.waitForMessage(anna.id, says(/balance/i));
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
});

it("two admins are two admins: their raffle is created by command and opened by button", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const created = await world.command(
    "/admin create price=5 min=2 max=2 draw=maximum pause=0 title=By hand",
  );
  const raffle = /rfl_\w+/.exec(created)?.[0] as RaffleId;
  expect((await world.raffle(raffle)).value).toBe("draft");
  const { messages } = await people.chat(ADMIN);
  const message_id = messages.at(-1)?.message_id as number;
  await people.press(ADMIN, { message_id, data: `admopen:${raffle}`, waitMs: 5_000 });
  await world.waitForRaffle(raffle, ({ tags }) => tags.includes("acceptingEntries"));
  expect(await world.command("/admin list", SECOND_ADMIN)).toContain(raffle);
  for (const player of await world.players(2)) await joinByStars(people, player, raffle);
  await world.waitUntilFinished(raffle);
  await expectInOrder(world);
});

it("ends quickly while notices are being queued", async () => {
  // Effects that were claimed while the end was asked for were never started and never given up:
  // such a stop took the whole five seconds of grace.
  const world = await openPlatformWorld({ webhook: true });
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle();
  await joinByStars(world.people, anna, raffle);
  await world.waitForRaffle(raffle, ({ context }) => context.tickets === 1);
  const startedAtMs = performance.now();
  await world.platform.stop();
  expect(performance.now() - startedAtMs).toBeLessThan(4_500);
  expect(await world.problems()).toEqual([]);
});
