import { describe, expect, it } from "vitest";
import { startTestRuntime } from "../testing/test_runtime.ts";
import { createOperator, type OperatorOptions } from "./operator.ts";
import { defineOrders } from "./testing/orders.ts";

const actors = [defineOrders()];

async function openWorld(options: Partial<OperatorOptions> = {}) {
  const test = await startTestRuntime(actors);
  const { runtime, database, clock } = test;
  await runtime.create("order/1");
  const nowMs = (): number => clock.nowMs();
  return { test, runtime, operator: createOperator({ database, actors, nowMs, ...options }) };
}

describe("show()", () => {
  it("shows an actor with its child machines", async () => {
    const { runtime, operator } = await openWorld();
    await runtime.send("order/1", { type: "ship" });
    const shown = await operator.show("order/1");
    expect(shown).toMatchObject({ value: "shipping", children: 1 });
    expect(shown?.members).toMatchObject([
      {
        address: "order/1",
        machine: "order",
        value: "shipping",
        context: { count: 0 },
        output: null,
        error: null,
      },
      { address: "order/1/parcel", machine: "parcel", value: "packing", revision: 1 },
    ]);
    expect(await operator.show("order/1/parcel")).toMatchObject({
      value: "packing",
      children: 0,
      members: [{ address: "order/1/parcel" }],
    });
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });

  it("shows timers and effects that are on their way", async () => {
    const { test, runtime, operator } = await openWorld();
    await runtime.send("order/1", { type: "wait" });
    const [member] = (await operator.show("order/1"))?.members ?? [];
    expect(member?.timers).toMatchObject([
      { dueMs: test.clock.nowMs() + 60_000, event: { type: /^xstate\.after\.60000/ } },
    ].map((timer) => ({ ...timer, event: { type: expect.stringMatching(timer.event.type) } })));
    await runtime.create("order/2");
    await runtime.send("order/2", { type: "pay" });
    await runtime.settled();
    expect((await operator.show("order/2"))?.pendingEffects).toMatchObject([
      { name: "charge", address: "order/2", childId: "charge", attempt: 2, lastError: /away/ },
    ].map((effect) => ({ ...effect, lastError: expect.stringMatching(effect.lastError) })));
  });

  it("shows messages and dead letters that wait", async () => {
    const { test, operator } = await openWorld();
    await test.database.query(
      `insert into inbox (root, address, event, source, at_ms)
       values ('order/1', 'order/1/parcel', '{"type":"pack"}', 'order/2', 5)`,
    );
    await test.database.query(
      `insert into dead_letters (address, event, error, at_ms) values
       ('order/1', '{"type":"fail"}', 'broke', 7), ('order/11', '{"type":"fail"}', 'broke', 7)`,
    );
    const waiting = { address: "order/1/parcel", event: { type: "pack" }, source: "order/2" };
    expect(await operator.show("order/1")).toMatchObject({
      inbox: 1,
      pendingMessages: [{ ...waiting, atMs: 5 }],
      deadLetters: 1,
      letters: [{ address: "order/1", event: { type: "fail" }, error: "broke", atMs: 7 }],
    });
  });

  it("shows the past, oldest first, the newest entries of it", async () => {
    const { runtime, operator } = await openWorld();
    await runtime.send("order/1", { type: "ship" }, { key: "k1" });
    await runtime.send("order/1/parcel", { type: "pack" });
    await runtime.send("order/1", { type: "pay" }, { key: "k2" });
    const history = (await operator.show("order/1", { history: {} }))?.history ?? [];
    expect(history.map(({ address, revision, event, key }) => [address, revision, event.type, key]))
      .toEqual([
        ["order/1", 1, "xstate.init", null],
        ["order/1", 2, "ship", "k1"],
        ["order/1/parcel", 1, "xstate.init", null],
        ["order/1/parcel", 2, "pack", null],
        ["order/1", 3, "parcel.sent", null],
        ["order/1/parcel", 3, "xstate.stop", null],
        ["order/1", null, "pay", "k2"],
      ]);
    expect(history.at(-1)?.refusal).toContain("is not accepted");
    expect(history[4]?.source).toBe("order/1/parcel");
    const last = await operator.show("order/1", { history: { limit: 2 } });
    expect(last?.history).toEqual(history.slice(-2));
    const before = history[2]?.id as number;
    const early = await operator.show("order/1", { history: { limit: 2, before } });
    expect(early?.history).toEqual(history.slice(0, 2));
    expect(await operator.show("order/1")).not.toHaveProperty("history");
  });

  it("puts postings beside the steps that caused them", async () => {
    const posting = {
      key: "t1",
      type: "entry",
      kind: "transfer",
      from: "a",
      to: "b",
      minor: "5",
      currency: "XTR",
    };
    const asked: unknown[] = [];
    const { runtime, operator } = await openWorld({
      postingsOf: (steps) => {
        asked.push(...steps);
        return Promise.resolve([{ ...posting, address: "order/1", revision: 2 }]);
      },
    });
    await runtime.send("order/1", { type: "add" });
    const shown = await operator.show("order/1", { history: {} });
    expect(asked).toEqual([
      { address: "order/1", revision: 1 },
      { address: "order/1", revision: 2 },
    ]);
    expect(shown?.history?.map(({ postings }) => postings.map(({ key }) => key)))
      .toEqual([[], ["t1"]]);
  });

  it("shows an actor that it cannot read, without its state", async () => {
    const { test, operator } = await openWorld();
    await test.database.query(
      "update actors set snapshot = replace(snapshot, '\"version\":1', '\"version\":9')",
    );
    expect(await operator.show("order/1", { history: {} })).toMatchObject({
      status: "unreadable",
      problem: expect.stringContaining("version 9 is newer than this code's 1"),
      members: [],
      history: [{ revision: 1 }],
    });
  });

  it("knows no actor that is not there, and refuses what is no address", async () => {
    const { operator } = await openWorld();
    expect(await operator.show("order/2")).toBeUndefined();
    expect(await operator.show("order/1/parcel")).toBeUndefined();
    await expect(operator.show("order")).rejects.toThrow('Cannot use "order" as an address');
  });
});
