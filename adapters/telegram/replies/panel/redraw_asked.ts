/** What the other admins read when one of them wants another draw. */
import type { Language } from "../../../../machines/domain/events.ts";
import type { PanelNotice } from "../../../../machines/domain/panel.ts";
import type { Reply } from "../../reply.ts";
import { html, plain } from "../../texts.ts";

/** With the button that agrees with this word and no other. */
export function renderRedrawAsked(
  { raffleId, name, reason, askedAtMs }: PanelNotice & { key: "redrawAsked" },
  { language, title }: { language: Language; title: string },
): Reply {
  return {
    html: html(language, "notice-redrawAsked", { title, name, reason }),
    buttons: [[{
      label: plain(language, "panel-button-agreeRedraw"),
      button: { verb: "p", panel: { page: "agreeRedraw", raffleId, askedAtMs } },
    }], [{
      label: plain(language, "button-show"),
      button: { verb: "raffle", raffleId },
    }]],
  };
}
