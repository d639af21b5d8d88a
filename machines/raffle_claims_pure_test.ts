/** Prizes that must be taken, rule by rule and as stories of all machines together. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isNothingLeft } from "./domain/player.ts";
import type { RaffleTerms } from "./domain/events.ts";
import { explainRaffleRefusal } from "./explain_refusal.ts";
import { type RaffleContext, raffleMachine } from "./raffle_machine.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { addPlayer, draw, giveBack, join, openRaffle } from "./testing/people.ts";
import { moved, type Step, step } from "./testing/step.ts";
import { done, failed, testTerms, World } from "./testing/world.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const HOUR_MS = 3_600_000;
const RAFFLE = "raffle/rfl_1";
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });
const terms = {
  maxTickets: 5,
  minPlayers: 2,
  sharesBps: [6_000, 4_000],
  reserves: 2,
  claimWithinMs: HOUR_MS,
};
/** Of five entries of ten Stars: 50 less 7. */
const prizes = [stars(26), stars(17)];
const won = (place: number, number: number) => ({
  place,
  number,
  playerId: `tg-${number}`,
  prize: prizes[place - 1],
});

/** Five players; tickets 3 and 1 win, 5 and 2 are the reserves. */
function drawn(
  { reserves = [5, 2], changes = {} }: { reserves?: number[]; changes?: Partial<RaffleTerms> } = {},
): World {
  const world = new World();
  const raffleId = openRaffle(world, { ...terms, ...changes });
  for (let number = 1; number <= 5; number++) {
    join(world, { playerId: addPlayer(world, number), raffleId });
  }
  world.pass(HOUR_MS);
  draw(world, raffleId, {
    isValid: true,
    pot: stars(50),
    commission: stars(7),
    winners: [won(1, 3), won(2, 1)],
    reserves: reserves.map((number) => ({ number, playerId: `tg-${number}` })),
  });
  return world;
}

const take = (world: World, number: number) =>
  world.send(RAFFLE, { type: "prize.claim", playerId: `tg-${number}`, atMs: world.nowMs });
const balances = (world: World) =>
  [1, 2, 3, 4, 5].map((number) => Number(world.balance(`user/tg-${number}/available`)));
const told = (world: World, number: number) =>
  world.notices.filter(({ playerId }) => playerId === `tg-${number}`)
    .map(({ notice }) => notice.key)
    .filter((key) => ["won", "claimReminder", "claimLapsed", "credited"].includes(key));
const reason = (world: World, number: number) => {
  const { value, context, tags } = world.read(RAFFLE);
  const event = { type: "prize.claim", playerId: `tg-${number}` };
  return explainRaffleRefusal({ value, context, tags: [...tags] }, event);
};

