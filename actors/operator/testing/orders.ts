/** Actors for the operator's tests: they rest, wait, work, have children, and fail on demand. */
import { assign, fromPromise, sendParent, setup } from "xstate";
import { type ActorDefinition, type ActorOptions, defineActor } from "../../define_actor.ts";
import { RetryableError } from "../../errors.ts";

const parcel = setup({}).createMachine({
  id: "parcel",
  initial: "packing",
  states: {
    packing: { on: { pack: "sent" } },
    sent: { entry: sendParent({ type: "parcel.sent" }), tags: "resting" },
  },
});

/** Whether `fail` throws: the fault that is mended before a redrive. */
export const faults = { isBroken: true };

export const orderMachine = setup({
  types: { context: {} as { count: number; note?: unknown } },
  actors: { parcel, charge: fromPromise(() => Promise.reject(new Error("supplied"))) },
  actions: {
    add: assign({ count: ({ context }) => context.count + 1 }),
    fail: assign({
      count: ({ context }) => {
        if (faults.isBroken) throw new Error("order broke");
        return context.count + 100;
      },
    }),
    notify: (_, _params: { text: string }) => {},
  },
}).createMachine({
  id: "order",
  context: { count: 0 },
  initial: "open",
  on: {
    add: { actions: "add" },
    fail: { actions: "fail" },
    tell: { actions: { type: "notify", params: { text: "hello" } } },
  },
  states: {
    open: {
      on: { pay: "paying", ship: "shipping", wait: "waiting", tick: "ticking", close: "closed" },
    },
    waiting: {
      tags: ["patient"],
      initial: "short",
      states: { short: { after: { 60_000: "long" } }, long: {} },
    },
    paying: {
      invoke: {
        id: "charge",
        src: "charge",
        onDone: { target: "paid", actions: "fail" },
        onError: "open",
      },
    },
    ticking: { after: { 1_000: { target: "paid", actions: "fail" } } },
    paid: { tags: ["resting"] },
    shipping: {
      invoke: { id: "parcel", src: "parcel" },
      on: { "parcel.sent": "paid", pack: {} },
    },
    closed: { type: "final" },
  },
});

/** A machine that cannot be made while the fault is there. */
export const seed = defineActor({
  kind: "seed",
  machine: setup({
    types: { context: {} as { size: number }, input: {} as { size: number } | undefined },
  }).createMachine({
    id: "seed",
    context: ({ input }) => {
      if (faults.isBroken) throw new Error("seed broke");
      return { size: input?.size ?? 1 };
    },
    on: { grow: { actions: assign({ size: ({ context }) => context.size + 1 }) } },
  }) as never,
});

/** The kind `order`, with what the test changes. */
export function defineOrders(options: Partial<ActorOptions> = {}): ActorDefinition {
  return defineActor({
    kind: "order",
    machine: orderMachine as never,
    effects: {
      charge: () => Promise.reject(new RetryableError("the bank is away")),
      notify: () => Promise.resolve(),
    },
    ...options,
  });
}
