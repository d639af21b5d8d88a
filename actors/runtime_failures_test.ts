/** What fails is set aside alone, what cannot be read is left alone, and nobody else notices. */
import { describe, expect, it } from "vitest";
import { assign, createMachine, emit, fromPromise, sendParent, setup } from "xstate";
import { defineActor, type Migration } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const breakable = setup({
  types: { context: {} as { count: number; extra?: unknown } },
  actors: { work: fromPromise(() => Promise.reject(new Error("supplied by the runtime"))) },
  guards: {
    throws: () => {
      throw new Error("guard broke");
    },
  },
  actions: {
    breaks: assign(() => {
      throw new Error("assign broke");
    }),
    spoils: assign({ extra: () => new Map() as unknown }),
    add: assign({ count: ({ context }) => context.count + 1 }),
  },
}).createMachine({
  id: "breakable",
  context: { count: 0 },
  initial: "fine",
  on: {
    add: { actions: "add" },
    guard: { guard: "throws" },
    assign: { actions: ["add", "breaks"] },
    spoil: { actions: "spoils" },
    enter: ".broken",
    wait: ".waiting",
    ask: ".asking",
  },
  states: {
    fine: {},
    broken: { entry: "breaks" },
    waiting: {
      after: { 1_000: { actions: "breaks" }, 2_000: { actions: "add", target: "fine" } },
    },
    asking: { invoke: { id: "work", src: "work", onDone: { actions: "breaks" } } },
  },
});
const kind = "breakable";
const effects = { work: () => Promise.resolve("answer") };
const breakableActor = defineActor({ kind, machine: breakable as never, effects });

describe("a step that throws", () => {
  it.each([
    { type: "guard", error: "guard broke" },
    { type: "assign", error: "assign broke" },
    { type: "enter", error: "assign broke" },
    { type: "spoil", error: "Cannot keep Map as JSON, found in the snapshot" },
  ])("in $type commits nothing and is the only one set aside", async ({ type, error }) => {
    const { runtime, database } = await startTestRuntime([breakableActor]);
    await runtime.create("breakable/1");
    await runtime.create("breakable/2");
    const receipts = await Promise.all([
      runtime.send("breakable/1", { type: "add" }),
      runtime.send("breakable/1", { type }),
      runtime.send("breakable/2", { type: "add" }),
      runtime.send("breakable/1", { type: "add" }),
    ]);
    expect(receipts.map(({ status }) => status))
      .toEqual(["accepted", "refused", "accepted", "accepted"]);
    expect(receipts[1]?.reason).toContain(error);
    expect(receipts[3]?.view).toMatchObject({ value: "fine", context: { count: 2 }, revision: 3 });
    expect(await runtime.read("breakable/2")).toMatchObject({ context: { count: 1 } });
    expect((await database.query("select event, error from dead_letters")).rows)
      .toEqual([{ event: JSON.stringify({ type }), error: expect.stringContaining(error) }]);
  });

  it("at a timer takes that timer away, and the next one fires", async () => {
    const test = await startTestRuntime([breakableActor]);
    await test.runtime.create("breakable/1");
    await test.runtime.send("breakable/1", { type: "wait" });
    await test.advance(1_000);
    await expect.poll(async () =>
      (await test.database.query("select 1 from dead_letters")).rowCount
    )
      .toBe(1);
    expect(await test.runtime.read("breakable/1")).toMatchObject({ value: "waiting" });
    await test.advance(1_000);
    expect(await test.runtime.read("breakable/1"))
      .toMatchObject({ value: "fine", context: { count: 1 } });
  });

  it("at a timer spares another that is due with it and looks the same", async () => {
    // All timers of that time and type were taken away.
    const child = createMachine({
      id: "child",
      after: { 1_000: { actions: sendParent({ type: "tick" }) } },
    });
    const machine = setup({
      actors: { child },
      actions: {
        fail: assign(() => {
          throw new Error("no");
        }),
        add: assign({ count: ({ context }) => (context as { count: number }).count + 1 }),
      },
    }).createMachine({
      id: "twins",
      context: { count: 0 },
      invoke: { id: "child", src: "child" },
      on: { tick: { actions: "add" } },
      after: { 1_000: { actions: "fail" } },
    });
    const test = await startTestRuntime([defineActor({ kind: "twins", machine })]);
    await test.runtime.create("twins/1");
    await test.advance(1_000);
    await test.runtime.waitFor("twins/1", (view) => view.context.count === 1);
    expect((await test.database.query("select source from dead_letters")).rows)
      .toEqual([{ source: "timer" }]);
  });

  it("at the answer of an effect sets the answer aside, and the actor goes on", async () => {
    const { runtime, database } = await startTestRuntime([breakableActor]);
    await runtime.create("breakable/1");
    await runtime.send("breakable/1", { type: "ask" });
    await runtime.settled();
    expect((await database.query("select source, event from dead_letters")).rows).toEqual([
      { source: "effect", event: '{"type":"answer of work","output":"answer"}' },
    ]);
    expect((await database.query("select 1 from effects")).rowCount).toBe(0);
    expect(await runtime.send("breakable/1", { type: "add" })).toMatchObject({
      status: "accepted",
    });
  });

  it("holds an actor of a kind that asks for it, with all that is meant for it", async () => {
    const { runtime, database } = await startTestRuntime([
      defineActor({ kind, machine: breakable as never, effects, onFailure: "hold" }),
    ]);
    await runtime.create("breakable/1");
    await runtime.send("breakable/1", { type: "assign" });
    expect(await runtime.send("breakable/1", { type: "add" }, { key: "k" })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("held"),
    });
    await database.query("update actors set is_held = false");
    expect(await runtime.send("breakable/1", { type: "add" }, { key: "k" }))
      .toMatchObject({ status: "accepted" });
  });

  it("with a text that the database refuses is set aside as well", async () => {
    // The NUL made the dead letter itself fail, and with it everything in the batch.
    const machine = createMachine({
      id: "nul",
      on: {
        bad: {
          guard: () => {
            throw new Error("a \0 b");
          },
        },
      },
    });
    const { runtime } = await startTestRuntime([defineActor({ kind: "nul", machine })]);
    await runtime.create("nul/1");
    expect(await runtime.send("nul/1", { type: "bad" }, { key: "k" })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("dead letter"),
    });
    expect(await runtime.send("nul/1", { type: "odd\0type" }, { key: "l" }))
      .toMatchObject({ status: "refused", reason: expect.stringContaining("not accepted") });
  });
});

