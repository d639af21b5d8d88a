/** Two nodes on one database: of each occurrence they open one raffle, also when one of them ends. */
import { expect, it } from "vitest";
import { everywhere } from "../../actors/testing/mod.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { MAX_SERIES, type SeriesId } from "../../machines/domain/series.ts";
import {
  beginSeries,
  DAY,
  HOUR,
  readOccurrences,
  saveTemplate,
  seriesActors,
  startSeriesWorld,
} from "./testing/series_world.ts";

it("one node ends anywhere, and the other goes on with the series", {
  timeout: 240_000,
}, async () => {
  const database = await openTestDatabase();
  const report = await everywhere(seriesActors(database), [
    ...saveTemplate(),
    ...beginSeries("1d 18:00 x2"),
    { pass: 2 * DAY },
    ...beginSeries("end x2", "ser_2"),
    { pass: 3 * HOUR },
  ], {
    databases: [database],
    nodes: 2,
    crash: 12,
    outcome: (kit) => readOccurrences(kit.database),
  });
  expect(report.crashes).toBeGreaterThan(8);
  expect(await readOccurrences(database)).toEqual([
    "ser_1 1 refunded",
    "ser_1 2 refunded",
    "ser_2 1 refunded",
    "ser_2 2 refunded",
  ]);
});

it("all series at once on two nodes: each opens each of its raffles once", async () => {
  const world = await startSeriesWorld({ nodes: 2 });
  const all = Array.from({ length: MAX_SERIES }, (_, index): SeriesId => `ser_${index}`);
  await world.play(saveTemplate());
  await Promise.all(all.map((seriesId) => world.play(beginSeries("6h 6:00 x4", seriesId))));
  await world.kit.advance(2 * DAY);
  const want = all.toSorted().flatMap((seriesId) =>
    [1, 2, 3, 4].map((number) => `${seriesId} ${number} refunded`)
  );
  expect(await world.occurrences()).toEqual(want);
  const { rowCount } = await world.database.query("select 1 from raffles");
  expect(rowCount).toBe(want.length);
  const { rowCount: dead } = await world.database.query("select 1 from dead_letters");
  expect(dead).toBe(0);
  expect(world.reports()).toHaveLength(MAX_SERIES);
});
