/** The judge on made-up books with rubles in them: each kind of fault put into sound ones. */
import { describe, expect, it } from "vitest";
import type { FindingKind, OwnTransfer, OwnWithdrawal } from "./evidence.ts";
import { judge } from "./judge.ts";
import {
  GATEWAY,
  givenBack,
  payment,
  payout,
  rubles,
  soundBankBooks,
} from "./testing/made_up_bank.ts";
import { ANNA, type Books, BORIS, ticket } from "./testing/made_up_books.ts";

function kindsOf(spoil: (books: Books) => void): FindingKind[] {
  const books = soundBankBooks();
  spoil(books);
  const findings = judge(books.outside, books.own);
  return [...new Set(findings.map(({ kind }) => kind))].sort();
}

const dropTransfer = ({ own }: Books, key: string): void => {
  const { length } = own.transfers;
  own.transfers = own.transfers.filter((one) => one.key !== key);
  expect(own.transfers).toHaveLength(length - 1);
};
const change = <Row extends object>(
  rows: Row[],
  isMeant: (row: Row) => boolean,
  fields: Partial<Row>,
): void => {
  const row = rows.find(isMeant);
  if (row === undefined) throw new Error("There is no such row");
  Object.assign(row, fields);
};
const setTransfer = ({ own }: Books, key: string, fields: Partial<OwnTransfer>): void =>
  change(own.transfers, (one) => one.key === key, fields);
const setPayment = ({ outside }: Books, id: string, fields: { status?: string; minor?: number }) =>
  change(outside.bank.payments, (one) => one.id === id, fields);
const setRefund = ({ outside }: Books, id: string, fields: { status?: string; minor?: number }) =>
  change(outside.bank.refunds, (one) => one.id === id, fields);
const setWithdrawal = ({ own }: Books, id: string, fields: Partial<OwnWithdrawal>): void =>
  change(own.withdrawals, (one) => one.withdrawalId === id, fields);
const setTicket = ({ own }: Books, paymentId: string, fields: object): void =>
  change(own.tickets, (one) => one.paymentId === paymentId, fields);
const forget = ({ outside }: Books, words: string): void => {
  const [anna] = outside.chats;
  const index = anna?.texts.findIndex((text) => text.includes(words)) ?? -1;
  expect(index).toBeGreaterThanOrEqual(0);
  anna?.texts.splice(index, 1);
};

interface Fault {
  fault: string;
  spoil: (books: Books) => void;
  kinds: FindingKind[];
}

const PAYMENTS: Fault[] = [
  {
    fault: "a payment that our books do not know",
    spoil: ({ outside }) => void outside.bank.payments.push(payment("b9", "pay_unknown")),
    kinds: ["lost"],
  },
  {
    fault: "a payment that is booked and never came",
    spoil: (books) => setPayment(books, "b1", { status: "canceled" }),
    kinds: ["doubled"],
  },
  {
    fault: "a payment of another amount",
    spoil: (books) => setPayment(books, "b1", { minor: 10_001 }),
    kinds: ["ledger"],
  },
  {
    fault: "a fee that is not booked",
    spoil: (books) => dropTransfer(books, "charge/b1/fee"),
    kinds: ["ledger"],
  },
  {
    fault: "a payment that was taken and is neither a ticket nor back",
    spoil: ({ own }) =>
      void (own.tickets = own.tickets.filter(({ paymentId }) => paymentId !== "pay_bank")),
    kinds: ["unpaid"],
  },
  {
    fault: "two tickets for one payment",
    spoil: ({ own, outside }) => {
      const one = { playerId: ANNA, paymentId: "pay_bank", chargeId: "b1", currency: "RUB" };
      own.tickets.push(ticket("rfl_rub", 3, one));
      outside.chats[0]?.texts.push("You are in “Rubles” with ticket No. 3.");
    },
    kinds: ["doubled"],
  },
  {
    fault: "a ticket for a payment that never was",
    spoil: (books) => setTicket(books, "pay_bank", { chargeId: "b0" }),
    kinds: ["doubled", "unpaid"],
  },
  {
    fault: "a ticket for a payment that was not paid",
    spoil: ({ own }) => {
      const one = { playerId: ANNA, paymentId: "pay_declined", chargeId: "b6", currency: "RUB" };
      own.tickets.push(ticket("rfl_rub", 3, one));
    },
    kinds: ["doubled"],
  },
  {
    fault: "a ticket of somebody who did not pay it",
    spoil: (books) => setTicket(books, "pay_bank", { paymentId: "pay_other" }),
    kinds: ["unpaid"],
  },
  {
    fault: "a ticket in rubles from a balance that nobody paid",
    spoil: (books) => dropTransfer(books, "payment/pay_rub_balance/entry"),
    kinds: ["doubled"],
  },
  {
    fault: "a top-up for somebody else",
    spoil: (books) => setTransfer(books, "charge/b2/received", { to: `user/${BORIS}/available` }),
    kinds: ["unpaid"],
  },
  {
    fault: "money at the shop that YooKassa does not know",
    spoil: ({ own }) =>
      void own.transfers.push(
        rubles("charge/b0/received", "provider/yookassa/shop", `user/${ANNA}/available`),
      ),
    kinds: ["ledger"],
  },
  {
    fault: "a prize in Stars of a raffle in rubles",
    spoil: (books) =>
      change(books.own.transfers, ({ key }) => key === "payout/pyo_rub_1/credit", {
        currency: "XTR",
      }),
    kinds: ["doublePaid", "unpaid"],
  },
];

