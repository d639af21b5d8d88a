/** Random calls against the ledger and against a model of it in memory: same answers, same books. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Connection, Database } from "./connection.ts";
import { applyOperations, type Operation } from "./ledger.ts";
import { checkBooks } from "./ledger_books.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const AT_MS = Date.UTC(2026, 0, 1);
const EXPIRES_AT_MS = AT_MS + 10;

/** Keys from a small pool, now and then one that belongs to another kind of operation. */
function keys(prefix: string): fc.Arbitrary<string> {
  const pool = (prefix: string) => fc.integer({ min: 0, max: 4 }).map((n) => `${prefix}-${n}`);
  const own = { weight: 15, arbitrary: pool(prefix) };
  return fc.oneof(own, { weight: 1, arbitrary: fc.oneof(...["t", "h", "r", "b"].map(pool)) });
}

const group = fc.option(fc.constantFrom("g-1", "g-2", "g-3"), { nil: undefined, freq: 8 });
const account = fc.constantFrom(
  "provider/telegram/settling",
  "treasury/expense",
  "user/tg-1/available",
  "user/tg-2/available",
  "raffle/rfl_1/pot",
);
const currency = fc.constantFrom("XTR", "XTR", "XTR", "XTR", "XTR", "RUB");
const minor = fc.oneof({ weight: 9, arbitrary: fc.bigInt(1n, 9n) }, fc.constant(0n));

function moving(key: fc.Arbitrary<string>) {
  return fc.record({ key, group, from: account, to: account, minor, currency })
    .map(({ group, ...rest }) => ({
      ...rest,
      // Which of two currencies a refused group names as the wrong one is not laid down.
      ...(group === undefined ? {} : { group, currency: "XTR" }),
      type: "adjustment" as const,
      eventAtMs: AT_MS,
    }));
}

const transferring = moving(keys("t")).map((transfer) => ({ kind: "transfer" as const, transfer }));

const holding = moving(keys("h")).map((hold) => ({
  kind: "hold" as const,
  hold: { ...hold, expiresAtMs: EXPIRES_AT_MS },
}));

const resolving = fc.record({
  key: keys("r"),
  group,
  hold: keys("h"),
  outcome: fc.constantFrom("post" as const, "void" as const, "expire" as const),
  minor: fc.option(minor, { nil: undefined }),
  eventAtMs: fc.constantFrom(EXPIRES_AT_MS - 1, EXPIRES_AT_MS),
}).map(({ group, minor, ...rest }) => ({
  kind: "resolve" as const,
  resolution: {
    ...rest,
    ...(group === undefined ? {} : { group }),
    ...(minor === undefined ? {} : { minor }),
  },
}));

const reversing = fc.record({ key: keys("b"), group, transfer: fc.oneof(keys("t"), keys("r")) })
  .map(({ group, ...rest }) => ({
    kind: "reverse" as const,
    reversal: { ...rest, ...(group === undefined ? {} : { group }), eventAtMs: AT_MS },
  }));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: transferring },
  { weight: 3, arbitrary: holding },
  { weight: 4, arbitrary: resolving },
  { weight: 2, arbitrary: reversing },
);

/** Calls that draw from one pool of operations, so that the same one comes again. */
const calls: fc.Arbitrary<Operation[][]> = fc.array(operation, { minLength: 30, maxLength: 40 })
  .chain((pool) => {
    const call = fc.array(fc.constantFrom(...pool), { minLength: 1, maxLength: 10 });
    return fc.array(call, { minLength: 1, maxLength: 12 });
  }).map((calls) => [FUNDING, ...calls]);

const FUNDING: Operation[] = ["user/tg-1/available", "user/tg-2/available"].map((to, i) => ({
  kind: "transfer",
  transfer: {
    key: `funding-${i}`,
    from: "provider/telegram/settling",
    to,
    minor: 20n,
    currency: "XTR",
    type: "adjustment",
    eventAtMs: AT_MS,
  },
}));

/** What a key stands for once it is posted. */
interface Posted {
  kind: "transfer" | "hold" | "post" | "void" | "expire" | "reversal";
  key: string;
  group: string | undefined;
  from: string;
  to: string;
  minor: bigint;
  currency: string;
  original: string | undefined;
}

