/**
 * Rooms: channels and groups, who is in them, and what was posted. Guards against a product that
 * posts where it was thrown out, or takes a room it cannot see for one that does not exist.
 *
 * A room without a username is unknown to a bot that never was in it ("chat not found"); one that
 * was left or that threw the bot out answers 403. Bots are in channels as administrators only.
 *
 * Source: tdlib/telegram-bot-api, Client.cpp (words of the refusals).
 */
import type { Person } from "../door_types.ts";
import type { NewRoom, Post, Room, RoomBot, RoomRights } from "../room_types.ts";
import { randomInteger } from "../random.ts";
import type { World } from "../world.ts";
import { type Bot, botUser } from "./bots.ts";
import { badRequest, forbidden } from "./telegram_error.ts";

/** How a person stands in a room. */
export type MemberStatus = "creator" | "member" | "left";

/** A post with what only the sandbox knows about it. */
export interface StoredPost {
  readonly content: Post;
  readonly botId: number;
  readonly isPinned: boolean;
}

/** Reads and writes rooms. */
export interface Rooms {
  create(room: NewRoom): Room;
  /** A basic group becomes a supergroup with an id of its own; who was in it is in that one. */
  upgrade(group: Room): Room;
  all(): Room[];
  /** @param id A number, its digits, or `@username`. */
  find(id: unknown): Room | undefined;
  /** The room, if this bot may read in it. @throws {TelegramError} 400 or 403. */
  readable(bot: Bot, id: unknown): Room;
  standing(room: Room, bot: Bot): RoomBot;
  setStanding(room: Room, standing: RoomBot): void;
  member(room: Room, personId: number): MemberStatus;
  /** Ids of those who are in. */
  members(room: Room): number[];
  setMember(room: Room, personId: number, status: MemberStatus): void;
  addPost(room: Room, bot: Bot, content: Readonly<Record<string, unknown>>): Post;
  post(room: Room, messageId: unknown): StoredPost | undefined;
  changePost(room: Room, messageId: number, content: Readonly<Record<string, unknown>>): void;
  setPinned(room: Room, messageId: number, isPinned: boolean): void;
  /** The latest post that is pinned. */
  newestPin(room: Room): StoredPost | undefined;
  deletePost(room: Room, messageId: number): void;
  /** What changed after a revision, in message order. */
  posts(room: Room, since: number): (StoredPost & { readonly revision: number })[];
}

/** An administrator may do everything until the owner says otherwise. */
export const ALL_RIGHTS: RoomRights = {
  can_post_messages: true,
  can_edit_messages: true,
  can_delete_messages: true,
  can_pin_messages: true,
};

interface RoomRow {
  readonly id: number;
  readonly type: Room["type"];
  readonly title: string;
  readonly username: string | null;
  readonly owner_id: number;
  readonly revision: number;
  readonly upgraded_to: number | null;
}

interface PostRow {
  readonly content: string;
  readonly bot_id: number;
  readonly is_pinned: number;
  readonly revision: number;
}

const COLUMNS = "id, type, title, username, owner_id, revision, upgraded_to";
/** -100 before ten digits, as Telegram writes the ids of channels and supergroups. */
const ID_BASE = -1_000_000_000_000;

/**
 * Opens the rooms.
 *
 * @param world Changes of posts are raised as the signal `room/<id>`, other changes as `rooms`.
 */
