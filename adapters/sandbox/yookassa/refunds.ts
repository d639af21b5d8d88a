/**
 * Refunds of payments, whole and in parts: pending → succeeded or canceled. They go back to what was
 * paid with; the fee does not come back. A cancelled refund has no notice.
 *
 * Source: yookassa.ru/developers/payment-acceptance/after-the-payment/refunds, July 2026.
 */
import type { PaymentObject, RefundObject } from "../yookassa_types.ts";
import { defined } from "./defined.ts";
import { newObjectId, timeText } from "./ids.ts";
import { toAmount, toKopecks } from "./kopecks.ts";
import type { Stored } from "./objects.ts";
import { checkReceipt } from "./receipts.ts";
import { readRefundRequest } from "./requests.ts";
import type { ApiCall, YooKassaContext } from "./yookassa_context.ts";
import { invalidRequest } from "./yookassa_error.ts";

/** A payment can be refunded for so long. */
const YEARS = 3;
/** Through the SBP money is never back at once; the real one takes until the next day. */
const SBP_DELAY_MS = 1_000;

/** `POST /refunds`. */
export function createRefund(call: ApiCall): RefundObject {
  const { world, objects, fault } = call;
  const request = readRefundRequest(call.body);
  const payment = objects.find("payment", request.payment_id);
  if (payment === undefined) {
    throw invalidRequest("Payment doesn't exist or access denied", "payment_id");
  }
  const kopecks = toKopecks(request.amount);
  requireRefundable(call, payment.object, kopecks);
  // Of a whole payment the payment's own is taken.
  const isWhole = kopecks === toKopecks(payment.object.amount);
  if (request.receipt !== undefined || !isWhole) checkReceipt(call, request.receipt, kopecks);
  const hasReceipt = request.receipt !== undefined ||
    (isWhole && payment.object.receipt_registration !== undefined);
  const id = newObjectId(world);
  const object: RefundObject = {
    id,
    payment_id: request.payment_id,
    status: "pending",
    created_at: timeText(world.clock.nowMs()),
    amount: request.amount,
    ...defined({ description: request.description, metadata: request.metadata }),
    ...(hasReceipt ? { receipt_registration: "pending" } : {}),
  };
  const reason = fault?.kind === "canceled" ? fault.description ?? "general_decline" : null;
  objects.add("refund", { object, hidden: { reason } });
  planSettling(call, payment.object, object);
  return objects.find("refund", id)?.object ?? object;
}

/** A refund comes to its end. @param reason Why it comes to nothing; null: it succeeds. */
export function settleRefund(
  context: YooKassaContext,
  refund: Stored<"refund">,
  reason: string | null,
): RefundObject {
  const { objects, entries, notices, jobs, world } = context;
  const { id, payment_id, amount, receipt_registration } = refund.object;
  const status = reason === null ? "succeeded" : "canceled";
  const object: RefundObject = {
    ...refund.object,
    status,
    ...(reason === null ? {} : { cancellation_details: { party: partyOf(reason), reason } }),
    ...(receipt_registration === undefined ? {} : { receipt_registration: status }),
  };
  jobs.forget("refund", id);
  objects.save({ ...refund, object });
  world.signals.raise(`yookassa/${id}`);
  const payment = objects.find("payment", payment_id);
  if (status === "canceled" || payment === undefined) return object;
  entries.add({ account: "shop", kind: "refund", amount: -toKopecks(amount), ref: id });
  const refunded = toKopecks(amount) + refundedOf(payment.object);
  objects.save({
    ...payment,
    object: {
      ...payment.object,
      refunded_amount: toAmount(refunded),
      refundable: refunded < toKopecks(payment.object.amount),
    },
  });
  notices.tell("refund.succeeded", object);
  return object;
}

function planSettling(
  context: YooKassaContext,
  payment: PaymentObject,
  { id }: RefundObject,
): void {
  const { settings, jobs, world, objects } = context;
  const { refundDelayMs } = settings.read();
  if (refundDelayMs === "held") return;
  const isSbp = payment.payment_method?.type === "sbp";
  const delayMs = isSbp ? Math.max(SBP_DELAY_MS, refundDelayMs) : refundDelayMs;
  if (delayMs > 0) return jobs.plan("refund", id, world.clock.nowMs() + delayMs);
  const refund = objects.find("refund", id);
  if (refund !== undefined) settleRefund(context, refund, refund.hidden.reason);
}

function requireRefundable(
  { objects, world }: YooKassaContext,
  payment: PaymentObject,
  kopecks: number,
): void {
  if (payment.status !== "succeeded") {
    throw invalidRequest("Only a successful payment can be refunded", "payment_id");
  }
  const lastDay = new Date(payment.created_at);
  lastDay.setUTCFullYear(lastDay.getUTCFullYear() + YEARS);
  if (world.clock.nowMs() > lastDay.getTime()) {
    throw invalidRequest("The payment is too old to be refunded", "payment_id");
  }
  const pending = objects.list("refund", {
    conditions: [
      { sql: "json_extract(object, '$.payment_id') = ?", values: [payment.id] },
      { sql: "json_extract(object, '$.status') = 'pending'", values: [] },
    ],
    limit: 1_000,
  }).reduce((sum, { object }) => sum + toKopecks(object.amount), 0);
  if (kopecks + pending + refundedOf(payment) > toKopecks(payment.amount)) {
    throw invalidRequest("The amount is above what is left of the payment", "amount.value");
  }
}

function refundedOf({ refunded_amount }: PaymentObject): number {
  return refunded_amount === undefined ? 0 : toKopecks(refunded_amount);
}

/** YooKassa's own checks, and those of the bank's side. */
function partyOf(reason: string): "yoo_money" | "refund_network" {
  return ["yoo_money_account_closed", "insufficient_funds"].includes(reason)
    ? "yoo_money"
    : "refund_network";
}
