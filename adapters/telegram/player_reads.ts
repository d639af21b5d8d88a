/** What a player reads of his own affairs, and admins of a player's; a section of `Queries`. */
import type { PaymentId, PlayerId, RaffleId } from "../../machines/domain/events.ts";
import type { DisputeId } from "../../machines/domain/player.ts";
import type { Signal, SuspicionId, SuspicionStatus } from "../../machines/domain/suspicion.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";

/** One line of a player's transactions: a charge, its way back, or a movement of his balance. */
export interface HistoryLine {
  source: "charge" | "refund" | "balance";
  /** A movement's type (`prize`, `withdrawal`, …); `entry` and `refund` for charges. */
  type: string;
  /** The payment's, the refund's or the movement's. */
  status: string;
  amount: MoneyJson;
  direction: "in" | "out";
  /** 0 when it was not recorded. */
  atMs: number;
  raffleId?: RaffleId;
  chargeId?: string;
}

/** A page, the newest first; `next` begins the older one. */
export interface HistoryPage {
  lines: HistoryLine[];
  next?: string;
}

/** A charge, as a player picks it to ask about it. */
export interface ChargeChoice {
  paymentId: PaymentId;
  raffleId: RaffleId;
  chargeId: string;
  status: string;
  amount: MoneyJson;
  atMs: number;
}

/** A question about a payment, as admins see it. */
export interface DisputeDetails {
  disputeId: DisputeId;
  playerId: PlayerId;
  name: string;
  words: string;
  isOpen: boolean;
  atMs: number;
  /** Absent when it is about something else. */
  payment?: {
    paymentId: PaymentId;
    raffleId: RaffleId;
    chargeId: string | null;
    status: string;
    amount?: MoneyJson;
  };
  /** He appeals against it. */
  check?: { suspicionId: SuspicionId; signal: Signal; status: SuspicionStatus };
}

/** A decision by which he may not enter. */
export interface Bar {
  suspicionId: SuspicionId;
  signal: Signal;
  untilMs: number;
}

/** A line of the log of everything that a player did. */
export interface LogLine {
  atMs: number;
  what: string;
  detail: string;
  raffleId?: string;
  paymentId?: string;
  chargeId?: string;
  amount?: MoneyJson;
}

/** The reads. A page's place that cannot be read is the first page. */
export interface PlayerReads {
  history(playerId: PlayerId, page: { after?: string; limit: number }): Promise<HistoryPage>;
  /** His last charges, the newest first. */
  charges(playerId: PlayerId, limit: number): Promise<ChargeChoice[]>;
  /** The decisions by which he may not enter now, the newest first; at most five. */
  bars(playerId: PlayerId, atMs: number): Promise<Bar[]>;
  dispute(disputeId: DisputeId): Promise<DisputeDetails | undefined>;
  /** Open questions, the oldest first. */
  openDisputes(
    page: { after?: string; limit: number },
  ): Promise<{ disputes: DisputeDetails[]; next?: string }>;
  playerLog(
    page: { playerId: PlayerId; before?: string; limit: number },
  ): Promise<{ lines: LogLine[]; next?: string }>;
}
