/** Once at the start: who the bot is, its list of commands, and where one is wanted its webhook. */
import type { RublesTaken } from "../../machines/domain/bank.ts";
import { type PlayerCommand, playerCommands } from "./commands.ts";
import { allowedUpdates } from "../supervisor/routing_table.ts";
import type { TelegramApi } from "./telegram_api.ts";
import { languages, plain } from "./texts.ts";

/**
 * Asks Telegram for the bot's name and sets its list of commands, those for rubles and receipts only
 * where there are any.
 * @throws {RetryableError} When Telegram cannot be reached, or TerminalError when it refuses.
 */
export async function setUpBot(
  api: TelegramApi,
  { rubles }: { rubles?: RublesTaken | undefined } = {},
): Promise<{ username: string }> {
  const me = await api.getMe();
  const hidden = new Set<PlayerCommand>();
  if (rubles === undefined) hidden.add("topup").add("cashout");
  if (rubles?.hasReceipts !== true) hidden.add("email");
  const commands = playerCommands.filter((command) => !hidden.has(command));
  for (const language of languages) {
    await api.setMyCommands(
      commands.map((command) => ({
        command,
        description: plain(language, `command-${command.replaceAll("_", "-")}`),
      })),
      // English is what all others see.
      language === "en" ? {} : { language_code: language },
    );
  }
  return { username: me.username };
}

/**
 * Tells Telegram where to send updates; to be called when the door is open.
 * @throws {RetryableError} When Telegram cannot be reached, or TerminalError when it refuses.
 */
export async function setUpWebhook(
  api: TelegramApi,
  { url, secret }: { url: string; secret: string },
): Promise<void> {
  await api.setWebhook(url, { secret_token: secret, allowed_updates: allowedUpdates });
}
