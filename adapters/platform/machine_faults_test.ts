/**
 * The product's machines over the real ledger and tables, and a node that ends at points spread over
 * the whole story: nobody pays, wins or gets back twice, and nothing is forgotten.
 */
import { expect, it } from "vitest";
import { everywhere, type EverywhereReport, type Story } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { postTransfers } from "../../db/ledger.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { TELEGRAM_AVAILABLE, TREASURY_CAPITAL } from "../../machines/domain/accounts.ts";
import { prizePool } from "../../machines/domain/draw/split_prize.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { moneyToJson } from "../../machines/domain/money.ts";
import { testTerms } from "../../machines/testing/world.ts";
import { RetryableError } from "../../actors/errors.ts";
import { defineRaffleActors, type PlatformEffects, withRest } from "./raffle_actors.ts";
import { CRASHES, seed } from "./testing/crash_share.ts";

const HOUR_MS = 3_600_000;
const AT_MS = Date.UTC(2026, 0, 1);
const PRICE = { minor: "10", currency: "XTR" };

/** Telegram, drand and RANDOM.ORG as they are on a good day; the first ticket wins. */
function defineActors(database: Database, changes: Partial<PlatformEffects> = {}) {
  const nothing = { run: () => Promise.resolve() };
  return defineRaffleActors(withRest({
    notify: { ...nothing, lane: ({ playerId }) => `notify/${playerId}` },
    sendPage: { run: () => Promise.resolve({}) },
    sendInvoice: { run: () => Promise.resolve({ messageId: 1 }) },
    readStarBooks: { run: () => Promise.resolve({ isEnd: true }) },
    refundStars: { run: () => Promise.resolve({ isRefunded: true }) },
    takeDrawTicket: { run: () => Promise.resolve({ drawTicketId: "dt1" }) },
    sealTickets: {
      run: () =>
        Promise.resolve({
          seal: "5e",
          tickets: 2,
          sealedAtMs: AT_MS,
          beacon: { round: 7, atMs: AT_MS + 30_000 },
        }),
    },
    fetchBeacon: { run: () => Promise.resolve({ signature: "b4" }) },
    checkGift: { run: () => Promise.resolve({ isAvailable: true }) },
    sendPrize: {
      run: () =>
        Promise.resolve({ isSent: true, candidates: [{ transactionId: "g1", atMs: AT_MS }] }),
      isRepeatable: () => false,
    },
    findPurchases: {
      run: () => Promise.resolve({ candidates: [{ transactionId: "g1", atMs: AT_MS }] }),
    },
    requestDraw: { run: () => Promise.resolve({ serialNumber: 1 }) },
    verifyDraw: {
      run: async () => {
        const { rows: [first, ...others] } = await database.query<
          { player_id: string; terms: string; number: number }
        >(
          `select t.player_id, t.number, r.terms from tickets t
           join raffles r on r.raffle_id = t.raffle_id order by t.number`,
        );
        const terms: RaffleTerms = JSON.parse(first?.terms ?? "");
        const { pot, commission, topUp, prize } = prizePool(terms, 2);
        return {
          isValid: true,
          pot: moneyToJson(pot),
          commission: moneyToJson(commission),
          ...(terms.guaranteedPrize === undefined ? {} : { topUp: moneyToJson(topUp) }),
          winners: [{
            place: 1,
            number: 1,
            playerId: first?.player_id,
            prize: moneyToJson(prize),
          }],
          reserves: others.map(({ number, player_id }) => ({ number, playerId: player_id })),
        };
      },
    },
    ...changes,
  }, nothing));
}

function raffle(terms: Partial<RaffleTerms>): Story {
  const input = { raffleId: "rfl_1", terms: testTerms(terms), createdBy: "tg-1", atMs: AT_MS };
  return [
    { create: "raffle/rfl_1", input },
    { send: { type: "raffle.open", by: "tg-1", atMs: AT_MS } as never, to: "raffle/rfl_1" },
  ];
}

