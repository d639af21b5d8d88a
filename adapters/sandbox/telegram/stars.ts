/**
 * The Stars' books: charges, refunds, transactions, balances. A refund is always the whole charge,
 * once, to the one who paid, and only while the balance lasts. Guards against a product that trusts
 * its own books alone: these are the ones it is reconciled with.
 *
 * Source: Bot API 10.3 (refundStarPayment, StarTransaction); CHARGE_ALREADY_REFUNDED:
 * tdlib/telegram-bot-api #690; CHARGE_ID_INVALID, USER_ID_INVALID: payments.refundStarsCharge.
 */
import type { BotBooks, Charge, Person } from "../door_types.ts";
import type { World } from "../world.ts";
import { randomHex } from "../random.ts";
import { type Bot, botUser } from "./bots.ts";
import { personUser } from "./chats.ts";
import type { MethodCall, Methods, TelegramContext } from "./telegram_context.ts";
import { badRequest } from "./telegram_error.ts";

/** A charge as the books keep it. */
export interface ChargeRow {
  readonly id: string;
  readonly bot_id: number;
  readonly person_id: number;
  readonly amount: number;
  readonly payload: string;
  readonly provider_charge_id: string;
  readonly paid_at: number;
  readonly refunded_at: number | null;
  readonly refund_kind: "refund" | "chargeback" | null;
}

const CHARGE_COLUMNS = `id, bot_id, person_id, amount, payload, provider_charge_id, paid_at,
  refunded_at, refund_kind`;

/** Methods about Stars. */
export const starMethods: Methods = {
  refundStarPayment: {
    parameters: { user_id: "integer", telegram_payment_charge_id: "string" },
    handle: refundStarPayment,
  },
  getStarTransactions: {
    parameters: { offset: "integer", limit: "integer" },
    handle: getStarTransactions,
  },
  getMyStarBalance: {
    parameters: {},
    handle: ({ world, bot }) => ({ amount: balanceOf(world, bot) }),
  },
};

