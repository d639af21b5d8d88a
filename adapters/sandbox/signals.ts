/**
 * Who waits for what: long polls sleep on a topic and are woken by the change itself. Guards against
 * busy loops, and against waiters that outlive a stopped sandbox.
 */
import type { Clock } from "./clock.ts";

/** Who waits for this topic is woken by every other one. */
export const ANY_TOPIC = "*";

/** Wakes waiters by topic. */
export interface Signals {
  /** Wakes all who wait for this topic. They run after the caller's synchronous work is done. */
  raise(topic: string): void;
  /** Resolves when the topic is raised, after `timeoutMs`, when aborted, or when stopped. */
  wait(topic: string, timeoutMs: number, abort?: AbortSignal): Promise<void>;
  /**
   * Asks again after each change until there is an answer or the time is up.
   *
   * @returns The answer, or null.
   */
  until<T>(
    topic: string,
    timeoutMs: number,
    look: () => T | null,
    abort?: AbortSignal,
  ): Promise<T | null>;
  /** Wakes everybody, for good. */
  stop(): void;
}

/**
 * Makes a switchboard without waiters.
 *
 * @param clock Measures the time-outs.
 */
export function createSignals(clock: Clock): Signals {
  const waiters = new Map<string, Set<() => void>>();
  let isStopped = false;

  function wait(topic: string, timeoutMs: number, abort?: AbortSignal): Promise<void> {
    if (isStopped || timeoutMs <= 0 || abort?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const set = waiters.get(topic) ?? new Set();
      waiters.set(topic, set);
      const wake = (): void => {
        set.delete(wake);
        if (set.size === 0) waiters.delete(topic);
        cancel();
        abort?.removeEventListener("abort", wake);
        resolve();
      };
      const cancel = clock.setTimer(wake, timeoutMs);
      set.add(wake);
      abort?.addEventListener("abort", wake);
    });
  }

  return {
    raise(topic) {
      for (const each of [topic, ANY_TOPIC]) {
        for (const wake of [...waiters.get(each) ?? []]) wake();
      }
    },
    wait,
    async until(topic, timeoutMs, look, abort) {
      const endsAtMs = clock.nowMs() + timeoutMs;
      for (;;) {
        const found = look();
        const leftMs = endsAtMs - clock.nowMs();
        if (found !== null || leftMs <= 0 || isStopped || abort?.aborted === true) return found;
        await wait(topic, leftMs, abort);
      }
    },
    stop() {
      isStopped = true;
      for (const set of [...waiters.values()]) for (const wake of [...set]) wake();
    },
  };
}
