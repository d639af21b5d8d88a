/**
 * What the machines say to each other and to their effects: the one vocabulary of the product.
 *
 * All of it is JSON-safe. Times are epoch milliseconds, stamped by whoever brings the event in from
 * outside. Amounts are `MoneyJson`: whole minor units as a decimal string, and a currency.
 */
import type { SealedRound } from "./draw/beacon.ts";
import type { BankEnded, BankNotice, TopUpWish } from "./bank.ts";
import type { CashOutNotice } from "./cash_out.ts";
import type { MoneyJson } from "./money.ts";
import type { PassedPrize } from "./prize_claims.ts";
import type { PlayerNotice, PlayerWish } from "./player.ts";
import type { ForceVote, PanelNotice, RaffleChanges, RaffleStage } from "./panel.ts";
import type { CancelReason, EntryRefusal } from "./refusals.ts";
import type { SeriesOfRaffle } from "./series.ts";
import type { Barred, SuspicionId, SuspicionNotice } from "./suspicion.ts";
import type { WithdrawalId, WithdrawalNotice } from "./withdrawal.ts";

/** `tg-<telegram id>`: the id of a user actor, `user/tg-42`, and of his accounts. */
export type PlayerId = string;
/** Id of a raffle. */
export type RaffleId = `rfl_${string}`;
/** Id of one entry's payment. */
export type PaymentId = `pay_${string}`;
/** Id of the refund of one charge. */
export type RefundId = `rfd_${string}`;
/** Id of the payout of one place. */
export type PayoutId = `pyo_${string}`;
/** Languages that players are spoken to in. */
export type Language = "ru" | "en";
/** How an entry is paid: a Stars invoice in the chat, rubles by bank, or from the balance we hold. */
export type EntryMethod = "stars" | "rubles" | "balance";
/** Who takes and gives back money for us; Telegram where none is named. */
export type Provider = "telegram" | "yookassa";
/** What ends the entries; the deadline always does. */
export type DrawAt = "minimum" | "maximum" | "deadline";

/** What a raffle is, fixed when it opens. */
export interface RaffleTerms {
  title: string;
  /** Price of one ticket. */
  price: MoneyJson;
  /** Fewest different players, 2 or more. */
  minPlayers: number;
  /** Most tickets. */
  maxTickets: number;
  ticketsPerPlayer: number;
  /** From opening to the end of entries. @default 24 h */
  durationMs: number;
  drawAt: DrawAt;
  /** How long a yes to a pre-checkout keeps a place. @default 60 s */
  closingWindowMs: number;
  /**
   * From the count of the list to its seal: time to look at it, the same whatever is found. Absent: none.
   */
  reviewMs?: number;
  /** From the published seal to the draw request; it can still be stopped. */
  sealPauseMs: number;
  /** Commission in basis points of the pot. @default 1500 */
  commissionBps: number;
  /** Shares of the places in basis points; they sum to 10,000. @default [10000] */
  sharesBps: number[];
  /** Reserve winners drawn besides. @default 2 */
  reserves: number;
  /** Prizes must be taken within so long of the draw; without it they are credited at once. */
  claimWithinMs?: number;
  /** The least that the places share, in the currency of the price. Absent: what the pot leaves. */
  guaranteedPrize?: MoneyJson;
}

/** An actor address with the input to create it from, when it does not exist yet. */
export interface Tell<Event> {
  to: string;
  event: Event;
  create?: unknown;
}

// ── user ─────────────────────────────────────────────────────────────────────────────────────────

/** What a player's actor is made from. */
export interface UserInput {
  playerId: PlayerId;
  /** Where he is written to. */
  chatId: number;
  name: string;
  language: Language;
  atMs: number;
  /** Most entries a day (UTC), of all raffles. @default 50 */
  entriesPerDay: number;
}

