/**
 * A raffle's guaranteed prize as money: what of the owner's capital is held for it, from the opening
 * to the draw or the cancellation. Imports only its neighbours.
 */
import { guaranteeHold } from "./accounts.ts";
import type { HoldEnd, RaffleId } from "./events.ts";
import type { MoneyJson } from "./money.ts";

/** What is held for a raffle. */
export interface Guarantee {
  /** Holds that were placed so far. The last one is open while something is held. */
  holds: number;
  held: MoneyJson | null;
}

/** Nothing is held, and nothing ever was. */
export const NO_GUARANTEE: Guarantee = { holds: 0, held: null };

/** Why a prize was not promised. */
export interface GuaranteeRefusal {
  /** What should be held. */
  needed: MoneyJson;
  /** What could be: the lesser of the reserve and the free capital; it may be negative. */
  covered: MoneyJson;
  /** Of the command that was not carried out. */
  atMs: number;
}

/** Asks for the hold to be as large as the prize, in the same commit; it is as it was, or all of it. */
export interface HoldGuarantee {
  input: {
    raffleId: RaffleId;
    guarantee: Guarantee;
    /** Null: nothing is guaranteed any more. */
    prize: MoneyJson | null;
    /** Of the command that wants it. */
    atMs: number;
  };
  output:
    | { isHeld: true; guarantee: Guarantee; prize: MoneyJson | null; atMs: number }
    | { isHeld: false } & GuaranteeRefusal;
}

/** How the open hold ends, if there is one. */
export function endOfHold(
  { raffleId, guarantee, posted }: {
    raffleId: RaffleId;
    guarantee: Guarantee;
    posted: MoneyJson | null;
  },
): HoldEnd[] {
  if (guarantee.held === null) return [];
  const hold = guaranteeHold(raffleId, guarantee.holds);
  return [{ key: `${hold}/ended`, hold, posted }];
}
