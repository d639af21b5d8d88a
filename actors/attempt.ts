/**
 * One try of an effect, and what may cut it short: its time-out, or that nobody waits any more. There
 * are many thousand a second and hardly one is cut, so signals and timers are made for those only
 * that need them.
 */
import type { Clock } from "./clock.ts";

export class Attempt {
  #isEnded = false;
  #cancelLimit = (): void => {};
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

  /** Cuts it short after so many milliseconds from now, unless it has ended. */
  limit(clock: Clock, timeoutMs: number, toReason: () => Error): void {
    if (!this.#isEnded) this.#cancelLimit = clock.schedule(() => this.abort(toReason()), timeoutMs);
  }

  end(): void {
    this.#isEnded = true;
    this.#cancelLimit();
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
