/**
 * Any order of what people, the bank and admins do with rubles: answers that are lost, notices that
 * come too early, too often or never, and a raffle that ends while somebody pays.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PaymentId, PlayerId, RaffleTerms } from "./domain/events.ts";
import { spentThisWeek } from "./domain/player.ts";
import { Bank } from "./testing/bank.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, draw, openRaffle } from "./testing/people.ts";
import { type PendingEffect, World } from "./testing/world.ts";

const HOUR_MS = 3_600_000;
const PLAYERS = 3;
const RAFFLE = "raffle/rfl_1";
const SHOP = "provider/yookassa/shop";
const price = { minor: "10000", currency: "RUB" } as const;
const bounds = { least: "100", most: "1500000" };
/** What the first player allows himself within a week, rubles: one entry. */
const OWN_LIMIT = 150;

const weights = {
  ask: 24,
  askFromBalance: 6,
  topUp: 6,
  create: 24,
  createIsLost: 4,
  createFails: 2,
  payAtBank: 24,
  cancelAtBank: 2,
  notice: 16,
  look: 24,
  lookFails: 4,
  lookIsForeign: 1,
  lookFindsNothing: 8,
  lookWithoutFee: 6,
  refund: 6,
  refundIsLost: 3,
  refundFails: 2,
  refundSettles: 4,
  refundNotice: 3,
  deliver: 48,
  pass: 10,
  passLong: 2,
  pause: 1,
  resume: 6,
  stop: 1,
  force: 1,
  draw: 3,
} as const;
type What = keyof typeof weights;
type Rules = Pick<RaffleTerms, "maxTickets" | "ticketsPerPlayer" | "drawAt" | "minPlayers">;

interface Deed {
  what: What;
  player: number;
  slot: number;
  choice: number;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  what: fc.oneof(
    ...Object.entries(weights).map(([what, weight]) => ({
      arbitrary: fc.constant(what as What),
      weight,
    })),
  ),
  player: fc.nat({ max: PLAYERS - 1 }),
  slot: fc.nat({ max: 2 }),
  choice: fc.nat({ max: 1_000 }),
});

const rules = fc.record({
  maxTickets: fc.integer({ min: 2, max: 6 }),
  ticketsPerPlayer: fc.integer({ min: 1, max: 2 }),
  drawAt: fc.constantFrom("minimum", "maximum", "deadline"),
  minPlayers: fc.constantFrom(2, 2, 3),
}) as fc.Arbitrary<Rules>;

describe("rubles, in any order", () => {
  it("are in a ticket, on a balance or back at the bank, once", () => {
    const ends: Record<string, number> = {};
    const told = new Set<string>();
    fc.assert(
      fc.property(rules, fc.array(deed, { minLength: 60, maxLength: 240 }), (terms, deeds) => {
        const play = new Play(terms);
        for (const each of deeds) {
          play.perform(each);
          play.expectLimits();
        }
        play.finish();
        play.expectLimits();
        for (const end of play.expectEverythingAccounted()) ends[end] = (ends[end] ?? 0) + 1;
        for (const key of play.told()) told.add(key);
      }),
      { numRuns: 120 },
    );
    // Nothing of it was left untried.
    expect(Object.keys(ends).toSorted())
      .toEqual(["credited", "drawn", "kept", "returned", "unpaid"]);
    expect([...told]).toContain("bankForeign");
  });
});

/** One game: a world, a bank, and what must hold. */
class Play {
  readonly #world: World;
  readonly #bank = new Bank();
  readonly #terms: Rules;
  readonly #playerIds: PlayerId[];
  #choice = 0;
  #topUps = 0;
  #refunds = 1;

