/**
 * Players' own proofs that their tickets are under a seal. The tree of a large list takes a second to
 * build: the last few are kept, and whoever presses while one is being built waits for that one.
 */
import type { Database } from "../../db/connection.ts";
import { readDraw } from "../../db/draws.ts";
import {
  countTicketsOf,
  listTicketNumbers,
  readFirstSalt,
  readRaffle,
} from "../../db/raffle_reads.ts";
import type { MerkleTree } from "../../machines/domain/draw/merkle_tree.ts";
import { sha256Hex } from "../../machines/domain/draw/hex.ts";
import { sealedFacts, sealedText, ticketTree } from "../../machines/domain/draw/seal_tickets.ts";
import {
  MAX_DOCUMENT_TICKETS,
  ticketDocument,
  ticketDocumentText,
} from "../../machines/domain/draw/ticket_document.ts";
import type { TicketLine } from "../../machines/domain/draw/ticket_line.ts";
import { namedIn, readTickets, sealInput, withSignature } from "./sealed_lists.ts";

/** A player's proof, and how much of what he has is in it. */
export interface PlayersProof {
  readonly text: string;
  readonly tickets: number;
  readonly proved: number;
}

/** Makes them. */
export interface TicketDocuments {
  /**
   * @returns undefined before the seal, and for one who has no ticket
   * @throws {Error} When the stored list does not fit its seal.
   */
  proofOf(raffleId: string, playerId: string): Promise<PlayersProof | undefined>;
}

interface SealedList {
  readonly text: string;
  readonly lines: readonly TicketLine[];
  readonly tree: MerkleTree;
}

/** Tickets of all lists that are kept: about 40 MB of lines and hashes. The last one is kept in any case. */
const MAX_KEPT_TICKETS = 200_000;

/** @param onBuild is told of each tree that is built, for tests and figures. */
export function createTicketDocuments(
  database: Database,
  { onBuild = () => {} }: { onBuild?: (seal: string) => void } = {},
): TicketDocuments {
  /** By seal, the one that was asked for last at the end. */
  const kept = new Map<string, { tickets: number; list: Promise<SealedList> }>();

  function listOf(raffleId: string, { seal, tickets }: { seal: string; tickets: number }) {
    const found = kept.get(seal);
    const list = found?.list ?? build(raffleId, seal);
    kept.delete(seal);
    kept.set(seal, { tickets, list });
    let sum = [...kept.values()].reduce((total, each) => total + each.tickets, 0);
    for (const [oldest, each] of kept) {
      if (sum <= MAX_KEPT_TICKETS || oldest === seal) break;
      kept.delete(oldest);
      sum -= each.tickets;
    }
    // What failed is tried again by the next one.
    list.catch(() => kept.delete(seal));
    return list;
  }

  async function build(raffleId: string, seal: string): Promise<SealedList> {
    onBuild(seal);
    const [draw, raffle] = await Promise.all([
      readDraw(database, raffleId),
      readRaffle(database, raffleId),
    ]);
    if (!draw || draw.sealedAtMs === null || raffle === undefined) {
      throw new Error(`Raffle "${raffleId}" is not sealed`);
    }
    const input = sealInput({
      raffleId,
      terms: JSON.parse(raffle.terms),
      drawTicket: JSON.parse(draw.drawTicket),
      tickets: await readTickets(database, raffleId),
      sealedAtMs: draw.sealedAtMs,
      beacon: withSignature(namedIn(draw), null),
      redrawOf: draw.replaces,
    });
    const { lines } = input;
    const tree = ticketTree(lines);
    const text = sealedText({ ...input, ...sealedFacts(input, tree.root) });
    if (sha256Hex(text) !== seal) {
      throw new Error(`The stored list of raffle "${raffleId}" does not fit its seal`);
    }
    return { text, lines, tree };
  }

  return {
    async proofOf(raffleId, playerId) {
      const draw = await readDraw(database, raffleId);
      const raffle = await readRaffle(database, raffleId);
      if (!draw?.seal || raffle === undefined) return undefined;
      const tickets = await countTicketsOf(database, { raffleId, playerId });
      const salt = await readFirstSalt(database, { raffleId, playerId });
      if (salt === undefined) return undefined;
      const numbers = (await listTicketNumbers(database, { raffleId, playerId }))
        .slice(0, MAX_DOCUMENT_TICKETS);
      const { text, lines, tree } = await listOf(raffleId, {
        seal: draw.seal,
        tickets: raffle.tickets,
      });
      const document = ticketDocument({
        raffleId,
        sealedText: text,
        lines,
        tree,
        playerId,
        salt,
        numbers,
      });
      return { text: ticketDocumentText(document), tickets, proved: numbers.length };
    },
  };
}
