/**
 * The judge on made-up books: sound ones, and each kind of fault put into them one at a time. The
 * figures of a run are worth what this finds.
 */
import { describe, expect, it } from "vitest";
import type { Charge } from "../sandbox/star_types.ts";
import type {
  FindingKind,
  OutsideBooks,
  OwnAnnouncement,
  OwnBooks,
  OwnCharge,
  OwnTransfer,
  OwnWithdrawal,
} from "./evidence.ts";
import { judge } from "./judge.ts";
import { judgeWeeks } from "./judge_weeks.ts";

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

const lying = (chargeId: string, fields: Partial<OwnCharge> = {}): OwnCharge => ({
  chargeId,
  minor: 10,
  lies: "available",
  isReceiptSeen: true,
  isReturnSeen: false,
  spentBy: null,
  ...fields,
});
const gone = { lies: "gone", isReturnSeen: true } as const;
const withdrawal = (withdrawalId: string, fields: Partial<OwnWithdrawal>): OwnWithdrawal => ({
  withdrawalId,
  playerId: BORIS,
  choice: { kind: "gift", giftId: "g1" },
  minor: 15,
  status: "done",
  transactionId: null,
  ...fields,
});

/**
 * A drawn raffle with three tickets (one charged back after the seal, one paid from the balance), and
 * a cancelled one; besides a payment that came too late and a chargeback before the seal. Boris had a
 * gift, whose transaction is known, another one that is not, and one that did not come; of Anna's own
 * payments one came back as a prize. All of it is 22 days old.
 */
function soundBooks(): Books {
  return {
    outside: {
      balance: 970,
      gifts: [
        gift("t1", BORIS),
        gift("t2", BORIS),
      ],
      charges: [
        charge("c1", "pay_anna"),
        charge("c2", "pay_boris", { person_id: 2, refundedAtMs: 9, refundKind: "chargeback" }),
        charge("c3", "pay_late", back),
        charge("c4", "pay_cancelled", back),
        charge("c5", "pay_early", { refundedAtMs: 3, refundKind: "chargeback" }),
        charge("c6", "pay_anna", back),
        charge("c7", "pay_spent", back),
      ],
      updates: [
        { id: 1, type: "message", isDelivered: true, key: "tg:1" },
        { id: 2, type: "message", isDelivered: true, key: "charge:c1" },
      ],
      refundCalls: ["c3", "c4", "c6", "c7"],
      draws: [{ raffleId: "rfl_drawn", random }],
      posts: [
        "🎟 Drawn\n\nTicket: 10 ⭐, 3 at most.",
        "🎟 Stopped\n\nTicket: 10 ⭐, 3 at most.",
        "Stopped does not take place. All entries go back.",
        "🔏 Drawn: entries are closed, the list of 3 tickets is sealed before the draw.",
        "🏆 Drawn is drawn, 3 tickets took part.",
        "🔏 Older: entries are closed, the list of 1 ticket is sealed before the draw.",
      ],
      chats: [{
        playerId: ANNA,
        hasBlocked: false,
        texts: [
          "You are in “Drawn” with ticket No. 1. We write to you when the list is sealed.",
          "“Drawn”: entries are closed, the list of 3 tickets is sealed.",
          "10 ⭐ for “Other” went back to your Stars. Entries are closed. Charge id: c3",
          "10 ⭐ for “Stopped” went back to your Stars. It was stopped. Charge id: c4",
          "10 ⭐ for “Drawn” went back to your Stars. It was paid twice. Charge id: c6",
          "10 ⭐ for “Older” went back to your Stars. It is your prize. Charge id: c7",
          "You are in “Older” with ticket No. 1. We write to you when the list is sealed.",
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
          "🎁 Your gift for 15 ⭐ has been sent: it is in your profile. Enjoy it!",
        ],
      }],
    },
    own: {
      events: 12,
      raffles: [
        { raffleId: "rfl_drawn", title: "Drawn", status: "settled" },
        { raffleId: "rfl_stopped", title: "Stopped", status: "refunded" },
        { raffleId: "rfl_draft", title: "Draft", status: "draft" },
        { raffleId: "rfl_older", title: "Older", status: "settled" },
      ],
      tickets: [
        ticket("rfl_drawn", 1, { playerId: ANNA, paymentId: "pay_anna", chargeId: "c1" }),
        ticket("rfl_drawn", 2, { playerId: BORIS, paymentId: "pay_boris", chargeId: "c2" }),
        ticket("rfl_drawn", 3, { playerId: BORIS, paymentId: "pay_balance", chargeId: null }),
        ticket("rfl_older", 1, { playerId: ANNA, paymentId: "pay_spent", chargeId: "c7" }),
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
        received("c7", "pay_spent"),
        returned("c7", "pay_spent"),
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
        { account: "provider/telegram/available", minor: -970 },
        { account: `user/${BORIS}/available`, minor: 15 },
        { account: "treasury/expense/chargebacks", minor: -5 },
      ],
      holds: [],
      withdrawals: [
        withdrawal("wdr_known", { transactionId: "t1" }),
        withdrawal("wdr_unseen", {}),
        withdrawal("wdr_back", { status: "returned" }),
        withdrawal("wdr_own", { playerId: ANNA, choice: { kind: "refund" }, minor: 10 }),
      ],
      broadcasts: [
        { raffleId: "rfl_drawn", notice: "sealed", status: "replaced", uncertain: 0 },
        { raffleId: "rfl_drawn", notice: "drawn", status: "told", uncertain: 0 },
      ],
      announcements: [
        post("rfl_drawn", "opened"),
        post("rfl_stopped", "opened"),
        post("rfl_stopped", "cancelled"),
        post("rfl_drawn", "sealed"),
        post("rfl_drawn", "drawn"),
        post("rfl_older", "sealed"),
        // Of these two nobody knows.
        post("rfl_older", "opened", "sending"),
        post("rfl_older", "drawn", "sending"),
      ],
      charges: [
        lying("c1"),
        lying("c2", gone),
        lying("c3", gone),
        lying("c4", gone),
        lying("c5", gone),
        lying("c6", gone),
        lying("c7", { ...gone, spentBy: "wdr_own" }),
      ],
      starFindings: [],
      ledgerProblems: [],
      draws: [{
        raffleId: "rfl_drawn",
        randomText: JSON.stringify(random),
        winners: [{ place: 1, number: 2, minor: 25 }],
      }, { raffleId: "rfl_older", randomText: null, winners: [] }],
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

function post(raffleId: string, occasion: string, state = "posted"): OwnAnnouncement {
  return { raffleId, occasion, state };
}

function gift(transactionId: string, playerId: string, minor = 15) {
  return {
    transactionId,
    playerId,
    choice: { kind: "gift" as const, giftId: "g1" },
    minor,
  };
}

function credit(): OwnTransfer {
  return transfer(
    "payout/pyo_drawn_1/credit",
    "payout/pyo_drawn_1/held",
    `user/${BORIS}/available`,
    25,
  );
}

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
      spoil: ({ own }) => void own.holds.push({ account: `user/${BORIS}/available`, minor: 15 }),
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
        own.balances.push({ account: "provider/telegram/settling", minor: -10 });
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