describe("what follows a commit", () => {
  const noisy = setup({
    actions: {
      later: () => Promise.reject(new Error("too late")) as never,
      now: () => {
        throw new Error("at once");
      },
    },
  }).createMachine({
    id: "noisy",
    on: { go: { actions: ["later", "now", emit({ type: "gone" })] } },
  });

  it("cannot undo or repeat it: throwing actions and listeners are logged", async () => {
    // A listener that threw made the runtime apply the same commit twice and reject its sender.
    const { runtime, logged } = await startTestRuntime([
      defineActor({ kind: "noisy", machine: noisy }),
    ]);
    runtime.onEmit(() => {
      throw new Error("deaf");
    });
    await runtime.create("noisy/1");
    expect(await runtime.send("noisy/1", { type: "go" })).toMatchObject({ status: "accepted" });
    await expect.poll(() => logged.map(({ error }) => (error as Error).message).sort())
      .toEqual(["at once", "deaf", "too late"]);
  });
});

describe("delays", () => {
  it("need not be whole milliseconds", async () => {
    // A fraction was refused by the database's bigint, and the event set aside.
    const machine = createMachine({
      id: "thirds",
      initial: "a",
      states: { a: { after: { third: "b" } }, b: {} },
    }).provide({ delays: { third: () => 1_000 / 3 } } as never);
    const test = await startTestRuntime([defineActor({ kind: "thirds", machine })]);
    expect(await test.runtime.create("thirds/1")).toMatchObject({ status: "accepted" });
    await test.advance(334);
    expect(await test.runtime.read("thirds/1")).toMatchObject({ value: "b" });
  });
});

