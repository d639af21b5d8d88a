import { describe, expect, it } from "vitest";
import { createMachine } from "xstate";
import { defineActor } from "../define_actor.ts";
import type { TestRuntime } from "../testing/kit.ts";
import { startTestRuntime } from "../testing/test_runtime.ts";
import { createOperator, type ListQuery, type Operator } from "./operator.ts";
import { defineOrders } from "./testing/orders.ts";

const note = defineActor({
  kind: "note",
  machine: createMachine({
    id: "note",
    type: "parallel",
    states: { left: { initial: "one", states: { one: {} } }, right: {} },
  }),
});
const actors = [defineOrders(), note];

async function openWorld(): Promise<{ test: TestRuntime; operator: Operator }> {
  const test = await startTestRuntime(actors);
  const { runtime, database, clock } = test;
  for (const id of [1, 2, 3, 4]) await runtime.create(`order/${id}`);
  await runtime.create("note/1");
  await runtime.send("order/2", { type: "wait" });
  await runtime.send("order/3", { type: "ship" });
  await runtime.send("order/4", { type: "pay" });
  return { test, operator: createOperator({ database, actors, nowMs: () => clock.nowMs() }) };
}

describe("list()", () => {
  it("tells of each root what it is in and what is on its way", async () => {
    const { test, operator } = await openWorld();
    const { actors: rows, next } = await operator.list();
    const nothing = {
      problem: null,
      status: "active",
      isHeld: false,
      children: 0,
      timers: 0,
      earliestTimerMs: null,
      effects: 0,
      inbox: 0,
      deadLetters: 0,
      tags: [],
    };
    expect(rows).toEqual([
      { ...nothing, address: "order/1", kind: "order", value: "open", revision: 1 },
      {
        ...nothing,
        address: "order/2",
        kind: "order",
        value: { waiting: "short" },
        revision: 2,
        tags: ["patient"],
        timers: 1,
        earliestTimerMs: test.clock.nowMs() + 60_000,
      },
      {
        ...nothing,
        address: "order/3",
        kind: "order",
        value: "shipping",
        revision: 2,
        children: 1,
      },
      { ...nothing, address: "order/4", kind: "order", value: "paying", revision: 2, effects: 1 },
      {
        ...nothing,
        address: "note/1",
        kind: "note",
        value: { left: "one", right: {} },
        revision: 1,
      },
    ]);
    expect(next).toBeNull();
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });

  it.each<[ListQuery, string[]]>([
    [{ kind: "note" }, ["note/1"]],
    [{ state: "open" }, ["order/1"]],
    [{ state: "waiting" }, ["order/2"]],
    [{ state: "waiting.short" }, ["order/2"]],
    [{ state: { waiting: "short" } }, ["order/2"]],
    [{ state: "left.one" }, ["note/1"]],
    [{ state: "waiting.long" }, []],
    [{ state: "nowhere" }, []],
    [{ tag: "patient" }, ["order/2"]],
    [{ tag: "patient", kind: "note" }, []],
    [{ limit: 2 }, ["order/1", "order/2"]],
  ])("finds by %j", async (query, addresses) => {
    const { operator } = await openWorld();
    const { actors: rows } = await operator.list(query);
    expect(rows.map(({ address }) => address)).toEqual(addresses);
  });

  it.each<ListQuery>([{ limit: 2 }, { maxScanned: 2 }, { limit: 1, maxScanned: 3 }])(
    "goes on where the page before ended, by %j",
    async (query) => {
      const { operator } = await openWorld();
      const seen: string[] = [];
      let after: number | null = 0;
      while (after !== null) {
        const page = await operator.list({ ...query, after });
        seen.push(...page.actors.map(({ address }) => address));
        after = page.next;
      }
      expect(seen).toEqual(["order/1", "order/2", "order/3", "order/4", "note/1"]);
    },
  );

  it("lists what it cannot read, with the reason", async () => {
    const { test, operator } = await openWorld();
    await test.database.query("update actors set snapshot = '{' where address = 'order/1'");
    const fewer = createOperator({
      database: test.database,
      actors: [note],
      nowMs: () => 0,
    });
    expect((await operator.list({ limit: 1 })).actors).toMatchObject([
      { address: "order/1", status: "unreadable", value: null, problem: /Cannot restore/ },
    ].map((row) => ({ ...row, problem: expect.stringMatching(row.problem) })));
    expect((await fewer.list({ limit: 1 })).actors[0]).toMatchObject({
      status: "unreadable",
      problem: 'Kind "order" is not known to this code; it knows note',
    });
  });

  it.each<[ListQuery, string]>([
    [{ kind: "nothing" }, 'There is no kind "nothing", known are order, note'],
    [{ limit: 0 }, "limit is 0, allowed is a whole number from 1 to 1000"],
    [{ limit: 1_001 }, "limit is 1001"],
    [{ state: { open: 5 } }, 'A state is a name, a path like "open.waiting"'],
    [{ state: [] as never }, "got []"],
    [{ after: -1 }, "after is -1"],
    [{ after: 1.5 }, "after is 1.5"],
  ])("refuses %j", async (query, message) => {
    const operator = createOperator({ database: {} as never, actors, nowMs: () => 0 });
    await expect(operator.list(query)).rejects.toThrow(message);
  });
});
