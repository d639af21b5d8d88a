/** Whole small machines, of the kinds that people begin with: on the durable runtime as in memory. */
import { describe, expect, it } from "vitest";
import {
  type AnyStateMachine,
  assertEvent,
  assign,
  createMachine,
  fromPromise,
  log,
  sendParent,
  sendTo,
  setup,
  stopChild,
} from "xstate";
import type { ActorOptions } from "./define_actor.ts";
import { type Build, type Deed, expectSame } from "./testing/yardstick.ts";

// deno-lint-ignore no-explicit-any
type Config = any;

const event = (type: string, more: object = {}): Deed => ({ type, ...more });
const from = (config: Config, implementations: Config = {}): AnyStateMachine =>
  createMachine(config, implementations) as AnyStateMachine;

interface Example {
  name: string;
  build: Build;
  deeds: Deed[];
  input?: unknown;
  options?: Partial<ActorOptions>;
  ends: Record<string, object>;
}

const lines = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [
  2,
  4,
  6,
]];
const moves = (...fields: number[]): Deed[] => fields.map((field) => event("move", { field }));

/** A guest of a list of guests, which saves itself. */
const guest = setup({
  types: { context: {} as { name: string; saved: string }, input: {} as { name: string } },
  actors: { save: fromPromise(({ input }: { input: string }) => Promise.resolve(input.trim())) },
}).createMachine({
  id: "guest",
  context: ({ input }) => ({ name: input.name, saved: input.name }),
  initial: "shown",
  states: {
    shown: { tags: "still", on: { edit: "edited" } },
    edited: {
      tags: "open",
      on: {
        type: { actions: assign({ name: ({ event }) => event.name }) },
        save: "saving",
      },
    },
    saving: {
      tags: ["open", "busy"],
      invoke: {
        src: "save",
        input: ({ context }) => context.name,
        onDone: { target: "shown", actions: assign({ saved: ({ event }) => event.output }) },
      },
    },
  },
  on: { undo: { target: ".shown", actions: assign({ name: ({ context }) => context.saved }) } },
});

const check = (ms: number): AnyStateMachine =>
  from({
    id: "check",
    context: { oil: null, air: null },
    invoke: ["oil", "air"].map((what) => ({
      src: fromPromise(() => Promise.resolve({ what, ms })),
      onDone: { actions: assign({ [what]: ({ event }: Config) => event.output }) },
    })),
    initial: "checking",
    states: {
      checking: {
        always: { guard: ({ context }: Config) => context.oil && context.air, target: "done" },
      },
      done: { type: "final" },
    },
    output: ({ context }: Config) => context,
  });