export function createRooms({ store, clock, random, signals }: World): Rooms {
  function read({ username, upgraded_to, ...row }: RoomRow): Room {
    return {
      ...row,
      ...(username === null ? {} : { username }),
      ...(upgraded_to === null ? {} : { upgraded_to }),
      bots: store.all<{ bot_id: number; status: RoomBot["status"]; rights: string }>(
        "select bot_id, status, rights from room_bots where room_id = ? order by bot_id",
        row.id,
      ).map(({ bot_id, status, rights }) => ({ bot_id, status, ...JSON.parse(rights) })),
    };
  }

  function touch(room: Room): number {
    const row = store.one<{ revision: number }>(
      "update rooms set revision = revision + 1 where id = ? returning revision",
      room.id,
    );
    signals.raise(`room/${room.id}`);
    return Number(row?.revision);
  }

  /** The columns are this file's own words, never a caller's. */
  function change(room: Room, messageId: number, column: string, value: string | number): void {
    store.run(
      `update posts set ${column} = ?, revision = ? where room_id = ? and message_id = ?`,
      value,
      touch(room),
      room.id,
      messageId,
    );
  }

  const rooms: Rooms = {
    create({ type, title, username, owner_id }) {
      const number = randomInteger(random, 1_000_000_000, 9_999_999_999);
      const id = type === "group" ? -number : ID_BASE - number;
      store.run(
        "insert into rooms (id, type, title, username, owner_id) values (?, ?, ?, ?, ?)",
        id,
        type,
        title,
        username ?? null,
        owner_id,
      );
      const room: Room = {
        id,
        type,
        title,
        ...(username === undefined ? {} : { username }),
        owner_id,
        revision: 0,
        bots: [],
      };
      rooms.setMember(room, owner_id, "creator");
      signals.raise("rooms");
      return room;
    },
    upgrade(group) {
      const { title, owner_id } = group;
      const supergroup = rooms.create({ type: "supergroup", title, owner_id });
      store.run("update rooms set upgraded_to = ? where id = ?", supergroup.id, group.id);
      for (const personId of rooms.members(group)) {
        if (personId !== owner_id) rooms.setMember(supergroup, personId, "member");
      }
      for (const standing of group.bots) rooms.setStanding(supergroup, standing);
      signals.raise("rooms");
      return supergroup;
    },
    all: () => store.all<RoomRow>(`select ${COLUMNS} from rooms order by rowid`).map(read),
    find(id) {
      const text = String(id ?? "");
      const row = text.startsWith("@")
        ? store.one<RoomRow>(`select ${COLUMNS} from rooms where username = ?`, text.slice(1))
        : store.one<RoomRow>(`select ${COLUMNS} from rooms where id = ?`, Number(text) || 0);
      return row === undefined ? undefined : read(row);
    },
    readable(bot, id) {
      const room = rooms.find(id);
      if (room === undefined) throw badRequest("chat not found");
      const known = room.bots.some((one) => one.bot_id === bot.id);
      if (!known && room.username === undefined) throw badRequest("chat not found");
      if (rooms.standing(room, bot).status === "kicked") {
        throw forbidden(`bot was kicked from the ${room.type} chat`);
      }
      return room;
    },
    standing: (room, bot) =>
      room.bots.find((one) => one.bot_id === bot.id) ??
        { bot_id: bot.id, status: "left", ...ALL_RIGHTS },
    setStanding(room, { bot_id, status, ...rights }) {
      store.run(
        `insert into room_bots (room_id, bot_id, status, rights) values (?, ?, ?, ?)
         on conflict (room_id, bot_id) do update
         set status = excluded.status, rights = excluded.rights`,
        room.id,
        bot_id,
        status,
        JSON.stringify(rights),
      );
      signals.raise("rooms");
    },
    member: (room, personId) =>
      store.one<{ status: MemberStatus }>(
        "select status from room_members where room_id = ? and person_id = ?",
        room.id,
        personId,
      )?.status ?? "left",
    members: (room) =>
      store.all<{ person_id: number }>(
        `select person_id from room_members where room_id = ? and status <> 'left'
         order by person_id`,
        room.id,
      ).map((member) => member.person_id),
    setMember(room, personId, status) {
      store.run(
        `insert into room_members (room_id, person_id, status) values (?, ?, ?)
         on conflict (room_id, person_id) do update set status = excluded.status`,
        room.id,
        personId,
        status,
      );
    },
    addPost(room, bot, content) {
      const row = store.one<{ id: number }>(
        `update rooms set last_message_id = last_message_id + 1 where id = ?
         returning last_message_id as id`,
        room.id,
      );
      const chat = roomChat(room);
      const post: Post = {
        message_id: Number(row?.id),
        ...(room.type === "channel" ? { sender_chat: chat } : { from: botUser(bot) }),
        chat,
        date: Math.floor(clock.nowMs() / 1000),
        ...content,
      };
      store.run(
        `insert into posts (room_id, message_id, bot_id, content, revision)
         values (?, ?, ?, ?, ?)`,
        room.id,
        post.message_id,
        bot.id,
        JSON.stringify(post),
        touch(room),
      );
      return post;
    },
    post(room, messageId) {
      if (typeof messageId !== "number") return undefined;
      const row = store.one<PostRow>(
        `select content, bot_id, is_pinned, revision from posts
         where room_id = ? and message_id = ? and is_deleted = 0`,
        room.id,
        messageId,
      );
      return row === undefined ? undefined : readPost(row);
    },
    changePost: (room, id, content) => change(room, id, "content", JSON.stringify(content)),
    setPinned: (room, id, isPinned) => change(room, id, "is_pinned", isPinned ? 1 : 0),
    newestPin(room) {
      const row = store.one<PostRow>(
        `select content, bot_id, is_pinned, revision from posts
         where room_id = ? and is_pinned = 1 and is_deleted = 0 order by message_id desc limit 1`,
        room.id,
      );
      return row === undefined ? undefined : readPost(row);
    },
    deletePost: (room, id) => change(room, id, "is_deleted", 1),
    posts: (room, since) =>
      store.all<PostRow>(
        `select content, bot_id, is_pinned, revision from posts
         where room_id = ? and is_deleted = 0 and revision > ? order by message_id`,
        room.id,
        since,
      ).map((row) => ({ ...readPost(row), revision: row.revision })),
  };
  return rooms;
}

/** The room as a Chat. */
export function roomChat(
  { id, type, title, username }: Room,
): { id: number; type: Room["type"]; title: string; username?: string } {
  return { id, title, ...(username === undefined ? {} : { username }), type };
}

/** Whether a person and a bot may have met in a room, so that the bot knows who he is. */
export function haveMetInRoom({ store }: World, bot: Bot, personId: Person["id"]): boolean {
  return store.one(
    `select 1 from room_members join room_bots using (room_id)
     where person_id = ? and room_members.status <> 'left'
     and bot_id = ? and room_bots.status in ('administrator', 'member')`,
    personId,
    bot.id,
  ) !== undefined;
}

function readPost({ content, bot_id, is_pinned }: PostRow): StoredPost {
  return { content: JSON.parse(content), botId: bot_id, isPinned: is_pinned === 1 };
}
