/**
 * Reads Telegram's books on from where they were left, and compares the balance with them. Rows may come
 * at any moment, and Telegram has no question that asks for rows and balance at once: see `docs/money.md`.
 */
import type { StarTransaction } from "grammy/types";
import type { Database } from "../../db/connection.ts";
import { isFindingShown, keepFindings } from "../../db/findings.ts";
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
import type {
  FindingKind,
  ReadUntil,
  TreasuryEffectSources,
} from "../../machines/domain/treasury.ts";
import type { StarBooks } from "../telegram/star_books.ts";
import { keepDifference, newFinding } from "./findings.ts";
import { nanosOf, starsOf } from "./star_book_row.ts";

type ReadStarBooks = TreasuryEffectSources["readStarBooks"];

/** Known rows that are read again with each page. */
const OVERLAP = 20;
/** Looks at the balance, as long as rows come meanwhile and it is the sum of none of them. */
const BALANCE_LOOKS = 5;

/** What a reader stands on. */
export interface ReaderOptions {
  readonly database: Database;
  readonly books: StarBooks;
  /** Billionths. */
  readonly readBalance: () => Promise<bigint>;
  readonly atMs: number;
}

/**
 * By how much the balance differs from the rows, billionths. `unclear`: it is the sum at none of the rows
 * among which it was asked for. `unknown`: they came too fast to have them all.
 */
type Difference = bigint | "unclear" | "unknown";

/** Goes on with the reading from its mark. */
export class StarBooksReader {
  readonly #options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /**
   * Reads one page, and behind the last one the balance; see the module.
   * @param until As the page before gave it; null with the first one.
   */
  async readOn(until: ReadUntil | null): Promise<ReadStarBooks["output"]> {
    const { database, books, atMs } = this.#options;
    const reading = await readReading(database);
    // The time before the rows are counted: what had come by then is among them.
    const goal = until ?? { position: await books.count(reading.nextPosition), atMs };
    const rows = await this.#readNew(reading);
    if (rows === undefined) {
      await this.#restart(reading);
      return { isEnd: false, until: goal };
    }
    const isStored = rows.length === 0 || await this.#store(reading, rows);
    const isThere = rows.length === 0 || reading.nextPosition + rows.length >= goal.position;
    const isEnd = isStored && isThere && await this.#end(goal);
    return { isEnd, until: goal };
  }

  /** The rows behind the mark; undefined when those before it are not what they were. */
  async #readNew(reading: StarBooksReading): Promise<StarBookRow[] | undefined> {
    const { database, books } = this.#options;
    const known = await readRowsBefore(database, reading, OVERLAP);
    const from = reading.nextPosition - known.length;
    const beginsRight = (page: readonly StarTransaction[]): boolean => beginsWith(page, known);
    let page = await books.readFrom(from, beginsRight);
    // A row that came between two calls can shift the page; then the second look is right.
    if (!beginsRight(page)) page = await books.readFrom(from, beginsRight);
    if (!beginsRight(page)) return undefined;
    return page.slice(known.length).map((row, index) => rowOf(row, reading.nextPosition + index));
  }

  async #restart(reading: StarBooksReading): Promise<void> {
    const { database, atMs } = this.#options;
    await database.transaction(async (tx) => {
      if (!await restartReading(tx, reading)) return;
      const detail = { ours: String(reading.nextPosition), atMs };
      await keepFindings(tx, [
        newFinding(`past/${reading.run}`, { kind: "pastChanged", detail, atMs }),
      ]);
    });
  }

  /** @returns False when another reader was faster. */
  async #store(reading: StarBooksReading, rows: readonly StarBookRow[]): Promise<boolean> {
    const { database, atMs } = this.#options;
    return await database.transaction(async (tx) => {
      const changed = await storePage(tx, reading, rows);
      if (changed === undefined) return false;
      await keepFindings(
        tx,
        // Each change is one: also back, and again.
        changed.map((row) => rowFinding("changedRow", row, { atMs, suffix: `/${reading.run}` })),
      );
      return true;
    });
  }

  /**
   * Asks for the balance. Telegram does not say at which row it is the balance, so it is compared with
   * the sum at each row that came around the question. @returns False when the reading is not at its end.
   */
  async #end(goal: ReadUntil): Promise<boolean> {
    const { database, books, readBalance } = this.#options;
    for (let look = 1;; look++) {
      const end = await readReading(database);
      const balanceNanos = await readBalance();
      // Counted afterwards: every row that is in the balance is among them.
      const count = await books.count(end.nextPosition);
      const newer = count <= end.nextPosition ? [] : await this.#readNew(end);
      if (newer === undefined) return false;
      const difference = differenceOf(end, { balanceNanos, newer, count });
      if (typeof difference === "bigint" || look === BALANCE_LOOKS) {
        return await this.#finish(end, { balanceNanos, difference, readAtMs: goal.atMs });
      }
      if (!await this.#store(end, newer)) return false;
    }
  }

  async #finish(
    end: StarBooksReading,
    { balanceNanos, difference, readAtMs }: {
      balanceNanos: bigint;
      difference: Difference;
      readAtMs: number;
    },
  ): Promise<boolean> {
    const { database, atMs } = this.#options;
    return await database.transaction(async (tx) => {
      const vanished = await finishReading(tx, end, { balanceNanos, atMs: readAtMs });
      if (vanished === undefined) return false;
      await keepFindings(tx, vanished.map((row) => rowFinding("vanishedRow", row, { atMs })));
      const kind = "balanceDiffers";
      const detail = { ours: starsOf(end.nanos), theirs: starsOf(balanceNanos) };
      const finding = newFinding(`balance/${difference}`, { kind, detail, atMs });
      if (typeof difference === "bigint") {
        await keepDifference(tx, kind, difference === 0n ? undefined : finding);
      } else if (difference === "unclear" && !await isFindingShown(tx, kind)) {
        await keepFindings(tx, [finding]);
      }
      return true;
    });
  }
}

/** @param newer Rows behind the mark, of `count` in all; the balance can be that of any of them. */
function differenceOf(
  { nanos, nextPosition }: StarBooksReading,
  { balanceNanos, newer, count }: {
    balanceNanos: bigint;
    newer: readonly StarBookRow[];
    count: number;
  },
): Difference {
  let sum = nanos;
  for (const row of newer) {
    if (sum === balanceNanos) return 0n;
    sum += row.direction === "in" ? row.nanos : -row.nanos;
  }
  if (sum === balanceNanos) return 0n;
  if (count <= nextPosition) return balanceNanos - nanos;
  return nextPosition + newer.length < count ? "unknown" : "unclear";
}

function rowFinding(
  kind: FindingKind,
  row: StarBookRow,
  { atMs, suffix = "" }: { atMs: number; suffix?: string },
) {
  const { transactionId, direction, partner } = row;
  const detail = { transactionId, direction, partner, stars: starsOf(row.nanos), atMs: row.atMs };
  // Other than a row that is nothing of ours: acknowledged, it is no less known.
  const key = `${kind}/${direction}/${transactionId}/${row.nanos}${suffix}`;
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
