/**
 * A drand round's signature, checked offline; the same lines run in a browser.
 * Source: github.com/drand/drand-client, lib/beacon-verification.ts; tried on quicknet's round 1000.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import {
  type BeaconProof,
  chainHash,
  type NamedRound,
  QUICKNET_HASH,
  roundTimeMs,
} from "./beacon.ts";

const { shortSignatures } = bls12_381;
const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** Why what a draw says of its round does not hold. */
export interface BeaconFault {
  readonly ok: false;
  readonly reason: "beaconChain" | "beaconRound" | "beaconSignature";
  readonly detail: string;
}

/** Whether the chain's key has signed the round. Never throws; some 10 ms. */
export function isRoundSigned(
  { chain, round, signature }: NamedRound & { signature: string },
): boolean {
  const number = new DataView(new ArrayBuffer(8));
  number.setBigUint64(0, BigInt(round));
  const message = shortSignatures.hash(sha256(new Uint8Array(number.buffer)), DOMAIN);
  try {
    const point = shortSignatures.Signature.fromHex(signature);
    // The value is a hash of the bytes: only one spelling of the point may count.
    return bytesToHex(point.toBytes()) === signature &&
      shortSignatures.verify(point, message, hexToBytes(chain.publicKey));
  } catch {
    // No point of its curve, or none of the right group.
    return false;
  }
}

/**
 * What is wrong with a draw's round, if anything.
 *
 * @param sandbox whether a stand-in drew; only then another chain than quicknet may be named
 * @param sealedAtMs when the list was sealed: by then the round must have been to come
 */
export function findBeaconFault(
  { chain, round, signature }: BeaconProof,
  { sandbox, sealedAtMs }: { sandbox: boolean; sealedAtMs: number },
): BeaconFault | undefined {
  const hash = chainHash(chain);
  if (!sandbox && hash !== QUICKNET_HASH) {
    return fault("beaconChain", `Chain ${hash} is not drand's quicknet`);
  }
  if (roundTimeMs({ chain, round }) <= sealedAtMs) {
    return fault("beaconRound", `Round ${round} was known when the list was sealed`);
  }
  if (signature === null || isRoundSigned({ chain, round, signature })) return undefined;
  return fault("beaconSignature", `The chain's key has not signed round ${round} so`);
}

function fault(reason: BeaconFault["reason"], detail: string): BeaconFault {
  return { ok: false, reason, detail };
}
