/**
 * The sandbox's books: one SQLite file that the product never reads, in write-ahead mode, so that
 * what the services "know" outlives a kill -9 of the process. Guards against half-done
 * calls (each runs in one transaction) and against a file of another layout (`user_version`): an
 * older one is brought up to date, a newer one is refused.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { LAYOUTS } from "./schema.ts";

/** One row as SQLite gives it. */
export type Row = Record<string, SQLInputValue>;

/** Synchronous access to the books. */
export interface Store {
  run(
    sql: string,
    ...values: SQLInputValue[]
  ): { readonly changes: number; readonly lastId: number };
  one<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined;
  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[];
  /** All of it or nothing; may be nested, the outermost decides. */
  transaction<T>(work: () => T): T;
  setting(key: string): string | undefined;
  setSetting(key: string, value: string): void;
  /** A counter of its own: 1, 2, 3 … */
  next(counter: string): number;
  close(): void;
}

/**
 * Opens the books, and makes them when there are none.
 *
 * @param dataDir Folder for `sandbox.sqlite`; without it the books live in memory.
 * @throws {Error} When the file was written by a newer version of the sandbox.
 */
export function openStore(dataDir?: string): Store {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(
    dataDir === undefined ? ":memory:" : join(dataDir, "sandbox.sqlite"),
  );
  database.exec(
    "pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 5000;",
  );
  bringUpToDate(database, dataDir ?? ":memory:");

  const statements = new Map<string, StatementSync>();
  function prepare(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  let depth = 0;
  const store: Store = {
    run(sql, ...values) {
      const { changes, lastInsertRowid } = prepare(sql).run(...values);
      return { changes: Number(changes), lastId: Number(lastInsertRowid) };
    },
    one: <T>(sql: string, ...values: SQLInputValue[]) =>
      prepare(sql).get(...values) as T | undefined,
    all: <T>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as T[],
    transaction(work) {
      if (depth > 0) return work();
      database.exec("begin immediate");
      depth++;
      try {
        const result = work();
        database.exec("commit");
        return result;
      } catch (error: unknown) {
        database.exec("rollback");
        throw error;
      } finally {
        depth--;
      }
    },
    setting: (key) =>
      store.one<{ value: string }>("select value from settings where key = ?", key)?.value,
    setSetting(key, value) {
      store.run(
        "insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
        key,
        value,
      );
    },
    next(counter) {
      const row = store.one<{ value: number }>(
        "insert into counters (name, value) values (?, 1) on conflict (name) do update set value = value + 1 returning value",
        counter,
      );
      return Number(row?.value);
    },
    close: () => database.close(),
  };
  return store;
}

function bringUpToDate(database: DatabaseSync, folder: string): void {
  database.exec("begin immediate");
  const found = Number(database.prepare("pragma user_version").get()?.["user_version"]);
  if (found > LAYOUTS.length) {
    database.exec("rollback");
    database.close();
    throw new Error(
      `Cannot open the sandbox's books in "${folder}": layout ${found}, this sandbox knows ${LAYOUTS.length}; delete the folder or start the newer sandbox`,
    );
  }
  for (const step of LAYOUTS.slice(found)) database.exec(step);
  database.exec(`pragma user_version = ${LAYOUTS.length}; commit;`);
}
