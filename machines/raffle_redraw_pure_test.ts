/** Another draw in place of one, rule by rule: who may, when, how often, and what stays. */
import { describe, expect, it } from "vitest";
import type { RaffleTerms } from "./domain/events.ts";
import { FORCE_VOTE_MS } from "./domain/panel.ts";
import { MAX_REDRAWS } from "./domain/redraw.ts";
import { explainRaffleRefusal } from "./explain_refusal.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, draw, giveBack, join, openRaffle, verdict } from "./testing/people.ts";
import { moved, type Step, step } from "./testing/step.ts";
import { testTerms, World } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const CLAIMING = { claiming: "waiting" };
const TAKING = { closing: "takingDrawTicket" };
const vote = { needed: 2, others: ["tg-8", "tg-7", "tg-9"], name: "Olga" };
const redraw = { type: "raffle.redraw", by: "tg-9", reason: "A wrong key", vote, atMs: AT_MS };
const first = { redrawVote: { by: "tg-9", reason: "A wrong key", atMs: AT_MS } };
const prize = { minor: "17", currency: "XTR" } as const;
const drawn: Partial<RaffleContext> = {
  tickets: 2,
  players: 2,
  seal: "5e",
  sealedAtMs: 7,
  drawTicketId: "dt1",
  pot: { minor: "20", currency: "XTR" },
  commission: { minor: "3", currency: "XTR" },
  winners: [{ place: 1, number: 1, playerId: "tg-1", prize }],
  claims: {
    round: 1,
    endsAtMs: AT_MS + HOUR_MS,
    holders: [{ place: 1, number: 1, playerId: "tg-1", state: "waiting" }],
    reserves: [{ number: 2, playerId: "tg-2" }],
    lapsed: [],
  },
};
const disputed: Partial<RaffleContext> = {
  tickets: 2,
  seal: "5e",
  drawTicketId: "dt1",
  disputeReason: "unknownKey",
};

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<RaffleContext> = {},
  terms: Partial<RaffleTerms> = { claimWithinMs: HOUR_MS },
): Step {
  return step(raffleMachine, {
    input: { raffleId: "rfl_1", terms: testTerms(terms), createdBy: "tg-9", atMs: AT_MS },
    value,
    context,
    event,
  });
}

function expectRefused(taken: Step, event: { type: string }, reason: string): void {
  expect([taken.isAccepted, taken.actions]).toEqual([false, []]);
  expect(explainRaffleRefusal(taken, event)).toBe(reason);
}

