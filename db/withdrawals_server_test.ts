import { expect, it } from "vitest";
import { matchPurchase } from "./star_purchases.ts";
import { openTestDatabase } from "./testing/test_database.ts";
import {
  claimTransaction,
  closeWithdrawals,
  markWithdrawals,
  openWithdrawals,
  sumTakenSince,
} from "./withdrawals.ts";

const MINUTE_MS = 60_000;
const skewMs = 5 * MINUTE_MS;
const wish = (withdrawalId: string) => ({
  withdrawalId,
  playerId: "tg-1",
  choice: '{"kind":"gift","giftId":"7"}',
  minor: "15",
  currency: "XTR",
  askedAtMs: 1,
});

it("a purchase that was given to a withdrawal a moment ago is not taken from it", async () => {
  const database = await openTestDatabase();
  const open = (withdrawalId: string) => openWithdrawals(database, [wish(withdrawalId)]);
  const mark = (withdrawalId: string, status: "sending" | "uncertain", minutes: number) =>
    markWithdrawals(database, [{
      withdrawalId,
      status,
      attemptedAtMs: minutes * MINUTE_MS,
    }]);
  await open("wdr_1");
  await mark("wdr_1", "sending", 100);
  await closeWithdrawals(database, [{
    withdrawalId: "wdr_1",
    status: "done",
    atMs: 104 * MINUTE_MS,
  }]);
  await open("wdr_2");
  await mark("wdr_2", "uncertain", 106);
  const claimed = await database.transaction(async (treasury) => {
    // The first one's own purchase is too old to be the second one's.
    const purchase = {
      transactionId: "t1",
      playerId: "tg-1",
      kind: "gift" as const,
      item: "7",
      stars: 15n,
      atMs: 100.5 * MINUTE_MS,
    };
    await matchPurchase(treasury, { purchase, skewMs });
    const claim = database.transaction((tx) =>
      claimTransaction(tx, {
        withdrawalId: "wdr_2",
        candidates: [{ transactionId: "t2", atMs: 106 * MINUTE_MS }],
        skewMs,
      })
    );
    await expect.poll(() => waitingForLocks(database)).toBe(1);
    return { claim };
  });
  expect(await claimed.claim).toBe("t2");
  const { rows } = await database.query(
    "select withdrawal_id, transaction_id from withdrawals order by withdrawal_id",
  );
  expect(rows).toEqual([
    { withdrawal_id: "wdr_1", transaction_id: "t1" },
    { withdrawal_id: "wdr_2", transaction_id: "t2" },
  ]);
});

// Both were judged by what had left before either.
it("a withdrawal that is opened while another one leaves counts that one", async () => {
  const database = await openTestDatabase();
  await openWithdrawals(database, [wish("wdr_1")]);
  const { second } = await database.transaction(async (leaving) => {
    await closeWithdrawals(leaving, [{ withdrawalId: "wdr_1", status: "done", atMs: 5 }]);
    const second = database.transaction(async (tx) => {
      const opened = await openWithdrawals(tx, [wish("wdr_2")]);
      const sums = await sumTakenSince(tx, [{ withdrawalId: "wdr_2", sinceMs: 0 }]);
      return { opened: [...opened], sum: sums.get("wdr_2") };
    });
    await expect.poll(() => waitingForLocks(database)).toBe(1);
    return { second };
  });
  expect(await second).toEqual({ opened: ["wdr_2"], sum: 30n });
});

async function waitingForLocks(
  database: Awaited<ReturnType<typeof openTestDatabase>>,
): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]?.count ?? 0;
}
