/**
 * What the page shows of one chat, read from the books: messages with what only the books know about
 * them (paid or not, where the charge went), the keyboard that stands under the text field, payments
 * on their way. Guards against a page that shows more, or something else, than the person would see.
 */
import type { ChatMessage, Person } from "../door_types.ts";
import type { Bot } from "../telegram/bots.ts";
import type { Entity } from "../telegram/html_text.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";

/** A message with what the page needs besides. */
export interface SeenMessage extends ChatMessage {
  readonly entities?: readonly Entity[];
  readonly caption_entities?: readonly Entity[];
  readonly reply_to_message?: ChatMessage;
  /** Of an invoice: it was paid, its button says Receipt. */
  readonly isPaid?: boolean;
  /** Of a payment: the update that told the bot, to deliver it again. */
  readonly paymentUpdateId?: number | null;
}

/** The keyboard under the text field. */
export interface ReplyKeyboard {
  readonly rows: readonly (readonly string[])[];
  readonly placeholder: string;
}

/** A payment that the bot has said yes to and that is held back. */
export interface HeldPayment {
  readonly id: string;
  readonly amount: number;
}

/** One of the bot's commands, as its menu lists it. */
export interface MenuCommand {
  readonly command: string;
  readonly description: string;
}

/** A chat, or what changed in it. */
export interface ChatView {
  readonly person: Person;
  readonly role: string | undefined;
  readonly isStarted: boolean;
  readonly isBlocked: boolean;
  readonly revision: number;
  /** In message order; from the beginning only the last {@link MAX_MESSAGES}. */
  readonly messages: readonly SeenMessage[];
  /** Messages that are deleted now. */
  readonly gone: readonly number[];
  readonly alerts: readonly { readonly text: string; readonly isAlert: boolean }[];
  readonly keyboard: ReplyKeyboard | null;
  readonly held: readonly HeldPayment[];
  readonly commands: readonly MenuCommand[];
}

/** As many messages of a chat are shown when it is opened. */
export const MAX_MESSAGES = 100;
/** So many messages back a keyboard is looked for. */
const KEYBOARD_SEARCH = 200;

/**
 * Reads a chat.
 *
 * @param since Only what changed after this revision; 0 for the whole chat.
 */
export function readChat(
  context: TelegramContext,
  { bot, person, since }: { readonly bot: Bot; readonly person: Person; readonly since: number },
): ChatView {
  const { store } = context.world;
  const rows = store.all<{ message_id: number; content: string; is_deleted: number }>(
    `select message_id, content, is_deleted from messages
     where bot_id = ? and person_id = ? and revision > ? and (is_deleted = 0 or ? > 0)
     order by message_id desc limit ?`,
    bot.id,
    person.id,
    since,
    since,
    MAX_MESSAGES,
  ).reverse();
  const messages = rows.filter(({ is_deleted }) => is_deleted === 0)
    .map(({ content }) => withBooks(context, { bot, message: JSON.parse(content) }));
  const alerts = since === 0 ? [] : store.all<{ answer_text: string; show_alert: number }>(
    `select answer_text, show_alert from callbacks
     where bot_id = ? and person_id = ? and answer_text <> '' and revision > ? order by revision`,
    bot.id,
    person.id,
    since,
  );
  return {
    person,
    role: roleOf(context, person.id),
    ...context.chats.state(bot, person.id),
    messages: since === 0 ? messages : [...paidInvoices(context, { bot, messages }), ...messages],
    gone: rows.filter(({ is_deleted }) => is_deleted === 1).map(({ message_id }) => message_id),
    alerts: alerts.map(({ answer_text, show_alert }) => ({
      text: answer_text,
      isAlert: show_alert === 1,
    })),
    keyboard: readKeyboard(context, { bot, personId: person.id }),
    held: store.all<{ id: string; amount: number }>(
      "select id, amount from checkouts where bot_id = ? and person_id = ? and status = 'held'",
      bot.id,
      person.id,
    ),
    commands: readCommands(context, { bot, person }),
  };
}