describe("another draw", () => {
  it("is wanted by one, with a reason, and the others are asked", () => {
    const asked = play("disputed", redraw, disputed);
    expect(asked.value).toBe("disputed");
    expect(asked.context["redrawVote"]).toEqual(first.redrawVote);
    const notice = {
      key: "redrawAsked",
      raffleId: "rfl_1",
      name: "Olga",
      reason: "A wrong key",
      askedAtMs: AT_MS,
    };
    expect(asked.actions).toEqual([
      ["notify", { playerId: "tg-8", notice }],
      ["notify", { playerId: "tg-7", notice }],
    ]);
  });

  it.each<[string, unknown, Partial<RaffleContext>]>([
    ["of a dispute", "disputed", disputed],
    ["while nobody has taken a prize", CLAIMING, drawn],
  ])("begins with the second admin's word %s: everything of the old one is put aside", (
    _what,
    value,
    context,
  ) => {
    const agreed = { ...redraw, by: "tg-8", reason: "", atMs: AT_MS + 1 };
    const begun = play(value, { ...agreed, vote: { ...vote, agreesWithMs: AT_MS } }, {
      ...context,
      ...first,
    });
    expect([begun.value, begun.invoked]).toEqual([TAKING, ["takeDrawTicket"]]);
    expect(begun.context).toMatchObject({
      redraw: { count: 1, reason: "A wrong key" },
      redrawVote: null,
      disputeReason: null,
      drawTicketId: null,
      seal: null,
      beacon: null,
      winners: [],
      claims: null,
      pot: null,
    });
    expect(moved(begun)).toEqual([]);
    const done = begun.actions.filter(([name]) => name !== "recordClaim");
    expect(done.map(([name]) => name))
      .toEqual(["archiveDraw", "tell", "announce", "recordRaffle"]);
    expect(done[0]?.[1]).toEqual({ raffleId: "rfl_1", draw: 1, reason: "A wrong key" });
    expect(done[1]?.[1]).toMatchObject({
      event: { notice: { key: "redrawn", raffleId: "rfl_1", seal: "5e", reason: "A wrong key" } },
    });
    expect(done[2]?.[1]).toEqual({ raffleId: "rfl_1", occasion: "redrawn", draw: 2 });
    expect(done[3]?.[1]).toMatchObject({ status: "redrawing" });
  });

  it("does not count the word of one who is no admin any more, nor keep his reason", () => {
    const gone = { ...disputed, redrawVote: { by: "tg-6", reason: "Mine", atMs: AT_MS } };
    const asked = play("disputed", { ...redraw, atMs: AT_MS + 1 }, gone);
    expect([asked.value, asked.context["redrawVote"]])
      .toEqual(["disputed", { ...first.redrawVote, atMs: AT_MS + 1 }]);
    const button = { ...redraw, reason: "", vote: { ...vote, agreesWithMs: AT_MS } };
    expectRefused(play("disputed", button, gone), button, "voteLapsed");
    const alone = { ...redraw, vote: { ...vote, needed: 1, others: [] } };
    expect(play("disputed", alone, gone).context["redraw"])
      .toEqual({ count: 1, reason: "A wrong key" });
  });

  it("needs one admin where there is one, and then his reason", () => {
    const alone = { ...redraw, vote: { ...vote, needed: 1, others: [] } };
    expect(play("disputed", alone, disputed).value).toEqual(TAKING);
    const silent = { ...alone, reason: "  " };
    expectRefused(play("disputed", silent, disputed), silent, "reasonMissing");
  });

  it.each<[string, object, Partial<RaffleContext>, string]>([
    ["without a reason", { reason: " " }, {}, "reasonMissing"],
    ["of the same admin twice", {}, first, "needsAnotherAdmin"],
    [
      "by the button, of the same admin",
      {
        vote: { ...vote, agreesWithMs: AT_MS },
      },
      first,
      "needsAnotherAdmin",
    ],
    [
      "by a button of another question",
      {
        by: "tg-8",
        vote: { ...vote, agreesWithMs: AT_MS - 5 },
      },
      first,
      "voteLapsed",
    ],
    [
      "by a button after an hour",
      {
        by: "tg-8",
        reason: "",
        vote: { ...vote, agreesWithMs: AT_MS },
        atMs: AT_MS + FORCE_VOTE_MS,
      },
      first,
      "voteLapsed",
    ],
    ["over a list that was changed", {}, { disputeReason: "sealBroken" }, "listChanged"],
    ["once more than may be", {}, { redraw: { count: MAX_REDRAWS, reason: "x" } }, "noRedrawLeft"],
  ])("is refused %s", (_, changes, context, reason) => {
    const event = { ...redraw, ...changes };
    expectRefused(play("disputed", event, { ...disputed, ...context }), event, reason);
  });

  it.each<[unknown, Partial<RaffleContext>, string]>([
    ["draft", {}, "nothingDrawn"],
    [{ open: "accepting" }, {}, "nothingDrawn"],
    [{ closing: "counting" }, {}, "nothingDrawn"],
    ["sealed", {}, "nothingDrawn"],
    [{ drawing: "waiting" }, {}, "nothingDrawn"],
    ["settling", { ...drawn, payoutsOpen: 1 }, "prizesTaken"],
    [{ settled: "told" }, drawn, "prizesTaken"],
    ["refunded", {}, "alreadyCancelled"],
    [CLAIMING, {
      ...drawn,
      claims: {
        ...drawn.claims,
        holders: [
          { place: 1, number: 1, playerId: "tg-1", state: "claimed" },
          { place: 2, number: 2, playerId: "tg-2", state: "waiting" },
        ],
      } as never,
    }, "prizesTaken"],
  ])("is refused in %j", (value, context, reason) => {
    expectRefused(play(value, redraw, context), redraw, reason);
  });

  it("takes a list that was sealed once as it is, and nobody stops it alone", () => {
    const again = { redraw: { count: 1, reason: "A wrong key" } };
    for (const value of [TAKING, { closing: "waitingForDrawTicket" }]) {
      const voided = play(value, {
        type: "ticket.void",
        paymentId: "pay_1",
        chargeId: "ch_1",
        isLastOfPlayer: true,
      }, again);
      expect([voided.value, voided.actions]).toEqual([value, []]);
    }
    const stop = { type: "raffle.stop", by: "tg-9", reason: "No", atMs: AT_MS };
    for (const value of [TAKING, "sealed", { awaitingBeacon: "waiting" }]) {
      expectRefused(play(value, stop, again), stop, "drawRequested");
    }
  });

  it.each([
    { closing: "waitingForDrawTicket" },
    // A seal may be shown for a day before its draw is asked for.
    "sealed",
    { awaitingBeacon: "waiting" },
  ])("can be refunded by two admins until it is asked for (%j)", (waiting) => {
    const again = { redraw: { count: 1, reason: "A wrong key" } };
    const refund = { type: "dispute.refund", by: "tg-9", reason: "It takes too long", atMs: AT_MS };
    expectRefused(play(waiting, refund), refund, "notDisputed");
    const one = play(waiting, refund, again);
    expect([one.value, one.context["refundVote"]]).toEqual([waiting, { by: "tg-9" }]);
    const voted = { ...again, refundVote: { by: "tg-9" } };
    expectRefused(play(waiting, refund, voted), refund, "needsAnotherAdmin");
    expect(play(waiting, { ...refund, by: "tg-8" }, voted).value)
      .toEqual({ cancelling: "telling" });
    // The first is no admin any more: the second is the first.
    const left = play(waiting, { ...refund, by: "tg-8", admins: ["tg-7"] }, voted);
    expect([left.value, left.context["refundVote"]]).toEqual([waiting, { by: "tg-8" }]);
  });

  it("goes on with a raffle that was stored before there was another draw", () => {
    const { redraw: _, redrawVote: __, ...stored } = play("disputed", redraw, disputed).context;
    const asked = play("disputed", redraw, stored as never);
    expect(asked.context["redrawVote"]).toEqual(first.redrawVote);
  });
});

