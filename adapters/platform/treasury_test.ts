/**
 * The treasury over weeks: Stars become available with their age, a charge goes back from where it
 * lies, the reserve is what can be paid out, and what does not agree with Telegram's books is found,
 * told and kept, and never corrected.
 */
import { describe, expect, it } from "vitest";
import { postTransfers } from "../../db/ledger.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { TREASURY } from "../../machines/domain/treasury.ts";
import {
  ADMIN,
  askEntry,
  chargeBack,
  confirmEntry,
  DAY,
  HOUR,
  openTreasury,
  startTreasuryWorld,
  type TreasuryWorld,
} from "./testing/treasury_world.ts";

const SETTLING = "provider/telegram/settling";
const AVAILABLE = "provider/telegram/available";
const LOSS = "treasury/expense/chargebacks";
const POT = "raffle/rfl_1/pot";

async function openWorld(): Promise<TreasuryWorld> {
  const world = await startTreasuryWorld();
  await world.play(openTreasury());
  return world;
}

function keysTold({ told }: TreasuryWorld): string[] {
  return told.admins.map(({ notice }) => notice.key);
}

async function say(
  world: TreasuryWorld,
  kind: "topUp" | "withdrawal",
  stars: string,
): Promise<void> {
  const atMs = world.kit.clock.nowMs();
  const by = `tg-${ADMIN}`;
  await world.play([{
    to: TREASURY,
    send: { type: "ownerMove.said", kind, stars, by, atMs } as never,
  }]);
  await world.pass(1);
}

/** Moves Stars on an account of Telegram's that no row of theirs explains. */
async function postByHand(
  { database, kit }: TreasuryWorld,
  key: string,
  minor: bigint,
): Promise<void> {
  const [from, to] = [AVAILABLE, "treasury/capital"];
  await database.transaction((tx) =>
    postTransfers(tx, [{
      key,
      ...(minor > 0n ? { from, to, minor } : { from: to, to: from, minor: -minor }),
      currency: "XTR",
      type: "adjustment",
      eventAtMs: kit.clock.nowMs(),
    }])
  );
}

const fragment = { type: "fragment" };

describe("21 days", () => {
  it("make Stars available, each charge with its own age", async () => {
    const world = await openWorld();
    await world.enter(1);
    await world.sleep(10 * DAY);
    await world.enter(2);
    await world.sleep(11 * DAY - HOUR);
    expect(await world.accounts()).toEqual({ [POT]: 20n, [SETTLING]: -20n });
    expect(await world.report()).toMatchObject({ next7Days: "10", next21Days: "20" });
    await world.pass(2 * HOUR);
    expect(await world.accounts())
      .toEqual({ [POT]: 20n, [SETTLING]: -10n, [AVAILABLE]: -10n });
    await world.sleep(10 * DAY);
    expect(await world.accounts()).toEqual({ [POT]: 20n, [AVAILABLE]: -20n });
    expect(await world.report()).toMatchObject({ next7Days: "0", next21Days: "0", pots: "20" });
    expect(await world.findings()).toEqual([]);
    expect((await checkBooks(world.database)).problems).toEqual([]);
  });

  it("decide from where a chargeback and a refund are taken", async () => {
    const world = await openWorld();
    for (const number of [1, 2, 3, 4]) await world.enter(number);
    await world.play(chargeBack(1, world.kit.clock.nowMs()));
    expect((await world.accounts())[SETTLING]).toBe(-30n);
    await world.sleep(22 * DAY);
    await world.enter(5);
    expect((await world.accounts())[AVAILABLE]).toBe(-30n);
    await world.play(chargeBack(2, world.kit.clock.nowMs()));
    expect(await world.accounts()).toEqual({ [POT]: 30n, [AVAILABLE]: -20n, [SETTLING]: -10n });
    const stop = { type: "raffle.stop", by: "tg-1", reason: "Over", atMs: world.kit.clock.nowMs() };
    await world.play([{ to: "raffle/rfl_1", send: stop as never }]);
    await world.pass(HOUR);
    expect(await world.accounts()).toEqual({});
    expect((await checkBooks(world.database)).problems).toEqual([]);
  });

  it("leave the loss of a late chargeback to the treasury when the list is closed", async () => {
    const world = await startTreasuryWorld();
    await world.play(openTreasury({ durationMs: 30 * DAY }));
    for (const number of [1, 2]) await world.enter(number);
    await world.sleep(30 * DAY);
    await world.pass(90_000);
    await world.play(chargeBack(1, world.kit.clock.nowMs()));
    expect(await world.accounts()).toMatchObject({ [AVAILABLE]: -10n, [LOSS]: -10n });
    expect((await checkBooks(world.database)).problems).toEqual([]);
  });
});

