/** Limiters for tests: one that never waits, and a clock that is moved by hand. */
import type { ChatKey, LimiterClock, SendLimiter } from "../send_limiter.ts";

/** Lets everything through and notes pauses. */
export function createOpenLimiter(): SendLimiter & { pauses: number[]; granted: ChatKey[] } {
  const pauses: number[] = [];
  const granted: ChatKey[] = [];
  return {
    pauses,
    granted,
    acquire: (chatId) => {
      granted.push(chatId);
      return Promise.resolve();
    },
    afterPause: () => Promise.resolve(),
    pause: (ms) => void pauses.push(ms),
  };
}

/** A clock whose sleeps pass at once, each moving the time. */
export function createJumpingClock(startMs = 1_000_000): LimiterClock & { slept: number[] } {
  let nowMs = startMs;
  const slept: number[] = [];
  return {
    slept,
    nowMs: () => nowMs,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  };
}
