/** Rows for money in Stars: the question before a payment, the payment, and its return. */
import type { PaymentEvent, PaymentId } from "../../machines/domain/events.ts";
import { Currency, type MoneyJson } from "../../machines/domain/money.ts";
import { Schema } from "effect";
import type { Incoming, Route, Row, Send } from "./incoming.ts";
import { playerIdOf } from "./telegram_person.ts";

/** Whether an invoice's payload is the id of a payment, known or not. */
export function isPaymentId(payload: string): payload is PaymentId {
  return /^pay_[A-Za-z0-9_-]{1,100}$/.test(payload);
}

const isCurrency = Schema.is(Currency);

/** The amount as money, or undefined for one that no invoice of ours can have. */
function moneyOf(charge: { currency: string; total_amount: number }): MoneyJson | undefined {
  if (!isCurrency(charge.currency) || charge.total_amount < 0) return undefined;
  return { minor: String(charge.total_amount), currency: charge.currency };
}

function refuse(reason: "invoiceExpired" | "wrongCurrency"): Route {
  return { sends: [], answer: { kind: "preCheckout", reason } };
}

function toPayment(
  paymentId: PaymentId,
  event: PaymentEvent,
  options: { key: string; isMoney: boolean },
): Route {
  const send: Send = {
    address: `payment/${paymentId}`,
    event,
    key: options.key,
    mustExist: true,
    isMoney: options.isMoney,
  };
  return { sends: [send], answer: { kind: "none" } };
}

const chargeOf = (incoming: Incoming) => incoming.update.message?.successful_payment;
const returnOf = (incoming: Incoming) => incoming.update.message?.refunded_payment;

/** The rows, in the order in which they are tried. */
export const paymentRows: readonly Row[] = [
  {
    name: "preCheckout",
    matches: ({ update }) => update.pre_checkout_query !== undefined,
    route: ({ update }, { nowMs, entriesPerDay }) => {
      const query = update.pre_checkout_query;
      if (query === undefined || !isPaymentId(query.invoice_payload)) {
        return refuse("invoiceExpired");
      }
      const amount = moneyOf(query);
      if (amount === undefined) return refuse("wrongCurrency");
      const route = toPayment(query.invoice_payload, {
        type: "precheckout.received",
        queryId: query.id,
        payerId: playerIdOf(query.from.id),
        amount,
        entriesPerDay,
        atMs: nowMs,
      }, { key: `tg:${update.update_id}`, isMoney: false });
      // Said only when the payment is unknown or does not take the question; else it answers itself.
      return { ...route, answer: { kind: "preCheckout", reason: "invoiceExpired" } };
    },
  },
  {
    name: "successfulPayment",
    matches: (incoming) => chargeOf(incoming) !== undefined,
    route: (incoming, { nowMs }) => {
      const charge = chargeOf(incoming);
      const from = incoming.update.message?.from;
      const amount = charge === undefined ? undefined : moneyOf(charge);
      if (charge === undefined || from === undefined || amount === undefined) {
        return unroutable("a payment without a payer or in no currency of ours");
      }
      if (!isPaymentId(charge.invoice_payload)) {
        return unroutable("a payment whose payload is not ours");
      }
      return toPayment(charge.invoice_payload, {
        type: "payment.confirmed",
        chargeId: charge.telegram_payment_charge_id,
        payerId: playerIdOf(from.id),
        amount,
        atMs: nowMs,
      }, { key: `charge:${charge.telegram_payment_charge_id}`, isMoney: true });
    },
  },
  {
    name: "refundedPayment",
    matches: (incoming) => returnOf(incoming) !== undefined,
    route: (incoming, { nowMs }) => {
      const charge = returnOf(incoming);
      const amount = charge === undefined ? undefined : moneyOf(charge);
      if (charge === undefined || amount === undefined || !isPaymentId(charge.invoice_payload)) {
        return unroutable("a returned payment whose payload is not ours");
      }
      return toPayment(charge.invoice_payload, {
        type: "payment.refunded",
        chargeId: charge.telegram_payment_charge_id,
        amount,
        atMs: nowMs,
        // A key of its own: the charge's was used up when it was confirmed.
      }, { key: `refunded:${charge.telegram_payment_charge_id}`, isMoney: true });
    },
  },
];

function unroutable(reason: string): Route {
  return { sends: [], answer: { kind: "none" }, unroutable: reason };
}
