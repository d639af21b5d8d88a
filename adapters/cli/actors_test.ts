/** What the command shows and does, and how it ends. */
import { describe, expect, it } from "vitest";
import { createRuntime } from "../../actors/runtime.ts";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { createPlatformOperator, defineUnrunActors } from "../operations/platform_operator.ts";
import { actorsCommand } from "./actors.ts";
import { version } from "../../machines/user_machine.ts";

interface Told {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
}

let database: Database;

/** Two users, one of whom has a dead letter. */
async function store(): Promise<void> {
  database = await openTestDatabase();
  const runtime = await createRuntime({ database, actors: defineUnrunActors(), log: () => {} });
  await runtime.start();
  for (const id of [1, 2]) {
    await runtime.create(`user/tg-${id}`, {
      playerId: `tg-${id}`,
      chatId: id,
      name: "Anna",
      language: "en",
      entriesPerDay: 5,
      atMs: 0,
    });
  }
  await runtime.stop();
  await database.query(
    `insert into dead_letters (address, event, key, error, at_ms)
     values ('user/tg-1', '{"type":"bot.blocked"}', 'k1', $1, 1767225600000)`,
    ["it broke\nbadly"],
  );
}

async function actors(line: string): Promise<Told> {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (text: string) => void out.push(...text.split("\n")),
    err: (text: string) => void err.push(...text.split("\n")),
    environment: {},
  };
  const operator = createPlatformOperator({
    database,
    actors: defineUnrunActors(),
    log: () => {},
  });
  const open = { operator, mayRun: false, close: () => Promise.resolve() };
  const words = line.split(" ").filter((word) => word !== "");
  const code = await actorsCommand(words, io, () => Promise.resolve(open));
  return { code, out, err };
}

