/** Prizes that must be taken: the button, and who may, who has and who has not. */
import type { Language, RaffleId } from "../../machines/domain/events.ts";
import type { ClaimLine, RaffleDetails } from "./queries_port.ts";
import { readableTime } from "./readable.ts";
import type { ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";

/** The button, for one whose prize waits. */
export function claimButton(
  language: Language,
  { raffleId }: { raffleId: RaffleId },
): ReplyButton {
  return { label: plain(language, "button-claim"), button: { verb: "claim", raffleId } };
}

/** Whether one of his tickets may take a prize. */
export function isPrizeWaiting(
  { claims = [], viewerTickets }: Pick<RaffleDetails, "claims" | "viewerTickets">,
): boolean {
  return claims.some(({ number, state }) => state === "waiting" && viewerTickets.includes(number));
}

/** Who could take the prize of a place, and what came of it, a line each. */
export function claimLines(
  language: Language,
  { claims, place }: { claims: readonly ClaimLine[]; place: number },
): string[] {
  const own = claims.filter((claim) => claim.place === place);
  const lines = own.map(({ number, state, untilMs }) =>
    html(language, `raffle-claim-${state}`, {
      number: String(number),
      time: readableTime(language, untilMs),
    })
  );
  return own.length > 0 && own.every(({ state }) => state === "lapsed")
    ? [...lines, html(language, "raffle-claim-left")]
    : lines;
}