describe("the story of another draw", () => {
  const RAFFLE = "raffle/rfl_1";
  const agree = (world: World) => {
    for (const by of ["tg-9", "tg-8"]) {
      expect(world.send(RAFFLE, { ...redraw, by, atMs: world.nowMs })).toBe(true);
    }
  };

  function claiming(): World {
    const world = new World();
    const raffleId = openRaffle(world, { claimWithinMs: HOUR_MS });
    for (const number of [1, 2]) join(world, { playerId: addPlayer(world, number), raffleId });
    world.pass(HOUR_MS);
    draw(world, raffleId);
    return world;
  }

  it("has its own seal, claims and posts, and pays once", () => {
    const world = claiming();
    agree(world);
    expect(world.balance("raffle/rfl_1/pot")).toBe(20n);
    draw(world, "rfl_1", {
      ...verdict(world, "rfl_1"),
      winners: [{ place: 1, number: 2, playerId: "tg-2", prize }],
    });
    expect([...world.claims]).toEqual([["1/1/1", "lapsed"], ["2/1/2", "waiting"]]);
    expect(world.archived).toEqual([{ raffleId: "rfl_1", draw: 1, reason: "A wrong key" }]);
    // He won the draw that does not count.
    expect(world.send(RAFFLE, { type: "prize.claim", playerId: "tg-1", atMs: world.nowMs }))
      .toBe(false);
    expect(world.send(RAFFLE, { type: "prize.claim", playerId: "tg-2", atMs: world.nowMs }))
      .toBe(true);
    world.pass(1);
    expect(world.valueOf(RAFFLE)).toEqual({ settled: "told" });
    expect(world.balance("user/tg-2/available")).toBe(17n);
    expect(world.announced.map(({ occasion }) => occasion))
      .toEqual(["opened", "sealed", "drawn", "redrawn", "sealed", "drawn"]);
    expectBalanced(world);
  });

  it("ends after three, and every entry can still go back", () => {
    const world = claiming();
    for (let count = 0; count < MAX_REDRAWS; count++) {
      agree(world);
      draw(world, "rfl_1");
    }
    expect(world.send(RAFFLE, { ...redraw, atMs: world.nowMs })).toBe(false);
    world.pass(2 * HOUR_MS);
    giveBack(world);
    world.pass(1);
    expect(world.valueOf(RAFFLE)).toBe("refunded");
    expect(world.accounts()).toEqual([]);
  });
});
