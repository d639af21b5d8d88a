import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Connection, Database } from "./connection.ts";
import {
  applyOperations,
  placeHolds,
  postTransfers,
  resolveHolds,
  type Transfer,
} from "./ledger.ts";
import { MAX_MINOR } from "./ledger_apply.ts";
import { readBalances } from "./ledger_balances.ts";
import { checkBooks } from "./ledger_books.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const AT_MS = Date.UTC(2026, 0, 1);
const POSTED = { status: "posted" };
const EXISTS = { status: "exists" };
const refused = (reason: string): unknown => ({ status: "refused", reason });

let nextKey = 0;

/** A valid transfer: 5 Stars from a player to a pot, under a new key. */
function transfer(changes: Partial<Transfer> = {}): Transfer {
  return {
    key: `key-${nextKey++}`,
    from: "user/tg-1/available",
    to: "raffle/rfl_1/pot",
    minor: 5n,
    currency: "XTR",
    type: "entry",
    eventAtMs: AT_MS,
    ...changes,
  };
}

/** Gives an account money that a provider confirmed. */
async function fund(database: Database, to: string, minor: bigint, currency = "XTR") {
  const from = "provider/bank/funding";
  const verdicts = await database.transaction((tx) =>
    postTransfers(tx, [transfer({ from, to, minor, currency, type: "payment" })])
  );
  expect(verdicts).toEqual([POSTED]);
}

/** The balance of an account in one currency; 0 when it does not exist. */
async function balanceOf(connection: Connection, account: string, currency = "XTR") {
  const balances = await readBalances(connection, [account]);
  return balances.find((balance) => balance.currency === currency)?.balanceMinor ?? 0n;
}

async function expectBalanced(connection: Connection) {
  expect(await checkBooks(connection)).toEqual({ balanced: true, problems: [] });
}

const TELEGRAM = "provider/telegram";

