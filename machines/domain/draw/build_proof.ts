/** Makes the proof of a draw, or says why the answer does not count and there is none. */
import { type AnswerVerdict, checkSignedAnswer, type SignedAnswer } from "./check_signed_answer.ts";
import { sealDraw, settleDraw } from "./derive_proof.ts";
import type { DrawProof, FormerDraw } from "./draw_proof.ts";
import type { SealInput } from "./seal_tickets.ts";
import { type BeaconFault, findBeaconFault } from "./verify_beacon.ts";

/** A proof and the verdict on its answer, or why the answer does not count. */
export type BuiltProof =
  | {
    readonly ok: true;
    readonly proof: DrawProof;
    readonly verdict: Extract<AnswerVerdict, { ok: true }>;
  }
  | {
    readonly ok: false;
    readonly verdict: Extract<AnswerVerdict, { ok: false }> | BeaconFault;
  };

/**
 * Checks the signed answer and writes down the whole draw.
 *
 * @param input what was sealed, unchanged; the seal is computed again from it
 * @param keys public keys that may sign: the pinned ones, or the stand-in's own
 * @throws {RangeError} When the list cannot be sealed.
 */
export async function buildProof(
  input: SealInput & {
    answer: SignedAnswer;
    keys: readonly string[];
    formerDraws?: readonly FormerDraw[];
  },
): Promise<BuiltProof> {
  const { raffleId, terms, ticket, lines, sealedAtMs, beacon = null, answer, keys } = input;
  const { formerDraws = [] } = input;
  const { sandbox } = ticket;
  const beaconFault = beacon && findBeaconFault(beacon, { sandbox, sealedAtMs });
  if (beaconFault) return { ok: false, verdict: beaconFault };
  const { seal, request } = sealDraw(input);
  const { randomText, signature } = answer;
  const verdict = await checkSignedAnswer({ randomText, signature, request, keys });
  if (!verdict.ok) return { ok: false, verdict };
  const proof: DrawProof = {
    format: "zhreb-draw-proof",
    version: 1,
    sandbox,
    raffleId,
    terms,
    seal,
    request,
    answer: { randomText, signature },
    ...(beacon === null ? {} : { beacon }),
    ...(formerDraws.length === 0 ? {} : { formerDraws }),
    keyFingerprint: verdict.keyFingerprint,
    ...settleDraw({ terms, lines, numbers: verdict.numbers }),
    tickets: lines,
  };
  return { ok: true, proof, verdict };
}
