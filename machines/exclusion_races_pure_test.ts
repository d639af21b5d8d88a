/** Exclusions that meet each other, or are lifted while they are carried out, in any order. */
import { describe, expect, it } from "vitest";
import type { RaffleId } from "./domain/events.ts";
import { raiseSuspicion } from "./domain/suspicion.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, ask, draw, giveBack, join, openRaffle } from "./testing/people.ts";
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
function crowd(world: World): RaffleId {
  const raffleId = openRaffle(world, terms);
  for (const number of [1, 2, 3]) {
    join(world, { playerId: addPlayer(world, number), raffleId });
  }
  join(world, { playerId: "tg-1", raffleId, paymentId: "pay_second" });
  return raffleId;
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
