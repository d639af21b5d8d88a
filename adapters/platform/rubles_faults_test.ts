/**
 * Rubles over the real ledger and tables, with a bank that keeps its own books, and a node that ends
 * at points spread over the whole story: nobody pays twice, nothing is credited twice, and each refund
 * is asked for once. Notices come three times, or never.
 */
import { expect, it } from "vitest";
import { everywhere, type EverywhereReport, type Story } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import { userAvailable, YOOKASSA_FEES, YOOKASSA_SHOP } from "../../machines/domain/accounts.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { Bank } from "../../machines/testing/bank.ts";
import { testTerms } from "../../machines/testing/world.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";
import { CRASHES, seed } from "./testing/crash_share.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const AT_MS = Date.UTC(2026, 0, 1);
const PRICE = { minor: "10000", currency: "RUB" } as const;

/** The bank of one story; it is new for each run. */
interface Outside {
  bank: Bank;
}

function defineActors(database: Database, outside: Outside) {
  const nothing = { run: () => Promise.resolve() };
  return defineRaffleActors(withRest({
    notify: { ...nothing, lane: ({ playerId }) => `notify/${playerId}` },
    sendPage: { run: () => Promise.resolve({}) },
    createBankPayment: { run: (input) => Promise.resolve(outside.bank.create(input)) },
    lookUpBankPayment: {
      run: ({ chargeId }) => Promise.resolve({ ...outside.bank.lookUp(chargeId), atMs: AT_MS }),
    },
    refundRubles: {
      run: ({ chargeId }) => Promise.resolve(outside.bank.refund(chargeId, "pending")),
    },
    takeDrawTicket: { run: () => Promise.resolve({ drawTicketId: "dt1" }) },
    sealTickets: { run: () => Promise.resolve({ seal: "5e", tickets: 2, sealedAtMs: AT_MS }) },
    requestDraw: { run: () => Promise.resolve({ serialNumber: 1 }) },
    verifyDraw: {
      run: async () => {
        const { rows: [first] } = await database.query<{ player_id: string }>(
          "select t.player_id from tickets t where t.number = 1",
        );
        const rubles = (minor: string) => ({ minor, currency: "RUB" });
        return {
          isValid: true,
          pot: rubles("20000"),
          commission: rubles("3000"),
          winners: [{
            place: 1,
            number: 1,
            playerId: first?.player_id,
            prize: rubles("17000"),
          }],
        };
      },
    },
  }, nothing));
}

function raffle(terms: Partial<RaffleTerms>): Story {
  const input = {
    raffleId: "rfl_1",
    terms: testTerms({ price: PRICE, ...terms }),
    createdBy: "tg-1",
    atMs: AT_MS,
  };
  return [
    { create: "raffle/rfl_1", input },
    { send: { type: "raffle.open", by: "tg-1", atMs: AT_MS } as never, to: "raffle/rfl_1" },
  ];
}

function player(number: number): Story {
  const playerId = `tg-${number}`;
  const name = `Player ${number}`;
  return [{
    create: `user/${playerId}`,
    input: { playerId, chatId: number, name, language: "en", atMs: AT_MS, entriesPerDay: 50 },
  }];
}

function asks(number: number, method: "rubles" | "balance"): Story[number] {
  return {
    to: `user/tg-${number}`,
    send: {
      type: "entry.requested",
      raffleId: "rfl_1",
      paymentId: `pay_${number}`,
      salt: String(number).padStart(32, "0"),
      method,
      atMs: AT_MS,
    } as never,
  };
}

function topsUp(number: number): Story[number] {
  return {
    to: `user/tg-${number}`,
    send: {
      type: "topup.requested",
      topUpId: `tup_${number}`,
      amount: { ...PRICE, minor: "25000" },
      bounds: { least: "100", most: "100000" },
      atMs: AT_MS,
    } as never,
  };
}

const notice = (id: string) => ({ to: `bankPayment/bnk_${id}`, send: { type: "bank.noticed" } });

