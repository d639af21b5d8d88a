import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { atMost } from "./at_most.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("waits for what ends in time, and leaves no timer", async () => {
  await atMost(1_000, Promise.resolve());
  await expect(atMost(1_000, Promise.reject(new Error("it broke")))).rejects.toThrow("it broke");
  expect(vi.getTimerCount()).toBe(0);
});

it("goes on without what does not end, and bears its late failure", async () => {
  const late = Promise.withResolvers<void>();
  let isOver = false;
  const waited = atMost(1_000, late.promise).then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await waited;
  late.reject(new Error("too late"));
  await vi.advanceTimersByTimeAsync(1);
});