  constructor(terms: Rules) {
    this.#terms = terms;
    this.#world = new World(() => this.#choice);
    openRaffle(this.#world, { ...terms, price });
    this.#playerIds = Array.from(
      { length: PLAYERS },
      (_, index) => addPlayer(this.#world, index + 1),
    );
    this.#world.send(`user/${this.#playerIds[0]}`, {
      type: "limit.set",
      limit: "rublesPerWeek",
      value: OWN_LIMIT,
      atMs: this.#world.nowMs,
    });
    this.#world.isDrained = false;
  }

  perform({ what, player, slot, choice }: Deed): void {
    const world = this.#world;
    this.#choice = choice;
    const playerId = this.#playerIds[player] ?? "tg-1";
    const paymentId: PaymentId = `pay_${player}_${slot}`;
    const command = { by: "tg-1", reason: "Test", atMs: world.nowMs };
    switch (what) {
      case "ask":
        return this.#ask({ playerId, paymentId, method: "rubles" });
      case "askFromBalance":
        return this.#ask({ playerId, paymentId, method: "balance" });
      case "topUp":
        return world.post(`user/${playerId}`, {
          type: "topup.requested",
          // Each press makes one of its own.
          topUpId: `tup_${this.#topUps++}`,
          amount: { ...price, minor: "25000" },
          bounds,
          atMs: world.nowMs,
        });
      case "payAtBank":
      case "cancelAtBank": {
        const payment = pick(this.#payable(), choice);
        if (payment !== undefined) {
          payment.status = what === "payAtBank" ? "succeeded" : "canceled";
        }
        return;
      }
      case "notice":
        return this.#notice("bankPayment/", "bank.noticed", choice);
      case "refundNotice":
        return this.#notice("refund/", "refund.noticed", choice);
      case "refundSettles": {
        const refunds = [...this.#bank.payments.values()].filter(({ refund }) =>
          refund === "pending"
        );
        const payment = pick(refunds, choice);
        if (payment !== undefined) payment.refund = choice % 3 === 0 ? "canceled" : "succeeded";
        return;
      }
      case "create":
      case "createIsLost":
      case "createFails":
        return this.#answer("createBankPayment", what, (input) => this.#bank.create(input));
      case "look":
      case "lookFails":
        return this.#answer(
          "lookUpBankPayment",
          what,
          ({ chargeId }) => ({ ...this.#bank.lookUp(chargeId), atMs: world.nowMs }),
        );
      case "lookIsForeign":
      case "lookWithoutFee":
        return this.#answer("lookUpBankPayment", what, ({ chargeId }) => {
          const { fee: _, ...facts } = this.#bank.lookUp(chargeId);
          const foreign = what === "lookIsForeign" ? { foreign: "shop" as const } : {};
          return { ...facts, ...foreign, atMs: world.nowMs };
        });
      case "lookFindsNothing": {
        const asked = world.effects.find(({ src }) => src === "lookUpBankPayment");
        if (asked !== undefined) world.fail(asked.src, asked.address, { code: "not_found" });
        return;
      }
      case "refund":
      case "refundIsLost":
      case "refundFails": {
        const outcome = (["pending", "succeeded", "succeeded", "canceled"] as const)[choice % 4];
        return this.#answer(
          "refundRubles",
          what,
          ({ chargeId }) => this.#bank.refund(chargeId, outcome ?? "pending"),
        );
      }
      case "deliver":
        for (let count = 0; count < choice % 9; count++) world.deliver();
        return;
      case "pass":
        return world.pass(7_000);
      case "passLong":
        return world.pass(20 * 60_000);
      case "draw":
        return this.#draw();
      default:
        world.post(RAFFLE, { type: `raffle.${what}`, ...command });
    }
  }

  /** Nobody pays any more, and the bank answers everything. */
  finish(): void {
    const world = this.#world;
    world.drain();
    world.isDrained = true;
    for (const payment of this.#bank.payments.values()) {
      if (payment.status === "pending") payment.status = "canceled";
      if (payment.refund === "pending") payment.refund = this.#refundOutcome();
    }
    for (let hour = 0; hour < 5; hour++) {
      this.#answerAll();
      world.pass(HOUR_MS);
    }
    this.#answerAll();
    this.#draw();
    world.isDrained = true;
    // What was not ours for a while is looked at again after six hours.
    for (let round = 0; round < 6; round++) {
      this.#answerAll();
      world.pass(7 * HOUR_MS);
    }
    expect(world.effects).toEqual([]);
    for (const address of world.snapshots.keys()) {
      const { tags, status, value } = world.read(address);
      const isAtRest = status === "done" || tags.has("resting");
      expect(isAtRest, `${address} ${JSON.stringify(value)}`).toBe(true);
    }
    for (const playerId of this.#playerIds) {
      expect(world.read(`user/${playerId}`).context.topUps ?? []).toEqual([]);
    }
  }

  expectLimits(): void {
    const { tickets } = this.#world;
    expectBalanced(this.#world);
    const { spentKopecks = {} } = this.#world.read(`user/${this.#playerIds[0]}`).context;
    expect(spentThisWeek(spentKopecks, this.#world.nowMs)).toBeLessThanOrEqual(OWN_LIMIT * 100);
    expect(tickets.length).toBeLessThanOrEqual(this.#terms.maxTickets);
    for (const playerId of this.#playerIds) {
      const own = tickets.filter((ticket) => ticket.playerId === playerId);
      expect(own.length).toBeLessThanOrEqual(this.#terms.ticketsPerPlayer);
    }
  }

  /** @returns How each payment by bank has ended. */
  expectEverythingAccounted(): string[] {
    const world = this.#world;
    // The bank's own books say the same as ours.
    expect(-world.balance(SHOP, "RUB")).toBe(this.#bank.held());
    for (const [account] of world.accounts()) {
      expect(account).toMatch(/^(provider|treasury|user)\//);
    }
    expect(world.reports.filter(({ key }) => key !== "bankForeign")).toEqual([]);
    const isDrawn = world.records.get(RAFFLE) === "settled";
    const ticketCharges = world.tickets
      .map(({ paymentId }) => world.read(`payment/${paymentId}`).context.chargeId as string | null);
    return [...this.#bank.payments.values()].map(({ chargeId, status, refund }) => {
      const { transfers } = world;
      const received = transfers.get(`charge/${chargeId}/received`);
      if (status === "canceled") {
        expect(received).toBeUndefined();
        return "unpaid";
      }
      const isReturned = transfers.has(`charge/${chargeId}/returned`);
      const isKept = transfers.has(`charge/${chargeId}/kept`);
      const ends = {
        returned: isReturned,
        kept: isKept,
        credited: received?.to.startsWith("user/") === true,
        drawn: isDrawn && ticketCharges.includes(chargeId) && !isReturned && !isKept,
      };
      expect(isReturned).toBe(refund === "succeeded");
      expect(isKept).toBe(refund === "canceled");
      const [end, ...others] = Object.entries(ends).filter(([, is]) => is).map(([name]) => name);
      expect(others).toEqual([]);
      return end ?? expect.fail(`${chargeId} has no end`);
    });
  }

  /** What admins were told. */
  told(): string[] {
    return this.#world.reports.map(({ key }) => key);
  }

  /** Only who has its link can pay. */
  #payable() {
    const links = this.#world.notices
      .flatMap(({ notice }) => notice.key === "payLink" ? [notice.link] : []);
    return [...this.#bank.payments.values()]
      .filter(({ chargeId, status }) =>
        status === "pending" && links.includes(`https://bank/${chargeId}`)
      );
  }

  #ask(
    { playerId, paymentId, method }: { playerId: PlayerId; paymentId: PaymentId; method: string },
  ): void {
    this.#world.post(`user/${playerId}`, {
      type: "entry.requested",
      raffleId: "rfl_1",
      paymentId,
      salt: "0".repeat(32),
      method,
      atMs: this.#world.nowMs,
    });
  }

  #notice(prefix: string, type: string, choice: number): void {
    const addresses = [...this.#world.snapshots.keys()].filter((each) => each.startsWith(prefix));
    const address = pick(addresses, choice);
    if (address !== undefined) this.#world.post(address, { type });
  }

  #answer(src: string, what: string, answer: (input: never) => unknown): void {
    const asked = this.#world.effects.find((effect) => effect.src === src);
    if (asked === undefined) return;
    const isAsked = !what.endsWith("Fails");
    const output = isAsked ? answer(asked.input as never) : undefined;
    if (isAsked && !what.endsWith("IsLost")) this.#world.succeed(src, output, asked.address);
    else this.#world.fail(src, asked.address);
  }

  #answerAll(): void {
    const answers: Record<string, (effect: PendingEffect) => unknown> = {
      createBankPayment: ({ input }) => {
        const made = this.#bank.create(input as never);
        for (const payment of this.#bank.payments.values()) {
          if (payment.status === "pending") payment.status = "canceled";
        }
        return made;
      },
      lookUpBankPayment: ({ input }) => ({
        ...this.#bank.lookUp(String(input["chargeId"])),
        atMs: this.#world.nowMs,
      }),
      refundRubles: ({ input }) =>
        this.#bank.refund(String(input["chargeId"]), this.#refundOutcome()),
    };
    for (;;) {
      const asked = this.#world.effects.find(({ src }) => src in answers);
      if (asked === undefined) return;
      this.#world.succeed(asked.src, answers[asked.src]?.(asked), asked.address);
    }
  }

  /** Every third is cancelled. */
  #refundOutcome(): "succeeded" | "canceled" {
    return this.#refunds++ % 3 === 0 ? "canceled" : "succeeded";
  }

  #draw(): void {
    const world = this.#world;
    world.drain();
    world.isDrained = true;
    if (world.effects.some(({ src }) => src === "takeDrawTicket")) {
      draw(world, "rfl_1", this.#verdict());
    }
    world.isDrained = false;
  }

  #verdict(): object {
    const pot = BigInt(this.#world.tickets.length) * BigInt(price.minor);
    const commission = pot * 1_500n / 10_000n;
    const rubles = (minor: bigint) => ({ minor: String(minor), currency: "RUB" });
    return {
      isValid: true,
      pot: rubles(pot),
      commission: rubles(commission),
      winners: [{
        place: 1,
        number: 1,
        playerId: this.#world.tickets[0]?.playerId,
        prize: rubles(pot - commission),
      }],
    };
  }
}

function pick<T>(items: readonly T[], choice: number): T | undefined {
  return items[choice % Math.max(1, items.length)];
}