/** He asks for a ticket, and presses the button of the invoice. */
function entry(number: number): Story {
  const playerId = `tg-${number}`;
  const name = `Player ${number}`;
  return [
    {
      create: `user/${playerId}`,
      input: { playerId, chatId: number, name, language: "en", atMs: AT_MS, entriesPerDay: 50 },
    },
    {
      to: `user/${playerId}`,
      send: {
        type: "entry.requested",
        raffleId: "rfl_1",
        paymentId: `pay_${number}`,
        salt: String(number).padStart(32, "0"),
        method: "stars",
        atMs: AT_MS,
      } as never,
    },
    {
      to: `payment/pay_${number}`,
      send: {
        type: "precheckout.received",
        queryId: `q${number}`,
        payerId: playerId,
        amount: PRICE,
        atMs: AT_MS,
      } as never,
    },
  ];
}

const paid = (number: number) => ({
  to: `payment/pay_${number}`,
  send: {
    type: "payment.confirmed",
    chargeId: `ch_${number}`,
    payerId: `tg-${number}`,
    amount: PRICE,
    atMs: AT_MS,
  } as never,
});

/** The owner has put Stars in. */
async function fund(database: Database, stars: bigint): Promise<void> {
  const move = { from: TELEGRAM_AVAILABLE, to: TREASURY_CAPITAL, minor: stars, currency: "XTR" };
  await database.transaction((tx) =>
    postTransfers(tx, [{ ...move, key: "test/topUp", type: "topUp", eventAtMs: AT_MS }])
  );
}

interface Survival {
  readonly crash?: number;
  /** Stars in the treasury. */
  readonly capital?: bigint;
  /** Effects that go otherwise than on a good day. */
  readonly changes?: Partial<PlatformEffects>;
  /** The one that the changed effects write to. */
  readonly database?: Database;
}

async function survive(
  story: Story,
  { crash = CRASHES, capital = 0n, changes = {}, database: given }: Survival = {},
): Promise<EverywhereReport> {
  const database = given ?? await openTestDatabase();
  return await everywhere(defineActors(database, changes), story, {
    databases: [database],
    before: (empty) => capital === 0n ? undefined : fund(empty, capital),
    crash,
    crashTwice: 4,
    reordered: 1,
    seed,
    outcome: async () => {
      expect((await checkBooks(database)).problems).toEqual([]);
      const { rows: accounts } = await database.query(
        `select a.name, a.balance_minor::text, a.held_minor::text from ledger_accounts a
         order by a.name, a.currency`,
      );
      const { rows: guarantees } = await database.query(
        `select t.key, t.kind, t.minor::text from ledger_transfers t
         where t.type = 'guarantee' order by t.key`,
      );
      const { rows: payments } = await database.query(
        // Not their numbers: those say in which order they were first written.
        `select p.payment_id, p.raffle_id, p.player_id, p.status, p.minor, p.currency, p.charge_id
         from payments p order by p.payment_id`,
      );
      const { rows: tickets } = await database.query(
        "select t.number, t.player_id, t.payment_id from tickets t order by t.number",
      );
      const { rows: claims } = await database.query(
        `select c.draw, c.place, c.number, c.round, c.player_id, c.state from prize_claims c
         order by c.draw, c.round`,
      );
      const { rows: draws } = await database.query(
        "select f.draw, f.seal, f.reason from former_draws f order by f.draw",
      );
      return JSON.stringify(
        { accounts, guarantees, payments, tickets, claims, draws },
        (_, value) => typeof value === "bigint" ? String(value) : value,
      );
    },
  });
}

it("a raffle is drawn and paid out once, wherever a node ends", { timeout: 120_000 }, async () => {
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2 }),
    ...entry(1),
    ...entry(2),
    { anyOrder: [paid(1), paid(2)] },
    { pass: 2 * HOUR_MS },
    async ({ runtime }) => {
      expect((await runtime.read("raffle/rfl_1"))?.value).toEqual({ settled: "told" });
    },
  ]);
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.some((point) => point.startsWith("after effect verifyDraw"))).toBe(true);
});

