/** Any order of what people, Telegram and admins do, delivered in any order that keeps the lanes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prizePool } from "./domain/draw/split_prize.ts";
import type { PaymentId, PlayerId, RaffleId, RaffleTerms } from "./domain/events.ts";
import { addPlayer, draw, giveBack, openRaffle, verdict } from "./testing/people.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { World } from "./testing/world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ENTRIES_PER_DAY = 2;
const PLAYERS = 3;
const RAFFLE = "raffle/rfl_1";

const weights = {
  ask: 12,
  askFromBalance: 4,
  invoice: 10,
  checkOut: 10,
  /** From the wish to the pressed button, without anything between. */
  askAndCheckOut: 14,
  pay: 12,
  payTwice: 2,
  payAsStranger: 1,
  chargeBack: 2,
  /** The list is closed and sealed, and then nobody believes the answer. */
  dispute: 1,
  recheck: 1,
  refundAll: 2,
  deliver: 12,
  /** Several events in one commit. */
  deliverTogether: 12,
  pass: 4,
  passLong: 1,
  refund: 4,
  refundFails: 2,
  pause: 1,
  resume: 2,
  stop: 1,
  force: 1,
  /** Another guaranteed prize; some are more than the capital covers. */
  guarantee: 3,
  /** The same, and other orders in one commit with it. */
  orderTogether: 3,
  draw: 2,
} as const;
type Rules = Pick<
  RaffleTerms,
  "maxTickets" | "ticketsPerPlayer" | "drawAt" | "minPlayers" | "guaranteedPrize"
>;
const CAPITAL = 60n;
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });
type What = keyof typeof weights;

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
  guaranteedPrize: fc.constantFrom(stars(1), stars(20), stars(60)),
}, { requiredKeys: ["maxTickets", "ticketsPerPlayer", "drawAt", "minPlayers"] }) as fc.Arbitrary<
  Rules
>;

describe("all machines together, in any order", () => {
  it("never sell a ticket too many, never lose a Star, never leave a pre-checkout unanswered", () => {
    fc.assert(
      fc.property(rules, fc.array(deed, { minLength: 20, maxLength: 120 }), (terms, deeds) => {
        const play = new Play(terms);
        for (const each of deeds) {
          play.perform(each);
          play.expectLimits();
        }
        play.finish();
        play.expectLimits();
        play.expectEverythingAccounted();
      }),
      { numRuns: 400 },
    );
  });
});

/** One game: a world, what was done in it, and what must hold. */
class Play {
  readonly #world: World;
  readonly #terms: Rules;
  readonly #raffleId: RaffleId;
  readonly #playerIds: PlayerId[];
  readonly #charges = new Set<string>();
  readonly #queries: string[] = [];
  #choice = 0;

