/**
 * One attempt to pay an invoice, the way Telegram does it: the pre_checkout_query goes out, the bot
 * has ten seconds, then money moves and a service message says so. It lives in the books, so that a
 * killed sandbox takes it up again.
 *
 * waiting → held → paid; or refused (the bot's no), declined (the person's), failed (no answer in
 * time, too few Stars).
 *
 * Source: Bot API 10.3, answerPreCheckoutQuery (10 seconds); BOT_PRECHECKOUT_TIMEOUT is what the
 * client is told.
 */
import type { Checkout, PayOrder, Person } from "../door_types.ts";
import { randomDigits } from "../random.ts";
import type { Bot } from "./bots.ts";
import { personUser } from "./chats.ts";
import { chargeOf, takePayment } from "./stars.ts";
import type { MethodCall, Methods, TelegramContext } from "./telegram_context.ts";
import { badRequest } from "./telegram_error.ts";

/** The bot's time to answer a pre_checkout_query. */
export const CHECKOUT_DEADLINE_MS = 10_000;

interface CheckoutRow {
  readonly id: string;
  readonly bot_id: number;
  readonly person_id: number;
  readonly invoice_id: string;
  readonly amount: number;
  readonly payload: string;
  readonly is_forwarded: number;
  readonly status: Checkout["status"];
  readonly hold: "payment" | "update" | null;
  readonly hold_until: number | null;
  readonly declines_after: number;
  readonly error: string | null;
  readonly asked_at: number;
  readonly update_id: number | null;
  readonly payment_update_id: number | null;
  readonly charge_id: string | null;
}

/** Methods of the checkout. */
export const checkoutMethods: Methods = {
  answerPreCheckoutQuery: {
    parameters: { pre_checkout_query_id: "string", ok: "boolean", error_message: "string" },
    handle: answerPreCheckoutQuery,
  },
};

/** What is to be paid, after the door has found the invoice and checked that this person may. */
export interface Payable {
  readonly invoiceId: string;
  readonly amount: number;
  readonly payload: string;
  readonly isForwarded: boolean;
}

