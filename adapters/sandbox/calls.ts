/**
 * The record of Bot API calls, as asked and as answered: a test asserts on it, the demo writes it
 * down. Empty polls are left out, they would bury the rest.
 */
import type { BotCall, FaultKind } from "./door_types.ts";
import type { World } from "./world.ts";

/** Writes and reads the record. */
export interface Calls {
  add(call: {
    readonly botId: number;
    readonly method: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly answer: Readonly<Record<string, unknown>>;
    readonly fault: FaultKind | null;
  }): void;
  /** @param filter Only after this id, only this method, at most so many (default 1,000). */
  list(
    filter: { readonly after?: number; readonly method?: string; readonly limit?: number },
  ): BotCall[];
}

/**
 * Opens the record.
 *
 * @param world Additions are raised as the signal `calls`.
 */
export function createCalls({ store, clock, signals }: World): Calls {
  return {
    add({ botId, method, params, answer, fault }) {
      const isEmptyPoll = method.toLowerCase() === "getupdates" &&
        Array.isArray(answer["result"]) && answer["result"].length === 0;
      if (isEmptyPoll) return;
      store.run(
        "insert into calls (bot_id, at, method, params, answer, fault) values (?, ?, ?, ?, ?, ?)",
        botId,
        clock.nowMs(),
        method,
        JSON.stringify(params),
        JSON.stringify(answer),
        fault,
      );
      signals.raise("calls");
    },
    list: ({ after = 0, method, limit = 1000 }) =>
      store.all<{
        id: number;
        bot_id: number;
        at: number;
        method: string;
        params: string;
        answer: string;
        fault: FaultKind | null;
      }>(
        `select id, bot_id, at, method, params, answer, fault from calls
         where id > ? and (? is null or lower(method) = lower(?)) order by id limit ?`,
        after,
        method ?? null,
        method ?? null,
        limit,
      ).map(({ at, params, answer, ...rest }) => ({
        ...rest,
        atMs: at,
        params: JSON.parse(params),
        answer: JSON.parse(answer),
      })),
  };
}
