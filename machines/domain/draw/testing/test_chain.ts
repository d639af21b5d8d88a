/** A drand chain for tests: a throw-away BLS key that signs rounds as the League does. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type BeaconChain, type BeaconProof, roundAfter } from "../beacon.ts";
import { SEALED_AT_MS } from "./signed_draw.ts";

const { shortSignatures } = bls12_381;
const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/** A chain and who signs for it. */
export interface TestChain {
  readonly chain: BeaconChain;
  /** The signature of a round, hexadecimal. */
  sign(round: number): string;
}

/** Makes a chain with a round every three seconds. */
export function createTestChain(): TestChain {
  const { secretKey, publicKey } = shortSignatures.keygen();
  return {
    chain: {
      publicKey: bytesToHex(publicKey.toBytes()),
      period: 3,
      genesisTime: 1_700_000_000,
      groupHash: "0f".repeat(32),
      beaconId: "test",
    },
    sign(round) {
      const number = new DataView(new ArrayBuffer(8));
      number.setBigUint64(0, BigInt(round));
      const message = shortSignatures.hash(sha256(new Uint8Array(number.buffer)), DOMAIN);
      return bytesToHex(shortSignatures.sign(message, secretKey).toBytes());
    },
  };
}

/** The round after the seal of a test draw. @param isSeen whether it was to be had in time */
export function testBeacon({ chain, sign }: TestChain, isSeen = true): BeaconProof {
  const round = roundAfter(chain, SEALED_AT_MS);
  return { chain, round, signature: isSeen ? sign(round) : null };
}
