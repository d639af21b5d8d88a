/**
 * Effect `announce`: a post in the configured channel or group, when a raffle opens and when it has
 * ended. A channel that takes none holds nothing up.
 *
 * A post is in one of these modes: *new*; *sending* (on record before the call, so it may be there);
 * *posted*; *failed* (Telegram refused it; admins are told when that begins). What Telegram did not do
 * (429, a bad token) is *new* again, and tried later. After an unknown outcome it stays *sending* for
 * good: two posts are worse than one that is missing, so it is not repeated, and admins are asked to look.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError } from "../../../actors/errors.ts";
import type { Occasion } from "../../../machines/domain/broadcast.ts";
import type { AdminNotice, EffectActions } from "../../../machines/domain/effects.ts";
import type { Language } from "../../../machines/domain/events.ts";
import { renderAnnouncement } from "../announcement_text.ts";
import type { Queries, RaffleDetails } from "../queries_port.ts";
import { type Reply, sendReply } from "../reply.ts";
import {
  GroupMovedError,
  isOutcomeUnknown,
  TooManyRequestsError,
  translateTelegramError,
} from "../telegram_errors.ts";
import { type ReportToAdminsOptions, tellEveryAdmin } from "./report_to_admins.ts";
import { retryWhenAway } from "./retry_when_away.ts";

type Announcement = EffectActions["announce"];
type AnnounceNotice = Extract<AdminNotice, { key: `announce${string}` }>;

/** Which posts were tried. */
export interface Announcements {
  /**
   * Puts it on record.
   * @returns `new`: it may be made now. `sending`: somebody began to make it, and was not heard of.
   */
  begin(announcement: Announcement): Promise<"new" | "sending" | "ended">;
  /** Telegram did nothing: the post is new again. */
  giveBack(announcement: Announcement): Promise<void>;
  end(announcement: Announcement, state: "posted" | "failed"): Promise<void>;
  /** Whether the post before this one failed, too. */
  hasFailedBefore(announcement: Announcement): Promise<boolean>;
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

/**
 * What comes later than in these states is left out: who reads of an opening wants to take part, and a
 * seal that is shown after the draw proves nothing; the result has it, too.
 */
const IN_TIME: Partial<Record<Occasion, readonly string[]>> = {
  opened: ["open", "paused"],
  sealed: ["sealed", "drawing"],
  redrawn: ["redrawing", "sealed", "drawing"],
};

const whenAway = retryWhenAway("read or write an announcement");

/** Creates the effect. */
export function createAnnounce(options: AnnounceOptions): EffectDefinition<Announcement> {
  const { api, limiter, queries, announcements, announce } = options;
  let chat = announce?.chat ?? "";

  /** @returns Undefined when there is nothing to say any more. */
  async function prepare(
    { raffleId, occasion }: Announcement,
    language: Language,
  ): Promise<Reply | undefined> {
    const raffle = await queries.raffle(raffleId);
    if (raffle === undefined || comesTooLate(raffle, occasion)) return undefined;
    const cardUrl = `https://t.me/${options.botUsername()}?start=${raffleId}`;
    return renderAnnouncement(raffle, { occasion, language, cardUrl });
  }

  /** @throws {RetryableError} Or `TerminalError`, see `telegram_errors.ts`. */
  async function post(reply: Reply, signal: AbortSignal): Promise<void> {
    await sendReply(api, { chatId: chat, reply, signal }).catch((error: unknown) => {
      throw translateTelegramError(error, "sendMessage");
    });
  }

  /** Follows a group that has become a supergroup. */
  async function postWhereItIs(
    reply: Reply,
    { announcement, signal }: { announcement: Announcement; signal: AbortSignal },
  ): Promise<void> {
    try {
      await post(reply, signal);
    } catch (error: unknown) {
      if (!(error instanceof GroupMovedError)) throw error;
      chat = String(error.chatId);
      await tell({ key: "announceChatMoved", raffleId: announcement.raffleId, chat }, signal);
      await takeTurn(chat, signal);
      await post(reply, signal);
    }
  }

  async function takeTurn(chat: string, signal: AbortSignal): Promise<void> {
    await limiter.acquire(chat, signal).catch((cause: unknown) => {
      throw new RetryableError("The post was not made: its time was up", {
        cause,
        isOutcomeUnknown: false,
      });
    });
  }

  async function tell(notice: AnnounceNotice, signal: AbortSignal): Promise<void> {
    options.log("error", "An announcement needs an admin", notice);
    await tellEveryAdmin(options, { notice, signal }).catch(whenAway);
  }

  /** Telegram did not take it, as far as is known. @throws {RetryableError} It may be tried again. */
  async function fail(
    announcement: Announcement,
    { error, signal }: { error: unknown; signal: AbortSignal },
  ): Promise<void> {
    if (error instanceof TooManyRequestsError) limiter.pause(error.pauseMs);
    const { raffleId } = announcement;
    if (isOutcomeUnknown(error)) return tell({ key: "announcementUncertain", raffleId }, signal);
    if (error instanceof RetryableError) {
      await announcements.giveBack(announcement).catch(whenAway);
      throw error;
    }
    const reason = error instanceof Error ? error.message : "unknown";
    if (!await announcements.hasFailedBefore(announcement).catch(whenAway)) {
      await tell({ key: "announcementFails", raffleId, reason }, signal);
    }
    await announcements.end(announcement, "failed").catch(whenAway);
  }

  return {
    async run(announcement, { signal }) {
      if (announce === undefined) return;
      const reply = await prepare(announcement, announce.language).catch(whenAway);
      if (reply === undefined) return;
      await takeTurn(chat, signal);
      const found = await announcements.begin(announcement).catch(whenAway);
      if (found === "ended") return;
      const { raffleId } = announcement;
      if (found === "sending") {
        return await tell({ key: "announcementUncertain", raffleId }, signal);
      }
      try {
        await postWhereItIs(reply, { announcement, signal });
      } catch (error: unknown) {
        return await fail(announcement, { error, signal });
      }
      await announcements.end(announcement, "posted").catch(whenAway);
    },
    // The opening before the result; other raffles wait for nothing.
    lane: ({ raffleId }) => `announce/${raffleId}`,
    timeoutMs: 5 * 60_000,
    // About a day at the longest pause: a token that an operator must mend, a database that is away.
    maxAttempts: 1_500,
  };
}

function comesTooLate({ status }: RaffleDetails, occasion: Occasion): boolean {
  return IN_TIME[occasion]?.includes(status) === false;
}
