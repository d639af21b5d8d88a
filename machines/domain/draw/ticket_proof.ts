/** What one player needs to show that his ticket is under the seal, without the rest of the list. */
import type { Sha256Hex } from "./hex.ts";
import { checkInclusion, inclusionPath, type MerkleTree } from "./merkle_tree.ts";
import { ticketTree } from "./seal_tickets.ts";
import { playerHash, type PlayerSecret, type TicketLine, ticketLineText } from "./ticket_line.ts";

/** A line, its place among N, and the hashes that lead from it to the root. JSON-safe. */
export interface TicketProof {
  readonly line: TicketLine;
  /** Number of tickets N. */
  readonly tickets: number;
  /** Siblings from the leaf upwards. */
  readonly path: readonly Sha256Hex[];
}

/**
 * Proves one ticket.
 *
 * @param number ticket number, 1…N
 * @param tree the list's tree, to prove many tickets without building it again
 * @throws {RangeError} When the list has no such ticket.
 */
export function proveTicket(
  { lines, number, tree = ticketTree(lines) }: {
    lines: readonly TicketLine[];
    number: number;
    tree?: MerkleTree;
  },
): TicketProof {
  const line = lines[number - 1];
  if (line === undefined) {
    throw new RangeError(`Cannot prove ticket ${number}: the list has ${lines.length}`);
  }
  return { line, tickets: lines.length, path: inclusionPath(tree, number - 1) };
}

/** Whether a ticket stands under a root; with `player`, whether it is his as well. Never throws. */
export function checkTicketProof(
  { proof, root, player }: { proof: TicketProof; root: Sha256Hex; player?: PlayerSecret },
): boolean {
  const isIncluded = checkInclusion({
    leaf: new TextEncoder().encode(ticketLineText(proof.line)),
    index: proof.line.number - 1,
    size: proof.tickets,
    path: proof.path,
    root,
  });
  return isIncluded && (player === undefined || isLineOf(proof.line, player));
}

function isLineOf(line: TicketLine, player: PlayerSecret): boolean {
  try {
    return playerHash(player) === line.playerHash;
  } catch (error) {
    // A salt that is none cannot be his.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
