/**
 * What accounts hold now, and what they held at a time. Never locks, never waits behind a posting.
 */
import type { Connection } from "./connection.ts";

/** One account in one currency; amounts in minor units. */
export interface Balance {
  readonly account: string;
  readonly currency: string;
  /** Credits less debits; negative only at providers and in the treasury's expenses. */
  readonly balanceMinor: bigint;
  /** The part of it that open holds reserve. */
  readonly heldMinor: bigint;
  /** `balanceMinor − heldMinor`: what may be spent. */
  readonly availableMinor: bigint;
  /** How many entries the account has. */
  readonly version: bigint;
}

/**
 * The balances of the named accounts in every currency they have, by name and currency. An account
 * that was never used is not among them.
 */
export async function readBalances(
  connection: Connection,
  names: readonly string[],
): Promise<Balance[]> {
  const { rows } = await connection.query<Balance>(
    `select a.name as account, a.currency, a.balance_minor as "balanceMinor",
       a.held_minor as "heldMinor", a.balance_minor - a.held_minor as "availableMinor", a.version
     from ledger_accounts a
     where a.name = any ($1::text[])
     order by a.name, a.currency`,
    [names],
  );
  return rows;
}

/** Which account, at which time, by which of the two times a transfer has. */
export interface BalanceAt {
  readonly account: string;
  readonly currency: string;
  /** Epoch milliseconds; what happened at that very millisecond counts. */
  readonly atMs: number;
  /**
   * `event`: what had happened outside by then, whenever it was written. `recorded`: what the books
   * said then.
   * @default {"event"}
   */
  readonly by?: "event" | "recorded";
}

/**
 * The balance at a time, holds not deducted: the sum of the entries up to it. Reads all entries of
 * the account, so it is for reports and reconciliation.
 * @returns Minor units; 0 for an account that was never used.
 */
export async function balanceAt(connection: Connection, query: BalanceAt): Promise<bigint> {
  const { rows } = await connection.query<{ minor: bigint }>(
    `select coalesce(sum(e.current_minor - e.previous_minor), 0)::bigint as minor
     from ledger_accounts a
     join ledger_entries e on e.account_id = a.id
     join ledger_transfers t on t.id = e.transfer_id
     where a.name = $1 and a.currency = $2
       and case when $4 then t.event_at else t.created_at end
         < to_timestamp($3::float8 / 1000) + interval '1 millisecond'`,
    [query.account, query.currency, query.atMs, (query.by ?? "event") === "event"],
  );
  return rows[0]?.minor ?? 0n;
}
