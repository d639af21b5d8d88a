/**
 * The fast demo as people run it: killed with -9 in the middle, and every promise kept. It opens its
 * own embedded database, so it runs once.
 */
import { expect, it } from "vitest";
import { demoCommand } from "../cli/demo.ts";

it("is killed, goes on, and keeps every promise", { timeout: 180_000 }, async () => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await demoCommand(["--fast", "--players=60", "--seed=fast"], {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    readTextFile: () => Promise.reject(new Error("Nothing is read")),
    environment: {},
  });
  expect(err).toEqual([]);
  expect(code).toBe(0);
  expect(JSON.parse(out.at(-1) ?? "")).toMatchObject({
    players: 60,
    tickets: 60,
    received: 600,
    payout: "paid",
    ledgerBalanced: true,
    violations: 0,
    kills: 1,
  });
});
