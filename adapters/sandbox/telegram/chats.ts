/**
 * People and their private chats with the bots: who has started, who has blocked, and every message
 * with its history number (`revision`) by which watchers see what changed. Guards against messages
 * to people who never wrote first (400) or who blocked the bot (403).
 */
import type { ChatMessage, NewPerson, Person, TelegramMessage } from "../door_types.ts";
import { randomInteger } from "../random.ts";
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";
import { haveMetInRoom } from "./rooms.ts";
import { badRequest, forbidden } from "./telegram_error.ts";

/** A message with what only the sandbox knows about it. */
export interface StoredMessage {
  readonly message_id: number;
  readonly personId: number;
  readonly isFromBot: boolean;
  readonly isPinned: boolean;
  readonly invoiceId: string | null;
  readonly content: ChatMessage;
}

/** How a chat stands. */
export interface ChatState {
  readonly isStarted: boolean;
  readonly isBlocked: boolean;
  readonly revision: number;
}

/** Reads and writes people, chats and messages. */
export interface Chats {
  person(id: number): Person | undefined;
  people(): Person[];
  savePerson(person: NewPerson): Person;
  /** @returns False when the person has too few. */
  moveStars(personId: number, amount: number): boolean;
  state(bot: Bot, personId: number): ChatState;
  setState(bot: Bot, personId: number, state: { isStarted?: true; isBlocked?: boolean }): void;
  /** Whether the bot has met the person: he wrote, paid, pressed or blocked, or they share a room. */
  knows(bot: Bot, personId: number): boolean;
  /** The person a bot may write to. @throws {TelegramError} 400 or 403. */
  reachable(bot: Bot, chatId: unknown): Person;
  /** A change that watchers of the chat should see. @returns Its number. */
  touch(bot: Bot, personId: number): number;
  addMessage(bot: Bot, person: Person, message: NewMessage): ChatMessage;
  message(bot: Bot, messageId: unknown): StoredMessage | undefined;
  changeMessage(bot: Bot, personId: number, change: MessageChange): void;
  deleteMessage(bot: Bot, personId: number, messageId: number): void;
  setPinned(bot: Bot, personId: number, change: PinChange): void;
  /** The latest message that is pinned. */
  newestPin(bot: Bot, personId: number): number | undefined;
}

/** What is new about a message; ids, date and chat are added. */
export interface NewMessage {
  readonly from: { readonly id: number; readonly is_bot: boolean; readonly first_name: string };
  readonly content: Readonly<Record<string, unknown>>;
  readonly invoiceId?: string;
}

/** Another content for a message. */
export interface MessageChange {
  readonly message_id: number;
  readonly content: TelegramMessage;
}

/** A message pinned, or no longer. */
export interface PinChange {
  readonly message_id: number;
  readonly isPinned: boolean;
}

interface PersonRow extends Person {
  readonly premium_until: number | null;
}

interface MessageRow {
  readonly message_id: number;
  readonly person_id: number;
  readonly from_bot: number;
  readonly is_pinned: number;
  readonly invoice_id: string | null;
  readonly content: string;
}

const PERSON_COLUMNS = "id, first_name, last_name, username, language_code, stars";
const READ_COLUMNS = `${PERSON_COLUMNS}, premium_until`;
const DEFAULT_STARS = 1000;

/**
 * Opens people and chats.
 *
 * @param world Revisions are raised as the signal `chat/<bot>/<person>`, names and Stars as `people`.
 */