describe("the reserve", () => {
  it("is what is available less what we owe; an alarm comes once until it is above again", async () => {
    const world = await openWorld();
    await world.enter(1);
    await world.pass(3 * HOUR);
    expect(await world.report()).toMatchObject({ reserve: "-10", owed: "10", pots: "10" });
    expect(keysTold(world)).toEqual(["reserveLow", "dailyReport"]);
    world.books.add({ id: "t1", amount: 5_000, atMs: world.kit.clock.nowMs(), partner: fragment });
    await say(world, "topUp", "5000");
    await world.pass(2 * HOUR);
    expect(keysTold(world).slice(2)).toEqual(["ownerMoveFound", "reconciled", "reserveAgain"]);
    expect(await world.report()).toMatchObject({
      reserve: "4990",
      capital: "5000",
      withdrawable: "1990",
    });
  });

  it("counts every Star we owe once, by kind", async () => {
    const world = await openWorld();
    for (const number of [1, 2]) await world.enter(number);
    const { reserve, available, owed, users, pots, prizes, dues } = await world.report();
    expect([available, users, pots, prizes, dues].map(Number)).toEqual([0, 0, 20, 0, 0]);
    expect([owed, reserve]).toEqual(["20", "-20"]);
  });

  it("too low at a refund leads to one alarm, and the refund goes on when it can", async () => {
    const world = await openWorld();
    for (const number of [1, 2]) await world.enter(number);
    world.books.isEmpty = true;
    const stop = { type: "raffle.stop", by: "tg-1", reason: "Over", atMs: world.kit.clock.nowMs() };
    await world.play([{ to: "raffle/rfl_1", send: stop as never }]);
    await world.pass(30_000);
    expect(keysTold(world)).toEqual(["payoutShort"]);
    world.books.isEmpty = false;
    await world.pass(HOUR);
    expect(await world.accounts()).toEqual({});
  });

  it("reports once a day", async () => {
    const world = await openWorld();
    await world.pass(3 * DAY);
    expect(keysTold(world).filter((key) => key === "dailyReport")).toHaveLength(4);
    expect(keysTold(world).filter((key) => key === "reserveLow")).toHaveLength(1);
  });
});

it.each([
  ["waiting"],
  // A comparison that was under way had ended the wait for the round.
  [{ judging: "between" }],
])("a treasury that older code has stored in %j goes on with its rounds", async (value) => {
  const world = await openWorld();
  const { database, kit } = world;
  const { rows: [row] } = await database.query<{ snapshot: string }>(
    "select a.snapshot from actors a where a.address = $1",
    [TREASURY],
  );
  const { context: { isRoundDue: _, readUntil: __, ...context }, timers, ...stored } = JSON.parse(
    row?.snapshot ?? "",
  );
  const nextCommit = { type: "xstate.after.nextCommit.treasury.judging.between" };
  const older = value === "waiting" ? { ...stored, context, timers } : {
    ...stored,
    context,
    timers: [{ ...timers[0], sendId: nextCommit.type, event: nextCommit }],
  };
  await database.query("update actors a set snapshot = $2 where a.address = $1", [
    TREASURY,
    JSON.stringify({ ...older, version: 1, value }),
  ]);
  await kit.restart();
  await world.pass(3 * HOUR);
  expect(keysTold(world)).toEqual(["reserveLow", "dailyReport"]);
  expect((await kit.runtime.read(TREASURY))?.value).toEqual({ waiting: "quiet" });
});

