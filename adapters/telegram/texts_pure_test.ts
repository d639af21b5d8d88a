import { describe, expect, it } from "vitest";
import type { Language, Notice } from "../../machines/domain/events.ts";
import type { CancelReason } from "../../machines/domain/refusals.ts";
import { signals } from "../../machines/domain/suspicion.ts";
import type { PrizeChoice } from "../../machines/domain/withdrawal.ts";
import { refusals, refusalWords, renderNotice } from "./notice_text.ts";
import { readableChance, readableDuration, readableMoney, readableTime } from "./readable.ts";
import { cancellationReasons } from "../yookassa/cancellation_reasons.ts";
import { html, languages, plain, readLocale } from "./texts.ts";
import { withdrawalRefusals } from "./withdrawal_notices.ts";

const keysOf = (language: Language) =>
  [...readLocale(language).matchAll(/^([a-zA-Z][\w-]*) =/gm)].map(([, key]) => key ?? "");

const prize = { minor: "102", currency: "XTR" as const };
const rubles = { minor: "10050", currency: "RUB" as const };
const raffleId = "rfl_one" as const;
const choices: PrizeChoice[] = [
  { kind: "gift", giftId: "7" },
  { kind: "premium", months: 12 },
  { kind: "refund" },
  { kind: "sbp", masked: "+7 900 •••-••-67" },
  { kind: "yooMoney", masked: "41001•••0387" },
  { kind: "card", masked: "•••• 4477" },
];
const withdrawal = {
  withdrawalId: "wdr_one" as const,
  choice: { kind: "gift", giftId: "7" } as const,
  amount: prize,
};
const byBank = {
  withdrawalId: "wdr_one" as const,
  choice: { kind: "sbp", masked: "+7 900 •••-••-67" } as const,
  amount: rubles,
};
const lastDay = { minor: "1200", currency: "XTR" as const };
/** One of every kind; a missing kind does not compile. */
const notices: { [K in Notice["key"]]: (Notice & { key: K })[] } = {
  welcome: [{ key: "welcome" }, { key: "welcome", raffleId }],
  entryRefused: Object.keys(refusals).map((reason) => ({
    key: "entryRefused",
    raffleId,
    reason: reason as keyof typeof refusals,
  })),
  joined: [{ key: "joined", raffleId, number: 3 }],
  seriesOpened: [{ key: "seriesOpened", raffleId, name: "A <b> series", number: 7 }],
  playersJoined: [{ key: "playersJoined", raffleId, tickets: 21, players: 5 }],
  sealed: [
    { key: "sealed", raffleId, seal: "ab".repeat(32), tickets: 2 },
    {
      key: "sealed",
      raffleId,
      seal: "ab".repeat(32),
      tickets: 2,
      beacon: { round: 1_000, atMs: Date.UTC(2026, 0, 5, 12, 30, 33) },
    },
  ],
  drawWaits: [{ key: "drawWaits", raffleId }],
  won: [
    { key: "won", raffleId, place: 1, number: 3, prize },
    { key: "won", raffleId, place: 1, number: 3, prize, claimUntilMs: Date.UTC(2026, 0, 6) },
  ],
  redrawn: [{ key: "redrawn", raffleId, seal: "ab".repeat(32), reason: "A <b>wrong key" }],
  redrawAsked: [
    { key: "redrawAsked", raffleId, name: "A <b>", reason: "A <b>wrong key", askedAtMs: 1 },
  ],
  claimReminder: [
    { key: "claimReminder", raffleId, prize, claimUntilMs: Date.UTC(2026, 0, 6) },
  ],
  claimLapsed: [{ key: "claimLapsed", raffleId, prize }],
  prizesPassed: [
    {
      key: "prizesPassed",
      raffleId,
      passed: [{ place: 1, from: 3, to: 5 }, { place: 2, from: 4, to: null }],
    },
  ],
  drawn: [
    { key: "drawn", raffleId, winners: [{ place: 1, number: 3, prize }] },
    {
      key: "drawn",
      raffleId,
      winners: [1, 2].map((place) => ({ place, number: 3, prize })),
      topUp: { minor: "4", currency: "XTR" },
    },
  ],
  credited: [{ key: "credited", raffleId, prize }],
  cancelled: [
    { key: "cancelled", raffleId, reason: "minimumNotReached" },
    { key: "cancelled", raffleId, reason: "stoppedByAdmin", publicReason: "A <b>mistake" },
  ],
  disputed: [{ key: "disputed", raffleId, reason: "splitNotWhole" }],
  refunded: [
    { key: "refunded", raffleId, amount: prize, chargeId: "stx1", reason: "paidTwice" },
    { key: "refunded", raffleId, amount: prize, reason: "full" },
    { key: "refunded", raffleId, amount: rubles, chargeId: "yk1", reason: "full" },
  ],
  forceAsked: [
    { key: "forceAsked", raffleId, name: "A <b>", tickets: 3, players: 2, askedAtMs: 1 },
  ],
  languageChosen: [{ key: "languageChosen" }],
  ownRules: [
    {
      key: "ownRules",
      rules: {
        entriesPerDay: { value: 3, next: { value: null, fromMs: 2 } },
        starsPerWeek: { value: null, next: null },
        pausedUntilMs: 5,
      },
      entriesToday: 1,
      spent: 40,
      spentKopecks: 10_050,
      atMs: 1,
    },
  ],
  limitSet: [
    { key: "limitSet", limit: "entriesPerDay", value: 3, fromMs: 0 },
    { key: "limitSet", limit: "starsPerWeek", value: 100, fromMs: 0 },
    { key: "limitSet", limit: "starsPerWeek", value: null, fromMs: 1 },
    { key: "limitSet", limit: "rublesPerWeek", value: 500, fromMs: 0 },
  ],
  pauseSet: [{ key: "pauseSet", untilMs: 1 }],
  wordsAsked: [{ key: "wordsAsked" }],
  emailAsked: [{ key: "emailAsked", email: null }, { key: "emailAsked", email: "a@b.org" }],
  emailKept: [{ key: "emailKept", email: "a@b.org" }],
  wordsRefused: (["tooShort", "tooLong", "tooManyOpen", "tooManyToday", "notAnEmail"] as const).map(
    (reason) => ({
      key: "wordsRefused",
      reason,
    }),
  ),
  disputeOpened: [{ key: "disputeOpened", disputeId: "dsp_1_x" }],
  disputeAnswered: [{ key: "disputeAnswered", disputeId: "dsp_1_x", words: "A <b> is < B" }],
  answerAsked: [{ key: "answerAsked", disputeId: "dsp_1_x" }],
  answerTaken: [{ key: "answerTaken", disputeId: "dsp_1_x" }],
  answerLate: [{ key: "answerLate", disputeId: "dsp_1_x" }],
  deletionWaits: [
    {
      key: "deletionWaits",
      left: { tickets: 2, payments: 1, balances: [{ minor: "3", currency: "XTR" }], prizes: 1 },
    },
    {
      key: "deletionWaits",
      left: { tickets: 0, payments: 0, balances: [{ minor: "3", currency: "XTR" }] },
    },
  ],
  deletionWithdrawn: [{ key: "deletionWithdrawn" }],
  excluded: signals.flatMap((signal) => [
    { key: "excluded", suspicionId: "sus_1", signal, untilMs: 1, raffleId },
    { key: "excluded", suspicionId: "sus_1", signal, untilMs: 1 },
  ]),
  exclusionLifted: [{ key: "exclusionLifted" }],
  refundFails: [{ key: "refundFails", raffleId, chargeId: "stx1" }],
  payLink: [
    { key: "payLink", raffleId, amount: rubles, link: "https://pay" },
    { key: "payLink", amount: rubles, link: "https://pay" },
  ],
  toppedUp: [{ key: "toppedUp", amount: rubles, chargeId: "yk1" }],
  topUpFailed: [
    { key: "topUpFailed", amount: rubles, reason: "bankUnavailable" },
    { key: "topUpFailed", amount: rubles, reason: "bankUnpaid", bankReason: "3d_secure_failed" },
  ],
  topUpRefused: ([
    "tooSmall",
    "tooLarge",
    "tooMany",
    "ownPause",
    "dataDeleted",
    "deletionAsked",
  ] as const)
    .map((reason) => ({ key: "topUpRefused", reason, bounds: { least: "100", most: "9900" } })),
  refundToBalance: ["yoo_money_account_closed", "something_new"].map((reason) => ({
    key: "refundToBalance",
    raffleId,
    amount: rubles,
    chargeId: "yk1",
    reason,
  })),
  withdrawalWaits: [{ key: "withdrawalWaits", ...withdrawal, approvals: 2, lastDay }],
  withdrawalDone: choices.map((choice) => ({ key: "withdrawalDone", ...withdrawal, choice })),
  withdrawalUncertain: [
    { key: "withdrawalUncertain", ...withdrawal },
    { key: "withdrawalUncertain", ...byBank },
  ],
  withdrawalFailed: [
    ...Object.keys(withdrawalRefusals).map((reason) => ({
      key: "withdrawalFailed" as const,
      ...withdrawal,
      reason: reason as keyof typeof withdrawalRefusals,
      publicReason: "A <b>reason",
    })),
    ...[...cancellationReasons.payout, "of_tomorrow"].map((bankReason) => ({
      key: "withdrawalFailed" as const,
      ...byBank,
      reason: "bankCanceled" as const,
      bankReason,
    })),
  ],
  withdrawalAsksAdmins: [
    { key: "withdrawalAsksAdmins", ...withdrawal, playerId: "tg-1", approvals: 1, lastDay },
  ],
  withdrawalUndecided: [withdrawal, byBank].map((one) => ({
    key: "withdrawalUndecided",
    ...one,
    playerId: "tg-1",
  })),
  bankPayoutLooked: (["purchase", "nothing", "unread"] as const).map((found) => ({
    key: "bankPayoutLooked",
    withdrawalId: "wdr_1",
    playerId: "tg-1",
    amount: byBank.amount,
    found,
  })),
  cashOutAsked: [{
    key: "cashOutAsked",
    turn: "a",
    amount: byBank.amount,
    masked: "•••• 4477",
  }],
  withdrawalVoidLooked: (["purchase", "nothing", "unread"] as const).map((found) => ({
    key: "withdrawalVoidLooked",
    ...withdrawal,
    playerId: "tg-1",
    found,
  })),
};
const all = Object.values(notices).flat() as Notice[];

