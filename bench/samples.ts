/** Samples of a measurement in bounded memory, and what is read from them. */

/** So many are kept; of more, a fair choice. */
const MAX_KEPT = 100_000;

/** Keeps all samples up to a bound, and beyond it each with the same chance. */
export class Samples {
  readonly #kept: number[] = [];
  readonly #maxKept: number;
  readonly #random: () => number;
  #count = 0;

  constructor({ maxKept = MAX_KEPT, random = Math.random } = {}) {
    this.#maxKept = maxKept;
    this.#random = random;
  }

  /** How many were added. */
  get count(): number {
    return this.#count;
  }

  add(sample: number): void {
    this.#count++;
    if (this.#kept.length < this.#maxKept) {
      this.#kept.push(sample);
      return;
    }
    const place = Math.floor(this.#random() * this.#count);
    if (place < this.#maxKept) this.#kept[place] = sample;
  }

  /** @param share From 0 to 1. @returns NaN when there is no sample. */
  quantile(share: number): number {
    const sorted = this.#kept.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  }
}

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (upper + lower) / 2;
}
