import { describe, expect, it } from "vitest";
import { setup } from "xstate";
import type { Database } from "../../db/connection.ts";
import { type ActorDefinition, defineActor } from "../define_actor.ts";
import type { TestRuntime } from "../testing/kit.ts";
import { startTestRuntime } from "../testing/test_runtime.ts";
import { type CheckPart, createOperator } from "./operator.ts";
import { defineOrders, orderMachine } from "./testing/orders.ts";

const orders = defineOrders();

async function openWorld(): Promise<TestRuntime> {
  const test = await startTestRuntime([orders]);
  for (const id of [1, 2]) await test.runtime.create(`order/${id}`);
  return test;
}

/** Everything that is stored for actors, to see that nothing of it changes. */
async function storedIn(database: Database): Promise<unknown> {
  const read = async (table: string): Promise<unknown> =>
    (await database.query(`select * from ${table} order by 1`)).rows;
  return await Promise.all(["actors", "events", "effects", "inbox", "dead_letters"].map(read));
}

/** All parts put together; what is stored must be as before. */
async function checkAll(
  { database }: Pick<TestRuntime, "database">,
  actors: readonly ActorDefinition[],
  maxScanned = 100,
): Promise<Pick<CheckPart, "failures" | "counts">> {
  const before = await storedIn(database);
  const operator = createOperator({ database, actors, nowMs: () => 0 });
  const parts = [await operator.check({ maxScanned })];
  for (let next = parts[0]?.next; typeof next === "string"; next = parts.at(-1)?.next) {
    parts.push(await operator.check({ maxScanned, after: next }));
  }
  expect(await storedIn(database)).toEqual(before);
  return {
    failures: parts.flatMap(({ failures }) => failures),
    counts: parts.flatMap(({ counts }) => counts),
  };
}

describe("check()", () => {
  it("finds nothing wrong with what the same code has stored", async () => {
    const test = await openWorld();
    await test.runtime.send("order/1", { type: "wait" });
    await test.runtime.send("order/2", { type: "pay" });
    await test.runtime.settled();
    const of = { kind: "order", codeVersion: 1, failing: 0 };
    expect(await checkAll(test, [orders])).toEqual({
      failures: [],
      counts: [
        { ...of, subject: "actor", storedVersion: 1, checked: 2 },
        { ...of, subject: "effect", storedVersion: null, checked: 1 },
      ],
    });
  });

  it("migrates in memory alone, and names each actor whose migration fails", async () => {
    const test = await openWorld();
    await test.runtime.send("order/2", { type: "add" });
    const next = defineOrders({
      version: 2,
      migrations: {
        2: ({ value, context }) => {
          context.count++;
          if (context.count > 1) throw new Error("cannot count so far");
          return { value, context };
        },
      },
    });
    expect(await checkAll(test, [next])).toEqual({
      failures: [{
        address: "order/2",
        subject: "actor",
        storedVersion: 1,
        codeVersion: 2,
        error: 'Cannot restore a snapshot of "order": cannot count so far',
      }],
      counts: [{
        kind: "order",
        subject: "actor",
        storedVersion: 1,
        codeVersion: 2,
        checked: 2,
        failing: 1,
      }],
    });
    expect(await test.runtime.read("order/2")).toMatchObject({ context: { count: 1 } });
  });

  it.each([
    {
      what: "a snapshot of newer code",
      change: `update actors set snapshot = replace(snapshot, '"version":1', '"version":7')
        where address = 'order/1'`,
      failure: { address: "order/1", storedVersion: 7, codeVersion: 1, error: /newer than this/ },
    },
    {
      what: "a state that is gone",
      change: `update actors set snapshot = replace(snapshot, '"open"', '"gone"')
        where address = 'order/1'`,
      failure: { address: "order/1", storedVersion: 1, error: /Cannot restore.*gone/ },
    },
    {
      what: "what is no JSON",
      change: "update actors set snapshot = '{' where address = 'order/2'",
      failure: { address: "order/2", storedVersion: null, error: /JSON/ },
    },
    {
      what: "an actor of an unknown kind",
      change: "update actors set address = 'gone/1' where address = 'order/1'",
      failure: { address: "gone/1", codeVersion: null, error: /"gone" is not known/ },
    },
    {
      what: "an effect of an unknown name",
      change: `insert into effects (key, address, name, input, fence, attempt, run_at)
        values ('k', 'order/1', 'gone', '{}', 1, 1, 0)`,
      failure: { address: "order/1", subject: "effect", error: /"gone" is not known/ },
    },
    {
      what: "a message for an unknown kind",
      change: `insert into inbox (id, root, address, event, source) overriding system value
        values (-5, 'gone/1', 'gone/1', '{"type":"go"}', 'order/1')`,
      failure: { address: "gone/1", subject: "message", error: /gone\/1/ },
    },
  ])("finds $what", async ({ change, failure }) => {
    const test = await openWorld();
    await test.runtime.stop();
    await test.database.query(change);
    const { failures } = await checkAll(test, [orders]);
    expect(failures).toMatchObject([
      { ...failure, error: expect.stringMatching(failure.error) },
    ]);
  });

  it("finds a delay that the new machine has not any more", async () => {
    const test = await openWorld();
    await test.runtime.send("order/1", { type: "wait" });
    const { config, implementations } = orderMachine as unknown as {
      config: { states: { waiting: { states: Record<string, unknown> } } };
      implementations: never;
    };
    const changed = JSON.parse(JSON.stringify(config)) as typeof config;
    changed.states.waiting.states.short = { after: { 30_000: "long" } };
    const machine = setup(implementations).createMachine(changed as never);
    const next = defineActor({
      kind: "order",
      machine: machine as never,
      effects: { charge: () => Promise.resolve(), notify: () => Promise.resolve() },
    });
    const { failures } = await checkAll(test, [next]);
    expect(failures).toMatchObject([
      { address: "order/1", error: expect.stringContaining("no active state has this delay") },
    ]);
  });

  it("goes through all in parts of any size", async () => {
    const test = await openWorld();
    await test.runtime.create("order/3");
    const { counts } = await checkAll(test, [orders], 1);
    const actors = counts.filter(({ subject }) => subject === "actor");
    expect(actors.reduce((sum, { checked }) => sum + checked, 0)).toBe(3);
  });

  it.each(["nonsense", "actor:x", "message:", "actor"])(
    "refuses to go on after %j",
    async (after) => {
      const operator = createOperator({ database: {} as never, actors: [orders], nowMs: () => 0 });
      await expect(operator.check({ after })).rejects.toThrow("Cannot go on after");
    },
  );
});
