/**
 * Effect `notify`: one person is told one thing. In order per person; of the notices that so many
 * have joined only the newest is sent. What a person must learn is repeated until it is known to
 * have arrived, even if he may read it twice; mass notices are never repeated after an unknown
 * outcome, and end quietly at a player who has blocked the bot.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import type { Notice, PlayerId } from "../../../machines/domain/events.ts";
import { isMassNotice, renderNotice } from "../notice_text.ts";
import { isTransient } from "../../supervisor/transient_errors.ts";
import type { Queries } from "../queries_port.ts";
import { type Reply, sendReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

/** What `notify` stands on. */
export interface NotifyOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Pick<Queries, "player" | "raffle" | "raffleTitle">;
  /** The person has blocked the bot: his actor should learn it. */
  onBlocked(playerId: PlayerId): Promise<void>;
}

/** Parameters, as the machines give them. */
export interface NotifyParams {
  playerId: PlayerId;
  notice: Notice;
}

/** Titles never change once a raffle is open; the newest thousand are kept. */
const MAX_TITLES = 1_000;

/** Creates the effect. */
export function createNotify(options: NotifyOptions): EffectDefinition<NotifyParams> {
  const { api, limiter, queries } = options;
  const titles = new Map<string, string>();

  async function titleOf(notice: Notice): Promise<string | undefined> {
    if (notice.raffleId === undefined) return undefined;
    const known = titles.get(notice.raffleId);
    if (known !== undefined) return known;
    const title = await queries.raffleTitle(notice.raffleId);
    if (title !== undefined) {
      const oldest = titles.size < MAX_TITLES ? undefined : titles.keys().next().value;
      if (oldest !== undefined) titles.delete(oldest);
      titles.set(notice.raffleId, title);
    }
    return title;
  }

  /** @returns Undefined when he is spared it. */
  async function prepare(
    playerId: PlayerId,
    notice: Notice,
  ): Promise<{ chatId: number; reply: Reply } | undefined> {
    const player = await queries.player(playerId);
    if (player === undefined) {
      throw new TerminalError("unknownPlayer", `Cannot notify ${playerId}: not known`);
    }
    // What matters is tried all the same: the unblocking may not have reached us.
    if (player.isBlocked && isMassNotice(notice)) return undefined;
    const checkUrl = notice.key === "drawn"
      ? (await queries.raffle(notice.raffleId))?.checkUrl
      : undefined;
    const title = await titleOf(notice);
    const { chatId, language } = player;
    return { chatId, reply: renderNotice(notice, { language, title, checkUrl }) };
  }

  return {
    async run({ playerId, notice }, { signal }) {
      const told = await prepare(playerId, notice).catch(retryWhenAway);
      if (told === undefined) return;
      const { chatId, reply } = told;
      try {
        await callTelegram(
          // A pause is waited out here: a mass notice has no second attempt.
          { limiter, method: "sendMessage", signal, chatId, maxAttempts: 20 },
          () => sendReply(api, { chatId, reply, signal }),
        );
      } catch (error: unknown) {
        if (error instanceof TerminalError && error.code === "blocked") {
          await options.onBlocked(playerId);
          // His actor knows it now; no operator need look at thousands of these.
          if (isMassNotice(notice)) return;
        }
        throw error;
      }
    },
    lane: ({ playerId }) => `notify/${playerId}`,
    coalesce: ({ playerId, notice }) =>
      notice.key === "playersJoined" ? `joined/${playerId}/${notice.raffleId}` : undefined,
    isRepeatable: ({ notice }) => !isMassNotice(notice),
    timeoutMs: 10 * 60_000,
    // About a day of an outage at the runtime's longest pause of a minute.
    maxAttempts: 1_500,
  };
}

/** While the database is away nothing was sent, so also a mass notice may be tried again. */
function retryWhenAway(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new RetryableError("Cannot read whom to notify: the database is away", {
    cause: error,
    isOutcomeUnknown: false,
  });
}
