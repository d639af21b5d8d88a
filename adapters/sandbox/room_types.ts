/**
 * The words of the doors around rooms: channels, groups, posts. Types only; see `door_types.ts`.
 */
import type { ChatMessage, TelegramMessage } from "./door_types.ts";

/** A message in a room: in a channel the channel itself is the sender, in a group the bot. */
export interface Post extends TelegramMessage {
  readonly sender_chat?: { readonly id: number; readonly title: string };
  readonly from?: ChatMessage["from"];
}

/** A channel or a group, called room here. */
export interface Room {
  /** -100 and ten digits; of a basic group another negative number. */
  readonly id: number;
  readonly type: "channel" | "supergroup" | "group";
  readonly title: string;
  /** Without it the room is private: a bot that never was in it does not know it. */
  readonly username?: string;
  readonly owner_id: number;
  /** Grows with every change of its posts. */
  readonly revision: number;
  readonly bots: readonly RoomBot[];
  /** Of a basic group that is a supergroup now: that one's id. Nobody can write here any more. */
  readonly upgraded_to?: number;
}

/** `GET /sandbox/rooms/:id`, and the answer of the doors that make or change one. */
export interface RoomView extends Room {
  /** Ids of the people in it, the owner's among them. */
  readonly members: readonly number[];
}

/** What a bot that is administrator may do; in a channel pinning is a matter of `can_edit_messages`. */
export interface RoomRights {
  readonly can_post_messages: boolean;
  readonly can_edit_messages: boolean;
  readonly can_delete_messages: boolean;
  readonly can_pin_messages: boolean;
}

/** How a bot stands in a room. */
export interface RoomBot extends RoomRights {
  readonly bot_id: number;
  readonly status: "administrator" | "member" | "left" | "kicked";
}

/** `POST /sandbox/rooms`. */
export interface NewRoom {
  readonly type: Room["type"];
  readonly title: string;
  /** A person: it is he who adds and removes the bot. */
  readonly owner_id: number;
  readonly username?: string;
  /** How the bot comes in. Default: not at all. */
  readonly bot?: "administrator" | "member";
}

/** `POST /sandbox/rooms/:id/bot`: rights that are not named stay (at first: all are given). */
export interface RoomBotChange extends Partial<RoomRights> {
  readonly status: RoomBot["status"];
}

/** `GET /sandbox/rooms/:id/posts`: what a member sees, deleted posts left out. */
export interface RoomPosts {
  readonly revision: number;
  readonly posts: readonly (Post & { readonly revision: number; readonly isPinned: boolean })[];
}
