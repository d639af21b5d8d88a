/** The machines that are measured, beside the product's own. */
import { assign, emit, fromPromise, setup } from "xstate";
import { type ActorDefinition, defineActor } from "../actors/define_actor.ts";

const counting = setup({
  types: {
    context: {} as { count: number },
    events: {} as { type: "add"; by: number },
  },
  // Longer than the bench takes.
  delays: { patience: 86_400_000 },
  actions: {
    add: assign({ count: ({ context, event }) => context.count + event.by }),
    note: (_, _params: { by: number }) => {},
  },
});

/** Counts in its context, and asks for work outside at each event. */
const counter = counting.createMachine({
  id: "counter",
  context: { count: 0 },
  initial: "counting",
  states: {
    counting: {
      on: {
        add: { actions: ["add", { type: "note", params: ({ event }) => ({ by: event.by }) }] },
      },
    },
  },
});

/** The same, and each event winds up its timer again. */
const counterTimer = counting.createMachine({
  id: "counterTimer",
  context: { count: 0 },
  initial: "counting",
  states: {
    counting: {
      on: {
        add: {
          target: "counting",
          reenter: true,
          actions: ["add", { type: "note", params: ({ event }) => ({ by: event.by }) }],
        },
      },
      after: { patience: "forgotten" },
    },
    forgotten: {},
  },
});

/** Counts, and nothing else. */
const tally = counting.createMachine({
  id: "tally",
  context: { count: 0 },
  initial: "counting",
  states: { counting: { on: { add: { actions: "add" } } } },
});

const worker = setup({
  types: {
    context: {} as { sum: number },
    events: {} as { type: "work"; n: number },
    emitted: {} as { type: "worked" },
  },
  actors: { double: fromPromise(({ input }: { input: number }) => Promise.resolve(input * 2)) },
  actions: {
    add: assign({ sum: ({ context }, { result }: { result: number }) => context.sum + result }),
    tell: emit({ type: "worked" }),
  },
}).createMachine({
  id: "worker",
  context: { sum: 0 },
  initial: "idle",
  states: {
    idle: { on: { work: "working" } },
    working: {
      invoke: {
        id: "double",
        src: "double",
        input: ({ event }) => event.n,
        onDone: {
          target: "idle",
          actions: [{ type: "add", params: ({ event }) => ({ result: event.output }) }, "tell"],
        },
      },
    },
  },
});

interface Alarm {
  readonly dueMs: number;
  readonly delayMs: number;
}

/** Rings once, and says for when it was set. */
const alarm = setup({
  types: {
    context: {} as Alarm,
    input: {} as Alarm,
    emitted: {} as { type: "rang"; dueMs: number },
  },
  delays: { untilDue: ({ context }) => context.delayMs },
  actions: {
    ring: emit(({ context }: { context: Alarm }) => ({ type: "rang", dueMs: context.dueMs })),
  },
}).createMachine({
  id: "alarm",
  context: ({ input }) => input,
  initial: "set",
  states: { set: { after: { untilDue: { target: "rung", actions: "ring" } } }, rung: {} },
});

const note = (): Promise<void> => Promise.resolve();

export const definitions: readonly ActorDefinition[] = [
  defineActor({ kind: "counter", machine: counter, effects: { note } }),
  defineActor({ kind: "counterTimer", machine: counterTimer, effects: { note } }),
  defineActor({ kind: "tally", machine: tally }),
  defineActor({ kind: "worker", machine: worker }),
  defineActor({ kind: "alarm", machine: alarm }),
];
