/**
 * Opens the database: a Postgres server by `url`, or the embedded Postgres (PGlite) in `dataDir`
 * or in memory. Both speak through the same driver, so all SQL runs on both.
 *
 * PGlite is one session. It runs in a worker behind a Unix socket, and the whole process holds one
 * connection to it; two would silently receive each other's rows.
 */
import type { Writable } from "node:stream";
import pg from "pg";
import { CommitError, type Connection, type Database, type Rows } from "./connection.ts";
import { type Embedded, startEmbedded } from "./embedded.ts";
import { listenOn } from "./listen.ts";
import { migrate } from "./migrate.ts";
import { isPostgresUrl, POSTGRES_URL_FORM } from "./postgres_url.ts";
import { SilenceGuard } from "./silence_guard.ts";
import { type GroupedStatement, StatementGroup } from "./statement_group.ts";

export interface OpenDatabaseOptions {
  /** Connection string of a Postgres server, version 15 or later. */
  url?: string | undefined;
  /** Folder of the embedded Postgres. Without `url` and `dataDir` it lives in memory. */
  dataDir?: string | undefined;
  /** Most sessions on a server at once. @default {8} */
  maxConnections?: number;
  /** Milliseconds without an answer after which a session of a server is given up. @default {30_000} */
  answerTimeoutMs?: number;
  /** Schema to work in; created when absent. Tests give each test its own. @default {"public"} */
  schema?: string;
  /**
   * Whether to bring the schema up to date. Who only looks at a database that other code may be using
   * must not.
   * @default {true}
   */
  migrates?: boolean;
}

/**
 * Small or fresh tables would otherwise be read by sequential scans and hash joins over tables that
 * grow; with pinned plans the same load ran 1.7 times as fast (DESIGN §6).
 */
const RUNTIME_SETTINGS = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  jit: "off",
  // A frozen node keeps its row locks whatever its lease says; the server ends its transaction.
  idle_in_transaction_session_timeout: "3s",
  lock_timeout: "250ms",
};

/**
 * Opens the database and brings its schema up to date.
 * @throws {TypeError} When `url` is no Postgres URL; it is not repeated, it may hold a password.
 * @throws {DataDirLockedError} When another process has the embedded folder open.
 * @throws {SchemaTooNewError} When the database was migrated by newer code.
 */
export async function openDatabase(options: OpenDatabaseOptions = {}): Promise<Database> {
  const database = options.url === undefined
    ? await openEmbedded(options.dataDir, options.schema ?? "public")
    : openServer(options.url, options);
  try {
    if (options.migrates ?? true) await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function openServer(url: string, options: OpenDatabaseOptions): Database {
  if (!isPostgresUrl(url)) {
    throw new TypeError(`Cannot open this database: expected ${POSTGRES_URL_FORM}`);
  }
  const settings = { ...RUNTIME_SETTINGS, search_path: options.schema ?? "public" };
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 8,
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    options: Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(" "),
    types: ROW_TYPES,
  } as pg.PoolConfig);
  // An idle session that the server ends is replaced at the next checkout.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const silence = new SilenceGuard(options.answerTimeoutMs ?? 30_000);
  return createDatabase("server", {
    borrow: async () => {
      const client = await pool.connect();
      return { client, release: (failed) => client.release(failed) };
    },
    close: () => pool.end().finally(() => silence.end()),
    listen: (channels, listener) => listenOn(url, channels, listener, options.answerTimeoutMs),
    silence,
  });
}

