/** What both sides' books say at the end of a run, as plain data: the judge needs nothing else. */
import type { Charge } from "../sandbox/door_types.ts";

/** The outside world's books. */
export interface OutsideBooks {
  /** Stars: what was paid, given back, taken out. */
  readonly received: number;
  readonly refunded: number;
  readonly withdrawn: number;
  readonly charges: readonly Charge[];
  /** Every update that Telegram had for the bot. */
  readonly updates: readonly OutsideUpdate[];
  /** Charges of the calls to refund that Telegram answered with yes. */
  readonly refundCalls: readonly string[];
  /** Every answer that RANDOM.ORG signed, by the serial number that it counts. */
  readonly draws: readonly { readonly raffleId: string; readonly random: unknown }[];
  readonly chats: readonly OutsideChat[];
}

export interface OutsideUpdate {
  readonly id: number;
  readonly type: string;
  /** The bot has confirmed that it has it. */
  readonly isDelivered: boolean;
  /** Under which key the product must have taken it. */
  readonly key: string;
}

/** What a person has read. */
export interface OutsideChat {
  readonly playerId: string;
  /** He has blocked the bot at some time: then a message may be missing. */
  readonly hasBlocked: boolean;
  readonly texts: readonly string[];
}

/** The product's books. */
export interface OwnBooks {
  /** Events that were accepted. */
  readonly events: number;
  readonly raffles: readonly OwnRaffle[];
  readonly tickets: readonly OwnTicket[];
  readonly transfers: readonly OwnTransfer[];
  /** Of the accounts that are not even. */
  readonly balances: readonly { readonly account: string; readonly minor: number }[];
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
}

export interface OwnTicket {
  readonly raffleId: string;
  readonly number: number;
  readonly playerId: string;
  readonly paymentId: string;
  /** The charge that its payment says it is for; null when it was paid from the balance. */
  readonly chargeId: string | null;
}

export interface OwnTransfer {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly minor: number;
}

export interface OwnDraw {
  readonly raffleId: string;
  /** The text that was signed; null when none was kept. */
  readonly randomText: string | null;
  /** What the proof gives when it is checked; null when there is none that holds. */
  readonly winners: readonly Winner[] | null;
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
