/** Asks YooKassa for its books, as the owner of the shop and of the gateway would. */
import type { PayoutChannel } from "../../machines/domain/payout_destination.ts";
import type { Amount, Payers, PayoutDestination, YooKassaBooks } from "../sandbox/payers.ts";
import type { BankBooks } from "./bank_evidence.ts";

export async function readBank(payers: Pick<Payers, "books">): Promise<BankBooks> {
  return toBankBooks(await payers.books());
}

/** Its books in the judge's words. */
export function toBankBooks({ shop, gateway }: YooKassaBooks): BankBooks {
  return {
    held: shop.received - shop.fees - shop.refunded,
    fees: shop.fees,
    paidOut: gateway.paidOut,
    payments: shop.payments.map(({ id, status, amount, income_amount, metadata }) => ({
      id,
      actor: metadata["actor"] ?? "",
      status,
      minor: kopecks(amount),
      fee: income_amount === undefined ? 0 : kopecks(amount) - kopecks(income_amount),
    })),
    refunds: shop.refunds.map(({ id, payment_id, status, amount }) => ({
      id,
      paymentId: payment_id,
      status,
      minor: kopecks(amount),
    })),
    payouts: gateway.payouts.map(({ id, status, amount, metadata, payout_destination }) => ({
      id,
      actor: metadata["actor"] ?? "",
      status,
      minor: kopecks(amount),
      ...receiverOf(payout_destination),
    })),
  };
}

/** YooKassa writes rubles with two digits behind the point. */
function kopecks({ value, currency }: Amount): number {
  if (currency !== "RUB" || !/^\d+\.\d\d$/.test(value)) {
    throw new Error(`YooKassa's books name ${value} ${currency}, which is no amount of rubles`);
  }
  return Number(value.replace(".", ""));
}

function receiverOf(
  destination: PayoutDestination,
): { channel: PayoutChannel; receiver: string } {
  switch (destination.type) {
    case "sbp":
      return { channel: "sbp", receiver: destination.phone };
    case "yoo_money":
      return { channel: "yooMoney", receiver: destination.account_number };
    case "bank_card":
      return { channel: "card", receiver: destination.card.last4 };
  }
}