/** What a player's actor takes. */
export type UserEvent =
  | PlayerWish
  | TopUpWish
  /** He wrote to the bot, perhaps to look at a raffle; carries what Telegram says of him now. */
  | { type: "user.seen"; name: string; language: Language; raffleId?: RaffleId; atMs: number }
  /** `/start`, perhaps by the link of a raffle. */
  | { type: "user.started"; name: string; language: Language; raffleId?: RaffleId; atMs: number }
  /** He wants to hear no more of a raffle that he only looked at. */
  | { type: "observing.stopped"; raffleId: RaffleId; atMs: number }
  | { type: "bot.blocked"; atMs: number }
  | { type: "bot.unblocked"; atMs: number }
  /** He asks for a ticket. `paymentId` and `salt` are made at the edge. */
  | {
    type: "entry.requested";
    raffleId: RaffleId;
    paymentId: PaymentId;
    /** 32 hex digits; goes into the sealed line of his ticket. */
    salt: string;
    method: EntryMethod;
    /** Most entries a day that a player may have now. */
    entriesPerDay?: number;
    /** There is a receipt, which has to be sent somewhere. */
    wantsEmail?: boolean;
    atMs: number;
  }
  // from payments
  | {
    type: "place.requested";
    paymentId: PaymentId;
    raffleId: RaffleId;
    terms: PlaceTerms;
    /** Counted in what he lets himself spend. */
    price?: MoneyJson;
    /** As of the question before the payment; absent for entries from the balance. */
    entriesPerDay?: number;
    atMs: number;
  }
  | { type: "place.released"; paymentId: PaymentId; raffleId: RaffleId }
  | {
    type: "entry.paid";
    paymentId: PaymentId;
    raffleId: RaffleId;
    salt: string;
    terms: PlaceTerms;
    /** End of the place that the payment holds; 0 when it holds none. */
    placeUntilMs: number;
    source: TicketSource;
    /** Counted in what he lets himself spend. */
    price?: MoneyJson;
    atMs: number;
  }
  // from raffles
  | { type: "ticket.refused"; raffleId: RaffleId; paymentId: PaymentId; reason: EntryRefusal }
  | { type: "raffle.ended"; raffleId: RaffleId }
  /** From a payment: the charge that paid his ticket went back by force. */
  | { type: "ticket.void"; raffleId: RaffleId; paymentId: PaymentId; chargeId: string }
  // from suspicions
  | { type: "player.barred" } & Barred
  /** It is cleared after all. */
  | { type: "bar.lifted"; suspicionId: SuspicionId }
  // from payouts
  | { type: "prize.credited"; raffleId: RaffleId; payoutId: PayoutId; amount: MoneyJson };

/** The rules of a raffle that a player's limits need. */
export interface PlaceTerms {
  ticketsPerPlayer: number;
  closingWindowMs: number;
}

/** The account that an entry's money lies on, and its kind. */
export interface TicketSource {
  method: EntryMethod;
  account: string;
}

// ── raffle ───────────────────────────────────────────────────────────────────────────────────────

/** What a raffle is made from. */
export interface RaffleInput {
  raffleId: RaffleId;
  terms: RaffleTerms;
  createdBy: string;
  atMs: number;
  /** It is told when the raffle is open, and when it has ended. */
  series?: SeriesOfRaffle;
}

