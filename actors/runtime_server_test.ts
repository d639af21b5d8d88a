/** Several sessions, several nodes, and connections that are lost: on a server only. */
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { assign, setup } from "xstate";
import { FENCED, writeSnapshots } from "../db/actor_rows.ts";
import { sqlState } from "../db/connection.ts";
import { claimLanes, deleteEffects } from "../db/effects.ts";
import { openDatabase, type OpenDatabaseOptions } from "../db/open_database.ts";
import { CuttingProxy } from "../db/testing/cutting_proxy.ts";
import { createServerDatabase } from "../db/testing/test_database.ts";
import { defineActor } from "./define_actor.ts";
import { UnavailableError } from "./errors.ts";
import type { LogRecord } from "./log.ts";
import { createRuntime, type Receipt, type Runtime } from "./runtime.ts";

const counter = setup({
  types: {
    context: {} as { got: number[] },
    events: {} as { type: "add"; number: number } | { type: "tell"; to: string; number: number },
  },
  actions: { tell: (_, _params: { to: string; event: { type: string } }) => {} },
}).createMachine({
  id: "counter",
  context: { got: [] },
  on: {
    add: { actions: assign({ got: ({ context, event }) => [...context.got, event.number] }) },
    tell: {
      actions: {
        type: "tell",
        params: ({ event }) => ({
          to: event.to,
          event: { type: "add", number: event.number },
        }),
      },
    },
  },
});
const counterActor = defineActor({ kind: "counter", machine: counter });
const add = (number: number) => ({ type: "add", number }) as never;

