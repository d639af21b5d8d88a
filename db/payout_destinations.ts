/** Where withdrawals by bank go: numbers that tell who somebody is, here alone and as long as needed. */
import type { Connection } from "./connection.ts";

export interface DestinationRow {
  withdrawalId: string;
  playerId: string;
  /** JSON text. */
  destination: string;
}

/** Writes them down; what is there already stays. */
export async function insertDestinations(
  tx: Connection,
  rows: readonly DestinationRow[],
): Promise<void> {
  await tx.query(
    `insert into payout_destinations (withdrawal_id, player_id, destination)
     select * from unnest($1::text[], $2::text[], $3::text[])
     on conflict do nothing`,
    [
      rows.map((row) => row.withdrawalId),
      rows.map((row) => row.playerId),
      rows.map((row) => row.destination),
    ],
  );
}

/** JSON texts by withdrawal, of those that are there. */
export async function readDestinations(
  connection: Connection,
  withdrawalIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await connection.query<{ id: string; destination: string }>(
    `select p.withdrawal_id as id, p.destination from payout_destinations p
     where p.withdrawal_id = any($1::text[])`,
    [withdrawalIds],
  );
  return new Map(rows.map(({ id, destination }) => [id, destination]));
}

/** They are not needed any more. */
export async function dropDestinations(tx: Connection, ids: readonly string[]): Promise<void> {
  await tx.query("delete from payout_destinations p where p.withdrawal_id = any($1::text[])", [
    ids,
  ]);
}

/** Writes at withdrawals which receiver they have. */
export async function markDestinations(
  tx: Connection,
  rows: readonly { withdrawalId: string; hash: string }[],
): Promise<void> {
  await tx.query(
    `update withdrawals w set destination_hash = u.hash
     from unnest($1::text[], $2::text[]) as u (id, hash) where w.withdrawal_id = u.id`,
    [rows.map((row) => row.withdrawalId), rows.map((row) => row.hash)],
  );
}
