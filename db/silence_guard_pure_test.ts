/** Sessions that do not answer are closed after their time, whatever the wall clock says. */
import { Writable } from "node:stream";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { SilenceGuard } from "./silence_guard.ts";

const HOUR_MS = 3_600_000;

describe("SilenceGuard", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
  });

  it.each([["stands still", 0], ["is set back", -HOUR_MS], ["is set forward", HOUR_MS]])(
    "closes what is silent for the time allowed, and not before, when the clock %s",
    (_, jumpMs) => {
      const silent = new Writable();
      new SilenceGuard(1_000).expect(silent);
      vi.setSystemTime(Date.now() + jumpMs);
      vi.advanceTimersByTime(900);
      expect(silent.destroyed).toBe(false);
      vi.advanceTimersByTime(200);
      expect(silent.destroyed).toBe(true);
    },
  );

  it("leaves alone what has answered", () => {
    const answering = new Writable();
    const guard = new SilenceGuard(1_000);
    guard.expect(answering)();
    guard.expect(new Writable());
    vi.advanceTimersByTime(2_000);
    expect(answering.destroyed).toBe(false);
  });

  it("keeps no process alive when it has ended", () => {
    const guard = new SilenceGuard(30_000);
    guard.expect(new Writable())();
    expect(vi.getTimerCount()).toBe(1);
    guard.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
