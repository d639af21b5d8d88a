/**
 * Rubles out over the real ledger and tables, with a bank that keeps its own books, and a node that ends at
 * points spread over the whole story: paid out once or not at all, and where it goes is kept no longer
 * than it is needed. Notices come three times, too early, or never.
 */
import { expect, it } from "vitest";
import { everywhere, type Story } from "../../actors/testing/mod.ts";
import type { Database } from "../../db/connection.ts";
import { readBalances } from "../../db/ledger_balances.ts";
import { checkBooks } from "../../db/ledger_books.ts";
import { readDestinations } from "../../db/payout_destinations.ts";
import { openTestDatabase } from "../../db/testing/test_database.ts";
import {
  userAvailable,
  YOOKASSA_FEES,
  YOOKASSA_GATEWAY,
  YOOKASSA_SHOP,
} from "../../machines/domain/accounts.ts";
import type { BankPayoutFacts } from "../../machines/domain/bank_payout.ts";
import { Bank } from "../../machines/testing/bank.ts";
import { defineRaffleActors, withRest } from "./raffle_actors.ts";
import { CRASHES, seed, STATES } from "./testing/crash_share.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const AT_MS = Date.UTC(2026, 0, 1);

interface Outside {
  bank: Bank;
  /** By the actor that asked. */
  payouts: Map<string, BankPayoutFacts>;
  /** It answers nothing, and shows nothing. */
  isSilent?: boolean;
}

function defineActors(database: Database, outside: Outside) {
  const nothing = { run: () => Promise.resolve() };
  return defineRaffleActors(withRest({
    notify: { ...nothing, lane: ({ playerId }) => `notify/${playerId}` },
    createBankPayment: { run: (input) => Promise.resolve(outside.bank.create(input)) },
    lookUpBankPayment: {
      run: ({ chargeId }) => Promise.resolve({ ...outside.bank.lookUp(chargeId), atMs: AT_MS }),
    },
    createBankPayout: {
      run: async ({ actor, withdrawalId }) => {
        if (!outside.payouts.has(actor)) {
          // It is there before the bank is asked.
          expect(
            JSON.parse(
              (await readDestinations(database, [withdrawalId])).get(withdrawalId) ?? "{}",
            ),
          ).toEqual({
            destination: { kind: "sbp", phone: "79001234567", bankId: "100000000111" },
          });
          outside.payouts.set(actor, { payoutId: "po-1", status: "pending" });
        }
        if (outside.isSilent) return { kind: "unclear" };
        return { kind: "made", facts: outside.payouts.get(actor) };
      },
    },
    lookUpBankPayout: {
      run: ({ actor }) =>
        Promise.resolve({
          facts: outside.isSilent ? null : outside.payouts.get(actor) ?? null,
        }),
    },
  }, nothing));
}

let turn = 0;
const says = (type: string, said: object = {}): Story[number] => {
  const of = String(turn);
  const send = { type: `cashOut.${type}`, of, ...said, turn: String(++turn), atMs: AT_MS };
  return { to: "cashOut/tg-1", send: send as never };
};
const paymentNotice = { to: "bankPayment/bnk_tup_1", send: { type: "bank.noticed" } } as const;
const payoutNotice = { to: "bankPayout/wdr_1", send: { type: "bank.noticed" } } as const;

/** How it ends: the bank says it, or shows nothing, and an admin does. */
type End =
  | Pick<BankPayoutFacts, "status" | "reason">
  | { status: BankPayoutFacts["status"]; word: "withdrawal.settle" | "withdrawal.void" };

