/** What the treasury reads and writes besides charges: the owner's moves, and what is held and owed. */
import type { Connection } from "./connection.ts";

export type OwnerMoveKind = "topUp" | "withdrawal";

/**
 * Notes what the owner says he has moved. The same word is not noted twice as long as it waits: said once
 * more by mistake, it would bear out a row of which nobody has said anything.
 */
export async function recordOwnerMove(
  tx: Connection,
  move: { key: string; kind: OwnerMoveKind; stars: string; saidBy: string; atMs: number },
): Promise<void> {
  await tx.query(
    `insert into owner_moves (key, kind, stars, said_by, said_at_ms)
     select $1, $2, $3::bigint, $4, $5::bigint
     where not exists (select from owner_moves m
       where m.kind = $2 and m.stars = $3::bigint and m.transaction_id is null)
     on conflict (key) do nothing`,
    [move.key, move.kind, move.stars, move.saidBy, move.atMs],
  );
}

/** When a move of so many Stars was noted last. */
export async function readOwnerMoveTime(
  connection: Connection,
  { kind, stars }: { kind: OwnerMoveKind; stars: string },
): Promise<number | undefined> {
  const { rows } = await connection.query<{ said_at_ms: bigint }>(
    `select m.said_at_ms from owner_moves m where m.kind = $1 and m.stars = $2::bigint
     order by m.id desc limit 1`,
    [kind, stars],
  );
  return rows[0] === undefined ? undefined : Number(rows[0].said_at_ms);
}

/** The oldest open word of the owner for that amount. */
export async function findOwnerMove(
  tx: Connection,
  { kind, stars }: { kind: OwnerMoveKind; stars: bigint },
): Promise<bigint | undefined> {
  const { rows } = await tx.query<{ id: bigint }>(
    `select m.id from owner_moves m
     where m.kind = $1 and m.stars = $2 and m.transaction_id is null
     order by m.id limit 1 for update`,
    [kind, stars],
  );
  return rows[0]?.id;
}

/** Ties the owner's word to the row of Telegram's books that bears it out. */
export async function settleOwnerMove(
  tx: Connection,
  { id, transactionId }: { id: bigint; transactionId: string },
): Promise<void> {
  await tx.query("update owner_moves m set transaction_id = $2 where m.id = $1", [
    id,
    transactionId,
  ]);
}

/** The few accounts that decide about the reserve. Stars; `held` lies in open holds. */
export interface TreasuryAccounts {
  /** What Telegram holds for us, 21 days old or not. */
  readonly available: bigint;
  readonly settling: bigint;
  readonly capital: bigint;
  readonly commission: bigint;
  /** What was lost, more than nothing. */
  readonly expense: bigint;
  /** Of the treasury's own, held for something. */
  readonly held: bigint;
}

/** Reads no account of players, raffles or payments: their number does not matter. */
export async function readTreasuryAccounts(connection: Connection): Promise<TreasuryAccounts> {
  const { rows } = await connection.query<{ name: string; balance: bigint; held: bigint }>(
    `select a.name, a.balance_minor as balance, a.held_minor as held from ledger_accounts a
     where a.currency = 'XTR' and (a.name >= 'provider/' and a.name < 'provider0'
       or a.name >= 'treasury/' and a.name < 'treasury0')`,
  );
  const sum = (isCounted: (name: string) => boolean): bigint =>
    rows.filter(({ name }) => isCounted(name)).reduce((total, { balance }) => total + balance, 0n);
  return {
    available: -sum((name) => name === "provider/telegram/available"),
    settling: -sum((name) => name === "provider/telegram/settling"),
    capital: sum((name) => name === "treasury/capital"),
    commission: sum((name) => name === "treasury/fees"),
    expense: -sum((name) => name.startsWith("treasury/expense/")),
    held: rows.reduce((total, { held }) => total + held, 0n),
  };
}

/** Until the commit nobody else promises or takes any of the capital. */
export async function lockCapital(tx: Connection): Promise<void> {
  // As the ledger locks; a statement of its own, so that what follows sees what was waited for.
  await tx.query(
    `select from ledger_accounts a where a.name = 'treasury/capital' and a.currency = 'XTR'
     for no key update`,
  );
}

