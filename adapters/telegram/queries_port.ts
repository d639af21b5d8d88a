/**
 * What the bot reads: everything a player or an admin is shown comes through this port. It never
 * decides anything; commands go to the actors. Implemented over SQL in `db/`, and by a fake in tests.
 *
 * Ids come from outside (a typed `/raffle rfl_…`): an unknown id is answered with `undefined` or an
 * empty list, it never throws. A query throws only when the database does not answer.
 */
import type {
  Language,
  PaymentId,
  PlayerId,
  RaffleId,
  RaffleTerms,
} from "../../machines/domain/events.ts";
import type { MoneyJson } from "../../machines/domain/money.ts";

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
  /** What the winners would share, were it drawn with the tickets of now: pot less commission. */
  prize: MoneyJson;
  /** Numbers of the viewer's own tickets, ascending; empty without a viewer. */
  viewerTickets: number[];
  /** Root over the closed list, 64 hex digits; absent before the seal. */
  seal?: string;
  /** RANDOM.ORG's own page that checks the signed answer; absent before the draw. */
  checkUrl?: string;
  /** Places in order; empty before the draw. */
  winners: { place: number; number: number; prize: MoneyJson }[];
  /** Whether `proof` has something to give. */
  hasProof: boolean;
  /** Why it ended without a draw, in the admin's words. */
  publicReason?: string;
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
}

/** What a player can spend, one line per currency, never empty: a new player has `0` XTR. */
export interface BalanceLine {
  available: MoneyJson;
}

/** One movement of a player's money, newest first. */
export interface TransactionLine {
  /** The transfer's type: `entry`, `refund`, `prize`, … */
  type: string;
  amount: MoneyJson;
  /** Towards the player, or away from him. */
  direction: "in" | "out";
  atMs: number;
  raffleId?: RaffleId;
  /** Telegram's charge id, for disputes. */
  externalId?: string;
}

/** Where and how a player is written to. */
export interface PlayerContact {
  chatId: number;
  name: string;
  language: Language;
  isBlocked: boolean;
}

/** The bot's view of the stored data; see the module comment for unknown ids. */
export interface Queries {
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
  /** A player's tickets, newest first; at most `limit`. @default limit 20 */
  ticketsOf(playerId: PlayerId, limit?: number): Promise<TicketLine[]>;
  balanceOf(playerId: PlayerId): Promise<BalanceLine[]>;
  /** A player's last transactions; at most `limit`. @default limit 10 */
  transactionsOf(playerId: PlayerId, limit?: number): Promise<TransactionLine[]>;
  player(playerId: PlayerId): Promise<PlayerContact | undefined>;
}
