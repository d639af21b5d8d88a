/** An operator beside the running platform, and after it was killed. */
import { expect, it, onTestFinished } from "vitest";
import { actorsCommand } from "../cli/actors.ts";
import { openDatabase } from "../../db/open_database.ts";
import { createServerDatabase, testDatabaseKind } from "../../db/testing/test_database.ts";
import { ADMIN, openTestSandbox } from "./testing/platform_world.ts";
import { makeTestFolder, startProduct } from "./testing/product_process.ts";

type Json = Record<string, unknown>;

it("looks and mends while it runs, after kill -9, and when it runs again", {
  timeout: 90_000,
}, async () => {
  const { url, people } = await openTestSandbox();
  const databaseUrl = testDatabaseKind === "server" ? await createServerDatabase() : undefined;
  const dataDir = await makeTestFolder();
  const stored = { DATA_DIR: dataDir, ...(databaseUrl && { DATABASE_URL: databaseUrl }) };
  const actors = async (line: string): Promise<{ code: number; out: Json[]; err: string[] }> => {
    const out: Json[] = [];
    const err: string[] = [];
    const code = await actorsCommand([...line.split(" "), "--json"], {
      out: (text) => void out.push(JSON.parse(text)),
      err: (text) => void err.push(text),
      environment: stored,
    });
    return { code, out, err };
  };
  await people.person({ id: ADMIN, first_name: "Olga", language_code: "en" });
  const olga = `user/tg-${ADMIN}`;

  const first = await startProduct({ ...stored, SANDBOX_URL: url });
  await people.write(ADMIN, "/start");
  await people.waitForMessage(ADMIN, ({ from }) => from.is_bot);
  expect(await actors("ls --kind user")).toMatchObject({ code: 0, out: [{ address: olga }] });
  expect(await actors("check")).toMatchObject({ code: 0, out: [{ failing: 0 }] });
  expect(await actors("redrive 1")).toMatchObject({ code: 1, out: [{ status: "notFound" }] });
  expect((await actors("ls --kind ticket")).code).toBe(2);

  await first.kill();
  expect(await actors("show " + olga)).toMatchObject({ code: 0, out: [{ value: "active" }] });
  expect(await actors("stuck")).toMatchObject({ code: 0, out: [] });
  const database = await openDatabase(
    databaseUrl === undefined ? { dataDir } : { url: databaseUrl },
  );
  await database.query(
    `insert into dead_letters (address, event, error, at_ms)
     values ($1, '{"type":"bot.blocked","atMs":1}', 'it broke', 1)`,
    [olga],
  );
  await database.close();

  const second = await startProduct({ ...stored, SANDBOX_URL: url });
  onTestFinished(() => second.kill());
  const redriven = [await actors("redrive 1"), await actors("redrive 1")];
  expect(redriven).toMatchObject([
    { code: 0, out: [{ status: "redriven", outcome: { status: "taken" } }] },
    { code: 1, out: [{ status: "already" }] },
  ]);
  expect(await actors("show " + olga)).toMatchObject({ out: [{ value: "blocked" }] });
});
