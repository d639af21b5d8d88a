import { beforeEach, describe, expect, it } from "vitest";
import type { Database } from "./connection.ts";
import { insertDisputes, readDispute } from "./disputes.ts";
import { forgetPlayers } from "./forget_player.ts";
import { recordPlayers, recordTickets } from "./raffles.ts";
import {
  countExcluded,
  countOpenSuspicions,
  countSuspects,
  excludeTickets,
  knownSuspicions,
  listBars,
  listForeignPayers,
  listSharedDestinations,
  listSuspicions,
  listTicketsOfPlayer,
  pageEntryFacts,
  readSuspicion,
  recordForeignPayers,
  recordSuspicions,
  type SuspicionRecord,
} from "./suspicions.ts";
import { openTestDatabase } from "./testing/test_database.ts";

const AT_MS = 1_800_000_000_000;
let database: Database;

beforeEach(async () => {
  database = await openTestDatabase();
});

function record(changes: Partial<SuspicionRecord> = {}): SuspicionRecord {
  return {
    suspicionId: "sus_1",
    playerId: "tg-1",
    raffleId: "rfl_one",
    signal: "burst",
    status: "open",
    evidence: '{"players":20}',
    by: null,
    barredUntilMs: 0,
    atMs: AT_MS,
    ...changes,
  };
}

function decided(changes: Partial<SuspicionRecord>): SuspicionRecord {
  const { evidence: _, ...rest } = record({ by: "tg-9", ...changes });
  return rest;
}

/** Tickets of these players in this order, a second apart. */
function ticketsOf(playerIds: readonly string[], raffleId = "rfl_one") {
  return playerIds.map((playerId, index) => ({
    raffleId,
    number: index + 1,
    playerId,
    paymentId: `pay_${raffleId}_${index + 1}`,
    salt: "5a",
    atMs: AT_MS + index * 1_000,
  }));
}

async function list(raffleId = "rfl_one"): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `select number || ' ' || payment_id as line from tickets where raffle_id = $1 order by number`,
    [raffleId],
  );
  return rows.map(({ line }) => line);
}

describe("pageEntryFacts()", () => {
  it("counts each player's tickets within the minute and the hour, of all raffles", async () => {
    const far = { ...ticketsOf(["tg-1"], "rfl_old")[0], atMs: AT_MS - 59 * 60_000 } as never;
    await recordTickets(database, [far, ...ticketsOf(["tg-1", "tg-2", "tg-1"])]);
    await recordPlayers(database, [{
      playerId: "tg-1",
      chatId: 1,
      name: "Ann",
      language: "en",
      isBlocked: false,
      atMs: AT_MS - 5,
    }]);
    const facts = await pageEntryFacts(database, {
      after: { atMs: AT_MS, paymentId: "" },
      limit: 10,
    });
    expect(facts.map(({ playerId, perMinute, perHour, firstSeenAtMs }) => [
      playerId,
      perMinute,
      perHour,
      firstSeenAtMs,
    ])).toEqual([["tg-1", 1, 2, AT_MS - 5], ["tg-2", 1, 1, 0], ["tg-1", 2, 3, AT_MS - 5]]);
  });

  it("pages without a gap, also among tickets of one moment", async () => {
    const tickets = ticketsOf(Array.from({ length: 7 }, (_, at) => `tg-${at}`))
      .map((ticket) => ({ ...ticket, atMs: AT_MS }));
    await recordTickets(database, tickets);
    const seen: string[] = [];
    let after = { atMs: 0, paymentId: "" };
    for (let page = 0; page < 5; page++) {
      const facts = await pageEntryFacts(database, { after, limit: 2 });
      seen.push(...facts.map(({ paymentId }) => paymentId));
      after = facts.at(-1) ?? after;
    }
    expect(seen).toEqual(tickets.map(({ paymentId }) => paymentId));
  });

  it("keeps when a player was seen first, until his data is deleted", async () => {
    const player = { playerId: "tg-1", chatId: 1, name: "A", language: "en", isBlocked: false };
    await recordPlayers(database, [{ ...player, atMs: 5 }]);
    await recordPlayers(database, [{ ...player, name: "B", atMs: 9 }]);
    const { rows } = await database.query("select name, first_seen_at_ms from players");
    expect(rows).toEqual([{ name: "B", first_seen_at_ms: 5n }]);
  });
});

