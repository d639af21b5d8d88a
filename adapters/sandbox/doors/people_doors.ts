/**
 * The doors by which tests play people: make one, write, press, block, look at the chat. Each does
 * what a Telegram client can do and nothing else; what a client could not do is refused.
 */
import { type Context, Hono } from "hono";
import type {
  Chat,
  InlineButton,
  NewPerson,
  Person,
  Pressed,
  PressOrder,
  Sent,
} from "../door_types.ts";
import { randomDigits } from "../random.ts";
import { type Bot, botUser } from "../telegram/bots.ts";
import { personUser, privateChat } from "../telegram/chats.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";
import { DoorError, readBody, readBot, readNumber, readPerson } from "./door_request.ts";

const MAX_TEXT = 4096;

/**
 * Builds the doors for people.
 *
 * @param context Telegram's side of the world.
 */
export function createPeopleDoors(context: TelegramContext): Hono {
  const { chats, world } = context;
  const doors = new Hono();

  doors.get("/people", (c) => c.json(chats.people()));
  doors.post("/people", async (c) => {
    const given = await readBody<Required<NewPerson>>(c, {
      id: "number",
      first_name: "string",
      last_name: "string",
      username: "string",
      language_code: "string",
      stars: "number",
    });
    if (given.id !== undefined && given.id <= 0) throw new DoorError(400, "An id must be positive");
    if ((given.stars ?? 0) < 0) throw new DoorError(400, "Stars must not be negative");
    return c.json(world.store.transaction(() => chats.savePerson(given)));
  });
  doors.get("/people/:id", (c) => c.json(readPerson(c, context)));
  doors.post("/people/:id/stars", async (c) => {
    const { amount } = await readBody<{ amount: number }>(c, { amount: "number" });
    const person = readPerson(c, context);
    if (!chats.moveStars(person.id, amount ?? 0)) {
      throw new DoorError(400, `Person ${person.id} has only ${person.stars} Stars`);
    }
    return c.json(chats.person(person.id));
  });
  doors.post("/people/:id/write", async (c) => {
    const { text } = await readBody<{ text: string }>(c, { text: "string" });
    const length = [...text ?? ""].length;
    if (length < 1 || length > MAX_TEXT) {
      throw new DoorError(400, "A text has 1 to 4096 characters");
    }
    const [bot, person] = [readBot(c, context), readPerson(c, context)];
    return c.json(world.store.transaction(() => write(context, { bot, person, text })));
  });
  doors.post("/people/:id/press", (c) => pressDoor(c, context));
  doors.post("/people/:id/block", (c) => c.json(setBlocked(c, context, true)));
  doors.post("/people/:id/unblock", (c) => c.json(setBlocked(c, context, false)));
  doors.get("/people/:id/chat", async (c) => {
    const [bot, person] = [readBot(c, context), readPerson(c, context)];
    const since = readNumber(c, "since", 0);
    await world.signals.until(
      `chat/${bot.id}/${person.id}`,
      readNumber(c, "waitMs", 0),
      () => chats.state(bot, person.id).revision > since ? true : null,
      c.req.raw.signal,
    );
    return c.json(viewChat(context, { bot, personId: person.id, since }));
  });
  doors.get("/files/:id", (c) => {
    const file = world.store.one<{ type: string; bytes: Uint8Array<ArrayBuffer> }>(
      "select type, bytes from files where file_id = ?",
      c.req.param("id"),
    );
    if (file === undefined) throw new DoorError(404, "There is no such file");
    return c.body(file.bytes, 200, {
      "content-type": file.type,
      // What a bot sent is data: beside the page it must not run as one.
      "content-disposition": "attachment",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
  });
  return doors;
}

function write(
  { chats, updates }: TelegramContext,
  { bot, person, text }: { bot: Bot; person: Person; text: string },
): Sent {
  if (chats.state(bot, person.id).isBlocked) {
    throw new DoorError(409, "This person has blocked the bot");
  }
  chats.setState(bot, person.id, { isStarted: true });
  const command = /^\/[A-Za-z0-9_]{1,32}(@\w+)?/.exec(text)?.[0];
  const message = chats.addMessage(bot, person, {
    from: personUser(person),
    content: {
      text,
      ...(command === undefined
        ? {}
        : { entities: [{ type: "bot_command", offset: 0, length: command.length }] }),
    },
  });
  return { update_id: updates.add(bot, "message", person.id, message), message };
}

async function pressDoor(c: Context, context: TelegramContext): Promise<Response> {
  const { chats, updates, world } = context;
  const order = await readBody<Required<PressOrder>>(c, {
    message_id: "number",
    data: "string",
    text: "string",
    waitMs: "number",
  });
  const [bot, person] = [readBot(c, context), readPerson(c, context)];
  const pressed = world.store.transaction((): Omit<Pressed, "answer"> => {
    const message = chats.message(bot, order.message_id);
    if (message === undefined || message.personId !== person.id || !message.isFromBot) {
      throw new DoorError(404, `Person ${person.id} has no message ${order.message_id} of the bot`);
    }
    const data = findData(message.content.reply_markup?.inline_keyboard ?? [], order);
    const id = randomDigits(world.random, 18);
    world.store.run(
      "insert into callbacks (id, bot_id, person_id, asked_at) values (?, ?, ?, ?)",
      id,
      bot.id,
      person.id,
      world.clock.nowMs(),
    );
    const updateId = updates.add(bot, "callback_query", person.id, {
      id,
      from: personUser(person),
      message: message.content,
      chat_instance: String(person.id * 7919),
      data,
    });
    if (updateId === null) throw new DoorError(409, "The bot takes no callback queries");
    return { update_id: updateId, callback_query_id: id, data };
  });
  const answer = await world.signals.until(
    `callback/${pressed.callback_query_id}`,
    order.waitMs ?? 0,
    () => readAnswer(context, pressed.callback_query_id),
    c.req.raw.signal,
  );
  return c.json<Pressed>({ ...pressed, answer });
}

/** A button may be gone from the message and still be pressed: somebody's client had not noticed. */
function findData(rows: readonly (readonly InlineButton[])[], order: PressOrder): string {
  if (order.data !== undefined) return order.data;
  const button = rows.flat().find((one) => one.text === order.text);
  if (button?.callback_data === undefined) {
    throw new DoorError(404, `Message ${order.message_id} has no such button to press`);
  }
  return button.callback_data;
}

function readAnswer(
  { world }: TelegramContext,
  id: string,
): { text: string; show_alert: boolean } | null {
  const row = world.store.one<{ answer_text: string; show_alert: number }>(
    "select answer_text, show_alert from callbacks where id = ? and answered_at is not null",
    id,
  );
  return row === undefined ? null : { text: row.answer_text, show_alert: row.show_alert === 1 };
}

function setBlocked(c: Context, context: TelegramContext, isBlocked: boolean): Sent {
  const { chats, updates, world } = context;
  const [bot, person] = [readBot(c, context), readPerson(c, context)];
  if (chats.state(bot, person.id).isBlocked === isBlocked) return { update_id: null };
  return world.store.transaction(() => {
    chats.setState(bot, person.id, { isBlocked });
    chats.touch(bot, person.id);
    const member = (isIn: boolean): Record<string, unknown> => ({
      user: botUser(bot),
      ...(isIn ? { status: "member" } : { status: "kicked", until_date: 0 }),
    });
    const update_id = updates.add(bot, "my_chat_member", person.id, {
      chat: privateChat(person),
      from: personUser(person),
      date: Math.floor(world.clock.nowMs() / 1000),
      old_chat_member: member(isBlocked),
      new_chat_member: member(!isBlocked),
    });
    return { update_id };
  });
}

function viewChat(
  { chats, world }: TelegramContext,
  { bot, personId, since }: { bot: Bot; personId: number; since: number },
): Chat {
  const person = chats.person(personId);
  if (person === undefined) throw new DoorError(404, `There is no person ${personId}`);
  const rows = world.store.all<{ content: string; revision: number }>(
    `select content, revision from messages
     where bot_id = ? and person_id = ? and is_deleted = 0 and revision > ? order by message_id`,
    bot.id,
    personId,
    since,
  );
  const alerts = world.store.all<
    { id: string; answer_text: string; show_alert: number; revision: number }
  >(
    `select id, answer_text, show_alert, revision from callbacks
     where bot_id = ? and person_id = ? and answer_text <> '' and revision > ? order by revision`,
    bot.id,
    personId,
    since,
  );
  return {
    person,
    ...chats.state(bot, personId),
    messages: rows.map((row) => ({ ...JSON.parse(row.content), revision: row.revision })),
    alerts: alerts.map((row) => ({
      callback_query_id: row.id,
      text: row.answer_text,
      show_alert: row.show_alert === 1,
      revision: row.revision,
    })),
  };
}
