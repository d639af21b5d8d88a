/**
 * Text, caption and reply as a message carries them: parsed, measured, trimmed. Guards against texts
 * that grow past Telegram's limits only once real names and long lists are put in.
 *
 * Source: Bot API 10.3, sendMessage (1-4096 after entities parsing), sendDocument (0-1024).
 */
import { type Entity, parseHtml } from "./html_text.ts";
import type { Place } from "./places.ts";
import type { MethodCall } from "./telegram_context.ts";
import type { ParameterRules, Parameters } from "./parameters.ts";
import { badRequest } from "./telegram_error.ts";

/** Parameters that every sending method knows. The rest of Telegram's are refused: nobody needs them. */
export const SENDING_PARAMETERS: ParameterRules = {
  chat_id: "string",
  disable_notification: "boolean",
  protect_content: "boolean",
  allow_paid_broadcast: "boolean",
  message_effect_id: "string",
  reply_parameters: "json",
  reply_markup: "json",
};

const REPLY_FIELDS = ["message_id", "chat_id", "allow_sending_without_reply", "quote"];
const PREVIEW_FIELDS = [
  "is_disabled",
  "url",
  "prefer_small_media",
  "prefer_large_media",
  "show_above_text",
];

/**
 * Reads a text with its formatting, trimmed as Telegram does.
 *
 * @param field Which parameter holds the text.
 * @param maxLength In characters, after the tags are taken out.
 * @throws {TelegramError} When it cannot be parsed or is too long.
 */
export function readFormattedText(
  params: Parameters,
  { field, maxLength }: { readonly field: "text" | "caption"; readonly maxLength: number },
): { readonly text: string; readonly entities: readonly Entity[] } {
  const raw = String(params[field] ?? "");
  const mode = params["parse_mode"];
  if (mode !== undefined && mode !== "" && String(mode).toLowerCase() !== "html") {
    throw badRequest("unsupported parse_mode");
  }
  const given = params[field === "text" ? "entities" : "caption_entities"];
  const parsed = mode === undefined || mode === ""
    ? { text: raw, entities: checkEntities(given, raw) }
    : parseHtml(raw);
  const start = parsed.text.length - parsed.text.trimStart().length;
  const text = parsed.text.trim();
  if ([...text].length > maxLength) {
    throw badRequest(field === "text" ? "message is too long" : "message caption is too long");
  }
  return { text, entities: moveEntities(parsed.entities, { start, length: text.length }) };
}

/**
 * Checks the fields of the preview options.
 *
 * @throws {TelegramError} When the preview options hold something unknown.
 */
export function checkLinkPreview(options: unknown): void {
  if (options !== undefined) checkFields(options, PREVIEW_FIELDS, "link_preview_options");
}

/**
 * Reads reply_parameters.
 *
 * @returns The message replied to, as it is shown in the answer.
 */
export function readReply({ params }: MethodCall, place: Place): Record<string, unknown> {
  const reply = params["reply_parameters"];
  if (reply === undefined) return {};
  const fields = checkFields(reply, REPLY_FIELDS, "reply_parameters");
  const target = place.message(fields["message_id"]);
  if (target !== undefined) return { reply_to_message: target.content };
  if (fields["allow_sending_without_reply"] === true) return {};
  throw badRequest("message to be replied not found");
}

/**
 * Counts the message for the pace of its chat; the last check before anything is written.
 *
 * @throws {TelegramError} 429 when it comes too soon.
 */
export function admit({ bot, flood, params }: MethodCall, { chatId, room }: Place): void {
  flood.admit(bot, {
    chatId,
    isGroup: room !== null && room.type !== "channel",
    mayCost: params["allow_paid_broadcast"] === true,
  });
}

function checkFields(
  value: unknown,
  known: readonly string[],
  name: string,
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest(`can't parse ${name.replaceAll("_", " ")} JSON object`);
  }
  const strange = Object.keys(value).find((field) => !known.includes(field));
  if (strange !== undefined) throw badRequest(`unknown field "${strange}" in ${name}`);
  return value as Record<string, unknown>;
}

function checkEntities(value: unknown, text: string): Entity[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest("can't parse entities JSON object");
  return value.map((entity: Partial<Entity>) => {
    const { type, offset, length } = entity;
    const fits = typeof type === "string" && Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) && Number(offset) >= 0 && Number(length) > 0 &&
      Number(offset) + Number(length) <= text.length;
    if (!fits) throw badRequest("ENTITY_BOUNDS_INVALID");
    return entity as Entity;
  });
}

function moveEntities(
  entities: readonly Entity[],
  { start, length }: { readonly start: number; readonly length: number },
): Entity[] {
  return entities.flatMap((entity) => {
    const from = Math.max(0, entity.offset - start);
    const to = Math.min(length, entity.offset + entity.length - start);
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
}
