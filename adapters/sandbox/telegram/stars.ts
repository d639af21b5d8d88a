/**
 * Charges and their refunds. A refund is always the whole charge, once, to the one who paid, and only
 * while the balance lasts.
 *
 * Source: Bot API 10.3 (refundStarPayment); CHARGE_ALREADY_REFUNDED:
 * tdlib/telegram-bot-api #690; CHARGE_ID_INVALID, USER_ID_INVALID: payments.refundStarsCharge.
 */
import type { Person } from "../door_types.ts";
import type { StarPartner } from "../star_types.ts";
import type { World } from "../world.ts";
import { type Bot, botUser } from "./bots.ts";
import { personUser } from "./chats.ts";
import { moveBalance, newTransactionId, requireBalance } from "./star_books.ts";
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

/** Methods about charges. */
export const starMethods: Methods = {
  refundStarPayment: {
    parameters: { user_id: "integer", telegram_payment_charge_id: "string" },
    handle: refundStarPayment,
  },
};

/** Moves the Stars of a payment. @returns Null when the person has too few. */
export function takePayment(
  { world, chats }: TelegramContext,
  bot: Bot,
  { personId, amount, payload }: { personId: number; amount: number; payload: string },
): ChargeRow | null {
  const payer = chats.person(personId);
  if (payer === undefined || !chats.moveStars(personId, -amount)) return null;
  const id = newTransactionId(world);
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
  moveBalance(world, bot, {
    id,
    kind: "payment",
    stars: amount,
    personId,
    partner: payerPartner(payer, payload),
  });
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
    kind: "refund",
    stars: -charge.amount,
    personId: person.id,
    partner: payerPartner(person, charge.payload),
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
  requireBalance(world, bot, charge.amount);
  giveBack(call, bot, charge, "refund");
  return true;
}

function payerPartner(person: Person, payload: string): StarPartner {
  return {
    type: "user",
    transaction_type: "invoice_payment",
    user: personUser(person),
    invoice_payload: payload,
  };
}
