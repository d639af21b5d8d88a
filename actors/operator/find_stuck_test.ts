import { describe, expect, it } from "vitest";
import type { TestRuntime } from "../testing/kit.ts";
import { startTestRuntime } from "../testing/test_runtime.ts";
import { createOperator, type Stuck } from "./operator.ts";
import { defineOrders } from "./testing/orders.ts";

const actors = [defineOrders()];
const START_MS = Date.UTC(2026, 0, 1);

/** @param ahead How far the operator's clock is ahead of the runtime's, milliseconds. */
async function findIn({ database, clock }: TestRuntime, ahead = 0): Promise<readonly Stuck[]> {
  const operator = createOperator({ database, actors, nowMs: () => clock.nowMs() + ahead });
  const page = await operator.stuck();
  expect(page.next).toBeNull();
  return page.stuck;
}

describe("stuck()", () => {
  it("finds who waits for an event that nothing will bring, with what he waits for", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    expect(await findIn(test)).toEqual([{
      address: "order/1",
      trouble: "idle",
      reason: "in state `open`, waits for: pay, ship, wait, tick, close, add, fail, tell; " +
        "nothing is on its way",
    }]);
  });

  it.each([
    { what: "a timer", events: ["wait"] },
    { what: "an effect", events: ["pay"] },
    { what: "the tag resting in a child machine", events: ["ship", "pack"] },
    { what: "its end", events: ["close"] },
  ])("leaves alone who has $what", async ({ events }) => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    for (const type of events) {
      const to = type === "pack" ? "order/1/parcel" : "order/1";
      expect((await test.runtime.send(to, { type })).status).toBe("accepted");
    }
    expect(await findIn(test)).toEqual([]);
  });

  it("leaves alone who has a message, until it is late", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    await test.runtime.stop();
    await test.database.query(
      `insert into inbox (root, address, event, source, at_ms)
       values ('order/1', 'order/1', '{"type":"add"}', 'order/2', ${START_MS})`,
    );
    expect(await findIn(test, 10_000)).toEqual([]);
    expect(await findIn(test, 10_001)).toEqual([{
      address: "order/1",
      trouble: "inbox",
      reason: '1 message waits since 2026-01-01T00:00:00.000Z, the first is "add"',
    }]);
  });

  it("counts child machines with their root", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    await test.runtime.send("order/1", { type: "ship" });
    expect(await findIn(test)).toEqual([{
      address: "order/1",
      trouble: "idle",
      reason: "in state `shipping`, waits for: parcel.sent, add, fail, tell; " +
        "order/1/parcel in state `packing`, waits for: pack; nothing is on its way",
    }]);
  });

  it("finds an awaited answer that is gone", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    await test.runtime.send("order/1", { type: "pay" });
    await test.runtime.stop();
    await test.database.query("delete from effects");
    expect(await findIn(test)).toEqual([{
      address: "order/1",
      trouble: "idle",
      reason: "in state `paying`, waits for: the answer of charge, add, fail, tell; " +
        "nothing is on its way",
    }]);
  });

  it("finds overdue timers", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    await test.runtime.send("order/1", { type: "wait" });
    expect(await findIn(test, 70_000)).toEqual([]);
    expect(await findIn(test, 75_000)).toEqual([{
      address: "order/1",
      trouble: "timer",
      reason: 'its timer "xstate.after.60000.order.waiting.short" was due ' +
        "2026-01-01T00:01:00.000Z, 15 s ago",
    }]);
  });

  it("finds effects that are tried in vain, and those whose node is gone", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    await test.runtime.send("order/1", { type: "pay" });
    await test.runtime.settled();
    expect(await findIn(test)).toEqual([]);
    await test.database.query("update effects set attempt = 6");
    const effect = { address: "order/1", trouble: "effect" };
    expect(await findIn(test)).toEqual([
      { ...effect, reason: "effect charge was tried 6 times, the last error: the bank is away" },
    ]);
    await test.runtime.stop();
    expect(await findIn(test, 12_000)).toEqual([{
      ...effect,
      reason: expect.stringMatching(
        /^effect charge waits for \d+ s: its node is gone and no other has taken it over$/,
      ),
    }]);
  });

  it("finds effects that are longer under way than they may be, and unknown ones", async () => {
    const test = await startTestRuntime(actors);
    await test.runtime.create("order/1");
    await test.runtime.send("order/1", { type: "pay" });
    await test.runtime.settled();
    expect(await findIn(test, 40_000)).toEqual([]);
    const [long] = await findIn(test, 60_000);
    expect(long?.reason).toMatch(/^effect charge is under way for \d+ s, longer than it may take$/);
    await test.database.query("update effects set name = 'gone'");
    expect((await findIn(test, 60_000))[0]?.reason).toBe("effect gone is not known to this code");
  });

  it("finds a lane that nobody serves once, by its first effect", async () => {
    const laned = [defineOrders({
      effects: {
        charge: () => Promise.resolve(),
        notify: { run: () => Promise.resolve(), lane: () => "7" },
      },
    })];
    const test = await startTestRuntime(laned);
    await test.runtime.create("order/1");
    await test.runtime.stop();
    await test.database.query(
      `insert into effects (key, address, name, input, lane, fence, attempt, run_at)
       select 'k' || n, 'order/1', 'notify', '{}', '7', 0, 0, ${START_MS} from generate_series(1, 3) n`,
    );
    expect(await findIn(test, 20_000)).toEqual([{
      address: "order/1",
      trouble: "effect",
      reason: "effect notify waits for 20 s: nobody takes what is in its lane; " +
        '2 wait behind it in lane "7"',
    }]);
  });

  it("finds who is held, with the letters he is held for, and who cannot be read", async () => {
    const test = await startTestRuntime([defineOrders({ onFailure: "hold" })]);
    await test.runtime.create("order/1");
    await test.runtime.send("order/1", { type: "fail" });
    await test.runtime.create("order/2");
    await test.database.query(
      `update actors set snapshot = replace(snapshot, '"version":1', '"version":2')
       where address = 'order/2'`,
    );
    await test.runtime.create("order/3");
    await test.database.query("update actors set address = 'gone/1' where address = 'order/3'");
    const found = await findIn(test);
    expect(found).toEqual([
      {
        address: "order/1",
        trouble: "held",
        reason: "it is held until dead letter 1 is redriven or dropped",
      },
      {
        address: "order/2",
        trouble: "unreadable",
        reason: expect.stringContaining("version 2 is newer than this code's 1"),
      },
      {
        address: "gone/1",
        trouble: "unreadable",
        reason: 'Kind "gone" is not known to this code; it knows order',
      },
    ]);
  });

  it("goes through all, part by part", async () => {
    const test = await startTestRuntime(actors);
    for (const id of [1, 2, 3]) await test.runtime.create(`order/${id}`);
    const { database, clock } = test;
    const operator = createOperator({ database, actors, nowMs: () => clock.nowMs() });
    const first = await operator.stuck({ maxScanned: 2 });
    expect(first).toMatchObject({ scanned: 2, stuck: [{}, {}] });
    const rest = await operator.stuck({ maxScanned: 2, after: first.next as number });
    expect(rest).toMatchObject({ scanned: 1, next: null, stuck: [{ address: "order/3" }] });
  });
});
