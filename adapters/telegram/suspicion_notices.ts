/** What a player is told when an admin has excluded him, or has cleared it, in words. */
import type { Language } from "../../machines/domain/events.ts";
import type { Signal, SuspicionId, SuspicionNotice } from "../../machines/domain/suspicion.ts";
import { readableTime } from "./readable.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { html, plain } from "./texts.ts";

/** Puts it into words. */
export function renderSuspicionNotice(
  notice: SuspicionNotice,
  { language, title }: { language: Language; title: string },
): Reply {
  if (notice.key === "exclusionLifted") return { html: html(language, "exclusion-lifted") };
  const { suspicionId, signal, untilMs, raffleId } = notice;
  const variables = {
    title,
    reason: reasonWords(language, signal),
    time: readableTime(language, untilMs),
  };
  return {
    html: [
      html(language, raffleId === undefined ? "excluded-everywhere" : "excluded-here", variables),
      html(language, "excluded-consequences", variables),
    ].join("\n"),
    buttons: [[appealButton(language, suspicionId)]],
  };
}

/** The public reason of a sign. */
export function reasonWords(language: Language, signal: Signal): string {
  return plain(language, `suspicion-reason-${signal}`);
}

/** Asks for the words of his appeal. */
export function appealButton(language: Language, suspicionId: SuspicionId): ReplyButton {
  return {
    label: plain(language, "button-appeal"),
    button: { verb: "u", player: { page: "appeal", suspicionId } },
  };
}