const press = (number: number) => ({
  to: "raffle/rfl_1",
  send: { type: "prize.claim", playerId: `tg-${number}`, atMs: AT_MS } as never,
});

it("a prize that is not taken in time goes on and is taken once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2, claimWithinMs: 4 * HOUR_MS }),
    ...entry(1),
    ...entry(2),
    paid(1),
    paid(2),
    { pass: HOUR_MS },
    async ({ runtime }) => {
      expect((await runtime.read("raffle/rfl_1"))?.value).toEqual({ claiming: "waiting" });
    },
    // The reserve's turn has not come; the winner lets his time pass.
    press(2),
    { pass: 5 * HOUR_MS },
    press(1),
    press(2),
    { pass: HOUR_MS },
    async ({ runtime }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toEqual({ settled: "told" });
      expect(view?.context.claims.holders).toEqual([
        { place: 1, number: 2, playerId: "tg-2", state: "claimed" },
      ]);
    },
  ]);
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.length).toBeGreaterThan(0);
});

/** Another draw, as the first admin wants it and the second agrees. */
const redrawn = (by: string) => ({
  to: "raffle/rfl_1",
  send: {
    type: "raffle.redraw",
    by,
    reason: "A wrong key",
    vote: { needed: 2, others: [by === "tg-8" ? "tg-9" : "tg-8"], name: "Olga" },
    atMs: AT_MS,
  } as never,
});

it("a draw is replaced once and the new one paid once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const stored = await openTestDatabase();
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2, claimWithinMs: 4 * HOUR_MS }),
    ...entry(1),
    ...entry(2),
    paid(1),
    paid(2),
    { pass: HOUR_MS },
    redrawn("tg-8"),
    redrawn("tg-9"),
    { pass: HOUR_MS },
    press(1),
    redrawn("tg-8"),
    { pass: HOUR_MS },
    async ({ runtime }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toEqual({ settled: "told" });
      expect(view?.context.redraw).toEqual({ count: 1, reason: "A wrong key" });
    },
  ], {
    database: stored,
    changes: {
      sealTickets: {
        // Each draw has a row and a seal of its own, as the real effect has them.
        run: async () => {
          const { rows: [row] } = await stored.query<{ seal: string }>(
            `insert into draws as d (raffle_id, draw_ticket, sealed_at_ms, seal)
             select 'rfl_1', '{}', $1, 'seal ' || (select count(*) from former_draws)
             on conflict (raffle_id) do update set seal = d.seal returning d.seal`,
            [AT_MS],
          );
          return {
            seal: row?.seal,
            tickets: 2,
            sealedAtMs: AT_MS,
            beacon: { round: 7, atMs: AT_MS + 30_000 },
          };
        },
      },
    },
  });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.length).toBeGreaterThan(0);
});

it("when nobody takes a prize every entry goes back once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const { crashes } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2, claimWithinMs: HOUR_MS }),
    ...entry(1),
    ...entry(2),
    paid(1),
    paid(2),
    { pass: 4 * HOUR_MS },
    async ({ runtime }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toBe("refunded");
      expect(view?.context.cancelReason).toBe("nobodyClaimed");
    },
  ], { crash: CRASHES / 2 });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES / 2);
});

it("a raffle is drawn without its drand round when that is never to be had, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const rounds = new Set<unknown>();
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2 }),
    ...entry(1),
    ...entry(2),
    paid(1),
    paid(2),
    { pass: 2 * HOUR_MS },
    async ({ runtime }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toEqual({ settled: "told" });
      expect(view?.context.beacon).toMatchObject({ round: 7, signature: null });
    },
  ], {
    crash: CRASHES / 2,
    changes: {
      fetchBeacon: { run: () => Promise.reject(new RetryableError("No relay has it")) },
      requestDraw: {
        run: ({ beaconSignature }) => {
          rounds.add(beaconSignature);
          return Promise.resolve({ serialNumber: 1 });
        },
      },
    },
  });
  expect(rounds).toEqual(new Set([null]));
  expect(crashes).toBeGreaterThanOrEqual(CRASHES / 2);
  expect(points.some((point) => point.includes("fetchBeacon"))).toBe(true);
});