describe("what the owner moves", () => {
  it("counts when he says it and Telegram's books show it, whichever comes first", async () => {
    const world = await openWorld();
    await say(world, "topUp", "5000");
    expect(await world.accounts()).toEqual({});
    world.books.add({ id: "t1", amount: 5_000, atMs: world.kit.clock.nowMs(), partner: fragment });
    await world.reconcile();
    expect(await world.accounts())
      .toEqual({ [AVAILABLE]: -5_000n, "treasury/capital": 5_000n });
    const out = { id: "w1", amount: 2_000, direction: "out", partner: fragment } as const;
    world.books.add({ ...out, atMs: world.kit.clock.nowMs() });
    await world.reconcile();
    expect(await world.findings()).toEqual(["unknownRow"]);
    await say(world, "withdrawal", "2000");
    expect(await world.accounts())
      .toEqual({ [AVAILABLE]: -3_000n, "treasury/capital": 3_000n });
    expect((await checkBooks(world.database)).problems).toEqual([]);
  });

  it("is not booked for another amount, nor twice", async () => {
    const world = await openWorld();
    await say(world, "topUp", "5000");
    for (const id of ["t1", "t2"]) {
      world.books.add({ id, amount: 5_000, atMs: world.kit.clock.nowMs(), partner: fragment });
    }
    world.books.add({ id: "t3", amount: 4_999, atMs: world.kit.clock.nowMs(), partner: fragment });
    await world.reconcile();
    await world.reconcile();
    expect((await world.accounts())["treasury/capital"]).toBe(5_000n);
    expect(await world.findings()).toEqual(["unknownRow", "unknownRow"]);
  });

  it("is not booked when it is more than is his", async () => {
    const world = await openWorld();
    const out = { id: "w1", amount: 100, direction: "out", partner: fragment } as const;
    world.books.add({ ...out, atMs: world.kit.clock.nowMs() });
    await say(world, "withdrawal", "100");
    expect(await world.accounts()).toEqual({});
    expect(await world.findings()).toEqual(["moveNotCovered"]);
  });
});

