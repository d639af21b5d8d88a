/** The time in which a closed list may be looked at before it is sealed: who moves it, and who cannot. */
import { describe, expect, it } from "vitest";
import type { RaffleTerms } from "./domain/events.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import {
  addPlayer,
  ask,
  checkOut,
  crowd,
  draw,
  exclude,
  giveBack,
  openRaffle,
  pay,
  suspect,
} from "./testing/people.ts";
import { type Step, step, told } from "./testing/step.ts";
import { done, failed, testTerms, World } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const REVIEW_MS = 300_000;
const REVIEWING = { closing: "reviewing" };
const TAKING = { closing: "takingDrawTicket" };

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<RaffleContext> = {},
  terms: Partial<RaffleTerms> = { reviewMs: REVIEW_MS },
): Step {
  return step(raffleMachine, {
    input: { raffleId: "rfl_1", terms: testTerms(terms), createdBy: "tg-9", atMs: AT_MS },
    value,
    context: { tickets: 5, players: 3, closesAtMs: AT_MS + HOUR_MS, ...context },
    event,
  });
}

const counted = (more: object = {}) =>
  done("countPlayers", { tickets: 5, players: 3, suspects: 0, atMs: AT_MS, ...more }) as {
    type: string;
    output: object;
  };
const running = { reviewUntilMs: AT_MS + REVIEW_MS, closesAtMs: AT_MS };
const over = { type: "xstate.after.review.raffle.closing.reviewing" };

describe("the count", () => {
  it.each<[string, Partial<RaffleTerms>, object, Partial<RaffleContext>, unknown]>([
    ["with a time to look", { reviewMs: 1_000 }, {}, {}, REVIEWING],
    [
      "of a forced draw, too",
      { reviewMs: 1_000, minPlayers: 9 },
      {},
      { isForced: true },
      REVIEWING,
    ],
    ["with none", { reviewMs: 0 }, {}, {}, TAKING],
    ["of terms of before there was one", {}, {}, {}, TAKING],
    ["of too few", { reviewMs: 1_000 }, { players: 1 }, {}, { cancelling: "telling" }],
  ])("%s", (_, terms, count, context, next) => {
    expect(play({ closing: "counting" }, counted(count), context, terms).value).toEqual(next);
  });

  it("begins the time, says when it ends, and writes what was counted", () => {
    const begun = play({ closing: "counting" }, counted());
    expect(begun.context).toMatchObject({ tickets: 5, players: 3, ...running });
    expect(begun.actions).toContainEqual([
      "recordRaffle",
      expect.objectContaining({ status: "reviewing", tickets: 5, closesAtMs: AT_MS }),
    ]);
    expect(begun.actions.some(([type]) => type === "reportToAdmins")).toBe(false);
    expect(begun.tags).toEqual(expect.arrayContaining(["closed", "closing", "stoppable"]));
  });

  it("tells admins who have to decide, once", () => {
    const begun = play({ closing: "counting" }, counted({ suspects: 2 }));
    expect(begun.actions).toContainEqual(["reportToAdmins", {
      notice: {
        key: "reviewBegun",
        raffleId: "rfl_1",
        suspects: 2,
        untilMs: AT_MS + REVIEW_MS,
      },
    }]);
    const again = play({ closing: "counting" }, counted({ suspects: 2 }), running);
    expect(again.actions.map(([type]) => type)).toEqual(["recordRaffle"]);
  });

  it("in the middle moves nothing", () => {
    const again = play({ closing: "counting" }, counted({ atMs: AT_MS + 100_000 }), running);
    expect(again.value).toEqual(REVIEWING);
    expect(again.context).toMatchObject(running);
  });

  it("after the time gives no more of it", () => {
    const late = counted({ atMs: AT_MS + REVIEW_MS });
    expect(play({ closing: "counting" }, late, running).value).toEqual(TAKING);
    expect(
      play({ closing: "counting" }, { ...late, output: { ...late.output, players: 1 } }, running),
    )
      .toMatchObject({ value: { cancelling: "telling" } });
  });

  it("that fails is repeated, and the time goes on", () => {
    const waiting = play({ closing: "counting" }, failed("countPlayers") as never, running);
    expect(waiting.value).toEqual({ closing: "waitingToCount" });
    expect(waiting.context).toMatchObject(running);
  });
});

