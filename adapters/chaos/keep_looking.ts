/** Somebody who looks again and again until he is told that it is enough. */
import { pause } from "./wait.ts";

export interface Looking {
  /** @throws {Error} When a door refused what no door may refuse. */
  stop(): Promise<void>;
}

/** @param signal Ends it, too. */
export function keepLooking(
  look: () => Promise<void>,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Looking {
  const stopping = new AbortController();
  const looking = (async () => {
    while (!stopping.signal.aborted && !signal.aborted) {
      await look();
      await pause(everyMs, stopping.signal);
    }
  })();
  // A failure is awaited later; until then it is nobody's unhandled rejection.
  looking.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
