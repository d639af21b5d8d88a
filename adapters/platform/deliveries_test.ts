/**
 * Updates come twice, late and in another order, as Telegram may deliver them; what they change, they
 * change once.
 */
import { expect, it } from "vitest";
import { askInvoice, joinByStars } from "../demo/entries.ts";
import type { ChatMessage, Person } from "../sandbox/people.ts";
import { eventually, openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";

const isInvoice = ({ invoice }: ChatMessage): boolean => invoice !== undefined;

/** Everything that must not change when an update is repeated. */
async function stateOf(world: PlatformWorld): Promise<unknown> {
  await world.platform.runtime.settled();
  const read = async (query: string): Promise<unknown[]> =>
    (await world.database.query(query)).rows;
  return {
    transfers: await read("select key, minor from ledger_transfers order by id"),
    tickets: await read("select raffle_id, number, player_id from tickets order by 1, 2"),
    payments: await read("select payment_id, status from payments order by 1"),
    raffles: await read("select raffle_id, status, tickets from raffles order by 1"),
    stars: await world.stars(),
  };
}

it.each([{ webhook: false }, { webhook: true }])(
  "every update of a whole raffle delivered twice changes nothing (webhook: $webhook)",
  async ({ webhook }) => {
    const world = await openPlatformWorld({ webhook });
    const { people } = world;
    await people.delivery({ deliverTwice: true });
    const [anna, boris, vera] = await world.players(3) as [Person, Person, Person];
    const raffle = await world.openRaffle({ maxTickets: 2 });
    const invoice = await askInvoice(people, vera, raffle);
    await joinByStars(people, anna, raffle);
    await joinByStars(people, boris, raffle);
    await world.waitUntilFinished(raffle);
    expect((await people.pay(vera.id, { message_id: invoice.message_id })).status).toBe("refused");
    const second = await world.openRaffle();
    await joinByStars(people, vera, second);
    // The stop goes another way than the payment and could be there before it.
    await world.waitForRaffle(second, ({ context }) => context.tickets === 1);
    await world.command(`/admin stop ${second} over`);
    await world.waitUntilFinished(second);
    await people.delivery({ deliverTwice: false });
    // One button press is one invoice, however often it is delivered.
    expect((await people.chat(anna.id)).messages.filter(isInvoice)).toHaveLength(1);
    expect(await world.stars()).toEqual({ received: 30, refunded: 10, refunds: 1 });

    const before = await stateOf(world);
    const updates = await people.updates();
    // Newest first: an order in which nothing ever happened.
    for (const { update_id } of updates.toReversed()) await people.redeliver(update_id);
    await eventually(
      () => people.updates(),
      (all) => all.every(({ state }) => state === "delivered"),
      { what: "the redelivery" },
    );
    expect(await stateOf(world)).toEqual(before);
    expect(await world.problems()).toEqual([]);
    expect(await world.deadLetters()).toEqual([]);
    expect(await world.count("unroutable")).toBe(0);
  },
);

it("payments that come long before and after other updates still become tickets", async () => {
  const world = await openPlatformWorld({ webhook: true });
  const { people } = world;
  const players = await world.players(3);
  const raffle = await world.openRaffle({ closingWindowMs: 20_000 });
  // Messages of payments wait while buttons and questions go on.
  const invoices = await Promise.all(players.map((player) => askInvoice(people, player, raffle)));
  await people.delivery({ delays: { message: "held" } });
  for (const [index, player] of players.entries()) {
    const message_id = invoices[index]?.message_id as number;
    expect((await people.pay(player.id, { message_id })).status).toBe("paid");
  }
  expect((await world.raffle(raffle)).context.tickets).toBe(0);
  await people.delivery({ delays: {} });
  await world.waitUntilFinished(raffle);
  expect(await world.stars()).toEqual({ received: 30, refunded: 0, refunds: 0 });
  await world.platform.runtime.settled();
  expect(await world.problems()).toEqual([]);
});

it("what people did while the product was away counts before an overdue deadline", async () => {
  const world = await openPlatformWorld();
  const { people } = world;
  const [anna, boris] = await world.players(2) as [Person, Person];
  const raffle = await world.openRaffle({
    drawAt: "deadline",
    durationMs: 2_500,
    closingWindowMs: 20_000,
  });
  await joinByStars(people, anna, raffle);
  const invoice = await askInvoice(people, boris, raffle);
  const held = await people.pay(boris.id, { message_id: invoice.message_id, hold: "update" });
  expect(held.status).toBe("held");
  const { context } = await world.raffle(raffle);
  await world.restart(async () => {
    await people.deliverPayment(held.id);
    await askLater(context.closesAtMs);
  });
  const { value } = await world.waitUntilFinished(raffle);
  expect(value).toHaveProperty("settled");
  expect(await world.problems()).toEqual([]);
});

/** Until that moment has passed, by the clock that everybody here shares. */
async function askLater(atMs: number): Promise<void> {
  await eventually(() => Date.now() > atMs, (isOver) => isOver);
}
