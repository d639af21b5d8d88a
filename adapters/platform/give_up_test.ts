/**
 * A balance that is given up for a player's data to be deleted: with the deletion or not at all, just
 * what he was shown, once, wherever a node ends.
 */
import { expect, it } from "vitest";
import { startTestRuntime, type TestRuntime } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { postTransfers } from "../../db/ledger.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import {
  TELEGRAM_AVAILABLE,
  TREASURY_FEES,
  userAvailable,
} from "../../machines/domain/accounts.ts";
import type { EffectActions } from "../../machines/domain/effects.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { WithdrawalInput } from "../../machines/domain/withdrawal.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";

const nothing = { run: () => Promise.resolve() };
const stars = (minor: number): MoneyJson => ({ minor: String(minor), currency: "XTR" });
const playerOf = (number: number) => `tg-${number}`;
const userOf = (number: number) => `user/${playerOf(number)}`;

async function fund(
  database: Database,
  { number, amount, key }: { number: number; amount: MoneyJson; key: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    await postTransfers(tx, [{
      key,
      from: TELEGRAM_AVAILABLE,
      to: userAvailable(playerOf(number)),
      minor: BigInt(amount.minor),
      currency: amount.currency,
      type: "prize",
      eventAtMs: 0,
    }]);
  });
}

/** Players with seven Stars each who want their data deleted. */
async function open({ players = 1 }: { players?: number } = {}) {
  const database = await openTestDatabase();
  const told: string[] = [];
  const kit = await startTestRuntime(
    defineRaffleActors(withRest({
      notify: {
        run: ({ playerId, notice }: EffectActions["notify"]) => {
          const left = notice.key === "deletionWaits" ? ` ${JSON.stringify(notice.left)}` : "";
          return Promise.resolve(void told.push(`${playerId} ${notice.key}${left}`));
        },
        lane: ({ playerId }) => `notify/${playerId}`,
      },
      erasePlayer: { run: () => Promise.resolve({ erased: 0 }) },
    }, nothing)),
    { database },
  );
  const atMs = kit.clock.nowMs();
  for (let number = 1; number <= players; number++) {
    await fund(database, { number, amount: stars(7), key: `test/${number}` });
    await kit.create(userOf(number), {
      playerId: playerOf(number),
      chatId: number,
      name: "Zerafina",
      language: "en",
      atMs,
      entriesPerDay: 50,
    });
    await kit.send(userOf(number), { type: "deletion.asked", atMs } as never);
  }
  await kit.settled();
  return { kit, database, told };
}

function giveUp(kit: TestRuntime, number: number, amounts: MoneyJson[], key?: string) {
  const event = { type: "balance.givenUp", amounts, atMs: kit.clock.nowMs() };
  return kit.send(userOf(number), event as never, key === undefined ? {} : { key });
}

async function valueOf(kit: TestRuntime, address: string): Promise<unknown> {
  return (await kit.insist((runtime) => runtime.read(address)))?.value;
}

/** Balances that are not 0, without what Telegram holds. */
async function accounts(database: Database): Promise<Record<string, number>> {
  const { rows } = await database.query<{ name: string; balance: bigint }>(
    `select a.name || ' ' || a.currency as name, a.balance_minor as balance
     from ledger_accounts a where a.balance_minor <> 0 and a.name not like 'provider/%'`,
  );
  return Object.fromEntries(rows.map(({ name, balance }) => [name, Number(balance)]));
}

const FEES = `${TREASURY_FEES} XTR`;
const HIS = `${userAvailable("tg-1")} XTR`;
const only = (minor: number) =>
  `tg-1 deletionWaits ${
    JSON.stringify({ tickets: 0, payments: 0, balances: [stars(minor)], prizes: 0 })
  }`;

// It kept his data for ever: no prize is so small.
it("goes to the treasury in the commit that deletes his data", async () => {
  const { kit, database, told } = await open();
  await using _ = kit;
  expect(told).toEqual([only(7)]);
  await giveUp(kit, 1, [stars(7)]);
  await kit.settled();
  expect([await valueOf(kit, userOf(1)), await accounts(database)])
    .toEqual(["forgotten", { [FEES]: 7 }]);
  const { rows } = await database.query(
    `select t.type, t.cause_revision::int as revision, l.what, l.detail
     from ledger_transfers t, player_log l where t.type = 'givenUp' and l.what = 'dataDeleted'`,
  );
  expect(rows).toEqual([
    { type: "givenUp", revision: expect.any(Number), what: "dataDeleted", detail: "gave up 7 XTR" },
  ]);
  expect((await database.query("select from players")).rowCount).toBe(0);
  expect((await checkBooks(database)).problems).toEqual([]);
});

it.each<[string, MoneyJson[]]>([
  ["less", [stars(6)]],
  ["more", [stars(8)]],
  ["nothing", []],
  ["another currency", [{ minor: "7", currency: "RUB" }]],
  ["more than one", [stars(7), { minor: "7", currency: "RUB" }]],
])("stays when he was shown %s, and he is told what it is now", async (_, amounts) => {
  const { kit, database, told } = await open();
  await using _kit = kit;
  await giveUp(kit, 1, amounts);
  await kit.settled();
  expect([await valueOf(kit, userOf(1)), await accounts(database)])
    .toEqual(["active", { [HIS]: 7 }]);
  expect(told).toEqual([only(7), only(7)]);
});

