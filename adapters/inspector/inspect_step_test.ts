import { assign, setup } from "xstate";
import { expect, it } from "vitest";
import { openInspectedWorld, type order } from "./testing/inspected_world.ts";

const sanitized = (context: unknown) => JSON.parse(JSON.stringify(context).replace("hunter2", "…"));

it("a replayed step is what the runtime made of it, for each step of each actor", async () => {
  const world = await openInspectedWorld();
  await world.play();
  const addresses = new Set(world.steps.map(({ address }) => address));
  expect([...addresses].sort()).toEqual(["order/1", "order/1/p", "stock/1"]);
  for (const { address, revision, view, event } of world.steps) {
    const step = await world.ask("step", { address, revision });
    expect({ address, revision, ...step }).toMatchObject({
      problem: null,
      type: event.type,
      after: {
        value: view.value,
        context: sanitized(view.context),
        status: view.status,
        tags: view.tags,
      },
    });
  }
});

it("shows what a step took, asked for, posted and caused", async () => {
  const world = await openInspectedWorld();
  await world.play();
  const step = await world.ask("step", { address: "order/1", revision: 4 });
  expect(step).toMatchObject({
    type: "close",
    source: null,
    state: "closed.large",
    before: { value: "open", context: { count: 3, salt: "…" } },
    after: { value: { closed: "large" } },
    transitions: ["order.open|close|0", "order.closed.judging||0"],
    asked: [
      { what: "write", name: "charge", params: { minor: 3 } },
      { what: "send", to: "stock/1", event: { type: "take", count: 3 } },
    ],
    postings: [{ amount: "3", currency: "XTR", type: "entry", causeActor: "order/1" }],
    caused: [{ address: "stock/1", type: "take", source: "order/1", sourceRevision: 4 }],
  });
});

it("a posting leads to the step that caused it, found by any of its names", async () => {
  const world = await openInspectedWorld();
  await world.play();
  const { postings: [posting] } = await world.ask("postings", { text: "outside-7" });
  expect(posting).toMatchObject({ causeActor: "order/1", causeRevision: 4, causeEvent: "close" });
  for (const text of ["", posting.id, posting.key, "user/1", "user/1/available", "order/1"]) {
    expect(await world.ask("postings", { text })).toEqual({ postings: [posting] });
  }
  for (const text of ["user/2", "user", "\0"]) {
    expect(await world.ask("postings", { text })).toEqual({ postings: [] });
  }
  const { lines } = await world.ask("history", { address: "order/1" });
  expect(lines.find(({ revision }: { revision: number }) => revision === 4).postings)
    .toEqual([posting]);
});

it("shows refused events in the history, with their reason", async () => {
  const world = await openInspectedWorld();
  await world.play();
  await world.runtime.send("order/1", { type: "close" }, { key: "again" });
  const { lines } = await world.ask("history", { address: "order/1" });
  expect(lines.at(-1)).toMatchObject({ revision: null, type: "close", state: null });
  expect(lines.at(-1).refusal).toContain("not accepted");
});

it("says so and shows only what is stored when the past was cut away", async () => {
  const world = await openInspectedWorld();
  await world.play();
  await world.database.query("delete from events where revision <= 2 and address is null");
  const step = await world.ask("step", { address: "order/1", revision: 4 });
  expect(step).toMatchObject({ state: "closed.large", before: null, after: null, asked: [] });
  expect(step.problem).toContain("does not reach back");
  expect(await world.ask("step", { address: "order/1", revision: 1 }))
    .toEqual({ error: "not found" });
});

it("says so when the machine is another one than it was", async () => {
  const world = await openInspectedWorld();
  await world.play();
  // As if the code had changed since: the log tells of a state to which it does not come.
  await world.database.query(
    "update events set state = '\"packed\"' where revision = 3 and address is null and event like '%add%'",
  );
  const before = await world.ask("step", { address: "order/1", revision: 2 });
  expect(before).toMatchObject({ problem: null, after: { context: { count: 1 } } });
  const after = await world.ask("step", { address: "order/1", revision: 4 });
  expect(after).toMatchObject({ after: null, state: "closed.large" });
  expect(after.problem).toContain("the machine is not what it was");
});

