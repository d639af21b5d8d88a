import { describe, expect, it } from "vitest";
import { CommitError, sqlState } from "./connection.ts";
import { openTestDatabase } from "./testing/test_database.ts";

/** Each in a transaction of its own text, so that no other test has prepared it. */
const INSERT = "insert into t (n) select * from unnest($1::bigint[])";

describe("statements of a transaction that are issued together", () => {
  it("answer each with its own rows", async () => {
    const database = await openTestDatabase();
    await database.query("create table t (n bigint primary key, note text)");
    const answers = await database.transaction((tx) =>
      Promise.all([
        tx.query(INSERT, [[1n, 2n]]),
        tx.query("select n, note from t order by n", []),
        tx.query("select $1::text as word, null as nothing", ["one"]),
        tx.query("delete from t where n > $1 returning n", [5]),
      ])
    );
    expect(answers).toEqual([
      { rows: [], rowCount: 2, command: "INSERT" },
      { rows: [{ n: 1n, note: null }, { n: 2n, note: null }], rowCount: 2, command: "SELECT" },
      { rows: [{ word: "one", nothing: null }], rowCount: 1, command: "SELECT" },
      { rows: [], rowCount: 0, command: "DELETE" },
    ]);
  });

  it("fail together from the first that fails, and those before it have answered", async () => {
    const database = await openTestDatabase();
    await database.query("create table t (n bigint primary key)");
    await database.transaction(async (tx) => {
      const answers = await Promise.allSettled([
        tx.query(INSERT, [[1n]]),
        tx.query(INSERT, [[1n]]),
        tx.query("select n from t", []),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
      const [, duplicate, after] = answers as PromiseRejectedResult[];
      expect(sqlState(duplicate?.reason)).toBe("23505");
      expect(after?.reason).toBe(duplicate?.reason);
      await tx.query("rollback");
      await tx.query("begin");
    });
    // What was prepared in between is of use again.
    await database.transaction((tx) => tx.query(INSERT, [[1n]]));
    expect((await database.query("select n from t", [])).rows).toEqual([{ n: 1n }]);
  });

  it("do not commit when one of them cannot even be written", async () => {
    const database = await openTestDatabase();
    await database.query("create table t (n bigint primary key)");
    await database.withConnection(async (connection) => {
      const answers = await Promise.allSettled([
        connection.query("begin"),
        connection.query(INSERT, [[1n]]),
        connection.query(INSERT, [[0.5]]),
        connection.query("commit"),
      ]);
      expect(answers.map(({ status }) => status))
        .toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
      const fault = answers[2] as PromiseRejectedResult;
      expect(fault.reason).toBeInstanceOf(RangeError);
      expect((answers[3] as PromiseRejectedResult).reason).toBe(fault.reason);
      await connection.query("rollback");
    });
    expect((await database.query("select n from t", [])).rows).toEqual([]);
  });

  it("do not commit when one that left before could not be written", async () => {
    const database = await openTestDatabase();
    await database.query("create table t (n bigint primary key)");
    await expect(database.transaction(async (tx) => {
      await tx.query(INSERT, [[1n]]);
      await tx.query(INSERT, [["one"]]).catch(() => {});
    })).rejects.toThrow(CommitError);
    expect((await database.query("select n from t", [])).rows).toEqual([]);
  });
});

it("commands without a count, and texts without a statement, are answered", async () => {
  const database = await openTestDatabase();
  const answers = await database.transaction((tx) =>
    Promise.all([
      tx.query("create table t (n int)", []),
      tx.query("-- nothing", []),
      tx.query("select 1 as one", []),
    ])
  );
  expect(answers).toEqual([
    { rows: [], rowCount: 0, command: "CREATE" },
    { rows: [], rowCount: 0, command: "" },
    { rows: [{ one: 1 }], rowCount: 1, command: "SELECT" },
  ]);
});

it("a statement whose columns changed fails once, and runs again then", async () => {
  const database = await openTestDatabase();
  await database.withConnection(async (connection) => {
    const all = "select * from t";
    await connection.query("create table t (n int)");
    await connection.query("insert into t values (1)");
    expect((await connection.query(all, [])).rows).toEqual([{ n: 1 }]);
    await connection.query("alter table t add column note text");
    await expect(connection.query(all, [])).rejects.toThrow("cached plan must not change");
    expect((await connection.query(all, [])).rows).toEqual([{ n: 1, note: null }]);
  });
});
