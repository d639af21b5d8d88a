/** Dead letters of each kind as the runtime makes them, and what it makes of them after a redrive. */
import { afterEach, describe, expect, it } from "vitest";
import type { ActorDefinition, EffectDefinition } from "../define_actor.ts";
import type { View } from "../view.ts";
import { startTestRuntime } from "../testing/test_runtime.ts";
import { RetryableError, TerminalError } from "../errors.ts";
import { createOperator, type DeadLetter, type RedriveOutcome } from "./operator.ts";
import { defineOrders, faults, seed } from "./testing/orders.ts";

// Other tests in this process need the fault.
afterEach(() => {
  faults.isBroken = true;
});

async function openWorld(actors: readonly ActorDefinition[] = [defineOrders()]) {
  const test = await startTestRuntime(actors);
  const { runtime, database, clock } = test;
  const operator = createOperator({
    database,
    actors,
    nowMs: () => clock.nowMs(),
    log: () => {},
  });
  const letters = async (): Promise<readonly DeadLetter[]> =>
    (await operator.deadLetters()).letters;
  return {
    test,
    runtime,
    operator,
    letters,
    /** The one letter that there is, as soon as it is there. */
    letter: async (): Promise<DeadLetter> => {
      await expect.poll(letters).toHaveLength(1);
      return (await letters())[0] as DeadLetter;
    },
    /** Redrives the first letter and waits for what becomes of it. */
    redrive: async (): Promise<RedriveOutcome> => {
      const [letter] = await letters() as [DeadLetter];
      const mended = await operator.redrive(letter.id);
      if (mended.status !== "redriven") throw new Error(`It is ${mended.status}`);
      expect(mended.letter).toEqual(letter);
      let outcome: RedriveOutcome = { status: "waiting" };
      await expect.poll(async () => (outcome = await operator.redriveOutcome(mended)).status, {
        timeout: 5_000,
      }).not.toBe("waiting");
      return outcome;
    },
    view: async (address: string): Promise<View | undefined> => await runtime.read(address),
  };
}

