/** Those who wait until an actor is as they want it. */
import { isConnectionLoss } from "./database_faults.ts";
import type { View } from "./view.ts";

/** Another node may change the actor; this one's own commits are told at once. */
const POLL_MS = 250;

export class Waiters {
  readonly #read: (address: string) => Promise<View | undefined>;
  readonly #waiting = new Map<string, Set<(view: View) => void>>();

  /** @param read Reads what is committed now. */
  constructor(read: (address: string) => Promise<View | undefined>) {
    this.#read = read;
  }

  /** Shows a committed view to those who wait for the actor. */
  show(view: View): void {
    for (const look of this.#waiting.get(view.address) ?? []) look(view);
  }

  /** @throws {Error} After `timeoutMs`, or what `isWanted` throws. */
  async waitFor(
    address: string,
    isWanted: (view: View) => boolean,
    timeoutMs: number,
  ): Promise<View> {
    const found = Promise.withResolvers<View>();
    const look = (view: View | undefined): void => {
      try {
        if (view !== undefined && isWanted(view)) found.resolve(view);
      } catch (error) {
        found.reject(error);
      }
    };
    const looks = this.#waiting.get(address) ?? new Set();
    this.#waiting.set(address, looks.add(look));
    const read = (): void =>
      void this.#read(address).then(look, (error) => {
        // A database that is away for a moment is asked again.
        if (!isConnectionLoss(error)) found.reject(error);
      });
    const timer = setTimeout(() => {
      found.reject(new Error(`"${address}" was not as wanted within ${timeoutMs} ms`));
    }, timeoutMs);
    const poll = setInterval(read, POLL_MS);
    read();
    try {
      return await found.promise;
    } finally {
      clearTimeout(timer);
      clearInterval(poll);
      looks.delete(look);
      if (looks.size === 0) this.#waiting.delete(address);
    }
  }
}
