/**
 * Where a bot's message goes: a private chat, a group or a channel, all alike to the methods that
 * write, edit, pin and delete. Guards against methods that know only one of them.
 *
 * Source: tdlib/telegram-bot-api, Client.cpp, and TDLib for the words of missing rights.
 */
import type { Person, TelegramMessage } from "../door_types.ts";
import type { Room } from "../room_types.ts";
import { botUser } from "./bots.ts";
import type { MethodCall } from "./telegram_context.ts";
import { badRequest, forbidden, groupUpgraded } from "./telegram_error.ts";

/** A message in its place. */
export interface PlacedMessage {
  readonly message_id: number;
  readonly isFromBot: boolean;
  readonly isPinned: boolean;
  readonly content: TelegramMessage;
}

/** What a method wants to do there. */
export type Purpose = "send" | "edit" | "pin";

/** One chat, as a method sees it. */
export interface Place {
  readonly chatId: number;
  /** Null for a private chat. */
  readonly room: Room | null;
  /** Null for a room. */
  readonly person: Person | null;
  add(content: Readonly<Record<string, unknown>>, invoiceId?: string): TelegramMessage;
  message(messageId: unknown): PlacedMessage | undefined;
  change(message: PlacedMessage, content: TelegramMessage): void;
  setPinned(message: PlacedMessage, isPinned: boolean): void;
  remove(message: PlacedMessage): void;
}

/**
 * Finds the chat of `chat_id` and checks what the bot may do there.
 *
 * @throws {TelegramError} 400 or 403 in Telegram's words.
 */
export function placeOf(call: MethodCall, purpose: Purpose): Place {
  const chatId = call.params["chat_id"];
  if (chatId === undefined || chatId === "") throw badRequest("chat_id is empty");
  return isRoomId(chatId) ? roomPlace(call, purpose) : privatePlace(call);
}

/** Rooms have negative ids or `@usernames`; people can be written to by number only. */
export function isRoomId(chatId: unknown): boolean {
  return String(chatId).startsWith("@") || Number(chatId) < 0;
}

function privatePlace({ bot, chats, params }: MethodCall): Place {
  const person = chats.reachable(bot, params["chat_id"]);
  return {
    chatId: person.id,
    room: null,
    person,
    add: (content, invoiceId) =>
      chats.addMessage(bot, person, {
        from: botUser(bot),
        content,
        ...(invoiceId === undefined ? {} : { invoiceId }),
      }),
    message(messageId) {
      const message = chats.message(bot, messageId);
      return message?.personId === person.id ? message : undefined;
    },
    change: (message, content) => chats.changeMessage(bot, person.id, { ...message, content }),
    setPinned: (message, isPinned) => chats.setPinned(bot, person.id, { ...message, isPinned }),
    remove: (message) => chats.deleteMessage(bot, person.id, message.message_id),
  };
}

function roomPlace({ bot, params, rooms }: MethodCall, purpose: Purpose): Place {
  const room = rooms.readable(bot, params["chat_id"]);
  if (room.upgraded_to !== undefined) throw groupUpgraded(room.upgraded_to);
  const standing = rooms.standing(room, bot);
  if (standing.status === "left") throw forbidden(`bot is not a member of the ${room.type} chat`);
  const isAdmin = standing.status === "administrator";
  const isChannel = room.type === "channel";
  if (isChannel && purpose !== "pin" && !(isAdmin && standing.can_post_messages)) {
    throw badRequest("need administrator rights in the channel chat");
  }
  const mayPin = isChannel ? standing.can_edit_messages : standing.can_pin_messages;
  if (purpose === "pin" && !(isAdmin && mayPin)) {
    throw badRequest("not enough rights to manage pinned messages in the chat");
  }
  return {
    chatId: room.id,
    room,
    person: null,
    add: (content) => rooms.addPost(room, bot, content),
    message(messageId) {
      const post = rooms.post(room, messageId);
      return post === undefined ? undefined : {
        message_id: post.content.message_id,
        isFromBot: post.botId === bot.id,
        isPinned: post.isPinned,
        content: post.content,
      };
    },
    change: ({ message_id }, content) => rooms.changePost(room, message_id, content),
    setPinned: ({ message_id }, isPinned) => rooms.setPinned(room, message_id, isPinned),
    remove: ({ message_id }) => rooms.deletePost(room, message_id),
  };
}
