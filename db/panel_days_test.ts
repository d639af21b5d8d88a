import { expect, it } from "vitest";
import type { Database } from "./connection.ts";
import { postTransfers, type Transfer } from "./ledger.ts";
import { readFigures } from "./panel_days.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const DAY_MS = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY_MS);
const NOON = TODAY * DAY_MS + DAY_MS / 2;
const cause = { actor: "raffle/rfl_1", revision: 1, event: "test" };

async function ticket(
  database: Database,
  number: number,
  { playerId, atMs }: { playerId: string; atMs: number },
): Promise<void> {
  await database.query(
    `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
     values ('rfl_1', $1, $2, $3, '00', $4)`,
    [number, playerId, `pay_${number}`, atMs],
  );
}

const post = (
  database: Database,
  transfers: readonly [Transfer["type"], string, string, number][],
  currency: Transfer["currency"] = "XTR",
) =>
  database.transaction((tx) =>
    postTransfers(
      tx,
      transfers.map(([type, from, to, minor], at) => ({
        key: `test/${currency}/${type}/${from}/${to}/${at}`,
        from,
        to,
        minor: BigInt(minor),
        currency,
        type,
        cause,
        eventAtMs: NOON,
      })),
    )
  );

it("counts money once, by what became of it", async () => {
  const database = await openTestDatabase();
  await post(database, [
    ["entry", "provider/telegram/settling", "payment/pay_1/clearing", 100],
    ["entry", "payment/pay_1/clearing", "raffle/rfl_1/pot", 100],
    ["commission", "raffle/rfl_1/pot", "treasury/fees", 15],
    ["prize", "raffle/rfl_1/pot", "payout/pyo_1_1/held", 60],
    ["prize", "payout/pyo_1_1/held", "user/tg-1/available", 60],
    ["refund", "raffle/rfl_1/pot", "payment/pay_1/refund_due", 20],
    ["refund", "payment/pay_1/refund_due", "provider/telegram/settling", 20],
    ["refund", "raffle/rfl_1/pot", "user/tg-2/available", 5],
  ]);
  await post(database, [
    ["entry", "provider/yookassa/shop", "payment/pay_3/clearing_rub", 20_000],
    ["entry", "payment/pay_3/clearing_rub", "raffle/rfl_2/pot", 10_000],
    ["refund", "payment/pay_3/clearing_rub", "provider/yookassa/shop", 10_000],
  ], "RUB");
  const { all, days } = await readFigures(database, { nowMs: Date.now(), days: 3 });
  const money = [
    { currency: "XTR", potsMinor: 100n, commissionMinor: 15n, prizesMinor: 60n, refundsMinor: 25n },
    {
      currency: "RUB",
      potsMinor: 10_000n,
      commissionMinor: 0n,
      prizesMinor: 0n,
      refundsMinor: 10_000n,
    },
  ];
  expect(all.money).toEqual(money);
  expect(days[0]).toMatchObject({ day: TODAY, money });
});

it("keeps days that are over, and counts a player once in all", async () => {
  const database = await openTestDatabase();
  await post(database, [["entry", "provider/telegram/settling", "raffle/rfl_1/pot", 10]]);
  await ticket(database, 1, { playerId: "tg-1", atMs: NOON });
  await ticket(database, 2, { playerId: "tg-2", atMs: NOON });
  await ticket(database, 3, { playerId: "tg-1", atMs: NOON + DAY_MS });
  await ticket(database, 4, { playerId: "tg-3", atMs: NOON + DAY_MS });
  const pots = expect.objectContaining({ currency: "XTR", potsMinor: 10n });
  const at = (day: number) => readFigures(database, { nowMs: NOON + day * DAY_MS, days: 7 });
  const kept = async () => {
    const { rows } = await database.query<{ count: number }>(
      "select count(*)::int as count from panel_days",
    );
    return rows[0]?.count;
  };
  expect((await at(0)).all).toMatchObject({ tickets: 2n, players: 2n });
  expect(await kept()).toBe(0);
  expect((await at(1)).days.map(({ players }) => BigInt(players))).toEqual([2n, 2n]);
  expect((await at(1)).all).toMatchObject({ tickets: 4n, players: 3n, money: [pots] });
  expect(await kept()).toBe(1);
  // Months later: every day is kept by then, also empty ones, and the figures are the same.
  const late = await at(100);
  expect(late.all).toMatchObject({ tickets: 4n, players: 3n, money: [pots] });
  expect(late.days).toHaveLength(7);
  expect(late.days.every(({ tickets }) => BigInt(tickets) === 0n)).toBe(true);
  expect(await kept()).toBe(100);
  expect((await at(100)).all).toEqual(late.all);
});

it("has figures of nothing", async () => {
  const database = await openTestDatabase();
  const { all, days } = await readFigures(database, { nowMs: NOON, days: 2 });
  expect(all).toMatchObject({ tickets: 0n, players: 0n, money: [] });
  expect(days).toHaveLength(1);
});
