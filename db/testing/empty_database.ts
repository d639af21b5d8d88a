/** Makes a used test database a fresh one; far sooner done than opening another. */
import type { Database } from "../connection.ts";

interface Table {
  name: string;
  /** Rows can be deleted; books that may only be added to refuse it by a trigger. */
  is_plain: boolean;
  /** Triggers that fire also for a session that replays; enabling all makes them ordinary ones. */
  always: string[];
  /** What numbers its rows, or null. */
  sequence: string | null;
}

/** Tables that hold rows in a fresh database: they belong to its schema. */
const filledTables = new WeakMap<Database, ReadonlySet<string>>();

/** Empties every table that was empty when the database was first given here. */
export async function emptyDatabase(database: Database): Promise<void> {
  const filled = await findFilled(database);
  const kept = filledTables.get(database);
  if (kept === undefined) {
    filledTables.set(database, new Set(filled.map(({ name }) => name)));
    return;
  }
  const used = filled.filter(({ name }) => !kept.has(name));
  const plain = used.filter((table) => table.is_plain);
  const guardedTables = used.filter((table) => !table.is_plain);
  const guarded = guardedTables.map(({ name }) => `"${name}"`);
  const triggers = (change: string): string[] =>
    guarded.map((name) => `alter table ${name} ${change} trigger user`);
  const statements = [
    // A session that was cut may not have been rolled back yet.
    "set local lock_timeout = '10s'",
    // A truncation makes new files; for a few rows it takes a hundred times as long.
    ...plain.map(({ name }) => `delete from "${name}"`),
    ...plain.flatMap(({ sequence }) =>
      sequence === null ? [] : [`select setval('${sequence}', 1, false)`]
    ),
    ...triggers("disable"),
    ...guarded.length === 0 ? [] : [`truncate ${guarded.join(", ")} restart identity cascade`],
    ...triggers("enable"),
    ...guardedTables.flatMap(({ name, always }) =>
      always.map((trigger) => `alter table "${name}" enable always trigger "${trigger}"`)
    ),
  ];
  await database.transaction((tx) => tx.query(statements.join("; ")));
}

async function findFilled(database: Database): Promise<Table[]> {
  const { rows } = await database.query<Table>(
    `select c.relname::text as name,
       not exists (select from pg_trigger t where t.tgrelid = c.oid) as is_plain,
       array(select t.tgname::text from pg_trigger t
             where t.tgrelid = c.oid and t.tgenabled = 'A') as always,
       (select pg_get_serial_sequence(quote_ident(c.relname), a.attname) from pg_attribute a
        where a.attrelid = c.oid and a.attidentity <> '' limit 1) as sequence
     from pg_class c
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
     order by c.relname`,
  );
  const looks = rows.map(({ name }) =>
    `select '${name}' as name where exists (select from "${name}")`
  );
  if (looks.length === 0) return [];
  const { rows: filled } = await database.query<{ name: string }>(looks.join(" union all "));
  const names = new Set(filled.map(({ name }) => name));
  return rows.filter(({ name }) => names.has(name));
}
