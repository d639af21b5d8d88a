/**
 * Raffles that come again, over the real tables: killed anywhere, told everything twice, after a long
 * outage and under a clock that is set back, each occurrence opens one raffle at most.
 */
import { describe, expect, it } from "vitest";
import { everywhere } from "../../actors/testing/mod.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { recordOccurrences } from "../../db/series.ts";
import type { UserInput } from "../../machines/domain/events.ts";
import { raffleIdIn, TEMPLATES } from "../../machines/domain/series.ts";
import { testTerms } from "../../machines/testing/world.ts";
import {
  beginSeries,
  DAY,
  fund,
  HOUR,
  order,
  readOccurrences,
  saveTemplate,
  seriesActors,
  START_MS,
  startSeriesWorld,
} from "./testing/series_world.ts";

const first = raffleIdIn({ seriesId: "ser_1", attempt: 1 });

describe("however it is played, a series has opened the same raffles", () => {
  it("by the clock, with a pause and an end", { timeout: 240_000 }, async () => {
    const database = await openTestDatabase();
    const report = await everywhere(seriesActors(database), [
      ...saveTemplate({ title: "Draw {n}" }),
      ...beginSeries("1d 18:00"),
      { pass: 18 * HOUR },
      async (kit) => {
        expect(await readOccurrences(kit.database)).toEqual(["ser_1 1 open"]);
      },
      { pass: DAY },
      ...order("pause", START_MS + 42 * HOUR),
      { pass: 2 * DAY },
      ...order("resume", START_MS + 90 * HOUR),
      { pass: DAY },
      ...order("end", START_MS + 114 * HOUR),
      { pass: 2 * DAY },
    ], {
      databases: [database],
      crash: 24,
      crashTwice: 4,
      outcome: (kit) => readOccurrences(kit.database),
    });
    expect(report.crashes).toBeGreaterThan(20);
    expect(await readOccurrences(database)).toEqual([
      "ser_1 1 refunded",
      "ser_1 2 refunded",
      "ser_1 3 refunded",
    ]);
  });

  it("one after another, as many as there shall be", { timeout: 240_000 }, async () => {
    const database = await openTestDatabase();
    const report = await everywhere(seriesActors(database), [
      ...saveTemplate(),
      ...beginSeries("end x3"),
      { pass: 5 * HOUR },
    ], {
      databases: [database],
      crash: 24,
      crashTwice: 4,
      outcome: (kit) => readOccurrences(kit.database),
    });
    expect(report.crashes).toBeGreaterThan(20);
    expect(await readOccurrences(database)).toEqual([
      "ser_1 1 refunded",
      "ser_1 2 refunded",
      "ser_1 3 refunded",
    ]);
  });
});

