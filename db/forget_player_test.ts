import { expect, it } from "vitest";
import { readDeletionLeft } from "./forget_player.ts";
import { openTestDatabase } from "./testing/test_database.ts";
import { closeWithdrawals, openWithdrawals } from "./withdrawals.ts";

const ENDS = ["ticketed", "refunded", "returned", "chargedBack", "refused", "failed", "expired"];

it("an entry or a prize keeps a player's data until it has come to its end, whichever", async () => {
  const database = await openTestDatabase();
  const record = (status: string) =>
    database.query(
      `insert into payments (payment_id, raffle_id, player_id, status)
       values ($1, 'rfl_one', 'tg-1', $2)`,
      [`pay_${status}`, status],
    );
  for (const status of ENDS) await record(status);
  expect(await readDeletionLeft(database, "tg-1")).toEqual({
    tickets: 0,
    payments: 0,
    balances: [],
    prizes: 0,
  });
  await openWithdrawals(database, [{
    withdrawalId: "wdr_1",
    playerId: "tg-1",
    choice: "{}",
    minor: "15",
    currency: "XTR",
    askedAtMs: 1,
  }]);
  expect((await readDeletionLeft(database, "tg-1")).payments).toBe(1);
  await closeWithdrawals(database, [{ withdrawalId: "wdr_1", status: "returned", atMs: 2 }]);
  await record("returning");
  await record("paid");
  expect((await readDeletionLeft(database, "tg-1")).payments).toBe(2);
});
