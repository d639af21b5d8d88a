/** What becomes of a dead letter's rows; what the runtime makes of them is in `redrive_test.ts`. */
import { describe, expect, it } from "vitest";
import type { Database } from "../../db/connection.ts";
import { redrivenId } from "../../db/dead_letters.ts";
import type { LogRecord } from "../log.ts";
import { startTestRuntime } from "../testing/test_runtime.ts";
import { createOperator, type Operator } from "./operator.ts";
import { defineOrders } from "./testing/orders.ts";

const actors = [defineOrders()];
const NOW_MS = Date.UTC(2026, 0, 2);

interface World {
  readonly database: Database;
  readonly operator: Operator;
  readonly logged: LogRecord[];
  /** Sets a letter aside as the runtime does. @returns Its number. */
  letter(fields: Record<string, unknown>): Promise<number>;
  rows(query: string): Promise<unknown[]>;
}

/** A stored `order/1`, and no runtime that would take what is put back. */
async function openWorld(): Promise<World> {
  const { runtime, database } = await startTestRuntime(actors);
  await runtime.create("order/1");
  await runtime.stop();
  const logged: LogRecord[] = [];
  return {
    database,
    logged,
    operator: createOperator({
      database,
      actors,
      nowMs: () => NOW_MS,
      log: (record) => logged.push(record),
    }),
    letter: async (fields) => {
      const letter = { address: "order/1", kind: "event", event: { type: "add" }, ...fields };
      const { rows } = await database.query<{ id: bigint }>(
        `insert into dead_letters
           (address, kind, event, key, source, source_revision, detail, error, at_ms)
         select x->>'address', x->>'kind', x->>'event', x->>'key', x->>'source',
           (x->>'sourceRevision')::bigint, x->>'detail', 'it broke', 5
         from cast($1::text as json) x returning id`,
        [JSON.stringify(letter)],
      );
      return Number(rows[0]?.id);
    },
    rows: async (query) => (await database.query(query)).rows,
  };
}

const INBOX = "select address, kind, event, create_input, source, source_revision, key from inbox";

