/** Where charges lie: they come, become available by age, and go from where they are. */
import { expect, it } from "vitest";
import { forecastSettling, recordCharges, settleCharges, takeCharges } from "./charges.ts";
import { postTransfers } from "./ledger.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const DAY = 86_400_000;

const charge = (day: number, minor = "10") => ({
  chargeId: `ch_${day}`,
  payerId: "tg-1",
  minor,
  currency: "XTR",
  receivedAtMs: day * DAY,
});

async function open(days: readonly number[]) {
  const database = await openTestDatabase();
  await recordCharges(database, days.map((day) => charge(day)));
  return database;
}

it("makes available what is old enough, oldest first, a page at a time", async () => {
  const database = await open([5, 1, 3, 9]);
  const sweep = () => settleCharges(database, { receivedUntilMs: 5 * DAY, limit: 2 });
  expect(await sweep()).toEqual({ count: 2, minor: 20n, firstChargeId: "ch_1" });
  expect(await sweep()).toEqual({ count: 1, minor: 10n, firstChargeId: "ch_5" });
  expect(await sweep()).toEqual({ count: 0, minor: 0n, firstChargeId: undefined });
});

it("takes a charge from where it lies, and again from the same place", async () => {
  const database = await open([1, 2]);
  await settleCharges(database, { receivedUntilMs: DAY, limit: 10 });
  const take = (atMs: number) =>
    takeCharges(database, { chargeIds: ["ch_1", "ch_2", "ch_unknown"], atMs });
  const places = new Map([["ch_1", "available"], ["ch_2", "settling"]]);
  expect(await take(3 * DAY)).toEqual(places);
  expect(await take(4 * DAY)).toEqual(places);
  expect((await settleCharges(database, { receivedUntilMs: 9 * DAY, limit: 10 })).count).toBe(0);
  const { rows } = await database.query("select distinct gone_at_ms from charges");
  expect(rows).toEqual([{ gone_at_ms: BigInt(3 * DAY) }]);
});

it("keeps a charge that is told again as it came first", async () => {
  const database = await open([1]);
  await settleCharges(database, { receivedUntilMs: DAY, limit: 10 });
  await recordCharges(database, [{ ...charge(1), receivedAtMs: 8 * DAY }]);
  expect(await forecastSettling(database, [9 * DAY])).toEqual([0n]);
});

it("foresees what becomes available, Stars alone", async () => {
  const database = await open([1, 3, 9]);
  await recordCharges(database, [{ ...charge(2), currency: "RUB" }]);
  expect(await forecastSettling(database, [0, DAY, 3 * DAY, 99 * DAY])).toEqual([
    0n,
    10n,
    20n,
    30n,
  ]);
});

// As docs/operating.md says of a node of before charges were kept, which ran on beside the migration.
it("gets what was left out by the migration's own statement, run once more", async () => {
  const database = await open([1]);
  const receive = (chargeId: string, changes: object = {}) => ({
    key: `charge/${chargeId}/received`,
    from: "provider/telegram/settling",
    to: "user/tg-1/available",
    minor: 10n,
    currency: "XTR",
    type: "payment" as const,
    externalId: chargeId,
    eventAtMs: 2 * DAY,
    ...changes,
  });
  await database.transaction((tx) =>
    postTransfers(tx, [
      receive("ch_1"),
      receive("ch_2"),
      receive("ch_3"),
      receive("ch_3", {
        key: "charge/ch_3/returned",
        from: "user/tg-1/available",
        to: "provider/telegram/settling",
        eventAtMs: 3 * DAY,
      }),
    ])
  );
  const docs = await Deno.readTextFile(new URL("../docs/operating.md", import.meta.url));
  const leftOut = /```sql\n(select r\.external_id[^`]+)```/.exec(docs)?.[1] ?? "";
  const missing = async () =>
    (await database.query<{ external_id: string }>(leftOut)).rows.map((row) => row.external_id);
  expect((await missing()).sort()).toEqual(["ch_2", "ch_3"]);
  const migration = await Deno.readTextFile(
    new URL("migrations/000006_treasury.sql", import.meta.url),
  );
  await database.query(/^insert into charges [^;]+;/m.exec(migration)?.[0] ?? "");
  expect(await missing()).toEqual([]);
  const { rows } = await database.query(
    "select c.charge_id, c.lies, c.minor from charges c order by c.charge_id",
  );
  expect(rows).toEqual([
    { charge_id: "ch_1", lies: "settling", minor: 10n },
    { charge_id: "ch_2", lies: "settling", minor: 10n },
    { charge_id: "ch_3", lies: "gone", minor: 10n },
  ]);
});
