/** How a person takes his prize, and what admins say to a large one. Chance decides. */
import type { Dice } from "./dice.ts";

export interface PrizePlan {
  /** What he takes: the first of it that he is offered. */
  readonly likes: readonly PrizeKind[];
  /** Which of those that he can afford: from 0, the cheapest, to below 1. */
  readonly which: number;
  readonly isPressedTwice: boolean;
  /** Changes his mind while admins are waited for. */
  readonly isCancelled: boolean;
  /** Takes no gifts just then. */
  readonly isPrivate: boolean;
  readonly delayMs: number;
}

/** Premium, a gift, or his own payments back. */
export type PrizeKind = "premium" | "gift" | "refund";

/** What the admins make of a withdrawal over the limit; one no is enough. */
export type Decision = "yes" | "no";

const LONGEST_DELAY_MS = 600;
/** Few can afford Premium. */
const LIKES: readonly (readonly PrizeKind[])[] = [
  ["premium", "gift"],
  ["premium", "refund", "gift"],
  ["refund", "gift"],
  ["gift"],
];

/** @param number From 1; the same number gives the same plan under the same seed. */
export function planPrize(seeded: Dice, number: number): PrizePlan {
  const dice = seeded.of(`prize ${number}`);
  return {
    likes: dice.pick(LIKES),
    which: dice.integer(0, 999) / 1_000,
    isPressedTwice: dice.chance(0.3),
    isCancelled: dice.chance(0.1),
    isPrivate: dice.chance(0.08),
    delayMs: dice.integer(0, LONGEST_DELAY_MS),
  };
}

/** The same withdrawal is always decided alike. */
export function planDecision(seeded: Dice, withdrawalId: string): Decision {
  return seeded.of(`decision ${withdrawalId}`).chance(0.2) ? "no" : "yes";
}