describe("a stored snapshot", () => {
  const versioned = (version: number, migrations: Record<number, Migration> = {}) =>
    defineActor({
      kind: "doc",
      machine: createMachine({
        id: "doc",
        context: { words: 0 },
        initial: "draft",
        on: { add: { actions: assign({ words: ({ context }) => context.words + 1 }) } },
        states: { draft: { after: { 1_000: "old" } }, old: {} },
      }),
      version,
      migrations,
    });
  const toTwo: Migration = ({ value, context }) => ({ value, context: { words: context.count } });
  const toThree: Migration = ({ value, context }) => ({
    value,
    context: { words: context.words * 10 },
  });

  it("of older code is migrated step by step", async () => {
    const { runtime, database } = await startTestRuntime([versioned(3, { 2: toTwo, 3: toThree })]);
    await database.query(
      `insert into actors (address, revision, snapshot) values ('doc/1', 7,
         '{"format":1,"machine":"doc","version":1,"status":"active","value":"draft","context":{"count":4}}')`,
    );
    expect(await runtime.send("doc/1", { type: "add" })).toMatchObject({
      status: "accepted",
      view: { context: { words: 41 }, revision: 8 },
    });
    expect((await database.query("select snapshot from actors")).rows)
      .toEqual([{ snapshot: expect.stringContaining('"version":3') }]);
  });

  it.each([
    { why: "of newer code", snapshot: { version: 2 }, text: "newer than this code" },
    { why: "of a newer format", snapshot: { format: 9 }, text: "newer code wrote it" },
    { why: "of another machine", snapshot: { machine: "other" }, text: '"other" as "doc"' },
    { why: "in a state that is gone", snapshot: { value: "gone" }, text: "'gone' does not exist" },
  ])("$why is refused and stays as it was, with its timers and messages", async ({
    snapshot,
    text,
  }) => {
    const test = await startTestRuntime([versioned(1)]);
    const { runtime, database } = test;
    await runtime.create("doc/2");
    const stored = JSON.stringify({
      format: 1,
      machine: "doc",
      version: 1,
      status: "active",
      value: "draft",
      context: { words: 1 },
      timers: [{ sendId: "t", dueMs: 1, event: { type: "xstate.after.1000.doc.draft" } }],
      ...snapshot,
    });
    await database.query(
      "insert into actors (address, revision, snapshot, wake_at) values ('doc/1', 7, $1, 1)",
      [stored],
    );
    await database.query(
      `insert into inbox (root, address, event, source)
       values ('doc/1', 'doc/1', '{"type":"add"}', 'doc/2')`,
    );
    const [refused, accepted] = await Promise.all([
      runtime.send("doc/1", { type: "add" }, { key: "k" }),
      runtime.send("doc/2", { type: "add" }),
    ]);
    expect(refused).toMatchObject({ status: "refused", reason: expect.stringContaining(text) });
    expect(accepted).toMatchObject({ status: "accepted" });
    await expect(runtime.read("doc/1")).rejects.toThrow(text);
    // Timers of others fire all the same.
    await test.advance(1_000);
    expect(await runtime.read("doc/2")).toMatchObject({ value: "old" });
    const { rows } = await database.query(
      "select revision, snapshot, wake_at from actors where address = 'doc/1'",
    );
    expect(rows).toEqual([{ revision: 7n, snapshot: stored, wake_at: 1n }]);
    expect((await database.query("select 1 from inbox")).rowCount).toBe(1);
    expect((await database.query("select 1 from dead_letters")).rowCount).toBe(0);
    // Mended, it takes what waited and the repeated event, whose refusal used no key.
    await database.query(
      "update actors set snapshot = $1 where address = 'doc/1'",
      [JSON.stringify({
        ...JSON.parse(stored),
        format: 1,
        machine: "doc",
        version: 1,
        value: "draft",
      })],
    );
    expect(await runtime.send("doc/1", { type: "add" }, { key: "k" }))
      .toMatchObject({ status: "accepted", view: { context: { words: 3 } } });
  });
});

describe("a child machine that throws", () => {
  const failing = createMachine({
    id: "failing",
    on: {
      fail: {
        guard: () => {
          throw new Error("child broke");
        },
      },
    },
  });
  const parent = (onError: object) =>
    defineActor({
      kind: "parent",
      machine: createMachine({
        id: "parent",
        context: { error: "" },
        initial: "busy",
        states: { busy: { invoke: { id: "child", src: "failing", ...onError } }, sad: {} },
      }).provide({ actors: { failing } } as never),
    });

  it("is its parent's to handle when the parent says how, as in XState", async () => {
    const { runtime } = await startTestRuntime([parent({
      onError: {
        target: "sad",
        actions: assign({ error: ({ event }) => (event.error as Error).message }),
      },
    })]);
    await runtime.create("parent/1");
    await runtime.send("parent/1/child", { type: "fail" });
    expect(await runtime.read("parent/1"))
      .toMatchObject({ value: "sad", context: { error: expect.stringContaining("child broke") } });
    expect(await runtime.read("parent/1/child")).toBeUndefined();
  });

  it("is a failed step of the tree otherwise", async () => {
    const { runtime } = await startTestRuntime([parent({})]);
    await runtime.create("parent/1");
    expect(await runtime.send("parent/1/child", { type: "fail" }))
      .toMatchObject({ status: "refused", reason: expect.stringContaining("child broke") });
    expect(await runtime.read("parent/1")).toMatchObject({ value: "busy", status: "active" });
  });
});

describe("the doors", () => {
  it.each([
    { type: "x", to: { "xstate$$type": 1, id: "1", address: "wallet/1" } },
    { type: "x", deep: [{ "zhreb$$error": { name: "E", message: "m" } }] },
  ])("take nothing that would become a reference or an error: %j", async (event) => {
    // A field of an event from outside could be stored and come back as a reference to send to.
    const { runtime } = await startTestRuntime([breakableActor]);
    await expect(runtime.send("breakable/1", event)).rejects.toThrow("Cannot keep a field");
  });

  it.each(["breakable/\ud800", "breakable/a\0"])("refuse the address %j", async (address) => {
    const { runtime } = await startTestRuntime([breakableActor]);
    await expect(runtime.create(address)).rejects.toThrow(TypeError);
  });

  it.each(["", "a\0", "\udfff", "x".repeat(501)])("refuse the key %j", async (key) => {
    const { runtime } = await startTestRuntime([breakableActor]);
    await expect(runtime.send("breakable/1", { type: "add" }, { key })).rejects.toThrow(TypeError);
  });
});
