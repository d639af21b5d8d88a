/**
 * Who is excluded after a check gets his rubles back the way they came: through YooKassa, onto his balance
 * when the bank does not take them, or when he paid from there. The raffle goes on with the others, and its
 * pot is theirs alone.
 */
import { expect, it } from "vitest";
import { YOOKASSA_FEES } from "../../machines/domain/accounts.ts";
import { askEntry, bankPaymentIn } from "../demo/entries.ts";
import type { Person } from "../sandbox/people.ts";
import { takePanel } from "./testing/panel_hand.ts";
import {
  ADMIN,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import {
  Chat,
  expectInOrder,
  join,
  PRICE,
  rubles,
  rublesOf,
  says,
  ticketsOf,
} from "./testing/ruble_world.ts";
import { suspect } from "./testing/suspect.ts";

/** What the sandbox keeps of 100 ₽. */
const FEE = 427n;

/** An owner excludes him in the panel. */
async function exclude(world: PlatformWorld, { first_name }: Person): Promise<void> {
  const panel = takePanel(world.people, ADMIN);
  await panel.write("/admin");
  await panel.press(/Checks/);
  await panel.press(new RegExp(first_name));
  expect(await panel.press(/Exclude/)).toContain("Really exclude");
  expect(await panel.press(/Yes, exclude/)).toContain("Excluded.");
}

it("an entry that was paid by bank and is excluded goes back through YooKassa", async () => {
  const world = await openPlatformWorld();
  await world.command("/start");
  const raffle = await world.openRaffle({
    price: PRICE,
    maxTickets: 5,
    minPlayers: 2,
    drawAt: "deadline",
  });
  const players = await world.players(5) as [Person, Person, Person, Person, Person];
  const [card, wallet, saver, ...others] = players;
  const cardPayment = await join(world, card, raffle);
  const walletPayment = await join(world, wallet, raffle, { method: "yoo_money" });
  const link = await new Chat(world, saver.id).write("/topup 100", /Pay 100 ₽/);
  await world.payers.pay(bankPaymentIn(link) as string);
  await world.people.waitForMessage(saver.id, says(/is on your balance/));
  await askEntry(world.people, saver, { raffle, way: "balance" });
  for (const other of others) await join(world, other, raffle, { method: "sbp" });
  await ticketsOf(world, raffle, 5);
  for (const { id } of [card, wallet, saver]) await suspect(world, id, raffle);

  await exclude(world, card);
  await world.people.waitForMessage(
    card.id,
    says(/100 ₽ for .* went back to where you paid from.*taken off the list after a check/s),
  );
  // This one's wallet is closed by now.
  await world.people.fault({
    service: "yookassa",
    kind: "canceled",
    method: "createRefund",
    description: "yoo_money_account_closed",
  });
  await exclude(world, wallet);
  await world.people.waitForMessage(
    wallet.id,
    says(/could not go back .*wallet.* is on your balance/s),
  );
  await exclude(world, saver);
  await ticketsOf(world, raffle, 2);
  await world.platform.runtime.settled();

  const { shop } = await world.payers.books();
  expect(shop.refunds.map(({ payment_id, status }) => [payment_id, status]).toSorted())
    .toEqual([[cardPayment, "succeeded"], [walletPayment, "canceled"]].toSorted());
  expect([shop.received, shop.refunded]).toEqual([50_000, 10_000]);
  expect(await Promise.all(players.map((player) => rubles(world, player))))
    .toEqual([[0, 0], [10_000, 0], [10_000, 0], [0, 0], [0, 0]]);
  expect(await rublesOf(world, `raffle/${raffle}/pot`)).toBe(20_000n);
  expect(await world.command(`/raffle ${raffle}`)).toContain(
    "Taken off the list before the seal: 3 tickets",
  );

  await world.command(`/admin force ${raffle}`);
  await world.command(`/admin force ${raffle}`, SECOND_ADMIN);
  const { context } = await world.waitUntilFinished(raffle);
  expect(context).toMatchObject({ tickets: 2, players: 2 });
  const [won] = context.winners;
  expect(won.prize).toEqual({ minor: "17000", currency: "RUB" });
  expect(others.map(({ id }) => `tg-${id}`)).toContain(won.playerId);
  expect(-await rublesOf(world, YOOKASSA_FEES)).toBe(FEE * 5n);
  await expectInOrder(world);
});
