/** Effects: at least once, with one key, in order, and never blindly where that is not allowed. */
import { describe, expect, it } from "vitest";
import { assign, fromPromise, type PromiseActorLogic, setup } from "xstate";
import { insertEffects, takeOverEffects } from "../db/effects.ts";
import {
  defineActor,
  type EffectContext,
  type EffectDefinition,
  type Reconciled,
} from "./define_actor.ts";
import { EffectRunner } from "./effect_runner.ts";
import { RetryableError } from "./errors.ts";
import { createRuntime } from "./runtime.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";
import { testDatabaseKind } from "../db/testing/test_database.ts";

const supplied = fromPromise(() => Promise.reject(new Error("supplied by the runtime")));
const working = setup({
  types: { events: {} as { type: string; to?: string; text?: string } },
  actors: { work: supplied as PromiseActorLogic<unknown> },
  actions: { notify: (_, _params: { to: string; text: string }) => {} },
}).createMachine({
  id: "working",
  context: { result: null as unknown, error: null as unknown },
  initial: "idle",
  on: {
    notify: {
      actions: {
        type: "notify",
        params: ({ event }) => ({ to: event.to as string, text: event.text as string }),
      },
    },
  },
  states: {
    idle: { on: { go: "working" } },
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
      on: { cancel: "idle", again: { target: "working", reenter: true } },
    },
    done: {},
    failed: {},
  },
});

function worker(work: Partial<EffectDefinition>, notify: Partial<EffectDefinition> = {}) {
  const nothing = (): Promise<void> => Promise.resolve();
  return defineActor({
    kind: "worker",
    machine: working,
    effects: { work: { run: nothing, ...work }, notify: { run: nothing, ...notify } },
  });
}

/** A call that is answered by the test. */
function answering() {
  const calls: (EffectContext & { answer: (output: unknown) => void })[] = [];
  const run = (_: unknown, context: EffectContext): Promise<unknown> =>
    new Promise((resolve) => calls.push({ ...context, answer: resolve }));
  return { calls, run };
}

