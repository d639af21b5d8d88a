/**
 * Prizes that leave, and the charges that go back as prizes. One open withdrawal a player, one
 * withdrawal a charge and one a transaction: constraints and row locks hold that, whatever races.
 */
import type { Connection } from "./connection.ts";

export interface WithdrawalRow {
  withdrawalId: string;
  playerId: string;
  /** JSON text. */
  choice: string;
  minor: string;
  currency: string;
  askedAtMs: number;
}

/**
 * Writes down withdrawals as their players' only open ones.
 * @returns Those written; the players of the others have one that is not finished.
 */
export async function openWithdrawals(
  tx: Connection,
  rows: readonly WithdrawalRow[],
): Promise<Set<string>> {
  const inserted = await tx.query<{ withdrawal_id: string }>(
    `insert into withdrawals
       (withdrawal_id, player_id, choice, minor, currency, status, is_open, asked_at_ms)
     select u.id, u.player, u.choice, u.minor, u.currency, 'open', true, u.at_ms
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
       as u (id, player, choice, minor, currency, at_ms)
     on conflict do nothing
     returning withdrawal_id`,
    [
      rows.map((row) => row.withdrawalId),
      rows.map((row) => row.playerId),
      rows.map((row) => row.choice),
      rows.map((row) => row.minor),
      rows.map((row) => row.currency),
      rows.map((row) => row.askedAtMs),
    ],
  );
  return new Set(inserted.rows.map((row) => row.withdrawal_id));
}

/**
 * What the players of withdrawals have taken out since a time, these withdrawals included. Asked within
 * the transaction that opens them, nobody can take out more until they are finished.
 * @param sinceMs Epoch milliseconds; what left at that very time is not counted.
 * @returns Minor units by withdrawal, in its currency.
 */
export async function sumTakenSince(
  tx: Connection,
  withdrawals: readonly { withdrawalId: string; sinceMs: number }[],
): Promise<Map<string, bigint>> {
  const { rows } = await tx.query<{ withdrawal_id: string; minor: bigint }>(
    `select w.withdrawal_id, w.minor + coalesce((
       select sum(d.minor) from withdrawals d
       where d.player_id = w.player_id and d.currency = w.currency
         and d.status = 'done' and d.closed_at_ms > u.since_ms
     ), 0)::bigint as minor
     from unnest($1::text[], $2::bigint[]) as u (id, since_ms)
     join withdrawals w on w.withdrawal_id = u.id`,
    [
      withdrawals.map(({ withdrawalId }) => withdrawalId),
      withdrawals.map(({ sinceMs }) => sinceMs),
    ],
  );
  return new Map(rows.map((row) => [row.withdrawal_id, row.minor]));
}

/** Forgets those for which there was no money. */
export async function dropWithdrawals(tx: Connection, ids: readonly string[]): Promise<void> {
  await tx.query("delete from withdrawals w where w.withdrawal_id = any($1::text[])", [ids]);
}

export interface WithdrawalMark {
  withdrawalId: string;
  status: string;
  /** Null: as it was. */
  attemptedAtMs: number | null;
}

export async function markWithdrawals(
  tx: Connection,
  marks: readonly WithdrawalMark[],
): Promise<void> {
  // Of several marks of one withdrawal the last counts.
  const last = [...new Map(marks.map((mark) => [mark.withdrawalId, mark])).values()];
  await tx.query(
    `update withdrawals w set status = u.status,
       attempted_at_ms = coalesce(u.attempted_at_ms, w.attempted_at_ms)
     from unnest($1::text[], $2::text[], $3::bigint[]) as u (id, status, attempted_at_ms)
     where w.withdrawal_id = u.id and w.is_open`,
    [
      last.map((mark) => mark.withdrawalId),
      last.map((mark) => mark.status),
      last.map((mark) => mark.attemptedAtMs),
    ],
  );
}

/** @throws When one is not open: the step that asked is undone. */
export async function closeWithdrawals(
  tx: Connection,
  closings: readonly { withdrawalId: string; status: string; atMs: number }[],
): Promise<void> {
  const { rowCount } = await tx.query(
    `update withdrawals w set status = u.status, is_open = false, closed_at_ms = u.at_ms
     from unnest($1::text[], $2::text[], $3::bigint[]) as u (id, status, at_ms)
     where w.withdrawal_id = u.id and w.is_open`,
    [
      closings.map((closing) => closing.withdrawalId),
      closings.map((closing) => closing.status),
      closings.map((closing) => closing.atMs),
    ],
  );
  if (rowCount !== closings.length) {
    throw new Error(`Cannot close ${closings.length} withdrawals: ${rowCount} of them are open`);
  }
}

/** A purchase in Telegram's books. */
export interface PurchaseRow {
  transactionId: string;
  atMs: number;
}

/**
 * Finds out which of the purchases is the withdrawal's, and writes it down. Equal ones of the same
 * player that were sent before it and never found are served first, as far as the times allow.
 *
 * @param candidates Purchases for the same person at the same price, the oldest first.
 * @param skewMs How far Telegram's clock and ours may be apart.
 * @returns The transaction's id; null when none is left for it.
 */
