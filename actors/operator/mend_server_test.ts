import { expect, it } from "vitest";
import { openDatabase } from "../../db/open_database.ts";
import { createServerDatabase } from "../../db/testing/test_database.ts";
import { createOperator } from "./operator.ts";
import { defineOrders } from "./testing/orders.ts";

async function openWorld() {
  const database = await openDatabase({ url: await createServerDatabase() });
  await database.query("insert into actors (address, revision) values ('order/1', 1)");
  await database.query(
    `insert into dead_letters (address, event, error, at_ms)
     values ('order/1', '{"type":"add"}', 'it broke', 5)`,
  );
  const operator = createOperator({
    database,
    actors: [defineOrders()],
    nowMs: () => 10,
    log: () => {},
  });
  return { database, operator };
}

it.each(["redrive", "drop"] as const)(
  "of many who redrive and drop one letter at the same time one wins (%s first)",
  async (first) => {
    const { database, operator } = await openWorld();
    const second: "redrive" | "drop" = first === "redrive" ? "drop" : "redrive";
    try {
      const all = await Promise.all(
        [first, second, first, second].map((verb) => operator[verb](1)),
      );
      const statuses = all.map(({ status }) => status).sort();
      expect(statuses.slice(0, 3)).toEqual(["already", "already", "already"]);
      const { rows } = await database.query("select id from inbox");
      expect(rows).toHaveLength(statuses[3] === "redriven" ? 1 : 0);
    } finally {
      await database.close();
    }
  },
);

it("waits for an actor that somebody has locked", async () => {
  const { database, operator } = await openWorld();
  try {
    const isLocked = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const holding = database.transaction(async (tx) => {
      await tx.query("set local idle_in_transaction_session_timeout = 0");
      await tx.query("select 1 from actors for update");
      isLocked.resolve();
      await release.promise;
    });
    await isLocked.promise;
    const redriving = operator.redrive(1);
    await expect.poll(async () =>
      (await database.query(
        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      )).rowCount
    ).toBe(1);
    release.resolve();
    await holding;
    expect(await redriving).toMatchObject({ status: "redriven" });
  } finally {
    await database.close();
  }
});
