/**
 * The platform's actors under a clock that moves when it is told to, beside books of Telegram that a
 * test writes by hand: for weeks in a moment, and for rows that Telegram would not write.
 */
import type { StarTransaction } from "grammy/types";
import { startTestRuntime } from "../../../actors/testing/test_runtime.ts";
import type { TestRuntime, TestRuntimeOptions } from "../../../actors/testing/kit.ts";
import type { Story } from "../../../actors/testing/story.ts";
import type { ActorDefinition } from "../../../actors/define_actor.ts";
import { TerminalError } from "../../../actors/errors.ts";
import type { Database } from "../../../db/connection.ts";
import { openTestDatabase } from "../../../db/testing/test_database.ts";
import type { Notice, RaffleTerms } from "../../../machines/domain/events.ts";
import { TREASURY, type TreasuryNotice } from "../../../machines/domain/treasury.ts";
import { testTerms } from "../../../machines/testing/world.ts";
import type { TelegramApi } from "../../telegram/telegram_api.ts";
import { createOpenLimiter } from "../../telegram/testing/fake_limiter.ts";
import { defineRaffleActors, withRest } from "../raffle_actors.ts";
import { readTreasuryReport } from "../reserve.ts";
import { createReadStarBooks } from "../treasury_effects.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** When the kit's clock begins. */
export const START_MS = Date.UTC(2026, 0, 1);
export const ADMIN = 900_001;
const PRICE = { minor: "10", currency: "XTR" };

/** Telegram's books of Stars, as a test writes them. */
export class Books {
  rows: StarTransaction[] = [];
  isNewestFirst = false;
  /** What the balance differs by from the sum of the rows. */
  off = 0;
  /** Refunds are refused for a low balance. */
  isEmpty = false;
  /** What comes with each question, before it is answered. */
  onCall = (): void => {};

  add(row: {
    id: string;
    amount: number;
    atMs: number;
    direction?: "in" | "out";
    partner?: unknown;
  }): void {
    const { id, amount, atMs, direction = "in", partner = { type: "other" } } = row;
    const side = direction === "in" ? { source: partner } : { receiver: partner };
    this.rows.push({ id, amount, date: Math.floor(atMs / 1000), ...side } as StarTransaction);
  }

  /** The charge or the return of an entry. */
  addCharge(number: number, atMs: number, direction: "in" | "out" = "in"): void {
    const partner = {
      type: "user",
      transaction_type: "invoice_payment",
      user: { id: number, is_bot: false, first_name: "Anna" },
      invoice_payload: `pay_${number}`,
    };
    this.add({ id: `ch_${number}`, amount: 10, atMs, direction, partner });
  }

  api(): TelegramApi {
    return {
      getStarTransactions: ({ offset = 0, limit = 100 }: { offset?: number; limit?: number }) => {
        this.onCall();
        const rows = this.isNewestFirst ? [...this.rows].reverse() : this.rows;
        return Promise.resolve({ transactions: rows.slice(offset, offset + limit) });
      },
      getMyStarBalance: () => {
        this.onCall();
        const sum = this.rows.reduce(
          (total, { amount, receiver }) => total + (receiver === undefined ? amount : -amount),
          this.off,
        );
        return Promise.resolve({ amount: sum });
      },
    } as unknown as TelegramApi;
  }
}

/** What people were told: admins by number, players by id. */
export interface Told {
  admins: { adminId: number; notice: TreasuryNotice }[];
  players: { playerId: string; notice: Notice }[];
}

/** The platform's actors; Telegram's books are the given ones. */
export function defineTreasuryActors(database: Database, { books, told }: {
  books: Books;
  told: Told;
}): ActorDefinition[] {
  const nothing = { run: () => Promise.resolve() };
  const noDraw = { run: () => Promise.reject(new Error("No raffle is drawn here")) };
  return defineRaffleActors(withRest({
    notify: {
      run: (params) => Promise.resolve(void told.players.push(params)),
      lane: ({ playerId }) => `notify/${playerId}`,
    },
    tellAdmin: {
      run: (params) => Promise.resolve(void told.admins.push(params)),
      lane: ({ adminId }) => `tellAdmin/${adminId}`,
    },
    sendPage: { run: () => Promise.resolve({}) },
    sendInvoice: { run: () => Promise.resolve({ messageId: 1 }) },
    refundStars: {
      run: () =>
        books.isEmpty
          ? Promise.reject(new TerminalError("balanceTooLow", "BALANCE_TOO_LOW"))
          : Promise.resolve({ isRefunded: true }),
    },
    takeDrawTicket: { run: () => Promise.resolve({ drawTicketId: "dt1" }) },
    sealTickets: { run: () => Promise.resolve({ seal: "5e", tickets: 2, sealedAtMs: START_MS }) },
    requestDraw: noDraw,
    verifyDraw: noDraw,
    readStarBooks: createReadStarBooks({
      database,
      api: books.api(),
      limiter: createOpenLimiter(),
    }),
  }, nothing));
}

