/** Which withdrawal a purchase in Telegram's books is for. */
import { describe, expect, it } from "vitest";
import type { Database } from "./connection.ts";
import { matchPurchase, type StarPurchase } from "./star_purchases.ts";
import { openTestDatabase } from "./testing/test_database.ts";
import { closeWithdrawals, markWithdrawals, openWithdrawals } from "./withdrawals.ts";

const MINUTE_MS = 60_000;
const AT_MS = 100 * MINUTE_MS;
const rose = { kind: "gift", giftId: "7" };
const bear = { kind: "gift", giftId: "8" };

/** One for 15 Stars that was sent so many minutes after the first, and was not found. */
async function send(
  database: Database,
  { id, choice, minutes, isOpen = false }: {
    id: string;
    choice: object;
    minutes: number;
    isOpen?: boolean;
  },
): Promise<void> {
  const atMs = AT_MS + minutes * MINUTE_MS;
  await openWithdrawals(database, [{
    withdrawalId: id,
    playerId: "tg-1",
    choice: JSON.stringify(choice),
    minor: "15",
    currency: "XTR",
    askedAtMs: atMs,
  }]);
  await markWithdrawals(database, [{ withdrawalId: id, status: "sending", attemptedAtMs: atMs }]);
  if (isOpen) return;
  await closeWithdrawals(database, [{ withdrawalId: id, status: "done", atMs: atMs + 1_000 }]);
}

function match(database: Database, changes: Partial<StarPurchase>): Promise<string> {
  const purchase: StarPurchase = {
    transactionId: "t1",
    playerId: "tg-1",
    kind: "gift",
    item: "7",
    stars: 15n,
    atMs: AT_MS,
    ...changes,
  };
  return matchPurchase(database, { purchase, skewMs: 5 * MINUTE_MS });
}

async function claims(database: Database): Promise<(string | null)[]> {
  const { rows } = await database.query<{ transaction_id: string | null }>(
    "select w.transaction_id from withdrawals w order by w.withdrawal_id",
  );
  return rows.map((row) => row.transaction_id);
}

describe("matchPurchase()", () => {
  // Both were of one price and within five minutes, so the first row met was given to the first sent.
  it("tells two gifts of one price apart by their ids, in whatever order they are met", async () => {
    const database = await openTestDatabase();
    await send(database, { id: "wdr_1", choice: rose, minutes: 0 });
    await send(database, { id: "wdr_2", choice: bear, minutes: 1 });
    expect(await match(database, { transactionId: "t8", item: "8" })).toBe("matched");
    expect(await match(database, { transactionId: "t7", item: "7" })).toBe("matched");
    expect(await match(database, { transactionId: "t7", item: "7" })).toBe("matched");
    expect(await claims(database)).toEqual(["t7", "t8"]);
  });

  it("gives equal ones to the oldest first, and so when the gift is not named", async () => {
    const database = await openTestDatabase();
    await send(database, { id: "wdr_1", choice: rose, minutes: 0 });
    await send(database, { id: "wdr_2", choice: rose, minutes: 1 });
    await send(database, { id: "wdr_3", choice: bear, minutes: 2 });
    expect(await match(database, { transactionId: "t1" })).toBe("matched");
    expect(await match(database, { transactionId: "t2", item: null })).toBe("matched");
    expect(await match(database, { transactionId: "t3", item: null })).toBe("matched");
    expect(await claims(database)).toEqual(["t1", "t2", "t3"]);
  });

  it("waits for one in doubt, if it is of that gift", async () => {
    const database = await openTestDatabase();
    await send(database, { id: "wdr_1", choice: rose, minutes: 0, isOpen: true });
    expect(await match(database, { item: "7" })).toBe("undecided");
    expect(await match(database, { item: "8" })).toBe("unknown");
    expect(await claims(database)).toEqual([null]);
  });

  it("knows Premium by its months", async () => {
    const database = await openTestDatabase();
    await send(database, { id: "wdr_1", choice: { kind: "premium", months: 3 }, minutes: 0 });
    expect(await match(database, { kind: "premium", item: "6" })).toBe("unknown");
    expect(await match(database, { kind: "gift", item: null })).toBe("unknown");
    expect(await match(database, { kind: "premium", item: "3" })).toBe("matched");
  });

  it.each<[string, Partial<StarPurchase>]>([
    ["another person", { playerId: "tg-2" }],
    ["another price", { stars: 25n }],
    ["long before", { atMs: AT_MS - 6 * MINUTE_MS }],
    ["long after", { atMs: AT_MS + 6 * MINUTE_MS }],
  ])("does not take a purchase of %s", async (_, changes) => {
    const database = await openTestDatabase();
    await send(database, { id: "wdr_1", choice: rose, minutes: 0 });
    expect(await match(database, changes)).toBe("unknown");
  });
});
