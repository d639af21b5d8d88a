/**
 * The effects of a draw, each repeatable: ticket and seal are never replaced, an answer only by one
 * that verifies, and the one request to RANDOM.ORG carries a ticket that can be used once.
 *
 * What is asked and checked is derived again from the stored list each time and must fit the seal that
 * the raffle itself remembers: a list or terms that were changed after the seal draw nothing.
 */
import type { EffectDefinition } from "../../actors/define_actor.ts";
import { RetryableError, TerminalError } from "../../actors/errors.ts";
import type { Database } from "../../db/connection.ts";
import {
  type DrawRow,
  listFormerDraws,
  readDraw,
  replaceAnswer,
  storeAnswer,
  storeDrawTicket,
  storeProof,
  storeSeal,
} from "../../db/draws.ts";
import type { TicketRow } from "../../db/raffles.ts";
import { readRaffle } from "../../db/raffle_reads.ts";
import {
  type BeaconChain,
  type NamedRound,
  roundAfter,
  roundTimeMs,
} from "../../machines/domain/draw/beacon.ts";
import { buildProof } from "../../machines/domain/draw/build_proof.ts";
import {
  checkSignedAnswer,
  type SignedAnswer,
} from "../../machines/domain/draw/check_signed_answer.ts";
import { sealDraw, type SealedDraw } from "../../machines/domain/draw/derive_proof.ts";
import { type FormerDraw, proofText } from "../../machines/domain/draw/draw_proof.ts";
import type { DrawRequest } from "../../machines/domain/draw/draw_request.ts";
import { sha256Hex } from "../../machines/domain/draw/hex.ts";
import {
  type DrawTicket,
  sealedFacts,
  sealedText,
  type SealInput,
  ticketTree,
} from "../../machines/domain/draw/seal_tickets.ts";
import type { EffectSources } from "../../machines/domain/effects.ts";
import type { Drand } from "../drand/drand.ts";
import type { Draws } from "../randomorg/draws.ts";
import { isTransient } from "../supervisor/transient_errors.ts";
import { namedIn, readTickets, sealInput, withSignature } from "./sealed_lists.ts";

export interface DrawEffectsOptions {
  readonly database: Database;
  readonly draws: Draws;
  readonly drand: Drand;
  /** Public keys that may sign; the sandbox's own only beside the sandbox. */
  readonly keys: readonly string[];
}

type DrawEffects = Record<
  "takeDrawTicket" | "sealTickets" | "fetchBeacon" | "requestDraw" | "verifyDraw",
  EffectDefinition
>;

/** Why nothing is asked when the stored list does not fit the seal any more. */
const SEAL_BROKEN = "sealBroken";
/** A ticket that does not exist (any more), is another's, or was used for something else. */
const LOST_TICKET = /^randomorg\.(420|421|otherDraw)$/;
/** RANDOM.ORG asks clients for a long patience. Source: api.random.org/guidelines. */
const RANDOM_ORG_TIMEOUT_MS = 180_000;
/** Longer than all relays together may take. */
const DRAND_TIMEOUT_MS = 60_000;

