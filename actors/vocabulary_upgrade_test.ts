/** Stored trees under new code and old: migrations of root and children, and who may write what. */
import { describe, expect, it } from "vitest";
import { type AnyStateMachine, assign, createMachine, forwardTo, sendParent } from "xstate";
import { type ActorDefinition, defineActor, type Migration } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

// deno-lint-ignore no-explicit-any
type Config = any;

const from = (config: Config): AnyStateMachine => createMachine(config) as AnyStateMachine;

/** Adds up under the name `field`, and tells its parent after a second. */
const counter = (field: string, state = "counting"): AnyStateMachine =>
  from({
    id: "counter",
    context: { [field]: 0 },
    initial: state,
    states: {
      [state]: {
        on: {
          add: {
            actions: [
              assign({ [field]: ({ context }: Config) => context[field] + 1 }),
              sendParent(({ context }: Config) => ({ type: "sum", sum: context[field] })),
            ],
          },
        },
        after: { 1_000: { actions: assign({ isLate: true }) } },
      },
    },
  });

const shop = (child: AnyStateMachine, field: string): AnyStateMachine =>
  from({
    id: "shop",
    context: { [field]: 0 },
    invoke: { id: "c", src: child },
    on: {
      add: { actions: forwardTo("c") },
      sum: { actions: assign({ [field]: ({ event }: Config) => event.sum }) },
    },
  });

const first = defineActor({ kind: "shop", machine: shop(counter("n"), "sum") });
const renamed = (from: string, to: string): Migration => ({ value, context }) => ({
  value,
  context: { [to]: context[from] },
});

function second(childMigrations: Record<string, Record<number, Migration>>): ActorDefinition {
  return defineActor({
    kind: "shop",
    machine: shop(counter("count"), "total"),
    version: 2,
    migrations: { 2: renamed("sum", "total") },
    childMigrations,
  });
}

async function startWithStored() {
  const test = await startTestRuntime([first]);
  await test.create("shop/1");
  await test.send("shop/1", { type: "add" });
  const stored = async () =>
    (await test.database.query("select address, revision, snapshot from actors order by address"))
      .rows;
  return Object.assign(test, { stored });
}

describe("a child machine that was stored by older code", () => {
  it("is migrated like its root, and goes on with its timers", async () => {
    const test = await startWithStored();
    await test.restart([second({ counter: { 2: renamed("n", "count") } })]);
    expect((await test.send("shop/1", { type: "add" })).view?.context).toEqual({ total: 2 });
    expect((await test.runtime.read("shop/1/c"))?.context).toEqual({ count: 2 });
    await test.advance(1_000);
    expect((await test.runtime.read("shop/1/c"))?.context).toEqual({ count: 2, isLate: true });
  });

  it("stays as it is when its form has not changed", async () => {
    const test = await startWithStored();
    const next = defineActor({
      kind: "shop",
      machine: shop(counter("n"), "total"),
      version: 3,
      migrations: { 2: renamed("sum", "between"), 3: renamed("between", "total") },
    });
    await test.restart([next]);
    expect((await test.send("shop/1", { type: "add" })).view?.context).toEqual({ total: 2 });
    expect((await test.runtime.read("shop/1/c"))?.context).toEqual({ n: 2 });
  });

  it.each([
    ["whose migration leads to a state that does not exist", {
      2: () => ({ value: "gone", context: {} }),
    }, "'gone' does not exist"],
    ["whose migration fails", {
      2: (): never => {
        throw new Error("cannot convert");
      },
    }, "cannot convert"],
    [
      "whose migration returns nothing",
      { 2: () => undefined as never },
      "has to return { value, context }",
    ],
  ])(
    "%s is refused with the reason, and kept with its whole tree",
    async (_name, migrations, text) => {
      const test = await startWithStored();
      const before = await test.stored();
      await test.restart([second({ counter: migrations })]);
      const receipt = await test.send("shop/1", { type: "add" });
      expect(receipt).toMatchObject({ status: "refused", reason: expect.stringContaining(text) });
      await expect(test.runtime.read("shop/1/c")).rejects.toThrow(text);
      expect(await test.stored()).toEqual(before);
    },
  );
});

describe("older code", () => {
  it("does not touch a tree in which newer code has fired a timer, and newer code goes on", async () => {
    const newer = second({ counter: { 2: renamed("n", "count") } });
    const test = await startWithStored();
    await test.restart([newer]);
    await test.advance(1_000);
    const before = await test.stored();
    await test.restart([first]);
    expect(await test.send("shop/1", { type: "add" })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("newer than this code"),
    });
    await test.advance(5_000);
    expect(await test.stored()).toEqual(before);
    await test.restart([newer]);
    expect((await test.send("shop/1", { type: "add" })).view?.context).toEqual({ total: 2 });
  });
});

describe("a definition", () => {
  it.each([
    [
      { other: { 2: renamed("n", "count") } },
      'childMigrations names "other", child machines are "counter"',
    ],
    [{ counter: { 3: renamed("n", "count") } }, 'childMigrations of "counter" lead to 2 … 2'],
  ])("refuses child migrations that mean nothing", (childMigrations, text) => {
    expect(() => second(childMigrations as never)).toThrow(text);
  });
});
