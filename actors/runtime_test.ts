import { describe, expect, it } from "vitest";
import { assign, fromPromise, sendParent, sendTo, setup } from "xstate";
import { defineActor } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const counter = setup({
  types: {
    context: {} as { count: number },
    input: {} as { start?: number } | undefined,
    events: {} as { type: "add"; by: number } | { type: "finish" } | { type: "fail" },
  },
  actions: {
    add: assign({ count: ({ context, event }) => context.count + (event as { by: number }).by }),
  },
  guards: {
    fails: () => {
      throw new Error("guard failed");
    },
  },
}).createMachine({
  id: "counter",
  context: ({ input }) => ({ count: input?.start ?? 0 }),
  initial: "counting",
  output: ({ context }) => context.count,
  states: {
    counting: {
      on: {
        add: { actions: "add" },
        finish: "finished",
        fail: { guard: "fails", target: "finished" },
      },
    },
    finished: { type: "final" },
  },
});
const counterActor = defineActor({ kind: "counter", machine: counter });

describe("create()", () => {
  it("creates an actor once and says so the second time", async () => {
    const { runtime } = await startTestRuntime([counterActor]);
    const first = await runtime.create("counter/1", { start: 5 });
    expect(first).toMatchObject({
      status: "accepted",
      view: { value: "counting", context: { count: 5 }, revision: 1 },
    });
    const second = await runtime.create("counter/1", { start: 9 });
    expect(second).toMatchObject({
      status: "duplicate",
      view: { context: { count: 5 }, revision: 1 },
    });
  });

  it.each(["counter", "counter/", "/1", "coun ter/1", "counter/a b", ""])(
    "refuses the address %j",
    async (address) => {
      const { runtime } = await startTestRuntime([counterActor]);
      await expect(runtime.create(address)).rejects.toThrow(TypeError);
    },
  );

  it("refuses a kind that is not defined and names those that are", async () => {
    const { runtime } = await startTestRuntime([counterActor]);
    await expect(runtime.create("other/1")).rejects.toThrow(
      'kind "other" is not defined, known are "counter"',
    );
  });
});

