import { describe, expect, it } from "vitest";
import type { BankPayoutFacts } from "./domain/bank_payout.ts";
import { World } from "./testing/world.ts";
import { version } from "./bank_payout_machine.ts";

const PAYOUT = "bankPayout/wdr_1";
const WITHDRAWAL = "withdrawal/wdr_1";
const HOUR_MS = 3_600_000;
const amount = { minor: "25000", currency: "RUB" } as const;
const choice = { kind: "sbp", masked: "+7 900 •••-••-67" } as const;
const pending: BankPayoutFacts = { payoutId: "po-1", status: "pending" };
const by = { by: "tg-9", atMs: 0 } as const;

/** A withdrawal of 250 of 300 rubles, as it has just been asked for. */
function open(
  { limit = "500000", world = new World(), gatewayId }: {
    limit?: string;
    world?: World;
    gatewayId?: string;
  } = {},
): World {
  world.topUp("tg-1", 30_000n, "RUB");
  world.create(WITHDRAWAL, {
    withdrawalId: "wdr_1",
    playerId: "tg-1",
    telegramUserId: 1,
    choice,
    amount,
    limit: { minor: limit, currency: "RUB" },
    adminIds: ["tg-8", "tg-9"],
    atMs: world.nowMs,
    ...(gatewayId === undefined ? {} : { gatewayId }),
  });
  world.send(WITHDRAWAL, { type: "withdrawal.start" });
  return world;
}

const made = (facts: Partial<BankPayoutFacts> = {}) => ({
  kind: "made",
  facts: { ...pending, ...facts },
});
const told = (world: World) => world.notices.map(({ notice }) => notice.key);
const gateway = (world: World) => world.balance("provider/yookassa/gateway", "RUB");
const asked = (world: World) => world.effects.map(({ src }) => src);

