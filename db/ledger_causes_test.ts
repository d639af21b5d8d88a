import { expect, it } from "vitest";
import { postTransfers, type Transfer } from "./ledger.ts";
import { readCausedTransfers } from "./ledger_causes.ts";
import { openTestDatabase } from "./testing/test_database.ts";

function transfer(key: string, actor: string, revision: bigint): Transfer {
  return {
    key,
    from: "provider/bank/available",
    to: "user/tg-1/available",
    minor: 10n,
    currency: "XTR",
    type: "payment",
    eventAtMs: Date.UTC(2026, 0, 1),
    cause: { actor, revision, event: "pay" },
  };
}

it("finds what the steps posted, in order, and nothing of other steps", async () => {
  const database = await openTestDatabase();
  await database.transaction((tx) =>
    postTransfers(tx, [
      transfer("a", "raffle/1", 2n),
      transfer("b", "raffle/1", 3n),
      transfer("c", "raffle/1/draw", 2n),
      transfer("d", "raffle/1", 2n),
      transfer("e", "raffle/2", 2n),
    ])
  );
  const steps = [
    { address: "raffle/1", revision: 2 },
    { address: "raffle/1/draw", revision: 2 },
    { address: "raffle/1", revision: 4 },
  ];
  const found = await readCausedTransfers(database, steps);
  expect(found.map(({ key }) => key)).toEqual(["a", "c", "d"]);
  expect(found[0]).toEqual({
    address: "raffle/1",
    revision: 2n,
    key: "a",
    type: "payment",
    kind: "transfer",
    from: "provider/bank/available",
    to: "user/tg-1/available",
    minor: 10n,
    currency: "XTR",
  });
  expect(await readCausedTransfers(database, [])).toEqual([]);
});
