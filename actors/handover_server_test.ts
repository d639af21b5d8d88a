/** Messages that one node leaves to another, by way of the inbox: on a server only. */
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { assign, setup } from "xstate";
import { openDatabase } from "../db/open_database.ts";
import { createServerDatabase } from "../db/testing/test_database.ts";
import { type ActorDefinition, defineActor } from "./define_actor.ts";
import { channelOf, COMMON_CHANNEL, drainNotification, readReplyTo } from "./node_messages.ts";
import { createRuntime, type Receipt, type Runtime, type RuntimeOptions } from "./runtime.ts";

interface Add {
  type: "add";
  sender: string;
  number: number;
}

/** Keeps what it was sent, refuses odd numbers from "refused", and grows as large as it is told. */
const collector = setup({
  types: {
    context: {} as { got: Record<string, number[]>; ballast: string },
    events: {} as Add | { type: "grow"; characters: number },
  },
  guards: {
    isWelcome: ({ event }) =>
      event.type === "add" && (event.sender !== "refused" || event.number % 2 === 0),
  },
}).createMachine({
  id: "collector",
  context: { got: {}, ballast: "" },
  on: {
    add: {
      guard: "isWelcome",
      actions: assign({
        got: ({ context, event }) => ({
          ...context.got,
          [event.sender]: [...context.got[event.sender] ?? [], event.number],
        }),
      }),
    },
    grow: { actions: assign({ ballast: ({ event }) => "x".repeat(event.characters) }) },
  },
});
const collectorActor = defineActor({ kind: "collector", machine: collector });

async function startNode(
  url: string,
  options: Partial<RuntimeOptions> = {},
): Promise<{ runtime: Runtime; url: string }> {
  const database = await openDatabase({ url });
  const runtime = await createRuntime({
    database,
    actors: [collectorActor],
    log: () => {},
    ...options,
  });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await database.close();
  });
  return { runtime, url };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

