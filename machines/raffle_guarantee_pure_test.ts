/** A guaranteed prize, row by row: held before the opening, changed with the terms, ended once. */
import { describe, expect, it } from "vitest";
import type { RaffleTerms } from "./domain/events.ts";
import type { MoneyJson } from "./domain/money.ts";
import { explainRaffleRefusal } from "./explain_refusal.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { addPlayer, draw, giveBack, join, openRaffle } from "./testing/people.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { begin, moved, type Step, step } from "./testing/step.ts";
import { done, failed, testTerms, World } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const OPEN = { open: "accepting" };
const PAUSED = { open: "paused" };
const stars = (minor: number): MoneyJson => ({ minor: String(minor), currency: "XTR" });
const guaranteed = { guaranteedPrize: stars(100) };
const held = { guarantee: { holds: 1, held: stars(100) } };
const opened = { openedAtMs: AT_MS - 1_000, closesAtMs: AT_MS + 59_000 };
const ended = { key: "raffle/rfl_1/guarantee/1/ended", hold: "raffle/rfl_1/guarantee/1" };
const by = { by: "tg-9", reason: "Because", atMs: AT_MS };

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<RaffleContext> = {},
  terms: Partial<RaffleTerms> = guaranteed,
): Step {
  return step(raffleMachine, {
    input: { raffleId: "rfl_1", terms: testTerms(terms), createdBy: "tg-9", atMs: AT_MS },
    value,
    context,
    event,
  });
}

const isHeld = (prize: MoneyJson | null, holds = 1) =>
  done("holdGuarantee", {
    isHeld: true,
    guarantee: { holds, held: prize },
    prize,
    atMs: AT_MS,
  }) as never;
const isNotHeld = done("holdGuarantee", {
  isHeld: false,
  needed: stars(100),
  covered: stars(-20),
  atMs: AT_MS,
}) as never;
const edit = (changes: object) => ({ type: "raffle.edit", by: "tg-9", changes, atMs: AT_MS });
const announced = ({ actions }: Step) => actions.filter(([name]) => name === "announce");
/** Holds that it asks to be ended. */
const holds = ({ actions }: Step) =>
  actions.filter(([name]) => name === "postTransfers")
    .flatMap(([, params]) => (params as { holds?: object[] }).holds ?? []);

describe("an opening", () => {
  it("without a guaranteed prize holds nothing", () => {
    const taken = play("draft", { type: "raffle.open", ...by }, {}, {});
    expect([taken.value, taken.invoked]).toEqual([OPEN, []]);
  });

  it("first asks for the hold", () => {
    const asked = play("draft", { type: "raffle.open", ...by });
    expect([asked.value, asked.invoked]).toEqual(["opening", ["holdGuarantee"]]);
    expect(announced(asked)).toEqual([]);
    expect(asked.context["openedAtMs"]).toBe(0);
  });

  it("opens with the hold, from the moment of the command on", () => {
    const taken = play("opening", isHeld(stars(100)));
    expect(taken.value).toEqual(OPEN);
    expect(announced(taken)).toHaveLength(1);
    expect(taken.context).toMatchObject({
      ...held,
      openedAtMs: AT_MS,
      closesAtMs: AT_MS + HOUR_MS,
      terms: guaranteed,
      guaranteeRefusal: null,
    });
  });

  it("that the reserve does not cover leaves a draft, and says why", () => {
    const refused = play("opening", isNotHeld);
    expect(refused.value).toBe("draft");
    expect(announced(refused)).toEqual([]);
    expect(refused.context).toMatchObject({
      openedAtMs: 0,
      guarantee: { holds: 0, held: null },
      guaranteeRefusal: { needed: stars(100), covered: stars(-20), atMs: AT_MS },
    });
    // It may be opened later.
    const again = play("draft", { type: "raffle.open", ...by }, refused.context as never);
    expect(again.invoked).toEqual(["holdGuarantee"]);
    expect(play("opening", failed("holdGuarantee") as never).value).toBe("draft");
  });
});