/** What a raffle takes. */
export type RaffleEvent =
  // from admins
  | { type: "raffle.open"; by: string; atMs: number }
  | { type: "raffle.pause"; by: string; atMs: number }
  | { type: "raffle.resume"; by: string; atMs: number }
  /** `seen` is the state that the admin was shown when he was asked; in another one it is void. */
  | { type: "raffle.stop"; by: string; reason: string; seen?: RaffleStage; atMs: number }
  /** Close and draw now; two players at least, and as many different admins as `vote` asks for. */
  | { type: "raffle.force"; by: string; vote?: ForceVote; seen?: RaffleStage; atMs: number }
  /** Other terms, as long as nobody has entered. */
  | { type: "raffle.edit"; by: string; changes: RaffleChanges; atMs: number }
  /** Verify again, after a key was added to the pinned ones. */
  | { type: "dispute.recheck"; by: string; atMs: number }
  /**
   * Another draw in place of this one, with a public reason; as many different admins as `vote` asks
   * for. Who agrees by a button gives no reason.
   */
  | { type: "raffle.redraw"; by: string; reason: string; vote?: ForceVote; atMs: number }
  /** A winner takes his prize. */
  | { type: "prize.claim"; playerId: PlayerId; atMs: number }
  /** Two different admins must say it; the reason is public. */
  | {
    type: "dispute.refund";
    by: string;
    reason: string;
    /** The others who may say it, now; absent from code that did not say so. */
    admins?: PlayerId[];
    atMs: number;
  }
  // from payments and users
  | { type: "entry.quote"; paymentId: PaymentId; atMs: number }
  | { type: "place.reserve"; paymentId: PaymentId; playerId: PlayerId; atMs: number }
  | {
    type: "ticket.claim";
    paymentId: PaymentId;
    playerId: PlayerId;
    salt: string;
    isFirstOfPlayer: boolean;
    placeUntilMs: number;
    source: TicketSource;
    atMs: number;
  }
  /** Its charge went back by force: until the list is closed the ticket goes, after that it stands. */
  | { type: "ticket.void"; paymentId: PaymentId; chargeId: string; isLastOfPlayer: boolean }
  /** He is excluded, and after this asks for nothing more: his suspicion may look at his tickets. */
  | { type: "player.exclude"; suspicionId: SuspicionId }
  /** From his suspicion: until the list is sealed his tickets go, after that they stand. */
  | {
    type: "tickets.exclude";
    suspicionId: SuspicionId;
    paymentIds: PaymentId[];
    /** He has no others. */
    isLastOfPlayer: boolean;
    atMs: number;
  }
  /** A place that will not be used. `untilMs` as it was told with `place.reserved`. */
  | { type: "place.released"; paymentId: PaymentId; untilMs: number }
  | { type: "refund.done"; paymentId: PaymentId }
  | { type: "payout.done"; payoutId: PayoutId }
  /** From the raffle itself, delayed: it is time to say how many have joined. */
  | { type: "playersJoined.due" }
  /** From the raffle itself, delayed: those who have not taken their prizes are reminded. */
  | { type: "claimReminder.due" };

// ── payment: one entry, from the wish to the ticket or the refund ────────────────────────────────

/** What a payment is made from. */
export interface PaymentInput {
  paymentId: PaymentId;
  raffleId: RaffleId;
  playerId: PlayerId;
  chatId: number;
  language: Language;
  method: EntryMethod;
  salt: string;
  atMs: number;
}

/** What a payment takes. */
export type PaymentEvent =
  // from the user
  | { type: "payment.start" }
  // from Telegram
  | {
    type: "precheckout.received";
    queryId: string;
    payerId: PlayerId;
    amount: MoneyJson;
    /** Most entries a day that a player may have now. */
    entriesPerDay?: number;
    atMs: number;
  }
  | {
    type: "payment.confirmed";
    chargeId: string;
    payerId: PlayerId;
    amount: MoneyJson;
    provider?: Provider;
    atMs: number;
  }
  | BankEnded
  /** The provider says that a charge of this payment went back (refund or chargeback). */
  | { type: "payment.refunded"; chargeId: string; amount: MoneyJson; atMs: number }
  // from the raffle and the user
  | {
    type: "entry.quoted";
    title: string;
    price: MoneyJson;
    terms: PlaceTerms;
    atMs: number;
  }
  | { type: "entry.refused"; reason: EntryRefusal }
  | { type: "place.reserved"; untilMs: number; atMs: number }
  | { type: "place.refused"; reason: EntryRefusal }
  | { type: "ticket.issued"; number: number }
  | { type: "ticket.refused"; reason: EntryRefusal }
  /** The raffle was cancelled: the whole entry goes back. */
  | { type: "entry.refund"; reason: CancelReason; atMs: number }
  /** The raffle took his ticket off its open list: the whole entry goes back. */
  | { type: "ticket.excluded"; atMs: number }
  /** From a withdrawal: the player takes his charge back as prize; what we owe for it is put apart. */
  | { type: "charge.spent"; withdrawalId: WithdrawalId; atMs: number }
  // from refunds
  | { type: "refund.done"; refundId: RefundId; chargeId: string };

// ── refund: one charge, back to the one who paid it ──────────────────────────────────────────────

/** What a refund is made from. */
export interface RefundInput {
  refundId: RefundId;
  paymentId: PaymentId;
  raffleId: RaffleId;
  playerId: PlayerId;
  /** Telegram's id of him. */
  telegramUserId: number;
  provider?: Provider;
  chargeId: string;
  amount: MoneyJson;
  reason: EntryRefusal | CancelReason | "paidTwice" | "prize" | "excluded";
  /** When the money came, or the raffle was cancelled. */
  atMs: number;
}

