import { expect, it } from "vitest";
import { bankDifferences, type BankSums, bankSumsSince } from "./bank_books.ts";

const sums: BankSums = { shop: 9_573n, fees: 427n, paidOut: 8_500n };

it("bankDifferences() says nothing of books that agree", () => {
  expect(bankDifferences({ ours: sums, theirs: { ...sums } })).toEqual([]);
});

it.each<[Partial<BankSums>, RegExp]>([
  [{ shop: 9_574n }, /holds for us 9573 kopecks, our books say 9574/],
  [{ fees: 0n }, /has kept as fees 427 kopecks, our books say 0/],
  [{ paidOut: 17_000n }, /has paid out 8500 kopecks, our books say 17000/],
])("bankDifferences() names one difference: %s", (change, words) => {
  const found = bankDifferences({ ours: { ...sums, ...change }, theirs: sums });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(words);
});

it("bankSumsSince() leaves out what was there before", () => {
  const now = { shop: 10_000n, fees: 500n, paidOut: 8_500n };
  expect(bankSumsSince(sums, now)).toEqual({ shop: 427n, fees: 73n, paidOut: 0n });
});