/** The ledger's rules, said as plainly as they can be. */
class Model {
  posted = new Map<string, Posted>();
  balances = new Map<string, bigint>();
  held = new Map<string, bigint>();

  call(operations: readonly Operation[]): string[] {
    const known = new Set(this.posted.keys());
    const verdicts = new Array<string>(operations.length);
    const items = operations.map((operation) => this.#read(operation, known));
    const first = new Map<string, number>();
    items.forEach(({ item }, i) => first.set(item.key, first.get(item.key) ?? i));
    const isRepeat = (i: number): boolean => {
      const item = items[i], of = items[first.get(item?.item.key ?? "") ?? i];
      return first.get(item?.item.key ?? "") !== i && same(item?.item, of?.item) &&
        item?.fault === of?.fault;
    };
    const done = new Set<number>();
    for (let i = 0; i < items.length; i++) {
      if (done.has(i) || isRepeat(i)) continue;
      const group = items[i]?.item.group;
      const members = group === undefined
        ? [i]
        : items.keys().filter((j) => items[j]?.item.group === group && !isRepeat(j)).toArray();
      this.#group(
        members.flatMap((j) => {
          done.add(j);
          const { item, fault } = items[j] ?? {};
          const clash = first.get(item?.key ?? "") === j ? undefined : "conflict";
          return item === undefined ? [] : [{ index: j, item, fault: fault ?? clash }];
        }),
        verdicts,
      );
    }
    items.forEach(({ item }, i) => {
      if (!isRepeat(i)) return;
      const verdict = verdicts[first.get(item.key) ?? 0] ?? "";
      verdicts[i] = verdict === "posted" ? "exists" : verdict;
    });
    return verdicts;
  }

  #group(items: { index: number; item: Posted; fault: string | undefined }[], verdicts: string[]) {
    const saved = [new Map(this.posted), new Map(this.balances), new Map(this.held)] as const;
    const isGroup = items[0]?.item.group !== undefined;
    let failed = false, knows = false;
    const fresh: number[] = [];
    for (const { index, item, fault } of items) {
      let verdict = fault ?? this.#known(item);
      if (verdict === undefined) {
        verdict = isGroup && failed ? "groupRefused" : isGroup && knows ? "conflict" : undefined;
      }
      verdict ??= this.#post(item);
      verdicts[index] = verdict;
      if (verdict === "posted") fresh.push(index);
      if (verdict === "exists") knows = true;
      const bad = !["posted", "exists"].includes(verdict) || (knows && fresh.length > 0);
      if (isGroup && bad && !failed) {
        failed = true;
        [this.posted, this.balances, this.held] = saved;
        for (const j of fresh.splice(0)) verdicts[j] = knows ? "conflict" : "groupRefused";
      }
    }
  }

  #known(item: Posted): string | undefined {
    const before = this.posted.get(item.key);
    return before && (same(before, item) ? "exists" : "conflict");
  }

  #post(item: Posted): string {
    const accounts = [...this.balances.keys(), ...this.held.keys()];
    for (const name of [item.from, item.to]) {
      const other = accounts.find((id) => id.startsWith(`${name} `) && id !== at(name, item));
      if (name.startsWith("raffle/") && other !== undefined) return "currencyMismatch";
    }
    const original = item.original === undefined ? undefined : this.posted.get(item.original);
    if (original !== undefined) {
      const obstacle = this.#obstacle(item, original);
      if (obstacle !== undefined) return obstacle;
    }
    const release = original?.kind === "hold" ? original.minor : 0n;
    const move = ["transfer", "post", "reversal"].includes(item.kind) ? item.minor : 0n;
    const reserve = item.kind === "hold" ? item.minor : -release;
    const from = at(item.from, item), to = at(item.to, item);
    const balance = this.balances.get(from) ?? 0n, held = this.held.get(from) ?? 0n;
    const isLimited = /^(user|raffle)/.test(item.from);
    if (isLimited && balance - held < move + reserve) return "insufficientFunds";
    this.balances.set(from, balance - move);
    this.balances.set(to, (this.balances.get(to) ?? 0n) + move);
    this.held.set(from, held + reserve);
    this.posted.set(item.key, item);
    return "posted";
  }

  #obstacle(item: Posted, original: Posted): string | undefined {
    const isReversal = item.kind === "reversal";
    if (isReversal && !["transfer", "post"].includes(original.kind)) return "notReversible";
    if (!isReversal && original.kind !== "hold") return "unknownHold";
    for (const other of this.posted.values()) {
      if (other.original !== original.key) continue;
      const how = { post: "Posted", void: "Voided", expire: "Expired", reversal: "Reversed" };
      return `already${how[other.kind as keyof typeof how]}`;
    }
    if (item.kind === "post" && item.minor > original.minor) return "exceedsHold";
    if (item.kind === "expire" && !this.dueKeys.has(item)) return "notExpired";
    return undefined;
  }

  /** The `expire` items whose time has come. */
  dueKeys = new WeakSet<Posted>();

  #read(operation: Operation, known: Set<string>): { item: Posted; fault: string | undefined } {
    if (operation.kind === "transfer" || operation.kind === "hold") {
      const body = operation.kind === "hold" ? operation.hold : operation.transfer;
      const { key, group, from, to, minor, currency } = body;
      const item = {
        kind: operation.kind,
        key,
        group,
        from,
        to,
        minor,
        currency,
        original: undefined,
      };
      return { item, fault: from === to ? "sameAccount" : minor <= 0n ? "badAmount" : undefined };
    }
    const isReversal = operation.kind === "reverse";
    const body = isReversal ? operation.reversal : operation.resolution;
    const name = isReversal ? operation.reversal.transfer : operation.resolution.hold;
    const kind = isReversal ? "reversal" : operation.resolution.outcome;
    const original = known.has(name) ? this.posted.get(name) : undefined;
    const base = { kind, key: body.key, group: body.group } as const;
    if (original === undefined) {
      const fault = isReversal ? "unknownTransfer" : "unknownHold";
      return {
        item: { ...base, from: name, to: "", minor: 0n, currency: "", original: "" },
        fault,
      };
    }
    const { from, to, currency } = original;
    const asked = operation.kind === "resolve" ? operation.resolution.minor : undefined;
    const minor = kind === "post" ? asked ?? original.minor : original.minor;
    const item = isReversal
      ? { ...base, from: to, to: from, minor, currency, original: name }
      : { ...base, from, to, minor, currency, original: name };
    if (body.eventAtMs >= EXPIRES_AT_MS) this.dueKeys.add(item);
    return { item, fault: minor <= 0n ? "badAmount" : undefined };
  }
}