export async function claimTransaction(
  tx: Connection,
  { withdrawalId, candidates, skewMs }: {
    withdrawalId: string;
    candidates: readonly PurchaseRow[];
    skewMs: number;
  },
): Promise<string | null> {
  const ids = candidates.map(({ transactionId }) => transactionId);
  // Locked first: what the comparison of the books gives to one of them meanwhile is seen below.
  const { rows: earlier } = await tx.query<{ withdrawal_id: string; closed_at_ms: bigint }>(
    `select e.withdrawal_id, e.closed_at_ms from withdrawals w
     join withdrawals e on e.player_id = w.player_id and e.choice = w.choice and e.minor = w.minor
     where w.withdrawal_id = $1 and e.withdrawal_id <> $1 and e.status = 'done'
       and e.transaction_id is null and e.attempted_at_ms is not null and e.closed_at_ms is not null
     order by e.attempted_at_ms, e.withdrawal_id for update of e`,
    [withdrawalId],
  );
  const { rows: taken } = await tx.query<{ withdrawal_id: string; transaction_id: string }>(
    `select w.withdrawal_id, w.transaction_id from withdrawals w
     where w.transaction_id = any($1::text[])
        or w.withdrawal_id = $2 and w.transaction_id is not null`,
    [ids, withdrawalId],
  );
  const own = taken.find((row) => row.withdrawal_id === withdrawalId);
  if (own !== undefined) return own.transaction_id;
  const accounted = new Set(taken.map((row) => row.transaction_id));
  const free = candidates.filter(({ transactionId }) => !accounted.has(transactionId));
  for (const { withdrawal_id, closed_at_ms } of earlier) {
    const index = free.findIndex(({ atMs }) => atMs <= Number(closed_at_ms) + skewMs);
    const [found] = index < 0 ? [] : free.splice(index, 1);
    if (found !== undefined) await writeTransaction(tx, withdrawal_id, found.transactionId);
  }
  const [found] = free;
  if (found === undefined) return null;
  await writeTransaction(tx, withdrawalId, found.transactionId);
  return found.transactionId;
}

async function writeTransaction(tx: Connection, withdrawalId: string, id: string): Promise<void> {
  await tx.query("update withdrawals w set transaction_id = $2 where w.withdrawal_id = $1", [
    withdrawalId,
    id,
  ]);
}

export interface ChargeRow {
  paymentId: string;
  raffleId: string;
  chargeId: string;
  minor: bigint;
}

/** More of one player's charges are never looked at at once. */
const MAX_CHARGES = 500;

const OWN_CHARGES = `
  select p.payment_id as "paymentId", p.raffle_id as "raffleId", p.charge_id as "chargeId", p.minor
  from tickets t
  join payments p on p.payment_id = t.payment_id
  join raffles r on r.raffle_id = t.raffle_id
  where t.player_id = $1 and p.status = 'ticketed' and p.charge_id is not null
    and p.currency = 'XTR' and p.spent_by is null and r.status = 'settled'
  order by t.at_ms, p.payment_id limit ${MAX_CHARGES}`;

/** His charges in raffles that are over, neither given back nor used; the oldest first. */
export async function listOwnCharges(
  connection: Connection,
  playerId: string,
): Promise<ChargeRow[]> {
  return (await connection.query<ChargeRow>(OWN_CHARGES, [playerId])).rows;
}

/** The same, locked: a chargeback, or another device, waits and then sees what was done. */
export async function lockOwnCharges(tx: Connection, playerId: string): Promise<ChargeRow[]> {
  return (await tx.query<ChargeRow>(`${OWN_CHARGES} for update of p`, [playerId])).rows;
}

/** Marks locked charges as used. */
export async function spendCharges(
  tx: Connection,
  { withdrawalId, paymentIds }: { withdrawalId: string; paymentIds: readonly string[] },
): Promise<void> {
  await tx.query(
    "update payments p set spent_by = $1 where p.payment_id = any($2::text[])",
    [withdrawalId, paymentIds],
  );
}

/** Takes the mark back, in the transaction that made it. */
export async function unspendCharges(
  tx: Connection,
  { withdrawalId, paymentIds }: { withdrawalId: string; paymentIds: readonly string[] },
): Promise<void> {
  await tx.query(
    `update payments p set spent_by = null
     where p.payment_id = any($2::text[]) and p.spent_by = $1`,
    [withdrawalId, paymentIds],
  );
}

export interface WithdrawalStatusRow {
  withdrawalId: string;
  choice: string;
  minor: bigint;
  currency: string;
  status: string;
}

/** The player's withdrawal that is not finished. */
export async function readOpenWithdrawal(
  connection: Connection,
  playerId: string,
): Promise<WithdrawalStatusRow | undefined> {
  const { rows } = await connection.query<WithdrawalStatusRow>(
    `select w.withdrawal_id as "withdrawalId", w.choice, w.minor, w.currency, w.status
     from withdrawals w where w.player_id = $1 and w.is_open`,
    [playerId],
  );
  return rows[0];
}
