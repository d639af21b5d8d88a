/**
 * The second beacon: a round of drand that the seal names before the round exists. Its value goes into
 * the request to RANDOM.ORG, so the signed answer was made after the round; it picks no winner.
 * Source: github.com/drand/drand, common/chain/info.go (a chain's hash); docs.drand.love (rounds).
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { Schema } from "effect";
import { Sha256Hex } from "./hex.ts";

const SECOND_MS = 1_000;

/**
 * For how long a draw waits for a round that is due, milliseconds; then it goes on without, and the
 * signed answer says so. More than two clocks may differ by, see `CLOCK_SKEW_MS`.
 */
export const BEACON_PATIENCE_MS = 5 * 60 * SECOND_MS;

/** What identifies a chain of the scheme `bls-unchained-g1-rfc9380`, as `/info` of a relay gives it. */
export const BeaconChain = Schema.Struct({
  /** The group's BLS key, a compressed point of G2, 96 bytes hexadecimal. */
  publicKey: Schema.String.check(Schema.isPattern(/^[0-9a-f]{192}$/)),
  /** Seconds between two rounds. */
  period: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400 })),
  /** When round 1 was made, epoch seconds. */
  genesisTime: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100_000_000_000 })),
  groupHash: Sha256Hex,
  beaconId: Schema.String.check(Schema.isPattern(/^[a-z0-9-]{1,64}$/)),
});
export type BeaconChain = typeof BeaconChain.Type;

/** A round, 1 for the first. */
export const BeaconRound = Schema.Int.check(
  Schema.isBetween({ minimum: 1, maximum: 9_999_999_999 }),
);

/** A round's BLS signature, a compressed point of G1, 48 bytes hexadecimal. */
export const BeaconSignature = Schema.String.check(Schema.isPattern(/^[0-9a-f]{96}$/));

/** A round of a chain. */
export interface NamedRound {
  readonly chain: BeaconChain;
  readonly round: number;
}

/** The round of a seal, as its raffle remembers it. */
export interface SealedRound {
  readonly round: number;
  /** When it is made, epoch milliseconds. */
  readonly atMs: number;
}

/** The round that a seal names; with it in the proof, everything that its check needs. */
export const BeaconProof = Schema.Struct({
  chain: BeaconChain,
  round: BeaconRound,
  /** Null: it was not to be had in time. Anybody may ask drand for it by its number. */
  signature: Schema.NullOr(BeaconSignature),
});
export type BeaconProof = typeof BeaconProof.Type;

/**
 * The League of Entropy's chain, the only one that counts in a draw with real money.
 * Source: github.com/drand/drand-client, lib/defaults.ts.
 */
export const QUICKNET: BeaconChain = {
  publicKey: "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c" +
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb" +
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  period: 3,
  genesisTime: 1_692_803_367,
  groupHash: "f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
  beaconId: "quicknet",
};

/** A chain's hash, by which relays and seals name it: it fixes the key, the period and the genesis. */
export function chainHash(
  { publicKey, period, genesisTime, groupHash, beaconId }: BeaconChain,
): Sha256Hex {
  const times = new DataView(new ArrayBuffer(12));
  times.setUint32(0, period);
  times.setBigInt64(4, BigInt(genesisTime));
  return bytesToHex(sha256(concatBytes(
    new Uint8Array(times.buffer),
    hexToBytes(publicKey),
    hexToBytes(groupHash),
    new TextEncoder().encode(beaconId),
  )));
}

export const QUICKNET_HASH = chainHash(QUICKNET);

/** Before this moment nobody can know the round, epoch milliseconds. */
export function roundTimeMs({ chain, round }: NamedRound): number {
  return (chain.genesisTime + (round - 1) * chain.period) * SECOND_MS;
}

/** The earliest moment at which a draw may be asked for, epoch milliseconds. */
export function drawNotBeforeMs({ signature, ...named }: BeaconProof): number {
  return roundTimeMs(named) + (signature === null ? BEACON_PATIENCE_MS : 0);
}

/** The first round that is made after a moment. */
export function roundAfter(chain: BeaconChain, atMs: number): number {
  const sinceGenesisMs = atMs - chain.genesisTime * SECOND_MS;
  return Math.max(1, Math.floor(sinceGenesisMs / (chain.period * SECOND_MS)) + 2);
}

/** The random value of a round: SHA-256 of its signature. */
export function beaconValue(signature: string): Sha256Hex {
  return bytesToHex(sha256(hexToBytes(signature)));
}