async function survive(
  story: (outside: Outside) => Story,
  balances: Record<string, string>,
  crash = CRASHES,
): Promise<EverywhereReport> {
  const database = await openTestDatabase();
  const outside: Outside = { bank: new Bank() };
  return await everywhere(defineActors(database, outside), story(outside), {
    databases: [database],
    crash,
    crashTwice: 4,
    reordered: 1,
    seed,
    before: () => {
      outside.bank = new Bank();
    },
    outcome: async () => {
      expect((await checkBooks(database)).problems).toEqual([]);
      const accounts = await readBalances(database, [
        YOOKASSA_SHOP,
        YOOKASSA_FEES,
        "treasury/fees",
        ...[1, 2, 3].map((number) => userAvailable(`tg-${number}`)),
      ]);
      const left = accounts.filter(({ balanceMinor }) => balanceMinor !== 0n)
        .map(({ account, balanceMinor }) => [account, String(balanceMinor)]);
      expect(Object.fromEntries(left)).toEqual(balances);
      expect(-BigInt(balances[YOOKASSA_SHOP] ?? "0")).toBe(outside.bank.held());
      const { rows: others } = await database.query(
        `select a.name from ledger_accounts a where a.balance_minor <> 0
         and not a.name = any ($1::text[])`,
        [Object.keys(balances)],
      );
      expect(others).toEqual([]);
      const { rows: payments } = await database.query(
        `select p.payment_id, p.status, p.charge_id from payments p order by p.payment_id`,
      );
      return JSON.stringify({ left, payments });
    },
  });
}

it("a raffle in rubles is drawn and paid out once, wherever a node ends", {
  timeout: 240_000,
}, async () => {
  const { crashes, points } = await survive((outside) => {
    const pays = (id: string) => () => {
      const [payment] = [...outside.bank.payments.values()]
        .filter(({ actor }) => actor === `bankPayment/bnk_${id}`);
      if (payment === undefined) throw new Error(`Nobody asked for ${id}`);
      payment.status = "succeeded";
    };
    return [
      ...raffle({ drawAt: "minimum", minPlayers: 2 }),
      ...player(1),
      ...player(2),
      asks(1, "rubles"),
      asks(2, "rubles"),
      // It comes too early, three times, and once from another payment's account.
      notice("pay_1"),
      pays("pay_1"),
      { anyOrder: [notice("pay_1"), notice("pay_1"), notice("pay_1"), notice("pay_2")] },
      async ({ runtime }) => {
        expect((await runtime.read("payment/pay_1"))?.value).toBe("ticketed");
      },
      pays("pay_2"),
      // Nobody tells of it.
      { pass: 10 * MINUTE_MS },
      { pass: 2 * HOUR_MS },
      async ({ runtime }) => {
        expect((await runtime.read("raffle/rfl_1"))?.value).toEqual({ settled: "told" });
        expect(outside.bank.payments.size).toBe(2);
      },
    ];
  }, {
    [YOOKASSA_SHOP]: "-19930",
    [YOOKASSA_FEES]: "-70",
    "treasury/fees": "3000",
    "user/tg-1/available": "17000",
  });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  for (const effect of ["createBankPayment", "lookUpBankPayment"]) {
    expect(points.some((point) => point.startsWith(`after effect ${effect}`)), effect).toBe(true);
  }
});

it("what a raffle gives back goes back once, or to the balance, wherever a node ends", {
  timeout: 240_000,
}, async () => {
  const { crashes, points } = await survive((outside) => {
    const all = () => [...outside.bank.payments.values()];
    const pay = () => {
      for (const payment of all()) payment.status = "succeeded";
    };
    const settle = () => {
      for (const payment of all()) {
        if (payment.refund === null) continue;
        payment.refund = payment.actor.endsWith("pay_1") ? "succeeded" : "canceled";
      }
    };
    return [
      ...raffle({ drawAt: "deadline", minPlayers: 9, maxTickets: 9 }),
      ...player(1),
      ...player(2),
      ...player(3),
      topsUp(3),
      asks(1, "rubles"),
      asks(2, "rubles"),
      pay,
      { anyOrder: [notice("tup_3"), notice("pay_1"), notice("pay_2")] },
      asks(3, "balance"),
      async ({ runtime }) => {
        expect((await runtime.read("raffle/rfl_1"))?.context).toMatchObject({ tickets: 3 });
      },
      { pass: HOUR_MS + MINUTE_MS },
      async ({ runtime }) => {
        expect((await runtime.read("raffle/rfl_1"))?.value).toBe("refunding");
      },
      settle,
      { pass: HOUR_MS },
      async ({ runtime }) => {
        expect((await runtime.read("raffle/rfl_1"))?.value).toBe("refunded");
      },
    ];
  }, {
    // 450 came, 100 went back, 1.05 was kept.
    [YOOKASSA_SHOP]: "-34895",
    [YOOKASSA_FEES]: "-105",
    "user/tg-2/available": "10000",
    "user/tg-3/available": "25000",
  });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.some((point) => point.startsWith("after effect refundRubles"))).toBe(true);
});
