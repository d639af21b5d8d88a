/** The record of API calls, as asked and as answered: by it a test sees whether a key was kept. */
import type { World } from "../world.ts";
import type { YooKassaCall } from "../yookassa_types.ts";

/** Writes and reads the record. */
export interface Calls {
  add(call: Omit<YooKassaCall, "id" | "atMs">): void;
  /** @param filter Only after this id, only this method, at most so many (default 1,000). */
  list(
    filter: { readonly after?: number; readonly method?: string; readonly limit?: number },
  ): YooKassaCall[];
}

/** @param world Additions are raised as the signal `yookassa/calls`. */
export function createCalls({ store, clock, signals }: World): Calls {
  return {
    add({ account_id, method, key, path, body, status, answer, fault }) {
      store.run(
        `insert into yookassa_calls (account_id, at, method, key, path, body, status, answer, fault)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        account_id,
        clock.nowMs(),
        method,
        key,
        path,
        JSON.stringify(body),
        status,
        JSON.stringify(answer),
        fault,
      );
      signals.raise("yookassa/calls");
    },
    list: ({ after = 0, method, limit = 1000 }) =>
      store.all<
        Omit<YooKassaCall, "atMs" | "body" | "answer"> & {
          at: number;
          body: string;
          answer: string;
        }
      >(
        `select id, account_id, at, method, key, path, body, status, answer, fault
         from yookassa_calls where id > ? and (? is null or method = ?) order by id limit ?`,
        after,
        method ?? null,
        method ?? null,
        limit,
      ).map(({ at, body, answer, ...rest }) => ({
        ...rest,
        atMs: at,
        body: JSON.parse(body),
        answer: JSON.parse(answer),
      })),
  };
}
