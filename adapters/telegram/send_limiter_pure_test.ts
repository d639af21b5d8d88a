import { describe, expect, it } from "vitest";
import { createSendLimiter, type LimiterClock } from "./send_limiter.ts";
import { createJumpingClock } from "./testing/fake_limiter.ts";

describe("send limiter", () => {
  it("never lets more than 30 out within a second, after a quiet time neither", async () => {
    // A burst of 30 on top of 30 a second was 60 in the first second, and Telegram said 429 to all.
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    const startMs = clock.nowMs();
    const sentAtMs: number[] = [];
    for (let chat = 0; chat < 330; chat++) {
      await limiter.acquire(chat);
      sentAtMs.push(clock.nowMs());
    }
    expect(sentAtMs[4]).toBe(startMs);
    for (const [index, atMs] of sentAtMs.entries()) {
      expect((sentAtMs[index + 30] ?? Infinity) - atMs).toBeGreaterThanOrEqual(1_000);
    }
    expect(clock.nowMs() - startMs).toBeLessThanOrEqual(13_001);
  });

  it("lets one a second out to one chat, after a burst of three", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    const startMs = clock.nowMs();
    for (let i = 0; i < 3; i++) await limiter.acquire(7);
    expect(clock.nowMs()).toBe(startMs);
    for (let i = 0; i < 5; i++) await limiter.acquire(7);
    expect(clock.nowMs() - startMs).toBe(5_000);
  });

  it("does not hold another chat back while one waits", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock, chatBurst: 1 });
    await limiter.acquire(7);
    const startMs = clock.nowMs();
    await limiter.acquire(8);
    expect(clock.nowMs()).toBe(startMs);
  });

  it("pauses everything for as long as Telegram says, also answers", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    limiter.pause(5_000);
    limiter.pause(1_000);
    await limiter.afterPause();
    expect(clock.slept).toEqual([5_000]);
    await limiter.acquire(1);
    expect(clock.slept).toEqual([5_000]);
  });

  it("does not throttle answers beyond the pause", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    for (let i = 0; i < 100; i++) await limiter.afterPause();
    expect(clock.slept).toEqual([]);
  });

  it("ends a wait when the signal aborts", async () => {
    const limiter = createSendLimiter({ clock: createJumpingClock() });
    limiter.pause(5_000);
    await expect(limiter.acquire(1, AbortSignal.abort())).rejects.toThrow();
  });

  it("keeps the rate when a burst of waiters wakes at one time", async () => {
    let nowMs = 0;
    const sleepers: { untilMs: number; wake: () => void }[] = [];
    const clock: LimiterClock = {
      nowMs: () => nowMs,
      sleep: (ms) => new Promise((wake) => sleepers.push({ untilMs: nowMs + ms, wake })),
    };
    const limiter = createSendLimiter({ clock, perSecond: 10, burst: 1 });
    const sentAtMs: number[] = [];
    const all = Array.from({ length: 5 }, async (_, chat) => {
      await limiter.acquire(chat);
      sentAtMs.push(nowMs);
    });
    while (sentAtMs.length < 5) {
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      sleepers.sort((a, b) => a.untilMs - b.untilMs);
      const next = sleepers.shift();
      if (next === undefined) continue;
      nowMs = Math.max(nowMs, next.untilMs);
      next.wake();
    }
    await Promise.all(all);
    expect(sentAtMs).toEqual([0, 100, 200, 300, 400]);
  });

  it("forgets old chats, so that its memory is bounded", async () => {
    const limiter = createSendLimiter({
      clock: createJumpingClock(),
      perSecond: 1_000_000,
      burst: 1_000_000,
    });
    for (let chat = 0; chat < 10_500; chat++) await limiter.acquire(chat);
  });
});
