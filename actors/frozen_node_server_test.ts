/** A node stands still past its lease, and wakes up when another one has long taken over. */
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../db/open_database.ts";
import { createServerDatabase } from "../db/testing/test_database.ts";
import { createRuntime } from "./runtime.ts";
import { loadActors } from "./testing/load_actors.ts";
import { findDeviations } from "./testing/mod.ts";
import { startLoad } from "./testing/start_load.ts";

it(
  "a node that was frozen past its lease loses and doubles nothing, and its late answer is dropped",
  {
    timeout: 60_000,
  },
  async () => {
    const url = await createServerDatabase();
    const load = startLoad({ LOAD_URL: url });
    await expect.poll(() => load.accepted().length, { timeout: 20_000 }).toBeGreaterThan(200);
    load.freeze();

    const database = await openDatabase({ url });
    onTestFinished(() => database.close());
    const actors = loadActors(() => Promise.resolve("taken over"));
    const runtime = await createRuntime({ database, actors, log: () => {} });
    await runtime.start();
    onTestFinished(() => runtime.stop());
    // The frozen node may have stood still with actors locked; the server ends its transaction.
    const late = await Promise.all(
      Array.from(
        { length: 80 },
        (_, index) =>
          runtime.send(`counter/${index % 8}`, { type: "add" }, { key: `late-${index}` }),
      ),
    );
    expect(new Set(late.map(({ status }) => status))).toEqual(new Set(["accepted"]));
    await runtime.waitFor("waiter/1", ({ value }) => value.effect === "worked");
    const before = load.accepted().length;

    load.thaw();
    await expect.poll(() => load.lines, { timeout: 10_000 }).toContain("thawed");
    await expect.poll(() => load.accepted().length, { timeout: 20_000 }).toBeGreaterThan(
      before + 200,
    );
    await load.kill();
    // What the killed node had sent may still be committed.
    await expect.poll(async () => {
      const { rowCount } = await database.query(
        `select 1 from pg_stat_activity
         where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`,
      );
      return rowCount;
    }).toBe(0);
    await runtime.settled();

    expect((await runtime.read("waiter/1"))?.context.answers).toEqual(["taken over"]);
    const { rows } = await database.query<{ key: string }>(
      "select e.key from events e where e.key is not null and e.revision is not null",
    );
    const keys = new Set(rows.map(({ key }) => key));
    expect(load.accepted().filter((key) => !keys.has(key))).toEqual([]);
    let counted = 0;
    for (let index = 0; index < 8; index++) {
      counted += (await runtime.read(`counter/${index}`))?.context.count;
    }
    expect(counted).toBe(keys.size);
    expect(await findDeviations(database, actors)).toEqual([]);
  },
);
