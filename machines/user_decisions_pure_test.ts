/**
 * What a player decides for himself, one row for each rule: what is accepted and what is refused. His
 * language, the limits he keeps to, a pause, questions about payments, the end of his data.
 */
import { describe, expect, it } from "vitest";
import type { UserEvent } from "./domain/events.ts";
import { dayOf, MAX_WORDS } from "./domain/player.ts";
import { explainUserRefusal } from "./explain_refusal.ts";
import { Bank } from "./testing/bank.ts";
import { addPlayer, ask, openRaffle } from "./testing/people.ts";
import { type Step, step, told } from "./testing/step.ts";
import { World } from "./testing/world.ts";
import { migrations, type UserContext, userMachine } from "./user_machine.ts";

const AT_MS = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const today = Math.floor(AT_MS / DAY_MS);
const input = {
  playerId: "tg-1",
  chatId: 1,
  name: "Ann",
  language: "en",
  atMs: AT_MS,
  entriesPerDay: 50,
};
const seen = { name: "Ann", language: "en", atMs: AT_MS } as const;

function play(event: UserEvent, context: Partial<UserContext> = {}, value = "active"): Step {
  return step(userMachine, { input, value, context, event });
}

function after(first: Step, event: UserEvent): Step {
  return step(userMachine, { input, value: first.value, context: first.context, event });
}

function rulesAfter({ context }: Step): UserContext["rules"] {
  return context["rules"] as UserContext["rules"];
}

function noticesOf({ actions }: Step): unknown[] {
  return actions.filter(([type]) => type === "notify")
    .map(([, params]) => (params as { notice: unknown }).notice);
}

function types({ actions }: Step): string[] {
  return actions.map(([type]) => type);
}

const requested: UserEvent = {
  type: "entry.requested",
  raffleId: "rfl_1",
  paymentId: "pay_1",
  salt: "5a",
  method: "stars",
  atMs: AT_MS,
};
const placeFor = (stars: string, atMs = AT_MS): UserEvent => ({
  type: "place.requested",
  paymentId: "pay_1",
  raffleId: "rfl_1",
  terms: { ticketsPerPlayer: 9, closingWindowMs: 60_000 },
  price: { minor: stars, currency: "XTR" },
  atMs,
});
const rules = (differences: Partial<UserContext["rules"]>): Partial<UserContext> => ({
  rules: {
    entriesPerDay: { value: null, next: null },
    starsPerWeek: { value: null, next: null },
    pausedUntilMs: 0,
    ...differences,
  },
});
const perDay = (value: number) => rules({ entriesPerDay: { value, next: null } });
const perWeek = (value: number) => rules({ starsPerWeek: { value, next: null } });

describe("his language", () => {
  it("is his own choice for good, whatever Telegram says", () => {
    const chosen = play({ type: "language.chosen", language: "ru", atMs: AT_MS });
    expect(chosen.context).toMatchObject({ language: "ru", isLanguageChosen: true });
    expect(chosen.actions[0]).toEqual([
      "recordPlayer",
      expect.objectContaining({
        language: "ru",
        isBlocked: false,
      }),
    ]);
    const later = after(chosen, { type: "user.seen", ...seen });
    expect(later.context["language"]).toBe("ru");
    expect(types(later)).toEqual([]);
    const renamed = after(chosen, { type: "user.started", ...seen, name: "Anna" });
    expect(renamed.context).toMatchObject({ language: "ru", name: "Anna" });
  });

  it("follows Telegram until then", () => {
    expect(play({ type: "user.seen", ...seen, language: "ru" }).context["language"]).toBe("ru");
  });
});

