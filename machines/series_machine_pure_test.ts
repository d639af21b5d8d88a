/** A series' rules, one row each; what becomes of its raffles is in `series_story_pure_test.ts`. */
import { describe, expect, it } from "vitest";
import type { Recurrence } from "./domain/recurrence.ts";
import {
  AFTER_REFUSAL_MS,
  LEAST_PAUSE_MS,
  MAX_RUNNING,
  type OpeningRefusal,
  raffleIdIn,
  type SeriesInput,
} from "./domain/series.ts";
import type { SeriesPlan } from "./domain/series_form.ts";
import { explainSeriesRefusal } from "./explain_refusal.ts";
import { type SeriesContext, seriesMachine } from "./series_machine.ts";
import { type Step, step, told } from "./testing/step.ts";
import { done, testTerms } from "./testing/world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 0, 5, 12);
const SIX = NOON + 6 * HOUR_MS;
const daily: Recurrence = { unit: "days", count: 1, time: "18:00", zone: "UTC" };
const inRow: Recurrence = { unit: "end", zone: "Europe/Moscow" };
const seriesId = "ser_1";
const input: SeriesInput = {
  seriesId,
  templateId: "tpl_1",
  name: "Friday",
  plan: { rule: daily, limit: null },
  createdBy: "tg-9",
};
const idOf = (attempt: number) => raffleIdIn({ seriesId, attempt });
const by = (atMs: number) => ({ by: "tg-9", atMs });
const template = {
  templateId: "tpl_1" as const,
  name: "Fridays",
  terms: testTerms({ title: "No. {n}, {date}" }),
};
const read = (atMs: number, found: object | null = template, isCovered = true) =>
  done("readTemplate", { template: found, isCovered, hasRubles: false, atMs });

type Played = Omit<Step, "context"> & { context: SeriesContext };

function play(
  value: string,
  event: object,
  context: Partial<SeriesContext> = {},
): Played {
  const before = { sinceMs: NOON, nowMs: NOON, nextAtMs: SIX, ...context };
  const taken = step(seriesMachine, { input, value, context: before, event: event as never });
  return { ...taken, context: taken.context as unknown as SeriesContext };
}

const ofRow = (context: Partial<SeriesContext> = {}): Partial<SeriesContext> => ({
  plan: { rule: inRow, limit: null },
  nextAtMs: NOON,
  ...context,
});
const reports = ({ actions }: Played): unknown[] =>
  actions.filter(([type]) => type === "reportToAdmins")
    .map(([, params]) => (params as { notice: unknown }).notice);
const recorded = ({ actions }: Played): unknown =>
  actions.findLast(([type]) => type === "recordSeries")?.[1];

describe("the beginning of a series", () => {
  it("waits for its first occurrence by the clock", () => {
    const taken = play("made", { type: "series.start", atMs: NOON }, { nextAtMs: 0 });
    expect(taken.value).toBe("waiting");
    expect(taken.context).toMatchObject({ sinceMs: NOON, nextAtMs: SIX });
    expect(recorded(taken)).toMatchObject({ status: "active", nextAtMs: SIX, opened: 0 });
  });

  it("is at once when raffles follow each other", () => {
    const start = { type: "series.start", atMs: NOON };
    expect(play("made", start, ofRow()).context.nextAtMs).toBe(NOON);
  });
});

