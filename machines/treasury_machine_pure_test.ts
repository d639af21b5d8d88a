/** The treasury's rules: rounds, the alarm, one report and one comparison a day, and who is told. */
import { describe, expect, it } from "vitest";
import type { TreasuryTransactionalSources } from "./domain/treasury.ts";
import { type Asked, begin, type Step, step, told } from "./testing/step.ts";
import { done, failed, World } from "./testing/world.ts";
import { migrations, type TreasuryContext, treasuryMachine } from "./treasury_machine.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const TODAY = "2026-01-05";
const HOUR = 3_600_000;
const input = { admins: [8, 9], alarmBelow: "3000", paysBroadcasts: false };
const TREASURY = "treasury/stars";
const UNTIL = { position: 120, atMs: AT_MS };
const QUIET = { waiting: "quiet" };
const READING = { waiting: { reading: "page" } };
const JUDGING = { waiting: { judging: "page" } };

type Judged = TreasuryTransactionalSources["judgeStarBooks"]["output"];
const nothing: Judged = {
  isLast: true,
  position: 3,
  lateCharges: [],
  lateReturns: [],
  found: [],
  news: [],
  newsCount: 0,
  open: 0,
  rows: 4,
  atMs: AT_MS,
};

function play(
  value: unknown,
  event: { type: string },
  context: Partial<TreasuryContext> = {},
): Step {
  return step(treasuryMachine, { input, value, context, event: event as never });
}

/** `9 reserveLow` */
function said({ actions }: { actions: readonly Asked[] }): string[] {
  return actions.filter(([type]) => type === "tellAdmin").map(([, params]) => {
    const { adminId, notice } = params as { adminId: number; notice: { key: string } };
    return `${adminId} ${notice.key}`;
  });
}

const look = (reserve: string) => done("lookAtReserve", { reserve, atMs: AT_MS });
const done24 = { reconciledDay: TODAY, reportedDay: TODAY };

describe("a round", () => {
  it("begins an hour after the last, settles page by page and looks at the reserve", () => {
    expect(begin(treasuryMachine, input).value).toEqual(QUIET);
    const begun = play(QUIET, { type: "xstate.after.round.treasury.waiting" });
    expect([begun.value, begun.invoked]).toEqual([{ settling: "page" }, ["settlePage"]]);
    const page = { settling: "page" };
    const more = play(page, done("settlePage", { isLast: false }));
    expect(more.value).toEqual({ settling: "between" });
    const next = play(more.value, { type: "xstate.after.nextCommit.treasury.settling.between" });
    expect(next.invoked).toEqual(["settlePage"]);
    expect(play(page, done("settlePage", { isLast: true })).invoked).toEqual(["lookAtReserve"]);
  });

  it("ends at once on a day that has its comparison and its report", () => {
    const ended = play("looking", look("5000"), { ...done24, isRound: true });
    expect([ended.value, ended.actions]).toEqual([QUIET, []]);
  });

  it("compares the books first, then reports, once a day", () => {
    const looked = play("looking", look("5000"), { isRound: true });
    expect([looked.value, looked.invoked]).toEqual([READING, ["readStarBooks"]]);
    const after = { ...looked.context, lookedAtMs: AT_MS } as Partial<TreasuryContext>;
    const ended = play(JUDGING, done("judgeStarBooks", nothing), after);
    expect([ended.value, said(ended)]).toEqual([QUIET, ["8 dailyReport", "9 dailyReport"]]);
    expect(ended.context).toMatchObject({ reportedDay: TODAY, reconciledDay: TODAY });
  });

  it.each<[string, unknown, unknown]>([
    ["settling", { settling: "between" }, { settling: "page" }],
    ["reading", { waiting: { reading: "between" } }, READING],
    ["judging", { waiting: { judging: "between" } }, JUDGING],
  ])("goes on with the next page of %s", (state, before, after) => {
    const next = play(before, { type: `xstate.after.nextCommit.treasury.${state}.between` });
    expect(next.value).toEqual(after);
  });

  it("waits for the comparison that is under way, and for no other", () => {
    const hour = { type: "xstate.after.round.treasury.waiting" };
    const due = play(READING, hour);
    expect([due.value, due.invoked]).toEqual([READING, []]);
    const asked = play(JUDGING, { type: "treasury.reconcile", by: "tg-9" } as never, {
      ...due.context,
    });
    const next = play(
      asked.value,
      done("judgeStarBooks", nothing),
      asked.context as Partial<TreasuryContext>,
    );
    expect([next.value, next.invoked]).toEqual([{ settling: "page" }, ["settlePage"]]);
    expect(next.context).toMatchObject({ isRound: true, isRoundDue: false, isWanted: true });
    // Who asked is answered with the round.
    const looked = play("looking", look("5000"), {
      ...next.context as Partial<TreasuryContext>,
      ...done24,
    });
    expect([looked.value, looked.context["answering"]]).toEqual([READING, [9]]);
  });
});