describe("limits of his own", () => {
  const set = (value: number | null, limit = "entriesPerDay" as const): UserEvent => ({
    type: "limit.set",
    limit,
    value,
    atMs: AT_MS,
  });

  it.each<[string, number | null, Partial<UserContext>, number | null, number | null | undefined]>([
    ["first set", 5, {}, 5, undefined],
    ["lowered", 3, perDay(5), 3, undefined],
    ["the same", 5, perDay(5), 5, undefined],
    ["raised", 10, perDay(5), 5, 10],
    ["lifted", null, perDay(5), 5, null],
    [
      "lowered while it is being raised",
      4,
      rules({ entriesPerDay: { value: 5, next: { value: 10, fromMs: AT_MS + 1 } } }),
      4,
      undefined,
    ],
    [
      "raised after it was raised",
      20,
      rules({ entriesPerDay: { value: 5, next: { value: 10, fromMs: AT_MS } } }),
      10,
      20,
    ],
  ])("%s: holds at once when lower, after a day when higher", (_, value, context, now, next) => {
    const { entriesPerDay } = rulesAfter(play(set(value), context));
    expect(entriesPerDay.value).toBe(now);
    expect(entriesPerDay.next).toEqual(
      next === undefined ? null : { value: next, fromMs: AT_MS + DAY_MS },
    );
  });

  it("are said and kept on record", () => {
    const raised = play(set(10), perDay(5));
    expect(noticesOf(raised)).toEqual([
      { key: "limitSet", limit: "entriesPerDay", value: 10, fromMs: AT_MS + DAY_MS },
    ]);
    expect(raised.actions).toContainEqual([
      "recordDeed",
      { playerId: "tg-1", what: "limitSet", detail: "entriesPerDay 10" },
    ]);
  });

  it.each<[string, Partial<UserContext>, string | undefined]>([
    ["one of two today", { ...perDay(2), day: today, entriesToday: 1 }, undefined],
    ["two of two today", { ...perDay(2), day: today, entriesToday: 2 }, "ownDailyLimit"],
    ["two of two yesterday", { ...perDay(2), day: today - 1, entriesToday: 2 }, undefined],
    ["99 of 100 Stars", { ...perWeek(100), spent: { [today - 6]: 99 } }, undefined],
    ["100 of 100 Stars", { ...perWeek(100), spent: { [today - 6]: 100 } }, "ownWeeklyLimit"],
    ["100 of 100 Stars a week ago", { ...perWeek(100), spent: { [today - 7]: 100 } }, undefined],
    ["a pause", rules({ pausedUntilMs: AT_MS + 1 }), "ownPause"],
    ["a pause that is over", rules({ pausedUntilMs: AT_MS }), undefined],
    ["a wish to have his data deleted", { deletionAskedAtMs: 1 }, "deletionAsked"],
  ])("with %s, an entry", (_, context, refusal) => {
    const asked = play(requested, context);
    if (refusal === undefined) expect(told(asked)).toEqual(["payment/pay_1 payment.start"]);
    else {
      expect(told(asked)).toEqual([]);
      expect(noticesOf(asked)).toEqual([
        { key: "entryRefused", raffleId: "rfl_1", reason: refusal },
      ]);
      expect(asked.actions.at(-1)).toEqual(["recordDeed", {
        playerId: "tg-1",
        what: "entryRefused",
        detail: refusal,
        raffleId: "rfl_1",
      }]);
    }
  });

  it.each<[string, string, Partial<UserContext>, string | undefined]>([
    ["40 Stars of 100, 60 spent", "40", { ...perWeek(100), spent: { [today]: 60 } }, undefined],
    ["41 of 100, 60 spent", "41", { ...perWeek(100), spent: { [today]: 60 } }, "ownWeeklyLimit"],
    [
      "41 of 100, 60 promised to another invoice",
      "41",
      {
        ...perWeek(100),
        entries: {
          rfl_2: { tickets: 0, places: [{ paymentId: "pay_2", untilMs: AT_MS, stars: 60 }] },
        },
      },
      "ownWeeklyLimit",
    ],
    [
      "41 of 100, 60 promised to one that has lapsed",
      "41",
      {
        ...perWeek(100),
        entries: {
          rfl_2: { tickets: 0, places: [{ paymentId: "pay_2", untilMs: AT_MS - 1, stars: 60 }] },
        },
      },
      undefined,
    ],
    ["an invoice of before the pause", "1", rules({ pausedUntilMs: AT_MS + 1 }), "ownPause"],
    // The limit was lowered when he had the invoices already, and all of them could be paid.
    [
      "one of three invoices under one a day",
      "1",
      { ...perDay(1), day: today, entriesToday: 3 },
      undefined,
    ],
    [
      "the second of them",
      "1",
      { ...perDay(1), day: today, entriesToday: 3, enteredToday: 1 },
      "ownDailyLimit",
    ],
    [
      "the second while the first is being paid",
      "1",
      {
        ...perDay(1),
        entries: { rfl_2: { tickets: 0, places: [{ paymentId: "pay_2", untilMs: AT_MS }] } },
      },
      "ownDailyLimit",
    ],
    ["one more a day later", "1", { ...perDay(1), day: today - 1, enteredToday: 1 }, undefined],
  ])("a place for %s", (_, stars, context, refusal) => {
    expect(told(play(placeFor(stars), context))).toEqual([
      refusal === undefined
        ? "raffle/rfl_1 place.reserve"
        : `payment/pay_1 place.refused ${refusal}`,
    ]);
  });

  const perWeekRubles = (value: number) => rules({ rublesPerWeek: { value, next: null } });
  const inRubles = { ...placeFor("0"), price: { minor: "10000", currency: "RUB" } } as UserEvent;
  const heldKopecks = { paymentId: "pay_2", untilMs: AT_MS, kopecks: 45_000 } as const;

  it.each<[string, UserEvent, Partial<UserContext>, string | undefined]>([
    [
      "100 ₽ of 500, 400 spent",
      inRubles,
      { ...perWeekRubles(500), spentKopecks: { [today]: 40_000 } },
      undefined,
    ],
    [
      "100 ₽ of 500, 400.01 spent",
      inRubles,
      { ...perWeekRubles(500), spentKopecks: { [today]: 40_001 } },
      "ownWeeklyRubles",
    ],
    [
      "100 ₽ of 500, 450 promised to another",
      inRubles,
      { ...perWeekRubles(500), entries: { rfl_2: { tickets: 0, places: [heldKopecks] } } },
      "ownWeeklyRubles",
    ],
    [
      "100 ₽ where only Stars are used up",
      inRubles,
      { ...perWeek(10), spent: { [today]: 10 } },
      undefined,
    ],
    [
      "1 Star where only rubles are used up",
      placeFor("1"),
      { ...perWeekRubles(1), spentKopecks: { [today]: 100 } },
      undefined,
    ],
  ])("a place for %s", (_, event, context, refusal) => {
    expect(told(play(event, context))).toEqual([
      refusal === undefined
        ? "raffle/rfl_1 place.reserve"
        : `payment/pay_1 place.refused ${refusal}`,
    ]);
  });

  it.each<[string, string | undefined]>([
    ["stars", "ownWeeklyLimit"],
    ["rubles", "ownWeeklyRubles"],
    // Its currency is not known yet; its place is judged with the price.
    ["balance", undefined],
  ])("that are used up refuse an entry by %s at once", (method, refusal) => {
    const asked = play({ ...requested, method: method as "stars" }, {
      ...rules({
        starsPerWeek: { value: 10, next: null },
        rublesPerWeek: { value: 10, next: null },
      }),
      spent: { [today]: 10 },
      spentKopecks: { [today]: 1_000 },
    });
    expect(noticesOf(asked).map((notice) => (notice as { reason: string }).reason))
      .toEqual(refusal === undefined ? [] : [refusal]);
  });

  it("can be set for rubles by who had none", () => {
    const event: UserEvent = { type: "limit.set", limit: "rublesPerWeek", value: 5, atMs: AT_MS };
    expect(rulesAfter(play(event)).rublesPerWeek).toEqual({ value: 5, next: null });
    expect(noticesOf(play(event))).toEqual([
      { key: "limitSet", limit: "rublesPerWeek", value: 5, fromMs: 0 },
    ]);
  });

  const paid: UserEvent = {
    type: "entry.paid",
    paymentId: "pay_1",
    raffleId: "rfl_1",
    salt: "5a",
    terms: { ticketsPerPlayer: 1, closingWindowMs: 1 },
    placeUntilMs: 0,
    source: { method: "stars", account: "a" },
    price: { minor: "25", currency: "XTR" },
    atMs: AT_MS,
  };

  it("count what was paid", () => {
    const entered = play(paid, { spent: { [today]: 5, [today - 7]: 9 } });
    expect(entered.context["spent"]).toEqual({ [today]: 30 });
    expect(entered.context["spentKopecks"]).toBeUndefined();
  });

  it.each<[string, Partial<UserContext>]>([
    ["a limit of entries", { ...perDay(1), day: today, entriesToday: 2, enteredToday: 1 }],
    ["the limit of all players", { entriesPerDay: 1, day: today, enteredToday: 1 }],
    ["a limit of Stars", { ...perWeek(10), spent: { [today]: 10 } }],
    ["a pause", rules({ pausedUntilMs: AT_MS + 1 })],
  ])("make a ticket all the same of what is paid by then: %s", (_, context) => {
    expect(told(play(paid, context))).toEqual(["raffle/rfl_1 ticket.claim"]);
  });

  // A link of the bank's is good for an hour: he can have many, and pay them when he likes.
  const byLink = {
    ...paid,
    source: { method: "rubles", account: "a" },
    price: { minor: "10000", currency: "RUB" },
  } as UserEvent;
  const kept = (untilMs: number) => ({
    entries: { rfl_1: { tickets: 0, places: [{ paymentId: "pay_1", untilMs }] } },
  } as Partial<UserContext>);

  it.each<[string, Partial<UserContext>, string]>([
    ["a pause", rules({ pausedUntilMs: AT_MS + 1 }), "ownPause"],
    ["a limit of entries", { ...perDay(1), day: today, enteredToday: 1 }, "ownDailyLimit"],
    ["the limit of all", { entriesPerDay: 1, day: today, enteredToday: 1 }, "overDailyLimit"],
    [
      "a limit of rubles",
      { ...perWeekRubles(500), spentKopecks: { [today]: 40_001 } },
      "ownWeeklyRubles",
    ],
    [
      "a limit of rubles, with what another is just paying",
      { ...perWeekRubles(500), entries: { rfl_2: { tickets: 0, places: [heldKopecks] } } },
      "ownWeeklyRubles",
    ],
  ])("send money by bank back that comes after its place has lapsed: %s", (_, context, reason) => {
    const lapsed = kept(AT_MS - 1);
    const late = { ...context, entries: { ...context.entries, ...lapsed.entries } };
    const back = play(byLink, late as Partial<UserContext>);
    expect(told(back)).toEqual([`payment/pay_1 ticket.refused ${reason}`]);
    expect(back.context["spentKopecks"]).toEqual(context.spentKopecks);
    expect(told(play(byLink, lapsed))).toEqual(["raffle/rfl_1 ticket.claim"]);
    // As long as it is kept, what held when he got it counts.
    const entries = { ...context.entries, ...kept(AT_MS).entries };
    const inTime = play(byLink, { ...context, entries } as Partial<UserContext>);
    expect(told(inTime)).toEqual(["raffle/rfl_1 ticket.claim"]);
  });

  it("hold for two links of which each alone is within them", () => {
    const world = new World();
    const price = { minor: "90000", currency: "RUB" } as const;
    const playerId = addPlayer(world, 1);
    const user = `user/${playerId}`;
    world.send(user, { type: "limit.set", limit: "rublesPerWeek", value: 1000, atMs: world.nowMs });
    const bank = new Bank();
    const ids = ["1", "2"] as const;
    for (const id of ids) {
      openRaffle(world, { price, maxTickets: 9, closingWindowMs: 300_000 }, `rfl_${id}`);
      const raffleId = `rfl_${id}` as const;
      ask(world, { playerId, raffleId, paymentId: `pay_${id}`, method: "rubles" });
      const [made] = world.effects.filter(({ src }) => src === "createBankPayment");
      world.succeed("createBankPayment", bank.create(made?.input as never));
      world.pass(300_001);
    }
    for (const id of ids) {
      const address = `bankPayment/bnk_pay_${id}`;
      const charge = bank.payments.get(`yk_bnk_pay_${id}`);
      if (charge !== undefined) charge.status = "succeeded";
      world.send(address, { type: "bank.noticed" });
      const facts = { ...bank.lookUp(`yk_bnk_pay_${id}`), atMs: world.nowMs };
      world.succeed("lookUpBankPayment", facts, address);
    }
    expect(world.valueOf("payment/pay_1")).toBe("ticketed");
    expect(world.valueOf("payment/pay_2")).toBe("refunding");
    expect(world.read(user).context.spentKopecks).toEqual({ [dayOf(world.nowMs)]: 90_000 });
  });

  it("count rubles apart", () => {
    const entered = play({
      ...paid,
      source: { method: "rubles", account: "a" },
      price: { minor: "10050", currency: "RUB" },
    }, { spent: { [today]: 5 }, spentKopecks: { [today]: 1, [today - 7]: 9 } });
    expect(entered.context).toMatchObject({
      spent: { [today]: 5 },
      spentKopecks: { [today]: 10_051 },
    });
  });
});

