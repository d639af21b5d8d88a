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

  it("lets everybody's own messages go before one of many alike", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    // Thousands wait, of whom one at a time asks.
    for (let chat = 0; chat < 50; chat++) {
      await limiter.acquire(chat, undefined, { isOneOfMany: true });
    }
    const startMs = clock.nowMs();
    for (let chat = 100; chat < 104; chat++) await limiter.acquire(chat);
    expect(clock.nowMs()).toBe(startMs);
    await limiter.acquire(200, undefined, { isOneOfMany: true });
    expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(4 * 40);
  });

  it("shares the pace among several who each tell many", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    const granted: string[] = [];
    const tellMany = async (name: string, from: number) => {
      for (let chat = from; chat < from + 50; chat++) {
        await limiter.acquire(chat, undefined, { isOneOfMany: true });
        granted.push(name);
      }
    };
    await Promise.all([tellMany("a", 0), tellMany("b", 1_000), tellMany("c", 2_000)]);
    for (const name of ["a", "b", "c"]) {
      const share = granted.slice(0, 75).filter((each) => each === name).length;
      expect(share).toBeGreaterThanOrEqual(20);
      expect(share).toBeLessThanOrEqual(30);
    }
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

  it("lets those go first who came first, however many come after them", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    const order: number[] = [];
    const first = Promise.all(Array.from({ length: 20 }, async (_, chat) => {
      await limiter.acquire(chat);
      order.push(chat);
    }));
    // Who asked at the very moment of a free slot went before all who slept towards it.
    for (let chat = 100; chat < 130; chat++) {
      await limiter.acquire(chat);
      order.push(chat);
    }
    await first;
    expect(order.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, chat) => chat));
  });

  it("leaves the bursts to those who are waited for", async () => {
    const clock = createJumpingClock();
    const limiter = createSendLimiter({ clock });
    const startMs = clock.nowMs();
    await limiter.acquire(1, undefined, { isSpare: true });
    expect(clock.nowMs()).toBe(startMs);
    await limiter.acquire(2);
    // A burst of five would let it go at once; another one of three to the same chat, too.
    await limiter.acquire(3, undefined, { isSpare: true });
    expect(clock.nowMs() - startMs).toBe(80);
    await limiter.acquire(1, undefined, { isSpare: true });
    expect(clock.nowMs() - startMs).toBe(1_000);
  });

  it("keeps nothing alive when the last who waited gave up", async () => {
    const clock = createJumpingClock();
    const slept = Promise.withResolvers<AbortSignal | undefined>();
    const limiter = createSendLimiter({
      clock: {
        nowMs: clock.nowMs,
        sleep: (_, signal) =>
          new Promise((_, reject) => {
            slept.resolve(signal);
            signal?.addEventListener("abort", () => reject(signal.reason));
          }),
      },
    });
    limiter.pause(8_000);
    const controller = new AbortController();
    const waiting = limiter.acquire(1, controller.signal);
    const sleep = await slept.promise;
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(sleep?.aborted).toBe(true);
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
