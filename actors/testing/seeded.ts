/** Chance that can be repeated: the same seed gives the same. */

/** @returns Numbers from 0 to below 1; a linear congruence is enough to choose by. */
export function seededRandom(seed: number): () => number {
  let state = BigInt(Math.trunc(seed)) & 0xffff_ffffn;
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 33n) / 2 ** 31;
  };
}

export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** At most `most` of the items, in their order, chosen by the seed. */
export function take<T>(items: readonly T[], most: number, seed: number): T[] {
  if (items.length <= most) return [...items];
  const chosen = new Set(shuffled([...items.keys()], seed).slice(0, most));
  return items.filter((_, index) => chosen.has(index));
}
