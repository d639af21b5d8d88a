/**
 * The doors around rooms: make a channel or a group, let a bot in or throw it out, come and go, read
 * what was posted.
 */
import { type Context, Hono } from "hono";
import type { NewRoom, Room, RoomBotChange, RoomPosts, RoomView } from "../room_types.ts";
import { changeMember, changeStanding, upgradeGroup } from "../telegram/room_members.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import {
  DoorError,
  readBody,
  readBot,
  readNumber,
  readPerson,
  requirePerson,
} from "./door_request.ts";

const MAX_TITLE = 128;

/**
 * Builds the doors around rooms.
 *
 * @param context Telegram's side of the world.
 */
export function createRoomDoors(context: TelegramContext): Hono {
  const { rooms, world } = context;
  const doors = new Hono();

  const view = (id: unknown): RoomView => {
    const room = requireRoom(context, id);
    return { ...room, members: rooms.members(room) };
  };

  doors.get("/rooms", (c) => c.json(rooms.all()));
  doors.post("/rooms", async (c) => {
    const order = await readBody<Required<NewRoom>>(c, {
      type: "string",
      title: "string",
      owner_id: "number",
      username: "string",
      bot: "string",
    });
    checkRoom(context, order);
    return c.json(world.store.transaction(() => {
      const room = rooms.create(order);
      if (order.bot !== undefined) setBot(c, context, { room, change: { status: order.bot } });
      return view(room.id);
    }));
  });
  doors.get("/rooms/:id", (c) => c.json(view(c.req.param("id"))));
  doors.post("/rooms/:id/bot", async (c) => {
    const room = requireRoom(context, c.req.param("id"));
    const change: RoomBotChange = await readBody<Required<RoomBotChange>>(c, {
      status: "string",
      can_post_messages: "boolean",
      can_edit_messages: "boolean",
      can_delete_messages: "boolean",
      can_pin_messages: "boolean",
    });
    world.store.transaction(() => setBot(c, context, { room, change }));
    return c.json(view(room.id));
  });
  doors.post("/rooms/:id/upgrade", (c) => {
    const room = requireRoom(context, c.req.param("id"));
    if (room.type !== "group" || room.upgraded_to !== undefined) {
      throw new DoorError(409, "Only a basic group becomes a supergroup, and only once");
    }
    return c.json(view(world.store.transaction(() => upgradeGroup(context, room)).id));
  });
  doors.get("/rooms/:id/posts", async (c) => {
    const { id } = requireRoom(context, c.req.param("id"));
    const since = readNumber(c, "since", 0);
    await world.signals.until(
      `room/${id}`,
      readNumber(c, "waitMs", 0),
      () => requireRoom(context, id).revision > since ? true : null,
      c.req.raw.signal,
    );
    const room = requireRoom(context, id);
    return c.json<RoomPosts>({
      revision: room.revision,
      posts: rooms.posts(room, since).map(({ content, isPinned, revision }) => ({
        ...content,
        isPinned,
        revision,
      })),
    });
  });
  doors.post("/people/:id/join", (c) => comeOrGo(c, context, "member"));
  doors.post("/people/:id/leave", (c) => comeOrGo(c, context, "left"));
  return doors;
}

function checkRoom({ chats, rooms }: TelegramContext, order: NewRoom): void {
  if (!["channel", "supergroup", "group"].includes(order.type)) {
    throw new DoorError(400, 'Field "type" must be "channel", "supergroup" or "group"');
  }
  const length = [...order.title ?? ""].length;
  if (length < 1 || length > MAX_TITLE) throw new DoorError(400, "A title has 1 to 128 characters");
  requirePerson(chats.person(order.owner_id ?? 0), order.owner_id);
  if (order.username === undefined) return;
  if (order.type === "group") throw new DoorError(400, "A basic group has no username");
  if (!/^[A-Za-z][A-Za-z0-9_]{3,31}$/.test(order.username)) {
    throw new DoorError(400, "A username has 4 to 32 letters, digits or _, a letter first");
  }
  if (rooms.find(`@${order.username}`) !== undefined) {
    throw new DoorError(409, "This username is taken");
  }
}

function setBot(
  c: Context,
  context: TelegramContext,
  { room, change }: { room: Room; change: RoomBotChange },
): void {
  if (!["administrator", "member", "left", "kicked"].includes(change.status)) {
    throw new DoorError(
      400,
      'The bot\'s status must be "administrator", "member", "left" or "kicked"',
    );
  }
  if (room.type === "channel" && change.status === "member") {
    throw new DoorError(400, "Bots are in channels as administrators only");
  }
  const bot = readBot(c, context);
  changeStanding(context, room, { ...context.rooms.standing(room, bot), ...change });
}

async function comeOrGo(
  c: Context,
  context: TelegramContext,
  status: "member" | "left",
): Promise<Response> {
  const { rooms, world } = context;
  const person = readPerson(c, context);
  const { room: id } = await readBody<{ room: string }>(c, { room: "string" });
  const room = requireRoom(context, id);
  const before = rooms.member(room, person.id);
  if (before === "creator") throw new DoorError(409, "The owner stays in the room");
  if (before === status) {
    throw new DoorError(409, `Person ${person.id} is ${status === "left" ? "not" : "already"} in`);
  }
  const updates = world.store.transaction(() => changeMember(context, room, { person, status }));
  return c.json({ updates });
}

function requireRoom({ rooms }: TelegramContext, id: unknown): Room {
  const room = rooms.find(id);
  if (room === undefined) throw new DoorError(404, `There is no room ${String(id)}`);
  return room;
}
