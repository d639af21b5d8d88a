import type { MoneyJson } from "../../machines/domain/money.ts";

/** An amount as the ledger stores it; its currency was checked when it was posted. */
export function rowMoney(minor: bigint, currency: string): MoneyJson {
  return { minor: minor.toString(), currency: currency as MoneyJson["currency"] };
}
