import { expect, it } from "vitest";
import { queueCardEdits } from "../../db/raffle_cards.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";

it("the edit of cards that waits is not run before the change that it is for", async () => {
  const database = await openTestDatabase();
  await database.query(
    `insert into raffle_cards (raffle_id, player_id, chat_id, message_id, touched_at_ms)
     values ('rfl_one', 'tg-1', 1, 5, 1)`,
  );
  const changed = (key: string) => ({
    effect: "editCards",
    raffles: [{ key, address: "raffle/rfl_one", raffleId: "rfl_one", atMs: 2 }],
  });
  await queueCardEdits(database, changed("first"));
  const free = "select key from effects for update skip locked";
  await database.transaction(async (tx) => {
    await queueCardEdits(tx, changed("second"));
    expect((await database.query(free, [])).rows).toEqual([]);
  });
  expect((await database.query(free, [])).rows).toEqual([{ key: "first" }]);
});
