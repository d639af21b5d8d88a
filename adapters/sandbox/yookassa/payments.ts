/**
 * Payments: pending → waiting_for_capture → succeeded or canceled; with `capture: true` the step in
 * between is left out. The payer's side is in `payer.ts`.
 *
 * Source: yookassa.ru/developers/payment-acceptance/getting-started/payment-process, July 2026.
 */
import type { Cancellation, PaymentMethod, PaymentObject } from "../yookassa_types.ts";
import { accountId, SHOP_SUBACCOUNT } from "./accounts.ts";
import { defined } from "./defined.ts";
import { newObjectId, timeText } from "./ids.ts";
import { shareOf, toAmount, toKopecks } from "./kopecks.ts";
import { requireObject, type Stored } from "./objects.ts";
import { checkReceipt } from "./receipts.ts";
import { readCancelRequest, readCaptureRequest, readPaymentRequest } from "./requests.ts";
import type { ApiCall, YooKassaContext } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/** A payment with what is beside it. */
export type StoredPayment = Stored<"payment">;

/** Where a payer goes, below the sandbox's address. */
const PAYMENT_PAGE = "/yookassa/payments/external/confirmation";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Card, SBP, YooMoney. */
const CONFIRMATION_LIFE_MS = HOUR;
const HOLD_MS = 7 * 24 * HOUR;
const KOPECKS = 100;
/** The dearest payment of each method; a ruble is the least of all. */
const MOST: Readonly<Record<string, number>> = {
  bank_card: 350_000 * KOPECKS,
  sbp: 700_000 * KOPECKS,
  yoo_money: 350_000 * KOPECKS,
};

/** The methods by which a payment of that sum can be paid. */
export function methodsFor({ object, hidden }: StoredPayment, isTest: boolean): string[] {
  const kopecks = toKopecks(object.amount);
  return Object.keys(MOST).filter((method) =>
    (hidden.method === null || hidden.method === method) &&
    (method !== "sbp" || (hidden.capture && !isTest)) && kopecks <= (MOST[method] ?? 0)
  );
}

/** `POST /payments`. */
export function createPayment(call: ApiCall): PaymentObject {
  const { world, settings, objects, jobs } = call;
  const request = readPaymentRequest(call.body);
  const { isTest } = settings.read();
  const kopecks = toKopecks(request.amount);
  if (kopecks < KOPECKS) throw invalidRequest("The least payment is 1 ruble", "amount.value");
  checkReceipt(call, request.receipt, kopecks);
  const nowMs = world.clock.nowMs();
  const id = newObjectId(world);
  const method = request.payment_method_data?.type ?? null;
  const stored: StoredPayment = {
    object: {
      id,
      status: "pending",
      amount: request.amount,
      ...defined({ description: request.description }),
      recipient: { account_id: accountId("shop"), gateway_id: SHOP_SUBACCOUNT },
      ...(method === null ? {} : { payment_method: methodOf(id, method) }),
      created_at: timeText(nowMs),
      confirmation: {
        type: "redirect",
        return_url: request.confirmation.return_url,
        confirmation_url: `${call.origin}${PAYMENT_PAGE}?orderId=${id}`,
        ...defined({ enforce: request.confirmation.enforce }),
      },
      test: isTest,
      paid: false,
      refundable: false,
      ...(request.receipt === undefined ? {} : { receipt_registration: "pending" }),
      metadata: request.metadata ?? {},
      ...defined({ merchant_customer_id: request.merchant_customer_id }),
    },
    hidden: {
      capture: request.capture ?? false,
      method,
      locale: request.confirmation.locale ?? null,
      returnUrl: request.confirmation.return_url,
      confirmUntilMs: nowMs + CONFIRMATION_LIFE_MS,
      cardFor3ds: null,
    },
  };
  if (methodsFor(stored, isTest).length === 0) {
    throw method === "sbp" && isTest
      ? invalidRequest("The payment method is not available", "payment_method_data.type")
      : method === "sbp" && !stored.hidden.capture
      ? invalidRequest("This method has no two-stage payments", "capture")
      : invalidRequest("The amount is above the method's limit", "amount.value");
  }
  objects.add("payment", stored);
  jobs.plan("payment", id, stored.hidden.confirmUntilMs);
  return stored.object;
}

