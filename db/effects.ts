/** Work outside as rows: inserted by a step, owned by a node, deleted with its answer. */
import { type Connection, storableText } from "./connection.ts";
import type { DeadLetter } from "./inbox.ts";

export interface EffectRow {
  key: string;
  address: string;
  child_id: string | null;
  name: string;
  machine: string | null;
  input: string;
  lane: string | null;
  fence: number;
  attempt: number;
  run_at: bigint;
  /** An earlier try may have succeeded without anybody knowing. */
  is_uncertain: boolean;
}

const COLUMNS =
  "e.key, e.address, e.child_id, e.name, e.machine, e.input, e.lane, e.fence, e.attempt, e.run_at, " +
  "e.is_uncertain";

export type EffectInsert = Omit<EffectRow, "run_at" | "is_uncertain"> & {
  coalesce_key: string | null;
  owner: string | null;
  run_at: number;
};

const INSERT = `insert into effects
    (key, address, child_id, name, machine, input, lane, coalesce_key, owner, fence, attempt, run_at)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::int[], $11::int[], $12::bigint[])`;
const INSERT_OR_REPLACE = `${INSERT}
  on conflict (coalesce_key) where coalesce_key is not null and attempt = 0
  do update set input = excluded.input`;

/**
 * Inserts effects. One with a coalescing key replaces the input of the one that has not begun, which
 * keeps its place.
 */
export async function insertEffects(
  tx: Connection,
  effects: readonly EffectInsert[],
): Promise<void> {
  // ON CONFLICT costs each row a record of its own in the write-ahead log.
  const text = effects.some((effect) => effect.coalesce_key !== null) ? INSERT_OR_REPLACE : INSERT;
  await tx.query(text, [
    effects.map((effect) => effect.key),
    effects.map((effect) => effect.address),
    effects.map((effect) => effect.child_id),
    effects.map((effect) => effect.name),
    effects.map((effect) => effect.machine),
    effects.map((effect) => effect.input),
    effects.map((effect) => effect.lane),
    effects.map((effect) => effect.coalesce_key),
    effects.map((effect) => effect.owner),
    effects.map((effect) => effect.fence),
    effects.map((effect) => effect.attempt),
    effects.map((effect) => effect.run_at),
  ]);
}

/** Locks the rows whose answer is still wanted from this owner. @returns Their keys. */
export async function lockAnswered(
  tx: Connection,
  answers: readonly { key: string; fence: number }[],
): Promise<Set<string>> {
  const { rows } = await tx.query<{ key: string }>(
    `select e.key from unnest($1::text[], $2::int[]) as w(key, fence)
     join effects e on e.key = any(array[w.key]) and e.fence = w.fence
     for update of e`,
    [answers.map((answer) => answer.key), answers.map((answer) => answer.fence)],
  );
  return new Set(rows.map((row) => row.key));
}

/**
 * Holds an effect's row for what one of its tries writes itself: until the transaction ends no other
 * try is recorded and no answer is taken.
 * @returns Whether that try is the present one, and its answer still wanted.
 */
export async function lockTry(
  tx: Connection,
  { key, attempt }: { key: string; attempt: number },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    "select from effects e where e.key = $1 and e.attempt = $2 for share",
    [key, attempt],
  );
  return rowCount === 1;
}

export async function deleteEffects(tx: Connection, keys: readonly string[]): Promise<void> {
  await tx.query("delete from effects where key = any($1::text[])", [keys]);
}

/** Deletes done effects that nobody awaits, if they are still this owner's. */
export async function deleteOwnEffects(
  connection: Connection,
  effects: readonly { key: string; fence: number }[],
): Promise<void> {
  await connection.query(
    `delete from effects e using unnest($1::text[], $2::int[]) as w(key, fence)
     where e.key = any(array[w.key]) and e.fence = w.fence`,
    [effects.map((effect) => effect.key), effects.map((effect) => effect.fence)],
  );
}

/**
 * Gives up an effect that nobody awaits and keeps it for an operator, if it is still this owner's. The
 * letter keeps the row, so that it can be put back.
 */
export async function setEffectAside(
  connection: Connection,
  { fence, isUncertain, letter }: {
    fence: number;
    /** Whether the last try may have succeeded all the same. */
    isUncertain: boolean;
    letter: Omit<DeadLetter, "detail" | "kind"> & { key: string };
  },
): Promise<void> {
  await connection.query(
    `with given_up as (
       delete from effects e where e.key = $1 and e.fence = $2
       returning e.key, json_build_object(
         'key', e.key, 'address', e.address, 'child_id', e.child_id, 'name', e.name,
         'machine', e.machine, 'input', e.input, 'lane', e.lane, 'coalesce_key', e.coalesce_key,
         'is_uncertain', e.is_uncertain or $8
       )::text as detail
     )
     insert into dead_letters (kind, address, event, key, source, detail, error, at_ms)
     select 'effect', $3, $4, given_up.key, $5, given_up.detail, $6, $7 from given_up`,
    [
      letter.key,
      fence,
      letter.address,
      letter.event,
      letter.source,
      storableText(letter.error),
      letter.atMs,
      isUncertain,
    ],
  );
}

