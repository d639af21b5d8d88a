/**
 * Effect `erasePlayer`: a player's name and words leave the log of his actor's events, page by page,
 * and then he is told, for the last time. It is repeated until it is done; what is erased already is
 * found unchanged, and only the last words may be said twice. Each commit holds the try that writes
 * it: one that comes back late, when another has done it and the player may have begun anew, deletes
 * nothing of that.
 */
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Database } from "../../db/connection.ts";
import { lockTry } from "../../db/effects.ts";
import { eraseActorTexts, forgetPlayers, type InCommit } from "../../db/forget_player.ts";
import type { EffectSources } from "../../machines/domain/effects.ts";
import { telegramUserIdOf } from "../../machines/domain/ids.ts";
import { isTransient } from "../supervisor/transient_errors.ts";
import { callTelegram } from "../telegram/effects/call_telegram.ts";
import { sendReply } from "../telegram/reply.ts";
import type { SendLimiter } from "../telegram/send_limiter.ts";
import type { TelegramApi } from "../telegram/telegram_api.ts";
import { html } from "../telegram/texts.ts";

type ErasePlayer = EffectSources["erasePlayer"];

/** Creates the effect. */
export function createErasePlayer(
  { database, api, limiter }: { database: Database; api: TelegramApi; limiter: SendLimiter },
): EffectDefinition<ErasePlayer["input"]> {
  return {
    async run(
      { playerId, language },
      { signal, idempotencyKey: key, attempt },
    ): Promise<ErasePlayer["output"]> {
      const inCommit: InCommit = (work) =>
        database.transaction(async (tx) => {
          signal.throwIfAborted();
          if (!await lockTry(tx, { key, attempt })) {
            throw new TerminalError("late", `Cannot erase ${playerId}: another try has done it`);
          }
          return await work(tx);
        });
      let erased: number;
      try {
        // Once more: a row may have been written in the very commit that deleted it.
        await inCommit((tx) => forgetPlayers(tx, [playerId]));
        erased = await eraseActorTexts(inCommit, `user/${playerId}`) +
          await eraseActorTexts(inCommit, `cashOut/${playerId}`);
      } catch (error: unknown) {
        if (!isTransient(error)) throw error;
        throw new RetryableError(`Cannot erase ${playerId}: the database is away`, {
          cause: error,
        });
      }
      const chatId = telegramUserIdOf(playerId);
      const reply = { html: html(language, "data-deleted") };
      try {
        await callTelegram(
          { limiter, method: "sendMessage", signal, chatId },
          () => sendReply(api, { chatId, reply, signal }),
        );
      } catch (error: unknown) {
        // One who cannot be written to any more has his data deleted all the same.
        if (!(error instanceof TerminalError)) throw error;
      }
      return { erased };
    },
    timeoutMs: 120_000,
    maxAttempts: 10,
  };
}
