/** A message as it is made, before it is sent: text in HTML, buttons, perhaps a document. */
import { InlineKeyboard, InputFile, Keyboard } from "grammy/web";
import type { Language, RaffleId } from "../../machines/domain/events.ts";
import { type Button, encodeButton } from "./callback_data.ts";
import { menuLabelsOf } from "./menu_labels.ts";
import { CAPTION_MAX_UNITS, cutHtml, cutText, MESSAGE_MAX_UNITS } from "./safe_text.ts";
import type { TelegramApi } from "./telegram_api.ts";
import { plain } from "./texts.ts";

/** One message. */
export interface Reply {
  html: string;
  /** Buttons under it, row by row; or the menu under the text field. */
  buttons?: ReplyButton[][];
  menu?: Language;
  /** As text, or in pieces that are made while it is sent; asked for again when it is sent again. */
  document?:
    & { fileName: string }
    & ({ text: string } | { chunks: () => AsyncIterable<Uint8Array> });
  /** It is the card of this raffle, as it was then: the message follows the raffle from now on. */
  card?: { raffleId: RaffleId; status: string; tickets: number };
}

/** A button that asks the bot something, or opens a page. */
export type ReplyButton =
  | { label: string; button: Button }
  | { label: string; url: string };

/** Longest label; Telegram itself cuts what does not fit the screen. */
const LABEL_MAX_UNITS = 60;

/** Where a reply goes. */
export interface SendReplyOptions {
  /** A person's or group's number, or a channel's `@name`. */
  chatId: number | string;
  reply: Reply;
  signal?: AbortSignal;
  /** Whether rubles are taken, so that the menu offers them. */
  hasRubles?: boolean;
  /** Beyond the free pace, for 0.1 Star each. Source: Bot API 10.3, read 2026-11-20. */
  isPaid?: boolean;
}

/**
 * Sends a reply; texts are cut to what Telegram takes.
 * @returns The message's id.
 */
export async function sendReply(
  api: TelegramApi,
  { chatId, reply, signal, hasRubles = false, isPaid = false }: SendReplyOptions,
): Promise<number> {
  const markup = markupOf(reply, hasRubles);
  const options = {
    parse_mode: "HTML",
    ...(isPaid ? { allow_paid_broadcast: true } : {}),
    ...(markup === undefined ? {} : { reply_markup: markup }),
  } as const;
  if (reply.document !== undefined) {
    const { document } = reply;
    const file = new InputFile(
      "text" in document ? new TextEncoder().encode(document.text) : document.chunks(),
      document.fileName,
    );
    const caption = cutHtml(reply.html, CAPTION_MAX_UNITS);
    const sent = await api.sendDocument(chatId, file, { caption, ...options }, signal as never);
    return sent.message_id;
  }
  const sent = await api.sendMessage(chatId, cutHtml(reply.html, MESSAGE_MAX_UNITS), {
    link_preview_options: { is_disabled: true },
    ...options,
  }, signal as never);
  return sent.message_id;
}

/** Puts a reply of text and buttons in the place of one that was sent before. */
export async function editReply(
  api: TelegramApi,
  { chatId, messageId, reply, signal }: {
    chatId: number;
    messageId: number;
    reply: Pick<Reply, "html" | "buttons">;
    signal?: AbortSignal;
  },
): Promise<void> {
  const markup = inlineOf(reply.buttons);
  await api.editMessageText(chatId, messageId, cutHtml(reply.html, MESSAGE_MAX_UNITS), {
    link_preview_options: { is_disabled: true },
    parse_mode: "HTML",
    ...(markup === undefined ? {} : { reply_markup: markup }),
  }, signal as never);
}

function inlineOf(buttons: Reply["buttons"]): InlineKeyboard | undefined {
  if (buttons === undefined || buttons.length === 0) return undefined;
  return InlineKeyboard.from(buttons.map((row) =>
    row.map((one) => {
      const label = cutText(one.label, LABEL_MAX_UNITS);
      return "url" in one
        ? InlineKeyboard.url(label, one.url)
        : InlineKeyboard.text(label, encodeButton(one.button));
    })
  ));
}

function markupOf(reply: Reply, hasRubles: boolean): InlineKeyboard | Keyboard | undefined {
  const inline = inlineOf(reply.buttons);
  if (inline !== undefined) return inline;
  if (reply.menu === undefined) return undefined;
  const language = reply.menu;
  return Keyboard
    .from(menuLabelsOf(language, hasRubles))
    .resized().persistent().placeholder(plain(language, "menu-placeholder"));
}
