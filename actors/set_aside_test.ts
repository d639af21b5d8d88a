/** What is set aside is what failed, whole, and for the one it was meant for. */
import { describe, expect, it } from "vitest";
import { assign, fromPromise, sendTo, setup } from "xstate";
import { defineActor } from "./define_actor.ts";
import { createOperator, type DeadLetter } from "./operator/operator.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

/** What throws until a test mends it. */
function breakable() {
  const fault = { isBroken: true };
  const breaks = (): void => {
    if (fault.isBroken) throw new Error("it broke");
  };
  return { fault, breaks };
}

describe("the answer of an effect that is set aside", () => {
  it.each([
    { what: "an error", run: () => Promise.reject(undefined), got: "error" },
    { what: "an output", run: () => Promise.resolve(undefined), got: "output" },
  ])("stays $what when that is undefined", async ({ run, got }) => {
    const { fault, breaks } = breakable();
    const note = (what: string) => ({
      target: "answered",
      actions: assign(({ event }) => {
        breaks();
        return { got: what, isThere: what in event, isUndefined: event[what] === undefined };
      }),
    });
    const machine = setup({ actors: { work: fromPromise(() => Promise.reject()) } }).createMachine({
      id: "asker",
      context: {},
      initial: "asking",
      states: {
        asking: { invoke: { src: "work", onDone: note("output"), onError: note("error") } },
        answered: {},
      },
    } as never);
    const effects = { work: run };
    const actors = [defineActor({ kind: "asker", machine: machine as never, effects })];
    const { runtime, database, clock } = await startTestRuntime(actors);
    const operator = createOperator({
      database,
      actors,
      nowMs: () => clock.nowMs(),
      log: () => {},
    });
    await runtime.create("asker/1");
    const letters = async () => (await operator.deadLetters()).letters;
    await expect.poll(letters).toMatchObject([{ kind: "answer", error: "it broke" }]);
    fault.isBroken = false;
    await operator.redrive((await letters())[0]?.id as number);
    const { context } = await runtime.waitFor("asker/1", ({ value }) => value === "answered");
    expect(context).toEqual({ got, isThere: true, isUndefined: true });
  });
});

describe("a timer that is set aside", () => {
  it("spares those that older code stored beside it, due at once and without an order", async () => {
    const { breaks } = breakable();
    const machine = setup({
      types: { context: {} as { count: number } },
      actions: {
        fail: assign(() => {
          breaks();
          return {};
        }),
        add: assign({ count: ({ context }) => context.count + 1 }),
      },
    }).createMachine({
      id: "old",
      context: { count: 0 },
      on: { fail: { actions: "fail" }, add: { actions: "add" } },
    });
    const test = await startTestRuntime([defineActor({ kind: "old", machine })]);
    const { runtime, database, clock } = test;
    await runtime.create("old/1");
    const dueMs = clock.nowMs() + 1_000;
    const timers = ["fail", "add", "add"].map((type, index) => ({
      sendId: `${type}${index}`,
      dueMs,
      event: { type },
    }));
    await database.query(
      "update actors set wake_at = $1, snapshot = (snapshot::jsonb || $2::jsonb)::text",
      [dueMs, JSON.stringify({ timers })],
    );
    await test.restart();
    await test.advance(1_000);
    expect((await test.runtime.read("old/1"))?.context).toEqual({ count: 2 });
    expect((await database.query("select address, event from dead_letters")).rows)
      .toEqual([{ address: "old/1", event: '{"type":"fail"}' }]);
  });
});

describe("a timer that sends to another", () => {
  async function startWorld() {
    const { fault, breaks } = breakable();
    const kid = setup({}).createMachine({
      id: "kid",
      context: { got: 0 },
      on: {
        poke: {
          actions: assign(({ context }) => {
            breaks();
            return { got: context.got + 1 };
          }),
        },
      },
    });
    const later = { delay: 1_000 };
    const machine = setup({ actors: { kid } }).createMachine({
      id: "parent",
      initial: "raising",
      on: {
        poke: { actions: sendTo("kid", { type: "poke" }, later) },
        renew: { target: ".raising", reenter: true },
        forge: {
          actions: sendTo(({ system }) => system.get("parent/2"), { type: "xstate.forged" }, later),
        },
      },
      states: { raising: { invoke: { id: "kid", src: "kid" } } },
    });
    const actors = [defineActor({ kind: "parent", machine: machine as never })];
    const test = await startTestRuntime(actors);
    const { runtime, database, clock } = test;
    const operator = createOperator({
      database,
      actors,
      nowMs: () => clock.nowMs(),
      log: () => {},
    });
    await runtime.create("parent/1");
    const letter = async () => {
      const letters = async () => (await operator.deadLetters()).letters;
      await expect.poll(letters).toHaveLength(1);
      return (await letters())[0] as DeadLetter;
    };
    return { fault, test, runtime, operator, letter };
  }

  it("is set aside for its receiver, who gets it by a redrive", async () => {
    const { fault, test, runtime, operator, letter } = await startWorld();
    await runtime.send("parent/1", { type: "poke" });
    await test.advance(1_000);
    const { id, ...kept } = await letter();
    expect(kept).toMatchObject({
      kind: "timer",
      address: "parent/1/kid",
      event: { type: "poke" },
      error: "it broke",
    });
    fault.isBroken = false;
    expect(await operator.redrive(id)).toMatchObject({ status: "redriven" });
    await runtime.waitFor("parent/1/kid", ({ context }) => context.got === 1);
  });

  it("is not given to a later child of the same name", async () => {
    const { fault, test, runtime, operator, letter } = await startWorld();
    await runtime.send("parent/1", { type: "poke" });
    await test.advance(1_000);
    const { id } = await letter();
    await runtime.send("parent/1", { type: "renew" });
    fault.isBroken = false;
    expect(await operator.redrive(id)).toEqual({
      status: "refused",
      reason: 'the "parent/1/kid" that it was meant for is gone; it can be dropped',
    });
    expect(await operator.drop(id)).toMatchObject({ status: "dropped" });
  });

  it("of another tree is kept for its sender, and cannot be forged by a redrive", async () => {
    const { test, runtime, operator, letter } = await startWorld();
    await runtime.create("parent/2");
    await runtime.send("parent/1", { type: "forge" });
    await test.advance(1_000);
    const { id, address } = await letter();
    expect(address).toBe("parent/1");
    expect(await operator.redrive(id)).toMatchObject({
      status: "refused",
      reason: expect.stringContaining('cannot send "xstate.forged" to another'),
    });
  });
});