/** What we owe, by kind, Stars. */
export interface OwedStars {
  /** Balances of players, what they hold for a withdrawal included. */
  readonly users: bigint;
  readonly held: bigint;
  readonly pots: bigint;
  /** Prizes on their way to a balance. */
  readonly prizes: bigint;
}

/** Reads the accounts of all players and raffles, so it is for reports. */
export async function readOwed(connection: Connection): Promise<OwedStars> {
  const { rows } = await connection.query<
    { users: bigint; held: bigint; pots: bigint; prizes: bigint }
  >(
    `select
       (select coalesce(sum(a.balance_minor), 0) from ledger_accounts a
         where a.name >= 'user/' and a.name < 'user0' and a.currency = 'XTR')::bigint as users,
       (select coalesce(sum(a.held_minor), 0) from ledger_accounts a
         where a.name >= 'user/' and a.name < 'user0' and a.currency = 'XTR')::bigint as held,
       (select coalesce(sum(a.balance_minor), 0) from ledger_accounts a
         where a.name >= 'raffle/' and a.name < 'raffle0' and a.currency = 'XTR')::bigint as pots,
       (select coalesce(sum(a.balance_minor), 0) from ledger_accounts a
         where a.name >= 'payout/' and a.name < 'payout0' and a.currency = 'XTR')::bigint as prizes`,
  );
  return rows[0] ?? { users: 0n, held: 0n, pots: 0n, prizes: 0n };
}

/** A charge as the judge of Telegram's books needs it. */
export interface JudgedCharge {
  readonly chargeId: string;
  readonly minor: bigint;
  readonly isGone: boolean;
}

export async function readCharges(
  connection: Connection,
  chargeIds: readonly string[],
): Promise<Map<string, JudgedCharge>> {
  const { rows } = await connection.query<{ charge_id: string; minor: bigint; lies: string }>(
    `select c.charge_id, c.minor, c.lies from charges c where c.charge_id = any($1::text[])`,
    [chargeIds],
  );
  return new Map(rows.map(({ charge_id, minor, lies }) => [
    charge_id,
    { chargeId: charge_id, minor, isGone: lies === "gone" },
  ]));
}

/** Those of the ids that are payments of ours. */
export async function knownPayments(
  connection: Connection,
  paymentIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await connection.query<{ payment_id: string }>(
    `select p.payment_id from payments p where p.payment_id = any($1::text[])`,
    [paymentIds],
  );
  return new Set(rows.map((row) => row.payment_id));
}

/** Marks receipts or returns of charges as met in Telegram's books. */
export async function markSeen(
  tx: Connection,
  { receipts, returns }: { receipts: readonly string[]; returns: readonly string[] },
): Promise<void> {
  await tx.query(
    `update charges c set is_receipt_seen = c.is_receipt_seen or c.charge_id = any($1::text[]),
       is_return_seen = c.is_return_seen or c.charge_id = any($2::text[])
     where c.charge_id = any($1::text[] || $2::text[])`,
    [receipts, returns],
  );
}

/** A charge that Telegram's books do not show as ours do. */
export interface UnseenCharge {
  readonly chargeId: string;
  readonly minor: bigint;
  readonly atMs: number;
  readonly what: "receipt" | "return";
}

/** Charges whose receipt or return of before that time was not met, at most 100 of each. */
export async function listUnseenCharges(
  connection: Connection,
  beforeMs: number,
): Promise<UnseenCharge[]> {
  const { rows } = await connection.query<
    { charge_id: string; minor: bigint; at_ms: bigint; what: "receipt" | "return" }
  >(
    `(select c.charge_id, c.minor, c.received_at_ms as at_ms, 'receipt' as what from charges c
      where not c.is_receipt_seen and c.currency = 'XTR' and c.received_at_ms < $1
        and not exists (select from reconciliation_findings f
          where f.key = 'missing/receipt/' || c.charge_id)
      order by c.received_at_ms limit 100)
     union all
     (select c.charge_id, c.minor, c.gone_at_ms, 'return' from charges c
      where c.lies = 'gone' and not c.is_return_seen and c.currency = 'XTR' and c.gone_at_ms < $1
        and not exists (select from reconciliation_findings f
          where f.key = 'missing/return/' || c.charge_id)
      order by c.gone_at_ms limit 100)`,
    [beforeMs],
  );
  return rows.map((row) => ({
    chargeId: row.charge_id,
    minor: row.minor,
    atMs: Number(row.at_ms),
    what: row.what,
  }));
}
