/** A sweep and a refund that meet at one charge: whoever comes second sees what the first has done. */
import { expect, it } from "vitest";
import { recordCharges, settleCharges, takeCharges } from "./charges.ts";
import { openTestDatabase } from "./testing/test_database.ts";

async function openTwoCharges() {
  const database = await openTestDatabase();
  await recordCharges(
    database,
    ["ch_1", "ch_2"].map((chargeId) => ({
      chargeId,
      payerId: "tg-1",
      minor: "10",
      currency: "XTR",
      receivedAtMs: 1,
    })),
  );
  return database;
}

it("a sweep leaves a charge alone that is being taken", async () => {
  const database = await openTwoCharges();
  await database.transaction(async (refund) => {
    const places = await takeCharges(refund, { chargeIds: ["ch_1"], atMs: 5 });
    expect(places.get("ch_1")).toBe("settling");
    const page = await database.transaction((sweep) =>
      settleCharges(sweep, { receivedUntilMs: 9, limit: 10 })
    );
    expect(page).toEqual({ count: 1, minor: 10n, firstChargeId: "ch_2" });
  });
  expect((await settleCharges(database, { receivedUntilMs: 9, limit: 10 })).count).toBe(0);
});

it("a charge that a sweep has in hand is taken from where the sweep puts it", async () => {
  const database = await openTwoCharges();
  const taken = await database.transaction(async (sweep) => {
    await settleCharges(sweep, { receivedUntilMs: 9, limit: 10 });
    const taking = database.transaction((refund) =>
      takeCharges(refund, { chargeIds: ["ch_1"], atMs: 5 })
    );
    // It waits for the sweep's commit.
    const first = await Promise.race([taking, new Promise((done) => setTimeout(done, 100))]);
    expect(first).toBeUndefined();
    return { taking };
  });
  expect((await taken.taking).get("ch_1")).toBe("available");
});

it("a sweep that is undone leaves the charge where it was", async () => {
  const database = await openTwoCharges();
  let taking: Promise<Map<string, string>> | undefined;
  await expect(database.transaction(async (sweep) => {
    await settleCharges(sweep, { receivedUntilMs: 9, limit: 10 });
    taking = database.transaction((refund) =>
      takeCharges(refund, { chargeIds: ["ch_1"], atMs: 5 })
    );
    throw new Error("undone");
  })).rejects.toThrow("undone");
  expect((await taking)?.get("ch_1")).toBe("settling");
});