describe("while the list is looked at", () => {
  it.each([
    [
      "tickets.exclude",
      { suspicionId: "sus_1", paymentIds: ["pay_1"], isLastOfPlayer: true, atMs: AT_MS },
    ],
    ["ticket.void", { paymentId: "pay_1", chargeId: "ch_1", isLastOfPlayer: true }],
  ])("%s takes tickets off, and it is counted again", (type, event) => {
    const taken = play(REVIEWING, { type, ...event }, running);
    expect([taken.value, taken.invoked]).toEqual([{ closing: "counting" }, ["countPlayers"]]);
    expect(taken.context).toMatchObject({ tickets: 4, players: 2, ...running });
  });

  it("an excluded player's suspicion may read his tickets", () => {
    const asked = play(REVIEWING, { type: "player.exclude", suspicionId: "sus_1" }, running);
    expect([asked.value, told(asked)]).toEqual([REVIEWING, ["suspicion/sus_1 exclusion.ready"]]);
  });

  it("an admin may stop it", () => {
    const stop = { type: "raffle.stop", by: "tg-9", reason: "Why", seen: "closing", atMs: AT_MS };
    expect(play(REVIEWING, stop, running).value).toEqual({ cancelling: "telling" });
    expect(play(REVIEWING, { ...stop, seen: "open" }, running).isAccepted).toBe(false);
  });

  it.each(["open", "pause", "resume", "force", "redraw"])("refuses raffle.%s", (word) => {
    const order = { type: `raffle.${word}`, by: "tg-9", reason: "Why", atMs: AT_MS };
    const refused = play(REVIEWING, order, running);
    expect([refused.isAccepted, refused.value]).toEqual([false, REVIEWING]);
  });

  it("refuses other terms", () => {
    const edit = { type: "raffle.edit", by: "tg-9", changes: { reviewMs: 0 }, atMs: AT_MS };
    expect(play(REVIEWING, edit, { ...running, tickets: 0 }).isAccepted).toBe(false);
  });

  it.each(["entry.quote", "place.reserve"])("answers %s that entries have ended", (type) => {
    const asked = { type, paymentId: "pay_9", playerId: "tg-9", atMs: AT_MS };
    expect(told(play(REVIEWING, asked, running)).join()).toContain("closed");
  });

  it("ends: the ticket for the draw is taken", () => {
    const ended = play(REVIEWING, over, running);
    expect([ended.value, ended.invoked]).toEqual([TAKING, ["takeDrawTicket"]]);
    expect(ended.actions).toContainEqual([
      "recordRaffle",
      expect.objectContaining({ status: "closing" }),
    ]);
  });
});

// ── all together ─────────────────────────────────────────────────────────────────────────────────