describe("send()", () => {
  it("answers after the commit with the new view", async () => {
    const { runtime } = await startTestRuntime([counterActor]);
    await runtime.create("counter/1");
    const receipt = await runtime.send("counter/1", { type: "add", by: 2 } as never);
    expect(receipt).toMatchObject({
      status: "accepted",
      view: { context: { count: 2 }, revision: 2 },
    });
    expect(await runtime.read("counter/1")).toEqual(receipt.view);
  });

  it("applies a keyed event once, also after a restart", async () => {
    const test = await startTestRuntime([counterActor]);
    await test.runtime.create("counter/1");
    const send = () =>
      test.runtime.send("counter/1", { type: "add", by: 1 } as never, { key: "k" });
    const receipts = await Promise.all([send(), send(), send()]);
    expect(receipts.map((receipt) => receipt.status)).toEqual([
      "accepted",
      "duplicate",
      "duplicate",
    ]);
    await test.restart();
    expect(await send()).toMatchObject({ status: "duplicate", view: { context: { count: 1 } } });
  });

  it("refuses what no state accepts, with a reason, and answers the same to a repeat", async () => {
    const { runtime } = await startTestRuntime([counterActor]);
    await runtime.create("counter/1");
    const unknown = { status: "refused", reason: '"unknown" is not accepted in state counting' };
    expect(await runtime.send("counter/1", { type: "unknown" }, { key: "k" })).toMatchObject(
      unknown,
    );
    expect(await runtime.send("counter/1", { type: "unknown" }, { key: "k" })).toMatchObject(
      unknown,
    );
    await runtime.send("counter/1", { type: "finish" });
    expect(await runtime.send("counter/1", { type: "finish" })).toMatchObject({
      status: "refused",
      reason: '"finish" is not accepted: the actor is done',
      view: { status: "done", output: 0 },
    });
  });

  it("refuses an event for nobody, and creates the actor when told how", async () => {
    const { runtime } = await startTestRuntime([counterActor]);
    const add = { type: "add", by: 1 } as never;
    expect(await runtime.send("counter/1", add)).toMatchObject({
      status: "refused",
      view: undefined,
    });
    expect(await runtime.read("counter/1")).toBeUndefined();
    expect(await runtime.send("counter/1", add, { create: { start: 3 } })).toMatchObject({
      status: "accepted",
      view: { context: { count: 4 } },
    });
  });

  it.each([
    [{ type: "xstate.done.actor.x" }, "only the runtime"],
    [{ type: "xstate.after.1.x" }, "only the runtime"],
    [{ type: "" }, "empty"],
    [{}, "an event is an object with a type"],
    [{ type: "add", by: 1n }, "bigint"],
    [{ type: "add", by: new Map() }, "Map"],
    [{ type: "add", by: NaN }, "NaN"],
    [{ type: "add", text: "x".repeat(300_000) }, "characters"],
  ])("refuses the event %o at the door", async (event, text) => {
    const { runtime } = await startTestRuntime([counterActor]);
    await runtime.create("counter/1");
    await expect(runtime.send("counter/1", event as never)).rejects.toThrow(text);
  });

  it("sets an event aside whose step throws, and the actor stays usable", async () => {
    const { runtime, database } = await startTestRuntime([counterActor]);
    await runtime.create("counter/1");
    const [before, failed, after] = await Promise.all([
      runtime.send("counter/1", { type: "add", by: 1 } as never),
      runtime.send("counter/1", { type: "fail" }, { key: "f" }),
      runtime.send("counter/1", { type: "add", by: 1 } as never),
    ]);
    expect(before.status).toBe("accepted");
    expect(failed).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("guard failed"),
    });
    expect(after).toMatchObject({ status: "accepted", view: { context: { count: 2 } } });
    const { rows } = await database.query("select address, key, error from dead_letters");
    expect(rows).toEqual([{
      address: "counter/1",
      key: "f",
      error: expect.stringContaining("guard failed"),
    }]);
    expect(await runtime.send("counter/1", { type: "fail" }, { key: "f" })).toEqual({
      ...failed,
      view: after.view,
    });
  });

  it("keeps 500 concurrent events of one actor in order", async () => {
    const { runtime } = await startTestRuntime([counterActor]);
    await runtime.create("counter/1");
    const receipts = await Promise.all(
      Array.from({ length: 500 }, () => runtime.send("counter/1", { type: "add", by: 1 } as never)),
    );
    expect(receipts.every((receipt) => receipt.status === "accepted")).toBe(true);
    expect(await runtime.read("counter/1")).toMatchObject({
      context: { count: 500 },
      revision: 501,
    });
  });

  it("answers busy when too much waits for the actor, and loses nothing", async () => {
    const { runtime } = await startTestRuntime([counterActor], { maxPendingPerActor: 3 });
    await runtime.create("counter/1");
    const receipts = await Promise.all(
      Array.from({ length: 5 }, () => runtime.send("counter/1", { type: "add", by: 1 } as never)),
    );
    expect(receipts.map((receipt) => receipt.reason)).toEqual([
      undefined,
      undefined,
      undefined,
      "busy",
      "busy",
    ]);
    expect(await runtime.read("counter/1")).toMatchObject({ context: { count: 3 } });
  });
});

describe("timers", () => {
  const lamp = setup({ delays: { patience: ({ context }) => (context as { ms: number }).ms } })
    .createMachine({
      id: "lamp",
      context: { ms: 5_000 },
      initial: "off",
      states: {
        off: { on: { press: "on" } },
        on: { after: { patience: "off", 60_000: "never" }, on: { press: "off" } },
        never: {},
      },
    });
  const lampActor = defineActor({ kind: "lamp", machine: lamp });

  it("fire when they are due, not before, also after a restart", async () => {
    const test = await startTestRuntime([lampActor]);
    await test.runtime.create("lamp/1");
    await test.runtime.send("lamp/1", { type: "press" });
    await test.advance(4_999);
    expect(await test.runtime.read("lamp/1")).toMatchObject({ value: "on" });
    await test.restart();
    await test.advance(1);
    expect(await test.runtime.read("lamp/1")).toMatchObject({ value: "off" });
  });

  it("that became overdue while nothing ran fire at the start", async () => {
    const test = await startTestRuntime([lampActor]);
    await test.runtime.create("lamp/1");
    await test.runtime.send("lamp/1", { type: "press" });
    await test.runtime.stop();
    test.clock.jumpTo(test.clock.nowMs() + 100_000);
    await test.restart();
    await test.runtime.settled();
    expect(await test.runtime.read("lamp/1")).toMatchObject({ value: "off" });
  });

  it("are gone when the state is left", async () => {
    const test = await startTestRuntime([lampActor]);
    await test.runtime.create("lamp/1");
    await test.runtime.send("lamp/1", { type: "press" });
    await test.advance(3_000);
    await test.runtime.send("lamp/1", { type: "press" });
    await test.runtime.send("lamp/1", { type: "press" });
    await test.advance(4_000);
    expect(await test.runtime.read("lamp/1")).toMatchObject({ value: "on" });
    await test.advance(1_000);
    expect(await test.runtime.read("lamp/1")).toMatchObject({ value: "off" });
    const { rows } = await test.database.query("select wake_at from actors");
    expect(rows).toEqual([{ wake_at: null }]);
  });
});