describe("prizes that must be taken", () => {
  it("lie in the pot until then, with the commission", () => {
    const world = drawn();
    expect(world.valueOf(RAFFLE)).toEqual({ claiming: "waiting" });
    expect(world.balance("raffle/rfl_1/pot")).toBe(50n);
    expect(world.records.get(RAFFLE)).toBe("claiming");
    expect(world.notices.filter(({ notice }) => notice.key === "won").map(({ notice }) => notice))
      .toEqual([[1, 3], [2, 1]].map(([place = 0, number]) => ({
        key: "won",
        raffleId: "rfl_1",
        place,
        number,
        prize: prizes[place - 1],
        claimUntilMs: world.nowMs - 1 + HOUR_MS,
      })));
    expect(world.mass.at(-1)?.playerIds).toEqual(["tg-2", "tg-4", "tg-5"]);
  });

  it("are credited each when it is taken, and the raffle is settled with the last", () => {
    const world = drawn();
    expect(take(world, 1)).toBe(true);
    expect(balances(world)).toEqual([17, 0, 0, 0, 0]);
    expect(world.balance("raffle/rfl_1/pot")).toBe(26n);
    expect(world.balance("treasury/fees")).toBe(7n);
    expect(take(world, 3)).toBe(true);
    expect(balances(world)).toEqual([17, 0, 26, 0, 0]);
    world.pass(1);
    expect(world.valueOf(RAFFLE)).toEqual({ settled: "told" });
    expect([...world.claims]).toEqual([["1/1/3", "claimed"], ["1/2/1", "claimed"]]);
    expectBalanced(world);
    world.pass(2 * HOUR_MS);
    expect(told(world, 3)).toEqual(["won", "credited"]);
  });

  it("remind twice who has not taken his", () => {
    const world = drawn();
    take(world, 1);
    world.pass(HOUR_MS / 2);
    expect([told(world, 1), told(world, 3)]).toEqual([
      ["won", "credited"],
      ["won", "claimReminder"],
    ]);
    world.pass(0.4 * HOUR_MS);
    expect(told(world, 3)).toEqual(["won", "claimReminder", "claimReminder"]);
  });

  it("go to the reserves in drawn order, place by place, with a new hour and new reminders", () => {
    const world = drawn();
    world.pass(HOUR_MS);
    expect([...world.claims]).toEqual([
      ["1/1/3", "lapsed"],
      ["1/2/1", "lapsed"],
      ["1/1/5", "waiting"],
      ["1/2/2", "waiting"],
    ]);
    expect(world.mass.at(-1)).toEqual({
      notice: {
        key: "prizesPassed",
        raffleId: "rfl_1",
        passed: [{ place: 1, from: 3, to: 5 }, { place: 2, from: 1, to: 2 }],
      },
      playerIds: ["tg-1", "tg-3", "tg-4"],
    });
    expect([told(world, 3), told(world, 5)]).toEqual([
      ["won", "claimReminder", "claimReminder", "claimLapsed"],
      ["won"],
    ]);
    expect(take(world, 3)).toBe(false);
    expect(reason(world, 3)).toBe("prizeLapsed");
    world.pass(HOUR_MS / 2);
    expect(told(world, 5)).toEqual(["won", "claimReminder"]);
    expect([take(world, 5), take(world, 2)]).toEqual([true, true]);
    world.pass(1);
    expect(balances(world)).toEqual([0, 17, 0, 0, 26]);
    expect(world.valueOf(RAFFLE)).toEqual({ settled: "told" });
    expectBalanced(world);
  });

  it.each([
    { what: "place two is taken: it gets place one's share as well", takes: 1, gets: [43, 0, 0] },
    { what: "place one is taken: it gets place two's share as well", takes: 3, gets: [0, 0, 43] },
  ])("when no reserve is left and $what", ({ takes, gets }) => {
    const world = drawn({ reserves: [] });
    take(world, takes);
    world.pass(HOUR_MS + 1);
    expect(balances(world)).toEqual([...gets, 0, 0]);
    expect(world.valueOf(RAFFLE)).toEqual({ settled: "told" });
    expect(world.mass.at(-1)?.notice).toMatchObject({
      key: "prizesPassed",
      passed: [{ to: null }],
    });
    expectBalanced(world);
  });

  it("when fewer reserves are left than places: the last place goes to the best at the end", () => {
    const world = drawn({ reserves: [5] });
    world.pass(HOUR_MS);
    expect(world.valueOf(RAFFLE)).toEqual({ claiming: "waiting" });
    expect(take(world, 5)).toBe(true);
    world.pass(1);
    expect(balances(world)).toEqual([0, 0, 0, 0, 43]);
    expect(world.valueOf(RAFFLE)).toEqual({ settled: "told" });
    expectBalanced(world);
  });

  it("give every entry back in full, commission too, when nobody takes anything", () => {
    const world = drawn({ reserves: [5] });
    world.pass(2 * HOUR_MS);
    expect(world.read(RAFFLE).context).toMatchObject({ cancelReason: "nobodyClaimed" });
    world.pass(1);
    giveBack(world);
    world.pass(1);
    expect(world.valueOf(RAFFLE)).toBe("refunded");
    expect([world.balance("raffle/rfl_1/pot"), world.balance("treasury/fees")]).toEqual([0n, 0n]);
    expect(world.accounts()).toEqual([]);
    expect(take(world, 3)).toBe(false);
    expect(reason(world, 5)).toBe("prizeLapsed");
  });

  it("do not need a claim where there is nothing to take", () => {
    const world = new World();
    const raffleId = openRaffle(world, { ...terms, minPlayers: 2 });
    for (const number of [1, 2]) join(world, { playerId: addPlayer(world, number), raffleId });
    world.pass(HOUR_MS);
    draw(world, raffleId, {
      isValid: true,
      pot: stars(20),
      commission: stars(3),
      winners: [
        { ...won(1, 1), prize: stars(17) },
        { ...won(2, 2), prize: stars(0) },
      ],
      reserves: [],
    });
    expect([...world.claims]).toEqual([["1/1/1", "waiting"]]);
    expect(reason(world, 2)).toBe("prizeNotYours");
    expect(take(world, 1)).toBe(true);
    world.pass(1);
    expect(world.valueOf(RAFFLE)).toEqual({ settled: "told" });
  });

  it.each([
    { what: "a loser", number: 4, why: "prizeNotYours" },
    { what: "a reserve whose turn it is not", number: 5, why: "prizeNotYours" },
    { what: "somebody from elsewhere", number: 9, why: "prizeNotYours" },
  ])("are not taken by $what", ({ number, why }) => {
    const world = drawn();
    expect(take(world, number)).toBe(false);
    expect(reason(world, number)).toBe(why);
    expect(balances(world)).toEqual([0, 0, 0, 0, 0]);
  });

  it("are not taken twice, neither before nor after the raffle is settled", () => {
    const world = drawn();
    expect([take(world, 3), take(world, 3)]).toEqual([true, false]);
    expect(reason(world, 3)).toBe("prizeTaken");
    take(world, 1);
    world.pass(1);
    expect(take(world, 3)).toBe(false);
    expect(reason(world, 3)).toBe("prizeTaken");
    expect(balances(world)).toEqual([17, 0, 26, 0, 0]);
  });

  it("belong to the winner until the deadline has acted, in its very moment and long after", () => {
    const world = drawn();
    // The bot was away: its update is read before the deadline, by whatever clock.
    expect(
      world.send(RAFFLE, { type: "prize.claim", playerId: "tg-3", atMs: AT_MS + 9 * HOUR_MS }),
    ).toBe(true);
    expect(balances(world)).toEqual([0, 0, 26, 0, 0]);
  });

  it("keep his data from being deleted while they wait", () => {
    const left = { tickets: 0, payments: 0, balances: [] };
    expect(isNothingLeft({ ...left, prizes: 1 })).toBe(false);
    expect([isNothingLeft({ ...left, prizes: 0 }), isNothingLeft(left)]).toEqual([true, true]);
  });
});

