/**
 * Time that passes only when everybody has done what was to be done: a clock for a product and its
 * sandbox in one process. When nothing moves, it jumps to the next timer, so hours take seconds and a
 * busy machine is never late. Guards against a fast demo that breaks limits only because it is slow.
 *
 * What moves: work that is counted (`track`) and turns of the event loop that follow from it.
 */
import { setImmediate, setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../actors/clock.ts";
import type { Clock as SandboxClock } from "../sandbox/clock.ts";
import type { LimiterClock } from "../telegram/send_limiter.ts";

/** Serves the runtime, the limiter of the bot, and the sandbox. */
export type VirtualClock = Clock & SandboxClock & LimiterClock & {
  /**
   * Counts work outside of the event loop: no time passes before it is done. It must not wait for
   * time itself, or neither would ever go on.
   */
  track<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass from now on. */
  start(): void;
  /** Ends it; timers that are left never fire. */
  stop(): void;
};

interface Timer {
  readonly dueMs: number;
  readonly seq: number;
  readonly task: () => void;
  isCancelled: boolean;
}

/** Turns of the event loop without anything new, after which all are taken to be waiting. */
const QUIET_TURNS = 8;
/** Work that nobody counts (keys, signatures, files) takes real time: so much may pass meanwhile. */
const MAX_SPEED = 40;

/** @param startMs Epoch milliseconds at which it stands until it is started. */
export function createVirtualClock(startMs: number): VirtualClock {
  const timers = new Heap();
  let nowMs = startMs;
  let seq = 0;
  let tracked = 0;
  let onTrackedDone = (): void => {};
  let isStarted = false;
  let isStopped = false;

  function setTimer(task: () => void, delayMs: number): () => void {
    // Whole milliseconds: the time goes into events and rows.
    const dueMs = Math.ceil(nowMs + Math.max(0, delayMs));
    const timer = { dueMs, seq: seq++, task, isCancelled: false };
    timers.push(timer);
    return () => void (timer.isCancelled = true);
  }

  function trackedDone(): Promise<void> {
    return new Promise((resolve) => (onTrackedDone = resolve));
  }

  async function untilQuiet(): Promise<void> {
    for (let turns = 0, seen = seq; turns < QUIET_TURNS && !isStopped; turns++) {
      if (tracked > 0) await trackedDone();
      await setImmediate();
      if (tracked === 0 && seen === seq) continue;
      seen = seq;
      turns = -1;
    }
  }

  async function run(): Promise<void> {
    const startedMs = performance.now();
    while (!isStopped) {
      await untilQuiet();
      const next = timers.peek();
      const allowedMs = startMs + (performance.now() - startedMs) * MAX_SPEED;
      if (next === undefined || next.dueMs > allowedMs) {
        await delay(1);
        continue;
      }
      timers.pop();
      if (next.isCancelled) continue;
      nowMs = Math.max(nowMs, next.dueMs);
      next.task();
    }
  }
  return {
    nowMs: () => nowMs,
    setTimer,
    schedule: setTimer,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const cancel = setTimer(() => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        }, ms);
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason);
        };
        if (signal?.aborted === true) onAbort();
        else signal?.addEventListener("abort", onAbort, { once: true });
      }),
    track(work) {
      tracked++;
      seq++;
      return work.finally(() => {
        tracked--;
        seq++;
        if (tracked === 0) onTrackedDone();
      });
    },
    start() {
      if (isStarted) return;
      isStarted = true;
      void run();
    },
    stop: () => void (isStopped = true),
  };
}

/** A binary heap of timers, the earliest first, of equal ones the older. */
class Heap {
  readonly #timers: Timer[] = [];

  peek(): Timer | undefined {
    return this.#timers[0];
  }

  push(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.push(timer) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (!isBefore(timer, timers[above] as Timer)) break;
      timers[index] = timers[above] as Timer;
      index = above;
    }
    timers[index] = timer;
  }

  pop(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= timers.length) break;
      const right = left + 1;
      const below = right < timers.length && isBefore(timers[right] as Timer, timers[left] as Timer)
        ? right
        : left;
      if (!isBefore(timers[below] as Timer, last)) break;
      timers[index] = timers[below] as Timer;
      index = below;
    }
    timers[index] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.seq < other.seq);
}