it("a raffle without its minimum gives back once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "deadline", minPlayers: 3 }),
    ...entry(1),
    ...entry(2),
    { anyOrder: [paid(1), paid(2)] },
    { pass: 2 * HOUR_MS },
    async ({ runtime }) => {
      expect((await runtime.read("raffle/rfl_1"))?.value).toBe("refunded");
    },
  ]);
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.some((point) => point.startsWith("after effect refundStars"))).toBe(true);
});

/** An admin decides about a sign that was seen. */
function excluded(playerId: string): Story {
  const suspicionId = `sus_${playerId}`;
  const to = `suspicion/${suspicionId}`;
  const seen = { evidence: { players: 20 }, atMs: AT_MS };
  return [
    { create: to, input: { suspicionId, playerId, raffleId: "rfl_1", signal: "burst" } },
    { to, send: { type: "suspicion.raised", ...seen } as never },
    { to, send: { type: "suspicion.exclude", by: "tg-9", days: 30, atMs: AT_MS } as never },
  ];
}

it(
  "a list is looked at as long as was promised, and who is excluded gets back once, wherever a node ends",
  {
    timeout: 120_000,
  },
  async () => {
    const { crashes, points } = await survive([
      ...raffle({ drawAt: "maximum", minPlayers: 2, maxTickets: 3, reviewMs: 2 * HOUR_MS }),
      ...[1, 2, 3].flatMap(entry),
      paid(1),
      paid(2),
      paid(3),
      { pass: HOUR_MS },
      async ({ runtime }) => {
        expect((await runtime.read("raffle/rfl_1"))?.value).toEqual({ closing: "reviewing" });
      },
      ...excluded("tg-2"),
      async ({ runtime }) => {
        expect((await runtime.read("raffle/rfl_1"))?.value).toEqual({ closing: "reviewing" });
      },
      { pass: 2 * HOUR_MS },
      async ({ runtime }) => {
        const view = await runtime.read("raffle/rfl_1");
        expect(view?.value).toEqual({ settled: "told" });
        expect(view?.context).toMatchObject({ tickets: 2, players: 2 });
      },
    ]);
    expect(crashes).toBeGreaterThanOrEqual(CRASHES);
    expect(points.some((point) => point.startsWith("after effect refundStars"))).toBe(true);
  },
);

it("a raffle with too few players after a look gives back once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const { crashes } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2, reviewMs: 2 * HOUR_MS }),
    ...entry(1),
    ...entry(2),
    paid(1),
    paid(2),
    { pass: HOUR_MS },
    ...excluded("tg-2"),
    { pass: HOUR_MS },
    async ({ runtime }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toBe("refunded");
      expect(view?.context.cancelReason).toBe("minimumNotReached");
    },
  ], { crash: CRASHES / 2 });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES / 2);
});

it("a winner's own payment comes back once as his prize, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const wish = {
    withdrawalId: "wdr_1",
    playerId: "tg-1",
    telegramUserId: 1,
    choice: { kind: "refund" },
    amount: PRICE,
    limit: { minor: "1000", currency: "XTR" },
    adminIds: [],
    atMs: AT_MS,
  };
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2 }),
    ...entry(1),
    ...entry(2),
    paid(1),
    paid(2),
    { pass: 2 * HOUR_MS },
    { create: "withdrawal/wdr_1", input: wish },
    { send: { type: "withdrawal.start" }, to: "withdrawal/wdr_1" },
    // Telegram tells of it, too; that is no chargeback.
    {
      to: "payment/pay_1",
      send: {
        type: "payment.refunded",
        chargeId: "ch_1",
        amount: PRICE,
        atMs: AT_MS,
      } as never,
    },
    async ({ runtime }) => {
      expect((await runtime.read("withdrawal/wdr_1"))?.value).toBe("done");
      expect((await runtime.read("payment/pay_1"))?.value).toBe("returned");
    },
    // The raffle before it has stories of its own.
  ], { crash: CRASHES / 2 });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES / 2);
  expect(points.some((point) => point.startsWith("after effect refundStars"))).toBe(true);
});