const input = {
  raffleId: "rfl_1",
  terms: testTerms(terms),
  createdBy: "tg-9",
  atMs: AT_MS,
};
const claims = {
  round: 1,
  endsAtMs: AT_MS + HOUR_MS,
  holders: [{ place: 1, number: 3, playerId: "tg-3", state: "waiting" as const }],
  reserves: [],
  lapsed: [],
};

function play(
  value: unknown,
  event: { type: string } & Record<string, unknown>,
  context: Partial<RaffleContext> = {},
): Step {
  return step(raffleMachine, {
    input,
    value,
    context: {
      winners: [won(1, 3)] as never,
      commission: stars(7),
      claims,
      ...context,
    },
    event,
  });
}

const press = { type: "prize.claim", playerId: "tg-3", atMs: AT_MS };

describe("the claiming", () => {
  it("posts the guaranteed prize with the first prize that is taken, and only then", () => {
    const hold = { guarantee: { holds: 1, held: stars(100) }, topUp: stars(60) };
    const changes = { terms: testTerms({ ...terms, guaranteedPrize: stars(100) }) };
    const first = play({ claiming: "waiting" }, press, { ...hold, ...changes });
    const ended = { key: "raffle/rfl_1/guarantee/1/ended", hold: "raffle/rfl_1/guarantee/1" };
    expect(first.actions[0]).toMatchObject(["postTransfers", {
      holds: [{ ...ended, posted: stars(60) }],
    }]);
    expect(first.context["guarantee"]).toEqual({ holds: 1, held: null });
  });

  it("takes no second commission with the second prize", () => {
    const second = play({ claiming: "waiting" }, press, {
      claims: {
        ...claims,
        holders: [...claims.holders, { place: 2, number: 1, playerId: "tg-1", state: "claimed" }],
      },
    });
    expect(moved(second)).toEqual(["26 raffle/rfl_1/pot → payout/pyo_1_1/held"]);
  });

  it("tries again when it could not be written down, and takes a prize meanwhile", () => {
    const waiting = play({ claiming: "opening" }, failed("openClaims") as never);
    expect(waiting.value).toEqual({ claiming: "waitingToOpen" });
    const again = play(
      { claiming: "waitingToOpen" },
      { type: "xstate.after.retryPause.raffle.claiming.waitingToOpen" },
    );
    expect(again.invoked).toEqual(["openClaims"]);
    expect(
      play({ claiming: "opening" }, done("openClaims", { atMs: 5 }) as never).context["claims"],
    )
      .toMatchObject({ endsAtMs: 5 + HOUR_MS });
  });

  it("takes no prize in the commit that begins the round, of which nobody knows; then it does", () => {
    const begun = { claims: { ...claims, endsAtMs: 0 } };
    const early = play({ claiming: "opening" }, press, begun);
    expect([early.isAccepted, early.actions]).toEqual([false, []]);
    const opened = play(
      { claiming: "opening" },
      done("openClaims", { atMs: AT_MS }) as never,
      begun,
    );
    expect(opened.actions.filter(([type]) => type === "notify")).toHaveLength(1);
    const { claims: waiting } = opened.context as { claims: RaffleContext["claims"] };
    expect(play({ claiming: "waiting" }, press, { claims: waiting ?? null }).isAccepted).toBe(true);
  });

  it("lets a winner who was excluded meanwhile, or took his entry back, take his prize", () => {
    const words = [
      { type: "player.exclude", suspicionId: "sus_1" },
      { type: "ticket.void", paymentId: "pay_3", chargeId: "ch_3", isLastOfPlayer: true },
    ];
    for (const event of words) {
      const after = play({ claiming: "waiting" }, event);
      expect([after.isAccepted, after.value, after.actions])
        .toEqual([true, { claiming: "waiting" }, []]);
      expect(after.context["claims"]).toEqual(claims);
    }
  });

  it.each<[unknown]>([
    ["draft"],
    [{ open: "accepting" }],
    ["sealed"],
    [{ drawing: "waiting" }],
    ["verified"],
    ["disputed"],
    ["settling"],
    ["refunding"],
  ])("takes nothing in %j", (value) => {
    expect(play(value, press).isAccepted).toBe(false);
  });

  it("is not stopped, forced or edited", () => {
    for (const type of ["raffle.stop", "raffle.force", "raffle.edit", "dispute.refund"]) {
      const refused = play({ claiming: "waiting" }, {
        type,
        by: "tg-9",
        reason: "Because",
        changes: {},
        atMs: AT_MS,
      });
      expect(refused.isAccepted, type).toBe(false);
    }
  });

  it("is left out by a raffle without it, also one that was stored before there was such", () => {
    const { claimWithinMs: _, ...others } = testTerms(terms);
    const taken = play("verified", { type: "xstate.after.nextCommit.raffle.verified" }, {
      terms: others as RaffleTerms,
      claims: undefined as never,
    });
    expect(taken.value).toBe("settling");
    expect(moved(taken)).toEqual([
      "7 raffle/rfl_1/pot → treasury/fees",
      "26 raffle/rfl_1/pot → payout/pyo_1_1/held",
    ]);
  });

  it("fits into a snapshot of 4 KB with ten winners and twenty reserves", () => {
    const players = Array.from({ length: 30 }, (_, index) => ({
      number: 99_900 + index,
      playerId: `tg-${9_999_999_900 + index}`,
    }));
    const winners = players.slice(0, 10).map((player, index) => ({
      ...player,
      place: index + 1,
      prize: stars(8_500_000),
    }));
    const { value, context } = play({ claiming: "waiting" }, press, {
      terms: testTerms({
        title: "Т".repeat(32),
        maxTickets: 100_000,
        sharesBps: Array.from({ length: 10 }, () => 1_000),
        claimWithinMs: HOUR_MS,
      }),
      winners,
      claims: {
        ...claims,
        holders: winners.map(({ place, number, playerId }) => ({
          place,
          number,
          playerId,
          state: "waiting" as const,
        })),
        reserves: players.slice(10),
      },
      seal: "5e".repeat(32),
    });
    expect(new TextEncoder().encode(JSON.stringify({ value, context })).length)
      .toBeLessThan(4_096);
  });
});

