/** What counts as put to the test, and what a run is told that has tested too little. */
import { describe, expect, it } from "vitest";
import type { BotCall, FaultKind } from "../sandbox/people.ts";
import { countUnansweredCalls } from "./bank_exercise.ts";
import { countUnanswered, type Exercise, findUntested } from "./exercise.ts";

function call(method: string, fault: FaultKind | null, isDone = true): BotCall {
  const answer = isDone ? { ok: true, result: true } : { ok: false, error_code: 400 };
  return { id: 1, atMs: 0, bot_id: 1, method, params: {}, answer, fault };
}

const ALL: Exercise = {
  gifts: 5,
  premiums: 1,
  unansweredPrizes: 1,
  ownPayments: 2,
  claimed: 2,
  guaranteed: 1,
  broadcasts: 9,
  posts: 30,
  cutPrizes: 1,
  cutConfirmations: 2,
  bankPayments: 40,
  topUps: 9,
  bankDeclined: 3,
  bankRefunds: 12,
  bankRefundsRefused: 1,
  payoutsSbp: 4,
  payoutsWallet: 3,
  payoutsCard: 2,
  payoutsReturned: 2,
  payoutsDecided: 2,
  unansweredPayouts: 1,
  unansweredBankCalls: 2,
  noticesLost: 2,
  noticesForged: 2,
  cutPayouts: 1,
};

describe("countUnanswered()", () => {
  it.each<{ what: string; one: BotCall; count: number }>([
    { what: "a gift whose answer broke off", one: call("sendGift", "lostAnswer"), count: 1 },
    {
      what: "Premium that was never answered",
      one: call("giftPremiumSubscription", "timeoutAfterSuccess"),
      count: 1,
    },
    { what: "a gift that was answered", one: call("sendGift", null), count: 0 },
    { what: "a gift that only took long", one: call("sendGift", "delay"), count: 0 },
    { what: "a gift that was refused", one: call("sendGift", "lostAnswer", false), count: 0 },
    { what: "a message", one: call("sendMessage", "lostAnswer"), count: 0 },
  ])("counts $count for $what", ({ one, count }) => {
    expect(countUnanswered([one])).toBe(count);
  });
});

describe("countUnansweredCalls()", () => {
  it.each([
    { what: "a payout whose answer broke off", fault: "lostAnswer", status: 200, count: 1 },
    { what: "one that was never answered", fault: "timeoutAfterSuccess", status: 200, count: 1 },
    {
      what: "one that was made, and answered with 500",
      fault: "500AfterSuccess",
      status: 200,
      count: 1,
    },
    { what: "one that was not made", fault: "500", status: 500, count: 0 },
    { what: "one that was refused", fault: "lostAnswer", status: 400, count: 0 },
    { what: "one that was answered", fault: null, status: 200, count: 0 },
    { what: "one that came to nothing", fault: "canceled", status: 200, count: 0 },
  ])("counts $count for $what", ({ fault, status, count }) => {
    const made = { id: 1, atMs: 0, account_id: "1", key: "k", path: "/payouts", body: null };
    const one = { ...made, method: "createPayout", answer: {}, status, fault };
    expect(countUnansweredCalls([one])).toBe(count);
  });
});

describe("findUntested()", () => {
  it("names nothing when each was seen", () => {
    expect(findUntested(ALL)).toEqual([]);
  });

  it.each(Object.keys(ALL))("names %s when there was none", (name) => {
    expect(findUntested({ ...ALL, [name]: 0 })).toEqual([name]);
  });

  it("names everything while nothing can be asked", () => {
    expect(findUntested(undefined)).toEqual(["everything"]);
  });
});
