/**
 * Telegram's answers in the runtime's words, in one place. Decided by codes, with one list of words
 * where Telegram has no code of its own. No message made here holds the bot token: grammY's
 * `HttpError` keeps the failed request, whose URL is the token, so it is never handed on as a cause.
 *
 * | Telegram | becomes | outcome |
 * |---|---|---|
 * | 429 | TooManyRequestsError (a RetryableError with retryAfterMs) | not done |
 * | 5xx, no answer, time-out | RetryableError | unknown |
 * | 401, 404 (token), 409 | RetryableError: an operator must act, nothing is lost meanwhile | not done |
 * | 403 | TerminalError "blocked" | not done |
 * | 400 with `migrate_to_chat_id` | GroupMovedError (a TerminalError) | not done |
 * | 400 | TerminalError with a code | not done |
 */
import { GrammyError, HttpError } from "grammy/web";
import { RetryableError, TerminalError } from "../../actors/errors.ts";

/** Telegram asks for a pause before anything else is sent. */
export class TooManyRequestsError extends RetryableError {
  /** The pause, milliseconds. */
  readonly pauseMs: number;

  constructor(message: string, pauseMs: number) {
    super(message, { retryAfterMs: pauseMs, isOutcomeUnknown: false });
    this.pauseMs = pauseMs;
  }
}

/** A group has become a supergroup, which has a number of its own; nothing was done. */
export class GroupMovedError extends TerminalError {
  /** The supergroup's. */
  readonly chatId: number;

  constructor(message: string, chatId: number) {
    super("groupMoved", message);
    this.chatId = chatId;
  }
}

/** Whether an error leaves open if the call was carried out. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof RetryableError && error.isOutcomeUnknown;
}

/** Pause when Telegram names none, and for faults that a person must mend. */
const DEFAULT_RETRY_MS = 1_000;
const OPERATOR_RETRY_MS = 30_000;

/** Words of 400s that callers decide by. Source: tdlib/telegram-bot-api @01a3679, Client.cpp. */
const codesOf400: readonly (readonly [RegExp, string])[] = [
  [/CHARGE_ALREADY_REFUNDED/, "alreadyRefunded"],
  [/CHARGE_NOT_FOUND|CHARGE_ID_INVALID|CHARGE_ID_EMPTY/, "chargeNotFound"],
  [/BALANCE_TOO_LOW|not enough/i, "balanceTooLow"],
  [/STARGIFT_(USER_)?USAGE_LIMITED/, "soldOut"],
  [/STARGIFT_INVALID/, "giftEnded"],
  [
    /chat not found|PEER_ID_INVALID|USER_ID_INVALID|invalid user_id|user not found/i,
    "chatNotFound",
  ],
  [/query is too old|QUERY_ID_INVALID|query ID is invalid/i, "queryTooOld"],
  [/message is not modified/i, "notModified"],
  [/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i, "messageGone"],
  [/CURRENCY_TOTAL_AMOUNT_INVALID/, "amountInvalid"],
];

/**
 * Translates what a call of the Bot API threw.
 * @param error What was caught; errors of our own kinds pass unchanged.
 * @param method The called method, for the message.
 */
export function translateTelegramError(
  error: unknown,
  method: string,
): RetryableError | TerminalError {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  if (error instanceof GrammyError) return translateAnswer(error, method);
  const what = error instanceof HttpError ? "no answer" : "failed before an answer";
  return new RetryableError(`Cannot know the outcome of Telegram ${method}: ${what}`, {
    retryAfterMs: DEFAULT_RETRY_MS,
    isOutcomeUnknown: true,
  });
}

function translateAnswer(error: GrammyError, method: string): RetryableError | TerminalError {
  const code = error.error_code;
  const message = `Telegram refuses ${method}: ${code} ${error.description}`;
  if (code === 429) {
    const seconds = error.parameters.retry_after ?? DEFAULT_RETRY_MS / 1000;
    return new TooManyRequestsError(message, seconds * 1000);
  }
  if (code >= 500) {
    return new RetryableError(message, { retryAfterMs: DEFAULT_RETRY_MS, isOutcomeUnknown: true });
  }
  if (code === 401 || code === 404 || code === 409) {
    return new RetryableError(message, {
      retryAfterMs: OPERATOR_RETRY_MS,
      isOutcomeUnknown: false,
    });
  }
  if (code === 403) {
    // Of the person's settings, not of the bot's being blocked; a 403 like that.
    const isPrivacy = /USER_DISALLOWED_STARGIFTS/.test(error.description);
    return new TerminalError(isPrivacy ? "giftsDisallowed" : "blocked", message);
  }
  const { migrate_to_chat_id: movedTo } = error.parameters;
  if (movedTo !== undefined) return new GroupMovedError(message, movedTo);
  const known = codesOf400.find(([words]) => words.test(error.description));
  return new TerminalError(known?.[1] ?? "badRequest", message);
}
