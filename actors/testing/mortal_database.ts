/**
 * A database as one life of a node sees it. Every statement is a point at which the life can end:
 * then nothing is sent or answered any more, and the open sessions are cut, so that the server rolls
 * back what was not committed, and keeps what was.
 */
import type { Connection, Database, Rows } from "../../db/connection.ts";
import { commit } from "../../db/open_database.ts";
import { type Life, never } from "./life.ts";
import { isWrite, statementName } from "./statement_name.ts";

export interface MortalDatabase extends Database {
  /** Waits until the sessions of an ended life are cut. */
  cut(): Promise<void>;
}

class CutError extends Error {
  override readonly name = "CutError";
}

export function mortalDatabase(database: Database, life: Life): MortalDatabase {
  const sessions = new Set<Promise<unknown>>();

  function withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (life.isOver) return never();
    const lent = database.withConnection(async (connection) => {
      if (life.isOver) throw new CutError();
      const session = new MortalSession(connection, life);
      const ended = life.over.then(() => CutError);
      const result = await Promise.race([work(session), ended]);
      if (result !== CutError) return result as T;
      await session.settled();
      // A server does it by itself when the session ends; the embedded session is never closed.
      if (database.kind === "embedded") await connection.query("rollback");
      throw new CutError();
    });
    const ending = lent.catch(() => {}).finally(() => sessions.delete(ending));
    sessions.add(ending);
    return life.outlived(lent);
  }

  return {
    ...database,
    withConnection,
    transaction: (work) =>
      withConnection(async (connection) => {
        await connection.query("begin");
        try {
          const result = await work(connection);
          await commit(connection);
          return result;
        } catch (error) {
          await connection.query("rollback").catch(() => {});
          throw error;
        }
      }),
    query: (text, values) => withConnection((connection) => connection.query(text, values)),
    listen: (channels, listener) => {
      const heard = (hear: () => void): void => {
        if (!life.isOver) hear();
      };
      const end = database.listen(channels, {
        onMessage: (notification) => heard(() => listener.onMessage(notification)),
        onListening: () => heard(() => listener.onListening()),
      });
      // Nobody stops in order after the end of a life.
      let ending: Promise<void> | undefined;
      const endOnce = (): Promise<void> => ending ??= end();
      void life.over.then(() => sessions.add(endOnce()));
      return endOnce;
    },
    close: () => Promise.resolve(),
    cut: async () => {
      await Promise.all(sessions);
    },
  };
}

class MortalSession implements Connection {
  readonly #connection: Connection;
  readonly #life: Life;
  readonly #sent = new Set<Promise<unknown>>();
  #isInTransaction = false;

  constructor(connection: Connection, life: Life) {
    this.#connection = connection;
    this.#life = life;
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<Rows<Row>> {
    const life = this.#life;
    const name = statementName(text);
    if (!life.passes(`before ${name}`)) return await never();
    if (name === "begin") this.#isInTransaction = true;
    if (name === "commit" || name === "rollback") this.#isInTransaction = false;
    const commits = name === "commit" || (isWrite(text) && !this.#isInTransaction);
    const answer = this.#connection.query<Row>(text, values);
    const sent = answer.catch(() => {});
    this.#sent.add(sent);
    const rows = await life.outlived(answer).finally(() => this.#sent.delete(sent));
    // What is undone by a cut does not become another thing by having been answered.
    return commits && !life.passes(`after ${name}`) ? await never() : rows;
  }

  /** Waits for the answers of what was sent: after them it is known what the cut undoes. */
  async settled(): Promise<void> {
    await Promise.all(this.#sent);
  }
}
