/** The one request for chance that a seal allows, as data: what RANDOM.ORG is asked and must sign. */
import { Schema } from "effect";
import { type BeaconProof, beaconValue, drawNotBeforeMs } from "./beacon.ts";
import { type DrawTerms, MAX_NUMBERS, MAX_TICKETS, numbersNeeded, RaffleId } from "./draw_terms.ts";
import { DrawTicket, type Seal } from "./seal_tickets.ts";
import { EpochMs } from "./ticket_line.ts";

/** A draw request, JSON-safe. */
export const DrawRequest = Schema.Struct({
  raffleId: RaffleId,
  /** How many numbers, 1…10,000. */
  n: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MAX_NUMBERS })),
  min: Schema.Literal(1),
  /** Number of tickets N, 2 or more. */
  max: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: MAX_TICKETS })),
  replacement: Schema.Literal(false),
  base: Schema.Literal(10),
  ticketId: DrawTicket.fields.ticketId,
  /** Raffle, number of tickets, seal and drand's value, ASCII; RANDOM.ORG signs it unchanged. */
  userData: Schema.String.check(Schema.isPattern(/^[\x20-\x7e]{1,255}$/)),
  /** base64(SHA-512(API key)) that the answer must carry. */
  hashedApiKey: DrawTicket.fields.hashedApiKey,
  /** When the list was sealed; an answer completed before that is not ours. */
  sealedAtMs: EpochMs,
  /**
   * Where the seal names a drand round: the round's time, or when it was waited for in vain the end of
   * that wait. An answer completed before that is not ours either.
   */
  notBeforeMs: Schema.optionalKey(EpochMs),
});
export type DrawRequest = typeof DrawRequest.Type;

/** Parameters of `generateSignedIntegers`, without the API key. */
export interface SignedIntegersParams {
  readonly n: number;
  readonly min: number;
  readonly max: number;
  readonly replacement: boolean;
  readonly base: 10;
  readonly ticketId: string;
  readonly userData: string;
}

/**
 * The request that belongs to a seal.
 *
 * @throws {RangeError} When fewer than 2 tickets were sealed or more than 10,000 numbers are needed.
 */
export function drawRequest(
  { raffleId, terms, ticket, seal, beacon = null }: {
    raffleId: string;
    terms: DrawTerms;
    ticket: DrawTicket;
    seal: Seal;
    beacon?: BeaconProof | null;
  },
): DrawRequest {
  const n = numbersNeeded(terms, seal.tickets);
  if (seal.tickets < 2) {
    throw new RangeError(
      `Cannot draw raffle "${raffleId}": 2 tickets needed, ${seal.tickets} sealed`,
    );
  }
  if (n > MAX_NUMBERS) {
    throw new RangeError(
      `Cannot draw raffle "${raffleId}": at most ${MAX_NUMBERS} numbers, ${n} needed`,
    );
  }
  return {
    raffleId,
    n,
    min: 1,
    max: seal.tickets,
    replacement: false,
    base: 10,
    ticketId: ticket.ticketId,
    userData: drawUserData({ raffleId, tickets: seal.tickets, seal: seal.hash, beacon }),
    hashedApiKey: ticket.hashedApiKey,
    sealedAtMs: seal.sealedAtMs,
    ...(beacon === null ? {} : { notBeforeMs: drawNotBeforeMs(beacon) }),
  };
}

/** So many digits of a round's value are signed: 64 bits, which nobody guesses, in a link that is short. */
const VALUE_DIGITS = 16;

/**
 * The text signed with the numbers: `zhreb <raffle> <tickets> <seal>`, and where the seal names a drand
 * round the first 16 digits of its value, or `missed`. A plain string, so that no order of keys and no
 * escaping can change it on its way.
 */
export function drawUserData(
  { raffleId, tickets, seal, beacon }: {
    raffleId: string;
    tickets: number;
    seal: string;
    beacon: Pick<BeaconProof, "signature"> | null;
  },
): string {
  const text = `zhreb ${raffleId} ${tickets} ${seal}`;
  if (beacon === null) return text;
  const { signature } = beacon;
  return `${text} ${signature === null ? "missed" : beaconValue(signature).slice(0, VALUE_DIGITS)}`;
}

/** What `generateSignedIntegers` is called with. */
export function signedIntegersParams(request: DrawRequest): SignedIntegersParams {
  const { n, min, max, replacement, base, ticketId, userData } = request;
  return { n, min, max, replacement, base, ticketId, userData };
}
