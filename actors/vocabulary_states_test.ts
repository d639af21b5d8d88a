/** What one machine can say of states, time and data: the same on the durable runtime as in memory. */
import { describe, expect, it } from "vitest";
import {
  and,
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  not,
  or,
  raise,
  sendTo,
  setup,
  stateIn,
} from "xstate";
import { type Build, type Deed, expectSame, type Seen } from "./testing/yardstick.ts";

// deno-lint-ignore no-explicit-any
type Config = any;

/** A machine from its plain configuration, whose types do not matter here. */
const from = (config: Config, implementations: Config = {}): AnyStateMachine =>
  createMachine({ id: "m", ...config }, implementations) as AnyStateMachine;

const root = (seen: readonly Seen[]) => seen.at(-1)?.actors["it/1"];
const count = assign({ n: ({ context }: Config) => context.n + 1 });
const events = (...types: string[]): Deed[] => types.map((type) => ({ type }));

interface Row {
  name: string;
  build: Build;
  deeds: Deed[];
  input?: unknown;
  /** Of the root, after the last deed: that the test is about something. */
  ends: object;
}

const region = { initial: "a", states: { a: { on: { next: "b" } }, b: { on: { next: "a" } } } };
const past = (history: "shallow" | "deep"): Config => ({
  initial: "on",
  states: {
    on: {
      initial: "low",
      states: {
        low: { on: { up: "high" } },
        high: { initial: "x", states: { x: { on: { up: "y" } }, y: {} } },
        past: { type: "history", history },
        other: { type: "history", history, target: "high.y" },
      },
      on: { off: "off" },
    },
    off: { on: { on: "on.past", other: "on.other" } },
  },
});

