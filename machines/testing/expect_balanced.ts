/** What must hold of the money at every moment. For tests only. */
import { expect } from "vitest";
import type { World } from "./world.ts";

/** The sum of all accounts is zero, and what we owe is never negative. */
export function expectBalanced(world: World): void {
  const sum = world.accounts().reduce((total, [, balance]) => total + balance, 0n);
  expect(sum).toBe(0n);
  for (const [account, balance] of world.accounts()) {
    if (/^(provider|treasury\/expense)\//.test(account)) continue;
    expect(balance, account).toBeGreaterThan(0n);
  }
}
