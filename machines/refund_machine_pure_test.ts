/** The refund's rules: it tries, waits, asks an operator, and pays once. */
import { describe, expect, it } from "vitest";
import { type RefundContext, refundMachine } from "./refund_machine.ts";
import { begin, moved, step, told } from "./testing/step.ts";
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
      "reportToAdmins",
    ]],
    [
      "requesting",
      failed("refundStars"),
      { attempts: 11, isFailureTold: true, isReported: true },
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
    expect(again.context).toMatchObject({ attempts: 0, isReported: false });
    expect(play("requesting", failed("refundStars"), { attempts: 11 }).tags)
      .toContain("needsOperator");
  });

  it.each([undefined, false])("tells admins once a round why it fails: told %s", (isReported) => {
    const told = { isFailureTold: true, ...(isReported === undefined ? {} : { isReported }) };
    const event = { ...failed("refundStars"), error: { message: "x".repeat(400) } };
    const stuck = play("requesting", event, { attempts: 11, ...told });
    expect(stuck.actions.filter(([type]) => type === "reportToAdmins")).toEqual([[
      "reportToAdmins",
      {
        notice: {
          key: "refundStuck",
          refundId: "rfd_1",
          raffleId: "rfl_1",
          playerId: "tg-1",
          amount: { minor: "10", currency: "XTR" },
          chargeId: "ch_1",
          why: "x".repeat(300),
        },
      },
    ]]);
    expect(stuck.context["isReported"]).toBe(true);
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

describe("a refund in rubles", () => {
  const rubles = {
    amount: { minor: "10000", currency: "RUB" },
    chargeId: "yk_1",
    provider: "yookassa",
  } as const;
  const back = (answer: object) => done("refundRubles", answer);
  const notices = ({ actions }: ReturnType<typeof play>) =>
    actions.filter(([type]) => type === "notify")
      .map(([, params]) => (params as { notice: unknown }).notice);

  it.each<[string, { type: string }, string]>([
    ["created", { type: "refund.start" }, "requestingRubles"],
    ["requestingRubles", { type: "refund.noticed" }, "requestingRubles"],
    ["pending", { type: "refund.noticed" }, "requestingRubles"],
    ["pending", { type: "xstate.after.bankPause.refund.pending" }, "requestingRubles"],
    ["failing", { type: "refund.noticed" }, "requestingRubles"],
    ["failing", { type: "refund.retry" }, "requestingRubles"],
    ["failing", { type: "xstate.after.retryPause.refund.failing" }, "requestingRubles"],
    ["stuckRefund", { type: "refund.noticed" }, "requestingRubles"],
    ["stuckRefund", { type: "refund.retry" }, "requestingRubles"],
    ["stuckRefund", { type: "xstate.after.stuckPause.refund.stuckRefund" }, "requestingRubles"],
  ])("in %s by %j asks the bank", (value, event, next) => {
    const asked = play(value, event, rubles);
    expect([asked.value, asked.invoked]).toEqual([next, ["refundRubles"]]);
  });

  it("carries its own id, so that it is made once", () => {
    const world = new World();
    world.create("refund/rfd_1", { ...input, ...rubles });
    world.send("refund/rfd_1", { type: "refund.start" });
    const { amount, chargeId } = rubles;
    const wanted = {
      refundId: "rfd_1",
      refusals: 0,
      actor: "refund/rfd_1",
      amount,
      chargeId,
    };
    expect(world.effects.map((effect) => effect.input)).toEqual([wanted]);
    world.fail("refundRubles");
    world.pass(2_000);
    expect(world.effects.map((effect) => effect.input)).toEqual([wanted]);
  });

  it("is over when the bank says so", () => {
    const done = play("requestingRubles", back({ status: "succeeded" }), rubles);
    expect(done.value).toBe("refunded");
    expect(moved(done)).toEqual(["10000 payment/pay_1/refund_due_rub → provider/yookassa/shop"]);
    expect(notices(done)).toMatchObject([{ key: "refunded", chargeId: "yk_1" }]);
    expect(told(done)).toEqual(["payment/pay_1 refund.done"]);
  });

  it("that the bank has taken on is looked at again, and moves nothing until then", () => {
    const pending = play("requestingRubles", back({ status: "pending" }), { ...rubles, looks: 2 });
    expect([pending.value, pending.context["looks"]]).toEqual(["pending", 3]);
    expect(pending.actions).toEqual([]);
  });

  it("that stays on its way for three days is told to the admins, once", () => {
    const world = new World();
    world.create("refund/rfd_1", { ...input, ...rubles });
    world.send("refund/rfd_1", { type: "refund.start" });
    const lookFor = (days: number) => {
      for (let passed = 0; passed < days * 24 * 6; passed++) {
        if (world.effects.length > 0) world.succeed("refundRubles", { status: "pending" });
        world.pass(10 * 60_000);
      }
    };
    lookFor(2);
    expect(world.reports).toEqual([]);
    lookFor(2);
    const { chargeId, amount } = rubles;
    const told = { key: "refundHangs", refundId: "rfd_1", playerId: "tg-1", chargeId, amount };
    expect(world.reports).toMatchObject([told]);
    lookFor(6);
    expect(world.reports).toHaveLength(1);
    expect(world.notices).toEqual([]);
  });

  it("that is on its way forgets the tries that failed before", () => {
    const pending = play("requestingRubles", back({ status: "pending" }), {
      ...rubles,
      attempts: 11,
    });
    expect(pending.context["attempts"]).toBe(0);
  });

  it.each(["yoo_money_account_closed", "payment_expired", "something_new"])(
    "that the bank cancels because %s goes to the balance, and is over for the raffle",
    (reason) => {
      const kept = play("requestingRubles", back({ status: "canceled", reason }), rubles);
      expect(kept.value).toBe("kept");
      expect(moved(kept)).toEqual(["10000 payment/pay_1/refund_due_rub → user/tg-1/available"]);
      expect(notices(kept)).toEqual([{
        key: "refundToBalance",
        raffleId: "rfl_1",
        amount: rubles.amount,
        chargeId: "yk_1",
        reason,
      }]);
      expect(told(kept)).toEqual(["payment/pay_1 refund.done"]);
      expect(kept.actions.at(-1)).toEqual([
        "recordRefund",
        expect.objectContaining({ status: "kept" }),
      ]);
    },
  );

  it("for which the shop has too little is tried again, and the admins hear of it", () => {
    const event = { ...failed("refundRubles"), error: { code: "balanceTooLow" } };
    const failing = play("requestingRubles", event, rubles);
    expect(failing.value).toBe("failing");
    expect(failing.actions).toEqual([["tell", {
      to: "treasury/stars",
      event: { type: "reserve.short", what: "refund", needed: rubles.amount },
    }]]);
    const stuck = play("requestingRubles", event, { ...rubles, attempts: 11 });
    expect(stuck.value).toBe("stuckRefund");
    expect(notices(stuck)).toMatchObject([{ key: "refundFails", chargeId: "yk_1" }]);
  });

  it.each([["bankRefuses", 1], ["unknown", undefined], ["balanceTooLow", undefined]])(
    "is asked for anew, as another one, only after the bank made none: %s",
    (code, refusals) => {
      const event = { ...failed("refundRubles"), error: { code } };
      expect(play("requestingRubles", event, rubles).context["refusals"]).toBe(refusals);
    },
  );

  it.each(["requesting", "failing", "stuckRefund"])(
    "of which there are notices; in %s a refund of Stars has none",
    (value) => {
      expect(play(value, { type: "refund.noticed" }).isAccepted).toBe(false);
    },
  );
});