async function openEmbedded(dataDir: string | undefined, schema: string): Promise<Database> {
  const embedded = await startEmbedded(dataDir);
  try {
    const database = await connectEmbedded(embedded, schema);
    const close = (): Promise<void> => database.close().finally(() => embedded.stop());
    return { ...database, close };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/** Connects the one client that an embedded Postgres may have at a time. */
export async function connectEmbedded(embedded: Embedded, schema: string): Promise<Database> {
  const client = new pg.Client({
    host: embedded.socketFolder,
    user: "postgres",
    database: "postgres",
    pipeline: true,
    types: ROW_TYPES,
  } as pg.ClientConfig);
  client.on("error", () => {});
  await client.connect();
  // Start-up parameters are ignored by PGlite, and its one session outlives its clients.
  await client.query("deallocate all");
  for (const [name, value] of Object.entries(RUNTIME_SETTINGS)) {
    if (name === "lock_timeout" || name === "idle_in_transaction_session_timeout") continue;
    await client.query(`set ${name} = ${value}`);
  }
  await client.query(`create schema if not exists ${schema}`);
  await client.query(`set search_path = ${schema}`);

  let turn: Promise<void> = Promise.resolve();
  return createDatabase("embedded", {
    borrow: async () => {
      const before = turn;
      let release = (): void => {};
      turn = new Promise((resolve) => (release = resolve));
      await before;
      return { client, release };
    },
    close: async () => {
      await turn;
      await client.end();
    },
  });
}

interface Lender {
  /** Waits for a free session. */
  borrow(): Promise<{ client: pg.ClientBase; release: (failed: boolean) => void }>;
  close(): Promise<void>;
  listen?: Database["listen"];
  silence?: SilenceGuard;
}

function createDatabase(kind: Database["kind"], lender: Lender): Database {
  async function withConnection<T>(
    work: (connection: Connection) => Promise<T>,
    silence = lender.silence,
  ): Promise<T> {
    const { client, release } = await lender.borrow();
    let failed = true;
    try {
      const result = await work(connectionOf(client, silence));
      failed = false;
      return result;
    } finally {
      release(failed);
    }
  }

  async function transaction<T>(
    work: (tx: Connection) => Promise<T>,
    { isPatient = false }: { isPatient?: boolean } = {},
  ): Promise<T> {
    return await withConnection(async (connection) => {
      await connection.query("begin");
      try {
        const result = await work(connection);
        await commit(connection);
        return result;
      } catch (error) {
        // The session is closed on a server; the embedded one must be clean for the next turn.
        await connection.query("rollback").catch(() => {});
        throw error;
      }
    }, isPatient ? undefined : lender.silence);
  }

  return {
    kind,
    withConnection: (work) => withConnection(work),
    transaction,
    query: (text, values) => withConnection((connection) => connection.query(text, values)),
    listen: lender.listen ?? (() => () => Promise.resolve()),
    close: () => lender.close(),
  };
}

/**
 * Commits, and makes sure that it *was* a commit: in a pipeline a failed statement turns COMMIT into
 * an answer that succeeds and says ROLLBACK.
 * @throws {CommitError} When the transaction was rolled back.
 */
export async function commit(connection: Connection): Promise<void> {
  const { command } = await connection.query("commit");
  if (command !== "COMMIT") {
    throw new CommitError(`Cannot commit: the database answered ${command}`);
  }
}

function connectionOf(client: pg.ClientBase, silence: SilenceGuard | undefined): Connection {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  let isInTransaction = false;
  const gathered: GroupedStatement[] = [];
  const send = (statements: GroupedStatement[]): void => {
    const group = new StatementGroup(statements, (oid) => ROW_TYPES.getTypeParser(oid));
    client.query(group as unknown as pg.Submittable);
  };
  const sendGathered = (): void => {
    if (gathered.length > 0) send(gathered.splice(0));
  };
  /** Those of one transaction that are issued together leave as one group. */
  const gather = (text: string, values: readonly unknown[]): Promise<Rows<never>> =>
    new Promise((resolve, reject) => {
      const statement = { text, values, resolve, reject } as unknown as GroupedStatement;
      if (!isInTransaction) {
        sendGathered();
        return send([statement]);
      }
      if (gathered.length === 0) queueMicrotask(sendGathered);
      gathered.push(statement);
    });
  /** Any text, also of several statements. */
  const sendText = async (text: string): Promise<Rows<never>> => {
    sendGathered();
    const { rows, rowCount, command } = await client.query(text);
    return { rows: rows as never[], rowCount: rowCount ?? 0, command };
  };
  return {
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Rows<Row>> {
      if (text === "begin") isInTransaction = true;
      const isCommand = text === "begin" || text === "commit";
      const answer = values === undefined && !isCommand
        ? sendText(text)
        : gather(text, values ?? []);
      if (text === "commit" || text === "rollback") isInTransaction = false;
      const heard = silence?.expect(stream);
      try {
        return await answer;
      } finally {
        heard?.();
      }
    },
  };
}

const INT8_OID = 20;

/** `bigint` columns as `bigint`: ids and money must not pass through a float. */
const ROW_TYPES = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8_OID && format !== "binary"
      ? BigInt
      : pg.types.getTypeParser(oid, format as "text"),
};