const raffleOrder = (event: object) => ({
  to: "raffle/rfl_1",
  send: { by: "tg-1", ...event, atMs: AT_MS } as never,
});
const promise = (minor: string | null) =>
  raffleOrder({
    type: "raffle.edit",
    changes: { guaranteedPrize: minor === null ? null : { minor, currency: "XTR" } },
  });

it("a guaranteed prize is held, changed, and topped up once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const guaranteedPrize = { minor: "100", currency: "XTR" as const };
  const { crashes, points } = await survive([
    ...raffle({ drawAt: "minimum", minPlayers: 2, guaranteedPrize }),
    promise("301"),
    promise("300"),
    promise("120"),
    ...entry(1),
    ...entry(2),
    { anyOrder: [paid(1), paid(2)] },
    { pass: 2 * HOUR_MS },
    async ({ runtime, database }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toEqual({ settled: "told" });
      expect(view?.context.guarantee).toEqual({ holds: 3, held: null });
      const { rows } = await database.query(
        `select t.key, t.kind, t.minor::int as minor from ledger_transfers t
         where t.type = 'guarantee' order by t.id`,
      );
      const of = (number: number) => `raffle/rfl_1/guarantee/${number}`;
      expect(rows).toEqual([
        { key: of(1), kind: "hold", minor: 100 },
        { key: `${of(1)}/ended`, kind: "void", minor: 100 },
        { key: of(2), kind: "hold", minor: 300 },
        { key: `${of(2)}/ended`, kind: "void", minor: 300 },
        { key: of(3), kind: "hold", minor: 120 },
        // 20 came in, 3 are commission.
        { key: `${of(3)}/ended`, kind: "post", minor: 103 },
      ]);
      const accounts = await database.query(
        `select a.name, a.balance_minor::int as minor, a.held_minor::int as held
         from ledger_accounts a where a.balance_minor <> 0 order by a.name`,
      );
      expect(accounts.rows).toEqual([
        { name: TELEGRAM_AVAILABLE, minor: -300, held: 0 },
        { name: "provider/telegram/settling", minor: -20, held: 0 },
        { name: TREASURY_CAPITAL, minor: 197, held: 0 },
        { name: "treasury/fees", minor: 3, held: 0 },
        { name: "user/tg-1/available", minor: 120, held: 0 },
      ]);
    },
  ], { capital: 300n });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.some((point) => point.startsWith("after effect verifyDraw"))).toBe(true);
});

it("a guaranteed prize that is not drawn is free again once, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const guaranteedPrize = { minor: "300", currency: "XTR" as const };
  const { crashes } = await survive([
    ...raffle({ drawAt: "deadline", minPlayers: 3, guaranteedPrize }),
    ...entry(1),
    paid(1),
    { pass: 2 * HOUR_MS },
    async ({ runtime, database }) => {
      expect((await runtime.read("raffle/rfl_1"))?.value).toBe("refunded");
      const { rows } = await database.query(
        `select a.balance_minor::int as minor, a.held_minor::int as held from ledger_accounts a
         where a.name = 'treasury/capital'`,
      );
      expect(rows).toEqual([{ minor: 300, held: 0 }]);
    },
  ], { capital: 300n, crash: CRASHES / 2 });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES / 2);
});

it("an opening that the reserve does not cover opens and holds nothing, wherever a node ends", {
  timeout: 120_000,
}, async () => {
  const guaranteedPrize = { minor: "301", currency: "XTR" as const };
  await survive([
    ...raffle({ guaranteedPrize }),
    async ({ runtime, database }) => {
      const view = await runtime.read("raffle/rfl_1");
      expect(view?.value).toBe("draft");
      expect(view?.context.guaranteeRefusal).toMatchObject({ covered: { minor: "300" } });
      const { rowCount } = await database.query(
        "select 1 from ledger_transfers t where t.type = 'guarantee'",
      );
      expect(rowCount).toBe(0);
    },
  ], { capital: 300n, crash: CRASHES / 4 });
});
