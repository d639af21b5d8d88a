/**
 * What the inspector asks of the log and the books beyond what an operator's functions give: the past
 * of one actor from its beginning, what a step caused elsewhere, and which step caused a posting.
 * Every query is bounded.
 */
import { type Connection, storableText } from "./connection.ts";

/** One line of the log: a step, or with `refusal` an event that was refused. */
export interface LoggedStep {
  readonly id: bigint;
  /** Of the member that stepped. */
  readonly address: string;
  /** Null when it was refused. */
  readonly revision: bigint | null;
  /** JSON text. */
  readonly event: string;
  readonly source: string | null;
  readonly sourceRevision: bigint | null;
  /** State value after the step, JSON text; null when it was not kept. */
  readonly state: string | null;
  /** Null for "active". */
  readonly status: string | null;
  readonly refusal: string | null;
  /** Epoch milliseconds. */
  readonly atMs: bigint;
}

/** A member of a tree: `root` is the member's own address when it is the root. */
export interface MemberAddress {
  readonly root: string;
  readonly address: string;
}

const COLUMNS = `e.id, coalesce(e.address, a.address) as address, e.revision, e.event, e.source,
  e.source_revision as "sourceRevision", e.state, e.status, e.refusal, e.at_ms as "atMs"`;

/** The member's part of its tree's log; a root's lines carry no address. */
const OF_MEMBER = `from actors a join events e on e.actor_id = a.id
  where a.address = $1 and e.address is not distinct from nullif($2, $1)`;

/** The newest lines of one actor's log, refused events included, oldest first. */
export async function readLines(
  connection: Connection,
  { root, address, before, limit }: MemberAddress & { before: number; limit: number },
): Promise<LoggedStep[]> {
  const { rows } = await connection.query<LoggedStep>(
    `select ${COLUMNS} ${OF_MEMBER} and e.id < $3 order by e.id desc limit $4`,
    [root, address, before, limit],
  );
  return rows.reverse();
}

/**
 * The steps of one actor up to and with one, oldest first.
 * @param limit Of the newest.
 * @returns No rows when there is no such step.
 */
export async function readStepsUpTo(
  connection: Connection,
  { root, address, revision, limit }: MemberAddress & { revision: number; limit: number },
): Promise<LoggedStep[]> {
  // A later child of the same address begins again at revision 1: the newest one is meant.
  const { rows } = await connection.query<LoggedStep>(
    `select ${COLUMNS} ${OF_MEMBER} and e.revision is not null and e.id <= (
       select max(e.id) ${OF_MEMBER} and e.revision = $3
     )
     order by e.id desc limit $4`,
    [root, address, revision, limit],
  );
  return rows.reverse();
}

/** Who was asked about. */
export interface StepKey {
  readonly address: string;
  readonly revision: number;
}

/** One step of the log, the newest of this revision; undefined when it is there no more. */
export async function findStep(
  connection: Connection,
  { root, address, revision }: MemberAddress & { revision: number },
): Promise<LoggedStep | undefined> {
  const { rows } = await connection.query<LoggedStep>(
    `select ${COLUMNS} ${OF_MEMBER} and e.revision = $3 order by e.id desc limit 1`,
    [root, address, revision],
  );
  return rows[0];
}

/**
 * What steps caused: the events of other actors that they sent, and the answers of effects that they
 * asked for, refused ones included; in the order of the log.
 * @param fromMs Epoch milliseconds; only what came from then on …
 * @param toMs … to then is looked at, for which the index by time suffices.
 */
export async function findCaused(
  connection: Connection,
  steps: readonly (StepKey & { root: string })[],
  { fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number },
): Promise<LoggedStep[]> {
  const { rows } = await connection.query<LoggedStep>(
    `with near as materialized (
       select e.* from events e
       where e.at_ms between $4 and $5 and e.source_revision = any($3::bigint[])
         and (e.source = any($2::text[]) or e.source = 'effect')
     )
     select ${COLUMNS}
     from near e join actors a on a.id = e.actor_id
     where exists (
       select from unnest($1::text[], $2::text[], $3::bigint[]) as s(root, address, revision)
       where e.source_revision = s.revision and (
         e.source = s.address
         or e.source = 'effect' and a.address = s.root
           and coalesce(e.address, a.address) = s.address
       )
     )
     order by e.id limit $6`,
    [
      steps.map(({ root }) => root),
      steps.map(({ address }) => address),
      steps.map(({ revision }) => revision),
      fromMs,
      toMs,
      limit,
    ],
  );
  return rows;
}

