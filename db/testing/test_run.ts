/**
 * Whose the test databases on a server are.
 *
 * Each run of the tests has a number, holds an advisory lock of that number as long as it lives, and
 * puts it into the names of its databases. So the next run can tell the databases of a dead run
 * from those of one that works beside it. Databases without a number belong to a test that was run
 * by hand; they are removed after a day.
 */
import { randomInt } from "node:crypto";
import pg from "pg";

/** Variables by which the runner tells the tests of the server and of the run. */
export const SERVER_VARIABLE = "ZHREB_TEST_SERVER";
export const RUN_VARIABLE = "ZHREB_TEST_RUN";

/** First half of the advisory lock's key; any constant serves. */
const LOCK_CLASS = 7_266_543;
const OURS = /^zhreb_(?:test|template)_(?:r([0-9a-f]{8})_)?[0-9a-f]+$/;

/** A run of the tests on a server. */
export interface TestRun {
  /** Goes into the names of the run's databases. */
  readonly id: string;
  /** Removes the run's databases. */
  end(): Promise<void>;
}

/** Begins a run, and removes what dead runs have left. */
export async function beginTestRun(url: string): Promise<TestRun> {
  const client = new pg.Client({ connectionString: url });
  // A server that is stopped under the tests is their failure to tell.
  client.on("error", () => {});
  await client.connect();
  const number = randomInt(1, 0x7fff_ffff);
  const id = `r${number.toString(16).padStart(8, "0")}`;
  await client.query("select pg_advisory_lock($1, $2)", [LOCK_CLASS, number]);
  await removeDatabases(
    client,
    async (name, run) =>
      run === undefined
        ? await isOlderThanADay(client, name)
        : run !== number && await isDead(client, run),
  );
  return {
    id,
    end: async () => {
      await removeDatabases(client, (_, run) => Promise.resolve(run === number));
      await client.end();
    },
  };
}

async function removeDatabases(
  client: pg.Client,
  isWanted: (name: string, run: number | undefined) => Promise<boolean>,
): Promise<void> {
  const { rows } = await client.query("select datname from pg_database where not datistemplate");
  for (const { datname } of rows as { datname: string }[]) {
    const parts = OURS.exec(datname);
    if (parts === null) continue;
    const run = parts[1] === undefined ? undefined : parseInt(parts[1], 16);
    if (await isWanted(datname, run)) {
      await client.query(`drop database if exists ${datname} with (force)`);
    }
  }
}

async function isDead(client: pg.Client, run: number): Promise<boolean> {
  const { rows } = await client.query("select pg_try_advisory_lock($1, $2) as free", [
    LOCK_CLASS,
    run,
  ]);
  if (rows[0].free !== true) return false;
  await client.query("select pg_advisory_unlock($1, $2)", [LOCK_CLASS, run]);
  return true;
}

async function isOlderThanADay(client: pg.Client, name: string): Promise<boolean> {
  try {
    const { rows } = await client.query(
      `select (pg_stat_file('base/' || oid || '/PG_VERSION')).modification
         < now() - interval '1 day' as old from pg_database where datname = $1`,
      [name],
    );
    return rows[0]?.old === true;
  } catch {
    // Only a superuser may ask for the age; who may not leaves it alone.
    return false;
  }
}
