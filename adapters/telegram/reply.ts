/** A message as it is made, before it is sent: text in HTML, buttons, perhaps a document. */
import { InlineKeyboard, InputFile, Keyboard } from "grammy/web";
import type { Language } from "../../machines/domain/events.ts";
import { type Button, encodeButton } from "./callback_data.ts";
import { menuLabel, menuRows } from "./menu_labels.ts";
import { CAPTION_MAX_UNITS, cutHtml, cutText, MESSAGE_MAX_UNITS } from "./safe_text.ts";
import type { TelegramApi } from "./telegram_api.ts";
import { plain } from "./texts.ts";

/** One message. */
export interface Reply {
  html: string;
  /** Buttons under it, row by row; or the menu under the text field. */
  buttons?: ReplyButton[][];
  menu?: Language;
  document?: { fileName: string; text: string };
}

/** A button that asks the bot something, or opens a page. */
export type ReplyButton =
  | { label: string; button: Button }
  | { label: string; url: string };

/** Longest label; Telegram itself cuts what does not fit the screen. */
const LABEL_MAX_UNITS = 60;

/** Sends a reply; texts are cut to what Telegram takes. */
export async function sendReply(
  api: TelegramApi,
  { chatId, reply, signal }: { chatId: number; reply: Reply; signal?: AbortSignal },
): Promise<void> {
  const markup = markupOf(reply);
  const options = {
    parse_mode: "HTML",
    ...(markup === undefined ? {} : { reply_markup: markup }),
  } as const;
  if (reply.document !== undefined) {
    const bytes = new TextEncoder().encode(reply.document.text);
    const file = new InputFile(bytes, reply.document.fileName);
    const caption = cutHtml(reply.html, CAPTION_MAX_UNITS);
    await api.sendDocument(chatId, file, { caption, ...options }, signal as never);
    return;
  }
  await api.sendMessage(chatId, cutHtml(reply.html, MESSAGE_MAX_UNITS), {
    link_preview_options: { is_disabled: true },
    ...options,
  }, signal as never);
}

function markupOf(reply: Reply): InlineKeyboard | Keyboard | undefined {
  if (reply.buttons !== undefined && reply.buttons.length > 0) {
    return InlineKeyboard.from(reply.buttons.map((row) =>
      row.map((one) => {
        const label = cutText(one.label, LABEL_MAX_UNITS);
        return "url" in one
          ? InlineKeyboard.url(label, one.url)
          : InlineKeyboard.text(label, encodeButton(one.button));
      })
    ));
  }
  if (reply.menu === undefined) return undefined;
  const language = reply.menu;
  return Keyboard
    .from(menuRows.map((row) => row.map((command) => menuLabel(language, command))))
    .resized().persistent().placeholder(plain(language, "menu-placeholder"));
}
