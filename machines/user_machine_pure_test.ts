/** The player's rules, one row each: what is accepted and what is refused. */
import { describe, expect, it } from "vitest";
import type { UserEvent } from "./domain/events.ts";
import { begin, type Step, step, told } from "./testing/step.ts";
import { type UserContext, type UserEntry, userMachine } from "./user_machine.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const today = Math.floor(AT_MS / DAY_MS);
const LIVE = AT_MS + 60_000;
const input = {
  playerId: "tg-1",
  chatId: 1,
  name: "Ann",
  language: "en",
  atMs: AT_MS,
  entriesPerDay: 2,
};

function play(value: "active" | "blocked", event: UserEvent, context: Partial<UserContext> = {}) {
  return step(userMachine, { input, value, context, event });
}

const requested: UserEvent = {
  type: "entry.requested",
  raffleId: "rfl_1",
  paymentId: "pay_1",
  salt: "5a",
  method: "stars",
  atMs: AT_MS,
};
const place = (ticketsPerPlayer = 1): UserEvent => ({
  type: "place.requested",
  paymentId: "pay_1",
  raffleId: "rfl_1",
  terms: { ticketsPerPlayer, closingWindowMs: 60_000 },
  atMs: AT_MS,
});
const paid = (ticketsPerPlayer = 1): UserEvent => ({
  type: "entry.paid",
  paymentId: "pay_1",
  raffleId: "rfl_1",
  salt: "5a",
  terms: { ticketsPerPlayer, closingWindowMs: 60_000 },
  placeUntilMs: LIVE,
  source: { method: "stars", account: "payment/pay_1/clearing" },
  atMs: AT_MS,
});

function entry(tickets: number, ...places: [`pay_${string}`, number][]): Partial<UserContext> {
  return {
    entries: {
      rfl_1: { tickets, places: places.map(([paymentId, untilMs]) => ({ paymentId, untilMs })) },
    },
  };
}

function entryAfter({ context }: Step): UserEntry | undefined {
  return (context["entries"] as UserContext["entries"])["rfl_1"];
}

function types({ actions }: Step): string[] {
  return actions.map(([type]) => type);
}

describe("who a player is", () => {
  it("is recorded when he is new", () => {
    const first = begin(userMachine, input);
    expect(first.value).toBe("active");
    expect(first.tags).toContain("resting");
    expect(first.actions).toEqual([["recordPlayer", {
      playerId: "tg-1",
      chatId: 1,
      name: "Ann",
      language: "en",
      isBlocked: false,
    }]]);
  });

  const seen = { name: "Ann", language: "en", atMs: AT_MS } as const;
  it.each<["active" | "blocked", UserEvent, string, string[]]>([
    ["active", { type: "user.seen", ...seen }, "active", []],
    ["active", { type: "user.seen", ...seen, name: "Anna" }, "active", ["recordPlayer"]],
    ["active", { type: "user.started", ...seen }, "active", ["recordPlayer", "notify"]],
    ["active", { type: "bot.blocked", atMs: AT_MS }, "blocked", ["recordPlayer"]],
    ["blocked", { type: "bot.unblocked", atMs: AT_MS }, "active", ["recordPlayer"]],
    ["blocked", { type: "user.started", ...seen }, "active", ["notify", "recordPlayer"]],
    ["blocked", { type: "user.seen", ...seen }, "active", ["recordPlayer"]],
    ["active", { type: "user.seen", ...seen, raffleId: "rfl_1" }, "active", ["recordObserver"]],
    ["active", { type: "observing.stopped", raffleId: "rfl_1", atMs: 5 }, "active", [
      "recordObserver",
    ]],
    [
      "active",
      { type: "series.followed", raffleId: "rfl_1", isStopped: false, atMs: 5 },
      "active",
      [
        "recordFollower",
      ],
    ],
    [
      "blocked",
      { type: "series.followed", raffleId: "rfl_1", isStopped: true, atMs: 5 },
      "blocked",
      [
        "recordFollower",
      ],
    ],
  ])("%s, %j: %s", (value, event, next, asked) => {
    const taken = play(value, event);
    expect(taken.isAccepted).toBe(true);
    expect(taken.value).toBe(next);
    expect(types(taken)).toEqual(asked);
  });

  it.each<["active" | "blocked", UserEvent]>([
    ["active", { type: "bot.unblocked", atMs: AT_MS }],
    ["blocked", { type: "bot.blocked", atMs: AT_MS }],
  ])("%s refuses %j", (value, event) => {
    expect(play(value, event).isAccepted).toBe(false);
  });

  it("is greeted with the menu, also when he followed the link of a raffle", () => {
    const started = play("active", { type: "user.started", ...seen, raffleId: "rfl_1" });
    expect(started.actions.at(-1)).toEqual(["notify", {
      playerId: "tg-1",
      notice: { key: "welcome" },
    }]);
  });
});

