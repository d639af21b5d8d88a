/**
 * A node ends at every point of a prize's way, over the real ledger and tables and the real effects
 * before a Telegram that keeps its own books: nothing is sent twice, nothing is lost, and what nobody
 * can know waits for a person.
 */
import { describe, expect, it } from "vitest";
import { emptyDatabase } from "../../db/testing/empty_database.ts";
import { startTestRuntime, type TestRuntime } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { postTransfers } from "../../db/ledger.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { TELEGRAM_AVAILABLE, userAvailable } from "../../machines/domain/accounts.ts";
import type { EffectActions } from "../../machines/domain/effects.ts";
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
    adminIds: ["tg-888", "tg-999"],
    atMs,
    ...changes,
  } satisfies WithdrawalInput;
}

/** Telegram with its own books, by the test's clock. */
function openTelegram(notify: (told: EffectActions["notify"]) => void = () => {}) {
  const telegram = createFakeTelegram();
  const clock = { nowMs: () => 0 };
  const bought: { id: string; date: number; userId: number }[] = [];
  telegram.always("getAvailableGifts", () => ({
    result: {
      gifts: [["7", 15], ["8", 10]].map(([id, star_count]) => ({
        id,
        star_count,
        sticker: { emoji: "🎁" },
      })),
    },
  }));
  telegram.always("sendGift", (payload) => {
    const { user_id: userId } = payload as { user_id: number };
    const date = Math.floor(clock.nowMs() / 1000);
    bought.push({ id: `stx_${bought.length}`, date, userId });
    return { result: true };
  });
  telegram.always("getStarTransactions", () => ({
    result: {
      transactions: bought.map(({ userId, ...purchase }) => ({
        ...purchase,
        amount: 15,
        receiver: {
          type: "user",
          transaction_type: "gift_purchase",
          user: { id: userId },
          gift: { id: "7" },
        },
      })),
    },
  }));
  const effects = createWithdrawalEffects({ api: telegram.api, limiter: createOpenLimiter() });
  const actors = defineRaffleActors(withRest({
    ...effects,
    notify: {
      run: (told) => Promise.resolve(notify(told)),
      lane: ({ playerId }) => `notify/${playerId}`,
    },
  }, nothing));
  return { telegram, bought, clock, actors };
}

async function open(
  { crashAt = [], database: given, players = 1, notify }: {
    crashAt?: readonly (string | number)[];
    database?: Database;
    /** Players with a hundred Stars: `tg-1`, … */
    players?: number;
    notify?: (told: EffectActions["notify"]) => void;
  } = {},
) {
  const database = given ?? await openTestDatabase();
  await emptyDatabase(database);
  const { clock, ...world } = openTelegram(notify);
  await database.transaction(async (tx) => {
    await postTransfers(
      tx,
      Array.from({ length: players }, (_, index) => ({
        key: `test/prize/${index + 1}`,
        from: TELEGRAM_AVAILABLE,
        to: userAvailable(`tg-${index + 1}`),
        minor: 100n,
        currency: "XTR",
        type: "prize" as const,
        eventAtMs: 0,
      })),
    );
  });
  const kit = await startTestRuntime(world.actors, { database, crashAt });
  clock.nowMs = () => kit.clock.nowMs();
  return { ...world, kit, database };
}

async function ask(kit: TestRuntime, input: WithdrawalInput): Promise<void> {
  const address = `withdrawal/${input.withdrawalId}`;
  await kit.send(address, { type: "withdrawal.start" }, { key: "tg:1", create: input });
}

