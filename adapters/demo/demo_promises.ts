/** What the demo says at its end, and what it promises of it. */
import type { PlayerId, RaffleId } from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";

/** Stars for a ticket. */
export const PRICE = 10;

/** The demo's last line. */
export interface DemoResult {
  raffle: RaffleId;
  /** Number of tickets drawn from. */
  tickets: number;
  pot: MoneyJson;
  commission: MoneyJson;
  prize: MoneyJson;
  winner: PlayerId;
  payout: string;
  /** Refunds of Stars. */
  refunded: number;
  /** Path of the proof file. */
  proof: string;
  proofValid: boolean;
  ledger: { balanced: boolean };
  /** What the winner was given for his prize, as he sees it; null when it did not come. */
  gift: { id: string; stars: number } | null;
  /** Stars of this run by the sandbox's own books. */
  sandbox: { received: number; refunded: number; spentOnGifts: number };
  /** Messages the bot sent. */
  messages: number;
}

/** Every promise of the demo that was not kept, in words. */
export function brokenPromises(
  result: DemoResult,
  { players, secondRaffle, left }: {
    players: number;
    secondRaffle: RaffleId | undefined;
    /** On the winner's balance. */
    left: bigint;
  },
): string[] {
  const pot = BigInt(players * PRICE);
  const commission = pot * 1_500n / 10_000n;
  const promises: [boolean, string][] = [
    [result.tickets === players, `${players} tickets`],
    [result.pot?.minor === pot.toString(), `a pot of ${pot}`],
    [result.commission?.minor === commission.toString(), `a commission of ${commission}`],
    [result.prize?.minor === (pot - commission).toString(), `a prize of ${pot - commission}`],
    [result.payout === "paid", "the payout paid"],
    [result.refunded === 1, "one refund"],
    [result.proofValid, "a valid proof"],
    [result.ledger.balanced, "a balanced ledger"],
    [result.sandbox.received === (players + 1) * PRICE, "the sandbox's receipts"],
    [result.sandbox.refunded === PRICE, "the sandbox's refunds"],
    [secondRaffle !== undefined, "the prize spent in a second raffle"],
    [result.gift !== null, "a gift for the winner"],
    [result.sandbox.spentOnGifts === result.gift?.stars, "one gift in the sandbox's books"],
    [left === pot - commission - BigInt(result.gift?.stars ?? 0), "the rest on the balance"],
  ];
  return promises.filter(([isKept]) => !isKept).map(([, promise]) => promise);
}
