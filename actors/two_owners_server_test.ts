/**
 * Two live owners of one actor. Row locks keep them apart; without the locks the fence has to, and
 * without the fence these tests have to notice.
 */
import { describe, expect, it, onTestFinished } from "vitest";
import { assign, type EventObject, fromPromise, type PromiseActorLogic, setup } from "xstate";
import { openDatabase } from "../db/open_database.ts";
import { createServerDatabase } from "../db/testing/test_database.ts";
import { defineActor } from "./define_actor.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import { findDeviations } from "./testing/mod.ts";
import {
  weakened,
  withoutEffectFence,
  withoutHeartbeat,
  withoutLocks,
} from "./testing/weakened_database.ts";

const counter = setup({
  types: { context: {} as { got: number[] }, events: {} as { type: "add"; number: number } },
}).createMachine({
  id: "counter",
  context: { got: [] },
  on: { add: { actions: assign({ got: ({ context, event }) => [...context.got, event.number] }) } },
});
const counterActor = defineActor({ kind: "counter", machine: counter });
const EVENTS = 60;

/** Sends from two nodes to one actor, both without locks. @returns What is wrong afterwards. */
async function twoOwners(url: string): Promise<string[]> {
  const nodes: Runtime[] = [];
  for (let count = 0; count < 2; count++) {
    const database = await openDatabase({ url });
    const runtime = await createRuntime({
      database: weakened(database, withoutLocks),
      actors: [counterActor],
      log: () => {},
      maxBatchSize: 1,
    });
    await runtime.start();
    nodes.push(runtime);
    onTestFinished(async () => {
      await runtime.stop();
      await database.close();
    });
  }
  const [first, second] = nodes as [Runtime, Runtime];
  await first.create("counter/1");
  const receipts = await Promise.all(Array.from({ length: EVENTS }, (_, number) => {
    const event = { type: "add", number } as EventObject;
    return (number % 2 === 0 ? first : second).send("counter/1", event, { key: `k${number}` });
  }));
  for (const node of nodes) await node.settled();
  const problems: string[] = [];
  if (receipts.some(({ status }) => status !== "accepted")) problems.push("not all were accepted");
  const database = await openDatabase({ url });
  problems.push(...await findDeviations(database, [counterActor]));
  await database.close();
  const got: number[] = (await first.read("counter/1"))?.context.got;
  const counts = new Map(got.map((number) => [number, got.filter((one) => one === number).length]));
  for (let number = 0; number < EVENTS; number++) {
    const count = counts.get(number) ?? 0;
    if (count !== 1) problems.push(`event ${number} counts ${count} times`);
  }
  return problems;
}

describe("two owners of one actor at once", () => {
  it("lose and double nothing: the fence stops the later one", async () => {
    expect(await twoOwners(await createServerDatabase())).toEqual([]);
  });

  it("would lose events without the fence, and this is noticed", async () => {
    const url = await createServerDatabase();
    const database = await openDatabase({ url });
    await database.query(
      `create or replace function assert_written(written bigint, expected bigint) returns void
       language sql as $$ $$`,
    );
    await database.close();
    const problems = await twoOwners(url);
    expect(problems.some((problem) => /^event \d+ counts 0 times/.test(problem))).toBe(true);
    expect(problems.some((problem) => problem.includes("the model says"))).toBe(true);
  });
});

const asking = setup({
  types: { context: {} as { answers: string[] } },
  actors: { ask: fromPromise(() => Promise.reject(new Error())) as PromiseActorLogic<string> },
}).createMachine({
  id: "asking",
  context: { answers: [] },
  initial: "waiting",
  states: {
    waiting: {
      invoke: {
        id: "ask",
        src: "ask",
        onDone: {
          target: "answered",
          actions: assign({ answers: ({ context, event }) => [...context.answers, event.output] }),
        },
      },
    },
    answered: {},
  },
});

/**
 * Two owners of one effect: the first is taken for dead, and answers while the second still works.
 * @returns The answers that the actor took.
 */
async function twoAnswers(change: (text: string) => string): Promise<string[]> {
  const url = await createServerDatabase();
  const startNode = async (name: string, weaken: (text: string) => string) => {
    const called = Promise.withResolvers<void>();
    const { promise: answer, resolve: answers } = Promise.withResolvers<string>();
    const database = await openDatabase({ url });
    const runtime = await createRuntime({
      database: weakened(database, weaken),
      actors: [defineActor({
        kind: "asking",
        machine: asking,
        effects: {
          ask: () => {
            called.resolve();
            return answer;
          },
        },
      })],
      log: () => {},
    });
    await runtime.start();
    onTestFinished(async () => {
      answers(name);
      await runtime.stop();
      await database.close();
    });
    return { runtime, called: called.promise, answers: () => answers(name) };
  };
  const first = await startNode("first", (text) => withoutHeartbeat(change(text)));
  await first.runtime.create("asking/1");
  await first.called;
  const second = await startNode("second", change);
  await second.called;
  first.answers();
  await first.runtime.settled();
  second.answers();
  await second.runtime.settled();
  return (await second.runtime.read("asking/1"))?.context.answers;
}

describe("two owners of one effect", () => {
  it("give one answer, that of the later one", async () => {
    expect(await twoAnswers((text) => text)).toEqual(["second"]);
  });

  it("would give the answer of the one that was taken for dead without the fence", async () => {
    expect(await twoAnswers(withoutEffectFence)).toEqual(["first"]);
  });
});
