import { createMachine } from "xstate";
import { describe, expect, it } from "vitest";
import { defineActor } from "../../actors/define_actor.ts";
import type { StepRecord } from "../../actors/runtime.ts";
import { createSanitizer } from "./sanitize.ts";
import { StepStream, type StreamClient } from "./step_stream.ts";

const child = createMachine({ id: "worker" });
const machine = createMachine({
  id: "order",
  initial: "open",
  states: { open: { invoke: { id: "w", src: child }, on: { pay: "paid" } }, paid: {} },
});

function stepOf(address: string, revision: number, differences: Partial<StepRecord> = {}) {
  const view = {
    address,
    revision,
    value: "open",
    context: { salt: "hunter2", count: revision },
    status: "active" as const,
    output: undefined,
    tags: [],
  };
  return {
    address,
    root: address.split("/").slice(0, 2).join("/"),
    machine: "order",
    revision,
    event: { type: "pay", token: "hunter2" },
    source: undefined,
    sourceRevision: undefined,
    key: undefined,
    atMs: 1_700_000_000_000,
    view,
    ...differences,
  } as StepRecord;
}

function open() {
  const listeners = new Set<(step: StepRecord) => void>();
  const actors = new Map([["order", defineActor({ kind: "order", machine })]]);
  const sanitize = createSanitizer();
  const stream = new StepStream({
    onStep(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    actors,
    sanitize: () => sanitize,
  });
  return {
    stream,
    listeners,
    step: (...step: Parameters<typeof stepOf>) =>
      listeners.forEach((tell) => tell(stepOf(...step))),
  };
}

function clientOf(waitingBytes = 0) {
  const events: Record<string, unknown>[] = [];
  const client: StreamClient & { events: typeof events; closed: string[]; texts: string[] } = {
    events,
    texts: [],
    closed: [],
    send(text) {
      this.texts.push(text);
      events.push(JSON.parse(text));
    },
    waitingBytes: () => waitingBytes,
    close(reason) {
      this.closed.push(reason);
    },
  };
  return client;
}

/** Lets the turns run that the stream has asked for. */
async function turns(count = 1): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

const short = (events: Record<string, unknown>[]) =>
  events.map(({ type, sessionId }) => `${String(type).slice(8)} ${sessionId}`);

describe("step stream", () => {
  it("listens only while somebody follows", () => {
    const { stream, listeners } = open();
    expect(listeners.size).toBe(0);
    const first = stream.add(clientOf());
    const second = stream.add(clientOf());
    expect(listeners.size).toBe(1);
    first();
    expect(listeners.size).toBe(1);
    second();
    expect(listeners.size).toBe(0);
  });

  it("introduces each actor once, then tells its steps in order", async () => {
    const { stream, step } = open();
    const client = clientOf();
    stream.add(client);
    step("order/1", 1);
    step("order/1", 2);
    step("order/2", 1);
    await turns();
    expect(short(client.events)).toEqual([
      "actor order/1",
      "event order/1",
      "snapshot order/1",
      "event order/1",
      "snapshot order/1",
      "actor order/2",
      "event order/2",
      "snapshot order/2",
    ]);
  });

  it("introduces to a client that comes late what it needs", async () => {
    const { stream, step } = open();
    const early = clientOf();
    const late = clientOf();
    stream.add(early);
    step("order/1", 1);
    await turns();
    stream.add(late);
    step("order/1", 2);
    await turns();
    expect(short(early.events).filter((text) => text.startsWith("actor"))).toHaveLength(1);
    expect(short(late.events)).toEqual(["actor order/1", "event order/1", "snapshot order/1"]);
  });

  it("introduces the sender and the parents before the actor", async () => {
    const { stream, step } = open();
    const client = clientOf();
    stream.add(client);
    step("order/1/w", 3, { machine: "worker", source: "order/7", sourceRevision: 2 });
    await turns();
    expect(short(client.events)).toEqual([
      "actor order/7",
      "actor order/1",
      "actor order/1/w",
      "event order/1/w",
      "snapshot order/1/w",
    ]);
    const [sender, parent, itself, event] = client.events;
    expect(JSON.parse(String(sender?.["definition"]))).toMatchObject({ id: "order" });
    expect(parent).toMatchObject({ rootId: "order/1" });
    expect(parent).not.toHaveProperty("parentId");
    expect(itself).toMatchObject({ parentId: "order/1", rootId: "order/1" });
    expect(JSON.parse(String(itself?.["definition"]))).toMatchObject({ id: "worker" });
    expect(event).toMatchObject({ sourceId: "order/7" });
  });

  it("shows no secret", async () => {
    const { stream, step } = open();
    const client = clientOf();
    stream.add(client);
    step("order/1", 1);
    await turns();
    expect(client.texts.join()).not.toContain("hunter2");
    expect(client.events.at(-1)).toMatchObject({ snapshot: { context: { count: 1 } } });
  });

  it("drops a client that does not take what it is sent, and keeps the others", async () => {
    const { stream, step, listeners } = open();
    const slow = clientOf(9_000_000);
    const quick = clientOf();
    stream.add(slow);
    stream.add(quick);
    step("order/1", 1);
    await turns();
    expect(slow.events).toEqual([]);
    expect(slow.closed).toEqual(["Too slow to follow"]);
    expect(quick.events).toHaveLength(3);
    expect(listeners.size).toBe(1);
  });

  it("drops everybody rather than let steps pile up", async () => {
    const { stream, step, listeners } = open();
    const client = clientOf();
    stream.add(client);
    for (let revision = 1; revision <= 5_001; revision++) step("order/1", revision);
    expect(client.closed).toEqual(["There are too many steps to follow"]);
    expect(listeners.size).toBe(0);
    await turns(2);
    expect(client.events).toEqual([]);
  });

  it("makes a hundred steps ready in a turn", async () => {
    const { stream, step } = open();
    const client = clientOf();
    stream.add(client);
    for (let revision = 1; revision <= 250; revision++) step("order/1", revision);
    await turns();
    expect(client.events).toHaveLength(201);
    await turns(2);
    expect(client.events).toHaveLength(501);
  });
});
