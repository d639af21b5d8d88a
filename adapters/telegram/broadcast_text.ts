/** What all people of a raffle are told, in words; observers hear it in theirs. */
import type { MassNotice } from "../../machines/domain/broadcast.ts";
import { type NoticeSurroundings, renderNotice } from "./notice_text.ts";
import type { Reply } from "./reply.ts";
import { html, plain } from "./texts.ts";

/** What a mass notice is rendered with besides itself. */
export interface MassSurroundings extends NoticeSurroundings {
  /** He holds no ticket; he may ask to hear no more of it. */
  isObserver: boolean;
}

/** Puts a mass notice into words. */
export function renderMassNotice(
  notice: MassNotice,
  { isObserver, ...surroundings }: MassSurroundings,
): Reply {
  const reply = renderNotice(notice, surroundings);
  if (!isObserver) return reply;
  const { language, title = plain(language, "unknown-title") } = surroundings;
  const stop = { label: plain(language, "button-unwatch"), button: unwatch(notice) };
  return {
    html: notice.key === "cancelled" ? html(language, "observer-cancelled", { title }) : reply.html,
    buttons: [...reply.buttons ?? [], [stop]],
  };
}

function unwatch({ raffleId }: MassNotice) {
  return { verb: "unwatch" as const, raffleId };
}
