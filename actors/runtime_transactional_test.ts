/** What a step writes and tells in its own commit. */
import { describe, expect, it } from "vitest";
import { assign, fromPromise, type PromiseActorLogic, sendTo, setup } from "xstate";
import type { Connection } from "../db/connection.ts";
import { defineActor, type TransactionalItem, type TransactionalVerdict } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const supplied = fromPromise(() => Promise.reject(new Error("supplied by the runtime")));

interface Move {
  account: string;
  amount: number;
}

const payer = setup({
  types: {
    context: {} as { paid: number; refused: string[] },
    events: {} as
      | { type: "pay"; amount: number }
      | { type: "leave" }
      | { type: "note"; text: string },
  },
  actors: { move: supplied as PromiseActorLogic<string, Move> },
  actions: { record: (_, _params: { text: string }) => {} },
}).createMachine({
  id: "payer",
  context: { paid: 0, refused: [] },
  initial: "ready",
  on: {
    note: { actions: { type: "record", params: ({ event }) => ({ text: event.text }) } },
  },
  states: {
    ready: { on: { pay: "paying" } },
    paying: {
      on: { leave: "ready" },
      invoke: {
        id: "move",
        src: "move",
        input: ({ event, self }) => ({
          account: self.id,
          amount: (event as { amount?: number }).amount ?? 0,
        }),
        onDone: {
          target: "ready",
          actions: assign({ paid: ({ context }) => context.paid + 1 }),
        },
        onError: {
          target: "ready",
          actions: assign({
            refused: ({ context, event }) => [...context.refused, (event.error as Error).message],
          }),
        },
      },
    },
  },
});

/** Books moves into a table; refuses negative amounts, throws for 666 and breaks SQL for 777. */
function bookkeeper(calls: number[] = []) {
  return async (
    items: readonly TransactionalItem<Move>[],
    tx: Connection,
  ): Promise<TransactionalVerdict[]> => {
    calls.push(items.length);
    if (items.some(({ params }) => params.amount === 666)) throw new Error("the books are closed");
    if (items.some(({ params }) => params.amount === 777)) await tx.query("select 1 / 0");
    const good = items.filter(({ params }) => params.amount >= 0);
    await tx.query(
      `insert into moves (account, amount, actor, revision, event)
       select * from unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::text[])`,
      [
        good.map(({ params }) => params.account),
        good.map(({ params }) => params.amount),
        good.map(({ cause }) => cause.actor),
        good.map(({ cause }) => cause.revision),
        good.map(({ cause }) => cause.event),
      ],
    );
    return items.map(({ params }) =>
      params.amount >= 0 ? { output: "moved" } : { error: new Error("too little") }
    );
  };
}

async function startPayers(calls: number[] = []) {
  const test = await startTestRuntime([defineActor({
    kind: "payer",
    machine: payer,
    transactional: {
      move: bookkeeper(calls),
      record: async (items, tx) => {
        await tx.query("insert into notes (text) select * from unnest($1::text[])", [
          items.map(({ params }) => params.text),
        ]);
      },
    },
  })]);
  await test.database.query(
    "create table moves (account text, amount int, actor text, revision int, event text)",
  );
  await test.database.query("create table notes (id int generated always as identity, text text)");
  return test;
}