describe("an edit of the guaranteed prize", () => {
  it.each<[object, object | undefined]>([
    [{ guaranteedPrize: stars(5) }, stars(5)],
    [{ guaranteedPrize: null }, undefined],
    [{ guaranteedPrize: stars(5), title: "New" }, stars(5)],
  ])("of a draft holds nothing: %j", (changes, prize) => {
    const taken = play("draft", edit(changes));
    expect([taken.value, taken.invoked]).toEqual(["draft", []]);
    expect((taken.context["terms"] as RaffleTerms).guaranteedPrize).toEqual(prize);
    expect(Object.keys(taken.context["terms"] as object).includes("guaranteedPrize"))
      .toBe(prize !== undefined);
  });

  it.each<[unknown, unknown, MoneyJson | null]>([
    [OPEN, { open: "holding" }, stars(250)],
    [OPEN, { open: "holding" }, null],
    [PAUSED, { open: "holdingPaused" }, stars(1)],
  ])("in %j asks in %j for the hold to follow", (value, next, prize) => {
    const asked = play(value, edit({ guaranteedPrize: prize }), { ...opened, ...held });
    expect([asked.value, asked.invoked]).toEqual([next, ["holdGuarantee"]]);
    expect((asked.context["terms"] as RaffleTerms).guaranteedPrize).toEqual(stars(100));
  });

  it.each<[string, unknown]>([["holding", OPEN], ["holdingPaused", PAUSED]])(
    "in %s changes the terms with the hold, or neither",
    (state, after) => {
      const context = { ...opened, ...held };
      const taken = play({ open: state }, isHeld(stars(250), 2), context);
      expect(taken.value).toEqual(after);
      expect(taken.context).toMatchObject({
        terms: { guaranteedPrize: stars(250) },
        guarantee: { holds: 2, held: stars(250) },
        ...opened,
      });
      const none = play({ open: state }, isHeld(null), context);
      expect(Object.keys(none.context["terms"] as object)).not.toContain("guaranteedPrize");
      const refused = play({ open: state }, isNotHeld, context);
      expect(refused.value).toEqual(after);
      expect(refused.context).toMatchObject({
        ...held,
        terms: guaranteed,
        guaranteeRefusal: { covered: stars(-20) },
      });
      expect(play({ open: state }, failed("holdGuarantee") as never, context).value).toEqual(after);
    },
  );

  const claim = {
    type: "ticket.claim",
    paymentId: "pay_1",
    playerId: "tg-1",
    salt: "5a".repeat(16),
    isFirstOfPlayer: true,
    source: { account: "payment/pay_1/clearing", currency: "XTR" },
    atMs: AT_MS,
  };
  it.each<[string, object, string | undefined]>([
    ["holding", { ...claim, placeUntilMs: 0 }, "ticket.issued"],
    ["holding", { type: "entry.quote", paymentId: "pay_1", atMs: AT_MS }, "entry.quoted"],
    ["holding", { type: "place.reserve", paymentId: "pay_1", atMs: AT_MS }, "place.reserved"],
    ["holdingPaused", { ...claim, placeUntilMs: AT_MS + 1 }, "ticket.issued"],
    ["holdingPaused", { type: "entry.quote", paymentId: "pay_1", atMs: AT_MS }, "entry.refused"],
    ["holding", edit({ title: "New" }), undefined],
    ["holding", edit({ guaranteedPrize: stars(7) }), undefined],
    ["holdingPaused", edit({ title: "New" }), undefined],
    ["holdingPaused", edit({ guaranteedPrize: stars(7) }), undefined],
  ])("in %s waits for its answer, while %j comes", (state, event, told) => {
    const places = { [AT_MS + 1]: 1 };
    const taken = play({ open: state }, event as never, {
      ...opened,
      ...held,
      ...(told === undefined ? {} : { places }),
    });
    expect(taken.value).toEqual({ open: state });
    expect(taken.isAccepted).toBe(told !== undefined);
    const tells = taken.actions.filter(([name]) => name === "tell")
      .map(([, params]) => (params as { event: { type: string } }).event.type);
    expect(tells).toEqual(told === undefined ? [] : [told]);
  });

  it("to what it is already asks for nothing", () => {
    const same = play(OPEN, edit({ guaranteedPrize: stars(100) }), { ...opened, ...held });
    expect([same.isAccepted, same.value, same.invoked]).toEqual([true, OPEN, []]);
  });

  it.each<[string, object, Partial<RaffleContext>, string]>([
    ["after an entry", { guaranteedPrize: stars(9) }, { tickets: 1 }, "entriesBegan"],
    [
      "while somebody pays",
      { guaranteedPrize: null },
      { places: { [AT_MS + 9]: 1 } },
      "entriesBegan",
    ],
    ["beside other changes", { guaranteedPrize: stars(9), title: "New" }, {}, "badTerms"],
    ["to nothing at all", { guaranteedPrize: stars(0) }, {}, "badTerms"],
    ["to a part of a Star", { guaranteedPrize: { ...stars(1), minor: "1.5" } }, {}, "badTerms"],
    ["to too much", { guaranteedPrize: stars(1_000_001) }, {}, "badTerms"],
    [
      "to another currency",
      { guaranteedPrize: { minor: "9", currency: "RUB" } },
      {},
      "badTerms",
    ],
  ])("is refused %s", (_, changes, context, reason) => {
    const event = edit(changes);
    const refused = play(OPEN, event, { ...opened, ...held, ...context });
    expect([refused.isAccepted, refused.value, refused.actions]).toEqual([false, OPEN, []]);
    expect(explainRaffleRefusal(refused, event)).toBe(reason);
  });

  it("of a raffle that was stored before there was one begins with its first hold", () => {
    const { guarantee: _, guaranteeRefusal: _none, topUp: _nothing, ...stored } =
      begin(raffleMachine, {
        raffleId: "rfl_1",
        terms: testTerms(),
        createdBy: "tg-9",
        atMs: AT_MS,
      }).context;
    const old = { guarantee: undefined, guaranteeRefusal: undefined, topUp: undefined };
    const context = { ...stored, ...opened, ...old } as never;
    const asked = play(OPEN, edit({ guaranteedPrize: stars(9) }), context, {});
    expect(asked.invoked).toEqual(["holdGuarantee"]);
    expect(play(OPEN, { type: "raffle.stop", ...by }, context, {}).value)
      .toEqual({ cancelling: "telling" });
  });
});