describe("redrive()", () => {
  it.each([
    {
      kind: "event",
      letter: { event: { type: "add" }, source: "order/2", sourceRevision: 7 },
      row: { event: '{"type":"add"}', source: "order/2", source_revision: 7n },
    },
    {
      kind: "event that creates",
      letter: { event: { type: "add" }, key: "k", detail: { create: { input: { a: 1 } } } },
      row: { event: '{"type":"add"}', create_input: '{"a":1}', key: "k" },
    },
    {
      kind: "create",
      letter: {
        kind: "create",
        event: { type: "xstate.init", input: { a: 1 } },
        detail: { input: { a: 1 } },
      },
      row: { kind: "create", event: "null", create_input: '{"a":1}' },
    },
    {
      kind: "answer",
      letter: {
        kind: "answer",
        source: "effect",
        event: { type: "answer of charge", output: 1 },
        detail: { childId: "charge", effectKey: "e", outcome: { output: 1 } },
      },
      row: {
        kind: "answer",
        source: "effect",
        event: '{"type":"answer of charge","output":1,"childId":"charge","effectKey":"e",' +
          '"outcome":{"output":1}}',
      },
    },
    {
      kind: "timer",
      letter: { kind: "timer", source: "timer", event: { type: "xstate.after.5.x" } },
      row: { event: '{"type":"xstate.after.5.x"}', source: "timer" },
    },
    {
      kind: "timer that sends to another actor",
      letter: { kind: "timer", source: "timer", detail: { to: "order/2" } },
      row: { address: "order/2", event: '{"type":"add"}', source: "timer" },
    },
    {
      kind: "event of a child machine",
      letter: { address: "order/1/parcel", event: { type: "pack" } },
      row: { address: "order/1/parcel", event: '{"type":"pack"}' },
    },
  ])("puts a letter of kind $kind back into the inbox", async ({ letter, row }) => {
    const world = await openWorld();
    const id = await world.letter(letter);
    const mended = await world.operator.redrive(id);
    expect(mended).toMatchObject({ status: "redriven", letter: { id, error: "it broke" } });
    expect(await world.rows(INBOX)).toEqual([{
      address: "order/1",
      kind: "event",
      create_input: null,
      source: null,
      source_revision: null,
      key: null,
      ...row,
    }]);
    expect(await world.rows("select id from dead_letters")).toEqual([]);
    expect(JSON.parse(JSON.stringify(mended))).toEqual(mended);
  });

  it("puts letters before what waits, in the order in which they failed", async () => {
    const world = await openWorld();
    await world.rows(
      `insert into inbox (root, address, event, source)
       values ('order/1', 'order/1', '{"type":"later"}', 'order/2') returning id`,
    );
    const [first, second] = [await world.letter({}), await world.letter({ event: { type: "b" } })];
    await world.operator.redrive(second);
    await world.operator.redrive(first);
    expect(await world.rows("select event from inbox order by id")).toEqual([
      { event: '{"type":"add"}' },
      { event: '{"type":"b"}' },
      { event: '{"type":"later"}' },
    ]);
  });

  it("puts an effect back, uncertain, with its key, for whoever takes it over", async () => {
    const world = await openWorld();
    const effect = {
      key: "order/1#2.0",
      address: "order/1",
      child_id: null,
      name: "notify",
      machine: null,
      input: '{"text":"hello"}',
      lane: null,
      coalesce_key: null,
    };
    const event = { type: "effect notify" };
    const ofEffect = { kind: "effect", source: "effect", event };
    const direct = await world.letter({ ...ofEffect, key: effect.key, detail: effect });
    const inLane = { ...effect, key: "order/1#3.0", lane: "7", coalesce_key: "c" };
    const laned = await world.letter({ ...ofEffect, key: inLane.key, detail: inLane });
    await world.rows(
      `insert into effects (key, address, name, input, lane, fence, attempt, run_at)
       values ('later', 'order/1', 'notify', '{}', '7', 0, 0, 0) returning key`,
    );
    expect((await world.operator.redrive(direct)).status).toBe("redriven");
    expect((await world.operator.redrive(laned)).status).toBe("redriven");
    const columns = `${Object.keys(effect).join(", ")}, attempt, is_uncertain, last_error, run_at,
      owner is null as is_free`;
    const put = {
      attempt: 1,
      is_uncertain: true,
      last_error: "it broke",
      run_at: BigInt(NOW_MS),
    };
    expect(await world.rows(`select ${columns} from effects where key <> 'later' order by key`))
      .toEqual([{ ...effect, ...put, is_free: false }, { ...inLane, ...put, is_free: true }]);
    expect(await world.rows("select key from effects where lane = '7' order by seq"))
      .toEqual([{ key: "order/1#3.0" }, { key: "later" }]);
  });

  it("frees the key and keeps in the log what was refused", async () => {
    const world = await openWorld();
    await world.rows(
      `insert into events (actor_id, key, event, refusal, at_ms)
       select id, unnest(array['k', 'other']), '{"type":"add"}', 'kept as dead letter 1', 4
       from actors returning id`,
    );
    const id = await world.letter({ key: "k" });
    await world.operator.redrive(id);
    expect(
      await world.rows(
        "select key, source, refusal from events where refusal is not null order by id",
      ),
    ).toEqual([
      { key: null, source: null, refusal: "kept as dead letter 1" },
      { key: "other", source: null, refusal: "kept as dead letter 1" },
      { key: null, source: "operator", refusal: `redriven by an operator: dead letter ${id}` },
    ]);
  });

  it.each([
    { letter: { address: "ghost/1" }, what: 'kind "ghost"' },
    {
      letter: {
        kind: "effect",
        key: "order/1/2/0",
        detail: {
          key: "order/1/2/0",
          address: "order/1",
          name: "shout",
          machine: null,
          input: "{}",
        },
      },
      what: 'effect "shout"',
    },
  ])("keeps what this code does not know, $what, as a letter", async ({ letter, what }) => {
    const world = await openWorld();
    const id = await world.letter(letter);
    expect(await world.operator.redrive(id)).toEqual({
      status: "refused",
      reason: `${what} is not known to this code; it can be dropped`,
    });
    expect(await world.rows("select root from inbox union all select key from effects")).toEqual(
      [],
    );
    expect(await world.operator.drop(id)).toMatchObject({ status: "dropped" });
  });

  it("refuses what older code kept without what is needed, and changes nothing", async () => {
    const world = await openWorld();
    const ids = [
      await world.letter({ source: "effect", event: { type: "answer of charge", output: 1 } }),
      await world.letter({ kind: "create" }),
    ];
    for (const id of ids) {
      expect(await world.operator.redrive(id)).toEqual({
        status: "refused",
        reason: "an older version kept it without what a redrive needs; it can be dropped",
      });
    }
    expect(await world.rows("select id from inbox")).toEqual([]);
    expect(await world.rows("select id from dead_letters")).toHaveLength(2);
  });
});