const REFUNDS: Fault[] = [
  {
    fault: "a payment that went back twice",
    spoil: ({ outside }) =>
      void outside.bank.refunds.push({
        id: "r9",
        paymentId: "b3",
        status: "succeeded",
        minor: 10_000,
      }),
    kinds: ["doublePaid"],
  },
  {
    fault: "a payment of which a part went back",
    spoil: (books) => setRefund(books, "r3", { minor: 9_000 }),
    kinds: ["unpaid"],
  },
  {
    fault: "a refund that never reached our books",
    spoil: (books) => dropTransfer(books, "charge/b3/returned"),
    kinds: ["lost"],
  },
  {
    fault: "a refund that only our books know",
    spoil: ({ outside }) =>
      void (outside.bank.refunds = outside.bank.refunds.filter(({ id }) => id !== "r3")),
    kinds: ["unpaid"],
  },
  {
    fault: "a refund that is still on its way",
    spoil: (books) => setRefund(books, "r3", { status: "pending" }),
    kinds: ["stuck", "unpaid"],
  },
  {
    fault: "a refund that is booked with another amount",
    spoil: (books) => setTransfer(books, "charge/b3/returned", { minor: 9_000 }),
    kinds: ["ledger"],
  },
  {
    fault: "an entry of a cancelled raffle that is not back",
    spoil: (books) => {
      books.outside.bank.refunds = books.outside.bank.refunds.filter(({ id }) => id !== "r4");
      dropTransfer(books, "charge/b4/returned");
    },
    kinds: ["unpaid"],
  },
  {
    fault: "a ticket for a payment that is back",
    spoil: (books) => {
      const row = { id: "r1", paymentId: "b1", status: "succeeded", minor: 10_000 };
      books.outside.bank.refunds.push(row);
      books.own.transfers.push(givenBack("b1", "pay_bank"));
      books.outside.chats[0]?.texts.push("100 ₽ went back to where you paid from: b1");
    },
    kinds: ["doubled"],
  },
  {
    fault: "a payment that is back, and on the balance too",
    spoil: (books) => {
      const row = { id: "r9", paymentId: "b5", status: "succeeded", minor: 10_000 };
      books.outside.bank.refunds.push(row);
      books.own.transfers.push(givenBack("b5", "pay_kept"));
      books.outside.chats[0]?.texts.push("100 ₽ went back to where you paid from: b5");
    },
    kinds: ["doublePaid"],
  },
  {
    fault: "a payment that went to the balance without YooKassa's no",
    spoil: ({ outside }) =>
      void (outside.bank.refunds = outside.bank.refunds.filter(({ id }) => id !== "r5")),
    kinds: ["unpaid"],
  },
  {
    fault: "a payment that went to somebody else's balance",
    spoil: (books) => setTransfer(books, "charge/b5/kept", { to: `user/${BORIS}/available` }),
    kinds: ["unpaid"],
  },
];

