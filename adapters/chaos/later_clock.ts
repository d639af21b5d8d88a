/** The outside's clock: the machine's, until weeks pass at once. */
import { type Clock, systemClock } from "../sandbox/clock.ts";

export interface LaterClock extends Clock {
  /** So much later everything is now; what is due by then happens at once. */
  skip(ms: number): void;
}

/** @param base What it goes by between the jumps. */
export function createLaterClock(base: Clock = systemClock): LaterClock {
  const waiting = new Set<{ dueMs: number; task: () => void; cancel: () => void }>();
  let aheadMs = 0;
  const nowMs = (): number => base.nowMs() + aheadMs;
  return {
    nowMs,
    setTimer(task, delayMs) {
      const timer = { dueMs: nowMs() + delayMs, task: fire, cancel: base.setTimer(fire, delayMs) };
      waiting.add(timer);
      function fire(): void {
        waiting.delete(timer);
        task();
      }
      return () => {
        waiting.delete(timer);
        timer.cancel();
      };
    },
    skip(ms) {
      aheadMs += ms;
      for (const timer of waiting) {
        timer.cancel();
        timer.cancel = base.setTimer(timer.task, Math.max(0, timer.dueMs - nowMs()));
      }
    },
  };
}