export function createDrawEffects(
  { database, draws, drand, keys }: DrawEffectsOptions,
): DrawEffects {
  /** @returns Undefined when what is stored now does not give that seal. */
  async function readSealed(
    { raffleId, seal, beaconSignature = null }: {
      raffleId: string;
      seal: string;
      /** Was not kept with what was asked before rounds were named. */
      beaconSignature?: string | null;
    },
  ): Promise<Sealed | undefined> {
    const [draw, raffle] = [
      await readDraw(database, raffleId),
      await readRaffle(database, raffleId),
    ];
    if (draw?.sealedAtMs === null || draw === undefined || raffle === undefined) {
      throw new Error(`Raffle "${raffleId}" is not sealed`);
    }
    const tickets = await readTickets(database, raffleId);
    const input = sealInput({
      raffleId,
      terms: JSON.parse(raffle.terms),
      drawTicket: JSON.parse(draw.drawTicket),
      tickets,
      sealedAtMs: draw.sealedAtMs,
      beacon: withSignature(namedIn(draw), beaconSignature),
      redrawOf: draw.replaces,
    });
    try {
      const derived = sealDraw(input);
      return derived.seal.hash === seal ? { draw, tickets, input, ...derived } : undefined;
    } catch (error) {
      // A list that cannot be sealed at all, because too little is left of it.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /**
   * The one answer of the draw. An answer that is stored and does not verify may have been damaged on
   * its way: RANDOM.ORG is asked again what it drew under the ticket, which draws nothing.
   */
  async function findAnswer(
    { draw, input, request }: Sealed,
    ask: () => Promise<SignedAnswer | undefined>,
  ): Promise<SignedAnswer | undefined> {
    const { raffleId } = request;
    const { randomText, signature } = draw;
    if (randomText === null || signature === null) {
      const answer = await ask();
      if (answer !== undefined) {
        const beaconSignature = input.beacon?.signature ?? null;
        const { seal } = draw as { seal: string };
        await storeAnswer(database, { raffleId, seal, ...answer, beaconSignature });
      }
      return answer;
    }
    const stored = { randomText, signature };
    if (await isRight(stored, request)) return stored;
    // Not to be had now: the stored one is judged, and says itself what is wrong.
    const state = await draws.reconcileDraw(request).catch(() => undefined);
    if (state?.status !== "done" || !await isRight(state.answer, request)) return stored;
    await replaceAnswer(database, { raffleId, ...state.answer, replaced: randomText });
    return state.answer;
  }

  async function isRight(answer: SignedAnswer, request: DrawRequest): Promise<boolean> {
    return (await checkSignedAnswer({ ...answer, request, keys })).ok;
  }

  /**
   * The draws that came before, each under a seal over the same list.
   * @returns Undefined when what is stored does not give their seals.
   */
  async function readFormerDraws(
    { lines, raffleId, terms }: SealInput,
  ): Promise<FormerDraw[] | undefined> {
    const formers = await listFormerDraws(database, raffleId);
    if (formers.length === 0) return [];
    const { root } = ticketTree(lines);
    const drawn = formers.map((former, index): FormerDraw & { seal: string } => {
      const replaced = formers[index - 1];
      const input: SealInput = {
        raffleId,
        terms,
        lines,
        ticket: JSON.parse(former.drawTicket),
        sealedAtMs: former.sealedAtMs,
        beacon: withSignature(namedIn(former), null),
        redrawOf: replaced === undefined ? null : { seal: replaced.seal, reason: replaced.reason },
      };
      const { reason, randomText, signature, seal } = former;
      const text = sealedText({ ...input, ...sealedFacts(input, root) });
      const answer = randomText === null || signature === null ? null : { randomText, signature };
      return { sealedText: text, reason, answer, seal };
    });
    return drawn.every(({ sealedText, seal }) => sha256Hex(sealedText) === seal)
      ? drawn.map(({ seal: _, ...former }) => former)
      : undefined;
  }

  return patient({
    takeDrawTicket: {
      timeoutMs: RANDOM_ORG_TIMEOUT_MS,
      maxAttempts: 5,
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
        const tickets = await readTickets(database, raffleId);
        const drawTicket: DrawTicket = JSON.parse(draw.drawTicket);
        const sealAt = (sealedAtMs: number, named: NamedRound | null): string => {
          const beacon = withSignature(named, null);
          const input = sealInput({
            raffleId,
            terms,
            drawTicket,
            tickets,
            sealedAtMs,
            beacon,
            redrawOf: draw.replaces,
          });
          return sealDraw(input).seal.hash;
        };
        const sealedAtMs = draw.sealedAtMs ?? nowMs();
        const named = draw.sealedAtMs === null
          ? nameRound(drand.chain, sealedAtMs + terms.sealPauseMs)
          : namedIn(draw);
        const seal = sealAt(sealedAtMs, named);
        const namedRound = named && JSON.stringify(named);
        const kept = await storeSeal(database, {
          raffleId,
          drawTicket: draw.drawTicket,
          sealedAtMs,
          seal,
          namedRound,
        });
        const keptRound = namedIn(kept);
        // Another node may have been faster, at another moment.
        if (kept.seal !== seal && kept.seal !== sealAt(kept.sealedAtMs, keptRound)) {
          const text = `Raffle "${raffleId}" was sealed before, over another list`;
          throw new TerminalError(SEAL_BROKEN, text);
        }
        return {
          seal: kept.seal,
          sealedAtMs: kept.sealedAtMs,
          tickets: tickets.length,
          ...(keptRound === null
            ? {}
            : { beacon: { round: keptRound.round, atMs: roundTimeMs(keptRound) } }),
        };
      },
    },

    fetchBeacon: {
      timeoutMs: DRAND_TIMEOUT_MS,
      // The raffle asks again by itself, for as long as it has patience.
      maxAttempts: 3,
      backoffMs: 1_000,
      async run(
        { raffleId }: EffectSources["fetchBeacon"]["input"],
      ): Promise<EffectSources["fetchBeacon"]["output"]> {
        const draw = await readDraw(database, raffleId);
        const named = draw === undefined ? null : namedIn(draw);
        if (named === null) throw new Error(`The seal of raffle "${raffleId}" names no round`);
        return { signature: await drand.signatureOf(named) };
      },
    },

    requestDraw: {
      timeoutMs: RANDOM_ORG_TIMEOUT_MS,
      maxAttempts: 5,
      async run(input: EffectSources["requestDraw"]["input"]): Promise<Requested> {
        const sealed = await readSealed(input);
        if (sealed === undefined) return { fault: SEAL_BROKEN };
        try {
          const answer = await findAnswer(sealed, () => draws.requestDraw(sealed.request));
          return { serialNumber: serialNumberOf(answer as SignedAnswer) };
        } catch (error) {
          // Waiting cannot help: under this ticket there will never be a draw.
          if (!(error instanceof TerminalError) || !LOST_TICKET.test(error.code)) throw error;
          return { fault: error.code };
        }
      },
      async reconcile(input: EffectSources["requestDraw"]["input"]) {
        const sealed = await readSealed(input);
        // `run` comes next and says what is wrong.
        if (sealed === undefined) return { status: "absent" };
        const answer = await findAnswer(sealed, async () => {
          const state = await draws.reconcileDraw(sealed.request).catch(passLostTicket);
          return state?.status === "done" ? state.answer : undefined;
        });
        return answer === undefined
          ? { status: "absent" }
          : { status: "done", output: { serialNumber: serialNumberOf(answer) } };
      },
    },

    verifyDraw: {
      async run(
        { raffleId, ...sealedWith }: EffectSources["verifyDraw"]["input"],
      ): Promise<EffectSources["verifyDraw"]["output"]> {
        const sealed = await readSealed({ raffleId, ...sealedWith });
        if (sealed === undefined) return { isValid: false, reason: SEAL_BROKEN };
        const { draw, tickets, input } = sealed;
        const { randomText, signature } = draw;
        if (randomText === null || signature === null) {
          throw new Error(`Raffle "${raffleId}" has no answer to verify`);
        }
        const formerDraws = await readFormerDraws(input);
        if (formerDraws === undefined) return { isValid: false, reason: SEAL_BROKEN };
        const answer = { randomText, signature };
        const built = await buildProof({ ...input, formerDraws, answer, keys });
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
          seal: proof.seal.hash,
          proof: proofText(proof),
          winners: JSON.stringify(shown),
        });
        const reserves = proof.outcome.reserves.map((number) => ({
          number,
          playerId: playerOf(tickets, number),
        }));
        const { pot, commission, topUp } = proof.prize;
        return {
          isValid: true,
          pot,
          commission,
          ...(topUp === undefined ? {} : { topUp }),
          winners,
          reserves,
        };
      },
    },
  });
}