/** Moves the Stars of a payment. @returns Null when the person has too few. */
export function takePayment(
  { world, chats }: TelegramContext,
  bot: Bot,
  { personId, amount, payload }: { personId: number; amount: number; payload: string },
): ChargeRow | null {
  if (!chats.moveStars(personId, -amount)) return null;
  // The time keeps charges of two runs with one seed apart, as in two halves of one history.
  const id = `stx${world.clock.nowMs().toString(16).padStart(12, "0")}${
    randomHex(world.random, 34)
  }`;
  const nowMs = world.clock.nowMs();
  world.store.run(
    `insert into charges (id, bot_id, person_id, amount, payload, provider_charge_id, paid_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
    id,
    bot.id,
    personId,
    amount,
    payload,
    `${personId}_${world.store.next("provider_charge")}`,
    nowMs,
  );
  moveBalance(world, bot, { id, amount, personId, payload });
  return chargeOf(world, bot, id) ?? null;
}

/**
 * Finds a charge.
 *
 * @returns The charge, if this bot received it.
 */
export function chargeOf(world: World, bot: Bot, chargeId: string): ChargeRow | undefined {
  return world.store.one<ChargeRow>(
    `select ${CHARGE_COLUMNS} from charges where id = ? and bot_id = ?`,
    chargeId,
    bot.id,
  );
}

/** Gives a charge back, and tells bot and person by a service message. */
export function giveBack(
  context: TelegramContext,
  bot: Bot,
  charge: ChargeRow,
  kind: "refund" | "chargeback",
): void {
  const { world, chats, updates } = context;
  const person = chats.person(charge.person_id);
  if (person === undefined) throw new Error(`Charge "${charge.id}" has no person`);
  world.store.run(
    "update charges set refunded_at = ?, refund_kind = ? where id = ?",
    world.clock.nowMs(),
    kind,
    charge.id,
  );
  chats.moveStars(person.id, charge.amount);
  moveBalance(world, bot, {
    id: charge.id,
    amount: -charge.amount,
    personId: person.id,
    payload: charge.payload,
  });
  const message = chats.addMessage(bot, person, {
    from: botUser(bot),
    content: {
      refunded_payment: {
        currency: "XTR",
        total_amount: charge.amount,
        invoice_payload: charge.payload,
        telegram_payment_charge_id: charge.id,
        provider_payment_charge_id: charge.provider_charge_id,
      },
    },
  });
  updates.add(bot, "message", person.id, message);
}

/** The owner takes Stars out. @throws {TelegramError} When the balance is lower. */
export function withdraw(world: World, bot: Bot, amount: number): void {
  if (balanceOf(world, bot) < amount) throw badRequest("BALANCE_TOO_LOW");
  world.store.run("update bots set withdrawn = withdrawn + ? where id = ?", amount, bot.id);
  moveBalance(world, bot, { id: `stw${randomHex(world.random, 20)}`, amount: -amount });
}

/** What the books say about one bot. */
export function booksOf(world: World, bot: Bot): BotBooks {
  const charges = world.store.all<ChargeRow>(
    `select ${CHARGE_COLUMNS} from charges where bot_id = ? order by rowid`,
    bot.id,
  );
  const sum = (rows: readonly ChargeRow[]): number =>
    rows.reduce((all, row) => all + row.amount, 0);
  const row = world.store.one<{ withdrawn: number }>(
    "select withdrawn from bots where id = ?",
    bot.id,
  );
  return {
    bot_id: bot.id,
    username: bot.username,
    received: sum(charges),
    refunded: sum(charges.filter((charge) => charge.refunded_at !== null)),
    withdrawn: row?.withdrawn ?? 0,
    balance: balanceOf(world, bot),
    charges: charges.map((charge): Charge => ({
      telegram_payment_charge_id: charge.id,
      person_id: charge.person_id,
      amount: charge.amount,
      invoice_payload: charge.payload,
      paidAtMs: charge.paid_at,
      refundedAtMs: charge.refunded_at,
      refundKind: charge.refund_kind,
    })),
  };
}

function balanceOf(world: World, bot: Bot): number {
  const row = world.store.one<{ balance: number }>("select balance from bots where id = ?", bot.id);
  return row?.balance ?? 0;
}

function moveBalance(
  { store, clock }: World,
  bot: Bot,
  { id, amount, personId, payload }: {
    id: string;
    amount: number;
    personId?: number;
    payload?: string;
  },
): void {
  store.run("update bots set balance = balance + ? where id = ?", amount, bot.id);
  store.run(
    `insert into star_transactions (bot_id, id, is_incoming, amount, at, person_id, payload)
     values (?, ?, ?, ?, ?, ?, ?)`,
    bot.id,
    id,
    amount > 0 ? 1 : 0,
    Math.abs(amount),
    clock.nowMs(),
    personId ?? null,
    payload ?? null,
  );
}

function refundStarPayment(call: MethodCall): true {
  const { bot, chats, params, world } = call;
  const userId = params["user_id"];
  if (typeof userId !== "number" || userId <= 0) throw badRequest("invalid user_id specified");
  const chargeId = String(params["telegram_payment_charge_id"] ?? "");
  if (chargeId === "") throw badRequest("CHARGE_ID_EMPTY");
  if (chats.person(userId) === undefined) throw badRequest("USER_ID_INVALID");
  const charge = chargeOf(world, bot, chargeId);
  if (charge === undefined || charge.person_id !== userId) throw badRequest("CHARGE_ID_INVALID");
  if (charge.refunded_at !== null) throw badRequest("CHARGE_ALREADY_REFUNDED");
  if (balanceOf(world, bot) < charge.amount) throw badRequest("BALANCE_TOO_LOW");
  giveBack(call, bot, charge, "refund");
  return true;
}

interface TransactionRow {
  readonly id: string;
  readonly is_incoming: number;
  readonly amount: number;
  readonly at: number;
  readonly person_id: number | null;
  readonly payload: string | null;
}

function getStarTransactions({ bot, chats, params, world }: MethodCall): unknown {
  const offset = Number(params["offset"] ?? 0);
  if (offset < 0) throw badRequest("offset must be non-negative");
  const limit = Math.min(100, Math.max(1, Number(params["limit"] ?? 100)));
  const rows = world.store.all<TransactionRow>(
    `select id, is_incoming, amount, at, person_id, payload from star_transactions
     where bot_id = ? order by seq limit ? offset ?`,
    bot.id,
    limit,
    offset,
  );
  const transactions = rows.map((row) => {
    const person = row.person_id === null ? undefined : chats.person(row.person_id);
    const partner = person === undefined
      ? { type: "fragment", withdrawal_state: { type: "pending" } }
      : userPartner(person, row.payload ?? "");
    return {
      id: row.id,
      amount: row.amount,
      date: Math.floor(row.at / 1000),
      [row.is_incoming === 1 ? "source" : "receiver"]: partner,
    };
  });
  return { transactions };
}

function userPartner(person: Person, payload: string): Record<string, unknown> {
  return {
    type: "user",
    transaction_type: "invoice_payment",
    user: personUser(person),
    invoice_payload: payload,
  };
}
