/**
 * The judge on made-up books: sound ones, and each kind of fault put into them one at a time. The
 * figures of a run are worth what this finds.
 */
import { describe, expect, it } from "vitest";
import type { Charge } from "../sandbox/star_types.ts";
import type { FindingKind, OwnWithdrawal } from "./evidence.ts";
import { judge } from "./judge.ts";
import { judgeWeeks } from "./judge_weeks.ts";
import {
  ANNA,
  back,
  type Books,
  BORIS,
  charge,
  credit,
  gift,
  raffle,
  random,
  returned,
  soundBooks,
  stars,
  ticket,
  transfer,
  type Writable,
} from "./testing/made_up_books.ts";

function kindsOf(spoil: (books: Books) => void, judgeThem = judge): FindingKind[] {
  const books = soundBooks();
  spoil(books);
  const findings = judgeThem(books.outside, books.own);
  return [...new Set(findings.map(({ kind }) => kind))];
}

const dropTransfer = ({ own }: Books, key: string): void => {
  own.transfers = own.transfers.filter((one) => one.key !== key);
};
const dropTicket = ({ own }: Books, paymentId: string): void => {
  own.tickets = own.tickets.filter((one) => one.paymentId !== paymentId);
};
const setWithdrawal = ({ own }: Books, id: string, fields: Partial<OwnWithdrawal>): void =>
  void Object.assign(own.withdrawals.find((one) => one.withdrawalId === id) as object, fields);
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
        books.outside.refundCalls = ["c3", "c4", "c7"];
        dropTransfer(books, "charge/c6/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "a late payment that is kept",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c3"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c4", "c6", "c7"];
        dropTransfer(books, "charge/c3/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "an entry of a cancelled raffle that is not back",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c4"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c3", "c6", "c7"];
        dropTransfer(books, "charge/c4/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "a refund that only our books know",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c4"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c3", "c6", "c7"];
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
      fault: "an update applied at two actors besides its person's own",
      spoil: ({ own }) =>
        void own.keys.push(
          { key: "tg:1", address: "withdrawal/wdr_known" },
          { key: "tg:1", address: "withdrawal/wdr_unseen" },
        ),
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
      spoil: ({ own }) => void own.raffles.push(raffle("rfl_x", "X", "drawing")),
      kinds: ["stuck"],
    },
    {
      fault: "a mass notice said twice",
      spoil: ({ outside }) => void outside.chats[0]?.texts.push("“Drawn” is drawn:\n"),
      kinds: ["doubled"],
    },
    {
      fault: "a mass notice that somebody missed who is not counted as uncertain",
      spoil: ({ outside }) => void outside.chats[0]?.texts.pop(),
      kinds: ["lost"],
    },
    {
      fault: "a mass notice that is still being told",
      spoil: ({ own }) => void Object.assign(own.broadcasts[1] as object, { status: "telling" }),
      kinds: ["stuck"],
    },
    {
      fault: "a post that stands in the channel twice",
      spoil: ({ outside }) => void outside.posts.push("🏆 Drawn is drawn, 3 tickets took part."),
      kinds: ["doubled"],
    },
    {
      fault: "a post that does not stand there",
      spoil: ({ outside }) => void outside.posts.splice(0, 1),
      kinds: ["lost"],
    },
    {
      fault: "a post that is refused in our books, and stands there",
      spoil: ({ own }) => void Object.assign(own.announcements[0] as object, { state: "failed" }),
      kinds: ["lost"],
    },
    {
      fault: "a result that nobody began to post",
      spoil: ({ outside, own }) => {
        outside.posts = outside.posts.filter((text) => !text.includes("is drawn"));
        own.announcements = own.announcements.filter(({ occasion }) => occasion !== "drawn");
      },
      kinds: ["lost"],
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
      spoil: ({ outside }) => void (outside.balance += 1),
      kinds: ["ledger"],
    },
    {
      fault: "a gift without a withdrawal",
      spoil: ({ outside }) => void outside.gifts.push(gift("t3", BORIS)),
      kinds: ["doublePaid"],
    },
    {
      fault: "a gift for somebody who asked for none",
      spoil: ({ outside }) => void outside.gifts.splice(0, 1, gift("t1", ANNA)),
      kinds: ["doublePaid", "lost", "unpaid"],
    },
    {
      fault: "a withdrawal that is done and was not sent",
      spoil: ({ outside }) => void outside.gifts.splice(1, 1),
      kinds: ["unpaid"],
    },
    {
      fault: "a gift that came although its money went back",
      spoil: (books) => setWithdrawal(books, "wdr_unseen", { status: "returned" }),
      kinds: ["doublePaid"],
    },
    {
      fault: "a gift of another transaction",
      spoil: (books) => setWithdrawal(books, "wdr_known", { transactionId: "t9" }),
      kinds: ["lost"],
    },
    {
      fault: "a withdrawal that is still in doubt",
      spoil: (books) => setWithdrawal(books, "wdr_back", { status: "uncertain" }),
      kinds: ["stuck"],
    },
    {
      fault: "a gift of which the person never heard",
      spoil: ({ outside }) => void outside.chats[1]?.texts.splice(3, 1),
      kinds: ["lost"],
    },
    {
      fault: "own payments that were used and are not back",
      spoil: (books) => {
        Object.assign(chargeOf(books, "c7"), { refundedAtMs: null, refundKind: null });
        books.outside.refundCalls = ["c3", "c4", "c6"];
        dropTransfer(books, "charge/c7/returned");
      },
      kinds: ["unpaid"],
    },
    {
      fault: "own payments that are less than was asked for",
      spoil: (books) => setWithdrawal(books, "wdr_own", { minor: 20 }),
      kinds: ["unpaid"],
    },
    {
      fault: "own payments that were used for nothing",
      spoil: (books) => setWithdrawal(books, "wdr_own", { status: "returned" }),
      kinds: ["lost"],
    },
    {
      fault: "Stars that are held for nothing",
      spoil: ({ own }) => void own.holds.push(stars(`user/${BORIS}/available`, 15)),
      kinds: ["ledger"],
    },
    {
      fault: "Stars that hang in a payment",
      spoil: ({ own }) => void own.balances.push(stars("payment/pay_anna/clearing", 10)),
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

  it("lets somebody miss a mass notice who is counted as uncertain", () => {
    expect(kindsOf(({ outside, own }) => {
      outside.chats[0]?.texts.pop();
      Object.assign(own.broadcasts[1] as object, { uncertain: 1 });
    })).toEqual([]);
  });

  it("lets an update reach its person's actor besides another one", () => {
    expect(kindsOf(({ own }) => {
      own.keys.push({ key: "tg:1", address: "withdrawal/wdr_known" });
    })).toEqual([]);
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

describe("judgeWeeks()", () => {
  it("finds nothing in sound books", () => {
    const { outside, own } = soundBooks();
    expect(judgeWeeks(outside, own)).toEqual([]);
  });

  it.each<{ fault: string; spoil: (books: Books) => void }>([
    {
      fault: "Stars that are settling after 22 days",
      spoil: ({ own }) => {
        Object.assign(own.balances[0] as object, { minor: -960 });
        own.balances.push(stars("provider/telegram/settling", -10));
      },
    },
    {
      fault: "a charge that lies elsewhere than Telegram says",
      spoil: ({ own }) => void Object.assign(own.charges[0] as object, { lies: "settling" }),
    },
    {
      fault: "a receipt and a return that the reconciliation never met",
      spoil: ({ own }) =>
        void Object.assign(own.charges[1] as object, { isReceiptSeen: false, isReturnSeen: false }),
    },
    {
      fault: "something that the reconciliation has found",
      spoil: ({ own }) => void own.starFindings.push("unknownRow {}"),
    },
  ])("finds $fault", ({ spoil }) => {
    expect(kindsOf(spoil, judgeWeeks)).toEqual(["ledger"]);
  });
});
