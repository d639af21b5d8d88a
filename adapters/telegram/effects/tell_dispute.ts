/**
 * Effect `tellDispute`: every admin who may answer is shown a player's question, with its payment. Who
 * cannot be reached is passed over: the question stays in `/admin disputes` until it is answered.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../../actors/errors.ts";
import { telegramUserIdOf } from "../../../machines/domain/ids.ts";
import type { PlayerId } from "../../../machines/domain/events.ts";
import type { DisputeId } from "../../../machines/domain/player.ts";
import { isTransient } from "../../supervisor/transient_errors.ts";
import type { Queries } from "../queries_port.ts";
import { disputeReply } from "../replies/dispute_replies.ts";
import { sendReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

/** What the effect stands on. */
export interface TellDisputeOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Pick<Queries, "dispute" | "player">;
  /** Those who may answer. */
  answerers: readonly PlayerId[];
}

/** Creates the effect. */
export function createTellDispute(
  { api, limiter, queries, answerers }: TellDisputeOptions,
): EffectDefinition<{ disputeId: DisputeId }> {
  async function tell(
    admin: PlayerId,
    { disputeId, signal }: { disputeId: DisputeId; signal: AbortSignal },
  ): Promise<void> {
    const dispute = await queries.dispute(disputeId);
    if (dispute === undefined || !dispute.isOpen) return;
    const language = (await queries.player(admin))?.language ?? "en";
    const chatId = telegramUserIdOf(admin);
    try {
      await callTelegram(
        { limiter, method: "sendMessage", signal, chatId, maxAttempts: 20 },
        () => sendReply(api, { chatId, reply: disputeReply(language, dispute), signal }),
      );
    } catch (error: unknown) {
      if (!(error instanceof TerminalError)) throw error;
    }
  }

  return {
    async run({ disputeId }, { signal }) {
      try {
        for (const admin of answerers) await tell(admin, { disputeId, signal });
      } catch (error: unknown) {
        if (!isTransient(error) || error instanceof RetryableError) throw error;
        throw new RetryableError("Cannot read the question: the database is away", {
          cause: error,
        });
      }
    },
    timeoutMs: 120_000,
    maxAttempts: 1_500,
  };
}
