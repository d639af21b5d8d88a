/** A story is counted rightly, and what goes wrong is told with what was seen. */
import { expect, it } from "vitest";
import { expectText } from "./expect_seen.ts";
import { runSteps, type Step } from "./run_steps.ts";
import type { Stage } from "./stage.ts";

function stageWith(problems: string[] = []): Stage & { readonly failures: string[] } {
  const failures: string[] = [];
  return {
    width: 390,
    watch: { problems: () => Promise.resolve(problems.splice(0)) },
    shootFailure: () => Promise.resolve(void failures.push("picture")),
    failures,
  } as unknown as Stage & { readonly failures: string[] };
}

const good: Step = { name: "goes well", play: () => Promise.resolve() };
const bad: Step = { name: "goes wrong", play: () => Promise.reject(new Error("no such button")) };

it("counts what was played, and says how long it took", async () => {
  const told: string[] = [];
  const outcome = await runSteps([good, good], stageWith(), (line) => void told.push(line));
  expect(outcome).toEqual({ played: 2, failed: 0 });
  expect(told[0]).toMatch(/^ {2}ok 390 px: goes well \(\d+\.\d s\)$/);
});

it("ends at the first step that fails, with its words and a picture", async () => {
  const told: string[] = [];
  const stage = stageWith();
  const outcome = await runSteps([good, bad, good], stage, (line) => void told.push(line));
  expect(outcome).toEqual({ played: 2, failed: 1 });
  expect(told.join("\n")).toContain("FAILED 390 px: goes wrong\n    no such button");
  expect(told.join("\n")).toContain("not played: 1 steps after it");
  expect(stage.failures).toEqual(["picture"]);
});

it("fails a step that went well while something went wrong on the page", async () => {
  const told: string[] = [];
  const stage = stageWith(["A request left this machine: https://example.org/"]);
  const outcome = await runSteps([good], stage, (line) => void told.push(line));
  expect(outcome).toEqual({ played: 1, failed: 1 });
  expect(told.join("\n")).toContain("A request left this machine");
});

it("says what was seen instead of what was wanted", async () => {
  const element = { innerText: () => Promise.resolve("Received ⭐ 10\n") };
  const looking = expectText(element as never, /Received ⭐ 20/, { timeoutMs: 0 });
  await expect(looking).rejects.toThrow("Wanted /Received ⭐ 20/, seen: Received ⭐ 10");
});