describe("texts", () => {
  it("has the same keys in both languages, each once", () => {
    for (const language of languages) {
      expect(new Set(keysOf(language)).size).toBe(keysOf(language).length);
    }
    expect(keysOf("ru")).toEqual(keysOf("en"));
  });

  it("uses the same variables under each key", () => {
    const variables = (language: Language) =>
      new Map(
        readLocale(language).split(/^(?=[a-zA-Z][\w-]* =)/m).map((entry) => [
          entry.split(" =")[0],
          [...new Set([...entry.matchAll(/\$(\w+)/g)].map(([, name]) => name))].sort(),
        ]),
      );
    expect([...variables("ru")].slice(1)).toEqual([...variables("en")].slice(1));
  });

  it.each(["лотере", "казино", "lotter", "casino", "gambl", "азарт"])("never says %s…", (word) => {
    for (const language of languages) {
      expect(readLocale(language).toLowerCase()).not.toContain(word);
    }
  });

  it.each(all.flatMap((notice) => languages.map((language) => ({ notice, language }))))(
    "puts $notice.key into $language words",
    ({ notice, language }) => {
      const { html: text } = renderNotice(notice, { language, title: "A <b> & c" });
      expect(text).not.toMatch(/\{|\}|undefined|\0/);
      expect(text).not.toContain("A <b>");
      expect(text.length).toBeLessThan(4096);
      expect(text.length).toBeGreaterThan(10);
    },
  );

  it("has words for every refusal and every reason of a cancellation", () => {
    const reasons: Record<CancelReason | "paidTwice" | "prize" | "excluded", true> = {
      minimumNotReached: true,
      stoppedByAdmin: true,
      disputed: true,
      nobodyClaimed: true,
      paidTwice: true,
      prize: true,
      excluded: true,
    };
    for (const language of languages) {
      for (const reason of Object.keys(reasons)) {
        expect(plain(language, `cancel-${reason}`)).toBeTruthy();
      }
      for (const reason of Object.keys(refusals)) {
        const words = refusalWords(language, reason);
        expect(words).not.toBe(refusalWords(language, "somethingNew"));
        // Telegram shows it in a small window.
        expect(words.length).toBeLessThanOrEqual(200);
      }
    }
  });

  it("names the charge where Stars went back, and the balance where not", () => {
    const [byCharge, byBalance] = notices.refunded.map((notice) =>
      renderNotice(notice, { language: "en", title: "T" }).html
    );
    expect(byCharge).toContain("stx1");
    expect(byBalance).toContain("balance");
  });

  it("gives the link to the payment as a button, and names where rubles went back", () => {
    const [entry, topUp] = notices.payLink.map((notice) =>
      renderNotice(notice, { language: "en", title: "Friday" })
    );
    const button = { label: "💳 Pay 100.50 ₽", url: "https://pay" };
    expect([entry?.buttons, topUp?.buttons]).toEqual([[[button]], [[button]]]);
    expect(entry?.html).toContain("Friday");
    const [, , byBank] = notices.refunded.map((notice) =>
      renderNotice(notice, { language: "en", title: "T" }).html
    );
    expect(byBank).toContain("yk1");
    expect(byBank).not.toContain("Stars");
  });

  it("shows the limit of rubles only where there are rubles", () => {
    const [rules] = notices.ownRules;
    if (rules === undefined) throw new Error("No notice");
    const labels = (hasRubles: boolean) => {
      const { html: text, buttons } = renderNotice(rules, { language: "en", hasRubles });
      return [
        text.includes("Rubles"),
        JSON.stringify(buttons).includes("u:r:r") ||
        JSON.stringify(buttons).includes("rublesPerWeek"),
      ];
    };
    expect(labels(false)).toEqual([false, false]);
    expect(labels(true)).toEqual([true, true]);
  });

  it("offers the ways out by bank for a prize in rubles", () => {
    const notice: Notice = { key: "credited", raffleId, prize: rubles };
    expect(renderNotice(notice, { language: "en", title: "T" }).buttons).toEqual([[{
      label: "💸 Take my rubles",
      button: { verb: "c", cash: { step: "begin" } },
    }]]);
  });

  it("greets with the raffle whose link was followed, unless there is none", () => {
    const [bare, linked] = notices.welcome;
    const surroundings = { language: "en" as const, title: "Friday" };
    if (bare === undefined || linked === undefined) throw new Error("No notices");
    expect(renderNotice(bare, surroundings).menu).toBe("en");
    expect(renderNotice(linked, surroundings).buttons).toEqual([[{
      label: "Join “Friday”",
      button: { verb: "join", raffleId },
    }]]);
    expect(renderNotice(linked, { language: "en" }).menu).toBe("en");
  });

  it("says what was added to reach the guaranteed prize", () => {
    const [plainly, topped] = notices.drawn.map((notice) =>
      renderNotice(notice, { language: "en", title: "T" }).html
    );
    expect(plainly).not.toContain("organizer");
    expect(topped).toContain(
      "Guaranteed prize 204 ⭐: the entries brought 200 ⭐ after the commission, " +
        "the organizer added 4 ⭐.",
    );
  });

  it("shortens a result of ten thousand winners", () => {
    const winners = Array.from({ length: 10_000 }, (_, place) => ({ place, number: place, prize }));
    const notice: Notice = { key: "drawn", raffleId, winners };
    expect(renderNotice(notice, { language: "ru", title: "T" }).html.length).toBeLessThan(4096);
  });

  it("escapes variables, and throws for a text that it does not have", () => {
    expect(html("en", "raffle-reason", { reason: '<a href="x">' }))
      .toBe("Reason: &lt;a href=&quot;x&quot;&gt;");
    expect(() => html("en", "no-such-text")).toThrow(RangeError);
  });
});

