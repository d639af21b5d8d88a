/** A player's rubles on their way out: the bank's answers, notices, time and admins in any order. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { BankPayoutFacts } from "./domain/bank_payout.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { type PendingEffect, World } from "./testing/world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** For so long a key is good. */
const KEY_LIFE_MS = 23.75 * HOUR_MS;
/** The bank's list shows by then what was made. */
const LIST_LAG_MS = 30 * MINUTE_MS;
const WITHDRAWAL = "withdrawal/wdr_1";
const PAYOUT = "bankPayout/wdr_1";
const amount = { minor: "25000", currency: "RUB" } as const;

const whats = [
  "answer",
  "answer",
  "answer",
  "lose",
  "fail",
  "refuse",
  "pay",
  "cancel",
  "notice",
  "notice",
  "look",
  "void",
  "deliver",
  "drain",
  "pause",
  "night",
] as const;
const deed = fc.record({ what: fc.constantFrom(...whats), choice: fc.nat({ max: 1_000 }) });
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

it("rubles leave once or come back, whatever the bank and the admins say, and when", () => {
  fc.assert(
    fc.property(fc.array(deed, { minLength: 10, maxLength: 60 }), (deeds) => {
      const play = new Play();
      for (const each of deeds) play.perform(each);
      play.finish();
    }),
    { numRuns: 500 },
  );
});

/** One withdrawal of 250 of 300 rubles, and a bank with books of its own. */
class Play {
  readonly #world = new World(() => this.#choice);
  #choice = 0;
  #made: { facts: BankPayoutFacts; atMs: number }[] = [];

  constructor() {
    this.#world.topUp("tg-1", 30_000n, "RUB");
    this.#world.create(WITHDRAWAL, {
      withdrawalId: "wdr_1",
      playerId: "tg-1",
      telegramUserId: 1,
      choice: { kind: "sbp", masked: "+7 900 •••-••-67" },
      amount,
      limit: amount,
      adminIds: ["tg-8", "tg-9"],
      atMs: this.#world.nowMs,
    });
    this.#world.send(WITHDRAWAL, { type: "withdrawal.start" });
    this.#world.isDrained = false;
  }

  perform({ what, choice }: Deed): void {
    const world = this.#world;
    this.#choice = choice;
    switch (what) {
      case "answer":
        return this.#each((effect) => this.#answer(effect));
      case "lose":
        return this.#each((effect) => {
          if (effect.src === "createBankPayout") this.#make(effect);
          world.fail(effect.src, effect.address);
        });
      case "fail":
        return this.#each(({ src, address }) => world.fail(src, address));
      case "refuse":
        return this.#each((effect) => this.#refuse(effect));
      case "pay":
        return this.#end("succeeded");
      case "cancel":
        return this.#end("canceled");
      case "notice": {
        const payoutId = this.#made[0]?.facts.payoutId;
        if (payoutId === undefined) return;
        return world.post(PAYOUT, { type: "bank.noticed", payoutId });
      }
      case "look":
        return this.#look(choice);
      case "void":
        // He sees nothing with the receiver, whatever the bank says.
        return this.#say("withdrawal.void", choice);
      case "deliver":
        return world.deliver(1 + choice % 4);
      case "drain":
        return world.drain();
      case "pause":
        return world.pass(choice * 1_000);
      case "night":
        return world.pass(choice * 2 * MINUTE_MS);
    }
  }

  /** The bank answers everything, payouts end, and an admin who looks says what he sees. */
  finish(): void {
    const world = this.#world;
    world.isDrained = true;
    world.drain();
    for (let hours = 0; hours < 60 && !this.#isOver(); hours++) {
      this.#end(this.#choice % 2 === 0 ? "succeeded" : "canceled");
      for (let effect = world.effects[0]; effect !== undefined; effect = world.effects[0]) {
        this.#answer(effect);
      }
      world.pass(HOUR_MS);
      if (hours > 40) this.#look(hours);
      world.drain();
    }
    const paid = this.#made.filter(({ facts }) => facts.status === "succeeded");
    expect(this.#made.length).toBeLessThanOrEqual(1);
    expect([world.valueOf(WITHDRAWAL), world.valueOf(PAYOUT)])
      .toEqual(paid.length === 1 ? ["done", "succeeded"] : ["returned", "canceled"]);
    expect(world.balance("provider/yookassa/gateway", "RUB")).toBe(25_000n * BigInt(paid.length));
    expect(world.available("tg-1", "RUB")).toBe(30_000n - 25_000n * BigInt(paid.length));
    expectBalanced(world);
  }

  #isOver(): boolean {
    return this.#world.read(WITHDRAWAL).status === "done";
  }

  #each(act: (effect: PendingEffect) => void): void {
    const [effect] = this.#world.effects;
    if (effect !== undefined) act(effect);
  }

  #answer(effect: PendingEffect): void {
    const { src, address, input } = effect;
    if (src === "lookUpBankPayout") {
      return this.#world.succeed(src, { facts: this.#find(input["payoutId"]) }, address);
    }
    const made = this.#make(effect);
    this.#world.succeed(
      src,
      made === undefined ? { kind: "unclear" } : { kind: "made", facts: made },
      address,
    );
  }

  /** A first try alone can be refused for sure. */
  #refuse({ src, address, input }: PendingEffect): void {
    if (src !== "createBankPayout") return this.#world.fail(src, address);
    const isFirst = !(input["isRepeat"] as boolean);
    this.#world.succeed(
      src,
      isFirst ? { kind: "notMade", reason: "forbidden" } : { kind: "unclear" },
      address,
    );
  }

  /** Once for each key. @returns Undefined when that is not good any more. */
  #make({ input }: PendingEffect): BankPayoutFacts | undefined {
    const nowMs = this.#world.nowMs;
    if (nowMs - (input["firstAskedAtMs"] as number) > KEY_LIFE_MS) return undefined;
    const first = this.#made.find(({ atMs }) => nowMs - atMs < 24 * HOUR_MS);
    if (first !== undefined) return first.facts;
    const facts = { payoutId: `po-${this.#made.length + 1}`, status: "pending" as const };
    this.#made.push({ facts, atMs: nowMs });
    return facts;
  }

  #find(payoutId: unknown): BankPayoutFacts | null {
    const { nowMs } = this.#world;
    const shown = this.#made.find(({ facts, atMs }) =>
      facts.payoutId === payoutId || nowMs - atMs >= LIST_LAG_MS
    );
    return shown?.facts ?? null;
  }

  #end(status: "succeeded" | "canceled"): void {
    this.#made = this.#made.map(({ facts, atMs }) => ({
      facts: facts.status === "pending" ? { ...facts, status } : facts,
      atMs,
    }));
  }

  /** An admin looks into the bank's cabinet; what is on its way he leaves alone. */
  #look(choice: number): void {
    const status = this.#made[0]?.facts.status;
    if (status === "pending") return;
    this.#say(status === "succeeded" ? "withdrawal.settle" : "withdrawal.void", choice);
  }

  #say(type: "withdrawal.settle" | "withdrawal.void", choice: number): void {
    const by = choice % 2 === 0 ? "tg-8" : "tg-9";
    this.#world.post(WITHDRAWAL, { type, by, atMs: this.#world.nowMs });
  }
}