async function balance(
  database: Database,
  playerId = "tg-1",
): Promise<[available: number, held: number]> {
  const [account] = await readBalances(database, [userAvailable(playerId)]);
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
      await kit.send("withdrawal/wdr_1", { type: "withdrawal.void", by: "tg-999" } as never);
      await kit.settled();
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
  const settle = { type: "withdrawal.settle", by: "tg-999", atMs: 0 };
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

/** A gift of which nobody knows after a day; what the admins are told is collected. */
async function openDoubt({ players = 1 }: { players?: number } = {}) {
  const told: string[] = [];
  const world = await open({
    players,
    notify: ({ playerId, notice }) => {
      const found = notice.key === "withdrawalVoidLooked" ? ` ${notice.found}` : "";
      told.push(`${playerId} ${notice.key}${found}`);
    },
  });
  const { kit, telegram } = world;
  for (let number = 1; number <= players; number++) {
    telegram.answer("sendGift", { network: "reset" });
    const player = { playerId: `tg-${number}`, telegramUserId: number };
    await ask(kit, wish(number, kit.clock.nowMs(), player));
  }
  await kit.advance(25 * HOUR_MS);
  expect(await valueOf(kit, `withdrawal/wdr_${players}`)).toEqual({ undecided: "pausing" });
  const sayVoid = (by: string, key: string, number = 1) =>
    kit.send(`withdrawal/wdr_${number}`, { type: "withdrawal.void", by, atMs: 1 } as never, {
      key,
    });
  return { ...world, sayVoid, told };
}

describe("an admin who says that it has not arrived", () => {
  const found = (told: readonly string[]) =>
    told.filter((line) => line.includes("withdrawalVoidLooked"));

  // His word counted at once, while the last look could be six hours old.
  it("is told that it came after the last look, and nothing goes back", async () => {
    const { kit, bought, database, sayVoid, told } = await openDoubt();
    await using _ = kit;
    bought.push({ id: "stx_late", date: Math.floor(kit.clock.nowMs() / 1000), userId: 1 });
    await sayVoid("tg-999", "tg:2");
    await kit.settled();
    expect(await valueOf(kit, "withdrawal/wdr_1")).toBe("done");
    expect(await balance(database)).toEqual([85, 0]);
    expect(found(told)).toEqual(["tg-999 withdrawalVoidLooked purchase"]);
    const { rows } = await database.query("select transaction_id from withdrawals");
    expect(rows).toEqual([{ transaction_id: "stx_late" }]);
    expect((await checkBooks(database)).problems).toEqual([]);
  });

  it("is asked to say it later while the books cannot be read", async () => {
    const { kit, telegram, database, sayVoid, told } = await openDoubt();
    await using _ = kit;
    const before = told.length;
    const lost = { network: "reset" };
    telegram.answer("getStarTransactions", lost, lost, lost);
    await sayVoid("tg-999", "tg:2");
    await kit.advance(10 * 60_000);
    expect(await valueOf(kit, "withdrawal/wdr_1")).toEqual({ undecided: "pausing" });
    expect(told.slice(before)).toEqual(["tg-999 withdrawalVoidLooked unread"]);
    expect(await balance(database)).toEqual([85, 15]);
    await sayVoid("tg-888", "tg:3");
    await kit.settled();
    expect(await valueOf(kit, "withdrawal/wdr_1")).toBe("returned");
    expect(found(told).at(-1)).toBe("tg-888 withdrawalVoidLooked nothing");
    expect(await balance(database)).toEqual([100, 0]);
  });

  it("is one of two who say it at once, twice each: it is looked up for the first", async () => {
    const { kit, telegram, database, sayVoid, told } = await openDoubt();
    await using _ = kit;
    const before = telegram.callsOf("getStarTransactions").length;
    const receipts = await Promise.all([
      sayVoid("tg-888", "tg:2"),
      sayVoid("tg-888", "tg:2"),
      sayVoid("tg-888", "tg:3"),
      sayVoid("tg-999", "tg:4"),
    ]);
    expect(receipts.map(({ status, reason }) => reason ?? status).toSorted())
      .toEqual(["accepted", "beingLookedUp", "beingLookedUp", "duplicate"]);
    await kit.settled();
    expect(telegram.callsOf("getStarTransactions")).toHaveLength(before + 1);
    expect(found(told)).toHaveLength(1);
    expect(await balance(database)).toEqual([100, 0]);
    expect((await sayVoid("tg-999", "tg:5")).status).toBe("refused");
    expect((await checkBooks(database)).problems).toEqual([]);
  });

  it("gets one end, wherever a node ends", { timeout: 240_000 }, async () => {
    // More than there are points; each withdrawal is in doubt, and each second one comes late.
    const players = 120;
    const { kit, bought, database, sayVoid, told } = await openDoubt({ players });
    await using _ = kit;
    for (let point = 1;; point++) {
      expect(point).toBeLessThanOrEqual(players / 2);
      const date = Math.floor(kit.clock.nowMs() / 1000);
      const ends: unknown[] = [];
      let crashes = 0;
      for (const [number, isBought] of [[2 * point - 1, false], [2 * point, true]] as const) {
        if (isBought) bought.push({ id: `stx_${number}`, date, userId: number });
        const before = kit.crashes;
        kit.crash((kit.spare().at(-1)?.length ?? 0) + point);
        await sayVoid("tg-999", `tg:void ${number}`, number);
        await kit.settled();
        kit.spare();
        crashes += kit.crashes - before;
        const about = `withdrawal/wdr_${number}`;
        ends.push([await valueOf(kit, about), await balance(database, `tg-${number}`)]);
        // A notice whose delivery was not recorded any more is sent again.
        const answers = new Set(found(told.splice(0)));
        const answer = isBought ? "purchase" : "nothing";
        expect(answers).toEqual(new Set([`tg-999 withdrawalVoidLooked ${answer}`]));
      }
      expect(ends, `point ${point}`).toEqual([["returned", [100, 0]], ["done", [85, 0]]]);
      if (crashes === 0) break;
    }
    expect((await checkBooks(database)).problems).toEqual([]);
  });
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
    yes("tg-888", "tg:2"),
    yes("tg-888", "tg:3"),
    yes("tg-999", "tg:4"),
    yes("tg-999", "tg:5"),
  ]);
  expect(receipts.map(({ status }) => status).toSorted())
    .toEqual(["accepted", "accepted", "refused", "refused"]);
  await kit.settled();
  expect([bought.length, await balance(database)]).toEqual([1, [85, 0]]);
});

