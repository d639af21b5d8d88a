/** Waiting that ends when the run is interrupted. */

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}

/**
 * Asks until the answer is wanted.
 * @returns The answer, or undefined when the time is up or the signal aborts.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  isWanted: (answer: T) => boolean,
  { timeoutMs, everyMs = 50, signal }: {
    timeoutMs: number;
    everyMs?: number;
    signal?: AbortSignal;
  },
): Promise<T | undefined> {
  const endsAtMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > endsAtMs || signal?.aborted) return undefined;
    await pause(everyMs, signal);
  }
}
