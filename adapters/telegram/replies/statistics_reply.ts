/** Figures for everybody, and the asker's own. */
import { readableMoney } from "../readable.ts";
import type { Reply } from "../reply.ts";
import { html, plain } from "../texts.ts";
import type { ReplyContext } from "./reply_context.ts";

/** «📊 Статистика». */
export async function statisticsReply(context: ReplyContext): Promise<Reply> {
  const { language } = context;
  const { own, ...all } = await context.queries.statistics(context.playerId);
  const tickets = (count: number) => plain(language, "count-tickets", { count });
  const lines = [
    html(language, "statistics-title"),
    "",
    html(language, "statistics-all", {
      open: String(all.open),
      drawn: String(all.drawn),
      tickets: tickets(all.tickets),
      refunded: String(all.refunded),
    }),
    ...all.prizes.map(({ sum, largest }) =>
      html(language, "statistics-prizes", {
        prizes: readableMoney(sum),
        largest: readableMoney(largest),
      })
    ),
    "",
    own.tickets === 0 ? html(language, "statistics-own-none") : html(language, "statistics-own", {
      raffles: String(own.raffles),
      tickets: tickets(own.tickets),
      wins: String(own.wins),
      won: own.won.map(readableMoney).join(" + ") || "–",
    }),
  ];
  return { html: lines.join("\n"), menu: language };
}
