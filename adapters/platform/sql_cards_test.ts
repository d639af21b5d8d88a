import { expect, it } from "vitest";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { createSqlCards } from "./sql_cards.ts";

const card = {
  raffleId: "rfl_one",
  playerId: "tg-1",
  chatId: 1,
  messageId: 5,
  touchedAtMs: 1_000,
} as const;

async function recordRaffle(database: Database, status: string, tickets: number): Promise<void> {
  await database.query(
    `insert into raffles
       (raffle_id, status, terms, tickets, players, opened_at_ms, closes_at_ms, public_reason)
     values ('rfl_one', $1, '{}', $2, 1, 1, 2, '')
     on conflict (raffle_id) do update set status = excluded.status, tickets = excluded.tickets`,
    [status, tickets],
  );
}

async function count(database: Database, table: "effects" | "raffle_cards"): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from ${table}`,
  );
  return rows[0]?.count ?? NaN;
}

it("remembers a card that shows the raffle as it is, and asks for nothing", async () => {
  const database = await openTestDatabase();
  await recordRaffle(database, "open", 2);
  await createSqlCards(database).open(card, { status: "open", tickets: 2 });
  expect(await count(database, "raffle_cards")).toBe(1);
  expect(await count(database, "effects")).toBe(0);
});

it.each([["open", 3], ["settled", 2]])(
  "lets a card follow that was shown before the raffle became %s with %d tickets",
  async (status, tickets) => {
    const database = await openTestDatabase();
    await recordRaffle(database, status, tickets);
    await createSqlCards(database).open(card, { status: "open", tickets: 2 });
    expect(await count(database, "effects")).toBe(1);
  },
);

it("does not remember the card of a raffle that has ended", async () => {
  const database = await openTestDatabase();
  await recordRaffle(database, "settled", 2);
  await createSqlCards(database).open(card, { status: "settled", tickets: 2 });
  expect(await count(database, "raffle_cards")).toBe(0);
});
