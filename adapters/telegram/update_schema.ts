/**
 * The part of a Telegram update that the bot acts on, decoded once at the edge. Everything else in
 * an update passes through unread. Guards against acting on a body that only looks like an update.
 *
 * Source: Bot API 10.3 as typed by @grammyjs/types 5.0.0, read 2026-11-20.
 */
import { Schema } from "effect";

const id = Schema.Number.check(
  Schema.isInt(),
  Schema.isBetween({ minimum: -(2 ** 53) + 1, maximum: 2 ** 53 - 1 }),
);
const positiveId = id.check(Schema.isGreaterThan(0));

const user = Schema.Struct({
  id: positiveId,
  is_bot: Schema.optionalKey(Schema.Boolean),
  first_name: Schema.String,
  last_name: Schema.optionalKey(Schema.String),
  username: Schema.optionalKey(Schema.String),
  language_code: Schema.optionalKey(Schema.String),
});

const chat = Schema.Struct({
  id,
  type: Schema.String,
});

const charge = Schema.Struct({
  currency: Schema.String,
  total_amount: id,
  invoice_payload: Schema.String,
  telegram_payment_charge_id: Schema.NonEmptyString,
});

const message = Schema.Struct({
  message_id: id,
  date: id,
  chat,
  from: Schema.optionalKey(user),
  text: Schema.optionalKey(Schema.String),
  successful_payment: Schema.optionalKey(charge),
  refunded_payment: Schema.optionalKey(charge),
});

const update = Schema.Struct({
  update_id: id.check(Schema.isGreaterThanOrEqualTo(0)),
  message: Schema.optionalKey(message),
  callback_query: Schema.optionalKey(Schema.Struct({
    id: Schema.NonEmptyString,
    from: user,
    message: Schema.optionalKey(Schema.Struct({
      message_id: id,
      chat,
      // 0 when Telegram does not show it any more.
      date: Schema.optionalKey(id),
    })),
    data: Schema.optionalKey(Schema.String),
  })),
  pre_checkout_query: Schema.optionalKey(Schema.Struct({
    id: Schema.NonEmptyString,
    from: user,
    currency: Schema.String,
    total_amount: id,
    invoice_payload: Schema.String,
  })),
  my_chat_member: Schema.optionalKey(Schema.Struct({
    chat,
    from: user,
    date: id,
    new_chat_member: Schema.Struct({ status: Schema.String }),
  })),
});

/** A person as Telegram names him. */
export type TelegramUser = typeof user.Type;
/** A message, as far as the bot reads it. */
export type TelegramMessage = typeof message.Type;
/** An update, as far as the bot acts on it; `kind` names the field it came with. */
export type TelegramUpdate = typeof update.Type & { readonly kind: string };

const decode = Schema.decodeUnknownSync(update);

/**
 * Decodes one update.
 * @returns The update and the name of the one field besides `update_id` that it came with; kinds the
 * bot does not know keep their name, so that they can be logged.
 * @throws {Error} When it has not the shape of an update.
 */
export function decodeUpdate(input: unknown): TelegramUpdate {
  const decoded = cleanTexts(decode(input));
  const kind = Object.keys(input as object).find((key) => key !== "update_id") ?? "empty";
  return { ...decoded, kind };
}

/** Without what Postgres cannot store: the zero character and halves of surrogate pairs. */
function cleanTexts<T>(value: T): T {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed() as T;
  if (Array.isArray(value)) return value.map(cleanTexts) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, cleanTexts(part)]),
  ) as T;
}

/** The update's id, where the rest cannot be decoded. */
export function updateIdOf(input: unknown): number | undefined {
  const value = (input as { update_id?: unknown } | null)?.update_id;
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}
