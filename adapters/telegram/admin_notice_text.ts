/** What admins are told without having asked, in words. */
import type { AdminNotice, SlowRefund } from "../../machines/domain/effects.ts";
import type { Language } from "../../machines/domain/events.ts";
import type { SeriesNotice } from "../../machines/domain/series.ts";
import { readableMoney, readableTime } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { openingRefusalWords } from "./series_words.ts";
import { renderBankAdminNotice } from "./bank_notices.ts";
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
    case "seriesRefused": {
      const { name, reason, nextAtMs } = notice;
      return {
        html: html(language, "admin-series-refused", {
          name,
          reason: openingRefusalWords(language, reason),
          time: readableTime(language, nextAtMs),
        }),
        buttons: [[seriesButton(notice, language)]],
      };
    }
    case "seriesStopped":
      return {
        html: html(language, "admin-series-stopped", { name: notice.name, title }),
        buttons: [[seriesButton(notice, language)]],
      };
    case "seriesEnded":
      return {
        html: html(language, "admin-series-ended", {
          name: notice.name,
          opened: String(notice.opened),
        }),
        buttons: [[seriesButton(notice, language)]],
      };
    case "refundStuck":
      return {
        html: html(language, "admin-refund-stuck", { ...slow(notice, title), why: notice.why }),
      };
    case "refundHangs":
      return { html: html(language, "admin-refund-hangs", slow(notice, title)) };
    case "bankPayoutSilent":
      return { html: html(language, "admin-payout-silent", { id: notice.withdrawalId }) };
    case "bankPayoutHangs":
      return {
        html: html(language, "admin-payout-hangs", {
          id: notice.withdrawalId,
          payout: notice.payoutId,
        }),
      };
    case "bankForeign":
    case "bankHangs":
      return renderBankAdminNotice(notice, language);
    case "announcementFails":
      return {
        html: html(language, "admin-announcement-fails", { title, reason: notice.reason }),
      };
    case "announcementUncertain":
      return { html: html(language, "admin-announcement-uncertain", { title }) };
    case "announceChatMoved":
      return { html: html(language, "admin-announce-chat-moved", { chat: notice.chat }) };
    case "suspicionsFound":
      return {
        html: html(language, "admin-suspicions-found", { count: notice.count }),
        buttons: [[checksButton(language)]],
      };
    case "reviewBegun":
      return {
        html: html(language, "admin-review-begun", {
          title,
          count: notice.suspects,
          time: readableTime(language, notice.untilMs),
        }),
        buttons: [[checksButton(language)]],
      };
  }
}

function checksButton(language: Language): ReplyButton {
  return {
    label: plain(language, "button-checks"),
    button: { verb: "p", panel: { page: "checks", number: 0 } },
  };
}

function slow({ refundId, amount, playerId, chargeId }: SlowRefund, title: string) {
  return { id: refundId, amount: readableMoney(amount), player: playerId, title, charge: chargeId };
}

function seriesButton({ seriesId, name }: SeriesNotice, language: Language): ReplyButton {
  return {
    label: `${plain(language, "panel-button-seriesList")} · ${name}`,
    button: { verb: "p", panel: { page: "series", seriesId } },
  };
}
