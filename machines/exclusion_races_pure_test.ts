/** Exclusions that meet each other, or are lifted while they are carried out, in any order. */
import { describe, expect, it } from "vitest";
import type { RaffleId, RaffleTerms } from "./domain/events.ts";
import { raiseSuspicion } from "./domain/suspicion.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, ask, draw, giveBack, join, openRaffle, verdict } from "./testing/people.ts";
import { World } from "./testing/world.ts";

const terms = { maxTickets: 10, ticketsPerPlayer: 2 };
const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

/** Any order of delivery, the same for the same seed. */
function shuffled(seed: number): World {
  let state = seed * 2_654_435_761 + 1;
  return new World((lanes) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return lanes === 0 ? 0 : (state >>> 16) % lanes;
  });
}

function suspect(world: World, suspicionId: `sus_${string}`, raffleId: RaffleId | null): string {
  const { to, event, create } = raiseSuspicion(
    { suspicionId, playerId: "tg-1", raffleId, signal: "velocity", evidence: { perMinute: 20 } },
    world.nowMs,
  );
  world.create(to, create);
  expect(world.send(to, event)).toBe(true);
  return to;
}

/** Player 1 has two tickets, as many as a player may have; two others have one each. */
function crowd(world: World, changes: Partial<RaffleTerms> = {}): RaffleId {
  const raffleId = openRaffle(world, { ...terms, ...changes });
  for (const number of [1, 2, 3]) {
    join(world, { playerId: addPlayer(world, number), raffleId });
  }
  join(world, { playerId: "tg-1", raffleId, paymentId: "pay_second" });
  return raffleId;
}

/** From wherever it is between the end of entries and the seal. */
function finish(world: World, raffleId: RaffleId): void {
  if (world.effects.some(({ src }) => src === "takeDrawTicket")) {
    draw(world, raffleId);
    return;
  }
  const beacon = { round: 7, atMs: world.nowMs + 30_000 };
  const { length: tickets } = world.tickets;
  world.succeed("sealTickets", { seal: "5e", tickets, sealedAtMs: world.nowMs, beacon });
  world.pass(30_000);
  world.succeed("fetchBeacon", { signature: "b4" });
  world.succeed("requestDraw", { serialNumber: 1 });
  world.succeed("verifyDraw", verdict(world, raffleId));
  world.pass(1);
}

/** Everything is counted as it is written down, nobody has too many, and the raffle can be drawn. */
function expectSound(world: World, raffleId: RaffleId): void {
  const own = world.tickets.filter(({ playerId }) => playerId === "tg-1");
  expect(own.length).toBeLessThanOrEqual(terms.ticketsPerPlayer);
  expect(world.read(`raffle/${raffleId}`).context).toMatchObject({
    tickets: world.tickets.length,
    players: new Set(world.tickets.map(({ playerId }) => playerId)).size,
  });
  expect(world.balance(`raffle/${raffleId}/pot`)).toBe(BigInt(world.tickets.length * 10));
  expect(world.refused).toEqual([]);
  world.pass(3_600_000);
  draw(world, raffleId);
  expect(world.records.get(`raffle/${raffleId}`)).toBe("settled");
  expectBalanced(world);
}

describe("an exclusion", () => {
  it.each(SEEDS)("that is lifted while it is carried out leaves nobody too many (%i)", (seed) => {
    const world = shuffled(seed);
    const raffleId = crowd(world);
    const suspicion = suspect(world, "sus_1", seed % 2 === 0 ? raffleId : null);
    const early = world.tickets.filter(({ playerId }) => playerId === "tg-1")
      .map(({ paymentId }) => paymentId);
    const late = ["pay_new1", "pay_new2", "pay_new3"] as const;
    for (const paymentId of late) ask(world, { playerId: "tg-1", raffleId, paymentId });
    const { nowMs: atMs } = world;
    world.post(suspicion, { type: "suspicion.exclude", by: "tg-9", days: 30, atMs });
    world.deliver(1 + seed % 3);
    world.post(suspicion, { type: "suspicion.clear", by: "tg-8", seen: "upheld", atMs });
    // He pays invoices that are out, perhaps before his raffle has answered.
    world.nowMs += 1;
    world.deliver(seed % 5);
    for (const paymentId of late) {
      world.post(`payment/${paymentId}`, {
        type: "payment.confirmed",
        chargeId: `ch_${paymentId}`,
        payerId: "tg-1",
        amount: { minor: "10", currency: "XTR" },
        atMs: world.nowMs,
      });
    }
    world.drain();
    world.pass(10);
    giveBack(world);
    expect(world.valueOf(suspicion)).toBe("cleared");
    expect(world.records.get(suspicion)).toBe("cleared");
    expect(world.tickets.filter(({ paymentId }) => early.includes(paymentId))).toEqual([]);
    expectSound(world, raffleId);
  });

  it.each(SEEDS)("against a forced draw takes all of his tickets off, or none (%i)", (seed) => {
    const world = shuffled(seed);
    const raffleId = crowd(world, seed % 3 === 0 ? { reviewMs: 120_000 } : {});
    const address = `raffle/${raffleId}`;
    const suspicion = suspect(world, "sus_1", raffleId);
    const { nowMs: atMs } = world;
    world.isDrained = false;
    world.post(suspicion, { type: "suspicion.exclude", by: "tg-9", days: 30, atMs });
    world.deliver(seed % 3);
    world.post(address, { type: "raffle.force", by: "tg-9", atMs });
    world.deliver(1 + seed % 4);
    // The draw ticket may come before the exclusion has come through.
    if (world.effects.some(({ src }) => src === "takeDrawTicket")) {
      world.succeed("takeDrawTicket", { drawTicketId: "dt0" });
      world.deliver(seed % 5);
    }
    world.isDrained = true;
    world.drain();
    world.pass(120_000);
    giveBack(world);
    const own = world.tickets.filter(({ playerId }) => playerId === "tg-1");
    expect([0, 2]).toContain(own.length);
    for (const paymentId of ["pay_tg-1", "pay_second"]) {
      expect(world.records.get(`payment/${paymentId}`)).toBe(
        own.length > 0 ? "ticketed" : "refunded",
      );
    }
    expect(world.read(address).context).toMatchObject({
      tickets: world.tickets.length,
      players: new Set(world.tickets.map(({ playerId }) => playerId)).size,
    });
    finish(world, raffleId);
    expect(world.records.get(address)).toBe("settled");
    expect(world.refused).toEqual([]);
    expectBalanced(world);
  });

  it.each(SEEDS)("by two signs at once takes each ticket off once (%i)", (seed) => {
    const world = shuffled(seed);
    const raffleId = crowd(world);
    const suspicions = [suspect(world, "sus_1", raffleId), suspect(world, "sus_2", null)];
    for (const suspicion of suspicions) {
      world.post(suspicion, {
        type: "suspicion.exclude",
        by: "tg-9",
        days: 30,
        atMs: world.nowMs,
      });
    }
    world.drain();
    giveBack(world);
    expect(world.tickets.map(({ playerId }) => playerId)).toEqual(["tg-2", "tg-3"]);
    ask(world, { playerId: "tg-1", raffleId, paymentId: "pay_again" });
    expect(world.records.has("payment/pay_again")).toBe(false);
    expectSound(world, raffleId);
  });
});
