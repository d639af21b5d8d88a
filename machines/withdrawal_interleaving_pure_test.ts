/** A winner's wishes, admins, Telegram's answers and a chargeback in any order, on any lanes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CLOCK_SKEW_MS, type StarPurchase, type WithdrawalId } from "./domain/withdrawal.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, draw, giveBack, join, openRaffle } from "./testing/people.ts";
import { type PendingEffect, World } from "./testing/world.ts";

const PRIZE = 17;
const OWN = 10;
const HOUR_MS = 3_600_000;
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

const whats = [
  "ask",
  "ask",
  "approve",
  "decline",
  "void",
  "cancel",
  "deliver",
  "drain",
  "drain",
  "askAndCheck",
  "askAndCheck",
  "check",
  "send",
  "send",
  "sendLost",
  "lost",
  "refuse",
  "find",
  "findFails",
  "refund",
  "chargeBack",
  "pass",
] as const;

const deed = fc.record({
  what: fc.constantFrom(...whats),
  slot: fc.nat({ max: 3 }),
  choice: fc.nat({ max: 1_000 }),
});
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

it("a prize leaves once or not at all, and every Star is accounted for", () => {
  fc.assert(
    fc.property(fc.array(deed, { minLength: 10, maxLength: 80 }), (deeds) => {
      const play = new Play();
      for (const each of deeds) play.perform(each);
      play.finish();
      play.expectEverythingAccounted();
    }),
    { numRuns: 300 },
  );
});

/** One winner of 17 Stars who has paid 10, and a Telegram with books of its own. */
class Play {
  readonly #world: World;
  readonly #bought: (StarPurchase & { by: string; minor: number })[] = [];
  #choice = 0;
  #isChargedBack = false;

