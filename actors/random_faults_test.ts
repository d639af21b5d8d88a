/**
 * Random actors, random events, random faults, on the real runtime: whatever happens to the nodes,
 * the end is that of an undisturbed run, and what XState says in memory.
 *
 * A failure prints its seed and path; `ZHREB_SEED` and `ZHREB_PATH` run it again, `ZHREB_RUNS` runs
 * more.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTestDatabase, testDatabaseKind } from "../db/testing/test_database.ts";
import { everywhere, type StoryEvent, type StoryStep } from "./testing/mod.ts";
import {
  createRandomWrites,
  RANDOM_EVENTS,
  randomActor,
  readRandomWrites,
} from "./testing/random_actor.ts";

const ADDRESSES = ["random/1", "random/2"] as const;
/** A story of this kind passes so many points. */
const POINTS = 120;

const event: fc.Arbitrary<StoryEvent> = fc.record({
  to: fc.constantFrom(...ADDRESSES),
  send: fc.constantFrom(...RANDOM_EVENTS).map((type) => ({ type })),
  input: fc.constant({}),
});

const step: fc.Arbitrary<StoryStep> = fc.oneof(
  { weight: 4, arbitrary: event },
  { weight: 2, arbitrary: fc.constantFrom(4, 12, 40).map((pass) => ({ pass })) },
  {
    weight: 1,
    arbitrary: fc.array(event, { minLength: 2, maxLength: 4 }).map((anyOrder) => ({ anyOrder })),
  },
);

/** Crashes of one run: how many points each life passes. */
const crashes = fc.array(fc.nat(POINTS), { minLength: 1, maxLength: 3 });

const story = fc.record({
  machine: fc.integer({ min: 0, max: 2 ** 31 }),
  steps: fc.array(step, { minLength: 4, maxLength: 9 }),
  crashAt: fc.array(crashes, { minLength: 1, maxLength: 2 }),
  seed: fc.nat(1_000),
});

const given = (name: string): string | undefined => Deno.env.get(name);
const reproduced = {
  ...(given("ZHREB_SEED") === undefined ? {} : { seed: Number(given("ZHREB_SEED")) }),
  ...(given("ZHREB_PATH") === undefined ? {} : { path: given("ZHREB_PATH") as string }),
};

/** @returns What the runs have passed, without numbers, and their crashes. */
async function survive(nodes: number, numRuns: number) {
  const database = await openTestDatabase();
  const reached = new Set<string>();
  let crashes = 0;
  await fc.assert(
    fc.asyncProperty(story, async ({ machine, steps, crashAt, seed }) => {
      const actors = [randomActor(machine, { peer: ADDRESSES[1] })];
      const report = await everywhere(actors, [...steps, { pass: 1_000 }], {
        databases: [database],
        nodes,
        crash: false,
        crashAt,
        reordered: 1,
        seed,
        before: createRandomWrites,
        outcome: ({ database }) => readRandomWrites(database),
      });
      crashes += report.crashes;
      for (const point of report.points) reached.add(point.replace(/ \d+$/, ""));
    }),
    { numRuns: Number(given("ZHREB_RUNS") ?? numRuns), endOnFailure: true, ...reproduced },
  );
  return { reached: [...reached], crashes };
}

describe("random actors under random faults", () => {
  it("end as they would without them", { timeout: 120_000 }, async () => {
    const { reached, crashes } = await survive(1, 20);
    expect(crashes).toBeGreaterThan(0);
    // Otherwise the generator would have become useless without anybody noticing.
    expect(reached).toEqual(expect.arrayContaining([
      "after effect ask",
      "after effect call",
      "after effect queue",
      "before insert children",
      "before insert random_writes",
    ]));
  });

  it.runIf(testDatabaseKind === "server")("end as they would on two nodes", {
    timeout: 120_000,
  }, async () => {
    const { crashes } = await survive(2, 6);
    expect(crashes).toBeGreaterThan(0);
  });
});
