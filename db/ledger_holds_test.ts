import { describe, expect, it } from "vitest";
import type { Database } from "./connection.ts";
import {
  applyOperations,
  type Hold,
  placeHolds,
  postTransfers,
  type Resolution,
  resolveHolds,
  reverseTransfer,
  type Transfer,
} from "./ledger.ts";
import { readBalances } from "./ledger_balances.ts";
import { checkBooks } from "./ledger_books.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const AT_MS = Date.UTC(2026, 0, 1);
const EXPIRES_AT_MS = AT_MS + 60_000;
const USER = "user/tg-1/available";
const BANK = "provider/bank/available";
const POSTED = { status: "posted" };
const EXISTS = { status: "exists" };
const refused = (reason: string): unknown => ({ status: "refused", reason });

const HOLD: Hold = {
  key: "payout-1",
  from: USER,
  to: BANK,
  minor: 60n,
  currency: "RUB",
  type: "withdrawal",
  eventAtMs: AT_MS,
  expiresAtMs: EXPIRES_AT_MS,
};

const PAYMENT: Transfer = {
  key: "payment-1",
  from: "provider/bank/settling",
  to: USER,
  minor: 100n,
  currency: "RUB",
  type: "payment",
  eventAtMs: AT_MS,
};

/** A database where the user has 100 of which 60 are held. */
async function openWithHold(): Promise<Database> {
  const database = await openTestDatabase();
  await database.transaction(async (tx) => {
    expect(await postTransfers(tx, [PAYMENT])).toEqual([POSTED]);
    expect(await placeHolds(tx, [HOLD])).toEqual([POSTED]);
  });
  return database;
}

function resolve(database: Database, changes: Partial<Resolution>) {
  return database.transaction((tx) =>
    resolveHolds(tx, [{
      key: "resolution-1",
      hold: HOLD.key,
      outcome: "post",
      eventAtMs: AT_MS,
      ...changes,
    }])
  );
}

async function expectUser(
  database: Database,
  want: { balanceMinor: bigint; heldMinor: bigint },
): Promise<void> {
  expect(await readBalances(database, [USER])).toMatchObject([
    { ...want, availableMinor: want.balanceMinor - want.heldMinor },
  ]);
  expect(await checkBooks(database)).toEqual({ balanced: true, problems: [] });
}

describe("placeHolds()", () => {
  it("reserves without moving: only the rest can be spent or held", async () => {
    const database = await openWithHold();
    const spend = (key: string, minor: bigint) =>
      database.transaction((tx) =>
        postTransfers(tx, [{ ...HOLD, key, to: "treasury/fees", minor }])
      );
    expect(await spend("a", 41n)).toEqual([refused("insufficientFunds")]);
    expect(await database.transaction((tx) => placeHolds(tx, [{ ...HOLD, key: "b", minor: 41n }])))
      .toEqual([refused("insufficientFunds")]);
    expect(await spend("c", 40n)).toEqual([POSTED]);
    await expectUser(database, { balanceMinor: 60n, heldMinor: 60n });
  });

  it("answers a repeat with exists, other content with conflict", async () => {
    const database = await openWithHold();
    expect(
      await database.transaction((tx) => placeHolds(tx, [HOLD, { ...HOLD, minor: 1n }])),
    ).toEqual([EXISTS, refused("conflict")]);
    expect(await database.transaction((tx) => postTransfers(tx, [HOLD])))
      .toEqual([refused("conflict")]);
    await expectUser(database, { balanceMinor: 100n, heldMinor: 60n });
  });

  it("refuses a hold that ends before it begins", async () => {
    const database = await openWithHold();
    expect(
      await database.transaction((tx) =>
        placeHolds(tx, [{ ...HOLD, key: "b", minor: 1n, expiresAtMs: AT_MS }])
      ),
    ).toEqual([refused("badTime")]);
  });
});

