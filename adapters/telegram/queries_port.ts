/**
 * What the bot reads: everything a player or an admin is shown comes through this port. It never
 * decides anything; commands go to the actors. Implemented over SQL in `db/`, and by a fake in tests.
 *
 * Ids come from outside (a typed `/raffle rfl_…`): an unknown id is answered with `undefined` or an
 * empty list, it never throws. A query throws only when the database does not answer.
 */
import type {
  BroadcastCounts,
  BroadcastStatus,
  MassNotice,
} from "../../machines/domain/broadcast.ts";
import type {
  Language,
  PaymentId,
  PlayerId,
  RaffleId,
  RaffleTerms,
} from "../../machines/domain/events.ts";
import type { Signal } from "../../machines/domain/suspicion.ts";
import type { PlayerReads } from "./player_reads.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";
import type { PrizeChoice, WithdrawalId } from "../../machines/domain/withdrawal.ts";
import type { Finding, OwnerMoveKind, Stars } from "../../machines/domain/treasury.ts";

/** One line of a list of raffles. */
export interface RaffleSummary {
  raffleId: RaffleId;
  /** As the raffle's machine last recorded it. */
  status: string;
  terms: RaffleTerms;
  /** Tickets issued. */
  tickets: number;
  /** Different players who hold one. */
  players: number;
  openedAtMs: number;
  /** When entries end. */
  closesAtMs: number;
}

/** One raffle, as one person sees it. */
export interface RaffleDetails extends RaffleSummary {
  /** Numbers of the viewer's own tickets, ascending; empty without a viewer. */
  viewerTickets: number[];
  /** Root over the closed list, 64 hex digits; absent before the seal. */
  seal?: string;
  /** The drand round that the seal names; absent before the seal, and where it names none. */
  beacon?: RaffleBeacon;
  /** RANDOM.ORG's own page that checks the signed answer; absent before the draw. */
  checkUrl?: string;
  /** Places in order; empty before the draw. */
  winners: { place: number; number: number; prize: MoneyJson }[];
  /** Draws that others replaced, the first first. */
  formerDraws?: { seal: string; reason: string }[];
  /** Where prizes must be taken: who could, by place, those who came first first. */
  claims?: ClaimLine[];
  /** Whether `proof` has something to give. */
  hasProof: boolean;
  /** Why it ended without a draw, in the admin's words. */
  publicReason?: string;
  /** Tickets that admins took off the list before the seal, by the reason. */
  excluded?: { signal: Signal; tickets: number }[];
  /** Absent when it belongs to none. */
  series?: RaffleSeries;
}

/** The series of a raffle, as one person sees it. */
export interface RaffleSeries {
  name: string;
  /** Of the raffle within it. */
  number: number;
  /** There will be no further raffle. */
  isOver: boolean;
  /** The viewer is told when the next one opens. */
  isFollowed: boolean;
}

/** A ticket that may take, has taken or did not take a prize in its time. */
export interface ClaimLine {
  place: number;
  number: number;
  state: "waiting" | "claimed" | "lapsed";
  /** The end of its time. */
  untilMs: number;
}

/** The drand round of a seal, and what came of it. */
export interface RaffleBeacon {
  round: number;
  /** When it is made. */
  atMs: number;
  /** To come or waited for; signed with the answer; or not to be had in time, which is signed too. */
  state: "awaited" | "seen" | "missed";
  /** Where drand shows it; absent when a stand-in makes it. */
  url?: string;
}

/** One ticket of one player. */
export interface TicketLine {
  raffleId: RaffleId;
  title: string;
  /** The raffle's, see `RaffleSummary.status`. */
  status: string;
  number: number;
  paymentId: PaymentId;
  atMs: number;
  /** Present when this ticket won a place. */
  won?: { place: number; prize: MoneyJson };
  /** Whether its raffle has a proof. */
  hasProof?: boolean;
  /** Absent when its raffle belongs to none. */
  series?: Pick<RaffleSeries, "name" | "number">;
  /** Whether its raffle's list is sealed. */
  isSealed?: boolean;
}

/** What a player can spend, one line per currency, never empty: a new player has `0` XTR. */
export interface BalanceLine {
  available: MoneyJson;
}

/** What has come of all raffles, and of the viewer's own entries. */
export interface Statistics {
  open: number;
  drawn: number;
  refunded: number;
  /** Of drawn raffles. */
  tickets: number;
  /** Of the currencies in which a raffle has ended, Stars first. */
  prizes: readonly { sum: MoneyJson; largest: MoneyJson }[];
  /** `won` of the currencies in which he has won. */
  own: { raffles: number; tickets: number; wins: number; won: readonly MoneyJson[] };
}

