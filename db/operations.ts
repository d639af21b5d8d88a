/**
 * What operators read: many actors at once, one with all that waits for it, and what waits for too
 * long. Pages go by a key, so that each is bounded however much is stored.
 */
import type { Connection } from "./connection.ts";

export interface TreeRow {
  id: bigint;
  address: string;
  /** Null for a root. */
  root_id: bigint | null;
  revision: bigint;
  snapshot: string;
  is_held: boolean;
}

const ROOT_OF_EFFECT = "split_part(e.address, '/', 1) || '/' || split_part(e.address, '/', 2)";
const ROOT_OF_LETTER = "split_part(d.address, '/', 1) || '/' || split_part(d.address, '/', 2)";

/** Roots by the numbers of their rows, each with its child machines, as they are at one moment. */
export async function pageTrees(
  connection: Connection,
  { after, limit, kind }: { after: number; limit: number; kind?: string | undefined },
): Promise<TreeRow[]> {
  const { rows } = await connection.query<TreeRow>(
    `with page as materialized (
       select a.id, a.address, a.root_id, a.revision, a.snapshot, a.is_held from actors a
       where a.root_id is null and a.id > $1 and a.revision > 0
         and ($3::text is null or split_part(a.address, '/', 1) = $3)
       order by a.id limit $2
     )
     select p.* from page p
     union all
     select c.id, c.address, c.root_id, c.revision, c.snapshot, c.is_held
     from page p join actors c on c.root_id = p.id`,
    [after, limit, kind ?? null],
  );
  return rows;
}

export interface WaitingCount {
  what: "effects" | "inbox" | "letters";
  root: string;
  count: number;
}

/** How much waits for each of the roots; nothing is said of those for which nothing does. */
export async function countWaiting(
  connection: Connection,
  roots: readonly string[],
): Promise<WaitingCount[]> {
  const { rows } = await connection.query<WaitingCount>(
    `select 'effects' as what, ${ROOT_OF_EFFECT} as root, count(*)::int as count from effects e
     where ${ROOT_OF_EFFECT} = any($1::text[]) group by 2
     union all
     select 'inbox', i.root, count(*)::int from inbox i
     where i.root = any($1::text[]) group by i.root
     union all
     select 'letters', ${ROOT_OF_LETTER}, count(*)::int from dead_letters d
     where ${ROOT_OF_LETTER} = any($1::text[]) group by 2`,
    [roots],
  );
  return rows;
}

export interface PendingEffectRow {
  key: string;
  address: string;
  child_id: string | null;
  name: string;
  machine: string | null;
  input: string;
  lane: string | null;
  owner: string | null;
  attempt: number;
  run_at: bigint;
  is_uncertain: boolean;
  last_error: string | null;
}

/** The effects of one actor and its child machines, in the order in which they were asked for. */
export async function readPendingEffects(
  connection: Connection,
  { address, limit }: { address: string; limit: number },
): Promise<PendingEffectRow[]> {
  const { rows } = await connection.query<PendingEffectRow>(
    `select e.key, e.address, e.child_id, e.name, e.machine, e.input, e.lane, e.owner, e.attempt,
       e.run_at, e.is_uncertain, e.last_error
     from effects e where e.address = $1 or starts_with(e.address, $1 || '/')
     order by e.seq limit $2`,
    [address, limit],
  );
  return rows;
}

export interface PendingMessageRow {
  id: bigint;
  address: string;
  kind: string;
  event: string;
  source: string | null;
  key: string | null;
  at_ms: bigint;
}

/** What waits in the inbox of one tree, in order. */
export async function readPendingMessages(
  connection: Connection,
  { root, limit }: { root: string; limit: number },
): Promise<PendingMessageRow[]> {
  const { rows } = await connection.query<PendingMessageRow>(
    `select i.id, i.address, i.kind, i.event, i.source, i.key, i.at_ms
     from inbox i where i.root = $1 order by i.id limit $2`,
    [root, limit],
  );
  return rows;
}

