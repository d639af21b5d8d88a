import { describe, expect, it } from "vitest";
import { createFakeRuntime } from "../supervisor/testing/fake_runtime.ts";
import type { YooKassaPayment, YooKassaPayout, YooKassaRefund } from "../yookassa/objects.ts";
import { type Outcome, unknown } from "../yookassa/outcome.ts";
import type { NoticeHint } from "../yookassa/read_notice.ts";
import { createTakeBankNotice } from "./take_bank_notice.ts";

const ACTORS = {
  payment: "bankPayment/bnk_pay_1",
  refund: "refund/rfd_1",
  payout: "bankPayout/wdr_1",
};
const refused = {
  kind: "refused",
  status: 404,
  code: "not_found",
  description: "",
  parameter: null,
} as const;
const paymentOf = (status: string, actor: string): Outcome<YooKassaPayment> => ({
  kind: "done",
  object: { id: "yk_1", status, metadata: { actor } } as Partial<
    YooKassaPayment
  > as YooKassaPayment,
});
const refundOf = (changes: Partial<YooKassaRefund>): Outcome<YooKassaRefund> => ({
  kind: "done",
  object: { id: "rf_1", status: "succeeded", paymentId: "yk_1", ...changes } as YooKassaRefund,
});

const payoutOf = (actor: string): Outcome<YooKassaPayout> => ({
  kind: "done",
  object: { id: "po-1", status: "canceled", metadata: { actor } } as Partial<
    YooKassaPayout
  > as YooKassaPayout,
});

function open(
  { payment, refund, ours = [] }: {
    payment?: Outcome<YooKassaPayment>;
    refund?: Outcome<YooKassaRefund>;
    ours?: string[];
  } = {},
) {
  const runtime = createFakeRuntime();
  runtime.actors.add(ACTORS.payment).add(ACTORS.refund).add(ACTORS.payout).add("user/tg-1");
  const strange: unknown[] = [];
  const log: unknown[] = [];
  const world = {
    payment: payment ?? paymentOf("succeeded", ACTORS.payment),
    refund: refund ?? refundOf({ metadata: { actor: ACTORS.refund } }),
    payout: payoutOf(ACTORS.payout),
  };
  const take = createTakeBankNotice({
    yooKassa: {
      getPayment: () => Promise.resolve(world.payment),
      getRefund: () => Promise.resolve(world.refund),
      getPayout: () => Promise.resolve(world.payout),
    },
    runtime,
    isOurCharge: (chargeId) => Promise.resolve(ours.includes(chargeId)),
    onStrangeRefund: (refund) => Promise.resolve(void strange.push(refund)),
    log: (_, message, fields) => void log.push([message, fields]),
  });
  return { runtime, strange, log, take, world };
}

const hint = (kind: NoticeHint["kind"], status = "succeeded"): NoticeHint => ({
  kind,
  id: kind === "refund" ? "rf_1" : kind === "payout" ? "po-1" : "yk_1",
  status,
});

describe("a bank notice", () => {
  it("lets the one whom the fetched object names look, a payout by its id, and carries nothing else", async () => {
    const { runtime, take } = open();
    await take(hint("payment"));
    await take(hint("refund"));
    await take(hint("payout"));
    expect(runtime.sent.map(({ address, event, key }) => [address, event, key])).toEqual([
      [ACTORS.payment, { type: "bank.noticed" }, "yookassa:payment:yk_1:succeeded"],
      [ACTORS.refund, { type: "refund.noticed" }, "yookassa:refund:rf_1:succeeded"],
      [
        ACTORS.payout,
        { type: "bank.noticed", payoutId: "po-1" },
        "yookassa:payout:po-1:canceled",
      ],
    ]);
  });

  it("goes by the fetched status, not by its own, and counts once for each", async () => {
    const { runtime, take, world } = open({
      payment: paymentOf("pending", ACTORS.payment),
    });
    for (let count = 0; count < 3; count++) await take(hint("payment"));
    expect(runtime.sent.map(({ key }) => key)).toEqual(["yookassa:payment:yk_1:pending"]);
    world.payment = paymentOf("succeeded", ACTORS.payment);
    for (let count = 0; count < 3; count++) await take(hint("payment", "canceled"));
    expect(runtime.sent.map(({ key }) => key).slice(1)).toEqual([
      "yookassa:payment:yk_1:succeeded",
    ]);
  });

  it.each([
    "",
    "bankPayment/bnk_nobody",
    // Others than those who look a payment up are told nothing.
    "user/tg-1",
    ACTORS.refund,
    "bankPayment/bnk_../user/tg-1",
    `bankPayment/bnk_${"x".repeat(200)}`,
  ])("of a payment that was made for %j concerns nobody", async (actor) => {
    const { runtime, log, take } = open({
      payment: paymentOf("succeeded", actor),
    });
    await take(hint("payment"));
    expect(runtime.sent).toEqual([]);
    expect(log).toEqual([
      ["A bank notice concerns nobody here", { id: "yk_1", why: "of no actor" }],
    ]);
  });

  it("of what the bank does not know concerns nobody", async () => {
    const { runtime, log, take } = open({ payment: refused, refund: refused });
    await take(hint("payment"));
    await take(hint("refund"));
    expect([runtime.sent, log.length]).toEqual([[], 2]);
  });

  it("of other things is not looked at", async () => {
    const { runtime, log, take } = open({ payment: unknown("server", "down") });
    await take(hint("other"));
    expect([runtime.sent, log]).toEqual([[], []]);
  });

  it("of a refund that nobody here asked for is kept for the admins when the charge is ours", async () => {
    const byHand = { id: "rf_1", status: "succeeded", paymentId: "yk_1", metadata: {} };
    const ours = open({ refund: refundOf(byHand), ours: ["yk_1"] });
    await ours.take(hint("refund"));
    expect([ours.strange, ours.log, ours.runtime.sent]).toEqual([[byHand], [], []]);
    const pending = open({ refund: refundOf({ ...byHand, status: "pending" }), ours: ["yk_1"] });
    await pending.take(hint("refund"));
    const others = open({ refund: refundOf(byHand) });
    await others.take(hint("refund"));
    expect([pending.strange, others.strange]).toEqual([[], []]);
    expect([pending.log.length, others.log.length]).toEqual([1, 1]);
  });

  it("must come again when the bank, the actor or the database is away", async () => {
    const { runtime, take, world } = open();
    runtime.refusals.set(ACTORS.payment, "busy");
    await expect(take(hint("payment"))).rejects.toThrow("busy");
    runtime.refusals.set(ACTORS.payment, "alreadyFinished");
    await take(hint("payment"));
    runtime.failures.push(new Error("away"));
    await expect(take(hint("payment"))).rejects.toThrow("away");
    world.payment = unknown("timeout", "no answer");
    await expect(take(hint("payment"))).rejects.toThrow("no answer");
  });
});