describe("a payout by bank", () => {
  it("has version 1", () => expect(version).toBe(1));

  it("that succeeds at once takes the money once, and he is told", () => {
    const world = open();
    expect(world.available("tg-1", "RUB")).toBe(5_000n);
    expect(world.effects[0]?.input).toEqual({
      withdrawalId: "wdr_1",
      actor: PAYOUT,
      amount,
      firstAskedAtMs: world.nowMs,
      isRepeat: false,
    });
    world.succeed("createBankPayout", made({ status: "succeeded" }));
    expect([world.valueOf(PAYOUT), world.valueOf(WITHDRAWAL)]).toEqual(["succeeded", "done"]);
    expect([gateway(world), world.available("tg-1", "RUB")]).toEqual([25_000n, 5_000n]);
    expect(told(world)).toEqual(["withdrawalDone"]);
  });

  it("on its way is looked at with growing pauses, and at once when there is news", () => {
    const world = open();
    world.succeed("createBankPayout", made());
    for (const pause of [5_000, 8_000, 13_000]) {
      world.pass(pause - 1);
      expect(asked(world)).toEqual([]);
      world.pass(1);
      expect(world.effects[0]?.input).toEqual({ payoutId: "po-1", actor: PAYOUT, amount });
      world.succeed("lookUpBankPayout", { facts: pending });
    }
    world.send(PAYOUT, { type: "bank.noticed" });
    world.succeed("lookUpBankPayout", { facts: { ...pending, status: "succeeded" } });
    expect([world.valueOf(WITHDRAWAL), gateway(world)]).toEqual(["done", 25_000n]);
    expect(world.send(PAYOUT, { type: "bank.noticed" })).toBe(false);
    expect(gateway(world)).toBe(25_000n);
  });

  it("that is cancelled later is his again, with the bank's reason and the other ways", () => {
    const world = open();
    world.succeed("createBankPayout", made());
    world.send(PAYOUT, { type: "bank.noticed" });
    world.succeed("lookUpBankPayout", {
      facts: { ...pending, status: "canceled", reason: "rejected_by_payee" },
    });
    expect([world.valueOf(PAYOUT), world.valueOf(WITHDRAWAL)]).toEqual(["canceled", "returned"]);
    expect([gateway(world), world.available("tg-1", "RUB")]).toEqual([0n, 30_000n]);
    expect(world.notices.at(-1)?.notice).toMatchObject({
      key: "withdrawalFailed",
      reason: "bankCanceled",
      bankReason: "rejected_by_payee",
    });
  });

  it("for which too little lies on the gateway is told to the treasury", () => {
    const world = open();
    world.create("treasury/stars", { admins: [9], alarmBelow: "0", paysBroadcasts: false });
    world.succeed(
      "createBankPayout",
      made({ status: "canceled", reason: "insufficient_funds" }),
    );
    expect(world.available("tg-1", "RUB")).toBe(30_000n);
    expect(world.treasury.map(({ params }) => params)).toEqual([{
      adminId: 9,
      notice: { key: "payoutShort", what: "payout", needed: amount },
    }]);
  });

  it("that the bank does not want to make comes back, and admins hear why", () => {
    const world = open();
    world.create("treasury/stars", { admins: [9], alarmBelow: "0", paysBroadcasts: false });
    world.succeed("createBankPayout", { kind: "notMade", reason: "invalid_credentials" });
    expect([world.valueOf(PAYOUT), world.available("tg-1", "RUB")]).toEqual(["canceled", 30_000n]);
    expect(world.treasury.map(({ params }) => params)).toEqual([{
      adminId: 9,
      notice: { key: "bankRefuses", reason: "invalid_credentials", what: "payout" },
    }]);
  });

  it("whose receiver the bank does not take comes back, and is another trouble than that", () => {
    const world = open();
    world.create("treasury/stars", { admins: [9], alarmBelow: "0", paysBroadcasts: false });
    const reason = "invalid_request, payout_token";
    world.succeed("createBankPayout", {
      kind: "notMade",
      reason,
      receiver: "recipient_not_found",
    });
    expect(world.available("tg-1", "RUB")).toBe(30_000n);
    expect(world.notices.at(-1)?.notice).toMatchObject({ bankReason: "recipient_not_found" });
    expect(world.treasury.map(({ params }) => params)).toEqual([{
      adminId: 9,
      notice: { key: "bankRefuses", reason, what: "receiver" },
    }]);
  });

  it("whose answer is lost is asked for again as the same one, never given back", () => {
    const world = open();
    const [first] = world.effects;
    for (let tries = 0; tries < 30; tries++) {
      world.fail("createBankPayout");
      world.pass(10 * 60_000);
      expect(world.effects).toEqual([{ ...first, input: { ...first?.input, isRepeat: true } }]);
    }
    expect(world.available("tg-1", "RUB")).toBe(5_000n);
    world.succeed("createBankPayout", made({ status: "succeeded" }));
    expect([world.valueOf(WITHDRAWAL), gateway(world)]).toEqual(["done", 25_000n]);
  });

  // For a day nobody heard anything.
  it("about which the bank is silent for an hour is told, once, and asked for further", () => {
    const world = open();
    for (let minutes = 0; minutes < 180; minutes += 10) {
      world.fail("createBankPayout");
      world.pass(10 * 60_000);
    }
    expect(world.reports).toEqual([{ key: "bankPayoutSilent", withdrawalId: "wdr_1" }]);
    expect(told(world)).toEqual(["withdrawalUncertain"]);
    expect(world.valueOf(WITHDRAWAL)).toEqual({ paying: "underWay" });
    expect(world.send(WITHDRAWAL, { type: "withdrawal.void", ...by })).toBe(false);
    world.succeed("createBankPayout", made({ status: "succeeded" }));
    expect([world.valueOf(WITHDRAWAL), gateway(world)]).toEqual(["done", 25_000n]);
  });

  it("of which there is news while its answer is missing is asked for at once", () => {
    const world = open();
    world.fail("createBankPayout");
    expect(asked(world)).toEqual([]);
    world.send(PAYOUT, { type: "bank.noticed" });
    world.succeed("createBankPayout", made({ status: "succeeded" }));
    expect(world.valueOf(WITHDRAWAL)).toBe("done");
  });

  it("whose key is not good any more is looked for, and found", () => {
    const world = open();
    world.succeed("createBankPayout", { kind: "unclear" });
    expect(world.effects[0]?.input).toEqual({ payoutId: null, actor: PAYOUT, amount });
    world.succeed("lookUpBankPayout", { facts: null });
    world.pass(8_000);
    world.succeed("lookUpBankPayout", { facts: pending });
    expect(world.valueOf(PAYOUT)).toEqual({ open: "waiting" });
    expect(asked(world)).not.toContain("createBankPayout");
  });

  it("is looked for by the id of its notice, at once, also while it is being looked for", () => {
    const world = open();
    world.succeed("createBankPayout", { kind: "unclear" });
    world.send(PAYOUT, { type: "bank.noticed", payoutId: "po-1" });
    expect(world.effects.map(({ input }) => input)).toEqual([{
      payoutId: "po-1",
      actor: PAYOUT,
      amount,
    }]);
    world.succeed("lookUpBankPayout", { facts: { ...pending, status: "succeeded" } });
    expect(world.valueOf(WITHDRAWAL)).toBe("done");
  });

  it("that the bank knows no more is an admin's to decide", () => {
    const world = open();
    world.succeed("createBankPayout", made());
    world.pass(5_000);
    world.succeed("lookUpBankPayout", { facts: null });
    expect(world.valueOf(PAYOUT)).toEqual({ lost: "pausing" });
    expect(world.valueOf(WITHDRAWAL)).toEqual({ paying: "doubted" });
    expect(world.available("tg-1", "RUB")).toBe(5_000n);
  });

  it("is made and looked for at the gateway at which it was begun", () => {
    const world = open({ gatewayId: "200500" });
    expect(world.effects[0]?.input).toMatchObject({ gatewayId: "200500" });
    world.succeed("createBankPayout", made());
    world.pass(5_000);
    expect(world.effects[0]?.input).toMatchObject({ gatewayId: "200500" });
  });

  describe("that cannot be found", () => {
    function lose(world = new World()): World {
      open({ world });
      world.succeed("createBankPayout", { kind: "unclear" });
      world.pass(HOUR_MS + 1);
      return world;
    }

    it("is an admin's to decide, and stays held", () => {
      const world = lose();
      expect(world.valueOf(PAYOUT)).toEqual({ lost: "pausing" });
      expect(world.valueOf(WITHDRAWAL)).toEqual({ paying: "doubted" });
      expect(told(world)).toEqual([
        "withdrawalUncertain",
        "withdrawalUndecided",
        "withdrawalUndecided",
      ]);
      expect(world.available("tg-1", "RUB")).toBe(5_000n);
      expect(world.send(WITHDRAWAL, { type: "withdrawal.void", ...by, by: "tg-1" })).toBe(false);
      expect(world.send(WITHDRAWAL, { type: "withdrawal.settle", ...by, by: "tg-1" })).toBe(false);
    });

    it("is settled by his word", () => {
      const world = lose();
      world.send(WITHDRAWAL, { type: "withdrawal.settle", ...by });
      expect([world.valueOf(WITHDRAWAL), world.valueOf(PAYOUT)]).toEqual(["done", "succeeded"]);
      expect(gateway(world)).toBe(25_000n);
    });

    it.each([
      { look: { facts: null }, found: "nothing", left: 30_000n, gone: 0n },
      {
        look: { facts: { ...pending, status: "succeeded" } },
        found: "purchase",
        left: 5_000n,
        gone: 25_000n,
      },
    ])("comes back by his word only when the list shows nothing: $found", ({
      look,
      found,
      left,
      gone,
    }) => {
      const world = lose();
      world.send(WITHDRAWAL, { type: "withdrawal.void", ...by });
      world.succeed("lookUpBankPayout", look);
      expect(world.notices.find(({ notice }) => notice.key === "bankPayoutLooked")).toMatchObject({
        playerId: "tg-9",
        notice: { found },
      });
      expect([world.available("tg-1", "RUB"), gateway(world)]).toEqual([left, gone]);
    });

    it("stays his to decide when what shows is not what was asked for", () => {
      const world = lose();
      world.send(WITHDRAWAL, { type: "withdrawal.void", ...by });
      world.succeed("lookUpBankPayout", { facts: { ...pending, foreign: "amount" } });
      expect(world.notices.at(-1)?.notice).toMatchObject({ found: "purchase" });
      expect(world.valueOf(WITHDRAWAL)).toEqual({ paying: "doubted" });
      world.send(WITHDRAWAL, { type: "withdrawal.settle", ...by });
      expect([world.valueOf(PAYOUT), gateway(world)]).toEqual(["succeeded", 25_000n]);
    });

    it("stays undecided when the list cannot be read", () => {
      const world = lose();
      world.send(WITHDRAWAL, { type: "withdrawal.void", ...by });
      world.fail("lookUpBankPayout");
      expect(world.notices.at(-1)?.notice).toMatchObject({ found: "unread" });
      expect(world.valueOf(PAYOUT)).toEqual({ lost: "pausing" });
      expect(world.available("tg-1", "RUB")).toBe(5_000n);
    });

    it("is no admin's to decide any more once it shows, and comes back when it is cancelled", () => {
      const world = lose();
      world.send(PAYOUT, { type: "bank.noticed" });
      world.succeed("lookUpBankPayout", { facts: pending });
      expect(world.valueOf(WITHDRAWAL)).toEqual({ paying: "underWay" });
      expect(world.records.get(WITHDRAWAL)).toBe("sending");
      expect(world.notices.slice(-2).map(({ playerId, notice }) => [playerId, notice])).toEqual(
        ["tg-8", "tg-9"].map((admin) => [
          admin,
          expect.objectContaining({ key: "bankPayoutLooked", found: "purchase" }),
        ]),
      );
      for (const type of ["withdrawal.settle", "withdrawal.void"]) {
        expect(world.send(WITHDRAWAL, { type, ...by })).toBe(false);
      }
      world.send(PAYOUT, { type: "bank.noticed" });
      world.succeed("lookUpBankPayout", { facts: { ...pending, status: "canceled" } });
      expect([world.available("tg-1", "RUB"), gateway(world)]).toEqual([30_000n, 0n]);
    });

    // Whoever comes first, his word ended the withdrawal, and what the bank said later was dropped.
    it.each(["withdrawal.settle", "withdrawal.void"])(
      "and shows in the moment of his %s is not ended by it",
      (type) => {
        for (let order = 0; order < 8; order++) {
          const world = lose(new World((lanes) => order % lanes));
          world.send(PAYOUT, { type: "bank.noticed" });
          world.isDrained = false;
          world.succeed("lookUpBankPayout", { facts: pending });
          world.post(WITHDRAWAL, { type, ...by });
          if (order >= 4) world.deliver();
          world.drain();
          world.isDrained = true;
          const isDecided = world.valueOf(PAYOUT) === "succeeded";
          for (let look = 0; look < 3 && world.valueOf(PAYOUT) !== "succeeded"; look++) {
            if (asked(world).length === 0) world.send(PAYOUT, { type: "bank.noticed" });
            if (asked(world).length === 0) break;
            world.succeed("lookUpBankPayout", { facts: { ...pending, status: "canceled" } });
          }
          expect([order, world.valueOf(PAYOUT), world.valueOf(WITHDRAWAL)])
            .toEqual(isDecided ? [order, "succeeded", "done"] : [order, "canceled", "returned"]);
          expect([world.available("tg-1", "RUB"), gateway(world)])
            .toEqual(isDecided ? [5_000n, 25_000n] : [30_000n, 0n]);
        }
      },
    );

    it("is decided by one admin at a time", () => {
      const world = lose();
      world.send(WITHDRAWAL, { type: "withdrawal.void", ...by });
      for (const type of ["withdrawal.settle", "withdrawal.void"]) {
        expect(world.send(WITHDRAWAL, { type, ...by, by: "tg-8" })).toBe(false);
      }
      world.fail("lookUpBankPayout");
      expect(world.send(WITHDRAWAL, { type: "withdrawal.settle", ...by, by: "tg-8" })).toBe(true);
      expect([world.valueOf(WITHDRAWAL), gateway(world)]).toEqual(["done", 25_000n]);
    });

    it("is read by the id that a notice names, whatever the list shows, and at once", () => {
      const world = lose();
      world.send(PAYOUT, { type: "bank.noticed", payoutId: "po-1" });
      // What is being read is older than the second notice.
      world.send(PAYOUT, { type: "bank.noticed", payoutId: "po-1" });
      expect(world.effects.map(({ input }) => input)).toEqual([{
        payoutId: "po-1",
        actor: PAYOUT,
        amount,
      }]);
      world.succeed("lookUpBankPayout", { facts: { ...pending, status: "succeeded" } });
      expect([world.valueOf(WITHDRAWAL), gateway(world)]).toEqual(["done", 25_000n]);
    });

    it("is looked for all the same, and counts when it shows", () => {
      const world = lose();
      world.pass(6 * HOUR_MS);
      world.succeed("lookUpBankPayout", { facts: { ...pending, status: "succeeded" } });
      expect([world.valueOf(WITHDRAWAL), gateway(world)]).toEqual(["done", 25_000n]);
    });
  });

  it.each(["amount", "test"] as const)("that differs in %s moves nothing", (foreign) => {
    const world = open();
    world.succeed("createBankPayout", made({ status: "succeeded", foreign }));
    expect(world.valueOf(PAYOUT)).toEqual({ lost: "pausing" });
    expect([gateway(world), world.available("tg-1", "RUB")]).toEqual([0n, 5_000n]);
  });

  it("that hangs for a day is told to the admins, and looked at further", () => {
    const world = open();
    world.succeed("createBankPayout", made());
    for (let look = 0; look < 200; look++) {
      world.pass(10 * 60_000);
      if (asked(world).includes("lookUpBankPayout")) {
        world.succeed("lookUpBankPayout", { facts: pending });
      }
    }
    expect(world.reports).toEqual([
      { key: "bankPayoutHangs", withdrawalId: "wdr_1", payoutId: "po-1" },
    ]);
    expect(world.valueOf(WITHDRAWAL)).toEqual({ paying: "underWay" });
  });
});