describe("an occurrence", () => {
  it("reads the template when its time has come", () => {
    const taken = play("waiting", { type: "xstate.after.untilNext.series.waiting" });
    expect([taken.value, taken.invoked]).toEqual(["preparing", ["readTemplate"]]);
  });

  it("makes a raffle and opens it, in one commit and under an id of its own", () => {
    const taken = play("preparing", read(SIX + 5), { attempts: 4, opened: 2 });
    expect(taken.value).toBe("opening");
    expect(taken.context).toMatchObject({
      attempts: 5,
      opened: 2,
      usedMs: SIX,
      pending: idOf(5),
      name: "Fridays",
    });
    expect(taken.actions).toEqual([["tell", {
      to: `raffle/${idOf(5)}`,
      event: { type: "raffle.open", by: seriesId, atMs: SIX + 5 },
      create: {
        raffleId: idOf(5),
        terms: testTerms({ title: "No. 3, 05.01.2026" }),
        createdBy: seriesId,
        atMs: SIX + 5,
        series: { seriesId, number: 3 },
      },
    }]]);
    // The same again is the same raffle.
    const again = play("preparing", read(SIX + 9), { attempts: 4, opened: 2 });
    expect(told(again)).toEqual(told(taken));
  });

  it("takes the day of the plan's time zone", () => {
    const late = Date.UTC(2026, 0, 5, 22);
    const taken = play("preparing", read(late), ofRow());
    expect(taken.actions[0]?.[1]).toMatchObject({
      create: { terms: { title: "No. 1, 06.01.2026" } },
    });
  });

  it("is used when the raffle is open: it belongs to the series, and followers hear of it", () => {
    const taken = play("opening", { type: "raffle.opened", raffleId: idOf(1), atMs: SIX }, {
      attempts: 1,
      pending: idOf(1),
      usedMs: SIX,
      refusal: "badTerms",
      running: ["rfl_0"],
    });
    expect(taken.value).toBe("waiting");
    expect(taken.context).toMatchObject({
      opened: 1,
      pending: null,
      running: ["rfl_0", idOf(1)],
      refusal: null,
      nextAtMs: SIX + DAY_MS,
    });
    expect(taken.actions.map(([type]) => type)).toEqual([
      "recordOccurrence",
      "tell",
      "recordSeries",
    ]);
    expect(taken.actions[0]?.[1]).toEqual({ raffleId: idOf(1), seriesId, number: 1 });
    expect(taken.actions[1]?.[1]).toMatchObject({
      to: `broadcast/${idOf(1)}`,
      event: { notice: { key: "seriesOpened", raffleId: idOf(1), name: "Friday", number: 1 } },
    });
  });

  it("waits for the raffle's end when raffles follow each other", () => {
    const opened = { type: "raffle.opened", raffleId: idOf(1), atMs: NOON };
    const taken = play("opening", opened, ofRow({ attempts: 1, pending: idOf(1) }));
    expect(taken.value).toBe("running");
    expect(taken.context.nextAtMs).toBe(NOON + LEAST_PAUSE_MS);
    expect(recorded(taken)).toMatchObject({ status: "active", nextAtMs: 0 });
  });

  it("is the last one of as many as there shall be", () => {
    const plan: SeriesPlan = { rule: daily, limit: 3 };
    const opened = { type: "raffle.opened", raffleId: idOf(3), atMs: SIX };
    const last = play("opening", opened, { plan, opened: 2, pending: idOf(3) });
    expect(last.value).toBe("ended");
    expect(told(last)).toEqual([
      `broadcast/${idOf(3)} broadcast.add`,
      "templates/platform series.ended",
    ]);
    expect(reports(last)).toEqual([
      { key: "seriesEnded", seriesId, name: "Friday", opened: 3 },
    ]);
    expect(recorded(last)).toMatchObject({ status: "ended", opened: 3, nextAtMs: 0 });
    expect(play("opening", opened, { plan, opened: 1, pending: idOf(3) }).value).toBe("waiting");
  });

  it("takes no word of another raffle", () => {
    for (const type of ["raffle.opened", "raffle.refused"]) {
      const event = { type, raffleId: "rfl_other", reason: "reserveTooLow", atMs: SIX };
      expect(play("opening", event, { pending: idOf(1) }).isAccepted).toBe(false);
    }
  });
});

