/**
 * The judge on made-up books: sound ones, and each kind of fault put into them one at a time. The
 * figures of a run are worth what this finds.
 */
import { describe, expect, it } from "vitest";
import type { Charge } from "../sandbox/door_types.ts";
import type { FindingKind, OutsideBooks, OwnBooks, OwnTransfer } from "./evidence.ts";
import { judge } from "./judge.ts";

type Writable<T> = T extends readonly (infer Item)[] ? Writable<Item>[]
  : T extends object ? { -readonly [Name in keyof T]: Writable<T[Name]> }
  : T;

interface Books {
  outside: Writable<OutsideBooks>;
  own: Writable<OwnBooks>;
}

const ANNA = "tg-1";
const BORIS = "tg-2";
const random = { serialNumber: 1, data: [2], userData: "zhreb rfl_drawn 3 seal" };

const charge = (id: string, invoice_payload: string, fields: Partial<Charge> = {}): Charge => ({
  telegram_payment_charge_id: id,
  person_id: 1,
  amount: 10,
  invoice_payload,
  paidAtMs: 1,
  refundedAtMs: null,
  refundKind: null,
  ...fields,
});
const back = { refundedAtMs: 2, refundKind: "refund" } as const;
const transfer = (key: string, from: string, to: string, minor = 10): OwnTransfer => ({
  key,
  from,
  to,
  minor,
});
const received = (id: string, paymentId: string): OwnTransfer =>
  transfer(`charge/${id}/received`, "provider/telegram/settling", `payment/${paymentId}/clearing`);
const returned = (id: string, paymentId: string): OwnTransfer =>
  transfer(
    `charge/${id}/returned`,
    `payment/${paymentId}/refund_due`,
    "provider/telegram/settling",
  );

/**
 * A drawn raffle with three tickets (one charged back after the seal, one paid from the balance), and
 * a cancelled one; besides a payment that came too late and a chargeback before the seal.
 */
