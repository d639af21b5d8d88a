/** Templates, series and their raffles together, with the players and all other machines. */
import { describe, expect, it } from "vitest";
import type { RaffleId, RaffleTerms } from "./domain/events.ts";
import { LEAST_PAUSE_MS, raffleIdIn, type SeriesId, TEMPLATES } from "./domain/series.ts";
import { readPlan } from "./domain/series_form.ts";
import { addPlayer, draw, join } from "./testing/people.ts";
import { expectBalanced } from "./testing/expect_balanced.ts";
import { testTerms, World } from "./testing/world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const templateId = "tpl_1";
const by = "tg-9";

/** At noon: a template, and a series of it. */
function beginSeries(
  rule: string,
  terms: Partial<RaffleTerms> = {},
  seriesId: SeriesId = "ser_1",
): World {
  const world = new World();
  world.create(TEMPLATES, {});
  const read = readPlan(rule, "UTC");
  if (!("plan" in read)) throw new Error("No plan");
  const at = { by, atMs: world.nowMs };
  const title = "Draw {n} of {date}";
  const saved = { templateId, name: "Friday", terms: testTerms({ title, ...terms }), ...at };
  expect(world.send(TEMPLATES, { type: "template.save", ...saved })).toBe(true);
  const begun = { seriesId, templateId, plan: read.plan, ...at };
  expect(world.send(TEMPLATES, { type: "series.begin", ...begun })).toBe(true);
  world.pass(0);
  return world;
}

const order = (world: World, type: string, more: object = {}): boolean =>
  world.send("series/ser_1", { type, by, atMs: world.nowMs, ...more });
const idOf = (attempt: number): RaffleId => raffleIdIn({ seriesId: "ser_1", attempt });
const titleIn = (world: World, raffleId: RaffleId): string =>
  world.read(`raffle/${raffleId}`).context.terms.title;
const raffles = (world: World): string[] => [...world.occurrences.values()];

describe("a series by the clock", () => {
  it("opens a raffle every day, each with its number and day", () => {
    const world = beginSeries("1d 18:00", { durationMs: 2 * HOUR_MS });
    world.pass(6 * HOUR_MS - 1);
    expect(raffles(world)).toEqual([]);
    world.pass(1);
    expect(world.valueOf(`raffle/${idOf(1)}`)).toEqual({ open: "accepting" });
    world.pass(2 * DAY_MS);
    expect(raffles(world)).toEqual(["ser_1 1", "ser_1 2", "ser_1 3"]);
    expect([1, 2, 3].map((attempt) => titleIn(world, idOf(attempt)))).toEqual([
      "Draw 1 of 05.01.2026",
      "Draw 2 of 06.01.2026",
      "Draw 3 of 07.01.2026",
    ]);
    expect(world.valueOf(`raffle/${idOf(1)}`)).toBe("refunded");
    expect(world.read("series/ser_1").context.running).toEqual([idOf(3)]);
    expect(world.announced.filter(({ occasion }) => occasion === "opened")).toHaveLength(3);
    expect(world.refused).toEqual([]);
    expectBalanced(world);
  });

  it("takes other terms and another name from the next raffle on", () => {
    const world = beginSeries("1d 18:00");
    world.pass(DAY_MS);
    const at = { templateId, by, atMs: world.nowMs };
    const terms = testTerms({ title: "Other", price: { minor: "25", currency: "XTR" } });
    world.send(TEMPLATES, { type: "template.save", name: "", terms, ...at });
    world.send(TEMPLATES, { type: "template.rename", name: "Evening", ...at });
    expect(titleIn(world, idOf(1))).toBe("Draw 1 of 05.01.2026");
    world.pass(DAY_MS);
    expect(world.read(`raffle/${idOf(2)}`).context.terms).toEqual(terms);
    expect(world.read("series/ser_1").context.name).toBe("Evening");
  });

  it("opens as many as there shall be, and sets its template free", () => {
    const world = beginSeries("1d 18:00 x2");
    const remove = () => world.send(TEMPLATES, { type: "template.delete", templateId, by });
    expect(remove()).toBe(false);
    world.pass(9 * DAY_MS);
    expect(raffles(world)).toEqual(["ser_1 1", "ser_1 2"]);
    expect(world.records.get("series/ser_1")).toBe("ended");
    expect(world.reports).toEqual([
      { key: "seriesEnded", seriesId: "ser_1", name: "Friday", opened: 2 },
    ]);
    expect(world.read("series/ser_1").context.running).toEqual([]);
    expect(remove()).toBe(true);
    expect(world.templates.size).toBe(0);
  });

  it("leaves out what comes in a pause, and what a raffle too many would be", () => {
    const world = beginSeries("1d 18:00", { durationMs: 30 * DAY_MS });
    world.pass(3 * DAY_MS);
    expect(order(world, "series.pause")).toBe(true);
    world.pass(3 * DAY_MS);
    expect(raffles(world)).toHaveLength(3);
    expect(order(world, "series.resume")).toBe(true);
    world.pass(5 * DAY_MS);
    expect(raffles(world)).toHaveLength(5);
    expect(world.reports).toMatchObject([{ key: "seriesRefused", reason: "tooManyRunning" }]);
    // One is over: there is room for the next, under the next number.
    const stop = { type: "raffle.stop", by, reason: "Enough", atMs: world.nowMs };
    world.send(`raffle/${idOf(1)}`, stop);
    world.pass(DAY_MS);
    expect(raffles(world).at(-1)).toBe("ser_1 6");
    expect(world.read("series/ser_1").context).toMatchObject({ skipped: 3, refusal: null });
  });
});