describe("time", () => {
  it("after an outage of weeks brings one raffle at most, and then the usual ones", async () => {
    const world = await startSeriesWorld();
    await world.play([...saveTemplate(), ...beginSeries("1d 18:00")]);
    await world.kit.advance(DAY);
    expect(await world.openings()).toEqual(["2026-01-01T18:00"]);
    // Three weeks later, at 19:30.
    await world.sleepUntil(START_MS + 21 * DAY + 19.5 * HOUR);
    expect(await world.openings()).toEqual(["2026-01-01T18:00", "2026-01-22T19:30"]);
    await world.kit.advance(2 * DAY);
    expect((await world.openings()).slice(2)).toEqual(["2026-01-23T18:00", "2026-01-24T18:00"]);
    expect(await world.row()).toMatchObject({ opened: 4, skipped: 20 });
    // And two weeks later at noon: too late for yesterday's.
    await world.sleepUntil(START_MS + 38 * DAY + 12 * HOUR);
    expect(await world.row()).toMatchObject({ opened: 4, skipped: 34 });
    await world.kit.advance(DAY);
    expect((await world.openings()).slice(4)).toEqual(["2026-02-08T18:00"]);
    expect(world.kit.logged.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("that is set back brings no raffle again", async () => {
    const world = await startSeriesWorld();
    await world.play([...saveTemplate(), ...beginSeries("1d 18:00")]);
    await world.kit.advance(2 * DAY);
    expect(await world.openings()).toEqual(["2026-01-01T18:00", "2026-01-02T18:00"]);
    await world.sleepUntil(START_MS + 12 * HOUR);
    await world.kit.advance(DAY);
    expect(await world.occurrences()).toHaveLength(2);
    await world.kit.advance(2 * DAY);
    expect(await world.openings()).toEqual([
      "2026-01-01T18:00",
      "2026-01-02T18:00",
      "2026-01-03T18:00",
    ]);
  });

  it("is that of the rule's zone, also when its clocks are changed", async () => {
    const world = await startSeriesWorld();
    await world.play([...saveTemplate(), ...beginSeries("1w sun 02:30 Europe/Berlin")]);
    await world.sleepUntil(Date.UTC(2026, 2, 21));
    await world.kit.advance(16 * DAY);
    expect((await world.openings()).slice(-3)).toEqual([
      "2026-03-22T01:30",
      "2026-03-29T01:30",
      "2026-04-05T00:30",
    ]);
  });
});

describe("an opening that is refused", () => {
  it("is told once, tried at each occurrence, and takes no number", async () => {
    const world = await startSeriesWorld();
    const { kit, database } = world;
    await world.play([...saveTemplate(), ...beginSeries("1d 18:00")]);
    await kit.advance(DAY);
    // Rules may change under a template.
    const bad = JSON.stringify(testTerms({ minPlayers: 1 }));
    await database.query("update raffle_templates set terms = $1", [bad]);
    await kit.advance(3 * DAY);
    expect(await world.occurrences()).toEqual(["ser_1 1 refunded"]);
    expect(world.reports()).toMatchObject([{
      key: "seriesRefused",
      seriesId: "ser_1",
      reason: "badTerms",
      nextAtMs: START_MS + DAY + DAY + 18 * HOUR,
    }]);
    await database.query("delete from raffle_templates");
    await kit.advance(2 * DAY);
    expect(world.reports().slice(1)).toMatchObject([{ reason: "templateGone" }]);
    await world.play(saveTemplate());
    await kit.advance(DAY);
    expect(await world.occurrences()).toEqual(["ser_1 1 refunded", "ser_1 2 refunded"]);
    expect(await world.row()).toMatchObject({ opened: 2, skipped: 5 });
    expect(await database.query("select 1 from raffles")).toMatchObject({ rowCount: 2 });
  });
});

it("a guaranteed prize is promised when the reserve covers it, and not before", async () => {
  const world = await startSeriesWorld();
  const guaranteedPrize = { minor: "500", currency: "XTR" } as const;
  await world.play([...saveTemplate({ guaranteedPrize }), ...beginSeries("1d 18:00")]);
  await world.kit.advance(2 * DAY);
  expect(await world.occurrences()).toEqual([]);
  expect(world.reports()).toMatchObject([{ key: "seriesRefused", reason: "reserveTooLow" }]);
  await fund(world.database, 500);
  await world.kit.advance(DAY);
  expect(await world.occurrences()).toEqual(["ser_1 1 refunded"]);
  expect(await world.database.query("select 1 from raffles")).toMatchObject({ rowCount: 1 });
  expect((await checkBooks(world.database)).problems).toEqual([]);
});

describe("a follower", () => {
  const playerId = "tg-5";
  const user: UserInput = {
    playerId,
    chatId: 5,
    name: "Anna",
    language: "en",
    atMs: START_MS,
    entriesPerDay: 50,
  };
  const says = (type: string, more: object) => ({ type, ...more, atMs: START_MS });

  it("hears of the next one until he has had enough, or his data is deleted", async () => {
    const world = await startSeriesWorld();
    const { kit, database } = world;
    await world.play([...saveTemplate(), ...beginSeries("1d 18:00")]);
    await kit.create(`user/${playerId}`, user);
    await kit.advance(DAY);
    const follow = (isStopped: boolean, raffleId = first) =>
      kit.send(`user/${playerId}`, says("series.followed", { raffleId, isStopped }));
    const followers = async () => (await database.query("select 1 from series_followers")).rowCount;
    await follow(false);
    await follow(false);
    await follow(false, "rfl_other");
    expect(await followers()).toBe(1);
    await kit.advance(DAY);
    const told = () =>
      kit.calls.filter(({ name }) => name === "sendPage")
        .map(({ params }) => (params as { notice: { key: string } }).notice.key)
        .filter((key) => key === "seriesOpened");
    expect(told()).toEqual(["seriesOpened"]);
    await follow(true);
    await kit.advance(DAY);
    expect(told()).toHaveLength(1);
    await follow(false);
    expect(await followers()).toBe(1);
    await kit.send(`user/${playerId}`, says("deletion.asked", {}));
    await kit.settled();
    expect(await followers()).toBe(0);
  });
});

it("no raffle, and no number of a series, is taken twice", async () => {
  const database = await openTestDatabase();
  const occurrence = { raffleId: "rfl_1", seriesId: "ser_1", number: 1 };
  await recordOccurrences(database, [occurrence]);
  for (const other of [{ ...occurrence, number: 2 }, { ...occurrence, raffleId: "rfl_2" }]) {
    await expect(recordOccurrences(database, [other])).rejects.toThrow(/duplicate key/);
  }
});

it("a template under a series is not deleted, and one that is free is", async () => {
  const world = await startSeriesWorld();
  const plan = "1d 18:00 x1";
  await world.play([...saveTemplate(), ...saveTemplate({}, "tpl_2"), ...beginSeries(plan)]);
  const deleted = { type: "template.delete", by: "tg-9", atMs: START_MS };
  const remove = (templateId: string) =>
    world.kit.send(TEMPLATES, Object.assign({ templateId }, deleted));
  const kept = async () =>
    (await world.database.query<{ template_id: string }>(
      "select t.template_id from raffle_templates t order by 1",
    )).rows.map(({ template_id }) => template_id);
  expect(await kept()).toEqual(["tpl_1", "tpl_2"]);
  expect(await remove("tpl_1")).toMatchObject({ status: "refused", reason: "templateInUse" });
  expect(await remove("tpl_2")).toMatchObject({ status: "accepted" });
  await world.kit.advance(DAY);
  expect(await world.row()).toMatchObject({ status: "ended", opened: 1 });
  expect(await remove("tpl_1")).toMatchObject({ status: "accepted" });
  expect(await kept()).toEqual([]);
});