// Each was within the limit, so that ten of them needed nobody's yes.
it("what was taken out within a day counts towards the limit", async () => {
  const { kit, database } = await open();
  await using _ = kit;
  const limit = stars(40);
  const take = async (number: number, choice: Partial<WithdrawalInput> = {}) => {
    await ask(kit, wish(number, kit.clock.nowMs(), { limit, ...choice }));
    await kit.settled();
    return await valueOf(kit, `withdrawal/wdr_${number}`);
  };
  expect([await take(1), await take(2)]).toEqual(["done", "done"]);
  expect(await take(3)).toBe("waiting");
  await kit.send("withdrawal/wdr_3", { type: "withdrawal.cancel", by: "tg-1" } as never);
  // What came back does not count, and a smaller one fits.
  const small = { choice: { kind: "gift", giftId: "8" }, amount: stars(10) } as const;
  expect([await take(4, small), await take(5, small)]).toEqual(["done", "waiting"]);
  await kit.send("withdrawal/wdr_5", { type: "withdrawal.cancel", by: "tg-1" } as never);
  await kit.advance(24 * HOUR_MS - 1);
  expect(await take(6)).toBe("waiting");
  await kit.send("withdrawal/wdr_6", { type: "withdrawal.cancel", by: "tg-1" } as never);
  await kit.advance(1);
  expect(await take(7)).toBe("done");
  expect(await balance(database)).toEqual([45, 0]);
});

it("two devices at once do not get past the limit", async () => {
  const { kit, bought } = await open();
  await using _ = kit;
  const limit = stars(15);
  const ends = await Promise.all([1, 2, 3].map(async (number) => {
    await ask(kit, wish(number, kit.clock.nowMs(), { limit }));
    await kit.settled();
    return await valueOf(kit, `withdrawal/wdr_${number}`);
  }));
  expect(ends.filter((end) => end === "done")).toHaveLength(1);
  await ask(kit, wish(4, kit.clock.nowMs(), { limit }));
  await kit.settled();
  expect([await valueOf(kit, "withdrawal/wdr_4"), bought.length]).toEqual(["waiting", 1]);
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