describe("what others see signs by", () => {
  const withdrawals: [string, string, string | null, number][] = [
    ["wdr_1", "tg-1", "aa", AT_MS - 90 * 86_400_000],
    ["wdr_2", "tg-2", "aa", AT_MS],
    ["wdr_3", "tg-2", "aa", AT_MS],
    ["wdr_4", "tg-3", "bb", AT_MS],
    ["wdr_5", "tg-4", null, AT_MS],
    ["wdr_6", "tg-5", null, AT_MS],
    ["wdr_7", "tg-6", "cc", AT_MS - 10],
    ["wdr_8", "tg-7", "cc", AT_MS - 10],
  ];

  it("is a receiver of several players, if one of them has named it since", async () => {
    for (const [id, playerId, hash, atMs] of withdrawals) {
      await database.query(
        `insert into withdrawals (withdrawal_id, player_id, choice, minor, currency, status,
           is_open, asked_at_ms, destination_hash)
         values ($1, $2, '{}', 1, 'RUB', 'done', false, $3, $4)`,
        [id, playerId, atMs, hash],
      );
    }
    expect(await listSharedDestinations(database, { sinceMs: AT_MS - 1, limit: 10 }))
      .toEqual([{ destinationHash: "aa", playerIds: ["tg-1", "tg-2"] }]);
    expect(await listSharedDestinations(database, { sinceMs: AT_MS - 11, limit: 10 }))
      .toHaveLength(2);
  });

  it("is somebody who wanted to pay for others, each payment once", async () => {
    const payer = (payerId: string, paymentId: string, playerId: string, atMs = AT_MS) => ({
      payerId,
      paymentId,
      playerId,
      raffleId: "rfl_one",
      atMs,
    });
    await recordForeignPayers(database, [
      payer("tg-9", "pay_1", "tg-1", AT_MS - 50),
      payer("tg-9", "pay_2", "tg-2"),
      payer("tg-9", "pay_3", "tg-2"),
      payer("tg-8", "pay_4", "tg-1", AT_MS - 50),
      payer("tg-9", "pay_5", "tg-3", AT_MS - 500),
    ]);
    await recordForeignPayers(database, [payer("tg-9", "pay_2", "tg-2", AT_MS + 1)]);
    expect(
      await listForeignPayers(database, {
        sinceMs: AT_MS - 1,
        countedFromMs: AT_MS - 100,
        limit: 10,
      }),
    ).toEqual([{ payerId: "tg-9", players: 2, invoices: 3, atMs: AT_MS }]);
  });
});

describe("excluded tickets", () => {
  it("are off the list, the others close up, and the reason stays", async () => {
    await recordTickets(database, ticketsOf(["tg-1", "tg-2", "tg-1", "tg-3", "tg-1", "tg-4"]));
    await recordSuspicions(database, [record()]);
    const of = { raffleId: "rfl_one", playerId: "tg-1" };
    expect(await listTicketsOfPlayer(database, { ...of, after: "", limit: 2 }))
      .toEqual(["pay_rfl_one_1", "pay_rfl_one_3"]);
    const paymentIds = await listTicketsOfPlayer(database, { ...of, after: "", limit: 9 });
    const until = (untilMs: number) =>
      listTicketsOfPlayer(database, { ...of, after: "", limit: 9, untilMs });
    expect([await until(AT_MS - 1), await until(Number.MAX_SAFE_INTEGER)])
      .toEqual([[], paymentIds]);
    await excludeTickets(database, {
      raffleId: "rfl_one",
      paymentIds,
      suspicionId: "sus_1",
      atMs: AT_MS,
    });
    expect(await list()).toEqual(["1 pay_rfl_one_2", "2 pay_rfl_one_4", "3 pay_rfl_one_6"]);
    expect(await countExcluded(database, "rfl_one")).toEqual([{ signal: "burst", tickets: 3 }]);
    expect((await readSuspicion(database, "sus_1"))?.excluded).toBe(3);
  });

  it("of which one is not there undo the step", async () => {
    await recordTickets(database, ticketsOf(["tg-1"]));
    const exclude = database.transaction((tx) =>
      excludeTickets(tx, {
        raffleId: "rfl_one",
        paymentIds: ["pay_rfl_one_1", "pay_none"],
        suspicionId: "sus_1",
        atMs: AT_MS,
      })
    );
    await expect(exclude).rejects.toThrow("Of 2 tickets to exclude 1 are in");
    expect(await list()).toEqual(["1 pay_rfl_one_1"]);
  });
});

