/** What admins read of charges that do not go back. */
import type { SendOutcome } from "../../supervisor/supervisor.ts";
import { readableMoney } from "../readable.ts";
import type { Reply } from "../reply.ts";
import { html } from "../texts.ts";
import { joinLines } from "./lines.ts";
import { commandRefusalWords } from "./panel/command_words.ts";
import type { ReplyContext } from "./reply_context.ts";

/** Refunds in one message. */
const MAX_SHOWN = 20;

/** Those that fail, the oldest first. @param given What was written instead of the id of one. */
export async function refundsReply(
  { language, queries }: ReplyContext,
  given: string,
): Promise<Reply> {
  const unknown = given === "" ? [] : [unknownRefund(language, given)];
  const refunds = await queries.failingRefunds(MAX_SHOWN + 1);
  if (refunds.length === 0) {
    return { html: [...unknown, html(language, "refunds-none")].join("\n\n") };
  }
  const lines = refunds.slice(0, MAX_SHOWN).map(({ refundId, amount, playerId, chargeId }) =>
    html(language, "refunds-line", {
      id: refundId,
      amount: readableMoney(amount),
      player: playerId,
      charge: chargeId,
    })
  );
  const more = html(language, "list-more");
  if (refunds.length > MAX_SHOWN) lines.push(more);
  return {
    html: [...unknown, html(language, "refunds-title"), joinLines(lines, more)].join("\n\n"),
  };
}

/** What came of the wish for another try. */
export function retriedReply(
  { language }: ReplyContext,
  { refundId, sent }: { refundId: string; sent: SendOutcome | undefined },
): Reply {
  switch (sent?.status) {
    case "accepted":
    case "duplicate":
      return { html: html(language, "refund-retried", { id: refundId }) };
    case "refused": {
      // One that has ended refuses everything, without asking its rules why.
      const isOver = sent.view?.tags.includes("finished");
      const reason = commandRefusalWords(language, isOver ? "alreadyFinished" : sent.reason);
      return { html: html(language, "refund-not-retried", { id: refundId, reason }) };
    }
    case "missing":
    case undefined:
      return { html: unknownRefund(language, refundId) };
  }
}

function unknownRefund(language: ReplyContext["language"], given: string): string {
  return html(language, "refund-unknown", { given: given.slice(0, 60) });
}
