/** What YooKassa's books and ours say of the same money, side by side. */
import type { Database } from "../../db/connection.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { YOOKASSA_FEES, YOOKASSA_GATEWAY, YOOKASSA_SHOP } from "../../machines/domain/accounts.ts";
import type { YooKassaBooks } from "../sandbox/payers.ts";

/** Kopecks: what the shop holds, what it was charged, and what the gateway has paid out. */
export interface BankSums {
  readonly shop: bigint;
  readonly fees: bigint;
  readonly paidOut: bigint;
}

/** By our ledger. */
export async function readOwnBankSums(database: Database): Promise<BankSums> {
  const balances = await readBalances(database, [YOOKASSA_SHOP, YOOKASSA_FEES, YOOKASSA_GATEWAY]);
  const of = (name: string): bigint =>
    balances.find(({ account, currency }) => account === name && currency === "RUB")
      ?.balanceMinor ?? 0n;
  return { shop: -of(YOOKASSA_SHOP), fees: -of(YOOKASSA_FEES), paidOut: of(YOOKASSA_GATEWAY) };
}

/** By YooKassa's books. */
export function bankSumsOf({ shop, gateway }: YooKassaBooks): BankSums {
  return {
    shop: BigInt(shop.balance),
    fees: BigInt(shop.fees),
    paidOut: BigInt(gateway.paidOut),
  };
}

/** What has come since. */
export function bankSumsSince(before: BankSums, now: BankSums): BankSums {
  return {
    shop: now.shop - before.shop,
    fees: now.fees - before.fees,
    paidOut: now.paidOut - before.paidOut,
  };
}

/** Where they differ, in words; nothing is right. */
export function bankDifferences(
  { ours, theirs }: { ours: BankSums; theirs: BankSums },
): string[] {
  const lines: [keyof BankSums, string][] = [
    ["shop", "holds for us"],
    ["fees", "has kept as fees"],
    ["paidOut", "has paid out"],
  ];
  return lines.filter(([name]) => ours[name] !== theirs[name]).map(([name, what]) =>
    `YooKassa ${what} ${theirs[name]} kopecks, our books say ${ours[name]}`
  );
}