async function count(client: pg.Client, from: string): Promise<number> {
  return (await client.query(`select count(*)::int as n from ${from}`)).rows[0].n;
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const add = (sender: string, number: number): Add => ({ type: "add", sender, number });

interface HotPair {
  nodes: [Runtime, Runtime];
  /** Keeps `collector/1`. */
  keeper: Runtime;
  /** Hands its messages for `collector/1` over. */
  other: Runtime;
  /** How many messages were handed over until now. */
  handed: () => Promise<number>;
  client: pg.Client;
  url: string;
}

/** Two nodes, one of which has begun to hand the messages for `collector/1` over to the other. */
async function startHotPair(options: Partial<RuntimeOptions> = {}): Promise<HotPair> {
  const url = await createServerDatabase();
  const nodes: [Runtime, Runtime] = [
    (await startNode(url, options)).runtime,
    (await startNode(url, options)).runtime,
  ];
  const client = await connect(url);
  await watchHandovers(client);
  await nodes[0].create("collector/1");
  await until(async () => {
    await Promise.all(nodes.map((node) => node.send("collector/1", add("warm", 0))));
    return await count(client, "handed") > 0;
  });
  const { rows: [{ reply_to }] } = await client.query("select reply_to from handed limit 1");
  const [first, second] = nodes;
  const [other, keeper] = readReplyTo(reply_to).nodeId === first.nodeId
    ? [first, second]
    : [second, first];
  return { nodes, keeper, other, handed: () => count(client, "handed"), client, url };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endAtMs = Date.now() + 10_000;
  while (!await isSo()) {
    if (Date.now() > endAtMs) throw new Error("It never came to that");
  }
}

/** Notes what goes through the inbox with a receipt asked for. */
async function watchHandovers(client: pg.Client): Promise<void> {
  await client.query(`
    create table handed (reply_to text);
    create function note_handed() returns trigger language plpgsql as $$
      begin insert into handed values (new.reply_to); return null; end $$;
    create trigger handed after insert on inbox for each row
      when (new.reply_to is not null) execute function note_handed()`);
}

describe("two nodes on one hot actor", () => {
  it("take each event once and in its sender's order, also of senders who do not wait", async () => {
    const { nodes, handed } = await startHotPair();
    const before = await handed();
    const receipts = await Promise.all(
      nodes.flatMap((node, index) =>
        range(16).flatMap((sender) =>
          range(30).map((number) =>
            node.send("collector/1", add(`${index}-${sender}`, number), {
              key: `${index}-${sender}-${number}`,
            })
          )
        )
      ),
    );
    expect(receipts.every(({ status }) => status === "accepted")).toBe(true);
    const { got } = (await nodes[0].read("collector/1"))?.context;
    for (const index of [0, 1]) {
      for (const sender of range(16)) expect(got[`${index}-${sender}`]).toEqual(range(30));
    }
    expect(await handed()).toBeGreaterThan(before);
  });

  it("answer a handed over event as if it was taken here", async () => {
    const { nodes, handed } = await startHotPair();
    const send = async (node: Runtime, number: number): Promise<Receipt[]> => [
      await node.send("collector/1", add("refused", number), { key: `once-${number}` }),
      await node.send("collector/1", add("refused", number), { key: `once-${number}` }),
      await node.send("collector/1", add("plain", number)),
    ];
    await until(async () => {
      const before = await handed();
      const [first, second] = await Promise.all([send(nodes[0], before * 2), send(nodes[1], 1)]);
      expect(first.map(({ status }) => status).slice(1)).toEqual(["duplicate", "accepted"]);
      expect(second).toMatchObject([
        { status: "refused", reason: expect.stringContaining("not accepted") },
        { status: "refused", reason: expect.stringContaining("not accepted") },
        { status: "accepted", view: { address: "collector/1", status: "active" } },
      ]);
      return before > 10;
    });
  });

  it("give a view that is too large for a notification", async () => {
    const { nodes, handed } = await startHotPair();
    await nodes[0].send("collector/1", { type: "grow", characters: 20_000 } as never);
    await until(async () => {
      const views = await Promise.all(
        nodes.map(async (node) => (await node.send("collector/1", add("big", 0))).view),
      );
      for (const view of views) expect(view?.context.ballast).toHaveLength(20_000);
      return await handed() > 10;
    });
  });

  it("find out what became of events whose receipts were lost", async () => {
    const { nodes, client } = await startHotPair();
    let isCutting = true;
    const cutting = (async () => {
      while (isCutting) {
        await client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and query like 'listen%'`,
        );
      }
    })();
    const receipts = await Promise.all(
      nodes.flatMap((node, index) =>
        range(200).map((number) =>
          node.send("collector/1", add(`${index}`, number), { key: `${index}-${number}` })
        )
      ),
    );
    isCutting = false;
    await cutting;
    expect(receipts.every(({ status }) => status === "accepted")).toBe(true);
    const { got } = (await nodes[0].read("collector/1"))?.context;
    expect([got["0"], got["1"]]).toEqual([range(200), range(200)]);
  });

  it("go on when the one that keeps the actor ends", async () => {
    const { keeper, other } = await startHotPair();
    const sent = Promise.all(
      range(100).map((number) =>
        other.send("collector/1", add("other", number), { key: `${number}` })
      ),
    );
    await keeper.stop();
    await sent;
    const receipt = await other.send("collector/1", add("other", 100));
    expect(receipt.view?.context.got.other).toEqual(range(101));
  });
});

describe("the channels of nodes, on which anybody may speak", () => {
  it("bear what no node says", async () => {
    const url = await createServerDatabase();
    const { runtime } = await startNode(url);
    const client = await connect(url);
    await runtime.create("collector/1");
    for (const channel of [COMMON_CHANNEL, channelOf(runtime.nodeId)]) {
      for (const payload of ["x", "null", '{"type":"hello"}', '{"type":"drain","root":7}']) {
        await client.query("select pg_notify($1, $2)", [channel, payload]);
      }
    }
    const { channel, payload } = drainNotification("collector/1", runtime.nodeId);
    await client.query(
      `insert into inbox (root, address, event)
       values ('collector/1', 'collector/1', '{"type":"add","sender":"inbox","number":0}')`,
    );
    await client.query("select pg_notify($1, $2)", [channel, payload]);
    await runtime.waitFor("collector/1", ({ context }) => context.got.inbox !== undefined);
  });

  it("give no receipts but those of nodes", async () => {
    const { other, client, url } = await startHotPair();
    const block = await connect(url);
    await block.query("begin");
    await block.query("select 1 from actors where address = 'collector/1' for update");
    const seen = other.waitFor("collector/1", ({ context }) => context.got.other !== undefined);
    const sent = other.send("collector/1", add("other", 0));
    await until(async () => await count(client, "inbox") === 1);
    const { rows: [{ reply_to }] } = await client.query("select reply_to from inbox");
    // The number itself on the channel for all, and numbers that could be guessed on the node's own.
    const forged = { ...await other.read("collector/1"), context: { got: { other: ["forged"] } } };
    const say = (channel: string, numbers: number[]): Promise<unknown> => {
      const receipts = numbers.map((number) => ({
        number,
        address: "collector/1",
        status: "accepted",
      }));
      const views = { "collector/1": forged };
      const payload = JSON.stringify({ type: "receipts", receipts, views });
      return client.query("select pg_notify($1, $2)", [channel, payload]);
    };
    await say(COMMON_CHANNEL, [readReplyTo(reply_to).number]);
    await say(channelOf(other.nodeId), range(100));
    await block.query("rollback");
    expect((await sent).view?.context.got.other).toEqual([0]);
    expect((await seen).context.got.other).toEqual([0]);
  });
});

describe("an actor that only newer code can read", () => {
  const next = defineActor({
    kind: "collector",
    machine: collector,
    version: 2,
    migrations: { 2: (stored) => stored },
  });

  it("is stepped by the node that can, whichever is asked, and never by the other", async () => {
    const url = await createServerDatabase();
    const { runtime: newer } = await startNode(url, { actors: [next] });
    const { runtime: older } = await startNode(url);
    await older.create("collector/1");
    await newer.send("collector/1", add("newer", 0));
    // The nodes know of each other within a heartbeat.
    await until(async () => {
      const { status } = await older.send("collector/1", add("older", 0), { key: "older" });
      return status !== "refused";
    });
    for (const number of range(5)) {
      await older.send("collector/1", add("older", number + 1), { key: `older-${number}` });
    }
    const view = await newer.read("collector/1");
    expect(view?.context.got).toEqual({ newer: [0], older: range(6) });
  });

  it("takes many events of one sender in their order", async () => {
    const url = await createServerDatabase();
    const { runtime: newer } = await startNode(url, { actors: [next] });
    const { runtime: older } = await startNode(url);
    await newer.create("collector/1");
    await until(async () =>
      (await older.send("collector/1", add("first", 0))).status === "accepted"
    );
    await Promise.all(range(300).map((number) => older.send("collector/1", add("older", number))));
    expect((await newer.read("collector/1"))?.context.got.older).toEqual(range(300));
  });

  it("gives receipts without its view to the other when it is too large to travel", async () => {
    const url = await createServerDatabase();
    const { runtime: newer } = await startNode(url, { actors: [next] });
    const { runtime: older } = await startNode(url);
    await newer.create("collector/1");
    await newer.send("collector/1", { type: "grow", characters: 20_000 } as never);
    await until(async () => {
      const { status } = await older.send("collector/1", add("older", 0), { key: "older" });
      return status !== "refused";
    });
    const accepted = { status: "accepted", view: undefined };
    expect(await older.send("collector/1", add("older", 1), { key: "1" })).toEqual(accepted);
    expect(await older.send("collector/1", add("older", 2))).toEqual(accepted);
    expect((await newer.read("collector/1"))?.context.got).toEqual({ older: range(3) });
  });

  it("is refused with the reason when no other node lives", async () => {
    const url = await createServerDatabase();
    const { runtime: newer } = await startNode(url, { actors: [next] });
    await newer.create("collector/1");
    await newer.stop();
    const { runtime: older } = await startNode(url);
    expect(await older.send("collector/1", add("older", 0))).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("newer"),
    });
  });
});

describe("an inbox that is full", () => {
  const teller = setup({
    types: { events: {} as { type: "pass"; number: number } },
    actions: { tell: (_, _params: { to: string; event: Add }) => {} },
  }).createMachine({
    id: "teller",
    on: {
      pass: {
        actions: {
          type: "tell",
          params: ({ event }) => ({ to: "collector/1", event: add("teller", event.number) }),
        },
      },
    },
  });
  const actors: ActorDefinition[] = [
    collectorActor,
    defineActor({ kind: "teller", machine: teller }),
  ];

  it("answers busy, uses up no key, and loses nothing", async () => {
    const url = await createServerDatabase();
    const { runtime } = await startNode(url, { actors, maxPendingPerActor: 5 });
    await runtime.create("collector/1");
    await runtime.create("teller/1");
    const client = await connect(url);
    await client.query("begin");
    await client.query("select 1 from actors where address = 'collector/1' for update");
    const receipts: Receipt[] = [];
    for (const number of range(8)) {
      receipts.push(
        await runtime.send("teller/1", { type: "pass", number } as never, { key: `${number}` }),
      );
    }
    expect(receipts.map(({ status, reason }) => reason ?? status)).toEqual([
      ...range(5).map(() => "accepted"),
      ...range(3).map(() => "busy"),
    ]);
    await client.query("rollback");
    await runtime.waitFor("collector/1", ({ context }) => context.got.teller?.length === 5);
    for (const number of range(8)) {
      const { status } = await runtime.send("teller/1", { type: "pass", number } as never, {
        key: `${number}`,
      });
      expect(status).toBe(number < 5 ? "duplicate" : "accepted");
    }
    const view = await runtime.waitFor(
      "collector/1",
      ({ context }) => context.got.teller?.length === 8,
    );
    expect(view.context.got.teller).toEqual(range(8));
  });

  it("answers busy to those who hand over to it, and uses up no key", async () => {
    const { other, client, url } = await startHotPair({ maxPendingPerActor: 5 });
    const block = await connect(url);
    await block.query("begin");
    await block.query("select 1 from actors where address = 'collector/1' for update");
    // Messages of callers who were given up stay there.
    await client.query(
      `insert into inbox (root, address, event)
       select 'collector/1', 'collector/1', '{"type":"add","sender":"inbox","number":0}'
       from generate_series(1, 3)`,
    );
    const send = (number: number): Promise<Receipt> =>
      other.send("collector/1", add("other", number), { key: `${number}` });
    const sent = range(4).map(send);
    const busy = { status: "refused", reason: "busy", view: undefined };
    expect(await Promise.all(sent.slice(2))).toEqual([busy, busy]);
    await block.query("rollback");
    expect(await Promise.all(sent.slice(0, 2))).toMatchObject([
      { status: "accepted" },
      { status: "accepted" },
    ]);
    expect(await send(2)).toMatchObject({ status: "accepted" });
    expect((await other.read("collector/1"))?.context.got.other).toEqual(range(3));
  });
});
