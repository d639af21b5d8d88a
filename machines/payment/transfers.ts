/** What moves for an entry: its charge comes, pays the ticket, goes back, or is taken by force. */
import {
  chargeAt,
  CHARGEBACK_LOSSES,
  paymentAccount,
  rafflePot,
  receivedBy,
  userAvailable,
} from "../domain/accounts.ts";
import type { PaymentEvent, TransferParams } from "../domain/events.ts";
import type { MoneyJson } from "../domain/money.ts";
import { type PaymentContext, priceOf } from "./payment_context.ts";

type Confirmed = Extract<PaymentEvent, { type: "payment.confirmed" }>;
type Charge = { chargeId: string; amount: MoneyJson };

/** The provider holds it for us now. Telegram's charges are written down, because they grow old. */
export function receipt(
  { paymentId }: PaymentContext,
  { chargeId, payerId, amount, provider, atMs }: Confirmed,
): TransferParams {
  return {
    key: `charge/${chargeId}/received`,
    from: receivedBy(provider),
    to: paymentAccount(paymentId, "clearing", amount.currency),
    amount,
    type: "entry",
    externalId: chargeId,
    ...(provider === "yookassa" ? {} : { receipt: { payerId, receivedAtMs: atMs } }),
  };
}

/** It pays no ticket: we owe it back. */
export function due({ paymentId }: PaymentContext, { chargeId, amount }: Charge): TransferParams {
  return {
    key: `charge/${chargeId}/due`,
    from: paymentAccount(paymentId, "clearing", amount.currency),
    to: paymentAccount(paymentId, "refund_due", amount.currency),
    amount,
    type: "refund",
    externalId: chargeId,
  };
}

/** The raffle is cancelled, or the ticket off its list: we owe it back. */
export function dueFromPot(context: PaymentContext, charge: Charge): TransferParams {
  return { ...due(context, charge), from: rafflePot(context.raffleId) };
}

/** An entry that is paid from the balance. */
export function balanceEntry(context: PaymentContext): TransferParams {
  return {
    key: `payment/${context.paymentId}/entry`,
    from: userAvailable(context.playerId),
    to: rafflePot(context.raffleId),
    amount: priceOf(context),
    type: "entry",
  };
}

/** It goes back there. */
export function backToBalance(context: PaymentContext): TransferParams {
  return {
    key: `payment/${context.paymentId}/refund`,
    from: rafflePot(context.raffleId),
    to: userAvailable(context.playerId),
    amount: priceOf(context),
    type: "refund",
  };
}

/** The charge is gone from the provider's account while its ticket stands: an expense. */
export function loss(context: PaymentContext): TransferParams {
  return {
    key: `charge/${context.chargeId}/chargeback`,
    from: CHARGEBACK_LOSSES,
    to: chargeAt(context.provider),
    amount: priceOf(context),
    type: "chargeback",
    ...(context.chargeId === null ? {} : { externalId: context.chargeId }),
  };
}

/** The charge is gone and paid no ticket: what was received is given up. */
export function takenFromClearing(context: PaymentContext): TransferParams {
  return {
    ...loss(context),
    from: paymentAccount(context.paymentId, "clearing", priceOf(context).currency),
  };
}

/** The entry of a charged-back ticket in a cancelled raffle. */
export function lossMadeGood(context: PaymentContext): TransferParams {
  return {
    ...loss(context),
    key: `charge/${context.chargeId}/chargeback_made_good`,
    from: rafflePot(context.raffleId),
    to: CHARGEBACK_LOSSES,
  };
}

/** The charge was taken by force while the prize was to give it back. */
export function lossMadeGoodByPrize(context: PaymentContext): TransferParams {
  return {
    ...lossMadeGood(context),
    from: paymentAccount(context.paymentId, "refund_due", priceOf(context).currency),
  };
}
