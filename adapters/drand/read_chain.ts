/** A chain as a relay's `/info` tells it. Source: docs.drand.love/developer/http-api (v1). */
import { Schema } from "effect";
import { BeaconChain, chainHash } from "../../machines/domain/draw/beacon.ts";
import { Sha256Hex } from "../../machines/domain/draw/hex.ts";

const { publicKey, period, genesisTime, groupHash, beaconId } = BeaconChain.fields;
const Info = Schema.Struct({
  public_key: publicKey,
  period,
  genesis_time: genesisTime,
  groupHash,
  hash: Sha256Hex,
  schemeID: Schema.Literal("bls-unchained-g1-rfc9380"),
  metadata: Schema.Struct({ beaconID: beaconId }),
});
const decode = Schema.decodeUnknownSync(Info);

/** @throws {Error} When it is of another scheme, or the hash is not that of the rest. */
export function readChain(info: unknown): BeaconChain {
  const { public_key, genesis_time, metadata, hash, period, groupHash } = decode(info);
  const chain = {
    publicKey: public_key,
    period,
    genesisTime: genesis_time,
    groupHash,
    beaconId: metadata.beaconID,
  };
  if (chainHash(chain) !== hash) throw new Error(`The chain's hash is not ${hash}`);
  return chain;
}
