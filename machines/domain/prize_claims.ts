/**
 * Prizes that must be taken: who may take which now, and who follows when his time is over. All of it
 * is decided by the signed draw's winners and reserves, in drawn order, and by what was taken, so
 * anybody can follow it by the proof. JSON-safe; imports only its neighbours.
 */
import type { MoneyJson } from "./money.ts";
import type { PlayerId, RaffleId } from "./events.ts";

/** A ticket that was drawn, and whose it is. */
export interface DrawnTicket {
  number: number;
  playerId: PlayerId;
}

/** A place whose prize somebody may take, has taken, or for which nobody is left. */
export interface PrizeHolder extends DrawnTicket {
  place: number;
  /** `lapsed`: he was the last one, and his time is over. */
  state: "waiting" | "claimed" | "lapsed";
}

/** How the prizes of a raffle are being taken. */
export interface PrizeClaims {
  /** 1 for the winners as drawn; one more with each deadline that passed. */
  round: number;
  /** When this round ends; 0 until it has begun. */
  endsAtMs: number;
  /** Places with a prize, in order. */
  holders: PrizeHolder[];
  /** Drawn and not moved up yet, in drawn order. */
  reserves: DrawnTicket[];
  /** Whose time was over: he can take nothing any more. */
  lapsed: PlayerId[];
}

/** A ticket that did not take its prize, and the one that may now. */
export interface PassedPrize {
  place: number;
  from: number;
  /** Null: no reserve is left. */
  to: number | null;
}

/** One line of what everybody can read: a ticket that may take a prize, and what came of it. */
export interface ClaimRecord {
  raffleId: RaffleId;
  /** 1; one more with each redraw. */
  draw: number;
  round: number;
  place: number;
  number: number;
  playerId: PlayerId;
  state: PrizeHolder["state"];
}

/** The prizes that nobody is left for go to the best place that was taken. */
export interface ClaimShare {
  place: number;
  playerId: PlayerId;
  prize: MoneyJson;
}

/** The first round, not begun yet: each winner of something may take his prize. */
export function firstClaims(
  { winners, reserves }: {
    winners: readonly (DrawnTicket & { place: number; prize: MoneyJson })[];
    reserves: readonly DrawnTicket[];
  },
): PrizeClaims {
  const holders = winners.filter(({ prize }) => prize.minor !== "0")
    .map(({ place, number, playerId }) => ({ place, number, playerId, state: "waiting" as const }));
  return { round: 1, endsAtMs: 0, holders, reserves: [...reserves], lapsed: [] };
}

/** His place, while he may take its prize. */
export function waitingHolder(
  { holders }: PrizeClaims,
  playerId: PlayerId,
): PrizeHolder | undefined {
  return holders.find((holder) => holder.playerId === playerId && holder.state === "waiting");
}

/** After he has taken it; nothing changes for one who may not. */
export function takePrize(claims: PrizeClaims, playerId: PlayerId): PrizeClaims {
  return {
    ...claims,
    holders: claims.holders.map((holder) =>
      holder.playerId === playerId && holder.state === "waiting"
        ? { ...holder, state: "claimed" }
        : holder
    ),
  };
}

/**
 * After the deadline: the places that were not taken get the next reserves, in the order of places and
 * of the draw.
 */
export function passPrizes(
  claims: PrizeClaims,
): { claims: PrizeClaims; passed: PassedPrize[] } {
  const reserves = [...claims.reserves];
  const lapsed = [...claims.lapsed];
  const passed: PassedPrize[] = [];
  const holders = claims.holders.map((holder): PrizeHolder => {
    if (holder.state !== "waiting") return holder;
    const next = reserves.shift();
    lapsed.push(holder.playerId);
    passed.push({ place: holder.place, from: holder.number, to: next?.number ?? null });
    return next === undefined
      ? { ...holder, state: "lapsed" }
      : { place: holder.place, ...next, state: "waiting" };
  });
  return {
    claims: { round: claims.round + 1, endsAtMs: 0, holders, reserves, lapsed },
    passed,
  };
}

/** Whether somebody may still take something. */
export function isAnyWaiting({ holders }: PrizeClaims): boolean {
  return holders.some(({ state }) => state === "waiting");
}

/** Whether something was taken. */
export function isAnyTaken({ holders }: PrizeClaims): boolean {
  return holders.some(({ state }) => state === "claimed");
}

/** Whose the prizes are that nobody took, when something was taken and nobody waits. */
export function leftShares(
  { holders }: PrizeClaims,
  winners: readonly { place: number; prize: MoneyJson }[],
): ClaimShare[] {
  const best = holders.find(({ state }) => state === "claimed");
  if (best === undefined) return [];
  return holders.filter(({ state }) => state === "lapsed").flatMap(({ place }) => {
    const prize = prizeOf(winners, place);
    return prize === undefined ? [] : [{ place, playerId: best.playerId, prize }];
  });
}

/** The prize of a place, if it has one. */
export function prizeOf(
  winners: readonly { place: number; prize: MoneyJson }[],
  place: number,
): MoneyJson | undefined {
  return winners.find((winner) => winner.place === place)?.prize;
}
