/**
 * Effect `notify`: one person is told one thing that he must learn. In order per person, and repeated
 * until it is known to have arrived, even if he may read it twice. What all are told goes page by
 * page, see `send_page.ts`.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { TerminalError } from "../../../actors/errors.ts";
import { telegramUserIdOf } from "../../../machines/domain/ids.ts";
import type { PersonalNotice } from "../../../machines/domain/broadcast.ts";
import type { PlayerId } from "../../../machines/domain/events.ts";
import { renderNotice } from "../notice_text.ts";
import type { Queries } from "../queries_port.ts";
import { type Reply, sendReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";
import { retryWhenAway } from "./retry_when_away.ts";
import { type AdminReach, writeToAdmin } from "./write_to_admin.ts";

/** What `notify` stands on. */
export interface NotifyOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Pick<Queries, "player" | "raffle" | "raffleTitle">;
  /** Of what all admins are told: whom of them the bot may write to. */
  reach: AdminReach;
  /** Whether raffles in rubles can be paid here. @default {false} */
  hasRubles?: boolean;
  /** The person has blocked the bot: his actor should learn it. */
  onBlocked(playerId: PlayerId): Promise<void>;
}

/** Parameters, as the machines give them. */
export interface NotifyParams {
  playerId: PlayerId;
  notice: PersonalNotice;
}

/** Titles never change once somebody has entered; the newest thousand are kept. */
const MAX_TITLES = 1_000;

/** Creates the effect. */
export function createNotify(options: NotifyOptions): EffectDefinition<NotifyParams> {
  const { api, limiter, queries, hasRubles = false } = options;
  const titles = new Map<string, string>();

  async function titleOf(notice: PersonalNotice): Promise<string | undefined> {
    if (notice.raffleId === undefined) return undefined;
    const known = titles.get(notice.raffleId);
    if (known !== undefined) return known;
    const title = await queries.raffleTitle(notice.raffleId);
    if (title !== undefined) {
      const oldest = titles.size < MAX_TITLES ? undefined : titles.keys().next().value;
      if (oldest !== undefined) titles.delete(oldest);
      if (!isBeforeEntries(notice)) titles.set(notice.raffleId, title);
    }
    return title;
  }

  async function prepare(
    playerId: PlayerId,
    notice: PersonalNotice,
  ): Promise<{ chatId: number; reply: Reply }> {
    const player = await queries.player(playerId);
    // Who never wrote to the bot may be an admin all the same.
    if (player === undefined && !isForAdmins(notice)) {
      throw new TerminalError("unknownPlayer", `Cannot notify ${playerId}: not known`);
    }
    // Also if he has blocked the bot: the unblocking may not have reached us.
    const title = await titleOf(notice);
    const { chatId, language } = player ??
      { chatId: telegramUserIdOf(playerId), language: "en" as const };
    return { chatId, reply: renderNotice(notice, { language, title, hasRubles }) };
  }

  return {
    async run({ playerId, notice }, { signal }) {
      const { chatId, reply } = await prepare(playerId, notice)
        .catch(retryWhenAway("read whom to notify"));
      if (isForAdmins(notice)) {
        return await writeToAdmin(options, { adminId: chatId, reply, signal });
      }
      try {
        await callTelegram(
          { limiter, method: "sendMessage", signal, chatId, maxAttempts: 20 },
          () => sendReply(api, { chatId, reply, signal, hasRubles }),
        );
      } catch (error: unknown) {
        if (error instanceof TerminalError && error.code === "blocked") {
          await options.onBlocked(playerId);
        }
        throw error;
      }
    },
    lane: ({ playerId }) => `notify/${playerId}`,
    timeoutMs: 10 * 60_000,
    // About a day of an outage at the runtime's longest pause of a minute.
    maxAttempts: 1_500,
  };
}

/** Whether the raffle may have got no entry yet, and so may get another title. */
function isBeforeEntries({ key }: PersonalNotice): boolean {
  return key === "welcome" || key === "entryRefused";
}

/** Whether all admins are told. */
function isForAdmins({ key }: PersonalNotice): boolean {
  return key === "forceAsked" || key === "redrawAsked" || key === "withdrawalAsksAdmins" ||
    key === "withdrawalUndecided" ||
    key === "withdrawalVoidLooked";
}
