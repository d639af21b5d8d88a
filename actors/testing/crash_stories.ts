/** Small stories that together make the runtime write everything it can write. */
import { assign, type EventObject, fromPromise, type PromiseActorLogic, setup } from "xstate";
import type { Connection, Database } from "../../db/connection.ts";
import { type ActorDefinition, defineActor, type TransactionalItem } from "../define_actor.ts";
import { RetryableError } from "../errors.ts";
import type { Check, Story } from "./story.ts";

export interface CrashStory {
  readonly actors: readonly ActorDefinition[];
  readonly story: Story;
  readonly before?: (database: Database) => Promise<void>;
  /** Reads what handlers wrote. */
  readonly written?: (database: Database) => Promise<unknown>;
}

const supplied = fromPromise(() => Promise.reject(new Error("supplied by the runtime")));

// ── work outside, and writes of its own ─────────────────────────────────────────────────────────

const order = setup({
  types: { context: {} as { items: number; receipt: string; place: number } },
  actors: {
    charge: supplied as PromiseActorLogic<string, { items: number }>,
    book: supplied as PromiseActorLogic<number, { items: number }>,
  },
  actions: {
    note: (_, _params: { text: string }) => {},
    notify: (_, _params: { text: string }) => {},
    print: (_, _params: { text: string }) => {},
  },
}).createMachine({
  id: "order",
  context: { items: 0, receipt: "", place: -1 },
  initial: "open",
  states: {
    open: {
      on: {
        add: { actions: assign({ items: ({ context }) => context.items + 1 }) },
        pay: { guard: ({ context }) => context.items > 0, target: "charging" },
      },
      after: { 60_000: "late" },
    },
    charging: {
      invoke: {
        id: "charge",
        src: "charge",
        input: ({ context }) => ({ items: context.items }),
        onDone: { target: "booking", actions: assign({ receipt: ({ event }) => event.output }) },
      },
    },
    booking: {
      invoke: {
        id: "book",
        src: "book",
        input: ({ context }) => ({ items: context.items }),
        onDone: { target: "told", actions: assign({ place: ({ event }) => event.output }) },
      },
    },
    told: {
      entry: [
        { type: "note", params: { text: "booked" } },
        { type: "notify", params: { text: "thanks" } },
        { type: "print", params: { text: "label" } },
      ],
      after: { 1_000: "closed" },
    },
    closed: { type: "final" },
    late: {},
  },
});

const ordering: CrashStory = {
  actors: [defineActor({
    kind: "order",
    machine: order,
    effects: {
      charge: {
        run: ({ items }, { idempotencyKey, attempt }) =>
          attempt === 1
            ? Promise.reject(new RetryableError("busy"))
            : Promise.resolve(`${items} ${idempotencyKey}`),
      },
      notify: {
        run: (_, { attempt }) =>
          attempt === 1 ? Promise.reject(new RetryableError("flood")) : Promise.resolve(),
        lane: () => "notices",
      },
      print: () => Promise.reject(new Error("no paper")),
    },
    transactional: {
      book: async (items: readonly TransactionalItem<{ items: number }>[], tx: Connection) => {
        for (const { cause, params } of items) {
          await tx.query("insert into bookings (actor, items) values ($1, $2)", [
            cause.actor,
            params.items,
          ]);
        }
        return items.map(({ params }) => ({ output: params.items * 10 }));
      },
      note: async (items: readonly TransactionalItem<{ text: string }>[], tx: Connection) => {
        await tx.query("insert into notes (text) select unnest($1::text[])", [
          items.map(({ params }) => params.text),
        ]);
      },
    },
  })],
  story: [
    { create: "order/1" },
    { send: { type: "pay" }, to: "order/1" },
    { send: { type: "add" }, to: "order/1" },
    { send: { type: "pay" }, to: "order/1" },
    { pass: 10_000 },
    ({ restart }) => restart(),
  ],
  before: async (database) => {
    await database.query("create table if not exists bookings (actor text, items int)");
    await database.query("create table if not exists notes (text text)");
  },
  written: async (database) => {
    const { rows: bookings } = await database.query("select actor, items from bookings");
    const { rows: notes } = await database.query("select text from notes");
    return { bookings, notes };
  },
};

// ── children, other actors, and what cannot be done ─────────────────────────────────────────────