const examples: Example[] = [
  {
    name: "a traffic light with a part for people on foot, and a switch",
    build: () =>
      from({
        id: "light",
        initial: "on",
        states: {
          on: {
            initial: "green",
            states: {
              green: { after: { 3_000: "yellow" } },
              yellow: { after: { 1_000: "red" } },
              red: {
                initial: "walk",
                states: {
                  walk: { after: { 2_000: "wait" } },
                  wait: { after: { 1_000: "stop" } },
                  stop: { type: "final" },
                },
                onDone: "green",
              },
              past: { type: "history", history: "deep" },
            },
            on: { fault: "blinking" },
          },
          blinking: { on: { mended: "on.past" } },
        },
      }),
    deeds: [3_000, 1_500, event("fault"), 60_000, event("mended"), 2_500, 7_000],
    ends: { "it/1": { value: { on: { red: "wait" } } } },
  },
  {
    name: "noughts and crosses",
    build: () =>
      from({
        context: { board: Array(9).fill(null), moves: 0, player: "x", winner: undefined },
        initial: "playing",
        states: {
          playing: {
            always: [
              {
                guard: ({ context: { board } }: Config) =>
                  lines.some(([a, b, c]) =>
                    board[a as number] !== null && board[a as number] === board[b as number] &&
                    board[a as number] === board[c as number]
                  ),
                target: "over.won",
                actions: assign({
                  winner: ({ context }: Config) => context.player === "x" ? "o" : "x",
                }),
              },
              { guard: ({ context }: Config) => context.moves === 9, target: "over.drawn" },
            ],
            on: {
              move: {
                guard: ({ context, event }: Config) => context.board[event.field] === null,
                actions: assign(({ context, event }: Config) => ({
                  board: context.board.with(event.field, context.player),
                  moves: context.moves + 1,
                  player: context.player === "x" ? "o" : "x",
                })),
              },
            },
          },
          over: {
            initial: "won",
            states: { won: { tags: "winner" }, drawn: { tags: "draw" } },
            on: {
              again: {
                target: "playing",
                actions: assign({ board: Array(9).fill(null), moves: 0 }),
              },
            },
          },
        },
      }),
    deeds: [...moves(0, 0, 3, 1, 4, 2), event("again"), ...moves(4)],
    ends: { "it/1": { value: "playing", context: { moves: 1, winner: "x" } } },
  },
  {
    name: "a list of guests, each an actor of its own",
    build: () =>
      from({
        id: "guests",
        context: { next: "", guests: [] },
        on: {
          typed: { actions: assign({ next: ({ event }: Config) => event.name }) },
          add: {
            guard: ({ context }: Config) => context.next !== "",
            actions: assign({
              next: "",
              guests: ({ context, spawn }: Config) => [
                ...context.guests,
                spawn(guest, {
                  id: `guest-${context.guests.length}`,
                  input: { name: context.next },
                }),
              ],
            }),
          },
          to: {
            actions: sendTo(
              ({ context, event }: Config) => context.guests[event.index],
              ({ event }: Config) => event.what,
            ),
          },
          remove: {
            actions: [
              stopChild(({ context, event }: Config) => context.guests[event.index]),
              assign({
                guests: ({ context, event }: Config) => context.guests.toSpliced(event.index, 1),
              }),
            ],
          },
        },
      }),
    options: { actors: { guest } },
    deeds: [
      event("add"),
      event("typed", { name: "Ann" }),
      event("add"),
      event("typed", { name: "Bo" }),
      event("add"),
      event("to", { index: 1, what: event("edit") }),
      event("to", { index: 1, what: event("type", { name: " Cy " }) }),
      event("to", { index: 1, what: event("save") }),
      event("to", { index: 1, what: event("edit") }),
      event("to", { index: 1, what: event("undo") }),
      event("remove", { index: 0 }),
    ],
    ends: {
      "it/1/guest-1": { value: "shown", context: { saved: "Cy", name: "Cy" }, tags: ["still"] },
    },
  },
  {
    name: "a loan that is asked for again after two weeks",
    build: () => {
      let asked = 0;
      return setup({
        types: { context: {} as { book: string; state: string | null } },
        actors: {
          look: fromPromise(() => Promise.resolve({ state: ++asked < 3 ? "lent" : "there" })),
          hold: fromPromise(({ input: _ }: { input: string }) => Promise.resolve()),
        },
        guards: { isThere: ({ context }) => context.state === "there" },
        delays: { twoWeeks: 14 * 86_400_000 },
      }).createMachine({
        id: "loan",
        context: { book: "42", state: null },
        initial: "asking",
        states: {
          asking: {
            invoke: {
              src: "look",
              onDone: {
                target: "deciding",
                actions: assign({ state: ({ event }) => event.output.state }),
              },
            },
          },
          deciding: { always: [{ guard: "isThere", target: "lending" }, "holding"] },
          holding: {
            invoke: { src: "hold", input: ({ context }) => context.book, onDone: "sleeping" },
          },
          sleeping: { after: { twoWeeks: "asking" } },
          lending: { type: "final" },
        },
      }) as AnyStateMachine;
    },
    deeds: [14 * 86_400_000, 13 * 86_400_000, 86_400_000],
    ends: { "it/1": { status: "done", context: { state: "there" } } },
  },
  {
    name: "checks that begin anew while something is on, each a machine with two promises",
    build: (say) =>
      from({
        id: "vehicle",
        initial: "off",
        states: {
          off: { on: { on: "checking" } },
          checking: {
            invoke: {
              src: check(5),
              onDone: { target: "waiting", actions: ({ event }: Config) => say(event.output) },
            },
          },
          waiting: { after: { 1_000: "checking" } },
        },
        on: { off: { target: ".off", actions: log("off") } },
      }),
    deeds: [event("on"), 2_500, event("off"), 5_000],
    ends: { "it/1": { value: "off" } },
  },
  {
    name: "a workflow that calls another, and ends when it answers",
    build: () => {
      const confirmation = from({
        id: "confirmation",
        context: {},
        initial: "pending",
        states: {
          pending: {
            on: {
              paid: {
                target: "checking",
                actions: assign({ amount: ({ event }: Config) => event.amount }),
              },
            },
          },
          checking: {
            invoke: {
              src: fromPromise(({ input }) => Promise.resolve(input as number < 1_000)),
              input: ({ context }: Config) => context.amount,
              onDone: [
                { guard: ({ event }: Config) => event.output, target: "end" },
                { target: "refused" },
              ],
            },
          },
          refused: { type: "final" },
          end: {
            type: "final",
            entry: sendParent(({ context }: Config) => ({
              type: "confirmed",
              amount: context.amount,
            })),
          },
        },
      });
      return from({
        id: "order",
        context: { amount: null },
        initial: "waiting",
        states: {
          waiting: {
            invoke: { id: "confirmation", src: confirmation, onDone: "unpaid" },
            on: {
              paid: { actions: sendTo("confirmation", ({ event }: Config) => event) },
              confirmed: {
                target: "paid",
                actions: assign({ amount: ({ event }: Config) => event.amount }),
              },
            },
          },
          paid: { type: "final" },
          unpaid: {},
        },
        output: ({ context }: Config) => context.amount,
      });
    },
    deeds: [event("paid", { amount: 100 })],
    ends: { "it/1": { status: "done", output: 100 } },
  },
  {
    name: "a service that is tried again until it has failed too often",
    build: () => {
      const attempt = from({
        id: "attempt",
        context: ({ input }: Config) => ({ failures: 0, most: input?.most ?? 2 }),
        initial: "running",
        states: {
          running: {
            invoke: {
              src: fromPromise(() => Promise.reject({ type: "Unavailable" })),
              onDone: "done",
              onError: "failed",
            },
          },
          failed: {
            entry: assign({ failures: ({ context }: Config) => context.failures + 1 }),
            after: {
              pause: [{
                guard: ({ context }: Config) => context.failures > context.most,
                target: "never",
              }, { target: "running" }],
            },
            on: { retry: "running" },
          },
          done: { type: "final" },
          never: { type: "final", entry: sendParent({ type: "never" }) },
        },
        output: ({ context }: Config) => context.failures,
      }, { delays: { pause: 3_000 } });
      return from({
        id: "up",
        initial: "step",
        states: {
          step: {
            initial: "one",
            states: {
              one: { invoke: { src: attempt, input: { most: 2 }, onDone: "two" } },
              two: {},
            },
          },
          given: { type: "final" },
        },
        on: { never: ".given" },
      });
    },
    deeds: [3_000, 3_000, 2_999, 1],
    ends: { "it/1": { value: "given", status: "done" } },
  },
  {
    name: "a form with guards on what was entered",
    build: () =>
      setup({
        types: {
          context: {} as { from: string; to: string },
          events: {} as { type: "from" | "to"; date: string } | { type: "kind" | "book" },
        },
        actions: {
          setFrom: assign(({ event }) => (assertEvent(event, "from"), { from: event.date })),
          setTo: assign(({ event }) => (assertEvent(event, "to"), { to: event.date })),
        },
        guards: { isReturn: ({ context }) => context.to > context.from },
        actors: { book: fromPromise(() => Promise.resolve()) },
      }).createMachine({
        id: "flight",
        context: { from: "2026-05-01", to: "2026-04-01" },
        initial: "planning",
        states: {
          planning: {
            initial: "oneWay",
            on: { from: { actions: "setFrom" } },
            states: {
              oneWay: { on: { kind: "both", book: "#flight.booking" } },
              both: {
                on: {
                  kind: "oneWay",
                  to: { actions: "setTo" },
                  book: { guard: "isReturn", target: "#flight.booking" },
                },
              },
            },
          },
          booking: { invoke: { src: "book", onDone: "booked", onError: "planning" } },
          booked: { type: "final" },
        },
      }) as AnyStateMachine,
    deeds: [
      event("to", { date: "2026-06-01" }),
      event("kind"),
      event("book"),
      event("to", { date: "2026-06-01" }),
      event("book"),
    ],
    ends: { "it/1": { value: "booked", status: "done" } },
  },
  {
    name: "an auction until a deadline",
    build: () =>
      from({
        id: "auction",
        context: { bids: [] },
        initial: "open",
        states: {
          open: {
            on: {
              bid: {
                actions: assign({
                  bids: ({ context, event }: Config) => [...context.bids, event.bid],
                }),
              },
            },
            after: { end: "closed" },
          },
          closed: { type: "final" },
        },
        output: ({ context }: Config) => ({ best: Math.max(...context.bids) }),
      }, { delays: { end: 3_000 } }),
    deeds: [event("bid", { bid: 3 }), 2_999, event("bid", { bid: 4 }), 1],
    ends: { "it/1": { output: { best: 4 } } },
  },
];

describe("on the durable runtime as in memory", () => {
  it.each(examples)("$name", async ({ build, deeds, input, options, ends }) => {
    const seen = await expectSame(build, deeds, { input, ...options });
    expect(seen.at(-1)?.actors).toMatchObject(ends);
  });
});
