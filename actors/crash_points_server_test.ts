/** Two nodes work beside each other; one ends at a point of its work and the other one takes over. */
import { describe, expect, it, onTestFinished } from "vitest";
import type { Database } from "../db/connection.ts";
import { openDatabase } from "../db/open_database.ts";
import { createServerDatabase } from "../db/testing/test_database.ts";
import { crashStories, hotActor, WRITES_BETWEEN_NODES } from "./testing/crash_stories.ts";
import { everywhere } from "./testing/mod.ts";

const seed = Number(Deno.env.get("ZHREB_SEED") ?? 1);
/** A living node looks for what a dead one left once a second: several stories wait side by side. */
const SIDE_BY_SIDE = 4;

async function openDatabases(): Promise<Database[]> {
  return await Promise.all(Array.from({ length: SIDE_BY_SIDE }, async () => {
    const database = await openDatabase({ url: await createServerDatabase() });
    onTestFinished(() => database.close());
    return database;
  }));
}

describe("a crash of one of two nodes", () => {
  it.each([...Object.entries(crashStories), ["hot actor", hotActor] as const])(
    "in the story of %s changes nothing",
    { timeout: 120_000 },
    async (name, { actors, story, before, written }) => {
      const { points } = await everywhere(actors, story, {
        databases: await openDatabases(),
        nodes: 2,
        crash: 24,
        seed,
        ...(before === undefined ? {} : { before }),
        ...(written === undefined ? {} : { outcome: ({ database }) => written(database) }),
      });
      if (name !== "hot actor") return;
      const names = WRITES_BETWEEN_NODES.map((write) => `before ${write} 1`);
      expect(points).toEqual(expect.arrayContaining(names));
    },
  );
});
