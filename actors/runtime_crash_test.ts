/** A node is killed in the middle of its work, and another one goes on. */
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { DataDirLockedError } from "../db/embedded.ts";
import { openDatabase } from "../db/open_database.ts";
import { createServerDatabase, testDatabaseKind } from "../db/testing/test_database.ts";
import { createRuntime } from "./runtime.ts";
import { loadActors } from "./testing/load_actors.ts";
import { startLoad } from "./testing/start_load.ts";

/** What a restarted node must have taken up again by then. */
const RESUME_MS = 5_000;

const target = testDatabaseKind === "server"
  ? async () => ({ url: await createServerDatabase() })
  : async () => {
    const folder = await Deno.makeTempDir();
    onTestFinished(() => Deno.remove(folder, { recursive: true }));
    return { dataDir: join(folder, "data") };
  };

describe("after kill -9 in the middle of load", () => {
  it("what was accepted is there once, and timers and effects go on within 5 s", async () => {
    const options = await target();
    const load = startLoad(
      "url" in options ? { LOAD_URL: options.url } : { LOAD_DATA_DIR: options.dataDir },
    );
    await expect.poll(() => load.lines.length, { timeout: 20_000 }).toBeGreaterThan(500);
    await load.kill();
    const keys = load.accepted();
    expect(keys.length).toBeGreaterThan(400);

    const database = await openDatabase(options);
    onTestFinished(() => database.close());
    const actors = loadActors(() => Promise.resolve("second life"));
    const runtime = await createRuntime({ database, actors, log: () => {} });
    const startedMs = Date.now();
    await runtime.start();
    onTestFinished(() => runtime.stop());
    await runtime.waitFor(
      "waiter/1",
      ({ value }) => value.time === "rung" && value.effect === "worked",
      { timeoutMs: RESUME_MS - (Date.now() - startedMs) },
    );
    const repeated = await Promise.all(keys.map((key) => {
      const [index] = key.split("-");
      return runtime.send(`counter/${index}`, { type: "add" }, { key });
    }));
    expect(new Set(repeated.map(({ status }) => status))).toEqual(new Set(["duplicate"]));
    const { rows } = await database.query<{ address: string; taken: bigint }>(
      `select a.address, count(e.key) as taken from actors a join events e on e.actor_id = a.id
       where e.key is not null group by a.address`,
    );
    for (const { address, taken } of rows) {
      expect(await runtime.read(address)).toMatchObject({ context: { count: Number(taken) } });
    }
  });
});

describe.runIf(testDatabaseKind === "embedded")("the folder of the embedded database", () => {
  it("is refused to a second process with a sentence that says what to set, until the first is killed", async () => {
    const { dataDir } = await target() as { dataDir: string };
    const load = startLoad({ LOAD_DATA_DIR: dataDir });
    await expect.poll(() => load.lines[0], { timeout: 20_000 }).toBe("ready");
    const refusal = await openDatabase({ dataDir }).catch((error) => error);
    expect(refusal).toBeInstanceOf(DataDirLockedError);
    expect(refusal.message).toContain("another process has it open");
    expect(refusal.message).toContain("DATA_DIR");
    expect(refusal.message).toContain("DATABASE_URL");
    await load.kill();
    await (await openDatabase({ dataDir })).close();
  });
});
