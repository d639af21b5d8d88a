/** Posts in the announcement channel: a raffle's opening, its seal, its result. */
import type { Occasion } from "../../machines/domain/broadcast.ts";
import type { Language } from "../../machines/domain/events.ts";
import { drandLines } from "./drand_text.ts";
import type { RaffleDetails } from "./queries_port.ts";
import { readableMoney, readableTime } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { shownPool } from "./shown_pool.ts";
import { html, plain } from "./texts.ts";

/** Longest list of winners in one post. */
const MAX_WINNERS_SHOWN = 20;

/** Puts an occasion into words; the buttons are links, because anybody may press them. */
export function renderAnnouncement(
  raffle: RaffleDetails,
  { occasion, language, cardUrl }: { occasion: Occasion; language: Language; cardUrl: string },
): Reply {
  const { terms } = raffle;
  const { title } = terms;
  const card: ReplyButton = { label: plain(language, `button-announce-${occasion}`), url: cardUrl };
  switch (occasion) {
    case "opened": {
      const { guaranteed } = shownPool(raffle);
      const text = html(language, "announce-opened", {
        title,
        price: readableMoney(terms.price),
        commission: `${terms.commissionBps / 100}%`,
        max: String(terms.maxTickets),
        min: String(terms.minPlayers),
        time: readableTime(language, raffle.closesAtMs),
      });
      const promise = guaranteed === undefined
        ? []
        : [html(language, "announce-guaranteed", { guaranteed })];
      return { html: [text, ...promise].join("\n"), buttons: [[card]] };
    }
    case "sealed": {
      const sealed = html(language, "announce-sealed", {
        title,
        tickets: plain(language, "count-tickets", { count: raffle.tickets }),
        seal: raffle.seal ?? "",
      });
      const lines = [sealed, ...drandLines(language, raffle.beacon, "awaited")];
      return { html: lines.join("\n"), buttons: [[card]] };
    }
    case "drawn": {
      const lines = raffle.winners.slice(0, MAX_WINNERS_SHOWN).map(({ place, number, prize }) =>
        html(language, "notice-drawn-winner", {
          place: String(place),
          number: String(number),
          prize: readableMoney(prize),
        })
      );
      if (raffle.winners.length > MAX_WINNERS_SHOWN) lines.push(html(language, "list-more"));
      const { collected, guaranteed, topUp } = shownPool(raffle);
      if (guaranteed !== undefined && topUp !== undefined) {
        lines.push(html(language, "drawn-topped", { guaranteed, collected, topUp }));
      }
      const text = html(language, "announce-drawn", {
        title,
        tickets: plain(language, "count-tickets", { count: raffle.tickets }),
        seal: raffle.seal ?? "",
        // The lines are HTML already: they take the place of a mark that escaping leaves alone.
        winners: "\u0000",
      });
      const check: ReplyButton[] = raffle.checkUrl === undefined
        ? []
        : [{ label: plain(language, "button-check"), url: raffle.checkUrl }];
      return {
        html: text.replace("\u0000", () => lines.join("\n")),
        buttons: [[card], check].filter((row) => row.length > 0),
      };
    }
    case "redrawn":
      return {
        html: html(language, "announce-redrawn", {
          title,
          tickets: plain(language, "count-tickets", { count: raffle.tickets }),
          reason: raffle.formerDraws?.at(-1)?.reason ?? "",
        }),
        buttons: [[card]],
      };
    case "cancelled":
      return { html: html(language, "announce-cancelled", { title }), buttons: [[card]] };
  }
}
