/** A clock for tests: it stands still until it is told to move. */
import type { Clock } from "../clock.ts";

interface Scheduled {
  /** Milliseconds that have to have passed; a jump of the clock changes nothing about it. */
  readonly dueMs: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  #passedMs = 0;
  /** What the clock shows when nothing has passed. */
  #startMs: number;
  readonly #scheduled = new Set<Scheduled>();

  /** @param startMs Epoch milliseconds. */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#startMs + this.#passedMs;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const entry = { dueMs: this.#passedMs + Math.max(0, delayMs), callback };
    this.#scheduled.add(entry);
    return () => this.#scheduled.delete(entry);
  }

  /** When the next call is due, epoch milliseconds; undefined when none is planned. */
  nextDueMs(): number | undefined {
    const [next] = this.#inOrder();
    return next === undefined ? undefined : this.#startMs + next.dueMs;
  }

  /** Moves the time forward, calling what falls due, in the order of its time. */
  advance(byMs: number): void {
    const untilMs = this.#passedMs + byMs;
    for (;;) {
      const [next] = this.#inOrder();
      if (next === undefined || next.dueMs > untilMs) break;
      this.#scheduled.delete(next);
      this.#passedMs = Math.max(this.#passedMs, next.dueMs);
      next.callback();
    }
    this.#passedMs = untilMs;
  }

  /** Sets the clock, forwards or backwards, as an operator or a time server does: no time passes. */
  jumpTo(nowMs: number): void {
    this.#startMs = nowMs - this.#passedMs;
  }

  #inOrder(): Scheduled[] {
    return [...this.#scheduled].sort((a, b) => a.dueMs - b.dueMs);
  }
}
