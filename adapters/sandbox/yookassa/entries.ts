/**
 * YooKassa's own books: every movement of the shop's and the gateway's money. Nothing changes a balance
 * but a row here, and no movement can be written twice.
 */
import type { World } from "../world.ts";

/** Whose money. */
export type AccountKind = "shop" | "gateway";

/** What a movement was for. A payout leaves when it is made and comes back when it is cancelled. */
export type EntryKind = "payment" | "fee" | "refund" | "topUp" | "payout" | "payoutReturn";

/** One movement. */
export interface Entry {
  readonly account: AccountKind;
  readonly kind: EntryKind;
  /** Kopecks; negative when it leaves. */
  readonly amount: number;
  /** The object it belongs to. */
  readonly ref: string;
}

/** Writes and sums. */
export interface Entries {
  add(entry: Entry): void;
  balance(account: AccountKind): number;
  /** The sum of one kind, with its sign. */
  sum(account: AccountKind, kind: EntryKind): number;
}

/** @param world Additions are raised as the signal `yookassa/books`. */
export function createEntries({ store, clock, signals }: World): Entries {
  const sumWhere = (condition: string, ...values: string[]): number =>
    store.one<{ sum: number }>(
      `select coalesce(sum(amount), 0) as sum from yookassa_entries where ${condition}`,
      ...values,
    )?.sum ?? 0;

  return {
    add({ account, kind, amount, ref }) {
      store.run(
        "insert into yookassa_entries (account, kind, amount, ref, at) values (?, ?, ?, ?, ?)",
        account,
        kind,
        amount,
        ref,
        clock.nowMs(),
      );
      signals.raise("yookassa/books");
    },
    balance: (account) => sumWhere("account = ?", account),
    sum: (account, kind) => sumWhere("account = ? and kind = ?", account, kind),
  };
}