describe("invoked promises", () => {
  function fetching(work: () => Promise<unknown>) {
    return setup({
      actors: { work: fromPromise(work) },
    }).createMachine({
      id: "fetching",
      context: { result: null as unknown, error: null as unknown },
      initial: "working",
      states: {
        working: {
          invoke: {
            id: "work",
            src: "work",
            onDone: { target: "done", actions: assign({ result: ({ event }) => event.output }) },
            onError: {
              target: "failed",
              actions: assign({ error: ({ event }) => (event.error as Error).message }),
            },
          },
          on: { cancel: "cancelled" },
        },
        done: {},
        failed: {},
        cancelled: {},
      },
    });
  }

  it("answer with their output, as they stand", async () => {
    const machine = fetching(() => Promise.resolve({ answer: 42 }));
    const { runtime, database } = await startTestRuntime([defineActor({ kind: "f", machine })]);
    await runtime.create("f/1");
    await runtime.settled();
    expect(await runtime.read("f/1")).toMatchObject({
      value: "done",
      context: { result: { answer: 42 } },
    });
    expect((await database.query("select 1 from effects")).rowCount).toBe(0);
  });

  it("answer with their error", async () => {
    const machine = fetching(() => Promise.reject(new Error("no luck")));
    const { runtime } = await startTestRuntime([defineActor({ kind: "f", machine })]);
    await runtime.create("f/1");
    await runtime.settled();
    expect(await runtime.read("f/1")).toMatchObject({
      value: "failed",
      context: { error: "no luck" },
    });
  });

  it("are forgotten when their state is left", async () => {
    let finish = (_: unknown): void => {};
    const machine = fetching(() => new Promise((resolve) => (finish = resolve)));
    const { runtime, database } = await startTestRuntime([defineActor({ kind: "f", machine })]);
    await runtime.create("f/1");
    await runtime.send("f/1", { type: "cancel" });
    finish("late");
    await runtime.settled();
    expect(await runtime.read("f/1")).toMatchObject({ value: "cancelled" });
    expect((await database.query("select 1 from effects")).rowCount).toBe(0);
  });
});

describe("child machines", () => {
  const child = setup({ types: { events: {} as { type: "ping" } | { type: "end" } } })
    .createMachine({
      id: "child",
      initial: "idle",
      states: {
        idle: {
          after: {
            1_000: { actions: sendParent({ type: "tick" }), target: "idle", reenter: true },
          },
          on: { ping: { actions: sendParent({ type: "pong" }) }, end: "ended" },
        },
        ended: { type: "final" },
      },
    });
  const parent = setup({ actors: { child } }).createMachine({
    id: "parent",
    context: { pongs: 0, ticks: 0 },
    initial: "busy",
    states: {
      busy: {
        invoke: { id: "child", src: "child", onDone: "free" },
        on: {
          ping: { actions: sendTo("child", { type: "ping" }) },
          end: { actions: sendTo("child", { type: "end" }) },
          leave: "free",
          pong: { actions: assign({ pongs: ({ context }) => context.pongs + 1 }) },
          tick: { actions: assign({ ticks: ({ context }) => context.ticks + 1 }) },
        },
      },
      free: {},
    },
  });
  const parentActor = defineActor({ kind: "parent", machine: parent });

  it("answer within the same commit and have rows and timers of their own", async () => {
    const test = await startTestRuntime([parentActor]);
    await test.runtime.create("parent/1");
    const receipt = await test.runtime.send("parent/1", { type: "ping" });
    expect(receipt.view).toMatchObject({ context: { pongs: 1 } });
    expect(await test.runtime.read("parent/1/child")).toMatchObject({ value: "idle" });
    await test.advance(2_500);
    expect(await test.runtime.read("parent/1")).toMatchObject({ context: { ticks: 2 } });
    await test.restart();
    await test.advance(2_500);
    expect(await test.runtime.read("parent/1")).toMatchObject({ context: { pongs: 1, ticks: 5 } });
  });

  it("report that they are done, and are removed when their state is left", async () => {
    const { runtime, database } = await startTestRuntime([parentActor]);
    await runtime.create("parent/1");
    await runtime.create("parent/2");
    expect((await runtime.send("parent/1", { type: "end" })).view).toMatchObject({ value: "free" });
    await runtime.send("parent/2", { type: "leave" });
    expect((await database.query("select address from actors order by address")).rows)
      .toEqual([{ address: "parent/1" }, { address: "parent/2" }]);
  });
});