/** Sends the pre_checkout_query. @returns The checkout, waiting. */
export function beginCheckout(
  context: TelegramContext,
  bot: Bot,
  { payer, payable, order }: { payer: Person; payable: Payable; order: PayOrder },
): Checkout {
  const { world, updates } = context;
  const { store, clock } = world;
  const id = randomDigits(world.random, 19);
  const hold = order.hold ?? (order.holdPaymentMs === undefined ? null : "payment");
  store.run(
    `insert into checkouts (id, bot_id, person_id, invoice_id, amount, payload, is_forwarded,
     status, hold, hold_until, declines_after, asked_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    bot.id,
    payer.id,
    payable.invoiceId,
    payable.amount,
    payable.payload,
    payable.isForwarded ? 1 : 0,
    "waiting",
    hold,
    order.holdPaymentMs === undefined ? null : clock.nowMs() + order.holdPaymentMs,
    order.decline === "after" ? 1 : 0,
    clock.nowMs(),
  );
  const updateId = updates.add(bot, "pre_checkout_query", payer.id, {
    id,
    from: personUser(payer),
    currency: "XTR",
    total_amount: payable.amount,
    invoice_payload: payable.payload,
  });
  store.run("update checkouts set update_id = ? where id = ?", updateId, id);
  armTimers(context, row(context, id));
  return viewCheckout(context, id);
}

/**
 * Shows a checkout as the doors do.
 *
 * @throws {Error} When there is no such checkout.
 */
export function viewCheckout(context: TelegramContext, id: string): Checkout {
  const found = row(context, id);
  return {
    id: found.id,
    bot_id: found.bot_id,
    person_id: found.person_id,
    amount: found.amount,
    invoice_payload: found.payload,
    status: found.status,
    error: found.error,
    telegram_payment_charge_id: found.charge_id,
    pre_checkout_update_id: found.update_id,
    payment_update_id: found.payment_update_id,
  };
}

/** Whether a checkout of this id exists. */
export function hasCheckout({ world }: TelegramContext, id: string): boolean {
  return world.store.one("select id from checkouts where id = ?", id) !== undefined;
}

/** Lets a held payment go on; anything else is left as it is. */
export function deliverPayment(context: TelegramContext, id: string): Checkout {
  const found = row(context, id);
  if (found.status === "held") finish(context, found);
  return viewCheckout(context, id);
}

/** After a restart: deadlines and holds that were running run on. */
export function restoreCheckouts(context: TelegramContext): void {
  for (
    const open of context.world.store.all<{ id: string }>(
      "select id from checkouts where status in ('waiting', 'held')",
    )
  ) armTimers(context, row(context, open.id));
}

function armTimers(
  context: TelegramContext,
  { id, status, asked_at, hold_until }: CheckoutRow,
): void {
  const { clock, store } = context.world;
  const at = (atMs: number, work: () => void): void =>
    void clock.setTimer(() => store.transaction(work), atMs - clock.nowMs());
  if (status === "waiting") at(asked_at + CHECKOUT_DEADLINE_MS, () => expire(context, id));
  if (hold_until !== null) at(hold_until, () => void deliverPayment(context, id));
}

function expire(context: TelegramContext, id: string): void {
  if (row(context, id).status !== "waiting") return;
  settle(context, id, { status: "failed", error: "BOT_PRECHECKOUT_TIMEOUT" });
}

function answerPreCheckoutQuery(call: MethodCall): true {
  const { bot, params, world } = call;
  const id = String(params["pre_checkout_query_id"] ?? "");
  const isOk = params["ok"] === true;
  const words = String(params["error_message"] ?? "");
  if (params["ok"] === undefined) throw badRequest('parameter "ok" is required');
  if (!isOk && words === "") throw badRequest("ERROR_TEXT_EMPTY");
  const known = world.store.one<CheckoutRow>(
    "select * from checkouts where id = ? and bot_id = ?",
    id,
    bot.id,
  );
  const isLate = known === undefined || known.status !== "waiting" ||
    world.clock.nowMs() >= known.asked_at + CHECKOUT_DEADLINE_MS;
  if (isLate) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  if (!isOk) settle(call, id, { status: "refused", error: words });
  else if (known.declines_after === 1) settle(call, id, { status: "declined", error: null });
  else if (known.hold !== null && !isOver(call, known)) hold(call, known);
  else finish(call, known);
  return true;
}

function isOver({ world }: TelegramContext, { hold_until }: CheckoutRow): boolean {
  return hold_until !== null && hold_until <= world.clock.nowMs();
}

function hold(context: TelegramContext, checkout: CheckoutRow): void {
  if (checkout.hold === "update" && !charge(context, checkout)) return;
  settle(context, checkout.id, { status: "held", error: null });
}

/** Moves the money if it has not moved yet, and tells the bot. */
function finish(context: TelegramContext, checkout: CheckoutRow): void {
  if (checkout.charge_id === null && !charge(context, checkout)) return;
  const { world, chats, updates } = context;
  const paid = row(context, checkout.id);
  const { bot, person } = partiesOf(context, paid);
  const taken = chargeOf(world, bot, paid.charge_id ?? "");
  if (taken === undefined) throw new Error(`Checkout "${paid.id}" has no charge`);
  chats.setState(bot, person.id, { isStarted: true });
  const message = chats.addMessage(bot, person, {
    from: personUser(person),
    content: {
      successful_payment: {
        currency: "XTR",
        total_amount: paid.amount,
        invoice_payload: paid.payload,
        telegram_payment_charge_id: taken.id,
        provider_payment_charge_id: taken.provider_charge_id,
      },
    },
  });
  const updateId = updates.add(bot, "message", person.id, message);
  world.store.run("update checkouts set payment_update_id = ? where id = ?", updateId, paid.id);
  settle(context, paid.id, { status: "paid", error: null });
}

/** @returns False when the payment failed for want of Stars; the checkout says so then. */
function charge(context: TelegramContext, checkout: CheckoutRow): boolean {
  const { world } = context;
  const { bot } = partiesOf(context, checkout);
  const taken = takePayment(context, bot, {
    personId: checkout.person_id,
    amount: checkout.amount,
    payload: checkout.payload,
  });
  if (taken === null) {
    settle(context, checkout.id, { status: "failed", error: "BALANCE_TOO_LOW" });
    return false;
  }
  world.store.run("update checkouts set charge_id = ? where id = ?", taken.id, checkout.id);
  // A forwarded copy or a link may be paid by the next one; the message itself turns into a receipt.
  if (checkout.is_forwarded === 0) {
    world.store.run("update invoices set is_paid = 1 where id = ?", checkout.invoice_id);
  }
  return true;
}

function settle(
  { world }: TelegramContext,
  id: string,
  { status, error }: { status: Checkout["status"]; error: string | null },
): void {
  world.store.run("update checkouts set status = ?, error = ? where id = ?", status, error, id);
  world.signals.raise(`checkout/${id}`);
}

function partiesOf(
  { bots, chats }: TelegramContext,
  { id, bot_id, person_id }: CheckoutRow,
): { bot: Bot; person: Person } {
  const bot = bots.byId(bot_id);
  const person = chats.person(person_id);
  if (bot === undefined || person === undefined) throw new Error(`Checkout "${id}" has no parties`);
  return { bot, person };
}

function row({ world }: TelegramContext, id: string): CheckoutRow {
  const found = world.store.one<CheckoutRow>("select * from checkouts where id = ?", id);
  if (found === undefined) throw new Error(`There is no checkout "${id}"`);
  return found;
}