/** Each is tried again by itself while the database is away: that is no news for the players. */
function patient(effects: DrawEffects): DrawEffects {
  const retry = (error: unknown): never => {
    if (error instanceof RetryableError || !isTransient(error)) throw error;
    throw new RetryableError("The database is away", { cause: error });
  };
  const patiently = ({ run, reconcile, ...rest }: EffectDefinition): EffectDefinition => ({
    ...rest,
    run: (input, context) => run(input, context).catch(retry),
    ...reconcile === undefined
      ? {}
      : { reconcile: (input, context) => reconcile(input, context).catch(retry) },
  });
  return {
    takeDrawTicket: patiently(effects.takeDrawTicket),
    sealTickets: patiently(effects.sealTickets),
    fetchBeacon: patiently(effects.fetchBeacon),
    requestDraw: patiently(effects.requestDraw),
    verifyDraw: patiently(effects.verifyDraw),
  };
}

type Requested = EffectSources["requestDraw"]["output"];

interface Sealed extends SealedDraw {
  readonly draw: DrawRow;
  readonly tickets: readonly TicketRow[];
  readonly input: SealInput;
}

function passLostTicket(error: unknown): undefined {
  if (!(error instanceof TerminalError) || !LOST_TICKET.test(error.code)) throw error;
}

function serialNumberOf({ randomText }: SignedAnswer): number {
  const random: { serialNumber?: unknown } | null = JSON.parse(randomText);
  return Number(random?.serialNumber ?? 0);
}

/** The first round that is made after the seal was shown for as long as it shall be. */
function nameRound(chain: BeaconChain, atMs: number): NamedRound {
  return { chain, round: roundAfter(chain, atMs) };
}

function playerOf(tickets: readonly TicketRow[], number: number): string {
  const ticket = tickets[number - 1];
  if (ticket?.number !== number) throw new RangeError(`Ticket ${number} is not on the list`);
  return ticket.playerId;
}
