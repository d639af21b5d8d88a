/** The log of accepted events, and the keys that were used. */
import { type Connection, storableText } from "./connection.ts";

export interface UsedKey {
  root: string;
  key: string;
  /** Null when the event was accepted. */
  refusal: string | null;
}

/**
 * Which keys were used. Ask after the roots are locked and in a statement of its own: an earlier
 * snapshot would not see what another node committed during the wait.
 */
export async function findUsedKeys(
  tx: Connection,
  keys: readonly { root: string; key: string }[],
): Promise<UsedKey[]> {
  const { rows } = await tx.query<UsedKey>(
    `select k.root, k.key, e.refusal
     from unnest($1::text[], $2::text[]) as k(root, key)
     cross join lateral (select a.id from actors a where a.address = k.root limit 1) a
     cross join lateral (
       select e.refusal from events e where e.actor_id = a.id and e.key = k.key limit 1
     ) e`,
    [keys.map((each) => each.root), keys.map((each) => each.key)],
  );
  return rows;
}

export interface EventInsert {
  actorId: bigint;
  address: string | null;
  revision: number | null;
  key: string | null;
  event: string;
  source: string | null;
  sourceRevision: number | null;
  refusal: string | null;
  /** The state after the step, JSON text; null for a refused event. */
  state: string | null;
  /** Null for "active". */
  status: string | null;
  atMs: number;
}

export async function insertEvents(tx: Connection, events: readonly EventInsert[]): Promise<void> {
  await tx.query(
    `insert into events
       (actor_id, address, revision, key, event, source, source_revision, refusal, state, status,
        at_ms)
     select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[],
       $6::text[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::bigint[])`,
    [
      events.map((event) => event.actorId),
      events.map((event) => event.address),
      events.map((event) => event.revision),
      events.map((event) => event.key),
      events.map((event) => event.event),
      events.map((event) => event.source),
      events.map((event) => event.sourceRevision),
      events.map((event) => event.refusal === null ? null : storableText(event.refusal)),
      events.map((event) => event.state),
      events.map((event) => event.status),
      events.map((event) => event.atMs),
    ],
  );
}

/**
 * Forgets what was logged before `beforeMs`, keys included.
 * @returns How many lines went; as many as `limit` means that there may be more.
 */
export async function deleteOldEvents(
  connection: Connection,
  { beforeMs, limit }: { beforeMs: number; limit: number },
): Promise<number> {
  const { rowCount } = await connection.query(
    `delete from events where ctid = any(array(
       select e.ctid from events e where e.at_ms < $1 limit $2
     ))`,
    [beforeMs, limit],
  );
  return rowCount;
}

/** Takes the newest lines into the index by time; not every database does so by itself. */
export async function indexNewEvents(connection: Connection): Promise<void> {
  await connection.query("select brin_summarize_new_values('ix_events_at')");
}
