/** The refund's rules: it tries, waits, asks an operator, and pays once. */
import { describe, expect, it } from "vitest";
import { type RefundContext, refundMachine } from "./refund_machine.ts";
import { begin, step, told } from "./testing/step.ts";
import { done, failed, World } from "./testing/world.ts";

const input = {
  refundId: "rfd_1",
  paymentId: "pay_1",
  raffleId: "rfl_1",
  playerId: "tg-1",
  telegramUserId: 1,
  chargeId: "ch_1",
  amount: { minor: "10", currency: "XTR" },
  reason: "full",
  atMs: 1,
};

function play(
  value: unknown,
  event: { type: string },
  context: Partial<RefundContext> = {},
) {
  return step(refundMachine, { input, value, context, event: event as never });
}

describe("a refund", () => {
  it("waits to be started, then asks the provider", () => {
    expect(begin(refundMachine, input).value).toBe("created");
    const started = play("created", { type: "refund.start" });
    expect([started.value, started.invoked]).toEqual(["requesting", ["refundStars"]]);
    expect(started.actions).toEqual([["recordRefund", {
      refundId: "rfd_1",
      playerId: "tg-1",
      paymentId: "pay_1",
      raffleId: "rfl_1",
      chargeId: "ch_1",
      amount: { minor: "10", currency: "XTR" },
      reason: "full",
      status: "requested",
    }]]);
  });

  it("tells the books, the player and the payment after the provider's yes", () => {
    const back = play("requesting", done("refundStars", { isRefunded: true }));
    expect(back.value).toBe("refunded");
    expect(back.actions).toEqual([
      ["postTransfers", {
        transfers: [{
          key: "charge/ch_1/returned",
          from: "payment/pay_1/refund_due",
          to: "provider/telegram/charge",
          amount: { minor: "10", currency: "XTR" },
          type: "refund",
          externalId: "ch_1",
        }],
      }],
      ["notify", {
        playerId: "tg-1",
        notice: {
          key: "refunded",
          raffleId: "rfl_1",
          amount: { minor: "10", currency: "XTR" },
          chargeId: "ch_1",
          reason: "full",
        },
      }],
      ["tell", {
        to: "payment/pay_1",
        event: { type: "refund.done", refundId: "rfd_1", chargeId: "ch_1" },
      }],
      ["recordRefund", expect.objectContaining({ refundId: "rfd_1", status: "refunded" })],
    ]);
  });

  it.each<[string, { type: string }, Partial<RefundContext>, string, string[]]>([
    ["requesting", failed("refundStars"), {}, "failing", []],
    ["requesting", failed("refundStars"), { attempts: 10 }, "failing", []],
    ["requesting", failed("refundStars"), { attempts: 11 }, "stuckRefund", [
      "notify",
      "recordRefund",
    ]],
    [
      "requesting",
      failed("refundStars"),
      { attempts: 11, isFailureTold: true },
      "stuckRefund",
      ["recordRefund"],
    ],
    ["failing", { type: "xstate.after.retryPause.refund.failing" }, {}, "requesting", []],
    ["failing", { type: "refund.retry" }, { attempts: 3 }, "requesting", []],
    ["stuckRefund", { type: "refund.retry" }, { attempts: 12 }, "requesting", []],
    [
      "stuckRefund",
      { type: "xstate.after.stuckPause.refund.stuckRefund" },
      { attempts: 12 },
      "requesting",
      [],
    ],
  ])("in %s with %j and %j", (value, event, context, next, asked) => {
    const taken = play(value, event, context);
    expect(taken.value).toBe(next);
    expect(taken.actions.map(([type]) => type)).toEqual(asked);
  });

  it("starts a new round of tries when an operator asks for it", () => {
    const again = play("stuckRefund", { type: "refund.retry" }, { attempts: 12 });
    expect(again.context["attempts"]).toBe(0);
    expect(play("requesting", failed("refundStars"), { attempts: 11 }).tags)
      .toContain("needsOperator");
  });

  it("tells the treasury that the bot has too few Stars, and nothing of other failures", () => {
    const event = { ...failed("refundStars"), error: { code: "balanceTooLow" } };
    expect(told(play("requesting", event))).toEqual(["treasury/stars reserve.short"]);
    expect(told(play("requesting", event, { attempts: 11 })))
      .toEqual(["treasury/stars reserve.short"]);
    expect(told(play("requesting", failed("refundStars")))).toEqual([]);
  });

  it.each([
    ["created", "refund.retry"],
    ["requesting", "refund.retry"],
    ["requesting", "refund.start"],
    ["failing", "refund.start"],
    ["stuckRefund", "refund.start"],
  ])("in %s refuses %s", (value, type) => {
    expect(play(value, { type }).isAccepted).toBe(false);
  });

  it("tries twelve times within an hour, and says once that it takes longer", () => {
    const world = new World();
    world.create("refund/rfd_1", input);
    world.send("refund/rfd_1", { type: "refund.start" });
    for (let round = 0; round < 2; round++) {
      for (let tries = 0; tries < 12; tries++) {
        world.fail("refundStars");
        world.pass(15 * 60_000);
      }
      expect(world.valueOf("refund/rfd_1")).toBe("stuckRefund");
      expect(world.effects).toEqual([]);
      world.send("refund/rfd_1", { type: "refund.retry", by: "tg-9" });
    }
    expect(world.notices.map(({ notice }) => notice.key)).toEqual(["refundFails"]);
  });

  // It waited for an operator only, and nothing let one in: after an outage of an hour the players of a
  // cancelled raffle would never have got their Stars back.
  it("still asks by itself after an outage of days, and says once that it takes longer", () => {
    const world = new World();
    world.create("refund/rfd_1", input);
    world.send("refund/rfd_1", { type: "refund.start" });
    for (let hours = 0; hours < 72; hours++) {
      while (world.effects.length > 0) world.fail("refundStars");
      world.pass(3_600_000);
    }
    world.pass(6 * 3_600_000);
    expect(world.effects.map(({ src }) => src)).toEqual(["refundStars"]);
    expect(world.notices.map(({ notice }) => notice.key)).toEqual(["refundFails"]);
  });
});