describe("readable", () => {
  it.each([
    [1, "1 билет", "1 ticket"],
    [2, "2 билета", "2 tickets"],
    [5, "5 билетов", "5 tickets"],
    [11, "11 билетов", "11 tickets"],
    [21, "21 билет", "21 tickets"],
    [22, "22 билета", "22 tickets"],
    [112, "112 билетов", "112 tickets"],
  ])("counts %i", (count, ru, en) => {
    expect(plain("ru", "count-tickets", { count })).toBe(ru);
    expect(plain("en", "count-tickets", { count })).toBe(en);
  });

  it.each([
    [{ minor: "10", currency: "XTR" as const }, "10 ⭐"],
    [{ minor: "0", currency: "XTR" as const }, "0 ⭐"],
    [{ minor: "-5", currency: "XTR" as const }, "−5 ⭐"],
    [{ minor: "12550", currency: "RUB" as const }, "125.50 ₽"],
    [{ minor: "12500", currency: "RUB" as const }, "125 ₽"],
    [{ minor: "5", currency: "RUB" as const }, "0.05 ₽"],
    [{ minor: "1500000", currency: "USDT" as const }, "1.50 USDT"],
    [{ minor: "999999999999999999", currency: "XTR" as const }, "999 999 999 999 999 999 ⭐"],
  ])("writes %j as %s", (money, want) => {
    expect(readableMoney(money).replaceAll("\u00a0", " ")).toBe(want);
  });

  it.each([
    [30_000, "less than a minute", "меньше минуты"],
    [-5, "less than a minute", "меньше минуты"],
    [60_000, "1 min", "1 мин"],
    [5_400_000, "1 h 30 min", "1 ч 30 мин"],
    [7_200_000, "2 h", "2 ч"],
    [90_000_000, "1 day 1 h", "1 день 1 ч"],
    [259_200_000, "3 days", "3 дня"],
  ])("writes %i ms", (ms, en, ru) => {
    expect(readableDuration("en", ms)).toBe(en);
    expect(readableDuration("ru", ms)).toBe(ru);
  });

  it.each([[1, 4, "25%"], [1, 3, "33%"], [1, 30, "3.3%"], [1, 5000, "<0.1%"], [0, 5, "0%"], [
    5,
    5,
    "100%",
  ]])("writes %i of %i as %s", (part, whole, want) => {
    expect(readableChance(part, whole)).toBe(want);
  });

  it("writes times with their zone", () => {
    const atMs = Date.UTC(2026, 10, 20, 22, 5);
    expect(readableTime("en", atMs)).toBe("20 Nov, 22:05 UTC");
    expect(readableTime("ru", atMs)).toMatch(/^21 нояб\.?, 01:05 МСК$/);
  });
});
