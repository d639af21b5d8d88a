/** How broadcasts stand, for admins; and the answer to who wants to hear no more of a raffle. */
import { html, plain } from "../texts.ts";
import type { Reply } from "../reply.ts";
import { joinLines } from "./lines.ts";
import type { ReplyContext } from "./reply_context.ts";

/** The newest broadcasts with their progress. */
export async function broadcastsReply({ language, queries }: ReplyContext): Promise<Reply> {
  const broadcasts = await queries.broadcasts(30);
  if (broadcasts.length === 0) return { html: html(language, "admin-broadcasts-none") };
  const lines = broadcasts.map((broadcast) =>
    html(language, `admin-broadcast-${broadcast.status}`, {
      title: broadcast.title ?? plain(language, "unknown-title"),
      what: plain(language, `broadcast-${broadcast.notice}`),
      sent: String(broadcast.counts.sent),
      blocked: String(broadcast.counts.blocked),
      uncertain: String(broadcast.counts.uncertain),
      failed: String(broadcast.counts.failed),
      left: String(broadcast.left),
    })
  );
  const list = joinLines(lines, html(language, "list-more"));
  return { html: `${html(language, "admin-broadcasts-title")}\n\n${list}` };
}