const PAYOUTS: Fault[] = [
  {
    fault: "a payout made twice",
    spoil: ({ outside }) => void outside.bank.payouts.push(payout("po9", "wdr_sbp")),
    kinds: ["doublePaid"],
  },
  {
    fault: "a second payout that is on its way",
    spoil: ({ outside }) =>
      void outside.bank.payouts.push(payout("po9", "wdr_sbp", { status: "pending" })),
    kinds: ["doublePaid", "stuck"],
  },
  {
    fault: "a payout asked for anew after one that was cancelled",
    spoil: ({ outside }) =>
      void outside.bank.payouts.push(payout("po9", "wdr_sbp", { status: "canceled" })),
    kinds: ["doubled"],
  },
  {
    fault: "a payout without a withdrawal",
    spoil: ({ outside }) => void outside.bank.payouts.push(payout("po9", "wdr_none")),
    kinds: ["doublePaid"],
  },
  {
    fault: "a payout that went through although its money went back",
    spoil: ({ outside }) =>
      change(outside.bank.payouts, ({ id }) => id === "po3", { status: "succeeded" }),
    kinds: ["doublePaid"],
  },
  {
    fault: "a withdrawal that is done and was not paid",
    spoil: ({ outside }) =>
      change(outside.bank.payouts, ({ id }) => id === "po1", {
        status: "canceled",
      }),
    kinds: ["unpaid"],
  },
  {
    fault: "a payout of another amount",
    spoil: ({ outside }) =>
      change(outside.bank.payouts, ({ id }) => id === "po1", { minor: 4_001 }),
    kinds: ["doublePaid"],
  },
  {
    fault: "a payout in another way",
    spoil: ({ outside }) =>
      change(outside.bank.payouts, ({ id }) => id === "po1", { channel: "card" }),
    kinds: ["doublePaid"],
  },
  {
    fault: "a payout to somebody whom he never named",
    spoil: ({ outside }) =>
      change(outside.bank.payouts, ({ id }) => id === "po1", { receiver: "79001234568" }),
    kinds: ["doublePaid"],
  },
  {
    fault: "a withdrawal that says it is another payout",
    spoil: (books) => setTransfer(books, "withdrawal/wdr_sbp/sent", { externalId: "po9" }),
    kinds: ["lost"],
  },
  {
    fault: "a withdrawal that did not come back although nothing was paid",
    spoil: ({ own }) =>
      void own.transfers.push(
        rubles("withdrawal/wdr_refused/sent", `user/${ANNA}/available`, GATEWAY, 4_000),
      ),
    kinds: ["unpaid"],
  },
  {
    fault: "a withdrawal whose money did not leave our books",
    spoil: (books) => dropTransfer(books, "withdrawal/wdr_sbp/sent"),
    kinds: ["ledger"],
  },
  {
    fault: "money at the gateway that is no withdrawal",
    spoil: ({ own }) =>
      void own.transfers.push(rubles("withdrawal/wdr_none/sent", "treasury/fees", GATEWAY)),
    kinds: ["ledger"],
  },
  {
    fault: "a withdrawal that nobody has decided",
    spoil: (books) => setWithdrawal(books, "wdr_refused", { status: "undecided" }),
    kinds: ["stuck"],
  },
  {
    fault: "a receiver who is kept although the withdrawal is over",
    spoil: ({ own }) => void own.destinations.push("wdr_sbp"),
    kinds: ["stuck"],
  },
];

const BOOKS: Fault[] = [
  {
    fault: "kopecks that YooKassa holds and our books do not",
    spoil: ({ outside }) => void (outside.bank.held += 1),
    kinds: ["ledger"],
  },
  {
    fault: "fees that are not in our books",
    spoil: ({ outside }) => void (outside.bank.fees += 1),
    kinds: ["ledger"],
  },
  {
    fault: "kopecks that were paid out and are not in our books",
    spoil: ({ outside }) => void (outside.bank.paidOut += 1),
    kinds: ["ledger"],
  },
  {
    fault: "kopecks that hang in a payment",
    spoil: ({ own }) =>
      void own.balances.push({
        account: "payment/pay_bank/clearing_rub",
        currency: "RUB",
        minor: 1,
      }),
    kinds: ["ledger"],
  },
  {
    fault: "kopecks that are held for nothing",
    spoil: ({ own }) =>
      void own.holds.push({ account: `user/${ANNA}/available`, currency: "RUB", minor: 1 }),
    kinds: ["ledger"],
  },
];

describe("judge() on rubles", () => {
  it("finds nothing in sound books", () => {
    const { outside, own } = soundBankBooks();
    expect(judge(outside, own)).toEqual([]);
  });

  it.each([...PAYMENTS, ...REFUNDS, ...PAYOUTS, ...BOOKS])("finds $fault", ({ spoil, kinds }) => {
    expect(kindsOf(spoil)).toEqual([...kinds].sort());
  });

  it.each([
    "is on your balance. Payment: b2",
    "Payment: b3",
    "Payment b5",
    "67 – sent",
    "0387 – sent",
    "Nothing was sent",
  ])("finds that nobody was told “%s”", (words) => {
    expect(kindsOf((books) => forget(books, words))).toEqual(["lost"]);
  });
});