/** A paid invoice turns into a receipt, which is no change of the message itself. */
function paidInvoices(
  context: TelegramContext,
  { bot, messages }: { readonly bot: Bot; readonly messages: readonly SeenMessage[] },
): SeenMessage[] {
  return messages.flatMap(({ successful_payment, chat }) => {
    const chargeId = successful_payment?.["telegram_payment_charge_id"];
    if (typeof chargeId !== "string") return [];
    return context.world.store.all<{ content: string }>(
      `select messages.content from checkouts
       join invoices on invoices.id = checkouts.invoice_id
       join messages on messages.bot_id = invoices.bot_id
         and messages.message_id = invoices.message_id
       where checkouts.charge_id = ? and messages.person_id = ? and messages.is_deleted = 0`,
      chargeId,
      chat.id,
    ).map(({ content }) => withBooks(context, { bot, message: JSON.parse(content) }));
  });
}

/** What this person is to the product, in a word: "admin"; undefined for anybody. */
export function roleOf({ world }: TelegramContext, personId: number): string | undefined {
  return world.store.setting(`role/${personId}`);
}

/** Notes what a person is to the product; the page shows it beside the name. */
export function setRole({ world }: TelegramContext, personId: number, role: string): void {
  world.store.setSetting(`role/${personId}`, role);
}

function withBooks(
  { world }: TelegramContext,
  { bot, message }: { readonly bot: Bot; readonly message: ChatMessage },
): SeenMessage {
  if (message.invoice !== undefined) {
    const row = world.store.one<{ is_paid: number }>(
      "select is_paid from invoices where bot_id = ? and message_id = ?",
      bot.id,
      message.message_id,
    );
    return { ...message, isPaid: row?.is_paid === 1 };
  }
  const chargeId = message.successful_payment?.["telegram_payment_charge_id"];
  if (typeof chargeId !== "string") return message;
  const row = world.store.one<{ payment_update_id: number | null }>(
    "select payment_update_id from checkouts where charge_id = ?",
    chargeId,
  );
  return { ...message, paymentUpdateId: row?.payment_update_id ?? null };
}

/** The keyboard of the last message that sent or removed one. */
function readKeyboard(
  { world }: TelegramContext,
  { bot, personId }: { readonly bot: Bot; readonly personId: number },
): ReplyKeyboard | null {
  const rows = world.store.all<{ markup: string }>(
    `select markup from (
       select message_id, json_extract(content, '$.reply_markup') as markup from messages
       where bot_id = ? and person_id = ? and is_deleted = 0 and from_bot = 1
       order by message_id desc limit ?
     ) where markup is not null order by message_id desc`,
    bot.id,
    personId,
    KEYBOARD_SEARCH,
  );
  for (const { markup } of rows) {
    const { keyboard, remove_keyboard, input_field_placeholder } = JSON.parse(markup);
    if (remove_keyboard === true) return null;
    if (!Array.isArray(keyboard)) continue;
    return {
      rows: keyboard.map((row: unknown[]) => row.map(labelOf)),
      placeholder: String(input_field_placeholder ?? ""),
    };
  }
  return null;
}

/** A key may be a text alone, or an object with one. */
function labelOf(key: unknown): string {
  return typeof key === "object" && key !== null && "text" in key ? String(key.text) : String(key);
}

/** As Telegram chooses: this chat before all private ones before all, the language before none. */
function readCommands(
  { world }: TelegramContext,
  { bot, person }: { readonly bot: Bot; readonly person: Person },
): MenuCommand[] {
  const scopes = [{ type: "chat", chat_id: person.id }, { type: "all_private_chats" }, {
    type: "default",
  }];
  for (const scope of scopes) {
    for (const language of [person.language_code ?? "", ""]) {
      const text = world.store.setting(`commands/${bot.id}/${JSON.stringify(scope)}/${language}`);
      if (text !== undefined) return JSON.parse(text);
    }
  }
  return [];
}