async function startNode(url: string, options: Partial<OpenDatabaseOptions> = {}) {
  const database = await openDatabase({ ...options, url });
  const logged: LogRecord[] = [];
  const runtime = await createRuntime({
    database,
    actors: [counterActor],
    log: (record) => logged.push(record),
  });
  await runtime.start();
  onTestFinished(async () => {
    await runtime.stop();
    await database.close();
  });
  return { database, runtime, logged };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Sends until it is known whether it was taken, as a webhook does. */
async function insist(runtime: Runtime, address: string, number: number, key: string) {
  for (;;) {
    try {
      return await runtime.send(address, add(number), { key });
    } catch (error) {
      expect(error).toBeInstanceOf(UnavailableError);
    }
  }
}

async function got(runtime: Runtime, address: string): Promise<number[]> {
  return (await runtime.read(address))?.context.got;
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe("two nodes on one database", () => {
  it("apply each key once, whichever of them is asked", async () => {
    const url = await createServerDatabase();
    const nodes = [await startNode(url), await startNode(url)];
    const statuses: Receipt["status"][] = [];
    await Promise.all(nodes.map(async ({ runtime }) => {
      // Creating is raced for, too.
      await Promise.all(range(4).map((id) => runtime.create(`counter/${id}`)));
      await Promise.all(
        range(100).map(async (number) => {
          const { status } = await runtime.send(`counter/${number % 4}`, add(number), {
            key: `k${number}`,
          });
          statuses.push(status);
        }),
      );
    }));
    expect(statuses.filter((status) => status === "accepted")).toHaveLength(100);
    expect(statuses.filter((status) => status === "duplicate")).toHaveLength(100);
    const numbers = await Promise.all(
      range(4).map((id) => got((nodes[0] as typeof nodes[0] & object).runtime, `counter/${id}`)),
    );
    expect(numbers.flat().sort((a, b) => a - b)).toEqual(range(100));
  });

  it("are fenced: a write that expects an older revision is refused whole", async () => {
    const { database, runtime } = await startNode(await createServerDatabase());
    await runtime.create("counter/1");
    await runtime.create("counter/2");
    const { rows } = await database.query<{ id: bigint }>("select id from actors order by id");
    const stale = await database.transaction((tx) =>
      writeSnapshots(
        tx,
        rows.map(({ id }, index) => ({
          id,
          expectedRevision: index,
          revision: index + 1,
          snapshot: "stolen",
        })),
      )
    ).catch((error) => error);
    expect(sqlState(stale)).toBe(FENCED);
    expect(await got(runtime, "counter/2")).toEqual([]);
  });
});

describe("a lane", () => {
  it("is not free while one of it runs, even if an older one appears late", async () => {
    // Both ran at once: the number of an effect is given before its commit.
    const url = await createServerDatabase();
    const database = await openDatabase({ url });
    onTestFinished(() => database.close());
    const insert = (key: string): string =>
      `insert into effects (key, address, name, input, lane, fence, attempt, run_at)
       values ('${key}', 'counter/1', 'say', '{}', 'lane', 0, 0, 0)`;
    const slow = await connect(url);
    await slow.query("begin");
    await slow.query(insert("older"));
    await database.query(insert("younger"));
    const claim = () =>
      claimLanes(database, { owner: "me", kinds: ["counter"], nowMs: 1, limit: 10 });
    expect((await claim()).map(({ key }) => key)).toEqual(["younger"]);
    await slow.query("commit");
    expect(await claim()).toEqual([]);
    await deleteEffects(database, ["younger"]);
    expect((await claim()).map(({ key }) => key)).toEqual(["older"]);
  });
});

describe("an actor that somebody else has locked", () => {
  async function lock(url: string, address: string) {
    const client = await connect(url);
    await client.query("begin");
    await client.query("select 1 from actors where address = $1 for update", [address]);
    return { release: () => client.query("commit") };
  }

  it("delays no other, and takes in order what waited", async () => {
    const url = await createServerDatabase();
    const { runtime } = await startNode(url);
    await Promise.all(range(10).map((id) => runtime.create(`counter/${id}`)));
    const { release } = await lock(url, "counter/0");
    const waiting = range(5).map((number) => runtime.send("counter/0", add(number)));
    let ended = 0;
    for (const receipt of waiting) void receipt.then(() => ended++);
    // The first batch may wait 250 ms for the lock, with all that is in it; if each did, these
    // would take longer than a test may.
    await Promise.all(
      range(9).map(async (id) => {
        for (const round of range(300)) await runtime.send(`counter/${id + 1}`, add(round));
      }),
    );
    expect(ended).toBe(0);
    await release();
    await Promise.all(waiting);
    expect(await got(runtime, "counter/0")).toEqual(range(5));
  });

  it("gets what other actors tell it through its inbox, in order", async () => {
    const url = await createServerDatabase();
    const { runtime, database } = await startNode(url);
    await runtime.create("counter/0");
    await runtime.create("counter/1");
    const tell = (number: number) =>
      runtime.send("counter/1", { type: "tell", to: "counter/0", number } as never);
    await tell(0);
    const { release } = await lock(url, "counter/0");
    await tell(1);
    await tell(2);
    expect((await database.query("select 1 from inbox")).rowCount).toBe(2);
    await release();
    await tell(3);
    await runtime.waitFor("counter/0", ({ context }) => context.got.length === 4);
    expect(await got(runtime, "counter/0")).toEqual([0, 1, 2, 3]);
    await expect.poll(async () => (await database.query("select 1 from inbox")).rowCount).toBe(0);
  });

  it("by an insert that does not end stops nobody but itself", async () => {
    // Reserving the row waited for the lock, timed out, and was begun again with the whole batch,
    // for as long as the lock lasted.
    const url = await createServerDatabase();
    const { runtime } = await startNode(url);
    await runtime.create("counter/1");
    const client = await connect(url);
    await client.query("begin");
    await client.query("insert into actors (address) values ('counter/0')");
    const creating = runtime.create("counter/0");
    for (const number of range(3)) await runtime.send("counter/1", add(number));
    const other = await runtime.create("counter/2");
    expect(other.status).toBe("accepted");
    await client.query("rollback");
    expect((await creating).status).toBe("accepted");
  });

  it("does not keep the runtime from stopping; what waits for it is told", async () => {
    const url = await createServerDatabase();
    const { runtime } = await startNode(url);
    await runtime.create("counter/0");
    const { release } = await lock(url, "counter/0");
    const waiting = runtime.send("counter/0", add(1)).catch((error) => error);
    await runtime.stop();
    expect(await waiting).toBeInstanceOf(UnavailableError);
    await release();
  });
});

describe("lost connections", () => {
  it.each(["cutBeforeCommit", "cutAfterCommit"] as const)(
    "%s: the outcome is asked for, also without a key",
    async (mode) => {
      const url = await createServerDatabase();
      const proxy = new CuttingProxy(url);
      const { runtime } = await startNode(proxy.url);
      await runtime.create("counter/0");
      for (const number of range(5)) {
        proxy.mode = mode;
        const receipts = await Promise.all([
          runtime.send("counter/0", add(2 * number)),
          runtime.send("counter/0", add(2 * number + 1), { key: `k${number}` }),
        ]);
        expect(receipts.map(({ status }) => status)).toEqual(["accepted", "accepted"]);
      }
      expect(proxy.cuts).toBe(5);
      expect(await got(runtime, "counter/0")).toEqual(range(10));
    },
  );

  it("of terminated backends under load lose and double nothing", async () => {
    const url = await createServerDatabase();
    const { runtime } = await startNode(url);
    await Promise.all(range(8).map((id) => runtime.create(`counter/${id}`)));
    const killer = await connect(url);
    let isOver = false;
    let killed = 0;
    const killing = (async () => {
      while (!isOver) {
        const { rowCount } = await killer.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid()
           order by random() limit 1`,
        );
        killed += rowCount ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await Promise.all(
      range(8).map(async (id) => {
        for (const number of range(60)) {
          const { status } = await insist(runtime, `counter/${id}`, number, `k${number}`);
          expect(status).not.toBe("refused");
        }
      }),
    );
    isOver = true;
    await killing;
    expect(killed).toBeGreaterThan(5);
    for (const id of range(8)) expect(await got(runtime, `counter/${id}`)).toEqual(range(60));
  });

  it("that say nothing any more are given up, and the outcome is asked for", async () => {
    // A network that went away without a word left the batch, and its actors, waiting for hours.
    const proxy = new CuttingProxy(await createServerDatabase());
    const { runtime } = await startNode(proxy.url, { answerTimeoutMs: 500 });
    await runtime.create("counter/0");
    for (const number of range(3)) {
      proxy.freezeAll();
      expect(await runtime.send("counter/0", add(number))).toMatchObject({ status: "accepted" });
    }
    expect(await got(runtime, "counter/0")).toEqual(range(3));
  });

  it("of a database that is away are told after some seconds, and then it goes on", async () => {
    const url = await createServerDatabase();
    const proxy = new CuttingProxy(url);
    const { runtime } = await startNode(proxy.url);
    await runtime.create("counter/0");
    proxy.mode = "refuse";
    proxy.cutAll();
    const beganMs = Date.now();
    const sent = range(600).map((number) =>
      runtime.send("counter/0", add(number)).catch((error) => error)
    );
    const errors = await Promise.all(sent);
    const tookMs = Date.now() - beganMs;
    expect(errors.every((error) => error instanceof UnavailableError)).toBe(true);
    // Those behind the first batch waited another five seconds each.
    expect(tookMs).toBeGreaterThan(4_000);
    expect(tookMs).toBeLessThan(15_000);
    proxy.mode = "open";
    expect(await runtime.send("counter/0", add(7))).toMatchObject({ status: "accepted" });
    expect(await got(runtime, "counter/0")).toEqual([7]);
  });
});
