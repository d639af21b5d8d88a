/** A clock for tests: it stands still until it is told to move. */
import type { Clock } from "../clock.ts";

interface Scheduled {
  readonly dueMs: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  #nowMs: number;
  readonly #scheduled = new Set<Scheduled>();

  /** @param startMs Epoch milliseconds. */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const entry = { dueMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#scheduled.add(entry);
    return () => this.#scheduled.delete(entry);
  }

  /** When the next call is due, epoch milliseconds; undefined when none is planned. */
  nextDueMs(): number | undefined {
    const dueTimes = [...this.#scheduled].map((entry) => entry.dueMs);
    return dueTimes.length === 0 ? undefined : Math.min(...dueTimes);
  }

  /** Moves the time forward, calling what falls due, in the order of its time. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#scheduled].filter((entry) => entry.dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#scheduled.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    this.#nowMs = untilMs;
  }

  /** Sets the time without calling anything: a clock that jumps, also backwards. */
  jumpTo(nowMs: number): void {
    this.#nowMs = nowMs;
  }
}