/** A raffle that stays open for two months, and the treasury. */
export function openTreasury(terms: Partial<RaffleTerms> = {}): Story {
  const open = { maxTickets: 50, durationMs: 60 * DAY, ...terms };
  const input = {
    raffleId: "rfl_1",
    terms: testTerms(open),
    createdBy: "tg-1",
    atMs: START_MS,
  };
  return [
    { create: TREASURY, input: { admins: [ADMIN], alarmBelow: "3000", paysBroadcasts: false } },
    { create: "raffle/rfl_1", input },
    { to: "raffle/rfl_1", send: { type: "raffle.open", by: "tg-1", atMs: START_MS } as never },
  ];
}

/** Somebody asks for an entry and gets his invoice. */
export function askEntry(number: number, atMs: number): Story {
  const playerId = `tg-${number}`;
  const user = { playerId, chatId: number, name: "Anna", language: "en", entriesPerDay: 50 };
  return [
    { create: `user/${playerId}`, input: { ...user, atMs } },
    {
      to: `user/${playerId}`,
      send: {
        type: "entry.requested",
        raffleId: "rfl_1",
        paymentId: `pay_${number}`,
        salt: String(number).padStart(32, "0"),
        method: "stars",
        atMs,
      } as never,
    },
  ];
}

/** His payment is confirmed. */
export function confirmEntry(number: number, atMs: number): Story {
  return [{
    to: `payment/pay_${number}`,
    send: {
      type: "payment.confirmed",
      chargeId: `ch_${number}`,
      payerId: `tg-${number}`,
      amount: PRICE,
      atMs,
    } as never,
  }];
}

/** Telegram takes his charge back. */
export function chargeBack(number: number, atMs: number): Story {
  return [{
    to: `payment/pay_${number}`,
    send: {
      type: "payment.refunded",
      chargeId: `ch_${number}`,
      amount: PRICE,
      atMs,
    } as never,
  }];
}

/** A world in which a test plays step by step. */
export interface TreasuryWorld {
  readonly kit: TestRuntime;
  readonly database: Database;
  readonly books: Books;
  readonly told: Told;
  play(story: Story): Promise<void>;
  /** Asks, pays, and is in Telegram's books. */
  enter(number: number): Promise<void>;
  /** Lets time pass in which payments never wait for anybody. */
  pass(ms: number): Promise<void>;
  /** Lets weeks go by in which the platform slept, and then a round. */
  sleep(ms: number): Promise<void>;
  /** Compares the books, as an admin wants it. */
  reconcile(): Promise<void>;
  /** Balances that are not zero. */
  accounts(): Promise<Record<string, bigint>>;
  /** Kinds of open findings. */
  findings(): Promise<string[]>;
  /** An admin closes all that are open. */
  acknowledge(): Promise<void>;
  report(): ReturnType<typeof readTreasuryReport>;
}

/** Starts one; it ends with the test. */
export async function startTreasuryWorld(
  options: TestRuntimeOptions = {},
): Promise<TreasuryWorld> {
  const database = options.database ?? await openTestDatabase();
  const books = new Books();
  const told: Told = { admins: [], players: [] };
  const actors = defineTreasuryActors(database, { books, told });
  const kit = await startTestRuntime(actors, { ...options, database });
  const world: TreasuryWorld = {
    kit,
    database,
    books,
    told,
    async play(story) {
      for (const step of story) {
        if (typeof step === "function" || "anyOrder" in step || "pass" in step) {
          throw new TypeError("Only what comes from outside is played here");
        }
        if ("create" in step) await kit.create(step.create, step.input);
        else await kit.send(step.to, step.send);
      }
      await kit.settled();
    },
    async enter(number) {
      const atMs = kit.clock.nowMs();
      await world.play([...askEntry(number, atMs), ...confirmEntry(number, atMs)]);
      books.addCharge(number, atMs);
    },
    pass: (ms) => kit.advance(ms),
    async sleep(ms) {
      kit.clock.jumpTo(kit.clock.nowMs() + ms - HOUR);
      await kit.advance(HOUR);
    },
    async reconcile() {
      await world.play([{
        to: TREASURY,
        send: { type: "treasury.reconcile", by: `tg-${ADMIN}` } as never,
      }]);
      // Pages follow each other in commits of their own.
      await kit.advance(1);
    },
    async accounts() {
      const { rows } = await database.query<{ name: string; balance: bigint }>(
        `select a.name, a.balance_minor as balance from ledger_accounts a
         where a.balance_minor <> 0 order by a.name`,
      );
      return Object.fromEntries(rows.map(({ name, balance }) => [name, balance]));
    },
    async findings() {
      const { rows } = await database.query<{ kind: string }>(
        `select f.kind from reconciliation_findings f
         where f.acknowledged_at_ms is null order by f.id`,
      );
      return rows.map(({ kind }) => kind);
    },
    async acknowledge() {
      const { rows } = await database.query<{ id: bigint }>(
        "select f.id from reconciliation_findings f where f.acknowledged_at_ms is null",
      );
      const said = { by: `tg-${ADMIN}`, reason: "Known", atMs: kit.clock.nowMs() };
      await world.play(rows.map(({ id }) => ({
        to: TREASURY,
        send: { type: "finding.acknowledge", id: String(id), ...said } as never,
      })));
    },
    report: () => readTreasuryReport(database, { atMs: kit.clock.nowMs(), alarmBelow: 3_000n }),
  };
  return world;
}
