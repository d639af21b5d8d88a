/** Actors that this code cannot read stay as they are, whatever is sent to them. */
import { describe, expect, it } from "vitest";
import { assign, setup } from "xstate";
import { insertInbox } from "../db/inbox.ts";
import { defineActor } from "./define_actor.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const counter = setup({}).createMachine({
  id: "counter",
  context: { count: 0 },
  on: { add: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
});
const teller = setup({
  actions: { tell: (_, _params: { to: string; event: { type: string }; create: unknown }) => {} },
}).createMachine({
  id: "teller",
  on: {
    pass: {
      actions: { type: "tell", params: { to: "counter/1", event: { type: "add" }, create: {} } },
    },
  },
});
const older = defineActor({ kind: "counter", machine: counter });
const newer = defineActor({
  kind: "counter",
  machine: counter,
  version: 2,
  migrations: { 2: (stored) => stored },
});
const tellerActor = defineActor({ kind: "teller", machine: teller });
const add = { type: "add" };

describe.each(["newer", "broken"])("an actor with a %s snapshot", (how) => {
  async function startOlder() {
    const kit = await startTestRuntime([newer, tellerActor]);
    await kit.create("counter/1", undefined, { key: "creation" });
    await kit.create("teller/1");
    if (how === "broken") {
      await kit.database.query("update actors set snapshot = '{' where address = 'counter/1'");
    }
    const { rows } = await kit.database.query("select * from actors where address = 'counter/1'");
    await kit.restart([older, tellerActor]);
    return { kit, stored: rows };
  }

  it.each([
    ["a create", (kit) => kit.create("counter/1")],
    ["an event that may create it", (kit) => kit.send("counter/1", add, { create: {} })],
    ["an event", (kit) => kit.send("counter/1", add)],
    ["a message that may create it", (kit) => kit.send("teller/1", { type: "pass" })],
    ["what waits in its inbox", async (kit) => {
      await insertInbox(kit.database, [{
        root: "counter/1",
        address: "counter/1",
        kind: "event",
        event: JSON.stringify(add),
        create_input: "{}",
        source: "teller/1",
        source_revision: 1,
        key: null,
        reply_to: null,
        at_ms: 0,
      }]);
      await kit.restart();
    }],
  ] as [string, (kit: Awaited<ReturnType<typeof startTestRuntime>>) => Promise<unknown>][])(
    "is left alone by %s",
    async (_, act) => {
      const { kit, stored } = await startOlder();
      await act(kit);
      await kit.settled();
      const { rows } = await kit.database.query("select * from actors where address = 'counter/1'");
      expect(rows).toEqual(stored);
      expect((await kit.database.query("select 1 from events where key = 'creation'")).rowCount)
        .toBe(1);
    },
  );
});

describe("a due timer of an actor that this code's migration makes unfit to be kept", () => {
  it("is left for later, and does not keep the node busy", async () => {
    const sleeper = setup({}).createMachine({
      id: "sleeper",
      initial: "asleep",
      states: { asleep: { after: { 1_000: "awake" } }, awake: {} },
    });
    const kit = await startTestRuntime([defineActor({ kind: "sleeper", machine: sleeper })]);
    await kit.create("sleeper/1");
    const unfit = { 2: ({ value }: { value: unknown }) => ({ value, context: { at: new Map() } }) };
    await kit.restart([
      defineActor({ kind: "sleeper", machine: sleeper, version: 2, migrations: unfit as never }),
    ]);
    kit.clock.advance(10_000);
    await expect.poll(() => kit.logged.length).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(kit.logged.length).toBeLessThan(10);
  });
});

describe("a local message", () => {
  it("does not overtake an inbox that is longer than a batch", async () => {
    const collector = setup({
      types: { context: {} as { got: number[] }, events: {} as { type: "add"; number: number } },
    }).createMachine({
      id: "collector",
      context: { got: [] },
      on: {
        add: { actions: assign({ got: ({ context, event }) => [...context.got, event.number] }) },
      },
    });
    const kit = await startTestRuntime([defineActor({ kind: "collector", machine: collector })]);
    await kit.create("collector/1");
    const numbers = Array.from({ length: 600 }, (_, index) => index);
    await insertInbox(
      kit.database,
      numbers.map((number) => ({
        root: "collector/1",
        address: "collector/1",
        kind: "event" as const,
        event: JSON.stringify({ type: "add", number }),
        create_input: null,
        source: null,
        source_revision: null,
        key: `${number}`,
        reply_to: null,
        at_ms: 0,
      })),
    );
    await kit.send("collector/1", { type: "add", number: 600 } as never);
    expect((await kit.runtime.read("collector/1"))?.context.got).toEqual([...numbers, 600]);
  });
});
