/** What is kept and told of each step. */
import { describe, expect, it } from "vitest";
import { assign, fromPromise, sendParent, setup } from "xstate";
import { defineActor } from "./define_actor.ts";
import type { StepRecord } from "./runtime.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const child = setup({}).createMachine({
  id: "helper",
  initial: "asked",
  states: { asked: { entry: sendParent({ type: "helped" }), type: "final" } },
});
const order = setup({
  actors: { charge: fromPromise(() => Promise.resolve("receipt")), child },
  actions: { tell: (_, _params: { to: string; event: { type: string } }) => {} },
}).createMachine({
  id: "order",
  context: { helped: 0 },
  initial: "open",
  states: {
    open: { on: { pay: "charging" }, after: { 1_000: "late" } },
    charging: { invoke: { src: "charge", onDone: "charged" } },
    charged: {
      invoke: { src: "child", onDone: "telling" },
      on: { helped: { actions: assign({ helped: 1 }) } },
    },
    telling: {
      entry: { type: "tell", params: { to: "order/2", event: { type: "pay" } } },
      type: "final",
    },
    late: { type: "final" },
  },
});
const orderActor = defineActor({ kind: "order", machine: order });

describe("each step", () => {
  it("is told after its commit, and logged with its state, its sender and the sender's step", async () => {
    const { runtime, database } = await startTestRuntime([orderActor]);
    const told: StepRecord[] = [];
    const stop = runtime.onStep((step) => told.push(step));
    await runtime.create("order/2");
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "pay" }, { key: "once" });
    await runtime.settled();
    const expected = [
      ["order/1", 1, "xstate.init", undefined, undefined, "open", undefined],
      ["order/1", 2, "pay", undefined, undefined, "charging", "once"],
      ["order/1", 3, "xstate.done.actor.0.order.charging", "effect", 2, "charged", undefined],
      ["order/1/0.order.charged", 1, "xstate.init", "order/1", 3, "asked", undefined],
      ["order/1", 4, "helped", "order/1/0.order.charged", 1, "charged", undefined],
      ["order/1", 5, "xstate.done.actor.0.order.charged", "order/1/0.order.charged", 1, "telling"],
    ];
    expect(
      told.filter(({ root }) => root === "order/1").map((step) => [
        step.address,
        step.revision,
        step.event.type,
        step.source,
        step.sourceRevision,
        step.view.value,
        step.key,
      ]),
    ).toEqual(expected.map((line) => line.length === 7 ? line : [...line, undefined]));
    expect(told.find(({ root, event }) => root === "order/2" && event.type === "pay"))
      .toMatchObject({ source: "order/1", sourceRevision: 5, view: { value: "charging" } });

    const { rows } = await database.query(
      `select coalesce(e.address, a.address) as address, e.revision::int, e.event::json ->> 'type' as type,
         e.source, e.source_revision::int, e.state, e.key
       from events e join actors a on a.id = e.actor_id where a.address = 'order/1' order by e.id`,
    );
    expect(rows.map((row) => Object.values(row))).toEqual(
      expected.map(([address, revision, type, source, sourceRevision, state, key]) => [
        address,
        revision,
        type,
        source ?? null,
        sourceRevision ?? null,
        JSON.stringify(state),
        key ?? null,
      ]),
    );
    stop();
    told.length = 0;
    await runtime.create("order/3");
    expect(told).toEqual([]);
  });

  it("of a listener that throws is committed all the same", async () => {
    const { runtime, logged } = await startTestRuntime([orderActor]);
    runtime.onStep(() => {
      throw new Error("broken listener");
    });
    expect(await runtime.create("order/1")).toMatchObject({ status: "accepted" });
    expect(logged).toMatchObject([{ level: "error", error: { message: "broken listener" } }]);
  });

  it("tells a timer as its sender, and the status where the actor ends", async () => {
    const { runtime, database, advance } = await startTestRuntime([orderActor]);
    await runtime.create("order/1");
    await advance(1_000);
    const { rows } = await database.query("select source, state, status from events order by id");
    expect(rows).toEqual([
      { source: null, state: '"open"', status: null },
      { source: "timer", state: '"late"', status: "done" },
    ]);
  });
});

describe("the log", () => {
  const DAY_MS = 86_400_000;

  it("is kept for 90 days, and the keys with it", async () => {
    const { runtime, database, clock, restart } = await startTestRuntime([orderActor]);
    const lines = async () =>
      (await database.query<{ n: number }>("select count(*)::int as n from events")).rows[0]?.n;
    await runtime.create("order/1", undefined, { key: "old" });
    clock.advance(89 * DAY_MS);
    await (await restart()).create("order/2", undefined, { key: "young" });
    // The timer of the first has fired meanwhile.
    expect(await lines()).toBe(3);
    clock.advance(2 * DAY_MS);
    await restart();
    expect(await lines()).toBe(3);
    expect((await database.query("select 1 from events where key = 'old'")).rowCount).toBe(0);
    expect((await database.query("select 1 from events where key = 'young'")).rowCount).toBe(1);
  });

  it("of a node whose clock is ahead is kept for as long as the database's clock says", async () => {
    const { database, clock, restart, create } = await startTestRuntime([orderActor]);
    clock.jumpTo(Date.now());
    await create("order/1", undefined, { key: "now" });
    clock.jumpTo(Date.now() + 100 * DAY_MS);
    await restart();
    expect((await database.query("select 1 from events where key = 'now'")).rowCount).toBe(1);
  });

  it("cannot be kept for less than 30 days", async () => {
    await expect(startTestRuntime([orderActor], { keepEventsMs: 30 * DAY_MS - 1 })).rejects.toThrow(
      "keys must be known for 30 days",
    );
  });
});
