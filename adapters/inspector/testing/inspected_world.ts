/**
 * A shop of three small machines, run durably and inspected over HTTP: an order asks the stock for
 * its goods, the stock answers, and a child machine packs them. Enough for every kind of step.
 */
import { assign, fromPromise, setup } from "xstate";
import { onTestFinished } from "vitest";
import { defineActor, type TransactionalHandler } from "../../../actors/define_actor.ts";
import { createOperator } from "../../../actors/operator/operator.ts";
import { createRuntime, type Runtime, type StepRecord } from "../../../actors/runtime.ts";
import type { Database } from "../../../db/connection.ts";
import { postTransfers } from "../../../db/ledger.ts";
import { openTestDatabase } from "../../../db/testing/test_database.ts";
import { createApp } from "../../http/create_app.ts";
import { createInspector } from "../create_inspector.ts";

interface Tell {
  to: string;
  event: { type: string; count: number; by?: string };
}

const packer = setup({
  types: { context: {} as { parcels: number }, output: {} as { parcels: number } },
  actors: { wrap: fromPromise(() => Promise.resolve({ parcels: 2 })) },
})
  .createMachine({
    id: "packer",
    initial: "wrapping",
    context: { parcels: 0 },
    states: {
      wrapping: {
        invoke: {
          id: "wrap",
          src: "wrap",
          onDone: {
            target: "wrapped",
            actions: assign({ parcels: ({ event }) => event.output.parcels }),
          },
        },
      },
      wrapped: { type: "final" },
    },
    output: ({ context }) => ({ parcels: context.parcels }),
  });

const stock = setup({
  types: {
    context: {} as { left: number },
    input: {} as { left: number },
    events: {} as { type: "take"; count: number; by: string },
  },
  actions: { tell: (_, _params: Tell) => {} },
}).createMachine({
  id: "stock",
  context: ({ input }) => ({ left: input.left }),
  on: {
    take: {
      actions: [
        assign({ left: ({ context, event }) => context.left - event.count }),
        {
          type: "tell",
          params: ({ event }) => ({ to: event.by, event: { type: "taken", count: event.count } }),
        },
      ],
    },
  },
});

export const order = setup({
  types: {
    context: {} as { count: number; parcels: number; salt: string },
    events: {} as { type: "add"; count: number } | { type: "close" } | { type: "taken" },
  },
  actors: { packer },
  guards: { isLarge: ({ context }) => context.count > 2 },
  actions: { tell: (_, _params: Tell) => {}, charge: (_, _params: { minor: number }) => {} },
}).createMachine({
  id: "order",
  initial: "open",
  context: { count: 0, parcels: 0, salt: "hunter2" },
  states: {
    open: {
      tags: ["editable"],
      on: {
        add: { actions: assign({ count: ({ context, event }) => context.count + event.count }) },
        close: {
          target: "closed",
          actions: [
            { type: "charge", params: ({ context }) => ({ minor: context.count }) },
            {
              type: "tell",
              params: ({ context }) => ({
                to: "stock/1",
                event: { type: "take", count: context.count, by: "order/1" },
              }),
            },
          ],
        },
      },
    },
    closed: {
      initial: "judging",
      states: {
        judging: { always: [{ guard: "isLarge", target: "large" }, { target: "small" }] },
        large: {},
        small: {},
      },
      on: { taken: "packing" },
    },
    packing: {
      invoke: {
        id: "p",
        src: "packer",
        onDone: {
          target: "packed",
          actions: assign({ parcels: ({ event }) => event.output.parcels }),
        },
      },
    },
    packed: { tags: ["finished"] },
  },
});

/** Posts a charge for each step that asks for one. */
const charge: TransactionalHandler<{ minor: number }> = async (items, tx) => {
  await postTransfers(
    tx,
    items.map(({ params, cause, atMs }) => ({
      key: `charge/${cause.actor}/${cause.revision}`,
      from: "provider/telegram/settling",
      to: "user/1/available",
      minor: BigInt(params.minor),
      currency: "XTR",
      type: "entry" as const,
      externalId: "outside-7",
      cause,
      eventAtMs: atMs,
    })),
  );
};

export interface InspectedWorld {
  readonly database: Database;
  readonly runtime: Runtime;
  /** What the runtime told of its steps, in order. */
  readonly steps: readonly StepRecord[];
  readonly url: string;
  /** With the token. */
  readonly streamUrl: string;
  /** Asks as an admin; the answer's body. */
  // deno-lint-ignore no-explicit-any
  ask(path: string, query?: Record<string, string | number>): Promise<any>;
  /** Makes an order of three and waits until it is packed. */
  play(): Promise<void>;
}

/** Opens the shop; it closes with the test. @param machine The order's rules, also others. */
export async function openInspectedWorld(machine = order): Promise<InspectedWorld> {
  const database = await openTestDatabase();
  const actors = [
    defineActor({ kind: "order", machine, transactional: { charge } }),
    defineActor({ kind: "stock", machine: stock }),
  ];
  const runtime = await createRuntime({ database, actors, log: () => {} });
  const steps: StepRecord[] = [];
  runtime.onStep((step) => void steps.push(step));
  const inspector = createInspector({
    runtime,
    operator: createOperator({ database, actors, nowMs: () => Date.now(), log: () => {} }),
    database,
    actors,
    hide: {},
    origin: undefined,
    connectTo: undefined,
    log: () => {},
  });
  const app = createApp({
    isDatabaseReady: () => Promise.resolve(true),
    isRuntimeReady: () => true,
    proof: () => Promise.resolve(undefined),
    inspector: inspector.routes,
    log: () => {},
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  onTestFinished(async () => {
    inspector.stop();
    await server.shutdown();
    await runtime.stop();
  });
  await runtime.start();
  const url = `http://127.0.0.1:${server.addr.port}`;
  const token = new URL(inspector.loginPath(), url).searchParams.get("token") ?? "";

  return {
    database,
    runtime,
    steps,
    url,
    streamUrl: `${url.replace("http", "ws")}/inspect/stream?token=${token}`,
    async ask(path, query = {}) {
      const parameters = new URLSearchParams(
        Object.entries(query).map(([name, value]) => [name, String(value)]),
      );
      const response = await fetch(`${url}/inspect/api/${path}?${parameters}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return await response.json();
    },
    async play() {
      await runtime.create("stock/1", { left: 10 });
      await runtime.create("order/1");
      await runtime.send("order/1", { type: "add", count: 1 } as { type: string });
      await runtime.send("order/1", { type: "add", count: 2 } as { type: string });
      await runtime.send("order/1", { type: "close" });
      await runtime.waitFor("order/1", ({ tags }) => tags.includes("finished"));
    },
  };
}
