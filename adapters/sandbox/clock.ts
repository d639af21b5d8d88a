/**
 * Time as an argument: the system's clock, and one that a test turns by hand. Redeliveries,
 * deadlines and flood limits are all measured with it. Guards against tests that sleep, and against
 * a stand-in whose rules can only be checked by waiting for them.
 */

/** What the sandbox knows about time. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  readonly setTimer: (task: () => void, delayMs: number) => () => void;
}

/** A clock for tests: time passes only through `advance`. */
export interface FakeClock extends Clock {
  /** Lets time pass, running what falls due in order, with everything it sets off in between. */
  advance(ms: number): Promise<void>;
  /** Lets everything that is already under way come to rest, no time passing. */
  settle(): Promise<void>;
  /** Milliseconds until the next timer, or null. */
  nextTimerMs(): number | null;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(task, delayMs) {
    const id = setTimeout(task, delayMs);
    return () => clearTimeout(id);
  },
};

/**
 * Makes a clock that stands still.
 *
 * @param startMs Epoch milliseconds at which it begins.
 */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  let nextId = 0;
  const timers = new Map<number, { readonly dueMs: number; readonly task: () => void }>();

  function earliest(): [number, { readonly dueMs: number; readonly task: () => void }] | undefined {
    return [...timers.entries()].sort((a, b) => a[1].dueMs - b[1].dueMs || a[0] - b[0])[0];
  }

  return {
    nowMs: () => nowMs,
    setTimer(task, delayMs) {
      const id = nextId++;
      timers.set(id, { dueMs: nowMs + Math.max(0, delayMs), task });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let next = earliest(); next !== undefined && next[1].dueMs <= untilMs;) {
        timers.delete(next[0]);
        nowMs = Math.max(nowMs, next[1].dueMs);
        next[1].task();
        await settle();
        next = earliest();
      }
      nowMs = untilMs;
    },
    settle,
    nextTimerMs() {
      const next = earliest();
      return next === undefined ? null : next[1].dueMs - nowMs;
    },
  };
}

/** Promise chains of in-process requests are a few dozen turns long at most. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
