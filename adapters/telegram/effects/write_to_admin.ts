/**
 * One message for one admin. A bot may not write to somebody who never pressed Start, or has blocked it,
 * and an admin is one by a setting: that is no fault of the message, which is over then, and is shown in
 * the panel. Guards against a dead letter for each thing that such an admin should have heard.
 */
import { TerminalError } from "../../../actors/errors.ts";
import { type Reply, sendReply } from "../reply.ts";
import type { SendLimiter } from "../send_limiter.ts";
import type { TelegramApi } from "../telegram_api.ts";
import { callTelegram } from "./call_telegram.ts";

/** Where it is kept whom the bot may write to. Neither rejects: the message is over either way. */
export interface AdminReach {
  reached(adminId: number): Promise<void>;
  /** @param reason Telegram's words. */
  unreached(adminId: number, reason: string): Promise<void>;
}

/** What it stands on. */
export interface AdminWriterOptions {
  api: TelegramApi;
  limiter: SendLimiter;
  reach: AdminReach;
}

/** One message. */
export interface AdminMessage {
  adminId: number;
  reply: Reply;
  signal: AbortSignal;
  /** Tries when Telegram refuses with 429. @default 20 */
  maxAttempts?: number;
}

/**
 * Sends it.
 * @throws {RetryableError} Or `TerminalError` for anything but an admin who cannot be written to.
 */
export async function writeToAdmin(
  { api, limiter, reach }: AdminWriterOptions,
  { adminId, reply, signal, maxAttempts = 20 }: AdminMessage,
): Promise<void> {
  try {
    await callTelegram(
      { limiter, method: "sendMessage", signal, chatId: adminId, maxAttempts },
      () => sendReply(api, { chatId: adminId, reply, signal }),
    );
  } catch (error: unknown) {
    const isUnreachable = error instanceof TerminalError &&
      (error.code === "blocked" || error.code === "chatNotFound");
    if (!isUnreachable) throw error;
    await reach.unreached(adminId, error.message);
    return;
  }
  await reach.reached(adminId);
}
