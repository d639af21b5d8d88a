/**
 * One call of the Bot API on behalf of an effect: leave from the limiter, the call, and a pause for
 * everybody when Telegram asks for one.
 */
import { RetryableError } from "../../../actors/errors.ts";
import type { SendLimiter } from "../send_limiter.ts";
import { TooManyRequestsError, translateTelegramError } from "../telegram_errors.ts";

/** Which of Telegram's limits a call falls under. */
export interface CallOptions {
  limiter: SendLimiter;
  method: string;
  signal: AbortSignal;
  /** Counted in the rates of this chat when given. */
  chatId?: number;
  /** Takes only slots that nobody else wants, see `send_limiter.ts`. */
  isSpare?: boolean;
  /** Tries of a call that Telegram refuses with 429; it did nothing then. @default 1 */
  maxAttempts?: number;
}

/**
 * Makes the call.
 * @throws {RetryableError} Or `TerminalError`, see `telegram_errors.ts`.
 */
export async function callTelegram<T>(options: CallOptions, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await callOnce(options, call);
    } catch (error: unknown) {
      // The limiter waits out the pause before the next try.
      const mayRepeat = error instanceof TooManyRequestsError &&
        attempt < (options.maxAttempts ?? 1);
      if (!mayRepeat) throw error;
    }
  }
}

async function callOnce<T>(options: CallOptions, call: () => Promise<T>): Promise<T> {
  const { limiter, signal, chatId, isSpare = false } = options;
  try {
    await (chatId === undefined
      ? limiter.afterPause(signal)
      : limiter.acquire(chatId, signal, { isSpare }));
  } catch (error: unknown) {
    throw new RetryableError(`Telegram ${options.method} was not sent: its time was up`, {
      cause: error,
      isOutcomeUnknown: false,
    });
  }
  try {
    return await call();
  } catch (error: unknown) {
    const translated = translateTelegramError(error, options.method);
    if (translated instanceof TooManyRequestsError) limiter.pause(translated.pauseMs);
    throw translated;
  }
}
