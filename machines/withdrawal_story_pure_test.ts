/** Prizes that leave: withdrawals together with raffles, payments and refunds, without a runtime. */
import { describe, expect, it } from "vitest";
import type { PlayerId } from "./domain/events.ts";
import type { WithdrawalId, WithdrawalInput } from "./domain/withdrawal.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, draw, giveBack, join, openRaffle } from "./testing/people.ts";
import { World } from "./testing/world.ts";

const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

/** Two players, one raffle of ten Stars; the first has won 17. */
function scene() {
  const world = new World();
  const raffleId = openRaffle(world, { drawAt: "minimum" });
  const [winner, other] = [addPlayer(world, 1), addPlayer(world, 2)];
  join(world, { raffleId, playerId: winner });
  join(world, { raffleId, playerId: other });
  draw(world, raffleId);
  expect(world.available(winner)).toBe(17n);
  return { world, winner, other };
}

function take(
  world: World,
  playerId: PlayerId,
  changes: Partial<WithdrawalInput> = {},
): WithdrawalId {
  const withdrawalId: WithdrawalId = changes.withdrawalId ?? "wdr_1";
  world.create(`withdrawal/${withdrawalId}`, {
    withdrawalId,
    playerId,
    telegramUserId: Number(playerId.slice(3)),
    choice: { kind: "gift", giftId: "7" },
    amount: stars(15),
    limit: stars(1000),
    adminIds: ["tg-8", "tg-9"],
    atMs: world.nowMs,
    ...changes,
  });
  world.send(`withdrawal/${withdrawalId}`, { type: "withdrawal.start" });
  return withdrawalId;
}

const purchase = { transactionId: "stx_gift", atMs: 1 };

function reasonsOf(world: World): string[] {
  return world.notices.flatMap(({ notice }) =>
    notice.key === "withdrawalFailed" ? [notice.reason] : notice.key
  ).slice(-1);
}

describe("a gift", () => {
  it("leaves the balance once it is sent, and not before", () => {
    const { world, winner } = scene();
    take(world, winner);
    world.succeed("checkGift", { isAvailable: true });
    expect([world.available(winner), world.balance("user/tg-1/available")]).toEqual([2n, 17n]);
    world.succeed("sendPrize", { isSent: true, candidates: [purchase] });
    expect(world.valueOf("withdrawal/wdr_1")).toBe("done");
    expect(world.balance("user/tg-1/available")).toBe(2n);
    expect(world.balance("provider/telegram/available")).toBe(15n);
    expect(world.withdrawals.get("wdr_1")).toMatchObject({ transactionId: "stx_gift" });
    expectBalanced(world);
  });

  it("that was refused is the player's to spend again", () => {
    const { world, winner } = scene();
    take(world, winner);
    world.succeed("checkGift", { isAvailable: true });
    world.succeed("sendPrize", { isSent: false, reason: "soldOut" });
    expect(world.available(winner)).toBe(17n);
    expect(reasonsOf(world)).toEqual(["soldOut"]);
    expectBalanced(world);
  });

  it("is one at a time, and of what he has", () => {
    const { world, winner, other } = scene();
    take(world, winner, { amount: stars(5) });
    world.succeed("checkGift", { isAvailable: true });
    take(world, winner, { withdrawalId: "wdr_2", amount: stars(5) });
    world.succeed("checkGift", { isAvailable: true });
    expect([world.valueOf("withdrawal/wdr_2"), reasonsOf(world)]).toEqual(["refused", ["busy"]]);
    take(world, other, { withdrawalId: "wdr_3", amount: stars(5) });
    world.succeed("checkGift", { isAvailable: true });
    expect(reasonsOf(world)).toEqual(["insufficientFunds"]);
    expect(world.available(winner)).toBe(12n);
  });

  it("whose answer was lost is found in the books, by each withdrawal its own", () => {
    const { world, winner } = scene();
    const second = { transactionId: "stx_second", atMs: 2 };
    take(world, winner, { amount: stars(5) });
    world.succeed("checkGift", { isAvailable: true });
    world.succeed("sendPrize", { isSent: true, candidates: [purchase] });
    take(world, winner, { withdrawalId: "wdr_2", amount: stars(5) });
    world.succeed("checkGift", { isAvailable: true });
    world.fail("sendPrize");
    // The first gift is equal, and accounted for: it proves nothing.
    world.succeed("findPurchases", { candidates: [purchase] });
    expect(world.valueOf("withdrawal/wdr_2")).toEqual({ uncertain: "pausing" });
    expect(world.available(winner)).toBe(7n);
    world.pass(5_000);
    world.succeed("findPurchases", { candidates: [purchase, second] });
    expect(world.valueOf("withdrawal/wdr_2")).toBe("done");
    expect(world.balance("user/tg-1/available")).toBe(7n);
    expectBalanced(world);
  });

  it("that nobody finds for a day is decided by an admin, and never sent again", () => {
    const { world, winner } = scene();
    take(world, winner);
    world.succeed("checkGift", { isAvailable: true });
    world.fail("sendPrize");
    let looks = 0;
    for (let minutes = 0; minutes < 25 * 60; minutes++) {
      while (world.effects.length > 0) {
        world.succeed("findPurchases", { candidates: [] });
        looks++;
      }
      world.pass(60_000);
    }
    expect(looks).toBeGreaterThan(25);
    expect(looks).toBeLessThan(50);
    expect(world.valueOf("withdrawal/wdr_1")).toEqual({ undecided: "pausing" });
    expect(world.available(winner)).toBe(2n);
    world.send("withdrawal/wdr_1", { type: "withdrawal.void", by: "tg-9", atMs: world.nowMs });
    expect(world.available(winner)).toBe(2n);
    world.succeed("findPurchases", { candidates: [] });
    expect(world.available(winner)).toBe(17n);
    expect(world.effects).toEqual([]);
    expectBalanced(world);
  });

  // The admin was believed: the gift had arrived after the last look, and its amount came back, too.
  it("that came after the last look counts as sent, whatever an admin says", () => {
    const { world, winner } = scene();
    take(world, winner);
    world.succeed("checkGift", { isAvailable: true });
    world.fail("sendPrize");
    for (let hours = 0; hours < 26; hours++) {
      while (world.effects.length > 0) world.succeed("findPurchases", { candidates: [] });
      world.pass(3_600_000);
    }
    const say = (by: string, type: string) =>
      world.send("withdrawal/wdr_1", { type, by, atMs: world.nowMs });
    expect(say("tg-9", "withdrawal.void")).toBe(true);
    expect([say("tg-9", "withdrawal.void"), say("tg-8", "withdrawal.settle")])
      .toEqual([false, false]);
    world.fail("findPurchases");
    expect(world.valueOf("withdrawal/wdr_1")).toEqual({ undecided: "pausing" });
    expect(say("tg-8", "withdrawal.void")).toBe(true);
    world.succeed("findPurchases", { candidates: [purchase] });
    expect(world.valueOf("withdrawal/wdr_1")).toBe("done");
    expect(world.balance("user/tg-1/available")).toBe(2n);
    const answers = world.notices.flatMap(({ playerId, notice }) =>
      notice.key === "withdrawalVoidLooked" ? [`${playerId} ${notice.found}`] : []
    );
    expect(answers).toEqual(["tg-9 unread", "tg-8 purchase"]);
    expectBalanced(world);
  });
});

