/**
 * Effect `tellAdmin`: one admin is told what the treasury has to say. In order per admin, repeated
 * until it is known to have arrived. An admin who never wrote to the bot, or has blocked it, ends as a
 * dead letter, where operators find him.
 */
import type { EffectDefinition } from "../../../actors/define_actor.ts";
import { RetryableError } from "../../../actors/errors.ts";
import type { TreasuryEffectActions } from "../../../machines/domain/treasury.ts";
import { isTransient } from "../../supervisor/transient_errors.ts";
import { playerIdOf } from "../../supervisor/telegram_person.ts";
import type { Queries } from "../queries_port.ts";
import { renderTreasuryNotice } from "../replies/treasury_replies.ts";
import { type Reply, sendReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

type TellAdmin = TreasuryEffectActions["tellAdmin"];

/** What `tellAdmin` stands on. */
export interface TellAdminOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  queries: Pick<Queries, "player" | "treasuryReport">;
}

/** Creates the effect. */
export function createTellAdmin(
  { api, limiter, queries }: TellAdminOptions,
): EffectDefinition<TellAdmin> {
  async function prepare({ adminId, notice }: TellAdmin): Promise<Reply> {
    const admin = await queries.player(playerIdOf(adminId));
    const report = notice.key === "dailyReport" ? await queries.treasuryReport() : undefined;
    return renderTreasuryNotice(notice, { language: admin?.language ?? "en", report });
  }

  return {
    async run(params, { signal }) {
      const reply = await prepare(params).catch(retryWhenAway);
      const chatId = params.adminId;
      await callTelegram(
        { limiter, method: "sendMessage", signal, chatId, maxAttempts: 20 },
        () => sendReply(api, { chatId, reply, signal }),
      );
    },
    lane: ({ adminId }) => `tellAdmin/${adminId}`,
    timeoutMs: 10 * 60_000,
    // About a day of an outage at the runtime's longest pause of a minute.
    maxAttempts: 1_500,
  };
}

function retryWhenAway(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new RetryableError("Cannot read what an admin is told: the database is away", {
    cause: error,
    isOutcomeUnknown: false,
  });
}