describe("a top-up", () => {
  const wanted = (minor: string): UserEvent => ({
    type: "topup.requested",
    topUpId: "tup_9",
    amount: { minor, currency: "RUB" },
    bounds: { least: "5000", most: "1500000" },
    atMs: AT_MS,
  });

  it.each<[string, string, Partial<UserContext>, string | undefined]>([
    ["the least", "5000", {}, undefined],
    ["less", "4999", {}, "tooSmall"],
    ["the most", "1500000", {}, undefined],
    ["more", "1500001", {}, "tooLarge"],
    ["a third", "5000", { topUps: ["tup_1", "tup_2"] }, undefined],
    ["a fourth", "5000", { topUps: ["tup_1", "tup_2", "tup_3"] }, "tooMany"],
    ["one within a pause", "5000", rules({ pausedUntilMs: AT_MS + 1 }), "ownPause"],
    ["one after a pause", "5000", rules({ pausedUntilMs: AT_MS }), undefined],
    ["one of him who wants to go", "5000", { deletionAskedAtMs: 1 }, "deletionAsked"],
    // It costs nothing until it is spent.
    [
      "one of him who has spent his week",
      "5000",
      { ...rules({ rublesPerWeek: { value: 1, next: null } }), spentKopecks: { [today]: 100 } },
      undefined,
    ],
  ])("of %s", (_, minor, context, refusal) => {
    const asked = play(wanted(minor), context);
    expect(told(asked)).toEqual(refusal === undefined ? ["topup/tup_9 topup.start"] : []);
    expect(noticesOf(asked)).toEqual(
      refusal === undefined ? [] : [{
        key: "topUpRefused",
        reason: refusal,
        bounds: { least: "5000", most: "1500000" },
      }],
    );
    if (refusal === undefined) expect(asked.context["topUps"]).toContain("tup_9");
  });

  it("that has ended makes room, and is a payment under way until then", () => {
    const ended = play({ type: "topup.ended", topUpId: "tup_1" }, { topUps: ["tup_1", "tup_2"] });
    expect(ended.context["topUps"]).toEqual(["tup_2"]);
    const left = { tickets: 0, payments: 0, balances: [] };
    const found = { type: "xstate.done.actor.checkDeletion", output: left } as never;
    const asked = { deletionAskedAtMs: AT_MS, isDeletionAnswerDue: true };
    const waiting = play(found, { ...asked, topUps: ["tup_2"] }, "looking");
    expect(waiting.value).toBe("active");
    expect(noticesOf(waiting)).toEqual([{ key: "deletionWaits", left: { ...left, payments: 1 } }]);
    expect(play(found, { ...asked, topUps: [] }, "looking").value).toBe("erasing");
  });

  it("under way keeps a balance from being given up: it would not be all that he has", () => {
    const amounts = [{ minor: "15", currency: "XTR" }];
    const gives = { type: "balance.givenUp", amounts, atMs: AT_MS } as never;
    const givesUp = (topUps: string[]) =>
      play(gives, { deletionAskedAtMs: AT_MS, topUps } as never).inputs;
    expect(givesUp(["tup_2"])).toMatchObject([{ givesUp: null }]);
    expect(givesUp([])).toMatchObject([{ givesUp: amounts }]);
  });

  it("of nobody is none", () => {
    expect(play(wanted("5000"), { chatId: 0 }, "forgotten").isAccepted).toBe(false);
  });
});

