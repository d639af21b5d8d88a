/** Time as the runtime sees it: stamps and durable timers; leases go by the database's clock. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /**
   * Calls `callback` once, `delayMs` from now, unless cancelled.
   * @returns Cancels the call.
   */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** `setTimeout` fires at once for a longer delay, so longer waits are taken in pieces. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  schedule(callback, delayMs) {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_TIMEOUT_MS));
    return () => clearTimeout(handle);
  },
};