describe("the alarm", () => {
  it.each<[string, boolean, string[]]>([
    ["2999", false, ["8 reserveLow", "9 reserveLow"]],
    ["-5", false, ["8 reserveLow", "9 reserveLow"]],
    ["2999", true, []],
    ["3000", true, ["8 reserveAgain", "9 reserveAgain"]],
    ["3000", false, []],
  ])("with %s Stars, told before: %s", (reserve, isLow, want) => {
    expect(said(play("looking", look(reserve), { ...done24, isLow }))).toEqual(want);
  });

  it("follows what is configured at the next start", () => {
    const event = {
      type: "treasury.configured",
      admins: [7],
      alarmBelow: "10",
      paysBroadcasts: true,
    };
    const changed = play(QUIET, event, { ...done24 });
    expect(changed.value).toEqual(QUIET);
    const context = changed.context as Partial<TreasuryContext>;
    expect(said(play("looking", look("9"), { ...context, ...done24 }))).toEqual(["7 reserveLow"]);
    expect(said(play("looking", look("11"), { ...context, ...done24 }))).toEqual([]);
  });

  it("says once that Telegram refuses to pay, until the next report", () => {
    const short = {
      type: "reserve.short",
      what: "gift",
      needed: { minor: "100", currency: "XTR" },
    };
    const first = play(QUIET, short);
    expect(said(first)).toEqual(["8 payoutShort", "9 payoutShort"]);
    expect(said(play(QUIET, short, first.context as Partial<TreasuryContext>))).toEqual([]);
    const round = { isRound: true, lookedAtMs: AT_MS, isShortTold: true };
    const reported = play(JUDGING, done("judgeStarBooks", nothing), round);
    expect(reported.context["isShortTold"]).toBe(false);
  });

  it.each([
    ["payoutShort", {
      type: "reserve.short",
      what: "refund",
      needed: { minor: "10000", currency: "RUB" },
    }],
    ["bankRefuses", { type: "bank.refuses", reason: "invalid_credentials" }],
    ["bankFeeUnknown", { type: "bank.feeUnknown", chargeId: "yk_1" }],
  ])("says %s of the bank once until the next report, whatever Telegram refuses", (key, event) => {
    const first = play(QUIET, event, { isShortTold: true });
    expect(said(first)).toEqual([`8 ${key}`, `9 ${key}`]);
    const known = first.context as Partial<TreasuryContext>;
    expect(said(play(QUIET, event, known))).toEqual([]);
    const stars = { type: "reserve.short", what: "gift", needed: { minor: "1", currency: "XTR" } };
    expect(said(play(QUIET, stars, { ...known, isShortTold: false }))).toHaveLength(2);
    const round = { ...known, isRound: true, lookedAtMs: AT_MS };
    const reported = play(JUDGING, done("judgeStarBooks", nothing), round);
    expect(reported.context["bankTold"]).toEqual([]);
  });
});

