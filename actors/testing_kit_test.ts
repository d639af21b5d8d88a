/** The kit itself: it goes on after a crash, and sees what it is there to see. */
import { describe, expect, it } from "vitest";
import { assign, setup } from "xstate";
import { openTestDatabase, testDatabaseKind } from "../db/testing/test_database.ts";
import { defineActor } from "./define_actor.ts";
import { everywhere, findDeviations, type Story } from "./testing/mod.ts";
import { startTestRuntime } from "./testing/test_runtime.ts";

const bell = setup({
  types: { context: {} as { rung: number } },
  actions: { call: (_, _params: { who: string }) => {} },
}).createMachine({
  id: "bell",
  context: { rung: 0 },
  initial: "quiet",
  states: {
    quiet: { on: { ring: "loud" }, after: { 60_000: "broken" } },
    loud: {
      entry: [
        assign({ rung: ({ context }) => context.rung + 1 }),
        { type: "call", params: { who: "porter" } },
      ],
      after: { 1_000: "quiet" },
    },
    broken: { type: "final" },
  },
});
const call = () => Promise.resolve();
const bellActor = defineActor({ kind: "bell", machine: bell, effects: { call } });

const ringing: Story = [
  { create: "bell/1" },
  { send: { type: "ring" }, to: "bell/1" },
  { pass: 61_000 },
  async ({ runtime }) => expect((await runtime.read("bell/1"))?.value).toBe("broken"),
];

describe("everywhere()", () => {
  it.runIf(testDatabaseKind === "embedded")("needs no more than actors and a story", async () => {
    const { points, crashes } = await everywhere([bellActor], [
      { create: "bell/1" },
      { send: { type: "ring" }, to: "bell/1" },
    ]);
    expect(points).toContain("after effect call 1");
    expect(crashes).toBeGreaterThan(25);
  });

  it("ends once in each state that an end can leave behind", async () => {
    const story = ringing.slice(0, 2);
    const options = { databases: [await openTestDatabase()], twice: false };
    const { points } = await everywhere([bellActor], story, { ...options, crash: false });
    const { crashes } = await everywhere([bellActor], story, { ...options, crash: "states" });
    expect(crashes).toBe(points.filter((point) => point.startsWith("after ")).length);
    expect(crashes).toBeLessThan(points.length / 2);
  });

  it("names the run that went wrong, and says how", async () => {
    const failing = everywhere([bellActor], [...ringing, ({ crashes }) => {
      if (crashes > 0) throw new Error("seen after a crash");
    }], { databases: [await openTestDatabase()], crash: 3, seed: 7 });
    const error = await failing.catch((error) => error);
    expect(error.message).toMatch(/^The story went wrong: crash (before|after) .* \d+ \(seed 7\)$/);
    expect(error.cause.message).toBe("seen after a crash");
  });

  it("sees an end that differs from run to run", async () => {
    let plays = 0;
    const playing = everywhere([bellActor], ringing, {
      databases: [await openTestDatabase()],
      crash: 1,
      outcome: () => Promise.resolve(++plays > 1),
    });
    await expect(playing).rejects.toThrow("played again");
  });
});

describe("a test runtime", () => {
  it("goes on with a new node after a crash, and repeats what was not answered", async () => {
    const kit = await startTestRuntime([bellActor]);
    await kit.create("bell/1");
    kit.crash("after commit 2");
    const { status } = await kit.send("bell/1", { type: "ring" }, { key: "k" });
    expect(status).toBe("duplicate");
    expect(kit.crashes).toBe(1);
    await kit.advance(1_000);
    expect(await kit.runtime.read("bell/1")).toMatchObject({ value: "quiet" });
    expect(kit.calls).toMatchObject([{ name: "call", params: { who: "porter" }, status: "done" }]);
  });

  it.runIf(testDatabaseKind === "embedded")("says that several nodes need a server", async () => {
    await expect(startTestRuntime([bellActor], { nodes: 2 })).rejects.toThrow(
      "Cannot start 2 nodes: an embedded database has one, use a server",
    );
  });

  it("calls an effect again with the same key when the node ended within it", async () => {
    const kit = await startTestRuntime([bellActor]);
    await kit.create("bell/1");
    kit.crash("after effect call 1");
    await kit.send("bell/1", { type: "ring" });
    await kit.settled();
    expect(kit.calls.map(({ status, attempt }) => [status, attempt]))
      .toEqual([["lost", 1], ["done", 2]]);
    expect(new Set(kit.calls.map(({ key }) => key)).size).toBe(1);
    expect(await findDeviations(kit.database, kit.actors, kit.calls)).toEqual([]);
  });
});

describe("findDeviations()", () => {
  async function rung() {
    const kit = await startTestRuntime([bellActor]);
    await kit.create("bell/1");
    await kit.send("bell/1", { type: "ring" });
    await kit.settled();
    const look = () => findDeviations(kit.database, kit.actors, kit.calls);
    expect(await look()).toEqual([]);
    return { kit, look };
  }

  it.each([
    ["a lost step", "delete from events where revision = 2", "the model says"],
    [
      "another context",
      `update actors set snapshot = replace(snapshot, '"rung":1', '"rung":2')`,
      '"rung":2',
    ],
    ["an actor that nobody made", "delete from events", "without a step"],
  ])("sees %s", async (_, statement, words) => {
    const { kit, look } = await rung();
    await kit.database.query(statement);
    expect((await look())[0]).toContain(words);
  });

  it("sees effects that were forgotten, invented, or done under a second key", async () => {
    const { kit, look } = await rung();
    const [done] = kit.calls.splice(0);
    if (done === undefined) throw new Error("the bell called nobody");
    expect((await look())[0]).toMatch(/called with 0 keys, asked for 1 times/);
    kit.calls.push(done, { ...done, key: "bell/1#9.0" });
    expect((await look())[0]).toMatch(/called with 2 keys, asked for 1 times/);
    kit.calls.splice(1, 1, { ...done, params: { who: "police" } });
    expect((await look())[0]).toMatch(/was used for call .* and call /);
  });
});

describe("the kit's public face", () => {
  it("needs no test runner", async () => {
    const seen = new Set<string>();
    const visit = async (url: URL): Promise<void> => {
      if (seen.has(url.href)) return;
      seen.add(url.href);
      const code = await Deno.readTextFile(url);
      for (const [, from = ""] of code.matchAll(/^(?:import|export|\} from) ?.*?"([^"]+)";$/gm)) {
        if (from.startsWith(".")) await visit(new URL(from, url));
        else seen.add(from);
      }
    };
    await visit(new URL("./testing/mod.ts", import.meta.url));
    expect(seen).toContain("xstate");
    expect(seen.size).toBeGreaterThan(20);
    expect(seen).not.toContain("vitest");
  });
});