describe("the end of the hold", () => {
  const prize = stars(100);
  /** Two tickets of ten Stars: 17 after the commission. */
  const topped = {
    isValid: true,
    pot: stars(20),
    commission: stars(3),
    topUp: stars(83),
    winners: [{ place: 1, number: 2, playerId: "tg-2", prize }],
  };
  const check = (verdict: object, context: Partial<RaffleContext> = {}, terms?: object) =>
    play(
      { drawing: "verifying" },
      done("verifyDraw", verdict) as never,
      { tickets: 2, ...held, ...context },
      terms,
    );

  it("counts a verdict only whose added part is what the pot lacks, and lies in the hold", () => {
    expect(check(topped).value).toBe("verified");
    expect(check(topped).context["topUp"]).toEqual(stars(83));
    const { topUp: _, ...without } = topped;
    const more = {
      ...topped,
      topUp: stars(84),
      winners: [{ ...topped.winners[0], prize: stars(101) }],
    };
    for (
      const [verdict, context, terms] of [
        [without],
        [{ ...topped, topUp: stars(82) }],
        [{ ...topped, topUp: { minor: "83", currency: "RUB" } }],
        [more],
        [topped, { guarantee: { holds: 1, held: stars(82) } }],
        [topped, { guarantee: { holds: 1, held: null } }],
        [topped, {}, {}],
        [topped, {}, { guaranteedPrize: stars(99) }],
      ] as [object, Partial<RaffleContext>?, object?][]
    ) {
      const disputed = check(verdict, context, terms);
      expect(disputed.value, JSON.stringify([verdict, context, terms])).toBe("disputed");
      expect(disputed.context["disputeReason"]).toBe("splitNotWhole");
      // A dispute may still end by a draw: the promise stands.
      expect(holds(disputed)).toEqual([]);
    }
  });

  it("posts what the pot lacks before the prizes leave it, and tells everybody", () => {
    const { isValid: _, ...result } = topped;
    const paid = play("verified", { type: "xstate.after.nextCommit.raffle.verified" }, {
      ...result as object,
      ...held,
      tickets: 2,
    });
    expect(holds(paid)).toEqual([{ ...ended, posted: stars(83) }]);
    expect(moved(paid)).toEqual([
      "3 raffle/rfl_1/pot → treasury/fees",
      "100 raffle/rfl_1/pot → payout/pyo_1_1/held",
    ]);
    expect(paid.context["guarantee"]).toEqual({ holds: 1, held: null });
    const notice = { key: "drawn", topUp: stars(83) };
    expect(paid.actions).toContainEqual([
      "tell",
      expect.objectContaining({
        event: expect.objectContaining({ notice: expect.objectContaining(notice) }),
      }),
    ]);
  });

  it("releases all of it when the pot is enough", () => {
    const paid = play("verified", { type: "xstate.after.nextCommit.raffle.verified" }, {
      pot: stars(200),
      commission: stars(30),
      topUp: stars(0),
      winners: [{ place: 1, number: 2, playerId: "tg-2", prize: stars(170) }],
      ...held,
    });
    expect(holds(paid)).toEqual([{ ...ended, posted: null }]);
    expect(JSON.stringify(paid.actions)).not.toContain("topUp");
  });

  it.each<[unknown, { type: string } & Record<string, unknown>, Partial<RaffleContext>?]>([
    [OPEN, { type: "raffle.stop", ...by }],
    [PAUSED, { type: "raffle.stop", ...by }],
    ["sealed", { type: "raffle.stop", ...by }],
    [
      { closing: "counting" },
      done("countPlayers", { tickets: 1, players: 1 }) as never,
    ],
    ["disputed", { type: "dispute.refund", ...by }, { refundVote: { by: "tg-8" } }],
  ])("releases all of it when %j is cancelled by %j", (value, event, context = {}) => {
    const cancelled = play(value, event, { ...held, ...context });
    expect(cancelled.value).toEqual({ cancelling: "telling" });
    expect(holds(cancelled)).toEqual([{ ...ended, posted: null }]);
    expect(cancelled.context["guarantee"]).toEqual({ holds: 1, held: null });
  });

  it("has nothing to release when a draft is thrown away", () => {
    expect(holds(play("draft", { type: "raffle.stop", ...by }))).toEqual([]);
  });
});

