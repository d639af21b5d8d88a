/** Two nodes that fail at the same message: it is set aside once, and nothing else with it. */
import { describe, expect, it, onTestFinished } from "vitest";
import { assign, setup } from "xstate";
import { openDatabase } from "../db/open_database.ts";
import { createServerDatabase } from "../db/testing/test_database.ts";
import { defineActor } from "./define_actor.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import { FakeClock } from "./testing/fake_clock.ts";

const machine = setup({
  types: { context: {} as { count: number } },
  actions: {
    add: assign({ count: ({ context }) => context.count + 1 }),
    fail: assign(() => {
      throw new Error("it broke");
    }),
  },
}).createMachine({
  id: "counter",
  context: { count: 0 },
  on: { add: { actions: "add" }, poison: { actions: "fail" } },
  initial: "idle",
  states: {
    idle: { on: { wait: "waiting" } },
    waiting: { after: { 1_000: { actions: "fail" }, 2_000: { actions: "add" } } },
  },
});
const actors = [defineActor({ kind: "counter", machine })];

/** Resolves for all who call it as soon as `count` have called it. */
function meeting(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let missing = count;
  return () => {
    if (--missing === 0) resolve();
    return promise;
  };
}

/** Two nodes of which none takes a message away before both have failed at it. */
async function startNodes() {
  const url = await createServerDatabase();
  const clock = new FakeClock();
  const meet = meeting(2);
  const startNode = async (): Promise<Runtime> => {
    const database = await openDatabase({ url });
    const runtime = await createRuntime({
      database: {
        ...database,
        transaction: async (work, options) => {
          await meet();
          return await database.transaction(work, options);
        },
      },
      actors,
      clock,
      log: () => {},
    });
    await runtime.start();
    onTestFinished(async () => {
      await runtime.stop();
      await database.close();
    });
    return runtime;
  };
  const database = await openDatabase({ url });
  onTestFinished(() => database.close());
  const first = await startNode();
  await first.create("counter/1");
  const letters = async () =>
    (await database.query("select kind, event, key from dead_letters order by id")).rows;
  const settled = async (...nodes: Runtime[]): Promise<void> => {
    for (const node of nodes) await node.settled();
  };
  return { first, startNode, settled, database, clock, letters };
}

describe("two nodes that fail at once", () => {
  it("at one timer leave the next one", async () => {
    const { first, startNode, settled, clock, letters } = await startNodes();
    await first.send("counter/1", { type: "wait" });
    const second = await startNode();
    await settled(first, second);
    clock.advance(1_000);
    await expect.poll(letters).not.toEqual([]);
    await settled(first, second);
    expect(await letters()).toEqual([
      { kind: "timer", event: '{"type":"xstate.after.1000.counter.waiting"}', key: null },
    ]);
    clock.advance(1_000);
    await first.waitFor("counter/1", ({ context }) => context.count === 1);
  });

  it("at one message of an inbox leave the next ones, and their keys", async () => {
    const { first, startNode, settled, database, letters } = await startNodes();
    const second = await startNode();
    await database.query(
      `insert into inbox (root, address, event, key)
       select 'counter/1', 'counter/1', json_build_object('type', type), type || number
       from (values (1, 'poison'), (2, 'add'), (3, 'add')) as message(number, type)`,
    );
    await first.waitFor("counter/1", ({ context }) => context.count === 2);
    await settled(first, second);
    expect(await letters()).toMatchObject([{ kind: "event", key: "poison1" }]);
    expect(await first.send("counter/1", { type: "add" }, { key: "add2" }))
      .toMatchObject({ status: "duplicate" });
  });
});