describe("a pause", () => {
  it.each(
    [
      [1, 0, AT_MS + DAY_MS],
      [7, AT_MS + DAY_MS, AT_MS + 7 * DAY_MS],
      [1, AT_MS + 7 * DAY_MS, AT_MS + 7 * DAY_MS],
      [30, 0, AT_MS + 30 * DAY_MS],
    ] as const,
  )("of %i days while one runs to %i ends at %i", (days, pausedUntilMs, end) => {
    const paused = play(
      { type: "pause.set", days, atMs: AT_MS },
      rules({ pausedUntilMs }),
    );
    expect(rulesAfter(paused).pausedUntilMs).toBe(end);
    expect(noticesOf(paused)).toEqual([{ key: "pauseSet", untilMs: end }]);
  });
});

describe("a question about a payment", () => {
  const chosen: UserEvent = { type: "support.chosen", paymentId: "pay_1", atMs: AT_MS };
  const said = (words = "Where is my ticket?", atMs = AT_MS): UserEvent => ({
    type: "words.said",
    words,
    disputeId: "dsp_1_new",
    isAdmin: false,
    answerers: ["tg-8", "tg-9"],
    atMs,
  });
  const asked = () => play(chosen);

  it("waits for his words and is opened with them", () => {
    expect(noticesOf(asked())).toEqual([{ key: "wordsAsked" }]);
    const opened = after(asked(), said("  Where is my ticket? "));
    expect(opened.actions).toEqual([
      ["recordDispute", {
        disputeId: "dsp_1_new",
        playerId: "tg-1",
        paymentId: "pay_1",
        suspicionId: null,
        words: "Where is my ticket?",
        atMs: AT_MS,
      }],
      // Each on his own: a second try of one told the others again.
      ["tellDispute", { admin: "tg-8", disputeId: "dsp_1_new" }],
      ["tellDispute", { admin: "tg-9", disputeId: "dsp_1_new" }],
      ["notify", { playerId: "tg-1", notice: { key: "disputeOpened", disputeId: "dsp_1_new" } }],
    ]);
    expect(opened.context).toMatchObject({
      dialogue: null,
      openDisputes: ["dsp_1_new"],
      disputesAsked: { day: today, count: 1 },
    });
  });

  it.each<[string, string]>([
    ["", "tooShort"],
    [" \n ", "tooShort"],
    ["hm", "tooShort"],
    ["x".repeat(MAX_WORDS + 1), "tooLong"],
  ])("refuses words that cannot be taken: %.10s", (words, reason) => {
    const refused = after(asked(), said(words));
    expect(noticesOf(refused)).toEqual([{ key: "wordsRefused", reason }]);
    // And he may try again.
    expect(types(after(refused, said()))).toContain("recordDispute");
  });

  it.each(["x".repeat(MAX_WORDS), "🎲🎲🎲", "\u202eabcde", "<b>&amp;"])("takes %.10s", (words) => {
    expect(types(after(asked(), said(words)))).toContain("recordDispute");
  });

  it("refuses a fourth that is open, and a sixth of one day", () => {
    const three = { openDisputes: ["dsp_1_a", "dsp_1_b", "dsp_1_c"] as const };
    const full = play(chosen, { openDisputes: [...three.openDisputes] });
    expect(noticesOf(full)).toEqual([{ key: "wordsRefused", reason: "tooManyOpen" }]);
    expect(full.context["dialogue"]).toBe(null);
    const five = play(chosen, { disputesAsked: { day: today, count: 5 } });
    expect(noticesOf(after(five, said()))).toEqual([
      { key: "wordsRefused", reason: "tooManyToday" },
    ]);
    const yesterday = play(chosen, { disputesAsked: { day: today - 1, count: 5 } });
    expect(types(after(yesterday, said()))).toContain("recordDispute");
  });

  it.each<[string, () => Step]>([
    ["never asked for", () => play(said())],
    ["a quarter of an hour late", () => after(asked(), said("Where is it?", AT_MS + 900_001))],
    ["after another command", () => after(after(asked(), { type: "user.seen", ...seen }), said())],
    ["after an entry", () => after(after(asked(), requested), said())],
  ])("takes no words %s", (_, taken) => {
    const { isAccepted, value, tags } = taken();
    expect(isAccepted).toBe(false);
    expect(explainUserRefusal({ value, context: {}, tags }, { type: "words.said" }))
      .toBe("noWordsAsked");
  });

  describe("is answered by an admin", () => {
    const begun = () => play({ type: "answer.begun", disputeId: "dsp_42_q", atMs: AT_MS });
    const answer = (isAdmin: boolean): UserEvent => ({
      type: "words.said",
      words: "It is on its way.",
      disputeId: "dsp_1_new",
      isAdmin,
      atMs: AT_MS,
    });

    it("whose next words go to the one who asked", () => {
      expect(noticesOf(begun())).toEqual([{ key: "answerAsked", disputeId: "dsp_42_q" }]);
      const sent = after(begun(), answer(true));
      expect(sent.actions).toEqual([["tell", {
        to: "user/tg-42",
        event: {
          type: "dispute.answered",
          disputeId: "dsp_42_q",
          words: "It is on its way.",
          by: "tg-1",
          atMs: AT_MS,
        },
      }]]);
    });

    it("and by nobody who is none any more", () => {
      expect(after(begun(), answer(false)).isAccepted).toBe(false);
    });

    it("once: the second is told that it was late", () => {
      const event: UserEvent = {
        type: "dispute.answered",
        disputeId: "dsp_1_a",
        words: "Done.",
        by: "tg-9",
        atMs: AT_MS,
      };
      const first = play(event, { openDisputes: ["dsp_1_a", "dsp_1_b"] });
      expect(first.context["openDisputes"]).toEqual(["dsp_1_b"]);
      expect(first.actions).toEqual([
        ["recordAnswer", {
          disputeId: "dsp_1_a",
          playerId: "tg-1",
          words: "Done.",
          by: "tg-9",
          atMs: AT_MS,
        }],
        ["notify", {
          playerId: "tg-1",
          notice: { key: "disputeAnswered", disputeId: "dsp_1_a", words: "Done." },
        }],
        ["notify", { playerId: "tg-9", notice: { key: "answerTaken", disputeId: "dsp_1_a" } }],
      ]);
      expect(after(first, event).actions).toEqual([
        ["notify", { playerId: "tg-9", notice: { key: "answerLate", disputeId: "dsp_1_a" } }],
      ]);
    });
  });
});