it("says so when a step cannot be made again", async () => {
  const machine = setup({
    types: { context: {} as { count: number }, events: {} as { type: "add"; list: string[] } },
  }).createMachine({
    id: "order",
    context: { count: 0 },
    on: { add: { actions: assign({ count: ({ event }) => event.list.length }) } },
  });
  const world = await openInspectedWorld(machine as unknown as typeof order);
  await world.runtime.create("order/1");
  await world.runtime.send("order/1", { type: "add", list: ["one"] } as { type: string });
  await world.database.query(`update events set event = '{"type":"add"}' where revision = 2`);
  const step = await world.ask("step", { address: "order/1", revision: 2 });
  expect(step).toMatchObject({ before: null, after: null });
  expect(step.problem).toContain("Step 2 cannot be replayed");
});

it("leads from a step to its beginning and to all that followed, causes first", async () => {
  const world = await openInspectedWorld();
  await world.play();
  const wanted = [
    "order/1 close",
    "stock/1 take",
    "order/1 taken",
    "order/1/p xstate.init",
    "order/1/p xstate.done.actor.wrap",
    "order/1 xstate.done.actor.p",
  ];
  for (const [address, revision] of [["order/1", 4], ["stock/1", 2], ["order/1/p", 2]] as const) {
    const { lines, isWhole } = await world.ask("chain", { address, revision });
    expect(isWhole).toBe(true);
    expect(lines.map(({ address, type }: Record<string, string>) => `${address} ${type}`))
      .toEqual(wanted);
  }
  const { lines } = await world.ask("chain", { address: "order/1", revision: 4 });
  const born = lines.find(({ address }: { address: string }) => address === "order/1/p");
  expect(born.asked).toEqual([{ what: "invoke", name: "wrap", id: "wrap" }]);
});

it("finds actors by kind, state, tag and address, the newest first", async () => {
  const world = await openInspectedWorld();
  await world.play();
  for (let number = 2; number < 60; number++) void world.runtime.create(`order/${number}`);
  await world.runtime.settled();
  await world.runtime.create("order/60");
  const find = async (query: Record<string, string | number>): Promise<string[]> =>
    (await world.ask("actors", query)).actors.map(({ address }: { address: string }) => address);

  expect(await find({ state: "packed" })).toEqual(["order/1"]);
  expect(await find({ tag: "finished" })).toEqual(["order/1"]);
  expect(await find({ kind: "stock" })).toEqual(["stock/1"]);
  expect(await find({ text: "order/60" })).toEqual(["order/60"]);
  expect(await find({ text: "/5" })).toHaveLength(11);
  const first = await world.ask("actors", {});
  expect(first.actors).toHaveLength(50);
  expect(first.actors[0].address).toBe("order/60");
  const rest = await world.ask("actors", { before: first.next });
  expect(rest.actors.at(-1).address).toBe("stock/1");
  expect(rest.actors).toHaveLength(11);
  expect(rest.next).toBeNull();
});

it("draws each machine of a kind, also a child's", async () => {
  const world = await openInspectedWorld();
  for (const machine of ["order", "packer"]) {
    const picture = await world.ask("picture", { kind: "order", machine });
    expect(picture).toMatchObject({ machine });
    expect(picture.states.length).toBeGreaterThan(2);
  }
});

it("answers a wrong question with what is wrong", async () => {
  const world = await openInspectedWorld();
  for (
    const [path, query, error] of [
      ["actors", { kind: "nothing" }, "There is no kind"],
      ["actors", { before: "-1" }, "before must be a whole number"],
      ["tree", { address: "no address" }, "no address"],
      ["step", { address: "order/1" }, "revision must be a whole number"],
      ["step", { address: "order/1", revision: "x" }, "revision must be a whole number"],
      ["tree", { address: "order/none" }, "not found"],
      ["picture", { kind: "order", machine: "none" }, "not found"],
    ] as const
  ) {
    expect((await world.ask(path, query)).error).toContain(error);
  }
});
