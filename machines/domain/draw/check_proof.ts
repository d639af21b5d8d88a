/**
 * Checks a proof by deriving everything in it again: the seal from the list and the terms, the request
 * from the seal, the numbers from the signed answer, winners and prizes from the numbers. The first
 * thing that differs is the reason. Which keys may sign is the caller's to say, never the file's.
 */
import { Schema } from "effect";
import {
  type AnswerFault,
  type AnswerVerdict,
  checkSignedAnswer,
  type SignedAnswer,
} from "./check_signed_answer.ts";
import { sealDraw, settleDraw } from "./derive_proof.ts";
import { decodeProof, type DrawProof, type FormerDraw } from "./draw_proof.ts";
import { drawUserData } from "./draw_request.ts";
import { type Sha256Hex, sha256Hex } from "./hex.ts";
import { readSealedText, sealedText } from "./seal_tickets.ts";
import { refuseTerms } from "./refuse_terms.ts";
import { findListFault, type ListFault } from "./ticket_line.ts";
import { type BeaconFault, findBeaconFault } from "./verify_beacon.ts";
import { keyFingerprint, verifySignature } from "./verify_signature.ts";

/** Why a proof does not hold. */
export type ProofFault =
  | "malformed"
  | "terms"
  | ListFault
  | "seal"
  | "request"
  | "sandboxKeyNotGiven"
  | "sandboxSignedByPinnedKey"
  | "formerDraws"
  | BeaconFault["reason"]
  | AnswerFault
  | "keyFingerprint"
  | "outcome"
  | "prize";

/** What a proof is worth. */
export type ProofReport =
  | {
    readonly ok: true;
    readonly proof: DrawProof;
    readonly answer: Extract<AnswerVerdict, { ok: true }>;
    /** Number of different players on the list. */
    readonly players: number;
    /** Whether the key is one of the pinned ones or only one the reader brought himself. */
    readonly keyTrust: "pinned" | "given";
    /** The draws that it replaces, the first first. */
    readonly former: readonly JudgedDraw[];
  }
  | { readonly ok: false; readonly reason: ProofFault; readonly detail: string };

/** A replaced draw, and whether its answer is signed by a trusted key. */
export interface JudgedDraw {
  readonly seal: Sha256Hex;
  readonly reason: string;
  /** `otherSigned`: signed, but for another ticket or another seal. */
  readonly answer: "none" | "signed" | "otherSigned" | "notSigned";
}

/** Public keys, SPKI in PEM. */
export interface TrustedKeys {
  readonly pinnedKeys: readonly string[];
  /** Keys the reader vouches for himself. */
  readonly givenKeys?: readonly string[];
}

/**
 * Checks a proof.
 *
 * @param json a proof as JSON, of any form
 * @returns the derived facts, or the first reason why it does not hold. Never throws.
 */
export async function checkProof(
  json: unknown,
  { pinnedKeys, givenKeys = [] }: TrustedKeys,
): Promise<ProofReport> {
  const parsed = decodeProof(json);
  if (!parsed.ok) return fault("malformed", parsed.detail);
  const { proof } = parsed;
  const early = findUnsoundList(proof);
  if (early !== undefined) return early;
  const sealed = sealDraw(sealInputOf(proof));
  const statedSeal = findDifference("seal", sealed.seal, proof.seal) ??
    findDifference("request", sealed.request, proof.request);
  if (statedSeal !== undefined) return statedSeal;
  const chain = findChainFault(proof);
  if (chain !== undefined) return fault("formerDraws", chain);
  if (proof.sandbox && givenKeys.length === 0) {
    return fault("sandboxKeyNotGiven", "A stand-in signed this draw, not RANDOM.ORG");
  }
  const { sandbox, seal: { sealedAtMs }, beacon } = proof;
  const beaconFault = beacon && findBeaconFault(beacon, { sandbox, sealedAtMs });
  if (beaconFault) return beaconFault;
  const { randomText, signature } = proof.answer;
  const keys = [...givenKeys, ...pinnedKeys];
  const answer = await checkSignedAnswer({ randomText, signature, request: proof.request, keys });
  if (!answer.ok) return answer;
  const isPinned = pinnedKeys.some((key) => keyFingerprint(key) === answer.keyFingerprint);
  if (proof.sandbox && isPinned) {
    return fault(
      "sandboxSignedByPinnedKey",
      "It calls itself a stand-in's, but RANDOM.ORG signed it",
    );
  }
  const settled = settleDraw({ terms: proof.terms, lines: proof.tickets, numbers: answer.numbers });
  const statedResult =
    findDifference("keyFingerprint", answer.keyFingerprint, proof.keyFingerprint) ??
      findDifference("outcome", settled.outcome, proof.outcome) ??
      findDifference("prize", settled.prize, proof.prize);
  if (statedResult !== undefined) return statedResult;
  const players = new Set(proof.tickets.map((line) => line.playerHash)).size;
  const former = await Promise.all((proof.formerDraws ?? []).map((draw) => judge(draw, keys)));
  return { ok: true, proof, answer, players, keyTrust: isPinned ? "pinned" : "given", former };
}

