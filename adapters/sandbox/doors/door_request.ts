/**
 * What all doors share: reading a request strictly, finding the bot and the person it is about, and
 * refusing in plain words. Guards against a test that plays a person who does not exist, or misspells
 * an option, and believes it worked.
 */
import type { Context } from "hono";
import type { Person } from "../door_types.ts";
import type { Bot } from "../telegram/bots.ts";
import type { TelegramContext } from "../telegram/telegram_context.ts";

/** A door's refusal. */
export class DoorError extends Error {
  override readonly name = "DoorError";
  readonly status: 400 | 404 | 409;
  /** @param status HTTP status. @param reason What the caller reads as `error`. */
  constructor(status: 400 | 404 | 409, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** JSON types a field of a body may have. */
type FieldKind = "string" | "number" | "boolean" | "object";

/**
 * Reads a JSON body and refuses what is not known.
 *
 * @param fields Known fields and their kinds; all are optional here, the door asks for what it needs.
 * @throws {DoorError} 400 when the body is no object, or holds something unknown.
 */
export async function readBody<T>(
  c: Context,
  fields: { readonly [Name in keyof T]-?: FieldKind },
): Promise<T> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    // The parser's own words help nobody who wrote the request with JSON.stringify.
    throw new DoorError(400, "The body is no JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new DoorError(400, "The body must be an object");
  }
  for (const [name, value] of Object.entries(body)) {
    const kind = Object.hasOwn(fields, name) ? fields[name as keyof T] : undefined;
    if (kind === undefined) throw new DoorError(400, `Unknown field "${name}"`);
    const isWhole = typeof value !== "number" || Number.isSafeInteger(value);
    if (typeof value !== kind || !isWhole) {
      throw new DoorError(400, `Field "${name}" must be ${kind}`);
    }
  }
  return body as T;
}

/** A whole number of the query string. */
export function readNumber(c: Context, name: string, fallback: number): number {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new DoorError(400, `Query parameter "${name}" must be a whole number`);
  }
  return value;
}

/** The bot of `?bot=` (token or id), else the first one known. */
export function readBot(c: Context, { bots }: TelegramContext): Bot {
  const wanted = c.req.query("bot");
  const bot = bots.all().find((one) =>
    wanted === undefined || one.token === wanted || String(one.id) === wanted
  );
  if (bot === undefined) {
    throw new DoorError(409, wanted === undefined ? "No bot has called yet" : "No such bot");
  }
  return bot;
}

/** The person of `/people/:id`. */
export function readPerson(c: Context, { chats }: TelegramContext): Person {
  return requirePerson(chats.person(Number(c.req.param("id"))), c.req.param("id"));
}

/**
 * Insists on a person.
 *
 * @throws {DoorError} 404 when there is none.
 */
export function requirePerson(person: Person | undefined, id: unknown): Person {
  if (person === undefined) throw new DoorError(404, `There is no person ${String(id)}`);
  return person;
}