describe("the end of his data", () => {
  const asked: UserEvent = { type: "deletion.asked", atMs: AT_MS };
  const left = { tickets: 1, payments: 0, balances: [] };
  const nothing = { tickets: 0, payments: 0, balances: [] };
  const found = (output: unknown) =>
    ({ type: "xstate.done.actor.checkDeletion", output }) as unknown as UserEvent;
  const erased = {
    type: "xstate.done.actor.erasePlayer",
    output: { erased: 1 },
  } as unknown as UserEvent;
  const gone: Partial<UserContext> = { name: "", chatId: 0 };

  it.each(["active", "blocked"])("waits for his money, and says so once: %s", (value) => {
    const looking = play(asked, { isBlocked: value === "blocked" }, value);
    expect(looking.invoked).toEqual(["checkDeletion"]);
    const waiting = after(looking, found(left));
    expect(waiting.value).toBe(value);
    expect(noticesOf(waiting)).toEqual([{ key: "deletionWaits", left }]);
    const again = after(after(waiting, { type: "deletion.due" }), found(left));
    expect(again.value).toBe(value);
    expect(noticesOf(again)).toEqual([]);
    expect(again.context).toMatchObject({ name: "Ann", deletionAskedAtMs: AT_MS });
  });

  it.each([
    { tickets: 0, payments: 1, balances: [] },
    { tickets: 0, payments: 0, balances: [{ minor: "3", currency: "XTR" }] },
  ])("waits for %j", (output) => {
    expect(after(play(asked), found(output)).value).toBe("active");
  });

  it("comes when nothing is left: nothing tells who he was", () => {
    const going = after(
      play(asked, {
        isLanguageChosen: true,
        openDisputes: ["dsp_1_a"],
        ...rules({ pausedUntilMs: 7 }),
      }),
      found(nothing),
    );
    expect(going.value).toBe("erasing");
    expect(going.invoked).toEqual(["erasePlayer"]);
    expect(types(going)).toEqual(["recordDeed", "forgetPlayer"]);
    const forgotten = after(going, erased);
    expect(forgotten.value).toBe("forgotten");
    expect(forgotten.context).toMatchObject({
      name: "",
      chatId: 0,
      language: "en",
      isLanguageChosen: false,
      openDisputes: [],
      dialogue: null,
      // A deletion ends no pause.
      rules: { pausedUntilMs: 7 },
    });
  });

  describe("with nothing left but a balance", () => {
    const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });
    const only = (minor: number) => ({ tickets: 0, payments: 0, balances: [stars(minor)] });
    const due: UserEvent = { type: "deletion.due" };
    const givesUp = (minor: number): UserEvent => ({
      type: "balance.givenUp",
      amounts: [stars(minor)],
      atMs: AT_MS,
    });
    const offered = () => after(play(asked), found(only(7)));

    // He heard of his tickets, and never that what they won kept his data for ever.
    it("is offered once, when it comes to that, and again when it is another", () => {
      const told = after(play(asked), found({ ...only(7), tickets: 1 }));
      expect(noticesOf(told)).toHaveLength(1);
      const left = after(after(told, due), found(only(7)));
      expect(noticesOf(left)).toEqual([{ key: "deletionWaits", left: only(7) }]);
      const same = after(after(left, due), found(only(7)));
      expect(noticesOf(same)).toEqual([]);
      const more = after(after(same, due), found(only(9)));
      expect(noticesOf(more)).toEqual([{ key: "deletionWaits", left: only(9) }]);
      expect(noticesOf(after(after(more, asked), found(only(9))))).toHaveLength(1);
    });

    it("goes when he gives it up, and the log says so", () => {
      const looking = after(offered(), givesUp(7));
      expect(looking.invoked).toEqual(["checkDeletion"]);
      expect(looking.context["givesUp"]).toEqual([stars(7)]);
      const going = after(looking, found({ ...nothing, givenUp: [stars(7)] }));
      expect([going.value, going.invoked]).toEqual(["erasing", ["erasePlayer"]]);
      expect(going.actions).toEqual([
        ["recordDeed", { playerId: "tg-1", what: "dataDeleted", detail: "gave up 7 XTR" }],
        ["forgetPlayer", { playerId: "tg-1" }],
      ]);
      expect(going.context).toMatchObject({ givesUp: null, offered: null, chatId: 0 });
    });

    it.each(["active", "blocked"])(
      "stays when it is another than he gave up, and he is told: %s",
      (value) => {
        const isBlocked = value === "blocked";
        const looking = play(givesUp(7), { deletionAskedAtMs: 1, isBlocked }, value);
        const kept = after(looking, found(only(9)));
        expect([kept.value, kept.context["givesUp"]]).toEqual([value, null]);
        expect(noticesOf(kept)).toEqual([{ key: "deletionWaits", left: only(9) }]);
        // What he said is not taken up later.
        expect(after(kept, due).context["givesUp"]).toBe(null);
      },
    );

    it("is not given up by one who did not ask, or does not ask any more", () => {
      const refused = play(givesUp(7));
      expect(refused.isAccepted).toBe(false);
      expect(explainUserRefusal(refused, givesUp(7))).toBe("noDeletionAsked");
      const stays = after(offered(), { type: "deletion.withdrawn", atMs: AT_MS });
      expect(stays.context).toMatchObject({ offered: null, givesUp: null });
      expect(after(stays, givesUp(7)).isAccepted).toBe(false);
      const leaving = play(givesUp(7), gone, "erasing");
      expect([leaving.isAccepted, explainUserRefusal(leaving, givesUp(7))])
        .toEqual([false, "dataDeleted"]);
    });

    it.each<[string, UserEvent, string[]]>([
      ["a second press", givesUp(7), []],
      ["the same wish again", asked, []],
      ["the time to look", due, []],
      ["a change of mind, too late", { type: "deletion.withdrawn", atMs: AT_MS }, []],
    ])("is not asked for twice by %s before it is answered", (_, event, want) => {
      const looking = after(offered(), givesUp(7));
      const again = after(looking, event);
      expect([again.isAccepted, again.value, again.invoked]).toEqual([true, "looking", []]);
      expect(types(again)).toEqual(want);
      const going = after(again, found({ ...nothing, givenUp: [stars(7)] }));
      expect(going.value).toBe("erasing");
    });

    it("is said again by one whose press came while it was only looked at", () => {
      const looking = after(offered(), due);
      const pressed = after(looking, givesUp(7));
      expect([pressed.isAccepted, pressed.invoked]).toEqual([true, []]);
      const told = after(pressed, found(only(7)));
      expect(noticesOf(told)).toEqual([{ key: "deletionWaits", left: only(7) }]);
      expect(told.context["givesUp"]).toBe(null);
    });

    it("is given up once for a press that comes while it could not be looked at", () => {
      const failed = { type: "xstate.error.actor.checkDeletion", error: "away" } as unknown;
      const later = after(after(offered(), givesUp(7)), failed as UserEvent);
      expect(later.context["givesUp"]).toEqual([stars(7)]);
      expect(after(later, due).invoked).toEqual(["checkDeletion"]);
    });
  });

  it("is withdrawn, and only when it was asked", () => {
    const event: UserEvent = { type: "deletion.withdrawn", atMs: AT_MS };
    const withdrawn = play(event, { deletionAskedAtMs: 5 });
    expect(withdrawn.context["deletionAskedAtMs"]).toBe(0);
    expect(noticesOf(withdrawn)).toEqual([{ key: "deletionWithdrawn" }]);
    const refused = play(event);
    expect(refused.isAccepted).toBe(false);
    expect(explainUserRefusal({ value: "active", context: {}, tags: refused.tags }, event))
      .toBe("noDeletionAsked");
    expect(play({ type: "deletion.due" }).isAccepted).toBe(false);
  });

  // The answer came after his word, and deleted all the same.
  it("is not done for one who changed his mind before it was answered", () => {
    const looking = play(asked);
    const stays = after(looking, { type: "deletion.withdrawn", atMs: AT_MS });
    expect(noticesOf(stays)).toEqual([{ key: "deletionWithdrawn" }]);
    const answered = after(stays, found(nothing));
    expect([answered.value, answered.actions[0]?.[0]]).toEqual(["active", "recordPlayer"]);
    expect(noticesOf(answered)).toEqual([]);
    const again = after(after(stays, asked), found(nothing));
    expect(again.value).toBe("erasing");
  });

  it("is tried again when the log could not be cleaned", () => {
    const failed = { type: "xstate.error.actor.erasePlayer", error: "gone" } as unknown;
    expect(play(failed as UserEvent, gone, "erasing").value).toBe("erasingLater");
    const due = { type: "xstate.after.erasePause.user.erasingLater" } as unknown;
    const again = play(due as UserEvent, gone, "erasingLater");
    expect([again.value, again.invoked]).toEqual(["erasing", ["erasePlayer"]]);
  });

  it.each(["erasing", "forgotten"])("leaves one who begins anew a new player: %s", (value) => {
    const started: UserEvent = { type: "user.started", ...seen, name: "Bea", language: "ru" };
    let anew = play(started, { ...gone, language: "en" }, value);
    if (value === "erasing") anew = after(anew, erased);
    expect(anew.value).toBe("active");
    expect(anew.context).toMatchObject({ name: "Bea", language: "ru", chatId: 1, again: null });
    expect(types(anew)).toContain("recordPlayer");
    expect(noticesOf(anew)).toEqual([{ key: "welcome" }]);
  });

  it.each<[UserEvent, boolean]>([
    [{ type: "bot.blocked", atMs: AT_MS }, true],
    [requested, false],
    [{ type: "language.chosen", language: "ru", atMs: AT_MS }, false],
    [{ type: "limit.set", limit: "entriesPerDay", value: 1, atMs: AT_MS }, false],
    [{ type: "pause.set", days: 1, atMs: AT_MS }, false],
    [{ type: "support.chosen", paymentId: null, atMs: AT_MS }, false],
    [{ type: "series.followed", raffleId: "rfl_1", isStopped: false, atMs: AT_MS }, false],
    [{ type: "deletion.asked", atMs: AT_MS }, false],
  ])("keeps nothing of what he does then: %j", (event, isAccepted) => {
    const taken = play(event, gone, "forgotten");
    expect([taken.isAccepted, taken.actions, taken.value]).toEqual([isAccepted, [], "forgotten"]);
    expect(taken.context["name"]).toBe("");
    if (!isAccepted) {
      expect(explainUserRefusal({ value: "forgotten", context: {}, tags: taken.tags }, event))
        .toBe("dataDeleted");
    }
  });

  it.each<UserEvent>([
    { type: "user.seen", ...seen },
    { type: "words.said", words: "hello", disputeId: "dsp_1_x", isAdmin: false, atMs: AT_MS },
  ])("takes out of the log what he does then: %j", (event) => {
    const again = play(event, gone, "forgotten");
    expect([again.value, again.invoked, again.context["name"]]).toEqual([
      "erasing",
      ["erasePlayer"],
      "",
    ]);
    const meanwhile = after(again, event);
    expect([meanwhile.value, meanwhile.invoked]).toEqual(["erasing", []]);
    const twice = after(meanwhile, erased);
    expect([twice.value, twice.invoked]).toEqual(["erasing", ["erasePlayer"]]);
    expect(after(twice, erased).value).toBe("forgotten");
  });

  it("sends money back that comes then", () => {
    expect(told(play(placeFor("1"), gone, "forgotten")))
      .toEqual(["payment/pay_1 place.refused dataDeleted"]);
    const late: UserEvent = {
      type: "entry.paid",
      paymentId: "pay_1",
      raffleId: "rfl_1",
      salt: "5a",
      terms: { ticketsPerPlayer: 1, closingWindowMs: 1 },
      placeUntilMs: 0,
      source: { method: "stars", account: "a" },
      atMs: AT_MS,
    };
    expect(told(play(late, gone, "forgotten")))
      .toEqual(["payment/pay_1 ticket.refused dataDeleted"]);
  });
});