/** A prize that is on its way. */
export interface OpenWithdrawal {
  withdrawalId: WithdrawalId;
  choice: PrizeChoice;
  amount: MoneyJson;
  /** As its machine last recorded it. */
  status: string;
}

/** How something stands that everybody in a raffle is told. */
export interface BroadcastLine {
  raffleId: RaffleId;
  title?: string;
  notice: MassNotice["key"];
  status: BroadcastStatus;
  counts: BroadcastCounts;
  /** Not tried yet; with `replaced`: they hear the newer news only. */
  left: number;
  startedAtMs: number;
}

/** Where and how a player is written to. */
export interface PlayerContact {
  chatId: number;
  name: string;
  language: Language;
  isBlocked: boolean;
}

// ── the treasury ─────────────────────────────────────────────────────────────────────────────────

/** The reserve and all that it is made of; whole Stars. */
export interface TreasuryReport {
  atMs: number;
  /** What Telegram holds for us: 21 days old, and younger. */
  available: Stars;
  settling: Stars;
  /** What players may spend, and what of theirs is held for a withdrawal. */
  users: Stars;
  held: Stars;
  pots: Stars;
  /** Prizes that are not credited yet. */
  prizes: Stars;
  /** Received and in no ticket, or on its way back. */
  dues: Stars;
  /** All of these together. */
  owed: Stars;
  /** Of the owner's capital, held for guaranteed prizes. */
  promised: Stars;
  /** Available less owed and promised; it may be negative. */
  reserve: Stars;
  /** What becomes available within 7 and within 21 days. */
  next7Days: Stars;
  next21Days: Stars;
  /** Earned and not taken out yet. */
  commission: Stars;
  capital: Stars;
  /** What the owner may take out without bringing the reserve under the alarm. */
  withdrawable: Stars;
  openFindings: number;
}

/** A charge that does not go back, however often it is tried. */
export interface FailingRefund {
  refundId: string;
  playerId: string;
  chargeId: string;
  amount: MoneyJson;
}

/** The bot's view of the stored data; see the module comment for unknown ids. */
export interface Queries extends PlayerReads {
  /** Raffles that take entries now, the one that ends first first; at most `limit`. @default limit 20 */
  openRaffles(limit?: number): Promise<RaffleSummary[]>;
  /** For admins: all raffles, newest first; at most `limit`. @default limit 20 */
  recentRaffles(limit?: number): Promise<RaffleSummary[]>;
  /** One raffle, with the tickets of `viewer` when given. */
  raffle(raffleId: string, viewer?: PlayerId): Promise<RaffleDetails | undefined>;
  /** A raffle's title alone; called once per notice, so it should be cheap. */
  raffleTitle(raffleId: string): Promise<string | undefined>;
  /** The proof file of a drawn raffle, JSON text exactly as it was stored. */
  proof(raffleId: string): Promise<string | undefined>;
  /** His own proof that his tickets are under the seal; undefined before it, and without a ticket. */
  ticketProof(
    raffleId: string,
    playerId: PlayerId,
  ): Promise<{ text: string; tickets: number; proved: number } | undefined>;
  /**
   * A player's tickets, newest first; at most `limit`. `before` is the last one of the page before.
   * @default limit 20
   */
  ticketsOf(
    playerId: PlayerId,
    limit?: number,
    before?: Pick<TicketLine, "atMs" | "number">,
  ): Promise<TicketLine[]>;
  balanceOf(playerId: PlayerId): Promise<BalanceLine[]>;
  // statistics
  statistics(playerId: PlayerId): Promise<Statistics>;
  // prizes that leave
  /** His payments of finished raffles that can still come back, the oldest first; at most 500. */
  ownCharges(playerId: PlayerId): Promise<{ amount: MoneyJson }[]>;
  /** The withdrawal of his that is not finished. */
  openWithdrawal(playerId: PlayerId): Promise<OpenWithdrawal | undefined>;
  player(playerId: PlayerId): Promise<PlayerContact | undefined>;
  // ── the treasury
  treasuryReport(): Promise<TreasuryReport>;
  /** When the owner said last, and it was noted, that he has moved so many Stars. */
  ownerMoveTime(move: { kind: OwnerMoveKind; stars: Stars }): Promise<number | undefined>;
  /** What does not agree with Telegram's books and waits for an admin, oldest first. @default limit 20 */
  findings(limit?: number): Promise<Finding[]>;
  /** One finding, also an acknowledged one. */
  finding(id: string): Promise<Finding | undefined>;
  /** For admins: charges that do not go back, the oldest first; at most `limit`. */
  failingRefunds(limit: number): Promise<FailingRefund[]>;
  /** For admins: what was told to everybody, the newest first; at most `limit`. */
  broadcasts(limit: number): Promise<BroadcastLine[]>;
}