describe("a transactional invoke", () => {
  it("is answered within the commit that asks, and names its cause", async () => {
    const { runtime, database } = await startPayers();
    await runtime.create("payer/1");
    const receipt = await runtime.send("payer/1", { type: "pay", amount: 5 } as never);
    expect(receipt.view).toMatchObject({ value: "ready", context: { paid: 1 } });
    expect((await database.query("select * from moves")).rows).toEqual([
      { account: "1", amount: 5, actor: "payer/1", revision: 2, event: "pay" },
    ]);
  });

  it("is one call per batch, with a verdict for each", async () => {
    const calls: number[] = [];
    const { runtime } = await startPayers(calls);
    const ids = Array.from({ length: 30 }, (_, index) => `payer/${index}`);
    await Promise.all(ids.map((id) => runtime.create(id)));
    const receipts = await Promise.all(
      ids.map((id, index) =>
        runtime.send(id, { type: "pay", amount: index % 3 === 0 ? -1 : 1 } as never)
      ),
    );
    expect(calls).toEqual([30]);
    receipts.forEach(({ view }, index) => {
      expect(view?.context).toEqual(
        index % 3 === 0 ? { paid: 0, refused: ["too little"] } : { paid: 1, refused: [] },
      );
    });
  });

  it("whose state is left in the same batch is not made", async () => {
    // It was, and its answer thrown away: the money had moved and the machine did not know.
    const { runtime, database } = await startPayers();
    await runtime.create("payer/1");
    const events = [{ type: "pay", amount: 5 }, { type: "leave" }, { type: "pay", amount: 7 }];
    const receipts = await Promise.all(
      events.map((event) => runtime.send("payer/1", event as never)),
    );
    expect(receipts.map(({ status }) => status)).toEqual(["accepted", "accepted", "accepted"]);
    expect(await runtime.read("payer/1")).toMatchObject({ value: "ready", context: { paid: 1 } });
    expect((await database.query("select amount from moves")).rows).toEqual([{ amount: 7 }]);
  });

  it.each([{ amount: 666, error: "the books are closed" }, { amount: 777, error: "division" }])(
    "that throws ($error) undoes its own step only",
    async ({ amount, error }) => {
      const { runtime, database } = await startPayers();
      const ids = ["payer/1", "payer/2", "payer/3"];
      await Promise.all(ids.map((id) => runtime.create(id)));
      const receipts = await Promise.all(
        ids.map((id, index) =>
          runtime.send(id, { type: "pay", amount: index === 1 ? amount : 1 } as never)
        ),
      );
      expect(receipts.map(({ status }) => status)).toEqual(["accepted", "refused", "accepted"]);
      expect(receipts[1]?.reason).toContain(error);
      expect((await database.query("select actor from moves order by actor")).rows)
        .toEqual([{ actor: "payer/1" }, { actor: "payer/3" }]);
      expect(await runtime.send("payer/2", { type: "pay", amount: 1 } as never))
        .toMatchObject({ status: "accepted", view: { context: { paid: 1 } } });
      expect((await database.query("select address from dead_letters")).rows)
        .toEqual([{ address: "payer/2" }]);
    },
  );

  it("that never ends is set aside instead of being left without an answer", async () => {
    // After the last round the invoke was called like an action and its verdict thrown away.
    const machine = setup({ actors: { ask: supplied } }).createMachine({
      id: "asker",
      initial: "idle",
      states: {
        idle: { on: { go: "asking" } },
        asking: { invoke: { src: "ask", onDone: { target: "asking", reenter: true } } },
      },
    });
    const { runtime } = await startTestRuntime([defineActor({
      kind: "asker",
      machine,
      transactional: { ask: (items) => Promise.resolve(items.map(() => ({ output: null }))) },
    })]);
    await runtime.create("asker/1");
    expect(await runtime.send("asker/1", { type: "go" })).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("More than 64 transactional invokes"),
      view: { value: "idle" },
    });
  });
});

describe("a transactional action", () => {
  it("is written with the step, once for the batch and in order", async () => {
    const { runtime, database } = await startPayers();
    await runtime.create("payer/1");
    await Promise.all(
      ["a", "b", "c"].map((text) => runtime.send("payer/1", { type: "note", text } as never)),
    );
    expect((await database.query("select text from notes order by id")).rows)
      .toEqual([{ text: "a" }, { text: "b" }, { text: "c" }]);
  });
});