it("a player of before version 3 has entered nothing today", () => {
  const stored = migrations[3]({ value: "active", context: { name: "Ann", entriesToday: 2 } });
  expect(stored).toEqual({
    value: "active",
    context: { name: "Ann", entriesToday: 2, enteredToday: 0, offered: null, givesUp: null },
  });
});

it("a player of before version 2 has decided nothing", () => {
  const stored = migrations[2]({ value: "blocked", context: { name: "Ann", entries: {} } });
  expect(stored).toMatchObject({
    value: "blocked",
    context: { name: "Ann", isBlocked: true, dialogue: null, openDisputes: [], spent: {} },
  });
});

describe("receipts", () => {
  const wants = { wantsEmail: true } as const;
  const inRubles: UserEvent = { ...requested, method: "rubles", ...wants } as UserEvent;
  const topUp: UserEvent = {
    type: "topup.requested",
    topUpId: "tup_1",
    amount: { minor: "10000", currency: "RUB" },
    bounds: { least: "5000", most: "1500000" },
    ...wants,
    atMs: AT_MS,
  };
  const says = (words: string, atMs = AT_MS): UserEvent => ({
    type: "words.said",
    words,
    disputeId: "dsp_1_x",
    isAdmin: false,
    atMs,
  });

  it.each([["an entry", inRubles], ["a top-up", topUp]])(
    "ask before %s where they go, once",
    (_, event) => {
      const asked = play(event);
      expect(told(asked)).toEqual([]);
      expect(noticesOf(asked)).toEqual([{ key: "emailAsked", email: null }]);
      expect(asked.context["entriesToday"]).toBe(0);
      const kept = after(asked, says(" anna@example.org\n"));
      expect(kept.context["email"]).toBe("anna@example.org");
      expect(kept.actions).toEqual([
        ["recordPlayer", expect.objectContaining({ email: "anna@example.org" })],
        ["notify", { playerId: "tg-1", notice: { key: "emailKept", email: "anna@example.org" } }],
      ]);
      expect(told(after(kept, event))).toHaveLength(1);
    },
  );

  it.each([
    ["Stars", { ...requested, ...wants } as UserEvent],
    ["the balance", { ...requested, method: "balance", ...wants } as UserEvent],
    ["rubles without receipts", { ...requested, method: "rubles" } as UserEvent],
  ])("are no question where an entry is paid by %s", (_, event) => {
    expect(told(play(event))).toEqual(["payment/pay_1 payment.start"]);
  });

  it.each([
    "",
    "anna",
    "anna@",
    "@example.org",
    "a b@example.org",
    "anna@example",
    "анна@пример.рф",
    `${"x".repeat(65)}@example.org`,
    "<b>@example.org",
  ])(
    "do not go to %j, and he may try again",
    (words) => {
      const asked = play(inRubles);
      const refused = after(asked, says(words));
      expect(noticesOf(refused)).toEqual([{ key: "wordsRefused", reason: "notAnEmail" }]);
      expect(refused.context["email"]).toBeUndefined();
      expect(after(refused, says("anna@example.org")).context["email"]).toBe("anna@example.org");
    },
  );

  it("may go elsewhere from now on", () => {
    const asked = play({ type: "email.asked", atMs: AT_MS }, { email: "anna@example.org" });
    expect(noticesOf(asked)).toEqual([{ key: "emailAsked", email: "anna@example.org" }]);
    expect(after(asked, says("ivan@example.org")).context["email"]).toBe("ivan@example.org");
    // A quarter of an hour later it is no answer any more.
    expect(after(asked, says("ivan@example.org", AT_MS + 16 * 60_000)).isAccepted).toBe(false);
  });

  it("are forgotten with the rest of his data", () => {
    const left = { tickets: 0, payments: 0, balances: [] };
    const found = { type: "xstate.done.actor.checkDeletion", output: left } as never;
    const asked = { email: "anna@example.org", deletionAskedAtMs: AT_MS };
    expect(play(found, asked, "looking").context["email"]).toBeNull();
  });
});
