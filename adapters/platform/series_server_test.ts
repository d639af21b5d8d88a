/** Two nodes on one database: of each occurrence they open one raffle, also when one of them ends. */
import { expect, it } from "vitest";
import { everywhere } from "../../actors/testing/mod.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { MAX_SERIES, type SeriesId } from "../../machines/domain/series.ts";
import {
  beginSeries,
  DAY,
  fund,
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

it("series that want the last of the reserve at once: one has it, the others wait for theirs", async () => {
  const world = await startSeriesWorld({ nodes: 2, maxBatchSize: 1 });
  const { kit, database } = world;
  const all = Array.from({ length: 8 }, (_, index): SeriesId => `ser_${index}`);
  await fund(database, 500);
  await world.play(saveTemplate({ guaranteedPrize: { minor: "500", currency: "XTR" } }));
  await Promise.all(all.map((seriesId) => world.play(beginSeries("1d 18:00", seriesId))));
  await kit.advance(18 * HOUR);
  expect(await world.occurrences()).toHaveLength(1);
  expect(world.reports()).toHaveLength(all.length - 1);
  const waiting = await Promise.all(all.map((seriesId) => kit.runtime.read(`series/${seriesId}`)));
  expect(waiting.map((view) => view?.value)).toEqual(all.map(() => "waiting"));
  // Each day one of them has it, as long as its raffle runs.
  await kit.advance(3 * DAY);
  expect((await world.occurrences()).length).toBeGreaterThanOrEqual(4);
  // A raffle that was made and could not be opened is thrown away, and belongs to no series.
  const { rowCount: left } = await database.query(
    `select 1 from raffles r where r.status <> 'refunded'
       and not exists (select from series_raffles o where o.raffle_id = r.raffle_id)`,
  );
  expect(left).toBe(0);
  expect((await checkBooks(database)).problems).toEqual([]);
});
