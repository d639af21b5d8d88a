import { describe, expect, it } from "vitest";
import { brokenPromises, type DemoFacts, type DemoResult } from "./demo_promises.ts";

const told = {
  raffle: "rfl_one",
  tickets: 12,
  winner: "tg-1",
  payout: "paid",
  refunded: 1,
  proof: "p.json",
  proofValid: true,
  ledger: { balanced: true },
  messages: 80,
} as const;

function money(currency: "XTR" | "RUB", minor: number) {
  return { minor: String(minor), currency };
}

const stars = {
  result: {
    ...told,
    pot: money("XTR", 120),
    commission: money("XTR", 18),
    prize: money("XTR", 102),
    gift: { id: "5", stars: 100 },
    sandbox: { received: 130, refunded: 10, spentOnGifts: 100 },
  },
  facts: {
    players: 12,
    price: money("XTR", 10),
    secondRaffle: "rfl_two",
    taken: 100n,
    left: 2n,
  },
} satisfies { result: DemoResult; facts: DemoFacts };

const rubles = {
  result: {
    ...told,
    pot: money("RUB", 120_000),
    commission: money("RUB", 18_000),
    prize: money("RUB", 102_000),
    paidOut: { channel: "sbp", amount: money("RUB", 102_000), recipientChecked: true },
    sandbox: {
      received: 130_000,
      fees: 5_551,
      refunded: 10_000,
      paidOut: 102_000,
      payments: { succeeded: 13, canceled: 1 },
      notices: { delivered: 17, thrice: 1, lost: 1 },
    },
  },
  facts: {
    players: 12,
    price: money("RUB", 10_000),
    secondRaffle: "rfl_two",
    taken: 102_000n,
    left: 0n,
  },
} satisfies { result: DemoResult; facts: DemoFacts };

describe.each([["Stars", stars], ["rubles", rubles]])("brokenPromises() in %s", (_, story) => {
  it("is empty when all were kept", () => {
    expect(brokenPromises(story.result, story.facts)).toEqual([]);
  });

  it.each<[string, Partial<DemoResult>, string[]]>([
    ["a ticket more", { tickets: 13 }, ["12 tickets"]],
    ["a prize that waits", { payout: "held" }, ["the payout paid"]],
    ["no refund", { refunded: 0 }, ["one refund"]],
    ["two refunds", { refunded: 2 }, ["one refund"]],
    ["a proof that does not hold", { proofValid: false }, ["a valid proof"]],
    ["a ledger out of balance", { ledger: { balanced: false } }, ["a balanced ledger"]],
  ])("names %s", (_case, change, broken) => {
    const result = { ...story.result, ...change } as DemoResult;
    expect(brokenPromises(result, story.facts)).toEqual(broken);
  });

  it("names an amount of another currency or size", () => {
    const { pot, commission, prize } = story.result;
    const plusOne = ({ minor, currency }: typeof pot) => money(currency, Number(minor) + 1);
    const wrong = { pot: plusOne(pot), commission: plusOne(commission), prize: plusOne(prize) };
    expect(brokenPromises({ ...story.result, ...wrong } as DemoResult, story.facts)).toHaveLength(
      3,
    );
    const inTon = { ...story.result, pot: { minor: pot.minor, currency: "TON" } } as DemoResult;
    expect(brokenPromises(inTon, story.facts)).toHaveLength(1);
  });

  it("names a second raffle that did not come, and what is missing on the balance", () => {
    expect(brokenPromises(story.result, { ...story.facts, secondRaffle: undefined }))
      .toEqual(["the prize spent in a second raffle"]);
    expect(brokenPromises(story.result, { ...story.facts, left: story.facts.left + 1n }))
      .toEqual(["the rest on the balance"]);
  });
});

it.each<[string, object, string[]]>([
  ["receipts", { sandbox: { ...stars.result.sandbox, received: 120 } }, ["the sandbox's receipts"]],
  ["refunds", { sandbox: { ...stars.result.sandbox, refunded: 0 } }, ["the sandbox's refunds"]],
  [
    "a second gift",
    { sandbox: { ...stars.result.sandbox, spentOnGifts: 200 } },
    ["one gift in the sandbox's books"],
  ],
  ["no gift", { gift: null }, ["a gift for the winner", "one gift in the sandbox's books"]],
])("brokenPromises() names what Stars do not keep: %s", (_case, change, broken) => {
  const result = { ...stars.result, ...change } as DemoResult;
  expect(brokenPromises(result, stars.facts)).toEqual(broken);
});

const { sandbox, paidOut } = rubles.result;

it.each<[string, object, string[]]>([
  ["receipts", { sandbox: { ...sandbox, received: 120_000 } }, ["YooKassa's receipts"]],
  ["fees", { sandbox: { ...sandbox, fees: 5_550 } }, ["YooKassa's fees"]],
  ["refunds", { sandbox: { ...sandbox, refunded: 0 } }, ["YooKassa's refunds"]],
  [
    "a payment twice",
    { sandbox: { ...sandbox, payments: { succeeded: 14, canceled: 1 } } },
    ["13 payments that were paid"],
  ],
  [
    "no card declined",
    { sandbox: { ...sandbox, payments: { succeeded: 13, canceled: 0 } } },
    ["one payment by a card that was declined"],
  ],
  [
    "every notice once",
    { sandbox: { ...sandbox, notices: { delivered: 16, thrice: 0, lost: 0 } } },
    ["one notice that came three times", "one notice that never came"],
  ],
  ["two payouts", { sandbox: { ...sandbox, paidOut: 204_000 } }, [
    "one payout in YooKassa's books",
  ]],
  [
    "no payout",
    { paidOut: null },
    [
      "the prize paid out",
      "the prize paid through the SBP",
      "the whole prize paid out",
      "the receiver's name checked",
    ],
  ],
  [
    "another way",
    { paidOut: { ...paidOut, channel: "yoo_money" } },
    ["the prize paid through the SBP"],
  ],
  [
    "a receiver whom nobody checked",
    { paidOut: { ...paidOut, recipientChecked: false } },
    ["the receiver's name checked"],
  ],
  [
    "a part",
    { paidOut: { ...paidOut, amount: money("RUB", 100) } },
    ["the whole prize paid out"],
  ],
])("brokenPromises() names what rubles do not keep: %s", (_case, change, broken) => {
  const result = { ...rubles.result, ...change } as DemoResult;
  expect(brokenPromises(result, rubles.facts)).toEqual(broken);
});
