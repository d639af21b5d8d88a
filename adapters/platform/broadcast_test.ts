/**
 * Tellers of raffles over the real tables: whom they reach, in what order, how much they write at
 * once, and what is left when a node ends anywhere.
 */
import { describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import { emptyDatabase } from "../../db/testing/empty_database.ts";
import type { Database } from "../../db/connection.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import {
  beginPage,
  claimDeliveries,
  NOBODY_LEFT,
  recordDeliveries,
  recordObservers,
  turnPage,
} from "../../db/broadcasts.ts";
import { readRaffle } from "../../db/raffle_reads.ts";
import { recordFollowers, recordOccurrences } from "../../db/series.ts";
import type { MassNotice } from "../../machines/domain/broadcast.ts";
import type { RaffleId } from "../../machines/domain/events.ts";
import { TooManyRequestsError } from "../telegram/telegram_errors.ts";
import {
  type BroadcastWorld,
  type BroadcastWorldOptions,
  openBroadcastWorld,
  type SentMessage,
} from "./testing/broadcast_world.ts";

const RAFFLE = "rfl_1";
const sealed = (raffleId: RaffleId = RAFFLE): MassNotice => ({
  key: "sealed",
  raffleId,
  seal: "5e",
  tickets: 2,
});
const drawn: MassNotice = { key: "drawn", raffleId: RAFFLE, winners: [] };
const joined = (players: number): MassNotice => ({
  key: "playersJoined",
  raffleId: RAFFLE,
  tickets: players,
  players,
});

async function openWorld(
  { players = 3, observers = 0, ...options }: BroadcastWorldOptions & {
    players?: number;
    observers?: number;
  } = {},
): Promise<BroadcastWorld> {
  const world = await openBroadcastWorld(options);
  await world.addPeople(RAFFLE, { from: 1, to: players, as: "players" });
  if (observers > 0) {
    await world.addPeople(RAFFLE, { from: 9_001, to: 9_000 + observers, as: "observers" });
  }
  return world;
}

const chats = ({ sent }: BroadcastWorld) => sent.map(({ chatId }) => chatId);
const count = (numbers: object) => ({ sent: 0, blocked: 0, uncertain: 0, failed: 0, ...numbers });

