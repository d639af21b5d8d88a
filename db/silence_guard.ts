/**
 * Closes sessions that do not answer, since the network may never say that they are gone; their
 * statements then fail as with any lost connection.
 */
import type { Writable } from "node:stream";

/** How often one looks, as a part of the time allowed. */
const LOOKS = 10;

export class SilenceGuard {
  readonly #allowedMs: number;
  readonly #expected = new Set<{ readonly stream: Writable; readonly sinceMs: number }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param allowedMs Time for one answer, kept to a tenth. */
  constructor(allowedMs: number) {
    this.#allowedMs = allowedMs;
  }

  /** An answer is expected on this session from now on. @returns Says that it has come. */
  expect(stream: Writable): () => void {
    const expected = { stream, sinceMs: performance.now() };
    this.#expected.add(expected);
    // One timer for all, running only while something is expected: one for each statement is dear.
    this.#timer ??= setInterval(() => this.#look(), this.#allowedMs / LOOKS);
    return () => this.#expected.delete(expected);
  }

  #look(): void {
    const latestMs = performance.now() - this.#allowedMs;
    for (const expected of this.#expected) {
      if (expected.sinceMs > latestMs) continue;
      this.#expected.delete(expected);
      expected.stream.destroy();
    }
    if (this.#expected.size === 0) this.end();
  }

  /** Looks no more, until something is expected again. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
