/** The books' file: an older layout is brought up to date, a newer one refused. */
import { mkdtemp, rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFixture } from "./sandbox_for_tests.ts";
import { LAYOUTS } from "./schema.ts";
import { openStore } from "./store.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sandbox-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

function write(sql: string): void {
  const database = new DatabaseSync(join(dataDir, "sandbox.sqlite"));
  database.exec(sql);
  database.close();
}

it("a file of the first layout keeps its charges, refunds and withdrawals", async () => {
  write(`${LAYOUTS[0]}
    insert into bots (id, token, username, last_update_id, balance)
      values (123456789, '123456789:AAHsandboxAAHsandboxAAHsandboxAAHs1', 'old_bot', 7, 25);
    insert into people (id, first_name, username, stars) values (1001, 'Anna', 'anna', 60);
    insert into star_transactions (bot_id, id, is_incoming, amount, at, person_id, payload) values
      (123456789, 'stx1', 1, 40, 1000, 1001, 'order_1'),
      (123456789, 'stx1', 0, 10, 2000, 1001, 'order_1'),
      (123456789, 'stw1', 0, 5, 3000, null, null);
    pragma user_version = 1;`);
  const fixture = await createFixture({ dataDir });
  const user = { id: 1001, is_bot: false, first_name: "Anna", username: "anna" };
  const partner = {
    type: "user",
    transaction_type: "invoice_payment",
    user,
    invoice_payload: "order_1",
  };
  expect((await fixture.call("getStarTransactions")).result.transactions).toEqual([
    { id: "stx1", amount: 40, date: 1, source: partner },
    { id: "stx1", amount: 10, date: 2, receiver: partner },
    {
      id: "stw1",
      amount: 5,
      date: 3,
      receiver: { type: "fragment", withdrawal_state: { type: "pending" } },
    },
  ]);
  expect((await fixture.people.books()).bots[0]).toMatchObject({
    received: 40,
    refunded: 10,
    withdrawn: 5,
    balance: 25,
  });
  await fixture.sandbox.close();
});

it("a file of a newer layout is refused with what to do", () => {
  write(`pragma user_version = ${LAYOUTS.length + 1};`);
  expect(() => openStore(dataDir)).toThrow(
    /sandbox's books in ".+": layout \d+.+delete the folder/,
  );
});
