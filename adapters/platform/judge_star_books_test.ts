import { expect, it } from "vitest";
import { recordCharges } from "../../db/charges.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { judgeStarBooks } from "./judge_star_books.ts";

const DAY_MS = 86_400_000;

it("every receipt that is missing is found in some night, however many there are", async () => {
  const database = await openTestDatabase();
  await recordCharges(
    database,
    Array.from({ length: 150 }, (_, index) => ({
      chargeId: `ch_${index}`,
      payerId: "tg-1",
      minor: "10",
      currency: "XTR",
      receivedAtMs: index,
    })),
  );
  await database.query(
    `insert into star_books_reading (run, next_position, nanos, is_again, read_at_ms)
     values (1, 0, 0, false, $1)`,
    [DAY_MS],
  );
  for (let night = 1; night <= 3; night++) {
    await database.transaction((tx) =>
      judgeStarBooks(tx, {
        afterPosition: -1,
        paysBroadcasts: false,
        atMs: DAY_MS + night,
        cause: { actor: "treasury/stars", revision: night, event: "judged" },
      })
    );
  }
  const { rows } = await database.query(
    "select count(*)::int as count from reconciliation_findings where kind = 'missingReceipt'",
  );
  expect(rows).toEqual([{ count: 150 }]);
});
