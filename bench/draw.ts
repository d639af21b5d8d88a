/** The draw of a raffle with 10,000 tickets: how large its snapshot is, how long seal and proof take. */
import { buildProof } from "../machines/domain/draw/build_proof.ts";
import { checkProof } from "../machines/domain/draw/check_proof.ts";
import { sealTickets } from "../machines/domain/draw/seal_tickets.ts";
import {
  createTestSigner,
  signedTestAnswer,
  testRequest,
  testSealInput,
} from "../machines/domain/draw/testing/signed_draw.ts";
import { raffleMachine } from "../machines/raffle_machine.ts";
import { step } from "../machines/testing/step.ts";
import { testTerms } from "../machines/testing/world.ts";
import { median } from "./samples.ts";

/** Medians of the rounds. */
export interface DrawFigures {
  tickets: number;
  players: number;
  /** Of the raffle's context and state after the last ticket, with a window full of places. */
  snapshotBytes: number;
  sealMs: number;
  /** Sealing again and checking the signature included. */
  buildProofMs: number;
  proofBytes: number;
  /** From the text of the file to the verdict. */
  checkProofMs: number;
}

const TICKETS = 10_000;
const PLAYERS = 4_000;
const OPENED_AT_MS = Date.UTC(2026, 0, 5, 12);
/** Between two tickets: a hundred come in a second. */
const TICKET_MS = 10;

/** Measures it so many times. */
export async function measureDraw(rounds: number): Promise<DrawFigures> {
  const signer = await createTestSigner();
  const keys = [signer.publicKey];
  const input = testSealInput({ tickets: TICKETS, players: PLAYERS });
  const answer = await signedTestAnswer(signer, testRequest(input));
  const took = { seal: [] as number[], build: [] as number[], check: [] as number[] };
  let proofBytes = 0;
  for (let round = 0; round < rounds; round++) {
    took.seal.push((await timed(() => sealTickets(input))).ms);
    const built = await timed(() => buildProof({ ...input, answer, keys }));
    took.build.push(built.ms);
    if (!built.value.ok) throw new Error(`No proof: ${built.value.verdict.reason}`);
    const text = JSON.stringify(built.value.proof);
    proofBytes = new TextEncoder().encode(text).length;
    const checked = await timed(() =>
      checkProof(JSON.parse(text), { pinnedKeys: [], givenKeys: keys })
    );
    took.check.push(checked.ms);
    if (!checked.value.ok) throw new Error(`The proof does not hold: ${checked.value.detail}`);
  }
  return {
    tickets: TICKETS,
    players: PLAYERS,
    snapshotBytes: snapshotBytes(),
    sealMs: Math.round(median(took.seal)),
    buildProofMs: Math.round(median(took.build)),
    proofBytes,
    checkProofMs: Math.round(median(took.check)),
  };
}

/** Sells all tickets to a raffle, step by step. */
function snapshotBytes(): number {
  const terms = testTerms({ maxTickets: 100_000 });
  const input = { raffleId: "rfl_0123456789abcdefghijk", terms, createdBy: "tg-1" };
  const first = { ...input, atMs: OPENED_AT_MS };
  const open = { type: "raffle.open", by: "tg-1", atMs: OPENED_AT_MS };
  let { value, context } = step(raffleMachine, { input: first, value: "draft", event: open });
  for (let ticket = 1; ticket <= TICKETS; ticket++) {
    const atMs = OPENED_AT_MS + ticket * TICKET_MS;
    const payer = { paymentId: `pay_${ticket}`, playerId: `tg-${ticket}`, atMs };
    const reserve = { type: "place.reserve", ...payer };
    ({ value, context } = step(raffleMachine, { input: first, value, context, event: reserve }));
    const claim = {
      type: "ticket.claim",
      ...payer,
      salt: "0".repeat(32),
      isFirstOfPlayer: true,
      placeUntilMs: 0,
      source: { method: "stars", account: `payment/pay_${ticket}/clearing` },
    };
    ({ value, context } = step(raffleMachine, { input: first, value, context, event: claim }));
  }
  if (context["tickets"] !== TICKETS) throw new Error(`Only ${context["tickets"]} tickets`);
  return new TextEncoder().encode(JSON.stringify({ value, context })).length;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ value: T; ms: number }> {
  const startedMs = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedMs };
}
