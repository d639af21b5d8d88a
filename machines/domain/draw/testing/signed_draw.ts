/**
 * Draws for tests: a throw-away RSA key that signs as RANDOM.ORG does (format of release 4), and a
 * list of players. Never used outside tests.
 */
import { type DrawRequest, drawRequest } from "../draw_request.ts";
import type { DrawTerms } from "../draw_terms.ts";
import type { SignedAnswer } from "../check_signed_answer.ts";
import { type DrawTicket, type SealInput, sealTickets } from "../seal_tickets.ts";
import { type PaidEntry, ticketLines } from "../ticket_lines.ts";

const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-512",
};

/** Something that signs texts. */
export interface TestSigner {
  /** Public key, SPKI in PEM. */
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

/** Makes a key. */
export async function createTestSigner(): Promise<TestSigner> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const spki = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
  const lines = spki.match(/.{1,64}/g) ?? [];
  return {
    publicKey: `-----BEGIN PUBLIC KEY-----\n${lines.join("\n")}\n-----END PUBLIC KEY-----\n`,
    sign: async (text) =>
      base64(
        await crypto.subtle.sign(
          algorithm.name,
          pair.privateKey,
          new TextEncoder().encode(text),
        ),
      ),
  };
}

/** The moment of sealing in these draws. */
export const SEALED_AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** A key hash: the one of RANDOM.ORG's own example, the key of zeros. */
export const TEST_TICKET: DrawTicket = {
  ticketId: "0123456789abcdef",
  hashedApiKey:
    "oT3AdLMVZKajz0pgW/8Z+t5sGZkqQSOnAi1aB8Li0tXgWf8LolrgdQ1wn9sKx1ehxhUZmhwUIpAtM8QeRbn51Q==",
  sandbox: true,
};

/** Terms with three places and two reserves. */
export const TEST_TERMS: DrawTerms = {
  price: { minor: "10", currency: "XTR" },
  commissionBps: 1_500,
  shares: [5_000, 3_000, 2_000],
  winners: 3,
  reserves: 2,
  ticketsPerPlayer: 3,
  drawAt: "minimum",
};

/** Entries of `players` players in turn. */
export function testEntries(
  { tickets, players }: { tickets: number; players: number },
): PaidEntry[] {
  return Array.from({ length: tickets }, (_, index) => ({
    atMs: SEALED_AT_MS - 1_000_000 + index,
    playerId: `tg-${index % players}`,
    salt: (index + 1).toString(16).padStart(32, "0"),
  }));
}

/** What a test draw seals. */
export function testSealInput(
  { tickets = 12, players = 8, terms = TEST_TERMS }: {
    tickets?: number;
    players?: number;
    terms?: DrawTerms;
  } = {},
): SealInput {
  return {
    raffleId: "rfl_test1",
    terms,
    ticket: TEST_TICKET,
    lines: ticketLines(testEntries({ tickets, players })).lines,
    sealedAtMs: SEALED_AT_MS,
  };
}

/** The request of a test draw. */
export function testRequest(input: SealInput): DrawRequest {
  return drawRequest({ ...input, seal: sealTickets(input) });
}

/** The text RANDOM.ORG would sign, with the given fields in place of the right ones. */
export function testRandomText(
  request: DrawRequest,
  { numbers = firstNumbers(request), ...changes }:
    & { numbers?: readonly unknown[] }
    & Record<string, unknown> = {},
): string {
  return JSON.stringify({
    method: "generateSignedIntegers",
    hashedApiKey: request.hashedApiKey,
    n: request.n,
    min: request.min,
    max: request.max,
    replacement: request.replacement,
    base: request.base,
    pregeneratedRandomization: null,
    data: numbers,
    license: {
      type: "developer",
      text: "Random values licensed strictly for development and testing only",
      infoUrl: null,
    },
    licenseData: null,
    userData: request.userData,
    ticketData: {
      ticketId: request.ticketId,
      previousTicketId: null,
      nextTicketId: "fedcba9876543210",
    },
    completionTime: "2026-01-02 03:04:06Z",
    serialNumber: 77,
    ...changes,
  });
}

/** A signed answer to a request. */
export async function signedTestAnswer(
  signer: TestSigner,
  request: DrawRequest,
  changes: Record<string, unknown> = {},
): Promise<SignedAnswer> {
  const randomText = testRandomText(request, changes);
  return { randomText, signature: await signer.sign(randomText) };
}

/** Different numbers of the range, neither rising nor falling. */
function firstNumbers({ n, max }: DrawRequest): number[] {
  const all = Array.from({ length: max }, (_, index) => index + 1);
  return all.sort((a, b) => a * 7_919 % 104_729 - b * 7_919 % 104_729).slice(0, n);
}

function base64(bytes: ArrayBuffer): string {
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
}
