import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../db/open_database.ts";
import { createServerDatabase, testDatabaseKind } from "../../db/testing/test_database.ts";
import { openOperator } from "./open_operator.ts";

/** Names a database that is not there yet, or is empty on a server. */
async function nameDatabase(): Promise<{ dataDir: string; databaseUrl?: string }> {
  const folder = await Deno.makeTempDir({ prefix: "zhreb-test-" });
  onTestFinished(() => Deno.remove(folder, { recursive: true }));
  const dataDir = join(folder, "data");
  return testDatabaseKind === "embedded"
    ? { dataDir }
    : { dataDir, databaseUrl: await createServerDatabase() };
}

it("opens what a platform has left, as it is", async () => {
  const config = await nameDatabase();
  const { dataDir, databaseUrl: url } = config;
  const open = () => openDatabase(url === undefined ? { dataDir } : { url });
  const database = await open();
  await database.query(
    `insert into dead_letters (address, event, error, at_ms) values ('user/1', '{"type":"go"}', 'x', 1)`,
  );
  await database.close();

  const opened = await openOperator(config, { isCheck: false });
  expect((await opened.operator.deadLetters()).letters).toHaveLength(1);
  expect(opened.mayRun).toBe(url !== undefined);
  await opened.close();

  const older = await open();
  await older.query("delete from migrations where id > 2");
  await older.close();
  await expect(openOperator(config, { isCheck: false })).rejects.toThrow("lacks migration 3");
  const checking = await openOperator(config, { isCheck: true });
  expect(await checking.operator.check()).toMatchObject({ failures: [], counts: [] });
  await checking.close();
  await expect(openOperator(config, { isCheck: false })).rejects.toThrow("lacks migration 3");
});

it("makes nothing where no platform ever was", async () => {
  const config = await nameDatabase();
  if (config.databaseUrl === undefined) {
    await expect(openOperator(config, { isCheck: true })).rejects.toThrow(
      "There is no database in",
    );
    await expect(Deno.stat(config.dataDir)).rejects.toThrow(Deno.errors.NotFound);
    return;
  }
  const database = await openDatabase({ url: config.databaseUrl, migrates: false });
  await database.query("drop schema public cascade");
  await database.query("create schema public");
  await expect(openOperator(config, { isCheck: true })).rejects.toThrow("it was never used");
  const { rows } = await database.query("select 1 from pg_tables where schemaname = 'public'");
  expect(rows).toEqual([]);
  await database.close();
});
