/**
 * What machines ask for by name, and what they get back. The machines declare these names with
 * stubs that throw; `main.ts` supplies them through the runtime.
 */
import type {
  Occasion,
  PersonalNotice,
  RecordBroadcast,
  SendPage,
  SkipRecipients,
  TurnPage,
} from "./broadcast.ts";
import type { BankAdminNotice, BankEffects } from "./bank.ts";
import type { BankPayoutAdminNotice, BankPayoutEffects } from "./bank_payout.ts";
import type { CashOutActions, CashOutSources } from "./cash_out.ts";
import type { MoneyJson } from "./money.ts";
import type {
  HoldEnd,
  Language,
  PaymentId,
  PlayerId,
  RaffleId,
  RaffleTerms,
  RefundId,
  TransferParams,
} from "./events.ts";
import type { SealedRound } from "./draw/beacon.ts";
import type { HoldGuarantee } from "./guarantee.ts";
import type { DeletionLook, DisputeId } from "./player.ts";
import type { ClaimRecord, DrawnTicket } from "./prize_claims.ts";
import type { EntryRefusal } from "./refusals.ts";
import type { ReadTemplate, SeriesActions, SeriesNotice } from "./series.ts";
import type {
  ListTicketsOf,
  LookForSuspicions,
  RecordSuspicion,
  SuspicionId,
} from "./suspicion.ts";
import type { WithdrawalActions, WithdrawalEffects, WithdrawalSources } from "./withdrawal.ts";
import type { TreasuryEffectActions, TreasuryTransactionalActions } from "./treasury.ts";

/** Actions that run outside after the commit, until done; nobody waits for an answer. */
export interface EffectActions {
  /** Tell one person something; in order per person. */
  notify: { playerId: PlayerId; notice: PersonalNotice };
  /** One admin learns of a question. */
  tellDispute: { admin: PlayerId; disputeId: DisputeId };
  /** Tell every admin something; an admin who cannot be reached misses it. */
  reportToAdmins: { notice: AdminNotice };
  /** A post in the configured channel or group, at most once; nothing without one. */
  announce: {
    raffleId: RaffleId;
    occasion: Occasion;
    /** Of a draw that replaces another one; posts of its own. */
    draw?: number;
  };
  /** Telegram waits ten seconds for it. */
  answerPreCheckout: { queryId: string; ok: boolean; reason?: EntryRefusal; language: Language };
}

/** A closed list as it is stored. */
export interface CountedList {
  tickets: number;
  /** Different ones. */
  players: number;
  /** Of them those with a sign that waits for an admin, about this raffle or about none. */
  suspects: number;
  atMs: number;
}

/** A refund that admins have to know of. */
export interface SlowRefund {
  refundId: RefundId;
  raffleId: RaffleId;
  playerId: PlayerId;
  amount: MoneyJson;
  chargeId: string;
}

/** What admins are told without having asked. */
export type AdminNotice =
  | BankAdminNotice
  | BankPayoutAdminNotice
  | { key: "broadcastEnded" } & RecordBroadcast
  /** A charge that cannot go back; `why` in the provider's words. */
  | { key: "refundStuck"; why: string } & SlowRefund
  /** The bank has taken it on, and it is not back for three days. */
  | { key: "refundHangs" } & SlowRefund
  | { key: "announcementFails"; raffleId: RaffleId; reason: string }
  /** It may be in the channel, or not; it is not made again. */
  | { key: "announcementUncertain"; raffleId: RaffleId }
  /** The announcement group is a supergroup now, with this number. */
  | { key: "announceChatMoved"; raffleId: RaffleId; chat: string }
  /** So many signs were seen that nobody has looked at. */
  | { key: "suspicionsFound"; count: number }
  /** A list is looked at before it is sealed, and so many of its players wait for a decision. */
  | { key: "reviewBegun"; raffleId: RaffleId; suspects: number; untilMs: number }
  | SeriesNotice;