function soundBooks(): Books {
  return {
    outside: {
      received: 60,
      refunded: 50,
      withdrawn: 0,
      charges: [
        charge("c1", "pay_anna"),
        charge("c2", "pay_boris", { person_id: 2, refundedAtMs: 9, refundKind: "chargeback" }),
        charge("c3", "pay_late", back),
        charge("c4", "pay_cancelled", back),
        charge("c5", "pay_early", { refundedAtMs: 3, refundKind: "chargeback" }),
        charge("c6", "pay_anna", back),
      ],
      updates: [
        { id: 1, type: "message", isDelivered: true, key: "tg:1" },
        { id: 2, type: "message", isDelivered: true, key: "charge:c1" },
      ],
      refundCalls: ["c3", "c4", "c6"],
      draws: [{ raffleId: "rfl_drawn", random }],
      chats: [{
        playerId: ANNA,
        hasBlocked: false,
        texts: [
          "You are in “Drawn” with ticket No. 1. We write to you when the list is sealed.",
          "“Drawn”: entries are closed, the list of 3 tickets is sealed.",
          "10 ⭐ for “Other” went back to your Stars. Entries are closed. Charge id: c3",
          "10 ⭐ for “Stopped” went back to your Stars. It was stopped. Charge id: c4",
          "10 ⭐ for “Drawn” went back to your Stars. It was paid twice. Charge id: c6",
          "You are in “Stopped” with ticket No. 1. We write to you when the list is sealed.",
          "“Drawn” is drawn:\nPlace 1: ticket No. 2",
        ],
      }, {
        playerId: BORIS,
        hasBlocked: false,
        texts: [
          "You are in “Drawn” with ticket No. 3. We write to you when the list is sealed.",
          "🏆 You won place 1 in “Drawn” with ticket No. 2: 25 ⭐!",
          "25 ⭐ from “Drawn” is on your balance. /balance",
        ],
      }],
    },
    own: {
      events: 12,
      raffles: [
        { raffleId: "rfl_drawn", title: "Drawn", status: "settled" },
        { raffleId: "rfl_stopped", title: "Stopped", status: "refunded" },
        { raffleId: "rfl_draft", title: "Draft", status: "draft" },
      ],
      tickets: [
        ticket("rfl_drawn", 1, { playerId: ANNA, paymentId: "pay_anna", chargeId: "c1" }),
        ticket("rfl_drawn", 2, { playerId: BORIS, paymentId: "pay_boris", chargeId: "c2" }),
        ticket("rfl_drawn", 3, { playerId: BORIS, paymentId: "pay_balance", chargeId: null }),
        ticket("rfl_stopped", 1, { playerId: ANNA, paymentId: "pay_cancelled", chargeId: "c4" }),
      ],
      transfers: [
        received("c1", "pay_anna"),
        received("c2", "pay_boris"),
        received("c3", "pay_late"),
        received("c4", "pay_cancelled"),
        received("c5", "pay_early"),
        received("c6", "pay_anna"),
        returned("c3", "pay_late"),
        returned("c4", "pay_cancelled"),
        returned("c6", "pay_anna"),
        transfer(
          "charge/c2/chargeback",
          "treasury/expense/chargebacks",
          "provider/telegram/settling",
        ),
        transfer(
          "charge/c5/chargeback",
          "treasury/expense/chargebacks",
          "provider/telegram/settling",
        ),
        transfer("payment/pay_balance/entry", `user/${BORIS}/available`, "raffle/rfl_drawn/pot"),
        transfer("raffle/rfl_drawn/prize/1", "raffle/rfl_drawn/pot", "payout/pyo_drawn_1/held", 25),
        credit(),
      ],
      balances: [
        { account: "provider/telegram/settling", minor: -10 },
        { account: `user/${BORIS}/available`, minor: 15 },
        { account: "treasury/expense/chargebacks", minor: -5 },
      ],
      ledgerProblems: [],
      draws: [{
        raffleId: "rfl_drawn",
        randomText: JSON.stringify(random),
        winners: [{ place: 1, number: 2, minor: 25 }],
      }],
      keys: [
        { key: "tg:1", address: "user/tg-1" },
        { key: "charge:c1", address: "payment/pay_anna" },
      ],
      doubleRevisions: [],
      stuck: [],
      deadLetters: [],
    },
  };
}

function ticket(
  raffleId: string,
  number: number,
  rest: { playerId: string; paymentId: string; chargeId: string | null },
) {
  return { raffleId, number, ...rest };
}

function credit(): OwnTransfer {
  return transfer(
    "payout/pyo_drawn_1/credit",
    "payout/pyo_drawn_1/held",
    `user/${BORIS}/available`,
    25,
  );
}

function kindsOf(spoil: (books: Books) => void): FindingKind[] {
  const books = soundBooks();
  spoil(books);
  const findings = judge(books.outside, books.own);
  return [...new Set(findings.map(({ kind }) => kind))];
}

const dropTransfer = ({ own }: Books, key: string): void => {
  own.transfers = own.transfers.filter((one) => one.key !== key);
};
const dropTicket = ({ own }: Books, paymentId: string): void => {
  own.tickets = own.tickets.filter((one) => one.paymentId !== paymentId);
};
const chargeOf = ({ outside }: Books, id: string): Writable<Charge> =>
  outside.charges.find((one) => one.telegram_payment_charge_id === id) as Writable<Charge>;