describe("an occurrence that was missed", () => {
  it.each<[string, number, string, number, number]>([
    ["used late", SIX + 11 * HOUR_MS, "opening", SIX, 0],
    ["not used when the next is nearer", SIX + 13 * HOUR_MS, "waiting", 0, 1],
    ["the last of many is used", SIX + 9 * DAY_MS + HOUR_MS, "opening", SIX + 9 * DAY_MS, 9],
    ["none of many", SIX + 9 * DAY_MS + 20 * HOUR_MS, "waiting", 0, 10],
  ])("%s", (_, atMs, value, usedMs, skipped) => {
    const taken = play("preparing", read(atMs));
    expect([taken.value, taken.context.skipped]).toEqual([value, skipped]);
    if (value === "opening") expect(taken.context.usedMs).toBe(usedMs);
    else {
      expect(taken.context.nextAtMs).toBeGreaterThan(atMs);
      expect(taken.actions.map(([type]) => type)).toEqual(["recordSeries"]);
    }
  });

  it("does not come again when the clock is set back", () => {
    // It was used; the clock says that it is still to come.
    const opened = { type: "raffle.opened", raffleId: idOf(1), atMs: SIX - 2 * DAY_MS };
    const taken = play("opening", opened, { pending: idOf(1), usedMs: SIX });
    expect(taken.context.nextAtMs).toBe(SIX + DAY_MS);
  });

  it("is waited for again when the clock was set back before it", () => {
    const taken = play("preparing", read(SIX - HOUR_MS));
    expect(taken.value).toBe("waiting");
    expect(taken.context).toMatchObject({ nextAtMs: SIX, nowMs: SIX - HOUR_MS, attempts: 0 });
  });

  it("waits for the pause between two raffles, and not for longer, whatever the clock does", () => {
    const early = play("preparing", read(NOON - 1_000), ofRow());
    expect(early.value).toBe("waiting");
    expect(early.context.nextAtMs).toBe(NOON);
    const back = play("preparing", read(NOON - 365 * DAY_MS), ofRow());
    expect(back.context.nextAtMs).toBe(NOON - 365 * DAY_MS + LEAST_PAUSE_MS);
  });
});

describe("an opening that is refused", () => {
  it.each<[OpeningRefusal, object | null, Partial<SeriesContext>]>([
    ["templateGone", null, {}],
    ["badTerms", { ...template, terms: { ...template.terms, minPlayers: 9 } }, {}],
    ["badTerms", { ...template, terms: { ...template.terms, title: "{n}".repeat(11) } }, {
      opened: 9_998,
    }],
    ["tooManyRunning", template, { running: Array(MAX_RUNNING).fill("rfl_0") }],
  ])("for %s is told once and tried at the next occurrence", (reason, found, context) => {
    const taken = play("preparing", read(SIX, found), context);
    expect(taken.value).toBe("waiting");
    expect(taken.context).toMatchObject({
      refusal: reason,
      skipped: 1,
      attempts: 0,
      usedMs: SIX,
      nextAtMs: SIX + DAY_MS,
    });
    expect(reports(taken)).toEqual([
      { key: "seriesRefused", seriesId, name: "Friday", reason, nextAtMs: SIX + DAY_MS },
    ]);
    const again = play("preparing", read(SIX, found), { ...context, refusal: reason });
    expect([again.value, reports(again)]).toEqual(["waiting", []]);
    const other = play("preparing", read(SIX, found), {
      ...context,
      refusal: reason === "badTerms" ? "templateGone" : "badTerms",
    });
    expect(reports(other)).toHaveLength(1);
  });

  it("for a prize that the reserve does not cover makes no raffle", () => {
    const taken = play("preparing", read(SIX, template, false));
    expect([taken.value, taken.context.refusal]).toEqual(["waiting", "reserveTooLow"]);
    expect(told(taken)).toEqual([]);
  });

  it.each([[false, "waiting", "noRubles"], [true, "opening", null]])(
    "for a price in rubles depends on whether they are taken: %s",
    (hasRubles, value, refusal) => {
      const price = { minor: "10000", currency: "RUB" } as const;
      const found = { ...template, terms: { ...template.terms, price } };
      const taken = play(
        "preparing",
        done("readTemplate", { template: found, isCovered: true, hasRubles, atMs: SIX }),
      );
      expect([taken.value, taken.context.refusal]).toEqual([value, refusal]);
    },
  );

  it("by the raffle itself throws it away; the next has its number and another id", () => {
    const refused = { type: "raffle.refused", raffleId: idOf(1), reason: "reserveTooLow" };
    const before = { attempts: 1, pending: idOf(1), usedMs: SIX, nowMs: SIX };
    const taken = play("opening", refused, before);
    expect(taken.value).toBe("waiting");
    expect(told(taken)).toEqual([`raffle/${idOf(1)} raffle.stop `]);
    expect(taken.context).toMatchObject({
      pending: null,
      refusal: "reserveTooLow",
      opened: 0,
      attempts: 1,
      skipped: 1,
      nextAtMs: SIX + DAY_MS,
    });
    expect(reports(taken)).toHaveLength(1);
  });

  it("is tried again after an hour when raffles follow each other", () => {
    const taken = play("preparing", read(NOON, null), ofRow());
    expect(taken.context.nextAtMs).toBe(NOON + AFTER_REFUSAL_MS);
    expect(reports(taken)).toHaveLength(1);
  });
});