describe("resolveHolds()", () => {
  it.each<{ what: string; resolution: Partial<Resolution>; balance: bigint }>([
    { what: "posts all", resolution: { outcome: "post" }, balance: 40n },
    {
      what: "posts a part and releases the rest",
      resolution: { outcome: "post", minor: 1n },
      balance: 99n,
    },
    {
      what: "posts after its time, as the provider's yes is a fact",
      resolution: { outcome: "post", eventAtMs: EXPIRES_AT_MS + 1 },
      balance: 40n,
    },
    { what: "voids", resolution: { outcome: "void" }, balance: 100n },
    {
      what: "expires at its time",
      resolution: { outcome: "expire", eventAtMs: EXPIRES_AT_MS },
      balance: 100n,
    },
  ])("$what, once", async ({ resolution, balance }) => {
    const database = await openWithHold();
    expect(await resolve(database, resolution)).toEqual([POSTED]);
    await expectUser(database, { balanceMinor: balance, heldMinor: 0n });
    expect(await resolve(database, resolution)).toEqual([EXISTS]);
    const reason = {
      post: "alreadyPosted",
      void: "alreadyVoided",
      expire: "alreadyExpired",
    }[resolution.outcome ?? "post"];
    for (const outcome of ["post", "void", "expire"] as const) {
      const second = { key: "resolution-2", outcome, eventAtMs: EXPIRES_AT_MS };
      expect(await resolve(database, second)).toEqual([refused(reason)]);
    }
    await expectUser(database, { balanceMinor: balance, heldMinor: 0n });
  });

  it.each<{ what: string; resolution: Partial<Resolution>; reason: string }>([
    { what: "more than was held", resolution: { minor: 61n }, reason: "exceedsHold" },
    { what: "nothing", resolution: { minor: 0n }, reason: "badAmount" },
    { what: "less than nothing", resolution: { minor: -1n }, reason: "badAmount" },
    { what: "an unknown hold", resolution: { hold: "nobody" }, reason: "unknownHold" },
    { what: "a hold no text can name", resolution: { hold: "\0" }, reason: "unknownHold" },
    { what: "a transfer", resolution: { hold: PAYMENT.key }, reason: "unknownHold" },
    {
      what: "to expire before its time",
      resolution: { outcome: "expire", eventAtMs: EXPIRES_AT_MS - 1 },
      reason: "notExpired",
    },
    {
      what: "a key that is taken",
      resolution: { key: PAYMENT.key, outcome: "void" },
      reason: "conflict",
    },
  ])("refuses $what and leaves the hold open", async ({ resolution, reason }) => {
    const database = await openWithHold();
    expect(await resolve(database, resolution)).toEqual([refused(reason)]);
    await expectUser(database, { balanceMinor: 100n, heldMinor: 60n });
  });

  it("never expires a hold without a time", async () => {
    const database = await openWithHold();
    const { expiresAtMs: _, ...endless } = { ...HOLD, key: "endless", minor: 1n };
    await database.transaction((tx) => placeHolds(tx, [endless]));
    expect(
      await resolve(database, { hold: "endless", outcome: "expire", eventAtMs: Date.UTC(9999, 0) }),
    ).toEqual([refused("notExpired")]);
  });

  it("resolves a hold once within one call, and again when the first one's group fails", async () => {
    const database = await openWithHold();
    const resolution = { hold: HOLD.key, eventAtMs: AT_MS } as const;
    const verdicts = await database.transaction((tx) =>
      applyOperations(tx, [
        { kind: "resolve", resolution: { ...resolution, key: "1", outcome: "post", group: "g" } },
        { kind: "transfer", transfer: { ...PAYMENT, key: "2", minor: 0n, group: "g" } },
        { kind: "resolve", resolution: { ...resolution, key: "3", outcome: "void" } },
        { kind: "resolve", resolution: { ...resolution, key: "4", outcome: "post" } },
      ])
    );
    expect(verdicts).toEqual([
      refused("groupRefused"),
      refused("badAmount"),
      POSTED,
      refused("alreadyVoided"),
    ]);
    await expectUser(database, { balanceMinor: 100n, heldMinor: 0n });
  });

  it("loses no hold and pays none twice when a crash comes between any two steps", async () => {
    const database = await openTestDatabase();
    await database.transaction((tx) => postTransfers(tx, [PAYMENT]));
    const post = { key: "p", hold: HOLD.key, outcome: "post", eventAtMs: AT_MS } as const;
    const steps = [
      (crash: boolean) => crashing(database, crash, (tx) => placeHolds(tx, [HOLD])),
      (crash: boolean) => crashing(database, crash, (tx) => resolveHolds(tx, [post])),
    ];
    for (const step of steps) {
      expect(await step(true)).toEqual([POSTED]);
      expect(await step(false)).toEqual([POSTED]);
      expect(await step(false)).toEqual([EXISTS]);
      expect(await step(true)).toEqual([EXISTS]);
    }
    await expectUser(database, { balanceMinor: 40n, heldMinor: 0n });
  });
});

/** Runs one step of the ledger; a crash loses the transaction but not what was seen of it. */
async function crashing<T>(
  database: Database,
  crash: boolean,
  work: Parameters<typeof database.transaction<T>>[0],
): Promise<T | undefined> {
  let seen: T | undefined;
  await database.transaction(async (tx) => {
    seen = await work(tx);
    if (crash) throw new Error("crash");
  }).catch((error: unknown) => {
    if (!crash) throw error;
  });
  return seen;
}

describe("reverseTransfer()", () => {
  const reverse = (database: Database, key: string, transfer: string) =>
    database.transaction((tx) => reverseTransfer(tx, { key, transfer, eventAtMs: AT_MS }));

  it("posts the opposite once, and leaves the original as it was", async () => {
    const database = await openTestDatabase();
    await database.transaction((tx) => postTransfers(tx, [PAYMENT]));
    const original = await database.query("select * from ledger_transfers");
    expect(await reverse(database, "r-1", PAYMENT.key)).toEqual(POSTED);
    expect(await reverse(database, "r-1", PAYMENT.key)).toEqual(EXISTS);
    expect(await reverse(database, "r-2", PAYMENT.key)).toEqual(refused("alreadyReversed"));
    expect((await database.query("select * from ledger_transfers where kind = 'transfer'")).rows)
      .toEqual(original.rows);
    await expectUser(database, { balanceMinor: 0n, heldMinor: 0n });
  });

  it("reverses a posted hold by the key of its resolution", async () => {
    const database = await openWithHold();
    await resolve(database, { minor: 50n });
    expect(await reverse(database, "r-1", "resolution-1")).toEqual(POSTED);
    await expectUser(database, { balanceMinor: 100n, heldMinor: 0n });
  });

  it("refuses when the money is held or spent", async () => {
    const database = await openWithHold();
    expect(await reverse(database, "r-1", PAYMENT.key)).toEqual(refused("insufficientFunds"));
    await expectUser(database, { balanceMinor: 100n, heldMinor: 60n });
  });

  it.each([
    { what: "an unknown transfer", key: "nobody", reason: "unknownTransfer" },
    { what: "a hold", key: HOLD.key, reason: "notReversible" },
    { what: "a reversal", key: "r-1", reason: "notReversible" },
  ])("refuses $what", async ({ key, reason }) => {
    const database = await openWithHold();
    await resolve(database, { outcome: "void" });
    await reverse(database, "r-1", PAYMENT.key);
    expect(await reverse(database, "r-2", key)).toEqual(refused(reason));
    await expectUser(database, { balanceMinor: 0n, heldMinor: 0n });
  });
});
