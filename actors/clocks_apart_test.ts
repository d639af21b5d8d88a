/** Nodes whose clocks differ: what may not be done twice is begun once. */
import { expect, it } from "vitest";
import { fromPromise, type PromiseActorLogic, setup } from "xstate";
import { type ActorDefinition, defineActor, type EffectContext } from "./define_actor.ts";
import { createRuntime } from "./runtime.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const supplied = fromPromise(() => Promise.reject(new Error("Supplied by the runtime")));
const machine = setup({ actors: { work: supplied as PromiseActorLogic<unknown> } }).createMachine({
  id: "worker",
  initial: "idle",
  states: {
    idle: { on: { go: "working" } },
    working: { invoke: { id: "work", src: "work", onDone: "done", onError: "failed" } },
    done: {},
    failed: {},
  },
});

it.each([0, 10_000, -10_000])(
  "what a dead node has begun is not begun again by one whose clock is %i ms behind",
  async (behindMs) => {
    const tries: number[] = [];
    const work = {
      run: (_: unknown, { attempt }: EffectContext) => {
        tries.push(attempt);
        return new Promise(() => {});
      },
      isRepeatable: () => false,
    };
    const actor = (): ActorDefinition =>
      defineActor({ kind: "worker", machine, effects: { work } });
    const { runtime, database, clock } = await startTestRuntime([actor()], { nodeId: "a" });
    await runtime.create("worker/1");
    await runtime.send("worker/1", { type: "go" });
    await expect.poll(() => tries).toEqual([1]);
    clock.advance(1_000);
    // Its lease is over; that it lives on, frozen, nobody can know.
    await database.query("delete from nodes");
    const second = await createRuntime({
      database,
      actors: [actor()],
      nodeId: "b",
      log: () => {},
      clock: {
        nowMs: () => clock.nowMs() - behindMs,
        schedule: (callback, delayMs) => clock.schedule(callback, delayMs),
      },
    });
    await second.start();
    clock.advance(11_000);
    await second.waitFor("worker/1", ({ value }) => value === "failed", { timeoutMs: 20_000 });
    expect(tries).toEqual([1]);
    await second.stop();
  },
);