describe("the flows of money", () => {
  it.each<{ what: string; type: Transfer["type"]; path: string[]; hold?: boolean }>([
    {
      what: "a confirmed payment",
      type: "payment",
      path: [`${TELEGRAM}/settling`, "payment/pay_1/clearing"],
    },
    { what: "a ticket", type: "entry", path: ["payment/pay_1/clearing", "raffle/rfl_1/pot"] },
    {
      what: "a late payment",
      type: "refund",
      path: ["payment/pay_1/clearing", "payment/pay_1/refund_due", `${TELEGRAM}/settling`],
    },
    {
      what: "an entry from the balance",
      type: "entry",
      path: ["user/tg-1/available", "raffle/rfl_1/pot"],
    },
    {
      what: "the refund of an entry from the balance",
      type: "refund",
      path: ["raffle/rfl_1/pot", "user/tg-1/available"],
    },
    {
      what: "a cancelled raffle",
      type: "refund",
      path: ["raffle/rfl_1/pot", "payment/pay_1/refund_due"],
    },
    { what: "a commission", type: "commission", path: ["raffle/rfl_1/pot", "treasury/fees"] },
    { what: "a settled prize", type: "prize", path: ["raffle/rfl_1/pot", "payout/pyt_1/held"] },
    {
      what: "a credited prize",
      type: "prize",
      path: ["payout/pyt_1/held", "user/tg-1/available"],
    },
    {
      what: "a payout that leaves us",
      type: "withdrawal",
      path: ["user/tg-1/available", `${TELEGRAM}/available`],
      hold: true,
    },
    {
      what: "Stars after 21 days",
      type: "settlement",
      path: [`${TELEGRAM}/settling`, `${TELEGRAM}/available`],
    },
    {
      what: "a topped-up reserve",
      type: "topUp",
      path: [`${TELEGRAM}/available`, "treasury/capital"],
    },
    {
      what: "a provider's fee",
      type: "fee",
      path: ["treasury/expense", `${TELEGRAM}/available`],
    },
  ])("$what moves along $path", async ({ type, path, hold }) => {
    const database = await openTestDatabase();
    const [start = "", ...stops] = path;
    const mayBeNegative = /^(provider\/|treasury\/expense)/.test(start);
    if (!mayBeNegative) {
      expect(
        await database.transaction((tx) =>
          postTransfers(tx, [transfer({ from: start, to: stops[0] ?? "", type })])
        ),
      ).toEqual([refused("insufficientFunds")]);
      await fund(database, start, 5n);
    }
    let from = start;
    for (const to of stops) {
      const step = transfer({ from, to, type });
      await database.transaction(async (tx) => {
        if (!hold) return expect(await postTransfers(tx, [step])).toEqual([POSTED]);
        expect(await placeHolds(tx, [step])).toEqual([POSTED]);
        expect(await balanceOf(tx, from)).toBe(5n);
        expect(
          await resolveHolds(tx, [
            { key: `${step.key}/post`, hold: step.key, outcome: "post", eventAtMs: AT_MS },
          ]),
        ).toEqual([POSTED]);
      });
      from = to;
    }
    expect(await balanceOf(database, start)).toBe(
      mayBeNegative ? -5n : stops.includes(start) ? 5n : 0n,
    );
    expect(await balanceOf(database, from)).toBe(5n);
    await expectBalanced(database);
  });

  it("leave every payment, pot and payout of a finished raffle at zero", async () => {
    const database = await openTestDatabase();
    const step = (from: string, to: string, minor: bigint, type: Transfer["type"]) =>
      database.transaction((tx) => postTransfers(tx, [transfer({ from, to, minor, type })]))
        .then((verdicts) => expect(verdicts).toEqual([POSTED]));
    for (const payment of ["pay_1", "pay_2", "pay_3"]) {
      await step(`${TELEGRAM}/settling`, `payment/${payment}/clearing`, 50n, "payment");
    }
    await step("payment/pay_1/clearing", "raffle/rfl_1/pot", 50n, "entry");
    await step("payment/pay_2/clearing", "raffle/rfl_1/pot", 50n, "entry");
    await step("payment/pay_3/clearing", "payment/pay_3/refund_due", 50n, "refund");
    await step("payment/pay_3/refund_due", `${TELEGRAM}/settling`, 50n, "refund");
    await step("raffle/rfl_1/pot", "treasury/fees", 10n, "commission");
    await step("raffle/rfl_1/pot", "payout/pyt_1/held", 90n, "prize");
    await step("payout/pyt_1/held", "user/tg-1/available", 90n, "prize");
    const { rows } = await database.query(
      `select name, balance_minor from ledger_accounts where balance_minor <> 0 order by name`,
    );
    expect(rows).toEqual([
      { name: `${TELEGRAM}/settling`, balance_minor: -100n },
      { name: "treasury/fees", balance_minor: 10n },
      { name: "user/tg-1/available", balance_minor: 90n },
    ]);
    await expectBalanced(database);
  });
});

