/**
 * The balance of a bot in Stars and every transaction that moved it. Nothing changes a balance but
 * `moveBalance`, which writes the row that says so: balance and rows always agree. Guards against a
 * product that trusts its own books alone: these are the ones it is reconciled with.
 *
 * Source: Bot API 10.3 (StarTransaction, TransactionPartner, StarAmount).
 */
import type { BotBooks, Charge, StarPartner } from "../star_types.ts";
import { randomHex } from "../random.ts";
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";
import { sentGifts } from "./sent_gifts.ts";
import type { MethodCall, Methods } from "./telegram_context.ts";
import { badRequest } from "./telegram_error.ts";

/** What a transaction was for, in the sandbox's own words. */
export type TransactionKind =
  | "payment"
  | "refund"
  | "withdrawal"
  | "topUp"
  | "gift"
  | "premium"
  | "broadcast"
  | "other";

/** One movement; both amounts have the same sign, outgoing is negative. */
export interface Movement {
  readonly id: string;
  readonly kind: TransactionKind;
  readonly stars: number;
  /** Billionths of a Star beside the whole ones. */
  readonly nanos?: number;
  readonly partner: StarPartner;
  readonly personId?: number;
}

const NANOS = 1_000_000_000;

/** Methods that tell the balance and its transactions. */
export const starBookMethods: Methods = {
  getStarTransactions: {
    parameters: { offset: "integer", limit: "integer" },
    handle: getStarTransactions,
  },
  getMyStarBalance: {
    parameters: {},
    handle({ world, bot }) {
      const { stars, nanos } = balanceOf(world, bot);
      // Telegram rounds towards zero; the books keep the fraction above the whole number.
      const [amount, rest] = stars < 0 && nanos > 0 ? [stars + 1, nanos - NANOS] : [stars, nanos];
      return { amount, ...(rest === 0 ? {} : { nanostar_amount: rest }) };
    },
  },
};

/** What the bot holds: `stars` rounded down, and the fraction above it. */
export function balanceOf({ store }: World, bot: Bot): { stars: number; nanos: number } {
  return store.one<{ stars: number; nanos: number }>(
    "select balance as stars, nanos from bots where id = ?",
    bot.id,
  ) ?? { stars: 0, nanos: 0 };
}

/**
 * Insists on a balance.
 *
 * @throws {TelegramError} BALANCE_TOO_LOW when the bot holds less than so many Stars.
 */
export function requireBalance(world: World, bot: Bot, stars: number): void {
  if (balanceOf(world, bot).stars < stars) throw badRequest("BALANCE_TOO_LOW");
}

/** An id of the form Telegram's have; the time keeps those of two runs with one seed apart. */
export function newTransactionId({ clock, random }: World): string {
  return `stx${clock.nowMs().toString(16).padStart(12, "0")}${randomHex(random, 34)}`;
}

/** Moves the balance and writes the transaction. */
export function moveBalance(
  { store, clock, signals }: World,
  bot: Bot,
  { id, kind, stars, nanos = 0, partner, personId }: Movement,
): void {
  store.run(
    `update bots set balance = balance + ? + (nanos + ? >= ${NANOS}) - (nanos + ? < 0),
     nanos = (nanos + ? + ${NANOS}) % ${NANOS} where id = ?`,
    stars,
    nanos,
    nanos,
    nanos,
    bot.id,
  );
  store.run(
    `insert into star_transactions (bot_id, id, is_incoming, kind, amount, nanos, at, person_id,
     partner) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    bot.id,
    id,
    stars + nanos > 0 ? 1 : 0,
    kind,
    Math.abs(stars),
    Math.abs(nanos),
    clock.nowMs(),
    personId ?? null,
    JSON.stringify(partner),
  );
  signals.raise("books");
}

/** The owner takes Stars out. @throws {TelegramError} When the balance is lower. */
export function withdraw(world: World, bot: Bot, stars: number): void {
  requireBalance(world, bot, stars);
  moveBalance(world, bot, {
    id: newTransactionId(world),
    kind: "withdrawal",
    stars: -stars,
    partner: { type: "fragment", withdrawal_state: { type: "pending" } },
  });
}

/** The owner buys Stars for the bot. */
export function topUp(world: World, bot: Bot, stars: number): void {
  moveBalance(world, bot, {
    id: newTransactionId(world),
    kind: "topUp",
    stars,
    partner: { type: "fragment" },
  });
}

/**
 * A transaction that nobody in the product can have caused.
 *
 * @param stars Positive for an incoming one.
 * @returns Its id.
 */
export function addStranger(world: World, bot: Bot, stars: number, partner: StarPartner): string {
  const id = newTransactionId(world);
  moveBalance(world, bot, { id, kind: "other", stars, partner });
  return id;
}

/** What the books say about one bot. */
export function booksOf(world: World, bot: Bot): BotBooks {
  const charges = world.store.all<{
    id: string;
    person_id: number;
    amount: number;
    payload: string;
    paid_at: number;
    refunded_at: number | null;
    refund_kind: Charge["refundKind"];
  }>(
    `select id, person_id, amount, payload, paid_at, refunded_at, refund_kind from charges
     where bot_id = ? order by rowid`,
    bot.id,
  );
  const sums = world.store.all<{ kind: TransactionKind; stars: number; nanos: number }>(
    `select kind, sum(case is_incoming when 1 then amount else -amount end) as stars,
     sum(case is_incoming when 1 then nanos else -nanos end) as nanos
     from star_transactions where bot_id = ? group by kind`,
    bot.id,
  );
  const sum = (kind: TransactionKind): number => {
    const row = sums.find((one) => one.kind === kind);
    return row === undefined ? 0 : (row.stars * NANOS + row.nanos) / NANOS;
  };
  const { stars, nanos } = balanceOf(world, bot);
  return {
    bot_id: bot.id,
    username: bot.username,
    received: sum("payment"),
    refunded: Math.abs(sum("refund")),
    withdrawn: Math.abs(sum("withdrawal")),
    toppedUp: sum("topUp"),
    spentOnGifts: Math.abs(sum("gift")),
    spentOnPremium: Math.abs(sum("premium")),
    spentOnBroadcasts: Math.abs(sum("broadcast")),
    unknown: sum("other"),
    balance: (stars * NANOS + nanos) / NANOS,
    charges: charges.map((charge): Charge => ({
      telegram_payment_charge_id: charge.id,
      person_id: charge.person_id,
      amount: charge.amount,
      invoice_payload: charge.payload,
      paidAtMs: charge.paid_at,
      refundedAtMs: charge.refunded_at,
      refundKind: charge.refund_kind,
    })),
    gifts: sentGifts(world, "bot", bot.id),
  };
}

function getStarTransactions({ bot, params, world }: MethodCall): unknown {
  const offset = Number(params["offset"] ?? 0);
  if (offset < 0) throw badRequest("offset must be non-negative");
  const limit = Math.min(100, Math.max(1, Number(params["limit"] ?? 100)));
  const rows = world.store.all<{
    id: string;
    is_incoming: number;
    amount: number;
    nanos: number;
    at: number;
    partner: string;
  }>(
    `select id, is_incoming, amount, nanos, at, partner from star_transactions
     where bot_id = ? order by seq limit ? offset ?`,
    bot.id,
    limit,
    offset,
  );
  return {
    transactions: rows.map((row) => ({
      id: row.id,
      amount: row.amount,
      ...(row.nanos === 0 ? {} : { nanostar_amount: row.nanos }),
      date: Math.floor(row.at / 1000),
      [row.is_incoming === 1 ? "source" : "receiver"]: JSON.parse(row.partner),
    })),
  };
}
