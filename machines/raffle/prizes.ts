/** Prizes in figures: who may take which, what is left, and what leaves the pot for them. */
import { payoutHeld, rafflePot, TREASURY_FEES } from "../domain/accounts.ts";
import type { TransferParams } from "../domain/events.ts";
import { payoutIdOf } from "../domain/ids.ts";
import type { MoneyJson } from "../domain/money.ts";
import { type ClaimRecord, type ClaimShare, leftShares, prizeOf } from "../domain/prize_claims.ts";
import { drawOf, type RaffleContext } from "./raffle_context.ts";

/** What is added to the pot; nothing is undefined. */
export function addedTo({ topUp }: RaffleContext): MoneyJson | undefined {
  return topUp === undefined || topUp === null || topUp.minor === "0" ? undefined : topUp;
}

/** The pot with what was added to it, divided. A transfer of nothing is none. */
export function prizeTransfers(
  { raffleId, commission }: RaffleContext,
  { shares, isFirst }: { shares: readonly ClaimShare[]; isFirst: boolean },
): TransferParams[] {
  const from = rafflePot(raffleId);
  const fee: TransferParams[] = commission === null || !isFirst ? [] : [{
    key: `raffle/${raffleId}/commission`,
    from,
    to: TREASURY_FEES,
    amount: commission,
    type: "commission",
  }];
  const prizes = shares.map(({ place, prize }): TransferParams => ({
    key: `raffle/${raffleId}/prize/${place}`,
    from,
    to: payoutHeld(payoutIdOf({ raffleId, place })),
    amount: prize,
    type: "prize",
  }));
  return [...fee, ...prizes].filter(({ amount }) => amount.minor !== "0");
}

/** Who may take a prize now, with what he would take. */
export function waitingFor(
  { claims, winners }: RaffleContext,
): (ClaimShare & { number: number })[] {
  return (claims?.holders ?? []).filter(({ state }) => state === "waiting")
    .flatMap(({ place, number, playerId }) => {
      const prize = prizeOf(winners, place);
      return prize === undefined ? [] : [{ place, number, playerId, prize }];
    });
}

/** What nobody has taken and no reserve is left for. */
export function sharesLeft({ claims, winners }: RaffleContext): ClaimShare[] {
  return claims ? leftShares(claims, winners) : [];
}

/** Those whose time begins now. */
export function claimRecords(context: RaffleContext): ClaimRecord[] {
  const { raffleId, claims } = context;
  return waitingFor(context).map(({ place, number, playerId }) => ({
    raffleId,
    draw: drawOf(context),
    round: claims?.round ?? 1,
    place,
    number,
    playerId,
    state: "waiting",
  }));
}
