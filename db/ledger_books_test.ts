import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Connection, Database } from "./connection.ts";
import {
  placeHolds,
  postTransfers,
  resolveHolds,
  reverseTransfer,
  type Transfer,
} from "./ledger.ts";
import { balanceAt } from "./ledger_balances.ts";
import { checkBooks } from "./ledger_books.ts";
import { type HistoryItem, listTransfers } from "./ledger_history.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const AT_MS = Date.UTC(2026, 0, 1);
const USER = "user/tg-1/available";
const BANK = "provider/bank/available";

function transfer(key: string, changes: Partial<Transfer> = {}): Transfer {
  return {
    key,
    from: BANK,
    to: USER,
    minor: 10n,
    currency: "XTR",
    type: "payment",
    eventAtMs: AT_MS,
    ...changes,
  };
}

/** Two payments to the user, and a hold of 5 of their 20. */
async function openBooks(): Promise<Database> {
  const database = await openTestDatabase();
  await database.transaction(async (tx) => {
    await postTransfers(tx, [transfer("p-1"), transfer("p-2")]);
    await placeHolds(tx, [transfer("h-1", { from: USER, to: BANK, minor: 5n })]);
  });
  return database;
}

describe("the books", () => {
  it.each([
    "update ledger_transfers set minor = 1",
    "update ledger_transfers set minor = 1 where false",
    "delete from ledger_transfers",
    "truncate ledger_transfers",
    "update ledger_entries set current_minor = 1",
    "delete from ledger_entries",
    "truncate ledger_entries",
    "update ledger_accounts set name = 'user/x/available'",
    "update ledger_accounts set may_be_negative = true",
    "delete from ledger_accounts",
    "truncate ledger_accounts",
    "update ledger_currencies set decimals = 3",
    "set local session_replication_role = replica; delete from ledger_entries",
  ])("refuse '%s' from everybody", async (statement) => {
    const database = await openBooks();
    await expect(database.transaction((tx) => tx.query(statement)))
      .rejects.toMatchObject({ code: "23001" });
    expect(await checkBooks(database)).toEqual({ balanced: true, problems: [] });
  });

  it.each([
    { change: "balance_minor = 4", constraint: "chk_ledger_accounts_available" },
    { change: "balance_minor = -1, held_minor = 0", constraint: "chk_ledger_accounts_available" },
    { change: "held_minor = 21", constraint: "chk_ledger_accounts_available" },
    { change: "held_minor = -1", constraint: "chk_ledger_accounts_held" },
    { change: "balance_minor = 4611686018427387904", constraint: "chk_ledger_accounts_range" },
  ])("have a constraint as the last line against $change", async ({ change, constraint }) => {
    const database = await openBooks();
    await expect(database.query(`update ledger_accounts set ${change} where name = '${USER}'`))
      .rejects.toMatchObject({ code: "23514", constraint });
  });

  it("have a constraint as the last line against a second resolution", async () => {
    const database = await openBooks();
    const copy = (key: string): string =>
      `insert into ledger_transfers (id, kind, key, from_account, to_account, minor, type,
         original_id, event_at)
       select nextval('ledger_transfers_id_seq'), 'void', '${key}', from_account, to_account, minor,
         type, id, event_at from ledger_transfers where key = 'h-1'`;
    await database.query(copy("v-1"));
    await expect(database.query(copy("v-2")))
      .rejects.toMatchObject({ code: "23505", constraint: "uq_ledger_transfers_original" });
  });
});

