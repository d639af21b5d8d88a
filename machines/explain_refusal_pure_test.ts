/** Each refusal of a command has its word. */
import { describe, expect, it } from "vitest";
import {
  explainPaymentRefusal,
  explainRaffleRefusal,
  explainRefundRefusal,
  explainUserRefusal,
  explainWithdrawalRefusal,
} from "./explain_refusal.ts";
import { raffleMachine } from "./raffle_machine.ts";
import { step } from "./testing/step.ts";
import { testTerms } from "./testing/world.ts";

const by = { by: "tg-9", reason: "Because", atMs: 1 };

describe("explainRaffleRefusal()", () => {
  it.each<[unknown, string, string, object?]>([
    [{ open: "accepting" }, "raffle.open", "alreadyOpened"],
    ["draft", "raffle.pause", "notOpen"],
    ["opening", "raffle.edit", "changedMeanwhile"],
    ["opening", "raffle.stop", "changedMeanwhile"],
    [{ open: "holding" }, "raffle.edit", "changedMeanwhile"],
    [{ open: "holdingPaused" }, "raffle.resume", "changedMeanwhile"],
    [{ open: "paused" }, "raffle.pause", "alreadyPaused"],
    ["sealed", "raffle.pause", "entriesClosed"],
    [{ open: "accepting" }, "raffle.resume", "notPaused"],
    ["draft", "raffle.resume", "notOpen"],
    ["sealed", "raffle.resume", "entriesClosed"],
    [{ open: "accepting" }, "raffle.force", "tooFewPlayers"],
    ["draft", "raffle.force", "notOpen"],
    ["sealed", "raffle.force", "entriesClosed"],
    [{ drawing: "waiting" }, "raffle.stop", "drawRequested"],
    ["disputed", "raffle.stop", "drawRequested"],
    [{ settled: "told" }, "raffle.stop", "alreadyFinished"],
    ["refunded", "raffle.stop", "alreadyCancelled"],
    ["sealed", "dispute.recheck", "notDisputed"],
    ["sealed", "dispute.refund", "notDisputed"],
    ["disputed", "dispute.refund", "needsAnotherAdmin", { refundVote: { by: "tg-9" } }],
  ])("in %j says of %s: %s", (value, type, reason, context = {}) => {
    const input = { raffleId: "rfl_1", terms: testTerms(), createdBy: "tg-9", atMs: 1 };
    const refused = step(raffleMachine, { input, value, context, event: { type, ...by } });
    expect(refused.isAccepted).toBe(false);
    expect(explainRaffleRefusal(refused, { type })).toBe(reason);
  });
});

describe("the other refusals", () => {
  const view = (...tags: string[]) => ({ value: "x", context: {}, tags });
  it("have their words, or none", () => {
    expect(explainPaymentRefusal(view("ticketed"), { type: "payment.refunded" }))
      .toBe("unknownCharge");
    expect(explainPaymentRefusal(view("finished"), { type: "entry.refund" }))
      .toBe("alreadyFinished");
    expect(explainPaymentRefusal(view(), { type: "entry.refund" })).toBe(undefined);
    expect(explainRefundRefusal(view("trying"), { type: "refund.retry" })).toBe("notFailing");
    expect(explainRefundRefusal(view("finished"), { type: "refund.retry" }))
      .toBe("alreadyFinished");
    expect(explainRefundRefusal(view(), { type: "refund.start" })).toBe(undefined);
    expect(explainUserRefusal(view("blocked"), { type: "bot.blocked" })).toBe("alreadyBlocked");
    expect(explainUserRefusal(view("active"), { type: "bot.unblocked" })).toBe("notBlocked");
    expect(explainUserRefusal(view("active"), { type: "other" })).toBe(undefined);
  });

  it.each([
    ["finished", "withdrawal.approve", "alreadyFinished"],
    ["waiting", "withdrawal.approve", "needsAnotherAdmin"],
    ["waiting", "withdrawal.decline", "needsAnotherAdmin"],
    ["sending", "withdrawal.cancel", "notWaiting"],
    ["uncertain", "withdrawal.void", "stillLooking"],
    ["sending", "withdrawal.settle", "notUndecided"],
    ["sending", "withdrawal.start", undefined],
  ])("of a withdrawal that is %s, of %s: %s", (tag, type, want) => {
    expect(explainWithdrawalRefusal(view("open", tag), { type, by: "tg-9" } as never)).toBe(want);
  });

  it("tell an admin that a prize is his own", () => {
    const own = { ...view("open", "waiting"), context: { playerId: "tg-9" } };
    const event = { type: "withdrawal.approve", by: "tg-9" };
    expect(explainWithdrawalRefusal(own, event)).toBe("ownPrize");
  });
});
