/** Raffles that code of before claims, redraws, rounds, series and guarantees has stored go on to their end. */
import { describe, expect, it } from "vitest";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, giveBack, join, openRaffle, verdict } from "./testing/people.ts";
import { World } from "./testing/world.ts";

const RAFFLE = "raffle/rfl_1";
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What is in a context since then; whoever stored it before had nothing of it. */
const LATER = [
  "series",
  "hasBegun",
  "forceVote",
  "beacon",
  "topUp",
  "redraw",
  "redrawVote",
  "claims",
  "guarantee",
  "guaranteeRefusal",
  "reviewUntilMs",
];

/** The raffle as older code would have stored it. */
function age(world: World): void {
  const { context, ...stored } = JSON.parse(world.snapshots.get(RAFFLE) ?? "");
  const kept = Object.fromEntries(
    Object.entries(context).filter(([name]) => !LATER.includes(name)),
  );
  world.snapshots.set(RAFFLE, JSON.stringify({ ...stored, context: kept }));
}

/** A whole draw without a round of drand, each step with the state that it leads to. */
const steps: { to: unknown; go: (world: World) => void }[] = [
  { to: { open: "accepting" }, go: () => {} },
  {
    to: { closing: "takingDrawTicket" },
    go: (world) => {
      for (const number of [1, 2]) {
        join(world, { playerId: addPlayer(world, number), raffleId: "rfl_1" });
      }
      world.pass(HOUR_MS);
    },
  },
  {
    to: { closing: "sealing" },
    go: (world) => world.succeed("takeDrawTicket", { drawTicketId: "dt1" }),
  },
  {
    to: "sealed",
    go: (world) =>
      world.succeed("sealTickets", { seal: "5e", tickets: 2, sealedAtMs: world.nowMs }),
  },
  { to: { drawing: "requesting" }, go: (world) => world.pass(MINUTE_MS) },
  { to: { drawing: "waiting" }, go: (world) => world.fail("requestDraw") },
  {
    to: { drawing: "verifying" },
    go: (world) => {
      world.pass(MINUTE_MS);
      world.succeed("requestDraw", { serialNumber: 1 });
    },
  },
  {
    to: "disputed",
    go: (world) => world.succeed("verifyDraw", { isValid: false, reason: "signatureInvalid" }),
  },
  {
    to: "verified",
    go: (world) => {
      world.send(RAFFLE, { type: "dispute.recheck", by: "tg-9", atMs: world.nowMs });
      world.succeed("requestDraw", { serialNumber: 1 });
      world.succeed("verifyDraw", verdict(world, "rfl_1"));
    },
  },
  { to: { settled: "told" }, go: (world) => world.pass(1) },
];

describe("a raffle that older code has stored", () => {
  it.each(steps.map(({ to }, index) => ({ to, index })))("in $to goes on", ({ index }) => {
    const world = new World();
    openRaffle(world);
    for (const [at, { to, go }] of steps.entries()) {
      go(world);
      expect(world.valueOf(RAFFLE)).toEqual(to);
      if (at === index) age(world);
    }
    expect(world.balance("user/tg-1/available")).toBe(17n);
    expect(world.balance("raffle/rfl_1/pot")).toBe(0n);
    expect(world.refused).toEqual([]);
    expectBalanced(world);
  });

  it.each(steps.slice(0, 4).map(({ to }, index) => ({ to, index })))(
    "in $to can be stopped",
    ({ index }) => {
      const world = new World();
      openRaffle(world);
      for (const { go } of steps.slice(0, index + 1)) go(world);
      age(world);
      const stop = { type: "raffle.stop", by: "tg-9", reason: "No", atMs: world.nowMs };
      expect(world.send(RAFFLE, stop)).toBe(true);
      world.pass(1);
      giveBack(world);
      world.pass(1);
      expect(world.valueOf(RAFFLE)).toBe("refunded");
      expect(world.accounts()).toEqual([]);
    },
  );
});
