/** A database that counts what is asked of it. */
import type { Connection, Database } from "../db/connection.ts";

export interface Counts extends Record<string, number> {
  statements: number;
  commits: number;
  /** Times that something was sent while nothing was on its way on that session. */
  roundTrips: number;
}

export function countingDatabase(
  database: Database,
): { database: Database; counts: () => Counts } {
  const counts: Counts = { statements: 0, commits: 0, roundTrips: 0 };
  const counted = (connection: Connection): Connection => {
    let underWay = 0;
    return {
      query: async (text, values) => {
        counts.statements++;
        if (text === "commit" || text === "COMMIT") counts.commits++;
        if (underWay++ === 0) counts.roundTrips++;
        try {
          return await connection.query(text, values);
        } finally {
          underWay--;
        }
      },
    };
  };
  return {
    database: {
      ...database,
      query: (text, values) => {
        counts.statements++;
        counts.roundTrips++;
        counts.commits++;
        return database.query(text, values);
      },
      withConnection: (work) => database.withConnection((connection) => work(counted(connection))),
      transaction: (work, options) =>
        database.transaction((connection) => {
          // "begin" waits for its answer; "commit" goes by itself.
          counts.statements += 2;
          counts.commits++;
          counts.roundTrips += 2;
          return work(counted(connection));
        }, options),
    },
    counts: () => ({ ...counts }),
  };
}
