/**
 * sendMessage, the edits, deleteMessage, answerCallbackQuery, sendChatAction. Strict where Telegram
 * is: an edit that changes nothing, somebody else's message, a message gone, a query too old.
 *
 * Source: Bot API 10.3; words of the refusals as known from the live service and its source.
 */
import type { TelegramMessage } from "../door_types.ts";
import { checkReplyMarkup } from "./keyboard.ts";
import {
  admit,
  checkLinkPreview,
  readFormattedText,
  readReply,
  SENDING_PARAMETERS,
} from "./message_text.ts";
import { type Place, type PlacedMessage, placeOf } from "./places.ts";
import type { MethodCall, Methods } from "./telegram_context.ts";
import { badRequest } from "./telegram_error.ts";

const QUERY_LIFE_MS = 150_000;
const DELETABLE_SECONDS = 48 * 60 * 60;
const MAX_TEXT = 4096;
const MAX_ALERT = 200;
const ACTIONS = [
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
];
const TOO_OLD = "query is too old and response timeout expired or query ID is invalid";

/** Methods about messages. */
export const messageMethods: Methods = {
  sendMessage: {
    parameters: {
      ...SENDING_PARAMETERS,
      text: "string",
      parse_mode: "string",
      entities: "json",
      link_preview_options: "json",
    },
    handle: sendMessage,
  },
  editMessageText: {
    parameters: {
      chat_id: "string",
      message_id: "integer",
      text: "string",
      parse_mode: "string",
      entities: "json",
      link_preview_options: "json",
      reply_markup: "json",
    },
    handle: editMessageText,
  },
  editMessageReplyMarkup: {
    parameters: { chat_id: "string", message_id: "integer", reply_markup: "json" },
    handle: editMessageReplyMarkup,
  },
  deleteMessage: {
    parameters: { chat_id: "string", message_id: "integer" },
    handle: deleteMessage,
  },
  answerCallbackQuery: {
    parameters: {
      callback_query_id: "string",
      text: "string",
      show_alert: "boolean",
      url: "string",
      cache_time: "integer",
    },
    handle: answerCallbackQuery,
  },
  sendChatAction: {
    parameters: { chat_id: "string", action: "string" },
    handle(call) {
      placeOf(call, "send");
      if (!ACTIONS.includes(String(call.params["action"]))) {
        throw badRequest("wrong parameter action in request");
      }
      return true;
    },
  },
};

function sendMessage(call: MethodCall): unknown {
  const { params } = call;
  const { text, entities } = readFormattedText(params, { field: "text", maxLength: MAX_TEXT });
  if (text === "") throw badRequest("message text is empty");
  checkLinkPreview(params["link_preview_options"]);
  const markup = checkReplyMarkup(params["reply_markup"], "message");
  const place = placeOf(call, "send");
  const reply = readReply(call, place);
  admit(call, place);
  return place.add({
    text,
    ...(entities.length === 0 ? {} : { entities }),
    ...reply,
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
}

function editMessageText(call: MethodCall): unknown {
  const { params } = call;
  const { place, message } = editable(call);
  const { text, entities } = readFormattedText(params, { field: "text", maxLength: MAX_TEXT });
  if (text === "") throw badRequest("message text is empty");
  checkLinkPreview(params["link_preview_options"]);
  if (message.content.text === undefined) {
    throw badRequest("there is no text in the message to edit");
  }
  const markup = checkReplyMarkup(params["reply_markup"], "edit");
  const { reply_markup: _old, entities: _oldEntities, ...rest } = message.content;
  return change(call, { place, message }, {
    ...rest,
    text,
    ...(entities.length === 0 ? {} : { entities }),
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
}

function editMessageReplyMarkup(call: MethodCall): unknown {
  const { place, message } = editable(call);
  const kind = message.content.invoice === undefined ? "edit" : "invoice";
  const markup = checkReplyMarkup(call.params["reply_markup"], kind);
  const { reply_markup: _old, ...rest } = message.content;
  return change(call, { place, message }, {
    ...rest,
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
}

interface Editable {
  readonly place: Place;
  readonly message: PlacedMessage;
}

function editable(call: MethodCall): Editable {
  const messageId = call.params["message_id"];
  if (messageId === undefined) throw badRequest("message identifier is not specified");
  const place = placeOf(call, "edit");
  const message = place.message(messageId);
  if (message === undefined) throw badRequest("message to edit not found");
  if (!message.isFromBot) throw badRequest("message can't be edited");
  return { place, message };
}

function change(
  { world }: MethodCall,
  { place, message }: Editable,
  content: Readonly<Record<string, unknown>>,
): unknown {
  const { edit_date: _unused, ...fresh } = content;
  const { edit_date: _before, ...old } = message.content;
  if (canonical(fresh) === canonical(old)) {
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    );
  }
  const edited = {
    ...fresh,
    edit_date: Math.floor(world.clock.nowMs() / 1000),
  } as unknown as TelegramMessage;
  place.change(message, edited);
  return edited;
}

function deleteMessage(call: MethodCall): true {
  const messageId = call.params["message_id"];
  if (messageId === undefined) throw badRequest("message identifier is not specified");
  const place = placeOf(call, "edit");
  const message = place.message(messageId);
  if (message === undefined) throw badRequest("message to delete not found");
  if (call.world.clock.nowMs() / 1000 - message.content.date > DELETABLE_SECONDS) {
    throw badRequest("message can't be deleted for everyone");
  }
  place.remove(message);
  return true;
}

function answerCallbackQuery({ bot, chats, params, world }: MethodCall): true {
  const { store, clock, signals } = world;
  const query = store.one<{ id: string; person_id: number }>(
    `select id, person_id from callbacks
     where id = ? and bot_id = ? and answered_at is null and asked_at >= ?`,
    String(params["callback_query_id"] ?? ""),
    bot.id,
    clock.nowMs() - QUERY_LIFE_MS,
  );
  if (query === undefined) throw badRequest(TOO_OLD);
  const text = String(params["text"] ?? "");
  if ([...text].length > MAX_ALERT) throw badRequest("MESSAGE_TOO_LONG");
  const url = params["url"];
  if (url !== undefined && !String(url).startsWith(`https://t.me/${bot.username}?start=`)) {
    throw badRequest("URL_INVALID");
  }
  store.run(
    "update callbacks set answer_text = ?, show_alert = ?, answered_at = ?, revision = ? where id = ?",
    text,
    params["show_alert"] === true ? 1 : 0,
    clock.nowMs(),
    chats.touch(bot, query.person_id),
    query.id,
  );
  signals.raise(`callback/${query.id}`);
  return true;
}

/** Same content, same text, in whatever order the keys came. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
