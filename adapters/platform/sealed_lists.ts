/** A raffle's stored list, as it goes under a seal: for the draw itself, and for players' own proofs. */
import type { Database } from "../../db/connection.ts";
import { pageTickets, type TicketRow } from "../../db/raffles.ts";
import type { BeaconProof, NamedRound } from "../../machines/domain/draw/beacon.ts";
import type { DrawTicket, RedrawOf, SealInput } from "../../machines/domain/draw/seal_tickets.ts";
import { ticketLines } from "../../machines/domain/draw/ticket_lines.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { drawTermsOf } from "../../machines/domain/raffle_terms.ts";

/** Tickets read at once. */
const PAGE = 5_000;

/** The whole list, in the order of the numbers. */
export async function readTickets(database: Database, raffleId: string): Promise<TicketRow[]> {
  const tickets: TicketRow[] = [];
  for (;;) {
    const afterNumber = tickets.at(-1)?.number ?? 0;
    const page = await pageTickets(database, { raffleId, afterNumber, limit: PAGE });
    tickets.push(...page);
    if (page.length < PAGE) return tickets;
  }
}

/** What is sealed, in the words of the draw. */
export function sealInput(
  { terms, drawTicket, tickets, redrawOf = null, ...rest }: {
    raffleId: string;
    terms: RaffleTerms;
    drawTicket: DrawTicket;
    tickets: readonly TicketRow[];
    sealedAtMs: number;
    beacon: BeaconProof | null;
    redrawOf?: RedrawOf | null;
  },
): SealInput {
  return {
    ...rest,
    terms: drawTermsOf(terms),
    ticket: drawTicket,
    lines: ticketLines(tickets).lines,
    redrawOf,
  };
}

/** The round that a seal names, if it names one. */
export function namedIn({ namedRound }: { namedRound: string | null }): NamedRound | null {
  return namedRound === null ? null : JSON.parse(namedRound);
}

/** The round with what came of it. */
export function withSignature(
  named: NamedRound | null,
  signature: string | null,
): BeaconProof | null {
  return named && { ...named, signature };
}