describe("comparing the books", () => {
  it("finds nothing where they agree, and reads only what is new", async () => {
    const world = await openWorld();
    for (let number = 1; number <= 5; number++) await world.enter(number);
    await world.play(chargeBack(5, world.kit.clock.nowMs()));
    world.books.addCharge(5, world.kit.clock.nowMs(), "out");
    await world.pass(3 * DAY);
    await world.reconcile();
    expect(await world.findings()).toEqual([]);
    const { rows } = await world.database.query(
      "select count(*)::int as count from star_books b where b.ours is null",
    );
    expect(rows).toEqual([{ count: 0 }]);
    expect(world.told.admins.at(-1)).toEqual({
      adminId: ADMIN,
      notice: { key: "reconciled", rows: 6, open: 0 },
    });
  });

  it("finds a row that is nothing of ours, tells it once, and keeps it until it is cleared up", async () => {
    const world = await openWorld();
    world.books.add({ id: "x1", amount: 7, atMs: world.kit.clock.nowMs() });
    await world.pass(HOUR);
    await world.pass(DAY);
    expect(keysTold(world).filter((key) => key === "findings")).toHaveLength(1);
    const { rows: [finding] } = await world.database.query<{ id: bigint; detail: string }>(
      "select f.id, f.detail from reconciliation_findings f",
    );
    expect(JSON.parse(finding?.detail ?? "")).toMatchObject({
      transactionId: "x1",
      stars: "7",
      direction: "in",
      partner: "other",
    });
    const atMs = world.kit.clock.nowMs();
    const by = `tg-${ADMIN}`;
    const id = String(finding?.id);
    const acknowledge = { type: "finding.acknowledge", id, by, reason: "A gift", atMs };
    await world.play([{ to: TREASURY, send: acknowledge as never }]);
    expect(await world.findings()).toEqual([]);
    await world.pass(2 * DAY);
    expect(await world.findings()).toEqual([]);
    expect(await world.accounts()).toEqual({});
  });

  it.each([true, false])("knows a bill for mass notices, paid for: %s", async (paysBroadcasts) => {
    const world = await openWorld();
    const configured = { admins: [ADMIN], alarmBelow: "3000", paysBroadcasts };
    await world.play([{
      to: TREASURY,
      send: { type: "treasury.configured", ...configured } as never,
    }]);
    const partner = { type: "telegram_api", request_count: 40 };
    const bill = { id: "b1", amount: 4, direction: "out", partner } as const;
    world.books.add({ ...bill, atMs: world.kit.clock.nowMs() });
    await world.reconcile();
    await world.reconcile();
    expect(await world.findings()).toEqual(paysBroadcasts ? [] : ["unknownRow"]);
    expect(await world.accounts()).toEqual(
      paysBroadcasts ? { [AVAILABLE]: 4n, "treasury/expense/broadcasts": -4n } : {},
    );
  });

  it("finds a charge and a return of ours that they do not have", async () => {
    const world = await openWorld();
    for (const number of [1, 2]) await world.enter(number);
    world.books.rows.pop();
    await world.play(chargeBack(1, world.kit.clock.nowMs()));
    await world.pass(HOUR);
    expect(await world.findings()).toEqual(["missingReceipt", "missingReturn"]);
    await world.pass(2 * DAY);
    expect(await world.findings()).toHaveLength(2);
  });

  it("tells a payment what Telegram never told, with the finding on record", async () => {
    const world = await openWorld();
    await world.enter(1);
    const atMs = world.kit.clock.nowMs();
    await world.play(askEntry(2, atMs));
    world.books.addCharge(2, atMs);
    await world.reconcile();
    // It may still be on its way.
    expect(await world.findings()).toEqual([]);
    await world.pass(11 * 60_000);
    await world.reconcile();
    expect(await world.findings()).toEqual(["lateCharge"]);
    expect((await world.kit.runtime.read("payment/pay_2"))?.value).toBe("ticketed");
    expect(await world.accounts()).toEqual({ [POT]: 20n, [SETTLING]: -20n });
    const ack = { type: "finding.acknowledge", id: "1", by: `tg-${ADMIN}`, reason: "Late" };
    const laterMs = world.kit.clock.nowMs();
    await world.play([
      ...confirmEntry(2, laterMs),
      { to: TREASURY, send: { ...ack, atMs: laterMs } as never },
    ]);
    await world.pass(DAY);
    expect(await world.accounts()).toEqual({ [POT]: 20n, [SETTLING]: -20n });
    // Also the next comparison, which knows the row as ours, finds nothing new.
    expect(await world.findings()).toEqual([]);
  });

  it("tells a payment of a chargeback that Telegram never told", async () => {
    const world = await openWorld();
    for (const number of [1, 2]) await world.enter(number);
    world.books.addCharge(1, world.kit.clock.nowMs(), "out");
    await world.pass(2 * HOUR);
    expect(await world.findings()).toEqual(["lateReturn"]);
    expect(await world.accounts()).toEqual({ [POT]: 10n, [SETTLING]: -10n });
  });

  it.each<[string, (world: TreasuryWorld) => void, string[]]>([
    [
      "a row is gone",
      ({ books }) => void books.rows.splice(1, 1),
      ["pastChanged", "vanishedRow", "ledgerDiffers"],
    ],
    [
      "a row came into it",
      ({ books, kit }) => {
        books.add({ id: "x1", amount: 5, atMs: kit.clock.nowMs() - HOUR });
        books.rows.unshift(...books.rows.splice(-1));
      },
      ["pastChanged", "unknownRow"],
    ],
    [
      "a row has another amount",
      ({ books }) => {
        books.rows[0] = { ...books.rows[0], amount: 12 } as never;
      },
      ["pastChanged", "changedRow", "ledgerDiffers"],
    ],
    ["the balance is another", ({ books }) => void (books.off = 5), ["balanceDiffers"]],
  ])("notices that the past has changed: %s", async (_, change, want) => {
    const world = await openWorld();
    for (const number of [1, 2, 3]) await world.enter(number);
    await world.pass(HOUR);
    await world.reconcile();
    expect(await world.findings()).toEqual([]);
    change(world);
    await world.reconcile();
    expect(await world.findings()).toEqual(want);
    const accounts = await world.accounts();
    await world.reconcile();
    expect(await world.accounts()).toEqual(accounts);
  });

  it("notices that our accounts hold what no row explains", async () => {
    const world = await openWorld();
    await world.enter(1);
    await postByHand(world, "by hand", 3n);
    await world.reconcile();
    expect(await world.findings()).toEqual(["ledgerDiffers"]);
  });

  // Its key was used for ever: what came back alike found the old finding, and nobody was told.
  it.each<[string, (world: TreasuryWorld, isThere: boolean) => Promise<void> | void]>([
    [
      "ledgerDiffers",
      (world, isThere) => postByHand(world, crypto.randomUUID(), isThere ? 3n : -3n),
    ],
    ["balanceDiffers", ({ books }, isThere) => void (books.off = isThere ? 5 : 0)],
  ])("tells of %s once while it shows, and anew when it is back", async (kind, set) => {
    const world = await openWorld();
    await world.enter(1);
    const tellings = () => keysTold(world).filter((key) => key === "findings").length;
    await set(world, true);
    await world.reconcile();
    expect([await world.findings(), tellings()]).toEqual([[kind], 1]);
    await world.acknowledge();
    await world.reconcile();
    expect([await world.findings(), tellings()]).toEqual([[], 1]);
    await set(world, false);
    await world.reconcile();
    expect([await world.findings(), tellings()]).toEqual([[], 1]);
    await set(world, true);
    await world.reconcile();
    expect([await world.findings(), tellings()]).toEqual([[kind], 2]);
    await world.reconcile();
    expect([await world.findings(), tellings()]).toEqual([[kind], 2]);
  });

  it("tells of a row that changes back, and changes again", async () => {
    const world = await openWorld();
    const atMs = world.kit.clock.nowMs();
    const partner = { type: "other" };
    for (const amount of [7, 8, 7, 8]) {
      world.books.rows = [];
      world.books.add({ id: "x1", amount, atMs, partner });
      await world.reconcile();
    }
    const { rows } = await world.database.query(
      "select count(*)::int as count from reconciliation_findings where kind = 'changedRow'",
    );
    expect(rows).toEqual([{ count: 3 }]);
  });

  describe.each([
    ["the oldest first", false],
    ["the newest first", true],
  ])("while rows come with every question, %s,", (_, isNewestFirst) => {
    /** A row with each question, of amounts that are not each other's sums. */
    async function openBusyWorld(amountOf: (row: number) => number): Promise<TreasuryWorld> {
      const world = await openWorld();
      const { books } = world;
      books.isNewestFirst = isNewestFirst;
      const atMs = world.kit.clock.nowMs();
      const add = () => {
        const row = books.rows.length;
        books.add({ id: `x${row}`, amount: amountOf(row), atMs: atMs + row * 1000 });
      };
      for (let row = 0; row < 130; row++) add();
      books.onCall = add;
      return world;
    }

    // The reading waited for a moment in which nobody paid.
    it("ends, with all that had come when it began", async () => {
      const world = await openBusyWorld(() => 10);
      await world.reconcile();
      expect(keysTold(world).at(-1)).toBe("reconciled");
      expect(new Set(await world.findings())).toEqual(new Set(["unknownRow"]));
      const { rows } = await world.database.query<{ id: string }>(
        "select b.transaction_id as id from star_books b order by b.position",
      );
      expect(rows.length).toBeGreaterThanOrEqual(130);
      expect(rows.map(({ id }) => id))
        .toEqual(world.books.rows.slice(0, rows.length).map(({ id }) => id));
    });

    it("tells once that the balance is the sum of no row", async () => {
      const world = await openBusyWorld(() => 10);
      world.books.off = 5;
      const differing = async () =>
        (await world.findings()).filter((kind) => kind === "balanceDiffers").length;
      await world.reconcile();
      await world.reconcile();
      expect(await differing()).toBe(1);
      await world.acknowledge();
      await world.reconcile();
      expect(await differing()).toBe(0);
      // With a moment of quiet it is known by how much.
      world.books.onCall = () => {};
      await world.reconcile();
      expect(await differing()).toBe(1);
      world.books.off = 0;
      await world.reconcile();
      world.books.off = 5;
      await world.acknowledge();
      await world.reconcile();
      expect(await differing()).toBe(1);
    });
  });

  it("ends also where more rows come with every question than a page holds", async () => {
    const world = await openWorld();
    const { books } = world;
    const atMs = world.kit.clock.nowMs();
    const add = (count: number) => {
      for (let row = 0; row < count; row++) {
        books.add({ id: `x${books.rows.length}`, amount: 1, atMs });
      }
    };
    add(100);
    books.onCall = () => add(120);
    await world.reconcile();
    expect(keysTold(world).at(-1)).toBe("reconciled");
    // Nobody can say what the balance was the sum of, so nobody says that it differs.
    expect(new Set(await world.findings())).toEqual(new Set(["unknownRow"]));
  });

  it.each([
    ["the oldest first", false],
    ["the newest first", true],
  ])("reads any number of rows page by page, %s", async (_, isNewestFirst) => {
    const world = await openWorld();
    world.books.isNewestFirst = isNewestFirst;
    const atMs = world.kit.clock.nowMs();
    for (let row = 0; row < 230; row++) {
      world.books.add({ id: `x${row}`, amount: row + 1, atMs: atMs + row * 1000 });
    }
    await world.reconcile();
    world.books.add({ id: "last", amount: 1, atMs: atMs + HOUR });
    await world.reconcile();
    const { rows } = await world.database.query(
      "select b.transaction_id as id from star_books b order by b.position",
    );
    expect(rows.map(({ id }) => id)).toEqual(world.books.rows.map(({ id }) => id));
    expect(new Set(await world.findings())).toEqual(new Set(["unknownRow"]));
  });
});

// The list was taken for closed already, so the ticket stood and the treasury bore the loss.
it("a chargeback in the very commit that closes a raffle voids its ticket before the count", async () => {
  const world = await startTreasuryWorld();
  await world.play(openTreasury());
  for (const number of [1, 2]) await world.enter(number);
  const atMs = world.kit.clock.nowMs();
  const voided = {
    type: "ticket.void",
    paymentId: "pay_2",
    chargeId: "ch_2",
    isLastOfPlayer: true,
  };
  await Promise.all([
    world.kit.runtime.send("raffle/rfl_1", { type: "raffle.force", by: "tg-1", atMs } as never),
    world.kit.runtime.send("raffle/rfl_1", voided as never),
  ]);
  const view = await world.kit.runtime.read("raffle/rfl_1");
  expect(view?.context).toMatchObject({ tickets: 1, cancelReason: "minimumNotReached" });
  expect(await world.accounts()).not.toHaveProperty("raffle/rfl_1/pot");
});