/** A transfer with the step that caused it. */
export interface CausedTransfer {
  readonly id: bigint;
  readonly key: string;
  readonly type: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly decimals: number;
  readonly externalId: string | null;
  readonly causeActor: string | null;
  readonly causeRevision: bigint | null;
  readonly causeEvent: string | null;
  /** When it was written, epoch milliseconds. */
  readonly createdAtMs: number;
}

const TRANSFER =
  `t.id, t.key, t.type, t.kind, f.name as "from", o.name as "to", t.minor, f.currency,
  c.decimals, t.external_id as "externalId", t.cause_actor as "causeActor",
  t.cause_revision as "causeRevision", t.cause_event as "causeEvent",
  floor(extract(epoch from t.created_at) * 1000)::float8 as "createdAtMs"`;

const TRANSFER_JOINS = `join ledger_accounts f on f.id = t.from_account
  join ledger_accounts o on o.id = t.to_account join ledger_currencies c on c.code = f.currency`;

/** What steps posted, in the order of posting. */
export async function findTransfersOf(
  connection: Connection,
  steps: readonly StepKey[],
): Promise<CausedTransfer[]> {
  const { rows } = await connection.query<CausedTransfer>(
    `select ${TRANSFER}
     from unnest($1::text[], $2::bigint[]) as s(address, revision)
     join ledger_transfers t on t.cause_actor = s.address and t.cause_revision = s.revision
     ${TRANSFER_JOINS} order by t.id`,
    [steps.map(({ address }) => address), steps.map(({ revision }) => revision)],
  );
  return rows;
}

/**
 * Transfers by what a person has of them: the number, the key, the outside id (of the newest 200,000;
 * it has no index), an account or its owner (`payment/pay_1`), or the actor that caused them; all of
 * them for an empty text. The newest first. A name without a slash is no owner's: all accounts of a
 * kind would be read for it.
 */
export async function findTransfers(
  connection: Connection,
  { text, limit }: { text: string; limit: number },
): Promise<CausedTransfer[]> {
  const id = /^\d{1,18}$/.test(text) ? BigInt(text) : -1n;
  const { rows } = await connection.query<CausedTransfer>(
    `with found as (
       (select t.id from ledger_transfers t where t.id = $2)
       union (select t.id from ledger_transfers t where t.key = $1)
       union (
         select t.id from ledger_transfers t
         where t.external_id = $1
           and t.id > (select coalesce(max(id), 0) from ledger_transfers) - 200000
         order by t.id desc limit $3
       )
       union (select t.id from ledger_transfers t where $1 = '' order by t.id desc limit $3)
       union (
         select t.id from ledger_transfers t where t.cause_actor = $1
         order by t.cause_revision desc limit $3
       )
       union (
         select n.transfer_id from ledger_accounts a cross join lateral (
           select e.transfer_id from ledger_entries e where e.account_id = a.id
           order by e.transfer_id desc limit $3
         ) n
         where strpos($1, '/') > 0 and (a.name = $1 or a.name >= $1 || '/' and a.name < $1 || '0')
       )
     )
     select ${TRANSFER}
     from found n join ledger_transfers t on t.id = n.id ${TRANSFER_JOINS}
     order by t.id desc limit $3`,
    [storableText(text), id, limit],
  );
  return rows;
}

/**
 * Where a page of roots begins that ends before a row, so that lists which go up can be read from
 * their end.
 * @returns The number of the page's first row and how many roots there are from it; undefined when
 *   nothing is left.
 */
export async function findPageStart(
  connection: Connection,
  { before, size, kind }: { before: number; size: number; kind: string | undefined },
): Promise<{ first: number; count: number } | undefined> {
  const { rows } = await connection.query<{ first: bigint | null; count: number }>(
    `select min(n.id) as first, count(*)::int as count from (
       select a.id from actors a
       where a.root_id is null and a.revision > 0 and a.id < $1
         and ($3::text is null or starts_with(a.address, $3 || '/'))
       order by a.id desc limit $2
     ) n`,
    [before, size, kind ?? null],
  );
  const { first, count } = rows[0] ?? { first: null, count: 0 };
  return first === null ? undefined : { first: Number(first), count };
}