describe("a broadcast", () => {
  it("reaches participants, then observers, who may ask to hear no more", async () => {
    const world = await openWorld({ observers: 2 });
    // One of them has a ticket, one has had enough, one has left.
    await world.addPeople(RAFFLE, { from: 9_011, to: 9_014, as: "observers" });
    await world.addPeople(RAFFLE, { from: 9_011, to: 9_011, as: "players" });
    await world.database.query(
      "update observers set is_stopped = true where player_id = 'tg-9012'",
    );
    await world.database.query("delete from players where player_id = 'tg-9013'");
    await world.database.query("update players set is_blocked = true where player_id = 'tg-9014'");
    await world.tell(sealed());
    await world.kit.settled();
    expect(chats(world)).toEqual([1, 2, 3, 9_011, 9_001, 9_002]);
    const isAsked = ({ buttons }: SentMessage) => buttons.includes(`unwatch:${RAFFLE}`);
    expect(world.sent.map(isAsked)).toEqual([false, false, false, false, true, true]);
    expect(await world.broadcasts()).toMatchObject([{
      status: "told",
      recipients: 8,
      ...count({ sent: 6, blocked: 2 }),
    }]);
  });

  it("reaches who looked at a raffle that runs, until he has had enough", async () => {
    const world = await openWorld({ players: 1 });
    const { database } = world;
    for (const playerId of ["tg-7", "tg-8"]) {
      await database.query(
        `insert into players (player_id, chat_id, name, language, is_blocked)
         values ($1, $2, 'Player', 'ru', false)`,
        [playerId, Number(playerId.slice(3))],
      );
    }
    const look = (playerId: string, isStopped = false, raffleId: string = RAFFLE) =>
      recordObservers(database, [{ raffleId, playerId, isStopped, atMs: 1 }]);
    await look("tg-7");
    await look("tg-7");
    await look("tg-8");
    await look("tg-8", true);
    await look("tg-8");
    await look("tg-7", false, "rfl_nowhere");
    await world.tell(sealed());
    await world.kit.settled();
    expect(chats(world)).toEqual([1, 7]);
    expect(await database.query("select 1 from observers")).toMatchObject({ rowCount: 2 });
  });

  it("of the opening of a series' raffle reaches those who follow it, and nobody else", async () => {
    const world = await openWorld({ players: 2, observers: 2 });
    const { database } = world;
    const opened: MassNotice = {
      key: "seriesOpened",
      raffleId: RAFFLE,
      name: "Fridays",
      number: 2,
    };
    await recordOccurrences(database, [
      { raffleId: "rfl_0", seriesId: "ser_1", number: 1 },
      { raffleId: RAFFLE, seriesId: "ser_1", number: 2 },
      { raffleId: "rfl_other", seriesId: "ser_2", number: 1 },
    ]);
    // One of them is in it already, one has had enough, one follows another series.
    await world.addPeople("rfl_0", { from: 100, to: 320, as: "players" });
    const follow = (raffleId: string, number: number, isStopped = false) => ({
      raffleId,
      playerId: `tg-${number}`,
      isStopped,
      atMs: number,
    });
    const many = Array.from({ length: 220 }, (_, index) => follow("rfl_0", 100 + index));
    await recordFollowers(database, [...many, follow(RAFFLE, 2), follow("rfl_other", 320)]);
    await recordFollowers(database, [follow(RAFFLE, 100), follow(RAFFLE, 101, true)]);
    await world.tell(opened);
    await world.kit.settled();
    expect(chats(world).toSorted((a, b) => a - b)).toEqual([
      100,
      ...Array.from({ length: 218 }, (_, index) => 102 + index),
    ]);
    expect(world.sent.every(({ buttons }) => buttons.includes(`unfollow:${RAFFLE}`))).toBe(true);
    expect(await world.broadcasts()).toMatchObject([
      { notice: "seriesOpened", status: "told", recipients: 219, ...count({ sent: 219 }) },
    ]);
    // A number of players goes to those who are in it, as ever.
    await world.tell(joined(2));
    await world.kit.settled();
    expect(chats(world).slice(219)).toEqual([1, 2]);
  });

  it("reaches winners first, and nobody who was told already", async () => {
    const world = await openWorld({ players: 5 });
    const event = {
      type: "broadcast.add",
      notice: drawn,
      winners: ["tg-5", "tg-2"],
      told: ["tg-2"],
    };
    await world.kit.send(`broadcast/${RAFFLE}`, event as never, { create: { raffleId: RAFFLE } });
    await world.kit.settled();
    expect(chats(world)).toEqual([5, 1, 3, 4]);
  });

  it("has ended when nobody is there", async () => {
    const world = await openWorld({ players: 0 });
    await world.tell(sealed());
    await world.kit.settled();
    expect((await world.kit.runtime.read(`broadcast/${RAFFLE}`))?.value).toBe("quiet");
    expect(await world.broadcasts()).toMatchObject([{ status: "told", recipients: 0 }]);
  });

  it("of the seal reaches everybody before that of the draw, but for the winner", async () => {
    const gate = Promise.withResolvers<void>();
    const world = await openWorld({ players: 250, onMessage: () => gate.promise });
    await world.tell(sealed());
    await world.tell(drawn, ["tg-99"]);
    gate.resolve();
    await world.kit.settled();
    const heard = Map.groupBy(world.sent, ({ chatId }) => chatId);
    const texts = [...heard.values()].map((messages) =>
      messages.map(({ text }) => text.includes("is drawn") ? "drawn" : "sealed").join(" ")
    );
    expect(new Set(texts)).toEqual(new Set(["sealed drawn"]));
    // He was told in person, and is on the last page by his id.
    expect(heard.size).toBe(249);
    expect(heard.has(99)).toBe(false);
    expect(await world.broadcasts()).toMatchObject([
      { status: "told", recipients: 249, ...count({ sent: 249 }) },
      { status: "told", recipients: 249, ...count({ sent: 249 }) },
    ]);
  });

  it("is replaced by a newer one, also for those further down the list", async () => {
    const gate = Promise.withResolvers<void>();
    const world = await openWorld({ players: 250, onMessage: () => gate.promise });
    await world.tell(joined(250));
    await world.tell(joined(251));
    await world.tell(joined(252));
    gate.resolve();
    await world.kit.settled();
    const told = Map.groupBy(world.sent, ({ text }) => /(\d+) players/.exec(text)?.[1]);
    expect([...told].map(([players, messages]) => [players, messages.length]))
      .toEqual([["250", 100], ["252", 250]]);
    expect(await world.broadcasts()).toMatchObject([
      { status: "replaced", recipients: 250, sent: 100 },
      { status: "told", recipients: 250, sent: 250 },
    ]);
  });

  it.each([[true], [false]])("is paid only if configured: %s", async (isPaid) => {
    const world = await openWorld({ isPaid });
    await world.tell(sealed());
    await world.kit.settled();
    expect(world.sent.map((message) => message.isPaid)).toEqual([isPaid, isPaid, isPaid]);
  });

  it("counts what became of each, and repeats only what Telegram did not do", async () => {
    const failures: Record<number, Error> = {
      1: new TerminalError("blocked", "403"),
      2: new TerminalError("chatNotFound", "400"),
      3: new TerminalError("badRequest", "400"),
      4: new RetryableError("no answer"),
      5: new TooManyRequestsError("429", 1),
      6: new RetryableError("401", { isOutcomeUnknown: false, retryAfterMs: 1 }),
    };
    const world = await openWorld({
      players: 7,
      onMessage: ({ chatId }) => {
        const failure = failures[chatId];
        if (failure === undefined) return;
        if (chatId >= 5) delete failures[chatId];
        throw failure;
      },
    });
    await world.tell(sealed());
    await world.kit.advance(60_000);
    const calls = Map.groupBy(chats(world), (chatId) => chatId);
    expect([1, 2, 3, 4, 5, 6, 7].map((chatId) => calls.get(chatId)?.length))
      .toEqual([1, 1, 1, 1, 2, 2, 1]);
    expect(world.blocked).toEqual(["tg-1"]);
    expect(await world.broadcasts()).toMatchObject([
      { status: "told", recipients: 7, sent: 3, blocked: 2, uncertain: 1, failed: 1 },
    ]);
    expect(await world.database.query("select 1 from dead_letters")).toMatchObject({ rowCount: 0 });
  });

  // Who was not known any more, and who was queued when his page closed, was counted nowhere.
  it("ends for each of its audience in exactly one way, whoever goes meanwhile", async () => {
    const { database } = await openWorld({ players: 0 });
    const page = { raffleId: RAFFLE, number: 1 };
    let isFirstPage = true;
    const world = await openWorld({
      database,
      players: 250,
      observers: 20,
      async onPage() {
        if (!isFirstPage) return;
        isFirstPage = false;
        // Another run, on a node that will not come back, has him in hand.
        await claimDeliveries(database, { ...page, playerIds: ["tg-1"] });
        // These are on later pages.
        await database.query(
          "delete from players where player_id in ('tg-250', 'tg-249', 'tg-9020', 'tg-9019')",
        );
      },
      async onMessage({ chatId }) {
        if (chatId === 100) {
          await recordDeliveries(database, { ...page, playerIds: ["tg-1"], state: "queued" });
        }
        if (chatId === 101) throw new TerminalError("blocked", "403");
        if (chatId === 102) throw new TerminalError("badRequest", "400");
        if (chatId === 103) throw new RetryableError("no answer");
      },
    });
    await database.query("delete from players where player_id = 'tg-104'");
    await database.query("update players set is_blocked = true where player_id = 'tg-105'");
    await world.tell(sealed());
    await world.kit.settled();
    const counts = count({ sent: 261, blocked: 7, uncertain: 1, failed: 1 });
    expect(await world.broadcasts()).toMatchObject([
      { status: "told", recipients: 270, ...counts },
    ]);
    expect(chats(world).filter((chatId) => chatId === 1)).toHaveLength(1);
  });

  it("counts who is gone before his page is begun as not reachable", async () => {
    const world = await openWorld({ players: 2 });
    const { database } = world;
    const turn = {
      raffleId: RAFFLE,
      number: 1,
      rank: 0,
      playerId: "",
      winners: [],
      told: [],
      withObservers: false,
      isForFollowers: false,
    };
    await database.transaction((tx) => turnPage(tx, turn));
    await database.query("delete from players where player_id = 'tg-2'");
    const queued = await beginPage(database, turn);
    expect(queued.map(({ player_id }) => player_id)).toEqual(["tg-1"]);
    const claim = { ...turn, playerIds: ["tg-1"] };
    await claimDeliveries(database, claim);
    await recordDeliveries(database, { ...claim, state: "sent" });
    const over = { ...turn, rank: NOBODY_LEFT };
    expect(await database.transaction((tx) => turnPage(tx, over)))
      .toMatchObject({ taken: 0, ...count({ sent: 1, blocked: 1 }) });
  });

  it("of another raffle goes on beside it", async () => {
    const world = await openWorld({ players: 250 });
    await world.addPeople("rfl_2", { from: 20_001, to: 20_250, as: "players" });
    await Promise.all([world.tell(sealed()), world.tell(sealed("rfl_2"))]);
    await world.kit.settled();
    const half = chats(world).slice(0, 250).filter((chatId) => chatId > 20_000).length;
    expect(half).toBeGreaterThanOrEqual(50);
    expect(half).toBeLessThanOrEqual(200);
    expect(new Set(chats(world)).size).toBe(500);
  });
});

