/** What came of the press of "Take my prize". */
import type { Language, RaffleId } from "../../../machines/domain/events.ts";
import { prizeOf } from "../../../machines/domain/prize_claims.ts";
import type { RaffleContext } from "../../../machines/raffle_machine.ts";
import type { SendOutcome } from "../../supervisor/supervisor.ts";
import { readableMoney } from "../readable.ts";
import type { ReplyButton } from "../reply.ts";
import { html, plain } from "../texts.ts";
import { commandRefusalWords } from "./panel/command_words.ts";
import { unknownRaffle } from "./raffle_replies.ts";
import type { Rendered } from "./render_answer.ts";
import type { ReplyContext } from "./reply_context.ts";

/** What came of the press of a winner, or of one who is none. */
export function claimedReply(
  context: ReplyContext,
  { raffleId, sent }: { raffleId: RaffleId; sent: SendOutcome | undefined },
): Rendered {
  const { language, playerId } = context;
  if (sent === undefined || sent.status === "missing") {
    return { reply: unknownRaffle(context, raffleId) };
  }
  if (sent.status === "refused") {
    const reason = commandRefusalWords(language, sent.reason);
    return {
      reply: { html: html(language, "claim-not-taken", { reason }), buttons: [[show(language)]] },
    };
  }
  const { claims, winners = [] } = (sent.view?.context ?? {}) as Partial<RaffleContext>;
  const place = claims?.holders.find((holder) => holder.playerId === playerId)?.place ?? 0;
  const prize = prizeOf(winners, place);
  if (sent.status === "duplicate" || prize === undefined) {
    return { reply: { html: html(language, "claim-taken-before") } };
  }
  return { toast: plain(language, "claim-taken", { prize: readableMoney(prize) }) };

  function show(language: Language): ReplyButton {
    return { label: plain(language, "button-show"), button: { verb: "raffle", raffleId } };
  }
}
