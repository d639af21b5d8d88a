/**
 * What a raffle tells everybody has reached all who hold a ticket in it, but for those of whom the
 * teller itself says that it does not know. That nobody hears it twice is judged with the messages.
 */
import type { Finding, OutsideBooks, OwnBooks, OwnBroadcast } from "./evidence.ts";
import { MASS_NOTICES } from "./judge_messages.ts";

/** It is over: to its end, or because newer news took its place. */
const ENDS = new Set(["told", "replaced"]);

export function judgeBroadcasts(outside: OutsideBooks, own: OwnBooks): Finding[] {
  return own.broadcasts.flatMap((broadcast): Finding[] => {
    const { raffleId, notice, status, uncertain } = broadcast;
    if (!ENDS.has(status)) {
      return [{ kind: "stuck", text: `Telling ${notice} of ${raffleId} is still ${status}` }];
    }
    const missing = status === "told" ? countMissing(broadcast, { outside, own }) : 0;
    if (missing <= uncertain) return [];
    const text = `${missing} were never told ${notice} of ${raffleId}, ${uncertain} are uncertain`;
    return [{ kind: "lost", text }];
  });
}

function countMissing(
  { raffleId, notice }: OwnBroadcast,
  { outside, own }: { outside: OutsideBooks; own: OwnBooks },
): number {
  const words = MASS_NOTICES.find(({ name }) => name === notice)?.words;
  if (words === undefined) return 0;
  const title = own.raffles.find((raffle) => raffle.raffleId === raffleId)?.title;
  const tickets = own.tickets.filter((ticket) => ticket.raffleId === raffleId);
  const won = new Set(
    own.draws.find((draw) => draw.raffleId === raffleId)?.winners?.map(({ number }) => number),
  );
  const players = new Set(tickets.map(({ playerId }) => playerId));
  // Winners hear of it in words of their own, and are then left out of what is still being told.
  for (const { number, playerId } of tickets) if (won.has(number)) players.delete(playerId);
  return outside.chats.filter(({ playerId, hasBlocked, texts }) =>
    players.has(playerId) && !hasBlocked &&
    !texts.some((text) => words.exec(text)?.[1] === title)
  ).length;
}
