/**
 * A refusal of the Bot API in its own words. The handlers throw it, `bot_api.ts` turns it into
 * `{ ok: false, … }`. Guards against refusals that look like faults of the sandbox itself (500).
 */

/** What the caller can do about it, as in the Bot API's ResponseParameters. */
export interface ErrorParameters {
  /** Whole seconds. */
  readonly retry_after?: number;
  readonly migrate_to_chat_id?: number;
}

/** What a failed call is answered. */
export class TelegramError extends Error {
  override readonly name = "TelegramError";
  readonly code: number;
  readonly description: string;
  readonly parameters: ErrorParameters | undefined;

  /** @param code error_code, which is the HTTP status too. @param description Telegram's words. */
  constructor(code: number, description: string, parameters?: ErrorParameters) {
    super(`Telegram refuses (${code}): ${description}`);
    this.code = code;
    this.description = description;
    this.parameters = parameters;
  }
}

/** 400. */
export function badRequest(words: string): TelegramError {
  return new TelegramError(400, `Bad Request: ${words}`);
}

/** 403. */
export function forbidden(words: string): TelegramError {
  return new TelegramError(403, `Forbidden: ${words}`);
}

/** 429 with `parameters.retry_after`. @param seconds Whole seconds. */
export function tooManyRequests(seconds: number): TelegramError {
  return new TelegramError(429, `Too Many Requests: retry after ${seconds}`, {
    retry_after: seconds,
  });
}

/** 400 with `parameters.migrate_to_chat_id`. */
export function groupUpgraded(supergroupId: number): TelegramError {
  return new TelegramError(400, "Bad Request: group chat was upgraded to a supergroup chat", {
    migrate_to_chat_id: supergroupId,
  });
}