describe("an invoked effect", () => {
  it("is repeated with growing pauses, in every try with the same key", async () => {
    const tries: { key: string; attempt: number; atMs: number }[] = [];
    const test = await startTestRuntime([worker({
      run: (_, { idempotencyKey, attempt, nowMs }) => {
        tries.push({ key: idempotencyKey, attempt, atMs: nowMs() });
        return attempt < 4
          ? Promise.reject(new RetryableError("not now"))
          : Promise.resolve("at last");
      },
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.advance(10_000);
    expect(await test.runtime.read("worker/1")).toMatchObject({
      value: "done",
      context: { result: "at last" },
    });
    const [first] = tries as [typeof tries[number]];
    expect(tries).toEqual([0, 500, 1_500, 3_500].map((afterMs, index) => ({
      key: first.key,
      attempt: index + 1,
      atMs: first.atMs + afterMs,
    })));
  });

  it("waits as long as the service asks for", async () => {
    const attempts: number[] = [];
    const test = await startTestRuntime([worker({
      run: (_, { attempt }) => {
        attempts.push(attempt);
        return attempt === 1
          ? Promise.reject(new RetryableError("slow down", { retryAfterMs: 42_000 }))
          : Promise.resolve();
      },
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.advance(41_999);
    expect(attempts).toEqual([1]);
    await test.advance(1);
    expect(attempts).toEqual([1, 2]);
  });

  it("fails with the last error after its last try", async () => {
    let tries = 0;
    const test = await startTestRuntime([worker({
      maxAttempts: 3,
      run: () => Promise.reject(new RetryableError(`try ${++tries}`)),
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.advance(60_000);
    expect(await test.runtime.read("worker/1")).toMatchObject({
      value: "failed",
      context: { error: "try 3" },
    });
  });

  it("is given up after its time-out, told so, and tried again", async () => {
    const { calls, run } = answering();
    const test = await startTestRuntime([worker({ run, timeoutMs: 1_000, maxAttempts: 2 })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await expect.poll(() => calls.length).toBe(1);
    // Moved by hand: what waits for an answer is not settled.
    test.clock.advance(1_000);
    await test.runtime.settled();
    expect(calls[0]?.signal.aborted).toBe(true);
    test.clock.advance(500);
    await expect.poll(() => calls.length).toBe(2);
    calls[1]?.answer("in time");
    await test.runtime.settled();
    expect(await test.runtime.read("worker/1")).toMatchObject({
      value: "done",
      context: { result: "in time" },
    });
  });

  it("has its time-out whatever the clock does as it begins", async () => {
    const test = await startTestRuntime([worker({
      run: () => {
        test.clock.jumpTo(test.clock.nowMs() + 3_600_000);
        return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve("ok"))));
      },
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.settled();
    expect(await test.runtime.read("worker/1")).toMatchObject({ value: "done" });
  });

  it("is begun by a node that is asked to end as it commits", async () => {
    const attempts: number[] = [];
    const test = await startTestRuntime([worker({
      isRepeatable: () => false,
      run: (_, { attempt }) => Promise.resolve(void attempts.push(attempt)),
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.restart();
    await test.settled();
    expect(attempts).toEqual([1]);
    expect(await test.runtime.read("worker/1")).toMatchObject({ value: "done" });
  });

  it("that no place was left for as the node ended is begun by the next one", async () => {
    // It looked as if it had been begun, and what may not be repeated was not done at all.
    const attempts = new Map<string, number>();
    const more = 300;
    const test = await startTestRuntime([worker({
      isRepeatable: () => false,
      run: (_, { address, attempt, signal }) => {
        attempts.set(address, attempt);
        const isFirstNode = attempts.size <= 256;
        return isFirstNode
          ? new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error())))
          : Promise.resolve();
      },
    })]);
    await Promise.all(Array.from({ length: more }, async (_, index) => {
      await test.runtime.create(`worker/${index}`);
      await test.runtime.send(`worker/${index}`, { type: "go" });
    }));
    await expect.poll(() => attempts.size).toBe(256);
    await test.restart();
    await expect.poll(() => attempts.size, { timeout: 20_000 }).toBe(more);
    expect([...attempts.values()].filter((attempt) => attempt !== 1)).toEqual([]);
  });

  it("fails when its output cannot be kept, instead of leaving the actor waiting", async () => {
    // The raw output went into the step; the commit failed and the answer became a dead letter.
    const test = await startTestRuntime([worker({ run: () => Promise.resolve(new Map()) })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.runtime.settled();
    expect(await test.runtime.read("worker/1")).toMatchObject({
      value: "failed",
      context: { error: expect.stringContaining("Map") },
    });
  });

  it("is asked what it did before it is repeated", async () => {
    const asked: number[] = [];
    const ran: number[] = [];
    const answers: Reconciled[] = [{ status: "absent" }, { status: "done", output: "found" }];
    const test = await startTestRuntime([worker({
      run: (_, { attempt }) => {
        ran.push(attempt);
        return Promise.reject(new RetryableError("lost the answer"));
      },
      reconcile: (_, { attempt }) => {
        asked.push(attempt);
        return Promise.resolve(answers.shift() as Reconciled);
      },
      isRepeatable: () => false,
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await test.advance(10_000);
    expect([ran, asked]).toEqual([[1, 2], [2, 3]]);
    expect(await test.runtime.read("worker/1")).toMatchObject({ context: { result: "found" } });
  });

  it("of a state that was left is aborted and its answer dropped, also after reentering", async () => {
    const { calls, run } = answering();
    const { runtime } = await startTestRuntime([worker({ run })]);
    await runtime.create("worker/1");
    await runtime.send("worker/1", { type: "go" });
    await runtime.send("worker/1", { type: "again" });
    await expect.poll(() => calls.length).toBe(2);
    const [first, second] = calls as [typeof calls[number], typeof calls[number]];
    expect(first.signal.aborted).toBe(true);
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
    first.answer("of the first");
    second.answer("of the second");
    await runtime.settled();
    expect(await runtime.read("worker/1")).toMatchObject({ context: { result: "of the second" } });
  });

  it("is taken over from a node that is gone, and the late answer of that node is dropped", async () => {
    const { calls, run } = answering();
    const { runtime, database, clock } = await startTestRuntime([worker({ run })]);
    await runtime.create("worker/1");
    await runtime.send("worker/1", { type: "go" });
    await expect.poll(() => calls.length).toBe(1);
    await database.query("delete from nodes");
    const [taken] = await takeOverEffects(database, {
      owner: "other",
      kinds: ["worker"],
      nowMs: clock.nowMs(),
      limit: 10,
    });
    expect(taken).toMatchObject({ fence: 2, attempt: 2, is_uncertain: true });
    calls[0]?.answer("too late");
    await runtime.settled();
    expect(await runtime.read("worker/1")).toMatchObject({ value: "working" });
    expect((await database.query("select owner from effects")).rows).toEqual([{ owner: "other" }]);
  });

  it("goes on with a node of the same name, which is not the one that began it", async () => {
    // With a fixed node id a restarted process took its own old effects for running ones, for ever.
    const { calls, run } = answering();
    const test = await startTestRuntime([worker({ run })], { nodeId: "a" });
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", { type: "go" });
    await expect.poll(() => calls.length).toBe(1);
    await test.database.query("delete from nodes");
    const second = await createRuntime({
      database: test.database,
      actors: [worker({ run })],
      clock: test.clock,
      nodeId: "a",
      log: () => {},
    });
    await second.start();
    await expect.poll(() => calls.length).toBe(2);
    calls[1]?.answer("second life");
    await second.waitFor("worker/1", (view) => view.value === "done");
    calls[0]?.answer("first life");
    await second.stop();
  });
});

describe("children of one name, one after the other", () => {
  it("give their effects different keys", async () => {
    // A child begins at revision 1 again: the second payment had the first one's key, and a provider
    // that honours keys would not have made it.
    const keys: string[] = [];
    const child = setup({ actors: { pay: supplied } }).createMachine({
      id: "child",
      initial: "paying",
      states: { paying: { invoke: { src: "pay", onDone: "paid" } }, paid: { type: "final" } },
    });
    const machine = setup({ actors: { child } }).createMachine({
      id: "shop",
      initial: "open",
      states: {
        open: { on: { buy: "buying" } },
        buying: { invoke: { id: "child", src: "child", onDone: "open" } },
      },
    });
    const shop = defineActor({
      kind: "shop",
      machine,
      effects: {
        pay: (_, { idempotencyKey }) => {
          keys.push(idempotencyKey);
          return Promise.resolve();
        },
      },
    });
    const { runtime } = await startTestRuntime([shop]);
    await runtime.create("shop/1");
    for (let index = 0; index < 3; index++) {
      expect(await runtime.send("shop/1", { type: "buy" })).toMatchObject({ status: "accepted" });
      await runtime.settled();
    }
    expect(new Set(keys).size).toBe(3);
  });
});

describe("effects that nobody awaits", () => {
  const lane = (params: { to: string }): string => params.to;
  const notify = (to: string, text: string) => ({ type: "notify", to, text });

  it("run one after another in their lane, also when one has to be repeated", async () => {
    const said: string[] = [];
    let running = 0;
    const test = await startTestRuntime([worker({}, {
      lane,
      run: async ({ to, text }, { attempt }) => {
        expect(++running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve));
        running--;
        if (text === "1" && attempt < 3) throw new RetryableError("busy", { retryAfterMs: 500 });
        said.push(to + text);
      },
    })]);
    await test.runtime.create("worker/1");
    for (const text of ["0", "1", "2", "3"]) {
      await test.runtime.send("worker/1", notify("a", text) as never);
    }
    await test.runtime.settled();
    expect(said).toEqual(["a0"]);
    await test.advance(5_000);
    expect(said).toEqual(["a0", "a1", "a2", "a3"]);
    expect((await test.database.query("select 1 from effects")).rowCount).toBe(0);
  });

  it("of other lanes do not wait", async () => {
    const said: string[] = [];
    const test = await startTestRuntime([worker({}, {
      lane,
      run: ({ to, text }) => {
        if (to === "a") throw new RetryableError("busy");
        said.push(to + text);
        return Promise.resolve();
      },
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", notify("a", "1") as never);
    await test.runtime.send("worker/1", notify("b", "1") as never);
    await test.runtime.settled();
    expect(said).toEqual(["b1"]);
  });

  it("that can be merged leave one, and the newest", async () => {
    const said: string[] = [];
    let release = (): void => {};
    const first = new Promise<void>((resolve) => (release = resolve));
    const { runtime } = await startTestRuntime([worker({}, {
      lane,
      coalesce: ({ to }) => to,
      run: async ({ text }) => {
        if (text === "0") await first;
        said.push(text);
      },
    })]);
    await runtime.create("worker/1");
    await runtime.send("worker/1", notify("a", "0") as never);
    await Promise.all(
      ["1", "2", "3"].map((text) => runtime.send("worker/1", notify("a", text) as never)),
    );
    await runtime.send("worker/1", notify("a", "4") as never);
    release();
    await runtime.settled();
    expect(said).toEqual(["0", "4"]);
  });

  it("are not repeated after an unknown outcome where that is not allowed", async () => {
    const attempts: number[] = [];
    const test = await startTestRuntime([worker({}, {
      isRepeatable: () => false,
      run: (_, { attempt }) => {
        attempts.push(attempt);
        return Promise.reject(new RetryableError("no answer"));
      },
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", notify("a", "x") as never);
    await test.advance(60_000);
    expect(attempts).toEqual([1]);
    const { rows } = await test.database.query("select error, source from dead_letters");
    expect(rows).toEqual([{ error: "uncertain: no answer", source: "effect" }]);
    expect((await test.database.query("select 1 from effects")).rowCount).toBe(0);
  });

  it("are repeated all the same when the service said that nothing was done", async () => {
    // A mass notice that met a rate limit was dropped as uncertain at its second try.
    const attempts: number[] = [];
    const test = await startTestRuntime([worker({}, {
      lane,
      isRepeatable: () => false,
      run: (_, { attempt }) => {
        attempts.push(attempt);
        return attempt < 3
          ? Promise.reject(
            new RetryableError("429", { retryAfterMs: 1_000, isOutcomeUnknown: false }),
          )
          : Promise.resolve();
      },
    })]);
    await test.runtime.create("worker/1");
    await test.runtime.send("worker/1", notify("a", "x") as never);
    await test.advance(5_000);
    expect(attempts).toEqual([1, 2, 3]);
    expect((await test.database.query("select 1 from dead_letters")).rowCount).toBe(0);
  });

  it("are given back unbegun when the node ends as it claims them", async () => {
    // Another node took a notice that had not begun for one with an unknown outcome, and dropped it.
    const said: string[] = [];
    const actor = worker({}, {
      lane,
      isRepeatable: () => false,
      run: ({ text }) => Promise.resolve(void said.push(text)),
    });
    const { runtime, database, clock } = await startTestRuntime([actor]);
    const stopped = Promise.withResolvers<void>();
    const runner = new EffectRunner({
      database: {
        ...database,
        query: async (text, values) => {
          const claimed = await database.query(text, values);
          runner.stop(0).then(stopped.resolve);
          return claimed as never;
        },
      },
      clock,
      nodeId: "ending",
      definitions: new Map([["worker", actor]]),
      log: () => {},
      referenceTo: () => ({}) as never,
      answer: () => {},
    });
    await insertEffects(database, [{
      key: "k",
      address: "worker/1",
      child_id: null,
      name: "notify",
      machine: null,
      input: JSON.stringify({ to: "a", text: "x" }),
      lane: "a",
      coalesce_key: null,
      owner: null,
      fence: 0,
      attempt: 0,
      run_at: 0,
    }]);
    runner.claim();
    await stopped.promise;
    expect(said).toEqual([]);
    await runtime.create("worker/1");
    await runtime.send("worker/1", notify("a", "y") as never);
    await runtime.settled();
    expect(said).toEqual(["x", "y"]);
  });

  it("are kept as dead letters when they fail, whatever their error says", async () => {
    // A NUL in the text was refused by the database, again and again.
    const { runtime, database } = await startTestRuntime([worker({}, {
      run: () => Promise.reject(new Error("broken \0 text")),
    })]);
    await runtime.create("worker/1");
    await runtime.send("worker/1", notify("a", "x") as never);
    await runtime.settled();
    const { rows } = await database.query("select address, event, error from dead_letters");
    expect(rows).toEqual([{
      address: "worker/1",
      event: JSON.stringify({ type: "effect notify", input: { to: "a", text: "x" } }),
      error: "failed: broken \uFFFD text",
    }]);
  });

  it("of kinds that this code does not know are left for the code that does", async () => {
    // An old node took a new kind's effects over, found nothing to run and answered with an error.
    const { runtime, database, clock } = await startTestRuntime([worker({})]);
    await database.query(
      `insert into effects (key, address, name, input, lane, owner, fence, attempt, run_at)
       values ('k1', 'newer/1', 'x', '{}', null, 'gone', 1, 1, 0),
              ('k2', 'newer/1', 'x', '{}', 'lane', null, 0, 0, 0)`,
    );
    const taker = { owner: "me", kinds: ["worker"], nowMs: clock.nowMs(), limit: 10 };
    expect(await takeOverEffects(database, taker)).toEqual([]);
    await runtime.settled();
    expect((await database.query("select key from effects order by key")).rows)
      .toEqual([{ key: "k1" }, { key: "k2" }]);
  });
});

describe.runIf(testDatabaseKind === "server")("two nodes", () => {
  it("share lanes without doubling or overtaking", async () => {
    const said: string[] = [];
    const actors = [worker({}, {
      lane: ({ to }) => to,
      run: async ({ to, text }) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        said.push(`${to}${text}`);
      },
    })];
    const first = await startTestRuntime(actors);
    const second = await startTestRuntime(actors, { database: first.database });
    await first.runtime.create("worker/1");
    for (let index = 0; index < 20; index++) {
      const node = index % 2 === 0 ? first : second;
      await node.runtime.send("worker/1", { type: "notify", to: "a", text: `${index}` } as never);
    }
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(20);
    expect(said).toEqual(Array.from({ length: 20 }, (_, index) => `a${index}`));
  });
});
