import { expect, it } from "vitest";
import { setup } from "xstate";
import { defineActor, type TransactionalItem } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

type Book = { entry: string };

const stubs = setup({
  types: { events: {} as { type: "idle" | "give" | "got"; name: string } },
  actions: { book: (_, _params: Book) => {}, tell: (_, _params: unknown) => {} },
});
const taker = stubs.createMachine({
  id: "taker",
  on: {
    idle: { actions: { type: "book", params: ({ event }) => ({ entry: `idle ${event.name}` }) } },
    got: { actions: { type: "book", params: ({ event }) => ({ entry: `got ${event.name}` }) } },
  },
});
const giver = stubs.createMachine({
  id: "giver",
  on: {
    give: {
      actions: [
        { type: "book", params: ({ event }) => ({ entry: `gave ${event.name}` }) },
        {
          type: "tell",
          params: ({ event: { name } }: { event: { name: string } }) => ({
            to: "taker/1",
            event: { type: "got", name },
          }),
        },
      ],
    },
  },
});

// Each kind had a call of its own. A raffle that had booked something earlier in the commit came before
// the payments, so the ledger refused to take what it was given only by the next call, and the whole
// batch was run again one by one.
it("a handler that two kinds share sees their items in the order in which they were asked for", async () => {
  const calls: string[][] = [];
  const book = (items: readonly TransactionalItem<Book>[]): Promise<void> => {
    calls.push(items.map(({ params }) => params.entry));
    return Promise.resolve();
  };
  const { runtime } = await startTestRuntime([
    defineActor({ kind: "taker", machine: taker, transactional: { book } }),
    defineActor({ kind: "giver", machine: giver, transactional: { book } }),
  ]);
  await runtime.create("taker/1");
  await runtime.create("giver/1");
  const send = (address: string, type: string, name: string) =>
    runtime.send(address, { type, name } as { type: string });
  // What is sent at once is one batch.
  await Promise.all([send("taker/1", "idle", "1"), send("giver/1", "give", "2")]);
  expect(calls).toEqual([["idle 1", "gave 2", "got 2"]]);
});