/** What a refund takes. */
export type RefundEvent =
  | { type: "refund.start" }
  /** The provider has news of it, says somebody: it is looked at now. */
  | { type: "refund.noticed" }
  /** An operator asks for another try, after the cause was mended. */
  | { type: "refund.retry"; by: string };

// ── payout: one prize, from the raffle to the winner's balance ───────────────────────────────────

/** What a payout is made from. */
export interface PayoutInput {
  payoutId: PayoutId;
  raffleId: RaffleId;
  playerId: PlayerId;
  amount: MoneyJson;
  place: number;
  /** When the list was sealed whose draw it comes from. */
  atMs: number;
}

/** What a payout takes. */
export type PayoutEvent = { type: "payout.credit" };

// ── what effects are asked for ───────────────────────────────────────────────────────────────────

/** One transfer as a machine asks for it; the runtime adds cause and time. */
export interface TransferParams {
  /** Made from the ids of what it belongs to, so that asking twice moves money once. */
  key: string;
  from: string;
  to: string;
  amount: MoneyJson;
  type:
    | "entry"
    | "refund"
    | "prize"
    | "commission"
    | "chargeback"
    | "withdrawal"
    | "topUp"
    | "fee";
  externalId?: string;
  /** Given with the receipt of the charge `externalId`: it is written down in the same commit. */
  receipt?: { payerId: PlayerId; receivedAtMs: number };
}

/** How a hold ends, as a machine asks for it. */
export interface HoldEnd {
  key: string;
  /** Key of the hold. */
  hold: string;
  /** What is posted of it; the rest is released. Null: all of it is. */
  posted: MoneyJson | null;
}

/** What a person is told; texts and languages live in `adapters/telegram`. */
export type Notice =
  | { key: "welcome"; raffleId?: RaffleId }
  | {
    key: "entryRefused";
    raffleId: RaffleId;
    reason: EntryRefusal;
    /** The bank's own word for it. */
    bankReason?: string;
  }
  | { key: "joined"; raffleId: RaffleId; number: number }
  /** To those who follow its series. */
  | { key: "seriesOpened"; raffleId: RaffleId; name: string; number: number }
  /** To everyone in the raffle; the newer replaces the older. */
  | { key: "playersJoined"; raffleId: RaffleId; tickets: number; players: number }
  /** With the drand round that the seal names, where it names one. */
  | { key: "sealed"; raffleId: RaffleId; seal: string; tickets: number; beacon?: SealedRound }
  | { key: "drawWaits"; raffleId: RaffleId }
  | {
    key: "won";
    raffleId: RaffleId;
    place: number;
    number: number;
    prize: MoneyJson;
    /** Until when he must take it; without it he gets it by itself. */
    claimUntilMs?: number;
  }
  /** To one who has not taken his prize yet. */
  | { key: "claimReminder"; raffleId: RaffleId; prize: MoneyJson; claimUntilMs: number }
  /** To one whose time was over. */
  | { key: "claimLapsed"; raffleId: RaffleId; prize: MoneyJson }
  /** To everyone: the draw under that seal does not count, and why; another one follows. */
  | { key: "redrawn"; raffleId: RaffleId; seal: string; reason: string }
  /** To everyone: prizes that were not taken in time, and who may take them now. */
  | { key: "prizesPassed"; raffleId: RaffleId; passed: PassedPrize[] }
  | {
    key: "drawn";
    raffleId: RaffleId;
    winners: { place: number; number: number; prize: MoneyJson }[];
    /** What the pot lacked of the guaranteed prize. */
    topUp?: MoneyJson;
  }
  | { key: "credited"; raffleId: RaffleId; prize: MoneyJson }
  | { key: "cancelled"; raffleId: RaffleId; reason: CancelReason; publicReason?: string }
  | { key: "disputed"; raffleId: RaffleId; reason: string }
  | {
    key: "refunded";
    raffleId: RaffleId;
    amount: MoneyJson;
    /** Absent when it went back to the balance. */
    chargeId?: string;
    reason: RefundInput["reason"];
  }
  | { key: "refundFails"; raffleId: RaffleId; chargeId: string }
  | BankNotice
  | CashOutNotice
  | PanelNotice
  | WithdrawalNotice
  | PlayerNotice
  | SuspicionNotice;