describe("postTransfers()", () => {
  it.each<{ what: string; changes: Partial<Transfer>; reason: string }>([
    { what: "more than there is", changes: { minor: 101n }, reason: "insufficientFunds" },
    { what: "nothing", changes: { minor: 0n }, reason: "badAmount" },
    { what: "less than nothing", changes: { minor: -1n }, reason: "badAmount" },
    { what: "more than a balance can hold", changes: { minor: 2n ** 70n }, reason: "badAmount" },
    { what: "to the same account", changes: { to: "user/tg-1/available" }, reason: "sameAccount" },
    {
      what: "a second currency of a raffle",
      changes: { currency: "RUB", from: "provider/bank/funding" },
      reason: "currencyMismatch",
    },
    { what: "an unknown currency", changes: { currency: "EUR" }, reason: "unknownCurrency" },
    { what: "an unknown kind of account", changes: { to: "pot/1" }, reason: "unknownAccount" },
    { what: "a kind without a name", changes: { to: "raffle" }, reason: "unknownAccount" },
    { what: "a name with a space", changes: { to: "raffle/a b" }, reason: "unknownAccount" },
    { what: "no key", changes: { key: "" }, reason: "badKey" },
    { what: "a key with a NUL", changes: { key: "a\0b" }, reason: "badKey" },
    { what: "half a surrogate pair", changes: { externalId: "\ud800" }, reason: "badText" },
    { what: "a time that is no number", changes: { eventAtMs: NaN }, reason: "badTime" },
    { what: "a broken millisecond", changes: { eventAtMs: 0.5 }, reason: "badTime" },
    { what: "no type", changes: { type: "" as Transfer["type"] }, reason: "badType" },
  ])("refuses $what and writes nothing for it", async ({ changes, reason }) => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 100n);
    await fund(database, "raffle/rfl_1/pot", 1n);
    const before = await dump(database);
    expect(await database.transaction((tx) => postTransfers(tx, [transfer(changes)])))
      .toEqual([refused(reason)]);
    expect(await dump(database)).toEqual(before);
  });

  it("answers each item by itself, in the order of the items", async () => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 10n);
    const first = transfer({ minor: 6n });
    const verdicts = await database.transaction((tx) =>
      postTransfers(tx, [
        transfer({ minor: 11n }),
        first,
        transfer({ minor: 5n }),
        first,
        { ...first, minor: 1n },
        transfer({ minor: 4n }),
        transfer({ from: "raffle/rfl_1/pot", to: "user/tg-1/available", minor: 10n }),
      ])
    );
    expect(verdicts).toEqual([
      refused("insufficientFunds"),
      POSTED,
      refused("insufficientFunds"),
      EXISTS,
      refused("conflict"),
      POSTED,
      POSTED,
    ]);
    await expectBalanced(database);
  });

  it("lets no refused item decide the currency of a new raffle", async () => {
    const database = await openTestDatabase();
    const from = "provider/bank/funding";
    const verdicts = await database.transaction((tx) =>
      postTransfers(tx, [
        transfer({ currency: "RUB" }),
        transfer({ from }),
        transfer({ from, currency: "RUB" }),
      ])
    );
    expect(verdicts).toEqual([refused("insufficientFunds"), POSTED, refused("currencyMismatch")]);
  });

  it("answers no items with no verdicts", async () => {
    const database = await openTestDatabase();
    expect(await postTransfers(database, [])).toEqual([]);
  });

  it("keeps a balance per currency", async () => {
    const database = await openTestDatabase();
    for (const currency of ["XTR", "RUB", "COIN", "USDT", "TON"]) {
      await fund(database, "user/tg-1/available", 7n, currency);
    }
    const balances = await readBalances(database, ["user/tg-1/available", "user/tg-2/available"]);
    expect(balances.map(({ currency, balanceMinor }) => [currency, balanceMinor])).toEqual([
      ["COIN", 7n],
      ["RUB", 7n],
      ["TON", 7n],
      ["USDT", 7n],
      ["XTR", 7n],
    ]);
    await expectBalanced(database);
  });

  it("holds the smallest and the largest amounts, and refuses what goes beyond", async () => {
    const database = await openTestDatabase();
    const from = "provider/ton/wallet";
    const to = "user/tg-1/available";
    const max = transfer({ from, to, minor: MAX_MINOR });
    expect(
      await database.transaction((tx) =>
        postTransfers(tx, [max, transfer({ from, to, minor: 1n })])
      ),
    ).toEqual([POSTED, refused("outOfRange")]);
    expect(
      await database.transaction((tx) => postTransfers(tx, [transfer({ minor: 1n })])),
    ).toEqual([POSTED]);
    expect(await balanceOf(database, to)).toBe(MAX_MINOR - 1n);
    await expectBalanced(database);
  });

  it("names actor, revision and event of every posting", async () => {
    const database = await openTestDatabase();
    const cause = { actor: "payment/pay_1", revision: 7, event: "payment.confirmed" };
    await database.transaction((tx) =>
      postTransfers(tx, [transfer({ from: "provider/x/y", cause })])
    );
    const { rows } = await database.query(
      "select cause_actor, cause_revision, cause_event from ledger_transfers",
    );
    expect(rows).toEqual([
      { cause_actor: "payment/pay_1", cause_revision: 7n, cause_event: "payment.confirmed" },
    ]);
  });

  it("posts the parts of a split whole: they sum to the pot, the remainder goes to the first", async () => {
    const database = await openTestDatabase();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt(1n, MAX_MINOR / 1_000n),
        fc.bigInt(0n, 10_000n),
        fc.array(fc.bigInt(1n, 100n), { minLength: 1, maxLength: 5 }),
        async (pot, commissionBps, weights) => {
          const id = run++;
          const from = `raffle/rfl_s${id}/pot`;
          await fund(database, from, pot);
          const commission = pot * commissionBps / 10_000n;
          const prize = pot - commission;
          const total = weights.reduce((sum, weight) => sum + weight, 0n);
          const parts = weights.map((weight) => prize * weight / total);
          const remainder = prize - parts.reduce((sum, part) => sum + part, 0n);
          const group = `settle-${id}`;
          const items = [
            transfer({ from, to: "treasury/fees", minor: commission, type: "commission", group }),
            ...parts.map((part, i) =>
              transfer({
                from,
                to: `payout/pyt_s${id}-${i}/held`,
                minor: i === 0 ? part + remainder : part,
                type: "prize",
                group,
              })
            ),
          ].filter((item) => item.minor > 0n);
          const verdicts = await database.transaction((tx) => postTransfers(tx, items));
          expect(verdicts).toEqual(items.map(() => POSTED));
          expect(await balanceOf(database, from)).toBe(0n);
        },
      ),
      { seed: 13, numRuns: 25 },
    );
    await expectBalanced(database);
  });
});

