/**
 * Paid broadcasts: with `allow_paid_broadcast` a bot that switched them on goes beyond the free 30
 * messages a second, up to 1,000, for a tenth of a Star each. Guards against a product that counts on
 * the pace and forgets the price.
 *
 * Source: Bot API 10.3 (allow_paid_broadcast; TransactionPartnerTelegramApi.request_count, the number
 * of successful requests that were billed); core.telegram.org/bots/faq. Unconfirmed: that a bot which
 * may not or cannot pay simply meets the ordinary 429 (no words of another refusal are known), and
 * that what is billed within a second is one transaction.
 */
import type { World } from "../world.ts";
import type { Bot } from "./bots.ts";
import { balanceOf, moveBalance, newTransactionId } from "./star_books.ts";

const PRICE_NANOS = 100_000_000;
const NANOS = 1_000_000_000;
const SECOND = 1000;

/** The owner switches it on or off, as with @BotFather. */
export function setPaidBroadcast({ store }: World, bot: Bot, isOn: boolean): void {
  store.run("update bots set pays_for_broadcasts = ? where id = ?", isOn ? 1 : 0, bot.id);
}

/** Whether the bot may pay for one more message, and can. */
export function canPayForMessage(world: World, bot: Bot): boolean {
  const row = world.store.one<{ pays_for_broadcasts: number }>(
    "select pays_for_broadcasts from bots where id = ?",
    bot.id,
  );
  const { stars, nanos } = balanceOf(world, bot);
  return row?.pays_for_broadcasts === 1 && stars >= 0 && stars * NANOS + nanos >= PRICE_NANOS;
}

/** Takes the price of one message; those of one second share a transaction. */
export function billMessage(world: World, bot: Bot): void {
  const { store, clock } = world;
  const last = store.one<{ seq: number; kind: string; at: number; amount: number; nanos: number }>(
    `select seq, kind, at, amount, nanos from star_transactions where bot_id = ?
     order by seq desc limit 1`,
    bot.id,
  );
  const second = Math.floor(clock.nowMs() / SECOND);
  if (last?.kind !== "broadcast" || Math.floor(last.at / SECOND) !== second) {
    moveBalance(world, bot, {
      id: newTransactionId(world),
      kind: "broadcast",
      stars: 0,
      nanos: -PRICE_NANOS,
      partner: { type: "telegram_api", request_count: 1 },
    });
    return;
  }
  const paid = last.amount * NANOS + last.nanos + PRICE_NANOS;
  store.run(
    `update bots set balance = balance - (nanos < ${PRICE_NANOS}),
     nanos = (nanos + ${NANOS - PRICE_NANOS}) % ${NANOS} where id = ?`,
    bot.id,
  );
  store.run(
    "update star_transactions set amount = ?, nanos = ?, partner = ? where seq = ?",
    Math.floor(paid / NANOS),
    paid % NANOS,
    JSON.stringify({ type: "telegram_api", request_count: Math.round(paid / PRICE_NANOS) }),
    last.seq,
  );
}
