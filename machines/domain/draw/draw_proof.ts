/**
 * The proof file: everything needed to check a draw alone, offline, years later. Its schema is strict:
 * nothing may be missing, nothing may be added. `parseProof` also refuses a text that one reader could
 * take for something else than another (repeated keys, odd spellings of numbers).
 */
import { Schema } from "effect";
import { MoneyJson } from "../money.ts";
import { BeaconProof } from "./beacon.ts";
import { SignedAnswer } from "./check_signed_answer.ts";
import { DrawRequest } from "./draw_request.ts";
import { DrawTerms, RaffleId } from "./draw_terms.ts";
import { DrawOutcome } from "./draw_winners.ts";
import { Sha256Hex } from "./hex.ts";
import { Seal } from "./seal_tickets.ts";
import { parseStrict } from "./strict_json.ts";
import { TicketLine } from "./ticket_line.ts";

/** The money of a draw, JSON-safe. */
export const PrizeJson = Schema.Struct({
  pot: MoneyJson,
  commission: MoneyJson,
  /** What was added up to the guaranteed prize; there when the terms have one, also when it is nothing. */
  topUp: Schema.optionalKey(MoneyJson),
  /** One amount for each winner, place one first. */
  prizes: Schema.Array(MoneyJson),
});
export type PrizeJson = typeof PrizeJson.Type;

/** A draw that another one replaced, with the public reason; under the same list. */
export const FormerDraw = Schema.Struct({
  /** Its SHA-256 is the seal of that draw. */
  sealedText: Schema.String,
  reason: Schema.String.check(Schema.isBetweenLength(1, 1_000)),
  /** What was answered under it, whatever it is worth; null when nothing was. */
  answer: Schema.NullOr(SignedAnswer),
});
export type FormerDraw = typeof FormerDraw.Type;

/** A proof, JSON-safe. */
export const DrawProof = Schema.Struct({
  format: Schema.Literal("zhreb-draw-proof"),
  version: Schema.Literal(1),
  /** Whether a stand-in signed it instead of RANDOM.ORG: such a draw proves nothing to the public. */
  sandbox: Schema.Boolean,
  raffleId: RaffleId,
  terms: DrawTerms,
  seal: Seal,
  request: DrawRequest,
  answer: SignedAnswer,
  /** The drand round of the seal; proofs of before rounds were named have none. */
  beacon: Schema.optionalKey(BeaconProof),
  /** The draws that this one replaces, the first first; there when the seal says that it replaces one. */
  formerDraws: Schema.optionalKey(Schema.Array(FormerDraw)),
  /** SHA-256 of the public key (SPKI) that signed. */
  keyFingerprint: Sha256Hex,
  outcome: DrawOutcome,
  prize: PrizeJson,
  /** The whole list, numbers 1…N. */
  tickets: Schema.Array(TicketLine),
});
export type DrawProof = typeof DrawProof.Type;

/** Longest proof text that is read, characters: 200,000 tickets take less. */
export const MAX_PROOF_LENGTH = 32 * 1024 * 1024;

/** What reading a text as a proof came to. */
export type ParsedProof =
  | { readonly ok: true; readonly proof: DrawProof }
  | {
    readonly ok: false;
    readonly reason: "tooLarge" | "notJson" | "ambiguousJson" | "malformed";
    readonly detail: string;
  };

const decode = Schema.decodeUnknownSync(DrawProof, { onExcessProperty: "error" });

/** Reads a proof file's text. Never throws; the proof is of the right form, but not yet checked. */
export function parseProof(text: string): ParsedProof {
  if (text.length > MAX_PROOF_LENGTH) {
    return refused("tooLarge", `${text.length} characters, at most ${MAX_PROOF_LENGTH} are read`);
  }
  const parsed = parseStrict(text);
  return parsed.ok ? decodeProof(parsed.json) : parsed;
}

/** Reads a proof that is already JSON. Never throws. */
export function decodeProof(json: unknown): ParsedProof {
  try {
    return { ok: true, proof: decode(json) };
  } catch (error) {
    return refused("malformed", messageOf(error));
  }
}

/** The text of a proof file: JSON of one line for each part and each ticket, ended by a newline. */
export function proofText(proof: DrawProof): string {
  const { tickets, ...rest } = proof;
  const parts = Object.entries(rest).map(([name, part]) =>
    `${JSON.stringify(name)}:${JSON.stringify(part)}`
  );
  const list = tickets.map((line) => JSON.stringify(line)).join(",\n");
  return `{\n${parts.join(",\n")},\n"tickets":[\n${list}\n]\n}\n`;
}

function refused(reason: "tooLarge" | "malformed", detail: string): ParsedProof {
  return { ok: false, reason, detail };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