function at(name: string, item: Posted): string {
  return `${name} ${item.currency}`;
}

function same(a: Posted | undefined, b: Posted | undefined): boolean {
  const text = (item: Posted | undefined): string =>
    JSON.stringify(item, (_, value) => typeof value === "bigint" ? `${value}` : value);
  return text(a) === text(b);
}

describe("the ledger", () => {
  it("answers random calls as the model does and keeps the same books", async () => {
    const database = await openTestDatabase();
    await fc.assert(
      // Each history gets empty books: it is rolled back when it has been compared.
      fc.asyncProperty(calls, (history) =>
        database.withConnection(async (connection) => {
          await connection.query("begin");
          try {
            await expectSameAsModel(connection, history);
          } finally {
            await connection.query("rollback");
          }
        })),
      { seed: 11, numRuns: 150 },
    );
  });

  it("gives equal balances when its log is replayed into empty books", async () => {
    const database = await openTestDatabase();
    const histories = fc.sample(calls, { seed: 12, numRuns: 12 });
    const history = histories.flatMap((calls, run) =>
      calls.map((call) => call.map((operation) => withOwnKeys(operation, `${run}`)))
    );
    for (const call of history) await database.transaction((tx) => applyOperations(tx, call));
    const log = await readLog(database);
    expect(new Set(log.map(({ kind }) => kind)).size).toBe(4);
    expect(log.length).toBeGreaterThan(50);
    const before = await readAccounts(database);
    expect(await replay(database, log)).toEqual(before);
  });
});

