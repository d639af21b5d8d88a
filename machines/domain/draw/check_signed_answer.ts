/**
 * Whether a signed answer is the answer to our request and to no other. The signature comes first; then
 * every field that the request fixed is compared, so that a genuine answer to another question (other
 * numbers, another seal, values generated in advance) never counts.
 */
import { Schema } from "effect";
import type { DrawRequest } from "./draw_request.ts";
import { DrawTicket } from "./seal_tickets.ts";
import { verifySignature } from "./verify_signature.ts";

/** A signed answer as RANDOM.ORG sent it. */
export const SignedAnswer = Schema.Struct({
  /** The raw text of `random`, byte for byte. */
  randomText: Schema.String.check(Schema.isBetweenLength(2, 1_000_000)),
  /** base64 of the RSA signature. */
  signature: Schema.String.check(Schema.isBetweenLength(1, 10_000)),
});
export type SignedAnswer = typeof SignedAnswer.Type;

/** Why an answer does not count. */
export type AnswerFault =
  | "noKeys"
  | "keyUnreadable"
  | "signatureMalformed"
  | "signatureInvalid"
  | "answerMalformed"
  | "method"
  | "hashedApiKey"
  | "n"
  | "min"
  | "max"
  | "replacement"
  | "base"
  | "pregeneratedRandomization"
  | "userData"
  | "ticketId"
  | "data"
  | "completionTime";

/** What an answer is worth. */
export type AnswerVerdict =
  | {
    readonly ok: true;
    /** The drawn ticket numbers, in drawn order. */
    readonly numbers: readonly number[];
    readonly serialNumber: number;
    /** Epoch milliseconds, to the second. */
    readonly completedAtMs: number;
    /** SHA-256 of the key that signed. */
    readonly keyFingerprint: string;
  }
  | { readonly ok: false; readonly reason: AnswerFault; readonly detail: string };

/**
 * How far RANDOM.ORG's clock may be behind ours, milliseconds; its stamp is cut to whole seconds too.
 * What truly proves the order is `userData`: nobody could sign a seal that did not exist yet.
 */
export const CLOCK_SKEW_MS = 120_000;

const SignedRandom = Schema.Struct({
  method: Schema.String,
  hashedApiKey: Schema.String,
  n: Schema.Number,
  min: Schema.Number,
  max: Schema.Number,
  replacement: Schema.Boolean,
  base: Schema.Number,
  pregeneratedRandomization: Schema.Unknown,
  data: Schema.Array(Schema.Unknown),
  userData: Schema.Unknown,
  ticketData: Schema.NullOr(Schema.Struct({ ticketId: DrawTicket.fields.ticketId })),
  completionTime: Schema.String,
  serialNumber: Schema.Int,
});
const decodeRandom = Schema.decodeUnknownSync(Schema.fromJsonString(SignedRandom));

/**
 * Judges an answer.
 *
 * @param keys public keys that may sign it, SPKI in PEM
 * @returns the numbers, or the first thing that is wrong. Never throws.
 */
export async function checkSignedAnswer(
  { randomText, signature, request, keys }: SignedAnswer & {
    request: DrawRequest;
    keys: readonly string[];
  },
): Promise<AnswerVerdict> {
  const signed = await verifySignature({ randomText, signature, keys });
  if (!signed.ok) return fault(signed.reason, signatureFaults[signed.reason]);
  let random: typeof SignedRandom.Type;
  try {
    random = decodeRandom(randomText);
  } catch (error) {
    return fault("answerMalformed", error instanceof Error ? error.message : String(error));
  }
  const expected = {
    method: "generateSignedIntegers",
    hashedApiKey: request.hashedApiKey,
    n: request.n,
    min: request.min,
    max: request.max,
    replacement: request.replacement,
    base: request.base,
    pregeneratedRandomization: null,
    userData: request.userData,
    ticketId: request.ticketId,
  };
  const got = { ...random, ticketId: random.ticketData?.ticketId };
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    if (got[name] !== expected[name]) return fault(name, differs(expected[name], got[name]));
  }
  const numbers = distinctNumbers(random.data, request);
  if (numbers === undefined) {
    return fault("data", `${request.n} different numbers from 1 to ${request.max} wanted`);
  }
  const completedAtMs = parseCompletionTime(random.completionTime);
  const notBeforeMs = request.notBeforeMs ?? request.sealedAtMs;
  if (completedAtMs === undefined || completedAtMs < notBeforeMs - CLOCK_SKEW_MS) {
    const notBefore = new Date(notBeforeMs).toISOString();
    return fault("completionTime", `"${random.completionTime}" is before ${notBefore}`);
  }
  const { serialNumber } = random;
  return { ok: true, numbers, serialNumber, completedAtMs, keyFingerprint: signed.keyFingerprint };
}

const signatureFaults = {
  noKeys: "No public key to check with",
  keyUnreadable: "A public key is not an RSA key in SPKI PEM",
  signatureMalformed: "The signature is not base64",
  signatureInvalid: "The signature does not fit the text under any of the keys",
} as const;

function fault(reason: AnswerFault, detail: string): AnswerVerdict {
  return { ok: false, reason, detail };
}

function differs(expected: unknown, got: unknown): string {
  return `${JSON.stringify(expected)} asked, ${JSON.stringify(got) ?? "nothing"} signed`;
}

function distinctNumbers(data: readonly unknown[], request: DrawRequest): number[] | undefined {
  const numbers = data.filter((value): value is number =>
    Number.isInteger(value) && Number(value) >= request.min && Number(value) <= request.max
  );
  const isExact = data.length === request.n && new Set(numbers).size === request.n;
  return isExact ? numbers : undefined;
}

/** `2021-03-15 13:51:32Z` as epoch milliseconds. */
function parseCompletionTime(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)Z$/.exec(text);
  const atMs = match ? Date.parse(`${match[1]}T${match[2]}Z`) : NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}
