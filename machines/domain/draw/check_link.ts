/**
 * RANDOM.ORG's own page for checking a signed answer, opened by a GET link. Such a link may have 2,046
 * characters, and how long it gets is decided by the terms of a raffle: more places, reserves and
 * tickets per player mean more numbers. So terms that could not be checked there are refused early.
 * Source: github.com/RandomOrg/JSON-RPC-JavaScript, `createUrl` in lib/RandomOrgClient.js.
 */
import { type DrawTerms, MAX_NUMBERS, numbersNeeded } from "./draw_terms.ts";
import { drawUserData } from "./draw_request.ts";

/** Where a signed answer is checked by its maker. */
export const CHECK_PAGE_URL = "https://api.random.org/signatures/form";

/** Longest GET link that page takes, characters. */
export const MAX_CHECK_LINK = 2_046;

/**
 * Room left for the licence that RANDOM.ORG signs with the numbers, characters of JSON. It depends on the
 * API key, not on the raffle; a developer's has 109, that for virtual items about as many.
 */
export const LICENSE_ROOM = 160;

/**
 * A signature is 512 bytes, 683 significant base64 characters. Each is `+` or `/` (three characters in a
 * link instead of one) with a chance of 1/32: 21 of them on average; more than 64 do not occur once in
 * 10¹² signatures.
 */
const SIGNATURE_ROOM = 684 + 2 * (64 + 1);

/**
 * The link, or undefined when it would be longer than the page takes (then only its form is left).
 *
 * @param randomText the raw text of `random`, ASCII, as it was signed
 * @param signature base64, as it was sent
 */
export function checkLink(
  { randomText, signature }: { randomText: string; signature: string },
): string | undefined {
  const bytes = new TextEncoder().encode(randomText);
  const random = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const link = `${linkStart}${forLink(random)}&signature=${forLink(signature)}`;
  return link.length <= MAX_CHECK_LINK ? link : undefined;
}

/**
 * The longest link that draws under these terms can have, characters.
 *
 * @param raffleId id of the raffle, or any text as long
 * @param maxTickets the most tickets the raffle can sell, 2 or more
 * @param licenseRoom characters of JSON that the licence may take
 */
export function checkLinkLength(
  { terms, raffleId, maxTickets, licenseRoom = LICENSE_ROOM }: {
    terms: Pick<DrawTerms, "winners" | "reserves" | "ticketsPerPlayer">;
    raffleId: string;
    maxTickets: number;
    licenseRoom?: number;
  },
): number {
  const n = Math.min(numbersNeeded(terms, maxTickets), MAX_NUMBERS);
  // The order and the presence of keys are those of real answers of release 4.
  const longest = JSON.stringify({
    method: "generateSignedIntegers",
    hashedApiKey: "A".repeat(88),
    n,
    min: 1,
    max: maxTickets,
    replacement: false,
    base: 10,
    pregeneratedRandomization: null,
    data: [],
    license: "",
    licenseData: null,
    userData: drawUserData({
      raffleId,
      tickets: maxTickets,
      seal: "0".repeat(64),
      beacon: { signature: "0".repeat(96) },
    }),
    ticketData: {
      ticketId: "0".repeat(16),
      previousTicketId: "0".repeat(16),
      nextTicketId: "0".repeat(16),
    },
    completionTime: "2000-01-01 00:00:00Z",
    serialNumber: 9_999_999_999,
  }).length + licenseRoom + n * (String(maxTickets).length + 1);
  // In base64 of ASCII, `+` and `/` appear only for `>`, `~`, `?`, which none of this contains; the
  // padding is two `=` at most, three characters each.
  const random = Math.ceil(longest / 3) * 4 + 2 * 2;
  return linkStart.length + random + "&signature=".length + SIGNATURE_ROOM;
}

const linkStart = `${CHECK_PAGE_URL}?format=json&random=`;

function forLink(base64: string): string {
  return base64.replaceAll("=", "%3D").replaceAll("+", "%2B").replaceAll("/", "%2F");
}