async function expectSameAsModel(connection: Connection, history: Operation[][]): Promise<void> {
  const model = new Model();
  for (const call of history) {
    const verdicts = await applyOperations(connection, call);
    expect(verdicts.map((verdict) => "reason" in verdict ? verdict.reason : verdict.status))
      .toEqual(model.call(call));
  }
  const accounts = await readAccounts(connection);
  for (const { name, currency, balance_minor, held_minor } of accounts) {
    expect(balance_minor).toBe(model.balances.get(`${name} ${currency}`));
    expect(held_minor).toBe(model.held.get(`${name} ${currency}`) ?? 0n);
  }
  expect(accounts.map(({ name, currency }) => `${name} ${currency}`).sort())
    .toEqual([...model.balances.keys()].sort());
  expect(await checkBooks(connection)).toEqual({ balanced: true, problems: [] });
}

/** The operation under keys that no other run uses. */
function withOwnKeys(operation: Operation, run: string): Operation {
  const own = (key: string): string => `${run}/${key}`;
  const posting = <T extends { key: string; group?: string }>(item: T): T => ({
    ...item,
    key: own(item.key),
    ...(item.group === undefined ? {} : { group: own(item.group) }),
  });
  switch (operation.kind) {
    case "transfer":
      return { ...operation, transfer: posting(operation.transfer) };
    case "hold":
      return { ...operation, hold: posting(operation.hold) };
    case "resolve": {
      const { resolution } = operation;
      return { ...operation, resolution: { ...posting(resolution), hold: own(resolution.hold) } };
    }
    case "reverse": {
      const { reversal } = operation;
      return { ...operation, reversal: { ...posting(reversal), transfer: own(reversal.transfer) } };
    }
  }
}

interface AccountRow {
  name: string;
  currency: string;
  balance_minor: bigint;
  held_minor: bigint;
  version: bigint;
}

async function readAccounts(connection: Connection): Promise<AccountRow[]> {
  const { rows } = await connection.query<AccountRow>(
    `select name, currency, balance_minor, held_minor, version from ledger_accounts
     order by name, currency`,
  );
  return rows;
}

/** What was posted, in its order, as the operations that would post it again. */
async function readLog(connection: Connection): Promise<Operation[]> {
  const { rows } = await connection.query<Record<string, string> & { minor: bigint }>(
    `select t.kind, t.key, f.name as "from", o.name as "to", f.currency, t.minor, x.key as original
     from ledger_transfers t
     join ledger_accounts f on f.id = t.from_account
     join ledger_accounts o on o.id = t.to_account
     left join ledger_transfers x on x.id = t.original_id
     order by t.id`,
  );
  return rows.map(({ kind, key = "", from = "", to = "", currency = "", minor, original = "" }) => {
    const posting = { key, eventAtMs: EXPIRES_AT_MS };
    const transfer = { ...posting, from, to, currency, minor, type: "adjustment" as const };
    switch (kind) {
      case "transfer":
        return { kind, transfer };
      case "hold":
        return { kind, hold: { ...transfer, eventAtMs: AT_MS, expiresAtMs: EXPIRES_AT_MS } };
      case "reversal":
        return { kind: "reverse", reversal: { ...posting, transfer: original } };
      default: {
        const outcome = kind as "post" | "void" | "expire";
        return { kind: "resolve", resolution: { ...posting, hold: original, outcome, minor } };
      }
    }
  });
}

/** Applies a log in a schema of its own, and reads the accounts that come of it. */
async function replay(database: Database, log: readonly Operation[]): Promise<AccountRow[]> {
  const migration = new URL("./migrations/000002_ledger.sql", import.meta.url);
  return await database.withConnection(async (connection) => {
    const { rows: [home] } = await connection.query<{ path: string }>(
      "select current_setting('search_path') as path",
    );
    const schema = `replay_${crypto.randomUUID().slice(0, 8)}`;
    await connection.query(`create schema ${schema}`);
    await connection.query(`set search_path = ${schema}`);
    try {
      await connection.query(await Deno.readTextFile(migration));
      for (const operation of log) {
        expect(await applyOperations(connection, [operation])).toEqual([{ status: "posted" }]);
      }
      expect(await checkBooks(connection)).toEqual({ balanced: true, problems: [] });
      return await readAccounts(connection);
    } finally {
      await connection.query(`set search_path = ${home?.path}`);
      await connection.query(`drop schema ${schema} cascade`);
    }
  });
}
