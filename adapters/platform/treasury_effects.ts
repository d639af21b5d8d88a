/**
 * Effect `readStarBooks`: the next page of Telegram's books is read and stored, and at their end the
 * balance. Repeatable: a page is stored with the mark that it moves. The last rows that are known are
 * read again with each page: if they are not what they were, the past has changed, which is a finding,
 * and everything is read anew.
 */
import type { StarTransaction } from "grammy/types";
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { RetryableError } from "../../actors/errors.ts";
import type { Database } from "../../db/connection.ts";
import { keepFindings } from "../../db/findings.ts";
import {
  finishReading,
  type KnownRow,
  readReading,
  readRowsBefore,
  restartReading,
  type StarBookRow,
  type StarBooksReading,
  storePage,
} from "../../db/star_books.ts";
import type { FindingKind, TreasuryEffectSources } from "../../machines/domain/treasury.ts";
import { isTransient } from "../supervisor/transient_errors.ts";
import { callTelegram } from "../telegram/effects/call_telegram.ts";
import type { SendLimiter } from "../telegram/send_limiter.ts";
import { createStarBooks, type ReadStarsFrom, STAR_PAGE } from "../telegram/star_books.ts";
import type { TelegramApi } from "../telegram/telegram_api.ts";
import { newFinding } from "./findings.ts";
import { NANOS, starsOf } from "./star_book_row.ts";

type ReadStarBooks = TreasuryEffectSources["readStarBooks"];

export interface TreasuryEffectsOptions {
  readonly database: Database;
  readonly api: TelegramApi;
  readonly limiter: SendLimiter;
}

/** Known rows that are read again with each page. */
const OVERLAP = 20;

/** Creates the effect. */
export function createReadStarBooks(
  { database, api, limiter }: TreasuryEffectsOptions,
): EffectDefinition<ReadStarBooks["input"]> {
  return {
    async run(_input, { signal, nowMs }): Promise<ReadStarBooks["output"]> {
      const call = <T>(method: string, work: () => Promise<T>): Promise<T> =>
        callTelegram({ limiter, method, signal, maxAttempts: 5 }, work);
      const readFrom = createStarBooks((offset, limit) =>
        call(
          "getStarTransactions",
          async () =>
            (await api.getStarTransactions({ offset, limit }, signal as never)).transactions,
        )
      );
      const readBalance = () =>
        call("getMyStarBalance", async () => {
          const { amount, nanostar_amount = 0 } = await api.getMyStarBalance(signal as never);
          return BigInt(amount) * NANOS + BigInt(nanostar_amount);
        });
      return await readOn({ database, readFrom, readBalance, atMs: nowMs() }).catch(retryWhenAway);
    },
    timeoutMs: 120_000,
  };
}

/** What a step of the reading stands on. */
export interface ReadingOptions {
  readonly database: Database;
  readonly readFrom: ReadStarsFrom;
  readonly readBalance: () => Promise<bigint>;
  readonly atMs: number;
}

/** Reads one page; see the module. @returns Whether the books and the balance are read. */
export async function readOn(
  { database, readFrom, readBalance, atMs }: ReadingOptions,
): Promise<ReadStarBooks["output"]> {
  const reading = await readReading(database);
  const known = await readRowsBefore(database, reading, OVERLAP);
  const from = reading.nextPosition - known.length;
  let page = await readFrom(from);
  // A row that came between two calls can shift the page; then the second look is right.
  if (!beginsWith(page, known)) page = await readFrom(from);
  if (!beginsWith(page, known)) {
    await database.transaction(async (tx) => {
      if (!await restartReading(tx, reading)) return;
      const detail = { ours: String(reading.nextPosition), atMs };
      await keepFindings(tx, [
        newFinding(`past/${reading.run}`, { kind: "pastChanged", detail, atMs }),
      ]);
    });
    return { isEnd: false };
  }
  const rows = page.slice(known.length)
    .map((row, index) => rowOf(row, reading.nextPosition + index));
  const stored = await database.transaction(async (tx) => {
    const changed = await storePage(tx, reading, rows);
    if (changed === undefined) return false;
    await keepFindings(tx, changed.map((row) => rowFinding("changedRow", row, atMs)));
    return true;
  });
  if (!stored || page.length === STAR_PAGE) return { isEnd: false };
  const end = await readReading(database);
  const balanceNanos = await readBalance();
  // What came before the balance was asked for belongs to it.
  if ((await readFrom(end.nextPosition)).length > 0) return { isEnd: false };
  return await database.transaction(async (tx) => {
    const vanished = await finishReading(tx, end, { balanceNanos, atMs });
    if (vanished === undefined) return { isEnd: false };
    await keepFindings(tx, [
      ...vanished.map((row) => rowFinding("vanishedRow", row, atMs)),
      ...balanceFinding(end, balanceNanos, atMs),
    ]);
    return { isEnd: true };
  });
}

function balanceFinding({ nanos }: StarBooksReading, balanceNanos: bigint, atMs: number) {
  const difference = balanceNanos - nanos;
  if (difference === 0n) return [];
  const detail = { ours: starsOf(nanos), theirs: starsOf(balanceNanos) };
  return [newFinding(`balance/${difference}`, { kind: "balanceDiffers", detail, atMs })];
}

function rowFinding(kind: FindingKind, row: StarBookRow, atMs: number) {
  const { transactionId, direction, partner } = row;
  const detail = { transactionId, direction, partner, stars: starsOf(row.nanos), atMs: row.atMs };
  // Other than a row that is nothing of ours: acknowledged, it is no less known.
  const key = `${kind}/${direction}/${transactionId}/${row.nanos}`;
  return newFinding(key, { kind, detail, atMs });
}

function beginsWith(page: readonly StarTransaction[], known: readonly KnownRow[]): boolean {
  return known.every(({ transactionId, direction, nanos }, index) => {
    const row = page[index];
    return row !== undefined && row.id === transactionId && directionOf(row) === direction &&
      nanosOf(row) === nanos;
  });
}

/** What Telegram says of a person beside his id: no record of money, and not ours to keep. */
const NAMES: ReadonlySet<string> = new Set([
  "first_name",
  "last_name",
  "username",
  "language_code",
]);

function rowOf(row: StarTransaction, position: number): StarBookRow {
  const partner = row.source ?? row.receiver;
  return {
    transactionId: row.id,
    direction: directionOf(row),
    position,
    nanos: nanosOf(row),
    atMs: row.date * 1000,
    partner: partner === undefined
      ? "none"
      : partner.type === "user"
      ? `user/${partner.transaction_type}`
      : partner.type,
    raw: JSON.stringify(row, (key, value) => NAMES.has(key) ? undefined : value),
  };
}

/** Source: Bot API 10.3, StarTransaction: `source` only for incoming, `receiver` only for outgoing. */
function directionOf(row: StarTransaction): "in" | "out" {
  return row.receiver === undefined ? "in" : "out";
}

function nanosOf({ amount, nanostar_amount = 0 }: StarTransaction): bigint {
  return BigInt(amount) * NANOS + BigInt(nanostar_amount);
}

/** While the database is away nothing was stored. */
function retryWhenAway(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new RetryableError("Cannot store Telegram's books: the database is away", {
    cause: error,
    isOutcomeUnknown: false,
  });
}