const child = setup({}).createMachine({
  id: "child",
  initial: "young",
  states: { young: { after: { 500: "old" } }, old: { type: "final" } },
  output: "grown",
});

const parent = setup({
  types: { context: {} as { heard: string[] } },
  actors: { child },
  actions: { tell: (_, _params: { to: string; event: { type: string }; create?: unknown }) => {} },
}).createMachine({
  id: "parent",
  context: { heard: [] },
  initial: "alone",
  states: {
    alone: {
      on: {
        adopt: "with",
        poison: {
          actions: { type: "tell", params: { to: "friend/1", event: { type: "poison" } } },
        },
      },
    },
    with: {
      entry: {
        type: "tell",
        params: { to: "friend/1", event: { type: "news" }, create: {} },
      },
      invoke: {
        id: "child",
        src: "child",
        onDone: {
          target: "alone",
          actions: assign({
            heard: ({ context, event }) => [...context.heard, String(event.output)],
          }),
        },
      },
    },
  },
});

const friend = setup({
  types: { context: {} as { news: number } },
  guards: {
    breaks: () => {
      throw new Error("poisoned");
    },
  },
}).createMachine({
  id: "friend",
  context: { news: 0 },
  on: {
    news: { actions: assign({ news: ({ context }) => context.news + 1 }) },
    poison: { guard: "breaks", actions: assign({ news: -1 }) },
  },
});

const family: CrashStory = {
  actors: [
    defineActor({ kind: "parent", machine: parent }),
    defineActor({ kind: "friend", machine: friend, onFailure: "hold" }),
  ],
  story: [
    { send: { type: "adopt" }, to: "parent/1", input: {} },
    { pass: 1_000 },
    {
      anyOrder: [
        { send: { type: "news" }, to: "friend/1" },
        { send: { type: "news" }, to: "friend/1" },
      ],
    },
    { send: { type: "poison" }, to: "parent/1" },
  ],
};

// ── one actor that two nodes are sent to at once ────────────────────────────────────────────────

const counter = setup({
  types: { context: {} as { got: number[] }, events: {} as { type: "add"; number: number } },
}).createMachine({
  id: "counter",
  context: { got: [] },
  on: {
    add: {
      actions: assign({
        got: ({ context, event }) => [...context.got, event.number].sort((a, b) => a - b),
      }),
    },
  },
});

/** Sends a burst; what is repeated after a crash has the same key. */
const burst = (first: number): Check => async ({ send }) => {
  const numbers = Array.from({ length: 8 }, (_, index) => first + index);
  await Promise.all(
    numbers.map((number) =>
      send("counter/1", { type: "add", number } as EventObject, { key: `k${number}`, create: {} })
    ),
  );
};

/** For several nodes. */
export const hotActor: CrashStory = {
  actors: [defineActor({ kind: "counter", machine: counter })],
  story: Array.from({ length: 12 }, (_, index) => burst(index * 8)),
};

/** Names of the writes that one node alone never makes. */
export const WRITES_BETWEEN_NODES = ["insert inbox and notify", "notify"];

// ── so many at once that their batch is written piece by piece ──────────────────────────────────

const guest = setup({
  types: { events: {} as { type: "come"; isFirst: boolean } },
  actions: { greet: (_, _params: { text: string }) => {} },
}).createMachine({
  id: "guest",
  initial: "outside",
  states: {
    outside: {
      on: {
        // Work outside of one alone: of many at once the order would be another in each play.
        come: [{
          guard: ({ event }) => event.isFirst,
          target: "inside",
          actions: { type: "greet", params: { text: "welcome" } },
        }, "inside"],
      },
    },
    inside: { after: { 1_000: "home" } },
    home: {},
  },
});

const crowd: CrashStory = {
  actors: [defineActor({
    kind: "guest",
    machine: guest,
    effects: { greet: () => Promise.resolve() },
  })],
  story: [
    async ({ send }) => {
      const coming = Array.from({ length: 17 }, (_, index) => {
        const event = { type: "come", isFirst: index === 0 } as EventObject;
        return send(`guest/${index}`, event, { key: "come", create: {} });
      });
      await Promise.all(coming);
    },
    { pass: 1_000 },
  ],
};

export const crashStories: Readonly<Record<string, CrashStory>> = { ordering, family, crowd };
