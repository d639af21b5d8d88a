/** Once at the start: who the bot is, its list of commands, and its webhook where one is wanted. */
import { playerCommands } from "./commands.ts";
import { allowedUpdates } from "../supervisor/routing_table.ts";
import type { TelegramApi } from "./telegram_api.ts";
import { languages, plain } from "./texts.ts";

/**
 * Asks Telegram for the bot's name and sets what it should know.
 * @param webhook Where Telegram sends updates; without it a set webhook is left to polling to remove.
 * @throws {RetryableError} When Telegram cannot be reached, or TerminalError when it refuses.
 */
export async function setUpBot(
  api: TelegramApi,
  webhook?: { url: string; secret: string },
): Promise<{ username: string }> {
  const me = await api.getMe();
  for (const language of languages) {
    await api.setMyCommands(
      playerCommands.map((command) => ({
        command,
        description: plain(language, `command-${command.replaceAll("_", "-")}`),
      })),
      // English is what all others see.
      language === "en" ? {} : { language_code: language },
    );
  }
  if (webhook !== undefined) {
    await api.setWebhook(webhook.url, {
      secret_token: webhook.secret,
      allowed_updates: allowedUpdates,
    });
  }
  return { username: me.username };
}