const rows: Row[] = [
  {
    name: "parallel states, and the final states of all of them",
    build: () =>
      from({
        initial: "both",
        states: {
          both: {
            type: "parallel",
            states: {
              left: { initial: "a", states: { a: { on: { l: "end" } }, end: { type: "final" } } },
              right: { initial: "a", states: { a: { on: { r: "end" } }, end: { type: "final" } } },
            },
            onDone: "done",
          },
          done: { tags: ["over", "out"] },
        },
      }),
    deeds: events("l", "l", "r"),
    ends: { value: "done", tags: ["out", "over"] },
  },
  {
    name: "one event in several regions, and a parallel root",
    build: () => from({ type: "parallel", states: { one: region, two: region, three: {} } }),
    deeds: events("next", "next", "next"),
    ends: { value: { one: "b", two: "b", three: {} } },
  },
  {
    name: "shallow history",
    build: () => from(past("shallow")),
    deeds: events("up", "up", "off", "on", "up"),
    ends: { value: { on: { high: "y" } } },
  },
  {
    name: "deep history",
    build: () => from(past("deep")),
    deeds: events("up", "up", "off", "on", "off", "on"),
    ends: { value: { on: { high: "y" } } },
  },
  {
    name: "history with nothing to remember",
    build: () => from(past("deep")),
    deeds: events("off", "on", "up", "off", "other"),
    ends: { value: { on: { high: "x" } } },
  },
  {
    name: "history of parallel states",
    build: () =>
      from({
        initial: "in",
        states: {
          in: {
            type: "parallel",
            states: { one: region, two: { ...region, initial: "b" }, past: { type: "history" } },
            on: { out: "out" },
          },
          out: { on: { back: "in.past" } },
        },
      }),
    deeds: events("next", "out", "back", "next"),
    ends: { value: { in: { one: "b", two: "a" } } },
  },
  {
    name: "nested states, the output of a final one, and a transition to a sibling's child",
    build: () =>
      from({
        context: { got: null },
        initial: "outer",
        states: {
          outer: {
            initial: "first",
            states: {
              first: { on: { go: "last", jump: "#there" } },
              last: { type: "final", output: ({ event }: Config) => ({ by: event.type }) },
            },
            onDone: {
              target: "after",
              actions: assign({ got: ({ event }: Config) => event.output }),
            },
          },
          after: { initial: "a", states: { a: {}, b: { id: "there" } }, on: { back: "outer" } },
        },
      }),
    deeds: events("go", "back", "jump", "unknown"),
    ends: { value: { after: "b" }, context: { got: { by: "go" } } },
  },
  {
    name: "always, in a chain, and because of an event that no state takes",
    build: () =>
      from({
        context: { n: 0 },
        initial: "a",
        states: {
          a: {
            always: {
              guard: ({ event }: Config) => event.type === "knock",
              target: "b",
              actions: count,
            },
          },
          b: { always: [{ guard: () => false, target: "a" }, { target: "c", actions: count }] },
          c: {},
        },
      }),
    deeds: events("unknown", "knock", "knock"),
    ends: { value: "c", context: { n: 2 } },
  },
  {
    name: "guards: named, with parameters, combined, by state",
    build: () =>
      setup({
        types: { context: {} as { n: number } },
        guards: {
          above: ({ context }, { least }: { least: number }) => context.n > least,
          isEven: ({ context }) => context.n % 2 === 0,
        },
        actions: { count: count as never },
      }).createMachine({
        id: "m",
        context: { n: 0 },
        type: "parallel",
        states: {
          one: {
            initial: "low",
            states: {
              low: {
                on: { go: { guard: { type: "above", params: { least: 1 } }, target: "high" } },
              },
              high: {},
            },
          },
          two: {
            initial: "a",
            states: {
              a: {
                on: {
                  go: [
                    { guard: and(["isEven", stateIn({ one: "high" })]), target: "b" },
                    { guard: not("isEven"), target: "c" },
                  ],
                },
              },
              b: {},
              c: { on: { go: { guard: or(["isEven", () => false]), target: "a" } } },
            },
          },
        },
        on: { add: { actions: "count" } },
      }) as AnyStateMachine,
    deeds: events("go", "add", "go", "add", "go", "go"),
    ends: { value: { one: "high", two: "b" } },
  },
  {
    name: "input, and the output of the machine",
    build: () =>
      from({
        context: ({ input }: Config) => ({ n: input.from }),
        initial: "a",
        states: { a: { on: { add: { actions: count }, end: "b" } }, b: { type: "final" } },
        output: ({ context }: Config) => ({ sum: context.n }),
      }),
    input: { from: 40 },
    deeds: events("add", "add", "end"),
    ends: { status: "done", output: { sum: 42 } },
  },
  {
    name: "events by wildcard, and one that a state forbids",
    build: () =>
      from({
        context: { n: 0 },
        initial: "a",
        states: {
          a: { on: { "pointer.*": { actions: count }, "pointer.up": {}, "*": "b" } },
          b: {},
        },
        on: { "*": { actions: count } },
      }),
    deeds: events("pointer.down", "pointer.up", "pointer.move.far", "key", "key"),
    ends: { value: "b", context: { n: 3 } },
  },
  {
    name: "entering again, with its entry, exit and timers",
    build: (log) =>
      from({
        initial: "a",
        entry: () => log("in root"),
        states: {
          a: {
            entry: () => log("in"),
            exit: () => log("out"),
            after: { 100: "late" },
            on: { again: { target: "a", reenter: true }, same: { target: "a" } },
          },
          late: {},
        },
      }),
    deeds: [60, { type: "again" }, 60, { type: "same" }, 40],
    ends: { value: "late" },
  },
  {
    name: "raise, at once and delayed, and cancel",
    build: () =>
      from({
        context: { n: 0 },
        initial: "a",
        states: {
          a: {
            on: { go: { actions: [raise({ type: "one" }), raise({ type: "one" })] }, one: "b" },
          },
          b: {
            on: {
              one: { actions: count },
              tick: { actions: count },
              stop: { actions: cancel("t") },
            },
            entry: [
              raise({ type: "tick" }, { delay: 50, id: "t" }),
              raise({ type: "tick" }, { delay: 20 }),
            ],
          },
        },
      }),
    deeds: [{ type: "go" }, 20, { type: "stop" }, 100],
    ends: { context: { n: 2 } },
  },
  {
    name: "after: numeric, named, computed, guarded and unending",
    build: () =>
      from({
        context: { n: 3 },
        initial: "a",
        states: {
          a: { after: { 10: [{ guard: () => false, target: "never" }, { target: "b" }] } },
          b: { after: { short: "c", 50: "never" } },
          c: { after: { byContext: { target: "d", actions: count }, endless: "never" } },
          d: { after: { 0: "e" } },
          e: {},
          never: {},
        },
      }, {
        delays: {
          short: 5,
          byContext: ({ context }: Config) => context.n * 100,
          endless: Infinity,
        },
      }),
    deeds: [9, 1, 5, 299, 1],
    ends: { value: "e", context: { n: 4 } },
  },
  {
    name: "a delay that depends on the event",
    build: () =>
      from({
        initial: "a",
        states: {
          a: {
            on: {
              wait: { actions: raise({ type: "due" }, { delay: ({ event }: Config) => event.ms }) },
              due: "b",
            },
          },
          b: {},
        },
      }),
    deeds: [{ type: "wait", ms: 700 } as Deed, 699, 1],
    ends: { value: "b" },
  },
  {
    name: "two timers of one id: both fire, and the later one alone can be cancelled",
    build: () =>
      from({
        context: { n: 0 },
        on: {
          arm: { actions: raise({ type: "tick" }, { delay: 10, id: "t" }) },
          stop: { actions: cancel("t") },
          tick: { actions: count },
        },
      }),
    deeds: [
      ...events("arm", "arm", "arm", "stop"),
      10,
      ...events("arm", "arm"),
      10,
      ...events("stop"),
      10,
    ],
    ends: { context: { n: 4 } },
  },
  {
    name: "timers that are due at once, in the order in which they were set",
    build: () =>
      from({
        context: { order: "" },
        entry: [
          raise({ type: "add", text: "c" } as never, { delay: 20 }),
          raise({ type: "add", text: "a" } as never, { delay: 10 }),
          raise({ type: "add", text: "b" } as never, { delay: 10 }),
        ],
        on: {
          add: {
            actions: [
              assign({ order: ({ context, event }: Config) => context.order + event.text }),
              enqueueActions(({ event, enqueue }: Config) => {
                if (event.text === "a") enqueue.raise({ type: "add", text: "d" }, { delay: 10 });
              }),
            ],
          },
        },
      }),
    deeds: [10, 10],
    ends: { context: { order: "abcd" } },
  },
  {
    name: "a machine that sends to itself",
    build: () =>
      from({
        context: { n: 0 },
        on: {
          go: { actions: [sendTo(({ self }: Config) => self, { type: "add" }), count] },
          later: { actions: sendTo(({ self }: Config) => self, { type: "add" }, { delay: 5 }) },
          add: { actions: assign({ n: ({ context }: Config) => context.n * 10 }) },
        },
      }),
    deeds: [{ type: "go" }, { type: "later" }, 5],
    ends: { context: { n: 100 } },
  },
  {
    name: "emit",
    build: () =>
      from({
        entry: emit({ type: "born" }),
        on: { say: { actions: emit(({ event }: Config) => ({ type: "said", text: event.text })) } },
      }),
    deeds: [{ type: "say", text: "a" } as Deed, { type: "say", text: "b" } as Deed],
    ends: { value: {} },
  },
  {
    name: "enqueueActions, with a check",
    build: (log) =>
      setup({
        types: { context: {} as { n: number } },
        guards: { isSmall: ({ context }) => context.n < 2 },
        actions: { say: (_, { text }: { text: string }) => log(text) },
      }).createMachine({
        id: "m",
        context: { n: 0 },
        on: {
          go: {
            actions: enqueueActions(({ enqueue, check }) => {
              if (!check("isSmall")) enqueue.raise({ type: "full" });
              enqueue.assign({ n: ({ context }) => context.n + 1 });
              enqueue({ type: "say", params: { text: "went" } });
              enqueue(() => log("inline"));
              enqueue.emit({ type: "went" } as never);
            }),
          },
          full: {
            actions: { type: "say", params: ({ context }) => ({ text: `full ${context.n}` }) },
          },
        },
      }) as AnyStateMachine,
    deeds: events("go", "go", "go"),
    ends: { context: { n: 3 } },
  },
  {
    name: "plain actions, in their order and with the context of their place",
    build: (log) => {
      const say = ({ context, event }: Config): void => log([event.type, context.n]);
      return from({
        context: { n: 0 },
        initial: "a",
        entry: [say, count, say],
        states: {
          a: { exit: say, on: { go: { target: "b", actions: [count, say] } } },
          b: { entry: [count, say, raise({ type: "inner" })], on: { inner: { actions: say } } },
        },
      });
    },
    deeds: events("go"),
    ends: { context: { n: 3 } },
  },
  {
    name: "dates, missing values and lists with gaps in the context",
    build: () =>
      from({
        context: ({ input }: Config) => ({ since: input.since, none: undefined, list: [1] }),
        on: {
          add: {
            actions: assign({
              list: ({ context, event }: Config) => [...context.list, event.item],
              ms: ({ context }: Config) => context.since.getTime(),
            }),
          },
        },
      }),
    input: { since: new Date(86_400_000) },
    deeds: [{ type: "add", item: undefined } as Deed, { type: "add", item: new Date(1) } as Deed],
    ends: {
      context: { ms: 86_400_000, since: new Date(86_400_000), list: [1, undefined, new Date(1)] },
    },
  },
];

describe("a durable machine does what it does in memory", () => {
  it.each(rows)("$name", async ({ build, deeds, input, ends }) => {
    const seen = await expectSame(build, deeds, { input });
    expect(root(seen)).toMatchObject(ends);
  });
});
