/**
 * One try of an effect, and what may cut it short: its time-out, or that nobody waits any more. There
 * are many thousand a second and hardly one is cut, so signals and timers are made for those only
 * that need them.
 */
import type { Clock } from "./clock.ts";

export class Attempt {
  #controller: AbortController | undefined;
  #cut: { readonly reason: unknown } | undefined;
  #reject: ((reason: unknown) => void) | undefined;

  /** Why it was cut short, if it was. */
  get cut(): { readonly reason: unknown } | undefined {
    return this.#cut;
  }

  /** For the work, to end early. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cut !== undefined) this.#controller.abort(this.#cut.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.#cut !== undefined) return;
    this.#cut = { reason };
    this.#controller?.abort(reason);
    this.#reject?.(reason);
  }

  /** Waits for the work, but no longer than until it is cut short; then it throws the reason. */
  async wait<T>(work: () => Promise<T>): Promise<T> {
    if (this.#cut !== undefined) throw this.#cut.reason;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#reject = reject;
        Promise.resolve(work()).then(resolve, reject);
      });
    } finally {
      this.#reject = undefined;
    }
  }
}

/** Cuts attempts short when their time is over, with one timer for all of them. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #atMs = new Map<Attempt, { readonly atMs: number; readonly onLate: () => void }>();
  #nextMs = Infinity;
  #cancel = (): void => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `onLate` after so many milliseconds, unless the attempt is removed before. */
  set(attempt: Attempt, ms: number, onLate: () => void): void {
    const atMs = this.#clock.nowMs() + ms;
    this.#atMs.set(attempt, { atMs, onLate });
    if (atMs < this.#nextMs) this.#wakeAt(atMs);
  }

  remove(attempt: Attempt): void {
    this.#atMs.delete(attempt);
    if (this.#atMs.size > 0) return;
    this.#cancel();
    this.#nextMs = Infinity;
  }

  #wakeAt(atMs: number): void {
    this.#cancel();
    this.#nextMs = atMs;
    this.#cancel = this.#clock.schedule(
      () => this.#look(),
      Math.max(0, atMs - this.#clock.nowMs()),
    );
  }

  #look(): void {
    const nowMs = this.#clock.nowMs();
    let nextMs = Infinity;
    for (const [attempt, { atMs, onLate }] of this.#atMs) {
      if (atMs > nowMs) {
        nextMs = Math.min(nextMs, atMs);
        continue;
      }
      this.#atMs.delete(attempt);
      onLate();
    }
    this.#nextMs = Infinity;
    if (nextMs < Infinity) this.#wakeAt(nextMs);
  }
}
