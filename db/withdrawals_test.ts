/** One open withdrawal a player, one withdrawal a transaction, one a charge. */
import { describe, expect, it } from "vitest";
import type { Database } from "./connection.ts";
import { openTestDatabase } from "./testing/test_database.ts";
import {
  claimTransaction,
  closeWithdrawals,
  listOwnCharges,
  lockOwnCharges,
  markWithdrawals,
  openWithdrawals,
  readOpenWithdrawal,
  spendCharges,
  sumTakenSince,
  unspendCharges,
} from "./withdrawals.ts";

const SKEW_MS = 60_000;

const row = (withdrawalId: string, playerId = "tg-1", minor = "15") => ({
  withdrawalId,
  playerId,
  choice: '{"kind":"gift"}',
  minor,
  currency: "XTR",
  askedAtMs: 1,
});

/** One that was sent at that time, and closed a second later unless it is still open. */
async function send(
  database: Database,
  withdrawalId: string,
  { atMs, isOpen = false, minor = "15", playerId = "tg-1", status = "done" }: {
    atMs: number;
    isOpen?: boolean;
    minor?: string;
    playerId?: string;
    status?: string;
  },
): Promise<void> {
  await openWithdrawals(database, [row(withdrawalId, playerId, minor)]);
  await markWithdrawals(database, [{ withdrawalId, status: "sending", attemptedAtMs: atMs }]);
  if (!isOpen) await closeWithdrawals(database, [{ withdrawalId, status, atMs: atMs + 1_000 }]);
}

const purchase = (transactionId: string, atMs: number) => ({ transactionId, atMs });

describe("openWithdrawals()", () => {
  it("opens one a player, also of one call, and another when that is closed", async () => {
    const database = await openTestDatabase();
    const first = await openWithdrawals(database, [
      row("wdr_1"),
      row("wdr_2"),
      row("wdr_3", "tg-3"),
    ]);
    expect([...first].toSorted()).toEqual(["wdr_1", "wdr_3"]);
    expect((await openWithdrawals(database, [row("wdr_4")])).size).toBe(0);
    expect(await readOpenWithdrawal(database, "tg-1")).toMatchObject({
      withdrawalId: "wdr_1",
      minor: 15n,
      status: "open",
    });
    await closeWithdrawals(database, [{ withdrawalId: "wdr_1", status: "done", atMs: 1 }]);
    expect(await readOpenWithdrawal(database, "tg-1")).toBeUndefined();
    expect((await openWithdrawals(database, [row("wdr_4")])).size).toBe(1);
  });

  it("closes each once", async () => {
    const database = await openTestDatabase();
    await openWithdrawals(database, [row("wdr_1")]);
    const close = () =>
      closeWithdrawals(database, [{ withdrawalId: "wdr_1", status: "done", atMs: 1 }]);
    await close();
    await expect(close()).rejects.toThrow("Cannot close 1 withdrawals");
  });
});

describe("sumTakenSince()", () => {
  const DAY_MS = 86_400_000;
  const NOW_MS = 10 * DAY_MS;

  async function sum(database: Database): Promise<bigint | undefined> {
    await openWithdrawals(database, [row("wdr_new", "tg-1", "10")]);
    const asked = { withdrawalId: "wdr_new", sinceMs: NOW_MS - DAY_MS };
    return (await sumTakenSince(database, [asked])).get("wdr_new");
  }

  /** `send` closes a second after it was sent. */
  const at = (closedAtMs: number) => ({ atMs: closedAtMs - 1_000 });

  it.each<[string, Parameters<typeof send>[2], bigint]>([
    ["a moment ago", at(NOW_MS), 25n],
    ["within the day", at(NOW_MS - DAY_MS + 1), 25n],
    ["a day ago", at(NOW_MS - DAY_MS), 10n],
    ["by a clock that went back", at(NOW_MS + DAY_MS), 25n],
    ["by another player", { ...at(NOW_MS), playerId: "tg-2" }, 10n],
    ["not at all, for it came back", { ...at(NOW_MS), status: "returned" }, 10n],
  ])("counts itself, and what was taken out %s", async (_, earlier, want) => {
    const database = await openTestDatabase();
    await send(database, "wdr_1", earlier);
    expect(await sum(database)).toBe(want);
  });

  it("counts all of them", async () => {
    const database = await openTestDatabase();
    for (let number = 1; number <= 10; number++) {
      await send(database, `wdr_${number}`, at(NOW_MS - number));
    }
    expect(await sum(database)).toBe(160n);
  });
});

