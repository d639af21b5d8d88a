/**
 * The sandbox's own chain: a BLS key that is made once and kept in the books, never drand's. The real
 * one is shared by many who must agree; here one holds it whole.
 *
 * Source: drand's scheme bls-unchained-g1-rfc9380: signatures on G1 over SHA-256 of the round's number.
 */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { createHash } from "node:crypto";
import type { World } from "../world.ts";

/** Makes what the chain says. */
export interface BeaconKey {
  /** A compressed point of G2, hexadecimal. */
  readonly publicKey: string;
  /** The signature of a round, a compressed point of G1, hexadecimal. */
  sign(round: number): string;
}

const { shortSignatures } = bls12_381;
const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
const SETTING = "drand/key";

/** Reads the key from the books, or makes it. */
export function createBeaconKey({ store, random }: World): BeaconKey {
  const kept = store.setting(SETTING);
  const secret = kept === undefined
    ? bls12_381.utils.randomSecretKey(random.bytes(48))
    : new Uint8Array(Buffer.from(kept, "hex"));
  if (kept === undefined) store.setSetting(SETTING, hex(secret));
  return {
    publicKey: hex(shortSignatures.getPublicKey(secret).toBytes()),
    sign(round) {
      const number = Buffer.alloc(8);
      number.writeBigUInt64BE(BigInt(round));
      const message = new Uint8Array(createHash("sha256").update(number).digest());
      return hex(shortSignatures.sign(shortSignatures.hash(message, DOMAIN), secret).toBytes());
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
