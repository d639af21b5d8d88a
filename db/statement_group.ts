/**
 * Statements that leave together and are answered together.
 *
 * The driver gives each statement a `Sync` of its own, so the server answers each with a packet of
 * its own, and asks for the columns each time. Here a group has one `Sync`, and what a statement
 * returns is asked for once a session: of eight statements that costs the client half, the server a
 * third less. One that fails fails those after it in the group, as the protocol has it.
 *
 * Protocol: "Extended Query" and "Pipelining", chapter 55.2 of Postgres's documentation.
 */
import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import { arrayTypes, encodeArray } from "./array_parameter.ts";
import type { Rows } from "./connection.ts";

/** One statement of a group, and who waits for its rows. */
export interface GroupedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  resolve(rows: Rows<Record<string, unknown>>): void;
  reject(error: unknown): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** What the driver's connection does with single messages of the protocol. */
interface Wire {
  readonly stream: Writable;
  parse(message: { text: string; name: string }): void;
  bind(message: {
    statement: string;
    values: readonly unknown[];
    valueMapper: (value: unknown) => unknown;
  }): void;
  describe(message: { type: "P"; name: string }): void;
  execute(message: Record<string, never>): void;
  close(message: { type: "S"; name: string }): void;
  sync(): void;
}

type ParseValue = (text: string) => unknown;

/** A statement as one session has it. */
interface Prepared {
  /** Whether it has run: until then nobody knows whether the server has it. */
  isCertain: boolean;
  fields: readonly Field[] | undefined;
}

interface Running {
  readonly statement: GroupedStatement;
  readonly prepared: Prepared;
  readonly rows: Record<string, unknown>[];
  parsers: readonly ParseValue[] | undefined;
  done: Rows<Record<string, unknown>> | undefined;
}

interface Named {
  readonly name: string;
  readonly arrayTypes: ReadonlyMap<number, string>;
}

/** No server takes it for a statement. */
const UNSENDABLE = "a statement that could not be written";

const sessions = new WeakMap<Wire, Map<string, Prepared>>();
const names = new Map<string, Named>();

/** The driver pipelines its own class of queries only. */
const DriverQuery = pg.Query as unknown as new (config: { text: string }) => object;

/** Given to `client.query`; the driver takes it for one query. */
export class StatementGroup extends DriverQuery {
  /** What of the driver's query would be looked up or waited for is not there. */
  declare name: string | undefined;
  /** Set by the driver where `query_timeout` is, to end its timer. */
  declare callback: (() => void) | undefined;
  readonly #statements: readonly GroupedStatement[];
  readonly #typeParser: (oid: number) => ParseValue;
  readonly #running: Running[] = [];
  #next = 0;
  /** A statement that could not be written, which the server was told of. */
  #fault: { readonly error: unknown } | undefined;

  /** @param statements At least one. */
  constructor(
    statements: readonly GroupedStatement[],
    typeParser: (oid: number) => ParseValue,
  ) {
    super({ text: "" });
    this.#statements = statements;
    this.#typeParser = typeParser;
  }

  /** Called by the driver when it is this group's turn to be sent. */
  submit(connection: unknown): void {
    const wire = connection as Wire;
    const session = sessionOf(wire);
    wire.stream.cork();
    try {
      for (const statement of this.#statements) this.#send(wire, session, statement);
    } catch (error) {
      // Nothing after it may count, least of all a commit: the server is made to refuse the rest.
      this.#fault = { error };
      wire.parse({ name: "", text: UNSENDABLE });
    }
    wire.sync();
    wire.stream.uncork();
  }

  #send(wire: Wire, session: Map<string, Prepared>, statement: GroupedStatement): void {
    const { text, values } = statement;
    const { name, arrayTypes: types } = nameOf(text);
    const encoded = values.map((value, index) => {
      const type = types.get(index);
      return type === undefined || !Array.isArray(value) ? value : encodeArray(value, type);
    });
    let prepared = session.get(text);
    if (prepared?.isCertain !== true) {
      if (prepared !== undefined) wire.close({ type: "S", name });
      wire.parse({ text, name });
      prepared = { isCertain: false, fields: undefined };
      session.set(text, prepared);
    }
    wire.bind({ statement: name, values: encoded, valueMapper: prepareValue });
    if (prepared.fields === undefined) wire.describe({ type: "P", name: "" });
    wire.execute({});
    this.#running.push({ statement, prepared, rows: [], parsers: undefined, done: undefined });
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.#current.prepared.fields = fields;
  }

  handleDataRow({ fields: values }: { fields: readonly (string | null)[] }): void {
    const running = this.#current;
    const fields = running.prepared.fields as readonly Field[];
    running.parsers ??= fields.map(({ dataTypeID }) => this.#typeParser(dataTypeID));
    const row: Record<string, unknown> = {};
    for (let index = 0; index < fields.length; index++) {
      const value = values[index] as string | null;
      row[(fields[index] as Field).name] = value === null
        ? null
        : (running.parsers[index] as ParseValue)(value);
    }
    running.rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const running = this.#current;
    const [command = ""] = text.split(" ");
    running.prepared.isCertain = true;
    running.prepared.fields ??= [];
    running.done = { rows: running.rows, rowCount: Number(/\d+$/.exec(text)?.[0] ?? 0), command };
    this.#next++;
    // The last one's work counts only when the server is ready again.
    if (this.#next < this.#statements.length) running.statement.resolve(running.done);
  }

  /** A text without a statement: answered, and nothing done. */
  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: "" });
  }

  handleReadyForQuery(): void {
    this.callback?.();
    const last = this.#running.at(-1);
    if (last?.done !== undefined) last.statement.resolve(last.done);
  }

  handleError(error: unknown): void {
    this.callback?.();
    const failed = this.#running[this.#next];
    // Its plan may be of no use any more; with the next use it is made anew.
    if (failed !== undefined) failed.prepared.isCertain = false;
    const reason = this.#fault !== undefined && failed === undefined ? this.#fault.error : error;
    const answered = Math.min(this.#next, this.#statements.length - 1);
    for (const statement of this.#statements.slice(answered)) statement.reject(reason);
  }

  get #current(): Running {
    return this.#running[this.#next] as Running;
  }
}

function sessionOf(wire: Wire): Map<string, Prepared> {
  let session = sessions.get(wire);
  if (session === undefined) sessions.set(wire, session = new Map());
  return session;
}

function nameOf(text: string): Named {
  let named = names.get(text);
  if (named === undefined) {
    // A command of one word is its own name, which makes it known on the wire.
    const name = /^[a-z]+$/.test(text)
      ? text
      : createHash("sha256").update(text).digest("base64url").slice(0, 20);
    names.set(text, named = { name, arrayTypes: arrayTypes(text) });
  }
  return named;
}
