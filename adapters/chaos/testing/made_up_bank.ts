/** Sound books with rubles in them, beside those of Stars; see `made_up_books.ts`. */
import type { BankPayment, BankPayout } from "../bank_evidence.ts";
import type { OwnTransfer, OwnWithdrawal } from "../evidence.ts";
import {
  ANNA,
  type Books,
  BORIS,
  raffle,
  soundBooks,
  ticket,
  withdrawal,
} from "./made_up_books.ts";

const SHOP = "provider/yookassa/shop";
const FEES = "treasury/expense/yookassa";
export const GATEWAY = "provider/yookassa/gateway";
export const WALLET = "4100116074720387";

export const rubles = (key: string, from: string, to: string, minor = 10_000): OwnTransfer => ({
  key,
  from,
  to,
  currency: "RUB",
  minor,
  externalId: null,
});
const sent = (withdrawalId: string, externalId: string | null): OwnTransfer => ({
  ...rubles(`withdrawal/${withdrawalId}/sent`, `user/${ANNA}/available`, GATEWAY, 4_000),
  externalId,
});
export const payment = (id: string, owner: string, status = "succeeded"): BankPayment => ({
  id,
  actor: `bankPayment/bnk_${owner}`,
  status,
  minor: 10_000,
  fee: status === "succeeded" ? 427 : 0,
});
export const payout = (
  id: string,
  withdrawalId: string,
  fields: Partial<BankPayout> = {},
): BankPayout => ({
  id,
  actor: `bankPayout/${withdrawalId}`,
  status: "succeeded",
  minor: 4_000,
  channel: "sbp",
  receiver: "79001234567",
  ...fields,
});

function taken(id: string, owner: string): OwnTransfer[] {
  const to = owner.startsWith("tup_") ? `user/${ANNA}/available` : `payment/${owner}/clearing_rub`;
  return [
    rubles(`charge/${id}/received`, SHOP, to),
    rubles(`charge/${id}/fee`, FEES, SHOP, 427),
  ];
}
export const givenBack = (id: string, owner: string): OwnTransfer =>
  rubles(`charge/${id}/returned`, `payment/${owner}/refund_due_rub`, SHOP);

const leaving = (withdrawalId: string, fields: Partial<OwnWithdrawal>): OwnWithdrawal =>
  withdrawal(withdrawalId, {
    playerId: ANNA,
    choice: { kind: "sbp", masked: "+7 900 •••-••-67" },
    minor: 4_000,
    ...fields,
  });

/**
 * A raffle in rubles with two tickets (one paid by bank, one from the balance), and a cancelled one with
 * two, of which the bank took one back and one not; a top-up, a late payment, one that was declined.
 * Anna had one payout through the SBP, one to a wallet, and one that came back.
 */
export function soundBankBooks(): Books {
  const books = soundBooks();
  const { outside, own } = books;
  const owners = {
    b1: "pay_bank",
    b2: "tup_1",
    b3: "pay_late_rub",
    b4: "pay_stopped",
    b5: "pay_kept",
  };
  outside.bank = {
    held: 50_000 - 5 * 427 - 20_000,
    fees: 5 * 427,
    paidOut: 8_000,
    payments: [
      ...Object.entries(owners).map(([id, owner]) => payment(id, owner)),
      payment("b6", "pay_declined", "canceled"),
    ],
    refunds: [
      { id: "r3", paymentId: "b3", status: "succeeded", minor: 10_000 },
      { id: "r4", paymentId: "b4", status: "succeeded", minor: 10_000 },
      { id: "r5", paymentId: "b5", status: "canceled", minor: 10_000 },
    ],
    payouts: [
      payout("po1", "wdr_sbp"),
      payout("po2", "wdr_wallet", { channel: "yooMoney", receiver: WALLET }),
      payout("po3", "wdr_refused", { status: "canceled" }),
    ],
  };
  const [anna] = outside.chats;
  anna?.pages.push("b1", "b2", "b3", "b4", "b5", "b6");
  anna?.written.push("/cashout", "40", "8 900 123-45-67", WALLET);
  anna?.texts.push(
    ...["Rubles", "Rubles off"].flatMap((title) =>
      [1, 2].map((number) => `You are in “${title}” with ticket No. ${number}. We write to you.`)
    ),
    "🏆 You won place 1 in “Rubles” with ticket No. 2: 170 ₽!",
    "170 ₽ from “Rubles” is on your balance. /balance",
    "100 ₽ is on your balance. Payment: b2. Join a raffle: /join_raffle",
    "100 ₽ for “Rubles” went back to where you paid from. Payment: b3",
    "100 ₽ for “Rubles off” went back to where you paid from. Payment: b4",
    "100 ₽ for “Rubles off” could not go back to where it came from. Payment b5.",
    "💸 40 ₽ through the SBP to +7 900 •••-••-67 – sent, the money is yours.",
    "💸 40 ₽ to the YooMoney wallet 41001•••0387 – sent, the money is yours.",
    "Nothing was sent (40 ₽ through the SBP to +7 900 •••-••-67).",
  );
  own.raffles.push(
    raffle("rfl_rub", "Rubles", "settled", { currency: "RUB" }),
    raffle("rfl_off", "Rubles off", "refunded", { currency: "RUB" }),
  );
  const byBank = (raffleId: string, number: number, id: keyof typeof owners) =>
    ticket(raffleId, number, {
      playerId: ANNA,
      paymentId: owners[id],
      chargeId: id,
      currency: "RUB",
    });
  own.tickets.push(
    byBank("rfl_rub", 1, "b1"),
    ticket("rfl_rub", 2, {
      playerId: ANNA,
      paymentId: "pay_rub_balance",
      chargeId: null,
      currency: "RUB",
    }),
    byBank("rfl_off", 1, "b4"),
    byBank("rfl_off", 2, "b5"),
  );
  own.draws.push({
    raffleId: "rfl_rub",
    randomText: null,
    winners: [{ place: 1, number: 2, minor: 17_000 }],
    reserves: [],
  });
  own.announcements.push(
    { raffleId: "rfl_rub", occasion: "drawn", state: "sending" },
    { raffleId: "rfl_off", occasion: "cancelled", state: "sending" },
  );
  own.transfers.push(
    ...Object.entries(owners).flatMap(([id, owner]) => taken(id, owner)),
    givenBack("b3", owners.b3),
    givenBack("b4", owners.b4),
    rubles("charge/b5/kept", "payment/pay_kept/refund_due_rub", `user/${ANNA}/available`),
    rubles("payment/pay_rub_balance/entry", `user/${ANNA}/available`, "raffle/rfl_rub/pot"),
    rubles(
      "payout/pyo_rub_1/credit",
      "payout/pyo_rub_1/held",
      `user/${ANNA}/available`,
      17_000,
    ),
    sent("wdr_sbp", "po1"),
    // By an admin's word.
    sent("wdr_wallet", null),
  );
  own.withdrawals.push(
    leaving("wdr_sbp", {}),
    leaving("wdr_wallet", {
      choice: { kind: "yooMoney", masked: "41001•••0387" },
    }),
    leaving("wdr_refused", { status: "returned" }),
  );
  const { held, fees, paidOut } = outside.bank;
  const inRubles = (account: string, minor: number) => ({ account, currency: "RUB", minor });
  own.balances.push(
    inRubles(SHOP, -held),
    inRubles(FEES, -fees),
    inRubles(GATEWAY, paidOut),
    inRubles(`user/${ANNA}/available`, 19_000),
    inRubles(`user/${BORIS}/available`, 100),
  );
  return books;
}