it("says each trouble of the bank on its own: one that a player can cause hides none", () => {
  const needed = { minor: "10000", currency: "RUB" };
  const troubles: [string, Parameters<typeof play>[1]][] = [
    ["payoutShort", { type: "reserve.short", what: "refund", needed } as never],
    ["payoutShort", { type: "reserve.short", what: "payout", needed } as never],
    ["bankRefuses", { type: "bank.refuses", reason: "forbidden" } as never],
    ["bankRefuses", { type: "bank.refuses", reason: "x", what: "receiver" } as never],
    ["bankRefuses", { type: "bank.refuses", reason: "forbidden", what: "payout" } as never],
  ];
  let known: Partial<TreasuryContext> = {};
  for (const [key, event] of troubles) {
    const told = play(QUIET, event, known);
    expect(said(told)).toEqual([`8 ${key}`, `9 ${key}`]);
    known = told.context as Partial<TreasuryContext>;
  }
  for (const [, event] of troubles) expect(said(play(QUIET, event, known))).toEqual([]);
});

describe("comparing the books", () => {
  it("begins when an admin wants it, and answers him alone", () => {
    const begun = play(QUIET, { type: "treasury.reconcile", by: "tg-9" } as never, done24);
    expect([begun.value, begun.context["answering"]]).toEqual([READING, [9]]);
    const ended = play(
      JUDGING,
      done("judgeStarBooks", nothing),
      begun.context as Partial<TreasuryContext>,
    );
    expect([ended.value, said(ended)]).toEqual([QUIET, ["9 reconciled"]]);
  });

  it("begins again for whoever asks while it is under way", () => {
    const asked = play(JUDGING, {
      type: "treasury.reconcile",
      by: "tg-8",
    } as never, { answering: [9] });
    const ended = play(
      asked.value,
      done("judgeStarBooks", nothing),
      asked.context as Partial<TreasuryContext>,
    );
    expect([ended.value, said(ended), ended.context["answering"]])
      .toEqual([READING, ["9 reconciled"], [8]]);
  });

  it("notes the owner's word and looks, but books nothing by it", () => {
    const move = { kind: "topUp", stars: "5000", by: "tg-9", atMs: AT_MS };
    const noted = play(QUIET, { type: "ownerMove.said", ...move } as never);
    expect(noted.actions).toEqual([["recordOwnerMove", move]]);
    expect(noted.value).toEqual(READING);
  });

  it("reads until the end and judges until the last row", () => {
    const more = play(READING, done("readStarBooks", { isEnd: false, until: UNTIL }));
    expect(more.context["readUntil"]).toEqual(UNTIL);
    expect(more.value).toEqual({ waiting: { reading: "between" } });
    const judging = play(READING, done("readStarBooks", { isEnd: true, until: UNTIL }));
    expect([judging.value, judging.invoked]).toEqual([JUDGING, ["judgeStarBooks"]]);
    const page = { ...nothing, isLast: false, position: 99 };
    const next = play(JUDGING, done("judgeStarBooks", page));
    expect([next.value, next.context["judgedPosition"]]).toEqual([{
      waiting: { judging: "between" },
    }, 99]);
  });

  it("passes on what Telegram never told, and tells every admin what is new", () => {
    const late = {
      paymentId: "pay_1",
      chargeId: "ch_1",
      payerId: "tg-1",
      amount: { minor: "10", currency: "XTR" },
    } as const;
    const judged: Judged = {
      ...nothing,
      lateCharges: [late],
      lateReturns: [{ ...late, paymentId: "pay_2" }],
      found: [{ kind: "topUp", stars: "5" }],
      news: [{ id: "1", kind: "lateCharge", detail: {}, foundAtMs: AT_MS }],
      newsCount: 2,
    };
    const passed = play(JUDGING, done("judgeStarBooks", judged));
    expect(told(passed)).toEqual([
      "payment/pay_1 payment.confirmed",
      "payment/pay_2 payment.refunded",
    ]);
    expect(said(passed)).toEqual([
      "8 ownerMoveFound",
      "9 ownerMoveFound",
      "8 findings",
      "9 findings",
    ]);
  });

  it("that fails is said once a day, and tried again with the next round", () => {
    const round = { isRound: true, lookedAtMs: AT_MS, reportedDay: TODAY };
    const first = play(READING, failed("readStarBooks"), round);
    expect([first.value, said(first)])
      .toEqual([QUIET, ["8 reconciliationFails", "9 reconciliationFails"]]);
    expect(first.context["reconciledDay"]).toBe("");
    const again = { ...round, failedDay: TODAY };
    expect(said(play(READING, failed("readStarBooks"), again))).toEqual([]);
    const asked = { ...again, answering: [9] };
    expect(said(play(READING, failed("readStarBooks"), asked)))
      .toEqual(["9 reconciliationFails"]);
  });

  it("takes an acknowledgement at any time", () => {
    const acknowledged = { id: "1", by: "tg-9", reason: "A gift by hand", atMs: AT_MS };
    const event = { type: "finding.acknowledge", ...acknowledged } as never;
    expect(play(READING, event).actions)
      .toEqual([["acknowledgeFinding", acknowledged]]);
  });
});

