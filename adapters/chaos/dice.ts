/** Chance from one seed. Each part of the plan has a stream of its own, so that none moves another. */
import { createSeededRandom, randomInteger } from "../sandbox/random.ts";

export interface Dice {
  /** Each whole number from `least` to `most` is equally likely. */
  integer(least: number, most: number): number;
  /** True with this probability, to a thousandth. */
  chance(probability: number): boolean;
  /** @throws {RangeError} When there is nothing to pick. */
  pick<T>(list: readonly T[]): T;
  /** The list in another order. */
  shuffle<T>(list: readonly T[]): T[];
  /** A stream of its own; the same name gives the same stream. */
  of(name: string): Dice;
}

/** @param seed Any text. */
export function createDice(seed: string): Dice {
  const random = createSeededRandom(seed);
  const dice: Dice = {
    integer: (least, most) => randomInteger(random, least, most),
    chance: (probability) => dice.integer(0, 999) < probability * 1_000,
    pick(list) {
      if (list.length === 0) throw new RangeError("Cannot pick from an empty list");
      return list[dice.integer(0, list.length - 1)] as (typeof list)[number];
    },
    shuffle(list) {
      const left = [...list];
      return list.map(() => left.splice(dice.integer(0, left.length - 1), 1)[0] as typeof list[0]);
    },
    of: (name) => createDice(`${seed}/${name}`),
  };
  return dice;
}
