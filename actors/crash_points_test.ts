/** A node ends at every point at which it can end, and the next one goes on as if nothing had been. */
import { describe, expect, it } from "vitest";
import { openTestDatabase, testDatabaseKind } from "../db/testing/test_database.ts";
import { crashStories, type CrashStory, WRITES_BETWEEN_NODES } from "./testing/crash_stories.ts";
import { everywhere } from "./testing/mod.ts";
import { isWrite, statementName } from "./testing/statement_name.ts";
import { weakened } from "./testing/weakened_database.ts";

const seed = Number(Deno.env.get("ZHREB_SEED") ?? 1);
/** Points of all stories, without their numbers. */
const reached = new Set<string>();

describe("a crash at every point", () => {
  it.each(Object.entries(crashStories))("of the story of %s changes nothing", {
    timeout: 120_000,
  }, async (_, { actors, story, before, written }) => {
    const report = await everywhere(actors, story, {
      databases: [await openTestDatabase()],
      crashTwice: 16,
      seed,
      ...(before === undefined ? {} : { before }),
      ...(written === undefined ? {} : { outcome: ({ database }) => written(database) }),
    });
    for (const point of report.points) reached.add(point.replace(/ \d+$/, ""));
    // Beside the points of the story there are those of recoveries; some come in one play only.
    expect(report.crashes).toBeGreaterThan(0.7 * report.points.length);
  });

  it("means every write that the runtime can make, each step's statements and the recovery's", () => {
    const written = [...reached].filter((point) => point.startsWith("before "))
      .map((point) => point.slice("before ".length));
    expect(written).toEqual(expect.arrayContaining(["begin", "commit", "effect charge"]));
    // Outside a transaction, a statement, a commit or a call is also survived just afterwards.
    expect([...reached]).toEqual(expect.arrayContaining([
      "after commit",
      "after heartbeat",
      "after claim effects",
      "after take over effects",
      "after record retry",
      "after effect charge",
    ]));
    const others = testDatabaseKind === "embedded" ? [] : ["forget all nodes"];
    const missing = writesInCode().filter((name) => !written.includes(name));
    expect(missing).toEqual([...WRITES_BETWEEN_NODES, ...others].sort());
  });
});

describe("the stories would notice", () => {
  it.each([
    ["insert effects", "which nobody is going to do"],
    ["insert events", "without a step in the log"],
    ["delete answered effects", "does not wait for it"],
    ["write snapshots and wake-ups", "does not exist"],
  ])("that a step forgets to %s", async (forgotten, words) => {
    const { actors, story, before } = crashStories.ordering as CrashStory;
    const database = await openTestDatabase();
    await before?.(database);
    const playing = everywhere(actors, story, {
      databases: [
        weakened(database, (text) => statementName(text) === forgotten ? undefined : text),
      ],
      crash: false,
    });
    const error = await playing.catch((error) => error);
    expect(`${error.cause?.message}`).toContain(words);
  });
});

/** The files whose statements only the runtime sends. */
const FILES = ["actor_rows", "effects", "event_log", "inbox", "nodes", "notifications"];

/** The names of all writes in the code: a new one is missed when no story comes by it. */
function writesInCode(): string[] {
  const literals = FILES.flatMap((name) => {
    const code = Deno.readTextFileSync(new URL(`../db/${name}.ts`, import.meta.url));
    return [...code.matchAll(/`([^`]*)`|"([^"\n]*)"/g)].map(([, long, short]) =>
      long ?? short ?? ""
    );
  });
  return [...new Set(literals.filter(isWrite).map(statementName))].sort();
}