/**
 * Records that a try begins, for nodes whose clocks differ from this one's: its time has come for all.
 * @returns Whether the effect still has this owner; a node that was frozen may have lost it.
 */
export async function beginRetry(
  connection: Connection,
  { key, fence }: { key: string; fence: number },
): Promise<boolean> {
  const { rowCount } = await connection.query(
    "update effects e set run_at = 0 where e.key = $1 and e.fence = $2",
    [key, fence],
  );
  return rowCount === 1;
}

export interface Retry {
  key: string;
  fence: number;
  runAtMs: number;
  error: string;
  /** Whether the failed try may have succeeded all the same. */
  isUncertain: boolean;
}

/**
 * Records the next try before it is made.
 * @returns The attempt's number, or undefined when the effect is no longer this owner's.
 */
export async function recordRetry(
  connection: Connection,
  retry: Retry,
): Promise<number | undefined> {
  const { rows } = await connection.query<{ attempt: number }>(
    `update effects e
     set attempt = e.attempt + 1, run_at = $3, last_error = $4, is_uncertain = e.is_uncertain or $5
     where e.key = $1 and e.fence = $2 returning e.attempt`,
    [retry.key, retry.fence, retry.runAtMs, storableText(retry.error), retry.isUncertain],
  );
  return rows[0]?.attempt;
}

/** Who takes effects, and which: of kinds it does not know others will take care. */
export interface Taker {
  owner: string;
  kinds: readonly string[];
  nowMs: number;
  limit: number;
}

/** Owner of what no node has begun and any living one shall take over. */
export const NOBODY = "nobody";

/**
 * Takes over the effects of nodes that live no more; each with a higher fence. One whose time had
 * come may have been under way, so its outcome is unknown.
 */
export async function takeOverEffects(
  connection: Connection,
  { owner, kinds, nowMs, limit }: Taker,
): Promise<EffectRow[]> {
  const { rows } = await connection.query<EffectRow>(
    `update effects e
     set owner = $1, fence = e.fence + 1, attempt = e.attempt + 1,
       is_uncertain = e.is_uncertain
         or e.owner <> '${NOBODY}' and (e.attempt <= 1 or e.run_at <= $3)
     where e.key = any(array(
       select o.key from effects o
       where o.owner is not null and o.owner <> $1
         and not exists (select 1 from nodes n where n.id = o.owner and n.expires_at > clock_timestamp())
         and split_part(o.address, '/', 1) = any($2::text[])
       limit $4
       for update skip locked
     ))
     returning ${COLUMNS}`,
    [owner, kinds, nowMs, limit],
  );
  return rows;
}

/**
 * Claims effects that wait in lanes, the oldest of each free lane, and counts the attempt. Numbers
 * are given before the commit, so that an older one can appear while a younger one runs: a lane with
 * an owner is never free.
 */
export async function claimLanes(
  connection: Connection,
  { owner, kinds, nowMs, limit }: Taker,
): Promise<EffectRow[]> {
  const { rows } = await connection.query<EffectRow>(
    `update effects e set owner = $1, fence = e.fence + 1, attempt = e.attempt + 1
     where e.key = any(array(
       select o.key from effects o
       where o.lane is not null and o.owner is null and o.run_at <= $3
         and (
           select f.seq from effects f
           where f.lane = o.lane and (f.seq < o.seq or f.owner is not null) limit 1
         ) is null
         and split_part(o.address, '/', 1) = any($2::text[])
       order by o.seq limit $4
       for update skip locked
     ))
     returning ${COLUMNS}`,
    [owner, kinds, nowMs, limit],
  );
  return rows;
}

/** Gives a claimed effect back to its lane, to be tried again not before `runAtMs`. */
export async function returnToLane(
  connection: Connection,
  retry: Retry,
): Promise<void> {
  await connection.query(
    `update effects e
     set owner = null, run_at = $3, last_error = $4, is_uncertain = e.is_uncertain or $5
     where e.key = $1 and e.fence = $2`,
    [retry.key, retry.fence, retry.runAtMs, storableText(retry.error), retry.isUncertain],
  );
}

/** Gives effects that were not begun back, to their lanes or to whoever takes them over. */
export async function returnUnbegun(
  connection: Connection,
  effects: readonly { key: string; fence: number }[],
): Promise<void> {
  await connection.query(
    `update effects e
     set owner = case when e.lane is null then '${NOBODY}' end, attempt = e.attempt - 1
     from unnest($1::text[], $2::int[]) as w(key, fence)
     where e.key = any(array[w.key]) and e.fence = w.fence`,
    [effects.map((effect) => effect.key), effects.map((effect) => effect.fence)],
  );
}

/**
 * When the next pause of an effect in a lane ends, epoch milliseconds. What could run already waits
 * for the one before it in its lane and says nothing.
 */
export async function findNextLaneRun(
  connection: Connection,
  nowMs: number,
): Promise<number | undefined> {
  const { rows } = await connection.query<{ run_at: bigint | null }>(
    `select min(e.run_at) as run_at from effects e
     where e.lane is not null and e.owner is null and e.run_at > $1`,
    [nowMs],
  );
  const runAt = rows[0]?.run_at;
  return runAt === null || runAt === undefined ? undefined : Number(runAt);
}
