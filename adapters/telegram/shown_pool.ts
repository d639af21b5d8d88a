/** What the winners of a raffle share, as people read it: on cards, offers and posts. */
import { prizePool } from "../../machines/domain/draw/split_prize.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { type Money, moneyToJson } from "../../machines/domain/money.ts";
import { readableMoney } from "./readable.ts";

/** Amounts as they are shown. */
export interface ShownPool {
  /** Were it drawn with the tickets of now. */
  prize: string;
  /** Pot less commission. */
  collected: string;
  /** Absent when nothing is guaranteed. */
  guaranteed?: string;
  /** What is added to the collected to reach that; absent when it is nothing. */
  topUp?: string;
}

/** By the terms and the tickets of now. */
export function shownPool({ terms, tickets }: { terms: RaffleTerms; tickets: number }): ShownPool {
  const { prize, collected, topUp } = prizePool(terms, tickets);
  const { guaranteedPrize } = terms;
  const shown = (money: Money): string => readableMoney(moneyToJson(money));
  return {
    prize: shown(prize),
    collected: shown(collected),
    ...(guaranteedPrize === undefined ? {} : { guaranteed: readableMoney(guaranteedPrize) }),
    ...(topUp.minor === 0n ? {} : { topUp: shown(topUp) }),
  };
}
