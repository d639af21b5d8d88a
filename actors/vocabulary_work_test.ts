/** What a machine can say of promises: as they stand, the same on the durable runtime as in memory. */
import { describe, expect, it } from "vitest";
import {
  type AnyStateMachine,
  assign,
  createMachine,
  enqueueActions,
  fromPromise,
  setup,
  spawnChild,
} from "xstate";
import { defineActor } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";
import { type Build, type Deed, expectSame } from "./testing/yardstick.ts";

// deno-lint-ignore no-explicit-any
type Config = any;

const from = (config: Config, implementations: Config = {}): AnyStateMachine =>
  createMachine({ id: "m", ...config }, implementations) as AnyStateMachine;

const keep = assign({
  got: ({ context, event }: Config) => [...context.got, event.output ?? event.error ?? event.type],
});
const event = (type: string): Deed => ({ type });
const answer = fromPromise(({ input }: { input: Config }) => Promise.resolve({ input }));
const rejecting = (reason: unknown) => fromPromise(() => Promise.reject(reason));

/** Waits in `on` for one promise. */
const waiting = (src: Config, invoke: Config = {}): AnyStateMachine =>
  from({
    context: { got: [] },
    initial: "off",
    states: {
      off: { on: { go: "on" } },
      on: {
        invoke: { src, ...invoke, onDone: { target: "done", actions: keep } },
        on: { leave: "off" },
      },
      done: {},
      failed: {},
    },
  });

interface Row {
  name: string;
  build: Build;
  deeds?: Deed[];
  /** The root after the last deed. */
  ends: object;
}

const rows: Row[] = [
  {
    name: "inline, with input from context and event",
    build: () =>
      waiting(answer, { input: ({ context, event }: Config) => [context.got, event.type] }),
    ends: { value: "done", context: { got: [{ input: [[], "go"] }] } },
  },
  {
    name: "that answer with nothing, with a date, with null",
    build: () =>
      from({
        context: { got: [] },
        invoke: [undefined, new Date(7), null, [undefined]].map((output, index) => ({
          id: `p${index}`,
          src: fromPromise(() => Promise.resolve(output)),
          onDone: {
            actions: assign({
              got: ({ context, event }: Config) => [...context.got, event.output],
            }),
          },
        })),
      }),
    deeds: [],
    ends: { context: { got: [undefined, new Date(7), null, [undefined]] } },
  },
  {
    name: "rejecting with an error that has fields and a cause",
    build: () =>
      waiting(
        rejecting(Object.assign(new Error("no", { cause: new Error("why") }), { status: 404 })),
        {
          onError: {
            guard: ({ event }: Config) =>
              event.error instanceof Error && event.error.status === 404 &&
              event.error.cause.message === "why",
            target: "failed",
            actions: keep,
          },
        },
      ),
    ends: { value: "failed", context: { got: [{ error: "no", status: 404 }] } },
  },
  {
    name: "rejecting with what is no error",
    build: () =>
      waiting(rejecting({ type: "Unavailable" }), { onError: { target: "failed", actions: keep } }),
    ends: { value: "failed", context: { got: [{ type: "Unavailable" }] } },
  },
  {
    name: "rejecting with nobody to be told",
    build: () => waiting(rejecting(new Error("no"))),
    deeds: [event("go"), event("leave")],
    ends: { value: "on", status: "error" },
  },
  {
    name: "that throw before they begin",
    build: () =>
      waiting(
        fromPromise(() => {
          throw new Error("at once");
        }),
        { onError: { target: "failed", actions: keep } },
      ),
    ends: { value: "failed", context: { got: [{ error: "at once" }] } },
  },
  {
    name: "several of one state, one of them left out by always",
    build: () =>
      from({
        context: { got: [] },
        initial: "on",
        states: {
          on: {
            invoke: ["a", "b", "c"].map((id) => ({
              id,
              src: fromPromise(() => Promise.resolve(id)),
              onDone: { actions: keep },
            })),
            always: { guard: ({ context }: Config) => context.got.length === 2, target: "off" },
          },
          off: {},
        },
      }),
    deeds: [],
    ends: { value: "off", context: { got: ["a", "b"] } },
  },
  {
    name: "one after another, begun again when the state is entered again",
    build: (log) =>
      from({
        context: { n: 0 },
        initial: "on",
        states: {
          on: {
            invoke: {
              src: fromPromise((
                { input }: { input: number },
              ) => (log(input), Promise.resolve(input))),
              input: ({ context }: Config) => context.n,
              onDone: [
                {
                  guard: ({ event }: Config) => event.output < 3,
                  target: "on",
                  reenter: true,
                  actions: assign({ n: ({ event }: Config) => event.output + 1 }),
                },
                "off",
              ],
            },
          },
          off: {},
        },
      }),
    deeds: [],
    ends: { value: "off", context: { n: 3 } },
  },
  {
    name: "spawned by name, inline, in an assign and by enqueueActions, with their events by id",
    build: () =>
      from({
        context: { got: [], ref: null },
        on: {
          go: {
            actions: [
              spawnChild("answer", { id: "named", input: 1 }),
              spawnChild(fromPromise(() => Promise.resolve("inline")), { id: "inline" }),
              assign({ ref: ({ spawn }: Config) => spawn("answer", { id: "assigned", input: 2 }) }),
              enqueueActions(({ enqueue }: Config) =>
                enqueue.spawnChild("answer", { id: "queued" })
              ),
            ],
          },
          "xstate.done.actor.*": { actions: keep },
        },
      }, { actors: { answer } }),
    ends: { context: { got: { length: 4 }, ref: { actor: "assigned" } } },
  },
  {
    name: "seen through onSnapshot once, when they begin",
    build: () =>
      from({
        context: { seen: [] },
        invoke: {
          src: answer,
          input: "x",
          onSnapshot: {
            actions: assign({
              seen: ({ context, event: { snapshot } }: Config) => [
                ...context.seen,
                [snapshot.status, snapshot.input],
              ],
            }),
          },
        },
      }),
    deeds: [],
    ends: { context: { seen: [["active", "x"]] } },
  },
];

