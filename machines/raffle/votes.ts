/** What needs the words of two admins: whether enough of them have said it, and who else is asked. */
import type { PlayerId } from "../domain/events.ts";
import { FORCE_VOTE_MS, type ForceVote } from "../domain/panel.ts";
import { standingVote, type Vote } from "../domain/votes.ts";

interface Word extends Vote {
  vote?: ForceVote;
  atMs: number;
}

/** The first word of two, as long as it counts for the next one. */
export function liveVote<Given extends Vote & { atMs: number }>(
  given: Given | null | undefined,
  { by, vote, atMs }: Word,
): Given | null {
  const first = standingVote(given ?? null, { by, admins: vote?.others });
  return first !== null && atMs - first.atMs < FORCE_VOTE_MS ? first : null;
}

/** Whether nobody else has to say it. */
export function isAgreed(first: Vote & { atMs: number } | null, { by, vote }: Word): boolean {
  const isMeant = vote?.agreesWithMs === undefined || vote.agreesWithMs === first?.atMs;
  return isMeant && ((vote?.needed ?? 1) <= 1 || (first !== null && first.by !== by));
}

/** The other admins, each once. */
export function othersOf({ by, vote }: Word): PlayerId[] {
  return [...new Set(vote?.others ?? [])].filter((playerId) => playerId !== by);
}
