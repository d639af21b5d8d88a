/**
 * The history of transfers and open holds, newest first, for players and admins. A page is a few
 * index ranges, however long the history is.
 */
import type { Connection } from "./connection.ts";

/** Which part of the history. */
export interface HistoryQuery {
  /**
   * An account (`user/tg-1/available`) or an owner (`user/tg-1`, with all accounts under it).
   * Without it: everything.
   */
  readonly owner?: string;
  /** 1 … 500. */
  readonly limit: number;
  /** The `id` of the last item of the previous page. */
  readonly before?: bigint;
}

/** One line of the history. */
export interface HistoryItem {
  readonly id: bigint;
  readonly key: string;
  readonly type: string;
  /**
   * `held`, `voided` and `expired` are holds that moved nothing (yet); a posted hold is shown as the
   * transfer it became. `reversed` was posted and corrected later by the item that `reverses` it.
   */
  readonly status: "posted" | "reversed" | "held" | "voided" | "expired";
  /** The owner's account; the paying one when both are his, or when no owner was asked for. */
  readonly account: string;
  readonly counterparty: string;
  /** Minor units, negative when they leave `account`. */
  readonly minor: bigint;
  readonly currency: string;
  readonly externalId: string | null;
  /** The key of the transfer that this one corrects. */
  readonly reverses: string | null;
  readonly causeActor: string | null;
  readonly causeRevision: bigint | null;
  readonly causeEvent: string | null;
  /** When it happened outside, epoch milliseconds. */
  readonly eventAtMs: number;
  /** When it was written, epoch milliseconds. */
  readonly createdAtMs: number;
}

const MAX_LIMIT = 500;

/** Whether transfer `t` is a line of its own: a hold that was posted is shown by its post. */
const IS_SHOWN = `(t.kind in ('transfer', 'post', 'reversal') or t.kind = 'hold' and not exists (
  select from ledger_transfers p where p.original_id = t.id and p.kind = 'post'))`;

/** $1 owner, $2 the owner's accounts begin here, $3 and end here, $4 before, $5 limit. */
const OF_OWNER = `
  owned as materialized (
    select a.id from ledger_accounts a where a.name = $1
    union
    select a.id from ledger_accounts a where a.name >= $2 and a.name < $3
  ),
  shown as materialized (
    select x.id from owned o cross join lateral (
      select e.transfer_id as id from ledger_entries e
      where e.account_id = o.id and e.transfer_id < $4
      order by e.transfer_id desc limit $5
    ) x
    union
    select x.id from owned o cross join lateral (
      select t.id from ledger_transfers t
      where t.from_account = o.id and t.kind = 'hold' and t.id < $4 and ${IS_SHOWN}
      order by t.id desc limit $5
    ) x
    order by id desc limit $5
  )`;

/** $1 before, $2 limit. */
const OF_ALL = `
  owned as materialized (select null::bigint as id),
  shown as materialized (
    select t.id from ledger_transfers t where t.id < $1 and ${IS_SHOWN}
    order by t.id desc limit $2
  )`;

const LINES = `
  select t.id, t.key, t.type,
    case
      when t.kind <> 'hold' then case when r.kind = 'reversal' then 'reversed' else 'posted' end
      when r.kind = 'void' then 'voided'
      when r.kind = 'expire' then 'expired'
      else 'held'
    end as status,
    case when side.is_payer then f.name else o.name end as account,
    case when side.is_payer then o.name else f.name end as counterparty,
    case when side.is_payer then -t.minor else t.minor end as minor,
    f.currency, t.external_id as "externalId", reversed.key as reverses,
    t.cause_actor as "causeActor", t.cause_revision as "causeRevision",
    t.cause_event as "causeEvent",
    (extract(epoch from t.event_at) * 1000)::float8 as "eventAtMs",
    floor(extract(epoch from t.created_at) * 1000)::float8 as "createdAtMs"
  from shown s
  join ledger_transfers t on t.id = s.id
  join ledger_accounts f on f.id = t.from_account
  join ledger_accounts o on o.id = t.to_account
  left join ledger_transfers r on r.original_id = t.id
  left join ledger_transfers reversed on reversed.id = t.original_id and t.kind = 'reversal'
  cross join lateral (
    select t.from_account in (select id from owned) is not false as is_payer
  ) side
  order by t.id desc`;

/**
 * One page of the history, newest first.
 * @throws {RangeError} When the limit is not a whole number 1 … 500.
 */
export async function listTransfers(
  connection: Connection,
  { owner, limit, before = 2n ** 63n - 1n }: HistoryQuery,
): Promise<HistoryItem[]> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new RangeError(`Cannot list transfers: limit is ${limit}, allowed are 1 to ${MAX_LIMIT}`);
  }
  const { rows } = owner === undefined
    ? await connection.query<HistoryItem>(`with ${OF_ALL} ${LINES}`, [before, limit])
    // "0" follows "/" in the order of bytes, so the range is exactly what begins with "owner/".
    : await connection.query<HistoryItem>(
      `with ${OF_OWNER} ${LINES}`,
      [owner, `${owner}/`, `${owner}0`, before, limit],
    );
  return rows;
}

/** Whether something is in the books under that key. */
export async function hasTransfer(connection: Connection, key: string): Promise<boolean> {
  const { rows } = await connection.query(
    "select from ledger_transfers t where t.key = $1",
    [key],
  );
  return rows.length > 0;
}
