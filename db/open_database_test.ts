import { describe, expect, it } from "vitest";
import { CommitError } from "./connection.ts";
import { openTestDatabase } from "./testing/test_database.ts";

describe("transaction()", () => {
  it("commits what it wrote", async () => {
    const database = await openTestDatabase();
    await database.transaction((tx) => tx.query("create table t as select 1::bigint as n"));
    expect((await database.query("select n from t")).rows).toEqual([{ n: 1n }]);
  });

  it("rolls back when the work throws", async () => {
    const database = await openTestDatabase();
    await expect(database.transaction(async (tx) => {
      await tx.query("create table t (n int)");
      throw new Error("no");
    })).rejects.toThrow("no");
    expect((await database.query("select to_regclass('t') as t")).rows).toEqual([{ t: null }]);
  });

  it("refuses to call a commit what the database rolled back", async () => {
    const database = await openTestDatabase();
    await expect(database.transaction(async (tx) => {
      await tx.query("select 1 / 0").catch(() => {});
    })).rejects.toThrow(CommitError);
  });
});
