/** drand's rounds and signatures, against its own answers. */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type BeaconChain,
  beaconValue,
  chainHash,
  QUICKNET,
  QUICKNET_HASH,
  roundAfter,
  roundTimeMs,
} from "./beacon.ts";
import { SEALED_AT_MS } from "./testing/signed_draw.ts";
import { createTestChain, testBeacon } from "./testing/test_chain.ts";
import { findBeaconFault, isRoundSigned } from "./verify_beacon.ts";

const vector = JSON.parse(
  readFileSync(new URL("./testdata/quicknet.json", import.meta.url), "utf8"),
);
const info = vector.chain_info;
const [{ round, signature, randomness }] = vector.beacons;
const ROUND_AT_MS = (1_692_803_367 + 999 * 3) * 1_000;

describe("quicknet", () => {
  it("is pinned as drand tells it, and its hash fixes key, period and genesis", () => {
    expect(QUICKNET).toEqual({
      publicKey: info.public_key,
      period: info.period,
      genesisTime: info.genesis_time,
      groupHash: info.groupHash,
      beaconId: info.metadata.beaconID,
    });
    expect(QUICKNET_HASH).toBe(info.hash);
  });

  it.each<Partial<BeaconChain>>([
    { publicKey: `a${QUICKNET.publicKey.slice(1)}` },
    { period: 30 },
    { genesisTime: QUICKNET.genesisTime + 1 },
    { groupHash: "0".repeat(64) },
    { beaconId: "quicknet-t" },
  ])("has another hash with %j", (change) => {
    expect(chainHash({ ...QUICKNET, ...change })).not.toBe(QUICKNET_HASH);
  });

  it("has signed round 1000, whose value is the signature's hash", () => {
    expect(isRoundSigned({ chain: QUICKNET, round, signature })).toBe(true);
    expect(beaconValue(signature)).toBe(randomness);
    expect(roundTimeMs({ chain: QUICKNET, round })).toBe(ROUND_AT_MS);
  });

  const other = createTestChain();
  it.each<{ what: string; change: Partial<Parameters<typeof isRoundSigned>[0]> }>([
    { what: "another round", change: { round: round + 1 } },
    { what: "round 1", change: { round: 1 } },
    { what: "another key", change: { chain: { ...QUICKNET, ...other.chain } } },
    { what: "another's signature", change: { signature: other.sign(round) } },
    { what: "a key that is none", change: { chain: { ...QUICKNET, publicKey: "0".repeat(192) } } },
    { what: "a changed digit", change: { signature: `${signature.slice(0, -1)}8` } },
    { what: "the negative point", change: { signature: `9${signature.slice(1)}` } },
    { what: "no point", change: { signature: "b".repeat(96) } },
    { what: "the point at infinity", change: { signature: `c${"0".repeat(95)}` } },
    { what: "capital letters", change: { signature: signature.toUpperCase() } },
    { what: "half of it", change: { signature: signature.slice(0, 48) } },
    { what: "nothing", change: { signature: "" } },
    { what: "nonsense", change: { signature: "\u0000 <b>" } },
  ])("has not signed with $what", ({ change }) => {
    expect(isRoundSigned({ chain: QUICKNET, round, signature, ...change })).toBe(false);
  });
});

describe("roundAfter()", () => {
  it.each([
    { atMs: ROUND_AT_MS - 1, want: 1_000 },
    { atMs: ROUND_AT_MS, want: 1_001 },
    { atMs: ROUND_AT_MS + 1, want: 1_001 },
    { atMs: ROUND_AT_MS + 2_999, want: 1_001 },
    { atMs: ROUND_AT_MS + 3_000, want: 1_002 },
    { atMs: QUICKNET.genesisTime * 1_000, want: 2 },
    { atMs: QUICKNET.genesisTime * 1_000 - 1, want: 1 },
    { atMs: 0, want: 1 },
  ])("is $want at $atMs", ({ atMs, want }) => {
    expect(roundAfter(QUICKNET, atMs)).toBe(want);
  });

  it("is the first that is still to come", () => {
    for (let atMs = ROUND_AT_MS; atMs < ROUND_AT_MS + 9_000; atMs += 250) {
      const named = { chain: QUICKNET, round: roundAfter(QUICKNET, atMs) };
      expect(roundTimeMs(named)).toBeGreaterThan(atMs);
      expect(roundTimeMs({ ...named, round: named.round - 1 })).toBeLessThanOrEqual(atMs);
    }
  });
});

describe("the round of a seal", () => {
  it("is to come when the list is sealed, whatever chain, clock and pause", () => {
    const anyChain = fc.record({
      period: fc.integer({ min: 1, max: 86_400 }),
      genesisTime: fc.integer({ min: 0, max: 4_000_000_000 }),
    });
    const anyTime = fc.integer({ min: 0, max: 5_000_000_000_000 });
    const anyPause = fc.integer({ min: 0, max: 86_400_000 });
    fc.assert(fc.property(anyChain, anyTime, anyPause, (times, sealedAtMs, pauseMs) => {
      const chain = { ...QUICKNET, ...times };
      const named = { chain, round: roundAfter(chain, sealedAtMs + pauseMs) };
      expect(roundTimeMs(named)).toBeGreaterThan(sealedAtMs + pauseMs);
      const missed = { ...named, signature: null };
      expect(findBeaconFault(missed, { sandbox: true, sealedAtMs })).toBeUndefined();
      // Once it is there no list can be sealed with it, also not by a clock that differs.
      for (const lateMs of [0, 1, 120_000]) {
        const late = { sandbox: true, sealedAtMs: roundTimeMs(named) + lateMs };
        expect(findBeaconFault(missed, late)).toMatchObject({ reason: "beaconRound" });
      }
    }));
  });
});

describe("findBeaconFault()", () => {
  const seen = { chain: QUICKNET, round, signature };
  const before = { sandbox: false, sealedAtMs: ROUND_AT_MS - 1 };
  const own = testBeacon(createTestChain());

  it.each([
    { what: "a round that is there", beacon: seen, draw: before },
    { what: "one that was missed", beacon: { ...seen, signature: null }, draw: before },
    { what: "a stand-in's", beacon: own, draw: { sandbox: true, sealedAtMs: SEALED_AT_MS } },
  ])("finds none with $what", ({ beacon, draw }) => {
    expect(findBeaconFault(beacon, draw)).toBeUndefined();
  });

  it.each([
    {
      what: "a stand-in's round in a real draw",
      beacon: own,
      draw: { sandbox: false, sealedAtMs: SEALED_AT_MS },
      want: "beaconChain",
    },
    {
      what: "quicknet's name over another key",
      beacon: { ...own, chain: { ...QUICKNET, publicKey: own.chain.publicKey } },
      draw: { sandbox: false, sealedAtMs: SEALED_AT_MS },
      want: "beaconChain",
    },
    {
      what: "a round that was known at the seal",
      beacon: seen,
      draw: { sandbox: false, sealedAtMs: ROUND_AT_MS },
      want: "beaconRound",
    },
    {
      what: "a missed round that was known at the seal",
      beacon: { ...seen, signature: null },
      draw: { sandbox: false, sealedAtMs: ROUND_AT_MS + 60_000 },
      want: "beaconRound",
    },
    {
      what: "the signature of another round",
      beacon: { ...seen, round: round + 1 },
      draw: before,
      want: "beaconSignature",
    },
  ])("finds $want with $what", ({ beacon, draw, want }) => {
    expect(findBeaconFault(beacon, draw)).toMatchObject({ reason: want });
  });
});