describe("suspicions", () => {
  it("are written once, with their decision, those that wait first", async () => {
    await recordSuspicions(database, [
      record(),
      record({ suspicionId: "sus_2", playerId: "tg-2", raffleId: null }),
      record({ evidence: "{}" }),
    ]);
    const days = AT_MS + 30;
    await recordSuspicions(database, [
      decided({ suspicionId: "sus_2", status: "upheld", barredUntilMs: days }),
    ]);
    const rows = await listSuspicions(database, { limit: 10, offset: 0 });
    expect(rows.map(({ suspicionId, status, evidence, decidedBy, barredUntilMs }) => [
      suspicionId,
      status,
      evidence,
      decidedBy,
      barredUntilMs,
    ])).toEqual([
      ["sus_1", "open", '{"players":20}', null, 0n],
      ["sus_2", "upheld", '{"players":20}', "tg-9", BigInt(days)],
    ]);
    expect(await listSuspicions(database, { limit: 10, offset: 1 })).toHaveLength(1);
    expect(await countOpenSuspicions(database)).toBe(1);
    expect(await knownSuspicions(database, ["sus_1", "sus_9"])).toEqual(new Set(["sus_1"]));
    expect(await listBars(database, { playerId: "tg-2", atMs: AT_MS }))
      .toEqual([{ suspicionId: "sus_2", signal: "burst", barredUntilMs: BigInt(days) }]);
    expect(await listBars(database, { playerId: "tg-2", atMs: days })).toEqual([]);
  });

  it("that wait are counted by players with tickets, if a decision would touch the list", async () => {
    await recordTickets(database, [
      ...ticketsOf(["tg-1", "tg-1", "tg-2", "tg-3", "tg-4"]),
      ...ticketsOf(["tg-4"], "rfl_two"),
    ]);
    await recordSuspicions(database, [
      record(),
      record({ suspicionId: "sus_2", raffleId: null }),
      record({ suspicionId: "sus_3", playerId: "tg-2" }),
      record({ suspicionId: "sus_4", playerId: "tg-3" }),
      record({ suspicionId: "sus_5", playerId: "tg-4", raffleId: "rfl_two" }),
      record({ suspicionId: "sus_6", playerId: "tg-5", raffleId: null }),
    ]);
    await recordSuspicions(database, [decided({ suspicionId: "sus_4", status: "cleared" })]);
    expect(await countSuspects(database, ["rfl_none", "rfl_one", "rfl_two"])).toEqual([0, 2, 1]);
  });

  it("go with a player's data, but for the decision by which he may not enter", async () => {
    await recordSuspicions(database, [
      record(),
      record({ suspicionId: "sus_2" }),
      record({ suspicionId: "sus_3" }),
      record({ suspicionId: "sus_4", playerId: "tg-2" }),
    ]);
    await recordSuspicions(database, [
      decided({ suspicionId: "sus_2", status: "cleared" }),
      decided({ suspicionId: "sus_3", status: "upheld", barredUntilMs: AT_MS }),
    ]);
    await recordForeignPayers(database, [
      { payerId: "tg-1", paymentId: "pay_1", playerId: "tg-2", raffleId: "rfl_one", atMs: 1 },
    ]);
    await forgetPlayers(database, ["tg-1"]);
    const rows = await listSuspicions(database, { limit: 10, offset: 0 });
    expect(rows.map(({ suspicionId, evidence }) => [suspicionId, evidence]))
      .toEqual([["sus_4", '{"players":20}'], ["sus_3", "{}"]]);
    expect((await database.query("select from foreign_payers")).rowCount).toBe(0);
    // A late word on one that is gone makes it not anew.
    await recordSuspicions(database, [decided({ status: "cleared" })]);
    expect(await readSuspicion(database, "sus_1")).toBeUndefined();
  });

  it("are named by an appeal of the player himself, and of nobody else", async () => {
    await recordSuspicions(database, [record()]);
    const dispute = (disputeId: string, playerId: string) => ({
      disputeId,
      playerId,
      paymentId: null,
      suspicionId: "sus_1",
      words: "That is not me",
      atMs: AT_MS,
    });
    await insertDisputes(database, [dispute("dsp_1_a", "tg-1"), dispute("dsp_2_a", "tg-2")]);
    expect(await readDispute(database, "dsp_1_a"))
      .toMatchObject({ suspicionId: "sus_1", signal: "burst", suspicionStatus: "open" });
    expect(await readDispute(database, "dsp_2_a")).toMatchObject({ suspicionId: null });
  });
});
