/** Several sessions at once: who wins, and that nobody sees a deadlock. */
import { describe, expect, it, onTestFinished } from "vitest";
import type { Connection, Database } from "./connection.ts";
import { placeHolds, postTransfers, resolveHolds, type Transfer, type Verdict } from "./ledger.ts";
import { readBalances } from "./ledger_balances.ts";
import { checkBooks } from "./ledger_books.ts";
import { openDatabase } from "./open_database.ts";
import { createServerDatabase } from "./testing/test_database.ts";

const AT_MS = Date.UTC(2026, 0, 1);
const SESSIONS = 8;
const POT = "raffle/rfl_1/pot";
const USER = "user/tg-1/available";

function transfer(key: string, changes: Partial<Transfer> = {}): Transfer {
  return {
    key,
    from: USER,
    to: POT,
    minor: 1n,
    currency: "XTR",
    type: "entry",
    eventAtMs: AT_MS,
    ...changes,
  };
}

/** A server database with `SESSIONS` sessions, and 1,000 Stars for each of `accounts`. */
async function openServer(accounts: string[] = [USER]): Promise<Database> {
  const database = await openDatabase({
    url: await createServerDatabase(),
    maxConnections: SESSIONS,
  });
  onTestFinished(() => database.close());
  const from = "provider/telegram/settling";
  await database.transaction((tx) =>
    postTransfers(tx, accounts.map((to) => transfer(`fund ${to}`, { from, to, minor: 1_000n })))
  );
  return database;
}

/**
 * Starts `count` transactions together, each in a session of its own. A wait longer than the
 * sessions' lock time-out is not what these tests are about.
 */
function together<T>(
  database: Database,
  count: number,
  work: (tx: Connection, i: number) => Promise<T>,
): Promise<T[]> {
  let ready = 0;
  let open = (): void => {};
  const start = new Promise<void>((resolve) => (open = resolve));
  return Promise.all(Array.from({ length: count }, (_, i) =>
    database.transaction(async (tx) => {
      await tx.query("set local lock_timeout = 0");
      if (++ready === Math.min(count, SESSIONS)) open();
      await start;
      return await work(tx, i);
    })));
}

