/** Tickets as rows: what the draw reads is 1…N, whatever happened before. */
import { expect, it } from "vitest";
import { pageTickets, recordTickets, voidTicket } from "./raffles.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const ticket = (raffleId: string, number: number) => ({
  raffleId,
  number,
  playerId: `tg-${number}`,
  paymentId: `pay_${raffleId}_${number}`,
  salt: "00",
  atMs: number,
});

it("voidTicket() moves up those behind it, in its own raffle only", async () => {
  const database = await openTestDatabase();
  const listed = async (raffleId: string) =>
    (await pageTickets(database, { raffleId, afterNumber: 0, limit: 10 }))
      .map(({ number, playerId }) => `${number} ${playerId}`);
  for (const raffleId of ["rfl_1", "rfl_2"]) {
    await recordTickets(database, [1, 2, 3, 4].map((number) => ticket(raffleId, number)));
  }
  await voidTicket(database, { raffleId: "rfl_1", paymentId: "pay_rfl_1_2" });
  expect(await listed("rfl_1")).toEqual(["1 tg-1", "2 tg-3", "3 tg-4"]);
  await recordTickets(database, [{ ...ticket("rfl_1", 4), paymentId: "pay_new" }]);
  await voidTicket(database, { raffleId: "rfl_1", paymentId: "pay_rfl_1_1" });
  await voidTicket(database, { raffleId: "rfl_1", paymentId: "pay_new" });
  expect(await listed("rfl_1")).toEqual(["1 tg-3", "2 tg-4"]);
  expect(await listed("rfl_2")).toHaveLength(4);
  await expect(voidTicket(database, { raffleId: "rfl_1", paymentId: "pay_rfl_2_1" }))
    .rejects.toThrow("has no ticket to void");
});
