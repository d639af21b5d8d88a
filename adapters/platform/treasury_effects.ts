/**
 * Effect `readStarBooks`: first YooKassa's books are compared, where there are any; then the next page of
 * Telegram's books is read and stored, up to the rows that there were when the comparison began, and
 * then the balance. Repeatable: a page is stored with the mark that it moves. The last rows that are known are read again with each page: if they are not what they were,
 * the past has changed, which is a finding, and everything is read anew. Guards against a reading that
 * waits for a moment in which nobody pays.
 */
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { RetryableError } from "../../actors/errors.ts";
import type { Database } from "../../db/connection.ts";
import type { TreasuryEffectSources } from "../../machines/domain/treasury.ts";
import { isTransient } from "../supervisor/transient_errors.ts";
import { callTelegram } from "../telegram/effects/call_telegram.ts";
import type { SendLimiter } from "../telegram/send_limiter.ts";
import { createStarBooks } from "../telegram/star_books.ts";
import type { TelegramApi } from "../telegram/telegram_api.ts";
import { nanosOf } from "./star_book_row.ts";
import { StarBooksReader } from "./star_books_reader.ts";

type ReadStarBooks = TreasuryEffectSources["readStarBooks"];

export interface TreasuryEffectsOptions {
  readonly database: Database;
  readonly api: TelegramApi;
  readonly limiter: SendLimiter;
  /** Compares the bank's books with ours and keeps what it finds; absent where there is no bank. */
  readonly compareBankBooks?:
    | ((options: { nowMs: number; signal: AbortSignal }) => Promise<void>)
    | undefined;
}

/** Creates the effect. */
export function createReadStarBooks(
  { database, api, limiter, compareBankBooks }: TreasuryEffectsOptions,
): EffectDefinition<ReadStarBooks["input"]> {
  return {
    async run({ until }, { signal, nowMs }): Promise<ReadStarBooks["output"]> {
      const call = <T>(method: string, work: () => Promise<T>): Promise<T> =>
        callTelegram({ limiter, method, signal, maxAttempts: 5 }, work);
      const books = createStarBooks((offset, limit) =>
        call(
          "getStarTransactions",
          async () =>
            (await api.getStarTransactions({ offset, limit }, signal as never)).transactions,
        )
      );
      const readBalance = () =>
        call(
          "getMyStarBalance",
          async () => nanosOf(await api.getMyStarBalance(signal as never)),
        );
      // Once, as a comparison begins: what it finds is told with the rest at its end.
      if (until === null) await compareBankBooks?.({ nowMs: nowMs(), signal }).catch(retryWhenAway);
      const reader = new StarBooksReader({ database, books, readBalance, atMs: nowMs() });
      return await reader.readOn(until).catch(retryWhenAway);
    },
    timeoutMs: 120_000,
  };
}

/** While the database is away nothing was stored. */
function retryWhenAway(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new RetryableError("Cannot store Telegram's books: the database is away", {
    cause: error,
    isOutcomeUnknown: false,
  });
}
