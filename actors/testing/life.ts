/** One life of a node under test: it notes every point that it passes, and ends at a given one. */

/** Never answers, as nothing does that has ended. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}

export class Life {
  /** What was passed, in order: `before commit 3` is the third commit, just before it was sent. */
  readonly passed: string[] = [];
  /** Resolves at the end of the life. */
  readonly over: Promise<void>;
  readonly #counts = new Map<string, number>();
  readonly #resolveOver: () => void;
  #endsAt: string | number | undefined;
  #isOver = false;

  /** @param endsAt A point as in `passed`, or the number of points that may be passed. */
  constructor(endsAt?: string | number) {
    this.#endsAt = endsAt;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#resolveOver = resolve;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Ends the life at a point that is still to come, or at none. */
  endAt(point: string | number | undefined): void {
    this.#endsAt = point;
  }

  /**
   * Notes a point.
   * @param point Without its number, `before commit`.
   * @returns Whether the life goes on.
   */
  passes(point: string): boolean {
    if (this.#isOver) return false;
    const count = (this.#counts.get(point) ?? 0) + 1;
    this.#counts.set(point, count);
    const name = `${point} ${count}`;
    if (name === this.#endsAt || this.passed.length === this.#endsAt) this.end();
    else this.passed.push(name);
    return !this.#isOver;
  }

  end(): void {
    this.#isOver = true;
    this.#resolveOver();
  }

  /** The result of `work`, or none for ever if the life ended meanwhile. */
  async outlived<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      return this.#isOver ? await never() : result;
    } catch (error) {
      if (this.#isOver) return await never();
      throw error;
    }
  }
}
