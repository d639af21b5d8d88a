/** The log of everything that a player did, for admins. */
import type { PlayerId } from "../../../machines/domain/events.ts";
import { readableMoney, readableTime } from "../readable.ts";
import type { Reply } from "../reply.ts";
import { html, plain } from "../texts.ts";
import { joinLines } from "./lines.ts";
import type { ReplyContext } from "./reply_context.ts";

const LINES_A_PAGE = 15;

/** A page, the newest first. The words are the machines' own: admins look for them. */
export async function playerLogReply(
  context: ReplyContext,
  { playerId, before }: { playerId: PlayerId; before?: string },
): Promise<Reply> {
  const { language, queries } = context;
  const page = await queries.playerLog({
    playerId,
    limit: LINES_A_PAGE,
    ...(before === undefined ? {} : { before }),
  });
  if (page.lines.length === 0) return { html: html(language, "log-none", { player: playerId }) };
  const lines = page.lines.map((line) => {
    const ids = [line.raffleId, line.paymentId, line.chargeId].filter((id) => id !== undefined);
    return html(language, "log-line", {
      time: readableTime(language, line.atMs),
      what: line.what,
      detail: line.detail,
      amount: line.amount === undefined ? "" : readableMoney(line.amount),
      ids: ids.join(" "),
    });
  });
  const list = joinLines(lines, html(language, "list-more"));
  return {
    html: `${html(language, "log-title", { player: playerId })}\n\n${list}`,
    ...(page.next === undefined ? {} : {
      buttons: [[{
        label: plain(language, "button-older"),
        button: { verb: "u", player: { page: "log", playerId, before: page.next } },
      }]],
    }),
  };
}
