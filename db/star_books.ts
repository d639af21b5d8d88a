/**
 * Telegram's books of Stars as they were read: a row for each of its transactions, numbered from the
 * oldest, and how far they were read. A page and the mark move in one transaction, so that a reader
 * that dies goes on where it was; one that is late finds the mark moved and writes nothing.
 */
import type { Connection } from "./connection.ts";

/** One row of Telegram's books. */
export interface StarBookRow {
  readonly transactionId: string;
  readonly direction: "in" | "out";
  readonly position: number;
  /** Billionths of a Star. */
  readonly nanos: bigint;
  readonly atMs: number;
  /** `user/invoice_payment`, `fragment`, … */
  readonly partner: string;
  /** As Telegram gave it, JSON text. */
  readonly raw: string;
}

/** How far the books were read. */
export interface StarBooksReading {
  readonly run: number;
  readonly nextPosition: number;
  /** Incoming less outgoing of what was read, billionths. */
  readonly nanos: bigint;
  /** Read from the beginning again, because the past had changed. */
  readonly isAgain: boolean;
  readonly balanceNanos: bigint | null;
  readonly readAtMs: number;
}

/** Where the reading is; the first time, at the beginning. */
export async function readReading(connection: Connection): Promise<StarBooksReading> {
  const { rows } = await connection.query<{
    run: bigint;
    next_position: bigint;
    nanos: bigint;
    is_again: boolean;
    balance_nanos: bigint | null;
    read_at_ms: bigint;
  }>(
    `select r.run, r.next_position, r.nanos, r.is_again, r.balance_nanos, r.read_at_ms
     from star_books_reading r where r.is_one`,
  );
  const [row] = rows;
  if (row === undefined) {
    await connection.query(
      `insert into star_books_reading (run, next_position, nanos, is_again, read_at_ms)
       values (1, 0, 0, false, 0) on conflict (is_one) do nothing`,
    );
    return await readReading(connection);
  }
  return {
    run: Number(row.run),
    nextPosition: Number(row.next_position),
    nanos: row.nanos,
    isAgain: row.is_again,
    balanceNanos: row.balance_nanos,
    readAtMs: Number(row.read_at_ms),
  };
}

/** What the last rows before the mark were: id, direction and amount, oldest first. */
export type KnownRow = Pick<StarBookRow, "transactionId" | "direction" | "nanos">;

/** The last rows that this reading has seen before its mark. */
export async function readRowsBefore(
  connection: Connection,
  { run, nextPosition }: StarBooksReading,
  limit: number,
): Promise<KnownRow[]> {
  const { rows } = await connection.query<
    { transaction_id: string; direction: "in" | "out"; nanos: bigint }
  >(
    `select b.transaction_id, b.direction, b.nanos from star_books b
     where b.position >= $1 and b.position < $2 and b.run = $3
     order by b.position`,
    [nextPosition - limit, nextPosition, run],
  );
  return rows.map((row) => ({
    transactionId: row.transaction_id,
    direction: row.direction,
    nanos: row.nanos,
  }));
}

/**
 * Adds a page behind the mark and moves the mark. Rows that are known keep what they are to us.
 * @returns Rows whose amount is not what it was, or undefined when somebody else moved the mark.
 */
export async function storePage(
  tx: Connection,
  reading: StarBooksReading,
  rows: readonly StarBookRow[],
): Promise<StarBookRow[] | undefined> {
  const sum = rows.reduce(
    (total, { direction, nanos }) => total + (direction === "in" ? nanos : -nanos),
    0n,
  );
  const { rowCount } = await tx.query(
    `update star_books_reading r set next_position = r.next_position + $3, nanos = r.nanos + $4
     where r.is_one and r.run = $1 and r.next_position = $2`,
    [reading.run, reading.nextPosition, rows.length, sum],
  );
  if (rowCount === 0) return undefined;
  const unique = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
  const columns = [
    unique.map((row) => row.transactionId),
    unique.map((row) => row.direction),
    unique.map((row) => row.nanos),
  ];
  const { rows: changed } = await tx.query<{ transaction_id: string; direction: string }>(
    `select b.transaction_id, b.direction
     from unnest($1::text[], $2::text[], $3::bigint[]) as u (transaction_id, direction, nanos)
     join star_books b on b.transaction_id = any(array[u.transaction_id])
       and b.direction = u.direction and b.nanos <> u.nanos`,
    columns,
  );
  await tx.query(
    `insert into star_books (transaction_id, direction, nanos, position, at_ms, partner, raw, run)
     select u.*, $8 from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[],
       $6::text[], $7::text[]) as u
     on conflict (transaction_id, direction) do update set nanos = excluded.nanos,
       position = excluded.position, raw = excluded.raw, run = excluded.run`,
    [
      ...columns,
      unique.map((row) => row.position),
      unique.map((row) => row.atMs),
      unique.map((row) => row.partner),
      unique.map((row) => row.raw),
      reading.run,
    ],
  );
  const keys = new Set(changed.map((row) => `${row.direction}/${row.transaction_id}`));
  return unique.filter((row) => keys.has(keyOf(row)));
}