describe("the end of a raffle", () => {
  const ended = (ending: string, raffleId: string = idOf(1)) => ({
    type: "raffle.ended",
    raffleId,
    ending,
  });

  it.each(["settled", "minimumNotReached"])("is the beginning of the next: %s", (ending) => {
    const taken = play("running", ended(ending), ofRow({ running: [idOf(1)] }));
    expect([taken.value, taken.invoked]).toEqual(["preparing", ["readTemplate"]]);
    expect(taken.context.running).toEqual([]);
  });

  it.each(["stoppedByAdmin", "disputed"])("by admins is a pause: %s", (ending) => {
    const taken = play("running", ended(ending), ofRow({ running: [idOf(1)] }));
    expect(taken.value).toBe("paused");
    expect(reports(taken)).toEqual([
      { key: "seriesStopped", seriesId, name: "Friday", raffleId: idOf(1) },
    ]);
  });

  it("is not the last one while others run, and means nothing for a raffle thrown away", () => {
    const two = ofRow({ running: [idOf(1), idOf(2)] });
    const taken = play("running", ended("settled"), two);
    expect([taken.value, taken.context.running]).toEqual(["running", [idOf(2)]]);
    const other = play("running", ended("stoppedByAdmin", idOf(9)), two);
    expect([other.value, other.context.running]).toEqual(["running", two.running]);
  });

  it.each(["waiting", "opening", "paused", "ended"])("makes room in %s", (value) => {
    const taken = play(value, ended("stoppedByAdmin"), { running: [idOf(1)] });
    expect([taken.value, taken.context.running]).toEqual([value, []]);
    expect(taken.actions).toEqual([]);
  });
});

