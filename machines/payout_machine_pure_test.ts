/** The payout's rules: credited exactly once. */
import { describe, expect, it } from "vitest";
import { payoutMachine } from "./payout_machine.ts";
import { begin, step } from "./testing/step.ts";
import { World } from "./testing/world.ts";

const input = {
  payoutId: "pyo_1_1",
  raffleId: "rfl_1",
  playerId: "tg-1",
  amount: { minor: "17", currency: "XTR" },
  place: 1,
  atMs: 1,
};

describe("a payout", () => {
  it("is held until it is credited", () => {
    expect(begin(payoutMachine, input)).toMatchObject({ value: "held", actions: [] });
    const credited = step(payoutMachine, {
      input,
      value: "held",
      event: { type: "payout.credit" },
    });
    expect(credited.value).toBe("credited");
    expect(credited.actions).toEqual([
      ["postTransfers", {
        transfers: [{
          key: "payout/pyo_1_1/credit",
          from: "payout/pyo_1_1/held",
          to: "user/tg-1/available",
          amount: { minor: "17", currency: "XTR" },
          type: "prize",
        }],
      }],
      ["tell", {
        to: "user/tg-1",
        event: {
          type: "prize.credited",
          raffleId: "rfl_1",
          payoutId: "pyo_1_1",
          amount: { minor: "17", currency: "XTR" },
        },
      }],
      ["notify", {
        playerId: "tg-1",
        notice: { key: "credited", raffleId: "rfl_1", prize: { minor: "17", currency: "XTR" } },
      }],
      ["tell", { to: "raffle/rfl_1", event: { type: "payout.done", payoutId: "pyo_1_1" } }],
    ]);
  });

  it("is not credited twice", () => {
    const again = step(payoutMachine, {
      input,
      value: "credited",
      event: { type: "payout.credit" },
    });
    expect([again.isAccepted, again.actions]).toEqual([false, []]);
  });

  it("cannot be credited from an account that is empty", () => {
    const world = new World();
    world.create("payout/pyo_1_1", input);
    expect(() => world.send("payout/pyo_1_1", { type: "payout.credit" }))
      .toThrow("Refused by the ledger");
  });
});
