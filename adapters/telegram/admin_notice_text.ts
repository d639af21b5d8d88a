/** What admins are told without having asked, in words. */
import type { AdminNotice } from "../../machines/domain/effects.ts";
import type { Language } from "../../machines/domain/events.ts";
import type { Reply } from "./reply.ts";
import { html, plain } from "./texts.ts";

/** Puts it into words. */
export function renderAdminNotice(
  notice: AdminNotice,
  { language, title = plain(language, "unknown-title") }: {
    language: Language;
    title?: string | undefined;
  },
): Reply {
  switch (notice.key) {
    case "broadcastEnded": {
      const { counts: { sent, blocked, uncertain, failed }, recipients } = notice;
      const left = Math.max(0, recipients - sent - blocked - uncertain - failed);
      return {
        html: html(language, `admin-broadcast-${notice.status}`, {
          title,
          what: plain(language, `broadcast-${notice.notice}`),
          sent: String(sent),
          blocked: String(blocked),
          uncertain: String(uncertain),
          failed: String(failed),
          left: String(left),
        }),
      };
    }
    case "announcementFails":
      return {
        html: html(language, "admin-announcement-fails", { title, reason: notice.reason }),
      };
    case "announcementUncertain":
      return { html: html(language, "admin-announcement-uncertain", { title }) };
    case "announceChatMoved":
      return { html: html(language, "admin-announce-chat-moved", { chat: notice.chat }) };
  }
}