export function createChats(world: World): Chats {
  const { store, clock, random, signals } = world;

  /** The columns are this file's own words, never a caller's. */
  function change(
    bot: Bot,
    personId: number,
    { messageId, column, value }: { messageId: number; column: string; value: string | number },
  ): void {
    store.run(
      `update messages set ${column} = ?, revision = ? where bot_id = ? and message_id = ?`,
      value,
      chats.touch(bot, personId),
      bot.id,
      messageId,
    );
  }

  const chats: Chats = {
    person(id) {
      const row = store.one<PersonRow>(`select ${READ_COLUMNS} from people where id = ?`, id);
      return row === undefined ? undefined : readPerson(row, clock.nowMs());
    },
    people: () =>
      store.all<PersonRow>(`select ${READ_COLUMNS} from people order by id`).map((row) =>
        readPerson(row, clock.nowMs())
      ),
    savePerson(given) {
      const known = given.id === undefined ? undefined : chats.person(given.id);
      const id = given.id ?? randomInteger(random, 1_000_000_000, 7_000_000_000);
      const person = { first_name: `Person ${id}`, stars: DEFAULT_STARS, ...known, ...given, id };
      store.run(
        `insert into people (${PERSON_COLUMNS}) values (?, ?, ?, ?, ?, ?) on conflict (id) do update
         set first_name = excluded.first_name, last_name = excluded.last_name,
         username = excluded.username, language_code = excluded.language_code, stars = excluded.stars`,
        id,
        person.first_name,
        person.last_name ?? null,
        person.username ?? null,
        person.language_code ?? null,
        person.stars,
      );
      signals.raise("people");
      return person;
    },
    moveStars(personId, amount) {
      const { changes } = store.run(
        "update people set stars = stars + ? where id = ? and stars + ? >= 0",
        amount,
        personId,
        amount,
      );
      signals.raise("people");
      return changes === 1;
    },
    state(bot, personId) {
      const row = store.one<{ is_started: number; is_blocked: number; revision: number }>(
        "select is_started, is_blocked, revision from chats where bot_id = ? and person_id = ?",
        bot.id,
        personId,
      );
      return {
        isStarted: row?.is_started === 1,
        isBlocked: row?.is_blocked === 1,
        revision: row?.revision ?? 0,
      };
    },
    setState(bot, personId, change) {
      const state = { ...chats.state(bot, personId), ...change };
      store.run(
        `insert into chats (bot_id, person_id, is_started, is_blocked) values (?, ?, ?, ?)
         on conflict (bot_id, person_id) do update
         set is_started = excluded.is_started, is_blocked = excluded.is_blocked`,
        bot.id,
        personId,
        state.isStarted ? 1 : 0,
        state.isBlocked ? 1 : 0,
      );
    },
    knows: (bot, personId) =>
      store.one(
          "select 1 from chats where bot_id = ? and person_id = ?",
          bot.id,
          personId,
        ) !== undefined || haveMetInRoom(world, bot, personId),
    reachable(bot, chatId) {
      if (chatId === undefined || chatId === "") throw badRequest("chat_id is empty");
      const person = chats.person(Number(chatId));
      const state = person === undefined ? undefined : chats.state(bot, person.id);
      if (person === undefined || state?.isStarted !== true) throw badRequest("chat not found");
      if (state.isBlocked) throw forbidden("bot was blocked by the user");
      return person;
    },
    touch(bot, personId) {
      const row = store.one<{ revision: number }>(
        `insert into chats (bot_id, person_id, revision) values (?, ?, 1)
         on conflict (bot_id, person_id) do update set revision = revision + 1 returning revision`,
        bot.id,
        personId,
      );
      signals.raise(`chat/${bot.id}/${personId}`);
      return row?.revision ?? 0;
    },
    addMessage(bot, person, { from, content, invoiceId }) {
      const message: ChatMessage = {
        message_id: store.next(`message/${bot.id}`),
        from,
        chat: privateChat(person),
        date: Math.floor(clock.nowMs() / 1000),
        ...content,
      };
      store.run(
        `insert into messages (bot_id, message_id, person_id, from_bot, content, invoice_id, revision)
         values (?, ?, ?, ?, ?, ?, ?)`,
        bot.id,
        message.message_id,
        person.id,
        from.id === bot.id ? 1 : 0,
        JSON.stringify(message),
        invoiceId ?? null,
        chats.touch(bot, person.id),
      );
      return message;
    },
    message(bot, messageId) {
      if (typeof messageId !== "number") return undefined;
      const row = store.one<MessageRow>(
        `select message_id, person_id, from_bot, is_pinned, invoice_id, content from messages
         where bot_id = ? and message_id = ? and is_deleted = 0`,
        bot.id,
        messageId,
      );
      return row === undefined ? undefined : {
        message_id: row.message_id,
        personId: row.person_id,
        isFromBot: row.from_bot === 1,
        isPinned: row.is_pinned === 1,
        invoiceId: row.invoice_id,
        content: JSON.parse(row.content),
      };
    },
    changeMessage: (bot, personId, { message_id, content }) =>
      change(bot, personId, {
        messageId: message_id,
        column: "content",
        value: JSON.stringify(content),
      }),
    deleteMessage: (bot, personId, messageId) =>
      change(bot, personId, { messageId, column: "is_deleted", value: 1 }),
    setPinned: (bot, personId, { message_id, isPinned }) =>
      change(bot, personId, {
        messageId: message_id,
        column: "is_pinned",
        value: isPinned ? 1 : 0,
      }),
    newestPin: (bot, personId) =>
      store.one<{ message_id: number }>(
        `select message_id from messages where bot_id = ? and person_id = ? and is_pinned = 1
         and is_deleted = 0 order by message_id desc limit 1`,
        bot.id,
        personId,
      )?.message_id,
  };
  return chats;
}

/** The person as a User. */
export function personUser(person: Person): Omit<Person, "stars"> & { readonly is_bot: false } {
  const { id, stars: _kept, ...names } = person;
  return { id, is_bot: false, ...names };
}

/** The person as a private Chat. */
export function privateChat(
  person: Person,
): Omit<Person, "stars" | "language_code" | "is_premium"> & { readonly type: "private" } {
  const { stars: _kept, language_code: _unseen, is_premium: _told, ...names } = person;
  return { ...names, type: "private" };
}

function readPerson({ premium_until, ...person }: PersonRow, nowMs: number): Person {
  const known = Object.entries(person).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(known) as unknown as Person,
    ...(premium_until !== null && premium_until > nowMs ? { is_premium: true } : {}),
  };
}
