/**
 * `reply_markup`: which keyboards Telegram takes. A button has exactly one purpose, callback data is
 * counted in bytes, Pay stands first and only under invoices. Guards against keyboards that work in
 * a stand-in and vanish (the whole message refused) in production.
 *
 * Source: Bot API 10.3, InlineKeyboardMarkup and InlineKeyboardButton (@grammyjs/types 5.0.0).
 * Addresses on loopback are taken, unlike by Telegram, because the product's pages live there too.
 */
import { badRequest } from "./telegram_error.ts";

/** A reply_markup as it was accepted. */
export type ReplyMarkup = Readonly<Record<string, unknown>>;

const PURPOSES = [
  "url",
  "callback_data",
  "web_app",
  "login_url",
  "disabled",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
  "copy_text",
  "callback_game",
  "pay",
];
const BUTTON_FIELDS = new Set([...PURPOSES, "text", "style"]);
const STYLES = ["danger", "success", "primary"];
const MAX_BUTTONS = 100;
const OTHER_MARKUPS: Readonly<Record<string, readonly string[]>> = {
  keyboard: [
    "is_persistent",
    "resize_keyboard",
    "one_time_keyboard",
    "input_field_placeholder",
    "selective",
  ],
  remove_keyboard: ["selective"],
  force_reply: ["input_field_placeholder", "selective"],
};

/**
 * Checks a reply_markup.
 *
 * @param markup The parameter, already parsed; undefined when it was not given.
 * @param place What it stands under: an edit takes inline keyboards only, an invoice must begin with Pay.
 * @throws {TelegramError} When Telegram would refuse it.
 */
export function checkReplyMarkup(
  markup: unknown,
  place: "message" | "edit" | "invoice",
): ReplyMarkup | undefined {
  if (markup === undefined) return undefined;
  if (!isRecord(markup)) throw badRequest("object expected as reply markup");
  if ("inline_keyboard" in markup) {
    checkInlineKeyboard(markup, place);
    const rows = (markup["inline_keyboard"] as unknown[][]).filter((row) => row.length > 0);
    return rows.length === 0 ? undefined : { ...markup, inline_keyboard: rows };
  }
  if (place !== "message") throw badRequest("inline keyboard expected");
  for (const [main, others] of Object.entries(OTHER_MARKUPS)) {
    if (!(main in markup)) continue;
    const strange = Object.keys(markup).find((name) => name !== main && !others.includes(name));
    if (strange !== undefined) throw badRequest(`unknown field "${strange}" in reply markup`);
    if (main === "keyboard" && !isRows(markup["keyboard"])) {
      throw badRequest('field "keyboard" must be of type Array');
    }
    return markup;
  }
  throw badRequest("object expected as reply markup");
}

function checkInlineKeyboard(
  markup: Readonly<Record<string, unknown>>,
  place: "message" | "edit" | "invoice",
): void {
  const rows = markup["inline_keyboard"];
  if (!isRows(rows)) {
    throw badRequest(
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    );
  }
  const strange = Object.keys(markup).find((name) => name !== "inline_keyboard");
  if (strange !== undefined) throw badRequest(`unknown field "${strange}" in reply markup`);
  const buttons = rows.flat();
  if (buttons.length > MAX_BUTTONS) throw badRequest("REPLY_MARKUP_TOO_LONG");
  buttons.forEach((button, index) => {
    checkButton(button);
    if (!("pay" in button)) return;
    if (place === "message") throw badRequest("BUTTON_TYPE_INVALID");
    if (index !== 0) throw badRequest("BUTTON_POS_INVALID");
  });
  const first = buttons[0];
  if (place === "invoice" && first !== undefined && first["pay"] !== true) {
    throw badRequest("REPLY_MARKUP_BUY_EMPTY");
  }
}

function checkButton(button: Readonly<Record<string, unknown>>): void {
  const strange = Object.keys(button).find((name) => !BUTTON_FIELDS.has(name));
  if (strange !== undefined) {
    throw badRequest(`can't parse inline keyboard button: unknown field "${strange}"`);
  }
  if (typeof button["text"] !== "string" || button["text"].trim() === "") {
    throw badRequest('can\'t parse inline keyboard button: Field "text" must be of type String');
  }
  if (button["style"] !== undefined && !STYLES.includes(String(button["style"]))) {
    throw badRequest("can't parse inline keyboard button: Invalid button style specified");
  }
  const purposes = PURPOSES.filter((name) => button[name] !== undefined);
  if (purposes.length !== 1) {
    throw badRequest(
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
  }
  checkPurpose(purposes[0] ?? "", button);
}

function checkPurpose(purpose: string, button: Readonly<Record<string, unknown>>): void {
  const value = button[purpose];
  if (purpose === "callback_data") {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value).length : 0;
    if (bytes < 1 || bytes > 64) throw badRequest("BUTTON_DATA_INVALID");
  }
  if (purpose === "url") checkUrl(value, ["http:", "https:", "tg:"]);
  if (purpose === "web_app" || purpose === "login_url") {
    checkUrl(isRecord(value) ? value["url"] : undefined, ["https:"]);
  }
  if (purpose === "pay" && value !== true) throw badRequest("BUTTON_TYPE_INVALID");
  if (purpose === "copy_text") {
    const text = isRecord(value) ? value["text"] : undefined;
    if (typeof text !== "string" || text.length < 1 || text.length > 256) {
      throw badRequest("BUTTON_COPY_TEXT_INVALID");
    }
  }
}

function checkUrl(value: unknown, protocols: readonly string[]): void {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  const isLoopback = url !== null && ["127.0.0.1", "localhost"].includes(url.hostname);
  const isKnown = url !== null && protocols.includes(url.protocol);
  const hasHost = url !== null && (url.protocol === "tg:" || url.hostname.includes("."));
  if (isLoopback && url.protocol.startsWith("http")) return;
  if (!isKnown || !hasHost) throw badRequest(`BUTTON_URL_INVALID`);
}

function isRows(value: unknown): value is Record<string, unknown>[][] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(isRecord));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