describe("judge()", () => {
  it("finds nothing in sound books", () => {
    const { outside, own } = soundBooks();
    expect(judge(outside, own)).toEqual([]);
  });

  it.each<{ fault: string; spoil: (books: Books) => void; kinds: FindingKind[] }>([
    {
      fault: "a charge that our books do not know",
      spoil: ({ outside }) => void outside.charges.push(charge("c9", "pay_unknown")),
      kinds: ["lost"],
    },
    {
      fault: "a charge that is received and neither a ticket nor back",
      spoil: (books) => dropTicket(books, "pay_anna"),
      kinds: ["unpaid"],
    },
    {
      fault: "a second charge of one payment that is kept",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c6"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c3", "c4"];
        dropTransfer(books, "charge/c6/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "a late payment that is kept",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c3"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c4", "c6"];
        dropTransfer(books, "charge/c3/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "an entry of a cancelled raffle that is not back",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c4"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c3", "c6"];
        dropTransfer(books, "charge/c4/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "a refund that only our books know",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c4"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c3", "c6"];
      },
      kinds: ["unpaid"],
    },
    {
      fault: "a refund whose answer never reached our books",
      spoil: (books) => dropTransfer(books, "charge/c3/returned"),
      kinds: ["lost"],
    },
    {
      fault: "a chargeback that never reached our books",
      spoil: (books) => dropTransfer(books, "charge/c5/chargeback"),
      kinds: ["lost"],
    },
    {
      fault: "a chargeback that left our books as a refund too",
      spoil: ({ own }) => void own.transfers.push(returned("c5", "pay_early")),
      kinds: ["doubled"],
    },
    {
      fault: "a charge refunded twice",
      spoil: ({ outside }) => void outside.refundCalls.push("c3"),
      kinds: ["doublePaid"],
    },
    {
      fault: "a charge that the bank took back and the bot refunded",
      spoil: ({ outside }) => void outside.refundCalls.push("c2"),
      kinds: ["doublePaid"],
    },
    {
      fault: "two tickets for one payment",
      spoil: ({ own }) =>
        void own.tickets.push(
          ticket("rfl_drawn", 4, {
            playerId: ANNA,
            paymentId: "pay_anna",
            chargeId: "c1",
          }),
        ),
      kinds: ["doubled"],
    },
    {
      fault: "a ticket for a charge that was refunded",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c1"), back);
        books.outside.refundCalls.push("c1");
        books.own.transfers.push(returned("c1", "pay_anna"));
        books.outside.chats[0]?.texts.push("10 ⭐ went back to your Stars. Charge id: c1");
      },
      kinds: ["doubled"],
    },
    {
      fault: "a ticket for a charge that never was",
      spoil: (books) => {
        const { tickets } = books.own;
        Object.assign(tickets[0] as object, { chargeId: "c0" });
      },
      kinds: ["doubled", "unpaid"],
    },
    {
      fault: "a ticket from the balance that nobody paid",
      spoil: (books) => dropTransfer(books, "payment/pay_balance/entry"),
      kinds: ["doubled"],
    },
    {
      fault: "an entry from the balance without a ticket",
      spoil: (books) => dropTicket(books, "pay_balance"),
      kinds: ["unpaid"],
    },
    {
      fault: "an entry from the balance that went back twice",
      spoil: (books) => {
        dropTicket(books, "pay_balance");
        for (const which of ["refund", "again"]) {
          books.own.transfers.push(
            transfer(
              `payment/pay_balance/${which}`,
              "raffle/rfl_drawn/pot",
              `user/${BORIS}/available`,
            ),
          );
        }
      },
      kinds: ["doublePaid"],
    },
    {
      fault: "a winner without his prize",
      spoil: (books) => dropTransfer(books, "payout/pyo_drawn_1/credit"),
      kinds: ["unpaid"],
    },
    {
      fault: "a prize credited twice",
      spoil: ({ own }) => void own.transfers.push({ ...credit(), key: "again" }),
      kinds: ["doublePaid"],
    },
    {
      fault: "a prize credited to another",
      spoil: (books) => {
        dropTransfer(books, "payout/pyo_drawn_1/credit");
        books.own.transfers.push({ ...credit(), to: `user/${ANNA}/available` });
      },
      kinds: ["unpaid", "doublePaid"],
    },
    {
      fault: "a prize of another amount",
      spoil: (books) => {
        dropTransfer(books, "payout/pyo_drawn_1/credit");
        books.own.transfers.push({ ...credit(), minor: 24 });
      },
      kinds: ["unpaid", "doublePaid"],
    },
    {
      fault: "a prize of a raffle that was cancelled",
      spoil: ({ own }) =>
        void own.transfers.push(
          { ...credit(), key: "more", from: "payout/pyo_stopped_1/held" },
        ),
      kinds: ["doublePaid"],
    },
    {
      fault: "a raffle drawn twice",
      spoil: ({ outside }) => void outside.draws.push({ raffleId: "rfl_drawn", random }),
      kinds: ["doubled"],
    },
    {
      fault: "another draw than RANDOM.ORG signed",
      spoil: ({ own }) =>
        void Object.assign(own.draws[0] as object, {
          randomText: JSON.stringify({ ...random, data: [1] }),
        }),
      kinds: ["lost"],
    },
    {
      fault: "a settled raffle without a proof that holds",
      spoil: ({ own }) => void Object.assign(own.draws[0] as object, { winners: null }),
      kinds: ["lost"],
    },
    {
      fault: "an update that left no trace",
      spoil: ({ own }) => void (own.keys = own.keys.filter(({ key }) => key !== "tg:1")),
      kinds: ["lost"],
    },
    {
      fault: "an update applied at two actors",
      spoil: ({ own }) => void own.keys.push({ key: "tg:1", address: "user/tg-2" }),
      kinds: ["doubled"],
    },
    {
      fault: "an update that was never taken",
      spoil: ({ outside }) =>
        void outside.updates.push(
          { id: 3, type: "message", isDelivered: false, key: "tg:3" },
        ),
      kinds: ["stuck"],
    },
    {
      fault: "a revision made twice",
      spoil: ({ own }) => void own.doubleRevisions.push("Revision 3 of user/tg-1"),
      kinds: ["doubled"],
    },
    {
      fault: "a stuck actor",
      spoil: ({ own }) => void own.stuck.push("user/tg-1: nothing is on its way"),
      kinds: ["stuck"],
    },
    {
      fault: "a raffle that is not over",
      spoil: ({ own }) =>
        void own.raffles.push({ raffleId: "rfl_x", title: "X", status: "drawing" }),
      kinds: ["stuck"],
    },
    {
      fault: "a mass notice said twice",
      spoil: ({ outside }) => void outside.chats[0]?.texts.push("“Drawn” is drawn:\n"),
      kinds: ["doubled"],
    },
    {
      fault: "a ticket that its player was never told of",
      spoil: ({ outside }) => void outside.chats[0]?.texts.splice(0, 1),
      kinds: ["lost"],
    },
    {
      fault: "a refund that nobody was told of",
      spoil: ({ outside }) => void outside.chats[0]?.texts.splice(2, 1),
      kinds: ["lost"],
    },
    {
      fault: "a winner who does not know it",
      spoil: ({ outside }) => void outside.chats[1]?.texts.splice(1, 1),
      kinds: ["lost"],
    },
    {
      fault: "Stars that Telegram holds and our books do not",
      spoil: ({ outside }) => void (outside.received += 1),
      kinds: ["ledger"],
    },
    {
      fault: "Stars that hang in a payment",
      spoil: ({ own }) =>
        void own.balances.push({ account: "payment/pay_anna/clearing", minor: 10 }),
      kinds: ["ledger"],
    },
    {
      fault: "a ledger that does not hold in itself",
      spoil: ({ own }) => void own.ledgerProblems.push("Currency XTR sums to 1, not 0"),
      kinds: ["ledger"],
    },
  ])("finds $fault", ({ spoil, kinds }) => {
    expect(kindsOf(spoil).sort()).toEqual([...kinds].sort());
  });

  it("asks no message of somebody who blocked the bot", () => {
    const kinds = kindsOf(({ outside }) => {
      for (const chat of outside.chats) Object.assign(chat, { hasBlocked: true, texts: [] });
    });
    expect(kinds).toEqual([]);
  });

  it("lets a person learn twice what he must know", () => {
    const kinds = kindsOf(({ outside }) => {
      for (const { texts } of outside.chats) {
        texts.push(...texts.filter((text) => String(text).startsWith("You are in")));
      }
    });
    expect(kinds).toEqual([]);
  });
});
