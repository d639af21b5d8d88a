/** What a machine can say of child machines: the same on the durable runtime as in memory. */
import { describe, expect, it } from "vitest";
import {
  type AnyStateMachine,
  assign,
  createMachine,
  emit,
  enqueueActions,
  forwardTo,
  fromPromise,
  fromTransition,
  raise,
  sendParent,
  sendTo,
  spawnChild,
  stopChild,
} from "xstate";
import { type ActorOptions, defineActor } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";
import { type Build, type Deed, expectSame } from "./testing/yardstick.ts";

// deno-lint-ignore no-explicit-any
type Config = any;

const from = (config: Config, implementations: Config = {}): AnyStateMachine =>
  createMachine({ id: "m", ...config }, implementations) as AnyStateMachine;

const count = assign({ n: ({ context }: Config) => context.n + 1 });
const note = assign({
  heard: ({ context, event }: Config) => [...context.heard, event.type],
});
const event = (type: string): Deed => ({ type });

/** Counts what it is told, tells its parent of it, ends with the sum, and can fail. */
const worker = (id = "worker"): AnyStateMachine =>
  from({
    id,
    context: ({ input }: Config) => ({ n: input?.from ?? 0 }),
    initial: "idle",
    states: {
      idle: {
        tags: ["waiting"],
        on: {
          work: {
            actions: [
              count,
              sendParent(({ context }: Config) => ({ type: "worked", n: context.n })),
            ],
          },
          quiet: { actions: count },
          end: "ended",
          fail: "failing",
          burst: {
            guard: () => {
              throw new Error("guard");
            },
          },
        },
        after: { 1_000: { actions: sendParent({ type: "bored" }) } },
      },
      failing: { invoke: { src: fromPromise(() => Promise.reject(new Error("broken"))) } },
      ended: { type: "final" },
    },
    output: ({ context }: Config) => context.n,
  });

interface Row {
  name: string;
  build: Build;
  deeds: Deed[];
  options?: Partial<ActorOptions>;
  /** All actors after the last deed. */
  ends: Record<string, object>;
}

/** Notes all events that `config` does not mention. */
const boss = (config: Config, actors: Config = { worker: worker() }): AnyStateMachine =>
  from({
    ...config,
    context: { heard: [], ...config.context },
    on: { "*": { actions: note }, ...config.on },
  }, { actors });

const friend = from({
  id: "friend",
  context: ({ input }: Config) => ({ name: input.name }),
  on: { rename: { actions: assign({ name: ({ event }: Config) => event.name }) } },
});

