import { expect, it } from "vitest";
import { beginAudit, endAudit, listAudit } from "./audit_log.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const order = (key: string) => ({
  key,
  by: "tg-1",
  role: "owner",
  what: "stop",
  target: "rfl_1",
  detail: "<b>",
  atMs: 5,
});

it("keeps every order once, in the order in which they came, with its first outcome", async () => {
  const database = await openTestDatabase();
  for (const key of ["tg:2", "tg:1", "tg:2", "tg:3"]) await beginAudit(database, order(key));
  await endAudit(database, { key: "tg:1", outcome: "accepted" });
  await endAudit(database, { key: "tg:1", outcome: "failed" });
  const all = await listAudit(database, { before: 0, limit: 10 });
  expect(all.map(({ key, outcome }) => [key, outcome])).toEqual([
    ["tg:3", null],
    ["tg:1", "accepted"],
    ["tg:2", null],
  ]);
  const [, second] = all;
  const older = await listAudit(database, { before: second?.id ?? 0, limit: 1 });
  expect(older.map(({ key }) => key)).toEqual(["tg:2"]);
});

it.each([
  "delete from audit_log",
  "truncate audit_log",
  "update audit_log set what = 'other'",
  "update audit_log set outcome = 'other'",
])("refuses to %s", async (statement) => {
  const database = await openTestDatabase();
  await beginAudit(database, order("tg:1"));
  await endAudit(database, { key: "tg:1", outcome: "accepted" });
  await expect(database.query(statement)).rejects.toThrow("it is only added to");
});
