/**
 * A refund that YooKassa refuses over and over: the admins hear why, and one of them tries it again once
 * the cause is mended. It is asked for under another key then, and goes back once.
 */
import { expect, it } from "vitest";
import type { RaffleId } from "../../machines/domain/events.ts";
import type { Person } from "../sandbox/people.ts";
import {
  ADMIN,
  eventually,
  openPlatformWorld,
  type PlatformWorld,
  SECOND_ADMIN,
} from "./testing/platform_world.ts";
import { expectInOrder, join, PRICE, rubles, says, ticketsOf } from "./testing/ruble_world.ts";

const OPERATOR = 900_003;
const VIEWER = 900_004;
/** As often it is tried before somebody is asked. */
const ROUND = 12;

/** A raffle that is stopped, with one refund that the bank refuses. */
async function openStopped(): Promise<{
  world: PlatformWorld;
  anna: Person;
  raffle: RaffleId;
  refundId: string;
}> {
  const world = await openPlatformWorld({ operators: [OPERATOR], viewers: [VIEWER] });
  for (const id of [SECOND_ADMIN, OPERATOR, VIEWER]) {
    await world.people.person({ id, first_name: "Oleg", language_code: "ru" });
  }
  for (const id of [ADMIN, SECOND_ADMIN]) await world.people.write(id, "/start");
  const [anna] = await world.players(1) as [Person];
  const raffle = await world.openRaffle({ price: PRICE });
  await join(world, anna, raffle);
  await ticketsOf(world, raffle, 1);
  await world.people.fault({
    service: "yookassa",
    kind: "error",
    method: "createRefund",
    code: 403,
    description: "Refunds are <switched off>",
    times: ROUND,
  });
  await world.command(`/admin stop ${raffle} no hall`);
  const { rows } = await eventually(
    () => world.database.query<{ id: string }>("select r.refund_id as id from refunds r"),
    (found) => found.rows.length === 1,
  );
  return { world, anna, raffle, refundId: rows[0]?.id ?? "" };
}

const valueOf = async ({ platform }: PlatformWorld, refundId: string) =>
  (await platform.runtime.read(`refund/${refundId}`))?.value;

/** Lets no pause pass: each is ended by hand, until somebody is asked. */
async function untilStuck(world: PlatformWorld, refundId: string): Promise<void> {
  await eventually(async () => {
    const value = await valueOf(world, refundId);
    if (value === "failing") {
      const event = { type: "refund.retry", by: `tg-${ADMIN}` };
      await world.platform.runtime.send(`refund/${refundId}`, event);
    }
    return value;
  }, (value) => value === "stuckRefund");
}

it("a refund that the bank refuses is told to the admins, and tried again by one who may", async () => {
  const { world, anna, refundId } = await openStopped();
  const due = async () => {
    const { rows } = await world.database.query<{ due: number }>(
      `select coalesce(sum(a.balance_minor), 0)::int as due from ledger_accounts a
       where a.name like 'payment/%/refund_due_rub'`,
    );
    return rows[0]?.due;
  };
  await untilStuck(world, refundId);
  await world.people.waitForMessage(anna.id, says(/did not go through yet.*not lost/));
  for (
    const [id, words] of [
      [ADMIN, /A refund does not go through.*100 ₽.*forbidden, Refunds are <switched off>/s],
      [SECOND_ADMIN, /Возврат не проходит.*100 ₽.*Ничего не потеряно/s],
    ] as const
  ) {
    const told = await world.people.waitForMessage(id, says(words));
    expect(told.text).toContain(`/admin retry ${refundId}`);
  }
  expect(await due()).toBe(10_000);

  expect(await world.command("/admin retry", OPERATOR)).toContain(`/admin retry ${refundId}`);
  expect(await world.command(`/admin retry ${refundId}`, VIEWER)).toMatch(/владел|операт/i);
  expect(await world.command(`/admin retry ${refundId}`, anna.id)).toMatch(/admin/i);
  expect(await world.command("/admin retry rfd_nobody")).toMatch(/There is no refund/);
  expect(await world.command("/admin retry <b>")).toMatch(/There is no refund “<b>”/);
  expect(await valueOf(world, refundId)).toBe("stuckRefund");
  expect(await due()).toBe(10_000);
  expect((await world.payers.books()).shop.refunds).toEqual([]);

  expect(await world.command(`/admin retry ${refundId}`, OPERATOR)).toMatch(/Пробую снова/);
  await world.people.waitForMessage(anna.id, says(/100 ₽ for .* went back to where you paid from/));
  expect(await world.command(`/admin retry ${refundId}`)).toMatch(/Not tried again.*it is over/);
  expect(await world.command("/admin retry")).toBe("All refunds go through.");
  const { shop } = await world.payers.books();
  expect([shop.refunded, shop.refunds.length]).toEqual([10_000, 1]);
  expect([await due(), await rubles(world, anna)]).toEqual([0, [0, 0]]);

  const { rows } = await world.database.query<{ line: string }>(
    `select a.role || ' ' || a.target || ' ' || a.outcome as line from audit_log a
     where a.what = 'retry' order by a.id`,
  );
  expect(rows.map(({ line }) => line)).toEqual([
    "operator  accepted",
    `viewer ${refundId} refused: role`,
    "owner rfd_nobody refused: missing",
    "owner  refused: unknownRefund",
    `operator ${refundId} accepted`,
    expect.stringMatching(`owner ${refundId} refused: .* the actor is done`),
    "owner  accepted",
  ]);
  await expectInOrder(world);
});