describe("a refund of his own payments", () => {
  const refund = { choice: { kind: "refund" }, amount: stars(10) } as const;

  it("consumes each charge once, and ends as a refund", () => {
    const { world, winner } = scene();
    take(world, winner, refund);
    expect(world.valueOf("payment/pay_tg-1")).toBe("returning");
    expect(world.balance("payment/pay_tg-1/refund_due")).toBe(10n);
    // Telegram tells of it before our own call returns.
    world.send("payment/pay_tg-1", {
      type: "payment.refunded",
      chargeId: "ch_pay_tg-1",
      amount: stars(10),
      atMs: world.nowMs,
    });
    giveBack(world);
    expect(world.valueOf("payment/pay_tg-1")).toBe("returned");
    expect(world.balance("treasury/expense/chargebacks")).toBe(0n);
    expect(world.balance("user/tg-1/available")).toBe(7n);
    take(world, winner, { ...refund, withdrawalId: "wdr_2" });
    expect(reasonsOf(world)).toEqual(["insufficientFunds"]);
    expectBalanced(world);
  });

  it("takes nothing when his payments are others than he was shown", () => {
    const { world, winner } = scene();
    take(world, winner, { ...refund, amount: stars(12) });
    expect([world.valueOf("withdrawal/wdr_1"), reasonsOf(world)])
      .toEqual(["returned", ["chargesChanged"]]);
    expect(world.available(winner)).toBe(17n);
  });

  it.each([true, false])(
    "raced by a chargeback costs nobody twice (prize first: %s)",
    (isFirst) => {
      const { world, winner } = scene();
      world.isDrained = false;
      const steps = [
        () => world.post("withdrawal/wdr_1", { type: "withdrawal.start" }),
        () =>
          world.post("payment/pay_tg-1", {
            type: "payment.refunded",
            chargeId: "ch_pay_tg-1",
            amount: stars(10),
            atMs: world.nowMs,
          }),
      ];
      world.create("withdrawal/wdr_1", {
        withdrawalId: "wdr_1",
        playerId: winner,
        telegramUserId: 1,
        ...refund,
        limit: stars(1000),
        adminIds: [],
        atMs: world.nowMs,
      });
      for (const post of isFirst ? steps : steps.reverse()) post();
      world.drain();
      world.isDrained = true;
      giveBack(world);
      // By force and ahead, the treasury bears it and the prize stays; else the prize has paid for it.
      const [loss, left] = isFirst ? [0n, 7n] : [-10n, 17n];
      expect(world.balance("treasury/expense/chargebacks")).toBe(loss);
      expect(world.available(winner)).toBe(left);
      expectBalanced(world);
    },
  );
});
