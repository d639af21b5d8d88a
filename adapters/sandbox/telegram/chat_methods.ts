/**
 * What a bot asks about a chat and does to it as a whole: getChat, getChatMember,
 * getChatMemberCount, pinChatMessage, unpinChatMessage.
 *
 * A pin leaves a service message, and the bot gets that one although it made it itself (the server
 * passes over outgoing messages, but not this kind). Pinning without a notification leaves the same.
 *
 * Source: Bot API 10.3; tdlib/telegram-bot-api, Client.cpp (words). Unconfirmed: what getChatMember
 * says of an id that nobody has.
 */
import type { MethodCall, Methods } from "./telegram_context.ts";
import { acceptedGifts, ALL_GIFTS } from "./sent_gifts.ts";
import { privateChat } from "./chats.ts";
import { isRoomId, type Place, type PlacedMessage, placeOf } from "./places.ts";
import { botMember, personMember } from "./room_members.ts";
import { roomChat } from "./rooms.ts";
import { badRequest, forbidden } from "./telegram_error.ts";

/** Methods about chats. */
export const chatMethods: Methods = {
  getChat: { parameters: { chat_id: "string" }, handle: getChat },
  getChatMember: {
    parameters: { chat_id: "string", user_id: "integer" },
    handle: getChatMember,
  },
  getChatMemberCount: { parameters: { chat_id: "string" }, handle: getChatMemberCount },
  pinChatMessage: {
    parameters: { chat_id: "string", message_id: "integer", disable_notification: "boolean" },
    handle: pinChatMessage,
  },
  unpinChatMessage: {
    parameters: { chat_id: "string", message_id: "integer" },
    handle: unpinChatMessage,
  },
};

function getChat({ bot, chats, params, rooms, world }: MethodCall): unknown {
  const chatId = params["chat_id"];
  if (chatId === undefined || chatId === "") throw badRequest("chat_id is empty");
  if (isRoomId(chatId)) {
    const room = rooms.readable(bot, chatId);
    const pinned = rooms.newestPin(room);
    return {
      ...roomChat(room),
      accent_color_id: 0,
      max_reaction_count: 11,
      accepted_gift_types: ALL_GIFTS,
      ...(pinned === undefined ? {} : { pinned_message: pinned.content }),
    };
  }
  const person = chats.person(Number(chatId));
  // A chat with somebody who blocked the bot is still known; with somebody who never wrote it is not.
  if (person === undefined || !chats.state(bot, person.id).isStarted) {
    throw badRequest("chat not found");
  }
  return {
    ...privateChat(person),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: acceptedGifts(world, person.id),
  };
}

function getChatMember({ bot, bots, chats, params, rooms }: MethodCall): unknown {
  const userId = params["user_id"];
  if (typeof userId !== "number" || userId <= 0) throw badRequest("invalid user_id specified");
  const room = rooms.readable(bot, params["chat_id"] ?? "");
  const standing = rooms.standing(room, bot);
  if (userId === bot.id) return botMember(room, bot, standing);
  if (standing.status === "left") throw forbidden(`bot is not a member of the ${room.type} chat`);
  if (room.type === "channel" && standing.status !== "administrator") {
    throw badRequest("member list is inaccessible");
  }
  const other = bots.byId(userId);
  if (other !== undefined) return botMember(room, other, rooms.standing(room, other));
  const person = chats.person(userId);
  if (person === undefined) throw badRequest("PARTICIPANT_ID_INVALID");
  return personMember(person, rooms.member(room, person.id));
}

function getChatMemberCount({ bot, params, rooms }: MethodCall): number {
  const room = rooms.readable(bot, params["chat_id"] ?? "");
  return rooms.members(room).length +
    room.bots.filter(({ status }) => status === "administrator" || status === "member").length;
}

function pinChatMessage(call: MethodCall): true {
  const { bot, params, updates } = call;
  if (params["message_id"] === undefined) throw badRequest("message identifier is not specified");
  const place = placeOf(call, "pin");
  const message = place.message(params["message_id"]);
  if (message === undefined) throw badRequest("message to pin not found");
  if (message.isPinned) return true;
  place.setPinned(message, true);
  const notice = place.add({ pinned_message: message.content });
  updates.add(
    bot,
    place.room?.type === "channel" ? "channel_post" : "message",
    place.chatId,
    notice,
  );
  return true;
}

function unpinChatMessage(call: MethodCall): true {
  const { params } = call;
  const place = placeOf(call, "pin");
  const message = params["message_id"] === undefined
    ? newestPin(call, place)
    : place.message(params["message_id"]);
  if (message === undefined) throw badRequest("message to unpin not found");
  if (message.isPinned) place.setPinned(message, false);
  return true;
}

function newestPin({ bot, chats, rooms }: MethodCall, place: Place): PlacedMessage | undefined {
  const id = place.room === null
    ? chats.newestPin(bot, place.chatId)
    : rooms.newestPin(place.room)?.content.message_id;
  return place.message(id);
}