describe("checkBooks()", () => {
  const secondEntry = `account_id = (select id from ledger_accounts where name = '${USER}')
    and version = 2`;

  it.each([
    {
      what: "a balance that is not the sum of its entries",
      damage: `update ledger_accounts set balance_minor = 21 where name = '${USER}'`,
      problem: /sums to 1, not 0[^]*has balance 21 and version 2, its 2 entries sum to 20/,
    },
    {
      what: "a version that is not the count of entries",
      damage: `update ledger_accounts set version = 3 where name = '${USER}'`,
      problem: /version 3, its 2 entries/,
    },
    {
      what: "held money without a hold",
      damage: `update ledger_accounts set held_minor = 6 where name = '${USER}'`,
      problem: /holds 6, its open holds sum to 5/,
    },
    {
      what: "an account below zero",
      damage: `alter table ledger_accounts drop constraint chk_ledger_accounts_available;
        update ledger_accounts set balance_minor = 4 where name = '${USER}'`,
      problem: /has 4 of which 5 held, below zero/,
    },
    {
      what: "a gap between two entries",
      damage: `update ledger_entries set previous_minor = 11, current_minor = 21
        where ${secondEntry}`,
      problem: /gap at entry 2: version 2, previous 11, expected 10/,
    },
    {
      what: "a transfer with one side",
      damage: `delete from ledger_entries where ${secondEntry}`,
      problem: /Transfer p-2 \(transfer\) of 10 has 1 entries that sum to -10/,
    },
    {
      what: "an entry of another account's transfer",
      damage: `update ledger_transfers set to_account = from_account + 100 where key = 'p-2'`,
      problem: /has an entry of transfer 2 that does not name it[^]*Transfer p-2 goes from account/,
    },
    {
      what: "a resolution of what is no hold",
      damage: `insert into ledger_transfers (id, kind, key, from_account, to_account, minor, type,
          original_id, event_at)
        select 100, 'void', 'v', from_account, to_account, minor, type, id, event_at
        from ledger_transfers where key = 'p-2'`,
      problem: /Transfer v \(void\) does not fit its original 2/,
    },
  ])("finds $what", async ({ damage, problem }) => {
    const database = await openBooks();
    await database.query(`alter table ledger_entries disable trigger user;
      alter table ledger_transfers disable trigger user; ${damage}`);
    const { balanced, problems } = await checkBooks(database);
    expect(balanced).toBe(false);
    expect(problems.sort((a, b) => rank(a) - rank(b)).join("\n")).toMatch(problem);
  });

  /** The order in which the patterns above name the problems. */
  function rank(problem: string): number {
    return ["Currency", "Account"].findIndex((word) => problem.startsWith(word)) >>> 0;
  }
});

