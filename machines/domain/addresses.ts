/**
 * Events on their way to another actor, with address and event type tied together by the compiler.
 * Each function makes the params of the action `tell`.
 */
import type {
  PaymentEvent,
  PaymentId,
  PaymentInput,
  PayoutInput,
  PlayerId,
  RaffleEvent,
  RaffleId,
  RefundInput,
  Tell,
  UserEvent,
} from "./events.ts";

/** An event for a player. */
export function toUser(playerId: PlayerId, event: UserEvent): Tell<UserEvent> {
  return { to: `user/${playerId}`, event };
}

/** An event for a raffle. */
export function toRaffle(raffleId: RaffleId, event: RaffleEvent): Tell<RaffleEvent> {
  return { to: `raffle/${raffleId}`, event };
}

/** An event for a payment. */
export function toPayment(paymentId: PaymentId, event: PaymentEvent): Tell<PaymentEvent> {
  return { to: `payment/${paymentId}`, event };
}

/** Makes a payment and starts it. */
export function startPayment(create: PaymentInput): Tell<PaymentEvent> {
  return { to: `payment/${create.paymentId}`, event: { type: "payment.start" }, create };
}

/** Makes a refund and starts it. */
export function startRefund(create: RefundInput): Tell<{ type: "refund.start" }> {
  return { to: `refund/${create.refundId}`, event: { type: "refund.start" }, create };
}

/** Makes a payout and starts it. */
export function startPayout(create: PayoutInput): Tell<{ type: "payout.credit" }> {
  return { to: `payout/${create.payoutId}`, event: { type: "payout.credit" }, create };
}