/** A player with 250 rubles takes 200 out. */
async function survive(
  end: End,
  { left, gone, crash = CRASHES }: { left: string; gone: string; crash?: number | "states" },
): Promise<void> {
  const database = await openTestDatabase();
  const isSilent = "word" in end;
  const outside: Outside = { bank: new Bank(), payouts: new Map(), isSilent };
  turn = 0;
  const story: Story = [
    {
      create: "user/tg-1",
      input: {
        playerId: "tg-1",
        chatId: 1,
        name: "Anna",
        language: "en",
        atMs: AT_MS,
        entriesPerDay: 50,
      },
    },
    {
      to: "user/tg-1",
      send: {
        type: "topup.requested",
        topUpId: "tup_1",
        amount: { minor: "25000", currency: "RUB" },
        bounds: { least: "100", most: "100000" },
        atMs: AT_MS,
      } as never,
    },
    () => {
      for (const payment of outside.bank.payments.values()) payment.status = "succeeded";
    },
    paymentNotice,
    { create: "cashOut/tg-1", input: { playerId: "tg-1" } },
    says("begin", { channel: "sbp", asksName: false, cardKey: "k" }),
    says("said", { text: "200" }),
    says("said", { text: "8 900 123-45-67" }),
    says("bank", { bankId: "100000000111" }),
    says("confirm", {
      withdrawal: {
        withdrawalId: "wdr_1",
        telegramUserId: 1,
        limit: { minor: "500000", currency: "RUB" },
        adminIds: [],
      },
    }),
    // Of what has not ended yet.
    { anyOrder: [payoutNotice, payoutNotice, payoutNotice] },
    () => {
      if (isSilent) return;
      for (const [actor, facts] of outside.payouts) {
        outside.payouts.set(actor, { ...facts, ...end });
      }
    },
    { pass: 20 * MINUTE_MS },
    { pass: HOUR_MS },
    ...isSilent
      ? [{
        to: "withdrawal/wdr_1",
        send: { type: end.word, by: "tg-9", atMs: AT_MS } as never,
      }]
      : [],
    async ({ runtime }) => {
      expect((await runtime.read("bankPayout/wdr_1"))?.value).toBe(end.status);
      expect((await runtime.read("cashOut/tg-1"))?.value).toBe("idle");
      expect(outside.payouts.size).toBe(1);
    },
  ];
  const { crashes, points } = await everywhere(defineActors(database, outside), story, {
    databases: [database],
    crash,
    crashTwice: 4,
    reordered: 1,
    seed,
    before: () => {
      outside.bank = new Bank();
      outside.payouts = new Map();
    },
    outcome: async () => {
      expect((await checkBooks(database)).problems).toEqual([]);
      const accounts = await readBalances(database, [
        YOOKASSA_SHOP,
        YOOKASSA_FEES,
        YOOKASSA_GATEWAY,
        userAvailable("tg-1"),
      ]);
      const balances = Object.fromEntries(
        accounts.map((account) => [account.account, String(account.availableMinor)]),
      );
      expect(balances).toMatchObject({
        [YOOKASSA_SHOP]: "-24965",
        [userAvailable("tg-1")]: left,
      });
      expect(balances[YOOKASSA_GATEWAY] ?? "0").toBe(gone);
      expect((await readDestinations(database, ["wdr_1"])).size).toBe(0);
      const { rows } = await database.query(
        "select w.status, w.choice, w.transaction_id, w.destination_hash from withdrawals w",
      );
      return JSON.stringify([balances, rows]);
    },
  });
  expect(crashes).toBeGreaterThanOrEqual(CRASHES);
  expect(points.some((point) => point.startsWith("after effect createBankPayout"))).toBe(true);
}

it("rubles are paid out once, wherever a node ends", { timeout: 240_000 }, async () => {
  await survive({ status: "succeeded" }, { left: "5000", gone: "20000", crash: STATES });
});

it("what the bank cancels comes back once, wherever a node ends", {
  timeout: 240_000,
}, async () => {
  await survive({ status: "canceled", reason: "general_decline" }, {
    left: "25000",
    gone: "0",
    crash: STATES,
  });
});

it.each(
  [
    [{ status: "succeeded", word: "withdrawal.settle" }, { left: "5000", gone: "20000" }],
    [{ status: "canceled", word: "withdrawal.void" }, { left: "25000", gone: "0" }],
  ] as const,
)(
  "what nobody can find is ended once by an admin's word, wherever a node ends: %o",
  { timeout: 240_000 },
  async (end, balances) => {
    await survive(end, balances);
  },
);
