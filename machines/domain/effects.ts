/**
 * What machines ask for by name, and what they get back. The machines declare these names with
 * stubs that throw; `main.ts` supplies them through the runtime.
 */
import type { MoneyJson } from "./money.ts";
import type {
  Language,
  Notice,
  PaymentId,
  PlayerId,
  RaffleId,
  RaffleTerms,
  TransferParams,
} from "./events.ts";
import type { EntryRefusal } from "./refusals.ts";

/** Actions that run outside after the commit, until done; nobody waits for an answer. */
export interface EffectActions {
  /** Tell one person something; in order per person. */
  notify: { playerId: PlayerId; notice: Notice };
  /** Telegram waits ten seconds for it. */
  answerPreCheckout: { queryId: string; ok: boolean; reason?: EntryRefusal; language: Language };
}

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

/** Actions that write in the same commit as the step; one call per batch. */
export interface TransactionalActions {
  postTransfers: { transfers: TransferParams[] };
  recordPlayer: {
    playerId: PlayerId;
    chatId: number;
    name: string;
    language: Language;
    isBlocked: boolean;
  };
  recordPayment: {
    paymentId: PaymentId;
    raffleId: RaffleId;
    playerId: PlayerId;
    status: string;
    amount?: MoneyJson;
    chargeId?: string;
  };
  /** One action for both, so that they are written in the order in which they were asked for. */
  recordTicket: IssuedTicket | VoidTicket;
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
  /** Tell everyone who holds a ticket; `first` before the others. */
  notifyPlayers: { raffleId: RaffleId; notice: Notice; except: PlayerId[] };
  /** An event for another actor, in the same commit where that can be locked at once. */
  tell: { to: string; event: { type: string }; create?: unknown };
}

/** Invoked work that answers within the same commit. */
export interface TransactionalSources {
  /** Moves money from a balance; the output says whether there was enough. */
  takeFromBalance: {
    input: TransferParams;
    output: { isTaken: boolean };
  };
  countPlayers: { input: { raffleId: RaffleId }; output: { tickets: number; players: number } };
  pageTickets: {
    input: { raffleId: RaffleId; afterNumber: number; limit: number };
    output: { tickets: { number: number; playerId: PlayerId; paymentId: PaymentId }[] };
  };
}

/** Invoked work outside: promises that answer later with their own commit. */
export interface EffectSources {
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
  refundStars: {
    input: { telegramUserId: number; chargeId: string; amount: MoneyJson };
    output: { isRefunded: true };
  };
  /** One RANDOM.ORG ticket, taken before the seal. */
  takeDrawTicket: { input: { raffleId: RaffleId }; output: { drawTicketId: string } };
  /** Seals the list; stores the seal with it. */
  sealTickets: {
    input: { raffleId: RaffleId; terms: RaffleTerms; drawTicketId: string };
    output: { seal: string; tickets: number; sealedAtMs: number };
  };
  /**
   * Asks RANDOM.ORG for the signed numbers and stores the answer as it came. A fault is one that no
   * waiting can mend: the list does not fit its seal any more, or the ticket is lost.
   */
  requestDraw: {
    input: { raffleId: RaffleId; terms: RaffleTerms; drawTicketId: string; seal: string };
    output: { serialNumber: number } | { fault: string };
  };
  /** Checks the stored answer offline, finds the winners, writes the proof. */
  verifyDraw: {
    input: { raffleId: RaffleId; seal: string };
    output:
      | {
        isValid: true;
        pot: MoneyJson;
        commission: MoneyJson;
        winners: { place: number; number: number; playerId: PlayerId; prize: MoneyJson }[];
      }
      | { isValid: false; reason: string };
  };
}

/** An action as the runtime gets it: name and data. */
export type RuntimeAction = {
  [Name in keyof (EffectActions & TransactionalActions)]: {
    type: Name;
    params: (EffectActions & TransactionalActions)[Name];
  };
}[keyof (EffectActions & TransactionalActions)];