  constructor() {
    this.#world = new World(() => this.#choice);
    const raffleId = openRaffle(this.#world, { drawAt: "minimum" });
    for (const number of [1, 2]) {
      join(this.#world, { raffleId, playerId: addPlayer(this.#world, number) });
    }
    draw(this.#world, raffleId);
    this.#world.isDrained = false;
  }

  perform({ what, slot, choice }: Deed): void {
    const world = this.#world;
    this.#choice = choice;
    const address = `withdrawal/wdr_${slot}`;
    const said = { by: choice % 2 === 0 ? "tg-8" : "tg-9", reason: "", atMs: world.nowMs };
    switch (what) {
      case "ask":
        return this.#ask(slot);
      case "approve":
        return world.post(address, { type: "withdrawal.approve", ...said });
      case "decline":
        return world.post(address, { type: "withdrawal.decline", ...said });
      case "void":
        return world.post(address, { type: "withdrawal.void", ...said });
      case "cancel":
        return world.post(address, { type: "withdrawal.cancel", ...said, by: "tg-1" });
      case "deliver":
        return world.deliver(1 + choice % 5);
      case "drain":
        return world.drain();
      case "askAndCheck":
        this.#ask(slot);
        world.drain();
        this.#answer("checkGift", ({ src }) => world.succeed(src, { isAvailable: true }));
        return world.drain();
      case "check":
        return this.#answer(
          "checkGift",
          ({ src, address: to }) =>
            choice % 5 === 0
              ? world.fail(src, to)
              : world.succeed(src, { isAvailable: choice % 5 > 1, reason: "soldOut" }, to),
        );
      case "send":
        return this.#answer("sendPrize", (effect) => this.#send(effect));
      case "sendLost":
        return this.#answer("sendPrize", (effect) => {
          this.#buy(effect);
          world.fail("sendPrize", effect.address);
        });
      case "lost":
        return this.#answer("sendPrize", ({ address: to }) => world.fail("sendPrize", to));
      case "refuse":
        return this.#answer(
          "sendPrize",
          ({ address: to }) =>
            world.succeed("sendPrize", { isSent: false, reason: "botBalanceTooLow" }, to),
        );
      case "find":
        return this.#answer("findPurchases", (effect) => this.#find(effect));
      case "findFails":
        return this.#answer("findPurchases", ({ src, address: to }) => world.fail(src, to));
      case "refund":
        return this.#answer("refundStars", ({ src }) => world.succeed(src, { isRefunded: true }));
      case "chargeBack":
        return this.#chargeBack();
      case "pass":
        return world.pass(choice * 60_000);
    }
  }

  /** Everything is delivered, answered as it was, and decided by people who look. */
  finish(): void {
    const world = this.#world;
    world.isDrained = true;
    for (let hours = 0; hours < 30; hours++) {
      world.drain();
      while (world.effects.length > 0) {
        this.#answer("checkGift", ({ src }) => world.succeed(src, { isAvailable: true }));
        this.#answer("sendPrize", (effect) => this.#send(effect));
        this.#answer("findPurchases", (effect) => this.#find(effect));
        giveBack(world);
      }
      world.pass(HOUR_MS);
    }
    for (const address of this.#withdrawals()) {
      const wasSent = this.#bought.some(({ by }) => by === address);
      const type = wasSent ? "withdrawal.settle" : "withdrawal.void";
      world.send(address, { type, by: "tg-9", atMs: world.nowMs });
      this.#answer("findPurchases", (effect) => this.#find(effect));
      world.send(address, { type: "withdrawal.cancel", by: "tg-1", atMs: world.nowMs });
    }
  }

  expectEverythingAccounted(): void {
    const world = this.#world;
    const ends = new Map(this.#withdrawals().map((address) => [address, world.valueOf(address)]));
    for (const [address, end] of ends) {
      expect(["done", "returned", "refused"], address).toContain(end);
      const sent = this.#bought.filter(({ by }) => by === address);
      const isRefund = world.read(address).context.choice.kind === "refund";
      expect(sent.length, address).toBe(end === "done" && !isRefund ? 1 : 0);
    }
    const left = this.#bought.reduce((sum, { minor }) => sum + minor, 0);
    expect(world.balance("provider/telegram/available")).toBe(BigInt(left));
    const taken = world.spent.size * OWN;
    expect(world.spent.size).toBeLessThanOrEqual(1);
    expect(world.available("tg-1")).toBe(BigInt(PRIZE - left - taken));
    expect(world.balance("user/tg-1/available")).toBe(world.available("tg-1"));
    // A chargeback is a loss, unless the prize has given the same charge back.
    const loss = this.#isChargedBack && taken === 0 ? OWN : 0;
    expect(world.balance("treasury/expense/chargebacks")).toBe(BigInt(-loss));
    expect(world.balance("payment/pay_tg-1/refund_due")).toBe(0n);
    expectBalanced(world);
  }

  #withdrawals(): string[] {
    return [...this.#world.snapshots.keys()].filter((address) => address.startsWith("withdrawal/"));
  }

  /** Slots: two equal gifts, a dear one that wants two admins, and his own payment. */
  #ask(slot: number): void {
    const withdrawalId: WithdrawalId = `wdr_${slot}`;
    this.#world.create(`withdrawal/${withdrawalId}`, {
      withdrawalId,
      playerId: "tg-1",
      telegramUserId: 1,
      choice: slot === 3 ? { kind: "refund" } : { kind: "gift", giftId: "7" },
      amount: stars(slot === 3 ? OWN : slot === 2 ? 6 : 5),
      limit: stars(slot === 2 ? 5 : 1000),
      adminIds: ["tg-8", "tg-9"],
      atMs: this.#world.nowMs,
    });
    this.#world.post(`withdrawal/${withdrawalId}`, { type: "withdrawal.start" });
  }

  #answer(src: string, answer: (effect: PendingEffect) => void): void {
    const effect = this.#world.effects.find((pending) => pending.src === src);
    if (effect !== undefined) answer(effect);
  }

  #buy({ address, input }: PendingEffect): void {
    const { minor } = input["amount"] as { minor: string };
    const atMs = Math.floor(this.#world.nowMs / 1000) * 1000;
    const transactionId = `stx_${this.#bought.length}`;
    this.#bought.push({ transactionId, atMs, by: address, minor: Number(minor) });
  }

  #send(effect: PendingEffect): void {
    this.#buy(effect);
    const candidates = this.#booksFor(effect);
    this.#world.succeed("sendPrize", { isSent: true, candidates }, effect.address);
  }

  #find(effect: PendingEffect): void {
    this.#world.succeed("findPurchases", { candidates: this.#booksFor(effect) }, effect.address);
  }

  /** What Telegram's books say: nothing of whose withdrawal a purchase is. */
  #booksFor({ input }: PendingEffect): StarPurchase[] {
    const { minor } = input["amount"] as { minor: string };
    const sinceMs = Number(input["attemptedAtMs"]) - CLOCK_SKEW_MS;
    return this.#bought
      .filter((purchase) => String(purchase.minor) === minor && purchase.atMs >= sinceMs)
      .map(({ transactionId, atMs }) => ({ transactionId, atMs }));
  }

  #chargeBack(): void {
    if (this.#isChargedBack) return;
    this.#isChargedBack = true;
    this.#world.post("payment/pay_tg-1", {
      type: "payment.refunded",
      chargeId: "ch_pay_tg-1",
      amount: stars(OWN),
      atMs: this.#world.nowMs,
    });
  }
}
