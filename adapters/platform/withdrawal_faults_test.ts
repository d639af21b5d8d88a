/**
 * A node ends at every point of a prize's way, over the real ledger and tables and the real effects
 * before a Telegram that keeps its own books: nothing is sent twice, nothing is lost, and what nobody
 * can know waits for a person.
 */
import { expect, it } from "vitest";
import { emptyDatabase } from "../../actors/testing/empty_database.ts";
import { startTestRuntime, type TestRuntime } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { postTransfers } from "../../db/ledger.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { TELEGRAM_AVAILABLE, userAvailable } from "../../machines/domain/accounts.ts";
import type { WithdrawalInput } from "../../machines/domain/withdrawal.ts";
import { createWithdrawalEffects } from "../telegram/effects/withdrawal_effects.ts";
import { createOpenLimiter } from "../telegram/testing/fake_limiter.ts";
import { createFakeTelegram } from "../telegram/testing/fake_telegram.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";

const HOUR_MS = 3_600_000;
const nothing = { run: () => Promise.resolve() };
const stars = (minor: number) => ({ minor: String(minor), currency: "XTR" as const });

function wish(number: number, atMs: number, changes: Partial<WithdrawalInput> = {}) {
  return {
    withdrawalId: `wdr_${number}`,
    playerId: "tg-1",
    telegramUserId: 1,
    choice: { kind: "gift", giftId: "7" },
    amount: stars(15),
    limit: stars(1000),
    adminIds: ["tg-8", "tg-9"],
    atMs,
    ...changes,
  } satisfies WithdrawalInput;
}

/** Telegram with its own books, by the test's clock. */
function openTelegram() {
  const telegram = createFakeTelegram();
  const clock = { nowMs: () => 0 };
  const bought: { id: string; date: number }[] = [];
  telegram.always("getAvailableGifts", () => ({
    result: { gifts: [{ id: "7", star_count: 15, sticker: { emoji: "🎁" } }] },
  }));
  telegram.always("sendGift", () => {
    bought.push({ id: `stx_${bought.length}`, date: Math.floor(clock.nowMs() / 1000) });
    return { result: true };
  });
  telegram.always("getStarTransactions", () => ({
    result: {
      transactions: bought.map((purchase) => ({
        ...purchase,
        amount: 15,
        receiver: {
          type: "user",
          transaction_type: "gift_purchase",
          user: { id: 1 },
          gift: { id: "7" },
        },
      })),
    },
  }));
  const effects = createWithdrawalEffects({ api: telegram.api, limiter: createOpenLimiter() });
  const actors = defineRaffleActors(withRest({
    ...effects,
    notify: { ...nothing, lane: ({ playerId }) => `notify/${playerId}` },
  }, nothing));
  return { telegram, bought, clock, actors };
}

async function open(
  { crashAt = [], database: given }: {
    crashAt?: readonly (string | number)[];
    database?: Database;
  } = {},
) {
  const database = given ?? await openTestDatabase();
  await emptyDatabase(database);
  const { clock, ...world } = openTelegram();
  await database.transaction(async (tx) => {
    await postTransfers(tx, [{
      key: "test/prize",
      from: TELEGRAM_AVAILABLE,
      to: userAvailable("tg-1"),
      minor: 100n,
      currency: "XTR",
      type: "prize",
      eventAtMs: 0,
    }]);
  });
  const kit = await startTestRuntime(world.actors, { database, crashAt });
  clock.nowMs = () => kit.clock.nowMs();
  return { ...world, kit, database };
}

async function ask(kit: TestRuntime, input: WithdrawalInput): Promise<void> {
  const address = `withdrawal/${input.withdrawalId}`;
  await kit.send(address, { type: "withdrawal.start" }, { key: "tg:1", create: input });
}

async function balance(database: Database): Promise<[available: number, held: number]> {
  const [account] = await readBalances(database, [userAvailable("tg-1")]);
  return [Number(account?.availableMinor), Number(account?.heldMinor)];
}

async function valueOf(kit: TestRuntime, address: string): Promise<unknown> {
  return (await kit.insist((runtime) => runtime.read(address)))?.value;
}

