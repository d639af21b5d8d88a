/**
 * People go on paying while a comparison is under way on another session: whichever of its statements a
 * commit falls behind, it is in both sums or in none.
 */
import { expect, it } from "vitest";
import type { Connection } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import {
  claimGift,
  countDifferences,
  judge,
  readRows,
  receiveCharge,
  returnCharge,
  sendGift,
  telegramRow,
} from "./testing/star_rows.ts";

// Accounts were read by one statement and charges by another: a payment between them differed by its price.
it("nothing that is paid, returned or sent between two statements makes the sums differ", async () => {
  const database = await openTestDatabase();
  for (let number = 1; number <= 9; number++) await receiveCharge(database, number);
  await readRows(database, [1, 2, 3].map(telegramRow.charge));
  let number = 100;
  let statements = 0;
  const busy = (tx: Connection): Connection => ({
    async query(text, values) {
      const answer = await tx.query(text, values);
      statements++;
      number++;
      await receiveCharge(database, number);
      if (number % 3 === 0) await returnCharge(database, number);
      if (number % 5 === 0) {
        await sendGift(database, number);
        await claimGift(database, number);
      }
      return answer as never;
    },
  });
  await judge(database, busy);
  await judge(database, busy);
  expect(statements).toBeGreaterThan(10);
  expect(await countDifferences(database)).toBe(0);
});
