/**
 * Effect `announce`: a post in the configured channel or group, when a raffle opens and when it has
 * ended. Put on record before the call and never repeated: two posts are worse than one that is
 * missing. A channel that takes none holds nothing up; admins are told when it begins to fail.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import type { EffectActions } from "../../../machines/domain/effects.ts";
import type { Language } from "../../../machines/domain/events.ts";
import { renderAnnouncement } from "../announcement_text.ts";
import { sendReply } from "../reply.ts";
import { callTelegram } from "./call_telegram.ts";
import { type ReportToAdminsOptions, tellEveryAdmin } from "./report_to_admins.ts";
import type { Queries } from "../queries_port.ts";

type Announcement = EffectActions["announce"];

/** Which posts were tried. */
export interface Announcements {
  /** Puts it on record. @returns Whether it is the first try. */
  begin(announcement: Announcement): Promise<boolean>;
  /** @returns Whether the channel has just begun to fail. */
  end(announcement: Announcement, isPosted: boolean): Promise<boolean>;
}

/** Where announcements go. */
export interface AnnounceChat {
  /** `@name` or `-100…`. */
  chat: string;
  language: Language;
}

/** What `announce` stands on. */
export interface AnnounceOptions extends ReportToAdminsOptions {
  queries: Pick<Queries, "player" | "raffleTitle" | "raffle">;
  announcements: Announcements;
  /** Absent: nothing is announced. */
  announce: AnnounceChat | undefined;
  /** The bot's name without `@`; known once Telegram was reached. */
  botUsername(): string;
}

/** Tries of one post that Telegram refuses with 429. */
const MAX_ATTEMPTS = 5;

/** Creates the effect. */
export function createAnnounce(options: AnnounceOptions): EffectDefinition<Announcement> {
  const { api, limiter, queries, announcements, announce } = options;

  async function post(
    { raffleId, occasion }: Announcement,
    { chat, language }: AnnounceChat,
    signal: AbortSignal,
  ): Promise<void> {
    const raffle = await queries.raffle(raffleId);
    if (raffle === undefined) return;
    const reply = renderAnnouncement(raffle, {
      occasion,
      language,
      cardUrl: `https://t.me/${options.botUsername()}?start=${raffleId}`,
    });
    await callTelegram(
      { limiter, method: "sendMessage", signal, maxAttempts: MAX_ATTEMPTS },
      () => sendReply(api, { chatId: chat, reply, signal }),
    );
  }

  return {
    async run(announcement, { signal }) {
      if (announce === undefined || !await announcements.begin(announcement)) return;
      let reason: string | undefined;
      try {
        await post(announcement, announce, signal);
      } catch (error: unknown) {
        reason = error instanceof Error ? error.message : "unknown";
        options.log("error", "Cannot announce a raffle", { ...announcement, error: reason });
      }
      const hasBegunToFail = await announcements.end(announcement, reason === undefined);
      if (reason === undefined || !hasBegunToFail) return;
      const { raffleId } = announcement;
      const notice = { key: "announcementFails" as const, raffleId, reason };
      await tellEveryAdmin(options, { notice, signal });
    },
    // The opening before the result; other raffles wait for nothing.
    lane: ({ raffleId }) => `announce/${raffleId}`,
    timeoutMs: 5 * 60_000,
  };
}