/** Goes back to the beginning. @returns False when somebody else has moved the mark. */
export async function restartReading(
  tx: Connection,
  { run, nextPosition }: StarBooksReading,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update star_books_reading r set run = r.run + 1, next_position = 0, nanos = 0, is_again = true
     where r.is_one and r.run = $1 and r.next_position = $2`,
    [run, nextPosition],
  );
  return rowCount === 1;
}

/**
 * Ends a reading with the balance that Telegram names.
 * @returns Rows that a reading from the beginning has not met again, at most 100; undefined when
 *   somebody else has moved the mark.
 */
export async function finishReading(
  tx: Connection,
  reading: StarBooksReading,
  { balanceNanos, atMs }: { balanceNanos: bigint; atMs: number },
): Promise<StarBookRow[] | undefined> {
  const { rowCount } = await tx.query(
    `update star_books_reading r set balance_nanos = $3, read_at_ms = $4, is_again = false
     where r.is_one and r.run = $1 and r.next_position = $2`,
    [reading.run, reading.nextPosition, balanceNanos, atMs],
  );
  if (rowCount === 0) return undefined;
  return reading.isAgain ? await readVanished(tx, reading.run) : [];
}

async function readVanished(tx: Connection, run: number): Promise<StarBookRow[]> {
  const { rows } = await tx.query<RawRow>(
    `select ${COLUMNS} from star_books b where b.run < $1 order by b.position limit 100`,
    [run],
  );
  return rows.map(rowOf);
}

/** Rows that are nothing of ours, or not yet, in the order of the books. */
export async function pageUnknownRows(
  connection: Connection,
  { afterPosition, limit }: { afterPosition: number; limit: number },
): Promise<StarBookRow[]> {
  const { rows } = await connection.query<RawRow>(
    `select ${COLUMNS} from star_books b
     where b.ours is null and b.position > $1
       and b.run = (select r.run from star_books_reading r where r.is_one)
     order by b.position limit $2`,
    [afterPosition, limit],
  );
  return rows.map(rowOf);
}

/** Says what of ours rows are. */
export async function markOurs(
  tx: Connection,
  marks: readonly { transactionId: string; direction: string; ours: string }[],
): Promise<void> {
  await tx.query(
    `update star_books b set ours = u.ours
     from unnest($1::text[], $2::text[], $3::text[]) as u (transaction_id, direction, ours)
     where b.transaction_id = any(array[u.transaction_id]) and b.direction = u.direction`,
    [
      marks.map((mark) => mark.transactionId),
      marks.map((mark) => mark.direction),
      marks.map((mark) => mark.ours),
    ],
  );
}

interface RawRow {
  transaction_id: string;
  direction: "in" | "out";
  position: bigint;
  nanos: bigint;
  at_ms: bigint;
  partner: string;
  raw: string;
}

const COLUMNS = "b.transaction_id, b.direction, b.position, b.nanos, b.at_ms, b.partner, b.raw";

function rowOf(row: RawRow): StarBookRow {
  return {
    transactionId: row.transaction_id,
    direction: row.direction,
    position: Number(row.position),
    nanos: row.nanos,
    atMs: Number(row.at_ms),
    partner: row.partner,
    raw: row.raw,
  };
}

function keyOf({ direction, transactionId }: StarBookRow): string {
  return `${direction}/${transactionId}`;
}
