/** Which terms a raffle may not be created with, so that every raffle that opens can be drawn. */
import { Schema } from "effect";
import { checkLinkLength, MAX_CHECK_LINK } from "./check_link.ts";
import { DrawTerms, MAX_NUMBERS, MAX_TICKETS, numbersNeeded, RaffleId } from "./draw_terms.ts";

/** Why terms are refused. */
export type TermsRefusal =
  | "malformed"
  | "raffleIdNotAscii"
  | "priceNotPositive"
  | "guaranteeUnfit"
  | "sharesNotOnePerPlace"
  | "maxTicketsOutOfRange"
  | "tooManyNumbers"
  | "checkLinkTooLong";

const isDrawTerms = Schema.is(DrawTerms);
const isRaffleId = Schema.is(RaffleId);

/**
 * Why a raffle cannot have these terms, if anything.
 *
 * @param maxTickets the most tickets it can sell, 2 to 1e9
 * @param licenseRoom characters of JSON that RANDOM.ORG's licence may take in its signed answer
 */
export function refuseTerms(
  { terms, raffleId, maxTickets, licenseRoom }: {
    terms: DrawTerms;
    raffleId: string;
    maxTickets: number;
    licenseRoom?: number;
  },
): TermsRefusal | undefined {
  if (!isDrawTerms(terms)) return "malformed";
  if (!isRaffleId(raffleId)) return "raffleIdNotAscii";
  if (BigInt(terms.price.minor) <= 0n) return "priceNotPositive";
  const { guaranteedPrize = terms.price } = terms;
  if (BigInt(guaranteedPrize.minor) <= 0n || guaranteedPrize.currency !== terms.price.currency) {
    return "guaranteeUnfit";
  }
  if (terms.shares.length !== terms.winners) return "sharesNotOnePerPlace";
  if (!Number.isInteger(maxTickets) || maxTickets < 2 || maxTickets > MAX_TICKETS) {
    return "maxTicketsOutOfRange";
  }
  if (numbersNeeded(terms, maxTickets) > MAX_NUMBERS) return "tooManyNumbers";
  const length = checkLinkLength({
    terms,
    raffleId,
    maxTickets,
    ...(licenseRoom === undefined ? {} : { licenseRoom }),
  });
  return length > MAX_CHECK_LINK ? "checkLinkTooLong" : undefined;
}
