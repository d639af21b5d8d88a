/** What our ledger says of money at the bank, to be compared with the bank's own books. */
import type { Connection } from "./connection.ts";

/** One movement on an account at the bank. */
export interface BankMove {
  readonly key: string;
  /** The bank's id of it; null where none was given. */
  readonly externalId: string | null;
  readonly minor: bigint;
  readonly atMs: number;
}

/** More movements of one account are not looked at: the newest are. */
const MAX_MOVES = 20_000;

/** Movements of an account since a time, by the time at which they were written; newest first. */
export async function listBankMoves(
  connection: Connection,
  { account, sinceMs }: { account: string; sinceMs: number },
): Promise<BankMove[]> {
  const { rows } = await connection.query<
    { key: string; external_id: string | null; minor: bigint; at_ms: bigint }
  >(
    `select t.key, t.external_id, t.minor,
       (extract(epoch from t.created_at) * 1000)::bigint as at_ms
     from (
       select e.transfer_id from ledger_entries e
       join ledger_accounts a on a.id = e.account_id
       where a.name = $1 order by e.transfer_id desc limit ${MAX_MOVES}
     ) newest
     join ledger_transfers t on t.id = newest.transfer_id
     where t.created_at >= to_timestamp($2::double precision / 1000)
     order by t.id desc`,
    [account, sinceMs],
  );
  return rows.map((row) => ({
    key: row.key,
    externalId: row.external_id,
    minor: row.minor,
    atMs: Number(row.at_ms),
  }));
}

/** What was booked under these keys; what is not there was not. */
export async function readBooked(
  connection: Connection,
  keys: readonly string[],
): Promise<Map<string, Pick<BankMove, "externalId" | "minor">>> {
  const { rows } = await connection.query<
    { key: string; external_id: string | null; minor: bigint }
  >(
    "select t.key, t.external_id, t.minor from ledger_transfers t where t.key = any($1::text[])",
    [keys],
  );
  return new Map(
    rows.map(({ key, external_id: externalId, minor }) => [key, { externalId, minor }]),
  );
}
