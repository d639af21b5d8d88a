/**
 * What a player is given to show, alone and offline, that his tickets are under a raffle's seal: the
 * sealed text as it was hashed, his salt, and for each ticket the hashes that lead to the root. Its
 * schema is strict; whatever is changed in it is found.
 */
import { Schema } from "effect";
import { RaffleId } from "./draw_terms.ts";
import { Sha256Hex, sha256Hex } from "./hex.ts";
import type { MerkleTree } from "./merkle_tree.ts";
import { readSealedText, type SealedFacts } from "./seal_tickets.ts";
import { parseStrict } from "./strict_json.ts";
import { TicketLine } from "./ticket_line.ts";
import { checkTicketProof, proveTicket } from "./ticket_proof.ts";

/** Most tickets of one document; with more the first are in it. */
export const MAX_DOCUMENT_TICKETS = 50;

/** Longest text that is read as such a document, characters. */
export const MAX_DOCUMENT_LENGTH = 256 * 1024;

/** A player's tickets under a seal, JSON-safe. */
export const TicketDocument = Schema.Struct({
  format: Schema.Literal("zhreb-ticket-proof"),
  version: Schema.Literal(1),
  raffleId: RaffleId,
  /** SHA-256 of `sealedText`, as the bot published it. */
  seal: Sha256Hex,
  /** One `name value` a line; it names the root over all tickets and their number. */
  sealedText: Schema.String,
  /** His id as the platform writes it. */
  playerId: Schema.String,
  /** With the id it makes the hash in his lines; nobody else is told. */
  salt: Schema.String,
  tickets: Schema.Array(Schema.Struct({
    line: TicketLine,
    /** Siblings from the leaf upwards. */
    path: Schema.Array(Sha256Hex),
  })).check(Schema.isMinLength(1), Schema.isMaxLength(MAX_DOCUMENT_TICKETS)),
});
export type TicketDocument = typeof TicketDocument.Type;

/** Why a document does not hold. */
export type DocumentFault =
  | "tooLarge"
  | "notJson"
  | "ambiguousJson"
  | "malformed"
  | "seal"
  | "sealedText"
  | "raffleId"
  | "ticketTwice"
  | "notUnderTheRoot"
  | "notHis";

/** What a document is worth. */
export type DocumentReport =
  | { readonly ok: true; readonly document: TicketDocument; readonly sealed: SealedFacts }
  | { readonly ok: false; readonly reason: DocumentFault; readonly detail: string };

/**
 * Makes the document.
 *
 * @param numbers of his tickets, ascending; the first fifty are proved
 * @throws {RangeError} When the list has no such ticket.
 */
export function ticketDocument(
  { raffleId, sealedText, lines, tree, playerId, salt, numbers }: {
    raffleId: string;
    sealedText: string;
    lines: readonly TicketLine[];
    tree: MerkleTree;
    playerId: string;
    salt: string;
    numbers: readonly number[];
  },
): TicketDocument {
  return {
    format: "zhreb-ticket-proof",
    version: 1,
    raffleId,
    seal: sha256Hex(sealedText),
    sealedText,
    playerId,
    salt,
    tickets: numbers.slice(0, MAX_DOCUMENT_TICKETS).map((number) => {
      const { line, path } = proveTicket({ lines, number, tree });
      return { line, path };
    }),
  };
}

/** The text of the document's file. */
export function ticketDocumentText(document: TicketDocument): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** Whether a text says that it is such a document, whatever it is worth. */
export function isTicketDocument(text: string): boolean {
  if (text.length > MAX_DOCUMENT_LENGTH) return false;
  try {
    return JSON.parse(text)?.format === "zhreb-ticket-proof";
  } catch {
    // No JSON is no document of ours.
    return false;
  }
}

/**
 * Checks a document by itself. That its seal is the one that was published, the reader has to compare.
 *
 * @returns what holds, or the first reason why it does not. Never throws.
 */
export function checkTicketDocument(text: string): DocumentReport {
  if (text.length > MAX_DOCUMENT_LENGTH) {
    return fault(
      "tooLarge",
      `${text.length} characters, at most ${MAX_DOCUMENT_LENGTH} are read`,
    );
  }
  const parsed = parseStrict(text);
  if (!parsed.ok) return parsed;
  let document: TicketDocument;
  try {
    document = decode(parsed.json);
  } catch (error) {
    return fault("malformed", error instanceof Error ? error.message : String(error));
  }
  const { seal, sealedText, raffleId, playerId, salt, tickets } = document;
  if (sha256Hex(sealedText) !== seal) return fault("seal", "The sealed text has another hash");
  const sealed = readSealedText(sealedText);
  if (sealed === undefined) return fault("sealedText", "It is not a sealed text of this format");
  if (sealed.raffleId !== raffleId) {
    return fault("raffleId", `The sealed text is of raffle "${sealed.raffleId}"`);
  }
  const seen = new Set<number>();
  for (const { line, path } of tickets) {
    const { number } = line;
    if (seen.has(number)) return fault("ticketTwice", `Ticket ${number} is in it twice`);
    seen.add(number);
    const proof = { line, path, tickets: sealed.tickets };
    const { root } = sealed;
    if (!checkTicketProof({ proof, root })) {
      return fault("notUnderTheRoot", `Ticket ${number} is not under the sealed root`);
    }
    if (!checkTicketProof({ proof, root, player: { playerId, salt } })) {
      return fault("notHis", `Ticket ${number} is not of this player and salt`);
    }
  }
  return { ok: true, document, sealed };
}

const decode = Schema.decodeUnknownSync(TicketDocument, { onExcessProperty: "error" });

function fault(reason: DocumentFault, detail: string): DocumentReport {
  return { ok: false, reason, detail };
}
