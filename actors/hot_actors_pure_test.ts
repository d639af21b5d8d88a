/** Which actors are hot is a matter of durations, not of the wall clock. */
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import type { Database } from "../db/connection.ts";
import { HotActors } from "./hot_actors.ts";

const HOUR_MS = 3_600_000;
const log = (): void => {};

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** Steps of this node and another one in turn, `everyMs`; the wall clock jumps before each. */
async function takeTurns(everyMs: number, jumpMs: number) {
  let asked = 0;
  const query = () => {
    asked++;
    return Promise.resolve({ rows: [{ owner: "other" }], rowCount: 1, command: "INSERT" });
  };
  const hot = new HotActors({ database: { query } as never as Database, nodeId: "own", log });
  for (let from = 0; from < 20; from += 2) {
    vi.setSystemTime(Date.now() + jumpMs);
    hot.noticeStep({ root: "collector/1", from, to: from + 1, isOwnLoad: true });
    await vi.advanceTimersByTimeAsync(everyMs);
  }
  return { hot, asked: () => asked };
}

it.each([0, -HOUR_MS, HOUR_MS])(
  "an actor is hot when two nodes collide at it again and again (clock jumps by %d ms)",
  async (jumpMs) => {
    const { hot } = await takeTurns(10, jumpMs);
    expect(hot.holderOf("collector/1")).toBe("other");
  },
);

it.each([0, -HOUR_MS])(
  "an actor is anybody's when its steps are far apart (clock jumps by %d ms)",
  async (jumpMs) => {
    const { hot } = await takeTurns(60, jumpMs);
    expect(hot.holderOf("collector/1")).toBe(undefined);
  },
);

it.each([0, -HOUR_MS])(
  "who keeps it is asked again after a second (clock jumps by %d ms)",
  async (jumpMs) => {
    const { hot, asked } = await takeTurns(10, 0);
    hot.holderOf("collector/1");
    expect(asked()).toBe(1);
    vi.setSystemTime(Date.now() + jumpMs);
    await vi.advanceTimersByTimeAsync(1_000);
    hot.holderOf("collector/1");
    expect(asked()).toBe(2);
  },
);