  constructor(terms: Rules) {
    this.#terms = terms;
    this.#world = new World(() => this.#choice);
    this.#world.fund(CAPITAL);
    this.#raffleId = openRaffle(this.#world, terms);
    this.#playerIds = Array.from(
      { length: PLAYERS },
      (_, index) => addPlayer(this.#world, index + 1, ENTRIES_PER_DAY),
    );
    for (const playerId of this.#playerIds) this.#world.topUp(playerId, 15n);
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
        return this.#ask({ playerId, paymentId, method: "stars" });
      case "askFromBalance":
        return this.#ask({ playerId, paymentId, method: "balance" });
      case "invoice":
        return this.#answer("sendInvoice", { messageId: 1 });
      case "askAndCheckOut":
        this.#ask({ playerId, paymentId, method: "stars" });
        world.drain();
        return this.#checkOut({ playerId, paymentId });
      case "checkOut":
        return this.#checkOut({ playerId, paymentId });
      case "pay":
        return this.#pay({ playerId, paymentId, chargeId: `ch_${paymentId}` });
      case "payTwice":
        return this.#pay({ playerId, paymentId, chargeId: `twice_${paymentId}` });
      case "payAsStranger":
        return this.#pay({ playerId: "tg-99", paymentId, chargeId: `strange_${paymentId}` });
      case "chargeBack":
        return this.#chargeBack(paymentId, choice % 3 === 0 ? "twice" : "ch");
      case "dispute":
        return this.#draw({ isValid: false, reason: "signatureInvalid" });
      case "recheck":
        return world.post(RAFFLE, { type: "dispute.recheck", ...command });
      case "refundAll":
        return world.post(RAFFLE, { type: "dispute.refund", ...command, by: `tg-${choice % 2}` });
      case "deliver":
        for (let count = 0; count < choice % 5; count++) world.deliver();
        return;
      case "deliverTogether":
        return world.deliver(2 + choice % 5);
      case "pass":
        return world.pass(17_000);
      case "passLong":
        return world.pass(20 * 60_000);
      case "refund":
        return this.#answer("refundStars", { isRefunded: true });
      case "refundFails":
        if (this.#isAsked("refundStars")) world.fail("refundStars");
        return;
      case "guarantee":
        return this.#guarantee(choice);
      case "orderTogether": {
        this.#guarantee(choice);
        const others = [
          { type: "raffle.edit", changes: { title: "Saturday" } },
          { type: "raffle.edit", changes: { guaranteedPrize: stars(choice % 50 + 1) } },
          { type: "raffle.pause" },
          { type: "raffle.resume" },
          { type: "raffle.stop" },
        ];
        world.post(RAFFLE, { ...command, ...others[choice % others.length] as { type: string } });
        // Each is sent from elsewhere: all that is on its way, in an order that the choice decides.
        return world.deliver(100);
      }
      case "draw":
        return this.#draw();
      default:
        world.post(RAFFLE, { type: `raffle.${what}`, ...command });
    }
  }

  /** Lets everything come to its end. */
  finish(): void {
    const world = this.#world;
    world.drain();
    world.isDrained = true;
    world.pass(2 * HOUR_MS);
    this.#draw();
    for (const by of ["tg-1", "tg-2"]) {
      world.send(RAFFLE, { type: "dispute.refund", by, reason: "Test", atMs: world.nowMs });
    }
    for (const address of world.snapshots.keys()) {
      if (address.startsWith("refund/")) {
        world.send(address, { type: "refund.retry", by: "tg-1" });
      }
    }
    giveBack(world);
    world.pass(1);
    expect(world.effects).toEqual([]);
    for (const address of world.snapshots.keys()) {
      const { tags, status, value } = world.read(address);
      const isAtRest = status === "done" || tags.has("resting");
      expect(isAtRest, `${address} ${JSON.stringify(value)}`).toBe(true);
    }
    expect(world.read(RAFFLE).tags.has("finished")).toBe(true);
    for (const playerId of this.#playerIds) {
      const { entries } = world.read(`user/${playerId}`).context;
      const left = Object.values(entries as Record<string, { tickets: number }>);
      expect(left.filter(({ tickets }) => tickets > 0)).toEqual([]);
    }
  }

  expectLimits(): void {
    const { tickets } = this.#world;
    expectBalanced(this.#world);
    expect(tickets.length).toBeLessThanOrEqual(this.#terms.maxTickets);
    for (const playerId of this.#playerIds) {
      const own = tickets.filter((ticket) => ticket.playerId === playerId);
      expect(own.length).toBeLessThanOrEqual(this.#terms.ticketsPerPlayer);
    }
    expect(tickets.map(({ number }) => number)).toEqual(tickets.map((_, index) => index + 1));
    const { context, tags } = this.#world.read(RAFFLE);
    expect(context.tickets).toBe(tickets.length);
    const held = [...this.#world.guarantees.values()].reduce((sum, { minor }) => sum + minor, 0n);
    const isOver = tags.has("finished") || tags.has("cancelled");
    const isPaid = tags.has("verified") && this.#world.transfers.has("raffle/rfl_1/prize/1");
    const promised = isOver || isPaid ? "0" : context.terms.guaranteedPrize?.minor ?? "0";
    expect(String(held)).toBe(promised);
  }

  /** At the end nothing is on its way: each charge came back, or paid a ticket that was drawn. */
  expectEverythingAccounted(): void {
    const world = this.#world;
    for (const [account] of world.accounts()) {
      expect(account).toMatch(/^(provider\/|treasury\/|user\/)/);
    }
    const isDrawn = world.records.get(RAFFLE) === "settled";
    const { terms } = world.read(RAFFLE).context;
    const { topUp } = prizePool(terms, world.tickets.length);
    const added = isDrawn ? topUp.minor : 0n;
    expect(world.balance("treasury/capital")).toBe(CAPITAL - added);
    const ticketCharges = world.tickets
      .map(({ paymentId }) => world.read(`payment/${paymentId}`).context.chargeId as string | null);
    for (const chargeId of this.#charges) {
      const ends = [
        world.transfers.has(`charge/${chargeId}/returned`),
        world.transfers.has(`charge/${chargeId}/chargeback`),
        isDrawn && ticketCharges.includes(chargeId) &&
        !world.transfers.has(`charge/${chargeId}/chargeback`),
      ];
      expect(ends.filter(Boolean), chargeId).toHaveLength(1);
    }
    for (const queryId of this.#queries) {
      expect(world.answers.filter((answer) => answer.queryId === queryId), queryId)
        .toHaveLength(1);
    }
    const days = [...world.snapshots.keys()].filter((address) => address.startsWith("payment/"))
      .map((address) => world.read(address).context)
      .map(({ playerId, requestedAtMs }) => `${playerId} ${Math.floor(requestedAtMs / DAY_MS)}`);
    for (const day of days) {
      expect(days.filter((other) => other === day).length).toBeLessThanOrEqual(ENTRIES_PER_DAY);
    }
  }

  #guarantee(choice: number): void {
    this.#world.post(RAFFLE, {
      type: "raffle.edit",
      by: "tg-1",
      changes: { guaranteedPrize: [null, stars(20), stars(60), stars(61)][choice % 4] },
      atMs: this.#world.nowMs,
    });
  }

  #isAsked(src: string): boolean {
    return this.#world.effects.some((effect) => effect.src === src);
  }

  #answer(src: string, output: unknown): void {
    if (this.#isAsked(src)) this.#world.succeed(src, output);
  }

  #draw(said: object = verdict(this.#world, this.#raffleId)): void {
    const world = this.#world;
    world.drain();
    world.isDrained = true;
    if (this.#isAsked("takeDrawTicket")) {
      draw(world, this.#raffleId, said);
    } else if (this.#isAsked("requestDraw")) {
      world.succeed("requestDraw", { serialNumber: 1 });
      world.succeed("verifyDraw", said);
      world.pass(1);
    }
    world.isDrained = false;
  }

  #ask(
    { playerId, paymentId, method }: { playerId: PlayerId; paymentId: PaymentId; method: string },
  ): void {
    this.#world.post(`user/${playerId}`, {
      type: "entry.requested",
      raffleId: this.#raffleId,
      paymentId,
      salt: "0".repeat(32),
      method,
      atMs: this.#world.nowMs,
    });
  }

  #checkOut({ playerId, paymentId }: { playerId: PlayerId; paymentId: PaymentId }): void {
    if (!this.#world.snapshots.has(`payment/${paymentId}`)) return;
    const queryId = `q${this.#queries.length}`;
    this.#queries.push(queryId);
    this.#world.post(`payment/${paymentId}`, {
      type: "precheckout.received",
      queryId,
      payerId: playerId,
      amount: { minor: "10", currency: "XTR" },
      atMs: this.#world.nowMs,
    });
  }

  #pay(
    { playerId, paymentId, chargeId }: {
      playerId: PlayerId;
      paymentId: PaymentId;
      chargeId: string;
    },
  ): void {
    if (!this.#world.snapshots.has(`payment/${paymentId}`)) return;
    this.#charges.add(chargeId);
    this.#world.post(`payment/${paymentId}`, {
      type: "payment.confirmed",
      chargeId,
      payerId: playerId,
      amount: { minor: "10", currency: "XTR" },
      atMs: this.#world.nowMs,
    });
  }

  #chargeBack(paymentId: PaymentId, charge: "ch" | "twice"): void {
    const address = `payment/${paymentId}`;
    if (!this.#world.snapshots.has(address)) return;
    this.#world.post(address, { type: "payment.refunded", chargeId: `${charge}_${paymentId}` });
  }
}