it("makes a round every hour, and one comparison and one report every day", () => {
  const world = new World();
  world.create(TREASURY, input);
  let rounds = 0;
  let comparisons = 0;
  for (let hour = 0; hour < 72; hour++) {
    world.pass(HOUR);
    rounds++;
    world.succeed("settlePage", { isLast: true });
    world.succeed("lookAtReserve", { reserve: "5000", atMs: world.nowMs });
    if (world.effects.length === 0) continue;
    world.succeed("readStarBooks", { isEnd: true, until: UNTIL });
    world.succeed("judgeStarBooks", { ...nothing, atMs: world.nowMs });
    comparisons++;
  }
  expect([rounds, comparisons]).toEqual([72, 4]);
  const reports = world.treasury.map((action): Asked => [action.type, action.params]);
  expect(said({ actions: reports })).toEqual(
    Array.from({ length: 4 }, () => ["8 dailyReport", "9 dailyReport"]).flat(),
  );
  expect(world.effects).toEqual([]);
  expect(world.valueOf(TREASURY)).toEqual(QUIET);
});

it("makes its rounds however often the books are compared", () => {
  const world = new World();
  world.create(TREASURY, input);
  let rounds = 0;
  // Pressed every half hour, the wait of an hour began anew with each press.
  for (let half = 1; half <= 20; half++) {
    world.pass(HOUR / 2);
    world.send(TREASURY, { type: "treasury.reconcile", by: "tg-9" } as never);
    while (world.effects.length > 0) {
      if (world.effects[0]?.src === "settlePage") {
        rounds++;
        world.succeed("settlePage", { isLast: true });
        world.succeed("lookAtReserve", { reserve: "5000", atMs: world.nowMs });
      } else {
        world.succeed("readStarBooks", { isEnd: true, until: UNTIL });
        world.succeed("judgeStarBooks", { ...nothing, atMs: world.nowMs });
      }
    }
  }
  expect(rounds).toBe(10);
});

describe("a treasury that was stored before comparisons left the hour alone", () => {
  it.each<[unknown, unknown, boolean]>([
    ["waiting", QUIET, false],
    [{ settling: "between" }, { settling: "between" }, false],
    ["looking", "looking", false],
    // Nothing would bring the round but this.
    [{ reading: "page" }, READING, true],
    [{ judging: "between" }, { waiting: { judging: "between" } }, true],
  ])("in %j goes on in %j", (value, want, isRoundDue) => {
    const context = begin(treasuryMachine, input).context;
    const { isRoundDue: _, readUntil: __, ...before } = context;
    expect(migrations[2]({ value, context: before }))
      .toEqual({ value: want, context: { ...context, isRoundDue } });
  });
});