describe("a raffle whose list is looked at", () => {
  const terms = { maxTickets: 10, ticketsPerPlayer: 3, reviewMs: REVIEW_MS };

  /** Entries have ended; three players have a ticket each. */
  function review(changes: Partial<RaffleTerms> = {}): World {
    const world = new World();
    openRaffle(world, { ...terms, ...changes });
    crowd(world, "rfl_1", 3);
    world.pass(HOUR_MS);
    return world;
  }
  const value = (world: World) => world.valueOf("raffle/rfl_1");

  it.each<[string, Partial<RaffleTerms>]>([
    ["at the minimum", { drawAt: "minimum", minPlayers: 3 }],
    ["at the maximum", { drawAt: "maximum", maxTickets: 3 }],
    ["at the deadline", {}],
  ])("is sealed that long after entries have ended %s, whoever is suspected", (_, changes) => {
    for (const isSuspected of [false, true]) {
      const world = new World();
      openRaffle(world, { ...terms, ...changes });
      if (isSuspected) suspect(world, "tg-2", "rfl_1");
      crowd(world, "rfl_1", 3);
      if (changes.drawAt === undefined) world.pass(HOUR_MS);
      world.pass(REVIEW_MS - 1);
      expect(value(world)).toEqual(REVIEWING);
      world.pass(1);
      expect(value(world)).toEqual(TAKING);
      expect(world.reports.map(({ key }) => key)).toEqual(isSuspected ? ["reviewBegun"] : []);
      draw(world, "rfl_1");
      expect(world.records.get("raffle/rfl_1")).toBe("settled");
      expectBalanced(world);
    }
  });

  it("lets an excluded player go meanwhile, and is sealed no later for it", () => {
    const world = review();
    const suspicion = suspect(world, "tg-1", "rfl_1");
    world.pass(100_000);
    expect(exclude(world, suspicion)).toBe(true);
    giveBack(world);
    expect(world.tickets.map(({ playerId, number }) => [playerId, number]))
      .toEqual([["tg-2", 1], ["tg-3", 2]]);
    world.pass(REVIEW_MS - 100_001);
    expect(value(world)).toEqual(REVIEWING);
    world.pass(1);
    draw(world, "rfl_1");
    expect(world.records.get("raffle/rfl_1")).toBe("settled");
    expect(world.balance("raffle/rfl_1/pot")).toBe(0n);
    expect(world.refused).toEqual([]);
    expectBalanced(world);
  });

  it("that has too few players then gives everything back at once", () => {
    const world = review({ minPlayers: 3 });
    exclude(world, suspect(world, "tg-1", null));
    giveBack(world);
    expect(world.records.get("raffle/rfl_1")).toBe("refunded");
    world.pass(HOUR_MS);
    expect(world.effects).toEqual([]);
    expectBalanced(world);
  });

  it("loses a ticket that is charged back, and keeps to its time", () => {
    const world = review();
    const amount = { minor: "10", currency: "XTR" };
    const charge = { type: "payment.refunded", chargeId: "ch_pay_tg-1", amount };
    world.send("payment/pay_tg-1", { ...charge, atMs: world.nowMs });
    expect(world.tickets).toHaveLength(2);
    world.pass(REVIEW_MS);
    draw(world, "rfl_1");
    expect(world.records.get("raffle/rfl_1")).toBe("settled");
    expectBalanced(world);
  });

  it("takes no money that comes late, and gives it back", () => {
    const world = new World();
    openRaffle(world, terms);
    crowd(world, "rfl_1", 3);
    const late = addPlayer(world, 4);
    ask(world, { playerId: late, raffleId: "rfl_1", paymentId: "pay_late" });
    expect(checkOut(world, { playerId: late, paymentId: "pay_late" })).toBe(true);
    world.pass(HOUR_MS + 60_000);
    expect(value(world)).toEqual(REVIEWING);
    pay(world, { playerId: late, paymentId: "pay_late" });
    giveBack(world);
    expect(world.records.get("payment/pay_late")).toBe("refunded");
    expect(world.tickets).toHaveLength(3);
    expectBalanced(world);
  });

  it("is looked at as long when its draw is forced, and cannot be forced past it", () => {
    const world = new World();
    openRaffle(world, terms);
    crowd(world, "rfl_1", 3);
    const force = () =>
      world.send("raffle/rfl_1", { type: "raffle.force", by: "tg-9", atMs: world.nowMs });
    expect(force()).toBe(true);
    expect(value(world)).toEqual(REVIEWING);
    expect(force()).toBe(false);
    exclude(world, suspect(world, "tg-1", "rfl_1"));
    world.pass(REVIEW_MS);
    expect(value(world)).toEqual(TAKING);
    giveBack(world);
    draw(world, "rfl_1");
    expect(world.records.get("raffle/rfl_1")).toBe("settled");
    expectBalanced(world);
  });

  it("can be stopped, and all goes back", () => {
    const world = review();
    const stop = { type: "raffle.stop", by: "tg-9", reason: "Why", seen: "closing" };
    expect(world.send("raffle/rfl_1", { ...stop, atMs: world.nowMs })).toBe(true);
    giveBack(world);
    world.pass(HOUR_MS);
    expect(world.records.get("raffle/rfl_1")).toBe("refunded");
    expectBalanced(world);
  });
});
