/** Sound books of both sides, as a run may leave them; tests of the judge put one fault into them each. */
import type { Charge } from "../../sandbox/star_types.ts";
import type {
  OutsideBooks,
  OutsideGift,
  OwnAnnouncement,
  OwnBalance,
  OwnBooks,
  OwnCharge,
  OwnRaffle,
  OwnTicket,
  OwnTransfer,
  OwnWithdrawal,
} from "../evidence.ts";

export type Writable<T> = T extends readonly (infer Item)[] ? Writable<Item>[]
  : T extends object ? { -readonly [Name in keyof T]: Writable<T[Name]> }
  : T;

export interface Books {
  outside: Writable<OutsideBooks>;
  own: Writable<OwnBooks>;
}

export const ANNA = "tg-1";
export const BORIS = "tg-2";
export const random = { serialNumber: 1, data: [2], userData: "zhreb rfl_drawn 3 seal" };

export const charge = (
  id: string,
  invoice_payload: string,
  fields: Partial<Charge> = {},
): Charge => ({
  telegram_payment_charge_id: id,
  person_id: 1,
  amount: 10,
  invoice_payload,
  paidAtMs: 1,
  refundedAtMs: null,
  refundKind: null,
  ...fields,
});
export const back = { refundedAtMs: 2, refundKind: "refund" } as const;
export const transfer = (key: string, from: string, to: string, minor = 10): OwnTransfer => ({
  key,
  from,
  to,
  currency: "XTR",
  minor,
  externalId: null,
});
export const received = (id: string, paymentId: string): OwnTransfer =>
  transfer(`charge/${id}/received`, "provider/telegram/settling", `payment/${paymentId}/clearing`);
export const returned = (id: string, paymentId: string): OwnTransfer =>
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
export const withdrawal = (
  withdrawalId: string,
  fields: Partial<OwnWithdrawal>,
): OwnWithdrawal => ({
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
export function soundBooks(): Books {
  return {
    outside: {
      balance: 970,
      bank: { held: 0, fees: 0, paidOut: 0, payments: [], refunds: [], payouts: [] },
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
        pages: [],
        written: [],
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
        pages: [],
        written: [],
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
        raffle("rfl_drawn", "Drawn", "settled"),
        raffle("rfl_stopped", "Stopped", "refunded"),
        raffle("rfl_draft", "Draft", "draft"),
        raffle("rfl_older", "Older", "settled"),
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
        stars("provider/telegram/available", -970),
        stars(`user/${BORIS}/available`, 15),
        stars("treasury/expense/chargebacks", -5),
      ],
      holds: [],
      withdrawals: [
        withdrawal("wdr_known", { transactionId: "t1" }),
        withdrawal("wdr_unseen", {}),
        withdrawal("wdr_back", { status: "returned" }),
        withdrawal("wdr_own", { playerId: ANNA, choice: { kind: "refund" }, minor: 10 }),
      ],
      destinations: [],
      claims: [],
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
        reserves: [],
      }, { raffleId: "rfl_older", randomText: null, winners: [], reserves: [] }],
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

export function ticket(
  raffleId: string,
  number: number,
  rest: Pick<OwnTicket, "playerId" | "paymentId" | "chargeId"> & Partial<OwnTicket>,
): OwnTicket {
  return { raffleId, number, currency: "XTR", ...rest };
}

export function raffle(
  raffleId: string,
  title: string,
  status: string,
  fields: Partial<OwnRaffle> = {},
): OwnRaffle {
  return { raffleId, title, status, currency: "XTR", guaranteed: null, ...fields };
}

export function stars(account: string, minor: number): OwnBalance {
  return { account, currency: "XTR", minor };
}

function post(raffleId: string, occasion: string, state = "posted"): OwnAnnouncement {
  return { raffleId, occasion, state };
}

export function gift(transactionId: string, playerId: string, minor = 15): OutsideGift {
  return {
    transactionId,
    playerId,
    choice: { kind: "gift" as const, giftId: "g1" },
    minor,
  };
}

export function credit(): OwnTransfer {
  return transfer(
    "payout/pyo_drawn_1/credit",
    "payout/pyo_drawn_1/held",
    `user/${BORIS}/available`,
    25,
  );
}