describe("a withdrawal by bank", () => {
  it("above the limit of a day waits for two admins, and then is paid", () => {
    const world = open({ limit: "24999" });
    expect(world.valueOf(WITHDRAWAL)).toBe("waiting");
    expect(asked(world)).toEqual([]);
    expect(world.send(WITHDRAWAL, { type: "withdrawal.approve", ...by, by: "tg-1" })).toBe(false);
    world.send(WITHDRAWAL, { type: "withdrawal.approve", ...by });
    expect(world.send(WITHDRAWAL, { type: "withdrawal.approve", ...by })).toBe(false);
    world.send(WITHDRAWAL, { type: "withdrawal.approve", by: "tg-8", atMs: 7 });
    expect(world.effects[0]?.input).toMatchObject({ firstAskedAtMs: 7 });
    world.succeed("createBankPayout", made({ status: "succeeded" }));
    expect(world.valueOf(WITHDRAWAL)).toBe("done");
  });

  it("cannot be cancelled once it is being paid, and there is one at a time", () => {
    const world = open();
    expect(world.send(WITHDRAWAL, { type: "withdrawal.cancel", by: "tg-1", atMs: 0 })).toBe(false);
    world.create("withdrawal/wdr_2", {
      withdrawalId: "wdr_2",
      playerId: "tg-1",
      telegramUserId: 1,
      choice,
      amount: { ...amount, minor: "100" },
      limit: amount,
      adminIds: [],
      atMs: 0,
    });
    world.send("withdrawal/wdr_2", { type: "withdrawal.start" });
    expect(world.notices.at(-1)?.notice).toMatchObject({ reason: "busy" });
  });
});