describe("promises do what they do in memory", () => {
  it.each(rows)("$name", async ({ build, deeds = [event("go")], ends }) => {
    const seen = await expectSame(build, deeds);
    expect(seen.at(-1)?.actors["it/1"]).toMatchObject(ends);
  });
});

describe("what cannot be kept", () => {
  it.each([
    ["Map", new Map()],
    ["Set", new Set()],
    ["NaN", NaN],
    ["bigint", 1n],
    ["function", () => {}],
    ["URL", new URL("http://localhost/")],
  ])(
    "in the context, a %s, is refused with its place, and the actor stays as it was",
    async (name, value) => {
      const machine = setup({ types: { context: {} as { kept: unknown } } }).createMachine({
        id: "m",
        context: { kept: 1 },
        on: { go: { actions: assign({ kept: () => ({ deep: [value] }) }) } },
      });
      const { create, send, runtime } = await startTestRuntime([
        defineActor({ kind: "it", machine }),
      ]);
      await create("it/1");
      const receipt = await send("it/1", { type: "go" });
      expect(receipt.status).toBe("refused");
      expect(receipt.reason).toContain(`Cannot keep`);
      expect(receipt.reason).toContain(name);
      expect(receipt.reason).toContain("context.kept.deep[0]");
      expect(await runtime.read("it/1")).toMatchObject({ context: { kept: 1 }, revision: 1 });
    },
  );

  it("logic without a name, spawned where no definition can see it, is refused with what to do", async () => {
    const hidden = createMachine({ id: "hidden" });
    const machine = from({
      context: {},
      on: { go: { actions: assign({ ref: ({ spawn }: Config) => spawn(hidden) }) } },
    });
    const { create, send } = await startTestRuntime([defineActor({ kind: "it", machine })]);
    await create("it/1");
    expect(await send("it/1", { type: "go" })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("or under actors of defineActor()"),
    });
  });
});