/** A ticket as it was issued. */
export interface IssuedTicket {
  raffleId: RaffleId;
  number: number;
  playerId: PlayerId;
  paymentId: PaymentId;
  salt: string;
  atMs: number;
}

/** A ticket that does not count any more: those behind it move up, so that the numbers stay 1…N. */
export interface VoidTicket {
  raffleId: RaffleId;
  paymentId: PaymentId;
  isVoid: true;
}

/** Tickets that were excluded; the numbers close up likewise. */
export interface ExcludedTickets {
  raffleId: RaffleId;
  paymentIds: PaymentId[];
  suspicionId: SuspicionId;
  atMs: number;
}

/** Actions that write in the same commit as the step; one call per batch. */
export interface TransactionalActions extends WithdrawalActions, SeriesActions, CashOutActions {
  /** Holds end before the transfers, which may need what they post. */
  postTransfers: { transfers: TransferParams[]; holds?: HoldEnd[] };
  recordPlayer: {
    playerId: PlayerId;
    chatId: number;
    name: string;
    language: Language;
    isBlocked: boolean;
    /** Where his receipts go. */
    email?: string;
  };
  recordPayment: {
    paymentId: PaymentId;
    raffleId: RaffleId;
    playerId: PlayerId;
    status: string;
    amount?: MoneyJson;
    chargeId?: string;
    /** Why it was refused. */
    refusal?: EntryRefusal;
  };
  /** A charge on its way back to him. */
  recordRefund: {
    refundId: RefundId;
    playerId: PlayerId;
    paymentId: PaymentId;
    raffleId: RaffleId;
    chargeId: string;
    amount: MoneyJson;
    reason: string;
    status: string;
  };
  /** A line of the log of everything; ids only, never words of his. */
  recordDeed: {
    playerId: PlayerId;
    what: string;
    detail: string;
    raffleId?: RaffleId;
    paymentId?: PaymentId;
  };
  recordDispute: {
    disputeId: DisputeId;
    playerId: PlayerId;
    /** Only a payment of his own is kept. */
    paymentId: PaymentId | null;
    /** Likewise, only one about himself. */
    suspicionId: SuspicionId | null;
    words: string;
    atMs: number;
  };
  recordAnswer: {
    disputeId: DisputeId;
    playerId: PlayerId;
    words: string;
    by: PlayerId;
    atMs: number;
  };
  /** His rows go, or lose what tells who he is; those about money stay under his id. */
  forgetPlayer: { playerId: PlayerId };
  /** One action for all, so that they are written in the order in which they were asked for. */
  recordTicket: IssuedTicket | VoidTicket | ExcludedTickets;
  recordRaffle: {
    raffleId: RaffleId;
    status: string;
    terms: RaffleTerms;
    tickets: number;
    players: number;
    openedAtMs: number;
    closesAtMs: number;
    /** Why an admin ended it, in his words; empty when none did. */
    publicReason: string;
  };
  /** The draw is replaced: its ticket, seal, answer and proof are kept beside, with the reason. */
  archiveDraw: { raffleId: RaffleId; draw: number; reason: string };
  /** What came of a prize that must be taken; `draw`, `place` and `number` name it. */
  recordClaim: Omit<ClaimRecord, "round" | "playerId">;
  recordSuspicion: RecordSuspicion;
  /** Somebody wanted to pay what another was asked to pay. */
  recordForeignPayer: {
    paymentId: PaymentId;
    raffleId: RaffleId;
    playerId: PlayerId;
    payerId: PlayerId;
    atMs: number;
  };
  /** He looks at a raffle, so he is told how it ends; `isStopped`: he wants to hear no more of it. */
  recordObserver: { raffleId: RaffleId; playerId: PlayerId; isStopped: boolean; atMs: number };
  recordBroadcast: RecordBroadcast;
  skipRecipients: SkipRecipients;
  /** An event for another actor, in the same commit where that can be locked at once. */
  tell: { to: string; event: { type: string }; create?: unknown };
}

