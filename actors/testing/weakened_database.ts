/** A database whose statements are changed on their way: to see what holds when one thing is gone. */
import type { Connection, Database } from "../../db/connection.ts";

/**
 * @param change Gets each statement's text and gives the one that is sent instead; nothing is sent,
 *   and the answer has no rows, when it gives undefined.
 */
export function weakened(
  database: Database,
  change: (text: string) => string | undefined,
): Database {
  const weak = (connection: Connection): Connection => ({
    query: (text, values) => {
      const changed = change(text);
      return changed === undefined
        ? Promise.resolve({ rows: [], rowCount: 0, command: "" })
        : connection.query(changed, values);
    },
  });
  return {
    ...database,
    ...weak(database),
    withConnection: (work) => database.withConnection((connection) => work(weak(connection))),
    transaction: (work, options) => database.transaction((tx) => work(weak(tx)), options),
  };
}

/** Nobody locks an actor: two nodes can own one at the same time. */
export const withoutLocks = (text: string): string =>
  / from actors a\s/.test(text) ? text.replace(/\s+for update( skip locked)?\s*$/, "") : text;

/** Nobody asks whether an effect is still his. */
export const withoutEffectFence = (text: string): string =>
  text.replace(" and e.fence = w.fence", "");

/** Nobody says that he lives: others take him for dead while he works on. */
export const withoutHeartbeat = (text: string): string =>
  /^insert into nodes /.test(text)
    ? `select 0::bigint as others, extract(epoch from clock_timestamp())::float8 * 1000 as at_ms
       where $1::text is not null`
    : text;