describe("actors", () => {
  it("lists, as a table and as a line of JSON each", async () => {
    await store();
    expect(await actors("ls")).toEqual({
      code: 0,
      out: [
        "ADDRESS    STATE   STATUS  TAGS            REV  TIMERS  EFFECTS  INBOX  DEAD",
        "user/tg-1  active  active  active resting    1  -             0      0     1",
        "user/tg-2  active  active  active resting    1  -             0      0     0",
        "",
        "2 actors",
      ],
      err: [],
    });
    const { out } = await actors("ls --tag resting --kind user --json --limit 1");
    expect(out.map((line) => JSON.parse(line))).toMatchObject([{ address: "user/tg-1" }]);
    expect(await actors("ls --state blocked")).toMatchObject({
      code: 0,
      out: [expect.stringContaining("ADDRESS"), "", "0 actors"],
    });
  });

  it("says that there are more and goes on after them", async () => {
    await store();
    const { err } = await actors("ls --limit 1");
    expect(err).toEqual([expect.stringMatching(/^There are more: --after \d+$/)]);
    const { out } = await actors(`ls --json ${err[0]?.split(": ")[1]}`);
    expect(out.map((line) => JSON.parse(line).address)).toEqual(["user/tg-2"]);
  });

  it("shows one with its past, as text and as one JSON document", async () => {
    await store();
    const { code, out } = await actors("show user/tg-1 --history");
    expect(code).toBe(0);
    const text = out.join("\n");
    expect(out[0]).toBe("user/tg-1: active");
    expect(text).toContain('context {"playerId":"tg-1"');
    expect(text).toContain("dead letters\n  ID  TIME ");
    expect(text).toMatch(/1 {2}2026-01-01T00:00:00.000Z {2}user\/tg-1 .* it broke badly/);
    expect(text).toMatch(/xstate\.init +outside +active/);
    const shown = await actors("show user/tg-1 --json");
    expect(shown.out).toHaveLength(1);
    expect(JSON.parse(shown.out[0] as string)).toMatchObject({ address: "user/tg-1", revision: 1 });
    expect(await actors("show user/tg-3"))
      .toEqual({ code: 1, out: [], err: ["There is no actor user/tg-3"] });
  });

  it("lists dead letters and drops one, once", async () => {
    await store();
    expect((await actors("dead")).out).toEqual([
      "ID  TIME                      ADDRESS    KIND   EVENT        FROM     KEY  ERROR",
      " 1  2026-01-01T00:00:00.000Z  user/tg-1  event  bot.blocked  outside  k1   it broke badly",
      "",
      "1 dead letter",
    ]);
    expect(await actors("drop 1")).toEqual({
      code: 0,
      out: ["Dead letter 1 (bot.blocked of user/tg-1) is dropped"],
      err: [],
    });
    expect((await actors("show user/tg-1 --history")).out)
      .toContain("      dropped by an operator: dead letter 1");
    expect(await actors("drop 1")).toEqual({
      code: 1,
      out: [],
      err: ["Dead letter 1 is already gone: it was redriven or dropped before"],
    });
    expect(await actors("redrive 9"))
      .toEqual({ code: 1, out: [], err: ["There is no dead letter 9"] });
    expect((await actors("dead --json")).out).toEqual([]);
  });

  it("redrives, and says that nobody is there to take it", async () => {
    await store();
    expect((await actors("redrive 1")).out).toEqual([
      "Dead letter 1 (bot.blocked of user/tg-1) is redriven; it waits for the platform to run",
    ]);
  });

  it("redrives, and says as JSON what became of it", async () => {
    await store();
    const { code, out } = await actors("redrive 1 --json");
    expect(JSON.parse(out[0] as string)).toMatchObject({
      status: "redriven",
      letter: { id: 1 },
      outcome: { status: "waiting" },
    });
    expect(code).toBe(0);
    expect((await database.query("select key, event from inbox")).rows)
      .toEqual([{ key: "k1", event: '{"type":"bot.blocked"}' }]);
  });

  it("tells who is stuck and what this code cannot read", async () => {
    await store();
    expect(await actors("stuck")).toEqual({
      code: 0,
      out: [
        "0 stuck of 2 actors",
        "What failed for good is set aside: see `deno task actors dead`",
      ],
      err: [],
    });
    expect(await actors("check")).toMatchObject({
      code: 0,
      out: [
        "KIND  WHAT   STORED VERSION  THIS CODE'S  CHECKED  WOULD FAIL",
        `user  actor               ${version}            ${version}        2           0`,
        "",
        "0 of 2 would fail",
      ],
    });
    await database.query(
      `update actors set snapshot = replace(snapshot, '"version":${version}', '"version":9')
       where address = 'user/tg-2'`,
    );
    const problem =
      `user/tg-2 (version 9 → ${version}): Cannot restore a snapshot of "user": version 9 is ` +
      `newer than this code's ${version}`;
    const failed = await actors("check");
    expect(failed.code).toBe(1);
    expect(failed.out[0]).toContain(problem);
    expect(failed.out.at(-1)).toBe("1 of 2 would fail");
    expect(JSON.parse((await actors("check --json")).out[0] as string)).toMatchObject({
      checked: 2,
      failing: 1,
      failures: [{ address: "user/tg-2", storedVersion: 9, codeVersion: version }],
    });
    const { out } = await actors("stuck --json");
    expect(JSON.parse(out[0] as string)).toMatchObject({
      address: "user/tg-2",
      trouble: "unreadable",
    });
  });

  it.each([
    ["ls --kind ticket", 'There is no kind "ticket", known are user, raffle'],
    ["show user", 'Cannot use "user" as an address'],
    ["dead --address user", 'Cannot use "user" as an address'],
    ["drop all", 'got "all"'],
    ["mend", 'there is no command "mend"'],
  ])("ends with 2 and the usage after %s", async (line, message) => {
    await store();
    const { code, out, err } = await actors(line);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err[0]).toContain(message);
    expect(err.join("\n")).toContain("Usage: deno task actors COMMAND");
  });
});