describe("raffles that follow each other", () => {
  it("open when the one before is settled, not sooner than a minute after it opened", () => {
    const world = beginSeries("end x3", { drawAt: "maximum", sealPauseMs: 0 });
    const beganMs = world.nowMs;
    const players = [1, 2, 3].map((number) => addPlayer(world, number));
    const play = (attempt: number) => {
      const raffleId = idOf(attempt);
      expect(world.valueOf(`raffle/${raffleId}`)).toEqual({ open: "accepting" });
      for (const playerId of players) {
        join(world, { playerId, raffleId, paymentId: `pay_${attempt}${playerId}` });
      }
      draw(world, raffleId);
      expect(world.records.get(`raffle/${raffleId}`)).toBe("settled");
    };
    play(1);
    world.pass(beganMs + LEAST_PAUSE_MS - 1 - world.nowMs);
    expect(raffles(world)).toEqual(["ser_1 1"]);
    world.pass(1);
    expect(raffles(world)).toEqual(["ser_1 1", "ser_1 2"]);
    world.pass(LEAST_PAUSE_MS);
    play(2);
    expect(raffles(world)).toEqual(["ser_1 1", "ser_1 2", "ser_1 3"]);
    expect(world.valueOf("series/ser_1")).toBe("ended");
    expectBalanced(world);
  });

  it("open when the one before had too few players", () => {
    const world = beginSeries("end");
    world.pass(3 * HOUR_MS + 1);
    expect(raffles(world).length).toBe(4);
    expect(world.read("series/ser_1").context.running).toEqual([idOf(4)]);
  });

  it("wait for an admin after one that an admin has stopped", () => {
    const world = beginSeries("end");
    const stop = { type: "raffle.stop", by, reason: "Wrong price", atMs: world.nowMs };
    world.send(`raffle/${idOf(1)}`, stop);
    world.pass(DAY_MS);
    expect(raffles(world)).toHaveLength(1);
    expect(world.valueOf("series/ser_1")).toBe("paused");
    expect(world.reports).toMatchObject([{ key: "seriesStopped", raffleId: idOf(1) }]);
    expect(order(world, "series.resume")).toBe(true);
    world.pass(0);
    expect(world.valueOf(`raffle/${idOf(2)}`)).toEqual({ open: "accepting" });
  });

  it("go on in a pause, and are not followed", () => {
    const world = beginSeries("end");
    order(world, "series.pause");
    world.pass(2 * HOUR_MS);
    expect(world.records.get(`raffle/${idOf(1)}`)).toBe("refunded");
    expect(raffles(world)).toHaveLength(1);
    order(world, "series.resume");
    world.pass(0);
    expect(raffles(world)).toHaveLength(2);
  });
});

it("a prize that nobody could pay is not promised; the next raffle has the same number", () => {
  const world = beginSeries("1d 18:00", { guaranteedPrize: { minor: "500", currency: "XTR" } });
  world.pass(2 * DAY_MS);
  expect(raffles(world)).toEqual([]);
  expect(world.reports).toMatchObject([{ key: "seriesRefused", reason: "reserveTooLow" }]);
  world.fund(700n);
  world.pass(DAY_MS);
  expect(raffles(world)).toEqual(["ser_1 1"]);
  expect(titleIn(world, idOf(1))).toBe("Draw 1 of 07.01.2026");
  world.pass(DAY_MS);
  expect(raffles(world)).toEqual(["ser_1 1", "ser_1 2"]);
  expectBalanced(world);
});

it("a series that is ended leaves its raffle as it is", () => {
  const world = beginSeries("1d 18:00");
  world.pass(6 * HOUR_MS);
  expect(order(world, "series.end")).toBe(true);
  expect(order(world, "series.end")).toBe(false);
  expect(world.valueOf(`raffle/${idOf(1)}`)).toEqual({ open: "accepting" });
  world.pass(9 * DAY_MS);
  expect(raffles(world)).toHaveLength(1);
  expect(world.records.get(`raffle/${idOf(1)}`)).toBe("refunded");
});

it("a raffle that belongs to no series tells none", () => {
  const world = new World();
  const raffleId = "rfl_alone";
  const input = { raffleId, terms: testTerms(), createdBy: by, atMs: world.nowMs };
  world.create(`raffle/${raffleId}`, input);
  world.send(`raffle/${raffleId}`, { type: "raffle.open", by, atMs: world.nowMs });
  world.pass(DAY_MS);
  expect(world.records.get(`raffle/${raffleId}`)).toBe("refunded");
  expect(world.refused).toEqual([]);
});
