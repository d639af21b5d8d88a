/** Tells admins what needs a person's eye; for `onUnroutable`. Never throws: the record is stored. */
import type { Log } from "../supervisor/log_port.ts";
import { callTelegram } from "./effects/call_telegram.ts";
import { sendReply } from "./reply.ts";
import type { SendLimiter } from "./send_limiter.ts";
import type { TelegramApi } from "./telegram_api.ts";
import { html } from "./texts.ts";

/** Longest time for one admin. */
const TIMEOUT_MS = 30_000;

/** Writes to every admin, one after another; who cannot be reached is logged. */
export async function tellAdmins(
  { api, limiter, adminIds, log }: {
    api: TelegramApi;
    limiter: SendLimiter;
    adminIds: readonly number[];
    log: Log;
  },
  { key, reason }: { key: string; reason: string },
): Promise<void> {
  for (const chatId of adminIds) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      await callTelegram({ limiter, method: "sendMessage", signal, chatId }, () =>
        sendReply(api, {
          chatId,
          reply: { html: html("ru", "admin-unroutable", { key, reason }) },
          signal,
        }));
    } catch (error: unknown) {
      log("error", "Cannot tell an admin", {
        error: error instanceof Error ? error.message : "unknown",
      });
    }
  }
}
