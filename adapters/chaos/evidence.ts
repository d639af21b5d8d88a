/** What both sides' books say at the end of a run, as plain data: the judge needs nothing else. */
import type { PrizeChoice } from "../../machines/domain/withdrawal.ts";
import type { Charge } from "../sandbox/star_types.ts";
import type { BankBooks } from "./bank_evidence.ts";

/** The outside world's books. */
export interface OutsideBooks {
  /** Stars that Telegram holds for the bot. */
  readonly balance: number;
  readonly charges: readonly Charge[];
  /** Gifts and Premium that the bot gave to people. */
  readonly gifts: readonly OutsideGift[];
  /** Every update that Telegram had for the bot. */
  readonly updates: readonly OutsideUpdate[];
  /** Charges of the calls to refund that Telegram answered with yes. */
  readonly refundCalls: readonly string[];
  /** Every answer that RANDOM.ORG signed, by the serial number that it counts. */
  readonly draws: readonly { readonly raffleId: string; readonly random: unknown }[];
  readonly chats: readonly OutsideChat[];
  /** What stands in the announcement channel. */
  readonly posts: readonly string[];
  /** YooKassa's. */
  readonly bank: BankBooks;
}

export interface OutsideUpdate {
  readonly id: number;
  readonly type: string;
  /** The bot has confirmed that it has it. */
  readonly isDelivered: boolean;
  /** Under which key the product must have taken it. */
  readonly key: string;
}

export interface OutsideGift {
  readonly transactionId: string;
  readonly playerId: string;
  readonly choice: PrizeChoice;
  readonly minor: number;
}

/** What a person has read. */
export interface OutsideChat {
  readonly playerId: string;
  /** He has blocked the bot at some time: then a message may be missing. */
  readonly hasBlocked: boolean;
  readonly texts: readonly string[];
  /** Payments at YooKassa whose page he was given. */
  readonly pages: readonly string[];
  /** What he has written. */
  readonly written: readonly string[];
}

/** The product's books. */
export interface OwnBooks {
  /** Events that were accepted. */
  readonly events: number;
  readonly raffles: readonly OwnRaffle[];
  readonly tickets: readonly OwnTicket[];
  readonly transfers: readonly OwnTransfer[];
  /** Of the accounts that are not even. */
  readonly balances: readonly OwnBalance[];
  /** Of the accounts on which something is held. */
  readonly holds: readonly OwnBalance[];
  /** Of raffles whose prizes must be taken. */
  readonly claims: readonly OwnClaim[];
  readonly withdrawals: readonly OwnWithdrawal[];
  /** Withdrawals of which it is kept where they go, in full. */
  readonly destinations: readonly string[];
  readonly broadcasts: readonly OwnBroadcast[];
  readonly announcements: readonly OwnAnnouncement[];
  /** Where each charge lies. */
  readonly charges: readonly OwnCharge[];
  /** What our reconciliation with Telegram's books has found, in words. */
  readonly starFindings: readonly string[];
  /** What is wrong with the ledger in itself. */
  readonly ledgerProblems: readonly string[];
  /** Draws that were kept: what was signed, and what the proof gives. */
  readonly draws: readonly OwnDraw[];
  /** Every keyed event, accepted or refused, and every update that was set aside. */
  readonly keys: readonly { readonly key: string; readonly address: string }[];
  /** Revisions that more than one event made. */
  readonly doubleRevisions: readonly string[];
  /** Actors that wait for nothing although they are not done, with the reason. */
  readonly stuck: readonly string[];
  readonly deadLetters: readonly { readonly address: string; readonly error: string }[];
}

export interface OwnRaffle {
  readonly raffleId: string;
  readonly title: string;
  readonly status: string;
  readonly currency: string;
  /** The least that its winners share; null where nothing is guaranteed. */
  readonly guaranteed: number | null;
}

/** A ticket that may take a prize, and what came of it. */
export interface OwnClaim {
  readonly raffleId: string;
  readonly place: number;
  /** Of the ticket. */
  readonly number: number;
  /** 1 for the winners as drawn. */
  readonly round: number;
  readonly state: string;
}

/** In minor units: Stars, kopecks. */
export interface OwnBalance {
  readonly account: string;
  readonly currency: string;
  readonly minor: number;
}

export interface OwnTicket {
  readonly raffleId: string;
  readonly number: number;
  readonly playerId: string;
  readonly paymentId: string;
  /** The charge that its payment says it is for; null when it was paid from the balance. */
  readonly chargeId: string | null;
  /** In which it was paid; null when its payment is not known. */
  readonly currency: string | null;
}

/** A prize that left, is leaving, or came back; those that were refused have no row. */
export interface OwnWithdrawal {
  readonly withdrawalId: string;
  readonly playerId: string;
  readonly choice: PrizeChoice;
  readonly minor: number;
  /** As its machine last recorded it. */
  readonly status: string;
  /** Telegram's purchase that it accounts for. */
  readonly transactionId: string | null;
}

/** What a raffle told everybody. */
export interface OwnBroadcast {
  readonly raffleId: string;
  /** Key of the notice. */
  readonly notice: string;
  readonly status: string;
  /** Of so many nobody knows whether it arrived; it was not repeated. */
  readonly uncertain: number;
}

/** A post that was begun. */
export interface OwnAnnouncement {
  readonly raffleId: string;
  readonly occasion: string;
  /** `sending`: nobody knows whether it stands there. */
  readonly state: string;
}

export interface OwnCharge {
  readonly chargeId: string;
  readonly minor: number;
  readonly lies: "settling" | "available" | "gone";
  /** Whether Telegram's books were seen to have its receipt, and its return. */
  readonly isReceiptSeen: boolean;
  readonly isReturnSeen: boolean;
  /** The withdrawal that gave it back as a prize. */
  readonly spentBy: string | null;
}

export interface OwnTransfer {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly minor: number;
  /** What it is at the provider, where that is known. */
  readonly externalId: string | null;
}

export interface OwnDraw {
  readonly raffleId: string;
  /** The text that was signed; null when none was kept. */
  readonly randomText: string | null;
  /** What the proof gives when it is checked; null when there is none that holds. */
  readonly winners: readonly Winner[] | null;
  /** Tickets that follow when a prize is not taken, as the proof has them. */
  readonly reserves: readonly number[];
}

export interface Winner {
  readonly place: number;
  /** Of the ticket. */
  readonly number: number;
  readonly minor: number;
}

/** One thing that is not as it must be. */
export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

export const findingKinds = [
  "lost",
  "doubled",
  "doublePaid",
  "unpaid",
  "stuck",
  "ledger",
] as const;
export type FindingKind = typeof findingKinds[number];
