/**
 * The operator for a command that runs beside the platform, or without it: over the database server,
 * through the running process that has the embedded database open, or over its folder.
 */
import { join } from "node:path";
import { createCheck, type Operator } from "../../actors/operator/operator.ts";
import type { Database } from "../../db/connection.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import { openDatabase } from "../../db/open_database.ts";
import type { Config } from "../config/read_config.ts";
import { connectOperator } from "./operator_socket.ts";
import { createPlatformOperator, defineUnrunActors } from "./platform_operator.ts";

export interface OpenOperator {
  readonly operator: Operator;
  /** Whether nodes may be at work, so that what is put back is soon taken. */
  readonly mayRun: boolean;
  close(): Promise<void>;
}

/** What is stored cannot be operated on, and why. */
export class OperatorError extends Error {
  override readonly name = "OperatorError";
}

/**
 * Opens what the configuration names, without bringing its schema up to date.
 * @param isCheck Whether an older schema will do, too: a check before a deploy meets the old one.
 * @throws {OperatorError} When there is no database, or its schema is older.
 * @throws {SchemaTooNewError} When its schema is newer than this code.
 * @throws {DataDirLockedError} When another process has it open and does not answer.
 */
export async function openOperator(
  { databaseUrl, dataDir }: Pick<Config, "databaseUrl" | "dataDir">,
  { isCheck }: { isCheck: boolean },
): Promise<OpenOperator> {
  if (databaseUrl !== undefined) {
    const database = await openDatabase({ url: databaseUrl, migrates: false, maxConnections: 2 });
    return await operate(database, { isCheck, mayRun: true });
  }
  const running = await connectOperator(dataDir);
  if (running !== undefined) {
    // What runs may be older: a check tries this code on what that process has in its hands.
    const actors = defineUnrunActors();
    const check = createCheck({ actors, stored: running.operator.stored });
    return {
      operator: { ...running.operator, check },
      mayRun: true,
      close: () => Promise.resolve(running.close()),
    };
  }
  await assertDatabaseIn(dataDir);
  return await operate(await openDatabase({ dataDir, migrates: false }), {
    isCheck,
    mayRun: false,
  });
}

async function operate(
  database: Database,
  { isCheck, mayRun }: { isCheck: boolean; mayRun: boolean },
): Promise<OpenOperator> {
  try {
    await assertSchema(database, isCheck);
  } catch (error) {
    await database.close();
    throw error;
  }
  const actors = defineUnrunActors();
  const operator = createPlatformOperator({ database, actors, log: () => {} });
  return { operator, mayRun, close: () => database.close() };
}

async function assertDatabaseIn(dataDir: string): Promise<void> {
  try {
    await Deno.stat(join(dataDir, "postgres"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new OperatorError(
      `There is no database in "${dataDir}". Set DATA_DIR to the folder of the platform, or ` +
        `DATABASE_URL to its Postgres server`,
    );
  }
}

async function assertSchema(database: Database, isCheck: boolean): Promise<void> {
  const [first, ...others] = await pendingMigrations(database);
  if (first === undefined || (isCheck && first > 1)) return;
  if (first === 1) {
    throw new OperatorError("There are no actors in this database: it was never used");
  }
  throw new OperatorError(
    `This database lacks migration ${
      [first, ...others].join(", ")
    }, and only \`start\` brings it ` +
      `up to date. Use the version of the platform that runs on it`,
  );
}