describe("redrive()", () => {
  it("of an event lets it count once, with its key", async () => {
    const { runtime, redrive, letters, view } = await openWorld();
    await runtime.create("order/1");
    const send = () => runtime.send("order/1", { type: "fail" }, { key: "k" });
    expect(await send()).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/order broke; kept as/),
    });
    expect(await send()).toMatchObject({ status: "refused" });
    expect(await letters()).toMatchObject([
      { kind: "event", key: "k", event: { type: "fail" }, error: "order broke" },
    ]);
    faults.isBroken = false;
    expect(await redrive()).toEqual({ status: "taken" });
    expect(await view("order/1")).toMatchObject({ context: { count: 100 } });
    expect(await send()).toMatchObject({ status: "duplicate" });
    expect(await view("order/1")).toMatchObject({ context: { count: 100 } });
    expect(await letters()).toEqual([]);
  });

  it("that fails again sets the letter aside again and says so", async () => {
    const { runtime, redrive, letters } = await openWorld();
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "fail" }, { key: "k" });
    const outcome = await redrive();
    const [letter] = await letters();
    expect(outcome).toEqual({ status: "failed", letter });
    expect(letter).toMatchObject({ key: "k", event: { type: "fail" }, error: "order broke" });
    faults.isBroken = false;
    expect(await redrive()).toEqual({ status: "taken" });
  });

  it("is not taken for failed when the same event had failed once more before", async () => {
    const { runtime, redrive, letters } = await openWorld();
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "fail" });
    await runtime.send("order/1", { type: "fail" });
    const [, second] = await letters();
    faults.isBroken = false;
    expect(await redrive()).toEqual({ status: "taken" });
    expect(await letters()).toEqual([second]);
  });

  it("of an event that its actor does not accept any more says so", async () => {
    const { runtime, redrive, letters } = await openWorld();
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "fail" });
    await runtime.send("order/1", { type: "close" });
    const outcome = await redrive();
    expect(outcome).toMatchObject({ status: "failed" });
    expect((await letters())[0]?.error).toContain("the actor is done");
  });

  it("of a timer fires it", async () => {
    const { test, runtime, letter, redrive, view } = await openWorld();
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "tick" });
    await test.advance(1_000);
    expect(await letter()).toMatchObject({ kind: "timer", source: "timer" });
    expect(await view("order/1")).toMatchObject({ value: "ticking" });
    faults.isBroken = false;
    expect(await redrive()).toEqual({ status: "taken" });
    expect(await view("order/1")).toMatchObject({ value: "paid", context: { count: 100 } });
  });

  it("of a timer that sends to another actor says what became of it there", async () => {
    const { test, runtime, redrive, letters } = await openWorld();
    await runtime.create("order/1");
    await runtime.create("order/2");
    await test.database.query(
      `insert into dead_letters (address, kind, event, source, detail, error, at_ms)
       values ('order/1', 'timer', '{"type":"fail"}', 'timer', '{"to":"order/2"}', 'it broke', 5)`,
    );
    const outcome = await redrive();
    expect(outcome).toEqual({ status: "failed", letter: (await letters())[0] });
    expect(outcome).toMatchObject({ letter: { address: "order/2", error: "order broke" } });
  });

  it("of an answer gives it to the invoke that waits", async () => {
    const actors = [defineOrders({
      effects: { charge: () => Promise.resolve("receipt"), notify: () => Promise.resolve() },
    })];
    const { runtime, letter, redrive, view } = await openWorld(actors);
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "pay" });
    expect(await letter()).toMatchObject({ kind: "answer", event: { type: "answer of charge" } });
    expect(await view("order/1")).toMatchObject({ value: "paying" });
    faults.isBroken = false;
    expect(await redrive()).toEqual({ status: "taken" });
    expect(await view("order/1")).toMatchObject({ value: "paid", context: { count: 100 } });
  });

  it.each([{ input: { size: 7 }, size: 7 }, { input: undefined, size: 1 }])(
    "of a creation makes the actor, from $input",
    async ({ input, size }) => {
      const { runtime, redrive, letters, view } = await openWorld([seed]);
      await runtime.create("seed/1", input);
      expect(await letters()).toMatchObject([{ kind: "create", address: "seed/1" }]);
      expect(await view("seed/1")).toBeUndefined();
      faults.isBroken = false;
      expect(await redrive()).toEqual({ status: "taken" });
      expect(await view("seed/1")).toMatchObject({ context: { size } });
    },
  );

  it("of an event that creates its actor makes both happen", async () => {
    const { runtime, redrive, view } = await openWorld([seed]);
    await runtime.send("seed/1", { type: "grow" }, { create: { size: 7 }, key: "k" });
    faults.isBroken = false;
    expect(await redrive()).toEqual({ status: "taken" });
    expect(await view("seed/1")).toMatchObject({ context: { size: 8 } });
  });

  it.each([{ lane: undefined }, { lane: () => "7" }])(
    "of an effect asks first what became of it, and runs it with its key (lane: $lane)",
    async ({ lane }) => {
      const tried: { what: string; key: string }[] = [];
      const notify: EffectDefinition = {
        ...(lane === undefined ? {} : { lane }),
        run: (_, { idempotencyKey: key }) => {
          tried.push({ what: "run", key });
          return faults.isBroken ? Promise.reject(new Error("blocked")) : Promise.resolve();
        },
        reconcile: (_, { idempotencyKey: key }) => {
          tried.push({ what: "reconcile", key });
          return Promise.resolve({ status: "absent" });
        },
      };
      const actors = [defineOrders({ effects: { charge: () => Promise.resolve(), notify } })];
      const { runtime, letter, redrive, letters } = await openWorld(actors);
      await runtime.create("order/1");
      await runtime.send("order/1", { type: "tell" });
      expect(await letter()).toMatchObject({
        kind: "effect",
        error: expect.stringMatching(/blocked/),
      });
      faults.isBroken = false;
      expect(await redrive()).toEqual({ status: "taken" });
      expect(tried.map(({ what }) => what)).toEqual(["run", "reconcile", "run"]);
      expect(new Set(tried.map(({ key }) => key)).size).toBe(1);
      expect(await letters()).toEqual([]);
    },
  );

  it.each([{ lane: undefined }, { lane: () => "7" }])(
    "of an effect that must not be done twice does it when the first try was refused (lane: $lane)",
    async ({ lane }) => {
      let tries = 0;
      const notify: EffectDefinition = {
        ...(lane === undefined ? {} : { lane }),
        isRepeatable: () => false,
        run: () => {
          tries++;
          return faults.isBroken
            ? Promise.reject(new TerminalError("blocked", "refused"))
            : Promise.resolve();
        },
      };
      const actors = [defineOrders({ effects: { charge: () => Promise.resolve(), notify } })];
      const { runtime, letter, redrive, letters } = await openWorld(actors);
      await runtime.create("order/1");
      await runtime.send("order/1", { type: "tell" });
      expect(await letter()).toMatchObject({ kind: "effect" });
      faults.isBroken = false;
      expect(await redrive()).toEqual({ status: "taken" });
      expect(tries).toBe(2);
      expect(await letters()).toEqual([]);
    },
  );

  it("of an effect that must not be done twice does nothing when nobody knows what it did", async () => {
    let tries = 0;
    const notify: EffectDefinition = {
      isRepeatable: () => false,
      run: () => {
        tries++;
        return Promise.reject(new RetryableError("the answer is lost"));
      },
    };
    const actors = [defineOrders({ effects: { charge: () => Promise.resolve(), notify } })];
    const { runtime, letter, redrive } = await openWorld(actors);
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "tell" });
    expect(await letter()).toMatchObject({ error: expect.stringMatching(/^uncertain/) });
    expect(await redrive()).toMatchObject({
      status: "failed",
      letter: { error: expect.stringMatching(/must not be done twice/) },
    });
    expect(tries).toBe(1);
  });

  it("of an effect that fails again sets it aside again and says so", async () => {
    const actors = [defineOrders({
      effects: {
        charge: () => Promise.resolve(),
        notify: () => Promise.reject(new Error("blocked")),
      },
    })];
    const { runtime, letter, redrive } = await openWorld(actors);
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "tell" });
    const { id } = await letter();
    const outcome = await redrive();
    expect(outcome).toMatchObject({ status: "failed", letter: { kind: "effect" } });
    expect((outcome as { letter: DeadLetter }).letter.id).toBeGreaterThan(id);
  });
});

describe("a held actor", () => {
  it.each(["redrive", "drop"] as const)("goes on after the %s of its letter", async (verb) => {
    const { runtime, operator, letter, view } = await openWorld([
      defineOrders({ onFailure: "hold" }),
    ]);
    await runtime.create("order/1");
    await runtime.send("order/1", { type: "fail" });
    expect(await runtime.send("order/1", { type: "add" }))
      .toMatchObject({ status: "refused", reason: expect.stringMatching(/held/) });
    const { id } = await letter();
    faults.isBroken = false;
    expect(await operator[verb](id)).toMatchObject({ isFreed: true });
    await runtime.waitFor(
      "order/1",
      ({ context }) => context.count === (verb === "drop" ? 0 : 100),
    );
    expect(await runtime.send("order/1", { type: "add" })).toMatchObject({ status: "accepted" });
    expect(await view("order/1"))
      .toMatchObject({ context: { count: verb === "drop" ? 1 : 101 } });
  });
});
