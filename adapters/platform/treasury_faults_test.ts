/**
 * The treasury with a node that ends at any point at which it writes or calls out: in the middle of a
 * sweep, of a reading, of a comparison. Stars are settled once, rows are read once, nothing is told
 * of that is not so.
 */
import { expect, it } from "vitest";
import { everywhere } from "../../actors/testing/everywhere.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { TREASURY } from "../../machines/domain/treasury.ts";
import {
  ADMIN,
  askEntry,
  Books,
  confirmEntry,
  DAY,
  defineTreasuryActors,
  HOUR,
  openTreasury,
  START_MS,
} from "./testing/treasury_world.ts";
import { CRASHES, seed } from "./testing/crash_share.ts";

it("settles and compares once, wherever a node ends", { timeout: 180_000 }, async () => {
  const database = await openTestDatabase();
  const books = new Books();
  for (const number of [1, 2]) books.addCharge(number, START_MS);
  books.add({ id: "t1", amount: 500, atMs: START_MS, partner: { type: "fragment" } });
  books.add({ id: "x1", amount: 7, atMs: START_MS });
  const told = { admins: [], players: [] };
  const paid = [1, 2].flatMap((number) => [
    ...askEntry(number, START_MS - 21 * DAY),
    ...confirmEntry(number, START_MS - 21 * DAY),
  ]);
  const move = { kind: "topUp", stars: "500", by: `tg-${ADMIN}`, atMs: START_MS };
  const { crashes, points } = await everywhere(
    defineTreasuryActors(database, { books, told }),
    [
      ...openTreasury(),
      ...paid,
      { to: TREASURY, send: { type: "ownerMove.said", ...move } as never },
      { pass: HOUR + 60_000 },
    ],
    {
      databases: [database],
      crash: CRASHES,
      crashTwice: 4,
      seed,
      outcome: async () => {
        expect((await checkBooks(database)).problems).toEqual([]);
        const [accounts, rows, findings, charges] = await Promise.all([
          database.query(
            "select a.name, a.balance_minor::text as minor from ledger_accounts a order by a.name",
          ),
          database.query(
            `select b.transaction_id, b.position::int, b.ours, b.run::int from star_books b
             order by b.position`,
          ),
          database.query("select f.key, f.kind, f.is_told from reconciliation_findings f"),
          database.query(
            `select c.charge_id, c.lies, c.is_receipt_seen from charges c order by c.charge_id`,
          ),
        ]);
        expect(findings.rows).toEqual([{ key: "row/in/x1", kind: "unknownRow", is_told: true }]);
        expect(charges.rows.map(({ lies }) => lies)).toEqual(["available", "available"]);
        return JSON.stringify([accounts.rows, rows.rows, charges.rows]);
      },
    },
  );
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.some((point) => point.startsWith("after effect readStarBooks"))).toBe(true);
});
