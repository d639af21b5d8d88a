/** What the demo says and promises of Stars. */
import type { Promised } from "./demo_promises.ts";

/** The part of the demo's last line that only Stars have. */
export interface StarsShown {
  /** What the winner was given for his prize, as he sees it; null when it did not come. */
  gift: { id: string; stars: number } | null;
  /** Stars of this run by the sandbox's own books. */
  sandbox: { received: number; refunded: number; spentOnGifts: number };
}

/** @param price Stars for a ticket. */
export function starPromises(
  { gift, sandbox }: StarsShown,
  { players, price }: { players: number; price: number },
): Promised[] {
  return [
    [sandbox.received === (players + 1) * price, "the sandbox's receipts"],
    [sandbox.refunded === price, "the sandbox's refunds"],
    [gift !== null, "a gift for the winner"],
    [sandbox.spentOnGifts === gift?.stars, "one gift in the sandbox's books"],
  ];
}
