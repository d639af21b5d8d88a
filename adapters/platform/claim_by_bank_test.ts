/**
 * Prizes in rubles that must be taken, down to the last reserve: the last one takes it, or nobody does and
 * every entry goes back through YooKassa.
 */
import { expect, it } from "vitest";
import { YOOKASSA_FEES } from "../../machines/domain/accounts.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import type { Person } from "../sandbox/people.ts";
import { openPlatformWorld, type PlatformWorld } from "./testing/platform_world.ts";
import {
  expectInOrder,
  join,
  PRICE,
  rubles,
  rublesOf,
  says,
  ticketsOf,
} from "./testing/ruble_world.ts";

const HOUR_MS = 3_600_000;
const FEE = 427n;

/** Three enter; one prize, two reserves, an hour to take it. @returns In drawn order. */
async function drawn(
  world: PlatformWorld,
  { raffle, players }: { raffle: RaffleId; players: readonly Person[] },
): Promise<[Person, Person, Person]> {
  for (const [index, player] of players.entries()) {
    await join(world, player, raffle);
    await ticketsOf(world, raffle, index + 1);
  }
  const { context } = await world.waitForRaffle(raffle, ({ tags }) => tags.includes("claiming"));
  const { holders, reserves } = context.claims;
  return [...holders, ...reserves].map(({ playerId }: { playerId: string }) =>
    players.find(({ id }) => `tg-${id}` === playerId)
  ) as [Person, Person, Person];
}

it("the last reserve takes the prize, and where nobody does all of it goes back", async () => {
  const world = await openPlatformWorld();
  const players = await world.players(3);
  const terms = { price: PRICE, maxTickets: 3, reserves: 2, claimWithinMs: HOUR_MS };
  const taken = await world.openRaffle({ ...terms, title: "Taken" });
  const left = await world.openRaffle({ ...terms, title: "Left" });
  const [first, second, last] = await drawn(world, { raffle: taken, players });
  await drawn(world, { raffle: left, players });
  // Until it is taken nobody has it, and we have no commission.
  expect(await rublesOf(world, `raffle/${taken}/pot`)).toBe(30_000n);
  expect(await rublesOf(world, "treasury/fees")).toBe(0n);
  for (const round of [2, 3]) {
    await world.restart(undefined, HOUR_MS + 60_000);
    for (const raffle of [taken, left]) {
      await world.waitForRaffle(raffle, ({ context }) => context.claims?.round === round);
    }
  }
  /** The line over the button, or the message that says why not. */
  const press = async ({ id }: Person): Promise<string | undefined> => {
    const { message_id } = await world.people.waitForMessage(id, ({ from }) => from.is_bot);
    const { revision: since } = await world.people.chat(id);
    const order = { message_id, data: `claim:${taken}`, waitMs: 10_000 };
    const { answer } = await world.people.press(id, order);
    return answer?.text ||
      (await world.people.waitForMessage(id, says(/The prize was not taken/), { since })).text;
  };
  for (const late of [first, second]) expect(await press(late)).toContain("your time was over");
  expect(await rublesOf(world, `raffle/${taken}/pot`)).toBe(30_000n);
  expect(await press(last)).toContain("Taken! 255 ₽");
  await world.waitUntilFinished(taken);
  expect(await press(last)).toContain("you have taken it already");

  // Nobody is left to follow.
  await world.restart(undefined, HOUR_MS + 60_000);
  const { value, context } = await world.waitUntilFinished(left);
  expect([value, context.cancelReason]).toEqual(["refunded", "nobodyClaimed"]);
  for (const { id } of players) {
    await world.people.waitForMessage(id, says(/100 ₽ for “Left” went back to where you paid/));
  }
  const balances = new Map<Person, number>([[last, 25_500]]);
  for (const player of players) {
    expect(await rubles(world, player)).toEqual([balances.get(player) ?? 0, 0]);
  }
  const { shop } = await world.payers.books();
  expect([shop.received, shop.refunded, shop.refunds.length]).toEqual([60_000, 30_000, 3]);
  expect(await rublesOf(world, "treasury/fees")).toBe(4_500n);
  expect(-await rublesOf(world, YOOKASSA_FEES)).toBe(FEE * 6n);
  await expectInOrder(world);
});
