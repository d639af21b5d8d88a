/**
 * Coming and going in rooms, and what the bots are told of it: `my_chat_member` about themselves,
 * `chat_member` about people, the latter only as administrators that asked for it by name.
 *
 * Source: Bot API 10.3 (ChatMemberUpdated, ChatMember; Update.chat_member).
 */
import type { Person } from "../door_types.ts";
import type { Room, RoomBot } from "../room_types.ts";
import { type Bot, botUser } from "./bots.ts";
import { personUser } from "./chats.ts";
import { type MemberStatus, roomChat } from "./rooms.ts";
import type { TelegramContext } from "./telegram_context.ts";

/** Changes how a bot stands in a room. @returns The update it gets, or null. */
export function changeStanding(
  { bots, chats, rooms, updates, world }: TelegramContext,
  room: Room,
  standing: RoomBot,
): number | null {
  const bot = bots.byId(standing.bot_id);
  const owner = chats.person(room.owner_id);
  if (bot === undefined || owner === undefined) throw new Error(`Room ${room.id} has no owner`);
  const before = rooms.standing(room, bot);
  rooms.setStanding(room, standing);
  return updates.add(bot, "my_chat_member", room.id, {
    chat: roomChat(room),
    from: personUser(owner),
    date: Math.floor(world.clock.nowMs() / 1000),
    old_chat_member: botMember(room, bot, before),
    new_chat_member: botMember(room, bot, standing),
  });
}

/**
 * A basic group becomes a supergroup. Both keep a service message of it, of which the bots hear.
 *
 * Source: Bot API 10.3 (Message.migrate_to_chat_id, Message.migrate_from_chat_id).
 */
export function upgradeGroup(
  { bots, rooms, updates }: TelegramContext,
  group: Room,
): Room {
  const supergroup = rooms.upgrade(group);
  for (const { bot_id, status } of group.bots) {
    const bot = bots.byId(bot_id);
    if (bot === undefined || (status !== "member" && status !== "administrator")) continue;
    const left = rooms.addPost(group, bot, { migrate_to_chat_id: supergroup.id });
    updates.add(bot, "message", group.id, left);
    const begun = rooms.addPost(supergroup, bot, { migrate_from_chat_id: group.id });
    updates.add(bot, "message", supergroup.id, begun);
  }
  return supergroup;
}

/** A person comes or goes. @returns The ids of the updates that told of it. */
export function changeMember(
  { bots, rooms, updates, world }: TelegramContext,
  room: Room,
  { person, status }: { readonly person: Person; readonly status: MemberStatus },
): number[] {
  const before = rooms.member(room, person.id);
  rooms.setMember(room, person.id, status);
  return room.bots.flatMap(({ bot_id, status: standing }) => {
    const bot = bots.byId(bot_id);
    if (bot === undefined || standing !== "administrator") return [];
    const updateId = updates.add(bot, "chat_member", room.id, {
      chat: roomChat(room),
      from: personUser(person),
      date: Math.floor(world.clock.nowMs() / 1000),
      old_chat_member: personMember(person, before),
      new_chat_member: personMember(person, status),
    });
    return updateId === null ? [] : [updateId];
  });
}

/** A person as a ChatMember. */
export function personMember(person: Person, status: MemberStatus): Record<string, unknown> {
  return {
    user: personUser(person),
    status,
    ...(status === "creator" ? { is_anonymous: false } : {}),
  };
}

/** A bot as a ChatMember. */
export function botMember(
  room: Room,
  bot: Bot,
  { status, can_post_messages, can_edit_messages, can_delete_messages, can_pin_messages }: RoomBot,
): Record<string, unknown> {
  const user = botUser(bot);
  if (status === "kicked") return { user, status, until_date: 0 };
  if (status !== "administrator") return { user, status };
  return {
    user,
    status,
    can_be_edited: false,
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages,
    can_manage_video_chats: false,
    can_restrict_members: false,
    can_promote_members: false,
    can_change_info: false,
    can_invite_users: true,
    can_post_stories: false,
    can_edit_stories: false,
    can_delete_stories: false,
    can_send_welcome_messages: false,
    ...(room.type === "channel" ? { can_post_messages, can_edit_messages } : { can_pin_messages }),
  };
}