/** Invoked work that answers within the same commit. */
export interface TransactionalSources extends WithdrawalSources, CashOutSources {
  /** Moves money from a balance; the output says whether there was enough. */
  takeFromBalance: {
    input: TransferParams;
    output: { isTaken: boolean };
  };
  /**
   * Whether his data can go now. `givesUp` goes to the treasury in the same commit, if nothing else is
   * left and it is just what he has.
   */
  checkDeletion: {
    input: { playerId: PlayerId; givesUp: MoneyJson[] | null };
    output: DeletionLook;
  };
  holdGuarantee: HoldGuarantee;
  /** Writes down who may take a prize in a round, and says when it begins. */
  openClaims: {
    input: { claims: ClaimRecord[]; withinMs: number };
    output: { atMs: number };
  };
  countPlayers: { input: { raffleId: RaffleId }; output: CountedList };
  turnPage: TurnPage;
  readTemplate: ReadTemplate;
  lookForSuspicions: LookForSuspicions;
  listTicketsOf: ListTicketsOf;
  pageTickets: {
    input: { raffleId: RaffleId; afterNumber: number; limit: number };
    output: { tickets: { number: number; playerId: PlayerId; paymentId: PaymentId }[] };
  };
}

/** Invoked work outside: promises that answer later with their own commit. */
export interface EffectSources extends WithdrawalEffects, BankEffects, BankPayoutEffects {
  sendInvoice: {
    input: {
      chatId: number;
      language: Language;
      paymentId: PaymentId;
      raffleId: RaffleId;
      title: string;
      price: MoneyJson;
    };
    output: { messageId: number };
  };
  /**
   * Takes his name and words out of the log of events, page by page, and tells him that it is done.
   */
  erasePlayer: {
    input: { playerId: PlayerId; language: Language };
    output: { erased: number };
  };
  refundStars: {
    input: { telegramUserId: number; chargeId: string; amount: MoneyJson };
    output: { isRefunded: true };
  };
  sendPage: SendPage;
  /** One RANDOM.ORG ticket, taken before the seal. */
  takeDrawTicket: { input: { raffleId: RaffleId }; output: { drawTicketId: string } };
  /** Seals the list and names a drand round to come; stores the seal with it. */
  sealTickets: {
    input: { raffleId: RaffleId; terms: RaffleTerms; drawTicketId: string };
    output: { seal: string; tickets: number; sealedAtMs: number; beacon?: SealedRound };
  };
  /** The signature of the drand round that the seal names, checked. */
  fetchBeacon: { input: { raffleId: RaffleId }; output: { signature: string } };
  /**
   * Asks RANDOM.ORG for the signed numbers and stores the answer as it came. A fault is one that no
   * waiting can mend: the list does not fit its seal any more, or the ticket is lost.
   */
  requestDraw: {
    input: {
      raffleId: RaffleId;
      terms: RaffleTerms;
      drawTicketId: string;
      seal: string;
      /** Of the round that the seal names; null when it was not to be had in time. */
      beaconSignature: string | null;
    };
    output: { serialNumber: number } | { fault: string };
  };
  /** Checks the stored answer offline, finds the winners, writes the proof. */
  verifyDraw: {
    input: { raffleId: RaffleId; seal: string; beaconSignature: string | null };
    output:
      | {
        isValid: true;
        pot: MoneyJson;
        commission: MoneyJson;
        /** There when the terms have a guaranteed prize, also when it is nothing. */
        topUp?: MoneyJson;
        winners: { place: number; number: number; playerId: PlayerId; prize: MoneyJson }[];
        /** In drawn order; absent in answers of before prizes could be taken. */
        reserves?: DrawnTicket[];
      }
      | { isValid: false; reason: string };
  };
}

type Actions =
  & EffectActions
  & TransactionalActions
  & TreasuryEffectActions
  & TreasuryTransactionalActions;

/** An action as the runtime gets it: name and data. */
export type RuntimeAction = {
  [Name in keyof Actions]: { type: Name; params: Actions[Name] };
}[keyof Actions];