describe("claimTransaction()", () => {
  const claim = (
    database: Database,
    withdrawalId: string,
    candidates: { transactionId: string; atMs: number }[],
  ) => claimTransaction(database, { withdrawalId, candidates, skewMs: SKEW_MS });

  it("takes the oldest that is nobody's, and answers the same again", async () => {
    const database = await openTestDatabase();
    await send(database, "wdr_1", { atMs: 1_000_000, isOpen: true });
    const books = [purchase("a", 1_000_000), purchase("b", 1_001_000)];
    expect(await claim(database, "wdr_1", books)).toBe("a");
    expect(await claim(database, "wdr_1", [])).toBe("a");
    expect(await claim(database, "wdr_1", books)).toBe("a");
  });

  it("never takes what another one accounts for", async () => {
    const database = await openTestDatabase();
    await send(database, "wdr_1", { atMs: 1_000_000, isOpen: true });
    expect(await claim(database, "wdr_1", [purchase("a", 1_000_000)])).toBe("a");
    await closeWithdrawals(database, [{ withdrawalId: "wdr_1", status: "done", atMs: 1_001_000 }]);
    await send(database, "wdr_2", { atMs: 1_002_000, isOpen: true });
    expect(await claim(database, "wdr_2", [purchase("a", 1_000_000)])).toBe(null);
  });

  it("serves an equal one first that was sent before and never found", async () => {
    const database = await openTestDatabase();
    await send(database, "wdr_1", { atMs: 1_000_000 });
    await send(database, "wdr_2", { atMs: 1_002_000, isOpen: true });
    expect(await claim(database, "wdr_2", [purchase("a", 1_000_000)])).toBe(null);
    expect(await claim(database, "wdr_2", [purchase("a", 1_000_000), purchase("b", 1_002_000)]))
      .toBe("b");
    expect(await claim(database, "wdr_1", [])).toBe("a");
  });

  it.each<[string, Parameters<typeof send>[2]]>([
    ["of another price", { atMs: 1_000_000, minor: "25" }],
    ["of another player", { atMs: 1_000_000, playerId: "tg-2" }],
    ["that was not sent", { atMs: 1_000_000, status: "returned" }],
    ["that was long over", { atMs: 1_000 }],
  ])("does not wait for one %s", async (_, earlier) => {
    const database = await openTestDatabase();
    await send(database, "wdr_1", earlier);
    await send(database, "wdr_2", { atMs: 1_002_000, isOpen: true });
    expect(await claim(database, "wdr_2", [purchase("b", 1_002_000)])).toBe("b");
  });
});

describe("own charges", () => {
  async function openCharges(): Promise<Database> {
    const database = await openTestDatabase();
    await database.query(
      `insert into raffles (raffle_id, status, terms, tickets, players, opened_at_ms, closes_at_ms,
         public_reason)
       values ('rfl_over', 'settled', '{}', 1, 1, 0, 0, ''),
         ('rfl_open', 'open', '{}', 1, 1, 0, 0, '')`,
    );
    const payments = [
      ["pay_late", "rfl_over", "tg-1", "ticketed", "XTR", "ch_late", 9],
      ["pay_first", "rfl_over", "tg-1", "ticketed", "XTR", "ch_first", 1],
      ["pay_open", "rfl_open", "tg-1", "ticketed", "XTR", "ch_open", 2],
      ["pay_back", "rfl_over", "tg-1", "chargedBack", "XTR", "ch_back", 3],
      ["pay_rub", "rfl_over", "tg-1", "ticketed", "RUB", "ch_rub", 4],
      ["pay_balance", "rfl_over", "tg-1", "ticketed", "XTR", null, 5],
      ["pay_other", "rfl_over", "tg-2", "ticketed", "XTR", "ch_other", 6],
    ] as const;
    for (
      const [index, [payment, raffle, player, status, currency, charge, at]] of payments.entries()
    ) {
      await database.query(
        `insert into payments (payment_id, raffle_id, player_id, status, minor, currency, charge_id)
         values ($1, $2, $3, $4, 10, $5, $6)`,
        [payment, raffle, player, status, currency, charge],
      );
      await database.query(
        `insert into tickets (raffle_id, number, player_id, payment_id, salt, at_ms)
         values ($1, $2, $3, $4, '', $5)`,
        [raffle, index + 1, player, payment, at],
      );
    }
    return database;
  }

  it("are his, by Stars, in finished raffles, not back and not used, the oldest first", async () => {
    const database = await openCharges();
    const ids = async () =>
      (await listOwnCharges(database, "tg-1")).map(({ paymentId }) => paymentId);
    expect(await ids()).toEqual(["pay_first", "pay_late"]);
    const spent = { withdrawalId: "wdr_1", paymentIds: ["pay_first"] };
    await spendCharges(database, spent);
    expect(await ids()).toEqual(["pay_late"]);
    await unspendCharges(database, { ...spent, withdrawalId: "wdr_2" });
    expect(await ids()).toEqual(["pay_late"]);
    await unspendCharges(database, spent);
    expect(await ids()).toEqual(["pay_first", "pay_late"]);
    const locked = await database.transaction((tx) => lockOwnCharges(tx, "tg-1"));
    expect(locked).toEqual(await listOwnCharges(database, "tg-1"));
  });
});