describe("a raffle with a guaranteed prize", () => {
  function scene({ capital = 100n, prize = 100 } = {}) {
    const world = new World();
    world.fund(capital);
    const raffleId = openRaffle(world, { ...guaranteed, guaranteedPrize: stars(prize) });
    const players = [1, 2, 3].map((number) => addPlayer(world, number));
    return { world, raffleId, players };
  }
  const CAPITAL = "treasury/capital";

  it("pays the winner the guaranteed prize from a small pot", () => {
    const { world, raffleId, players } = scene();
    for (const playerId of players) join(world, { playerId, raffleId });
    world.pass(2 * HOUR_MS);
    draw(world, raffleId);
    expect(world.valueOf("raffle/rfl_1")).toEqual({ settled: "told" });
    expect(world.balance("user/tg-1/available")).toBe(100n);
    // 30 collected, 4 of them commission: 74 were added.
    expect([world.balance("treasury/fees"), world.balance(CAPITAL)]).toEqual([4n, 26n]);
    expect(world.balance("raffle/rfl_1/pot")).toBe(0n);
    expect(world.guarantees.size).toBe(0);
    expectBalanced(world);
  });

  it("pays what the pot brings when that is more", () => {
    const { world, raffleId, players } = scene({ prize: 20 });
    for (const playerId of players) join(world, { playerId, raffleId });
    world.pass(2 * HOUR_MS);
    draw(world, raffleId);
    expect(world.balance("user/tg-1/available")).toBe(26n);
    expect(world.balance(CAPITAL)).toBe(100n);
    expect(world.guarantees.size).toBe(0);
    expectBalanced(world);
  });

  it("is cancelled as always when too few players have joined", () => {
    const { world, raffleId, players: [playerId = ""] } = scene();
    join(world, { playerId, raffleId });
    world.pass(2 * HOUR_MS);
    giveBack(world);
    expect(world.valueOf("raffle/rfl_1")).toBe("refunded");
    expect([world.balance(CAPITAL), world.guarantees.size]).toEqual([100n, 0]);
    expectBalanced(world);
  });

  it("keeps the hold through a dispute, and pays after it", () => {
    const { world, raffleId, players } = scene();
    for (const playerId of players) join(world, { playerId, raffleId });
    world.pass(2 * HOUR_MS);
    draw(world, raffleId, { isValid: false, reason: "unknownKey" });
    expect(world.valueOf("raffle/rfl_1")).toBe("disputed");
    expect(world.guarantees.size).toBe(1);
    world.send("raffle/rfl_1", { type: "dispute.refund", ...by });
    expect(world.guarantees.size).toBe(1);
    world.send("raffle/rfl_1", { type: "dispute.refund", ...by, by: "tg-8" });
    giveBack(world);
    expect([world.balance(CAPITAL), world.guarantees.size]).toEqual([100n, 0]);
    expectBalanced(world);
  });

  it("stays a draft that sells nothing while the capital does not cover it", () => {
    const { world, raffleId, players: [playerId = ""] } = scene({ capital: 99n });
    expect(world.valueOf("raffle/rfl_1")).toBe("draft");
    join(world, { playerId, raffleId });
    giveBack(world);
    expect(world.tickets).toEqual([]);
    world.fund(1n);
    world.send("raffle/rfl_1", { type: "raffle.open", by: "tg-1", atMs: world.nowMs });
    expect(world.valueOf("raffle/rfl_1")).toEqual(OPEN);
    // The last of it is promised: another one has to wait.
    openRaffle(world, { guaranteedPrize: stars(1) }, "rfl_2");
    expect(world.valueOf("raffle/rfl_2")).toBe("draft");
  });
});