const rows: Row[] = [
  {
    name: "invoked by name: input, answers in the same turn, output",
    build: () =>
      boss({
        initial: "on",
        states: {
          on: {
            invoke: {
              id: "w",
              src: "worker",
              input: { from: 5 },
              onDone: {
                target: "off",
                actions: assign({ sum: ({ event }: Config) => event.output }),
              },
            },
            on: {
              go: { actions: [sendTo("w", { type: "work" }), sendTo("w", { type: "work" })] },
              end: { actions: sendTo("w", { type: "end" }) },
            },
          },
          off: {},
        },
      }),
    deeds: [event("go"), 1_000, event("end")],
    ends: { "it/1": { value: "off", context: { sum: 7, heard: ["worked", "worked", "bored"] } } },
  },
  {
    name: "invoked inline, two of them, with ids by their places",
    build: () =>
      boss({
        initial: "on",
        states: {
          on: { invoke: [{ src: worker("one") }, { src: worker("two") }], on: { off: "off" } },
          off: {},
        },
      }, {}),
    deeds: [1_000, event("off")],
    ends: { "it/1": { value: "off", context: { heard: ["bored", "bored"] } } },
  },
  {
    name: "stopped when the state is left, and begun anew when it is entered again",
    build: () =>
      boss({
        initial: "on",
        states: {
          on: {
            invoke: { id: "w", src: "worker" },
            on: {
              again: { target: "on", reenter: true },
              go: { actions: sendTo("w", { type: "quiet" }) },
              off: "off",
            },
          },
          off: { on: { on: "on" } },
        },
      }),
    deeds: [
      event("go"),
      event("again"),
      999,
      event("off"),
      10,
      event("on"),
      event("go"),
      event("go"),
    ],
    ends: { "it/1": { value: "on" }, "it/1/w": { context: { n: 2 }, tags: ["waiting"] } },
  },
  {
    name:
      "spawned by name, inline, in an assign and by enqueueActions; stopped by id and by reference",
    build: () =>
      boss({
        context: { ref: null },
        entry: spawnChild("worker", { id: "named", input: { from: 1 } }),
        on: {
          inline: { actions: spawnChild(worker("inline"), { id: "inline", input: { from: 2 } }) },
          assigned: {
            actions: assign({
              ref: ({ spawn }: Config) => spawn("worker", { id: "assigned", input: { from: 3 } }),
            }),
          },
          enqueued: {
            actions: enqueueActions(({ enqueue }: Config) =>
              enqueue.spawnChild("worker", { id: "enqueued" })
            ),
          },
          tell: { actions: sendTo(({ context }: Config) => context.ref, { type: "quiet" }) },
          one: { actions: stopChild("named") },
          other: { actions: stopChild(({ context }: Config) => context.ref) },
          done: { actions: enqueueActions(({ enqueue }: Config) => enqueue.stopChild("inline")) },
        },
      }),
    deeds: ["inline", "assigned", "enqueued", "tell", "one", "other", "done"].map(event),
    ends: {
      "it/1": { context: { ref: { actor: "assigned" } } },
      "it/1/enqueued": { value: "idle" },
    },
  },
  {
    name: "replaced within one step",
    build: () => {
      const spawn = assign({
        ref: ({ spawn, event }: Config) =>
          spawn("worker", { id: "w", input: { from: event.n ?? 0 } }),
      });
      return boss({
        entry: spawn,
        on: {
          restart: { actions: [stopChild("w"), spawn] },
          go: { actions: sendTo("w", { type: "work" }) },
        },
      });
    },
    deeds: [event("go"), { type: "restart", n: 40 } as Deed, event("go")],
    ends: {
      "it/1": { context: { heard: ["worked", "worked"] } },
      "it/1/w": { context: { n: 41 } },
    },
  },
  {
    name: "never begun, when the step that spawns it leaves its state",
    build: () =>
      boss({
        initial: "a",
        states: {
          a: { on: { go: "b" } },
          b: {
            entry: sendTo("w", { type: "work" }),
            invoke: { id: "w", src: "worker" },
            always: "c",
          },
          c: {},
        },
      }),
    deeds: [event("go")],
    ends: { "it/1": { value: "c", context: { heard: [] } } },
  },
  {
    name: "written to by the entry of the state that invokes it",
    build: () =>
      boss({
        initial: "a",
        states: {
          a: { on: { go: "b" } },
          b: {
            entry: sendTo("w", { type: "work" }),
            invoke: { id: "w", src: "worker" },
            on: { back: "a" },
          },
        },
      }),
    deeds: [event("go"), event("back"), event("go")],
    ends: { "it/1": { context: { heard: ["worked", "worked"] } }, "it/1/w": { context: { n: 1 } } },
  },
  {
    name: "spawned by a list of the machine's own, as objects",
    build: () =>
      from({
        context: { friends: [] },
        on: {
          add: {
            actions: assign({
              friends: ({ context, event, spawn }: Config) => [
                ...context.friends,
                spawn(friend, { id: `friend-${event.name}`, input: { name: event.name } }),
              ],
            }),
          },
          remove: {
            actions: [
              stopChild(({ context }: Config) => context.friends[0]),
              assign({ friends: ({ context }: Config) => context.friends.slice(1) }),
            ],
          },
          rename: {
            actions: sendTo(
              ({ context }: Config) => context.friends[0],
              { type: "rename", name: "new" } as never,
            ),
          },
        },
      }),
    options: { actors: { friend } },
    deeds: [
      { type: "add", name: "a" } as Deed,
      { type: "add", name: "b" } as Deed,
      event("remove"),
      event("rename"),
    ],
    ends: {
      "it/1/friend-b": { context: { name: "new" } },
      "it/1": { context: { friends: [{ actor: "friend-b" }] } },
    },
  },
  {
    name: "seen through its snapshots, also after events that change nothing",
    build: () =>
      boss({
        context: { seen: [] },
        invoke: {
          id: "w",
          src: "worker",
          onSnapshot: {
            actions: assign({
              seen: ({ context, event: { snapshot } }: Config) => [
                ...context.seen,
                [
                  snapshot.value,
                  snapshot.context.n,
                  snapshot.status,
                  snapshot.matches("idle"),
                  snapshot.hasTag("waiting"),
                ],
              ],
            }),
          },
        },
        on: { tell: { actions: sendTo("w", ({ event }: Config) => ({ type: event.what })) } },
      }),
    deeds: ["quiet", "unknown", "end"].map((what) => ({ type: "tell", what }) as Deed),
    ends: { "it/1": { context: { seen: { length: 3 } } }, "it/1/w": { status: "done" } },
  },
  {
    name: "read by its parent in guards and assigns",
    build: () =>
      boss({
        context: { sum: 0 },
        entry: assign({
          ref: ({ spawn }: Config) => spawn("worker", { id: "w", input: { from: 1 } }),
        }),
        on: {
          go: { actions: sendTo("w", { type: "quiet" }) },
          look: {
            guard: ({ context }: Config) => context.ref.getSnapshot().matches("idle"),
            actions: assign({
              sum: ({ context, self }: Config) =>
                context.ref.getSnapshot().context.n + self.getSnapshot().context.sum,
            }),
          },
        },
      }),
    deeds: [event("go"), event("look"), event("look")],
    ends: { "it/1": { context: { sum: 4 } } },
  },
  {
    name: "failing: told to onError",
    build: () =>
      boss({
        invoke: {
          id: "w",
          src: "worker",
          onError: { actions: assign({ error: ({ event }: Config) => event.error.message }) },
        },
        on: { fail: { actions: sendTo("w", { type: "fail" }) } },
      }),
    deeds: [event("fail"), event("fail")],
    ends: {
      "it/1": { status: "active", context: { error: "broken" } },
      "it/1/w": { status: "error" },
    },
  },
  {
    name: "throwing: told to onError as well",
    build: () =>
      boss({
        invoke: {
          id: "w",
          src: "worker",
          onError: { actions: assign({ error: ({ event }: Config) => event.error.message }) },
        },
        on: { burst: { actions: sendTo("w", { type: "burst" }) } },
      }),
    deeds: [event("burst"), event("more")],
    ends: {
      "it/1": {
        status: "active",
        context: { error: expect.stringContaining("guard"), heard: ["more"] },
      },
    },
  },
  {
    name: "failing with nobody to be told: the error goes up and ends the parents",
    build: () => {
      const middle = from({
        id: "middle",
        invoke: { id: "w", src: worker() },
        on: { fail: { actions: forwardTo("w") } },
      });
      return from({
        context: {},
        invoke: { id: "mid", src: middle },
        on: { fail: { actions: forwardTo("mid") } },
      });
    },
    deeds: [event("fail")],
    ends: { "it/1": { status: "error" } },
  },
  {
    name: "found by its system id, from anywhere in the tree; freed with its holder",
    build: () => {
      const clerk = from({
        id: "clerk",
        on: {
          ask: { actions: sendTo(({ system }: Config) => system.get("desk"), { type: "quiet" }) },
        },
      });
      return boss({
        initial: "on",
        invoke: { id: "clerk", src: clerk },
        on: { ask: { actions: forwardTo("clerk") }, again: { target: ".on", reenter: true } },
        states: { on: { invoke: { id: "w", src: "worker", systemId: "desk" } } },
      });
    },
    deeds: ["ask", "ask", "again", "ask"].map(event),
    ends: { "it/1/w": { context: { n: 1 } } },
  },
  {
    name: "forwarded to, through two generations and back",
    build: () => {
      const middle = from({
        id: "middle",
        invoke: { id: "w", src: worker() },
        on: {
          work: { actions: forwardTo("w") },
          worked: { actions: sendParent(({ event }: Config) => event) },
        },
      });
      return boss({
        invoke: { id: "mid", src: middle },
        on: { work: { actions: forwardTo("mid") } },
      });
    },
    deeds: [event("work"), event("work"), 1_000],
    ends: {
      "it/1": { context: { heard: ["worked", "worked"] } },
      "it/1/mid/w": { context: { n: 2 } },
    },
  },
  {
    name: "sent to with a delay, unless it is another by then",
    build: () =>
      boss({
        initial: "on",
        states: {
          on: {
            invoke: { id: "w", src: "worker" },
            on: {
              later: { actions: sendTo("w", { type: "quiet" }, { delay: 10 }) },
              again: { target: "on", reenter: true },
            },
          },
        },
      }),
    deeds: [event("later"), 10, event("later"), event("again"), 10, event("later"), 10],
    ends: { "it/1/w": { context: { n: 1 } } },
  },
  {
    name: "with timers of its own beside its parent's, due at once",
    build: () => {
      const child = from({
        id: "child",
        entry: raise({ type: "x" }, { delay: 5 }),
        on: { x: { actions: sendParent({ type: "child" }) } },
      });
      return boss({
        initial: "a",
        states: {
          a: { on: { go: "b" } },
          b: {
            invoke: { src: child, id: "c" },
            entry: [raise({ type: "first" }, { delay: 5 })],
            on: { go: { actions: raise({ type: "third" }, { delay: 5 }) } },
          },
        },
      }, {});
    },
    deeds: [event("go"), 5, event("go"), 5],
    ends: { "it/1": { context: { heard: ["first", "child", "third"] } } },
  },
  {
    name: "of one and the same id as another machine, or of none",
    build: () => {
      const answering = (text: string): AnyStateMachine =>
        createMachine({
          context: {},
          invoke: {
            id: "p",
            src: "answer",
            onDone: { actions: sendParent(({ event }: Config) => ({ type: event.output })) },
          },
        } as Config, {
          actors: { answer: fromPromise(() => Promise.resolve(text)) },
        }) as AnyStateMachine;
      return boss({
        invoke: [{ id: "a", src: answering("from a") }, { id: "b", src: answering("from b") }],
      }, {});
    },
    deeds: [],
    ends: { "it/1": { context: { heard: ["from a", "from b"] } } },
  },
  {
    name: "as transition logic",
    build: () => {
      const tally = fromTransition((sum: number, { type, by }: Config, { emit: tell }: Config) => {
        if (type !== "add") return sum;
        tell({ type: "added" });
        return sum + by;
      }, 0);
      return boss({
        context: { sum: null },
        invoke: {
          id: "tally",
          src: "tally",
          onSnapshot: { actions: assign({ sum: ({ event }: Config) => event.snapshot.context }) },
        },
        on: { add: { actions: forwardTo("tally") } },
      }, { tally });
    },
    deeds: [{ type: "add", by: 2 } as Deed, { type: "add", by: 3 } as Deed],
    ends: { "it/1": { context: { sum: 5 } } },
  },
  {
    name: "stopped with the parent when it is done",
    build: () =>
      from({
        context: {},
        initial: "on",
        entry: [spawnChild("worker", { id: "spawned" }), emit({ type: "on" })],
        states: {
          on: { invoke: { id: "w", src: "worker" }, on: { end: "over" } },
          over: { type: "final" },
        },
      }, { actors: { worker: worker() } }),
    deeds: [event("end"), 2_000],
    ends: { "it/1": { status: "done" } },
  },
];

describe("child machines do what they do in memory", () => {
  it.each(rows)("$name", async ({ build, deeds, options, ends }) => {
    const seen = await expectSame(build, deeds, options);
    expect(seen.at(-1)?.actors).toMatchObject(ends);
  });
});

it("two living children of one system id are refused in XState's words", async () => {
  const machine = boss({
    entry: spawnChild("worker", { id: "a", systemId: "desk" }),
    on: { more: { actions: spawnChild("worker", { id: "b", systemId: "desk" }) } },
  });
  const { create, send } = await startTestRuntime([defineActor({ kind: "it", machine })]);
  await create("it/1");
  expect(await send("it/1", { type: "more" })).toMatchObject({
    status: "refused",
    reason: expect.stringContaining("Actor with system ID 'desk' already exists."),
  });
});