describe("messages to other actors", () => {
  const receiver = setup({
    types: {
      context: {} as { got: string[] },
      input: {} as { fails?: boolean } | undefined,
      events: {} as { type: "say"; text: string },
    },
    guards: {
      isBad: ({ event }) => {
        if (event.text === "bad") throw new Error("cannot hear this");
        return false;
      },
    },
  }).createMachine({
    id: "receiver",
    context: ({ input }) => {
      if (input?.fails) throw new Error("cannot be born");
      return { got: [] };
    },
    on: {
      say: [
        { guard: "isBad" },
        { actions: assign({ got: ({ context, event }) => [...context.got, event.text] }) },
      ],
    },
  });
  const sender = setup({
    types: {
      events: {} as
        | { type: "tell"; to: string; text: string; create?: unknown }
        | { type: "sendTo"; to: string; text: string }
        | { type: "forward"; to: string; event: { type: string } },
    },
    actions: { tell: (_, _params: { to: string; event: { type: string } }) => {} },
  }).createMachine({
    id: "sender",
    on: {
      tell: {
        actions: {
          type: "tell",
          params: ({ event }) => ({
            to: event.to,
            event: { type: "say", text: event.text },
            ...(event.create === undefined ? {} : { create: event.create }),
          }),
        },
      },
      sendTo: {
        actions: sendTo(
          ({ event, system }) => system.get(event.to),
          ({ event }) => ({ type: "say", text: event.text }),
        ),
      },
      forward: {
        actions: { type: "tell", params: ({ event }) => ({ to: event.to, event: event.event }) },
      },
    },
  });
  const actors = [
    defineActor({ kind: "sender", machine: sender }),
    defineActor({ kind: "receiver", machine: receiver }),
  ];
  const tell = (text: string, more: object = {}) =>
    ({ type: "tell", to: "receiver/1", text, ...more }) as never;

  it("arrive in the commit of their sender, by tell and by sendTo, in order", async () => {
    const { runtime } = await startTestRuntime(actors);
    await runtime.create("receiver/1");
    await runtime.create("sender/1");
    await Promise.all([
      runtime.send("sender/1", tell("1")),
      runtime.send("sender/1", { type: "sendTo", to: "receiver/1", text: "2" } as never),
      runtime.send("sender/1", tell("3")),
    ]);
    expect(await runtime.read("receiver/1")).toMatchObject({ context: { got: ["1", "2", "3"] } });
  });

  it("create their receiver when they say how", async () => {
    const { runtime } = await startTestRuntime(actors);
    await runtime.create("sender/1");
    await runtime.send("sender/1", tell("1", { create: {} }));
    await runtime.send("sender/1", tell("2", { create: {} }));
    expect(await runtime.read("receiver/1")).toMatchObject({ context: { got: ["1", "2"] } });
  });

  it("to nobody are dead letters", async () => {
    const { runtime, database } = await startTestRuntime(actors);
    await runtime.create("sender/1");
    expect(await runtime.send("sender/1", tell("1"))).toMatchObject({ status: "accepted" });
    expect((await database.query("select address, source, error from dead_letters")).rows)
      .toEqual([{
        address: "receiver/1",
        source: "sender/1",
        error: 'There is no actor "receiver/1"',
      }]);
  });

  it("that their receiver cannot take do not undo the sender's step, and keep their order", async () => {
    const { runtime, database } = await startTestRuntime(actors);
    await runtime.create("receiver/1");
    await runtime.create("sender/1");
    const receipts = await Promise.all(
      ["1", "bad", "2"].map((text) => runtime.send("sender/1", tell(text))),
    );
    expect(receipts.map(({ status }) => status)).toEqual(["accepted", "accepted", "accepted"]);
    await runtime.settled();
    expect(await runtime.read("receiver/1")).toMatchObject({ context: { got: ["1", "2"] } });
    expect((await database.query("select address, event, error from dead_letters")).rows).toEqual([{
      address: "receiver/1",
      event: '{"type":"say","text":"bad"}',
      error: expect.stringContaining("cannot hear this"),
    }]);
    expect((await database.query("select 1 from inbox")).rowCount).toBe(0);
  });

  it("whose receiver cannot be created are dead letters, too", async () => {
    // Such a message stayed in the inbox for ever: only an actor that exists was drained.
    const { runtime, database } = await startTestRuntime(actors);
    await runtime.create("sender/1");
    const receipt = await runtime.send("sender/1", tell("1", { create: { fails: true } }));
    expect(receipt.status).toBe("accepted");
    await runtime.settled();
    expect((await database.query("select address, error from dead_letters")).rows)
      .toEqual([{ address: "receiver/1", error: "cannot be born" }]);
    expect((await database.query("select 1 from inbox")).rowCount).toBe(0);
    expect((await database.query("select address from actors")).rows)
      .toEqual([{ address: "sender/1" }]);
  });

  it("cannot carry a forged answer to another actor", async () => {
    const { runtime } = await startTestRuntime(actors);
    await runtime.create("receiver/1");
    await runtime.create("sender/1");
    expect(
      await runtime.send("sender/1", {
        type: "forward",
        to: "receiver/1",
        event: { type: "xstate.done.actor.pay" },
      } as never),
    ).toMatchObject({ status: "refused", reason: expect.stringContaining("xstate.done") });
  });

  it("in the inbox of a kind that this code does not know stay there", async () => {
    const { runtime, database } = await startTestRuntime(actors);
    await runtime.create("sender/1");
    await database.query(
      "insert into actors (address, revision, snapshot) values ('newer/1', 1, '{}')",
    );
    await runtime.send("sender/1", tell("1", { to: "newer/1" }));
    await runtime.settled();
    expect((await database.query("select root from inbox")).rows).toEqual([{ root: "newer/1" }]);
    expect((await database.query("select 1 from dead_letters")).rowCount).toBe(0);
  });
});