describe("a key", () => {
  it.each<{ what: string; changes: Partial<Transfer>; want: unknown }>([
    { what: "the same content", changes: {}, want: EXISTS },
    { what: "another time", changes: { eventAtMs: AT_MS + 1 }, want: EXISTS },
    {
      what: "another cause",
      changes: { cause: { actor: "a/1", revision: 2n, event: "e" } },
      want: EXISTS,
    },
    { what: "another amount", changes: { minor: 6n }, want: refused("conflict") },
    { what: "another payer", changes: { from: "user/tg-2/available" }, want: refused("conflict") },
    { what: "another payee", changes: { to: "treasury/fees" }, want: refused("conflict") },
    { what: "another type", changes: { type: "bonus" }, want: refused("conflict") },
    { what: "another outside id", changes: { externalId: "x" }, want: refused("conflict") },
    { what: "another group", changes: { group: "g" }, want: refused("conflict") },
    {
      what: "another currency",
      changes: { currency: "RUB", to: "treasury/fees" },
      want: refused("conflict"),
    },
  ])("that is posted answers $want.status to $what", async ({ changes, want }) => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 100n);
    const item = transfer();
    const post = (changes: Partial<Transfer>) =>
      database.transaction((tx) => postTransfers(tx, [{ ...item, ...changes }]));
    expect(await post({})).toEqual([POSTED]);
    const before = await dump(database);
    expect(await post(changes)).toEqual([want]);
    expect(await dump(database)).toEqual(before);
  });

  it("that was refused is free: it may be tried again, with other content, too", async () => {
    const database = await openTestDatabase();
    const item = transfer();
    const post = () => database.transaction((tx) => postTransfers(tx, [item]));
    expect(await post()).toEqual([refused("insufficientFunds")]);
    await fund(database, "user/tg-1/available", 5n);
    expect(await post()).toEqual([POSTED]);
    expect(await post()).toEqual([EXISTS]);
  });

  it("is tried once in a call: its repeat shares the refusal", async () => {
    const database = await openTestDatabase();
    const item = transfer();
    const payment = transfer({ from: "provider/x/y", to: item.from });
    expect(await database.transaction((tx) => postTransfers(tx, [item, payment, item])))
      .toEqual([refused("insufficientFunds"), POSTED, refused("insufficientFunds")]);
  });

  it("survives a crash before the commit and a reply lost after it", async () => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 5n);
    const item = transfer();
    await expect(database.transaction(async (tx) => {
      expect(await postTransfers(tx, [item])).toEqual([POSTED]);
      throw new Error("crash");
    })).rejects.toThrow("crash");
    expect(await balanceOf(database, item.to)).toBe(0n);
    const post = () => database.transaction((tx) => postTransfers(tx, [item]));
    expect(await post()).toEqual([POSTED]);
    expect(await post()).toEqual([EXISTS]);
    expect(await balanceOf(database, item.to)).toBe(5n);
  });
});