export interface HistoryRow {
  id: bigint;
  /** Null for the root. */
  address: string | null;
  revision: bigint | null;
  key: string | null;
  event: string;
  source: string | null;
  source_revision: bigint | null;
  refusal: string | null;
  state: string | null;
  status: string | null;
  at_ms: bigint;
}

/** The newest lines of a tree's log, or of one child machine and those below it, oldest first. */
export async function readHistory(
  connection: Connection,
  { root, child, before, limit }: {
    root: string;
    child: string | undefined;
    before: number;
    limit: number;
  },
): Promise<HistoryRow[]> {
  const { rows } = await connection.query<HistoryRow>(
    `select h.* from (
       select e.id, e.address, e.revision, e.key, e.event, e.source, e.source_revision, e.refusal,
         e.state, e.status, e.at_ms
       from actors a join events e on e.actor_id = a.id
       where a.address = $1 and e.id < $3
         and ($2::text is null or e.address = $2 or starts_with(e.address, $2 || '/'))
       order by e.id desc limit $4
     ) h order by h.id`,
    [root, child ?? null, before, limit],
  );
  return rows;
}

export interface LateEffectRow {
  key: string;
  address: string;
  name: string;
  machine: string | null;
  lane: string | null;
  owner: string | null;
  /** Whether its owner is a living node. */
  is_owned: boolean;
  attempt: number;
  run_at: bigint;
  last_error: string | null;
  /** Effects that wait for it in its lane. */
  behind: number;
}

/**
 * Effects whose time came before `beforeMs` or that were tried more than `maxAttempts` times; of a
 * lane only the first, for the others wait for it.
 */
export async function findLateEffects(
  connection: Connection,
  { beforeMs, maxAttempts, limit }: { beforeMs: number; maxAttempts: number; limit: number },
): Promise<LateEffectRow[]> {
  const { rows } = await connection.query<LateEffectRow>(
    `select e.key, e.address, e.name, e.machine, e.lane, e.owner, e.attempt, e.run_at, e.last_error,
       exists (select from nodes n where n.id = e.owner and n.expires_at > clock_timestamp())
         as is_owned,
       (select count(*)::int from effects f where f.lane = e.lane and f.seq > e.seq) as behind
     from effects e
     where (e.run_at < $1 or e.attempt > $2)
       and (e.lane is null
         or not exists (select from effects f where f.lane = e.lane and f.seq < e.seq))
     order by e.run_at limit $3`,
    [beforeMs, maxAttempts, limit],
  );
  return rows;
}

export interface LateInboxRow {
  root: string;
  count: number;
  oldest_ms: bigint;
  /** Of the first message. */
  event: string;
}

/** Inboxes, except those of held actors, with messages from before `beforeMs`. */
export async function findLateInboxes(
  connection: Connection,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<LateInboxRow[]> {
  const { rows } = await connection.query<LateInboxRow>(
    `select i.root, count(*)::int as count, min(i.at_ms) as oldest_ms,
       (array_agg(i.event order by i.id))[1] as event
     from inbox i
     where i.at_ms < $1
       and not exists (select from actors a where a.address = i.root and a.is_held)
     group by i.root order by 3 limit $2`,
    [beforeMs, limit],
  );
  return rows;
}

/** Effects by their keys, to see whether their names are known. */
export async function pageEffectNames(
  connection: Connection,
  { after, limit }: { after: string; limit: number },
): Promise<{ key: string; address: string; name: string; machine: string | null }[]> {
  const { rows } = await connection.query<
    { key: string; address: string; name: string; machine: string | null }
  >(
    `select e.key, e.address, e.name, e.machine from effects e
     where e.key > $1 order by e.key limit $2`,
    [after, limit],
  );
  return rows;
}

/** Messages by their numbers, to see whether their actors are known. */
export async function pageMessages(
  connection: Connection,
  { after, limit }: { after: bigint; limit: number },
): Promise<{ id: bigint; address: string }[]> {
  const { rows } = await connection.query<{ id: bigint; address: string }>(
    "select i.id, i.address from inbox i where i.id > $1 order by i.id limit $2",
    [after, limit],
  );
  return rows;
}