it("a gift is sent once or not at all, wherever a node ends", { timeout: 240_000 }, async () => {
  const ends: Record<string, number> = {};
  const shared = await openTestDatabase();
  for (let point = 1;; point++) {
    const { kit, bought, database, telegram } = await open({ crashAt: [point], database: shared });
    await using _ = kit;
    await ask(kit, wish(1, kit.clock.nowMs()));
    await kit.settled();
    const hasCrashed = kit.crashes > 0;
    await kit.advance(26 * HOUR_MS);
    const value = await valueOf(kit, "withdrawal/wdr_1");
    expect(telegram.callsOf("sendGift").length, `point ${point}`).toBe(bought.length);
    if (value === "done") {
      expect([bought.length, await balance(database)]).toEqual([1, [85, 0]]);
    } else {
      // The node ended before it had asked, and nobody can know that it had not.
      expect([value, bought.length]).toEqual([{ undecided: "pausing" }, 0]);
      expect(await balance(database)).toEqual([85, 15]);
      await kit.send("withdrawal/wdr_1", { type: "withdrawal.void", by: "tg-9" } as never);
      expect(await balance(database)).toEqual([100, 0]);
    }
    expect((await checkBooks(database)).problems).toEqual([]);
    ends[JSON.stringify(value)] = (ends[JSON.stringify(value)] ?? 0) + 1;
    if (!hasCrashed) break;
  }
  expect(Object.keys(ends)).toHaveLength(2);
  expect(ends['"done"']).toBeGreaterThan(10);
});

it("a gift is found in the books when the node ended between the call and its answer", async () => {
  const { kit, bought, database } = await open({ crashAt: ["after effect sendPrize 1"] });
  await using _ = kit;
  await ask(kit, wish(1, kit.clock.nowMs()));
  await kit.settled();
  expect([kit.crashes, bought.length]).toEqual([1, 1]);
  expect(await valueOf(kit, "withdrawal/wdr_1")).toBe("done");
  expect(await balance(database)).toEqual([85, 0]);
  // An equal one is told apart from it, although its answer is lost, too.
  kit.crash("after effect sendPrize 1");
  await ask(kit, wish(2, kit.clock.nowMs()));
  await kit.settled();
  expect([kit.crashes, bought.length]).toEqual([2, 2]);
  const { rows } = await database.query(
    "select withdrawal_id, transaction_id from withdrawals order by withdrawal_id",
  );
  expect(rows).toEqual([
    { withdrawal_id: "wdr_1", transaction_id: "stx_0" },
    { withdrawal_id: "wdr_2", transaction_id: "stx_1" },
  ]);
});

it("an admin settles what the books never show", async () => {
  const { kit, telegram, database } = await open();
  await using _ = kit;
  telegram.answer("sendGift", { network: "reset" });
  await ask(kit, wish(1, kit.clock.nowMs()));
  await kit.advance(HOUR_MS);
  const settle = { type: "withdrawal.settle", by: "tg-9", atMs: 0 };
  expect(await kit.send("withdrawal/wdr_1", settle)).toMatchObject({
    status: "refused",
    reason: "stillLooking",
  });
  await kit.advance(25 * HOUR_MS);
  expect(await valueOf(kit, "withdrawal/wdr_1")).toEqual({ undecided: "pausing" });
  expect((await kit.send("withdrawal/wdr_1", settle)).status).toBe("accepted");
  expect(await balance(database)).toEqual([85, 0]);
  expect(telegram.callsOf("sendGift")).toHaveLength(1);
  // Free for the next one.
  await ask(kit, wish(2, kit.clock.nowMs()));
  await kit.settled();
  expect(await valueOf(kit, "withdrawal/wdr_2")).toBe("done");
  expect((await checkBooks(database)).problems).toEqual([]);
});

it("two admins who press at once send it once", async () => {
  const { kit, bought, database } = await open();
  await using _ = kit;
  await ask(kit, wish(1, kit.clock.nowMs(), { limit: stars(10) }));
  await kit.settled();
  expect(await valueOf(kit, "withdrawal/wdr_1")).toBe("waiting");
  const yes = (by: string, key: string) =>
    kit.send("withdrawal/wdr_1", { type: "withdrawal.approve", by, atMs: 1 } as never, { key });
  const receipts = await Promise.all([
    yes("tg-8", "tg:2"),
    yes("tg-8", "tg:3"),
    yes("tg-9", "tg:4"),
    yes("tg-9", "tg:5"),
  ]);
  expect(receipts.map(({ status }) => status).toSorted())
    .toEqual(["accepted", "accepted", "refused", "refused"]);
  await kit.settled();
  expect([bought.length, await balance(database)]).toEqual([1, [85, 0]]);
});

it("two devices that ask for different gifts at once get one", async () => {
  const { kit, bought, database } = await open();
  await using _ = kit;
  await Promise.all([1, 2, 3].map((number) => ask(kit, wish(number, kit.clock.nowMs()))));
  await kit.settled();
  const values = await Promise.all(
    [1, 2, 3].map((number) => valueOf(kit, `withdrawal/wdr_${number}`)),
  );
  expect(values.toSorted()).toEqual(["done", "refused", "refused"]);
  expect([bought.length, await balance(database)]).toEqual([1, [85, 0]]);
});
