/**
 * A fresh, migrated database for one test: a schema of one embedded Postgres per process, or a
 * database of its own on the server, cloned from a template. Which one, the vitest project says.
 */
import { randomBytes } from "node:crypto";
import { afterAll, onTestFinished } from "vitest";
import type { Database } from "../connection.ts";
import { type Embedded, startEmbedded } from "../embedded.ts";
import { migrate } from "../migrate.ts";
import { connectEmbedded, openDatabase } from "../open_database.ts";
import { emptyDatabase } from "./empty_database.ts";
import { RUN_VARIABLE, SERVER_VARIABLE } from "./test_run.ts";

/** `embedded` or `server`: the database of the running vitest project. */
export const testDatabaseKind: "embedded" | "server" =
  Deno.env.get("ZHREB_TEST_DATABASE") === "server" ? "server" : "embedded";

/** Opens a fresh database and closes and removes it when the test ends. */
export async function openTestDatabase(): Promise<Database> {
  if (testDatabaseKind === "embedded") return await openEmbeddedSchema();
  const database = await openDatabase({ url: await createServerDatabase() });
  onTestFinished(() => database.close());
  return database;
}

/**
 * A database of its own on the test server, removed when the test ends; for tests that need several
 * sessions, nodes or processes.
 * @returns Its connection string.
 */
export async function createServerDatabase(): Promise<string> {
  const template = await serverTemplate();
  const name = `zhreb_test_${run}${randomBytes(6).toString("hex")}`;
  await onServer(
    `create database ${name} template ${template}`,
    // No test outlives a crash of this server, and a step would wait for the disk.
    `alter database ${name} set synchronous_commit = off`,
  );
  onTestFinished(() => onServer(`drop database if exists ${name} with (force)`));
  return urlOf(name);
}

let embedded: Promise<Embedded> | undefined;

/** Schemas that tests have left as they had found them: emptied, sooner to be had than migrated. */
const idle: string[] = [];

async function openEmbeddedSchema(): Promise<Database> {
  embedded ??= startEmbedded();
  const used = idle.pop();
  const schema = used ?? `test_${randomBytes(6).toString("hex")}`;
  const database = await connectEmbedded(await embedded, schema);
  if (used === undefined) await migrate(database);
  // It learns which rows belong to the schema.
  await emptyDatabase(database);
  const found = await shapeOf(database);
  onTestFinished(async () => {
    if (await shapeOf(database) === found) {
      await emptyDatabase(database);
      await database.query(RESTART_SEQUENCES);
      idle.push(schema);
    } else await database.query(`drop schema ${schema} cascade`);
    await database.close();
  });
  return database;
}

const RESTART_SEQUENCES = `
  select setval(c.oid::regclass, 1, false) from pg_class c
  where c.relkind = 'S' and c.relnamespace = current_schema()::regnamespace`;

/** Tables, columns, functions, triggers and constraints as they stand, and the migrations. */
const SHAPE = `
  select md5(concat(
    (select string_agg(concat(c.oid, c.xmin), ',' order by c.oid) from pg_class c
     where c.relnamespace = n.oid),
    (select string_agg(concat(a.attrelid, a.attname, a.xmin), ',' order by a.attrelid, a.attnum)
     from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = n.oid),
    (select string_agg(concat(p.oid, p.xmin), ',' order by p.oid) from pg_proc p
     where p.pronamespace = n.oid),
    (select string_agg(concat(t.oid, t.xmin), ',' order by t.oid) from pg_trigger t
     join pg_class c on c.oid = t.tgrelid where c.relnamespace = n.oid),
    (select string_agg(concat(k.oid, k.xmin), ',' order by k.oid) from pg_constraint k
     where k.connamespace = n.oid),
    (select string_agg(m.id::text, ',' order by m.id) from migrations m)
  )) as shape
  from pg_namespace n where n.nspname = current_schema()`;

async function shapeOf(database: Database): Promise<string | undefined> {
  const { rows: [row] } = await database.query<{ shape: string }>(SHAPE);
  return row?.shape;
}

/** Marks the databases of one run of all tests; a test run by hand has no mark. */
const run = Deno.env.has(RUN_VARIABLE) ? `${Deno.env.get(RUN_VARIABLE)}_` : "";

let template: Promise<string> | undefined;

function serverTemplate(): Promise<string> {
  template ??= (async () => {
    const name = `zhreb_template_${run}${randomBytes(6).toString("hex")}`;
    await onServer(`create database ${name}`);
    await (await openDatabase({ url: urlOf(name) })).close();
    return name;
  })();
  return template;
}

afterAll(async () => {
  if (template === undefined) return;
  const name = await template;
  template = undefined;
  await onServer(`drop database if exists ${name} with (force)`);
});

function serverUrl(): string {
  const url = Deno.env.get(SERVER_VARIABLE) ?? Deno.env.get("DATABASE_URL");
  if (url === undefined) throw new Error("Set DATABASE_URL to run the tests on a server");
  return url;
}

function urlOf(databaseName: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${databaseName}`;
  return url.href;
}

async function onServer(...statements: string[]): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
