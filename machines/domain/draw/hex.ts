/** SHA-256 and hexadecimal, synchronous, for browser and server alike. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Schema } from "effect";

/** A SHA-256 as 64 lower-case hexadecimal digits. */
export const Sha256Hex = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/));
export type Sha256Hex = string;

const encoder = new TextEncoder();

/** SHA-256 of a text's UTF-8 bytes, or of bytes, as 64 lower-case hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): Sha256Hex {
  return bytesToHex(sha256(typeof data === "string" ? encoder.encode(data) : data));
}
