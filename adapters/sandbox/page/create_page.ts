/**
 * The page one can play: `/`, its files, its live stream. It only shows; what people do there goes
 * through the same doors (`/sandbox/…`) that tests use. Served by the sandbox alone, behind its
 * origin guard; nothing of it is in the product.
 */
import { type Context, Hono } from "hono";
import { DoorError, readBot } from "../doors/door_request.ts";
import type { Faults } from "../faults.ts";
import { booksOf } from "../telegram/star_books.ts";
import type { Bot } from "../telegram/bots.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import type { Room } from "../room_types.ts";
import type { YooKassaSums } from "../yookassa/books.ts";
import { readChat, roleOf } from "./chat_view.ts";
import { MAX_CHATS, openLive, readWatched } from "./live.ts";
import type { Html } from "./markup.ts";
import { pageHeaders } from "./page_headers.ts";
import { renderChat } from "./render_chat.ts";
import { summarize } from "./render_message.ts";
import { type ListedPerson, type Overview, renderPage } from "./render_page.ts";
import { renderRoom } from "./render_room.ts";
import { readRoom } from "./room_view.ts";
import { staticFiles } from "./static_files.ts";

/** Files of the page; anything else is not served. */
const FILES: Readonly<Record<string, string>> = {
  "base.css": "text/css",
  "page.css": "text/css",
  "chat.css": "text/css",
  "page.js": "text/javascript",
  "chats.js": "text/javascript",
  "dialogs.js": "text/javascript",
  "dom.js": "text/javascript",
  "live.js": "text/javascript",
  "icon.svg": "image/svg+xml",
};
const headers = pageHeaders();
/** As many people are listed; a chat of any other is opened by its address. */
const MAX_PEOPLE = 60;
const MAX_ROOMS = 10;
/** So many chats are open at first. */
const FIRST_CHATS = 3;

/** What is on the page besides Telegram. */
export interface PageOthers {
  readonly faults: Faults;
  readonly readRubles: () => YooKassaSums;
}

/**
 * Builds the page.
 *
 * @param context Telegram's side of the world.
 * @param others What waits for its calls, and the money at YooKassa.
 */
export function createPage(context: TelegramContext, others: PageOthers): Hono {
  const page = new Hono();
  page.use("/", headers);
  page.use("/page/*", headers);
  page.get("/", (c) => {
    const overview = readOverview(context, { bot: readBot(c, context), ...others });
    const chats = wantedChats(c, overview).flatMap((id) => paneOf(context, overview.bot, id) ?? []);
    return c.html(renderPage({ overview, chats, bootId: bootIdOf(context) }));
  });
  page.get("/page/chat", (c) => {
    const id = c.req.query("person");
    const pane = paneOf(context, readBot(c, context), Number(id));
    if (pane === undefined) throw new DoorError(404, `There is no chat ${id}`);
    return c.html(pane);
  });
  page.get("/page/live", (c) => {
    const bot = readBot(c, context);
    const stream = openLive(context, {
      bot,
      watched: readWatched(c.req.header("last-event-id") ?? c.req.query("chats")),
      bootId: bootIdOf(context),
      readOverview: () => readOverview(context, { bot, ...others }),
    });
    return c.body(stream, 200, { "content-type": "text/event-stream; charset=utf-8" });
  });
  page.get("/page/:file", staticFiles(new URL("./static/", import.meta.url), FILES));
  return page;
}

/** Ids of rooms are negative, as with Telegram. */
function paneOf(context: TelegramContext, bot: Bot, id: number): Html | undefined {
  if (id < 0) {
    const room = context.rooms.find(id);
    return room === undefined ? undefined : renderRoom(readRoom(context, { room, since: 0 }));
  }
  const person = context.chats.person(id);
  return person === undefined
    ? undefined
    : renderChat(readChat(context, { bot, person, since: 0 }));
}

/** Those of the address, or the first people there are. */
function wantedChats(c: Context, { people }: Overview): number[] {
  const given = c.req.query("chats");
  if (given === undefined) return people.slice(0, FIRST_CHATS).map(({ person }) => person.id);
  return [...new Set(given.split(",").map(Number))].slice(0, MAX_CHATS);
}

function readOverview(
  context: TelegramContext,
  { bot, faults, readRubles }: { readonly bot: Bot } & PageOthers,
): Overview {
  const { store } = context.world;
  const rows = store.all<{ id: number }>(
    `select people.id from people left join settings on settings.key = 'role/' || people.id
     order by settings.value is null, people.id limit ?`,
    MAX_PEOPLE,
  );
  const all = store.one<{ count: number }>("select count(*) as count from people")?.count ?? 0;
  return {
    bot,
    books: booksOf(context.world, bot),
    rubles: readRubles(),
    people: rows.flatMap(({ id }) => listedPerson(context, { bot, id }) ?? []),
    rooms: context.rooms.all().slice(0, MAX_ROOMS).map((room) => ({
      room,
      last: lastPost(context, room),
    })),
    unlisted: all - rows.length,
    faults: faults.list(),
  };
}

function listedPerson(
  context: TelegramContext,
  { bot, id }: { readonly bot: Bot; readonly id: number },
): ListedPerson | undefined {
  const person = context.chats.person(id);
  if (person === undefined) return undefined;
  const last = context.world.store.one<{ content: string }>(
    `select content from messages where bot_id = ? and person_id = ? and is_deleted = 0
     order by revision desc limit 1`,
    bot.id,
    id,
  );
  const { isBlocked, revision } = context.chats.state(bot, id);
  return {
    person,
    role: roleOf(context, id),
    isBlocked,
    revision,
    last: last === undefined ? "" : summarize(JSON.parse(last.content)),
  };
}

function lastPost({ rooms, world }: TelegramContext, room: Room): string {
  const row = world.store.one<{ message_id: number }>(
    `select message_id from posts where room_id = ? and is_deleted = 0
     order by message_id desc limit 1`,
    room.id,
  );
  const post = rooms.post(room, row?.message_id);
  return post === undefined ? "" : summarize(post.content);
}

/** Names these books for as long as they exist. */
function bootIdOf({ world }: TelegramContext): string {
  const known = world.store.setting("books");
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  world.store.setSetting("books", made);
  return made;
}
