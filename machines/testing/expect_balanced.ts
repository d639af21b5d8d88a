/** What must hold of the money at every moment. For tests only. */
import { expect } from "vitest";
import type { World } from "./world.ts";

/** In each currency the sum of all accounts is zero, and what we owe is never negative. */
export function expectBalanced(world: World): void {
  const sums: Record<string, bigint> = {};
  for (const [account, balance] of world.accounts()) {
    const currency = account.split(" ").at(-1) ?? "";
    sums[currency] = (sums[currency] ?? 0n) + balance;
  }
  for (const [currency, sum] of Object.entries(sums)) expect(sum, currency).toBe(0n);
  for (const [account, balance] of world.accounts()) {
    if (/^(provider|treasury\/expense)\//.test(account)) continue;
    expect(balance, account).toBeGreaterThan(0n);
  }
}
