import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkArrows } from "./check_arrows.ts";
import { readArrows } from "./read_arrows.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const arrows = await readArrows(root);

function check(from: string, to: string, isType = false): string[] {
  return checkArrows([{ from, to, isType }]);
}

describe("the house", () => {
  it("has only arrows that are allowed, and no cycles", () => {
    expect(checkArrows(arrows)).toEqual([]);
  });

  it.each([
    ["main.ts", "adapters/cli/start.ts", false],
    ["actors/runtime.ts", "db/actor_rows.ts", false],
    ["actors/runtime.ts", "xstate", true],
    ["db/embedded.ts", "db/embedded_worker.ts", false],
    ["db/testing/test_database.ts", "pg", false],
    ["machines/raffle/base_rules.ts", "xstate", false],
  ])("is read whole: %s imports %s", (from, to, isType) => {
    expect(arrows).toContainEqual({ from, to, isType });
  });
});

describe("checkArrows()", () => {
  it.each([
    ["machines/raffle_machine.ts", "adapters/telegram/reply.ts"],
    ["machines/raffle_machine.ts", "actors/clock.ts"],
    ["machines/raffle_machine.ts", "effect"],
    ["machines/raffle_machine.ts", "node:crypto"],
    ["machines/raffle_machine.ts", "fast-check"],
    ["machines/domain/money.ts", "machines/raffle_machine.ts"],
    ["machines/domain/money.ts", "xstate"],
    ["machines/domain/money.ts", "node:crypto"],
    ["db/ledger.ts", "machines/domain/money.ts"],
    ["db/ledger.ts", "actors/errors.ts"],
    ["db/ledger.ts", "effect"],
    ["actors/runtime.ts", "machines/raffle_machine.ts"],
    ["actors/runtime.ts", "adapters/platform/start_platform.ts"],
    ["actors/runtime.ts", "effect"],
    ["actors/runtime.ts", "pg"],
    ["machines/raffle_machine_pure_test.ts", "pg"],
    ["actors/runtime_test.ts", "machines/raffle_machine.ts"],
    ["adapters/sandbox/sandbox.ts", "machines/domain/money.ts"],
    ["adapters/sandbox/sandbox.ts", "adapters/telegram/texts.ts"],
    ["adapters/sandbox/sandbox.ts", "actors/clock.ts"],
    ["adapters/sandbox/sandbox_pure_test.ts", "adapters/telegram/texts.ts"],
    ["adapters/cli/start.ts", "main.ts"],
    ["adapters/cli/start_test.ts", "main.ts"],
    ["adapters/cli/start.ts", "bench/bench.ts"],
    ["adapters/http/create_app.ts", "npm:hono@4.0.0"],
    ["adapters/http/create_app.ts", "https://deno.land/std/path/mod.ts"],
    ["main.ts", "machines/raffle_machine.ts"],
    ["main.ts", "db/open_database.ts"],
    ["main.ts", "xstate"],
    ["bench/bench.ts", "main.ts"],
    ["lib/helpers.ts", "xstate"],
    ["actors/runtime.ts", "lib/helpers.ts"],
  ])("refuses that %s imports %s, also for types, and names both", (from, to) => {
    for (const isType of [false, true]) {
      const [refusal, ...others] = check(from, to, isType);
      expect(refusal).toContain(`${from} imports ${to}: `);
      expect(others).toEqual([]);
    }
  });

  it.each([
    ["machines/raffle_machine_pure_test.ts", "machines/testing/world.ts"],
    ["machines/raffle_machine_pure_test.ts", "vitest"],
    ["machines/testing/world.ts", "machines/domain/money.ts"],
    ["machines/domain/money.ts", "effect/Schema"],
    ["machines/domain/draw/merkle_tree.ts", "@noble/hashes/sha2.js"],
    ["adapters/platform/start_platform.ts", "machines/raffle_machine.ts"],
    ["adapters/cli/sandbox.ts", "adapters/sandbox/run_sandbox.ts"],
    ["adapters/sandbox/sandbox.ts", "hono"],
    ["actors/runtime_server_test.ts", "pg"],
    ["bench/bench.ts", "actors/runtime.ts"],
  ])("allows that %s imports %s", (from, to) => {
    expect(check(from, to)).toEqual([]);
  });

  it("refuses what lies outside the repository", () => {
    // In one piece it would be found here itself.
    const outside = ["..", "shared", "vectors", "keys.ts"].join("/");
    expect(check("adapters/randomorg/keys_pure_test.ts", outside)).toEqual([
      `adapters/randomorg/keys_pure_test.ts imports ${outside}: it lies outside the repository`,
    ]);
  });

  it("keeps what is made for tests out of the product", () => {
    expect(check("actors/runtime.ts", "actors/testing/fake_clock.ts")).toEqual([
      "actors/runtime.ts imports actors/testing/fake_clock.ts: " +
      "only tests may import what is for tests",
    ]);
    expect(check("actors/runtime_test.ts", "actors/testing/fake_clock.ts")).toEqual([]);
  });

  it("refuses files that load each other, and names the whole circle", () => {
    const edges = [["a", "b"], ["b", "c"], ["c", "a"], ["d", "a"]].map(([from, to]) => ({
      from: `db/${from}.ts`,
      to: `db/${to}.ts`,
      isType: false,
    }));
    expect(checkArrows(edges)).toEqual(["Cycle: db/a.ts → db/b.ts → db/c.ts → db/a.ts"]);
  });

  it("lets types go in a circle", () => {
    expect(checkArrows([
      { from: "db/a.ts", to: "db/b.ts", isType: false },
      { from: "db/b.ts", to: "db/a.ts", isType: true },
    ])).toEqual([]);
  });
});