it("goes in every currency, or in none", async () => {
  const { kit, database } = await open();
  await using _ = kit;
  const rubles: MoneyJson = { minor: "12550", currency: "RUB" };
  await fund(database, { number: 1, amount: rubles, key: "test/rubles" });
  await giveUp(kit, 1, [stars(7)]);
  await kit.settled();
  expect(await valueOf(kit, userOf(1))).toBe("active");
  await giveUp(kit, 1, [stars(7), rubles]);
  await kit.settled();
  expect([await valueOf(kit, userOf(1)), await accounts(database)])
    .toEqual(["forgotten", { [FEES]: 7, [`${TREASURY_FEES} RUB`]: 12550 }]);
});

it("is given up once by two devices at once, and again when he has begun anew", async () => {
  const { kit, database } = await open();
  await using _ = kit;
  const receipts = await Promise.all([
    giveUp(kit, 1, [stars(7)], "tg:1"),
    giveUp(kit, 1, [stars(7)], "tg:1"),
    giveUp(kit, 1, [stars(7)], "tg:2"),
  ]);
  expect(receipts.map(({ status }) => status).toSorted())
    .toEqual(["accepted", "accepted", "duplicate"]);
  await kit.settled();
  expect(await accounts(database)).toEqual({ [FEES]: 7 });
  const atMs = kit.clock.nowMs();
  await kit.send(userOf(1), { type: "user.started", name: "Z", language: "en", atMs } as never);
  await fund(database, { number: 1, amount: stars(7), key: "test/again" });
  await kit.send(userOf(1), { type: "deletion.asked", atMs } as never);
  await giveUp(kit, 1, [stars(7)], "tg:3");
  await kit.settled();
  expect([await valueOf(kit, userOf(1)), await accounts(database)])
    .toEqual(["forgotten", { [FEES]: 14 }]);
});

// The second press asked the ledger anew, before the first was answered: only one of the two answers
// was heard, and it could be the wrong one.
it("is decided once by presses and a wish that come together", async () => {
  const { kit, database, told } = await open();
  await using _ = kit;
  const atMs = kit.clock.nowMs();
  const say = (type: string) => kit.send(userOf(1), { type, atMs } as never);
  await Promise.all([
    giveUp(kit, 1, [stars(7)]),
    say("deletion.asked"),
    giveUp(kit, 1, [stars(7)]),
    say("deletion.due"),
    say("deletion.withdrawn"),
  ]);
  await kit.settled();
  const isGone = await valueOf(kit, userOf(1)) === "forgotten";
  expect(await accounts(database)).toEqual(isGone ? { [FEES]: 7 } : { [HIS]: 7 });
  // Whatever came first, he knows how it stands.
  if (!isGone) expect(told.length).toBeGreaterThan(1);
});

/** Premium that waits for an admin's yes, so that its money stays held. */
function wish(withdrawalId: `wdr_${string}`, atMs: number): WithdrawalInput {
  return {
    withdrawalId,
    playerId: "tg-1",
    telegramUserId: 1,
    choice: { kind: "premium", months: 3 },
    amount: stars(7),
    limit: stars(0),
    adminIds: [],
    atMs,
  };
}

it("stays while a prize is on its way, and is offered again when that came back", async () => {
  const { kit, database, told } = await open();
  await using _ = kit;
  const start = { type: "withdrawal.start" } as never;
  await kit.send("withdrawal/wdr_1", start, { create: wish("wdr_1", kit.clock.nowMs()) });
  await giveUp(kit, 1, [stars(7)]);
  await kit.settled();
  expect([await valueOf(kit, userOf(1)), await accounts(database)])
    .toEqual(["active", { [HIS]: 7 }]);
  await kit.send("withdrawal/wdr_1", { type: "withdrawal.cancel", by: "tg-1" } as never);
  await kit.settled();
  const before = told.length;
  await kit.advance(10 * 60_000);
  expect(told.slice(before)).toEqual([only(7)]);
});

it("leaves once when a prize is asked for at the same moment", async () => {
  const { kit, database } = await open();
  await using _ = kit;
  const start = { type: "withdrawal.start" } as never;
  await Promise.all([
    kit.send("withdrawal/wdr_1", start, { create: wish("wdr_1", kit.clock.nowMs()) }),
    giveUp(kit, 1, [stars(7)]),
  ]);
  await kit.settled();
  const ends = [await valueOf(kit, userOf(1)), await valueOf(kit, "withdrawal/wdr_1")];
  expect([["forgotten", "refused"], ["active", "waiting"]]).toContainEqual(ends);
  expect(await accounts(database)).toEqual(ends[0] === "forgotten" ? { [FEES]: 7 } : { [HIS]: 7 });
  expect((await checkBooks(database)).problems).toEqual([]);
});

it("goes with his data or stays with it, wherever a node ends", { timeout: 240_000 }, async () => {
  // More than there are points.
  const players = 60;
  const { kit, database } = await open({ players });
  await using _ = kit;
  for (let point = 1;; point++) {
    expect(point).toBeLessThanOrEqual(players);
    const before = kit.crashes;
    kit.crash((kit.spare().at(-1)?.length ?? 0) + point);
    await giveUp(kit, point, [stars(7)], `tg:${point}`);
    await kit.settled();
    kit.spare();
    expect(await valueOf(kit, userOf(point)), `point ${point}`).toBe("forgotten");
    const balances = await accounts(database);
    expect([balances[FEES], Object.keys(balances)]).toEqual([
      7 * point,
      expect.not.arrayContaining([`${userAvailable(playerOf(point))} XTR`]),
    ]);
    if (kit.crashes === before) break;
  }
  expect((await checkBooks(database)).problems).toEqual([]);
});