/** `POST /payments/{id}/capture`: the whole held sum or less of it, the rest going back. */
export function capturePayment(call: ApiCall): PaymentObject {
  const request = readCaptureRequest(call.body ?? {});
  const payment = heldPayment(call);
  const held = toKopecks(payment.object.amount);
  const kopecks = request.amount === undefined ? held : toKopecks(request.amount);
  if (kopecks > held) throw invalidRequest("The amount is above the held one", "amount.value");
  if (request.receipt !== undefined || kopecks < held) checkReceipt(call, request.receipt, kopecks);
  return succeed(call, payment, kopecks);
}

/** `POST /payments/{id}/cancel`. */
export function cancelPayment(call: ApiCall): PaymentObject {
  readCancelRequest(call.body ?? {});
  return cancel(call, heldPayment(call), { party: "merchant", reason: "canceled_by_merchant" });
}

/** The payer has paid: the money is taken, or held until the shop says so. */
export function authorize(
  context: YooKassaContext,
  payment: StoredPayment,
  { method, authorization }: {
    readonly method: PaymentMethod;
    readonly authorization?: PaymentObject["authorization_details"];
  },
): PaymentObject {
  const { confirmation: _, ...object } = payment.object;
  const paid: StoredPayment = {
    ...payment,
    object: {
      ...object,
      payment_method: method,
      paid: true,
      ...defined({ authorization_details: authorization }),
    },
  };
  if (payment.hidden.capture) return succeed(context, paid, toKopecks(object.amount));
  const expiresAtMs = context.world.clock.nowMs() + HOLD_MS;
  context.jobs.plan("payment", object.id, expiresAtMs);
  return keep(context, "payment.waiting_for_capture", {
    ...paid,
    object: {
      ...paid.object,
      status: "waiting_for_capture",
      expires_at: timeText(expiresAtMs),
    },
  });
}

/** The payment comes to nothing. */
export function cancel(
  context: YooKassaContext,
  payment: StoredPayment,
  cancellation: Cancellation,
): PaymentObject {
  const { confirmation: _, expires_at: __, ...object } = payment.object;
  context.jobs.forget("payment", object.id);
  return keep(context, "payment.canceled", {
    ...payment,
    object: {
      ...object,
      status: "canceled",
      paid: false,
      refundable: false,
      cancellation_details: cancellation,
      ...registered(object, "canceled"),
    },
  });
}

/** Its time is over: nobody paid, or the shop never took what was held. */
export function expirePayment(context: YooKassaContext, id: string): void {
  const payment = context.objects.find("payment", id);
  if (payment?.object.status === "pending") {
    cancel(context, payment, { party: "yoo_money", reason: "expired_on_confirmation" });
  } else if (payment?.object.status === "waiting_for_capture") {
    cancel(context, payment, { party: "yoo_money", reason: "expired_on_capture" });
  }
}

/** A method as it stands in a payment. */
export function methodOf(id: string, type: string): PaymentMethod {
  return { type, id, saved: false, status: "inactive" };
}

function heldPayment(call: ApiCall): StoredPayment {
  const payment = requireObject(call.objects, "payment", call.ids["id"] ?? "");
  if (payment.object.status === "waiting_for_capture") return payment;
  throw invalidRequest(
    `The payment is ${payment.object.status}, not waiting_for_capture`,
    "status",
  );
}

function succeed(
  context: YooKassaContext,
  payment: StoredPayment,
  kopecks: number,
): PaymentObject {
  const { world, settings, entries, jobs } = context;
  const { expires_at: _, ...object } = payment.object;
  const { feeBps, vatBps } = settings.read();
  const fee = shareOf(kopecks, feeBps);
  const withVat = fee + shareOf(fee, vatBps);
  jobs.forget("payment", object.id);
  entries.add({ account: "shop", kind: "payment", amount: kopecks, ref: object.id });
  entries.add({ account: "shop", kind: "fee", amount: -withVat, ref: object.id });
  return keep(context, "payment.succeeded", {
    ...payment,
    object: {
      ...object,
      status: "succeeded",
      amount: toAmount(kopecks),
      income_amount: toAmount(kopecks - withVat),
      captured_at: timeText(world.clock.nowMs()),
      refundable: true,
      ...registered(object, "succeeded"),
    },
  });
}

function registered(
  { receipt_registration }: PaymentObject,
  status: "succeeded" | "canceled",
): Pick<PaymentObject, "receipt_registration"> {
  return receipt_registration === undefined ? {} : { receipt_registration: status };
}

function keep(
  { objects, notices, world }: YooKassaContext,
  event: "payment.waiting_for_capture" | "payment.succeeded" | "payment.canceled",
  payment: StoredPayment,
): PaymentObject {
  objects.save(payment);
  notices.tell(event, payment.object);
  world.signals.raise(`yookassa/${payment.object.id}`);
  return payment.object;
}