const tally = (verdicts: Verdict[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) {
    const word = verdict.status === "refused" ? verdict.reason : verdict.status;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
};

async function expectBalanced(database: Database): Promise<void> {
  expect(await checkBooks(database)).toEqual({ balanced: true, problems: [] });
}

async function balanceOf(database: Database, account: string): Promise<bigint | undefined> {
  return (await readBalances(database, [account]))[0]?.balanceMinor;
}

describe("parallel postings", () => {
  it("of the whole balance: exactly one succeeds", async () => {
    const database = await openServer();
    const verdicts = await together(
      database,
      SESSIONS,
      (tx, i) => postTransfers(tx, [transfer(`spend-${i}`, { minor: 1_000n })]),
    );
    expect(tally(verdicts.flat())).toEqual({ posted: 1, insufficientFunds: SESSIONS - 1 });
    expect(await balanceOf(database, USER)).toBe(0n);
    await expectBalanced(database);
  });

  it("of spends and holds: together they never take more than there is", async () => {
    const database = await openServer();
    const verdicts = await together(database, 40, (tx, i) => {
      const item = transfer(`take-${i}`, { minor: 70n });
      return i % 2 === 0 ? postTransfers(tx, [item]) : placeHolds(tx, [item]);
    });
    expect(tally(verdicts.flat())).toEqual({ posted: 14, insufficientFunds: 26 });
    expect((await readBalances(database, [USER]))[0]?.availableMinor).toBe(20n);
    await expectBalanced(database);
  });

  it("under one key with the same content: one effect, and the others are told so", async () => {
    const database = await openServer();
    const verdicts = await together(
      database,
      SESSIONS,
      (tx) =>
        postTransfers(tx, [transfer("once"), transfer("once, too", { to: "raffle/new/pot" })]),
    );
    expect(tally(verdicts.flat())).toEqual({ posted: 2, exists: 2 * SESSIONS - 2 });
    expect(await balanceOf(database, USER)).toBe(998n);
    await expectBalanced(database);
  });

  it("under one key with other accounts: one effect, conflict for the others", async () => {
    const accounts = Array.from({ length: SESSIONS }, (_, i) => `user/tg-${i}/available`);
    const database = await openServer(accounts);
    const verdicts = await together(
      database,
      SESSIONS,
      (tx, i) =>
        postTransfers(tx, [
          transfer(`own-${i}`, { from: accounts[i] ?? "", to: `raffle/rfl_${i}/pot` }),
          transfer("shared", { from: accounts[i] ?? "", to: `raffle/rfl_${i}/pot` }),
        ]),
    );
    expect(tally(verdicts.flat())).toEqual({ posted: SESSIONS + 1, conflict: SESSIONS - 1 });
    await expectBalanced(database);
  });

  it("of groups: each is posted whole or not at all", async () => {
    const database = await openServer();
    const verdicts = await together(database, 20, (tx, i) =>
      postTransfers(tx, [
        transfer(`a-${i}`, { minor: 90n, group: `g-${i}` }),
        transfer(`b-${i}`, { minor: 60n, group: `g-${i}`, to: "treasury/fees" }),
      ]));
    for (const [a, b] of verdicts) expect(a?.status).toBe(b?.status);
    expect(verdicts.filter(([a]) => a?.status === "posted")).toHaveLength(6);
    expect(await balanceOf(database, USER)).toBe(100n);
    await expectBalanced(database);
  });

  it("to accounts nobody used before: each account is created once", async () => {
    const database = await openServer();
    const names = Array.from({ length: 12 }, (_, i) => `raffle/new-${i}/pot`);
    await together(database, 24, (tx, i) => {
      const order = i % 2 === 0 ? names : names.toReversed();
      return postTransfers(tx, order.map((to) => transfer(`${to} ${i}`, { to })));
    });
    expect((await readBalances(database, names)).map(({ balanceMinor }) => balanceMinor))
      .toEqual(names.map(() => 24n));
    await expectBalanced(database);
  });

  it("in two currencies of a new raffle: one currency wins", async () => {
    const database = await openServer();
    const currencies = ["XTR", "RUB", "TON", "COIN"];
    const from = "provider/bank/funding";
    const verdicts = await together(
      database,
      4,
      (tx, i) => postTransfers(tx, [transfer(`c-${i}`, { from, currency: currencies[i] ?? "" })]),
    );
    expect(tally(verdicts.flat())).toEqual({ posted: 1, currencyMismatch: 3 });
    await expectBalanced(database);
  });

  it("in opposite directions and in rings: no deadlock surfaces", async () => {
    const ring = Array.from({ length: 5 }, (_, i) => `user/tg-${i}/available`);
    const database = await openServer(ring);
    const verdicts = await together(database, 80, (tx, i) => {
      const step = i % 2 === 0 ? 1 : ring.length - 1;
      return postTransfers(
        tx,
        ring.map((_, j) => {
          const from = ring[(i + j) % ring.length] ?? "";
          const to = ring[(i + j + step) % ring.length] ?? "";
          return transfer(`ring-${i}-${j}`, { from, to });
        }),
      );
    });
    expect(tally(verdicts.flat())).toEqual({ posted: 400 });
    await expectBalanced(database);
  });

  it("are never seen half: the books balance at every moment", async () => {
    const database = await openServer();
    const checks: Promise<unknown>[] = [];
    await together(database, 30, async (tx, i) => {
      await postTransfers(tx, [transfer(`x-${i}`), transfer(`y-${i}`, { to: "treasury/fees" })]);
      if (i >= SESSIONS) checks.push(checkBooks(tx));
    });
    await Promise.all(
      checks.map((check) => expect(check).resolves.toEqual({ balanced: true, problems: [] })),
    );
    await expectBalanced(database);
  });
});

describe("parallel resolutions", () => {
  it("of one hold: exactly one of post, void and expiry wins", async () => {
    const database = await openServer();
    const outcomes = ["post", "void", "expire"] as const;
    for (let round = 0; round < 5; round++) {
      const key = `hold-${round}`;
      const hold = { ...transfer(key, { minor: 10n }), expiresAtMs: AT_MS + 1 };
      await database.transaction((tx) => placeHolds(tx, [hold]));
      const verdicts = (await together(database, 6, (tx, i) =>
        resolveHolds(tx, [{
          key: `${key}/${i}`,
          hold: key,
          outcome: outcomes[(i + round) % 3] ?? "post",
          eventAtMs: AT_MS + 1,
        }]))).flat();
      const winner = verdicts.findIndex((verdict) => verdict.status === "posted");
      const outcome = outcomes[(winner + round) % 3] ?? "post";
      const reason = { post: "alreadyPosted", void: "alreadyVoided", expire: "alreadyExpired" };
      expect(tally(verdicts)).toEqual({ posted: 1, [reason[outcome]]: 5 });
    }
    expect((await readBalances(database, [USER]))[0]?.heldMinor).toBe(0n);
    await expectBalanced(database);
  });
});

describe("a session that is killed", () => {
  it("before its commit has posted nothing, and the repeat posts it once", async () => {
    const database = await openServer();
    const item = transfer("killed");
    await expect(database.transaction(async (tx) => {
      expect(await postTransfers(tx, [item])).toEqual([{ status: "posted" }]);
      const { rows: [me] } = await tx.query<{ pid: number }>("select pg_backend_pid() as pid");
      await database.query("select pg_terminate_backend($1)", [me?.pid]);
      await tx.query("select 1");
    })).rejects.toThrow();
    expect(await balanceOf(database, USER)).toBe(1_000n);
    const repeat = () => database.transaction((tx) => postTransfers(tx, [item]));
    expect(await repeat()).toEqual([{ status: "posted" }]);
    expect(await repeat()).toEqual([{ status: "exists" }]);
    await expectBalanced(database);
  });
});

describe("hot accounts", () => {
  it("are updated in place: a posting touches no index of the accounts", async () => {
    const database = await openServer();
    for (let i = 0; i < 20; i++) {
      await database.transaction((tx) => postTransfers(tx, [transfer(`hot-${i}`)]));
    }
    await database.withConnection(async (connection) => {
      await connection.query("select pg_stat_force_next_flush()");
      const { rows: [stats] } = await connection.query<{ cold: bigint; updates: bigint }>(
        `select sum(n_tup_upd - n_tup_hot_upd)::bigint as cold, sum(n_tup_upd)::bigint as updates
         from pg_stat_user_tables where relname = 'ledger_accounts'`,
      );
      expect(stats?.cold).toBe(0n);
    });
  });
});
