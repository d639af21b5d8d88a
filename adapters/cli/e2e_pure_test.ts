/** `e2e` says what is wrong before anything is started. */
import { expect, it } from "vitest";
import { e2eCommand } from "./e2e.ts";

async function run(args: string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await e2eCommand(args, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readTextFile: () => Promise.reject(new Error("Nothing is read")),
    environment,
  });
  return { code, out, err: err.join("\n") };
}

it.each([["--nonsense"], ["word"]])("refuses %s and shows its usage", async (argument) => {
  const { code, out, err } = await run([argument]);
  expect(code).toBe(2);
  expect(out).toEqual([]);
  expect(err).toContain("Usage: deno task e2e [--screenshots]");
});

it("says how to get Chromium where there is none, and counts as failed", async () => {
  const { code, out, err } = await run([], { CHROMIUM_PATH: "/nowhere/chromium" });
  expect(code).toBe(1);
  expect(err).toContain("There is no Chromium at /nowhere/chromium");
  expect(err).toContain("apt-get install chromium");
  expect(out).toEqual(["e2e: 0 steps, 1 failed"]);
});

it("says why Chromium does not start", async () => {
  const { code, err } = await run([], { CHROMIUM_PATH: Deno.execPath() });
  expect(code).toBe(1);
  expect(err).toContain("does not start");
});
