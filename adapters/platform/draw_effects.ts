/**
 * The four effects of a draw, each repeatable: a part that is stored is never replaced, and the one
 * request to RANDOM.ORG carries a ticket that can be used once.
 */
import type { EffectDefinition } from "../../actors/define_actor.ts";
import type { Database } from "../../db/connection.ts";
import {
  type DrawRow,
  readDraw,
  storeAnswer,
  storeDrawTicket,
  storeProof,
  storeSeal,
} from "../../db/draws.ts";
import { pageTickets, type TicketRow } from "../../db/raffles.ts";
import { readRaffle } from "../../db/raffle_reads.ts";
import { buildProof } from "../../machines/domain/draw/build_proof.ts";
import { sealDraw } from "../../machines/domain/draw/derive_proof.ts";
import { proofText } from "../../machines/domain/draw/draw_proof.ts";
import type { DrawRequest } from "../../machines/domain/draw/draw_request.ts";
import type { DrawTicket } from "../../machines/domain/draw/seal_tickets.ts";
import { ticketLines } from "../../machines/domain/draw/ticket_lines.ts";
import type { EffectSources } from "../../machines/domain/effects.ts";
import type { RaffleTerms } from "../../machines/domain/events.ts";
import { drawTermsOf } from "../../machines/domain/raffle_terms.ts";
import type { Draws } from "../randomorg/draws.ts";

export interface DrawEffectsOptions {
  readonly database: Database;
  readonly draws: Draws;
  /** Public keys that may sign; the sandbox's own only beside the sandbox. */
  readonly keys: readonly string[];
}

type DrawEffects = Record<
  "takeDrawTicket" | "sealTickets" | "requestDraw" | "verifyDraw",
  EffectDefinition
>;

/** Tickets read at once. */
const PAGE = 5_000;
/** RANDOM.ORG asks clients for a long patience. Source: api.random.org/guidelines. */
const RANDOM_ORG_TIMEOUT_MS = 180_000;

export function createDrawEffects({ database, draws, keys }: DrawEffectsOptions): DrawEffects {
  async function readTickets(raffleId: string): Promise<TicketRow[]> {
    const tickets: TicketRow[] = [];
    for (;;) {
      const afterNumber = tickets.at(-1)?.number ?? 0;
      const page = await pageTickets(database, { raffleId, afterNumber, limit: PAGE });
      tickets.push(...page);
      if (page.length < PAGE) return tickets;
    }
  }

  async function readSealed(raffleId: string): Promise<Sealed> {
    const [draw, raffle] = [
      await readDraw(database, raffleId),
      await readRaffle(database, raffleId),
    ];
    if (draw?.sealedAtMs === null || draw === undefined || raffle === undefined) {
      throw new Error(`Raffle "${raffleId}" is not sealed`);
    }
    const tickets = await readTickets(raffleId);
    const input = sealInput({
      raffleId,
      terms: JSON.parse(raffle.terms),
      drawTicket: JSON.parse(draw.drawTicket),
      tickets,
      sealedAtMs: draw.sealedAtMs,
    });
    return { draw, tickets, input, request: sealDraw(input).request };
  }

  async function keepAnswer(
    { raffleId }: { raffleId: string },
    answer: { randomText: string; signature: string },
  ): Promise<EffectSources["requestDraw"]["output"]> {
    const { randomText, signature } = answer;
    await storeAnswer(database, { raffleId, randomText, signature });
    return { serialNumber: JSON.parse(randomText).serialNumber };
  }

  return {
    takeDrawTicket: {
      timeoutMs: RANDOM_ORG_TIMEOUT_MS,
      async run({ raffleId }: EffectSources["takeDrawTicket"]["input"]) {
        const known = await readDraw(database, raffleId);
        const kept = known?.drawTicket ?? await storeDrawTicket(database, {
          raffleId,
          drawTicket: JSON.stringify(await draws.takeTicket()),
        });
        return { drawTicketId: (JSON.parse(kept) as DrawTicket).ticketId };
      },
    },

    sealTickets: {
      async run({ raffleId, terms }: EffectSources["sealTickets"]["input"], { nowMs }) {
        const draw = await readDraw(database, raffleId);
        if (draw === undefined) throw new Error(`Raffle "${raffleId}" has no RANDOM.ORG ticket`);
        const tickets = await readTickets(raffleId);
        const drawTicket: DrawTicket = JSON.parse(draw.drawTicket);
        const sealedAtMs = draw.sealedAtMs ?? nowMs();
        const input = sealInput({ raffleId, terms, drawTicket, tickets, sealedAtMs });
        const { seal } = sealDraw(input);
        const kept = await storeSeal(database, { raffleId, sealedAtMs, seal: seal.hash });
        return { ...kept, tickets: tickets.length };
      },
    },

    requestDraw: {
      timeoutMs: RANDOM_ORG_TIMEOUT_MS,
      maxAttempts: 5,
      async run(input: EffectSources["requestDraw"]["input"]) {
        const { request } = await readSealed(input.raffleId);
        return await keepAnswer(input, await draws.requestDraw(request));
      },
      async reconcile(input: EffectSources["requestDraw"]["input"]) {
        const { request } = await readSealed(input.raffleId);
        const state = await draws.reconcileDraw(request);
        return state.status === "done"
          ? { status: "done", output: await keepAnswer(input, state.answer) }
          : { status: "absent" };
      },
    },

    verifyDraw: {
      async run(
        { raffleId }: EffectSources["verifyDraw"]["input"],
      ): Promise<EffectSources["verifyDraw"]["output"]> {
        const { draw, tickets, input } = await readSealed(raffleId);
        const { randomText, signature } = draw;
        if (randomText === null || signature === null) {
          throw new Error(`Raffle "${raffleId}" has no answer to verify`);
        }
        const built = await buildProof({ ...input, answer: { randomText, signature }, keys });
        if (!built.ok) return { isValid: false, reason: built.verdict.reason };
        const { proof } = built;
        const winners = proof.outcome.winners.map((number, index) => ({
          place: index + 1,
          number,
          playerId: playerOf(tickets, number),
          prize: proof.prize.prizes[index] as (typeof proof.prize.prizes)[number],
        }));
        const shown = winners.map(({ place, number, prize }) => ({ place, number, prize }));
        await storeProof(database, {
          raffleId,
          proof: proofText(proof),
          winners: JSON.stringify(shown),
        });
        const { pot, commission } = proof.prize;
        return { isValid: true, pot, commission, winners };
      },
    },
  };
}

type SealInput = Parameters<typeof sealDraw>[0];

interface Sealed {
  readonly draw: DrawRow;
  readonly tickets: readonly TicketRow[];
  readonly input: SealInput;
  readonly request: DrawRequest;
}

function sealInput(
  { raffleId, terms, drawTicket, tickets, sealedAtMs }: {
    raffleId: string;
    terms: RaffleTerms;
    drawTicket: DrawTicket;
    tickets: readonly TicketRow[];
    sealedAtMs: number;
  },
): SealInput {
  return {
    raffleId,
    terms: drawTermsOf(terms),
    ticket: drawTicket,
    lines: ticketLines(tickets).lines,
    sealedAtMs,
    redrawOf: null,
  };
}

function playerOf(tickets: readonly TicketRow[], number: number): string {
  const ticket = tickets[number - 1];
  if (ticket?.number !== number) throw new RangeError(`Ticket ${number} is not on the list`);
  return ticket.playerId;
}
