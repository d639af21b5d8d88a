/** What a payment remembers, and what is read of it in more than one part. */
import type {
  EntryMethod,
  Language,
  PaymentId,
  PaymentInput,
  PlaceTerms,
  PlayerId,
  Provider,
  RaffleId,
} from "../domain/events.ts";
import type { MoneyJson } from "../domain/money.ts";
import type { EntryRefusal } from "../domain/refusals.ts";

/** What a payment remembers. */
export interface PaymentContext {
  paymentId: PaymentId;
  raffleId: RaffleId;
  playerId: PlayerId;
  chatId: number;
  language: Language;
  method: EntryMethod;
  salt: string;
  requestedAtMs: number;
  /** Null until the raffle has named it. */
  title: string | null;
  price: MoneyJson | null;
  terms: PlaceTerms | null;
  /** The pre-checkout that waits for an answer; null when none does. */
  queryId: string | null;
  /** End of the place that is held; 0 when none is. */
  placeUntilMs: number;
  /** The charge that pays the entry; null until it came, and for an entry from the balance. */
  chargeId: string | null;
  /** Who holds it. */
  provider?: Provider;
  paidAtMs: number;
  /** Charges beside it; each goes back on its own. */
  otherCharges: string[];
  /** The number of its ticket; 0 until it has one. */
  ticketNumber: number;
  refusal: EntryRefusal | null;
  /** The bank's own word for it. */
  bankReason?: string;
  /** The raffle waits to hear of the refund. */
  isRaffleWaiting: boolean;
  /** The charge went back by force, before the raffle had answered. */
  isChargedBack: boolean;
}

/** A payment that was just asked for. */
export function firstContext({ atMs, ...input }: PaymentInput): PaymentContext {
  const { paymentId, raffleId, playerId, chatId, language, method, salt } = input;
  return {
    paymentId,
    raffleId,
    playerId,
    chatId,
    language,
    method,
    salt,
    requestedAtMs: atMs,
    title: null,
    price: null,
    terms: null,
    queryId: null,
    placeUntilMs: 0,
    chargeId: null,
    paidAtMs: 0,
    otherCharges: [],
    ticketNumber: 0,
    refusal: null,
    isRaffleWaiting: false,
    isChargedBack: false,
  };
}

/** Paid means: by a charge, or from the balance; a second charge is one too many. */
export function isPaid({ chargeId, method }: PaymentContext): boolean {
  return chargeId !== null || method === "balance";
}

/** The price, once it was named; the states in which it is asked for come after that. */
export function priceOf({ price, paymentId }: PaymentContext): MoneyJson {
  if (price === null) throw new Error(`Payment "${paymentId}" has no price yet`);
  return price;
}

/** Likewise the rules of its raffle. */
export function termsOf({ terms, paymentId }: PaymentContext): PlaceTerms {
  if (terms === null) throw new Error(`Payment "${paymentId}" has no terms yet`);
  return terms;
}
