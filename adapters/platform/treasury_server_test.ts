/**
 * A charge goes back at the very moment at which it becomes 21 days old, on two nodes: it is taken
 * from the account on which it lies, once, however the two meet.
 */
import { expect, it } from "vitest";
import { checkBooks } from "../../db/ledger_books.ts";
import {
  askEntry,
  chargeBack,
  confirmEntry,
  DAY,
  HOUR,
  openTreasury,
  startTreasuryWorld,
} from "./testing/treasury_world.ts";

/** Charges that race; enough that some go before, some after and some between. */
const CHARGES = 40;

it("a chargeback and the sweep of one charge at once leave no Star on a wrong account", async () => {
  const world = await startTreasuryWorld({ nodes: 2 });
  const { kit, database } = world;
  const numbers = Array.from({ length: CHARGES }, (_, index) => index + 1);
  const atMs = kit.clock.nowMs();
  await world.play(openTreasury());
  for (const number of numbers) {
    await world.play([...askEntry(number, atMs), ...confirmEntry(number, atMs)]);
  }
  kit.clock.jumpTo(atMs + 21 * DAY - HOUR / 2);
  const returned = numbers.filter((number) => number % 2 === 0);
  const backAtMs = kit.clock.nowMs();
  await Promise.all([
    kit.advance(HOUR),
    ...returned.map((number) => world.play(chargeBack(number, backAtMs))),
  ]);
  await kit.advance(HOUR);
  const { rows } = await database.query<{ lies: string; count: number }>(
    "select c.lies, count(*)::int as count from charges c group by c.lies order by c.lies",
  );
  const left = CHARGES - returned.length;
  expect(rows).toEqual([
    { lies: "available", count: left },
    { lies: "gone", count: returned.length },
  ]);
  // On each account lies what the charges on it say: nothing is left on the one they have passed.
  expect(await world.accounts()).toEqual({
    "raffle/rfl_1/pot": BigInt(left * 10),
    "provider/telegram/available": BigInt(-left * 10),
  });
  expect((await checkBooks(database)).problems).toEqual([]);
});