describe("a node that ends while it tells 130 people", () => {
  async function play(options: BroadcastWorldOptions & { database: Database }) {
    await emptyDatabase(options.database);
    const world = await openWorld({ players: 130, ...options });
    await world.tell(sealed());
    await world.kit.settled();
    const inRuntime = world.kit.spare().flat().length;
    await expectToldOnce(world);
    await world.kit.stop();
    return { world, inRuntime };
  }

  /** Nobody twice, nobody missed but the uncertain, and the counts say so. */
  async function expectToldOnce(world: BroadcastWorld): Promise<void> {
    const calls = Map.groupBy(chats(world), (chatId) => chatId);
    expect([...calls].filter(([, times]) => times.length > 1)).toEqual([]);
    const [row] = await world.broadcasts() as [Record<string, number | string>];
    expect(row).toMatchObject({ status: "told", recipients: 130, blocked: 0, failed: 0 });
    expect(Number(row["sent"]) + Number(row["uncertain"])).toBe(130);
    expect(calls.size).toBeGreaterThanOrEqual(Number(row["sent"]));
    const { rows } = await world.database.query("select * from deliveries");
    expect(rows).toEqual([]);
  }

  it("goes on where it was, wherever it ends within a page", { timeout: 120_000 }, async () => {
    const database = await openTestDatabase();
    const { world: whole } = await play({ database });
    const chosen = [1, 2, 3, 4, 5, 100, 201, 202, 250, 401, 402, 450, 500, 601, whole.points];
    let uncertain = 0;
    for (const diesAt of chosen) {
      const { world } = await play({ database, diesAt });
      expect(world.kit.crashes, `point ${diesAt}`).toBe(1);
      uncertain += Number((await world.broadcasts())[0]?.["uncertain"]);
    }
    expect(uncertain).toBeGreaterThan(0);
  });

  it("goes on where it was, wherever it ends between pages", { timeout: 120_000 }, async () => {
    const database = await openTestDatabase();
    const { inRuntime: points } = await play({ database });
    const chosen = Array.from({ length: 16 }, (_, index) => 1 + Math.floor(index * points / 16));
    for (const point of chosen) {
      await play({ database, crashAt: [point] });
    }
  });
});

