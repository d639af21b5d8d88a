import { expect, it } from "vitest";
import { forgetPlayers } from "./forget_player.ts";
import {
  dropDestinations,
  insertDestinations,
  markDestinations,
  readDestinations,
} from "./payout_destinations.ts";
import { openTestDatabase } from "./testing/test_database.ts";
import { openWithdrawals } from "./withdrawals.ts";

it("a destination lies there as long as it is needed, its hash as long as the player's data", async () => {
  const database = await openTestDatabase();
  const row = (withdrawalId: string, playerId: string) => ({
    withdrawalId,
    playerId,
    destination: '{"phone":"79001234567"}',
  });
  const ids = ["wdr_1", "wdr_2", "wdr_3"];
  const left = async () => [...(await readDestinations(database, [...ids, "wdr_9"])).keys()].sort();
  const hashes = async () =>
    (await database.query<{ hash: string | null }>(
      "select destination_hash as hash from withdrawals order by withdrawal_id",
    )).rows.map(({ hash }) => hash);
  await insertDestinations(database, [row("wdr_1", "tg-1"), row("wdr_2", "tg-1")]);
  await insertDestinations(database, [{ ...row("wdr_1", "tg-1"), destination: "{}" }]);
  await insertDestinations(database, [row("wdr_3", "tg-3")]);
  expect((await readDestinations(database, ids)).get("wdr_1")).toBe('{"phone":"79001234567"}');
  const opened = { choice: "{}", minor: "1", currency: "RUB", askedAtMs: 1 };
  await openWithdrawals(database, [
    { withdrawalId: "wdr_1", playerId: "tg-1", ...opened },
    { withdrawalId: "wdr_3", playerId: "tg-3", ...opened },
  ]);
  await markDestinations(database, [
    { withdrawalId: "wdr_1", hash: "5e" },
    { withdrawalId: "wdr_3", hash: "5e" },
  ]);
  await dropDestinations(database, ["wdr_1", "wdr_9"]);
  expect([await left(), await hashes()]).toEqual([["wdr_2", "wdr_3"], ["5e", "5e"]]);
  await database.transaction((tx) => forgetPlayers(tx, ["tg-1"]));
  expect([await left(), await hashes()]).toEqual([["wdr_3"], [null, "5e"]]);
});
