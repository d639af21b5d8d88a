/** What the other admins read when one of them wants a raffle drawn now. */
import type { Language } from "../../../../machines/domain/events.ts";
import type { ForceAsked } from "../../../../machines/domain/panel.ts";
import type { Reply } from "../../reply.ts";
import { html, plain } from "../../texts.ts";

/** With the button that agrees with this word and no other. */
export function renderForceAsked(
  { raffleId, name, tickets, players, askedAtMs }: ForceAsked,
  { language, title }: { language: Language; title: string },
): Reply {
  return {
    html: html(language, "notice-forceAsked", {
      title,
      name,
      tickets: plain(language, "count-tickets", { count: tickets }),
      players: plain(language, "count-players", { count: players }),
    }),
    buttons: [[{
      label: plain(language, "panel-button-agree"),
      button: { verb: "p", panel: { page: "agree", raffleId, askedAtMs } },
    }], [{
      label: plain(language, "button-show"),
      button: { verb: "raffle", raffleId },
    }]],
  };
}
