/** What the demo says at its end, and what it promises of it. */
import type { PlayerId, RaffleId } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import { rublePromises, type RublesShown } from "./ruble_promises.ts";
import { starPromises, type StarsShown } from "./star_promises.ts";

/** Whether it was kept, and what it is in words. */
export type Promised = [boolean, string];

/** What is said in every currency. */
interface DemoStory {
  raffle: RaffleId;
  /** Number of tickets drawn from. */
  tickets: number;
  pot: MoneyJson;
  commission: MoneyJson;
  prize: MoneyJson;
  winner: PlayerId;
  payout: string;
  /** Payments that went back. */
  refunded: number;
  /** Path of the proof file. */
  proof: string;
  proofValid: boolean;
  ledger: { balanced: boolean };
  /** Messages the bot sent. */
  messages: number;
}

/** The demo's last line. */
export type DemoResult = DemoStory & (StarsShown | RublesShown);

/** What the promises are compared with, beside the result. */
export interface DemoFacts {
  readonly players: number;
  /** Of a ticket. */
  readonly price: MoneyJson;
  readonly secondRaffle: RaffleId | undefined;
  /** What left the winner's balance, and what is on it; minor units. */
  readonly taken: bigint;
  readonly left: bigint;
}

/** Every promise of the demo that was not kept, in words. */
export function brokenPromises(result: DemoResult, facts: DemoFacts): string[] {
  const { players, price, secondRaffle, taken, left } = facts;
  const pot = BigInt(players) * BigInt(price.minor);
  const commission = pot * 1_500n / 10_000n;
  const prize = pot - commission;
  const inRaffle = { players, price: Number(price.minor), prize };
  const promises: Promised[] = [
    [result.tickets === players, `${players} tickets`],
    [result.pot?.minor === pot.toString(), `a pot of ${pot}`],
    [result.pot?.currency === price.currency, `a pot in ${price.currency}`],
    [result.commission?.minor === commission.toString(), `a commission of ${commission}`],
    [result.prize?.minor === prize.toString(), `a prize of ${prize}`],
    [result.payout === "paid", "the payout paid"],
    [result.refunded === 1, "one refund"],
    [result.proofValid, "a valid proof"],
    [result.ledger.balanced, "a balanced ledger"],
    [secondRaffle !== undefined, "the prize spent in a second raffle"],
    [left === prize - taken, "the rest on the balance"],
    ...("gift" in result ? starPromises(result, inRaffle) : rublePromises(result, inRaffle)),
  ];
  return promises.filter(([isKept]) => !isKept).map(([, promise]) => promise);
}