describe("an admin", () => {
  const change = (plan: object) => ({
    type: "series.change",
    plan: { rule: daily, limit: null, ...plan },
    ...by(NOON + HOUR_MS),
  });
  const pause = { type: "series.pause", ...by(NOON) };
  const resume = { type: "series.resume", ...by(SIX + 30 * DAY_MS) };
  const end = { type: "series.end", ...by(NOON) };

  it.each(["waiting", "running"])("pauses it in %s", (value) => {
    const taken = play(value, pause);
    expect(taken.value).toBe("paused");
    expect(recorded(taken)).toMatchObject({ status: "paused", nextAtMs: 0 });
  });

  it("goes on with it: what was missed is not made up for", () => {
    const taken = play("paused", resume, { usedMs: SIX });
    expect(taken.value).toBe("waiting");
    expect(taken.context).toMatchObject({ nextAtMs: SIX + 31 * DAY_MS, skipped: 0 });
    // Also from a clock that was far ahead once.
    const back = play("paused", { ...resume, atMs: NOON }, { usedMs: SIX + 400 * DAY_MS });
    expect(back.context.nextAtMs).toBe(SIX);
  });

  it("goes on with raffles in a row: with the one that runs, else at once", () => {
    expect(play("paused", resume, ofRow({ running: [idOf(1)] })).value).toBe("running");
    const taken = play("paused", resume, ofRow());
    expect([taken.value, taken.context.nextAtMs]).toEqual(["waiting", resume.atMs]);
  });

  it("changes the rule from the next raffle on", () => {
    const rule = { ...daily, time: "15:00" };
    const taken = play("waiting", change({ rule, limit: 5 }));
    expect(taken.value).toBe("waiting");
    expect(taken.context).toMatchObject({
      plan: { rule, limit: 5 },
      sinceMs: NOON + HOUR_MS,
      nextAtMs: NOON + 3 * HOUR_MS,
    });
    expect(recorded(taken)).toMatchObject({ plan: { rule, limit: 5 } });
  });

  it.each<[string, string, object, Partial<SeriesContext>, string]>([
    ["to a row, with one that runs", "waiting", { rule: inRow }, { running: [idOf(1)] }, "running"],
    ["to a row, with none", "waiting", { rule: inRow }, {}, "waiting"],
    ["from a row", "running", {}, ofRow({ running: [idOf(1)] }), "waiting"],
    ["of a row", "running", { rule: inRow, limit: 9 }, ofRow({ running: ["rfl_1"] }), "running"],
    ["in a pause", "paused", { rule: inRow }, {}, "paused"],
  ])("changes %s", (_, value, plan, context, want) => {
    const taken = play(value, change(plan), context);
    expect([taken.isAccepted, taken.value]).toEqual([true, want]);
    expect(taken.context.plan).toMatchObject(plan);
    expect(recorded(taken)).toMatchObject({ plan });
  });

  it("ends it while a raffle is on its way, which then opens or is thrown away", () => {
    const pending = idOf(1);
    const ended = play("opening", end, { pending });
    expect(ended.value).toBe("ended");
    const opened = { type: "raffle.opened", raffleId: pending, atMs: SIX };
    const taken = play("ended", opened, { pending });
    expect([taken.value, taken.context.opened, taken.context.pending]).toEqual(["ended", 1, null]);
    expect(taken.actions[0]?.[0]).toBe("recordOccurrence");
    expect(recorded(taken)).toMatchObject({ status: "ended", opened: 1 });
    const refused = { type: "raffle.refused", raffleId: pending, reason: "reserveTooLow" };
    const thrown = play("ended", refused, { pending });
    expect(told(thrown)).toEqual([`raffle/${pending} raffle.stop `]);
    expect(reports(thrown)).toEqual([]);
    expect(play("ended", opened).isAccepted).toBe(false);
    expect(play("ended", refused).isAccepted).toBe(false);
  });

  it.each(["waiting", "running", "paused"])("ends it in %s", (value) => {
    const taken = play(value, end, { running: [idOf(1)] });
    expect(taken.value).toBe("ended");
    expect(told(taken)).toEqual(["templates/platform series.ended"]);
    expect(recorded(taken)).toMatchObject({ status: "ended" });
  });

  it.each<[string, string, object, Partial<SeriesContext>?]>([
    ["alreadyPaused", "paused", pause],
    ["notPaused", "waiting", resume],
    ["notPaused", "running", resume],
    ["badPlan", "waiting", change({ limit: 2 }), { opened: 2 }],
    ["badPlan", "running", change({ rule: inRow, limit: 2 }), { opened: 3 }],
    ["badPlan", "paused", change({ rule: { ...daily, count: 91 } })],
    // In the commit in which its time has come.
    ["openingNow", "preparing", pause],
    ["openingNow", "preparing", change({})],
    ["openingNow", "opening", pause],
    ["openingNow", "opening", resume],
    ["openingNow", "opening", change({})],
    ["alreadyFinished", "ended", pause],
    ["alreadyFinished", "ended", resume],
    ["alreadyFinished", "ended", change({})],
    ["alreadyFinished", "ended", end],
  ])("is refused: %s in %s", (reason, value, event, context = {}) => {
    const taken = play(value, event, context);
    expect([taken.isAccepted, taken.actions]).toEqual([false, []]);
    const view = { value, context: taken.context, tags: taken.tags };
    expect(explainSeriesRefusal(view, event as { type: string })).toBe(reason);
  });
});
