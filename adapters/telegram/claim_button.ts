/** The button that takes a prize. */
import type { Language, RaffleId } from "../../machines/domain/events.ts";
import type { ReplyButton } from "./reply.ts";
import { plain } from "./texts.ts";

/** The button, for one whose prize waits. */
export function claimButton(
  language: Language,
  { raffleId }: { raffleId: RaffleId },
): ReplyButton {
  return { label: plain(language, "button-claim"), button: { verb: "claim", raffleId } };
}