describe("a group", () => {
  it.each([0, 1, 2])("is refused whole when its item %i is refused", async (bad) => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 10n);
    const before = await dump(database);
    const items = [0, 1, 2].map((i) => transfer({ group: "g", minor: i === bad ? 11n : 2n }));
    expect(await database.transaction((tx) => postTransfers(tx, items))).toEqual(
      items.map((_, i) => refused(i === bad ? "insufficientFunds" : "groupRefused")),
    );
    expect(await dump(database)).toEqual(before);
  });

  it("takes the place of its first item, and its failure gives back what it took", async () => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 10n);
    const verdicts = await database.transaction((tx) =>
      postTransfers(tx, [
        transfer({ minor: 10n, group: "fails" }),
        transfer({ minor: 10n }),
        transfer({ minor: 0n, group: "fails" }),
        transfer({ from: "raffle/rfl_1/pot", to: "payout/pyt_1/held", minor: 4n, group: "holds" }),
        transfer({ from: "payout/pyt_1/held", to: "user/tg-1/available", minor: 9n }),
        transfer({ from: "raffle/rfl_1/pot", to: "payout/pyt_1/held", minor: 6n, group: "holds" }),
      ])
    );
    expect(verdicts).toEqual([
      refused("groupRefused"),
      POSTED,
      refused("badAmount"),
      POSTED,
      POSTED,
      POSTED,
    ]);
    await expectBalanced(database);
  });

  it("that is posted exists whole, and cannot grow", async () => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 10n);
    const items = [transfer({ group: "g" }), transfer({ group: "g", minor: 1n })];
    const post = (items: Transfer[]) => database.transaction((tx) => postTransfers(tx, items));
    expect(await post(items)).toEqual([POSTED, POSTED]);
    expect(await post(items)).toEqual([EXISTS, EXISTS]);
    const added = transfer({ group: "g", minor: 1n });
    expect(await post([...items, added])).toEqual([EXISTS, EXISTS, refused("conflict")]);
    expect(await post([added, ...items])).toEqual([refused("conflict"), EXISTS, EXISTS]);
    await expectBalanced(database);
  });

  it("may mix transfers and holds", async () => {
    const database = await openTestDatabase();
    await fund(database, "user/tg-1/available", 10n);
    const hold = transfer({ to: "provider/bank/x", minor: 6n, group: "g" });
    expect(
      await database.transaction((tx) =>
        applyOperations(tx, [
          { kind: "hold", hold },
          { kind: "transfer", transfer: transfer({ minor: 5n, group: "g" }) },
        ])
      ),
    ).toEqual([refused("groupRefused"), refused("insufficientFunds")]);
    expect((await readBalances(database, ["user/tg-1/available"]))[0]?.heldMinor).toBe(0n);
    await expectBalanced(database);
  });
});

/** Everything that a refusal must leave as it was. */
async function dump(connection: Connection): Promise<unknown[]> {
  const results = [];
  for (const table of ["ledger_accounts", "ledger_transfers", "ledger_entries"]) {
    const { rows } = await connection.query(`select t::text from ${table} t order by 1`);
    results.push(rows);
  }
  return results;
}