describe("drop()", () => {
  it("deletes one letter, keeps its key used and writes it down", async () => {
    const world = await openWorld();
    await world.rows(
      `insert into events (actor_id, key, event, refusal, at_ms)
       select id, 'k', '{"type":"add"}', 'kept as dead letter 1', 4 from actors returning id`,
    );
    const [id, other] = [await world.letter({ key: "k" }), await world.letter({})];
    expect(await world.operator.drop(id))
      .toMatchObject({ status: "dropped", letter: { id }, isFreed: false, heldFor: 0 });
    expect(await world.rows("select id from dead_letters")).toEqual([{ id: BigInt(other) }]);
    expect(await world.rows("select id from inbox")).toEqual([]);
    expect(
      await world.rows(
        "select key, source, event, refusal, at_ms from events where refusal is not null order by id",
      ),
    ).toEqual([
      expect.objectContaining({ key: "k", source: null }),
      {
        key: null,
        source: "operator",
        event: '{"type":"add"}',
        refusal: `dropped by an operator: dead letter ${id}`,
        at_ms: BigInt(NOW_MS),
      },
    ]);
    expect(world.logged).toEqual([{
      level: "info",
      message: `An operator has dropped dead letter ${id} of order/1`,
      event: "add",
      failure: "it broke",
    }]);
  });
});

describe.each(["redrive", "drop"] as const)("%s()", (verb) => {
  it("says of a letter that is gone that it was there, and of others that they were not", async () => {
    const world = await openWorld();
    const id = await world.letter({});
    expect((await world.operator[verb](id)).status).not.toBe("already");
    expect(await world.operator[verb](id)).toEqual({ status: "already" });
    expect(await world.operator[verb](id + 1)).toEqual({ status: "notFound" });
    expect(world.logged).toHaveLength(1);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 53])("refuses %d as a number", async (id) => {
    const operator = createOperator({ database: {} as never, actors, nowMs: () => 0 });
    await expect(operator[verb](id)).rejects.toThrow("is no dead letter's number");
  });

  it("frees a held actor with its last letter, not counting those of effects", async () => {
    const world = await openWorld();
    await world.rows("update actors set is_held = true returning id");
    const [first, second] = [
      await world.letter({}),
      await world.letter({ address: "order/1/parcel" }),
    ];
    await world.letter({ kind: "effect", detail: {} });
    await world.letter({ address: "order/10" });
    expect(await world.operator[verb](first)).toMatchObject({ isFreed: false, heldFor: 1 });
    expect(await world.rows("select is_held from actors")).toEqual([{ is_held: true }]);
    expect(await world.operator[verb](second)).toMatchObject({ isFreed: true, heldFor: 0 });
    expect(await world.rows("select is_held from actors")).toEqual([{ is_held: false }]);
  });

  it("works for an actor that is not there", async () => {
    const world = await openWorld();
    const id = await world.letter({ address: "order/9" });
    expect(await world.operator[verb](id)).toMatchObject({ isFreed: false, heldFor: 0 });
    expect(await world.rows("select id from dead_letters")).toEqual([]);
  });
});

describe("deadLetters()", () => {
  it("lists letters by number, of all or of one actor, page by page", async () => {
    const world = await openWorld();
    const ids = [
      await world.letter({ key: "k" }),
      await world.letter({ address: "order/1/parcel" }),
      await world.letter({ address: "order/10" }),
    ];
    const numbers = async (query: Parameters<Operator["deadLetters"]>[0]) => {
      const { letters, next } = await world.operator.deadLetters(query);
      return { ids: letters.map(({ id }) => id), next };
    };
    expect(await numbers({})).toEqual({ ids, next: null });
    expect(await numbers({ address: "order/1" })).toEqual({ ids: ids.slice(0, 2), next: null });
    expect(await numbers({ limit: 2 })).toEqual({ ids: ids.slice(0, 2), next: ids[1] });
    expect(await numbers({ limit: 2, after: ids[1] as number }))
      .toEqual({ ids: ids.slice(2), next: null });
    expect((await world.operator.deadLetters({ limit: 1 })).letters).toEqual([{
      id: ids[0],
      address: "order/1",
      kind: "event",
      event: { type: "add" },
      key: "k",
      source: null,
      sourceRevision: null,
      error: "it broke",
      atMs: 5,
    }]);
  });

  it("refuses what is no address", async () => {
    const operator = createOperator({ database: {} as never, actors, nowMs: () => 0 });
    await expect(operator.deadLetters({ address: "order" })).rejects.toThrow("as an address");
  });
});

it("gives what is put back numbers below all others", () => {
  expect(redrivenId(1)).toBeLessThan(redrivenId(2));
  expect(redrivenId(10 ** 15)).toBeLessThan(0n);
});
