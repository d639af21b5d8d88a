/**
 * What a Bot API method is given, and how methods are listed. Each file of methods exports a table;
 * `bot_api.ts` joins them.
 */
import type { World } from "../world.ts";
import type { Bot, Bots } from "./bots.ts";
import type { Chats } from "./chats.ts";
import type { Flood } from "./flood.ts";
import type { ParameterRules, Parameters } from "./parameters.ts";
import type { Rooms } from "./rooms.ts";
import type { Updates } from "./updates.ts";

/** Telegram's side of the world. */
export interface TelegramContext {
  readonly world: World;
  readonly bots: Bots;
  readonly chats: Chats;
  readonly rooms: Rooms;
  readonly updates: Updates;
  readonly flood: Flood;
}

/** One call of a method. */
export interface MethodCall extends TelegramContext {
  readonly bot: Bot;
  readonly params: Parameters;
  /** Aborted when the caller has gone. */
  readonly abort: AbortSignal;
}

/** A method: what it knows and what it does. Checks come before the first write. */
export interface Method {
  readonly parameters: ParameterRules;
  readonly handle: (call: MethodCall) => unknown;
}

/** Name → method. */
export type Methods = Readonly<Record<string, Method>>;

/** A result with a description beside it, as setWebhook answers. */
export class Described {
  /** @param result The result. @param description The words beside it. */
  constructor(readonly result: unknown, readonly description: string) {}
}