describe("entries of a day", () => {
  it("makes a payment and starts it", () => {
    const asked = play("active", requested);
    expect(asked.actions).toEqual([["tell", {
      to: "payment/pay_1",
      event: { type: "payment.start" },
      create: {
        paymentId: "pay_1",
        raffleId: "rfl_1",
        playerId: "tg-1",
        chatId: 1,
        language: "en",
        method: "stars",
        salt: "5a",
        atMs: AT_MS,
      },
    }]]);
    expect(asked.context).toMatchObject({ day: today, entriesToday: 1 });
  });

  it.each<[string, Partial<UserContext>, boolean]>([
    ["one of two today", { day: today, entriesToday: 1 }, true],
    ["two of two today", { day: today, entriesToday: 2 }, false],
    ["two of two yesterday", { day: today - 1, entriesToday: 2 }, true],
    ["two of two tomorrow, by a clock that went back", { day: today + 1, entriesToday: 2 }, false],
    ["two of two paid today, asked for yesterday", { day: today, enteredToday: 2 }, false],
    ["two of two paid yesterday", { day: today - 1, enteredToday: 2 }, true],
  ])("after %s", (_, context, isGranted) => {
    const asked = play("active", requested, context);
    if (isGranted) expect(told(asked)).toEqual(["payment/pay_1 payment.start"]);
    else {
      expect(asked.actions).toEqual([["notify", {
        playerId: "tg-1",
        notice: { key: "entryRefused", raffleId: "rfl_1", reason: "overDailyLimit" },
      }], ["recordDeed", {
        playerId: "tg-1",
        what: "entryRefused",
        detail: "overDailyLimit",
        raffleId: "rfl_1",
      }]]);
    }
  });

  it.each<[string, number, Partial<UserContext>, boolean]>([
    ["lowered", 1, { day: today, entriesToday: 1 }, false],
    ["raised", 3, { day: today, entriesToday: 2 }, true],
  ])("count under the limit of all players as it is now: %s", (_, entriesPerDay, context, may) => {
    const asked = play("active", { ...requested, entriesPerDay } as UserEvent, context);
    expect(told(asked)).toEqual(may ? ["payment/pay_1 payment.start"] : []);
    // An entry from the balance is judged by what was said last.
    if (may) expect(asked.context["entriesPerDay"]).toBe(entriesPerDay);
  });

  it("are counted again when they are paid, by the day of the payment", () => {
    const context = { day: today - 1, entriesToday: 2, enteredToday: 2 };
    expect(play("active", paid(), context).context)
      .toMatchObject({ day: today, entriesToday: 0, enteredToday: 1 });
    expect(play("active", paid(), { day: today, entriesToday: 2, enteredToday: 1 }).context)
      .toMatchObject({ day: today, entriesToday: 2, enteredToday: 2 });
  });

  it("are granted to one who blocks the bot: the balance needs no chat", () => {
    expect(told(play("blocked", requested))).toEqual(["payment/pay_1 payment.start"]);
  });
});