describe("whoever takes what, when", () => {
  it("every place is paid once to one who held it, or everything goes back", () => {
    const presses = fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 5 }).map((number) => ({ number })),
        fc.constant({ passes: HOUR_MS }),
        fc.constant({ passes: HOUR_MS / 3 }),
      ),
      { maxLength: 12 },
    );
    const reserves = fc.constantFrom<number[]>([], [5], [5, 2], [5, 2, 4]);
    fc.assert(
      fc.property(presses, reserves, (steps, reserve) => {
        const world = drawn({ reserves: reserve });
        for (const each of steps) {
          if ("passes" in each) world.pass(each.passes);
          else take(world, each.number);
          expectBalanced(world);
        }
        world.pass(9 * HOUR_MS);
        giveBack(world);
        world.pass(1);
        const paid = balances(world).reduce((sum, each) => sum + each, 0);
        const states = [...world.claims];
        const isTaken = states.some(([, state]) => state === "claimed");
        expect(states.every(([, state]) => state !== "waiting")).toBe(true);
        expect(world.balance("raffle/rfl_1/pot")).toBe(0n);
        expect([paid, world.balance("treasury/fees")]).toEqual(isTaken ? [43, 7n] : [0, 0n]);
        expect(world.valueOf(RAFFLE)).toEqual(isTaken ? { settled: "told" } : "refunded");
        expectBalanced(world);
      }),
      { numRuns: 200 },
    );
  });
});
