/**
 * Brings the schema up to date: each file of `migrations/` once, in the order of its number, in one
 * transaction with the row that records it. Files are never edited once released, only added.
 */
import type { Connection, Database } from "./connection.ts";

export class SchemaTooNewError extends Error {
  override readonly name = "SchemaTooNewError";
}

const FOLDER = new URL("./migrations/", import.meta.url);
const FILE_NAME = /^(\d{6})_[a-z0-9_]+\.sql$/;
/** Any constant serves: the advisory lock that keeps two nodes from migrating at once. */
const MIGRATION_LOCK = 7_266_542;

/**
 * @throws {SchemaTooNewError} When the database has a migration that this code does not know.
 */
export async function migrate(database: Database): Promise<void> {
  const files = migrationFiles();
  await database.transaction(async (tx) => {
    // A second node waits here as long as the first one migrates.
    await tx.query("set local lock_timeout = 0");
    await tx.query("set local idle_in_transaction_session_timeout = 0");
    await tx.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await tx.query(
      "create table if not exists migrations (id int primary key, applied_at timestamptz not null default now())",
    );
    const { rows } = await tx.query<{ id: number }>("select id from migrations order by id");
    const applied = new Set(rows.map((row) => row.id));
    refuseNewerSchema(applied, files);
    for (const file of files) {
      if (!applied.has(numberOf(file))) await apply(tx, file);
    }
  }, { isPatient: true });
}

/**
 * The migrations that the database lacks, by their numbers; changes nothing.
 * @throws {SchemaTooNewError} When the database has a migration that this code does not know.
 */
export async function pendingMigrations(database: Database): Promise<number[]> {
  const files = migrationFiles();
  const { rows: [found] } = await database.query<{ migrations: string | null }>(
    "select to_regclass('migrations')::text as migrations",
  );
  if (found?.migrations === null) return files.map(numberOf);
  const { rows } = await database.query<{ id: number }>("select m.id from migrations m");
  const applied = new Set(rows.map((row) => row.id));
  refuseNewerSchema(applied, files);
  return files.map(numberOf).filter((id) => !applied.has(id));
}

function migrationFiles(): string[] {
  return [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
    .filter((name) => FILE_NAME.test(name)).sort();
}

async function apply(tx: Connection, file: string): Promise<void> {
  await tx.query("insert into migrations (id) values ($1)", [numberOf(file)]);
  await tx.query(await Deno.readTextFile(new URL(file, FOLDER)));
}

function refuseNewerSchema(applied: Set<number>, files: string[]): void {
  const newest = Math.max(0, ...files.map(numberOf));
  const unknown = [...applied].filter((id) => id > newest);
  if (unknown.length === 0) return;
  throw new SchemaTooNewError(
    `Cannot use this database: it has migration ${
      unknown.join(", ")
    }, this version of Zhreb knows ` +
      `${newest} at most. Start the newer version`,
  );
}

function numberOf(file: string): number {
  return Number(file.slice(0, 6));
}
