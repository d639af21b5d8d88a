/**
 * Where prizes must be taken: who may take them follows from the signed draw alone, winners first and then
 * its reserves in their order; and who took one is to be credited, nobody else.
 */
import type { Finding, OwnBooks, OwnClaim, Winner } from "./evidence.ts";

/** Whom a raffle has to credit, and what is wrong with how that came about. */
export interface Credited {
  readonly winners: readonly Winner[];
  readonly findings: readonly Finding[];
}

/** @param winners As drawn, with their prizes; `reserves` likewise, by their tickets. */
export function whoIsCredited(
  raffleId: string,
  { winners, reserves, claims }: {
    winners: readonly Winner[];
    reserves: readonly number[];
    claims: OwnBooks["claims"];
  },
): Credited {
  const all = claims.filter((claim) => claim.raffleId === raffleId);
  const won = winners.filter(({ minor }) => minor > 0);
  if (all.length === 0) return { winners: won, findings: [] };
  const findings: Finding[] = [];
  const movedUp = all.filter(({ round }) => round > 1)
    .toSorted((left, right) => left.round - right.round || left.place - right.place);
  if (movedUp.some(({ number }, index) => number !== reserves[index])) {
    const tickets = movedUp.map(({ number }) => number).join(", ");
    findings.push({
      kind: "unpaid",
      text: `Tickets ${tickets} of ${raffleId} moved up, which is not the order of the reserves`,
    });
  }
  const holders = won.map(({ place, number, minor }) => {
    const [first, ...later] = all.filter((claim) => claim.place === place)
      .toSorted((left, right) => left.round - right.round);
    if (first?.number !== number) {
      const text = `Place ${place} of ${raffleId} was for ticket ${first?.number}, not ${number}`;
      findings.push({ kind: "unpaid", text });
    }
    return { place, minor, last: later.at(-1) ?? first };
  });
  const taken = (claim: OwnClaim | undefined): boolean => claim?.state === "claimed";
  // What nobody has taken goes to the best place that is taken.
  const best = holders.find(({ last }) => taken(last))?.last;
  return {
    winners: holders.map(({ place, minor, last }) => ({
      place,
      minor,
      number: (taken(last) ? last : best)?.number ?? 0,
    })),
    findings,
  };
}