/** What the proof says was sealed. */
export function sealInputOf(proof: DrawProof): Parameters<typeof sealDraw>[0] {
  const { ticketId, hashedApiKey } = proof.request;
  return {
    raffleId: proof.raffleId,
    terms: proof.terms,
    ticket: { ticketId, hashedApiKey, sandbox: proof.sandbox },
    lines: proof.tickets,
    sealedAtMs: proof.seal.sealedAtMs,
    redrawOf: proof.seal.redrawOf,
    beacon: proof.beacon ?? null,
  };
}

/** The lines of a sealed text that another draw of the same list has of its own. */
const OWN_LINES = /^(randomOrgTicket|hashedApiKey|sealedAtMs|redrawOf|drand) /;

/** Why the replaced draws are not a chain of seals over this very list, if they are none. */
function findChainFault(proof: DrawProof): string | undefined {
  const { seal, formerDraws = [] } = proof;
  if (seal.redrawOf === null) {
    return formerDraws.length === 0 ? undefined : "The seal says that it replaces no draw";
  }
  const last = formerDraws.at(-1);
  if (last === undefined) return "The seal replaces a draw that is not in the file";
  if (sha256Hex(last.sealedText) !== seal.redrawOf.seal || last.reason !== seal.redrawOf.reason) {
    return "The last replaced draw is not the one that the seal names";
  }
  const input = sealInputOf(proof);
  const shared = sharedLines(sealedText({ ...input, ...seal }));
  for (const [index, { sealedText: text }] of formerDraws.entries()) {
    const before = formerDraws[index - 1];
    const named = readSealedText(text);
    if (named === undefined || sharedLines(text) !== shared) {
      return `Replaced draw ${index + 1} was sealed over another list or other terms`;
    }
    const isNext = before === undefined
      ? named.redrawOf === null
      : named.redrawOf?.seal === sha256Hex(before.sealedText) &&
        named.redrawOf.reasonHash === sha256Hex(before.reason);
    if (!isNext) return `Replaced draw ${index + 1} does not replace the one before it`;
  }
  return undefined;
}

function sharedLines(text: string): string {
  return text.split("\n").filter((line) => !OWN_LINES.test(line)).join("\n");
}

async function judge(
  { sealedText: text, reason, answer }: FormerDraw,
  keys: readonly string[],
): Promise<JudgedDraw> {
  const seal = sha256Hex(text);
  if (answer === null) return { seal, reason, answer: "none" };
  const verdict = await verifySignature({ ...answer, keys });
  if (!verdict.ok) return { seal, reason, answer: "notSigned" };
  return { seal, reason, answer: isFor(text, answer) ? "signed" : "otherSigned" };
}

/** Whether an answer was asked for with a seal's ticket, and names the seal. */
function isFor(text: string, { randomText }: SignedAnswer): boolean {
  const sealed = readSealedText(text);
  if (sealed === undefined) return false;
  const { raffleId, tickets, ticketId } = sealed;
  const asked = drawUserData({ raffleId, tickets, seal: sha256Hex(text), beacon: null });
  try {
    const { userData, ticketData } = decodeAsked(randomText);
    return ticketData.ticketId === ticketId && `${userData} `.startsWith(`${asked} `);
  } catch {
    // It is no answer to a request of ours.
    return false;
  }
}

const decodeAsked = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({
  userData: Schema.String,
  ticketData: Schema.Struct({ ticketId: Schema.String }),
})));

/** What would make deriving fail: refused here by name, so that nothing below throws. */
function findUnsoundList({ raffleId, terms, tickets }: DrawProof): ProofReport | undefined {
  const listFault = findListFault(tickets, terms);
  if (listFault !== undefined) return fault(listFault, `The list has ${tickets.length} tickets`);
  const refusal = refuseTerms({ terms, raffleId, maxTickets: tickets.length });
  // A long check link is a matter of convenience at creation, not of truth afterwards.
  if (refusal !== undefined && refusal !== "checkLinkTooLong") return fault("terms", refusal);
  const pot = BigInt(terms.price.minor) * BigInt(tickets.length);
  return pot.toString().length > 18 ? fault("terms", "The pot has more than 18 digits") : undefined;
}

function findDifference(
  reason: "seal" | "request" | "keyFingerprint" | "outcome" | "prize",
  derived: unknown,
  stated: unknown,
): ProofReport | undefined {
  const [derivedText, statedText] = [canonicalJson(derived), canonicalJson(stated)];
  return derivedText === statedText
    ? undefined
    : fault(reason, `${derivedText} follows from the list and the answer, ${statedText} is stated`);
}

/** JSON with keys in order, so that a proof that went through a database compares equal. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_name, part: unknown) =>
      part !== null && typeof part === "object" && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
        : part,
  );
}

function fault(reason: ProofFault, detail: string): ProofReport & { ok: false } {
  return { ok: false, reason, detail };
}
