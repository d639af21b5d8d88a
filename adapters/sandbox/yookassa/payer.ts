/**
 * The payer's side of a payment: what he can do on YooKassa's page, and what comes of it. A person's
 * card number goes this far and no further: the shop sees six digits and four.
 */
import { randomDigits, randomHex } from "../random.ts";
import type { Cancellation, PayerOrder, PaymentObject } from "../yookassa_types.ts";
import { authorize, cancel, methodOf, methodsFor, type StoredPayment } from "./payments.ts";
import { findBank, SBP_BANKS } from "./sbp_banks.ts";
import { type CardOutcome, outcomeOf, readCardNumber, viewCard } from "./test_cards.ts";
import type { YooKassaContext } from "./yookassa_context.ts";

/** Why the page does not take what was entered; nothing has happened. */
export type PayerProblem =
  | "notPayable"
  | "methodUnavailable"
  | "cardNumber"
  | "notATestCard"
  | "cardDate"
  | "cardCode"
  | "bank"
  | "wallet";

/** The page does not take that. */
export class PayerError extends Error {
  override readonly name = "PayerError";
  /** @param problem Which field, or which rule. */
  constructor(readonly problem: PayerProblem) {
    super(`The payment page does not take this: ${problem}`);
  }
}

/** The card as it is typed. Spaces are left out; the year has two or four digits. */
export interface TypedCard {
  readonly number: string;
  readonly month: string;
  readonly year: string;
  readonly code: string;
}

const DECLINED: Cancellation = { party: "payment_network", reason: "general_decline" };
const DEFAULT_CARD = "5555555555554444";
const DEFAULT_WALLET = "4100116074720387";

/**
 * A whole payment in one go, as tests do it.
 *
 * @throws {PayerError} When the page would not take it.
 */
export function pay(
  context: YooKassaContext,
  payment: StoredPayment,
  order: PayerOrder,
): PaymentObject {
  const method = order.method ?? payment.hidden.method ?? "bank_card";
  switch (method) {
    case "sbp":
      return payBySbp(context, payment, { bankId: order.bankId, decline: order.decline });
    case "yoo_money":
      return payByWallet(context, payment, { wallet: order.wallet, decline: order.decline });
    default: {
      const nextYear = new Date(context.world.clock.nowMs()).getUTCFullYear() + 1;
      const paid = payByCard(context, payment, {
        number: order.card ?? DEFAULT_CARD,
        month: "12",
        year: String(nextYear),
        code: "123",
      });
      if (paid !== "asks3ds") return paid;
      const waiting = context.objects.find("payment", payment.object.id) ?? payment;
      return answer3ds(context, waiting, order.passes3ds ?? true);
    }
  }
}

/**
 * Pays by card.
 *
 * @returns The payment as it is now, or that the bank asks first.
 * @throws {PayerError} When the page does not take the card.
 */
export function payByCard(
  context: YooKassaContext,
  payment: StoredPayment,
  card: TypedCard,
): PaymentObject | "asks3ds" {
  requirePayable(context, payment, "bank_card");
  const number = readCardNumber(card.number);
  if (number === undefined) throw new PayerError("cardNumber");
  const outcome = outcomeOf(number);
  if (outcome === undefined) throw new PayerError("notATestCard");
  if (isPast(card, context.world.clock.nowMs())) throw new PayerError("cardDate");
  if (!/^\d{3,4}$/.test(card.code)) throw new PayerError("cardCode");
  const known: StoredPayment = {
    object: {
      ...payment.object,
      payment_method: {
        ...methodOf(payment.object.id, "bank_card"),
        title: `Bank card *${number.slice(-4)}`,
        card: {
          ...viewCard(number),
          expiry_month: card.month.padStart(2, "0"),
          expiry_year: fullYear(card.year),
        },
      },
    },
    hidden: { ...payment.hidden, cardFor3ds: outcome.asks3ds ? number : null },
  };
  if (!outcome.asks3ds) return conclude(context, known, outcome);
  context.objects.save(known);
  return "asks3ds";
}

/** What the payer says when his bank asks him. @throws {PayerError} When no bank asks. */
export function answer3ds(
  context: YooKassaContext,
  payment: StoredPayment,
  passes: boolean,
): PaymentObject {
  requirePayable(context, payment, "bank_card");
  const outcome = outcomeOf(payment.hidden.cardFor3ds ?? "");
  if (outcome === undefined) throw new PayerError("notPayable");
  if (passes) return conclude(context, payment, outcome);
  return cancel(context, payment, { party: "payment_network", reason: "3d_secure_failed" });
}

/** Pays through the SBP, in the app of a bank. @throws {PayerError} */
export function payBySbp(
  context: YooKassaContext,
  payment: StoredPayment,
  { bankId, decline = false }: {
    readonly bankId?: string | undefined;
    readonly decline?: boolean | undefined;
  },
): PaymentObject {
  requirePayable(context, payment, "sbp");
  const bank = bankId === undefined ? SBP_BANKS[0] : findBank(bankId);
  if (bank === undefined) throw new PayerError("bank");
  if (decline) return cancel(context, payment, DECLINED);
  return authorize(context, payment, {
    method: {
      ...methodOf(payment.object.id, "sbp"),
      sbp_operation_id: randomHex(context.world.random, 16).toUpperCase(),
      payer_bank_details: { bank_id: bank.bank_id, bic: bank.bic },
    },
  });
}

/** Pays from a YooMoney wallet. @throws {PayerError} */
export function payByWallet(
  context: YooKassaContext,
  payment: StoredPayment,
  { wallet = DEFAULT_WALLET, decline = false }: {
    readonly wallet?: string | undefined;
    readonly decline?: boolean | undefined;
  },
): PaymentObject {
  requirePayable(context, payment, "yoo_money");
  if (!/^41001\d{6,28}$/.test(wallet)) throw new PayerError("wallet");
  if (decline) return cancel(context, payment, DECLINED);
  return authorize(context, payment, {
    method: {
      ...methodOf(payment.object.id, "yoo_money"),
      title: `YooMoney ${wallet}`,
      account_number: wallet,
    },
  });
}

/** What is left of a card's outcome once the bank need not ask, or was answered. */
function conclude(
  context: YooKassaContext,
  payment: StoredPayment,
  { cancellation, asks3ds }: CardOutcome,
): PaymentObject {
  if (cancellation !== undefined) return cancel(context, payment, cancellation);
  const { payment_method } = payment.object;
  if (payment_method === undefined) throw new Error("A card was read, but is not in the payment");
  const { random } = context.world;
  return authorize(context, payment, {
    method: payment_method,
    authorization: {
      rrn: randomDigits(random, 12),
      auth_code: randomDigits(random, 6),
      three_d_secure: { applied: asks3ds },
    },
  });
}

function requirePayable(
  { settings }: YooKassaContext,
  payment: StoredPayment,
  method: string,
): void {
  if (payment.object.status !== "pending") throw new PayerError("notPayable");
  if (!methodsFor(payment, settings.read().isTest).includes(method)) {
    throw new PayerError("methodUnavailable");
  }
}

/** A card is good to the end of its month. */
function isPast({ month, year }: TypedCard, nowMs: number): boolean {
  if (!/^(0?[1-9]|1[0-2])$/.test(month) || !/^(\d{2}|\d{4})$/.test(year)) return true;
  return Date.UTC(Number(fullYear(year)), Number(month), 1) <= nowMs;
}

function fullYear(year: string): string {
  return year.length === 2 ? `20${year}` : year;
}
