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
     join actors a on a.address = k.root
     join events e on e.actor_id = a.id and e.key = k.key`,
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
  refusal: string | null;
  atMs: number;
}

export async function insertEvents(tx: Connection, events: readonly EventInsert[]): Promise<void> {
  await tx.query(
    `insert into events (actor_id, address, revision, key, event, source, refusal, at_ms)
     select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[],
       $6::text[], $7::text[], $8::bigint[])`,
    [
      events.map((event) => event.actorId),
      events.map((event) => event.address),
      events.map((event) => event.revision),
      events.map((event) => event.key),
      events.map((event) => event.event),
      events.map((event) => event.source),
      events.map((event) => event.refusal === null ? null : storableText(event.refusal)),
      events.map((event) => event.atMs),
    ],
  );
}