describe("a place", () => {
  it.each<[string, number, Partial<UserContext>, boolean]>([
    ["nothing", 1, {}, true],
    ["one ticket of one", 1, entry(1), false],
    ["one ticket of two", 2, entry(1), true],
    ["a live place of another payment", 1, entry(0, ["pay_2", LIVE]), false],
    ["a lapsed place of another payment", 1, entry(0, ["pay_2", AT_MS - 1]), true],
    ["a place of another payment that lapses now", 1, entry(0, ["pay_2", AT_MS]), false],
    ["a live place of the same payment", 1, entry(0, ["pay_1", AT_MS + 5]), true],
    ["a ticket and a live place of two", 2, entry(1, ["pay_2", LIVE]), false],
  ])("with %s and a limit of %i", (_, limit, context, isGranted) => {
    const asked = play("active", place(limit), context);
    expect(told(asked)).toEqual([
      isGranted ? "raffle/rfl_1 place.reserve" : "payment/pay_1 place.refused overPlayerLimit",
    ]);
  });

  // An invoice was judged when it was asked for, and by no limit of a later day or hour.
  it.each<[string, number | undefined, Partial<UserContext>, boolean]>([
    ["one of two paid", undefined, { day: today, enteredToday: 1 }, true],
    ["two of two paid", undefined, { day: today, enteredToday: 2 }, false],
    ["two of two paid yesterday", undefined, { day: today - 1, enteredToday: 2 }, true],
    ["three asked for, none paid", undefined, { day: today, entriesToday: 3 }, true],
    ["one paid, the limit lowered to one", 1, { day: today, enteredToday: 1 }, false],
    ["two paid, the limit raised to three", 3, { day: today, enteredToday: 2 }, true],
    [
      "one paid, and another invoice just being paid",
      undefined,
      { day: today, enteredToday: 1, ...entry(0, ["pay_2", LIVE]) },
      false,
    ],
    [
      "one paid, and this invoice asked about before",
      undefined,
      { day: today, enteredToday: 1, ...entry(0, ["pay_1", LIVE]) },
      true,
    ],
  ])("under the limit of a day that holds now: %s", (_, entriesPerDay, context, isGranted) => {
    const event = { ...place(9), ...(entriesPerDay === undefined ? {} : { entriesPerDay }) };
    expect(told(play("active", event as UserEvent, context))).toEqual([
      isGranted ? "raffle/rfl_1 place.reserve" : "payment/pay_1 place.refused overDailyLimit",
    ]);
  });

  it("is remembered as long as the raffle keeps it, once per payment", () => {
    const kept = play("active", place(2), {
      entries: {
        rfl_1: {
          tickets: 0,
          places: [{ paymentId: "pay_1", untilMs: AT_MS + 5 }, {
            paymentId: "pay_2",
            untilMs: AT_MS - 5,
          }],
        },
        rfl_2: { tickets: 0, places: [{ paymentId: "pay_3", untilMs: AT_MS - 5 }] },
        rfl_3: { tickets: 1, places: [] },
      },
    });
    expect(kept.context["entries"]).toEqual({
      rfl_1: { tickets: 0, places: [{ paymentId: "pay_1", untilMs: LIVE }] },
      rfl_3: { tickets: 1, places: [] },
    });
  });

  it("that is released is forgotten", () => {
    const event: UserEvent = { type: "place.released", raffleId: "rfl_1", paymentId: "pay_1" };
    expect(entryAfter(play("active", event, entry(0, ["pay_1", LIVE])))).toBe(undefined);
    expect(entryAfter(play("active", event, entry(1, ["pay_1", LIVE]))))
      .toEqual({ tickets: 1, places: [] });
    expect(play("active", event).isAccepted).toBe(true);
  });
});

describe("a paid entry", () => {
  it.each<[string, number, Partial<UserContext>, boolean]>([
    ["its place alive", 1, entry(0, ["pay_1", LIVE]), true],
    ["its place lapsed and nothing else", 1, entry(0, ["pay_1", AT_MS - 1]), true],
    ["no place and nothing else", 1, {}, true],
    ["no place and a ticket", 1, entry(1), false],
    ["no place and a live place of another", 1, entry(0, ["pay_2", LIVE]), false],
    ["its place alive beside another's", 2, entry(0, ["pay_1", LIVE], ["pay_2", LIVE]), true],
    ["its place lapsed beside another's", 1, entry(0, ["pay_1", 1], ["pay_2", LIVE]), false],
  ])("with %s and a limit of %i", (_, limit, context, isClaimed) => {
    for (const value of ["active", "blocked"] as const) {
      const taken = play(value, paid(limit), context);
      expect(told(taken)).toEqual([
        isClaimed ? "raffle/rfl_1 ticket.claim" : "payment/pay_1 ticket.refused overPlayerLimit",
      ]);
    }
  });

  it("claims with all the raffle needs, and is counted from then on", () => {
    const claimed = play("active", paid(), entry(0, ["pay_1", LIVE]));
    expect(claimed.actions).toEqual([["tell", {
      to: "raffle/rfl_1",
      event: {
        type: "ticket.claim",
        paymentId: "pay_1",
        playerId: "tg-1",
        salt: "5a",
        isFirstOfPlayer: true,
        placeUntilMs: LIVE,
        source: { method: "stars", account: "payment/pay_1/clearing" },
        atMs: AT_MS,
      },
    }]]);
    expect(entryAfter(claimed)).toEqual({ tickets: 1, places: [] });
  });

  it("is the first of a player only once", () => {
    const second = play("active", paid(2), entry(1));
    expect(second.actions[0]?.[1]).toMatchObject({ event: { isFirstOfPlayer: false } });
  });

  it("loses its count when refused", () => {
    const refused: UserEvent = {
      type: "ticket.refused",
      raffleId: "rfl_1",
      paymentId: "pay_1",
      reason: "full",
    };
    expect(entryAfter(play("active", refused, entry(2)))?.tickets).toBe(1);
    expect(entryAfter(play("active", refused, entry(1)))).toBe(undefined);
    expect(play("active", refused).isAccepted).toBe(true);
  });

  it("is forgotten when its raffle has ended", () => {
    const ended = play("active", { type: "raffle.ended", raffleId: "rfl_1" }, entry(3));
    expect(ended.context["entries"]).toEqual({});
  });
});