describe("balanceAt()", () => {
  const at = (connection: Connection, atMs: number, by: "event" | "recorded" = "event") =>
    balanceAt(connection, { account: USER, currency: "XTR", atMs, by });

  it("is 0 for an account that was never used", async () => {
    expect(await at(await openTestDatabase(), AT_MS)).toBe(0n);
  });

  it("is the sum of what had happened by then, in whatever order it was written", async () => {
    const database = await openTestDatabase();
    const time = fc.integer({ min: 0, max: 50 });
    const events = fc.array(fc.record({ time, minor: fc.bigInt(1n, 100n) }), { maxLength: 8 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(events, time, async (events, time) => {
        const account = `user/tg-${run++}/available`;
        const transfers = events.map((event, i) =>
          transfer(`${account}-${i}`, {
            to: account,
            minor: event.minor,
            eventAtMs: AT_MS + event.time,
          })
        );
        await database.transaction((tx) => postTransfers(tx, transfers));
        expect(await balanceAt(database, { account, currency: "XTR", atMs: AT_MS + time })).toBe(
          events.filter((event) => event.time <= time).reduce((sum, { minor }) => sum + minor, 0n),
        );
      }),
      { seed: 12, numRuns: 30 },
    );
  });

  it("by recorded time is what the books said, wherever an event was dated", async () => {
    const database = await openTestDatabase();
    const post = async (key: string, eventAtMs: number): Promise<number> => {
      await database.transaction((tx) => postTransfers(tx, [transfer(key, { eventAtMs })]));
      const [item] = await listTransfers(database, { limit: 1 });
      return item?.createdAtMs ?? 0;
    };
    const first = await post("a", AT_MS);
    const second = await post("b", AT_MS - 1_000);
    expect(second).toBeGreaterThanOrEqual(first);
    expect(await at(database, AT_MS - 1)).toBe(10n);
    expect(await at(database, AT_MS - 1, "recorded")).toBe(0n);
    expect(await at(database, second, "recorded")).toBe(20n);
    expect((await listTransfers(database, { limit: 9 })).map(({ key }) => key)).toEqual(["b", "a"]);
  });
});

describe("listTransfers()", () => {
  /** Six lines of a user's history, one of each status, and a transfer that is none of his. */
  async function openHistory(): Promise<Database> {
    const database = await openTestDatabase();
    const hold = (key: string, minor: bigint, expiresAtMs?: number) => ({
      ...transfer(key, { from: USER, to: BANK, minor, type: "withdrawal", externalId: `x-${key}` }),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    });
    await database.transaction(async (tx) => {
      const cause = { actor: "payment/pay_1", revision: 4n, event: "payment.confirmed" };
      await postTransfers(tx, [
        transfer("p-1", { minor: 100n, externalId: "charge-1", cause }),
        transfer("other", { to: "user/tg-10/available" }),
      ]);
      await placeHolds(tx, [
        hold("h-post", 1n),
        hold("h-void", 2n),
        hold("h-expire", 3n, AT_MS + 1),
        hold("h-open", 4n),
      ]);
      const resolution = { eventAtMs: AT_MS + 1 };
      await resolveHolds(tx, [
        { ...resolution, key: "r-post", hold: "h-post", outcome: "post", externalId: "bank-1" },
        { ...resolution, key: "r-void", hold: "h-void", outcome: "void" },
        { ...resolution, key: "r-expire", hold: "h-expire", outcome: "expire" },
      ]);
      const moved = transfer("moved", { from: USER, to: "user/tg-1/bonus", type: "adjustment" });
      await postTransfers(tx, [moved]);
      await reverseTransfer(tx, { key: "back", transfer: "moved", eventAtMs: AT_MS });
    });
    return database;
  }

  const line = (
    { key, status, account, counterparty, minor }: HistoryItem,
  ) => [key, status, account, counterparty, minor];

  it("shows an owner each thing that happened once, newest first", async () => {
    const database = await openHistory();
    const items = await listTransfers(database, { owner: "user/tg-1", limit: 50 });
    expect(items.map(line)).toEqual([
      ["back", "posted", "user/tg-1/bonus", USER, -10n],
      ["moved", "reversed", USER, "user/tg-1/bonus", -10n],
      ["r-post", "posted", USER, BANK, -1n],
      ["h-open", "held", USER, BANK, -4n],
      ["h-expire", "expired", USER, BANK, -3n],
      ["h-void", "voided", USER, BANK, -2n],
      ["p-1", "posted", USER, BANK, 100n],
    ]);
    expect(items[0]?.reverses).toBe("moved");
    expect(items[2]).toMatchObject({ type: "withdrawal", externalId: "bank-1" });
    expect(items[6]).toMatchObject({
      type: "payment",
      currency: "XTR",
      externalId: "charge-1",
      reverses: null,
      causeActor: "payment/pay_1",
      causeRevision: 4n,
      causeEvent: "payment.confirmed",
      eventAtMs: AT_MS,
    });
    expect(items[6]?.createdAtMs).toBeGreaterThan(AT_MS);
  });

  it("shows one account alone", async () => {
    const database = await openHistory();
    const items = await listTransfers(database, { owner: "user/tg-1/bonus", limit: 50 });
    expect(items.map(line)).toEqual([
      ["back", "posted", "user/tg-1/bonus", USER, -10n],
      ["moved", "reversed", "user/tg-1/bonus", USER, 10n],
    ]);
  });

  it.each(["user/tg-1", undefined])(
    "pages through all of %s without gap or repeat",
    async (owner) => {
      const database = await openHistory();
      const query = owner === undefined ? {} : { owner };
      const whole = await listTransfers(database, { ...query, limit: 50 });
      const paged: HistoryItem[] = [];
      for (;;) {
        const last = paged.at(-1)?.id;
        const before = last === undefined ? {} : { before: last };
        const page = await listTransfers(database, { ...query, ...before, limit: 2 });
        if (page.length === 0) break;
        paged.push(...page);
      }
      expect(paged).toEqual(whole);
      expect(whole).toHaveLength(owner === undefined ? 8 : 7);
    },
  );

  it.each([0, 501, 1.5, NaN])("refuses the limit %s", async (limit) => {
    const database = await openTestDatabase();
    await expect(listTransfers(database, { limit })).rejects.toThrow(RangeError);
  });
});
