/** The rules of a top-up: what came is credited once, and the player may begin another. */
import { describe, expect, it } from "vitest";
import { begin, moved, type Step, step, told } from "./testing/step.ts";
import { topUpMachine } from "./topup_machine.ts";

const amount = { minor: "50000", currency: "RUB" } as const;
const input = { topUpId: "tup_1", playerId: "tg-1", language: "ru", amount, atMs: 1 } as const;
const confirmed = {
  type: "payment.confirmed",
  chargeId: "yk_1",
  payerId: "tg-1",
  amount,
  provider: "yookassa",
  atMs: 2,
};
const why = { reason: "bankUnpaid", bankReason: "invalid_csc" };
const ended = { type: "bank.ended", ...why };

function play(value: unknown, event: { type: string }): Step {
  return step(topUpMachine, { input, value, event: event as never });
}

function notices({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "notify").map(([, params]) => params);
}

describe("a top-up", () => {
  it("asks for a payment by bank", () => {
    expect(begin(topUpMachine, input).value).toBe("created");
    const paying = play("created", { type: "topup.start" });
    expect(paying.value).toBe("paying");
    expect(paying.actions.at(-1)).toEqual(["tell", {
      to: "bankPayment/bnk_tup_1",
      event: { type: "bank.start" },
      create: {
        bankPaymentId: "bnk_tup_1",
        owner: "topup/tup_1",
        playerId: "tg-1",
        language: "ru",
        amount,
        atMs: 1,
      },
    }]);
  });

  it.each(["created", "paying", "unpaid"])(
    "that was %s is credited when its money is here",
    (value) => {
      const credited = play(value, confirmed);
      expect(credited.value).toBe("credited");
      expect(moved(credited)).toEqual(["50000 provider/yookassa/shop → user/tg-1/available"]);
      expect(notices(credited)).toEqual([
        { playerId: "tg-1", notice: { key: "toppedUp", amount, chargeId: "yk_1" } },
      ]);
      expect(told(credited)).toEqual(value === "paying" ? ["user/tg-1 topup.ended"] : []);
    },
  );

  it("credits what came, whatever was asked for", () => {
    const other = { minor: "100", currency: "RUB" };
    expect(moved(play("paying", { ...confirmed, amount: other } as never)))
      .toEqual(["100 provider/yookassa/shop → user/tg-1/available"]);
  });

  it("that is not paid says why", () => {
    const unpaid = play("paying", ended);
    expect(unpaid.value).toBe("unpaid");
    expect(told(unpaid)).toEqual(["user/tg-1 topup.ended"]);
    expect(moved(unpaid)).toEqual([]);
    expect(notices(unpaid)).toEqual([
      { playerId: "tg-1", notice: { key: "topUpFailed", amount, ...why } },
    ]);
  });

  it.each([
    ["created", ended],
    ["unpaid", ended],
    ["paying", { type: "topup.start" }],
    ["unpaid", { type: "topup.start" }],
  ])("in %s does not take %j", (value, event) => {
    expect(play(value, event).isAccepted).toBe(false);
  });
});
