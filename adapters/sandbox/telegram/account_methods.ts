/**
 * What a bot asks about itself, and the files it sends: getMe, setMyCommands, sendDocument. Files lie in the books, so that a test can read what a person was sent.
 *
 * Source: Bot API 10.3; commands: BotCommand (1-32 of a-z 0-9 _, description 1-256).
 */
import { botUser } from "./bots.ts";
import { checkReplyMarkup } from "./keyboard.ts";
import { admit, readFormattedText, readReply, SENDING_PARAMETERS } from "./message_text.ts";
import { isUploadedFile } from "./parameters.ts";
import { placeOf } from "./places.ts";
import { randomHex } from "../random.ts";
import type { MethodCall, Methods } from "./telegram_context.ts";
import { badRequest } from "./telegram_error.ts";

const MAX_CAPTION = 1024;
const MAX_FILE_BYTES = 50 * 1024 * 1024;
const MAX_COMMANDS = 100;
const SCOPES = [
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
  "chat",
];

/** Methods about the bot's account, and documents. */
export const accountMethods: Methods = {
  getMe: {
    parameters: {},
    handle: ({ bot }) => ({
      ...botUser(bot),
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
    }),
  },
  setMyCommands: {
    parameters: { commands: "json", scope: "json", language_code: "string" },
    handle: setMyCommands,
  },
  sendDocument: {
    parameters: {
      ...SENDING_PARAMETERS,
      document: "file",
      caption: "string",
      parse_mode: "string",
      caption_entities: "json",
      disable_content_type_detection: "boolean",
    },
    handle: sendDocument,
  },
};

function setMyCommands({ bot, params, world }: MethodCall): true {
  const commands = params["commands"];
  if (!Array.isArray(commands)) throw badRequest("can't parse commands JSON object");
  if (commands.length > MAX_COMMANDS) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  for (const item of commands) {
    const { command, description } = item as { command?: unknown; description?: unknown };
    if (typeof command !== "string" || !/^\/?[a-z0-9_]{1,32}$/.test(command)) {
      throw badRequest("BOT_COMMAND_INVALID");
    }
    if (typeof description !== "string" || description === "" || description.length > 256) {
      throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
    }
  }
  const scope = (params["scope"] ?? { type: "default" }) as { type?: unknown };
  if (!SCOPES.includes(String(scope.type))) {
    throw badRequest("can't parse BotCommandScope: unsupported type specified");
  }
  const language = String(params["language_code"] ?? "");
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest("invalid language code specified");
  world.store.setSetting(
    `commands/${bot.id}/${JSON.stringify(scope)}/${language}`,
    JSON.stringify(commands),
  );
  return true;
}

function sendDocument(call: MethodCall): unknown {
  const { bot, params, world } = call;
  const given = params["document"];
  if (given === undefined || given === "") throw badRequest("there is no document in the request");
  const { text, entities } = readFormattedText(params, {
    field: "caption",
    maxLength: MAX_CAPTION,
  });
  const markup = checkReplyMarkup(params["reply_markup"], "message");
  if (isUploadedFile(given)) {
    if (given.bytes.length === 0) throw badRequest("file must be non-empty");
    if (given.bytes.length > MAX_FILE_BYTES) throw badRequest("Request Entity Too Large");
  }
  const place = placeOf(call, "send");
  const reply = readReply(call, place);
  const known = isUploadedFile(given) ? undefined : world.store.one<FileRow>(
    `select file_id, name, type, length(bytes) as size from files where file_id = ? and bot_id = ?`,
    typeof given === "string" ? given : "",
    bot.id,
  );
  if (!isUploadedFile(given) && known === undefined) {
    throw badRequest("wrong remote file identifier specified");
  }
  admit(call, place);
  const file = known ?? saveFile(call, given as { name: string; type: string; bytes: Uint8Array });
  return place.add({
    document: {
      file_name: file.name,
      mime_type: file.type,
      file_id: file.file_id,
      file_unique_id: file.file_id.slice(0, 16),
      file_size: file.size,
    },
    ...(text === "" ? {} : { caption: text }),
    ...(entities.length === 0 ? {} : { caption_entities: entities }),
    ...reply,
    ...(markup === undefined ? {} : { reply_markup: markup }),
  });
}

interface FileRow {
  readonly file_id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

function saveFile(
  { bot, world }: MethodCall,
  { name, type, bytes }: { name: string; type: string; bytes: Uint8Array },
): FileRow {
  const file = {
    file_id: `BQAC${randomHex(world.random, 24)}`,
    name,
    type: type === "" ? "application/octet-stream" : type,
    size: bytes.length,
  };
  world.store.run(
    "insert into files (file_id, bot_id, name, type, bytes) values (?, ?, ?, ?, ?)",
    file.file_id,
    bot.id,
    file.name,
    file.type,
    bytes,
  );
  return file;
}
