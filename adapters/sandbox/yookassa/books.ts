/** YooKassa's books as one reads them: what the shop and the gateway received, paid and hold. */
import type { YooKassaBooks } from "../yookassa_types.ts";
import { accountId } from "./accounts.ts";
import { toKopecks } from "./kopecks.ts";
import type { YooKassaContext } from "./yookassa_context.ts";

/** Everything, whole kopecks. */
export function readBooks({ entries, objects }: YooKassaContext): YooKassaBooks {
  const payouts = objects.all("payout");
  const out = -entries.sum("gateway", "payout") - entries.sum("gateway", "payoutReturn");
  const paidOut = payouts.filter(({ status }) => status === "succeeded")
    .reduce((sum, { amount }) => sum + toKopecks(amount), 0);
  return {
    shop: {
      account_id: accountId("shop"),
      received: entries.sum("shop", "payment"),
      fees: Math.abs(entries.sum("shop", "fee")),
      refunded: Math.abs(entries.sum("shop", "refund")),
      balance: entries.balance("shop"),
      payments: objects.all("payment"),
      refunds: objects.all("refund"),
    },
    gateway: {
      account_id: accountId("gateway"),
      toppedUp: entries.sum("gateway", "topUp"),
      paidOut,
      pending: out - paidOut,
      balance: entries.balance("gateway"),
      payouts,
    },
  };
}