it(
  "50,000 people cost a page of memory and a page of each commit",
  { timeout: 120_000 },
  async () => {
    const PEOPLE = 50_000;
    let largestPage = 0;
    let mostRows = 0;
    const world = await openWorld({
      players: PEOPLE,
      onPage: async (recipients) => {
        largestPage = Math.max(largestPage, recipients);
        const { rows: [row] } = await world.database.query<{ rows: number }>(
          "select (select count(*) from deliveries)::int + (select count(*) from effects)::int as rows",
        );
        mostRows = Math.max(mostRows, row?.rows ?? 0);
      },
    });
    await world.tell(sealed());
    await world.kit.settled();
    expect(new Set(chats(world)).size).toBe(PEOPLE);
    expect(world.sent).toHaveLength(PEOPLE);
    expect(await world.broadcasts()).toMatchObject([{ recipients: PEOPLE, sent: PEOPLE }]);
    expect(largestPage).toBe(100);
    // The page, and the one effect that tells it.
    expect(mostRows).toBeLessThanOrEqual(101);
    const { rows: [actor] } = await world.database.query<{ size: number }>(
      "select length(snapshot) as size from actors where address = 'broadcast/rfl_1'",
    );
    expect(actor?.size).toBeLessThan(4_096);
    expect(await readRaffle(world.database, RAFFLE)).toBeDefined();
  },
);
