/** YooKassa's books as one reads them: what the shop and the gateway received, paid and hold. */
import type { GatewayBooks, ShopBooks, YooKassaBooks } from "../yookassa_types.ts";
import { accountId } from "./accounts.ts";
import { toKopecks } from "./kopecks.ts";
import type { YooKassaContext } from "./yookassa_context.ts";

/** The sums alone, whole kopecks. */
export interface YooKassaSums {
  readonly shop: Pick<ShopBooks, "received" | "fees" | "refunded" | "balance">;
  /** `out`: paid out or on its way. */
  readonly gateway: Pick<GatewayBooks, "toppedUp" | "balance"> & { readonly out: number };
}

/** Sums up. */
export function readSums({ entries }: Pick<YooKassaContext, "entries">): YooKassaSums {
  return {
    shop: {
      received: entries.sum("shop", "payment"),
      fees: Math.abs(entries.sum("shop", "fee")),
      refunded: Math.abs(entries.sum("shop", "refund")),
      balance: entries.balance("shop"),
    },
    gateway: {
      toppedUp: entries.sum("gateway", "topUp"),
      out: Math.abs(entries.sum("gateway", "payout") + entries.sum("gateway", "payoutReturn")),
      balance: entries.balance("gateway"),
    },
  };
}

/** Everything. */
export function readBooks(context: YooKassaContext): YooKassaBooks {
  const { objects } = context;
  const { shop, gateway: { out, ...gateway } } = readSums(context);
  const payouts = objects.all("payout");
  const paidOut = payouts.filter(({ status }) => status === "succeeded")
    .reduce((sum, { amount }) => sum + toKopecks(amount), 0);
  return {
    shop: {
      account_id: accountId("shop"),
      ...shop,
      payments: objects.all("payment"),
      refunds: objects.all("refund"),
    },
    gateway: {
      account_id: accountId("gateway"),
      ...gateway,
      paidOut,
      pending: out - paidOut,
      payouts,
    },
  };
}
