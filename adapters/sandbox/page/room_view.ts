/** What the page shows of a channel or a group: its posts, to be read by everybody. */
import type { ChatMessage } from "../door_types.ts";
import type { Post, Room } from "../room_types.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import { MAX_MESSAGES, type SeenMessage } from "./chat_view.ts";

/** A room, or what changed in it. */
export interface RoomPage {
  readonly room: Room;
  readonly members: number;
  /** In order; from the beginning only the last {@link MAX_MESSAGES}. */
  readonly messages: readonly SeenMessage[];
  /** Posts that are deleted now. */
  readonly gone: readonly number[];
}

/**
 * Reads a room.
 *
 * @param since Only what changed after this revision; 0 for the whole room.
 */
export function readRoom(
  { rooms, world }: TelegramContext,
  { room, since }: { readonly room: Room; readonly since: number },
): RoomPage {
  const gone = since === 0 ? [] : world.store.all<{ message_id: number }>(
    "select message_id from posts where room_id = ? and is_deleted = 1 and revision > ?",
    room.id,
    since,
  );
  return {
    room,
    members: rooms.members(room).length,
    messages: rooms.posts(room, since).slice(-MAX_MESSAGES).map(({ content }) =>
      asMessage(content, room)
    ),
    gone: gone.map(({ message_id }) => message_id),
  };
}

/** A channel posts in its own name, where a person's chat has the bot as the author. */
function asMessage(post: Post, room: Room): SeenMessage {
  const author = { id: room.id, is_bot: true, first_name: room.title };
  const { reply_to_message: reply, ...rest } = post as Post & { reply_to_message?: Post };
  const message: ChatMessage = { ...rest, from: post.from ?? author };
  if (reply === undefined) return message;
  return { ...message, reply_to_message: { ...reply, from: reply.from ?? author } };
}
